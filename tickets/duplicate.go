package tickets

import (
	"slices"
	"strings"
)

// reported places a report that follows up nothing: on an open ticket about the
// same matter when there is exactly one it may be attached to, else alone.
func (m *matter) reported() Decision {
	d := m.newTicket()
	fit, related := m.candidates(d)
	switch {
	case len(fit) == 1 && m.takesPart(fit[0].Thread) && !m.Report.Automatic.Is && !m.binds():
		return m.resumed(fit[0].Thread, "the same reporter reports the same matter again: "+fit[0].reason)
	case len(fit) == 1:
		return m.attached(d, fit[0], related)
	case len(fit) > 1:
		d.Matched = because("several open tickets are about the same matter; a person decides")
		d.Matched = append(d.Matched, relatedReasons(fit)...)
	}
	d.Matched = append(d.Matched, related...)
	return d
}

// resumed joins a conversation on the sender's name alone. A name can be forged:
// where nothing proves it the mail brings no new people, and no number of theirs.
func (m *matter) resumed(t Thread, reason string) Decision {
	d := m.joined(t, reason)
	if !m.authenticated() {
		d.People, d.TheirNumber = nil, ""
	}
	return d
}

// binds tells a mail that nothing proves to be its sender's and that would let a
// conversation be answered encrypted only. Everybody has our key and may know a
// name: by such a mail he could end what we write to that person, who has no key.
func (m *matter) binds() bool {
	return !m.authenticated() && (encrypted(m.Report) || TLPNeedsEncryption(m.Report.TLP))
}

// candidate is an open ticket with something in common with the report.
type candidate struct {
	Thread
	reason string
	score  float64
}

// Weights of what two reports have in common; each is enough by itself.
const (
	scoreFile = 1.0
	scoreURL  = 0.9
)

// candidates parts the tickets that have something in common with the report
// into those it may be attached to and the reasons why the others may not.
func (m *matter) candidates(d Decision) (fit []candidate, related []Reason) {
	for _, c := range m.common() {
		if reason := m.apart(d, c.Thread); reason != "" {
			related = append(related, Reason{Reason: "related to " + c.TicketID + " (" + c.reason + "): " + reason})
			continue
		}
		fit = append(fit, c)
	}
	return fit, related
}

// common lists each ticket with the same file or link once, by its strongest reason.
func (m *matter) common() []candidate {
	var all []candidate
	add := func(threads []Thread, reason string, score float64) {
		for _, t := range threads {
			if !slices.ContainsFunc(all, func(c candidate) bool { return c.Ticket == t.Ticket }) {
				all = append(all, candidate{t, reason, score})
			}
		}
	}
	add(m.ByFile, "same attached file", scoreFile)
	add(m.ByURL, "same link", scoreURL)
	return all
}

// apart tells what forbids attaching the report to the ticket by itself, "" when nothing does.
func (m *matter) apart(d Decision, t Thread) string {
	switch {
	case t.Division == Junk:
		return "that one lies under Junk"
	case IsDone(t.State):
		return "that one is " + t.State + ", so this is the same again"
	case t.Division != d.Division:
		return "that one is another division's"
	case t.Restricted || d.Restricted:
		return "restricted tickets are never joined by themselves"
	case isRed(t.TLP) || isRed(m.Report.TLP):
		return "TLP:RED is never joined by itself"
	case t.Kind != d.Kind:
		return "the two are of different kinds"
	case d.Kind == "request" || strings.HasPrefix(d.Category, "abusive-content/") && d.Category != "abusive-content/spam":
		return "matters of this kind are never joined by themselves"
	}
	return ""
}

// attached puts the report on the ticket in a conversation of its own: its
// sender learns nothing of anybody else, and is answered as if alone.
func (m *matter) attached(d Decision, c candidate, related []Reason) Decision {
	d.Match, d.Ticket = MatchAttach, c.Ticket
	d.State, d.Subject = "", ""
	if c.State == Waiting && !m.Report.Automatic.Is { // it waits for somebody else
		d.State, d.Note = Open, "another report came while it waited for an answer"
	}
	d.Note = m.withUrgency(d.Note)
	d.Matched = append([]Reason{{Reason: "another report of the same matter: " + c.reason, Score: c.score}}, related...)
	d.Routed = nil
	return d
}

func relatedReasons(all []candidate) []Reason {
	var reasons []Reason
	for _, c := range all {
		reasons = append(reasons, Reason{Reason: "related to " + c.TicketID + ": " + c.reason, Score: c.score})
	}
	return reasons
}

// early places a mail that others answered before it arrived: the sender's own
// follow-up overtook it, or a third party was quicker.
func (m *matter) early() (Decision, bool) {
	for _, hit := range m.Awaited {
		if m.takesPart(hit.Thread) {
			return m.resumed(hit.Thread, "an answer of the same sender to this mail came first"), true
		}
	}
	if m.Report.Automatic.Is || len(m.Awaited) == 0 {
		return Decision{}, false
	}
	d := m.newTicket()
	for _, hit := range m.Awaited {
		if m.apart(d, hit.Thread) == "" {
			return m.attached(d, candidate{hit.Thread, "an answer to this mail came first", scoreFile}, nil), true
		}
	}
	return Decision{}, false
}
