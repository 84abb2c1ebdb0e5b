package indicator

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The longest name and label (RFC 1035 section 2.3.4).
const (
	maxName  = 253
	maxLabel = 63
)

// domain reads a bare domain, or a URL without scheme when a path follows it.
func (s *scanner) domain(start, end int, what shape) bool {
	if s.inPath(start) || s.peek(end) == '(' {
		return false
	}
	value, ok := canonicalDomain(s.text[start:end], what)
	if !ok || !registered(value) {
		return false
	}
	plain := !s.defanged(start, end)
	if plain && (looksLikeFile(value) || looksLikeProse(s.text[start:end]) || s.peek(end) == '=') && !s.say.namesDomain() {
		return false
	}
	if s.peek(end) == '/' && end == s.pos && s.bareURL(start, end) {
		return true
	}
	s.found(typeDomain, value, start, end)
	return true
}

// inPath tells whether a name is part of a file's path: "/usr/lib/x.so".
func (s *scanner) inPath(start int) bool {
	before := s.peek(start - 1)
	return before == '\\' || before == '$' || before == '/' && s.peek(start-2) != '/' && s.peek(start-2) != ':' && !registeredBefore(s.text, start-1)
}

// registeredBefore tells whether the slash stands between two domains.
func registeredBefore(text string, slash int) bool {
	start := slash
	for start > 0 && slash-start < maxLabel && (alnum(text[start-1]) || text[start-1] == '.' || text[start-1] == '-') {
		start--
	}
	value, ok := canonicalDomain(text[start:slash], 0)
	return ok && registered(value)
}

// canonicalDomain gives the name in lower case and ASCII when its form is that
// of a domain of two labels or more (RFC 1123, RFC 5891).
func canonicalDomain(name string, what shape) (string, bool) {
	name = strings.TrimSuffix(name, ".")
	if len(name) < 4 || len(name) > maxName*4 {
		return "", false
	}
	if what&hasWide != 0 || !ascii(name) {
		encoded, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = encoded
	}
	if !wellFormed(name) {
		return "", false
	}
	return strings.ToLower(name), true
}

// wellFormed checks labels: an underscore may stand only left of the name that
// somebody can register, and the last label is no number.
func wellFormed(name string) bool {
	if len(name) > maxName {
		return false
	}
	labels, length, under, letter := 1, 0, 0, false
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '.':
			if length == 0 || name[i-1] == '-' {
				return false
			}
			labels, length, letter = labels+1, 0, false
			continue
		case c == '-' && length == 0:
			return false
		case c == '_':
			under = labels
		case alnum(c):
			letter = letter || !digit(c)
		case c != '-':
			return false
		}
		if length++; length > maxLabel {
			return false
		}
	}
	return labels >= 2 && letter && length >= 2 && name[len(name)-1] != '-' && (under == 0 || under <= labels-2)
}

// registered tells whether the name stands below a suffix that exists, or
// below one that is reserved for examples (RFC 2606) or hidden services (RFC 7686).
func registered(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	switch {
	case icann:
		return name != suffix && suffix != "arpa" && !strings.HasSuffix(suffix, ".arpa")
	case strings.Contains(suffix, "."):
		return true // below a name that its owner lets others use
	}
	return suffix == "example" || suffix == "test" || suffix == "onion"
}

// looksLikeFile knows the suffixes that are more often a file's than a
// country's. A name of three labels is a host unless it is a library's or an archive's.
func looksLikeFile(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	switch name[dot+1:] {
	case "zip", "mov":
		return !strings.HasPrefix(name, "www.")
	case "so", "py", "sh", "md", "rs", "ps", "pm", "la", "bz", "cab", "pub":
		return strings.Count(name, ".") == 1 || strings.HasPrefix(name, "lib") || strings.Contains(name, ".tar.") || strings.Contains(name, ".min.")
	}
	return false
}

// looksLikeProse knows two sentences without a blank between them, titles, and
// the field names of logs.
func looksLikeProse(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	last, first := name[dot+1:], name[:strings.IndexByte(name, '.')]
	if upper(last[0]) && !upper(last[len(last)-1]) && !upper(first[0]) {
		return true
	}
	if strings.Count(name, ".") > 1 {
		return false
	}
	switch strings.ToLower(first) {
	case "dr", "mr", "mrs", "ms", "st", "nr", "no", "prof", "inc", "ltd":
		return upper(first[0])
	case "asp", "vb", "ado":
		return strings.EqualFold(last, "net")
	case "user", "host", "process", "event", "file", "self", "this", "os", "source", "destination", "client", "server",
		"url", "dns", "network", "agent", "rule", "log", "threat", "observer", "group", "request", "response":
		switch strings.ToLower(last) {
		case "name", "id", "email", "domain", "group", "zone", "host", "link", "date", "data", "ip", "as", "network", "call":
			return true
		}
	}
	return false
}

// hostIndicator tells what the host of a URL or mail address is by itself.
func hostIndicator(host string) (kind, value string, ok bool) {
	if address, err := netip.ParseAddr(host); err == nil {
		return family(address), address.String(), true
	}
	value, ok = canonicalDomain(host, 0)
	return typeDomain, value, ok
}

func upper(c byte) bool { return c-'A' < 26 }

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
