package text

import (
	"slices"
	"strings"
)

// longestField is more than the name of any header field has.
const longestField = 41

// isField tells a line of a mail's raw header, folded: a name, a colon and a blank.
func isField(line string) bool {
	if line == "" || line[0]-'a' >= 26 {
		return false
	}
	n := 1
	for n < len(line) && n < longestField && (line[n]-'a' < 26 || line[n]-'0' < 10 || line[n] == '-') {
		n++
	}
	return n > 1 && n < len(line) && line[n] == ':' && (n+1 == len(line) || line[n+1] == ' ')
}

// rawFields stand in the header of a mail and never above a quoted one: who
// shows them copied the header as evidence.
var rawFields = []string{
	"received:", "return-path:", "delivered-to:", "authentication-results:", "received-spf:", "dkim-signature:", "arc-", "x-",
	"mime-version:", "message-id:", "content-type:", "content-transfer-encoding:", "x-originating-ip:", "envelope-to:", "list-unsubscribe:",
}

const (
	minFields = 4   // lines that are fields, in a block
	maxBlock  = 400 // lines of a block
)

// headers finds raw headers that the sender shows as evidence. He set them there,
// and unlike the head of a quoted mail they end nothing: he goes on below.
func (s *sheet) headers() {
	for n := 0; n < len(s.lines); n++ {
		if s.lines[n].kind != own || !isField(s.plain[n]) {
			continue
		}
		to, fields, raw := n, 0, 0
		for to < len(s.lines) && to < n+maxBlock && s.lines[to].kind == own && s.plain[to] != "" {
			if isField(s.plain[to]) {
				fields++
				if startsAny(s.plain[to], rawFields) {
					raw++
				}
				if strings.HasPrefix(s.plain[to], "received:") {
					raw++ // which nobody writes by hand
				}
			}
			to++
		}
		if fields >= minFields && raw >= 2 && s.hasOrigin(n, to) {
			s.set(n, to, pasted)
		}
		n = to - 1
	}
}

// hasOrigin tells whether a block says where a mail came from.
func (s *sheet) hasOrigin(from, to int) bool {
	return slices.ContainsFunc(s.plain[from:to], func(line string) bool {
		return strings.HasPrefix(line, "received:") || strings.HasPrefix(line, "from:") || strings.HasPrefix(line, "return-path:")
	})
}
