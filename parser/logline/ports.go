package logline

import (
	"net/netip"
	"strconv"
	"strings"
)

// readAddress reads an address, with a port behind a colon or, as tcpdump
// writes it, a dot.
func readAddress(text string) (address string, port int, ok bool) {
	if !addressLike(text) {
		return "", 0, false
	}
	text = strings.Trim(text, "[]")
	if a, err := netip.ParseAddr(text); err == nil {
		if a.Is4() {
			return text, 0, true // there is one way to write it
		}
		if strings.HasPrefix(text, "::") && !a.Is4In6() && len(text) < 4 && text != "::1" {
			return "", 0, false
		}
		return a.Unmap().WithZone("").String(), 0, true
	}
	cut := strings.LastIndexAny(text, ":.")
	if cut < 3 {
		return "", 0, false
	}
	a, err := netip.ParseAddr(strings.Trim(text[:cut], "[]"))
	n, bad := strconv.ParseUint(text[cut+1:], 10, 16)
	if err != nil || bad != nil || text[cut] == ':' && a.Is6() && !strings.Contains(text, "]") {
		return "", 0, false
	}
	return a.Unmap().WithZone("").String(), int(n), true
}

// addressLike is a cheap test: three dots or two colons, and no sign that stands
// in no address.
func addressLike(text string) bool {
	dots, colons := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c == '%':
			return colons >= 2
		case c == '-' && i+1 == len(text): // of an arrow
		case c-'0' >= 10 && c|0x20-'a' >= 6 && c != '[' && c != ']':
			return false
		}
	}
	return dots >= 3 || colons >= 2
}

// ports finds the ports that stand beside addresses: "203.0.113.5 port 51122",
// "203.0.113.5(51122)", "203.0.113.5/51122", "[2001:db8::5]:51122".
func (s *sighting) ports(arrow bool) {
	for n := range s.ends {
		e := &s.ends[n]
		if e.port > 0 || e.token+1 >= len(s.tokens) {
			continue
		}
		t, next := s.tokens[e.token], s.tokens[e.token+1]
		beside := next.start == t.end+1
		switch {
		case strings.EqualFold(next.text, "port") && e.token+2 < len(s.tokens):
			number, _, _ := strings.Cut(s.tokens[e.token+2].text, ":") // "port 51122:11: Bye Bye"
			portInto(&e.port, number)
		case next.text[0] == ':' && t.after == ']':
			portInto(&e.port, next.text[1:])
		case beside && (next.before == '(' || next.before == '[' && next.after == ']' || next.before == '/' || next.before == '|' && s.barred()):
			portInto(&e.port, next.text)
		default:
			s.spokenPort(n)
		}
	}
	s.columns()
}

// portWord is what a word between an address and its port says.
var portWord = map[string]key{
	"port": keyPort, "ports": keyPort, "puerto": keyPort, "porta": keyPort, "poort": keyPort, "порт": keyPort, "quellport": keySourcePort, "quellports": keySourcePort, "zielport": keyTargetPort,
	"source": keySource, "src": keySource, "originating": keySource, "sourceport": keySourcePort, "srcport": keySourcePort, "destination": keyTarget, "dst": keyTarget, "target": keyTarget,
	"on": keyNone, "at": keyNone, "to": keyNone, "the": keyNone, "tcp": keyNone, "udp": keyNone, "using": keyNone, "with": keyNone, "and": keyNone, "its": keyNone, "via": keyNone, "auf": keyNone, "über": keyNone, "an": keyNone, "dem": keyNone, "den": keyNone,
	"sur": keyNone, "le": keyNone, "en": keyNone, "el": keyNone, "na": keyNone, "no": keyNone, "sulla": keyNone, "op": keyNone, "con": keyNone, "mit": keyNone,
}

// spokenPorts is how many words may stand between an address and its port.
const spokenPorts = 5

