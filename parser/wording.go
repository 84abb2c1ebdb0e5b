package parser

import (
	"slices"
	"strings"
	"unicode"
)

// wording is a text prepared for the rules: lower case, and one blank on each
// side of every word.
type wording struct {
	text  string
	words []string // the different words, sorted; numbers are left out
}

// maxClassified is how many bytes of text the rules look at.
const maxClassified = 16 << 10

func newWording(text string) wording {
	text = strings.ToLower(strings.ToValidUTF8(text[:min(len(text), maxClassified)], ""))
	var b strings.Builder
	b.Grow(len(text) + 2)
	seen := make(map[string]bool)
	b.WriteByte(' ')
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		b.WriteString(word)
		b.WriteByte(' ')
		if word[0] < '0' || word[0] > '9' {
			seen[word] = true
		}
	}
	w := wording{text: b.String(), words: make([]string, 0, len(seen))}
	for word := range seen {
		w.words = append(w.words, word)
	}
	slices.Sort(w.words)
	return w
}

// has tells whether words of the text begin with the phrase: "scan" finds
// "scanned", "scan " only itself, "port scan" two words.
func (w wording) has(phrase string) bool {
	head, _, several := strings.Cut(phrase, " ")
	at, exact := slices.BinarySearch(w.words, head)
	if several {
		return exact && strings.Contains(w.text, " "+phrase)
	}
	return at < len(w.words) && strings.HasPrefix(w.words[at], head)
}

// hasAny tells whether one of the phrases stands in the text.
func (w wording) hasAny(phrases []string) bool { return slices.ContainsFunc(phrases, w.has) }
