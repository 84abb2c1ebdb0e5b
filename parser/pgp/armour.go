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

// findBlocks finds the armoured blocks of a text in one pass over its lines.
// A message whose END was cut off reaches to the end of the text, so that it
// is judged damaged and not overlooked; a signed text without a signature is
// just text. Lines quoted with ">" begin no block: they are somebody's earlier mail.
func findBlocks(text []byte) []block {
	var found []block
	var open *block
	var signature bool // inside a signed message, behind its BEGIN PGP SIGNATURE
	for at := 0; at < len(text); {
		line, next := lineAt(text, at)
		mark := markIn(line)
		switch {
		case open == nil:
			if kind, ok := begins(mark); ok {
				open, signature = &block{kind: kind, start: at + leadIn(line)}, false
			}
		case open.kind == blockSigned && mark == beginSig:
			signature = true
		case ends(open.kind, signature, mark):
			open.end = at + len(bytes.TrimRight(line, " \t\r"))
			found, open = append(found, *open), nil
		}
		at = next
	}
	if open != nil && open.kind == blockMessage {
		open.end = len(text)
		found = append(found, *open)
	}
	return found
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

// ends tells whether the mark closes the open block. The text of a signed
// message may hold any mark but its own signature's.
func ends(kind blockKind, signature bool, mark string) bool {
	switch kind {
	case blockSigned:
		return signature && mark == endSig
	case blockKey:
		return mark == endPublic || mark == endSecret
	}
	return mark == endMsg
}
