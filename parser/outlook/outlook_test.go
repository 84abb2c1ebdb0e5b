package outlook_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/parser/mime"
	"postern/parser/outlook"
)

// open opens one file and shows its tree.
func open(name string, data []byte, limits outlook.Limits) (tree, problems string) {
	p := mime.NewPart("application/octet-stream", name, data)
	o := outlook.NewOpener(limits)
	o.Open(context.Background(), p)
	var codes []string
	for _, problem := range o.Problems() {
		codes = append(codes, problem.Code)
	}
	return outline(p), strings.Join(codes, " ")
}

// outline shows a tree: number, type, name, header fields and, for leaves, the content.
func outline(root *mime.Part) string {
	var b strings.Builder
	root.Walk(func(p *mime.Part) bool {
		fmt.Fprintf(&b, "%q %s %q %s", p.Number, p.Type, p.Name, p.Disposition)
		for _, field := range []string{"From", "To", "Cc", "Subject", "Date", "Message-Id"} {
			if p.Header.Has(field) {
				fmt.Fprintf(&b, " %s=%s", field, p.Field(field))
			}
		}
		if p.Leaf() {
			text, _ := p.Text(0)
			fmt.Fprintf(&b, " %.300q", text)
		}
		b.WriteString("\n")
		return true
	})
	return b.String()
}

// The instant 2026-11-21 13:00:00 UTC in intervals of 100 ns since 1601.
const sent = (1795266000 + 11644473600) * 10_000_000

var encapsulated = `{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\generator x;}` +
	`{\*\htmltag18 <html>}{\*\htmltag50 <body>}\htmlrtf {\f0 \htmlrtf0 {\*\htmltag64 <p>}Gr\'fc\'dfe &amp; \u8364?\htmlrtf\par}\htmlrtf0` + "\n" +
	`{\*\htmltag84 <a href="https://login.example.com/">}here\u-10179?\u-8704?{\*\htmltag92 </a>}{\*\mhtmltag x}{\*\htmltag58 </body></html>}}`

var fonted = `{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 MS;}}\f0 Gr\'fc\'dfe {\f1 \'cf\'f0\'e8\'e2\'e5\'f2} \f2\'93\'fa\'96\'7b\plain  \'fc}`

