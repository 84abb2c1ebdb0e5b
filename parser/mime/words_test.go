package mime_test

import (
	"strings"
	"testing"

	"postern/parser/mime"
)

var subjects = []struct{ name, raw, want, problems string }{
	{"plain", "hello", "hello", ""},
	{"folded", "hello\n world", "hello world", ""},
	{"folded with a tab", "hello\n\tworld", "hello world", ""},
	{"folded before the first word", "\n hello", "hello", ""},
	{"quoted-printable words", "=?utf-8?q?caf=C3=A9_noir?=", "café noir", ""},
	{"base64 words", "=?UTF-8?B?Y2Fmw6k=?=", "café", ""},
	{"adjacent words join", "=?utf-8?q?caf?= =?utf-8?q?=C3=A9?=", "café", ""},
	{"adjacent words on two lines join", "=?utf-8?q?caf?=\n =?utf-8?q?=C3=A9?=", "café", ""},
	{"sign cut between two words", "=?utf-8?B?Y2Fmww==?= =?utf-8?B?qQ==?=", "café", ""},
	{"sign cut between two words of other encodings", "=?utf-8?B?Y2Fmww==?= =?UTF8?Q?=A9?=", "café", ""},
	{"words glued without a blank", "=?utf-8?q?caf?==?utf-8?q?=C3=A9?=", "café", ""},
	{"base64 cut at any sign", "=?utf-8?B?Y2Fmw6?= =?utf-8?B?kgbm9pcg==?=", "café noir", ""},
	{"base64 words without padding each", "=?utf-8?B?Y2Fmw6k?= =?utf-8?B?IG5vaXI?=", "café noir", ""},
	{"words of Cyrillic without padding each", "=?koi8-r?B?9sHMzw?= =?koi8-r?B?wsEgzsE?= =?koi8-r?B?INPQwc0?=", "Жалоба на спам", ""},
	{"base64 of Cyrillic cut at any sign", "=?koi8-r?B?9sHMz8LBIM?= =?koi8-r?B?7BINPQwc0=?=", "Жалоба на спам", ""},
	{"words in two charsets", "=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E9?=", "éé", ""},
	{"word in text", "Re: =?utf-8?q?=C3=A9?= x", "Re: é x", ""},
	{"word right behind text", "Re:=?utf-8?q?=C3=A9?=x", "Re:éx", ""},
	{"word between brackets", "[=?utf-8?q?=C3=A9?=]", "[é]", ""},
	{"word between quotes", `"=?utf-8?q?=C3=A9?="`, `"é"`, ""},
	{"blanks inside a word", "=?utf-8?q?a b c?=", "a b c", ""},
	{"blanks around the charset", "=? utf-8 ?q?caf=C3=A9?=", "café", ""},
	{"blanks inside base64", "=?utf-8?B?Y2Fm w6k=?=", "café", ""},
	{"question mark inside a word", "=?utf-8?q?really?_yes?=", "really? yes", ""},
	{"question mark before the end", "=?utf-8?q?really??=", "really?", ""},
	{"question mark before an encoded sign", "=?utf-8?q?what?=20now=21?=", "what? now!", ""},
	{"equals sign before the end", "=?utf-8?q?a=3D?=", "a=", ""},
	{"base64 without padding", "=?utf-8?b?Y2Fmw6k?=", "café", ""},
	{"base64 with too much padding", "=?utf-8?b?Y2Fmw6k====?=", "café", ""},
	{"two pieces of base64 in one word", "=?utf-8?b?Y2Fmww==qQ==?=", "café", ""},
	{"base64 for links", "=?utf-8?b?Pz8_?=", "???", ""},
	{"language in a word", "=?utf-8*en?q?x?=", "x", ""},
	{"small letters", "=?UTF-8?Q?=c3=a9?=", "é", ""},
	{"empty base64", "x =?utf-8?B?=?=", "x", ""},
	{"empty word", "=?utf-8?q??= x", "x", ""},
	{"no charset", "=??q?caf=C3=A9?=", "café", ""},
	{"unknown charset", "=?x-mystery?q?caf=E9?=", "café", "unknown-charset"},
	{"wrong charset", "=?utf-8?q?caf=E9?=", "café", "wrong-charset"},
	{"says ASCII and is not", "=?us-ascii?q?caf=C3=A9?=", "café", "wrong-charset"},
	{"word without end", "=?utf-8?q?never", "never", "broken-encoded-word"},
	{"word with half an end", "=?utf-8?b?Y2Fmw6k=?", "café", "broken-encoded-word"},
	{"word without end before another", "=?utf-8?q?caf =?utf-8?q?=C3=A9?=", "café", "broken-encoded-word"},
	{"base64 word without end before text", "=?utf-8?b?Y2Fmw6k= (2)", "café(2)", "broken-encoded-word"},
	{"encoded twice", "=?utf-8?b?PT91dGYtOD9xP2NhZj1DMz1BOT89?=", "café", "broken-encoded-word"},
	{"no word", "=? what ?=", "=? what ?=", ""},
	{"a question", "what is 2=?x and y?=", "what is 2=?x and y?=", ""},
	{"raw utf-8", "café", "café", ""},
	{"raw utf-8 folded inside of a sign", "gr\xc3\n \xbc\xc3\x9fe", "grüße", ""},
	{"raw 8-bit", "gr\xfc\xdfe", "grüße", "unknown-charset"},
	{"raw utf-8 beside a word", "café =?utf-8?q?=C3=A9?=", "café é", ""},
	{"raw iso-2022-jp", "\x1b$B$3$s\x1b(B", "こん", "unknown-charset"},
	{"NUL", "a\x00b", "ab", "nul-bytes"},
	{"encoded NUL", "=?utf-8?q?a=00b?=", "ab", "nul-bytes"},
	{"escape codes", "a\x1b[31mb", "a [31mb", ""},
	{"line breaks inside a word", "=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x", ""},
	{"line separators inside a word", "=?utf-8?q?a=E2=80=A8Bcc:_x?=", "a Bcc: x", ""},
	{"a blank in the name of the charset", "=?ISO 8859-1?Q?Fran=E7ois?=", "François", ""},
	{"iso-2022-jp", "=?ISO-2022-JP?B?GyRCJDMkcxsoQg==?=", "こん", ""},
	{"sign of GB 18030 cut between words", "=?gb2312?B?1tA=?= =?gb2312?B?zg==?= =?gb2312?B?xA==?=", "中文", ""},
	{"koi8-r", "=?koi8-r?B?8NLJ18XU?=", "Привет", ""},
	{"first of two", "one\nSubject: two", "one", "repeated-field"},
	{"an empty one first", "\nSubject: two", "two", "repeated-field"},
	{"empty", "", "", ""},
}

