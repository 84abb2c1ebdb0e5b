package text

import (
	"regexp"
	"strings"
)

// isDrawn tells a line drawn with one sign, as people set it above their names.
func isDrawn(plain string) bool {
	return len(plain) >= 3 && strings.IndexByte("-_=*~#", plain[0]) >= 0 && strings.Trim(plain, plain[:1]) == ""
}

// isDrawnMark tells a line that parts the sender's words from his name: the one
// such line of a run, behind a sentence, a formula or a blank line, with a name
// right below it and no more than a signature. A line under a heading, and one
// that parts sections, is none.
func (s *sheet) isDrawnMark(from, n, to int) bool {
	if !isDrawn(s.plain[n]) || n <= s.first || n == from {
		return false
	}
	name := s.next(n + 1)
	to = s.closed(name, to, s.plain[n])
	if name >= to || !s.ends(n-1) || !fullName.MatchString(strings.TrimSpace(s.lines[name].raw)) {
		return false
	}
	return s.little(name, to, s.plain[n]) && s.wordless(name, to) && (s.reach(name, to) >= 1 || s.titles(name, to))
}

// closed is where a block ends below which the same line is drawn again.
func (s *sheet) closed(from, to int, mark string) int {
	last := to - 1
	for last > from && s.plain[last] == "" {
		last--
	}
	if last > from && s.plain[last] == mark {
		return last
	}
	return to
}

// ends tells a line behind which something new may begin.
func (s *sheet) ends(n int) bool {
	line := s.plain[n]
	return line == "" || strings.IndexByte(".!?", line[len(line)-1]) >= 0 || isClosing(line)
}

// fullName is a name of up to four words, perhaps with a title or a company
// behind a sign.
var fullName = regexp.MustCompile(`^(?:[\p{Lu}\p{Lo}][\p{L}'’.-]{0,30}|(?:van|von|de|der|den|del|di|da|la|le|bin|zu))(?: (?:[\p{Lu}\p{Lo}][\p{L}'’.-]{0,30}|van|von|de|der|den|del|di|da|la|le|bin|zu)){0,3}(?: ?[,|/·•(–-] ?[^.!?]{2,60})?$`)

// wordless tells lines none of which is a sentence or a question.
func (s *sheet) wordless(from, to int) bool {
	for n := from; n < to; n++ {
		if s.sentence(n) || strings.HasSuffix(s.plain[n], "?") || strings.HasSuffix(s.plain[n], "!") {
			return false
		}
	}
	return true
}

// maxTitles is how many lines of a name, a rank and a company there are without
// a way to reach them.
const maxTitles = 4

// titles tells a few lines that state nothing: no key, no number, no address.
func (s *sheet) titles(from, to int) bool {
	count := 0
	for n := from; n < to; n++ {
		if s.plain[n] != "" {
			count++
		}
		if strings.ContainsAny(s.plain[n], ":0123456789=") {
			return false
		}
	}
	return count <= maxTitles
}
