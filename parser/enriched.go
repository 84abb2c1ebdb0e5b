package parser

import "strings"

// enriched makes plain text of text/enriched (RFC 1896) and text/richtext (RFC
// 1341): commands in angle brackets go, "<<" is the bracket itself, and a single
// line break is a blank.
func enriched(body string) string {
	var b strings.Builder
	open := false // a command without its end came: there is no use in looking for more
	for body != "" {
		before, rest, ok := strings.Cut(body, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		if bracket, found := strings.CutPrefix(rest, "<"); found {
			b.WriteByte('<')
			body = bracket
			continue
		}
		command, after, ok := strings.Cut(rest, ">")
		if !ok || len(command) > maxCommand {
			b.WriteByte('<')
			body = rest
			continue
		}
		switch command = strings.ToLower(command); command {
		case "param", "comment": // what stands in them is no text
			if open {
				break
			}
			if _, behind, ok := strings.Cut(after, "</"+command+">"); ok {
				after = behind
			} else {
				open = true
			}
		case "nl", "np":
			b.WriteString(hardBreak)
		case "lt":
			b.WriteByte('<')
		}
		body = after
	}
	return strings.ReplaceAll(joinSingle(b.String()), hardBreak, "\n")
}

// hardBreak stands for a line break that is meant, until the others are joined.
const hardBreak = "\x00"

// maxCommand is how long a command is at most (RFC 1896: 60 signs).
const maxCommand = 64

// joinSingle makes a blank of one line break and n-1 line breaks of n.
func joinSingle(text string) string {
	var b strings.Builder
	breaks := 0
	for line := range strings.Lines(text) {
		content := strings.TrimRight(line, "\n")
		if content == "" {
			breaks++
			continue
		}
		switch {
		case b.Len() == 0:
		case breaks == 0:
			b.WriteByte(' ')
		default:
			b.WriteString(strings.Repeat("\n", breaks))
		}
		b.WriteString(content)
		breaks = 0
	}
	return b.String()
}
