package archive

import (
	"errors"
	"io"

	"postern/parser/mime"
)

// bounded is a file coming out of an archive. It ends, with a problem, where
// the limits or the damage are; it never fails.
type bounded struct {
	from     io.Reader
	expander *Expander
	left     int64 // bytes of this file that are plausible for its packed size
	problems *mime.Problems
	done     bool
}

func (e *Expander) bound(from io.Reader, packed int64, problems *mime.Problems) io.Reader {
	return &bounded{from: from, expander: e, left: freeRatio + min(packed, e.limits.Opened)*maxRatio, problems: problems}
}

// Read implements io.Reader.
func (b *bounded) Read(to []byte) (int, error) {
	if b.done {
		return 0, io.EOF
	}
	most := min(b.left, b.expander.unpacked)
	if most <= 0 {
		return b.end(CodeLimit, "A file in an archive is larger than is unpacked; the rest was left out.")
	}
	n, err := b.from.Read(to[:min(int64(len(to)), most)])
	b.left -= int64(n)
	b.expander.unpacked -= int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		b.done = err != nil
		return n, err
	}
	_, end := b.end(CodeBroken, "A file in an archive is damaged; what could be read was kept.")
	return n, end
}

func (b *bounded) end(code, sentence string) (int, error) {
	b.done = true
	b.problems.Tell(code, "%s", sentence)
	return 0, io.EOF
}
