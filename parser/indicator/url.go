package indicator

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// maxURL is the longest URL kept; what is longer is cut, and its host stands.
const maxURL = 4096

// url reads a URL whose scheme is text[start:end].
func (s *scanner) url(start, end int) bool {
	start = s.schemeStart(start, end)
	scheme, defanged := readScheme(s.text[start:end])
	if scheme == "" {
		return false
	}
	defanged = defanged || s.text[end+1] == '\\'
	from := end + len("://")
	if s.peek(from) == ' ' && (defanged || s.hostAt(from+1)) {
		from++
	}
	return s.recordURL(scheme, start, from, defanged)
}

// colonless reads a URL whose colon was lost: "hxxp//evil.example/x".
func (s *scanner) colonless(start, end int) bool {
	if s.peek(end+1) != '/' || s.text[start]|0x20 != 'h' {
		return false
	}
	scheme, defanged := readScheme(s.text[start:end])
	return scheme != "" && s.hostAt(end+2) && s.recordURL(scheme, start, end+2, defanged)
}

// hostAt tells whether a name that exists or an address begins at i: somebody
// parted it from its scheme by a blank.
func (s *scanner) hostAt(i int) bool {
	end := i
	for end < len(s.text) && end-i < maxName && (alnum(s.text[end]) || s.text[end] == '.' || s.text[end] == '-') {
		end++
	}
	if _, ok := numericHost(s.text[i:end]); ok {
		return true
	}
	value, ok := canonicalDomain(s.text[i:end], 0)
	return ok && registered(value)
}

// schemeStart finds where the scheme begins in the word before "://", which a
// dash, a dot or mark-up may glue to it. It may hold the stars of "h**p".
func (s *scanner) schemeStart(start, end int) int {
	if cut := strings.LastIndexAny(s.text[start:end], ".-"); cut >= 0 {
		start += cut + 1
	}
	if known, _ := readScheme(s.text[start:end]); known != "" {
		return start
	}
	if cut := strings.LastIndexByte(s.text[start:end], '_'); cut >= 0 {
		return start + cut + 1
	}
	if strings.HasSuffix(s.text[:start], "h**") {
		return start - len("h**")
	}
	return start
}

// bareURL reads "host.example/path", for which plain HTTP is assumed.
func (s *scanner) bareURL(start, end int) bool {
	stop := s.urlEnd(start)
	slash := strings.IndexByte(s.text[end:stop], '/')
	path := strings.TrimSuffix(s.text[end+max(0, slash):stop], "/")
	path = strings.TrimPrefix(path, "/")
	if word, _, _ := strings.Cut(path, ";"); transport(word) {
		return false
	}
	if slash < 0 || path == "" || strings.Contains(path, "@sha256:") || moduleVersion.MatchString(path) || strings.Contains(path, "[0-9") || strings.Contains(path, "[a-z") || len(path) < 16 && query.MatchString("/"+path) {
		return false
	}
	if other, ok := canonicalDomain(path, 0); ok && registered(other) && fileLike(other) == fileNever {
		return false
	}
	return s.recordURL("http", start, start, false)
}

func (s *scanner) recordURL(scheme string, start, from int, defanged bool) bool {
	stop := s.closedEnd(start, from)
	if stop == 0 {
		stop = s.urlEnd(from)
	}
	if stop == from {
		return false
	}
	if cut := commandEnd(s.text[from:stop], s.peek(start-1)); cut > 0 {
		stop = from + cut
	}
	if row := s.rowEnd(start, from, stop); row > 0 {
		stop = row
	}
	if s.peek(start-1) == '_' && s.text[stop-1] == '_' {
		stop-- // mark-up
	}
	stop -= gluedWord(s.text[from:stop])
	rest := s.text[from:stop]
	if whole, end := s.wrapped(start, from, stop); end > stop {
		rest, stop = whole, end
	}
	defanged = s.defanged(start, stop) || defanged
	role := s.say.role(typeURL)
	if role == roleUnknown && s.loads(start, stop) {
		role = roleSource
	}
	known := len(s.out.found)
	n := s.out.addURL(scheme, rest, role, defanged)
	switch {
	case start != from:
		delete(s.out.bare, n)
	case n == known:
		s.out.bare[n] = true
	}
	if n == notURL {
		if stop-from > maxName { // or the same bytes would be read again and again
			s.pos = stop
			return true
		}
		return false
	}
	if n >= 0 && s.say.saysGenuine() {
		s.out.genuine[s.out.found[n].Value] = true
	}
	s.say.hit(n, typeURL)
	s.pos = stop
	return true
}

