package mime_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"postern/parser/mime"
)

// counting counts the bytes read from a mail.
type counting struct {
	io.ReaderAt
	bytes int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, at)
	c.bytes += int64(n)
	return n, err
}

// nodes counts the parts of a tree and how deep it goes.
func nodes(p *mime.Part) (count, depth int) {
	count = 1
	for _, child := range p.Children {
		n, d := nodes(child)
		count += n
		depth = max(depth, d)
	}
	return count, depth + 1
}

func flat(parts int) string {
	return "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\n\nx\n", parts) + "--o--\n"
}

func nested(depth int) string {
	var b strings.Builder
	for n := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", n, n)
	}
	return b.String() + "\ninside\n"
}

func nestedMails(depth int) string {
	return strings.Repeat("Content-Type: message/rfc822\n\n", depth) + "Subject: in\n\ninside\n"
}

// encodedMails is an attached mail in base64 in an attached mail in base64 …
func encodedMails(depth int) string {
	mail := "Subject: in\n\ninside\n"
	for range depth {
		mail = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(mail)) + "\n"
	}
	return mail
}

var hostile = []struct {
	name, raw    string
	nodes, depth int // at most
	problems     string
}{
	{"5,000 parts", flat(5000), 5001, 2, ""},
	{"200,000 empty parts", "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\n", 200_000), mime.DefaultParts, 2, "too-many-parts"},
	{"1,000 nested parts", nested(1000), mime.DefaultDepth + 1, mime.DefaultDepth + 1, "too-deep"},
	{"1,000 nested mails", nestedMails(1000), mime.DefaultDepth + 1, mime.DefaultDepth + 1, "too-deep"},
	{"20 mails in base64 inside each other", encodedMails(20), 21, 21, ""},
	{"header of 10 MB", strings.Repeat("X-Junk: "+strings.Repeat("y", 990)+"\n", 10_000) + "Subject: x\n\nhello\n", 1, 1, "header-too-large"},
	{"one line of 10 MB", "Subject: " + strings.Repeat("y", 10<<20), 1, 1, "header-too-large"},
	{"folded lines without end", "Subject: x\n" + strings.Repeat(" y\n", 1<<20), 1, 1, "header-too-large"},
	{"boundaries that are none", "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--p\n", 300_000), 1, 1, "broken-boundary"},
	{"1,000 declared boundaries", "Content-Type: multipart/mixed" + boundariesOf(1000) + "\n\n--b99\n\nx\n", 2, 2, "broken-boundary"},
	{"9,000 files with raw names", "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\nContent-Disposition: attachment; filename=\"\xcf\xf0\xe8\xe2\xe5\xf2\"\n\nx\n", 9000), 9001, 2, ""},
	{"20,000 parts with a header each", "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\nX-A: "+strings.Repeat("y", 2000)+"\n\n", 20_000), mime.DefaultParts, 2, "too-many-parts"},
}

func boundariesOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "; boundary=b%d", i)
	}
	return b.String()
}

