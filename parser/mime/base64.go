package mime

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"slices"
)

// base64Reader decodes base64 (RFC 2045 section 6.8) that may hold strange
// signs, lack its padding, be several pieces one after the other, or stand between
// the lines that a mailing list put there.
type base64Reader struct {
	in       *bufio.Reader
	problems *Problems
	clean    []byte // signs of the alphabet, not yet decoded: less than four between calls
	out      []byte // decoded, not yet read
	decoded  []byte // what out stands in
	blank    bool   // the line before was empty
	start    bool   // at the start of a line
	long     bool   // inside a line longer than the window of which nothing was wrong so far
	tried    bool   // the line cannot be decoded at once
	judged   bool   // the line was found to be base64 behind an empty one
	any      bool   // something was decoded
	padded   bool   // the line ended in padding, behind which other text may begin
	junk     bool
	text     bool // words around the base64 are for a reader too
	rest     bool // only such words are left
	done     bool
	err      error
}

const base64Chunk = 8 << 10 // many are opened for their beginning only

// newBase64 decodes a body. text: it is one that people read, so that words behind
// the base64 are not lost.
func newBase64(body *io.SectionReader, text bool, p *Problems) io.Reader {
	in := bufio.NewReaderSize(body, int(min(base64Chunk, body.Size())))
	head, _ := in.Peek(proseHead)
	reader := &base64Reader{in: in, problems: p, start: true, text: text}
	if words := leading(head); words != nil {
		p.Tell(CodeBrokenEncoding, "Other text stands before the base64 of a part.")
		_, _ = in.Discard(len(words))
		if !text {
			words = nil
		}
		return io.MultiReader(bytes.NewReader(bytes.Clone(words)), reader)
	}
	if prose(head) {
		p.Tell(CodeBrokenEncoding, "A part is said to be base64 and is not; its bytes are taken as they are.")
		return in
	}
	return reader
}

// minFull is how long a line of base64 is that others stand before: programs
// write lines of 60, 64, 72 or 76 signs.
const minFull = 60

// leading gives the lines of words that stand before base64, where a gateway put
// them; nil when there are none.
func leading(head []byte) []byte {
	for at := 0; at < len(head); {
		line, _, _ := bytes.Cut(head[at:], []byte("\n"))
		full := bytes.TrimRight(line, "\r")
		if len(full) >= minFull && len(full)%4 == 0 && pureLine(full) {
			if at > 0 && bytes.ContainsAny(head[:at], " \t") {
				return head[:at]
			}
			return nil
		}
		at += len(line) + 1
	}
	return nil
}

// proseHead is how many bytes are looked at to tell words from base64.
const proseHead = 1 << 10

// prose tells words that somebody labelled base64: blanks stand between signs,
// and signs that base64 does not have.
func prose(head []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	if first = bytes.TrimSpace(first); len(first) >= 16 && len(first)%4 == 0 && pureLine(first) && bytes.IndexByte(first, ' ') < 0 {
		return false
	}
	text, blanks, strange, inLine := 0, 0, 0, false
	for n, c := range head {
		switch {
		case base64Signs[c] > 1 || c == '=':
			text, inLine = text+1, true
		case c == '\n' || c == '\r':
			inLine = false
		case c == ' ' && inLine && n+1 < len(head) && base64Signs[head[n+1]] > 1:
			blanks++
		case base64Signs[c] == 0:
			strange++
		}
	}
	return text > 8 && blanks >= 2 && strange >= 1 && (blanks+strange)*12 > text
}

func (b *base64Reader) Read(to []byte) (int, error) {
	for len(b.out) == 0 {
		if b.rest {
			return b.in.Read(to)
		}
		if b.done {
			return 0, b.err
		}
		b.fill()
	}
	n := copy(to, b.out)
	b.out = b.out[n:]
	return n, nil
}

// fill decodes what the next window of the body holds.
func (b *base64Reader) fill() {
	window, err := b.in.Peek(b.in.Size())
	if len(window) == 0 {
		b.finish(err)
		return
	}
	if b.decoded == nil {
		b.decoded = make([]byte, base64.StdEncoding.DecodedLen(len(window))+8)
	}
	b.out = b.decoded[:0]
	used := 0
	for used < len(window) && !b.done {
		if n := b.line(window[used:]); n > 0 {
			used += n
			continue
		}
		used += b.sign(window, used)
	}
	_, _ = b.in.Discard(used)
	b.decode(len(b.clean) / 4 * 4)
	if b.rest {
		b.out = append(b.out, '\n')
	}
}

