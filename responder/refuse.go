package responder

import (
	"slices"
	"strings"

	"postern/tickets"
)

// refusals are the reasons not to answer by ourselves, in the order in which
// they are asked; the first that applies is told. RFC 3834 section 2 asks for
// most of them, practice for the rest.
var refusals = []func(*Policy, candidate) string{
	refuseOld,
	refuseJunk,
	refuseMatch,
	refuseAutomatic,
	refuseNullSender,
	refuseAddress,
	refuseKind,
	refuseOnlyCc,
	refuseForged,
	refuseCompromised,
}

func refuseOld(p *Policy, c candidate) string {
	switch {
	case c.claim.Unanswered:
		return "taken in from an import or a backup: never answered by itself"
	case c.now.Sub(c.claim.ReceivedAt) > p.options.MaxAge:
		return "too old to be answered by itself"
	}
	return ""
}

func refuseJunk(_ *Policy, c candidate) string {
	if c.claim.Junk || c.decision.Division == tickets.Junk {
		return "it lies in Junk until a person says that it is a report"
	}
	return ""
}

func refuseMatch(_ *Policy, c candidate) string {
	switch c.decision.Match {
	case tickets.MatchNew, tickets.MatchAttach:
		return ""
	case tickets.MatchFollowUp:
		return refuseFollowUp(c)
	case tickets.MatchAltered:
		return "another copy of this mail was handled when it came"
	case tickets.MatchUnproven:
		return "claims a ticket without proof; not answered until a person decides"
	case tickets.MatchEcho:
		return "our own mail coming back"
	}
	return "filed already"
}

// refuseFollowUp lets a conversation be acknowledged once, and never when its
// other side holds a mail of ours and so knows the reference.
func refuseFollowUp(c candidate) string {
	e := c.evidence
	for _, hit := range slices.Concat(e.ByMessage, e.Awaited) {
		if hit.Outgoing && hit.Thread.Conversation == c.decision.Conversation {
			return "an answer to a mail of ours"
		}
	}
	for _, thread := range threads(e) {
		if thread.Conversation == c.decision.Conversation && !thread.Acknowledged {
			return ""
		}
	}
	return "this conversation has had its acknowledgement"
}

func threads(e tickets.Evidence) []tickets.Thread {
	all := slices.Clone(e.ByRef)
	for _, hit := range slices.Concat(e.ByMessage, e.Awaited) {
		all = append(all, hit.Thread)
	}
	if e.Altered != nil {
		all = append(all, e.Altered.Thread)
	}
	return all
}

func refuseAutomatic(_ *Policy, c candidate) string {
	a := c.report.Automatic
	final := []string{"auto-reply", "bounce", "delay", "receipt", "list"}
	if a.MayAnswer && !slices.Contains(final, a.Kind) {
		return ""
	}
	if a.Reason != "" {
		return "written by a program: " + clean(a.Reason)
	}
	return "written by a program"
}

func refuseNullSender(_ *Policy, c candidate) string {
	if c.report.NullSender {
		return "its envelope sender is empty: it must not be answered"
	}
	return ""
}

func refuseAddress(p *Policy, c candidate) string {
	switch {
	case c.to == "":
		return "it names no address that an answer could safely go to"
	case p.own(c.to):
		return "it comes from an address of our own"
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

func refuseKind(_ *Policy, c candidate) string {
	switch kind := c.kind(); {
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
		if i.Type == "email" && i.Role == "source" && i.Derived == "" && strings.EqualFold(i.Value, c.to) {
			return "the account it comes from is the one reported as compromised"
		}
	}
	return ""
}

// recipient is the one safe address an answer goes to: who reports, as told
// apart by the parser; Reply-To only within the same organisation; never Cc,
// and never the sender of something that was merely forwarded to us. party is
// whom the conversation was decided to be with; another Reply-To is not taken.
func recipient(r tickets.Report, party string) string {
	if standsForAnother(r) {
		return safe(r.Reporter.Address)
	}
	if len(r.From) != 1 {
		return "" // RFC 5322 section 3.6.2: several authors, nobody to answer alone
	}
	from := safe(r.From[0].Address)
	if from != "" && len(r.ReplyTo) == 1 {
		other := safe(r.ReplyTo[0].Address)
		if other == "" && party != "" && !strings.EqualFold(from, party) {
			return "" // the budgets were asked for that Reply-To, and would let any number pass to From
		}
		agreed := party == "" || strings.EqualFold(other, party)
		if other != "" && agreed && tickets.SameOrganisation(from, other) {
			return other
		}
	}
	return from
}

// standsForAnother tells that a list or a report button of ours wrote the mail
// for the person who reports.
func standsForAnother(r tickets.Report) bool {
	switch r.Reporter.Via {
	case "x-original-from", "reply-to", "report-button":
		return true
	}
	return false
}

// safe is the address in the form it may be sent to, or "".
func safe(address string) string {
	checked, err := Address(address)
	if err != nil {
		return ""
	}
	return checked
}
