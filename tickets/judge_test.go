package tickets_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/automatic"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/tickets"
)

// Whoever knows a reporter and a link can send in the reporter's name.
func TestAForgedSecondReportBringsNobodyAlong(t *testing.T) {
	page := named("url", "https://shop.example/login")
	w := world{report: mail(page, replyTo("eve@students.example.net"), subject("[EVIL #1] again")), evidence: tickets.Evidence{ByURL: []tickets.Thread{talk()}}}
	if d := decide(t, w); d.Match != tickets.MatchFollowUp || len(d.People) > 0 || d.TheirNumber != "" {
		t.Errorf("unproven: got %s, people %q, number %q", d.Match, d.People, d.TheirNumber)
	}
	aligned(&w.report)
	if d := decide(t, w); len(d.People) == 0 || d.TheirNumber != "EVIL #1" {
		t.Errorf("proven: got people %q, number %q", d.People, d.TheirNumber)
	}
}

func TestJudge(t *testing.T) {
	anas := token(t, "ana@example.net")
	bobs := token(t, "bob@gmail.com")
	file := attach("f1")
	page := named("url", "https://shop.example/login")
	red := func(r *tickets.Report) { r.TLP = "RED" }
	one := func(t tickets.Thread) []tickets.Thread { return []tickets.Thread{t} }
	junk := tickets.Claim{Junk: true}
	refiled := func(why string) tickets.Claim { return tickets.Claim{Refile: why} }

	for name, c := range map[string]struct {
		world
		want
	}{
		// 1: copies, our own mail, junk
		"a new report": {world{report: mail()},
			want{match: "new", state: "new", division: "central", kind: "incident", severity: "medium", role: "reporter", party: "ana@example.net", subject: "strange mail", answered: true}},
		"an address with blanks": {world{report: mail(from("ana smith@example.net"))},
			want{match: "new", party: "-", withheld: "no address"}},
		"a subject that turns the direction of writing": {world{report: mail(subject("invoice\u202efdp.exe\x00\x1b[2J"))},
			want{match: "new", subject: "invoice fdp.exe [2J", answered: true}},
		"neighbours on a shared domain are no colleagues": {world{report: mail(from("eve@two.github.io"), replies(token(t, "ana@one.github.io"))), evidence: tickets.Evidence{ByRef: one(talk(party("ana@one.github.io")))}},
			want{match: "unproven", withheld: "without proof"}},
		"a very long subject": {world{report: mail(subject(strings.Repeat("ä", 300)))},
			want{match: "new", subject: strings.Repeat("ä", 125) + "…", answered: true}},
		"the same mail again": {world{report: mail(), evidence: tickets.Evidence{Same: &tickets.Hit{Thread: talk()}}},
			want{match: "same", ticket: 3, state: "-", withheld: "handled"}},
		"the same mail again, in Junk": {world{claim: junk, report: mail(), evidence: tickets.Evidence{Same: &tickets.Hit{Thread: talk()}}},
			want{match: "same", ticket: 3, withheld: "handled"}},
		"a copy with other files": {world{report: mail(attach("a1")), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk()}}},
			want{match: "altered", ticket: 3, state: "-", reason: "other files or quoted text", withheld: "another copy"}},
		"a copy with other files, authenticated": {world{report: mail(attach("a1"), aligned), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk()}}},
			want{match: "follow-up", ticket: 3, conversation: 7, reason: "authenticated", withheld: "acknowledged before"}},
		"a copy with other files, authenticated, the first one unanswered": {world{report: mail(attach("a1"), aligned), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk(unanswered)}}},
			want{match: "follow-up", ticket: 3, conversation: 7, answered: true}},
		"a copy with other files, authenticated as somebody else": {world{report: mail(attach("a1"), aligned, from("eve@example.com")), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk()}}},
			want{match: "altered", withheld: "another copy"}},
		"a copy with other files of an answer to us": {world{report: mail(attach("a1"), replies(anas)), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk()}, ByRef: one(talk())}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged before"}},
		"a copy with other files of a mail in Junk": {world{report: mail(attach("a1")), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk(of("Junk"))}}},
			want{match: "new", answered: true}},
		"a copy with other files, in Junk": {world{claim: junk, report: mail(attach("a1")), evidence: tickets.Evidence{Altered: &tickets.Hit{Thread: talk()}}},
			want{match: "new", division: "Junk", withheld: "Junk"}},
		"a stranger's mail under a Message-ID of ours": {world{report: mail(from("eve@example.com")), evidence: tickets.Evidence{Own: &tickets.Hit{Thread: talk(), Outgoing: true}}},
			want{match: "new", answered: true}},
		"a stranger's answer under a Message-ID of ours": {world{report: mail(from("eve@example.com"), replies(anas)), evidence: tickets.Evidence{Own: &tickets.Hit{Thread: talk(), Outgoing: true}, ByRef: one(talk())}},
			want{match: "unproven", ticket: 3, withheld: "without proof"}},
		"our own mail coming back": {world{report: mail(from("csirt@example.org")), evidence: tickets.Evidence{Own: &tickets.Hit{Thread: talk(), Outgoing: true}}},
			want{match: "echo", ticket: 3, conversation: 7, state: "-", withheld: "our own"}},
		"our own mail in Junk": {world{claim: junk, report: mail(from("CSIRT@example.org")), evidence: tickets.Evidence{Own: &tickets.Hit{Thread: talk()}}},
			want{match: "echo", withheld: "our own"}},
		"junk": {world{claim: junk, report: mail()},
			want{match: "new", state: "new", division: "Junk", party: "ana@example.net", reason: "Junk", withheld: "Junk"}},
		"junk that names one of our hosts": {world{claim: junk, report: mail(named("ipv4", "192.0.2.1"))},
			want{match: "new", division: "Junk", withheld: "Junk"}},
		"junk that answers us": {world{claim: junk, report: mail(replies(anas)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "new", division: "Junk", withheld: "Junk"}},
		"junk in a confidential mailbox": {world{claim: tickets.Claim{Junk: true, Mailbox: "secret"}, report: mail()},
			want{match: "new", division: "Junk", withheld: "Junk"}},
		"junk that is automatic": {world{claim: junk, report: mail(machine("list"))},
			want{match: "new", state: "new", division: "Junk", withheld: "Junk"}},

		// 2: filed a second time
		"moved out of Junk": {world{claim: refiled("report"), report: mail(), evidence: tickets.Evidence{Existing: &tickets.Hit{Thread: talk(of("Junk"))}}},
			want{match: "new", state: "new", division: "central", reason: "moved it from Junk", answered: true}},
		"moved out of Junk, an answer to us": {world{claim: refiled("report"), report: mail(replies(anas)), evidence: tickets.Evidence{Existing: &tickets.Hit{Thread: talk(of("Junk"), number(9))}, ByRef: one(talk())}},
			want{match: "follow-up", ticket: 3, conversation: 7, withheld: "acknowledged before"}},
		"moved out of Junk, taken up before": {world{claim: refiled("report"), report: mail(), evidence: tickets.Evidence{Existing: &tickets.Hit{Thread: talk(in("waiting"))}}},
			want{match: "refile", ticket: 3, state: "-", withheld: "handled"}},
		"moved out of Junk, automatic": {world{claim: refiled("report"), report: mail(machine("list")), evidence: tickets.Evidence{Existing: &tickets.Hit{Thread: talk(of("Junk"))}}},
			want{match: "new", state: "closed", resolution: "not a report", withheld: "automatic"}},
		"readable now": {world{claim: refiled("read"), report: mail(encrypted), evidence: tickets.Evidence{Existing: &tickets.Hit{Thread: talk(in("resolved"))}}},
			want{match: "refile", ticket: 3, conversation: 7, state: "-", withheld: "handled"}},
		"readable now, but never filed": {world{claim: refiled("read"), report: mail()},
			want{match: "new", answered: true}},
		"never proven": {world{claim: refiled("alone"), report: mail(replies("x@y.example")), evidence: tickets.Evidence{ByMessage: hit(talk(), "x@y.example", "", true), Existing: &tickets.Hit{Thread: talk()}}},
			want{match: "new", state: "new", reason: "never proven", answered: true}},
		"never proven, the same page": {world{claim: refiled("alone"), report: mail(page), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "new", reason: "never proven", answered: true}},
		"never proven, from a person of the conversation it names": {world{claim: refiled("alone"), report: mail(subject("[EX-7KQ4-9MZX] again")), evidence: tickets.Evidence{ByRef: one(talk()), Existing: &tickets.Hit{Thread: talk()}}},
			want{match: "new", withheld: "acknowledged conversation"}},
		"never proven, automatic": {world{claim: refiled("alone"), report: mail(machine("auto-reply"))},
			want{match: "new", state: "closed", kind: "not-a-report", withheld: "automatic"}},

		// 3: follow-ups
		"our token, from the reporter": {world{report: mail(replies(anas)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", ticket: 3, conversation: 7, state: "-", reason: "from a person of it", withheld: "acknowledged before"}},
		"our token, from a colleague": {world{report: mail(from("eva@team.example.net"), replies(anas)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"our token, from a stranger": {world{report: mail(from("eve@example.com"), replies(anas)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", ticket: 3, state: "-", reason: "no person of the conversation", withheld: "without proof"}},
		"our token, but DMARC fails": {world{report: mail(replies(anas), dmarcFails), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "unproven", state: "-", reason: "DMARC", withheld: "without proof"}},
		"our token, DMARC fails, signed": {world{report: mail(replies(anas), dmarcFails, signed("AA", true)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", withheld: "acknowledged"}},
		"the same page, DMARC fails": {world{report: mail(page, dmarcFails), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "attach", ticket: 3, withheld: "DMARC"}},
		"a crowd in From": {world{report: mail(replies(anas), func(r *tickets.Report) {
			r.From = slices.Repeat([]mime.Address{{Address: "ana@example.net"}}, 1000)
		}), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"our token, free mail is no organisation": {world{report: mail(from("eve@gmail.com"), replies(bobs)), evidence: tickets.Evidence{ByRef: one(talk(party("bob@gmail.com")))}},
			want{match: "unproven", withheld: "without proof"}},
		"our token, from free mail itself": {world{report: mail(from("bob@gmail.com"), replies(bobs)), evidence: tickets.Evidence{ByRef: one(talk(party("bob@gmail.com")))}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"our token of another conversation": {world{report: mail(replies(token(t, "bob@example.com"))), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", reason: "not ours", withheld: "without proof"}},
		"a victim hands on a mail that names a ticket": {world{report: mail(from("vic@example.com"), subject("Fwd: [EX-7KQ4-9MZX] invoice"), replies("phish@evil.example", anas), handsOn("M <m@evil.example>")), evidence: tickets.Evidence{ByRef: one(talk()), ByMessage: hit(talk(), "phish@evil.example", "m@evil.example", false)}},
			want{match: "new", party: "vic@example.com", answered: true}},
		"a victim hands on a mail whose sender looks like us": {world{report: mail(from("vic@example.com"), subject("Fwd: [EX-7KQ4-9MZX] invoice"), replies(anas), handsOn("csirt@example.org.evil.example")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "new", answered: true}},
		"a stranger hands on a mail of ours": {world{report: mail(from("vic@example.com"), subject("Fwd: [EX-7KQ4-9MZX] Received"), handsOn("CSIRT <csirt@example.org>")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"a person of the conversation hands on a mail": {world{report: mail(replies(anas), handsOn("m@evil.example")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"a domain vouches for From, and From names somebody else": {world{report: mail(from("m@evil.example"), aligned, subject("[EX-7KQ4-9MZX]"), standsFor("ana@example.net")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", state: "-", withheld: "without proof"}},
		"From signs and names somebody else": {world{report: mail(from("m@evil.example"), signed("AA", true), subject("[EX-7KQ4-9MZX]"), standsFor("ana@example.net")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", state: "-", signed: "-", withheld: "without proof"}},
		"a forged token": {world{report: mail(replies(flip(anas))), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", reason: "not ours", withheld: "without proof"}},
		"a token for staff proves no reporter": {world{report: mail(replies(tokens(t, key1).Make(ref1, "ana@example.net", tickets.ForStaff))), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"a token of no ticket": {world{report: mail(replies(anas))},
			want{match: "new", answered: true}},
		"two authors, one of them a stranger": {world{report: mail(replies(anas), func(r *tickets.Report) { r.From = append(r.From, mime.Address{Address: "eve@example.com"}) }), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"no author at all": {world{report: mail(replies(anas), from("")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"a person of it in Sender, and nobody in From": {world{report: mail(replies(anas), func(r *tickets.Report) {
			r.From, r.Reporter = nil, parser.Reporter{Address: "ana@example.net", Via: "from"}
		}), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", ticket: 3, conversation: 7, withheld: "without proof"}},
		"our Message-ID": {world{report: mail(replies("m1@example.org")), evidence: tickets.Evidence{ByMessage: hit(talk(), "m1@example.org", "csirt@example.org", true)}},
			want{match: "follow-up", conversation: 7, reason: "a mail of ours", withheld: "acknowledged"}},
		"our Message-ID, from a stranger": {world{report: mail(from("eve@example.com"), replies("m1@example.org")), evidence: tickets.Evidence{ByMessage: hit(talk(), "m1@example.org", "", true)}},
			want{match: "unproven", ticket: 3, withheld: "without proof"}},
		"the sender's own earlier mail": {world{report: mail(replies("0@mail.example.net")), evidence: tickets.Evidence{ByMessage: hit(talk(), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "follow-up", conversation: 7, reason: "own earlier mail", withheld: "acknowledged"}},
		"somebody else's earlier mail": {world{report: mail(from("eve@example.com"), replies("0@mail.example.net")), evidence: tickets.Evidence{ByMessage: hit(talk(), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "unproven", ticket: 3, withheld: "without proof"}},
		"a colleague of the sender is another person": {world{report: mail(from("eva@example.net"), replies("0@mail.example.net")), evidence: tickets.Evidence{ByMessage: hit(talk(), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "unproven", withheld: "without proof"}},
		"an earlier mail that was never proven": {world{report: mail(from("eve@example.com"), replies("0@x.example")), evidence: tickets.Evidence{ByMessage: hit(talk(), "0@x.example", "eve@example.com", false)}},
			want{match: "unproven", withheld: "without proof"}},
		"the second claim is proven": {world{report: mail(replies("m1@example.org", "0@mail.example.net")), evidence: tickets.Evidence{ByMessage: append(hit(talk(number(8), party("bob@example.com")), "m1@example.org", "", true), hit(talk(), "0@mail.example.net", "ana@example.net", false)...)}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"reference in the subject, signed by a key of it": {world{report: mail(subject("[EX-7KQ4-9MZX] more"), signed("AA", true), from("ana@private.example")), evidence: tickets.Evidence{ByRef: one(talk(func(t *tickets.Thread) { t.Keys = []string{"AA"} }))}},
			want{match: "follow-up", signed: "AA", reason: "signed", withheld: "acknowledged"}},
		"reference in the subject, signed by a person of it": {world{report: mail(subject("ex7kq49mzx"), signed("BB", true)), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", signed: "BB", withheld: "acknowledged"}},
		"reference in the subject, set before the one that was signed": {world{report: mail(subject("[EX-7KQ4-9MZX] invoices"), signed("AA", true), func(r *tickets.Report) { r.Crypto.SignedSubject = "invoices" }), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"reference in the subject that was signed": {world{report: mail(subject("Re: [EX-7KQ4-9MZX] invoices"), signed("AA", true), func(r *tickets.Report) { r.Crypto.SignedSubject = "Re: [EX-7KQ4-9MZX] invoices" }), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"reference in the subject, signed long ago": {world{claim: tickets.Claim{ReceivedAt: today}, report: mail(subject("EX-7KQ4-9MZX"), signed("BB", true), made(today.AddDate(0, 0, -8))), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", signed: "-", withheld: "without proof"}},
		"reference in the subject, signed nobody knows when": {world{claim: tickets.Claim{ReceivedAt: today}, report: mail(subject("EX-7KQ4-9MZX"), signed("BB", true), undated), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"reference in the subject, signed this week": {world{claim: tickets.Claim{ReceivedAt: today}, report: mail(subject("EX-7KQ4-9MZX"), signed("BB", true), made(today.AddDate(0, 0, -6))), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", signed: "BB", withheld: "acknowledged"}},
		"reference in the subject, signed for somebody else": {world{report: mail(subject("EX-7KQ4-9MZX"), signed("AA", false)), evidence: tickets.Evidence{ByRef: one(talk(func(t *tickets.Thread) { t.Keys = []string{"AA"} }))}},
			want{match: "unproven", signed: "-", withheld: "without proof"}},
		"reference in the subject, signed in part": {world{report: mail(subject("EX-7KQ4-9MZX"), func(r *tickets.Report) {
			r.Crypto.Signatures = []pgp.Signature{{Verdict: "good", Key: "AA", FromMatch: true, Covers: "part"}}
		}), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", signed: "-", withheld: "without proof"}},
		"reference in the subject, bad signature": {world{report: mail(subject("EX-7KQ4-9MZX"), func(r *tickets.Report) {
			r.Crypto.Signatures = []pgp.Signature{{Verdict: "bad", Key: "AA", FromMatch: true, Covers: "all"}}
		}), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"reference in the subject, aligned": {world{report: mail(subject("EX-7KQ4-9MZX"), aligned), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", reason: "authenticated", withheld: "acknowledged"}},
		"reference in the subject, aligned stranger": {world{report: mail(from("eve@example.com"), subject("EX-7KQ4-9MZX"), aligned), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", withheld: "without proof"}},
		"reference in the subject alone": {world{report: mail(subject("EX-7KQ4-9MZX"), text("I typed my password")), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", ticket: 3, reason: "nothing proves the sender", withheld: "without proof"}},
		"a reference that does not exist": {world{report: mail(subject("EX-7KQ4-9MZX"))},
			want{match: "new", answered: true}},
		"the first reply of an old conversation": {world{report: mail(replies("0@mail.example.net")), evidence: tickets.Evidence{ByMessage: hit(talk(func(t *tickets.Thread) { t.Acknowledged = false }), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "follow-up", answered: true}},

		// 4: what a follow-up does to the state
		"thanks keep a ticket resolved": {world{report: mail(replies(anas), text("Thanks!")), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "follow-up", state: "-", reason: "thanks", withheld: "acknowledged"}},
		"words reopen a resolved ticket": {world{report: mail(replies(anas), text("The page is up under a new name.")), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "follow-up", state: "open", resolution: "-", reason: "opened it again", withheld: "acknowledged"}},
		"thanks with a doubt reopen": {world{report: mail(replies(anas), text("Thanks, but it is still there")), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "follow-up", state: "open", withheld: "acknowledged"}},
		"thanks with a file reopen": {world{report: mail(replies(anas), text("Danke"), file), evidence: tickets.Evidence{ByRef: one(talk(in("closed")))}},
			want{match: "follow-up", state: "open", withheld: "acknowledged"}},
		"a question reopens": {world{report: mail(replies(anas), text("Merci! Et maintenant?")), evidence: tickets.Evidence{ByRef: one(talk(in("closed")))}},
			want{match: "follow-up", state: "open", withheld: "acknowledged"}},
		"an answer ends the waiting": {world{report: mail(replies(anas)), evidence: tickets.Evidence{ByRef: one(talk(in("waiting")))}},
			want{match: "follow-up", state: "open", withheld: "acknowledged"}},
		"a claim without proof reopens nothing": {world{report: mail(from("eve@example.com"), replies(anas)), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "unproven", state: "-", withheld: "without proof"}},
		"an out-of-office reopens nothing": {world{report: mail(replies(anas), machine("auto-reply")), evidence: tickets.Evidence{ByRef: one(talk(in("resolved")))}},
			want{match: "follow-up", conversation: 7, state: "-", withheld: "automatic"}},

		"a follow-up of high severity": {world{report: mail(replies(anas), func(r *tickets.Report) { r.Severity = "high" }), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "follow-up", severity: "-", reason: "suggests severity high", withheld: "acknowledged"}},
		"a claim of high severity": {world{report: mail(subject("EX-7KQ4-9MZX"), func(r *tickets.Report) { r.Severity = "high" }), evidence: tickets.Evidence{ByRef: one(talk())}},
			want{match: "unproven", reason: "suggests severity high", withheld: "without proof"}},
		"an encrypted follow-up of high severity": {world{report: mail(encrypted, replies(anas), func(r *tickets.Report) { r.Severity = "high" }), evidence: tickets.Evidence{ByRef: one(talk(func(t *tickets.Thread) { t.State = "waiting" }))}},
			want{match: "follow-up", state: "open", withheld: "acknowledged"}},
		"the sender's earlier mail lies under Junk": {world{report: mail(replies("0@mail.example.net")), evidence: tickets.Evidence{ByMessage: hit(talk(of("Junk")), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "new", division: "central", answered: true}},
		"the sender's later mail lies under Junk": {world{report: mail(), evidence: tickets.Evidence{Awaited: hit(talk(of("Junk")), "0@mail.example.net", "ana@example.net", false)}},
			want{match: "new", division: "central", answered: true}},
		"the same page under Junk": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(of("Junk")))}},
			want{match: "new", reason: "under Junk", answered: true}},
		"an answer to what was no report": {world{report: mail(from("bob@example.com"), replies("0@list.example")), evidence: tickets.Evidence{ByMessage: hit(talk(in("closed"), func(t *tickets.Thread) { t.Kind = "not-a-report" }), "0@list.example", "ana@example.net", false)}},
			want{match: "new", state: "new", answered: true}},
		"an answer on a list": {world{report: mail(from("bob@example.com"), replies("0@list.example"), machine("list")), evidence: tickets.Evidence{ByMessage: hit(talk(in("closed"), func(t *tickets.Thread) { t.Kind = "not-a-report" }), "0@list.example", "ana@example.net", false)}},
			want{match: "new", state: "closed", kind: "not-a-report", withheld: "automatic"}},

		// 5: automatic mail
		"a bounce of our mail": {world{report: mail(from("mailer-daemon@example.com"), machine("bounce"), func(r *tickets.Report) { r.Bounce.OriginalMessageID = "m1@example.org" }), evidence: tickets.Evidence{ByMessage: hit(talk(), "m1@example.org", "", true)}},
			want{match: "follow-up", conversation: 7, state: "-", withheld: "automatic"}},
		"a bounce of somebody else's mail": {world{report: mail(from("mailer-daemon@example.com"), machine("bounce"))},
			want{match: "new", state: "closed", resolution: "not a report", kind: "not-a-report", division: "-", withheld: "automatic"}},
		"an out-of-office of a stranger": {world{report: mail(from("eve@example.com"), replies("m1@example.org"), machine("auto-reply")), evidence: tickets.Evidence{ByMessage: hit(talk(), "m1@example.org", "", true)}},
			want{match: "unproven", withheld: "without proof"}},
		"a header of a megabyte": {world{report: mail(func(r *tickets.Report) {
			r.Automatic = automatic.Verdict{Is: true, Kind: "list", Reason: "List-Id: " + strings.Repeat("x\r\n", 1<<18)}
		})},
			want{match: "new", kind: "not-a-report", reason: "x x", withheld: "automatic"}},
		"a mailing list": {world{report: mail(machine("list"))},
			want{match: "new", state: "closed", kind: "not-a-report", division: "-", reason: "automatic mail", withheld: "automatic"}},
		"an advisory by list": {world{report: mail(machine("list"), kindOf("advisory", "vulnerable/vulnerable-system"))},
			want{match: "new", state: "new", kind: "advisory", division: "central", withheld: "automatic"}},
		"a complaint in ARF": {world{report: mail(machine("machine-report"), incident("192.0.2.200", ""), func(r *tickets.Report) { r.Format = "arf" })},
			want{match: "new", state: "new", division: "network", withheld: "automatic"}},
		"a script's report": {world{report: mail(machine("machine-report"))},
			want{match: "new", state: "new", kind: "incident", withheld: "automatic"}},
		"a peer through RT is a person": {world{report: mail(from("cert@team.example"), subject("[CERT-AA #48211] hosts"), func(r *tickets.Report) {
			r.Automatic = automatic.Verdict{Kind: "bulk", MayAnswer: true, Reason: "Precedence: bulk through a request tracker"}
		})},
			want{match: "new", state: "new", number: "CERT-AA #48211", answered: true}},
		"a person's mail that asks for no answer": {world{report: mail(func(r *tickets.Report) {
			r.Automatic = automatic.Verdict{MayAnswer: false, Reason: "X-Auto-Response-Suppress: All"}
		})},
			want{match: "new", state: "new", withheld: "asks for no answer"}},
		"null reverse-path": {world{report: mail(func(r *tickets.Report) { r.NullSender = true })},
			want{match: "new", withheld: "null reverse-path"}},

		// 6: other reports of the same matter
		"the same page": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(party("bob@example.com")))}},
			want{match: "attach", ticket: 3, state: "-", party: "ana@example.net", role: "reporter", reason: "same link", answered: true}},
		"the same file": {world{report: mail(file), evidence: tickets.Evidence{ByFile: one(talk(party("bob@example.com")))}},
			want{match: "attach", ticket: 3, reason: "same attached file", answered: true}},
		"file and page of one ticket": {world{report: mail(file, page), evidence: tickets.Evidence{ByFile: one(talk(party("bob@example.com"))), ByURL: one(talk(party("bob@example.com")))}},
			want{match: "attach", ticket: 3, answered: true}},
		"two tickets": {world{report: mail(page), evidence: tickets.Evidence{ByURL: []tickets.Thread{talk(number(4)), talk(number(5))}}},
			want{match: "new", reason: "related to T5", answered: true}},
		"one here, one in another division": {world{report: mail(page), evidence: tickets.Evidence{ByURL: []tickets.Thread{talk(number(4), of("clinic"), party("x@example.com")), talk(number(5), party("x@example.com"))}}},
			want{match: "attach", ticket: 5, reason: "related to T4", answered: true}},
		"another division's ticket": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(of("clinic")))}},
			want{match: "new", reason: "another division", answered: true}},
		"a resolved ticket": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(in("resolved")))}},
			want{match: "new", reason: "again", answered: true}},
		"a restricted ticket": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(func(t *tickets.Thread) { t.Restricted = true }))}},
			want{match: "new", reason: "restricted", answered: true}},
		"a RED ticket": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(func(t *tickets.Thread) { t.TLP = "RED" }))}},
			want{match: "new", reason: "RED", answered: true}},
		"a RED report": {world{report: mail(page, red), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "new", restricted: true, answered: true}},
		"a ticket of another kind": {world{report: mail(page, kindOf("vulnerability", "")), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "new", kind: "vulnerability", reason: "different kinds", answered: true}},
		"a request of the law joins nothing": {world{report: mail(page, kindOf("request", "")), evidence: tickets.Evidence{ByURL: one(talk(func(t *tickets.Thread) { t.Kind = "request" }))}},
			want{match: "new", kind: "request", answered: true}},
		"the confidential mailbox": {world{claim: tickets.Claim{Mailbox: "secret"}, report: mail(page), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "new", restricted: true, answered: true}},
		"the same reporter again": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "follow-up", conversation: 7, reason: "again", withheld: "acknowledged before"}},
		"the same reporter again, encrypted, which anybody can do in his name": {world{report: mail(page, encrypted), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "attach", ticket: 3, party: "ana@example.net", answered: true}},
		"the same reporter again under a label that wants encryption": {world{report: mail(page, func(r *tickets.Report) { r.TLP = "AMBER+STRICT" }), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "attach", ticket: 3, party: "ana@example.net", answered: true}},
		"the same reporter again, encrypted and authenticated": {world{report: mail(page, encrypted, aligned), evidence: tickets.Evidence{ByURL: one(talk())}},
			want{match: "follow-up", conversation: 7, reason: "again", withheld: "acknowledged before"}},
		"the same reporter, not answered yet": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(func(t *tickets.Thread) { t.Acknowledged = false }))}},
			want{match: "follow-up", answered: true}},
		"another reporter, while it waits for the first": {world{report: mail(page), evidence: tickets.Evidence{ByURL: one(talk(in("waiting"), party("bob@example.com")))}},
			want{match: "attach", ticket: 3, state: "open", answered: true}},
		"a machine, while it waits for the first": {world{report: mail(page, machine("machine-report")), evidence: tickets.Evidence{ByURL: one(talk(in("waiting"), party("bob@example.com")))}},
			want{match: "attach", ticket: 3, state: "-", withheld: "automatic"}},
		"a machine reports the same page": {world{report: mail(page, machine("machine-report")), evidence: tickets.Evidence{ByURL: one(talk(party("bob@example.com")))}},
			want{match: "attach", ticket: 3, withheld: "automatic"}},

		// 7: mail that arrives after its answer
		"the sender's own answer came first": {world{report: mail(), evidence: tickets.Evidence{Awaited: hit(talk(), "2@mail.example.net", "ana@example.net", false)}},
			want{match: "follow-up", conversation: 7, withheld: "acknowledged"}},
		"a third party's answer came first": {world{report: mail(), evidence: tickets.Evidence{Awaited: hit(talk(party("bob@example.com")), "2@x.example", "bob@example.com", false)}},
			want{match: "attach", ticket: 3, party: "ana@example.net", answered: true}},
		"a third party's answer at another division": {world{report: mail(), evidence: tickets.Evidence{Awaited: hit(talk(of("clinic"), party("bob@example.com")), "2@x.example", "bob@example.com", false)}},
			want{match: "new", answered: true}},

		// 8: severity, numbers, words
		"a critical asset raises by a step": {world{report: mail(named("ipv4", "192.0.2.17"))},
			want{match: "new", division: "network", severity: "high", reason: "student records", answered: true}},
		"low with a critical asset": {world{report: mail(named("url", "http://192.0.2.17/x"), func(r *tickets.Report) { r.Severity = "low" })},
			want{match: "new", severity: "medium", answered: true}},
		"low with an asset marked high": {world{report: mail(named("url", "http://192.0.2.49/x"), func(r *tickets.Report) { r.Severity = "low" })},
			want{match: "new", severity: "medium", reason: "web server is marked high", answered: true}},
		"medium with an asset marked high": {world{report: mail(named("ipv4", "192.0.2.49"))},
			want{match: "new", severity: "medium", answered: true}},
		"an asset marked high and a critical one": {world{report: mail(named("ipv4", "192.0.2.49", "192.0.2.17"))},
			want{match: "new", severity: "high", reason: "student records", answered: true}},
		"never above high": {world{report: mail(named("ipv4", "192.0.2.17"), func(r *tickets.Report) { r.Severity = "high" })},
			want{match: "new", severity: "high", answered: true}},
		"critical is a person's word": {world{report: mail(func(r *tickets.Report) { r.Severity = "critical" })},
			want{match: "new", severity: "high", answered: true}},
		"an asset that is not critical": {world{report: mail(named("ipv4", "192.0.2.33"))},
			want{match: "new", severity: "medium", answered: true}},
		"nothing suggested": {world{report: mail(func(r *tickets.Report) { r.Kind, r.Category, r.Severity = "", "", "" })},
			want{match: "new", kind: "incident", severity: "medium", answered: true}},
		"an encrypted report": {world{report: mail(encrypted, subject("passwords of the board"))},
			want{match: "new", subject: "...", answered: true}},
		"an encrypted report without an outer subject": {world{report: mail(encrypted, subject("inner"), func(r *tickets.Report) { r.OuterSubject = "" })},
			want{match: "new", subject: "(no subject)", answered: true}},
		"no subject": {world{report: mail(subject(" \r\n\t"))},
			want{match: "new", subject: "(no subject)", answered: true}},
		"a peer's signature": {world{report: mail(func(r *tickets.Report) {
			r.Crypto.Signatures = []pgp.Signature{{Verdict: "good", Key: "PP", FromMatch: true, Covers: "all", Tier: "peer", Made: today.Format(time.RFC3339)}}
		})},
			want{match: "new", role: "peer", signed: "PP", answered: true}},

		// 9: who is answered
		"mail of the day before yesterday": {world{claim: tickets.Claim{ReceivedAt: today.Add(-49 * time.Hour)}, report: mail()},
			want{match: "new", state: "new", withheld: "48h"}},
		"an import": {world{claim: tickets.Claim{Unanswered: true}, report: mail()},
			want{match: "new", withheld: "import"}},
		"our own address": {world{report: mail(from("CSIRT@example.org"))},
			want{match: "new", party: "-", withheld: "our own"}},
		"no address": {world{report: mail(from(""))},
			want{match: "new", party: "-", withheld: "no address"}},
		"an address that is none": {world{report: mail(from("a b@c@d"))},
			want{match: "new", party: "-", withheld: "no address"}},
		"Reply-To of the same organisation": {world{report: mail(replyTo("cert@team.example.net"))},
			want{match: "new", party: "cert@team.example.net", answered: true}},
		"Reply-To of somebody else": {world{report: mail(replyTo("eve@example.com"))},
			want{match: "new", party: "ana@example.net", answered: true}},
		"through a group address": {world{report: mail(from("security@example.org"), func(r *tickets.Report) {
			r.Reporter = parser.Reporter{Address: "Ana@Clinic.Example", Via: "x-original-from"}
		})},
			want{match: "new", party: "ana@clinic.example", division: "clinic", answered: true}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.check(t, decide(t, c.world))
		})
	}
}

// A follow-up makes its writer a person of the conversation; a claim without
// proof and automatic mail make nobody one.
func TestWhoBecomesAPerson(t *testing.T) {
	colleague := mail(from("eva@example.net"), replies(token(t, "ana@example.net")))
	evidence := tickets.Evidence{ByRef: []tickets.Thread{talk()}}
	if d := decide(t, world{report: colleague, evidence: evidence}); !slices.Equal(d.People, []string{"eva@example.net"}) {
		t.Errorf("a colleague: got %q", d.People)
	}
	for name, r := range map[string]tickets.Report{
		"a stranger":   mail(from("eve@example.com"), replies(token(t, "ana@example.net"))),
		"an automaton": mail(replies(token(t, "ana@example.net")), machine("auto-reply")),
	} {
		if d := decide(t, world{report: r, evidence: evidence}); len(d.People) > 0 || d.Party != "" || d.Key != "" {
			t.Errorf("%s: got %q %q %q", name, d.People, d.Party, d.Key)
		}
	}
}

func TestJudgeWithoutAcknowledger(t *testing.T) {
	judge := house(t).Judge(nil, func() time.Time { return today })
	d := judge(tickets.Filing{Claim: tickets.Claim{ReceivedAt: today}, Report: mail()}, tickets.Evidence{})
	if d.Answer != nil || d.Withheld == "" {
		t.Errorf("answer %v, withheld %q", d.Answer, d.Withheld)
	}
}

// The whole policy is the Acknowledger's: a judge asks it about every mail, and
// one that says nothing owes nothing.
func TestJudgeAsksThePolicyOfEveryMail(t *testing.T) {
	filing := tickets.Filing{Claim: tickets.Claim{ReceivedAt: today.Add(-99 * time.Hour), Junk: true, Unanswered: true}, Report: mail(machine("bounce"))}
	judge := (&tickets.Rules{Prefix: "EX"}).Judge(willing{}, func() time.Time { return today })
	if d := judge(filing, tickets.Evidence{}); d.Answer == nil {
		t.Errorf("not asked: %q", d.Withheld)
	}
	silent := house(t).Judge(mute{}, func() time.Time { return today })
	if d := silent(filing, tickets.Evidence{}); d.Answer != nil || d.Withheld == "" {
		t.Errorf("got %v, %q", d.Answer, d.Withheld)
	}
}

type mute struct{}

func (mute) Acknowledge(tickets.Filing, tickets.Evidence, tickets.Decision, time.Time) (*tickets.Outgoing, string) {
	return nil, ""
}

// One judge serves several goroutines, and neither it nor KeysOf changes what it is given.
func TestJudgeIsPure(t *testing.T) {
	rules := house(t)
	judge := rules.Judge(willing{}, func() time.Time { return today })
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for seed := range 200 {
				w := draw(t, uint64(seed))
				keys := tickets.KeysOf(w.claim, w.report, rules)
				judge(tickets.Filing{Claim: w.claim, Report: w.report, Keys: keys}, w.evidence)
				if fresh := draw(t, uint64(seed)); !reflect.DeepEqual(w, fresh) {
					t.Errorf("seed %d: what was given is changed", seed)
				}
			}
		})
	}
	all.Wait()
}
