// Package archive reads mail that lies in files: single mails (.eml), mbox
// files (RFC 4155) and Maildir folders. It changes nothing of what it reads.
package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// MaxMail bounds one mail that is read whole.
const MaxMail = 100 << 20

// partTake is how much of a mail over the bound is taken, as it is from a server:
// 64 KB for the header and 256 KB of what follows.
const partTake = (64 + 256) << 10

// ErrTooLarge is a mail over MaxMail where only whole mails are of use.
var ErrTooLarge = errors.New("mail is larger than 100 MB")

// ErrNoMail is a file that holds none: no line at its beginning is one of a header.
// A file that says by its name or place that it is mail is believed.
var ErrNoMail = errors.New("holds no mail: it does not begin with a header")

// Message is one mail of an archive.
type Message struct {
	Name   string    // file, and for an mbox the position in it: "old.mbox#3"
	Raw    []byte    // as stored, mbox quoting undone
	InPart bool      // the mail is over the bound: Raw is its header and beginning
	At     time.Time // when it was stored: the separator's date, else the file's
	Read   int64     // bytes of the archive read so far, for progress
}

// Mails yields every mail under path: a file, a Maildir, or a folder with any
// of these, in the order of their names. Of a mail over most bytes only the
// beginning is given. An error belongs to one mail or file and the reading goes on.
func Mails(path string, most int64) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		files, err := list(path)
		if err != nil {
			yield(Message{Name: path}, err)
			return
		}
		var done int64
		for _, f := range files {
			if !readFile(f, done, most, yield) {
				return
			}
			done += f.size
		}
	}
}

// Size tells how many bytes Mails will read, for progress.
func Size(path string) (int64, error) {
	files, err := list(path)
	var total int64
	for _, f := range files {
		total += f.size
	}
	return total, err
}

type file struct {
	path string
	size int64
	at   time.Time
}

// list finds the files with mail. Of a Maildir those are in cur and new; its
// tmp holds what is not delivered yet. root may be a link; those below it are
// not followed.
func list(root string) ([]file, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	var files []file
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == root && !entry.IsDir() && !entry.Type().IsRegular():
			return errors.New("neither a file nor a folder")
		case entry.IsDir() && entry.Name() == "tmp" && isMaildir(filepath.Dir(path)):
			return filepath.SkipDir
		case !entry.IsDir() && entry.Type().IsRegular() && holdsMail(path, root):
			info, err := entry.Info()
			if err != nil {
				return err
			}
			files = append(files, file{path, info.Size(), info.ModTime()})
		}
		return nil
	})
	slices.SortStableFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, err
}

// holdsMail leaves out what mail programs keep beside the mail.
func holdsMail(path, root string) bool {
	if path == root {
		return true
	}
	name, folder := filepath.Base(path), filepath.Dir(path)
	if named(path) {
		return true
	}
	if isMaildir(folder) || strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".eml", ".mbox", ".mail", "":
		return true
	}
	return false
}

func isMaildir(folder string) bool {
	for _, sub := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(folder, sub)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// headTake is how much of a file is looked at for a header, and headLines how many
// of its lines: more than what programs have put before one.
const (
	headTake  = 4 << 10
	headLines = 5
)

var headerLine = regexp.MustCompile(`^(?:[!-9;-~]+[ \t]*:|>?From )`)

// looksLikeMail tells whether one of the first lines that are not blank is of a
// header (RFC 5322 section 2.2), or separates mails of an mbox.
func looksLikeMail(head []byte) bool {
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))) {
		if headerLine.Match(line) {
			return true
		}
		if len(bytes.TrimSpace(line)) > 0 {
			n++
		}
		if n == headLines {
			return false
		}
	}
	return false
}

// named tells whether a file is called mail by its ending, or by a Maildir around it.
func named(path string) bool {
	if strings.EqualFold(filepath.Ext(path), ".eml") {
		return true
	}
	folder := filepath.Dir(path)
	base := filepath.Base(folder)
	return (base == "cur" || base == "new") && isMaildir(filepath.Dir(folder))
}

