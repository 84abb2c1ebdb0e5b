package indicator

import (
	"net/netip"
	"strconv"
	"strings"
)

// v4 reads a run of digits, dots and dashes: an address, a prefix, a range of
// addresses, or the "address.port" of tcpdump.
func (s *scanner) v4(start, end int) {
	for start < end {
		stop := end
		if dash := strings.IndexByte(s.text[start:end], '-'); dash >= 0 {
			stop = start + dash
		}
		from, to := s.trim(start, stop)
		if from < to {
			s.v4One(from, to, to == end || stop == end)
		}
		start = stop + 1
	}
}

// v4One reads one dotted number; last is false inside a range.
func (s *scanner) v4One(start, end int, last bool) {
	value := s.text[start:end]
	if strings.Count(value, ".") == 4 && s.besideArrow(start, end) {
		value = value[:strings.LastIndexByte(value, '.')]
	}
	if strings.Count(value, ".") != 3 {
		return
	}
	address, err := netip.ParseAddr(value)
	if err != nil || !address.Is4() || s.versionNumber(start) {
		return
	}
	if address.As4()[0] >= 240 {
		return // reserved, and how netmasks begin
	}
	if last && end == s.pos && s.prefix(address, start, end) {
		return
	}
	s.found(typeIPv4, address.String(), start, end)
}

// besideArrow knows the notation of tcpdump: "a.port > b.port".
func (s *scanner) besideArrow(start, end int) bool {
	return strings.HasPrefix(s.text[end:], " > ") || strings.HasSuffix(s.text[:start], " > ")
}

// versionNumber tells whether the number before which we stand counts
// something else: a version, a section, an object identifier, or what follows
// the name of a product and a slash.
func (s *scanner) versionNumber(start int) bool {
	if s.peek(start-1) == '/' && nameByte(s.peek(start-2)) {
		return !s.interfaceName(start - 1)
	}
	return s.say.countsVersions() && s.peek(start-1) != '['
}

// interfaceName knows the words that stand before a slash and an address in
// the logs of firewalls: "src outside/203.0.113.5".
func (s *scanner) interfaceName(end int) bool {
	start := end
	for start > 0 && end-start < 10 && nameByte(s.text[start-1]) {
		start--
	}
	switch strings.ToLower(s.text[start:end]) {
	case "inside", "outside", "dmz", "in", "out", "wan", "lan", "tcp", "udp", "icmp", "host", "client", "ip", "src", "dst", "net":
		return true
	}
	return digit(s.text[end-1]) // "203.0.113.5/203.0.113.6", "443/192.0.2.7"
}

// portFollows tells whether the slash behind the address is that of a firewall's
// "inside:192.0.2.1/22".
func (s *scanner) portFollows(start int) bool {
	before := s.peek(start - 1)
	return (before == ':' || before == '/') && start >= 2 && !digit(s.text[start-2]) && s.interfaceName(start-1)
}

// prefix reads "/24" behind an address. A prefix of one address is the address.
func (s *scanner) prefix(address netip.Addr, start, end int) bool {
	if s.peek(end) != '/' || !digit(s.peek(end+1)) || s.portFollows(start) {
		return false
	}
	stop := end + 1
	for stop < len(s.text) && stop-end < 5 && digit(s.text[stop]) {
		stop++
	}
	bits, err := strconv.Atoi(s.text[end+1 : stop])
	if err != nil || bits > address.BitLen() || nameByte(s.peek(stop)) || s.peek(stop) == '.' && digit(s.peek(stop+1)) {
		return false
	}
	s.pos = stop
	if bits == address.BitLen() {
		s.found(family(address), address.String(), start, end)
		return true
	}
	prefix := netip.PrefixFrom(address, bits).Masked()
	s.found(typeCIDR, prefix.String(), start, stop)
	return true
}

// longestV6 is an address with an IPv4 tail (45) and the port of tcpdump.
const longestV6 = 52

// v6 reads an address of colons at start. What is no address although it looks
// like one (a time, a MAC, a fingerprint) is stepped over whole. first is the
// end of the first group.
func (s *scanner) v6(start, first int) bool {
	end, colons := first, 0
	for end < len(s.text) && v6Byte(s.text[end]) {
		if s.text[end] == ':' {
			colons++
		}
		end++
	}
	if colons < 2 {
		return false
	}
	s.noV6, s.pos = end, end
	if end-start > longestV6 || nameByte(s.peek(end)) || s.peek(end) == '%' && nameByte(s.peek(end+1)) {
		s.skipZone()
		return true
	}
	s.v6One(start, end)
	return true
}

func v6Byte(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 6 || c == ':' || c == '.' }

// skipZone steps over what is glued to a rejected address.
func (s *scanner) skipZone() {
	for s.pos < len(s.text) && (nameByte(s.text[s.pos]) || s.text[s.pos] == '%' || s.text[s.pos] == ':') {
		s.pos++
	}
	s.noV6 = s.pos
}

// v6One records the address in text[start:end] if it is one.
func (s *scanner) v6One(start, end int) {
	value := strings.TrimRight(s.text[start:end], ".")
	if strings.HasSuffix(value, ":") && !strings.HasSuffix(value, "::") {
		value = value[:len(value)-1]
	}
	if strings.Count(value, ":") < 6 && !strings.Contains(value, "::") {
		return // a time, mostly
	}
	address, err := netip.ParseAddr(value)
	if dot := strings.LastIndexByte(value, '.'); err != nil && dot > 0 {
		address, err = netip.ParseAddr(value[:dot])
	}
	if err != nil {
		return
	}
	mapped := address.Is4In6()
	address = address.Unmap()
	if !mapped && !plausibleV6(value, address) {
		return
	}
	if !mapped && start+len(value) == end && s.prefix(address, start, end) {
		return
	}
	s.found(family(address), address.String(), start, end)
}

// plausibleV6 tells addresses from times, scopes of programming languages and
// abbreviations: addresses in use begin with four digits, but for loopback and
// the prefix of NAT64 (RFC 6052), and hold a decimal digit.
func plausibleV6(value string, address netip.Addr) bool {
	if !strings.ContainsAny(value, "0123456789") {
		return false
	}
	group := strings.IndexByte(value, ':')
	return group == 4 || address.IsLoopback() || strings.HasPrefix(value, "64:ff9b:") || strings.Count(value, ":") == 7
}

func family(a netip.Addr) string {
	if a.Is4() {
		return typeIPv4
	}
	return typeIPv6
}
