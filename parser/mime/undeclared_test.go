package mime_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"postern/parser/mime"
)

// TestUndeclaredEncoding: a text is decoded without a field that says so only when
// every sign of it fits.
func TestUndeclaredEncoding(t *testing.T) {
	words := strings.Repeat("Größe über alles. ", 10)
	folded := base64.StdEncoding.EncodeToString([]byte(words))
	for n := 76; n < len(folded); n += 77 {
		folded = folded[:n] + "\n" + folded[n:]
	}
	binary := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00\xff\x01", 19)))
	for _, row := range []struct{ name, header, body, want, problems string }{
		{"quoted-printable", "", "Gr=C3=B6=C3=9Fe und so weiter, =\nund weiter", "Größe und so weiter, und weiter", "broken-encoding"},
		{"quoted-printable called 7bit", "Content-Transfer-Encoding: 7bit\n", "Gr=F6=DFe =\nund", "Größe und", "broken-encoding wrong-charset"},
		{"base64", "", folded, words, "broken-encoding"},
		{"base64 that is to be shown", "Content-Transfer-Encoding: 8bit\n", folded, folded, ""},
		{"code that goes on", "", "a = 2 +=\n3; b=C3=C4", "a = 2 +=\n3; b=C3=C4", ""},
		{"no line that goes on", "", "x=C3=B6", "x=C3=B6", ""},
		{"base64 of no words", "", binary, binary, ""},
		{"a rule of letters", "", strings.Repeat("A", 64), strings.Repeat("A", 64), ""},
		{"a file", "Content-Disposition: attachment; filename=a.txt\n", "Gr=C3=B6=C3=9Fe =\nund", "Gr=C3=B6=C3=9Fe =\nund", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			root, _ := read(t, row.header+"Subject: x\n\n"+row.body, mime.Limits{})
			got, found := root.Text(0)
			if got != row.want || codes(found) != row.problems {
				t.Errorf("got %q, %s", got, codes(found))
			}
		})
	}
}
