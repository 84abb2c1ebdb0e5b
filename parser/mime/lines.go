package mime

import (
	"bytes"
	"errors"
	"io"
)

// line is one line of the raw mail.
type line struct {
	start, text, end int64  // raw[start:text] is the line, raw[text:end] its line break
	bytes            []byte // raw[start:text] without CR at its end, at most maxLine of it; valid until the next line
}

// blank tells an empty line; whitespace does not count as empty here.
func (l line) blank() bool { return len(l.bytes) == 0 }

// white tells a line of nothing but blanks and tabs.
func (l line) white() bool { return len(bytes.Trim(l.bytes, " \t")) == 0 }

// lines reads a mail line by line in one pass. LF, CRLF and CR CR LF may be
// mixed; where a mail has no LF at all, CR ends its lines. A line of any length
// costs no more than the window.
type lines struct {
	raw    io.ReaderAt
	size   int64
	offset int64 // raw offset of window[0]
	window []byte
	at     int  // next unread byte of window
	brk    byte // what ends a line
	buffer []byte
	err    error // a read error other than the end of the mail
}

const windowSize = 2 * maxLine

func newLines(raw io.ReaderAt, size int64) *lines {
	l := &lines{raw: raw, size: size, buffer: make([]byte, min(size, windowSize)), brk: '\n'}
	l.fill()
	if bytes.IndexByte(l.window, '\n') < 0 && bytes.IndexByte(l.window, '\r') >= 0 {
		l.brk = '\r'
	}
	return l
}

// next gives the next line; ok is false at the end.
func (l *lines) next() (found line, ok bool) {
	rest := l.window[l.at:]
	brk := bytes.IndexByte(rest, l.brk)
	if brk < 0 {
		l.fill()
		rest = l.window[l.at:]
		brk = bytes.IndexByte(rest, l.brk)
	}
	if len(rest) == 0 {
		return line{}, false
	}
	start := l.offset + int64(l.at)
	if brk < 0 {
		return l.unbroken(start, rest), true
	}
	l.at += brk + 1
	text := bytes.TrimSuffix(rest[:brk], []byte("\r"))
	end := start + int64(brk) + 1
	return line{start: start, text: start + int64(len(text)), end: end, bytes: looked(text)}, true
}

// looked is what of a line is looked at.
func looked(text []byte) []byte {
	text = text[:min(len(text), maxLine)]
	for len(text) > 0 && text[len(text)-1] == '\r' {
		text = text[:len(text)-1]
	}
	return text
}

// fill moves what is unread to the front and reads on.
func (l *lines) fill() {
	kept := copy(l.buffer, l.window[l.at:])
	l.offset += int64(l.at)
	l.at = 0
	from := l.offset + int64(kept)
	want := min(int64(len(l.buffer)-kept), l.size-from)
	if want <= 0 || l.err != nil {
		l.window = l.buffer[:kept]
		return
	}
	n, err := l.raw.ReadAt(l.buffer[kept:kept+int(want)], from)
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	l.window = l.buffer[:kept+n]
}

// unbroken is the last line of the mail without a line break, or a line longer
// than the window: its beginning is kept and the rest passed over.
func (l *lines) unbroken(start int64, rest []byte) line {
	kept := bytes.Clone(rest[:min(len(rest), maxLine)])
	for {
		last := l.window[len(l.window)-1]
		l.at = len(l.window)
		l.fill()
		brk := bytes.IndexByte(l.window, l.brk)
		if brk < 0 && len(l.window) > 0 {
			continue
		}
		text := l.offset
		if brk >= 0 {
			text += int64(brk)
			l.at = brk + 1
			if brk > 0 {
				last = l.window[brk-1]
			}
			if last == '\r' && l.brk == '\n' {
				text--
			}
		}
		kept = kept[:min(int64(len(kept)), text-start)]
		return line{start: start, text: text, end: l.offset + int64(l.at), bytes: looked(kept)}
	}
}