func TestSubjectIsReadable(t *testing.T) {
	for _, row := range subjects {
		t.Run(row.name, func(t *testing.T) {
			got, problems := header(t, "Subject: "+row.raw+"\nFrom: a@example.net").Line("Subject")
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if codes(problems) != row.problems {
				t.Errorf("problems: got %q, want %q", codes(problems), row.problems)
			}
		})
	}
}

// Raw 8-bit text in a header is most likely in the charset of the mail's text.
func TestRawHeaderIsInTheCharsetOfTheText(t *testing.T) {
	for name, row := range map[string]struct{ header, body, want string }{
		"of the mail": {"Content-Type: text/plain; charset=koi8-r", "x", "Привет"},
		"of its text": {"Content-Type: multipart/mixed; boundary=b", "--b\nContent-Type: text/html; charset=koi8-r\n\nx\n--b--\n", "Привет"},
	} {
		root, _ := read(t, "Subject: \xf0\xd2\xc9\xd7\xc5\xd4\n"+row.header+"\n\n"+row.body, mime.Limits{})
		if got := root.Subject(); got != row.want {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

// A name or a file's name is too short to tell its charset; the text says it.
func TestRawNamesAreInTheCharsetOfTheText(t *testing.T) {
	root, _ := read(t, "From: \xb3\xaf\xa4j\xa4\xe5 <a@example.net>\nContent-Type: multipart/mixed; boundary=b\n\n"+
		"--b\n\n\xb1z\xa6n\xa1\x41\xa7\xda\xad\xcc\xb5o\xb2{\xb6Q\xb3\xe6\xa6\xec\xaa\xba\xa6\xf8\xaa\x41\xbe\xb9\xa4W\xa6\xb3\xb3\xa8\xb3\xbd\xba\xf4\xaf\xb8\xa1\x41\xbd\xd0\xbe\xa8\xb3t\xb3\x42\xb2z\xa1\x41\xc1\xc2\xc1\xc2\xa1\x43\n"+
		"--b\nContent-Disposition: attachment; filename=\"\xb3\xaf\xa4j\xa4\xe5.txt\"\n\nx\n--b--\n", mime.Limits{})
	from, _ := root.Addresses("From")
	if len(from) != 1 || from[0].Name != "陳大文" {
		t.Errorf("name: got %v", from)
	}
	if got := root.Children[1].Name; got != "陳大文.txt" {
		t.Errorf("file: got %q", got)
	}
}

// Words that begin and never end must cost one pass.
func TestManyBrokenWords(t *testing.T) {
	for _, piece := range []string{"=?utf-8?q?", "=?", "=?utf-8?q?x ", "=?utf-8?b?YQ", "=?a?q??", "=?utf-8?q?a?=2"} {
		if got := header(t, "Subject: "+strings.Repeat(piece, 60_000/len(piece))).Subject(); len(got) > 60_000 {
			t.Errorf("%q: %d bytes came out", piece, len(got))
		}
	}
}
