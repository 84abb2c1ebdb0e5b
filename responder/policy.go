package responder

import (
	"time"

	"postern/parser/pgp"
	"postern/tickets"
)

// Budgets bound the automatic answers within the store's window (an hour).
// Zero takes the default, a negative number sets no bound.
type Budgets struct {
	Address int // to one address
	Domain  int // to one domain outside
	Overall int // to everybody outside
	Own     int // to one domain of our own people: a wave of reports from the house is not stopped by the bounds above
}

// Default budgets: generous to people, tight for robots.
const (
	DefaultAddressBudget = 5
	DefaultDomainBudget  = 20
	DefaultOverallBudget = 50
	DefaultOwnBudget     = 1000
)

// PolicyOptions say who we are and what an automatic answer may do.
type PolicyOptions struct {
	Team         Team
	Keys         func() *pgp.Keyring // the keys of the moment; nil when there are none
	OwnAddresses []string            // reporting addresses and what we send from
	OwnDomains   []string            // of our own people; a domain covers what is below it
	MaxAge       time.Duration       // 0 is tickets.DefaultMaxAge
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
	if options.MaxAge == 0 {
		options.MaxAge = tickets.DefaultMaxAge
	}
	if options.Keys == nil {
		options.Keys = func() *pgp.Keyring { return nil }
	}
	if options.Domain == "" {
		options.Domain = domainOf(options.Team.Address)
	}
	b := &options.Budgets
	b.Address = orDefault(b.Address, DefaultAddressBudget)
	b.Domain = orDefault(b.Domain, DefaultDomainBudget)
	b.Overall = orDefault(b.Overall, DefaultOverallBudget)
	b.Own = orDefault(b.Own, DefaultOwnBudget)
	return &Policy{options: options}
}

func orDefault(n, standard int) int {
	if n == 0 {
		return standard
	}
	return n
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
	to       string // safe address an answer would go to, "" when there is none
}

// Acknowledge plans the automatic answer to a mail that was just decided, or
// says in words why none is owed. An answer over budget is planned, too, in
// state withheld, so that it is seen and can be released with one act.
func (p *Policy) Acknowledge(filing tickets.Filing, evidence tickets.Evidence, decision tickets.Decision, now time.Time) (*tickets.Outgoing, string) {
	c := candidate{
		claim: filing.Claim, report: filing.Report, keys: filing.Keys,
		evidence: evidence, decision: decision, now: now, ring: p.options.Keys(),
	}
	c.to = recipient(c.report, decision.Party)
	for _, refuse := range refusals {
		if reason := refuse(p, c); reason != "" {
			return nil, reason
		}
	}
	answer := p.plan(c)
	if reason := p.tripped(c); reason != "" {
		answer.State, answer.Reason = tickets.OutWithheld, reason
		return &answer, reason
	}
	return &answer, ""
}

// tripped names the budget that is used up. Our own people are counted by
// their domain only, so that three hundred colleagues who report one wave are
// all answered although the budget for strangers is small.
func (p *Policy) tripped(c candidate) string {
	b, used := p.options.Budgets, c.evidence.Answers
	switch own := inDomains(c.to, p.options.OwnDomains); {
	case over(used.Address, b.Address):
		return "this address has had its share of automatic answers for now"
	case own && over(used.Domain, b.Own):
		return "our own people have had their share of automatic answers for now"
	case !own && over(used.Domain, b.Domain):
		return "this domain has had its share of automatic answers for now"
	case !own && over(used.Overall, b.Overall):
		return "the automatic answers for everybody are used up for now"
	}
	return ""
}

func over(used, budget int) bool { return budget >= 0 && used >= budget }
