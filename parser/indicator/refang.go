package indicator

import "strings"

// refang undoes defanging and gives the text with its plain dots, colons and at
// signs back, and the offsets in it where something was undone, ascending. A
// text without any is returned as it is, uncopied.
//
// Undone are: [.] (.) {.} <.> and the same with ":", "/", "//", "://", "@",
// "dot", "at" and blanks inside or around; a lone "[." or ".]"; " dot " between
// words and " at " before such a name; a backslash before a dot; full-width and
// other look-alike dots; non-breaking hyphens.
func refang(text string) (string, []int) {
	r := refanger{text: text}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c != '[' && c != '(' && c != '{' && c != '<' && c != '.' && c != ' ' && c != '\\' && c < 0xe2:
			i++
		case c == ' ' && !mayBeDot(text, i+1):
			i++
		default:
			i += max(1, r.step(i))
		}
	}
	if r.marks == nil {
		return text, nil
	}
	r.out.WriteString(text[r.copied:])
	return r.out.String(), r.marks
}

// mayBeDot tells whether the sign behind a blank can begin what blank undoes.
func mayBeDot(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	switch text[i] {
	case '[', '(', '{', 'd', 'D', 'a', 'A', '.', ':':
		return true
	}
	return false
}

// refanger copies a text, replacing as it goes.
type refanger struct {
	text   string
	out    strings.Builder
	copied int // text up to here stands in out
	marks  []int
}

// step undoes what begins at i and tells how many bytes it took, 0 for none.
func (r *refanger) step(i int) int {
	switch r.text[i] {
	case '[', '(', '{', '<':
		return r.bracket(i, i)
	case '.':
		return r.halfClosed(i)
	case ' ':
		return r.blank(i)
	case '\\':
		return r.escaped(i)
	}
	return r.lookAlike(i)
}

// replace puts plain for text[from:to] and marks the place.
func (r *refanger) replace(from, to int, plain string) int {
	r.out.WriteString(r.text[r.copied:from])
	r.marks = append(r.marks, r.out.Len())
	r.out.WriteString(plain)
	r.copied = to
	return to - from
}

// bracketInside is the longest that may stand between two brackets: " dot ".
const bracketInside = 7

// bracket undoes "[.]" and its kin; from is where the replacement begins, which
// is before the bracket when a blank stands there.
func (r *refanger) bracket(from, at int) int {
	text := r.text
	end := at + 1
	for end < len(text) && end-at <= bracketInside && text[end] != closing(text[at]) {
		end++
	}
	if end >= len(text) || text[end] != closing(text[at]) {
		return r.halfOpen(from, at)
	}
	plain := bracketed(strings.TrimSpace(text[at+1 : end]))
	if plain == "" || text[at] == '<' && len(plain) > 1 {
		return r.halfOpen(from, at)
	}
	end++
	if from < at || plain == "." || plain == "@" {
		end = r.skipBlank(end)
	}
	return r.replace(from, end, plain)
}

// skipBlank steps over one blank when a word follows it.
func (r *refanger) skipBlank(i int) int {
	if i+1 < len(r.text) && r.text[i] == ' ' && alnum(r.text[i+1]) && i >= 2 {
		return i + 1
	}
	return i
}

// halfOpen undoes "example[.com".
func (r *refanger) halfOpen(from, at int) int {
	text := r.text
	if from != at || text[at] != '[' || at+2 >= len(text) || text[at+1] != '.' || !alnum(text[at+2]) || at == 0 || !alnum(text[at-1]) {
		return 0
	}
	return r.replace(at, at+2, ".")
}

// halfClosed undoes "example.]com".
func (r *refanger) halfClosed(at int) int {
	text := r.text
	if at+2 >= len(text) || text[at+1] != ']' || !alnum(text[at+2]) || at == 0 || !alnum(text[at-1]) {
		return 0
	}
	return r.replace(at, at+2, ".")
}

// escaped undoes "example\.com".
func (r *refanger) escaped(at int) int {
	text := r.text
	if at+2 >= len(text) || text[at+1] != '.' || !alnum(text[at+2]) || at == 0 || !alnum(text[at-1]) {
		return 0
	}
	return r.replace(at, at+2, ".")
}

