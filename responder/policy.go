package responder

import (
	"cmp"
	"time"

	"postern/parser/pgp"
	"postern/tickets"
)

// Budgets bound the automatic answers within the store's window (an hour) and, where
// they say so, within a day. Zero takes the default, a negative number sets no bound.
type Budgets struct {
	Address    int // to one address
	Domain     int // to one domain outside
	Overall    int // to everybody outside; who has proven to be the sender does not wait for it
	AddressDay int // to one address in a day: a loop may be slower than the window
	DomainDay  int // to one domain outside in a day
	Own        int // to one domain of our own people: a wave of reports from the house is not stopped by the bounds above
}

// DefaultMaxAge is how old a mail may be when it is filed and still be answered
// by itself.
const DefaultMaxAge = 48 * time.Hour

// Default budgets: generous to people, tight for robots.
const (
	DefaultAddressBudget    = 5
	DefaultDomainBudget     = 20
	DefaultOverallBudget    = 50
	DefaultOwnBudget        = 1000
	DefaultAddressDayBudget = 20
	DefaultDomainDayBudget  = 100
)

// PolicyOptions say who we are and what an automatic answer may do.
type PolicyOptions struct {
	Team         Team
	Keys         func() *pgp.Keyring       // the keys of the moment; nil when there are none
	Contacts     func() *tickets.Directory // who is known outside, at the moment; nil: nobody
	OwnAddresses []string                  // reporting addresses and what we send from
	OwnDomains   []string                  // of our own people; a domain covers what is below it
	Vouched      bool                      // a mail server that we trust says who sent a mail: then whom a group address or a report button names has to be vouched for
	MaxAge       time.Duration             // 0 is DefaultMaxAge
	Budgets      Budgets
	Domain       string // right side of our Message-IDs; "" takes it from the team's address
	Secret       []byte // makes our Message-IDs opaque; may be empty
}

// Policy decides whether a mail is answered by itself, and plans that answer.
// It reads no clock and no database: values in, a plan or a refusal out. It
// stands inside the transaction that files the mail.
type Policy struct {
	options PolicyOptions
}

var _ tickets.Acknowledger = (*Policy)(nil)

// NewPolicy fills in the defaults.
func NewPolicy(options PolicyOptions) *Policy {
	options.MaxAge = cmp.Or(options.MaxAge, DefaultMaxAge)
	if options.Keys == nil {
		options.Keys = func() *pgp.Keyring { return nil }
	}
	if options.Contacts == nil {
		options.Contacts = func() *tickets.Directory { return nil }
	}
	options.Domain = cmp.Or(options.Domain, domainOf(options.Team.Address))
	b := &options.Budgets
	b.Address = cmp.Or(b.Address, DefaultAddressBudget)
	b.Domain = cmp.Or(b.Domain, DefaultDomainBudget)
	b.Overall = cmp.Or(b.Overall, DefaultOverallBudget)
	b.Own = cmp.Or(b.Own, DefaultOwnBudget)
	b.AddressDay = cmp.Or(b.AddressDay, DefaultAddressDayBudget)
	b.DomainDay = cmp.Or(b.DomainDay, DefaultDomainDayBudget)
	return &Policy{options: options}
}

// candidate is one mail under judgement.
type candidate struct {
	claim    tickets.Claim
	report   tickets.Report
	keys     tickets.Keys
	evidence tickets.Evidence
	decision tickets.Decision
	now      time.Time
	ring     *pgp.Keyring
	to       string          // safe address an answer would go to, "" when there is none
	key      string          // fingerprint an answer can be encrypted to, "" when there is none
	contact  tickets.Contact // whose address to is; its agreements are empty when it is nobody's
}

// Acknowledge plans the automatic answer to a mail that was just decided, or
// says in words why none is owed. An answer over budget is planned, too, in
// state withheld, so that it is seen and can be released with one act.
func (p *Policy) Acknowledge(filing tickets.Filing, evidence tickets.Evidence, decision tickets.Decision, now time.Time) (*tickets.Outgoing, string) {
	c := candidate{
		claim: filing.Claim, report: filing.Report, keys: filing.Keys,
		evidence: evidence, decision: decision, now: now, ring: p.options.Keys(),
	}
	c.to = recipient(c.report)
	c.contact, _ = p.options.Contacts().ByAddress(c.to)
	c.key = c.theirKey()
	for _, refuse := range refusals {
		if reason := refuse(p, c); reason != "" {
			return nil, reason
		}
	}
	answer := p.plan(c)
	if reason := cmp.Or(p.unvouched(c), p.tripped(c)); reason != "" {
		answer.State, answer.Reason = tickets.OutWithheld, reason
		return &answer, reason
	}
	if reason, wait := p.delayed(c); reason != "" {
		answer.Reason, answer.NotBefore = reason, now.Add(wait)
	}
	return &answer, ""
}

// unvouched tells that nothing proves the mail of a group address or report button
// which names somebody as the reporter: anybody can write our own address into
// From, and the answer would go to whom he likes.
func (p *Policy) unvouched(c candidate) string {
	if !p.options.Vouched || !tickets.ToldApart(c.report) || c.authenticated() {
		return ""
	}
	return "it names another person than its sender as the reporter, and nothing proves that it comes from our group address or report button"
}

// tripped tells that one address has had its share: that is what a mail loop
// looks like, be it a slow one, and it waits for a person.
func (p *Policy) tripped(c candidate) string {
	b, used := p.options.Budgets, c.evidence.Answers
	switch {
	case over(used.Address, b.Address):
		return "this address has had its share of automatic answers for now"
	case over(used.AddressDay, b.AddressDay):
		return "this address has had its share of automatic answers for a day"
	}
	return ""
}

// delayed names a budget of many that is used up. Those who wait did nothing
// wrong: their answers leave later, as many in an hour or a day as the budget allows.
// Our own people are counted by their domain only, so that three hundred
// colleagues who report one wave are all answered although the budget for
// strangers is small. The budget of everybody is for what forged mail makes us
// send to people who never wrote: a flood of it must not have the others wait
// behind it for days.
func (p *Policy) delayed(c candidate) (reason string, wait time.Duration) {
	b, used := p.options.Budgets, c.evidence.Answers
	switch own := inDomains(c.to, p.options.OwnDomains); {
	case own && over(used.Domain, b.Own):
		return "many of our own people are answered just now; this answer leaves later", queueing(used.Domain, b.Own, window)
	case own:
		return "", 0
	case over(used.DomainDay, b.DomainDay):
		return "many mails of this domain were answered within a day; this answer leaves later", queueing(used.DomainDay, b.DomainDay, day)
	case over(used.Domain, b.Domain):
		return "many mails of this domain are answered just now; this answer leaves later", queueing(used.Domain, b.Domain, window)
	case over(used.Overall, b.Overall) && !c.proven():
		return "many mails are answered just now; this answer leaves later", queueing(used.Overall, b.Overall, window)
	}
	return "", 0
}

// The times that budgets are for.
const (
	window = time.Hour
	day    = 24 * window
)

// queueing is how long the next one waits when so many were answered or wait
// already: whole windows, one more for each budget's worth of them.
func queueing(used, budget int, window time.Duration) time.Duration {
	return window * time.Duration(used/max(budget, 1))
}

func over(used, budget int) bool { return budget >= 0 && used >= budget }
