package archive_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/intake/archive"
)

const plain = "From: a@example.org\nSubject: one\n\nbody\n"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) (bodies []string, messages []archive.Message) {
	t.Helper()
	for m, err := range archive.Mails(path, archive.MaxMail) {
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		bodies = append(bodies, string(m.Raw))
		messages = append(messages, m)
	}
	return bodies, messages
}

// What is no mail makes no ticket: a file that is named by mistake, or lies about.
func TestFilesWithoutMail(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"program":    {"\x7fELF\x02\x01\x00\x00\n\x00\x00\n\x01:\n", archive.ErrNoMail},
		"README":     {"Old mail\n========\n\nAll of 2019, by month.\n", archive.ErrNoMail},
		"Trash":      {"", nil},
		"broken.eml": {"no header at all\n", nil},
		"cur/1:2,S":  {"no header at all\n", nil},
		"12":         {"\n>From x Sat Nov 21 14:05:00 2026\nA: b\n\nmail\n", nil},
		"bom.mail":   {"\xef\xbb\xbfSubject: x\n\nmail\n", nil},
	} {
		root := t.TempDir()
		write(t, filepath.Join(root, "new", "none"), "")
		write(t, filepath.Join(root, name), c.text)
		for m, err := range archive.Mails(filepath.Join(root, name), archive.MaxMail) {
			if err != c.want {
				t.Errorf("%s: got %v, want %v", m.Name, err, c.want)
			}
		}
	}
}

func TestMails(t *testing.T) {
	separator := "From a@example.org Sat Nov 21 14:05:00 2026\n"
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"one eml", map[string]string{"a.eml": plain}, []string{plain}},
		{"an eml that begins with From is one mail", map[string]string{"a.eml": separator + plain + "\n" + separator + plain},
			[]string{separator + plain + "\n" + separator + plain}},
		{"mbox of two", map[string]string{"m.mbox": separator + plain + "\n" + separator + plain}, []string{plain, plain}},
		{"mbox without an ending", map[string]string{"inbox": separator + plain}, []string{plain}},
		{"quoted From lines", map[string]string{"m.mbox": separator + "A: b\n\n>From x\n>>From y\n"}, []string{"A: b\n\nFrom x\n>From y\n"}},
		{"From inside a paragraph is no separator", map[string]string{"m.mbox": separator + "A: b\n\ntext\nFrom here on\n"}, []string{"A: b\n\ntext\nFrom here on\n"}},
		{"CRLF mbox", map[string]string{"m.mbox": "From a Sat Nov 21 14:05:00 2026\r\nA: b\r\n\r\nx\r\n\r\nFrom a Sat Nov 21 14:05:00 2026\r\nA: c\r\n\r\n"},
			[]string{"A: b\r\n\r\nx\r\n", "A: c\r\n"}},
		{"Maildir", map[string]string{"cur/1:2,S": plain, "new/2": plain, "tmp/3": "half", "dovecot-uidlist": "3 V1"}, []string{plain, plain}},
		{"folder of all kinds", map[string]string{"a.eml": plain, "b/m.mbox": separator + plain, "notes.pdf": "%PDF"}, []string{plain, plain}},
		{"long line", map[string]string{"m.mbox": separator + "A: b\n\n" + strings.Repeat("x", 200_000) + "\n"}, []string{"A: b\n\n" + strings.Repeat("x", 200_000) + "\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range test.files {
				write(t, filepath.Join(root, name), text)
			}
			got, _ := read(t, root)
			if len(got) != len(test.want) {
				t.Fatalf("got %d mails %q, want %d", len(got), got, len(test.want))
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("mail %d: got %q, want %q", i, got[i], test.want[i])
				}
			}
		})
	}
}

func TestSeparatorGivesTheTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.mbox")
	write(t, path, "From a@example.org Sat Nov 21 14:05:00 2026\n"+plain)
	_, messages := read(t, path)
	if got, want := messages[0].At, time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A path that leads to no mail must not look like an archive without mail.
func TestPathsThatHoldNothing(t *testing.T) {
	root := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "none"), filepath.Join(root, "dangling")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(root, "none"), filepath.Join(root, "dangling"), os.DevNull} {
		errs := 0
		for m, err := range archive.Mails(path, archive.MaxMail) {
			if err == nil {
				t.Errorf("%s: got the mail %s", path, m.Name)
			}
			errs++
		}
		if _, err := archive.Size(path); err == nil || errs != 1 {
			t.Errorf("%s: got %d errors, and of its size %v; want one each", path, errs, err)
		}
	}
}

// People name their Maildir by a link; links inside of it lead anywhere.
func TestLinkToAnArchive(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "mail", "a.eml"), plain)
	write(t, filepath.Join(root, "elsewhere.eml"), plain)
	for link, to := range map[string]string{"link": "mail", "link.eml": "elsewhere.eml", "mail/b.eml": "../elsewhere.eml"} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, link := range []string{"link", "link.eml"} {
		if got, _ := read(t, filepath.Join(root, link)); len(got) != 1 || got[0] != plain {
			t.Errorf("%s: got %q", link, got)
		}
	}
}

// FuzzMbox: nothing is added to what stands between separators, and no line of it
// is lost, whatever stands there.
func FuzzMbox(f *testing.F) {
	f.Add("From a Sat Nov 21 14:05:00 2026\nA: b\n\nx\n\nFrom b\nC: d\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "m.mbox")
		write(t, path, "From x\n"+text)
		bodies, _ := read(t, path)
		rest := strings.Join(bodies, "")
		if len(rest) > len(text) {
			t.Errorf("got %d bytes out of %d", len(rest), len(text))
		}
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || strings.HasPrefix(line, "From ") || strings.HasPrefix(line, ">") {
				continue // a separator, or quoted to be none
			}
			at := strings.Index(rest, line)
			if at < 0 {
				t.Fatalf("%q is lost", line)
			}
			rest = rest[at+len(line):]
		}
	})
}

// A mail over the bound is taken in part, and the one behind it is whole.
func TestTooLargeIsTakenInPart(t *testing.T) {
	const most = 1 << 20
	large := "From: a@example.org\nSubject: large\n\n" + strings.Repeat("line of text\n", most/10)
	separator := "From a@example.org Sat Nov 21 14:05:00 2026\n"
	root := t.TempDir()
	write(t, filepath.Join(root, "a.eml"), large)
	write(t, filepath.Join(root, "b.mbox"), separator+large+"\n"+separator+plain)
	var got []archive.Message
	for m, err := range archive.Mails(root, most) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 3 || !got[0].InPart || !got[1].InPart || got[2].InPart || string(got[2].Raw) != plain {
		t.Fatalf("got %d mails", len(got))
	}
	for _, m := range got[:2] {
		if len(m.Raw) < 256<<10 || len(m.Raw) > 400<<10 || !strings.HasPrefix(large, string(m.Raw)) {
			t.Errorf("%s: %d bytes are taken", m.Name, len(m.Raw))
		}
	}
}
