package mime

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Codes of what had to be mended in a header field.
const (
	CodeBadWord       = "broken-encoded-word" // an encoded word (RFC 2047) that is not written by the rules
	CodeRepeatedField = "repeated-field"      // a field that a mail has once stands there several times
)

// wordFault is a set of what was wrong with the words of a header field.
type wordFault uint

const (
	faultCut         wordFault = 1 << iota // an encoded word never ends
	faultNested                            // words were encoded twice
	faultQuoted                            // encoded words stand inside of quotes
	faultUnknown                           // a word names a charset that nobody knows
	faultWrong                             // a word is not in its charset
	faultRaw                               // 8-bit text without a charset
	faultNUL                               // NUL bytes
	faultUndecodable                       // a word holds nothing that can be decoded
)

// wordFaults are the sentences about them. %s is the field.
var wordFaults = []struct {
	fault          wordFault
	code, sentence string
}{
	{faultCut, CodeBadWord, "An encoded word in the field %s never ends."},
	{faultNested, CodeBadWord, "The field %s was encoded twice."},
	{faultUndecodable, CodeBadWord, "An encoded word in the field %s cannot be decoded and was kept as written."},
	{faultQuoted, CodeBadWord, "Encoded words in the field %s stand inside quotes, where none are allowed."},
	{faultUnknown, CodeUnknownCharset, "The charset of a word in the field %s is unknown and was guessed."},
	{faultWrong, CodeWrongCharset, "A word in the field %s is not in the charset it claims."},
	{faultRaw, CodeUnknownCharset, "The field %s has signs outside of ASCII and does not say their charset; it was guessed."},
	{faultNUL, CodeNUL, "The field %s held NUL bytes, which were left out."},
}

// words tells what was wrong with the words of a field.
func (p *Problems) words(field string, wrong wordFault) {
	for _, row := range wordFaults {
		if wrong&row.fault != 0 {
			p.Tell(row.code, row.sentence, fieldTitle(field))
		}
	}
}

// fieldTitle writes a field's name as mail does.
func fieldTitle(field string) string {
	if strings.EqualFold(field, "Message-ID") {
		return "Message-ID"
	}
	title := []byte(strings.ToLower(field))
	for n, c := range title {
		if c >= 'a' && c <= 'z' && (n == 0 || title[n-1] == '-') {
			title[n] = c - 'a' + 'A'
		}
	}
	return string(title)
}

// rawText makes one line of UTF-8 of raw bytes of a header: UTF-8 where they are
// (RFC 6532), else the charset given, else the one they look like. ISO-2022-JP is
// known by its escapes; it is written raw although it is 7-bit.
func rawText(value, charset string) (text string, wrong wordFault) {
	if whole := unfoldSigns(value); whole != value && utf8.ValidString(whole) {
		value = whole
	}
	octets := []byte(value)
	var code string
	switch {
	case strings.Contains(value, "\x1b$") || strings.Contains(value, "\x1b("):
		if !strings.HasPrefix(charset, "iso-2022") {
			charset = "iso-2022-jp"
		}
		text, code = toUTF8(octets, charset)
		wrong |= faultRaw
	case utf8.Valid(octets):
		text, code = clean(strings.TrimPrefix(value, "\ufeff"))
	case singleByteLatin(charset): // the hint was guessed already
		text, code = clean(decoded(octets, charset))
		wrong |= faultRaw
	default:
		text, code = toUTF8(octets, charset)
		wrong |= faultRaw
	}
	if code == CodeNUL || strings.IndexByte(value, 0) >= 0 {
		wrong |= faultNUL
	}
	return oneLine(text), wrong
}

// unfoldSigns takes out the folds and blanks that stand inside of UTF-8 sequences:
// some programs count bytes when they fold a raw header.
func unfoldSigns(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		end := i
		for end < len(value) && isBlank(value[end]) {
			end++
		}
		if end > i && end < len(value) && i > 0 && value[i-1] >= utf8.RuneSelf && value[end]&0xc0 == 0x80 {
			i = end
		}
		b.WriteByte(value[i])
	}
	return b.String()
}

