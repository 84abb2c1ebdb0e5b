package mime_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/parser/mime"
)

// FuzzRead checks what must hold for the tree of any bytes: it ends, its parts
// lie inside each other and inside the mail, limits hold, texts are UTF-8
// without NUL, and the same bytes give the same tree.
func FuzzRead(f *testing.F) {
	for _, row := range trees {
		f.Add([]byte(row.raw))
	}
	for _, row := range encodings {
		f.Add([]byte("Content-Type: text/plain\nContent-Transfer-Encoding: " + row.encoding + "\n\n" + row.body))
	}
	for _, row := range charsets {
		f.Add([]byte("Content-Type: " + row.header + "\n\n" + row.body))
	}
	for _, row := range names {
		f.Add([]byte(row.fields + "\n\nx"))
	}
	limits := mime.Limits{Depth: 6, Parts: 50, Header: 4096, Fields: 40, Decoded: 1 << 20}
	f.Fuzz(func(t *testing.T, raw []byte) {
		root, problems := mime.Read(context.Background(), bytes.NewReader(raw), int64(len(raw)), limits)
		again, _ := mime.Read(context.Background(), bytes.NewReader(raw), int64(len(raw)), limits)
		if outline(root) != outline(again) {
			t.Fatal("two readings differ")
		}
		count, depth := nodes(root)
		if count > limits.Parts || depth > limits.Depth+1 {
			t.Fatalf("%d parts %d deep", count, depth)
		}
		for _, p := range problems {
			if p.Code == "" || !utf8.ValidString(p.Detail) {
				t.Fatalf("problem %+v", p)
			}
		}
		checkPart(t, root, int64(len(raw)))
	})
}

// checkPart checks one part and all below it.
func checkPart(t *testing.T, root *mime.Part, size int64) {
	numbers := map[string]bool{}
	root.Walk(func(p *mime.Part) bool {
		if numbers[p.Number] {
			t.Fatalf("two parts have the number %q", p.Number)
		}
		numbers[p.Number] = true
		encoded, err := io.ReadAll(p.Raw())
		if err != nil || p.Body().Size() > p.Raw().Size() || p.Raw().Size() > size || !bytes.HasSuffix(encoded, body(t, p)) {
			t.Fatalf("part %q lies outside its mail: %v", p.Number, err)
		}
		decoded, err := io.ReadAll(p.Open())
		if err != nil || len(decoded) > len(encoded) {
			t.Fatalf("part %q: %d bytes decoded from %d, %v", p.Number, len(decoded), len(encoded), err)
		}
		text, _ := p.Text(500)
		for _, s := range []string{text, p.Name, p.Subject(), p.Type, p.Params["charset"], p.Field("X-Any")} {
			mustBeText(t, s)
		}
		if len(text) > 500 || len(p.Name) > 255 || strings.ContainsAny(p.Name, "/\\\r\n") || strings.ContainsAny(p.Subject(), "\r\n") {
			t.Fatalf("part %q: name %q, subject %q, %d bytes of text", p.Number, p.Name, p.Subject(), len(text))
		}
		return true
	})
}

func body(t *testing.T, p *mime.Part) []byte {
	octets, err := io.ReadAll(p.Body())
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func mustBeText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		t.Fatalf("not clean: %q", s)
	}
}

// FuzzAddresses checks that no list loses an address that stands alone in
// brackets, and that nothing but addresses comes out as one.
func FuzzAddresses(f *testing.F) {
	for _, row := range addressLists {
		f.Add(row.raw)
	}
	for _, row := range subjects {
		f.Add(row.raw)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
		root := header(t, "To: "+value+"\nFrom: x@example.org")
		list, _ := root.Addresses("To")
		if list == nil {
			t.Fatal("nil")
		}
		for _, a := range list {
			oneLine(t, a.Name)
			oneLine(t, a.Address)
			local := a.Address[:max(0, strings.LastIndexByte(a.Address, '@'))]
			if a.Address == "" && a.Name == "" || a.Address != "" && (local == "" || strings.ContainsAny(a.Address, "<>\r\n")) {
				t.Fatalf("%q gives %+v", value, a)
			}
		}
		if plain := strings.Map(letters, value); plain == value && value != "" { // names without any sign
			more, _ := header(t, "To: "+value+" <kept@example.org>\nFrom: x@example.org").Addresses("To")
			if len(more) != 1 || more[0].Address != "kept@example.org" {
				t.Fatalf("%q lost its address: %+v", value, more)
			}
		}
		for _, id := range root.MessageIDs("To") {
			mustBeText(t, id)
		}
	})
}

func letters(r rune) rune {
	if r == ' ' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

// oneLine checks what comes out of any field: UTF-8 on one line.
func oneLine(t *testing.T, s string) {
	t.Helper()
	mustBeText(t, s)
	if strings.ContainsAny(s, "\r\n\u2028\u2029") {
		t.Fatalf("more than one line: %q", s)
	}
}

// FuzzParameters reads the two fields that say what a part is and how it is
// called. A name is always a harmless one, and a boundary is found or not, alike
// each time.
func FuzzParameters(f *testing.F) {
	for _, row := range names {
		f.Add("application/pdf; name=x.pdf", strings.TrimPrefix(row.fields, "Content-Disposition: "))
	}
	f.Add("multipart/mixed; boundary=b", "inline")
	f.Add("\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a boundary=b", "\xff\xff\xff\xff\xff\xff\xff\xff filename=a")
	f.Fuzz(func(t *testing.T, contentType, disposition string) {
		line := strings.NewReplacer("\r", " ", "\n", " ")
		root := header(t, "Content-Type: "+line.Replace(contentType)+"\nContent-Disposition: "+line.Replace(disposition))
		oneLine(t, root.Name)
		if strings.ContainsAny(root.Name, `/\`) || len(root.Name) > 255 {
			t.Fatalf("a name of %q", root.Name)
		}
	})
}

// FuzzWords checks that any value becomes one line, and that plain text stays
// what it is.
func FuzzWords(f *testing.F) {
	for _, row := range subjects {
		f.Add(row.raw)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
		root := header(t, "Subject: "+value+"\nFrom: x@example.org")
		text, _ := root.Line("Subject")
		oneLine(t, text)
		if len(text) > 4*len(value)+8 {
			t.Fatalf("%d bytes became %d", len(value), len(text))
		}
		if strings.Map(letters, value) == value && text != strings.TrimSpace(value) {
			t.Fatalf("%q became %q", value, text)
		}
		id, _ := root.MessageID()
		oneLine(t, id)
	})
}

// FuzzDate checks that a time read is one that JSON can say, and is read again
// as the same time when it is written by the book.
func FuzzDate(f *testing.F) {
	for _, row := range dates {
		f.Add(row.raw)
	}
	f.Fuzz(func(t *testing.T, value string) {
		at, ok := mime.ParseDate(value)
		if !ok {
			if !at.IsZero() {
				t.Fatalf("%q is no date, yet %v", value, at)
			}
			return
		}
		if _, err := time.Parse(time.RFC3339, at.Format(time.RFC3339)); err != nil {
			t.Fatal(err)
		}
		if _, seconds := at.Zone(); seconds%60 != 0 {
			t.Fatalf("%q: zone of %d seconds", value, seconds)
		}
		again, ok := mime.ParseDate(at.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
		if !ok || !again.Equal(at) {
			t.Fatalf("%q: %v is read again as %v", value, at, again)
		}
	})
}
