package archive_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/intake/archive"
)

const plain = "From: a@example.org\nSubject: one\n\nbody\n"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) (bodies []string, messages []archive.Message) {
	t.Helper()
	for m, err := range archive.Mails(path, archive.MaxMail) {
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		bodies = append(bodies, string(m.Raw))
		messages = append(messages, m)
	}
	return bodies, messages
}

func TestMails(t *testing.T) {
	separator := "From a@example.org Sat Nov 21 14:05:00 2026\n"
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"one eml", map[string]string{"a.eml": plain}, []string{plain}},
		{"an eml that begins with From is one mail", map[string]string{"a.eml": separator + plain + "\n" + separator + plain},
			[]string{separator + plain + "\n" + separator + plain}},
		{"mbox of two", map[string]string{"m.mbox": separator + plain + "\n" + separator + plain}, []string{plain, plain}},
		{"mbox without an ending", map[string]string{"inbox": separator + plain}, []string{plain}},
		{"quoted From lines", map[string]string{"m.mbox": separator + "A: b\n\n>From x\n>>From y\n"}, []string{"A: b\n\nFrom x\n>From y\n"}},
		{"From inside a paragraph is no separator", map[string]string{"m.mbox": separator + "A: b\n\ntext\nFrom here on\n"}, []string{"A: b\n\ntext\nFrom here on\n"}},
		{"CRLF mbox", map[string]string{"m.mbox": "From a Sat Nov 21 14:05:00 2026\r\nA: b\r\n\r\nx\r\n\r\nFrom a Sat Nov 21 14:05:00 2026\r\nA: c\r\n\r\n"},
			[]string{"A: b\r\n\r\nx\r\n", "A: c\r\n"}},
		{"Maildir", map[string]string{"cur/1:2,S": plain, "new/2": plain, "tmp/3": "half", "dovecot-uidlist": "3 V1"}, []string{plain, plain}},
		{"folder of all kinds", map[string]string{"a.eml": plain, "b/m.mbox": separator + plain, "notes.pdf": "%PDF"}, []string{plain, plain}},
		{"long line", map[string]string{"m.mbox": separator + "A: b\n\n" + strings.Repeat("x", 200_000) + "\n"}, []string{"A: b\n\n" + strings.Repeat("x", 200_000) + "\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range test.files {
				write(t, filepath.Join(root, name), text)
			}
			got, _ := read(t, root)
			if len(got) != len(test.want) {
				t.Fatalf("got %d mails %q, want %d", len(got), got, len(test.want))
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("mail %d: got %q, want %q", i, got[i], test.want[i])
				}
			}
		})
	}
}

func TestSeparatorGivesTheTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.mbox")
	write(t, path, "From a@example.org Sat Nov 21 14:05:00 2026\n"+plain)
	_, messages := read(t, path)
	if got, want := messages[0].At, time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMissingPathIsAnError(t *testing.T) {
	for _, err := range archive.Mails(filepath.Join(t.TempDir(), "none"), archive.MaxMail) {
		if err == nil {
			t.Error("got a mail, want an error")
		}
	}
}

// FuzzMbox: no byte between separators is lost or invented, whatever stands there.
func FuzzMbox(f *testing.F) {
	f.Add("From a Sat Nov 21 14:05:00 2026\nA: b\n\nx\n\nFrom b\nC: d\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "m.mbox")
		write(t, path, "From x\n"+text)
		total := 0
		for m, err := range archive.Mails(path, archive.MaxMail) {
			if err != nil {
				t.Fatal(err)
			}
			total += len(m.Raw)
		}
		if total > len(text) {
			t.Errorf("got %d bytes out of %d", total, len(text))
		}
	})
}

// A mail over the bound is taken in part, and the one behind it is whole.
func TestTooLargeIsTakenInPart(t *testing.T) {
	const most = 1 << 20
	large := "From: a@example.org\nSubject: large\n\n" + strings.Repeat("line of text\n", most/10)
	separator := "From a@example.org Sat Nov 21 14:05:00 2026\n"
	root := t.TempDir()
	write(t, filepath.Join(root, "a.eml"), large)
	write(t, filepath.Join(root, "b.mbox"), separator+large+"\n"+separator+plain)
	var got []archive.Message
	for m, err := range archive.Mails(root, most) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 3 || !got[0].InPart || !got[1].InPart || got[2].InPart || string(got[2].Raw) != plain {
		t.Fatalf("got %d mails", len(got))
	}
	for _, m := range got[:2] {
		if len(m.Raw) < 256<<10 || len(m.Raw) > 400<<10 || !strings.HasPrefix(large, string(m.Raw)) {
			t.Errorf("%s: %d bytes are taken", m.Name, len(m.Raw))
		}
	}
}
