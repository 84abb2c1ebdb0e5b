// Package logline reads what the log lines of a report say about the two ends of
// a connection: address, port, protocol and time, which stay together.
//
// No program's format is known by name, but for one whose columns tell nothing
// (threatLog). A line is cut into tokens, and three things tell who is who, in this
// order: keys ("SRC=", "rip=", "Source IP:", `"src_ip":`), arrows ("->"), and the
// word before an address ("from", "to", "client", "Ban"). An address that nothing speaks for is the source, beside a
// source the target, as in the logs of web servers and in flow records. Four
// shapes are read:
//
//   - a line with a time and an address, or with keys, or with an arrow
//   - a block of lines "Source IP: …", "Source port: …", "Time: …"
//   - a table whose first row names its columns
//   - a line of prose with a time and an address
//
// A time with a zone is given as RFC 3339 in UTC, zone "stated": its own zone,
// that of its column, or one that the report states for all its times ("all
// times are UTC"). Without one it stays as written, zone "assumed".
package logline

import (
	"strings"
	"time"

	"postern/parser/format"
)

// Limits: what a person sends has some hundred lines; feeds have their formats.
const (
	MaxEndpoints = 2_000
	maxLine      = 2_000 // bytes of a line that are looked at
	maxTokens    = 120   // of a line
	usual        = 64    // endpoints of a report with log lines
	maxLines     = 5_000 // that are known again; beyond them each is read for itself
)

// Clock is what is known about the times of a report.
type Clock struct {
	Around time.Time // when it was written: gives the year that a line leaves out
	Zone   *Zone     // stated for all times; nil when none is
}

// Zone is an offset from UTC, by winter's clock where there is another in summer.
type Zone struct {
	Offset time.Duration
	summer summer
}

// Read gives the endpoints of all log lines in the texts of one report, in their
// order, the source of a line before its target. Lines that say the same stand
// once, as the text of a mail and its page often do.
func Read(clock Clock, texts ...string) []format.Endpoint {
	r := reader{clock: clock, lines: map[string]bool{}}
	for _, text := range texts {
		for line := range strings.Lines(text) {
			if len(r.found) >= MaxEndpoints {
				break
			}
			r.line(strings.TrimRight(line, "\r\n"))
		}
		r.closeLine()
		r.endBlock()
		r.table, r.event = table{}, stamp{}
	}
	return r.found[:min(len(r.found), MaxEndpoints)]
}

// reader goes through the lines of the texts.
type reader struct {
	clock Clock
	found []format.Endpoint
	seen  map[format.Endpoint]bool
	lines map[string]bool // of a log, that were read
	block record          // of lines "key: value"
	event stamp           // when the event of Windows happened that the lines are about
	table table
	open  wrapped

	tokens []token // of one line, kept for the next
	ends   []end
}

func (r *reader) line(line string) {
	indented := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
	line = unquote(line[:min(len(line), maxLine)])
	if r.continues(line, indented) {
		return
	}
	r.closeLine()
	if strings.TrimSpace(line) == "" {
		r.endBlock()
		if r.table.rows > 0 {
			r.table = table{}
		}
		return
	}
	if r.table.columns != nil && r.row(line) {
		return
	}
	if routeField(line) || r.blockLine(line) {
		return
	}
	if !hasDigit(line) || !mayName(line) {
		r.heading(line)
		return
	}
	if r.lines[line] {
		return
	}
	if len(r.lines) < maxLines {
		r.lines[line] = true
	}
	one, ok := r.single(line)
	if !ok && one.source != "" && one.sourcePort > 0 && one.at.written == "" && r.block.at.written != "" {
		one.at, ok = r.block.at, true // "Timestamp: …" and, below it, the line of a log without one
	}
	r.opened(line, one, ok)
}

// unquote takes off the marks of quoted mail.
func unquote(line string) string { return strings.TrimLeft(line, "> \t|*") }

func hasDigit(line string) bool {
	for i := range len(line) {
		if line[i]-'0' < 10 {
			return true
		}
	}
	return false
}

// mayName is a cheap test for an address: three dots or two colons.
func mayName(line string) bool {
	return strings.Count(line, ".") >= 3 || strings.Count(line, ":") >= 2
}

// routeField tells a Received field of a pasted header, whose times and
// addresses are those of a mail's way.
func routeField(line string) bool {
	return len(line) > 9 && strings.EqualFold(line[:9], "received:")
}

// record is what one line, block or row says.
type record struct {
	source, target         string
	sourcePort, targetPort int
	protocol               string
	at                     stamp
	unsaid                 bool // nothing says that the source is one
	event                  bool // of Windows, whose parts are set apart by blank lines
}

// says counts what is known beside the addresses.
func (c record) says() int {
	n := 0
	for _, known := range []bool{c.source != "", c.target != "", c.sourcePort > 0, c.targetPort > 0, c.at.written != ""} {
		if known {
			n++
		}
	}
	return n
}

