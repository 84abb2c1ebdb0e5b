package tickets_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/parser/automatic"
	"postern/tickets"
)

// canary stands for whatever came out of an encrypted mail.
const canary = "canary-in-the-coal-mine"

// draw makes a filing and evidence of every shape from a seed.
func draw(t testing.TB, seed uint64) world {
	r := rand.New(rand.NewPCG(seed, 2))
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	maybe := func() bool { return r.IntN(3) == 0 }
	w := world{report: mail(
		from(pick("ana@example.net", "eva@example.net", "eve@gmail.com", "csirt@example.org", "", "x@y@z")),
		subject(pick("", "[EX-7KQ4-9MZX] x", "[CERT-AA #48211] x", canary)),
		text(pick("", "Thanks", "It is still up")),
		kindOf(pick("", "incident", "vulnerability", "advisory", "request"), pick("", "fraud/phishing", "abusive-content/violence")),
		named("url", pick("https://shop.example/"+canary, "http://192.0.2.17/"+canary)),
	)}
	w.report.Severity = pick("", "low", "medium", "high", "critical")
	w.report.TLP = pick("", "", "CLEAR", "AMBER+STRICT", "RED")
	w.report.Format = pick("free-text", "free-text", "arf", "dsn")
	w.report.NullSender = r.IntN(8) == 0
	if maybe() {
		w.report.Automatic = automatic.Verdict{Is: true, MayAnswer: maybe(), Kind: pick("", "auto-reply", "bounce", "list", "machine-report"), Reason: "a header"}
	}
	if maybe() {
		encrypted(&w.report)
		w.report.Subject = canary
	}
	if maybe() {
		signed(pick("AA", "BB"), maybe())(&w.report)
	}
	if maybe() {
		replies(pick("m@example.org", token(t, "ana@example.net"), flip(token(t, "ana@example.net"))))(&w.report)
	}
	w.claim = tickets.Claim{
		Mailbox: pick("csirt", "noc", "secret", "gone"), Junk: r.IntN(6) == 0, Unanswered: r.IntN(6) == 0,
		Refile: pick("", "", "", "report", "alone", "read"), ReceivedAt: today.Add(-time.Duration(r.IntN(72)) * time.Hour),
	}
	drawEvidence(&w, r, pick, maybe)
	return w
}

func drawEvidence(w *world, r *rand.Rand, pick func(...string) string, maybe func() bool) {
	thread := func() tickets.Thread {
		return talk(in(pick("new", "open", "waiting", "resolved", "closed")), of(pick("central", "central", "network", "Junk")), func(t *tickets.Thread) {
			t.Ticket, t.Conversation = int64(1+r.IntN(3)), int64(1+r.IntN(3))
			t.Acknowledged, t.Restricted = maybe(), r.IntN(8) == 0
			t.Party = pick("ana@example.net", "bob@gmail.com", "")
			t.People = []string{pick("ana@example.net", "bob@gmail.com")}
			t.Keys = []string{pick("AA", "CC")}
			t.TLP = pick("", "", "RED")
		})
	}
	one := func() *tickets.Hit {
		return &tickets.Hit{Thread: thread(), MessageID: "m@example.org", From: pick("ana@example.net", ""), Outgoing: maybe()}
	}
	e := &w.evidence
	if r.IntN(10) == 0 {
		e.Same = one()
	}
	if r.IntN(10) == 0 {
		e.Own = one()
	}
	if w.claim.Refile != "" && !maybe() {
		e.Existing = one()
	}
	if r.IntN(4) == 0 {
		e.ByMessage = append(e.ByMessage, *one())
		e.Awaited = append(e.Awaited, *one())
	}
	for range r.IntN(3) {
		e.ByRef = append(e.ByRef, thread())
		e.ByURL = append(e.ByURL, thread())
		e.ByFile = append(e.ByFile, thread())
	}
}

