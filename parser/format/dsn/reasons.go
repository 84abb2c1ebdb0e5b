package dsn

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/format"
)

// recipients takes the mentions of the surest kind there is, and finds what was
// said of each.
func (n *notice) recipients() (list recipients) {
	list.action = n.action
	chosen := n.chosen()
	for at, m := range chosen {
		if list.knows(m.address) {
			continue
		}
		end := len(n.lines)
		if at+1 < len(chosen) {
			end = chosen[at+1].line
		}
		r := format.Recipient{Address: m.address, Action: m.action, Diagnostic: n.reason(m, end)}
		if r.Action == "" && waits.MatchString(m.rest) {
			r.Action = "delayed"
		}
		if r.Action == "" {
			r.Action = list.fallback(n.sender)
		}
		list.add(r)
		list.better(r)
	}
	n.share(&list)
	for at, r := range list.list {
		list.list[at] = settle(r)
	}
	return list
}

// waits tells that the line of a recipient says that he is tried again.
var waits = regexp.MustCompile(`(?i)^[\s:.,;>()\[\]-]*(?:deferred|delayed|queued|still trying|will retry)\b`)

// knows tells that enough is known of a recipient, or that no more are taken.
func (l *recipients) knows(address string) bool {
	n, known := l.at[strings.ToLower(address)]
	return known && coded(l.list[n].Diagnostic) || !known && l.cut
}

// better takes a reason with a code for one without, and a clear one for one
// that says nothing.
func (l *recipients) better(r format.Recipient) {
	n, known := l.at[strings.ToLower(r.Address)]
	if !known || coded(l.list[n].Diagnostic) {
		return
	}
	if coded(r.Diagnostic) || clear(r.Diagnostic) && !clear(l.list[n].Diagnostic) {
		l.list[n].Diagnostic = r.Diagnostic
	}
}