// oneLine turns control signs and whatever else breaks a line into blanks.
func oneLine(text string) string {
	if strings.Contains(text, "\r\n") {
		text = strings.ReplaceAll(text, "\r\n", " ")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}

// headerText makes one line of UTF-8 of bytes in a charset.
func headerText(octets []byte, charset string) string {
	text, _ := toUTF8(octets, charset)
	return oneLine(text)
}

// charsetHint is what raw 8-bit text in the header is most likely written in:
// the charset that the mail says for its text, or the one that its text and its
// header together look like. A name alone is too short to tell.
func (p *Part) charsetHint() string {
	for p.Parent != nil && !p.Parent.Message() {
		p = p.Parent
	}
	if p.hint == "" {
		p.hint = p.saidCharset()
		if p.hint == "" || isUTF8Name(p.hint) || singleByteLatin(p.hint) {
			p.hint = guessName(p.sample())
		}
	}
	return p.hint
}

// saidCharset is the charset that a mail says for its text, "" when it does not.
func (p *Part) saidCharset() string {
	if text := p.Outer(func(q *Part) bool { return q.Params["charset"] != "" }); text != nil {
		return charsetName(text.Params["charset"])
	}
	return ""
}

// sampled is how many parts are asked for raw text.
const sampled = 20

// sample is what of a mail nobody said a charset for: the fields that people
// write, the names of files, and how its text begins.
func (p *Part) sample() []byte {
	sample := p.rawNames()
	for _, field := range [...]string{"Subject", "From", "To", "Cc"} {
		if value := p.Header.Get(field); !utf8.ValidString(value) {
			sample = append(append(sample, value...), '\n')
		}
	}
	text := p.Outer(func(q *Part) bool { return q.Leaf() && strings.HasPrefix(q.Type, "text/") })
	if text != nil {
		if begins := text.Beginning(keptBeginning); !utf8.ValidString(begins) {
			sample = append(sample, begins...)
		}
	}
	return sample
}

// rawNames gives the fields that name files, where they are not UTF-8.
func (p *Part) rawNames() (sample []byte) {
	asked := 0
	p.Walk(func(q *Part) bool {
		asked++
		for _, field := range [...]string{"Content-Disposition", "Content-Type"} {
			if value := q.Header.Get(field); !utf8.ValidString(value) {
				sample = append(append(sample, value...), '\n')
			}
		}
		return asked < sampled && (q == p || !q.Message())
	})
	return sample
}

// readable is a field's value as people read it.
func (p *Part) readable(value string) (text string, wrong wordFault) {
	hint := ""
	if !utf8.ValidString(value) || strings.Contains(value, "\x1b") {
		hint = p.charsetHint()
	}
	text, wrong = readWords(value, hint)
	return strings.TrimSpace(text), wrong
}

// Line gives a field that stands once in a header as one line of readable
// UTF-8, with what had to be mended. Of several the first with words counts.
func (p *Part) Line(field string) (string, []Problem) {
	var found Problems
	text, n := "", 0
	var wrong wordFault
	for fields := p.Header.FieldsByKey(field); fields.Next(); {
		n++
		if text == "" {
			text, wrong = p.readable(fields.Value())
		}
	}
	found.words(field, wrong)
	if n > 1 {
		found.Tell(CodeRepeatedField, "The field %s stands in the header %d times; the first one counts.", fieldTitle(field), n)
	}
	return text, found.List()
}

// rawLine is a field's value as one line of UTF-8, its encoded words as they are.
func (p *Part) rawLine(value string) (text string, wrong wordFault) {
	hint := ""
	if !utf8.ValidString(value) || strings.Contains(value, "\x1b") {
		hint = p.charsetHint()
	}
	return rawText(value, hint)
}
