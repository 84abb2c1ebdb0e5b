package pgp

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
)

// armour reads the bytes inside one block of armour (RFC 9580 section 6) as
// mail programs leave it: quoted, indented, with the blank line behind its
// headers lost or doubled, with quoted-printable that nobody undid, with all of
// it on one line, without checksum or end. The checksum is not looked at (section
// 6.1): whether the content is whole is known when it is opened. What is no
// sign of base64 is left out; where that was no damage, what is inside fails.
type armour struct {
	in    *bufio.Reader
	signs []byte // of base64, not decoded yet
	bytes []byte // decoded, not handed out yet
	store []byte // behind bytes
	ended bool
}

// armourBuffer holds the longest line that is looked at in one piece, and many usual ones.
const armourBuffer = 4 << 10

// openArmour finds the first block that begins with the mark, or with any for
// beginMark; nil when there is none.
func openArmour(src io.Reader, mark string) *armour {
	in, buffered := src.(*bufio.Reader)
	if !buffered {
		in = bufio.NewReaderSize(src, armourBuffer)
	}
	a := &armour{in: in}
	for {
		line, err := a.line()
		if at := bytes.Index(line, []byte(mark)); at >= 0 {
			rest := line[at+len(mark):]
			if mark == beginMark {
				_, rest, _ = bytes.Cut(rest, []byte(markTail))
			}
			a.start(rest)
			return a
		}
		if err != nil {
			return nil
		}
	}
}

// dearmour gives the bytes inside the first block of that kind, at most limit of them.
func dearmour(text []byte, mark string, limit int64) []byte {
	a := openArmour(bytes.NewReader(text), mark)
	if a == nil {
		return nil
	}
	return readSome(a, limit)
}

// content reads the bytes inside a block of the text it was found in.
func (b block) content(text []byte) io.Reader {
	return openArmour(bytes.NewReader(text[b.start:b.end]), beginMark)
}

// line gives the next line with its end, or a piece of one that is very long.
func (a *armour) line() ([]byte, error) {
	line, err := a.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		err = nil
	}
	return line, err
}

// start skips the armour's headers. rest is what stands behind the mark on its
// own line: nothing, or the whole block when its line ends were lost.
func (a *armour) start(rest []byte) {
	if at := firstRun(rest); at >= 0 {
		a.take(rest[at:])
		return
	}
	blank := false
	for {
		line, err := a.line()
		switch bare := bytes.Trim(line, leadIns+"\r\n"); {
		case len(bare) == 0:
			blank = true
		case bytes.HasPrefix(bare, []byte(markTail)):
			a.ended = true
			return
		case isBody(bare, blank):
			a.take(line)
			return
		}
		if err != nil {
			a.ended = true
			return
		}
	}
}

// leadIns are the signs that a quotation, an indent or a careless program puts before a line.
const leadIns = " \t>|\u00a0"

// isBody tells the first line of the content from a header, or a piece of a
// comment that was wrapped: short words count only behind the blank line.
func isBody(line []byte, blank bool) bool {
	if n := base64Run(line); n < len(line) && line[n] != '=' {
		return false
	}
	return blank || len(line) >= shortestRun
}

// shortestRun is how many signs are no word: no armour of a message is shorter.
const shortestRun = 20

// firstRun finds where the content begins in armour that lost its line ends, -1
// when there is none: behind "Version: …" comes a long word that can be packets.
func firstRun(line []byte) int {
	for at := 0; at < len(line); {
		n := base64Run(line[at:])
		if n >= shortestRun && beginsPackets(line[at:]) {
			return at
		}
		at += n + 1
	}
	return -1
}

// beginsPackets looks at the first bit, which is set in every packet (RFC 9580 section 4.2).
func beginsPackets(signs []byte) bool {
	var first [3]byte
	n, err := base64.StdEncoding.Decode(first[:], signs[:4])
	return err == nil && n > 0 && isBinary(first[:])
}

func (a *armour) Read(p []byte) (int, error) {
	for len(a.bytes) == 0 {
		if a.ended && len(a.signs) == 0 {
			return 0, io.EOF
		}
		a.fill()
	}
	n := copy(p, a.bytes)
	a.bytes = a.bytes[n:]
	return n, nil
}

// fill decodes as many lines as the reader holds. Signs that make no whole
// bytes are kept for the next line, or at the end decoded without their padding.
func (a *armour) fill() {
	for !a.ended && len(a.signs) < armourBuffer {
		line, err := a.line()
		a.take(line)
		a.ended = a.ended || err != nil
	}
	if a.store == nil {
		a.store = make([]byte, 2*armourBuffer*3/4) // a buffer of signs and one line more
	}
	whole := len(a.signs) &^ 3
	n, _ := base64.StdEncoding.Decode(a.store, a.signs[:whole]) // nothing but signs of base64 is there
	rest := a.signs[whole:]
	if a.ended {
		more, _ := base64.RawStdEncoding.Decode(a.store[n:], rest) // a lone sign is damage
		n, rest = n+more, nil
	}
	a.bytes = a.store[:n]
	a.signs = append(a.signs[:0], rest...)
}

// take keeps the signs of one line and sees where the content ends.
func (a *armour) take(line []byte) {
	for len(line) > 0 {
		n := base64Run(line)
		a.signs = append(a.signs, line[:n]...)
		if n == len(line) {
			return
		}
		skip := 1
		switch {
		case line[n] == '=':
			skip = equals(line[n:], n > 0)
		case bytes.HasPrefix(line[n:], []byte(markTail)):
			skip = 0
		}
		if skip == 0 {
			a.ended = true
			return
		}
		line = line[n+skip:]
	}
}

// equals tells what a "=" is and how much of the line belongs to it: padding, a
// line that quoted-printable broke, a sign that it wrote as "=3D", or the
// checksum, which is the end: 0.
func equals(line []byte, behindSigns bool) int {
	rest := bytes.TrimRight(line[1:], " \t\r\n")
	switch {
	case !behindSigns && len(rest) > 0 && rest[0] != '=' && !paddingLeft(rest):
		return 0
	case len(rest) == 0, rest[0] == '=', rest[0] == ' ':
		return 1
	case bytes.HasPrefix(rest, []byte("3D")), bytes.HasPrefix(rest, []byte("20")), bytes.HasPrefix(rest, []byte("0D")):
		return 3
	}
	return 0
}

// paddingLeft tells the second sign of padding that quoted-printable wrote ("=3D=3D").
func paddingLeft(rest []byte) bool { return string(rest) == "3D" }

// base64Run is how many signs of base64 stand at the beginning.
func base64Run(line []byte) int {
	for i, c := range line {
		if !base64Signs[c] {
			return i
		}
	}
	return len(line)
}

var base64Signs = func() (table [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		table[c] = true
	}
	return table
}()