// spokenPort reads what sentences write: "203.0.113.5 (source port 51122)",
// "192.0.2.1 on TCP port 22". The port of a service "on" which a source is seen is
// the target's.
func (s *sighting) spokenPort(n int) {
	e, side := &s.ends[n], keyNone
	for at := e.token + 1; at+1 < len(s.tokens) && at <= e.token+spokenPorts; at++ {
		kind, known := portWord[strings.ToLower(s.tokens[at].text)]
		if !known || s.tokens[at].after != ' ' {
			return // keys and their values are read as such
		}
		if kind == keySource || kind == keyTarget {
			side = kind
		}
		if kind != keyPort && kind != keySourcePort && kind != keyTargetPort {
			continue
		}
		var port int
		if number := strings.TrimRight(s.tokens[at+1].text, ".,;:"); !portInto(&port, number) {
			return
		}
		beside := at == e.token+1 // "203.0.113.5 porta 443"
		theirs := !beside && side == keyTarget || kind == keyTargetPort || !beside && side == keyNone && kind == keyPort && port < firstFree
		if theirs && e.role != keyTarget && (e.role == keySource || n == 0) {
			if s.record.targetPort == 0 {
				s.record.targetPort = port
			}
			return
		}
		e.port = port
		return
	}
}

// barred tells a log of bars whose two addresses both have a number behind them.
func (s *sighting) barred() bool {
	if len(s.ends) != 2 {
		return false
	}
	for _, e := range s.ends {
		var n int
		if e.token+1 >= len(s.tokens) || s.tokens[e.token].after != '|' || s.tokens[e.token+1].start != s.tokens[e.token].end+1 || !portInto(&n, s.tokens[e.token+1].text) {
			return false
		}
	}
	return true
}

// columns knows ways to write the ports without saying so: "address port address
// port" of flow records, "address,address,port,port" of firewalls, and the same
// with blanks and the protocol beside it.
func (s *sighting) columns() {
	if len(s.ends) != 2 || s.ends[0].port+s.ends[1].port > 0 {
		return
	}
	a, b := &s.ends[0], &s.ends[1]
	switch {
	case s.portArrow(b.token+1, &a.port, &b.port):
	case b.token == a.token+2 && b.token+1 < len(s.tokens):
		if both(s.tokens[a.token+1].text, s.tokens[b.token+1].text) {
			portInto(&a.port, s.tokens[a.token+1].text)
			portInto(&b.port, s.tokens[b.token+1].text)
		}
	case b.token == a.token+1 && b.token+2 < len(s.tokens):
		if s.portsBehind(a.token, b.token) && both(s.tokens[b.token+1].text, s.tokens[b.token+2].text) {
			portInto(&a.port, s.tokens[b.token+1].text)
			portInto(&b.port, s.tokens[b.token+2].text)
		}
	}
}

// portArrow reads the ports that Wireshark writes behind two addresses, with an
// arrow between them: "TCP 66 51122 → 22 [SYN]".
func (s *sighting) portArrow(from int, source, target *int) bool {
	for n := from; n+1 < len(s.tokens) && n < from+4; n++ {
		next := n + 1
		if s.tokens[next].text == "→" && next+1 < len(s.tokens) {
			next++
		}
		between := s.line[s.tokens[n].end:s.tokens[next].start]
		if (between == " → " || between == " > ") && both(s.tokens[n].text, s.tokens[next].text) {
			return portInto(source, s.tokens[n].text) && portInto(target, s.tokens[next].text)
		}
	}
	return false
}

// portsBehind tells whether the two numbers behind two addresses are ports.
func (s *sighting) portsBehind(a, b int) bool {
	if s.tokens[b].after == ',' {
		return true
	}
	for _, n := range [...]int{a - 1, a - 2, a - 3, b + 3} {
		if n < 0 || n >= len(s.tokens) {
			continue
		}
		if p := protocolOf(s.tokens[n].text); p == "tcp" || p == "udp" {
			s.record.protocol = p
			return true
		}
	}
	return false
}

func both(a, b string) bool {
	var n int
	return portInto(&n, a) && portInto(&n, b)
}

// portInto reads a port; 0 is none.
func portInto(port *int, text string) bool {
	text = strings.TrimRight(strings.Trim(text, "\"' "), ",.;:)-")
	if text == "" || text[0]-'0' >= 10 {
		return false
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return false
	}
	*port = int(n)
	return true
}