// readFile yields the mails of one file; false when the reader wants no more.
func readFile(f file, done, most int64, yield func(Message, error) bool) bool {
	in, err := os.Open(f.path)
	if err != nil {
		return yield(Message{Name: f.path, Read: done + f.size}, err)
	}
	defer in.Close() // read only
	buffered := bufio.NewReaderSize(in, 64<<10)
	if f.size == 0 && !named(f.path) {
		return true // an mbox without a mail
	}
	head, _ := buffered.Peek(headTake) // a shorter file gives what it has
	if !named(f.path) && !looksLikeMail(head) {
		return yield(Message{Name: f.path, Read: done + f.size}, ErrNoMail)
	}
	if !bytes.HasPrefix(head, []byte("From ")) || strings.EqualFold(filepath.Ext(f.path), ".eml") {
		limit, inPart := most, f.size > most
		if inPart {
			limit = min(most, partTake)
		}
		raw, err := io.ReadAll(io.LimitReader(buffered, limit))
		return yield(Message{Name: f.path, Raw: raw, InPart: inPart, At: f.at, Read: done + f.size}, err)
	}
	return readMbox(f, buffered, done, most, yield)
}

// readMbox cuts at lines that begin "From " at the start or after a blank line,
// and takes one ">" off quoted ones (mboxrd).
func readMbox(f file, in *bufio.Reader, done, most int64, yield func(Message, error) bool) bool {
	m := mbox{file: f, done: done, most: most, yield: yield, blank: true}
	for {
		line, err := in.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		if !m.line(line) {
			return false
		}
		m.inside = full
		if err != nil && !full {
			if !errors.Is(err, io.EOF) {
				m.err = err
			}
			return m.flush()
		}
	}
}

// mbox is the state of reading one mbox file.
type mbox struct {
	file   file
	yield  func(Message, error) bool
	done   int64
	read   int64
	n      int
	at     time.Time
	raw    []byte
	most   int64 // bytes of one mail; of more only the beginning stays
	inPart bool
	blank  bool // the line before was blank, or there was none
	inside bool // in the middle of a line longer than the buffer
	err    error
}

// line takes the next line or piece of one; false when the reader wants no more.
func (m *mbox) line(line []byte) bool {
	m.read += int64(len(line))
	if !m.inside && m.blank && bytes.HasPrefix(line, []byte("From ")) {
		if !m.flush() {
			return false
		}
		m.n++
		m.at = separatorDate(line, m.file.at)
		m.blank = false
		return true
	}
	if !m.inside {
		m.blank = len(bytes.TrimRight(line, "\r\n")) == 0
		if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
			line = line[1:]
		}
	}
	if !m.inPart && int64(len(m.raw)+len(line)) > m.most {
		m.inPart = true
		m.raw = slices.Clone(m.raw[:min(int64(len(m.raw)), m.most, partTake)]) // the rest of it is garbage now
	}
	if !m.inPart {
		m.raw = append(m.raw, line...)
	}
	return true
}

// flush yields the mail collected so far, without the blank line that belongs
// to the next separator.
func (m *mbox) flush() bool {
	if m.n == 0 {
		return true
	}
	raw := m.raw
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if bytes.HasSuffix(raw, []byte(end)) {
			raw = raw[:len(raw)-len(end)/2]
			break
		}
	}
	message := Message{Name: fmt.Sprintf("%s#%d", m.file.path, m.n), Raw: raw, InPart: m.inPart, At: m.at, Read: m.done + m.read}
	err := m.err
	m.raw, m.inPart, m.err = nil, false, nil
	return m.yield(message, err)
}

// separatorDate reads the date at the end of "From sender Sat Nov 21 14:05:00 2026".
func separatorDate(line []byte, fallback time.Time) time.Time {
	fields := strings.Fields(string(line))
	if len(fields) < 7 {
		return fallback
	}
	at, err := time.Parse("Mon Jan 2 15:04:05 2006", strings.Join(fields[2:7], " "))
	if err != nil {
		return fallback
	}
	return at
}
