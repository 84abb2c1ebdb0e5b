package pgp

import (
	"bytes"
)

// blockKind says what an armoured block holds (RFC 9580 section 6.2).
type blockKind int

const (
	blockMessage blockKind = iota // PGP MESSAGE
	blockSigned                   // PGP SIGNED MESSAGE with its signature (section 7)
	blockKey                      // a key, public or secret: never ciphertext
)

// block is one armoured block in a text: text[start:end], END line included,
// its line break not.
type block struct {
	kind       blockKind
	start, end int
}

// maxBlocks bounds the blocks opened in one text; a mail of ten quoted reports
// has ten, a file of them is no mail.
const maxBlocks = 64

const (
	beginMark   = "-----BEGIN PGP "
	endMark     = "-----END PGP "
	markTail    = "-----"
	beginMsg    = "-----BEGIN PGP MESSAGE-----"
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
// that it is judged damaged and not overlooked. Lines quoted with ">" begin no
// block: they are somebody's earlier mail.
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
		if mark := markIn(line); mark != "" {
			s.take(mark, at+leadIn(line), at+len(bytes.TrimRight(line, " \t\r")))
		}
		at = next
	}
}

// take looks at one mark, which stands from start to end. The text of a signed
// message may hold any mark but its own signature's; in other blocks a BEGIN
// means that the one before lost its END.
func (s *scanner) take(mark string, start, end int) {
	switch {
	case s.open != nil && s.open.kind == blockSigned && !s.signature:
		s.signature = mark == beginSig
	case s.open != nil && ends(s.open.kind, mark):
		s.close(end, true)
	default:
		if kind, ok := begins(mark); ok && !(s.unsigned && kind == blockSigned) {
			s.close(start, false)
			s.open, s.signature = &block{kind: kind, start: start}, false
		}
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

// markIn gives the armour header or tail line, "" for any other line.
func markIn(line []byte) string {
	if len(line) > 200 || len(line) < len(endMark) {
		return ""
	}
	mark := bytes.Trim(line, " \t\r\u00a0")
	if bytes.HasPrefix(mark, []byte(beginMark)) || bytes.HasPrefix(mark, []byte(endMark)) {
		return string(mark)
	}
	return ""
}

func leadIn(line []byte) int { return bytes.IndexByte(line, '-') }

func begins(mark string) (blockKind, bool) {
	switch mark {
	case beginMsg:
		return blockMessage, true
	case beginSigned:
		return blockSigned, true
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
