package mime

import (
	"bufio"
	"bytes"
	"io"
)

// qpReader decodes quoted-printable (RFC 2045 section 6.7). An equals sign that
// begins no code stays as it is, as people read it; blanks at line ends, which
// servers add, are dropped.
type qpReader struct {
	in       *bufio.Reader
	problems *Problems
	blanks   []byte // blanks that count only if the line goes on
	out      []byte
	err      error
}

const (
	qpChunk   = 8 << 10
	maxBlanks = 4 << 10 // blanks kept back; more than that are text
)

func newQuotedPrintable(body io.Reader, p *Problems) io.Reader {
	return &qpReader{in: bufio.NewReaderSize(body, qpChunk), problems: p}
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
	q.out = q.out[:0:cap(q.out)]
	if q.out == nil {
		q.out = make([]byte, 0, qpChunk+maxBlanks)
	}
	for len(q.out) < qpChunk && q.err == nil {
		if _, err := q.in.Peek(1); err != nil {
			q.err = err
			return // blanks at the very end are dropped too
		}
		window, _ := q.in.Peek(q.in.Buffered())
		n := q.run(window)
		_, _ = q.in.Discard(n)
		if n < len(window) {
			c, _ := q.in.ReadByte() // it is in the window
			q.sign(c)
		}
	}
}

// run takes the bytes that mean themselves, up to the next that may not.
func (q *qpReader) run(window []byte) int {
	n := 0
	for n < len(window) && window[n] != '=' && window[n] != '\r' && window[n] != '\n' {
		n++
	}
	text := bytes.TrimRight(window[:n], " \t")
	if len(text) > 0 {
		q.flush()
		q.out = append(q.out, text...)
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
		q.out = append(q.out, c)
	case '\r':
		if next, err := q.in.Peek(1); err != nil || next[0] != '\n' {
			q.flush()
		} else {
			q.blanks = q.blanks[:0]
		}
		q.out = append(q.out, c)
	case '=':
		q.flush()
		q.code()
	}
}

func (q *qpReader) flush() {
	q.out = append(q.out, q.blanks...)
	q.blanks = q.blanks[:0]
}

// code reads what follows an equals sign: two digits, or a line break that is none.
func (q *qpReader) code() {
	next, _ := q.in.Peek(2)
	if len(next) == 2 && hexValue(next[0]) >= 0 && hexValue(next[1]) >= 0 {
		q.out = append(q.out, byte(hexValue(next[0])<<4|hexValue(next[1])))
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
		q.out = append(q.out, '=')
	}
}

// maxSoftBlanks is how many blanks may stand between an equals sign and its line break.
const maxSoftBlanks = 128