var opened = []struct {
	name, file string
	data       []byte
	want       string
	problems   string
}{
	{
		"winmail.dat with text and a file of a long name", "winmail.dat",
		tnef(
			attribute(1, 0x00069003, mapi(text(0x0037, "Überfall"), narrow(0x1000, "Hello \xfcber all\r\n"), text(0x0042, "Ana Berg"), text(0x5d02, "ana@example.net"), text(0x8001, "named"), instant(0x0039, sent))),
			tnefFile("LONGFI~1.TXT", []byte("data"), text(0x3707, "a long file näme.txt"), number(0x3705, 1)),
		),
		`"" application/ms-tnef "winmail.dat"  From="Ana Berg" <ana@example.net> Subject=Überfall Date=Sat, 21 Nov 2026 13:00:00 +0000` + "\n" +
			`"1" text/plain ""  "Hello über all\n"` + "\n" + `"2" text/plain "a long file näme.txt" attachment "data"` + "\n",
		"",
	}, {
		"winmail.dat of the old attributes alone", "winmail.dat",
		tnef(attribute(1, 0x00018004, []byte("old\x00")), attribute(1, 0x0002800c, []byte("Gr\xfc\xdfe\x00")), tnefFile("A.BIN", []byte{1, 2})),
		`"" application/ms-tnef "winmail.dat"  Subject=old` + "\n" + `"1" text/plain ""  "Grüße"` + "\n" + `"2" application/octet-stream "A.BIN" attachment "\x01\x02"` + "\n",
		"",
	}, {
		"winmail.dat with compressed RTF that carries a page", "winmail.dat",
		tnef(attribute(1, 0x00069003, mapi(octets(0x1009, compressed(encapsulated))))),
		`"" application/ms-tnef "winmail.dat" ` + "\n" + `"1" text/html ""  "<html><body><p>Grüße &amp; €<a href=\"https://login.example.com/\">here😀</a></body></html>"` + "\n",
		"",
	}, {
		"winmail.dat with RTF whose fonts have charsets of their own", "winmail.dat",
		tnef(attribute(1, 0x00069003, mapi(octets(0x1009, compressed(fonted))))),
		`"" application/ms-tnef "winmail.dat" ` + "\n" + `"1" text/plain ""  "Grüße Привет 日本 ü"` + "\n",
		"",
	}, {
		"winmail.dat with a mail attached", "winmail.dat",
		tnef(tnefFile("inner", nil, number(0x3705, 5), prop{0x3701, 0x0d, append(make([]byte, 16), tnef(attribute(1, 0x00069003, mapi(text(0x0037, "inner"), text(0x1000, "inside"))))...)})),
		`"" application/ms-tnef "winmail.dat" ` + "\n" + `"1" message/rfc822 "inner" attachment` + "\n" + `"1.TEXT" multipart/mixed ""  Subject=inner` + "\n" + `"1.1" text/plain ""  "inside"` + "\n",
		"",
	}, {
		"winmail.dat cut off", "winmail.dat",
		tnef(attribute(1, 0x00018004, []byte("kept\x00")), cut(tnefFile("A.TXT", []byte("abcdef")), 21)),
		`"" application/ms-tnef "winmail.dat"  Subject=kept` + "\n" + `"1" text/plain "A.TXT" attachment "ab"` + "\n",
		"broken-outlook-file",
	}, {
		"dat file that is none", "data.dat", []byte("words"), `"" application/octet-stream "data.dat"  "words"` + "\n", "",
	}, {
		"msg with headers, people, page and file", "mail.msg",
		compound(storage("", 32, []prop{
			text(0x007d, "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from mx.example.com\r\nMessage-ID: <m1@example.com>\r\nFrom: Bad <bad@example.com>\r\nContent-Type: text/plain\r\n"),
			text(0x0037, "\x01\x05RE: Invoice"), text(0x1000, "plain words"), octets(0x1013, []byte("<p>page w\xf6rds")), number(0x3fde, 1252), instant(0x0e06, sent),
		},
			storage("__recip_version1.0_#00000000", 8, []prop{number(0x0c15, 1), text(0x3001, "CSIRT"), text(0x39fe, "csirt@example.org")}),
			storage("__recip_version1.0_#00000001", 8, []prop{number(0x0c15, 2), text(0x3001, "x@example.org"), text(0x3003, "x@example.org")}),
			storage("__attach_version1.0_#00000000", 8, []prop{number(0x3705, 1), text(0x3707, "big.bin"), octets(0x3701, make([]byte, 5000))}),
			storage("__attach_version1.0_#00000001", 8, []prop{number(0x3705, 1), text(0x3704, "p.png"), text(0x3712, "p@1"), number(0x3714, 4), text(0x370e, "image/png"), octets(0x3701, []byte("png"))}),
		)),
		`"" application/vnd.ms-outlook "mail.msg" ` + "\n" +
			`"TEXT" multipart/mixed ""  From=Bad <bad@example.com> To="CSIRT" <csirt@example.org> Cc=<x@example.org> Subject=RE: Invoice Date=Sat, 21 Nov 2026 13:00:00 +0000 Message-Id=<m1@example.com>` + "\n" +
			`"1" multipart/alternative "" ` + "\n" + `"1.1" text/plain ""  "plain words"` + "\n" + `"1.2" text/html ""  "<p>page wörds"` + "\n" +
			`"2" application/octet-stream "big.bin" attachment "` + "\"\n" + `"3" image/png "p.png" inline "png"` + "\n",
		"",
	}, {
		"msg with a msg inside", "mail.msg",
		compound(storage("", 32, []prop{text(0x0037, "outer"), text(0x0c1a, "Sender"), text(0x0c1e, "EX"), text(0x0c1f, "/o=Example/cn=s")},
			storage("__attach_version1.0_#00000000", 8, []prop{number(0x3705, 5), text(0x3001, "the inner one")},
				storage("__substg1.0_3701000D", 24, []prop{text(0x0037, "inner"), narrow(0x1000, "inside")})))),
		`"" application/vnd.ms-outlook "mail.msg" ` + "\n" + `"TEXT" multipart/mixed ""  From=Sender Subject=outer` + "\n" +
			`"1" message/rfc822 "the inner one" attachment` + "\n" + `"1.TEXT" multipart/mixed ""  Subject=inner` + "\n" + `"1.1" text/plain ""  "inside"` + "\n",
		"",
	}, {
		"msg that holds an eml", "mail.msg",
		compound(storage("", 32, []prop{text(0x0037, "outer")},
			storage("__attach_version1.0_#00000000", 8, []prop{number(0x3705, 1), text(0x3707, "a.eml"), octets(0x3701, []byte("Subject: saved\r\n\r\nwords\r\n"))}))),
		`"" application/vnd.ms-outlook "mail.msg" ` + "\n" + `"TEXT" multipart/mixed ""  Subject=outer` + "\n" + `"1" message/rfc822 "a.eml" attachment` + "\n" + `"1.1" text/plain ""  Subject=saved "words\n"` + "\n",
		"",
	}, {
		"compound file that is no mail", "sheet.msg", compound(node{inside: []node{{name: "Workbook", data: []byte("x")}}}),
		`"" application/octet-stream "sheet.msg"  "` + "\"\n", "",
	},
}

