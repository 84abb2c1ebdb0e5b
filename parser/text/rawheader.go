package text

import "strings"

// Bounds of a pasted header.
const (
	maxRawLines = 500 // of one
	maxRawFolds = 40  // lines of one field: DKIM and ARC
	leastRaw    = 2   // fields of those that only stand in raw headers
)

// rawFields stand in the header of every mail and never above a quoted one.
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
	var b strings.Builder
	seen, raw, folds := make(map[string]bool), 0, 0
	for n, line := range lines[:min(len(lines), maxRawLines)] {
		name, value := rawField(line)
		bare := unquote(line)
		switch {
		case strings.TrimSpace(bare) == "", name == "" && folds >= maxRawFolds, name == "" && len(line) > 2*maxFolded:
			return rawResult(b.String(), n, seen, raw, announced)
		case name == "":
			folds++
			b.WriteString(" " + strings.TrimSpace(bare) + "\r\n")
		default:
			if isRaw(name) && !seen[name] {
				raw++
			}
			seen[name], folds = true, 0
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	return rawResult(b.String(), min(len(lines), maxRawLines), seen, raw, announced)
}

// rawResult decides whether what was read is the header of a mail: it says who
// sent it, and has fields that nobody writes by hand.
func rawResult(header string, n int, seen map[string]bool, raw int, announced bool) (string, int) {
	origin := seen["received"] || seen["return-path"] || seen["message-id"] || announced
	if !seen["from"] || !origin || raw < leastRaw {
		return "", n
	}
	return header, n
}

func isRaw(name string) bool {
	if strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "arc-") {
		return true
	}
	for _, known := range rawNames {
		if name == known {
			return true
		}
	}
	return false
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
	if colon < 2 || strings.Trim(line[:colon], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return "", ""
	}
	return strings.ToLower(line[:colon]), strings.TrimSpace(line[colon+1:])
}
