package parser_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"postern/parser"
)

// hostile are mails made to cost work. What they may cost is checked by what
// was read and kept; the deadline only catches what never ends.
var hostile = []struct{ name, head, unit string }{
	{"parts", "Content-Type: multipart/mixed; boundary=o\n\n", "--o\n\nx 192.0.2.1\n"},
	{"empty parts", "Content-Type: multipart/mixed; boundary=o\n\n", "--o\n"},
	{"heads of quoted mails", "\n", "From: a@example.net\n"},
	{"heads with folded values", "\n", "From: a\nTo: b\nx\nx\nx\nx\nx\nx\n"},
	{"attributions", "\n", "On Saturday somebody somewhere wrote this in a mail to us:\n"},
	{"attributions of nothing", "\n", "a@example.net at 10:00 wrote:\n"},
	{"lines that end in a colon", "\n", "a:\n"},
	{"quotes", "\n", "> > > > > > >\n"},
	{"links wrapped in themselves", "\n", "https://safelinks.protection.outlook.com/?url="},
	{"marks of signatures", "\n", "--\nx\n\n"},
	{"legal notices", "\n", "This e-mail is confidential and intended solely for the addressee; if you got it in error, delete it and notify the sender.\n\n"},
	{"labels of the traffic light", "\n", "TLP:RED TLP:AMBER "},
	{"labels in the subject", "Subject: ", "TLP:RED "},
	{"addresses", "To: ", "a@example.net,"},
	{"open brackets in addresses", "To: ", "<(\"a"},
	{"at signs in addresses", "To: ", "a@a@"},
	{"encoded words", "Subject: ", "=?utf-8?q?a?= "},
	{"beginnings of encoded words", "Subject: ", "=?utf-8?q?a"},
	{"references", "References: ", "<a@example.net>"},
	{"comments in results", "Authentication-Results: ", "(;("},
	{"open elements", "Content-Type: text/html\n\n", "<div><a href=\"https://www.example.net/\">"},
	{"quotes in a page", "Content-Type: text/html\n\n", "<blockquote>x"},
	{"addresses in the text", "\n", "192.0.2.1 hxxp://x[.]example[.]net/ "},
	{"stop words", "\n", "the and of to in "},
	{"parameters", "Content-Type: text/plain; ", "a*0*=utf-8''%41; "},
	{"one long line", "\n", "xxxxxxxxxx"},
	{"base64 of junk", "Content-Transfer-Encoding: base64\n\n", "=!\n\n"},
	{"equals signs that mean nothing", "Content-Transfer-Encoding: quoted-printable\n\n", "="},
	{"base64 of blanks", "Content-Transfer-Encoding: base64\n\n", "    "},
	{"base64 lines that are nearly right", "Content-Transfer-Encoding: base64\n\n", strings.Repeat("QUJD", 18) + "QU!D\n"},
	{"semicolons in a file name", "Content-Disposition: attachment; filename=a", ";b "},
	{"quotes in a file name", "Content-Disposition: attachment; filename=\"a", "\"b "},
	{"comments in a type", "Content-Type: ", "("},
	{"files in the text that begin", "\n", "begin 644 a\n"},
	{"files in the text that end", "\n", "begin 644 a\n#86)C\nend\n"},
	{"commands of rich text", "Content-Type: text/enriched\n\n", "<param>"},
	{"boundaries with text behind", "Content-Type: multipart/mixed; boundary=boundary\n\n", "--boundary--x\n--boundary x\n"},
	{"boundaries that resemble", "Content-Type: multipart/mixed; boundary=boundary\n\n", "--boundarz\n\n"},
	{"pairs of surrogates", "Content-Type: text/plain; charset=utf-8\n\n", "\xed\xa0\xbd\xed\xb8\x80\xed"},
	{"shifts of ISO 2022", "\n", "\x1b$B!!\x1b(B"},
	{"events of a calendar", "Content-Type: text/calendar\n\n", "SUMMARY:x\n y\n"},
	{"bytes in no charset", "Content-Type: text/plain; charset=x\n\n", "\xe9\xfc\xdf "},
}

