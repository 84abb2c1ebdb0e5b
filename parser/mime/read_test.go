package mime_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/parser/mime"
)

// read reads a mail whose lines are ended by LF or CRLF as given.
func read(t testing.TB, raw string, limits mime.Limits) (*mime.Part, []mime.Problem) {
	t.Helper()
	return mime.Read(context.Background(), strings.NewReader(raw), int64(len(raw)), limits)
}

// crlf ends every line as on the wire.
func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// outline shows a tree: one line a part, with number, type, name and, for leaves, the text.
func outline(root *mime.Part) string {
	var b strings.Builder
	root.Walk(func(p *mime.Part) bool {
		fmt.Fprintf(&b, "%q %s", p.Number, p.Type)
		if p.Name != "" {
			fmt.Fprintf(&b, " name=%q", p.Name)
		}
		if p.Leaf() {
			text, _ := p.Text(0)
			fmt.Fprintf(&b, " %q", text)
		}
		b.WriteString("\n")
		return true
	})
	return b.String()
}

func codes(problems []mime.Problem) string {
	var list []string
	seen := map[string]bool{}
	for _, p := range problems {
		if !seen[p.Code] {
			seen[p.Code] = true
			list = append(list, p.Code)
		}
	}
	return strings.Join(list, " ")
}

