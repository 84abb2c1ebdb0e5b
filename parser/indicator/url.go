package indicator

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
	if slash < 0 || path == "" || len(path) < 16 && query.MatchString("/"+path) {
		return false
	}
	if other, ok := canonicalDomain(path, 0); ok && registered(other) && fileLike(other) == fileNever {
		return false
	}
	return s.recordURL("http", start, start, false)
}

func (s *scanner) recordURL(scheme string, start, from int, defanged bool) bool {
	stop := s.urlEnd(from)
	if stop == from {
		return false
	}
	if cut := commandEnd(s.text[from:stop], s.peek(start-1)); cut > 0 {
		stop = from + cut
	}
	rest := s.text[from:stop]
	if whole, end := s.wrapped(start, from, stop); end > stop {
		rest, stop = whole, end
	}
	defanged = s.defanged(start, stop) || defanged
	role := s.say.role(typeURL)
	n := s.out.addURL(scheme, rest, role, defanged)
	if n == notURL {
		if stop-from > maxName { // or the same bytes would be read again and again
			s.pos = stop
			return true
		}
		return false
	}
	s.say.hit(n, typeURL)
	s.pos = stop
	return true
}

// commandEnd finds where a URL ends that is one cell of a row ("url;http://a;x")
// or a word of a shell's command in the request of a scanner:
// "wget+http://a/b+-O+/tmp/b;sh+/tmp/b". It gives 0 when it goes to its end.
func commandEnd(u string, before byte) int {
	switch before {
	case '+':
		return max(0, strings.IndexAny(u, "+;"))
	case ';', ',':
		return max(0, strings.IndexByte(u, before))
	}
	for i := 0; i < len(u); i++ {
		if u[i] == ';' && shellWord(u[i+1:]) {
			return i
		}
	}
	return 0
}

// shellWord knows the commands with which scanners go on behind a URL.
func shellWord(rest string) bool {
	rest = strings.TrimPrefix(rest, "+")
	for _, command := range [...]string{"chmod", "sh+", "sh ", "sh%", "sh$", "./", "curl", "wget", "tftp", "bash", "cd+", "cd ", "cd%", "rm+", "rm ", "cat+", "busybox", "/bin/"} {
		if strings.HasPrefix(rest, command) {
			return true
		}
	}
	return false
}

// maxWraps is over how many lines a URL in angle brackets may go.
const maxWraps = 12

// wrapped joins a URL in angle brackets that goes on in the next lines (RFC 3986
// appendix C): "<http://example.com/a", line break, "b>".
func (s *scanner) wrapped(start, from, stop int) (string, int) {
	if s.peek(start-1) != '<' && !strings.HasSuffix(s.text[:start], "<URL:") || s.peek(stop) != '\n' && s.peek(stop) != '\r' {
		return "", 0
	}
	var whole strings.Builder
	at := from
	for range maxWraps {
		end := at
		for end < len(s.text) && end-from < maxURL && urlByte(s.text[end]) {
			end++
		}
		whole.WriteString(s.text[at:end])
		switch s.peek(end) {
		case '>':
			return whole.String(), end
		case '\r', '\n':
		default:
			return "", 0
		}
		at = end + 1
		for at < len(s.text) && at-end < 12 && strings.IndexByte("\r\n \t", s.text[at]) >= 0 {
			at++
		}
	}
	return "", 0
}

// urlByte tells the signs a URL is made of; others end it.
func urlByte(c byte) bool { return urlBytes[c] }

var urlBytes = func() (set [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		set[c] = strings.IndexByte("<>\"`|^{}", c) < 0
	}
	return set
}()

// urlEnd finds where a URL stops: at blanks, quotes and brackets that it did
// not open, and before punctuation that belongs to the sentence.
func (s *scanner) urlEnd(from int) int {
	end, limit := from, min(len(s.text), from+maxURL)
	for end < limit {
		c := s.text[end]
		if c >= 0x80 {
			r, size := utf8.DecodeRuneInString(s.text[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || unspaced(r) && end > from && endsWord(s.text[end-1]) {
				break
			}
			end += size
			continue
		}
		if c == '{' {
			if end = s.filled(end); s.text[end] != '{' {
				continue
			}
		}
		if !urlByte(c) || (c == ',' || c == ';') && beginsURL(s.text[end+1:]) || (c == ']' || c == ')') && markdown(c, s.text[end+1:]) {
			break
		}
		end++
	}
	end = min(end, limit)
	return from + len(trimURL(s.text[from:end]))
}

// maxField is the longest name of a field in a template.
const maxField = 40

// filled steps over a field that a kit fills in, "{email}" or "{0f9a-…}"; what is
// none it leaves.
func (s *scanner) filled(open int) int {
	for i := open + 1; i < min(len(s.text), open+maxField); i++ {
		switch c := s.text[i]; {
		case c == '}' && i > open+1:
			return i + 1
		case !alnum(c) && c != '-' && c != '_':
			return open
		}
	}
	return open
}

// markdown tells the bracket that closes the words of a link, "](http", and the
// one that closes its target before the next, ")[".
func markdown(closing byte, rest string) bool {
	return strings.HasPrefix(rest, "(h") || closing == ')' && strings.HasPrefix(rest, "[")
}

// beginsURL tells the next URL of a list: "http://a.example/x,http://b.example/y".
func beginsURL(rest string) bool {
	if len(rest) < len("http://") || rest[0]|0x20 != 'h' {
		return false
	}
	scheme, _, found := strings.Cut(rest[:min(len(rest), 8)], "://")
	if !found {
		return false
	}
	known, _ := readScheme(scheme)
	return known != ""
}

// query is what name servers log of a question: name, type and class.
var query = regexp.MustCompile(`^/(?:A|AAAA|ANY|MX|TXT|NS|SOA|CNAME|PTR|SRV|DS|DNSKEY|RRSIG|NSEC3?|HTTPS|SVCB|TYPE[0-9]{1,5})/(?:IN|CH|HS)$`)

// endsWord tells the signs behind which letters of a script without blanks are
// the sentence's and not the URL's.
func endsWord(c byte) bool { return alnum(c) || strings.IndexByte(",.;:!?)", c) >= 0 }

// sentenceEnds is punctuation that closes a sentence and no URL.
const sentenceEnds = ".,;:!?'*\\"

// trimURL takes off what closes a sentence and brackets never opened.
func trimURL(u string) string {
	if u == "" || strings.IndexByte(sentenceEnds+")]", u[len(u)-1]) < 0 {
		return u
	}
	open := [...]int{count(u, '(', ')'), count(u, '[', ']')}
	for u != "" {
		switch last := u[len(u)-1]; {
		case strings.IndexByte(sentenceEnds, last) >= 0:
		case last == ')' && open[0] < 0:
			open[0]++
		case last == ']' && open[1] < 0:
			open[1]++
		default:
			return u
		}
		u = u[:len(u)-1]
	}
	return u
}

func count(u string, open, close byte) int {
	return strings.Count(u, string(open)) - strings.Count(u, string(close))
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
