package logline

import "strings"

// wrapped is the last line of a log that was read. Mail programs break lines at
// 70 to 80 signs; then the next line goes on with it.
type wrapped struct {
	line string // "" for none
	last int    // bytes of the last piece
	one  record
	ok   bool // one is a record
}

// The lengths that a line has which a mail program broke.
const (
	shortestBroken = 50
	longestBroken  = 100
	maxPieces      = 600 // bytes of a line put together
)

// opened keeps a line until the next one is known.
func (r *reader) opened(line string, one record, ok bool) {
	r.open = wrapped{line: line, last: len(line), one: one, ok: ok}
	if (len(line) < shortestBroken || len(line) > longestBroken) && !r.open.bare() {
		r.closeLine()
	}
}

// bare tells a line that names no end of a connection.
func (w wrapped) bare() bool { return w.line != "" && w.one.source == "" && w.one.target == "" }

// closeLine takes the line that was kept.
func (r *reader) closeLine() {
	if r.open.ok {
		r.add(r.open.one)
	}
	r.open = wrapped{}
}

// continues tells whether a line goes on with the one before, and reads both as
// one. It does when one ends in a word that waits for another, or the other
// begins with a key or further in below a line that has a time only, and when
// both say more than the first alone without saying anything else.
func (r *reader) continues(line string, indented bool) bool {
	before := r.open
	if before.line == "" || line == "" || len(before.line) > maxPieces {
		return false
	}
	broken := before.last >= shortestBroken && before.last <= longestBroken && (waits(before.line) || beginsWithKey(line))
	if !broken && !(indented && before.bare()) {
		return false
	}
	whole := before.line + " " + line
	one, ok := r.single(whole)
	if !ok || !one.adds(before.one) {
		return false
	}
	r.open = wrapped{line: whole, last: len(line), one: one, ok: true}
	return true
}

// adds tells a record that says all that another says, and more.
func (c record) adds(to record) bool {
	return c.says() > to.says() && (to.source == "" || c.source == to.source) && (to.target == "" || c.target == to.target) && (to.at.written == "" || c.at.written == to.at.written) && c.at.written != ""
}

// waits tells a line that breaks off before a value.
func waits(line string) bool {
	line = strings.TrimRight(line, " \t")
	if strings.HasSuffix(line, "=") || strings.HasSuffix(line, "->") {
		return true
	}
	switch strings.ToLower(strings.Trim(line[strings.LastIndexAny(line, " \t")+1:], "\"'[(")) {
	case "from", "to", "by", "for", "port", "client:", "client", "src", "dst", "tcp", "udp", "inside", "outside", "host", "user", "on":
		return true
	}
	return false
}

// beginsWithKey tells "SPT=51122 DPT=22" and "port 51122 ssh2".
func beginsWithKey(line string) bool {
	if strings.HasPrefix(line, "port ") {
		return true
	}
	end := strings.IndexByte(line[:min(len(line), maxKey)], '=')
	return end > 0 && strings.IndexByte(line[:end], ' ') < 0
}
