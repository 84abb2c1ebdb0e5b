package indicator

import (
	"net/netip"
	"strconv"
	"strings"
)

// versionNumber tells whether the number before which we stand counts
// something else: a version, a section, an object identifier, or what follows
// the name of a product and a slash.
func (s *scanner) versionNumber(start int, octets [4]byte) bool {
	if s.peek(start-1) == '/' && nameByte(s.peek(start-2)) {
		if s.documentNumber(start - 1) {
			return true
		}
		return !s.interfaceName(start - 1)
	}
	switch {
	case s.peek(start-1) == '[':
		return false
	case octets == [4]byte{1, 3, 6, 1}, octets[0] == 2 && octets[1] == 5 && octets[2] == 29, strings.HasSuffix(s.text[:start], "§ "), s.peek(start-1) == 0xa7:
		return true // how object identifiers of networks and of certificates begin; a section sign
	case s.say.countsVersions() || s.say.numbers() || s.releases.holds(s.text[s.line:s.dottedEnd(start)], start-s.line):
		return true
	case versionShaped(octets, s.say.versions):
		return !s.standsAsAddress(netip.AddrFrom4(octets).String(), start, s.dottedEnd(start))
	}
	if !likelyVersion(octets) || !s.say.namesProduct() && !(octets[0] < 32 && (s.say.tellsRenewal() || s.inventory(start))) {
		return false
	}
	s.versions = s.line
	return true
}

// documentNumber knows what stands before the slash of the identifier of a
// publication: "10.1000/182.5.7.9" (ISO 26324).
func (s *scanner) documentNumber(slash int) bool {
	from := slash
	for from > 0 && digit(s.text[from-1]) && slash-from < 6 {
		from--
	}
	return slash-from >= 4 && strings.HasSuffix(s.text[:from], "10.") && !digit(s.peek(from-4)) && s.peek(from-4) != '.'
}

// dottedEnd gives where the digits and dots end that begin at start.
func (s *scanner) dottedEnd(start int) int {
	end := start
	for end < len(s.text) && (digit(s.text[end]) || s.text[end] == '.' && digit(s.peek(end+1))) {
		end++
	}
	return end
}

// inventory tells whether a version is due where we stand: behind a name with a
// capital, in a line with other versions.
func (s *scanner) inventory(start int) bool {
	name := s.say.previous
	if s.peek(start-1) != ' ' || name == "" || !upper(name[0]) || !strings.HasSuffix(s.text[s.line:start-1], name) || s.say.now.says {
		return false
	}
	if s.versions == s.line {
		return true
	}
	line, _, _ := strings.Cut(s.text[s.line:min(len(s.text), s.line+longestLog)], "\n")
	for part := range strings.FieldsSeq(line) {
		if threeNumbers(strings.TrimRight(part, ",;")) {
			return true
		}
	}
	return false
}

// threeNumbers tells a version of three numbers from a date.
func threeNumbers(s string) bool {
	numbers := 0
	for {
		n := digits(s)
		if n == 0 || n > 3 && numbers < 2 {
			return false
		}
		numbers++
		switch {
		case n == len(s):
			return numbers == 3 && n != 4 && n != 2
		case s[n] != '.':
			return false
		}
		s = s[n+1:]
	}
}

// likelyVersion tells the numbers programs have from those hosts have: they
// begin small, those of browsers go on with 0.
func likelyVersion(octets [4]byte) bool {
	return octets[0] < 32 && octets[0] != 10 || octets[1] == 0 && octets[0] < 160 && octets[0] > 32
}

// firstOctets reads the first two numbers.
func firstOctets(value string) (octets [4]byte) {
	for n := range 2 {
		number, rest, _ := strings.Cut(value, ".")
		octet, err := strconv.ParseUint(number, 10, 8)
		if err != nil {
			return [4]byte{255}
		}
		octets[n], value = byte(octet), rest
	}
	return octets
}
