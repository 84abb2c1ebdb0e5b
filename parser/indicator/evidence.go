package indicator

import (
	"slices"
	"strings"
)

// smallest is below which all four numbers of a version mostly lie: one in 500 of
// the addresses in use has that form.
//
// Below tiniest lie two of the last three of a version that has one great number.
const (
	smallest = 64
	tiniest  = 8
)

// versionShaped tells numbers that are a version, a section, a time or a telephone
// number far more often than an address: they begin small and stay small. Where the
// text spoke of no versions they have to be smaller still.
func versionShaped(octets [4]byte, versions bool) bool {
	if octets[0] >= 32 || octets[0] == 10 || octets[0] == 0 {
		return false
	}
	small, tiny := 0, 0
	for _, octet := range octets[1:] {
		if octet < smallest {
			small++
		}
		if octet < tiniest {
			tiny++
		}
	}
	return small == 3 && versions || tiny >= 2 || octets[3] == 0
}

// standsAsAddress tells whether something says of such numbers that they are an
// address: how they are written, what stands beside them, a word, a list.
func (s *scanner) standsAsAddress(value string, start, end int) bool {
	if _, known := s.out.at[key{typeIPv4, value}]; known || publicResolver(value) || s.out.stated[value] && !s.say.tellsRenewal() || s.defanged(start, end) {
		return true
	}
	return s.signsOfAddress(start, end) || s.say.expectsAddress() || s.actsBehind(end) || s.belowAnother(start) || !s.say.versions && s.alone(start, end)
}

// signsOfAddress knows the signs that stand beside addresses.
func (s *scanner) signsOfAddress(start, end int) bool {
	before, behind := s.peek(start-1), s.peek(end)
	switch {
	case behind == ':' && digit(s.peek(end+1)), before == '@', behind == '#' && digit(s.peek(end+1)):
		return true
	case before == '[' && behind == ']':
		return true
	case before == '(' && behind == ')':
		return s.say.last != none && s.say.after == 0
	case behind == '/' && digit(s.peek(end+1)):
		return !digit(s.peek(end+3)) || !digit(s.peek(end+2))
	}
	rest, line := s.text[end:min(len(s.text), end+len(" port 22"))], s.text[max(s.line, start-len(" -> ")):start]
	for _, sign := range [...]string{" - - [", " -> ", " => ", " > ", " port ", ", port ", " (port ", " on port"} {
		if strings.HasPrefix(rest, sign) {
			return true
		}
	}
	return strings.HasSuffix(line, "-> ") || strings.HasSuffix(line, "=> ") || strings.HasSuffix(line, " > ")
}

// auxiliaries stand between a host and the verb that tells what it does.
var auxiliaries = strings.Fields(`is was has have had been keeps still now again ist hat wurde hatte war est a été nous vous ha sta è está tem nos heeft wordt werd jest był har er blev on`)

const mostAuxiliaries = 2

// actsBehind tells whether the verb behind speaks of an attack or of a block:
// "5.8.10.20 scans", "5.8.10.20 has been blocked".
func (s *scanner) actsBehind(end int) bool {
	for range 1 + mostAuxiliaries {
		if s.peek(end) != ' ' {
			return false
		}
		from := end + 1
		end, _ = s.run(from, min(len(s.text), from+longestWord))
		word := s.text[from:end]
		if m := meaningOf(word); m.acts || m.caught {
			return true
		}
		if !slices.Contains(auxiliaries, strings.ToLower(word)) {
			return false
		}
	}
	return false
}

// belowAnother tells whether an address stood at the same place of the line above.
func (s *scanner) belowAnother(start int) bool {
	return s.hostLine != none && start-s.line == s.hostPlace && strings.IndexByte(s.text[s.hostLine:s.line], '\n') == s.line-s.hostLine-1
}

// alone tells whether nothing else stands in the line, but a list's mark.
func (s *scanner) alone(start, end int) bool {
	if c := s.peek(end); c != 0 && c != '\n' && c != '\r' {
		return false
	}
	return strings.Trim(s.text[s.line:start], " \t>*-•") == ""
}

// expectsAddress tells whether the words before say that an address comes.
func (w *wording) expectsAddress() bool {
	switch {
	case (w.before == subjectAddress || w.before == subjectServer) && w.beforeDist <= 1:
		return true
	case w.last != none && w.after <= 1 && !w.broken && w.out.found[w.last].Type == typeIPv4:
		return true
	case w.tellsRenewal():
		return false
	case w.now.says && w.distance <= reach/2 && !w.broken:
		return w.now.is != "" && !(w.versions && w.now.vague)
	case meaningOf(w.previous).acts && w.after > 0 && w.distance == 0:
		return true
	}
	return w.heading.is != "" && !(w.versions && w.heading.vague)
}