// blank undoes " [.] ", " dot ", " at " and, between numbers, " . ".
func (r *refanger) blank(at int) int {
	text := r.text
	if at == 0 || at+3 >= len(text) || !alnum(text[at-1]) {
		return 0
	}
	switch text[at+1] {
	case '[', '(', '{':
		return r.spacedBracket(at)
	case 'd', 'D':
		if word(text[at:], " dot ") && at+5 < len(text) && alnum(text[at+5]) {
			return r.replace(at, at+5, ".")
		}
	case 'a', 'A':
		if word(text[at:], " at ") && r.spokenAddress(at) {
			return r.replace(at, at+4, "@")
		}
	case '.':
		if text[at+2] == ' ' && digit(text[at-1]) && digit(text[at+3]) {
			return r.replace(at, at+3, ".")
		}
	case ':':
		if strings.HasPrefix(text[at:], " ://") {
			return r.replace(at, r.skipBlank(at+4), "://")
		}
	}
	return 0
}

// spacedBracket undoes " [.] " only when a word follows, so that a bracket
// after a word stays one.
func (r *refanger) spacedBracket(at int) int {
	end := strings.IndexByte(r.text[at:min(len(r.text), at+bracketInside+3)], closing(r.text[at+1]))
	if end < 0 {
		return 0
	}
	plain := bracketed(strings.TrimSpace(r.text[at+2 : at+end]))
	if plain != "." && plain != "@" {
		return 0
	}
	return r.bracket(at, at+1)
}

// spokenWord is the longest label looked at behind a spoken " at ".
const spokenWord = 63

// spokenAddress tells whether "x at y" is followed by a spoken or bracketed dot,
// and x is no word of a sentence about a place.
func (r *refanger) spokenAddress(at int) bool {
	text := r.text
	i := at + 4
	for i < len(text) && i-at < spokenWord && (alnum(text[i]) || text[i] == '-') {
		i++
	}
	if i == at+4 || !spokenDot(text[i:]) {
		return false
	}
	begin := at
	for begin > 0 && at-begin < spokenWord && alnum(text[begin-1]) {
		begin--
	}
	return !placeWord(text[begin:at])
}

func spokenDot(text string) bool {
	for _, dot := range [...]string{" dot ", "[dot]", "(dot)", "{dot}", " [dot]", " (dot)", "[.]", "(.)"} {
		if word(text, dot) {
			return true
		}
	}
	return false
}

// placeWord knows the words after which "at" speaks of a place.
func placeWord(s string) bool {
	switch strings.ToLower(s) {
	case "seen", "look", "looked", "hosted", "located", "found", "is", "was", "are", "page", "site", "server", "host",
		"available", "running", "visible", "reachable", "looking", "points", "pointing", "website", "domain", "be", "and", "or":
		return true
	}
	return false
}

// lookAlike undoes dots of other scripts and hyphens that do not break.
func (r *refanger) lookAlike(at int) int {
	rest := r.text[at:]
	for _, dot := range [...]string{"。", "．", "｡", "․", "﹒"} {
		if strings.HasPrefix(rest, dot) && at > 0 && len(rest) > len(dot) && alnum(r.text[at-1]) && alnum(rest[len(dot)]) {
			return r.replace(at, at+len(dot), ".")
		}
	}
	for _, hyphen := range [...]string{"\u2010", "\u2011"} {
		if strings.HasPrefix(rest, hyphen) {
			return r.replace(at, at+len(hyphen), "-")
		}
	}
	return 0
}

// bracketed gives what a bracket's inside stands for, "" for nothing.
func bracketed(inside string) string {
	switch inside {
	case ".", ":", "/", "//", "://", "@":
		return inside
	case "dot", "DOT", "Dot", "punkt", "punto", "d0t":
		return "."
	case "at", "AT", "At", "ät", "arroba":
		return "@"
	}
	return ""
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '{':
		return '}'
	case '<':
		return '>'
	}
	return ']'
}

// word tells whether text begins with w, in any case.
func word(text, w string) bool { return len(text) >= len(w) && strings.EqualFold(text[:len(w)], w) }

func digit(c byte) bool    { return c-'0' < 10 }
func alnum(c byte) bool    { return c|0x20-'a' < 26 || c-'0' < 10 }
func nameByte(c byte) bool { return alnum(c) || c >= 0x80 }
