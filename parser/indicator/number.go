package indicator

import (
	"strconv"
	"strings"
)

// hash reads a run of hexadecimal digits whose length is that of a digest.
func (s *scanner) hash(start, end int) bool {
	kind := ""
	switch end - start {
	case 32:
		kind = "md5"
	case 40:
		kind = "sha1"
	case 64:
		kind = "sha256"
	case 128:
		kind = "sha512"
	default:
		return false
	}
	value := strings.ToLower(s.text[start:end])
	if !strings.ContainsAny(value, "abcdef") || s.say.namesKey() {
		return false
	}
	s.found(kind, value, start, end)
	return true
}

// numbered reads what is a word with a number: "AS64500", "ASN 64500", "CVE-2026-1234".
func (s *scanner) numbered(start, end int) bool {
	value := s.text[start:end]
	if cve := findCVE(value); cve != "" {
		s.found(typeCVE, cve, start, end)
		return true
	}
	number, ok := cutPrefixFold(value, "ASN")
	if !ok {
		number, ok = cutPrefixFold(value, "AS")
	}
	if !ok && s.say.namesNetwork() && s.peek(start-1) == ' ' {
		number, ok = value, true
	}
	if !ok || !asNumber(number) || value[0] == 'a' && len(number) < 4 {
		return false
	}
	s.found(typeASN, "AS"+strings.TrimLeft(number, "0"), start, end)
	return true
}

// asNumber accepts what RFC 6793 does, except 0.
func asNumber(s string) bool {
	if s == "" || !digit(s[0]) {
		return false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return err == nil && n > 0
}

// findCVE gives the first CVE name in the text, in upper case: four digits of a
// year and four to nineteen of a number.
func findCVE(text string) string {
	for i := 0; i+13 <= len(text); i++ {
		if text[i]|0x20 != 'c' || !word(text[i:], "CVE-") || i > 0 && alnum(text[i-1]) {
			continue
		}
		year := digits(text[i+4:])
		if year != 4 || text[i+8] != '-' {
			continue
		}
		if n := digits(text[i+9:]); n >= 4 && n <= 19 && !(i+9+n < len(text) && alnum(text[i+9+n])) {
			return strings.ToUpper(text[i : i+9+n])
		}
	}
	return ""
}

func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}
