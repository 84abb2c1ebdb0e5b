package text

import "strings"

// Flowed joins the lines of a format=flowed text (RFC 3676 section 4.2) that
// belong to one paragraph. delSp drops the blank at the joint, for languages
// without blanks.
func Flowed(body string, delSp bool) string {
	var b strings.Builder
	b.Grow(len(body))
	open, depth := false, 0 // the line before flows into this one
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		quotes, content := cutQuotes(line)
		if open && quotes != depth || content == "-- " {
			b.WriteString(breakIf(open))
			open = false
		}
		if !open && quotes > 0 {
			b.WriteString(strings.Repeat(">", quotes) + " ")
		}
		content = strings.TrimPrefix(content, " ") // stuffed
		open, depth = strings.HasSuffix(content, " ") && content != "-- ", quotes
		if open && delSp {
			content = content[:len(content)-1]
		}
		b.WriteString(content)
		b.WriteString(breakIf(!open))
	}
	return b.String()
}

func breakIf(needed bool) string {
	if needed {
		return "\n"
	}
	return ""
}

// cutQuotes counts the quote signs in front of a flowed line.
func cutQuotes(line string) (quotes int, content string) {
	for quotes < len(line) && line[quotes] == '>' {
		quotes++
	}
	return min(quotes, maxQuotes), line[quotes:]
}
