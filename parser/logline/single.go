package logline

import (
	"strconv"
	"strings"
)

// token is a word of a line and the signs beside it.
type token struct {
	text          string
	start, end    int
	before, after byte // 0 at the ends of the line
}

// separates are the signs between tokens.
const separates = " \t,;(){}<>[]\"'|=/@"

var separator = func() (set [256]bool) {
	for _, c := range []byte(separates) {
		set[c] = true
	}
	return set
}()

// tokens cuts a line; the list is that of the line before, to be used again.
func tokens(line string, list []token) []token {
	list = list[:0]
	for i := 0; i < len(line) && len(list) < maxTokens; {
		if separator[line[i]] {
			i++
			continue
		}
		end := i
		for end < len(line) && !separator[line[end]] {
			end++
		}
		list = append(list, token{line[i:end], i, end, at(line, i-1), at(line, end)})
		i = end
	}
	return list
}

func at(line string, i int) byte {
	if i < 0 || i >= len(line) {
		return 0
	}
	return line[i]
}

// end is an address of a line.
type end struct {
	token   int // its place among the tokens
	address string
	port    int
	role    key
	stated  bool // by a key
}

// sighting is the work on one line.
type sighting struct {
	line   string
	tokens []token
	ends   []end
	record record
	web    bool // a line of a web server's access log
}

// single reads one line. ok is false when it is none of a log.
func (r *reader) single(line string) (record, bool) {
	r.tokens = tokens(line, r.tokens)
	if one, ok := threatLog(line); ok {
		return one, true
	}
	s := sighting{line: line, tokens: r.tokens, ends: r.ends[:0]}
	s.find()
	r.ends = s.ends
	if len(s.ends) == 0 {
		return record{}, false
	}
	s.fields()
	arrow := s.arrow()
	s.ports(arrow)
	s.settle()
	stamp, timed := findStamp(line)
	if timed && s.record.at.written == "" {
		s.record.at = stamp
	}
	if own, ok := eventTime(line); ok && s.record.at.zone == nil {
		s.record.at, timed = own, true
	}
	stated := false
	for _, e := range s.ends {
		stated = stated || e.stated
	}
	return s.record, (timed || arrow || stated && s.record.says() > 1) && (s.record.source != "" || s.record.target != "")
}

// find finds the addresses of the line.
func (s *sighting) find() {
	for n, t := range s.tokens {
		if len(t.text) < 3 {
			continue
		}
		text := t.text
		if colon := strings.IndexByte(text, ':'); colon > 0 && !hexDigits(text[:colon]) && strings.IndexByte(text[:colon], '.') < 0 {
			text = text[colon+1:] // "outside:203.0.113.5", "src:203.0.113.5"
		}
		if !addressLike(text) && strings.IndexByte(text, '#') < 0 && strings.Count(text, ".") != 3 {
			continue
		}
		address, port, ok := s.readEnd(strings.TrimRight(text, ".:-"))
		if !ok || !s.mayBeAddress(n) || s.prefix(n) {
			continue
		}
		if s.web = s.web || len(s.ends) == 0 && n == 0 && s.accessLog(t.end); s.web && len(s.ends) > 0 {
			return
		}
		s.ends = append(s.ends, end{token: n, address: address, port: port})
	}
}

// readEnd reads an address with what logs put behind it: "203.0.113.5#51122" of
// name servers, and the ports that network sensors write behind IPv6 addresses
// as behind any other.
func (s *sighting) readEnd(text string) (address string, port int, ok bool) {
	if host, number, found := strings.Cut(text, "#"); found {
		address, _, ok = readAddress(host)
		return address, port, portInto(&port, number) && ok
	}
	if first, zone := strings.IndexByte(text, ':'), strings.LastIndexByte(text, ':'); zone > first && strings.Count(text[:first], ".") == 3 {
		text = text[:zone] // "203.0.113.5:51122:X1", with an interface
	}
	if cut := strings.LastIndexByte(text, ':'); cut > 0 && strings.Count(text, ":") > 2 && (len(text)-cut > 5 || s.sensor()) && strings.IndexByte(text, ']') < 0 {
		if address, _, ok = readAddress(text[:cut]); ok && portInto(&port, text[cut+1:]) {
			return address, port, true
		}
	}
	return readAddress(text)
}

// sensor tells a line of Snort or Suricata.
func (s *sighting) sensor() bool {
	return strings.Contains(s.line, "{TCP} ") || strings.Contains(s.line, "{UDP} ")
}

// mayBeAddress leaves out the hosts of links and the versions of programs.
func (s *sighting) mayBeAddress(n int) bool {
	t := s.tokens[n]
	if s.versionBefore(n) {
		return false
	}
	if t.before != '/' {
		return true
	}
	if t.start >= 2 && s.line[t.start-2] == '/' {
		return false // a link
	}
	if n == 0 || s.tokens[n-1].end != t.start-1 {
		return true
	}
	switch strings.ToLower(s.tokens[n-1].text) {
	case "inside", "outside", "dmz", "wan", "lan", "in", "out", "tcp", "udp":
		return true
	}
	return hasDigit(s.tokens[n-1].text) && !letters(s.tokens[n-1].text)
}

