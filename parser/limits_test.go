package parser_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/archive"
	"postern/parser/mime"
)

// grown is a zip whose one table is so many bytes of nothing.
func grown(t testing.TB, size int) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("scan_report.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(f, "\"timestamp\",\"ip\",\"port\",\"severity\"\n")
	_, _ = f.Write(bytes.Repeat([]byte{'0'}, size))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func file(name, content string) string {
	return "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nsee the file\n--o\nContent-Type: application/octet-stream; name=" + name +
		"\nContent-Transfer-Encoding: base64\n\n" + folded(base64.StdEncoding.EncodeToString([]byte(content))) + "--o--\n"
}

func deep(levels int) string {
	var b strings.Builder
	for n := range levels {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", n, n)
	}
	return b.String() + "\ninside\n"
}

// limits are one hostile mail for each limit of a parse, and the problem that
// says what was left out.
var limits = []struct {
	name    string
	raw     func(testing.TB) string
	limits  parser.Limits
	problem string
}{
	{"bytes of text", func(testing.TB) string { return "\n" + strings.Repeat("words and more words\n", 300_000) }, parser.Limits{}, mime.CodeTextTruncated},
	{"bytes of decoded parts", func(testing.TB) string { return file("a.bin", strings.Repeat("x", 10_000)) }, parser.Limits{MIME: mime.Limits{Decoded: 5000}}, mime.CodeTooLarge},
	{"depth", func(testing.TB) string { return deep(1000) }, parser.Limits{}, mime.CodeTooDeep},
	{"parts", func(testing.TB) string {
		return "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\n\nx\n", 12_000)
	}, parser.Limits{}, mime.CodeTooManyParts},
	{"header line", func(testing.TB) string { return "X-Long: " + strings.Repeat("y", 1<<20) + "\n\ntext\n" }, parser.Limits{}, mime.CodeHeaderTooLarge},
	{"header", func(testing.TB) string {
		return strings.Repeat("X-Junk: "+strings.Repeat("y", 900)+"\n", 10_000) + "\ntext\n"
	}, parser.Limits{}, mime.CodeHeaderTooLarge},
	{"header of a part", func(testing.TB) string {
		return "Content-Type: multipart/mixed; boundary=o\n\n--o\n" + strings.Repeat("X-Junk: "+strings.Repeat("y", 900)+"\n", 1000) + "\ntext\n--o--\n"
	}, parser.Limits{}, mime.CodeHeaderTooLarge},
	{"files of archives", func(t testing.TB) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for n := range 1500 {
			_, _ = w.Create(fmt.Sprintf("%d.txt", n))
		}
		_ = w.Close()
		return file("a.zip", b.String())
	}, parser.Limits{}, archive.CodeLimit},
	{"attached mails that are encoded", func(testing.TB) string {
		inner := "Subject: in\n\n" + strings.Repeat("inside\n", 10_000)
		return "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + folded(base64.StdEncoding.EncodeToString([]byte(inner)))
	}, parser.Limits{MIME: mime.Limits{Decoded: 20_000}}, mime.CodeTooLarge},
	{"indicators", func(testing.TB) string {
		var b strings.Builder
		for n := range 2000 {
			fmt.Fprintf(&b, "203.0.%d.%d\n", n/250, n%250)
		}
		return "\n" + b.String()
	}, parser.Limits{Indicators: 1000}, "too-many-indicators"},
}

// TestEveryLimitIsAReportWithAProblem: whatever is cut, the report is there and
// says so.
func TestEveryLimitIsAReportWithAProblem(t *testing.T) {
	for _, row := range limits {
		t.Run(row.name, func(t *testing.T) {
			e := env()
			e.Limits = row.limits
			raw := "From: a@example.net\nSubject: still read\n" + row.raw(t)
			got := parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
			if got.Subject != "still read" || len(got.From) != 1 {
				t.Errorf("got subject %q, from %v", got.Subject, got.From)
			}
			if !strings.Contains(codes(got), row.problem) {
				t.Errorf("problems: got %q, want %q", codes(got), row.problem)
			}
		})
	}
}

func TestTimeThatIsUpIsAReportWithAProblem(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	raw := "From: a@example.net\nSubject: late\nContent-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\n\nx\n", 3000)
	got := parser.Parse(ctx, strings.NewReader(raw), int64(len(raw)), env())
	if got.From == nil || !strings.Contains(codes(got), mime.CodeWorkLimit) {
		t.Errorf("got %v, problems %q", got.From, codes(got))
	}
}

// A zip that grows is listed as it says and read no further than the limit, by
// however many formats look into it.
func TestZipThatGrowsIsReadToTheLimit(t *testing.T) {
	raw := "From: a@example.net\n" + file("feed.zip", grown(t, 64<<20))
	e := env()
	e.Limits.Archive = archive.Limits{Unpacked: 4 << 20}
	var got parser.Report
	cost := allocated(func() { got = parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e) })
	if len(got.Attachments) != 1 || len(got.Attachments[0].Entries) != 1 || got.Attachments[0].Entries[0].Size < 64<<20 {
		t.Fatalf("got %+v", got.Attachments)
	}
	if cost > 64<<20 {
		t.Errorf("allocated %d bytes", cost)
	}
}

// BenchmarkLimits measures the mails of the design's table: each well under a second.
func BenchmarkLimits(b *testing.B) {
	for name, raw := range map[string]string{
		"5000-parts":    "Content-Type: multipart/mixed; boundary=o\n\n" + strings.Repeat("--o\nContent-Type: text/plain\n\nline 198.51.100.7\n", 5000) + "--o--\n",
		"1MB-header":    "X-Long: " + strings.Repeat("y", 1<<20) + "\n\ntext\n",
		"1MB-subject":   "Subject: " + strings.Repeat("y", 1<<20) + "\n\ntext\n",
		"1MB-addresses": "To: " + strings.Repeat("a@example.net, ", 70_000) + "\n\ntext\n",
		"30MB-text":     "\n" + strings.Repeat("All work and no play makes a dull day at 198.51.100.7 again.\n", 500_000),
		"30MB-html":     "Content-Type: text/html\n\n" + strings.Repeat("<p>All work and no play makes a <b>dull</b> day at 198.51.100.7.</p>\n", 440_000),
		"30MB-file":     file("a.bin", strings.Repeat("x", 22<<20)),
		"zip-64MB":      file("feed.zip", grown(b, 64<<20)),
	} {
		b.Run(name, func(b *testing.B) {
			raw := "From: a@example.net\n" + raw
			e := env()
			for b.Loop() {
				parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
			}
		})
	}
}
