package mime_test

import (
	"strings"
	"testing"

	"postern/parser/mime"
)

func header(t testing.TB, lines string) *mime.Part {
	t.Helper()
	root, _ := read(t, lines+"\n\n", mime.Limits{})
	return root
}

var names = []struct{ name, fields, want string }{
	{"plain", "Content-Disposition: attachment; filename=a.txt", "a.txt"},
	{"quoted", `Content-Disposition: attachment; filename="a b.txt"`, "a b.txt"},
	{"unquoted with blanks", "Content-Disposition: attachment; filename=report of today.pdf; size=3", "report of today.pdf"},
	{"only in the content type", "Content-Type: application/pdf; name=x.pdf", "x.pdf"},
	{"disposition wins", "Content-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment; filename=y.pdf", "y.pdf"},
	{"broken bytes and no semicolon", "Content-Disposition: \xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe filename=a.txt", "a.txt"},
	{"encoded word", `Content-Disposition: attachment; filename="=?utf-8?q?caf=C3=A9.txt?="`, "café.txt"},
	{"RFC 2231", "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.txt", "café.txt"},
	{"RFC 2231 in latin-1", "Content-Disposition: attachment; filename*=iso-8859-1'fr'caf%E9.txt", "café.txt"},
	{"RFC 2231 without a language", "Content-Disposition: attachment; filename*=utf-8'caf%C3%A9.txt", "café.txt"},
	{"RFC 2231 with an apostrophe and no charset", "Content-Disposition: attachment; filename*=it's%20a.txt", "it's a.txt"},
	{"RFC 2231 in pieces", "Content-Disposition: attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.txt", "café.txt"},
	{"RFC 2231 cut inside of an escape", "Content-Disposition: attachment; filename*0*=utf-8''caf%C; filename*1*=3%A9.txt", "café.txt"},
	{"RFC 2231 in pieces out of order", "Content-Disposition: attachment; filename*1=b.txt; filename*0=a", "ab.txt"},
	{"RFC 2231 wins", "Content-Disposition: attachment; filename=cafe.txt; filename*=utf-8''caf%C3%A9.txt", "café.txt"},
	{"raw 8-bit", "Content-Disposition: attachment; filename=\"gr\xfc\xdfe.txt\"", "grüße.txt"},
	{"folders", `Content-Disposition: attachment; filename="C:\Users\ana\a.txt"`, "a.txt"},
	{"parents", `Content-Disposition: attachment; filename="../../etc/passwd"`, "passwd"},
	{"nothing but dots", `Content-Disposition: attachment; filename=".."`, ""},
	{"control and direction signs", "Content-Disposition: attachment; filename*=utf-8''a%00%0Ab%E2%80%AEfdp.exe", "a bfdp.exe"},
	{"missing closing quote", `Content-Disposition: attachment; filename="a.txt`, "a.txt"},
	{"missing semicolon", `Content-Type: application/pdf name="x.pdf"`, "x.pdf"},
	{"missing semicolon and quotes in quotes", `Content-Type: application/pdf name="a \"b\".pdf"`, `a "b".pdf`},
	{"missing word", `Content-Disposition: filename="a.txt"`, "a.txt"},
	{"semicolon in quotes", `Content-Disposition: attachment; filename="a;b.txt"`, "a;b.txt"},
	{"semicolon without quotes", "Content-Disposition: attachment; filename=a;b c.txt; size=3", "a;b c.txt"},
	{"quotes in quotes", `Content-Disposition: attachment; filename="a "b" c.txt"; size=3`, `a "b" c.txt`},
	{"escaped quotes", `Content-Disposition: attachment; filename="a \"b\".txt"`, `a "b".txt`},
	{"asterisk forgotten", "Content-Disposition: attachment; filename=utf-8''caf%C3%A9.txt", "café.txt"},
	{"piece missing", "Content-Disposition: attachment; filename*0*=utf-8''caf%C3%A9; filename*2=.txt", "café.txt"},
	{"in the second field", "Content-Disposition: attachment\nContent-Disposition: attachment; filename=a.txt", "a.txt"},
	{"missing semicolon behind the word", "Content-Disposition: attachment filename=a.txt", "a.txt"},
	{"encoded words in pieces", "Content-Type: application/pdf; name*0=\"=?utf-8?q?caf\"; name*1=\"=C3=A9?=.txt\"", "café.txt"},
	{"uuencoded part", "Content-Type: application/pdf\nContent-Transfer-Encoding: uuencode\n\nbegin 644 a file.txt", "a file.txt"},
	{"field of a form", `Content-Disposition: form-data; name="comment"`, ""},
	{"long", "Content-Disposition: attachment; filename=" + strings.Repeat("x", 400) + ".txt", strings.Repeat("x", 251) + ".txt"},
}

func TestFileNames(t *testing.T) {
	for _, row := range names {
		t.Run(row.name, func(t *testing.T) {
			if got := header(t, row.fields).Name; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestContentTypes(t *testing.T) {
	for raw, want := range map[string]string{
		"TEXT/HTML":                      "text/html",
		"text/html; charset":             "text/html",
		"text/html;;; charset=utf-8":     "text/html",
		"text/html (page); charset=x":    "text/html",
		"text/html charset=utf-8":        "text/html",
		"text":                           "text/plain",
		"":                               "text/plain",
		"text/html/xml":                  "text/plain",
		"application/x; x=\"unfinished;": "application/x",
	} {
		if got := header(t, "Subject: x\nContent-Type: "+raw).Type; got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}
