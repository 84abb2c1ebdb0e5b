package mime_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var messageIDs = []struct {
	name, raw string
	want      []string
}{
	{"one", "<a@example.org>", []string{"a@example.org"}},
	{"several", "<a@example.org> <b@example.org>\n <c@example.org>", []string{"a@example.org", "b@example.org", "c@example.org"}},
	{"without blanks between", "<a@example.org><b@example.org>", []string{"a@example.org", "b@example.org"}},
	{"each once", "<a@example.org> <a@example.org>", []string{"a@example.org"}},
	{"folded inside", "<a\n @example.org>", []string{"a@example.org"}},
	{"without brackets", "a@example.org", []string{"a@example.org"}},
	{"without at sign", "<local-id-17>", []string{"local-id-17"}},
	{"words around", "Your message of Saturday <a@example.org>", []string{"a@example.org"}},
	{"bracket that never closes", "<a@example.org", []string{"a@example.org"}},
	{"empty", "<>", []string{}},
	{"commas between", "<a@example.org>, <b@example.org>,<c@example.org>", []string{"a@example.org", "b@example.org", "c@example.org"}},
	{"commas between bare ones", "a@example.org,b@example.org", []string{"a@example.org", "b@example.org"}},
	{"comments between", "<a@example.org> (first) <b@example.org> (Ana's (second))", []string{"a@example.org", "b@example.org"}},
	{"quoted words before", `"Your message of Sat, 21 Nov 2026" <a@example.org>`, []string{"a@example.org"}},
	{"words and no identifier", `Your message of "Sat, 21 Nov 2026 10:00:00 +0100."`, []string{}},
	{"an address as a comment", `Message from Ana <ana@example.org> of "Sat, 21 Nov" <a@example.org>`, []string{"ana@example.org", "a@example.org"}},
	{"blanks inside", "< a b@example.org >", []string{"ab@example.org"}},
	{"doubled brackets", "<<a@example.org>>", []string{"a@example.org"}},
	{"cut off in the middle", "<a@example.org> <b@exam", []string{"a@example.org", "b@exam"}},
	{"closing bracket missing between", "<a@example.org <b@example.org>", []string{"a@example.org", "b@example.org"}},
	{"quoted", `"a@example.org"`, []string{"a@example.org"}},
	{"encoded", "=?utf-8?q?=3Ca=40example=2Eorg=3E?=", []string{"a@example.org"}},
	{"encoded because it is long", "<a@example.org> =?utf-8?q?=3Cb=40exam?=\n =?utf-8?q?ple=2Eorg=3E?=", []string{"a@example.org", "b@example.org"}},
	{"an equals sign and a question mark", "<a=?b@example.org>", []string{"a=?b@example.org"}},
	{"quotes on the left of the at sign", `<"a.b"@example.org>`, []string{`"a.b"@example.org`}},
	{"one word without anything", "local-id-17", []string{"local-id-17"}},
	{"literal domain", "<a@[192.0.2.1]>", []string{"a@[192.0.2.1]"}},
	{"a NUL", "<a\x00b@example.org>", []string{"ab@example.org"}},
}

func TestMessageIDs(t *testing.T) {
	for _, row := range messageIDs {
		t.Run(row.name, func(t *testing.T) {
			got := header(t, "Subject: x\nReferences: "+row.raw).MessageIDs("References")
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func TestMessageIDsAreBounded(t *testing.T) {
	long := header(t, "References: <"+strings.Repeat("x", 5000)+"@example.org>\nSubject: x").MessageIDs("References")
	if len(long) != 1 || len(long[0]) != 998 {
		t.Errorf("got %d identifiers, the first of %d bytes", len(long), len(long[0]))
	}
	var many strings.Builder
	for n := range 5000 {
		fmt.Fprintf(&many, "<%d@x>", n)
	}
	if got := header(t, "References: "+many.String()+"\nSubject: x").MessageIDs("References"); len(got) != 1000 {
		t.Errorf("got %d identifiers", len(got))
	}
	for _, piece := range []string{"<", "<a", "<a@", ">", "a@b ", "(", "<(", `"`} {
		header(t, "References: "+strings.Repeat(piece, 60_000/len(piece))+"\nSubject: x").MessageIDs("References")
	}
}

func TestOwnMessageID(t *testing.T) {
	for raw, want := range map[string][2]string{
		"<a@example.org>":                              {"a@example.org", ""},
		"<a@example.org> (made here)":                  {"a@example.org", ""},
		"a@example.org":                                {"a@example.org", "bad-message-id"},
		"<a b@example.org>":                            {"ab@example.org", "bad-message-id"},
		"<a@example.org> <b@example.org>":              {"a@example.org", "bad-message-id"},
		"<a@example.org>\nMessage-ID: <b@example.org>": {"a@example.org", "repeated-field"},
		"": {"", ""},
	} {
		id, problems := header(t, "Message-ID: "+raw+"\nSubject: x").MessageID()
		if id != want[0] || codes(problems) != want[1] {
			t.Errorf("%q: got %q and %q", raw, id, codes(problems))
		}
	}
}
