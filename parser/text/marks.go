package text

import (
	"strings"
	"unicode/utf8"
)

// mark stands before a line of a page's text and says what the structure of the
// page says about it. Mail programs name the elements they set around a quote or
// a signature, which tells more than any words.
type mark byte

// Control characters that no text holds: Readable takes them out.
const (
	markNone  mark = 0
	markQuote mark = 0x11 // earlier mail, though no ">" stands before it
	markCite  mark = 0x12 // introduces earlier mail
	markSign  mark = 0x13 // a signature
)

func (m mark) valid() bool { return m >= markQuote && m <= markSign }

// cutMark parts a line from the mark before it.
func cutMark(line string) (mark, string) {
	if line != "" && mark(line[0]).valid() {
		return mark(line[0]), line[1:]
	}
	return markNone, line
}

// Readable takes out of a text what nobody sees: the marks of HTML, control
// characters, signs without width that only split words for filters, and marks
// that turn the direction of reading. turned tells that one of the latter forces
// letters into another order (Unicode section 23.2), which makes "exe.fdp" of a name.
func Readable(text string) (clean string, turned bool) {
	if !holdsSuspect(text) {
		return text, false
	}
	var b strings.Builder
	b.Grow(len(text))
	last := ' '
	for n, r := range text {
		switch {
		case r == '\u202d' || r == '\u202e':
			turned = true
			continue
		case control(r), unseen(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			continue
		case joiner(r):
			next, _ := utf8.DecodeRuneInString(text[n+utf8.RuneLen(r):])
			if last < 0x250 || next < 0x250 { // Latin letters are never joined
				continue
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String(), turned
}

// holdsSuspect tells whether a text has anything to take out. Most have not, and
// are asked often.
func holdsSuspect(text string) bool {
	for n := range len(text) {
		if !beginsSuspect[text[n]] {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(text[n:]); suspect(r) {
			return true
		}
	}
	return false
}

// beginsSuspect are the first bytes of all that is suspect.
var beginsSuspect = func() (set [256]bool) {
	for r := range rune(0x10000) { // none stands beyond
		if suspect(r) {
			set[string(r)[0]] = true
		}
	}
	return set
}()

func suspect(r rune) bool {
	return control(r) || unseen(r) || joiner(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// control tells the control characters that are no white space. The form feed
// is one too: it stands in printed logs.
func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' && r != '\f' || r == 0x7f
}

// unseen tells signs without width.
func unseen(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\u2061', '\u2062', '\u2063', '\u2064', '\ufeff', '\u00ad', '\u180e', '\u034f':
		return true
	}
	return false
}

// joiner tells signs that join letters of some scripts and pictures, and mean
// something there.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' || r == '\u200e' || r == '\u200f' }
