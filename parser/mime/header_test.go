package mime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/parser/mime"
)

func header(t testing.TB, lines string) *mime.Part {
	t.Helper()
	root, _ := read(t, lines+"\n\n", mime.Limits{})
	return root
}

var subjects = []struct{ name, raw, want string }{
	{"plain", "hello", "hello"},
	{"folded", "hello\n world", "hello world"},
	{"quoted-printable words", "=?utf-8?q?caf=C3=A9_noir?=", "café noir"},
	{"base64 words", "=?UTF-8?B?Y2Fmw6k=?=", "café"},
	{"adjacent words join", "=?utf-8?q?caf?= =?utf-8?q?=C3=A9?=", "café"},
	{"sign cut between two words", "=?utf-8?B?Y2Fmww==?= =?utf-8?B?qQ==?=", "café"},
	{"words in two charsets", "=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E9?=", "éé"},
	{"word in text", "Re: =?utf-8?q?=C3=A9?= x", "Re: é x"},
	{"word right behind text", "Re:=?utf-8?q?=C3=A9?=x", "Re:éx"},
	{"blanks inside a word", "=?utf-8?q?a b c?=", "a b c"},
	{"question mark inside a word", "=?utf-8?q?really?_yes?=", "really? yes"},
	{"base64 without padding", "=?utf-8?b?Y2Fmw6k?=", "café"},
	{"language in a word", "=?utf-8*en?q?x?=", "x"},
	{"unknown charset", "=?x-mystery?q?caf=E9?=", "café"},
	{"word without end", "=?utf-8?q?never", "=?utf-8?q?never"},
	{"no word", "=? what ?=", "=? what ?="},
	{"raw utf-8", "café", "café"},
	{"raw 8-bit", "gr\xfc\xdfe", "grüße"},
	{"NUL", "a\x00b", "ab"},
	{"escape codes", "a\x1b[31mb", "a [31mb"},
	{"line breaks inside a word", "=?utf-8?q?a=0D=0ABcc:_x?=", "a  Bcc: x"},
	{"iso-2022-jp", "=?ISO-2022-JP?B?GyRCJDMkcxsoQg==?=", "こん"},
}

