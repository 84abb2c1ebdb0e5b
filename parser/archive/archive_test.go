package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"postern/parser/archive"
	"postern/parser/mime"
)

// packed makes a zip of names and contents, two by two.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for n := 0; n+1 < len(files); n += 2 {
		f, err := w.Create(files[n])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, files[n+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tarred makes a tar of names and contents, two by two; a name that ends in a
// slash is a folder.
func tarred(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for n := 0; n+1 < len(files); n += 2 {
		header := &tar.Header{Name: files[n], Mode: 0o644, Size: int64(len(files[n+1]))}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, files[n+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rar5 makes a RAR 5 of files of 300 bytes packed into three, with a record of each.
func rar5(record string, names ...string) []byte {
	block := func(fields string) string { return "CRC0" + string(rune(len(fields))) + fields }
	b := "Rar!\x1a\x07\x01\x00" + block("\x01\x00\x00")
	for _, name := range names {
		fields := "\x02\x03" + string(rune(len(record))) + "\x03" + "\x06\xac\x02\x20TIMESUM0\x80\x00\x01" + string(rune(len(name))) + name + record
		b += block(fields) + "abc"
	}
	return []byte(b + block("\x05\x04\x00"))
}

// rar4 makes a RAR 4 of files of 300 bytes packed into three.
func rar4(flags uint16, names ...string) []byte {
	b := []byte("Rar!\x1a\x07\x00" + "\xcf\x90\x73\x00\x00\x0d\x00\x00\x00\x00\x00\x00\x00")
	for _, name := range names {
		b = append(b, "CR\x74"...)
		b = binary.LittleEndian.AppendUint16(b, flags|0x8000)
		b = binary.LittleEndian.AppendUint16(b, uint16(32+len(name)))
		b = append(b, "\x03\x00\x00\x00\x2c\x01\x00\x00\x02SUM0TIME\x1d\x33"...)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
		b = append(append(b, "ATTR"+name...), "abc"...)
	}
	return append(b, "\xc4\x3d\x7b\x00\x40\x07\x00"...)
}

func zipped(t testing.TB, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = name
	_, _ = io.WriteString(w, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// expand lists one archive.
func expand(name string, content []byte, limits archive.Limits) (*mime.Part, []mime.Problem) {
	p := mime.NewPart("application/octet-stream", name, content)
	e := archive.NewExpander(limits)
	e.Expand(context.Background(), p)
	return p, e.Problems()
}

// listing shows the members of an archive with their contents.
func listing(p *mime.Part) string {
	var b strings.Builder
	for _, m := range p.Members {
		body := m.Open()
		content, _ := io.ReadAll(body)
		fmt.Fprintf(&b, "%s %s %d %.20q %s\n", m.Name, m.Type, m.Size(), content, codes(body.Problems()))
	}
	return b.String()
}

func codes(problems []mime.Problem) string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Code)
	}
	return strings.Join(list, " ")
}

// encrypt sets the flag of encryption on the first file of a zip, here and in the directory.
func encrypt(data []byte) []byte {
	data = bytes.Clone(data)
	data[6] |= 1
	at := bytes.Index(data, []byte("PK\x01\x02"))
	data[at+8] |= 1
	return data
}

func TestExpandLists(t *testing.T) {
	one := packed(t, "feed.csv", "a,b\n1,2\n")
	logs := tarred(t, "a.log", "x\n", "b/", "", "b/c.csv", "1,2")
	broken := bytes.Clone(one)
	copy(broken[40:44], "\xff\xff\xff\xff")
	for _, row := range []struct {
		name, file string
		data       []byte
		want       string
		problems   string
	}{
		{"one file", "feed.zip", one, "feed.csv text/csv 8 \"a,b\\n1,2\\n\" \n", ""},
		{"folders", "a.ZIP", packed(t, "logs/", "", "logs/a.log", "x", "b.bin", ""), "logs/a.log text/plain 1 \"x\" \nb.bin application/octet-stream 0 \"\" \n", ""},
		{"paths that leave the archive", "a.zip", packed(t, "../../etc/passwd", "x", `c:\temp\a.exe`, "y"), "etc/passwd application/octet-stream 1 \"x\" \nc:/temp/a.exe application/octet-stream 1 \"y\" \n", ""},
		{"encrypted", "a.zip", encrypt(one), "feed.csv text/csv 8 \"\" encrypted-archive\n", "encrypted-archive"},
		{"cut off", "a.zip", one[:len(one)-10], "", "broken-archive"},
		{"damaged inside", "a.zip", broken, "feed.csv text/csv 8 \"a/\\xff\\xff\\xff\\xc6\" broken-archive\n", ""},
		{"no archive", "a.zip", []byte("just words"), "", "broken-archive"},
		{"empty", "a.zip", nil, "", "broken-archive"},
		{"no archive by name", "a.docx", one, "", ""},
		{"gzip", "a.log.gz", zipped(t, "", "line\n"), "a.log text/plain 5 \"line\\n\" \n", ""},
		{"gzip that names its file", "x.gz", zipped(t, "b.csv", "line\n"), "b.csv text/csv 5 \"line\\n\" \n", ""},
		{"gzip that is none", "a.gz", []byte("words"), "", "broken-archive"},
		{"tar", "a.tar", logs, "a.log text/plain 2 \"x\\n\" \nb/c.csv text/csv 3 \"1,2\" \n", ""},
		{"tar that leaves its folder", "a.tar", tarred(t, "/etc/passwd", "x", "../b", "y"), "etc/passwd application/octet-stream 1 \"x\" \nb application/octet-stream 1 \"y\" \n", ""},
		{"tar in gzip", "a.tar.gz", zipped(t, "", string(logs)), "a.log text/plain 2 \"x\\n\" \nb/c.csv text/csv 3 \"1,2\" \n", ""},
		{"tar cut off", "a.tgz", zipped(t, "", string(logs[:1300])), "a.log text/plain 2 \"x\\n\" \n", "broken-archive"},
		{"tar cut off in a file", "a.tar", tarred(t, "a.log", strings.Repeat("y", 600))[:900], "a.log text/plain 600 \"yyyyyyyyyyyyyyyyyyyy\" broken-archive\n", "broken-archive"},
		{"zip named tar", "a.tar", one, "feed.csv text/csv 8 \"a,b\\n1,2\\n\" \n", ""},
		{"RAR 5", "a.rar", rar5("", "invoice.exe", "b/ü.txt"), "invoice.exe application/octet-stream 300 \"\" broken-archive\nb/ü.txt text/plain 300 \"\" broken-archive\n", ""},
		{"RAR 5 with encrypted files", "a.rar", rar5("\x02\x01\x00", "a.exe"), "a.exe application/octet-stream 300 \"\" broken-archive\n", "encrypted-archive"},
		{"RAR 5 with encrypted names", "a.rar", []byte("Rar!\x1a\x07\x01\x00CRC0\x02\x04\x00words"), "", "encrypted-archive"},
		{"RAR 5 cut off", "a.rar", rar5("", "a.exe", "b.exe")[:60], "a.exe application/octet-stream 300 \"\" broken-archive\n", "broken-archive"},
		{"RAR 4", "a.rar", rar4(0, "a.exe", "b\\c.txt"), "a.exe application/octet-stream 300 \"\" broken-archive\nb/c.txt text/plain 300 \"\" broken-archive\n", ""},
		{"RAR 4 named zip, encrypted", "a.zip", rar4(4, "a.exe"), "a.exe application/octet-stream 300 \"\" broken-archive\n", "encrypted-archive"},
		{"RAR 4 with a wide name", "a.rar", rar4(0x200, "r?.exe\x00\x04\x1cr\x40\x02"), "rр.exe application/octet-stream 300 \"\" broken-archive\n", ""},
		{"RAR 4 folder", "a.rar", rar4(0xe0, "a"), "", ""},
		{"7-Zip", "a.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04"), "", "unlisted-archive"},
		{"RAR that is none", "a.rar", []byte("words"), "", "broken-archive"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, problems := expand(row.file, row.data, archive.Limits{})
			if got := listing(p); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
			if got := codes(problems); got != row.problems {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
		})
	}
}

// TestGzipUnderItsFilesName: some senders name the gzip as what is in it.
func TestGzipUnderItsFilesName(t *testing.T) {
	p := mime.NewPart("application/gzip", "report.json", zipped(t, "", "{}"))
	archive.NewExpander(archive.Limits{}).Expand(context.Background(), p)
	if len(p.Members) != 1 || p.Members[0].Name != "report.json" {
		t.Errorf("got %s", listing(p))
	}
}

func TestMembersAreNoPartsOfTheTree(t *testing.T) {
	p, _ := expand("a.zip", packed(t, "a.csv", "x"), archive.Limits{})
	visits := 0
	p.Walk(func(*mime.Part) bool { visits++; return true })
	if visits != 1 || len(p.Files()) != 2 || !p.Leaf() {
		t.Errorf("got %d parts and %d files", visits, len(p.Files()))
	}
}

// bomb makes a zip of n files that each give size bytes.
func bomb(t testing.TB, n, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	for i := range n {
		f, _ := w.Create(fmt.Sprintf("%d.csv", i))
		_, _ = f.Write(make([]byte, size))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBombsAreBounded(t *testing.T) {
	limits := archive.Limits{Entries: 10, Opened: 1 << 20, Unpacked: 6 << 20}
	for _, row := range []struct {
		name     string
		data     []byte
		problems string
	}{
		{"one file that grows", bomb(t, 1, 8<<20), ""},
		{"many files that grow", bomb(t, 9, 1<<20), ""},
		{"a tar that grows", zipped(t, "", string(tarred(t, "a", strings.Repeat("x", 8<<20)))), archive.CodeLimit},
		{"a tar of more bytes than are opened", tarred(t, "a", strings.Repeat("x", 1<<20), "b", "y"), ""},
		{"more files than are listed", bomb(t, 20, 1), archive.CodeLimit},
		{"a directory without end", packed(t, make([]string, 40_000)...), archive.CodeBroken},
		{"more bytes than are opened", packed(t, "a.csv", strings.Repeat("x", 100), "b.bin", string(random(2<<20))), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, problems := expand("a.zip", row.data, limits)
			var total int64
			for _, m := range p.Members {
				body := m.Open()
				n, err := io.Copy(io.Discard, body)
				total += n
				if err != nil || n < m.Size() && codes(body.Problems()) == "" {
					t.Errorf("%s: %d of %d bytes, %v, no problem", m.Name, n, m.Size(), err)
				}
			}
			if total > limits.Unpacked || len(p.Members) > limits.Entries || codes(problems) != row.problems {
				t.Errorf("got %d bytes of %d members, problems %q", total, len(p.Members), codes(problems))
			}
		})
	}
}

// random makes bytes that do not compress, the same each time.
func random(n int) []byte {
	out := make([]byte, n)
	state := uint64(1)
	for i := 0; i+8 <= n; i += 8 {
		state = state*6364136223846793005 + 1442695040888963407
		binary.LittleEndian.PutUint64(out[i:], state^state>>29)
	}
	return out
}

// FuzzExpand checks that any bytes give a listing within the limits, and that
// the members give no more than they may.
func FuzzExpand(f *testing.F) {
	f.Add([]byte(packed(f, "feed.csv", "a,b\n")), true)
	f.Add(encrypt(packed(f, "feed.csv", "a,b\n")), true)
	f.Add(zipped(f, "b.csv", "line\n"), false)
	f.Add(rar5("\x02\x01\x00", "a.exe", "b.txt"), true)
	f.Add(rar4(0x204, "r?.exe\x00\x04\x1cr\x40\x02", "b"), false)
	f.Add(tarred(f, "a.log", "line\n", "b/", "", "b/c", ""), true)
	f.Add(zipped(f, "", string(tarred(f, "a.log", "line\n"))), false)
	limits := archive.Limits{Entries: 5, Opened: 1 << 20, Unpacked: 2 << 20}
	f.Fuzz(func(t *testing.T, data []byte, zip bool) {
		name := "a.gz"
		if zip {
			name = "a.zip"
		}
		p, _ := expand(name, data, limits)
		var total int64
		for _, m := range p.Members {
			n, err := io.Copy(io.Discard, m.Open())
			total += n
			if err != nil || m.Size() < 0 || len(m.Name) > 255 || strings.Contains("/"+m.Name+"/", "/../") {
				t.Fatalf("%q: %d bytes, %v", m.Name, n, err)
			}
		}
		if total > limits.Unpacked || len(p.Members) > limits.Entries {
			t.Fatalf("%d bytes of %d members", total, len(p.Members))
		}
	})
}
