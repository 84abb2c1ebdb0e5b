package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCompared is how many bytes of a line are compared with the tables: more
// than any line a mail program writes, and a legal notice says what it is before.
const maxCompared = 1000

// fold makes a line ready to be compared: small letters, single blanks, one form
// of each colon, dash and quotation mark, nothing that cannot be seen.
func fold(line string) string {
	line = strings.TrimSpace(spaced(line))
	if len(line) > maxCompared {
		line = line[:maxCompared]
	}
	var folded [maxCompared]byte
	size, last := 0, byte(' ')
	for n := range len(line) {
		c := foldedASCII[line[n]]
		if c == 0 {
			return foldWide(line)
		}
		if c == ' ' && last == ' ' {
			continue
		}
		folded[size], last = c, c
		size++
	}
	if size > 0 && last == ' ' {
		size--
	}
	return string(folded[:size])
}

// spaced is a line with blanks where a program that made plain text of a page
// left their names (QQ Mail does).
func spaced(line string) string {
	if !strings.Contains(line, "&nbsp;") {
		return line
	}
	return strings.ReplaceAll(line, "&nbsp;", " ")
}

// foldWide is fold for a line that is not all ASCII.
func foldWide(line string) string {
	folded := make([]byte, 0, len(line))
	blank := false
	for _, r := range line {
		switch r = foldRune(r); r {
		case -1, utf8.RuneError:
			continue
		case ' ':
			blank = len(folded) > 0
			continue
		}
		if blank {
			folded = append(folded, ' ')
		}
		blank = false
		folded = utf8.AppendRune(folded, r)
	}
	return string(folded)
}

// foldedASCII is foldRune for what most lines are made of, 0 for all else.
var foldedASCII = func() (table [256]byte) {
	for r := range rune(utf8.RuneSelf) {
		table[r] = byte(foldRune(r))
	}
	return table
}()

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r <= ' ' || r == 0x7f:
			return ' '
		}
		return r
	}
	switch {
	case r >= '\u2010' && r <= '\u2015', r == '\u2212', r == '\u2500', r == '\u2501', r == '\uff0d':
		return '-'
	case r == '\u2550', r == '\uff1d':
		return '='
	case r == '\uff3f':
		return '_'
	case r == '\u2018', r == '\u2019', r == '\u02bc', r == '\u00b4':
		return '\''
	case r >= '\u201c' && r <= '\u201f', r == '\u00ab', r == '\u00bb':
		return '"'
	case r == '\uff1a':
		return ':'
	case r == '\uff0c', r == '\u3001':
		return ','
	case r >= '\u0660' && r <= '\u0669': // Arabic digits, and Persian ones
		return r - '\u0660' + '0'
	case r >= '\u06f0' && r <= '\u06f9':
		return r - '\u06f0' + '0'
	case r >= '\uff10' && r <= '\uff19':
		return r - '\uff10' + '0'
	case unseen(r), r >= '\u200e' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200c', r == '\u200d':
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return unicode.ToLower(r)
}

// bare is a folded line without marks of emphasis around it.
func bare(line string) string { return strings.Trim(line, "*_ ") }

// startsAny and hasAny ask a folded line for the entries of a table.
func startsAny(line string, table []string) bool {
	for _, entry := range table {
		if strings.HasPrefix(line, entry) {
			return true
		}
	}
	return false
}

func hasAny(line string, table []string) bool {
	for _, entry := range table {
		if strings.Contains(line, entry) {
			return true
		}
	}
	return false
}

// phrases is a table that every line is asked for. How each entry begins is known,
// so that nearly all places of a line need one look, however many entries there are.
type phrases struct {
	pairs [1 << 10]bool // the first two bytes of an entry
	by    [256][]string // the entries by their first byte
}

func phrasesOf(entries ...string) *phrases {
	p := &phrases{}
	for _, entry := range entries {
		p.pairs[pair(entry[0], entry[1])] = true
		p.by[entry[0]] = append(p.by[entry[0]], entry)
	}
	return p
}

// pair is one number for two bytes, of which the lower five bits count.
func pair(first, second byte) int { return int(first&31)<<5 | int(second&31) }

// in tells whether an entry stands in the line.
func (p *phrases) in(line string) bool {
	for n := range len(line) - 1 {
		if p.pairs[pair(line[n], line[n+1])] && startsAny(line[n:], p.by[line[n]]) {
			return true
		}
	}
	return false
}
