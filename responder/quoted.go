package responder

import (
	"fmt"
	"strings"
)

const (
	maxQuoted = 76 // characters of an encoded line, RFC 2045 section 6.7 rule 5
	maxPlain  = 78 // characters of a line that is sent as it is, RFC 5322 section 2.1.1
)

// needsNothing tells whether a text may travel as it is, signed too.
func needsNothing(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > maxPlain || mangled(line) || strings.ContainsFunc(line, encoded) || strings.Contains(line, "=") {
			return false
		}
	}
	return true
}

// mangled are lines that relays and mailboxes are known to change.
func mangled(line string) bool {
	return strings.HasPrefix(line, "From ") || line == "." || strings.TrimRight(line, " \t") != line
}

func encoded(r rune) bool { return (r < ' ' && r != '\t') || r > '~' }

// quotedPrintable encodes text with LF lines (RFC 2045 section 6.7). Unlike the
// standard library's it also hides "From " and a lone dot at the beginning of a line.
func quotedPrintable(text string) []byte {
	var out strings.Builder
	lines := strings.Split(crlf(text), "\r\n")
	for i, line := range lines {
		quoteLine(&out, line)
		if i < len(lines)-1 {
			out.WriteString("\r\n")
		}
	}
	return []byte(out.String())
}

func quoteLine(out *strings.Builder, line string) {
	column := 0
	for i := 0; i < len(line); i++ {
		token := string(line[i])
		if mustQuote(line, i, column) {
			token = fmt.Sprintf("=%02X", line[i])
		}
		if column+len(token) > maxQuoted-1 {
			out.WriteString("=\r\n")
			column = 0
			if startsBadly(line[i:]) {
				token = fmt.Sprintf("=%02X", line[i])
			}
		}
		out.WriteString(token)
		column += len(token)
	}
}

// mustQuote looks at one byte where it stands: at the end of the text line
// blanks are encoded, at the beginning of an encoded line what is mangled there.
func mustQuote(line string, i, column int) bool {
	c := line[i]
	switch {
	case c == '=' || c > '~' || (c < ' ' && c != '\t'):
		return true
	case (c == ' ' || c == '\t') && i == len(line)-1:
		return true
	}
	return column == 0 && startsBadly(line[i:])
}

func startsBadly(rest string) bool {
	return strings.HasPrefix(rest, "From ") || strings.HasPrefix(rest, ".")
}