// The bounds hold by counting, not by the clock: every byte is read at most
// twice, and the tree stays within its limits.
func TestReadIsBoundedOnHostileMail(t *testing.T) {
	for _, row := range hostile {
		t.Run(row.name, func(t *testing.T) {
			raw := &counting{ReaderAt: strings.NewReader(row.raw)}
			root, problems := mime.Read(context.Background(), raw, int64(len(row.raw)), mime.Limits{})
			count, depth := nodes(root)
			if count > row.nodes || depth > row.depth {
				t.Errorf("got %d nodes %d deep, want at most %d and %d", count, depth, row.nodes, row.depth)
			}
			if got := codes(problems); !strings.Contains(got, row.problems) {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
			if limit := 2*int64(len(row.raw)) + 4096; raw.bytes > limit {
				t.Errorf("read %d bytes of a mail of %d", raw.bytes, len(row.raw))
			}
		})
	}
}

// A guess of a charset is dear: after some of them the rest is read like those.
func TestManyGuessesEnd(t *testing.T) {
	word := "=?x-mystery?Q?=CF=F0=E8=E2=E5=F2?= a "
	root, problems := read(t, "Subject: "+strings.Repeat(word, 20_000)+"\n\nx", mime.Limits{})
	text, more := root.Line("Subject")
	if !strings.HasPrefix(text, "Привет a Привет") || !strings.Contains(text, "Ïðèâåò") || len(problems)+len(more) == 0 {
		t.Errorf("got %.60q, %v, %v", text, problems, more)
	}
}

// endless is a mail of any size that takes no memory: a header, then lines.
type endless struct {
	head string
	size int64
}

var lines = strings.Repeat(strings.Repeat("A", 76)+"\n", 1024)

func (e endless) ReadAt(to []byte, at int64) (int, error) {
	n := 0
	for n < len(to) && at < e.size {
		from := e.head[min(at, int64(len(e.head))):]
		if from == "" {
			from = lines[(at-int64(len(e.head)))%int64(len(lines)):]
		}
		got := copy(to[n:], from[:min(int64(len(from)), e.size-at)])
		n, at = n+got, at+int64(got)
	}
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

func TestLargeAttachmentCostsNoMemory(t *testing.T) {
	mail := endless{"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Transfer-Encoding: base64\nContent-Type: application/zip\n\n", 50 << 20}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	root, _ := mime.Read(context.Background(), mail, mail.size, mime.Limits{})
	n, err := io.Copy(io.Discard, root.Children[0].Open())
	runtime.ReadMemStats(&after)
	if err != nil || n < 36<<20 {
		t.Errorf("decoded %d bytes, %v", n, err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("allocated %d bytes, want less than 1 MB", got)
	}
}

func TestTextIsBounded(t *testing.T) {
	mail := endless{"Content-Type: text/plain\n\n", 30 << 20}
	root, _ := mime.Read(context.Background(), mail, mail.size, mime.Limits{})
	text, problems := root.Text(4 << 20)
	if len(text) > 4<<20 || codes(problems) != "text-truncated" {
		t.Errorf("got %d bytes, problems %q", len(text), codes(problems))
	}
}

func TestDecodedIsBounded(t *testing.T) {
	raw := "Subject: x\n\n" + strings.Repeat("line\n", 100)
	root, _ := read(t, raw, mime.Limits{Decoded: 50})
	body := root.Open()
	got, err := io.ReadAll(body)
	if err != nil || len(got) != 50 || codes(body.Problems()) != "too-large" {
		t.Errorf("got %d bytes, %v, problems %q", len(got), err, codes(body.Problems()))
	}
}

func TestEncodedMailTooLargeToOpenStaysAFile(t *testing.T) {
	inner := "Subject: in\n\n" + strings.Repeat("inside\n", 1000)
	raw := "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(inner))
	root, problems := read(t, raw, mime.Limits{Decoded: 1000})
	if !root.Leaf() || codes(problems) != "too-large" {
		t.Errorf("got %d children, problems %q", len(root.Children), codes(problems))
	}
}

// TestManyEncodedMailsTakeNoMoreRoomThanTheyHave attaches a thousand tiny mails in
// base64: each took a megabyte, which stayed.
func TestManyEncodedMailsTakeNoMoreRoomThanTheyHave(t *testing.T) {
	part := "--o\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("Subject: in\n\ninside\n")) + "\n"
	raw := "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat(part, 1000) + "--o--\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	root, _ := read(t, raw, mime.Limits{})
	runtime.ReadMemStats(&after)
	if count, _ := nodes(root); count != 2001 {
		t.Errorf("got %d nodes, want 2001", count)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 100<<20 {
		t.Errorf("it took %d MB", got>>20)
	}
}

func TestTheRestBehindTooManyPartsIsKept(t *testing.T) {
	root, _ := read(t, flat(100), mime.Limits{Parts: 10})
	last := root.Children[len(root.Children)-1]
	rest, _ := io.ReadAll(last.Body())
	if last.Type != "application/octet-stream" || !bytes.HasSuffix(rest, []byte("--o--\n")) {
		t.Errorf("got %s ending %q", last.Type, rest[max(0, len(rest)-20):])
	}
}

func BenchmarkRead(b *testing.B) {
	for _, row := range hostile {
		b.Run(strings.ReplaceAll(row.name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(row.raw)))
			b.ReportAllocs()
			for b.Loop() {
				mime.Read(context.Background(), strings.NewReader(row.raw), int64(len(row.raw)), mime.Limits{})
			}
		})
	}
}