// versionBefore looks at the word before, across the colon of JSON.
func (s *sighting) versionBefore(n int) bool {
	if n > 1 && s.tokens[n-1].text == ":" {
		n--
	}
	if n+1 < len(s.tokens) && s.tokens[n+1].text == "build" {
		return true
	}
	return n > 0 && (countsVersions(s.tokens[n-1].text) || hasVersions(s.tokens[n-1].text))
}

// hasVersions knows programs whose name stands before the number of their
// version in a sentence.
func hasVersions(program string) bool {
	switch strings.ToLower(program) {
	case "jquery", "php", "openssl", "openssh", "chrome", "firefox", "safari", "java", "jdk", "jre", "python", "wordpress", "joomla", "drupal", "fortios", "pan-os", "junos", "confluence", "exchange", "weblogic", "tomcat", "apache", "nginx", "exim":
		return true
	}
	return false
}

// countsVersions knows the words before dotted numbers that are no addresses.
func countsVersions(word string) bool {
	word = strings.ToLower(strings.TrimRight(word, ".:"))
	if strings.HasSuffix(word, "version") {
		return true
	}
	switch word {
	case "ver", "v", "release", "released", "releases", "build", "firmware", "section", "revision", "rev", "netmask", "mask":
		return true
	}
	return false
}

// prefix tells "203.0.113.0/24" from the "203.0.113.5/443" of firewalls, which
// name an interface or an arrow beside it.
func (s *sighting) prefix(n int) bool {
	if s.tokens[n].after != '/' || n+1 >= len(s.tokens) || s.tokens[n+1].start != s.tokens[n].end+1 {
		return false
	}
	bits, err := strconv.Atoi(s.tokens[n+1].text)
	return err == nil && bits <= 128 && !strings.Contains(s.line, "->") && !strings.Contains(s.line, "%") && strings.IndexByte(s.tokens[n].text, ':') < 0
}

// accessLog knows what follows the address in the common log format.
func (s *sighting) accessLog(end int) bool {
	rest := s.line[end:]
	return strings.HasPrefix(rest, " - ") && strings.IndexByte(rest, '[') > 0
}

func hexDigits(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c-'0' >= 10 && c|0x20-'a' >= 6 {
			return false
		}
	}
	return true
}

func letters(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i]|0x20-'a' < 26 {
			return true
		}
	}
	return false
}

// fields reads keys and their values: "SPT=51122", `"proto": "TCP"`, "port 22".
func (s *sighting) fields() {
	for n := range s.tokens {
		kind, value := s.keyAt(n)
		if kind == keyNone {
			continue
		}
		if s.tokens[n].text == "relay" && !strings.Contains(s.line, "to=") {
			kind = keySource // of mail that comes in
		}
		if e := s.endAt(s.pastFamily(value)); e != nil && (kind == keySource || kind == keyTarget) {
			e.role, e.stated = kind, true
			continue
		}
		if value < len(s.tokens) && kind != keySource && kind != keyTarget && kind != keyTime && kind != keyPort {
			text := strings.TrimLeft(s.tokens[value].text, ":")
			if _, own, found := strings.Cut(text, ":"); found && value == n {
				text = own // "Protocol:tcp"
			}
			s.record.set(kind, text)
		}
	}
	s.preferStated()
	for n := range s.ends {
		if e := &s.ends[n]; e.role == keyNone {
			e.role = s.wordBefore(e.token)
		}
	}
	s.guessProtocol()
}

// pastFamily steps over what Asterisk writes before an address:
// RemoteAddress="IPV4/UDP/203.0.113.5/5060".
func (s *sighting) pastFamily(n int) int {
	if n+2 < len(s.tokens) && (s.tokens[n].text == "IPV4" || s.tokens[n].text == "IPV6") && s.tokens[n].after == '/' {
		return n + 2
	}
	return n
}

// preferStated leaves the "origin=" of a firewall that names itself aside where
// another key states the source.
func (s *sighting) preferStated() {
	origin, sources := none, 0
	for n, e := range s.ends {
		if e.role != keySource {
			continue
		}
		if sources++; e.token > 0 && namesItself(strings.TrimRight(s.tokens[e.token-1].text, ":")) {
			origin = n
		}
	}
	if origin != none && sources > 1 {
		s.ends = append(s.ends[:origin], s.ends[origin+1:]...)
	}
}

// namesItself knows the keys behind which a firewall writes its own address.
func namesItself(key string) bool { return key == "origin" || key == "fw" }

// none is no place in a list.
const none = -1

// keyAt tells whether the token is a key, and the place of its value.
func (s *sighting) keyAt(n int) (kind key, value int) {
	t := s.tokens[n]
	switch {
	case t.after == '=':
		kind = keyOf(t.text)
	case strings.HasSuffix(t.text, ":"):
		kind = s.longKey(n, strings.TrimSuffix(t.text, ":"))
	case t.after == '"' && n+1 < len(s.tokens) && s.tokens[n+1].text[0] == ':' && s.tokens[n+1].start == t.end+1:
		if s.tokens[n+1].text == ":" {
			n++
		}
		return keyOf(t.text), n + 1
	case t.before == '"' && t.after == '"' && at(s.line, t.end+1) == '>': // <Data Name="IpPort">51122</Data>
		return keyOf(t.text), n + 1
	case strings.IndexByte(t.text, ':') > 0: // "src:203.0.113.5"
		name, _, _ := strings.Cut(t.text, ":")
		if !hexDigits(name) {
			kind = keyOf(name)
		}
		return kind, n
	}
	return kind, n + 1
}

