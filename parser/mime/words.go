package mime

import (
	"encoding/base64"
	"strings"
	"unicode"
)

// decodeWords makes readable UTF-8 of a header value: encoded words (RFC 2047,
// broken ones as far as they can be read), raw 8-bit text in any charset, no
// control signs. White space between two encoded words is none of the text.
func decodeWords(value string) string {
	if !strings.Contains(value, "=?") {
		return headerText([]byte(value), "")
	}
	var b strings.Builder
	var run word // octets of adjacent words in one charset
	for value != "" {
		start := strings.Index(value, "=?")
		if start < 0 {
			break
		}
		next, length, ok := parseWord(value[start:])
		if !ok {
			run = flushWord(&b, run)
			b.WriteString(headerText([]byte(value[:start+2]), ""))
			value = value[start+2:]
			continue
		}
		if run.charset == "" || strings.Trim(value[:start], " \t\r\n") != "" {
			run = flushWord(&b, run)
			b.WriteString(headerText([]byte(value[:start]), ""))
		}
		run = joinWord(&b, run, next)
		value = value[start+length:]
	}
	flushWord(&b, run)
	b.WriteString(headerText([]byte(value), ""))
	return b.String()
}

// word is one encoded word, its octets decoded.
type word struct {
	charset string
	octets  []byte
}

// joinWord puts the octets of adjacent words together, since mailers cut
// characters in two between them.
func joinWord(b *strings.Builder, run, next word) word {
	if run.charset == next.charset {
		run.octets = append(run.octets, next.octets...)
		return run
	}
	flushWord(b, run)
	return next
}

func flushWord(b *strings.Builder, run word) word {
	if run.charset != "" {
		b.WriteString(headerText(run.octets, run.charset))
	}
	return word{}
}

// maxQuestions is how many question marks a word may hold that do not end it:
// some mailers forget to encode them.
const maxQuestions = 8

// parseWord reads =?charset?encoding?text?= at the beginning of s.
func parseWord(s string) (found word, length int, ok bool) {
	name, rest, ok := cutWithin(s[2:], '?', 40)
	if !ok || name == "" || len(rest) < 2 || rest[1] != '?' {
		return word{}, 0, false
	}
	text := rest[2:]
	end := wordEnd(text)
	if end < 0 {
		return word{}, 0, false
	}
	length = len(s) - len(text) + end + 2
	name, _, _ = strings.Cut(strings.ToLower(name), "*") // a language (RFC 2231 section 5)
	switch rest[0] {
	case 'Q', 'q':
		return word{name, qWord(text[:end])}, length, true
	case 'B', 'b':
		return word{name, bWord(text[:end])}, length, true
	}
	return word{}, 0, false
}

// wordEnd finds the "?=" that ends the text of a word.
func wordEnd(text string) int {
	from := 0
	for range maxQuestions {
		mark := strings.IndexByte(text[from:], '?')
		if mark < 0 || from+mark+1 >= len(text) {
			return -1
		}
		if text[from+mark+1] == '=' {
			return from + mark
		}
		if mark > 0 && text[from+mark-1] == '=' { // another word begins
			return -1
		}
		from += mark + 1
	}
	return -1
}

// cutWithin cuts s at the first sep among its first most bytes.
func cutWithin(s string, sep byte, most int) (before, after string, ok bool) {
	i := strings.IndexByte(s[:min(len(s), most)], sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func qWord(text string) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '_':
			out = append(out, ' ')
		case text[i] == '=' && i+2 < len(text) && hexValue(text[i+1]) >= 0 && hexValue(text[i+2]) >= 0:
			out = append(out, byte(hexValue(text[i+1])<<4|hexValue(text[i+2])))
			i += 2
		default:
			out = append(out, text[i])
		}
	}
	return out
}

// bWord decodes base64 without minding its padding or strange signs.
func bWord(text string) []byte {
	signs := make([]byte, 0, len(text))
	for _, c := range []byte(text) {
		if base64Signs[c] > 1 {
			signs = append(signs, base64Signs[c])
		}
	}
	if len(signs)%4 == 1 {
		signs = signs[:len(signs)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(signs)))
	n, _ := base64.RawStdEncoding.Decode(out, signs)
	return out[:n]
}

// headerText makes one line of UTF-8: control signs are blanks.
func headerText(octets []byte, charset string) string {
	text, _ := toUTF8(octets, charset)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
