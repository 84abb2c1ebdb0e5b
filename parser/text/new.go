package text

import (
	"slices"
	"strings"
)

// New gives the sender's own words: without quoted earlier mail, without what
// was forwarded, without the signature, without what a gateway wrote above them. It is "" when there are none. Words
// between quotes stay, so that an answer point by point is kept whole.
func New(body string) string {
	lines := withoutBanner(strings.Split(body, "\n"))
	kept := make([]string, 0, len(lines))
	var search headSearch
	for n := 0; n < len(lines); n++ {
		line := lines[n]
		if isQuote(line) {
			continue
		}
		if search.ends(lines, n) {
			break
		}
		if above := attributionAt(lines[n:]); above > 0 {
			if !quotedBelow(lines[n+above:]) {
				break // the quote is not marked: all that follows is one
			}
			n += above - 1
			continue
		}
		kept = append(kept, strings.TrimRight(line, " \t"))
	}
	return tidy(kept)
}

// ends tells whether the sender's words end before this line for good.
func (s *headSearch) ends(lines []string, n int) bool {
	if isSignature(lines, n) {
		return true
	}
	if found, _ := separator(lines[n]); found {
		return true
	}
	if isRule(lines[n]) {
		if isFooter(lines[n+1:]) {
			return true
		}
		next := n + 1
		for next < len(lines) && next <= n+2 && strings.TrimSpace(lines[next]) == "" {
			next++
		}
		return next < len(lines) && s.at(lines[next:]).n > 0
	}
	return s.at(lines[n:]).n > 0
}

// maxSignature is how many lines may follow a signature mark without its blank.
const maxSignature = 12

// isSignature tells the mark above a signature: "-- " by the book, without the
// blank when little follows, since clients and servers cut it.
func isSignature(lines []string, n int) bool {
	if lines[n] == "-- " {
		return true
	}
	return lines[n] == "--" && n > 0 && len(lines)-n <= maxSignature
}

// isRule tells the line Outlook draws above the mail that is answered.
func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return len(line) >= 10 && strings.Trim(line, "_") == "" || len(line) >= 10 && strings.Trim(line, "-") == ""
}

// maxFooter is how many lines a mailing list adds at most.
const maxFooter = 8

// footerWords are words of what a mailing list writes below a mail.
var footerWords = []string{"mailing list", "mailingliste", "listinfo", "unsubscribe", "abmelden", "liste de diffusion", "lista de correo", "mailman"}

// isFooter tells the lines a mailing list added at the very end.
func isFooter(lines []string) bool {
	if len(lines) > maxFooter {
		return false
	}
	return slices.ContainsFunc(lines, func(line string) bool {
		line = strings.ToLower(line[:min(len(line), 300)])
		return slices.ContainsFunc(footerWords, func(word string) bool { return strings.Contains(line, word) })
	})
}

// quotedBelow tells whether the next line with words is a quote.
func quotedBelow(lines []string) bool {
	for _, line := range lines[:min(len(lines), 4)] {
		if strings.TrimSpace(line) != "" {
			return isQuote(line)
		}
	}
	return false
}

// tidy joins lines without blank ones at the ends and never two of them in a row.
func tidy(lines []string) string {
	var b strings.Builder
	blank := false
	for _, line := range lines {
		if line == "" {
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte('\n')
		}
		blank = false
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}