// moduleVersion ends the name of a module of Go: "example.org/x/net@v0.17.0".
var moduleVersion = regexp.MustCompile(`@v[0-9]`)

// gluedWord gives the length of the first word of the next sentence that somebody
// glued to a link: "https://evil.example/fr.Thanks". Who writes a path in small
// letters writes no ending with a capital.
func gluedWord(rest string) int {
	slash, dot := strings.IndexByte(rest, '/'), strings.LastIndexByte(rest, '.')
	if slash < 0 || dot < slash || len(rest)-dot < 3 || len(rest)-dot > maxLabel || !upper(rest[dot+1]) {
		return 0
	}
	for i := dot + 2; i < len(rest); i++ {
		if rest[i]-'a' >= 26 {
			return 0
		}
	}
	for i := slash; i < dot; i++ {
		if upper(rest[i]) {
			return 0
		}
	}
	return len(rest) - dot
}

// loaders are commands that fetch what is then run.
var loaders = [...]string{"DownloadString", "DownloadFile", "DownloadData", "mshta", "certutil", "bitsadmin", "regsvr32", "Start-BitsTransfer"}

// loads tells whether a command fetches the link and runs it: "curl -s … | sh".
func (s *scanner) loads(start, stop int) bool {
	line := s.text[max(s.line, start-longestCommand):start]
	for _, loader := range loaders {
		if strings.Contains(line, loader) {
			return true
		}
	}
	if !s.fetched(start) {
		return false
	}
	rest, _, _ := strings.Cut(s.text[stop:min(len(s.text), stop+longestCommand)], "\n")
	rest = strings.ReplaceAll(rest, " ", "")
	return strings.Contains(rest, "|sh") || strings.Contains(rest, "|bash") || strings.Contains(rest, "chmod")
}

// readScheme gives the scheme in lower case, its x's turned back into t's, ""
// when it is none that carries a host.
func readScheme(s string) (scheme string, defanged bool) {
	s = strings.ToLower(s)
	switch s {
	case "http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ldap", "ldaps", "rmi", "smb", "ssh", "telnet", "tcp", "udp", "rdp":
		return s, false
	case "fxp", "fxtp":
		return "ftp", true
	case "fxps":
		return "ftps", true
	case "meow", "hxp", "htp", "hp":
		return "http", true
	case "meows":
		return "https", true
	}
	if (len(s) == 4 || len(s) == 5 && s[4] == 's') && s[0] == 'h' && s[3] == 'p' {
		return "http" + s[4:], true
	}
	return "", false
}

// notURL is what addURL gives for what has no host.
const notURL = -2

// addURL records a URL and its host. rest is what follows "://".
func (c *collector) addURL(scheme, rest, role string, defang bool) int {
	authority, tail := splitAuthority(rest)
	user, host := "", authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, host = authority[:at+1], authority[at+1:]
	}
	host, port, ok := canonicalHost(host)
	if !ok {
		return notURL
	}
	if port == defaultPort(scheme) {
		port = ""
	}
	value := scheme + "://" + user + bracketV6(host) + port + tail
	n := c.add(Indicator{Type: typeURL, Value: value, Role: role, Defang: defang})
	c.addHost(host, typeURL, role, defang)
	if cve := findCVE(tail); cve != "" {
		c.add(Indicator{Type: typeCVE, Value: cve, Role: roleUnknown})
	}
	if benignDomain(host) {
		c.pathDigest(tail)
	}
	return n
}

// pathDigest records the digest that a page of a scanner's is about: the page is
// a reference, the file is the matter.
func (c *collector) pathDigest(tail string) {
	for part := range strings.FieldsFuncSeq(tail, func(r rune) bool { return r == '/' || r == '?' || r == '=' || r == '&' }) {
		value := strings.ToLower(part)
		if kind := digestKind(value); kind != "" {
			c.add(Indicator{Type: kind, Value: value, Role: roleUnknown})
		}
	}
}