// add turns a record into endpoints.
func (r *reader) add(c record) {
	if r.seen == nil {
		r.seen, r.found = make(map[format.Endpoint]bool, usual), make([]format.Endpoint, 0, usual)
	}
	at, zone := c.at.text(r.clock)
	for _, end := range []format.Endpoint{
		{Role: "source", Address: c.source, Port: c.sourcePort, Protocol: c.protocol, Time: at, Zone: zone},
		{Role: "target", Address: c.target, Port: c.targetPort, Protocol: c.protocol, Time: at, Zone: zone},
	} {
		if end.Address != "" && !r.seen[end] {
			r.seen[end] = true
			r.found = append(r.found, end)
		}
	}
}

// blockLine takes a line "Source IP: 203.0.113.5" into the block it belongs to.
func (r *reader) blockLine(line string) bool {
	cut := strings.IndexAny(line[:min(len(line), maxKey+1)], ":=")
	if cut <= 0 {
		return false
	}
	kind := keyOf(line[:cut])
	value := strings.TrimSpace(line[cut+1:])
	if kind == keyNone || value == "" || len(value) > maxValue || strings.ContainsAny(value, "={") || strings.Contains(line, `":`) {
		return false
	}
	if several(kind, value) || !r.block.put(kind, value, r) {
		return false
	}
	if kind == keyTime && r.block.at.zone == nil {
		r.block.at.zone = zoneFrom(line[:cut], 0) // "Timestamp (UTC): …"
	}
	return true
}

// several tells a value with more addresses than the one that its key names: a
// sentence.
func several(kind key, value string) bool {
	if kind != keySource && kind != keyTarget || strings.IndexByte(value, ' ') < 0 {
		return false
	}
	n := 0
	for word := range strings.FieldsSeq(value) {
		if _, _, ok := readAddress(strings.Trim(word, "(),;.")); ok {
			n++
		}
	}
	return n > 1
}

// maxKey is the longest name of a column or key.
const maxKey = 40

// maxValue is more than a value of such a line has.
const maxValue = 80

// put takes the value of a key into the record; a second one of the same kind
// begins the next record. It tells whether the value was one.
func (c *record) put(kind key, value string, r *reader) bool {
	next := record{}
	if !next.set(kind, value) {
		return false
	}
	if c.has(kind) {
		r.endBlock()
	}
	return c.set(kind, value)
}

func (c record) has(kind key) bool {
	switch kind {
	case keySource, keyAddress:
		return c.source != ""
	case keyTarget:
		return c.target != ""
	case keySourcePort:
		return c.sourcePort != 0
	case keyTargetPort:
		return c.targetPort != 0
	case keyTime:
		return c.at.written != "" && c.source != ""
	}
	return false
}

// set stores a value and tells whether it was of its kind.
func (c *record) set(kind key, value string) bool {
	switch kind {
	case keySource:
		return c.end(&c.source, &c.sourcePort, value)
	case keyTarget:
		return c.end(&c.target, &c.targetPort, value)
	case keyAddress:
		if c.source != "" {
			return false
		}
		c.unsaid = c.end(&c.source, &c.sourcePort, value)
		return c.unsaid
	case keySourcePort:
		return portInto(&c.sourcePort, value)
	case keyTargetPort:
		return portInto(&c.targetPort, value)
	case keyPort:
		return c.port(value)
	case keyProtocol:
		c.protocol = protocolOf(value)
		return c.protocol != ""
	case keyEvent:
		c.event = true
		return true
	case keyTime:
		at, ok := findStamp(value)
		if ok {
			c.at = at
		}
		return ok
	}
	return false
}

// firstFree is the first port that no service owns.
const firstFree = 1024

// port stores one of which nothing says whose it is: that of a service is the
// target's.
func (c *record) port(value string) bool {
	var n int
	if !portInto(&n, value) {
		return false
	}
	if c.source != "" && c.target == "" && n >= firstFree {
		c.sourcePort = n
		return true
	}
	c.targetPort = n
	return true
}

// end stores an address and the port that stands with it.
func (c *record) end(address *string, port *int, value string) bool {
	value, _, _ = strings.Cut(strings.Trim(value, "\"'`*_ \t"), " ")
	found, at, ok := readAddress(strings.TrimRight(value, ",;."))
	if !ok {
		return false
	}
	*address = found
	if at > 0 {
		*port = at
	}
	return true
}

// atEvent keeps the time of an event, and gives it to the ends that are named
// further down.
func (r *reader) atEvent() {
	if r.block.event {
		r.event = r.block.at
	}
	if r.block.at.written == "" && r.block.source != "" {
		r.block.at = r.event
	}
}

// endBlock closes a block. One that says no more than an address is left to the
// wording.
func (r *reader) endBlock() {
	r.atEvent()
	if (r.block.source != "" || r.block.target != "") && r.block.says() > 1 && !(r.block.unsaid && r.block.at.written == "") {
		r.add(r.block)
	}
	r.block = record{}
}
