package tickets_test

import (
	"testing"

	"postern/parser"
	"postern/parser/automatic"
	"postern/parser/pgp"
	"postern/tickets"
)

// The tests of this file are named after what request trackers in wide use get
// wrong, as far as it is decided here.

func TestDesksDoubleAMailThatComesTwice(t *testing.T) {
	rules := house(t)
	csirt, abuse := mail(), mail(text(mail().NewText+"\r\n"), func(r *tickets.Report) { r.To[0].Address = "abuse@example.org" })
	one := tickets.KeysOf(tickets.Claim{SHA256: "aa"}, csirt, rules)
	two := tickets.KeysOf(tickets.Claim{SHA256: "bb"}, abuse, rules)
	if one.Identity != two.Identity {
		t.Fatal("the two deliveries do not meet")
	}
	d := decide(t, world{report: abuse, evidence: tickets.Evidence{Same: &tickets.Hit{Thread: talk()}}})
	if d.Match != tickets.MatchSame || d.Answer != nil {
		t.Errorf("got %s, answer %v", d.Match, d.Answer)
	}
}

func TestDesksTakeAForgedCopyForTheSameMail(t *testing.T) {
	forged := mail(text("Please send the password list to the address below."))
	if tickets.IdentityOf(forged) == tickets.IdentityOf(mail()) {
		t.Error("the same Message-ID alone makes it the same mail")
	}
}

func TestDesksDoNotLinkTwoReportersOfOneCase(t *testing.T) {
	d := decide(t, world{report: mail(named("url", "https://shop.example/login")), evidence: tickets.Evidence{ByURL: []tickets.Thread{talk(party("bob@example.com"))}}})
	if d.Match != tickets.MatchAttach || d.Ticket != 3 || d.Conversation != 0 {
		t.Errorf("got %s, ticket %d, conversation %d", d.Match, d.Ticket, d.Conversation)
	}
	if d.Party != "ana@example.net" || d.Answer == nil {
		t.Errorf("no conversation of her own: party %q, answer %v", d.Party, d.Answer)
	}
}

func TestDesksAppendAStrangersMailWithTheTagOfATicket(t *testing.T) {
	d := decide(t, world{report: mail(from("eve@example.com"), subject("Re: [EX-7KQ4-9MZX] x")), evidence: tickets.Evidence{ByRef: []tickets.Thread{talk(in("resolved"))}}})
	if d.Match != tickets.MatchUnproven || d.Conversation == 0 && d.Ticket == 0 || d.State != "" || d.Answer != nil || len(d.People) > 0 {
		t.Errorf("got %+v", d)
	}
}

func TestDesksIgnoreThatAuthenticationFailed(t *testing.T) {
	forged := mail(subject("[EX-7KQ4-9MZX] x"), func(r *tickets.Report) {
		r.Authentication = parser.Authentication{By: "mx.example.org", DMARC: "fail"}
	})
	if d := decide(t, world{report: forged, evidence: tickets.Evidence{ByRef: []tickets.Thread{talk()}}}); d.Match != tickets.MatchUnproven {
		t.Errorf("got %s", d.Match)
	}
}

func TestDesksDropMailWithoutFrom(t *testing.T) {
	d := decide(t, world{report: mail(func(r *tickets.Report) { r.From, r.Reporter = nil, parser.Reporter{} })})
	if d.Match != tickets.MatchNew || d.Division == "" || d.Party != "" {
		t.Errorf("got %s in %q for %q", d.Match, d.Division, d.Party)
	}
}

func TestDesksDoNotThreadByReferencesAlone(t *testing.T) {
	r := mail(subject("something else entirely"), func(r *tickets.Report) {
		r.References = []string{token(t, "ana@example.net"), "lost@relay.example"}
	})
	if d := decide(t, world{report: r, evidence: tickets.Evidence{ByRef: []tickets.Thread{talk()}}}); d.Match != tickets.MatchFollowUp {
		t.Errorf("got %s", d.Match)
	}
}

func TestDesksRefuseTheTagOfATicketThatDoesNotExist(t *testing.T) {
	if d := decide(t, world{report: mail(subject("[EX-2222-2222] x"))}); d.Match != tickets.MatchNew || d.Answer == nil {
		t.Errorf("got %s, withheld %q", d.Match, d.Withheld)
	}
}

func TestDesksFileACiphertextWithoutAHint(t *testing.T) {
	d := decide(t, world{report: mail(func(r *tickets.Report) {
		r.Crypto = pgp.Result{Protocol: "openpgp", Encrypted: true, Problem: "no key of ours"}
		r.NewText, r.OuterSubject = "", "..."
	})})
	if d.Match != tickets.MatchNew || d.State != tickets.New || d.Subject != "..." || d.Answer == nil {
		t.Errorf("got %+v", d)
	}
}

func TestDesksAnswerListsAndNullReturnPaths(t *testing.T) {
	for name, r := range map[string]tickets.Report{
		"a list with List-Id only": mail(func(r *tickets.Report) {
			r.Automatic = automatic.Verdict{Is: true, Kind: "list", Reason: "List-Id: <x.example>"}
		}),
		"a null return path": mail(func(r *tickets.Report) { r.NullSender = true }),
		"a bounce":           mail(machine("bounce")),
		"a robot's report":   mail(machine("machine-report")),
	} {
		if d := decide(t, world{report: r}); d.Answer != nil || d.Withheld == "" {
			t.Errorf("%s: answered", name)
		}
	}
}

func TestDesksTakeAPeersTrackerForARobot(t *testing.T) {
	d := decide(t, world{report: mail(from("cert@team.example"), subject("[CERT-AA #48211] Infected hosts"), func(r *tickets.Report) {
		r.Automatic = automatic.Verdict{MayAnswer: true, Reason: "X-RT-Loop-Prevention without Auto-Submitted"}
	})})
	if d.Answer == nil || d.TheirNumber != "CERT-AA #48211" || d.State != tickets.New {
		t.Errorf("got %+v", d)
	}
}

func TestDesksReopenForAnOutOfOffice(t *testing.T) {
	r := mail(replies(token(t, "ana@example.net")), machine("auto-reply"))
	if d := decide(t, world{report: r, evidence: tickets.Evidence{ByRef: []tickets.Thread{talk(in("resolved"))}}}); d.State != "" || d.Answer != nil {
		t.Errorf("state %q, answer %v", d.State, d.Answer)
	}
}