func TestOpen(t *testing.T) {
	for _, row := range opened {
		t.Run(row.name, func(t *testing.T) {
			got, problems := open(row.file, row.data, outlook.Limits{})
			if row.name == "compound file that is no mail" {
				got = strings.Split(got, "  ")[0] + `  "` + "\"\n"
			}
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("tree (-got +want):\n%s", diff)
			}
			if problems != row.problems {
				t.Errorf("problems: got %q, want %q", problems, row.problems)
			}
		})
	}
}

// cut leaves out the last n bytes.
func cut(data []byte, n int) []byte { return data[:len(data)-n] }

// nestedTNEF is a message attached to a message attached to a message …
func nestedTNEF(depth int) []byte {
	data := tnef(attribute(1, 0x00018004, []byte("innermost\x00")))
	for range depth {
		data = tnef(tnefFile("m", nil, number(0x3705, 5), prop{0x3701, 0x0d, append(make([]byte, 16), data...)}))
	}
	return data
}

// manyMails are attachments that are mails of one compressed text each.
func manyMails(n int, rtf []byte) (list [][]byte) {
	mail := append(make([]byte, 16), tnef(attribute(1, 0x00069003, mapi(octets(0x1009, rtf[:min(len(rtf), 4000)]))))...)
	for range n {
		list = append(list, tnefFile("m", nil, number(0x3705, 5), prop{0x3701, 0x0d, mail}))
	}
	return list
}

// circles is a compound file all of whose references lead back.
func circles() []byte {
	data := compound(storage("", 32, []prop{text(0x0037, strings.Repeat("x", 4000)), octets(0x1013, make([]byte, 9000))}))
	for n := 512; n+4 <= len(data); n += 4 {
		if v := binary.LittleEndian.Uint32(data[n:]); v > 0 && v < 100 {
			binary.LittleEndian.PutUint32(data[n:], 1)
		}
	}
	return data
}

func TestHostileFilesAreBounded(t *testing.T) {
	many := make([][]byte, 5000)
	for n := range many {
		many[n] = tnefFile("A.TXT", []byte("x"))
	}
	bomb := lzfu([]byte(strings.Repeat("\xff\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f", 1<<16)), 1<<31)
	for _, row := range []struct {
		name, file string
		data       []byte
		parts      int
		problems   string
	}{
		{"100 messages in each other", "winmail.dat", nestedTNEF(100), 20, "broken-outlook-file"},
		{"5,000 files", "winmail.dat", tnef(many...), outlook.DefaultParts + 2, "outlook-limit"},
		{"4 billion properties", "winmail.dat", tnef(attribute(1, 0x00069003, []byte("\xff\xff\xff\xff\x00\x10\x01\x00\xff\xff\xff\xff"))), 2, "broken-outlook-file"},
		{"RTF that says it is 2 GB", "winmail.dat", tnef(attribute(1, 0x00069003, mapi(octets(0x1009, bomb)))), 2, ""},
		{"300 mails with such RTF", "winmail.dat", tnef(manyMails(300, bomb)...), 2000, ""},
		{"groups without end", "winmail.dat", tnef(attribute(1, 0x00069003, mapi(octets(0x1009, compressed(strings.Repeat("{\\b", 1<<18)+"x"))))), 2, ""},
		{"chains in circles", "a.msg", circles(), 10, ""},
		{"more bytes than are opened", "winmail.dat", tnef(attribute(1, 0x0002800c, make([]byte, outlook.DefaultOpened))), 1, "outlook-limit"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tree, problems := open(row.file, row.data, outlook.Limits{})
			if parts := strings.Count(tree, "\n"); parts > row.parts || !strings.Contains(problems, row.problems) {
				t.Errorf("got %d parts, problems %q", parts, problems)
			}
			if len(tree) > 1<<20 {
				t.Errorf("got a tree of %d bytes", len(tree))
			}
		})
	}
}

// FuzzOpen checks that any bytes give a tree within the limits whose bodies can
// be read.
func FuzzOpen(f *testing.F) {
	for _, row := range opened {
		f.Add(row.data, strings.HasSuffix(row.file, ".msg"))
	}
	f.Fuzz(func(t *testing.T, data []byte, msg bool) {
		name := "winmail.dat"
		if msg {
			name = "a.msg"
		}
		p := mime.NewPart("application/octet-stream", name, data)
		outlook.NewOpener(outlook.Limits{Parts: 20, Opened: 1 << 20}).Open(context.Background(), p)
		parts := 0
		p.Walk(func(p *mime.Part) bool {
			parts++
			if n, err := io.Copy(io.Discard, p.Open()); err != nil || n > 16<<20 {
				t.Fatalf("%d bytes, %v", n, err)
			}
			return true
		})
		if parts > 200 {
			t.Fatalf("%d parts", parts)
		}
	})
}
