package tickets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/automatic"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/tickets"
)

var today = time.Date(2026, 11, 21, 14, 10, 0, 0, time.UTC)

// willing is an Acknowledger that answers whatever it is asked about.
type willing struct{}

func (willing) Acknowledge(f tickets.Filing, _ tickets.Evidence, d tickets.Decision, _ time.Time) (*tickets.Outgoing, string) {
	return &tickets.Outgoing{Dedupe: "answer:" + f.Keys.Identity, To: d.Party}, ""
}

// answering is the policy of the house: what is owed is decided there.
var answering = responder.NewPolicy(responder.PolicyOptions{
	Team: responder.Team{Name: "Example CSIRT", Address: "csirt@example.org"}, OwnAddresses: []string{"abuse@example.org"},
})

func encrypted(r *tickets.Report) {
	r.Crypto = pgp.Result{Protocol: "openpgp", Encrypted: true, Decrypted: true}
	r.OuterSubject = "..."
}

func signed(key string, match bool) func(*tickets.Report) {
	return func(r *tickets.Report) {
		r.Crypto.Signatures = append(r.Crypto.Signatures, pgp.Signature{Verdict: "good", Key: key, FromMatch: match, Covers: "all", Tier: "known", Made: today.Format(time.RFC3339)})
	}
}

func made(at time.Time) func(*tickets.Report) {
	return func(r *tickets.Report) {
		for i := range r.Crypto.Signatures {
			r.Crypto.Signatures[i].Made = at.Format(time.RFC3339)
		}
	}
}

// undated takes the times off the signatures.
func undated(r *tickets.Report) {
	for i := range r.Crypto.Signatures {
		r.Crypto.Signatures[i].Made = ""
	}
}

func machine(kind string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		r.Automatic = automatic.Verdict{Is: true, Kind: kind, Reason: "Auto-Submitted: auto-generated"}
	}
}

func subject(s string) func(*tickets.Report) { return func(r *tickets.Report) { r.Subject = s } }

func replies(ids ...string) func(*tickets.Report) {
	return func(r *tickets.Report) { r.InReplyTo, r.References = ids[:1], ids }
}

// talk is Ana's conversation on an open ticket of central.
func talk(change ...func(*tickets.Thread)) tickets.Thread {
	t := tickets.Thread{
		Conversation: 7, Reference: ref1, Ticket: 3, TicketID: ref1, State: "open", Kind: "incident",
		Category: "fraud/phishing", Division: "central", Party: "ana@example.net", People: []string{"ana@example.net"},
		Acknowledged: true,
	}
	for _, c := range change {
		c(&t)
	}
	return t
}

func in(state string) func(*tickets.Thread) { return func(t *tickets.Thread) { t.State = state } }
func unanswered(t *tickets.Thread)          { t.Acknowledged = false }
func of(division string) func(*tickets.Thread) {
	return func(t *tickets.Thread) { t.Division = division }
}
func party(people ...string) func(*tickets.Thread) {
	return func(t *tickets.Thread) { t.Party, t.People = people[0], people }
}
func number(ticket int64) func(*tickets.Thread) {
	return func(t *tickets.Thread) {
		t.Ticket, t.Conversation, t.TicketID = ticket, 10*ticket, fmt.Sprintf("T%d", ticket)
	}
}

// world is what a row of the decision table begins with.
type world struct {
	claim    tickets.Claim
	report   tickets.Report
	evidence tickets.Evidence
}

func decide(t testing.TB, w world) tickets.Decision {
	t.Helper()
	rules := house(t)
	if w.claim.ReceivedAt.IsZero() {
		w.claim.ReceivedAt = today.Add(-time.Minute)
	}
	if w.claim.Mailbox == "" {
		w.claim.Mailbox = "csirt"
	}
	judge := rules.Judge(answering, func() time.Time { return today })
	f := tickets.Filing{Claim: w.claim, Report: w.report, Keys: tickets.KeysOf(w.claim, w.report, rules)}
	return judge(f, w.evidence)
}

// want is what a row expects; empty fields are not looked at, "-" means empty.
type want struct {
	match, state, resolution, division, kind, severity, role, party, number, subject, signed string
	ticket, conversation                                                                     int64
	restricted, answered                                                                     bool
	reason, withheld                                                                         string
}

func (w want) check(t *testing.T, d tickets.Decision) {
	t.Helper()
	for _, f := range []struct{ name, got, want string }{
		{"match", d.Match, w.match}, {"state", d.State, w.state}, {"resolution", d.Resolution, w.resolution},
		{"division", d.Division, w.division}, {"kind", d.Kind, w.kind}, {"severity", d.Severity, w.severity},
		{"role", d.Role, w.role}, {"party", d.Party, w.party}, {"their number", d.TheirNumber, w.number},
		{"subject", d.Subject, w.subject}, {"signed", d.Signed, w.signed},
	} {
		if f.want != "" && f.got != strings.TrimPrefix(f.want, "-") {
			t.Errorf("%s: got %q, want %q", f.name, f.got, f.want)
		}
	}
	if w.ticket != 0 && d.Ticket != w.ticket || w.conversation != 0 && d.Conversation != w.conversation {
		t.Errorf("place: got ticket %d conversation %d, want %d %d", d.Ticket, d.Conversation, w.ticket, w.conversation)
	}
	if d.Restricted != w.restricted {
		t.Errorf("restricted: got %v", d.Restricted)
	}
	if (d.Answer != nil) != w.answered {
		t.Errorf("answered: got %v, withheld %q", d.Answer != nil, d.Withheld)
	}
	if words := fmt.Sprint(d.Matched, d.Routed, d.Note); !strings.Contains(words, w.reason) {
		t.Errorf("reasons %s do not say %q", words, w.reason)
	}
	if !strings.Contains(d.Withheld, w.withheld) || w.answered == (d.Withheld != "") {
		t.Errorf("withheld: got %q, want %q", d.Withheld, w.withheld)
	}
	if len(d.Matched) == 0 {
		t.Error("no reason is given")
	}
}

func token(t testing.TB, recipient string) string {
	return tokens(t, key1).Make(ref1, recipient, tickets.ForReporter)
}

func hit(t tickets.Thread, id, from string, outgoing bool) []tickets.Hit {
	return []tickets.Hit{{Thread: t, MessageID: id, From: from, Outgoing: outgoing}}
}

func aligned(r *tickets.Report) {
	r.Authentication = parser.Authentication{By: "mx.example.org", DKIM: "pass", Aligned: true}
}

func dmarcFails(r *tickets.Report) {
	r.Authentication = parser.Authentication{By: "mx.example.org", DMARC: "fail"}
}

// handsOn is a forward of somebody's mail.
func handsOn(inner string) func(*tickets.Report) {
	return func(r *tickets.Report) { r.Forwarded = parser.Forwarded{From: inner, Subject: "x"} }
}

// standsFor has the mail name another reporter than From.
func standsFor(address string) func(*tickets.Report) {
	return func(r *tickets.Report) { r.Reporter = parser.Reporter{Address: address, Via: "x-original-from"} }
}

func replyTo(address string) func(*tickets.Report) {
	return func(r *tickets.Report) { r.ReplyTo = []mime.Address{{Address: address}} }
}