var trees = []struct {
	name, raw, want, problems string
}{
	{
		"one text",
		"From: ana@example.org\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "",
	}, {
		"two parts and a preamble",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=\"b 1\"\n\npreamble\n--b 1\n\none\n--b 1\nContent-Type: text/html\n\n<p>two\n--b 1--\nepilogue\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/html \"<p>two\"\n", "",
	}, {
		"multipart in multipart",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\np\n--i\nContent-Type: text/html\n\nh\n--i--\n--o\n\nlast\n--o--\n",
		"\"\" multipart/mixed\n\"1\" multipart/alternative\n\"1.1\" text/plain \"p\"\n\"1.2\" text/html \"h\"\n\"2\" text/plain \"last\"\n", "",
	}, {
		"attached mail of one part",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\nsee\n--o\nContent-Type: message/rfc822\n\nSubject: inner\n\ntext\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"see\"\n\"2\" message/rfc822\n\"2.1\" text/plain \"text\"\n", "",
	}, {
		"attached mail of several parts",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i--\n--o--\n",
		"\"\" multipart/mixed\n\"1\" message/rfc822\n\"1.TEXT\" multipart/mixed\n\"1.1\" text/plain \"x\"\n", "",
	}, {
		"attached mail in base64",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCnRleHQK\n--o--\n",
		"\"\" multipart/mixed\n\"1\" message/rfc822\n\"1.1\" text/plain \"text\\n\"\n", "",
	}, {
		"attached mail that is a file by its name",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: application/octet-stream; name=\"Report.EML\"\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCnRleHQK\n--o--\n",
		"\"\" multipart/mixed\n\"1\" message/rfc822 name=\"Report.EML\"\n\"1.1\" text/plain \"text\\n\"\n", "",
	}, {
		"file that is called a mail and is none",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: application/octet-stream; name=a.eml\nContent-Transfer-Encoding: base64\n\nAAECAw==\n--o--\n",
		"\"\" multipart/mixed\n\"1\" application/octet-stream name=\"a.eml\" \"\\x01\\x02\\x03\"\n", "no-header",
	}, {
		"attached mail of nothing",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822; name=a.eml\n\n--o--\n",
		"\"\" multipart/mixed\n\"1\" message/rfc822 name=\"a.eml\" \"\"\n", "no-header",
	}, {
		"digest",
		"Content-Type: multipart/digest; boundary=o\n\n--o\n\nSubject: one\n\ntext\n--o--\n",
		"\"\" multipart/digest\n\"1\" message/rfc822\n\"1.1\" text/plain \"text\"\n", "",
	}, {
		"mail that is a mail",
		"Content-Type: message/rfc822\nSubject: outer\n\nSubject: inner\n\ntext\n",
		"\"\" message/rfc822\n\"1\" text/plain \"text\\n\"\n", "",
	}, {
		"no header at all",
		"Hello team,\nwe see attacks.\n\nRegards\n",
		`"" text/plain "Hello team,\nwe see attacks.\n\nRegards\n"` + "\n", "no-header",
	}, {
		"text that looks like fields",
		"Note: this is urgent\nHost: 192.0.2.1\n\nRegards\n",
		`"" text/plain "Note: this is urgent\nHost: 192.0.2.1\n\nRegards\n"` + "\n", "no-header",
	}, {
		"empty mail", "", `"" text/plain ""` + "\n", "no-header",
	}, {
		"header only", "From: ana@example.org\nSubject: x\n", `"" text/plain ""` + "\n", "",
	}, {
		"mbox line",
		"From ana@example.org Sat Nov 21 10:00:00 2026\nFrom: ana@example.org\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "",
	}, {
		"leading blank and folded lines",
		"\n  folded\n\nFrom: ana@example.org\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "",
	}, {
		"line without colon in the header",
		"From: ana@example.org\nthis is broken\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "bad-header",
	}, {
		"illegal field name",
		"From: ana@example.org\nBad Name: x\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "bad-header",
	}, {
		"trace without its indentation",
		"Received: from a.example (a.example)\nby b.example with ESMTPS\nid 4ABC\nfor <ana@example.org>; Sat, 21 Nov 2026 10:00:00 +0000\nDKIM-Signature: v=1; a=rsa-sha256;\nb=AbC\nd0d0d0d0d0d0d0d0d0d0d0/+==\nFrom: ana@example.org\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "bad-header",
	}, {
		"text right behind a trace",
		"From: ana@example.org\nReceived: from a.example\nHello team,\nfor some days we see attacks.\n",
		`"" text/plain "Hello team,\nfor some days we see attacks.\n"` + "\n", "bad-header",
	}, {
		"missing blank line",
		"From: ana@example.org\nSubject: x\nHello team,\nthe text begins at once.\n",
		`"" text/plain "Hello team,\nthe text begins at once.\n"` + "\n", "bad-header",
	}, {
		"blank line of blanks",
		"From: ana@example.org\nSubject: x\n  \t\nhello\n",
		`"" text/plain "hello\n"` + "\n", "",
	}, {
		"missing blank line in a part",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\nHello team,\ntext.\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"Hello team,\\ntext.\"\n", "bad-header",
	}, {
		"part whose text looks like a field",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nHost: 192.0.2.1\n\nmore\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"Host: 192.0.2.1\\n\\nmore\"\n", "no-header",
	}, {
		"blank line before the header of a part",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\nContent-Type: text/html\n\n<p>x\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>x\"\n", "",
	}, {
		"last boundary missing",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\none\n--o\n\ntwo\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/plain \"two\\n\"\n", "broken-boundary",
	}, {
		"last inner boundary missing",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\np\n--o\n\nlast\n--o--\n",
		"\"\" multipart/mixed\n\"1\" multipart/alternative\n\"1.1\" text/plain \"p\"\n\"2\" text/plain \"last\"\n", "broken-boundary",
	}, {
		"boundary never appears",
		"Content-Type: multipart/mixed; boundary=o\n\nHello, no part here.\n",
		"\"\" text/plain \"Hello, no part here.\\n\"\n", "broken-boundary",
	}, {
		"boundary not declared, parts are there",
		"Content-Type: multipart/mixed\n\n--o\nContent-Type: text/plain\n\none\n--o\nContent-Type: text/html\n\n<p>two\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/html \"<p>two\"\n", "missing-boundary broken-boundary",
	}, {
		"every part begins with another undeclared boundary",
		"Content-Type: multipart/mixed; boundary=\n\n------- part 1\nContent-Type: text/plain\n\none\n\n------- part 2\nContent-Type: text/html\n\n<p>two\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\\n\"\n\"2\" text/html \"<p>two\\n\"\n", "missing-boundary broken-boundary",
	}, {
		"another boundary declared than used",
		"Content-Type: multipart/mixed; boundary=wrong\n\n--o\nContent-Type: text/plain\n\none\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "broken-boundary",
	}, {
		"multipart without boundary and without parts",
		"Content-Type: multipart/mixed\n\nHello\n",
		"\"\" text/plain \"Hello\\n\"\n", "missing-boundary broken-boundary",
	}, {
		"boundary declared twice",
		"Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--b\n\none\n--b--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "broken-boundary",
	}, {
		"unquoted boundary with signs that need quotes",
		"Content-Type: multipart/mixed; boundary==_a/b:c?\n\n--=_a/b:c?\n\none\n--=_a/b:c?--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary in pieces",
		"Content-Type: multipart/mixed; boundary*0=ab; boundary*1=cd\n\n--abcd\n\none\n--abcd--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary of 8-bit signs",
		"Content-Type: multipart/mixed; boundary=\"gr\xfc\xdfe\"\n\n--gr\xfc\xdfe\n\none\n--gr\xfc\xdfe--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary without closing quote",
		"Content-Type: multipart/mixed; boundary=\"abc\n\n--abc\n\none\n--abc--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"inner multipart with the outer boundary",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=o\n\n--o\n\np\n--o\n\nq\n--o--\n--o\n\nlast\n--o--\n",
		"\"\" multipart/mixed\n\"1\" multipart/alternative\n\"1.1\" text/plain \"p\"\n\"1.2\" text/plain \"q\"\n\"2\" text/plain \"last\"\n", "broken-boundary",
	}, {
		"parts behind the last boundary",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\none\n--o--\n--o\n\ntwo\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/plain \"two\"\n", "broken-boundary",
	}, {
		"boundary that begins with another one",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=o1\n\n--o1\n\np\n--o1--\n--o\n\nlast\n--o--\n",
		"\"\" multipart/mixed\n\"1\" multipart/alternative\n\"1.1\" text/plain \"p\"\n\"2\" text/plain \"last\"\n", "",
	}, {
		"boundary that ends in two dashes",
		"Content-Type: multipart/mixed; boundary=\"o--\"\n\n--o--\n\none\n--o----\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary right behind a header",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/html\n--o\n\ntwo\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"\"\n\"2\" text/plain \"two\"\n", "",
	}, {
		"empty parts",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\n--o\n\n\n--o--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"\"\n\"2\" text/plain \"\"\n", "",
	}, {
		"boundary with blanks behind it",
		"Content-Type: multipart/mixed; boundary=o\n\n--o  \n\none\n--o-- \n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary with a sign of comments",
		"Content-Type: multipart/mixed; boundary=----=_Part_(1)_2\n\n------=_Part_(1)_2\n\none\n------=_Part_(1)_2--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary in apostrophes that are part of it",
		"Content-Type: multipart/mixed; boundary='abc'\n\n--'abc'\n\none\n--'abc'--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"boundary in apostrophes that are not",
		"Content-Type: multipart/mixed; boundary='abc'\n\n--abc\n\none\n--abc--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "",
	}, {
		"text behind the last boundary on its line",
		"Content-Type: multipart/mixed; boundary=longenough\n\n--longenough\n\none\n--longenough--A footer\nmore\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "broken-boundary",
	}, {
		"only the last boundary",
		"Content-Type: multipart/mixed; boundary=b\n\nthe text\n--b--\n",
		"\"\" text/plain \"the text\"\n", "broken-boundary",
	}, {
		"first boundary missing",
		"Content-Type: multipart/mixed; boundary=b\n\nContent-Type: text/html\n\n<p>one\n--b\n\ntwo\n--b--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>one\"\n\"2\" text/plain \"two\"\n", "broken-boundary",
	}, {
		"boundary without its dashes",
		"Content-Type: multipart/mixed; boundary=\"----abcdefgh\"\n\n--abcdefgh\n\none\n--abcdefgh\n\ntwo\n--abcdefgh--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/plain \"two\"\n", "broken-boundary",
	}, {
		"parts of a mail without a content type",
		"From: a@example.org\n\n--abcdefgh\nContent-Type: text/html\n\n<p>one\n--abcdefgh--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>one\"\n", "missing-boundary broken-boundary",
	}, {
		"quoted source of a mail is text",
		"From: a@example.org\n\nIt bounced:\n\n--abcdefgh\nContent-Type: text/html\n\n<p>one\n--abcdefgh--\n",
		"\"\" text/plain \"It bounced:\\n\\n--abcdefgh\\nContent-Type: text/html\\n\\n<p>one\\n--abcdefgh--\\n\"\n", "",
	}, {
		"multipart encoded as a whole",
		"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\nLS1iCgpvbmUKLS1iLS0K\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "broken-encoding",
	}, {
		"two content types, the second fits",
		"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n", "bad-content-type",
	}, {
		"byte order mark before the header",
		"\ufeffFrom: a@example.org\nSubject: x\n\nhello\n",
		`"" text/plain "hello\n"` + "\n", "",
	}, {
		"byte order mark behind a field of the server",
		"Received: by mx.example.org\n\ufeffContent-Type: text/html\nSubject: x\n\nhello\n",
		`"" text/html "hello\n"` + "\n", "",
	}, {
		"text whose second line looks like a field",
		"From: a@example.org\nSubject: x\nHello,\nNote: important\n\nend\n",
		`"" text/plain "Hello,\nNote: important\n\nend\n"` + "\n", "bad-header",
	}, {
		"type of blanks and commas",
		"From: a@example.org\nContent-Type: text / html, charset=utf-8\n\nhello\n",
		"\"\" text/html \"hello\\n\"\n", "",
	}, {
		"parts and no header at all",
		"--abcdefgh\nContent-Type: text/plain\n\none\n--abcdefgh\nContent-Type: text/html\n\n<p>two\n--abcdefgh--\n",
		"\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/html \"<p>two\"\n", "no-header missing-boundary broken-boundary",
	}, {
		"a last boundary and nothing else",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n",
		"\"\" text/plain \"\"\n", "broken-boundary",
	}, {
		"text behind a last boundary and no part",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b--\nhello\n",
		"\"\" text/plain \"hello\\n\"\n", "broken-boundary",
	}, {
		"a name that turns its direction",
		"From: a@example.org\nContent-Type: application/pdf; name=\"a\u202efdp.exe\"\n\nx\n",
		"\"\" application/pdf name=\"afdp.exe\" \"x\\n\"\n", "masked-name",
	}, {
		"blanks instead of the blank line, and parts",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=bbbb\n  \n--bbbb\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>\n--bbbb--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>\"\n", "",
	}, {
		"no blank line before the first boundary",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=bbbb\n--bbbb\nContent-Type: text/html\n\n<p>\n--bbbb--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>\"\n", "bad-header",
	}, {
		"blanks instead of the blank line, and indented text",
		"From: a@example.org\nSubject: x\n  \n  one\ntwo\n",
		"\"\" text/plain \"  one\\ntwo\\n\"\n", "",
	}, {
		"a blank line before the header of a part",
		"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>\n--b--\n",
		"\"\" multipart/mixed\n\"1\" text/html \"<p>\"\n", "",
	}, {
		"one piece of a mail",
		"From: a@example.org\nContent-Type: message/partial; number=1\n\nhello\n",
		"\"\" message/partial \"hello\\n\"\n", "partial-message",
	}, {
		"content type that is none",
		"From: a@example.org\nContent-Type: rubbish; charset=utf-8\n\nhello\n",
		"\"\" text/plain \"hello\\n\"\n", "bad-content-type",
	}, {
		"unknown transfer encoding",
		"From: a@example.org\nContent-Transfer-Encoding: x-mystery\n\nhello\n",
		"\"\" text/plain \"hello\\n\"\n", "",
	},
}