// line decodes a whole line at once when nothing is wrong with it, as with nearly
// all of them, and gives how many bytes it took. 0 leaves the line to sign.
func (b *base64Reader) line(rest []byte) int {
	if b.tried || b.blank || b.padded || !b.start && !b.long || len(b.clean)%4 != 0 {
		return 0
	}
	b.tried = true
	end := bytes.IndexByte(rest, '\n')
	text, used := bytes.TrimSuffix(rest[:max(end, 0)], []byte("\r")), end+1
	if end < 0 { // one long line
		text = rest[:len(rest)/4*4]
		used = len(text)
	}
	if len(text) == 0 || len(text)%4 != 0 {
		return 0
	}
	b.decode(len(b.clean))
	from := len(b.out)
	b.out = slices.Grow(b.out, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(b.out[from:cap(b.out)], text)
	if err != nil {
		return 0
	}
	b.out, b.any, b.tried, b.start, b.long = b.out[:from+n], true, false, end >= 0, end < 0
	b.padded = text[len(text)-1] == '='
	return used
}

// sign takes one byte of the body.
func (b *base64Reader) sign(window []byte, at int) int {
	c := window[at]
	judge := b.start && !b.judged && (b.blank || b.padded) && c != '\n' && c != '\r' && b.any
	b.judged = b.judged || judge
	if judge && !pureLine(window[at:]) {
		b.broken("The base64 of a part is followed by other text.")
		b.finish(io.EOF)
		b.rest = b.text
		return 0
	}
	value := base64Signs[c]
	switch {
	case value > 1:
		b.clean = append(b.clean, value)
		b.any, b.start, b.blank, b.padded = true, false, false, false
	case c == '=':
		b.pad()
		b.start, b.padded = false, true
	case c == '\n':
		b.blank, b.start, b.long, b.tried, b.judged = b.start, true, false, false, false
	case value == 0: // neither of the alphabet nor white
		if !b.junk {
			b.junk = true
			b.broken("The base64 of a part holds signs that do not belong there.")
		}
		b.start = false
	}
	return 1
}

// pad ends a group of four early; what follows is another piece.
func (b *base64Reader) pad() {
	switch len(b.clean) % 4 {
	case 2:
		b.clean = append(b.clean, 'A', 'A')
		b.decode(len(b.clean))
		b.out = b.out[:len(b.out)-2]
	case 3:
		b.clean = append(b.clean, 'A')
		b.decode(len(b.clean))
		b.out = b.out[:len(b.out)-1]
	}
}

// decode turns the first n signs, a multiple of four, into bytes.
func (b *base64Reader) decode(n int) {
	if n == 0 {
		return
	}
	from := len(b.out)
	size := base64.StdEncoding.DecodedLen(n)
	b.out = slices.Grow(b.out, size)[:from+size]
	_, _ = base64.StdEncoding.Decode(b.out[from:], b.clean[:n]) // only signs of the alphabet are in it
	b.clean = b.clean[:copy(b.clean, b.clean[n:])]
}

func (b *base64Reader) finish(err error) {
	if b.done {
		return
	}
	b.done, b.err = true, err
	if rest := len(b.clean) % 4; rest > 0 {
		b.broken("The base64 of a part ends in the middle.")
		b.decode(len(b.clean) - rest)
		b.pad()
	}
}

func (b *base64Reader) broken(sentence string) {
	b.problems.Tell(CodeBrokenEncoding, "%s", sentence)
}

// pureLine tells whether the line that begins here, as far as the window shows
// it, can be base64, indented or not.
func pureLine(window []byte) bool {
	line, _, _ := bytes.Cut(window, []byte("\n"))
	for _, c := range bytes.Trim(line, " \t\r") {
		switch { // lines of dashes and underscores stand above footers
		case base64Signs[c] == 0 && c != '=', c == ' ', c == '\t', c == '-', c == '_':
			return false
		}
	}
	return true
}

// base64Signs maps each byte to its sign in the standard alphabet (the URL-safe
// one is put right), 1 for white space, and 0 for anything else.
var base64Signs = func() (signs [256]byte) {
	for c := 0; c < 256; c++ {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			signs[c] = byte(c)
		case c == ' ', c == '\t', c == '\r', c == '\n', c == '\f', c == '\v':
			signs[c] = 1
		}
	}
	signs['-'], signs['_'] = '+', '/'
	return signs
}()
