package parser

import (
	"strings"

	"postern/parser/mime"
)

// calendarFields are what a person reads of an event (RFC 5545 section 3.8.1).
var calendarFields = []string{"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT"}

// maxEvents is how many values of a calendar are shown.
const maxEvents = 100

// showCalendar shows what an invitation says when the mail has no other text.
// The invitation stays a file of the mail.
func (r *reading) showCalendar() {
	r.root.Walk(func(p *mime.Part) bool {
		if p.Message() && !p.Leaf() || len(r.shown) > 0 {
			return false
		}
		if p.Type == "text/calendar" && p.Leaf() {
			body, found := p.Text(r.left)
			r.problems.Add(found...)
			r.left -= int64(len(body))
			if said := calendarText(body); said != "" {
				r.show(p, said, nil)
			}
		}
		return true
	})
}

// calendarText gives the texts of the events, a line break between them.
func calendarText(body string) string {
	unfolded := strings.NewReplacer("\n ", "", "\n\t", "").Replace(body)
	var said []string
	for line := range strings.Lines(unfolded) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\n"), ":")
		name, _, _ = strings.Cut(name, ";")
		for _, field := range calendarFields {
			if ok && strings.EqualFold(name, field) && value != "" && len(said) < maxEvents {
				said = append(said, calendarValue(value))
			}
		}
	}
	return strings.Join(said, "\n")
}

// calendarValue undoes the escapes of a text value (RFC 5545 section 3.3.11).
func calendarValue(value string) string {
	return strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value)
}
