package mime

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// qpReader decodes quoted-printable (RFC 2045 section 6.7). An equals sign that
// begins no code stays as it is, as people read it; blanks at line ends, which
// servers add, are dropped.
type qpReader struct {
	in       *bufio.Reader
	problems *Problems
	blanks   []byte // blanks that count only if the line goes on
	decoded  []byte // some of the body
	out      []byte // what of it was not read yet
	err      error
}

const (
	qpChunk   = 4 << 10
	qpLine    = 80      // bytes that are looked at at once: a little more than a line has
	maxBlanks = 4 << 10 // blanks kept back; more than that are text
)

func newQuotedPrintable(body *io.SectionReader, p *Problems) io.Reader {
	chunk := int(min(qpChunk, body.Size()))
	return &qpReader{in: bufio.NewReaderSize(body, chunk), problems: p, decoded: make([]byte, 0, chunk)}
}

func (q *qpReader) Read(to []byte) (int, error) {
	if len(q.out) == 0 && q.err == nil {
		q.fill()
	}
	if len(q.out) == 0 {
		return 0, q.err
	}
	n := copy(to, q.out)
	q.out = q.out[n:]
	return n, nil
}

// fill decodes some of the body.
func (q *qpReader) fill() {
	q.decoded = q.decoded[:0]
	for len(q.decoded) < qpChunk && q.err == nil {
		if _, err := q.in.Peek(1); err != nil {
			q.err = err // blanks at the very end are dropped too
			break
		}
		window, _ := q.in.Peek(q.in.Buffered())
		n := q.run(window)
		_, _ = q.in.Discard(n)
		if n < len(window) && strings.IndexByte(qpSigns, window[n]) >= 0 {
			c, _ := q.in.ReadByte() // it is in the window
			q.sign(c)
		}
	}
	q.out = q.decoded
}

// qpSigns are the bytes that may not mean themselves.
const qpSigns = "\n=\r"

// run takes the bytes that mean themselves, up to the next that may not.
func (q *qpReader) run(window []byte) int {
	n := min(len(window), qpLine)
	for _, sign := range []byte(qpSigns) {
		if at := bytes.IndexByte(window[:n], sign); at >= 0 {
			n = at
		}
	}
	text := bytes.TrimRight(window[:n], " \t")
	if len(text) > 0 {
		q.flush()
		q.decoded = append(q.decoded, text...)
	}
	q.blanks = append(q.blanks, window[len(text):n]...)
	if len(q.blanks) >= maxBlanks {
		q.flush()
	}
	return n
}

// sign takes an equals sign or an end of line.
func (q *qpReader) sign(c byte) {
	switch c {
	case '\n':
		q.blanks = q.blanks[:0]
		q.decoded = append(q.decoded, c)
	case '\r':
		if next, err := q.in.Peek(1); err != nil || next[0] != '\n' {
			q.flush()
		} else {
			q.blanks = q.blanks[:0]
		}
		q.decoded = append(q.decoded, c)
	case '=':
		q.flush()
		q.code()
	}
}

func (q *qpReader) flush() {
	q.decoded = append(q.decoded, q.blanks...)
	q.blanks = q.blanks[:0]
}

// code reads what follows an equals sign: two digits, or a line break that is none.
func (q *qpReader) code() {
	next, _ := q.in.Peek(2)
	if len(next) == 2 && hexValue(next[0]) >= 0 && hexValue(next[1]) >= 0 {
		q.decoded = append(q.decoded, byte(hexValue(next[0])<<4|hexValue(next[1])))
		_, _ = q.in.Discard(2)
		return
	}
	ahead, _ := q.in.Peek(min(qpChunk, maxSoftBlanks))
	n := 0
	for n < len(ahead) && (ahead[n] == ' ' || ahead[n] == '\t' || ahead[n] == '\r') {
		n++
	}
	switch {
	case n > 0 && ahead[n-1] == '\r' && (n == len(ahead) || ahead[n] != '\n'): // lines ended by CR alone
		_, _ = q.in.Discard(n)
	case n < len(ahead) && ahead[n] == '\n':
		_, _ = q.in.Discard(n + 1)
	case len(ahead) == n: // the body ends with a soft line break
		_, _ = q.in.Discard(n)
	default:
		q.problems.Tell(CodeBrokenEncoding, "The quoted-printable of a part holds equals signs that mean nothing.")
		q.decoded = append(q.decoded, '=')
	}
}

// maxSoftBlanks is how many blanks may stand between an equals sign and its line break.
const maxSoftBlanks = 128
