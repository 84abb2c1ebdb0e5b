package indicator

import (
	"math/bits"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// v4 reads a run of digits, dots and dashes: an address, a prefix, a range of
// addresses, or the "address.port" of tcpdump.
func (s *scanner) v4(start, end int) {
	if s.shortPrefix(start, end) || s.addressRange(start, end) || s.sign(start) {
		return
	}
	if dash := strings.IndexByte(s.text[start:end], '-'); dash > 0 && dash < 3 && digits(s.text[start:end]) == dash && likelyVersion(firstOctets(s.text[start+dash+1:end])) {
		return // the port of a bus, "1-1.2.4.1"
	}
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

// sign tells a telephone number by its plus.
func (s *scanner) sign(start int) bool { return s.peek(start-1) == '+' }

// v4One reads one dotted number; last is false inside a range.
func (s *scanner) v4One(start, end int, last bool) {
	value := s.text[start:end]
	if strings.Count(value, ".") == 4 && s.besideArrow(start, end) {
		value = value[:strings.LastIndexByte(value, '.')]
	}
	if strings.Count(value, ".") != 3 {
		return
	}
	address, err := netip.ParseAddr(unpadded(value))
	if err != nil || !address.Is4() || s.versionNumber(start, address.As4()) {
		return
	}
	if address.As4()[0] >= 240 || s.counted(end) {
		return // reserved, and how netmasks begin; a file number
	}
	if last && end == s.pos && (s.prefix(address, start, end) || s.masked(address, start, end) || s.fileOf(start, end)) {
		return
	}
	s.found(typeIPv4, address.String(), start, end)
}

// dashed reads an address with a word behind a dash: "203.0.113.5-blocked".
func (s *scanner) dashed(start, end int) bool {
	stop := start + strings.IndexByte(s.text[start:end], '-')
	if strings.Count(s.text[start:stop], ".") != 3 || likelyVersion(firstOctets(s.text[start:stop])) {
		return false
	}
	s.v4One(start, stop, false)
	return true
}

// gluedAddress reads an address to which somebody glued the next sentence:
// "203.0.113.5.Thanks".
func (s *scanner) gluedAddress(start, end int) bool {
	stop := s.dottedEnd(start)
	if stop >= end || s.text[stop] != '.' || strings.Count(s.text[start:stop], ".") != 3 || strings.IndexByte(s.text[stop+1:end], '.') >= 0 {
		return false
	}
	found := len(s.out.found)
	s.v4One(start, stop, false)
	s.say.sentence()
	return len(s.out.found) > found
}

// counted tells a number behind the last that is none of an address, with a dash:
// "12.34.56.78-2026" is a file's number, "203.0.113.1-254" a range.
func (s *scanner) counted(end int) bool {
	if s.peek(end) != '-' {
		return false
	}
	n := digits(s.text[end+1 : min(len(s.text), end+7)])
	return n > 3 && n < 6 && s.peek(end+1+n) != '.'
}

// unpadded takes the zeros off an address all of whose numbers are filled up to
// three digits, as programs print columns. Zeros before some of them may mean
// octal numbers, and stay.
func unpadded(value string) string {
	if len(value) != 15 || value[3] != '.' || value[7] != '.' || value[11] != '.' {
		return value
	}
	numbers := strings.Split(value, ".")
	for n, number := range numbers {
		numbers[n] = strings.TrimLeft(number[:2], "0") + number[2:]
	}
	return strings.Join(numbers, ".")
}

// fileOf reads "203.0.113.5/login.php" and "203.0.113.5:8080/x.sh".
func (s *scanner) fileOf(start, end int) bool {
	if !s.pathFollows(end) || s.interfaceBefore(start) {
		return false
	}
	path := s.text[end:s.urlEnd(end)]
	path = path[strings.IndexByte(path, '/'):]
	if len(path) < 2 || digit(path[1]) || transport(path[1:]) || s.text[end] != ':' && !strings.ContainsAny(path[1:], "./?") && !s.fetched(start) {
		return false
	}
	return s.recordURL("http", start, start, false)
}

// longestCommand is how far before an address the command that fetches from it is
// looked for.
const longestCommand = 120

// fetched tells whether a shell's command loads what stands here: "curl -s 203.0.113.5/x".
func (s *scanner) fetched(start int) bool {
	line := s.text[max(s.line, start-longestCommand):start]
	line = line[strings.LastIndexAny(line, ";|&")+1:]
	return strings.Contains(line, "curl ") || strings.Contains(line, "wget ")
}

// transport knows what stands behind a port and a slash: "203.0.113.5:123/udp".
func transport(path string) bool {
	switch strings.ToLower(path) {
	case "tcp", "udp", "tcp6", "udp6", "sctp", "icmp", "tls", "ssl", "quic", "http", "https", "ssh", "rdp", "smtp", "imap", "ftp", "telnet":
		return true
	}
	return false
}

// interfaceBefore tells whether a firewall's "outside:" or "inside/" stands before.
func (s *scanner) interfaceBefore(start int) bool {
	before := s.peek(start - 1)
	return (before == ':' || before == '/') && start >= 2 && s.interfaceName(start-1)
}

// wildcard reads "203.0.113.*" and "203.0.113.x", which are prefixes of 24 bits.
func (s *scanner) wildcard(start, end int) bool {
	value := s.text[start:end]
	dot := strings.LastIndexByte(value, '.')
	if tail := strings.ToLower(value[dot+1:]); dot < 5 || tail != "x" && tail != "xxx" {
		return false
	}
	return s.prefixOf(value[:dot], start, end)
}

// prefixOf records the prefix of three numbers.
func (s *scanner) prefixOf(three string, start, end int) bool {
	if strings.Count(three, ".") != 2 {
		return false
	}
	address, err := netip.ParseAddr(three + ".0")
	if err != nil || address.As4()[0] == 0 || address.As4()[0] >= 240 {
		return false
	}
	s.found(typeCIDR, netip.PrefixFrom(address, 24).String(), start, end)
	return true
}

// shortPrefix reads "203.0.113.*" and "203.0.113/24".
func (s *scanner) shortPrefix(start, end int) bool {
	value := s.text[start:end]
	switch {
	case end >= s.pos || strings.Count(value, ".") != 2 || s.versionNumber(start, [4]byte{}):
	case s.text[end] == '.' && s.peek(end+1) == '*' && s.prefixOf(value, start, end+2):
		s.pos = max(s.pos, end+2)
		return true
	}
	return s.cutPrefix(value, start, end)
}

// cutPrefix reads a prefix without the numbers that are 0: "198.51.100/24",
// "198.51/16".
func (s *scanner) cutPrefix(value string, start, end int) bool {
	dots := strings.Count(value, ".")
	if s.peek(end) != '/' || dots != 1 && dots != 2 {
		return false
	}
	size := digits(s.text[end+1 : min(len(s.text), end+4)])
	stop := end + 1 + size
	prefix, err := netip.ParsePrefix(value + strings.Repeat(".0", 3-dots) + s.text[end:stop])
	if err != nil || prefix.Masked() != prefix || nameByte(s.peek(stop)) || s.peek(stop) == '.' && digit(s.peek(stop+1)) {
		return false
	}
	if bits := prefix.Bits(); bits > 8*(dots+1) || dots == 1 && bits != 16 || bits <= 8*dots || prefix.Addr().As4()[0] == 0 || prefix.Addr().As4()[0] >= 224 {
		return false // a date, a fraction
	}
	s.pos = max(s.pos, stop)
	s.found(typeCIDR, prefix.String(), start, stop)
	return true
}

// masked reads "192.0.2.0/255.255.255.0" and "192.0.2.0 mask 255.255.255.0": a
// prefix with its mask in full.
func (s *scanner) masked(address netip.Addr, start, end int) bool {
	rest := s.text[end:]
	skip := 0
	for _, between := range [...]string{"/", " netmask ", " mask ", " / "} {
		if word(rest, between) {
			skip = len(between)
		}
	}
	if skip == 0 {
		return false
	}
	stop, _ := s.run(end+skip, len(s.text))
	_, stop = s.trim(end+skip, stop)
	mask, err := netip.ParseAddr(s.text[end+skip : stop])
	if err != nil || !mask.Is4() {
		return false
	}
	set := bits.LeadingZeros32(^number(mask.As4()))
	if set < 8 || set == 32 || number(mask.As4()) != ^uint32(0)<<(32-set) {
		return false
	}
	prefix := netip.PrefixFrom(address, set).Masked()
	s.pos = stop
	s.found(typeCIDR, prefix.String(), start, stop)
	return true
}

// addressRange reads "192.0.2.0 - 192.0.2.255" where it is a prefix.
func (s *scanner) addressRange(start, end int) bool {
	first, from := s.text[start:end], 0
	if dash := strings.IndexByte(first, '-'); dash >= 0 {
		first, from = first[:dash], start+dash+1
	} else if strings.HasPrefix(s.text[end:], " - ") {
		from = end + len(" - ")
	} else {
		return false
	}
	stop, _ := s.run(from, len(s.text))
	_, stop = s.trim(from, stop)
	prefix, ok := wholePrefix(first, s.text[from:max(from, stop)])
	if !ok {
		return false
	}
	s.pos = max(s.pos, stop)
	s.found(typeCIDR, prefix.String(), start, stop)
	return true
}

// wholePrefix gives the prefix that reaches from the one address to the other.
func wholePrefix(first, last string) (netip.Prefix, bool) {
	a, err := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	if err != nil || err2 != nil || !a.Is4() || !b.Is4() || !a.Less(b) {
		return netip.Prefix{}, false
	}
	low, high := a.As4(), b.As4()
	same := bits.LeadingZeros32(number(low) ^ number(high))
	prefix := netip.PrefixFrom(a, same)
	host := ^uint32(0) >> same
	return prefix, same >= 8 && number(low)&host == 0 && number(high)&host == host
}

func number(b [4]byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// besideArrow knows the notation of tcpdump: "a.port > b.port".
func (s *scanner) besideArrow(start, end int) bool {
	return strings.HasPrefix(s.text[end:], " > ") || strings.HasSuffix(s.text[:start], " > ")
}

// interfaceName knows the words that stand before a slash and an address in
// the logs of firewalls: "src outside/203.0.113.5".
func (s *scanner) interfaceName(end int) bool {
	start := end
	for start > 0 && end-start < 10 && nameByte(s.text[start-1]) {
		start--
	}
	switch strings.ToLower(s.text[start:end]) {
	case "inside", "outside", "dmz", "in", "out", "wan", "lan", "tcp", "udp", "icmp", "host", "client", "ip", "src", "dst", "net", "direct", "parent": // the last two of proxies: "HIER_DIRECT/"
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

// slashLog finds what tells a line that writes ports behind a slash, as firewalls
// of Cisco and Juniper do: the mark of the program, or a number no prefix has.
var slashLog = regexp.MustCompile(`%(?:ASA|FTD|PIX|FWSM)-|[0-9]\.[0-9]{1,3}/(?:3[3-9]|[4-9][0-9]|[0-9]{3,5})(?:[^0-9.]|$)`)

// longestLog is how much of a line is asked for it.
const longestLog = 2_000

// slashPorts tells whether the line is such a one; each is asked once.
func (s *scanner) slashPorts() bool {
	if s.slashed != s.line {
		line := s.text[s.line:min(len(s.text), s.line+longestLog)]
		line, _, _ = strings.Cut(line, "\n")
		s.slashed, s.ported = s.line, slashLog.MatchString(line)
	}
	return s.ported
}

// prefix reads "/24" behind an address. A prefix of one address is the address.
func (s *scanner) prefix(address netip.Addr, start, end int) bool {
	if s.peek(end) != '/' || !digit(s.peek(end+1)) || s.portFollows(start) || address.Is4() && s.slashPorts() {
		return false
	}
	stop := end + 1
	for stop < len(s.text) && stop-end < 5 && digit(s.text[stop]) {
		stop++
	}
	size, err := strconv.Atoi(s.text[end+1 : stop])
	if err != nil || size > address.BitLen() || nameByte(s.peek(stop)) || s.peek(stop) == '.' && digit(s.peek(stop+1)) {
		return false
	}
	s.pos = stop
	if size == address.BitLen() {
		s.found(family(address), address.String(), start, end)
		return true
	}
	prefix := netip.PrefixFrom(address, size).Masked()
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
	if end-start > longestV6 || nameByte(s.peek(end)) {
		s.skipZone()
		return true
	}
	s.v6One(start, end)
	if s.peek(end) == '%' && nameByte(s.peek(end+1)) {
		s.skipZone() // it says at which of its ends a machine means the address
	}
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
	if colon := strings.LastIndexByte(value, ':'); s.portBehind(start, value[:colon]) || err != nil && len(value)-colon > 5 {
		value = value[:colon]
		address, err = netip.ParseAddr(value)
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

// portBehind knows the notation of sensors, who write the port of an IPv6 address
// behind a colon like that of any other: "{TCP} 2001:db8::5:51122 -> 2001:db8:40::6:22".
func (s *scanner) portBehind(start int, value string) bool {
	before := s.text[max(0, start-len(" -> ")):start]
	if word(s.text[s.line:], "tcp6 ") || word(s.text[s.line:], "udp6 ") { // of netstat
		return !strings.HasSuffix(value, ":")
	}
	if strings.HasSuffix(before, "P} ") {
		s.sensor = s.line
	}
	return s.sensor == s.line && (strings.HasSuffix(before, "P} ") || before == " -> ") && !strings.HasSuffix(value, ":")
}

// plausibleV6 tells addresses from times, scopes of programming languages and
// abbreviations: addresses in use begin with four digits, but for loopback and
// the prefix of NAT64 (RFC 6052), and hold a decimal digit.
func plausibleV6(value string, address netip.Addr) bool {
	if !strings.ContainsAny(value, "0123456789") {
		return false
	}
	group := strings.IndexByte(value, ':')
	if len(value) == len("00:1a:2b:ff:fe:3c:4d:5e") && everyThird(value) {
		return false // the identifier of a device (EUI-64)
	}
	return group == 4 || address.IsLoopback() || strings.HasPrefix(value, "64:ff9b:") || strings.Count(value, ":") == 7
}

// everyThird tells whether a colon stands behind every two digits.
func everyThird(value string) bool {
	for i := 2; i < len(value); i += 3 {
		if value[i] != ':' {
			return false
		}
	}
	return true
}

func family(a netip.Addr) string {
	if a.Is4() {
		return typeIPv4
	}
	return typeIPv6
}
