package text

import (
	"slices"
	"strings"
)

// Bounds of a pasted header.
const (
	maxRawLines = 500 // of one
	maxRawFolds = 40  // lines of one field: DKIM and ARC
	leastRaw    = 2   // fields of those that only stand in raw headers
)

// rawNames stand in the header of every mail and never above a quoted one.
var rawNames = []string{
	"received", "return-path", "delivered-to", "authentication-results", "received-spf", "dkim-signature", "message-id", "mime-version",
	"content-type", "content-transfer-encoding", "envelope-to", "list-unsubscribe", "thread-index", "references", "in-reply-to", "user-agent",
}

// rawHeader reads the header of a mail that somebody pasted whole into a text.
// It gives the fields in the form of a mail, "" when they are none, and how many
// lines were read. announced: the line above says that a mail follows.
func rawHeader(lines []string, announced bool) (header string, length int) {
	if name, _ := rawField(lines[0]); name == "" {
		return "", 0
	}
	var b rawBlock
	for length < min(len(lines), maxRawLines) && b.take(lines[length]) {
		length++
	}
	if !b.isHeader(announced) {
		return "", length
	}
	return unfolded(lines[:length]), length
}

// rawBlock is what is known of a run of lines that may be a header.
type rawBlock struct {
	folds int             // lines since the last field
	raw   map[string]bool // the names that only stand in raw headers
	from  bool
}

// take takes notice of a line; false says that it is none of the header.
func (b *rawBlock) take(line string) bool {
	name, _ := rawField(line)
	if name == "" {
		b.folds++
		return b.folds <= maxRawFolds && len(line) <= 2*maxFolded && strings.TrimSpace(unquote(line)) != ""
	}
	b.folds = 0
	if digit(name, 0) {
		return true // the hour of a log
	}
	name = strings.ToLower(name)
	b.from = b.from || name == "from"
	if isRaw(name) {
		if b.raw == nil {
			b.raw = make(map[string]bool)
		}
		b.raw[name] = true
	}
	return true
}

// isHeader decides whether what was read is the header of a mail: it says who
// sent it, and has fields that nobody writes by hand.
func (b *rawBlock) isHeader(announced bool) bool {
	origin := b.raw["received"] || b.raw["return-path"] || b.raw["message-id"] || announced
	return b.from && origin && len(b.raw) >= leastRaw
}

// unfolded gives the fields in the form of a mail.
func unfolded(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		if name, value := rawField(line); name != "" {
			b.WriteString(strings.ToLower(name) + ": " + value + "\r\n")
		} else {
			b.WriteString(" " + strings.TrimSpace(unquote(line)) + "\r\n")
		}
	}
	return b.String()
}

func isRaw(name string) bool {
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "arc-") || slices.Contains(rawNames, name)
}

// unquote takes the marks of a quote off a line, and no more than one blank
// behind them: folded lines begin with others.
func unquote(line string) string {
	rest := strings.TrimLeft(line, ">")
	if len(rest) < len(line) {
		rest = strings.TrimPrefix(rest, " ")
	}
	return rest
}

// rawField reads "Name: value" of a raw header (RFC 5322 section 2.2).
func rawField(line string) (name, value string) {
	line = unquote(line)
	colon := strings.IndexByte(line[:min(len(line), maxLabel)], ':')
	if colon < 2 || strings.ContainsFunc(line[:colon], inNoName) {
		return "", ""
	}
	return line[:colon], strings.TrimSpace(line[colon+1:])
}

// inNoName tells the signs that stand in no name of a header field.
func inNoName(r rune) bool {
	small := r | 0x20
	return r != '-' && (small < 'a' || small > 'z') && (r < '0' || r > '9')
}