// splitAuthority parts "host:port" from path and query, and drops the fragment.
// An empty path is "/".
func splitAuthority(rest string) (authority, tail string) {
	rest, _, _ = strings.Cut(rest, "#")
	end := strings.IndexAny(rest, "/?\\")
	if end < 0 {
		return rest, "/"
	}
	authority, tail = rest[:end], strings.ReplaceAll(rest[end:], "\\", "/")
	if tail[0] == '?' {
		tail = "/" + tail
	}
	return authority, tail
}

// canonicalHost gives the host in its one form and its port with the colon.
func canonicalHost(host string) (name, port string, ok bool) {
	if strings.HasPrefix(host, "[") {
		inside, after, closed := strings.Cut(host[1:], "]")
		address, err := netip.ParseAddr(inside)
		if !closed || err != nil || address.Zone() != "" {
			return "", "", false
		}
		port, ok = readPort(after)
		return address.Unmap().String(), port, ok
	}
	if colon := strings.IndexByte(host, ':'); colon >= 0 {
		if port, ok = readPort(host[colon:]); !ok {
			return "", "", false
		}
		host = host[:colon]
	}
	host = strings.TrimSuffix(decoded(host), ".")
	if address, number := numericHost(host); number {
		return address.String(), port, true
	}
	if name, ok = canonicalDomain(host, 0); ok {
		return name, port, true
	}
	return strings.ToLower(host), port, singleLabel(host)
}

// readPort gives ":8080" for ":8080" and "" for none.
func readPort(s string) (string, bool) {
	if s == "" || s == ":" {
		return "", true
	}
	if s[0] != ':' {
		return "", false
	}
	n, err := strconv.ParseUint(s[1:], 10, 16)
	return ":" + strconv.FormatUint(n, 10), err == nil && digit(s[1])
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http", "ws":
		return ":80"
	case "https", "wss":
		return ":443"
	case "ftp":
		return ":21"
	}
	return ""
}

// decoded undoes percent-encoding in a host, which browsers do and people who
// read the link do not.
func decoded(host string) string {
	if strings.IndexByte(host, '%') < 0 {
		return host
	}
	if plain, err := url.PathUnescape(host); err == nil {
		return plain
	}
	return host
}

// numericHost reads an IPv4 address as browsers do, who follow inet_aton: one to
// four numbers, also octal and hexadecimal ones, the last filling what is left.
func numericHost(host string) (netip.Addr, bool) {
	if host == "" || !digit(host[0]) || len(host) > 50 {
		return netip.Addr{}, false
	}
	if address, err := netip.ParseAddr(host); err == nil && address.Is4() {
		return address, true
	}
	var n uint64
	parts := strings.Split(host, ".")
	for i, part := range parts {
		room := 8
		if i == len(parts)-1 {
			room = 8 * (4 - i)
		}
		value, err := strconv.ParseUint(part, 0, 32)
		if len(parts) > 4 || err != nil || value >= 1<<room || strings.IndexByte(part, '_') >= 0 {
			return netip.Addr{}, false
		}
		n = n<<room | value
	}
	if len(parts) == 1 && len(host) < 8 {
		return netip.Addr{}, false // a number, not a host
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

// singleLabel accepts a name inside a network, "intranet".
func singleLabel(host string) bool {
	if host == "" || len(host) > maxLabel {
		return false
	}
	for i := 0; i < len(host); i++ {
		if !alnum(host[i]) && host[i] != '-' {
			return false
		}
	}
	return true
}

func bracketV6(host string) string {
	if strings.IndexByte(host, ':') >= 0 {
		return "[" + host + "]"
	}
	return host
}

// urlHost gives the host of a canonical URL.
func urlHost(value string) string {
	_, rest, _ := strings.Cut(value, "://")
	authority, _ := splitAuthority(rest)
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	if inside, bracketed := strings.CutPrefix(host, "["); bracketed {
		host, _, _ = strings.Cut(inside, "]")
		return host
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}

// hostAddress reads a host that is an address. Names, which most are, cost no more
// than a look.
func hostAddress(host string) (netip.Addr, bool) {
	if host == "" || !digit(host[0]) && strings.IndexByte(host, ':') < 0 {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(host)
	return address, err == nil
}