// longKey reads keys of up to three words: "Source Network Address:".
func (s *sighting) longKey(n int, name string) key {
	for words := 2; words >= 0; words-- {
		if n-words < 0 {
			continue
		}
		if kind := keyOf(s.line[s.tokens[n-words].start : s.tokens[n].start+len(name)]); kind != keyNone {
			return kind
		}
	}
	return keyNone
}

func (s *sighting) endAt(token int) *end {
	for n := range s.ends {
		if s.ends[n].token == token {
			return &s.ends[n]
		}
	}
	return nil
}

// wordsBefore is how many words before an address may speak for it.
const wordsBefore = 3

// wordBefore looks for a word that says what the address is. "for outside:" and
// names of hosts stand between.
func (s *sighting) wordBefore(n int) key {
	if n > 0 && s.tokens[n].before == '[' && s.tokens[n-1].before == '(' && s.tokens[n-1].end == s.tokens[n].start-1 {
		return keySource // "192.0.2.1 (host.example[203.0.113.5])" of file servers
	}
	if s.tokens[n].before == '@' && n > 0 && strings.HasPrefix(s.tokens[n-1].text, "sip:") {
		return keyTarget // "sip:100@192.0.2.1"
	}
	for back := 1; back <= wordsBefore && n-back >= 0; back++ {
		if s.endAt(n-back) != nil {
			return keyNone
		}
		word := strings.TrimRight(s.tokens[n-back].text, ":")
		if kind := before(word); kind != keyNone {
			return kind
		}
		if word == "for" && n-back > 0 && s.tokens[n-back-1].text == "failed" {
			return keySource // "Registration from '<sip:100@192.0.2.1>' failed for '203.0.113.5'"
		}
	}
	return keyNone
}

// guessProtocol takes a protocol's name, or that of a program, when no key says it.
func (s *sighting) guessProtocol() {
	if s.record.protocol != "" {
		return
	}
	if s.web || strings.Contains(s.line, ": Flags [") {
		s.record.protocol = "tcp"
		return
	}
	for _, t := range s.tokens {
		if t.after == '(' && len(t.text) < 3 && strings.Contains(s.line, "RT_FLOW") { // "6(0)" of Junos
			if s.record.protocol = protocolOf(t.text); s.record.protocol != "" {
				return
			}
		}
		if len(t.text) > longestProgram || !letters(t.text[:1]) {
			continue
		}
		if p := programProtocol(strings.TrimRight(t.text, ":.")); p != "" {
			s.record.protocol = p
			return
		}
	}
}

// arrow lets "->" between two addresses say which is the source.
func (s *sighting) arrow() bool {
	for n := 0; n+1 < len(s.ends); n++ {
		first := s.tokens[s.ends[n].token]
		between := s.line[first.start+len(strings.TrimRight(first.text, "-=")) : s.tokens[s.ends[n+1].token].start]
		if len(between) > 40 || !strings.Contains(between, "->") && !strings.Contains(between, "→") && !strings.Contains(between, "=>") && !strings.Contains(between, " > ") {
			continue
		}
		s.ends[n].role, s.ends[n+1].role = keySource, keyTarget
		return true
	}
	return false
}

// settle gives each address that nothing speaks for its role and fills the record.
func (s *sighting) settle() {
	for n := range s.ends {
		if s.ends[n].role != keyNone {
			s.take(s.ends[n])
		}
	}
	if s.requestBetween() {
		s.ends[0].role, s.ends[1].role = keyTarget, keySource
		s.take(s.ends[0])
		s.take(s.ends[1])
	}
	for _, e := range s.ends {
		if e.role != keyNone || e.address == s.record.source || e.address == s.record.target {
			continue
		}
		e.role = keySource
		if s.record.source != "" {
			e.role = keyTarget
		}
		s.take(e)
	}
}

// requestBetween knows web servers that name themselves first and the client
// behind the request.
func (s *sighting) requestBetween() bool {
	if len(s.ends) != 2 || s.ends[0].role != keyNone || s.ends[1].role != keyNone {
		return false
	}
	for _, t := range s.tokens[s.ends[0].token+1 : s.ends[1].token] {
		if t.text == "GET" || t.text == "POST" || t.text == "HEAD" {
			return true
		}
	}
	return false
}

// take puts an end into the record; the first of each role stays.
func (s *sighting) take(e end) {
	switch {
	case e.role == keySource && s.record.source == "":
		s.record.source = e.address
		if e.port > 0 {
			s.record.sourcePort = e.port
		}
	case e.role == keyTarget && s.record.target == "":
		s.record.target = e.address
		if e.port > 0 {
			s.record.targetPort = e.port
		}
	}
}
