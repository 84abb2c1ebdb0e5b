package mime

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// decodeWords makes readable UTF-8 of a header value whose part says nothing
// about its charset.
func decodeWords(value string) string {
	text, _ := readWords(value, "")
	return text
}

// DecodeLine makes one line of readable UTF-8 of a value that stands like that of
// a header field: its encoded words are decoded.
func DecodeLine(value string) string { return strings.TrimSpace(decodeWords(value)) }

// readWords makes one line of readable UTF-8 of a header value: encoded words
// (RFC 2047, broken ones as far as they can be read), raw 8-bit text in the
// charset given or in the one it looks like, no control signs. White space
// between two encoded words is none of the text.
func readWords(value, charset string) (text string, wrong wordFault) {
	value, wrong = rawText(value, charset)
	if !strings.Contains(value, "=?") {
		return value, wrong
	}
	text, more := decodeOnce(value)
	if isWord(text) { // encoded twice, by a program that did not know it was done
		text, _ = decodeOnce(text)
		more |= faultNested
	}
	return text, wrong | more
}

// isWord tells a text that is an encoded word from end to end.
func isWord(text string) bool {
	if !strings.HasPrefix(text, "=?") || !strings.HasSuffix(text, "?=") {
		return false
	}
	_, _, ok := parseWord(text)
	return ok
}

// decodeOnce undoes the encoded words of a line that is UTF-8 already.
func decodeOnce(value string) (text string, wrong wordFault) {
	d := decoder{}
	for value != "" {
		start := strings.Index(value, "=?")
		if start < 0 {
			break
		}
		next, length, ok := parseWord(value[start:])
		if !ok {
			d.plain(value[:start+2])
			value = value[start+2:]
			continue
		}
		if len(d.run) > 0 && strings.TrimSpace(value[:start]) != "" || len(d.run) == 0 && start > 0 {
			d.plain(value[:start])
		}
		d.word(next)
		value = value[start+length:]
	}
	d.plain(value)
	return d.out.String(), d.wrong
}

// decoder puts a line together. Octets of adjacent words in one charset belong
// together, since mailers cut characters in two between them.
type decoder struct {
	out   strings.Builder
	run   []word
	wrong wordFault

	guesses int // words whose charset was guessed
}

// maxGuesses is how many times the charset of a stretch is guessed in one line,
// or of a text in one mail: it costs far more than reading in one that is known.
const maxGuesses = 20

// plain takes text between encoded words.
func (d *decoder) plain(text string) {
	d.flush()
	d.out.WriteString(text)
}

func (d *decoder) word(next word) {
	d.wrong |= next.wrong
	if len(d.run) > 0 && (d.run[0].charset != next.charset || strings.Contains(next.charset, "utf-7")) {
		d.flush()
	}
	d.run = append(d.run, next)
}

// flush reads the octets of the words put together so far.
func (d *decoder) flush() {
	if len(d.run) == 0 {
		return
	}
	octets := runOctets(d.run)
	if len(octets) == 0 {
		d.undecodable()
		return
	}
	text, code := d.read(octets, d.run[0].charset)
	switch code {
	case CodeUnknownCharset:
		d.wrong |= faultUnknown
	case CodeWrongCharset:
		d.wrong |= faultWrong
	case CodeNUL:
		d.wrong |= faultNUL
	}
	d.out.WriteString(oneLine(text))
	d.run = d.run[:0]
}

// read reads a run in its charset. When too many had to be guessed, the next ones
// are read byte by byte.
func (d *decoder) read(octets []byte, charset string) (text, code string) {
	trusted := encodingOf(charset) != nil && !isUTF8Name(charset) && !singleByteLatin(charset)
	if d.guesses >= maxGuesses && !trusted && !utf8.Valid(octets) {
		text, _ = clean(decoded(octets, "windows-1252"))
		return text, CodeWrongCharset
	}
	text, code = toUTF8(octets, charset)
	if code != "" {
		d.guesses++
	}
	return text, code
}

// undecodable keeps words that hold nothing that can be decoded as they are
// written; empty ones are empty.
func (d *decoder) undecodable() {
	for _, w := range d.run {
		if strings.Trim(w.text, " =") != "" {
			d.out.WriteString(w.written)
			d.wrong |= faultUndecodable
		}
	}
	d.run = d.run[:0]
}

// word is one encoded word.
type word struct {
	charset string
	base64  bool
	text    string // still encoded
	written string // the whole word
	wrong   wordFault
}

