package responder

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	maxEncodedWord = 75 // characters, RFC 2047 section 2
	maxEncodedLine = 76 // of a header line that holds one
)

// subjectField is the whole header field. Words in ASCII stay as they are, so
// that the numbers in brackets can be found by programs that do not decode;
// what lies between the first and the last other word is encoded (RFC 2047).
func subjectField(subject string) []byte {
	words := strings.Fields(subject)
	first, last := len(words), 0
	for i, word := range words {
		if strings.ContainsFunc(word, encoded) || strings.Contains(word, "=?") {
			first, last = min(first, i), i+1
		}
	}
	tokens := words
	if first < last {
		tokens = append(append([]string{}, words[:first]...), encodeWords(strings.Join(words[first:last], " "))...)
		tokens = append(tokens, words[last:]...)
	}
	return []byte(fold("Subject:", tokens))
}

// encodeWords writes text as encoded words in the "Q" encoding, none broken
// inside a character (RFC 2047 sections 4.2 and 5).
func encodeWords(text string) []string {
	const begin, end = "=?utf-8?q?", "?="
	var words []string
	var word strings.Builder
	for _, r := range text {
		sign := encodeRune(r)
		if word.Len() > 0 && len(begin)+word.Len()+len(sign)+len(end) > maxEncodedWord {
			words = append(words, begin+word.String()+end)
			word.Reset()
		}
		word.WriteString(sign)
	}
	return append(words, begin+word.String()+end)
}

func encodeRune(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("!*+-/", r):
		return string(r)
	}
	var b strings.Builder
	for _, c := range utf8.AppendRune(nil, r) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

// fold puts tokens on lines that are short enough (RFC 5322 section 2.2.3).
func fold(name string, tokens []string) string {
	var b strings.Builder
	b.WriteString(name)
	column := len(name)
	for i, token := range tokens {
		if i > 0 && column+1+len(token) > maxEncodedLine {
			b.WriteString("\r\n")
			column = 0
		}
		b.WriteString(" " + token)
		column += 1 + len(token)
	}
	b.WriteString("\r\n")
	return b.String()
}
