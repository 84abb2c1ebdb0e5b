package mime

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bWords decodes adjacent words in base64. Each ought to be complete, but some
// mailers encode first and cut then, at any sign, and others leave out the padding.
func bWords(run []word) []byte {
	var alone, together []byte
	for _, w := range run {
		alone = append(alone, bWord(w.text)...)
		together = append(together, base64Only(w.text)...)
	}
	complete, certain := completeWords(run)
	if certain && complete {
		return alone
	}
	joined := decode64(together)
	switch wrong, other := illegible(alone, run[0].charset), illegible(joined, run[0].charset); {
	case certain, other < wrong, other == wrong && !complete:
		return joined
	}
	return alone
}

// completeWords tells whether each word but the last is base64 of its own, and
// whether that is certain. Without padding there is no telling but that one sign
// is never left over; words of one length were most likely cut.
func completeWords(run []word) (complete, certain bool) {
	whole, even := true, true
	for _, w := range run[:len(run)-1] {
		signs := len(base64Only(w.text))
		padding := strings.Count(w.text, "=")
		switch {
		case signs%4 == 1:
			return false, true
		case padding > 0 && (signs+padding)%4 == 0:
			return true, true
		}
		whole = whole && signs%4 == 0
		even = even && len(w.text) == len(run[0].text)
	}
	return whole || !even, whole
}

// illegible counts the signs that no text has in what bytes mean in a charset.
func illegible(octets []byte, charset string) (count int) {
	text, _ := toUTF8(octets, charset)
	if isUTF8Name(charset) && !utf8.Valid(octets) {
		count++
	}
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\n' || unicode.Is(unicode.Co, r) {
			count++
		}
	}
	return count
}

// bWord decodes base64 without minding its padding or strange signs. Where
// padding stands in the middle, another piece follows it.
func bWord(text string) []byte {
	var out []byte
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '=' }) {
		out = append(out, decode64(base64Only(piece))...)
	}
	return out
}

// base64Only keeps the signs of the alphabet.
func base64Only(text string) []byte {
	signs := make([]byte, 0, len(text))
	for _, c := range []byte(text) {
		if base64Signs[c] > 1 {
			signs = append(signs, base64Signs[c])
		}
	}
	return signs
}

// decode64 decodes signs without padding; one too many is dropped.
func decode64(signs []byte) []byte {
	if len(signs)%4 == 1 {
		signs = signs[:len(signs)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(signs)))
	n, _ := base64.RawStdEncoding.Decode(out, signs)
	return out[:n]
}