func TestReadFindsParts(t *testing.T) {
	for _, row := range trees {
		for ending, raw := range map[string]string{"lf": row.raw, "crlf": crlf(row.raw)} {
			t.Run(row.name+"/"+ending, func(t *testing.T) {
				root, problems := read(t, raw, mime.Limits{})
				if diff := cmp.Diff(outline(root), row.want); diff != "" {
					t.Errorf("tree (-got +want):\n%s", diff)
				}
				if got := codes(problems); got != row.problems {
					t.Errorf("problems: got %q, want %q", got, row.problems)
				}
			})
		}
	}
}

func TestReadMixedLineEnds(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\n\none\r\n--o\r\n\r\ntwo\n--o--\r\n"
	root, problems := read(t, raw, mime.Limits{})
	want := "\"\" multipart/mixed\n\"1\" text/plain \"one\"\n\"2\" text/plain \"two\"\n"
	if diff := cmp.Diff(outline(root), want); diff != "" || problems != nil {
		t.Errorf("tree (-got +want):\n%s problems %v", diff, problems)
	}
}

// What a signature covers is the part without the line break that belongs to
// the boundary, byte for byte.
func TestRawIsExact(t *testing.T) {
	signed := "Content-Type: text/plain;\r\n charset=utf-8\r\n\r\ntrailing blanks  \r\n\r\nend\r\n"
	raw := "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n" + signed + "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n"
	root, _ := read(t, raw, mime.Limits{})
	got, err := io.ReadAll(root.Children[0].Raw())
	if err != nil || string(got) != signed {
		t.Errorf("got %q, %v, want %q", got, err, signed)
	}
	body, _ := io.ReadAll(root.Children[0].Body())
	if want := "trailing blanks  \r\n\r\nend\r\n"; string(body) != want {
		t.Errorf("body: got %q, want %q", body, want)
	}
}

