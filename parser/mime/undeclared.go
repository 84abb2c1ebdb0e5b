package mime

import (
	"bytes"
	"encoding/base64"
	"io"
	"unicode/utf8"
)

// Signs of a text that is encoded although its header says nothing of it.
const (
	minEscapes  = 2  // "=C3"; one alone may be meant so
	minLine64   = 60 // signs of a full line of base64
	maxLine64   = 76 // RFC 2045 section 6.8
	maxWhole64  = 1 << 20
	longestLine = 78 // of quoted-printable, with what careless programs count
)

// undeclared undoes the encoding of a text whose header lost the field that says
// so, as gateways and scripts make that write headers anew. Every sign of it must
// fit, so that words and source code stay what they are.
func (p *Part) undeclared(octets []byte, told *Problems) []byte {
	if p.open != nil || !p.worded() || !p.identity() {
		return octets
	}
	plain := octets
	switch {
	case looksQuoted(octets):
		body := io.NewSectionReader(bytes.NewReader(octets), 0, int64(len(octets)))
		plain, _ = readUpTo(newQuotedPrintable(body, &Problems{}), body.Size()) // memory does not fail
	case !p.Header.Has("Content-Transfer-Encoding") && looks64(octets): // whoever says that nothing is encoded may mean to show it
		plain = from64(octets)
	}
	if len(plain) == len(octets) || bytes.ContainsFunc(plain, isControl) {
		return octets
	}
	told.Tell(CodeBrokenEncoding, "The text of part %s is encoded, which its header does not say.", shown(p))
	return plain
}

// looksQuoted tells quoted-printable: lines that go on behind a "=" at their end,
// and every other one before two hexadecimal digits in capitals.
func looksQuoted(octets []byte) bool {
	if !bytes.Contains(octets, []byte("=\n")) && !bytes.Contains(octets, []byte("=\r\n")) {
		return false
	}
	escapes := 0
	for line := range bytes.Lines(octets) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > longestLine {
			return false
		}
		line = bytes.TrimSuffix(line, []byte("="))
		for at := bytes.IndexByte(line, '='); at >= 0; at = bytes.IndexByte(line, '=') {
			if at+2 >= len(line) || !capitalHex(line[at+1]) || !capitalHex(line[at+2]) {
				return false
			}
			escapes++
			line = line[at+3:]
		}
	}
	return escapes >= minEscapes
}

func capitalHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' }

// looks64 tells base64: lines of one length, of which only the last is shorter.
func looks64(octets []byte) bool {
	octets = bytes.TrimSpace(octets)
	first, _, _ := bytes.Cut(octets, []byte("\n"))
	width := len(bytes.TrimRight(first, "\r"))
	if width < minLine64 || width > maxLine64 || width%4 != 0 || len(octets) > maxWhole64 {
		return false
	}
	short := false
	for line := range bytes.Lines(octets) {
		line = bytes.TrimRight(line, "\r\n")
		if short || len(line) > width {
			return false
		}
		short = len(line) < width
	}
	return true
}

// from64 decodes what looks like base64; the bytes themselves when it is not.
func from64(octets []byte) []byte {
	plain := make([]byte, base64.StdEncoding.DecodedLen(len(octets)))
	n, err := base64.StdEncoding.Decode(plain, bytes.TrimSpace(octets)) // it passes over line breaks
	if err != nil || !utf8.Valid(plain[:n]) {
		return octets
	}
	return plain[:n]
}

// isControl tells a sign that no text has.
func isControl(c rune) bool {
	return c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != escape || c == 0x7f
}