func TestHostileMailEndsAndIsBounded(t *testing.T) {
	for _, row := range hostile {
		t.Run(row.name, func(t *testing.T) {
			raw := "From: a@example.net\n" + row.head + strings.Repeat(row.unit, hostileSize/len(row.unit)) + "\n\nend\n"
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			got := parser.Parse(ctx, strings.NewReader(raw), int64(len(raw)), env())
			if ctx.Err() != nil {
				t.Fatal("it takes more than a minute")
			}
			if len(got.Text) > 20*parser.DefaultText || len(got.Indicators) > parser.DefaultIndicators || len(got.Problems) > 200 {
				t.Errorf("got %d bytes of text, %d indicators, %d problems", len(got.Text), len(got.Indicators), len(got.Problems))
			}
		})
	}
}

// BenchmarkHostile shows that the cost of each grows with its size alone: the
// MB/s of both sizes are alike.
func BenchmarkHostile(b *testing.B) {
	for _, row := range hostile {
		for name, size := range map[string]int{"quarter": 1 << 18, "one": 1 << 20} {
			b.Run(strings.ReplaceAll(row.name, " ", "-")+"/"+name, func(b *testing.B) {
				raw := "From: a@example.net\n" + row.head + strings.Repeat(row.unit, size/len(row.unit)) + "\n\nend\n"
				b.SetBytes(int64(len(raw)))
				e := env()
				for b.Loop() {
					parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
				}
			})
		}
	}
}

// pattern is a mail of any size that takes no memory.
type pattern struct {
	head string
	size int64
}

// lines are what such a mail is made of.
var lines = strings.Repeat(strings.Repeat("A", 76)+"\n", 1024)

func (p pattern) ReadAt(to []byte, at int64) (int, error) {
	n := 0
	for n < len(to) && at < p.size {
		from := p.head[min(at, int64(len(p.head))):]
		if from == "" {
			from = lines[(at-int64(len(p.head)))%int64(len(lines)):]
		}
		got := copy(to[n:], from[:min(int64(len(from)), p.size-at)])
		n, at = n+got, at+int64(got)
	}
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

func allocated(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestLargeMailCostsLittleMemory(t *testing.T) {
	file := "From: a@example.net\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\ntext\n--o\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
	for name, row := range map[string]struct {
		mail pattern
		most uint64
	}{
		"50 MB of a file": {pattern{file, 50 << 20}, 4 << 20},
		"30 MB of text":   {pattern{"From: a@example.net\n\n", 30 << 20}, 16 * parser.DefaultText},
	} {
		t.Run(name, func(t *testing.T) {
			var got parser.Report
			cost := allocated(func() { got = parser.Parse(context.Background(), row.mail, row.mail.size, env()) })
			if cost > row.most && !underRace { // `make end-to-end` runs it without
				t.Errorf("allocated %d bytes, want at most %d", cost, row.most)
			}
			if got.From == nil || len(got.Text) > parser.DefaultText {
				t.Errorf("got %d bytes of text", len(got.Text))
			}
		})
	}
}

// TestOpenedBlocksShareTheRoomForText puts a compressed text into a mail that is far
// longer than what is kept of any mail: nothing of it may be read by the gigabyte.
func TestOpenedBlocksShareTheRoomForText(t *testing.T) {
	var packed bytes.Buffer
	packed.Write([]byte{0xA0 | 3, 2}) // compressed data of unknown length, ZLIB (RFC 9580 section 5.6)
	to := zlib.NewWriter(&packed)
	text := strings.Repeat("one more line of the report\n", 1<<20)
	literal := append([]byte{0xCB, 0xFF}, binary.BigEndian.AppendUint32(nil, uint32(6+len(text)))...)
	to.Write(append(append(literal, "t\x00\x00\x00\x00\x00"...), text...))
	to.Close()
	raw := "From: a@example.net\n\nHello\n\n-----BEGIN PGP MESSAGE-----\n\n" + base64.StdEncoding.EncodeToString(packed.Bytes()) + "\n-----END PGP MESSAGE-----\n\nbye\n"
	got := parse(t, raw)
	if len(got.Text) < parser.DefaultText/2 || len(got.Text) > 2*parser.DefaultText {
		t.Errorf("got %d bytes of text", len(got.Text))
	}
	if !strings.Contains(codes(got), "text-truncated") {
		t.Errorf("got problems %s", codes(got))
	}
}