// runOctets decodes adjacent words.
func runOctets(run []word) []byte {
	var octets []byte
	for n := 0; n < len(run); {
		if !run[n].base64 {
			octets = append(octets, qWord(run[n].text)...)
			n++
			continue
		}
		from := n
		for n < len(run) && run[n].base64 {
			n++
		}
		octets = append(octets, bWords(run[from:n])...)
	}
	return octets
}

// Limits of what is taken for an encoded word.
const (
	maxQuestions = 8  // question marks inside of one: some mailers forget to encode them
	maxWordName  = 60 // bytes of a charset's name with its language
)

// parseWord reads =?charset?encoding?text?= at the beginning of s. A word whose
// end is missing goes to the next one, or to the end of the line.
func parseWord(s string) (found word, length int, ok bool) {
	name, rest, ok := cutWithin(s[2:], '?', maxWordName)
	name = strings.TrimSpace(name)
	encoding := strings.TrimLeft(rest, " ")
	after := strings.TrimLeft(encoding[min(1, len(encoding)):], " ")
	if !ok || strings.ContainsAny(name, "=,;<>\"()") || strings.Contains(name, " ") && !wellKnown(charsetName(name)) || encoding == "" || !strings.HasPrefix(after, "?") {
		return word{}, 0, false
	}
	name, _, _ = strings.Cut(name, "*") // a language (RFC 2231 section 5)
	name = charsetName(name)
	text := after[1:]
	switch encoding[0] {
	case 'Q', 'q':
		found = word{charset: name}
	case 'B', 'b':
		found = word{charset: name, base64: true}
	default:
		return word{}, 0, false
	}
	end, length := wordEnd(text, found.base64)
	if end < 0 {
		end, length = unended(text, found.base64)
		found.wrong = faultCut
		if !wellKnown(found.charset) {
			return word{}, 0, false
		}
	}
	length += len(s) - len(text)
	found.text, found.written = text[:end], s[:length]
	return found, length, true
}

// wordEnd finds the "?=" that ends the text of a word, and how long the word is
// with it. -1 when there is none.
func wordEnd(text string, base64 bool) (end, length int) {
	from := 0
	for range maxQuestions {
		mark := strings.IndexByte(text[from:], '?')
		if mark < 0 || from+mark+1 >= len(text) {
			return -1, 0
		}
		at := from + mark
		switch {
		case text[at+1] == '=' && (base64 || !inside(text[at+2:])):
			return at, at + 2
		case at > 0 && text[at-1] == '=' && startsWord(text[at-1:]):
			return -1, 0
		}
		from = at + 1
	}
	return -1, 0
}

// inside tells that a question mark was left as it is before an encoded sign
// ("What?=20now?="): two hexadecimal digits follow, and the word ends further on.
func inside(rest string) bool {
	if len(rest) < 2 || hexValue(rest[0]) < 0 || hexValue(rest[1]) < 0 {
		return false
	}
	rest = rest[:min(len(rest), maxLookahead)]
	end, next := strings.Index(rest, "?="), strings.Index(rest, "=?")
	return end >= 0 && (next < 0 || end < next)
}

const maxLookahead = 80 // bytes; RFC 2047 section 2 allows 75 to a word

// startsWord tells the head of an encoded word.
func startsWord(s string) bool {
	name, rest, ok := cutWithin(s[2:], '?', maxWordName)
	return ok && name != "" && len(rest) > 1 && rest[1] == '?' && strings.IndexByte("QqBb", rest[0]) >= 0
}

// unended is where the text of a word ends that has no end.
func unended(text string, base64 bool) (end, length int) {
	end = len(text)
	for from := 0; ; {
		next := strings.Index(text[from:], "=?")
		if next < 0 {
			break
		}
		if startsWord(text[from+next:]) {
			end = from + next
			break
		}
		from += next + 2
	}
	if base64 {
		sign := func(r rune) bool { return r > unicode.MaxASCII || base64Signs[byte(r)] == 0 && r != '=' }
		if odd := strings.IndexFunc(text[:end], sign); odd >= 0 {
			end = odd
		}
	}
	length = end
	if strings.HasPrefix(text[end:], "?") {
		length++
	}
	end = len(strings.TrimRight(text[:end], "? "))
	return end, length
}

// wellKnown tells a charset whose name makes sure that a word without end is one.
func wellKnown(charset string) bool {
	return charset == "utf-8" || charset == "us-ascii" || charset == "utf-7" || encodingOf(charset) != nil
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