func TestReadOfALongLineKeepsWhatFollows(t *testing.T) {
	raw := "From: ana@example.org\nX-Long: " + strings.Repeat("x", 1<<20) + "\nSubject: still here\n\nhello\n"
	root, problems := read(t, raw, mime.Limits{})
	if got, want := root.Subject(), "still here"; got != want {
		t.Errorf("subject: got %q, want %q", got, want)
	}
	if got, want := codes(problems), "header-too-large"; got != want {
		t.Errorf("problems: got %q, want %q", got, want)
	}
	if text, _ := root.Text(0); text != "hello\n" {
		t.Errorf("text: got %q", text)
	}
}

func TestReadOfTooManyFieldsKeepsTheVitalOnes(t *testing.T) {
	raw := strings.Repeat("X-Junk: y\n", 100_000) + "Subject: still here\nFrom: ana@example.org\n\nhello\n"
	root, problems := read(t, raw, mime.Limits{})
	if got, want := root.Subject(), "still here"; got != want {
		t.Errorf("subject: got %q, want %q", got, want)
	}
	if got, want := root.Header.Len(), mime.DefaultFields+2; got > want {
		t.Errorf("fields: got %d, want at most %d", got, want)
	}
	if got, want := codes(problems), "header-too-large"; got != want {
		t.Errorf("problems: got %q, want %q", got, want)
	}
}

func TestReadStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	raw := "From: ana@example.org\n\nhello\n"
	root, problems := mime.Read(ctx, strings.NewReader(raw), int64(len(raw)), mime.Limits{})
	if root == nil || codes(problems) != "work-limit no-header" {
		t.Errorf("got root %v, problems %q", root, codes(problems))
	}
}

type failing struct{ io.ReaderAt }

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at > 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, _ := f.ReaderAt.ReadAt(p[:min(len(p), 30)], at)
	return n, io.ErrUnexpectedEOF
}

func TestReadOfUnreadableBytes(t *testing.T) {
	raw := "Subject: x\n\n" + strings.Repeat("line\n", 100)
	root, problems := mime.Read(context.Background(), failing{strings.NewReader(raw)}, int64(len(raw)), mime.Limits{})
	if root == nil {
		t.Fatal("no root")
	}
	if _, more := root.Text(0); codes(append(problems, more...)) != "unreadable" {
		t.Errorf("problems: got %q", codes(append(problems, more...)))
	}
}

func TestAttachedTellsTheMailsApart(t *testing.T) {
	root, _ := read(t, "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nmine\n--o\nContent-Type: message/rfc822\n\nSubject: inner\n\ntheirs\n--o--\n", mime.Limits{})
	got := map[string]bool{}
	root.Walk(func(p *mime.Part) bool {
		got[p.Number] = p.Attached()
		return true
	})
	want := map[string]bool{"": false, "1": false, "2": false, "2.1": true}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestWalkLeavesOutWhatIsRefused(t *testing.T) {
	root, _ := read(t, flat(3), mime.Limits{})
	visits := 0
	root.Walk(func(*mime.Part) bool {
		visits++
		return false
	})
	if visits != 1 {
		t.Errorf("visited %d parts, want 1", visits)
	}
}
