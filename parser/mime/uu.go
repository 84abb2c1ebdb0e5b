package mime

import (
	"bufio"
	"bytes"
	"io"
)

// uuReader decodes the lines between "begin" and "end" (POSIX uuencode). Lines
// before and between that cannot be right are passed over with a problem.
type uuReader struct {
	in       *bufio.Reader
	problems *Problems
	began    bool
	out      []byte
	err      error
}

const maxUULine = 1024 // a right line has 61 signs

func newUU(body io.Reader, p *Problems) io.Reader {
	in := bufio.NewReaderSize(body, maxUULine)
	head, _ := in.Peek(maxUULine)
	return &uuReader{in: in, problems: p, began: beginless(head)}
}

// beginless tells a body whose first line is one of a file already: the line
// "begin" was lost, and the header says what it would have said.
func beginless(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	return len(line) > 1 && !bytes.HasPrefix(line, []byte("begin ")) && uuLine(string(line))
}

func (u *uuReader) Read(to []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.line()
	}
	n := copy(to, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *uuReader) line() {
	text, err := u.in.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		u.err = err
	}
	text = bytes.TrimRight(text, "\r\n")
	switch {
	case !u.began:
		u.began = bytes.HasPrefix(text, []byte("begin "))
	case bytes.Equal(text, []byte("end")):
		u.err = io.EOF
	case len(text) > 0:
		u.decode(text)
	}
	if u.err != nil && !u.began {
		u.problems.Tell(CodeBrokenEncoding, "A part said to be uuencoded holds nothing of the kind.")
	}
}

// decode takes one line: its length, then four signs for three bytes. A line that
// is too short gives what is there, so that no line gives more than it holds.
func (u *uuReader) decode(text []byte) {
	n := int(text[0]-' ') & 63
	text = text[1:]
	there := (len(text) + 3) / 4 * 3
	if need := (n + 2) / 3 * 4; n > there || len(text) > need+4 {
		u.problems.Tell(CodeBrokenEncoding, "Some lines of an uuencoded part are damaged.")
	}
	if n = min(n, there); n == 0 {
		return
	}
	u.out = u.out[:0]
	for i := 0; len(u.out) < n; i += 4 {
		var group [4]byte
		for j := range group {
			if i+j < len(text) {
				group[j] = (text[i+j] - ' ') & 63
			}
		}
		u.out = append(u.out, group[0]<<2|group[1]>>4, group[1]<<4|group[2]>>2, group[2]<<6|group[3])
	}
	u.out = u.out[:n]
}

// nameUU gives an uuencoded part without a name the one on its first line.
func (r *reader) nameUU(p *Part) {
	if p.Name != "" || p.Encoding() != "uuencode" {
		return
	}
	for line := range bytes.Lines(r.head(p)) {
		if fields := bytes.Fields(line); len(fields) > 2 && string(fields[0]) == "begin" {
			p.Name = fileName(string(bytes.Join(fields[2:], []byte(" "))))
			return
		}
	}
}
