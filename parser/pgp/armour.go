package pgp

import (
	"bytes"
	"strings"
)

// blockKind says what an armoured block holds (RFC 9580 section 6.2).
type blockKind int

const (
	blockMessage blockKind = iota // PGP MESSAGE
	blockSigned                   // PGP SIGNED MESSAGE with its signature (section 7)
	blockKey                      // a key, public or secret: never ciphertext
)

// block is one armoured block in a text: text[start:end], END line included,
// its line break not. quote is what stands before its first line when that is a
// quotation ("> "); the block begins behind it.
type block struct {
	kind       blockKind
	start, end int
	quote      string
}

func (b block) quoted() bool { return b.quote != "" }

// maxBlocks bounds the blocks opened in one text; a mail of ten quoted reports
// has ten, a file of them is no mail.
const maxBlocks = 64

const (
	anyMark     = "-----BEGIN" // what follows may be markup
	beginMark   = "-----BEGIN PGP "
	endMark     = "-----END PGP "
	markTail    = "-----"
	beginMsg    = "-----BEGIN PGP MESSAGE-----"
	beginPiece  = "-----BEGIN PGP MESSAGE, PART "
	beginSigned = "-----BEGIN PGP SIGNED MESSAGE-----"
	beginSig    = "-----BEGIN PGP SIGNATURE-----"
	endMsg      = "-----END PGP MESSAGE-----"
	endSig      = "-----END PGP SIGNATURE-----"
	endPublic   = "-----END PGP PUBLIC KEY BLOCK-----"
	endSecret   = "-----END PGP PRIVATE KEY BLOCK-----"
	beginPublic = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
	beginSecret = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
)

// findBlocks finds the armoured blocks of a text in one pass over its lines, or
// two when a signed text lacks its signature and is thus just text. A message
// whose END was cut off reaches to the next block or to the end of the text, so
// that it is judged damaged and not overlooked. Inside a block only marks count
// that are quoted as its beginning is. A signed text that is quoted is no block:
// what quotes it changed what was signed.
func findBlocks(text []byte) []block {
	s := scanner{text: text}
	s.run(0)
	if s.open != nil && s.open.kind == blockSigned {
		from := s.open.start
		s.open, s.unsigned = nil, true
		s.run(from)
	}
	s.close(len(text), false)
	return s.found
}

// scanner is one search for blocks.
type scanner struct {
	text      []byte
	found     []block
	open      *block
	signature bool // behind the BEGIN PGP SIGNATURE of a signed text
	unsigned  bool // no complete signed text is left
}

func (s *scanner) run(from int) {
	for at := from; at < len(s.text); {
		line, next := lineAt(s.text, at)
		if m := markIn(line); m.text != "" {
			m.start, m.end = at+len(m.lead), at+len(bytes.TrimRight(line, " \t\r"))
			s.take(m)
		}
		at = next
	}
}

// take looks at one mark. The text of a signed message may hold any mark but its
// own signature's; in other blocks a BEGIN means that the one before lost its END.
func (s *scanner) take(m mark) {
	kind, begins := begins(m)
	switch {
	case s.open != nil && s.open.kind == blockSigned && !s.signature:
		s.signature = m.text == beginSig && m.quote() == ""
	case s.open != nil && ends(s.open.kind, m.text) && s.open.quoted() == (m.quote() != ""):
		s.close(m.end, true)
	case begins && !(s.unsigned && kind == blockSigned):
		s.close(m.start, false)
		s.open, s.signature = &block{kind: kind, start: m.start, quote: m.quote()}, false
	}
}

// close ends the open block. Of those without their END only messages count.
func (s *scanner) close(end int, complete bool) {
	if s.open != nil && (complete || s.open.kind == blockMessage) {
		s.open.end = end
		s.found = append(s.found, *s.open)
	}
	s.open = nil
}

// lineAt gives the line that begins at the offset, without its LF, and where the next one begins.
func lineAt(text []byte, at int) (line []byte, next int) {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return text[at : at+n], at + n + 1
	}
	return text[at:], len(text)
}

// mark is the header or tail line of armour.
type mark struct {
	text       string // without what stands around it
	lead       string // what stands before it
	start, end int    // in the text it was found in
}

// quote is what stands before a mark that is quoted.
func (m mark) quote() string {
	if strings.ContainsAny(m.lead, ">|") {
		return m.lead
	}
	return ""
}

// longestMark is how long a line with a mark may be, its quotation included.
const longestMark = 200

// markIn finds the mark that is all of a line.
func markIn(line []byte) mark {
	if len(line) > longestMark || len(line) < len(endMark) {
		return mark{}
	}
	text := bytes.TrimRight(line, " \t\r\u00a0")
	bare := bytes.TrimLeft(text, leadIns)
	if bytes.HasPrefix(bare, []byte(beginMark)) || bytes.HasPrefix(bare, []byte(endMark)) {
		return mark{text: string(bare), lead: string(text[:len(text)-len(bare)])}
	}
	return mark{}
}

func begins(m mark) (blockKind, bool) {
	switch m.text {
	case beginMsg:
		return blockMessage, true
	case beginSigned:
		return blockSigned, m.quote() == ""
	case beginPublic, beginSecret:
		return blockKey, true
	}
	return 0, false
}

// ends tells whether the mark closes a block of this kind.
func ends(kind blockKind, mark string) bool {
	switch kind {
	case blockSigned:
		return mark == endSig
	case blockKey:
		return mark == endPublic || mark == endSecret
	}
	return mark == endMsg
}
