package responder

import (
	"slices"
	"strings"
	"time"

	"postern/tickets"
)

// refusals are the reasons not to answer by ourselves, in the order in which
// they are asked; the first that applies is told. RFC 3834 section 2 asks for
// most of them, practice for the rest.
var refusals = []func(*Policy, candidate) string{
	refuseOld,
	refuseMatch,
	refuseJunk,
	refuseAutomatic,
	refuseNullSender,
	refuseAcknowledged,
	refuseAddress,
	refuseAgreed,
	refuseKind,
	refuseOnlyCc,
	refuseForged,
	refuseCompromised,
	refuseTold,
}

func refuseOld(p *Policy, c candidate) string {
	switch {
	case c.claim.Unanswered:
		return "taken in by an import or after a restore: never answered by itself"
	case c.now.Sub(c.claim.ReceivedAt) > p.options.MaxAge:
		return "too old to be answered by itself: received more than " + hours(p.options.MaxAge) + " before it was filed"
	}
	return ""
}

// hours is a span of time in words, "48h" or "1h30m".
func hours(d time.Duration) string {
	s := strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func refuseMatch(_ *Policy, c candidate) string {
	switch c.decision.Match {
	case tickets.MatchNew, tickets.MatchAttach, tickets.MatchFollowUp:
		return ""
	case tickets.MatchAltered:
		return "another copy of this mail was handled when it came"
	case tickets.MatchUnproven:
		return "claims a ticket without proof that it is from a person of that conversation: answered when somebody has decided"
	case tickets.MatchEcho:
		return "it is our own mail coming back"
	}
	return "filed already: it was handled when it first came"
}

func refuseJunk(_ *Policy, c candidate) string {
	if c.claim.Junk || c.decision.Division == tickets.Junk {
		return "filed under Junk until a person says that it is a report"
	}
	return ""
}

// final are the kinds of automatic mail that nothing makes answerable.
var final = []string{"auto-reply", "bounce", "delay", "receipt", "list"}

func refuseAutomatic(_ *Policy, c candidate) string {
	a := c.report.Automatic
	reason := "automatic mail, written by a program, is never answered"
	switch {
	case !a.Is && a.MayAnswer && !slices.Contains(final, a.Kind):
		return ""
	case a.Kind == "machine-report" && c.asks():
		return ""
	case !a.Is && !a.MayAnswer && a.Reason != "":
		reason = "the mail asks for no answer"
	}
	if a.Reason == "" {
		return reason
	}
	return reason + ": " + clean(a.Reason)
}

func refuseNullSender(_ *Policy, c candidate) string {
	if c.report.NullSender {
		return "it has no sender to answer: its envelope sender is empty (null reverse-path)"
	}
	return ""
}

// refuseAcknowledged lets a conversation be acknowledged once, and never when its
// other side holds a mail of ours and so knows the reference. That a mail could not be
// opened is no acknowledgement: its sender would think that it was read.
func refuseAcknowledged(_ *Policy, c candidate) string {
	if c.tellsClosed() {
		return ""
	}
	e := c.evidence
	if c.decision.Match != tickets.MatchFollowUp {
		return writesAlready(c)
	}
	for _, hit := range slices.Concat(e.ByMessage, e.Awaited) {
		if hit.Outgoing && hit.Thread.Conversation == c.decision.Conversation {
			return "an answer to a mail of ours, in a conversation that was acknowledged before"
		}
	}
	for _, thread := range e.Threads() {
		if thread.Conversation == c.decision.Conversation && !thread.Acknowledged {
			return ""
		}
	}
	return "this conversation was acknowledged before"
}

// writesAlready tells that a mail whose claim nobody proved names a conversation
// which its sender takes part in and which was acknowledged: a program that keeps
// only our reference would otherwise be answered again every two hours.
func writesAlready(c candidate) string {
	if c.claim.Refile == tickets.RefileAlone && slices.ContainsFunc(c.evidence.ByRef, func(t tickets.Thread) bool {
		return t.Acknowledged && t.Includes(c.report)
	}) {
		return "the sender has an acknowledged conversation with us already, which this mail names"
	}
	return ""
}

func refuseAddress(p *Policy, c candidate) string {
	switch {
	case c.to == "":
		return "it names no address that an answer could safely go to"
	case p.own(c.to):
		return "it comes from an address of our own"
	case !worldwide(c.to):
		return "its address means something on one machine only"
	case rerouted(c.to):
		return "its address asks a mail server to pass the answer on to somebody else"
	case robot(c.to):
		return "nobody reads the address it comes from"
	}
	return ""
}

func (p *Policy) own(address string) bool {
	return sameMailbox(address, p.options.Team.Address) || slices.ContainsFunc(p.options.OwnAddresses, func(own string) bool {
		return sameMailbox(address, own)
	})
}

// refuseAgreed keeps to what was agreed with a contact.
func refuseAgreed(_ *Policy, c candidate) string {
	if c.contact.Acknowledge == tickets.AcknowledgeNever {
		return "it was agreed with " + clean(c.contact.Name) + " that their mail is not acknowledged"
	}
	return ""
}

// asks tells that a contact wants an answer where others expect none.
func (c candidate) asks() bool { return c.contact.Acknowledge == tickets.AcknowledgeAlways }

func refuseKind(_ *Policy, c candidate) string {
	switch kind := c.kind(); {
	case c.asks() && kind != "not-a-report":
		return ""
	case c.report.ForMachines():
		return "in a format for machines: its senders expect no answer"
	case kind == "advisory":
		return "an advisory asks for no answer"
	case kind == "not-a-report":
		return "not a report"
	}
	return ""
}

func (c candidate) kind() string {
	if c.decision.Kind != "" {
		return c.decision.Kind
	}
	return c.report.Kind
}

// refuseOnlyCc keeps us out of conversations between others.
func refuseOnlyCc(p *Policy, c candidate) string {
	running := len(c.report.InReplyTo)+len(c.report.References) > 0
	if c.decision.Match == tickets.MatchFollowUp || !running || p.addressed(c.report) {
		return ""
	}
	return "we only listen in on a conversation of others"
}

func (p *Policy) addressed(r tickets.Report) bool {
	for _, to := range r.To {
		if p.own(to.Address) {
			return true
		}
	}
	return false
}

// refuseForged withholds when the sender's own domain disowns the mail: the
// answer would hit somebody who never wrote. Unknown is no failure.
func refuseForged(_ *Policy, c candidate) string {
	if strings.EqualFold(c.report.Authentication.DMARC, "fail") {
		return "the sender's domain says that it did not send this (DMARC)"
	}
	return ""
}

// refuseCompromised does not write to an account that is reported to be in the
// hands of somebody else.
func refuseCompromised(_ *Policy, c candidate) string {
	category := c.decision.Category
	if category == "" {
		category = c.report.Category
	}
	if !strings.HasSuffix(category, "-account-compromise") {
		return ""
	}
	for _, i := range c.report.Indicators {
		if i.Type == "email" && i.Role == "source" && strings.EqualFold(i.Value, c.to) {
			return "the account it comes from is the one reported as compromised"
		}
	}
	return ""
}

// recipient is the one safe address an answer goes to, "" when there is none: that
// of the conversation, but of several authors nobody alone (RFC 5322 section 3.6.2).
func recipient(r tickets.Report) string {
	if !tickets.ToldApart(r) && (len(r.From) != 1 || safe(r.From[0].Address) == "") {
		return ""
	}
	return safe(tickets.Party(r))
}

// safe is the address in the form it may be sent to, or "".
func safe(address string) string {
	checked, err := Address(address)
	if err != nil {
		return ""
	}
	return checked
}