func TestSubjectIsReadable(t *testing.T) {
	for _, row := range subjects {
		t.Run(row.name, func(t *testing.T) {
			if got := header(t, "Subject: "+row.raw).Subject(); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

type address = mime.Address

var addressLists = []struct {
	name, raw string
	want      []address
	problems  string
}{
	{"bare", "ana@example.org", []address{{"", "ana@example.org"}}, ""},
	{"name", "Ana Example <ana@example.org>", []address{{"Ana Example", "ana@example.org"}}, ""},
	{"quoted name with a comma", `"Example, Ana" <ana@example.org>, bo@example.org`, []address{{"Example, Ana", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"quoted name with quotes", `"Ana \"the\" Example" <ana@example.org>`, []address{{`Ana "the" Example`, "ana@example.org"}}, ""},
	{"comment as name", "ana@example.org (Ana Example)", []address{{"Ana Example", "ana@example.org"}}, ""},
	{"comment with a comma", "ana@example.org (Ana, here), bo@example.org", []address{{"Ana, here", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"group", "Team: ana@example.org, Bo <bo@example.org>;, cy@example.org", []address{{"", "ana@example.org"}, {"Bo", "bo@example.org"}, {"", "cy@example.org"}}, ""},
	{"empty group", "undisclosed-recipients:;", []address{}, ""},
	{"encoded name", "=?utf-8?q?Andr=C3=A9?= <a@example.org>", []address{{"André", "a@example.org"}}, ""},
	{"encoded name in quotes", `"=?utf-8?q?Andr=C3=A9?=" <a@example.org>`, []address{{"André", "a@example.org"}}, ""},
	{"encoded name that holds an address", "=?utf-8?q?ceo=40example=2Ecom_=3Cceo=40example=2Ecom=3E?= <evil@example.net>", []address{{"ceo@example.com <ceo@example.com>", "evil@example.net"}}, ""},
	{"address as name", `"ceo@example.com" <evil@example.net>`, []address{{"ceo@example.com", "evil@example.net"}}, ""},
	{"missing quote", `"Ana Example <ana@example.org>`, []address{{"Ana Example", "ana@example.org"}}, ""},
	{"missing bracket", "Ana <ana@example.org", []address{{"Ana", "ana@example.org"}}, ""},
	{"only the closing bracket", "Ana ana@example.org>", []address{{"Ana", "ana@example.org"}}, ""},
	{"blanks in brackets", "Ana < ana@example.org >", []address{{"Ana", "ana@example.org"}}, ""},
	{"semicolons between", "ana@example.org; bo@example.org", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"commas doubled", ",ana@example.org,,bo@example.org,", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"colon in a name", "Team: Ana <ana@example.org>", []address{{"Ana", "ana@example.org"}}, ""},
	{"mailto", "<mailto:ana@example.org>", []address{{"", "ana@example.org"}}, ""},
	{"source route", "<@a.example,@b.example:ana@example.org>", []address{{"", "ana@example.org"}}, ""},
	{"quoted local part", `"ana example"@example.org`, []address{{"", `"ana example"@example.org`}}, ""},
	{"literal domain", "ana@[192.0.2.1]", []address{{"", "ana@[192.0.2.1]"}}, ""},
	{"raw utf-8", "Andrés <andrés@exämple.org>", []address{{"Andrés", "andrés@exämple.org"}}, ""},
	{"raw latin-1 name", "Andr\xe9 <a@example.org>", []address{{"André", "a@example.org"}}, ""},
	{"the whole mailbox is one word", "=?utf-8?q?Ana_=3Cana=40example.org=3E?=", []address{{"Ana", "ana@example.org"}}, ""},
	{"comment that never ends", "Ana (x <ana@example.org>", []address{{"Ana x", "ana@example.org"}}, ""},
	{"an address in a comment is nobody's", "mallory@evil.example (<ana@example.org>)", []address{{"<ana@example.org>", "mallory@evil.example"}}, ""},
	{"an address in a comment beside a quote", `"M" <mallory@evil.example> ("<ana@example.org>")`, []address{{"M", "mallory@evil.example"}}, ""},
	{"a name in a comment behind brackets", "<ana@example.org> (Ana)", []address{{"Ana", "ana@example.org"}}, ""},
	{"a bracket in a quoted name", `"Ana (IT" <ana@example.org>`, []address{{"Ana (IT", "ana@example.org"}}, ""},
	{"comma in an unquoted name", "Example Police, Desk 2 <a@example.org>, b@example.org", []address{{"Example Police, Desk 2", "a@example.org"}, {"", "b@example.org"}}, ""},
	{"words, then a bare address", "Ana, bo@example.org", []address{{"Ana", ""}, {"", "bo@example.org"}}, "bad-address"},
	{"no address", "Ana Example", []address{{"Ana Example", ""}}, "bad-address"},
	{"two at signs", "ana@bo@example.org", []address{{"ana@bo@example.org", ""}}, "bad-address"},
	{"smtp parameters", "<x@example.org> NOTIFY=NEVER", []address{{"NOTIFY=NEVER", "x@example.org"}}, ""},
	{"nothing", "", []address{}, ""},
	{"null sender", "<>", []address{}, ""},
}

func TestAddresses(t *testing.T) {
	for _, row := range addressLists {
		t.Run(row.name, func(t *testing.T) {
			got, problems := header(t, "From: "+row.raw+"\nSubject: x").Addresses("From")
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
			if got := codes(problems); got != row.problems {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
		})
	}
}

func TestAddressesOfSeveralFields(t *testing.T) {
	got, _ := header(t, "From: a@example.org\nFrom: b@example.org, c@example.org").Addresses("from")
	want := []address{{"", "a@example.org"}, {"", "b@example.org"}, {"", "c@example.org"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if got, _ := header(t, "Subject: x").Addresses("From"); got == nil || len(got) != 0 {
		t.Errorf("missing field: got %v, want an empty list", got)
	}
}

var dates = []struct{ name, raw, want string }{
	{"by the book", "Sat, 21 Nov 2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00"},
	{"without day and seconds", "21 Nov 2026 10:00 -0500", "2026-11-21T10:00:00-05:00"},
	{"comment", "Sat, 21 Nov 2026 10:00:00 +0000 (UTC)", "2026-11-21T10:00:00Z"},
	{"obsolete zone", "Sat, 21 Nov 2026 10:00:00 EST", "2026-11-21T10:00:00-05:00"},
	{"zone of Europe", "Sat, 21 Nov 2026 10:00:00 CET", "2026-11-21T10:00:00+01:00"},
	{"military zone means nothing", "21 Nov 2026 10:00:00 K", "2026-11-21T10:00:00Z"},
	{"no zone", "21 Nov 2026 10:00:00", "2026-11-21T10:00:00Z"},
	{"two digits of a year", "21 Nov 26 10:00:00 +0000", "2026-11-21T10:00:00Z"},
	{"three digits of a year", "21 Nov 126 10:00:00 +0000", "2026-11-21T10:00:00Z"},
	{"asctime", "Sat Nov 21 10:00:00 2026", "2026-11-21T10:00:00Z"},
	{"ISO", "2026-11-21T10:00:00+01:00", "2026-11-21T10:00:00+01:00"},
	{"ISO with a blank", "2026-11-21 10:00:00 +0100", "2026-11-21T10:00:00+01:00"},
	{"dashes", "Sat, 21-Nov-2026 10:00:00 GMT", "2026-11-21T10:00:00Z"},
	{"leap second", "31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"},
	{"month in full", "21 November 2026 10:00:00 +0000", "2026-11-21T10:00:00Z"},
	{"no such day", "31 Feb 2026 10:00:00 +0000", ""},
	{"no such hour", "21 Nov 2026 25:00:00 +0000", ""},
	{"rubbish", "yesterday", ""},
	{"nothing", "", ""},
	{"a number that is too long", "21 Nov 99999999999999999999 10:00:00", ""},
}

func TestDate(t *testing.T) {
	for _, row := range dates {
		t.Run(row.name, func(t *testing.T) {
			at, ok := header(t, "Date: "+row.raw+"\nSubject: x").Date()
			got := ""
			if ok {
				got = at.Format(time.RFC3339)
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

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

var names = []struct{ name, fields, want string }{
	{"plain", "Content-Disposition: attachment; filename=a.txt", "a.txt"},
	{"quoted", `Content-Disposition: attachment; filename="a b.txt"`, "a b.txt"},
	{"unquoted with blanks", "Content-Disposition: attachment; filename=report of today.pdf; size=3", "report of today.pdf"},
	{"only in the content type", "Content-Type: application/pdf; name=x.pdf", "x.pdf"},
	{"disposition wins", "Content-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment; filename=y.pdf", "y.pdf"},
	{"encoded word", `Content-Disposition: attachment; filename="=?utf-8?q?caf=C3=A9.txt?="`, "café.txt"},
	{"RFC 2231", "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.txt", "café.txt"},
	{"RFC 2231 in latin-1", "Content-Disposition: attachment; filename*=iso-8859-1'fr'caf%E9.txt", "café.txt"},
	{"RFC 2231 in pieces", "Content-Disposition: attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.txt", "café.txt"},
	{"RFC 2231 in pieces out of order", "Content-Disposition: attachment; filename*1=b.txt; filename*0=a", "ab.txt"},
	{"RFC 2231 wins", "Content-Disposition: attachment; filename=cafe.txt; filename*=utf-8''caf%C3%A9.txt", "café.txt"},
	{"raw 8-bit", "Content-Disposition: attachment; filename=\"gr\xfc\xdfe.txt\"", "grüße.txt"},
	{"folders", `Content-Disposition: attachment; filename="C:\Users\ana\a.txt"`, "a.txt"},
	{"parents", `Content-Disposition: attachment; filename="../../etc/passwd"`, "passwd"},
	{"nothing but dots", `Content-Disposition: attachment; filename=".."`, ""},
	{"control and direction signs", "Content-Disposition: attachment; filename*=utf-8''a%00%0Ab%E2%80%AEfdp.exe", "a bfdp.exe"},
	{"missing closing quote", `Content-Disposition: attachment; filename="a.txt`, "a.txt"},
	{"missing semicolon", `Content-Type: application/pdf name="x.pdf"`, "x.pdf"},
	{"missing word", `Content-Disposition: filename="a.txt"`, "a.txt"},
	{"semicolon in quotes", `Content-Disposition: attachment; filename="a;b.txt"`, "a;b.txt"},
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