// laws hold for every decision, whatever the mail and whatever is there already.
var laws = map[string]func(world, tickets.Decision) bool{
	"nothing automatic is answered": func(w world, d tickets.Decision) bool { return d.Answer == nil || !w.report.Automatic.Is },
	"nothing under Junk is answered": func(w world, d tickets.Decision) bool {
		return d.Answer == nil || !w.claim.Junk && d.Division != "Junk"
	},
	"nothing unproven is answered": func(w world, d tickets.Decision) bool { return d.Answer == nil || d.Match != "unproven" },
	"nothing old or imported is answered": func(w world, d tickets.Decision) bool {
		return d.Answer == nil || !w.claim.Unanswered && today.Sub(w.claim.ReceivedAt) <= 48*time.Hour
	},
	"no null sender is answered":    func(w world, d tickets.Decision) bool { return d.Answer == nil || !w.report.NullSender },
	"what is withheld has a reason": func(w world, d tickets.Decision) bool { return (d.Answer == nil) == (d.Withheld != "") },
	"every decision has a reason":   func(w world, d tickets.Decision) bool { return len(d.Matched) > 0 },
	"a new ticket is placed": func(w world, d tickets.Decision) bool {
		return d.Match != "new" || d.Division != "" || d.State == "closed"
	},
	"a new ticket names no other": func(w world, d tickets.Decision) bool {
		return d.Match != "new" || d.Ticket == 0 && d.Conversation == 0
	},
	"a new ticket has all its words": func(w world, d tickets.Decision) bool {
		return d.Match != "new" || d.Kind != "" && d.Category != "" && d.Severity != "" && d.Subject != "" && d.Role != ""
	},
	"anything else names its ticket":     func(w world, d tickets.Decision) bool { return d.Match == "new" || d.Ticket != 0 },
	"a follow-up names its conversation": func(w world, d tickets.Decision) bool { return d.Match != "follow-up" || d.Conversation != 0 },
	"nobody joins without proof": func(w world, d tickets.Decision) bool {
		return d.Match != "unproven" || len(d.People) == 0 && d.Party == ""
	},
	"unproven mail changes no state":       func(w world, d tickets.Decision) bool { return d.Match != "unproven" || d.State == "" },
	"automatic mail reopens nothing":       func(w world, d tickets.Decision) bool { return !w.report.Automatic.Is || d.State != "open" },
	"critical is never set by the program": func(w world, d tickets.Decision) bool { return d.Severity != "critical" },
	"junk enters no other queue": func(w world, d tickets.Decision) bool {
		return !w.claim.Junk || w.claim.Refile != "" || d.Match != "new" || d.Division == "Junk"
	},
	"RED is restricted": func(w world, d tickets.Decision) bool {
		return d.Match != "new" || w.report.TLP != "RED" || d.Restricted || d.Division == "Junk" || d.State == "closed"
	},
	"nothing is attached across divisions": func(w world, d tickets.Decision) bool {
		return d.Match != "attach" || allOf(w, d.Ticket, func(t tickets.Thread) bool { return t.Division == d.Division })
	},
	"nothing restricted or RED is attached": func(w world, d tickets.Decision) bool {
		return d.Match != "attach" || !d.Restricted && w.report.TLP != "RED"
	},
	"we are no person of a conversation": func(w world, d tickets.Decision) bool {
		return d.Party != "csirt@example.org" && !strings.Contains(fmt.Sprint(d.People), "csirt@example.org")
	},
	"nothing decrypted is quoted": func(w world, d tickets.Decision) bool {
		return !w.report.Crypto.Encrypted || !strings.Contains(fmt.Sprintf("%+v", d), canary)
	},
	"no real mail goes to Junk": func(w world, d tickets.Decision) bool {
		return w.claim.Junk || d.Division != "Junk" && (d.Match != "follow-up" && d.Match != "unproven" && d.Match != "attach" || allOf(w, d.Ticket, func(t tickets.Thread) bool { return t.Division != "Junk" }))
	},
	"no reason quotes a link": func(w world, d tickets.Decision) bool {
		return !strings.Contains(fmt.Sprint(d.Matched, d.Routed, d.Note, d.Withheld), canary)
	},
}

// allOf tells whether a thread of the ticket for which ok holds is in the evidence.
func allOf(w world, ticket int64, ok func(tickets.Thread) bool) bool {
	for _, t := range append(slices.Concat(w.evidence.ByFile, w.evidence.ByURL, w.evidence.ByRef), threadsOf(append(w.evidence.Awaited, w.evidence.ByMessage...))...) {
		if t.Ticket == ticket && ok(t) {
			return true
		}
	}
	return false
}

func threadsOf(hits []tickets.Hit) (all []tickets.Thread) {
	for _, h := range hits {
		all = append(all, h.Thread)
	}
	return all
}

func TestJudgeKeepsItsLaws(t *testing.T) {
	for seed := range uint64(5_000) {
		checkLaws(t, seed)
	}
}

func checkLaws(t *testing.T, seed uint64) {
	t.Helper()
	w := draw(t, seed)
	d := decide(t, w)
	for name, holds := range laws {
		if !holds(w, d) {
			t.Errorf("seed %d: %s:\n%+v\n%+v\n%+v", seed, name, w.claim, w.evidence, d)
		}
	}
	if again := decide(t, draw(t, seed)); !reflect.DeepEqual(d, again) {
		t.Errorf("seed %d: two decisions on one mail", seed)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(uint64(0), "strange mail", "ana@example.net", "1@mail.example.net")
	f.Add(uint64(1), "[EX-7KQ4-9MZX] [CERT-AA #48211]", "@", "ex-7kq4-9mzx.reporter.00000000000000000000000000000000@example.org")
	f.Fuzz(func(t *testing.T, seed uint64, topic, address, id string) {
		w := draw(t, seed)
		w.report.Subject, w.report.MessageID = topic, id
		if !w.report.Crypto.Encrypted {
			w.report.OuterSubject = topic
		}
		from(address)(&w.report)
		replies(id + "x")(&w.report)
		d := decide(t, w)
		if strings.ContainsAny(d.Subject+d.TheirNumber+d.Party, "\r\n\x00") || len(d.Subject) > 300 || len(d.TheirNumber) > 100 {
			t.Errorf("%q %q %q", d.Subject, d.TheirNumber, d.Party)
		}
		if w.report.Automatic.Is && d.Answer != nil {
			t.Error("automatic mail is answered")
		}
	})
}