// chosen are the mentions of the surest tier, in order of lines.
func (n *notice) chosen() []mention {
	for _, wanted := range [...]tier{listed, answered, told, headed, desk} {
		var list []mention
		for _, m := range n.mentions {
			if m.tier == wanted {
				list = append(list, m)
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// reason finds what was said of a recipient. A code counts more than words, and
// what stands beside the address more than what stands below.
func (n *notice) reason(m mention, end int) string {
	paragraphs := n.behind(m, end)
	if coded(paragraphs[0]) {
		return reply(paragraphs[0])
	}
	if answer := n.replies[strings.ToLower(m.address)]; answer != "" {
		return cut(answer)
	}
	if above := n.before(m); above != "" && !clear(paragraphs[0]) {
		return cut(tidy(above))
	}
	for _, good := range [...]func(string) bool{coded, clear} {
		for _, paragraph := range paragraphs {
			if good(paragraph) {
				return reply(paragraph)
			}
		}
	}
	if line := n.lines[m.line]; clear(line) {
		return cut(tidy(line)) // a sentence names him in its midst
	}
	if clear(m.key) {
		return cut(tidy(m.key))
	}
	return cut(tidy(paragraphs[0]))
}

// before gives the reason that stands right above a recipient in a paragraph that
// names nobody else, "" when none does.
func (n *notice) before(m mention) (said string) {
	for k := m.line - 1; k >= 0; k-- {
		line := strings.TrimSpace(n.lines[k])
		switch {
		case line == "":
			return said
		case k < m.line-maxAbove, strings.Contains(line, "@"), section.MatchString(line):
			return ""
		case said == "" && clear(line) && !strings.HasSuffix(line, ":"):
			said = line
		}
	}
	return said
}

// maxAbove are lines of a reason that stands before its recipient.
const maxAbove = 3

// coded tells that a status or reply code stands in the words.
func coded(said string) bool { return enhancedIn(said) != "" || replyClass(said) != "" }

// clear tells that a status can be taken from the words.
func clear(said string) bool { return statusOf(said, "failed") != "" }

// behind gives what stands behind a recipient up to line end, in paragraphs;
// the first is what follows without a blank line, "" when nothing does.
func (n *notice) behind(m mention, end int) []string {
	paragraphs := []string{strings.Trim(m.rest, " \t:>,;\"'")}
	end = min(end, m.line+1+maxSection, len(n.lines))
	blank := false
	for _, line := range n.lines[min(m.line+1, end):end] {
		if section.MatchString(line) {
			break // what follows is said of all
		}
		switch {
		case strings.TrimSpace(line) == "":
			blank = true
		case blank:
			paragraphs = append(paragraphs, line)
			blank = false
		default:
			paragraphs[len(paragraphs)-1] += "\n" + line
		}
	}
	return paragraphs
}

// section is a heading between dashes.
var section = regexp.MustCompile(`^\s*-{3,}.*\pL`)

// share gives the recipients nothing was said of what was said of all: servers
// list who failed first, and the reason once, before or behind.
func (n *notice) share(list *recipients) {
	said := n.general
	for _, r := range slices.Backward(list.list) {
		if r.Diagnostic != "" && clear(r.Diagnostic) {
			said = r.Diagnostic
			break
		}
	}
	if said == "" {
		said = n.around()
	}
	list.general = cut(said)
	for at, r := range list.list {
		if said != "" && (r.Diagnostic == "" || len(list.list) == 1 && !clear(r.Diagnostic)) && !list.ofAnother(said, r.Address) {
			list.list[at].Diagnostic = cut(said)
		}
	}
}

// ofAnother tells a reason that names another recipient of the list.
func (l *recipients) ofAnother(said, address string) bool {
	if len(l.list) == 1 {
		return false
	}
	other := false
	for _, f := range addressesIn(said[:min(len(said), maxScanned)]) {
		if strings.EqualFold(f.address, address) {
			return false
		}
		_, known := l.at[strings.ToLower(f.address)]
		other = other || known
	}
	return other
}

// around finds a reason that stands before the recipients, or else in a section
// behind them.
func (n *notice) around() string {
	first, last := len(n.lines)-1, len(n.lines)
	if chosen := n.chosen(); len(chosen) > 0 {
		first, last = chosen[0].line, chosen[len(chosen)-1].line+1
	}
	if said := why(n.lines[:first+1]); said != "" {
		return said
	}
	return why(n.lines[last:])
}

// why gives the first sentence of these lines that says why.
func why(lines []string) string {
	var paragraph []string
	for at, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" {
			paragraph = append(paragraph, line)
		}
		if line != "" && at+1 < len(lines) {
			continue
		}
		if said := sentence(strings.Join(paragraph, " ")); said != "" {
			return said
		}
		paragraph = paragraph[:0]
	}
	return ""
}

// sentence gives the first sentence of a paragraph that says why, "" when none does.
func sentence(paragraph string) string {
	paragraph = strings.TrimSpace(paragraph[:min(len(paragraph), maxSaid)])
	for _, said := range sentenceEnd.Split(paragraph, maxSentences) {
		if clear(said) && !strings.Contains(strings.ToLower(said), "policy") {
			return said
		}
	}
	return ""
}

// maxSentences of a paragraph are looked at one by one.
const maxSentences = 20

var sentenceEnd = regexp.MustCompile(`[.!?:。] +|。`)

// reply makes a reason one line. Of the transcript of a session only the
// refusal is taken.
func reply(said string) string {
	for line := range strings.Lines(said) {
		if answer := refused(strings.TrimRight(line, "\n")); answer != "" && sessionLine.MatchString(said) {
			return cut(tidy(answer))
		}
	}
	return cut(tidy(said))
}

// sessionLine tells a transcript of what two servers said.
var sessionLine = regexp.MustCompile(`(?m)^\s*(?:>>>|<<<|-->|<--|\.\.\. while talking)`)

// tidy takes off what servers put around a reason.
func tidy(said string) string {
	var kept []string
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		if aside.MatchString(line) {
			line = strings.TrimLeft(aside.ReplaceAllString(line, ""), ": ")
		}
		if inner, found := strings.CutPrefix(line, "(reason: "); found {
			line = strings.TrimSuffix(inner, ")")
		}
		if line != "" {
			kept = append(kept, line)
		}
	}
	return strings.TrimLeft(strings.Join(kept, " "), ".:;,-– ")
}

// aside says from which list or alias a recipient comes.
var aside = regexp.MustCompile(`(?i)^\((?:expanded|generated|originally|forwarded)[^)]*\)`)
