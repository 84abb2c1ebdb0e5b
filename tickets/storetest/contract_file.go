package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/parser/indicator"
	"postern/tickets"
	"postern/tickets/store"
)

// always decides the same whatever was found.
func always(d func(tickets.Filing) tickets.Decision) tickets.Judge {
	return func(f tickets.Filing, _ tickets.Evidence) tickets.Decision { return d(f) }
}

// one receives a mail with these bytes and files it under a name.
func one(t *testing.T, s *store.Store, clock *Clock, n int, name string, judge tickets.Judge) tickets.Filed {
	t.Helper()
	Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
	return File(t, s, judge, Filing(Claim(t, s, 1)[0], name))[0]
}

func testCopiesInBatch(t *testing.T, open Opener) {
	for name, judge := range map[string]tickets.Judge{"judge sees it": Judge, "judge is blind": always(New)} {
		t.Run(name, func(t *testing.T) {
			clock := NewClock()
			s := open(t, Options(t, clock))
			Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Abuse, 1, Text(2)))
			claims := Claim(t, s, 2)
			filed := File(t, s, judge, Filing(claims[1], "anna"), Filing(claims[0], "anna"))
			if filed[1].Match != tickets.MatchNew || filed[0].Match != tickets.MatchSame || filed[0].Ticket != filed[1].Ticket {
				t.Errorf("got %+v, want the first received filed and its copy the same", filed)
			}
			if due, _ := s.Due(context.Background(), 9); len(due) != 1 {
				t.Errorf("got %d answers, want 1", len(due))
			}
			if n := len(Tickets(t, s, Admin)); n != 1 {
				t.Errorf("got %d tickets, want 1", n)
			}
			Clean(t, s, store.VerifyOptions{AtRest: true})
		})
	}
}

// testCopiesInProcesses has two stores on one database file the copies at once.
func testCopiesInProcesses(t *testing.T, open Opener) {
	clock := NewClock()
	o := Options(t, clock)
	stores := []*store.Store{open(t, o), open(t, o)}
	Receive(t, stores[0], Mail(clock, Inbox, 1, Text(1)), Mail(clock, Abuse, 1, Text(2)))
	claims := []tickets.Claim{Claim(t, stores[0], 1)[0], Claim(t, stores[1], 1)[0]}
	filed := make([][]tickets.Filed, 2)
	var all sync.WaitGroup
	for i, s := range stores {
		all.Go(func() {
			var err error
			if filed[i], err = s.File(context.Background(), []tickets.Filing{Filing(claims[i], "anna")}, always(New)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	a, b := filed[0][0], filed[1][0]
	if a.Err != nil || b.Err != nil || a.Ticket != b.Ticket || (a.Match == tickets.MatchSame) == (b.Match == tickets.MatchSame) {
		t.Errorf("got %+v and %+v, want one new and one the same", a, b)
	}
	Clean(t, stores[0], store.VerifyOptions{AtRest: true})
}

func testFiledTwice(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	first := File(t, s, Judge, f)[0]
	second := File(t, s, Judge, f)[0]
	if second.Ticket != first.Ticket || second.Reference != first.Reference || second.Match != first.Match {
		t.Errorf("got %+v, want what the first time gave: %+v", second, first)
	}
	if n := len(Tickets(t, s, Admin)); n != 1 {
		t.Errorf("got %d tickets, want 1", n)
	}
}

func testFence(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)))
	claims := Claim(t, s, 2)
	if err := s.Release(ctx, claims[:1]); err != nil {
		t.Fatal(err)
	}
	filed, err := s.File(ctx, []tickets.Filing{Filing(claims[0], "anna"), Filing(claims[1], "ben")}, Judge)
	if err != nil || !errors.Is(filed[0].Err, tickets.ErrFence) || filed[1].Err != nil {
		t.Fatalf("got %+v, %v; want the first fenced", filed, err)
	}
	if _, err := s.Fail(ctx, claims[0], "late"); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("fail: got %v, want ErrFence", err)
	}
}

func testOneBadMail(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)), Mail(clock, Inbox, 3, Text(3)))
	claims := Claim(t, s, 3)
	judge := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		d := Judge(f, e)
		if f.Claim.Mail == claims[1].Mail {
			d = tickets.Decision{Match: tickets.MatchAttach, Ticket: 4711}
		}
		return d
	}
	batch := []tickets.Filing{Filing(claims[0], "anna"), Filing(claims[1], "ben"), Filing(claims[2], "cleo")}
	filed, err := s.File(context.Background(), batch, judge)
	if err != nil || filed[0].Err != nil || filed[1].Err == nil || filed[2].Err != nil {
		t.Fatalf("got %+v, %v; want only the second to fail", filed, err)
	}
	if n := len(Tickets(t, s, Admin)); n != 2 {
		t.Errorf("got %d tickets, want 2", n)
	}
	File(t, s, Judge, Filing(claims[1], "ben"))
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testJudgePanics(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)))
	claims := Claim(t, s, 2)
	judge := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if f.Claim.Mail == claims[0].Mail {
			panic("odd")
		}
		return Judge(f, e)
	}
	filed, err := s.File(context.Background(), []tickets.Filing{Filing(claims[0], "anna"), Filing(claims[1], "ben")}, judge)
	if err != nil || filed[0].Err == nil || filed[1].Err != nil {
		t.Fatalf("got %+v, %v", filed, err)
	}
}

// repeating is randomness that gives the same ID a few times before it goes on.
type repeating struct {
	mu sync.Mutex
	n  byte
}

func (r *repeating) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range p {
		p[i] = r.n / 35 // seven draws an ID: five times the same one
		r.n++
	}
	return len(p), nil
}

func testDrawnAgain(t *testing.T, open Opener) {
	clock := NewClock()
	o := Options(t, clock)
	o.Rand = &repeating{}
	s := open(t, o)
	first := one(t, s, clock, 1, "anna", always(New))
	second := one(t, s, clock, 2, "ben", always(New))
	if first.Ticket == second.Ticket {
		t.Errorf("two tickets have the ID %s", first.Ticket)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
	o = Options(t, clock)
	o.Rand = bytes.NewReader(nil)
	s = open(t, o)
	Receive(t, s, Mail(clock, Inbox, 3, Text(3)))
	if _, err := s.File(context.Background(), []tickets.Filing{Filing(Claim(t, s, 1)[0], "cleo")}, always(New)); !errors.Is(err, io.EOF) {
		t.Errorf("without randomness: got %v, want its error", err)
	}
}

func testFollowUp(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	clock.Advance(time.Second)
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	claims := Claim(t, s, 2)
	report, reply := Filing(claims[0], "anna"), Filing(claims[1], "anna2")
	reply.Keys.MessageIDs = []string{"answer-" + report.Keys.Identity[:12] + "@example.org"}
	var seen tickets.Hit
	judge := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if len(e.ByMessage) == 1 {
			seen = e.ByMessage[0]
			return tickets.Decision{Match: tickets.MatchFollowUp, Ticket: seen.Thread.Ticket, Conversation: seen.Thread.Conversation,
				State: tickets.Open, People: []string{"Anna2@example.net"}, TheirNumber: "CERT-AA #7", Signed: "ABCD"}
		}
		return Judge(f, e)
	}
	// given in the wrong order: a batch is filed in the order received
	filed := File(t, s, judge, reply, report)
	if !seen.Outgoing || !seen.Thread.Acknowledged || filed[0].Match != tickets.MatchFollowUp || filed[0].Reference != filed[1].Reference {
		t.Errorf("got %+v by %+v", filed, seen)
	}
	k, err := s.Ticket(ctx, Admin, filed[0].Ticket)
	if err != nil || k.State != tickets.Open || len(k.Entries) != 2 || k.Conversations[0].TheirNumber != "CERT-AA #7" {
		t.Errorf("got %+v, %v", k, err)
	}
	c, err := s.Correspondence(ctx, Admin, filed[0].Reference)
	if err != nil || len(c.Thread.People) != 2 || c.Thread.People[1] != "anna@example.net" && c.Thread.People[0] != "anna@example.net" || !c.Signed || len(c.Thread.Keys) != 1 {
		t.Errorf("got %+v, %v", c, err)
	}
	if c.MessageID != reply.Report.MessageID || !slices.Contains(c.References, report.Report.MessageID) {
		t.Errorf("a reply to %q refers to %q and not to the first mail %q", c.MessageID, c.References, report.Report.MessageID)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testAttach(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	first := one(t, s, clock, 1, "anna", Judge)
	attach := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		d := New(f)
		d.Match, d.Ticket, d.State = tickets.MatchAttach, 1, ""
		d.Matched = []tickets.Reason{{Reason: "the same URL", Score: 0.9}}
		return d
	}
	second := one(t, s, clock, 2, "ben", attach)
	if second.Ticket != first.Ticket || second.Reference == first.Reference || !second.Answer {
		t.Errorf("got %+v on %+v", second, first)
	}
	for _, reference := range []string{first.Reference, second.Reference, strings.ToLower(second.Reference)} {
		if k, err := s.Ticket(ctx, Admin, reference); err != nil || k.ID != first.Ticket {
			t.Errorf("%s finds %s, %v", reference, k.ID, err)
		}
	}
	k, _ := s.Ticket(ctx, Admin, first.Ticket)
	if len(k.Conversations) != 2 || len(k.Reporters) != 2 || len(k.Why.Matched) != 1 || k.Why.Matched[0].Score != 0.9 {
		t.Errorf("got %+v", k)
	}
	due, _ := s.Due(ctx, 9)
	if len(due) != 2 || due[1].Reference != second.Reference || due[1].TicketID != first.Ticket || due[1].To != "ben@example.net" {
		t.Errorf("got %+v", due)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testUnproven(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	first := one(t, s, clock, 1, "anna", Judge)
	claiming := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		return tickets.Decision{Match: tickets.MatchUnproven, Ticket: 1, State: tickets.Resolved, People: []string{f.Keys.From}, Withheld: "not proven"}
	}
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	f := Filing(Claim(t, s, 1)[0], "mallory")
	f.Report.TLP = "RED"
	File(t, s, claiming, f)
	k, _ := s.Ticket(ctx, Admin, first.Ticket)
	if len(k.Entries) != 2 || !k.Entries[1].Unproven || k.Entries[1].Conversation != "" || k.State != tickets.New || k.TLP != "" {
		t.Fatalf("got %+v", k)
	}
	if low, _ := s.Ticket(ctx, tickets.Viewer{Role: "helpdesk"}, first.Ticket); len(low.Entries) != 1 || len(low.Indicators) != 1 {
		t.Errorf("the help desk sees %+v of a RED claim", low.Entries)
	}
	if c, _ := s.Correspondence(ctx, Admin, first.Reference); len(c.Thread.People) != 1 {
		t.Errorf("got participants %v", c.Thread.People)
	}
	if n, err := s.UnprovenRipe(ctx, clock.Now()); n != 0 || err != nil {
		t.Errorf("got %d ripe at once, %v", n, err)
	}
	clock.Advance(3 * time.Hour)
	if n, err := s.UnprovenRipe(ctx, clock.Now().Add(-2*time.Hour)); n != 1 || err != nil {
		t.Fatalf("got %d ripe, %v; want 1", n, err)
	}
	if st, err := s.Stats(ctx); err != nil || !st.OldestMail.IsZero() || st.LateMails != 0 {
		t.Errorf("a mail that is filed anew counts as never filed: %+v, %v", st, err)
	}
	again := Claim(t, s, 1)[0]
	if again.Refile != tickets.RefileAlone {
		t.Fatalf("got %+v", again)
	}
	alone := File(t, s, always(New), Filing(again, "mallory"))[0]
	if alone.Ticket == first.Ticket || !alone.Answer {
		t.Errorf("got %+v, want a ticket of its own", alone)
	}
	if k, _ := s.Ticket(ctx, Admin, first.Ticket); len(k.Entries) != 1 || k.State != tickets.New {
		t.Errorf("got %+v left behind", k)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testAwaited(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	reply := Filing(Claim(t, s, 1)[0], "reply")
	reply.Keys.MessageIDs = []string{"original@mail.example.net"}
	first := File(t, s, Judge, reply)[0]
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	var seen []tickets.Hit
	File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		seen = e.Awaited
		return Judge(f, e)
	}, Filing(Claim(t, s, 1)[0], "original"))
	if len(seen) != 1 || seen[0].Thread.TicketID != first.Ticket || seen[0].From != "reply@example.net" {
		t.Errorf("got %+v", seen)
	}
}

func testReread(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, JunkBox, 1, Text(1)))
	first := File(t, s, always(New), Filing(Claim(t, s, 1)[0], "anna"))[0]
	if err := s.AddNote(ctx, Admin, first.Ticket, "look here"); err != nil {
		t.Fatal(err)
	}
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	f.Report.NewText = "read better"
	f.Report.Indicators = append(f.Report.Indicators, indicator.Indicator{Type: "ipv4", Value: "192.0.2.1"})
	File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if e.Existing == nil || e.Existing.Thread.TicketID != first.Ticket {
			t.Errorf("got existing %+v", e.Existing)
		}
		return tickets.Decision{Match: tickets.MatchRefile, Ticket: e.Existing.Thread.Ticket}
	}, f)
	k, _ := s.Ticket(ctx, Admin, first.Ticket)
	if len(k.Entries) != 2 || k.Entries[0].Text != "read better" || len(k.Indicators) != 2 {
		t.Errorf("got %+v", k)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testCandidates(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	file := strings.Repeat("ab", 32)
	filing := func(n int, name string) tickets.Filing {
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := Filing(Claim(t, s, 1)[0], name)
		f.Keys.Files, f.Keys.URLs = []string{file}, []string{"http://bad.example/"}
		f.Report.Indicators = []indicator.Indicator{{Type: "url", Value: "http://bad.example/"}, {Type: "url", Value: "http://www.example.org/", Benign: true}}
		f.Keys.References = []string{"EX-0000-0000"}
		return f
	}
	first := File(t, s, always(New), filing(1, "anna"))[0]
	closed := File(t, s, always(New), filing(2, "ben"))[0]
	if err := s.SetState(ctx, Admin, closed.Ticket, tickets.Closed, ""); err != nil {
		t.Fatal(err)
	}
	third := filing(3, "cleo")
	third.Keys.References = append(third.Keys.References, first.Reference)
	third.Keys.URLs = append(third.Keys.URLs, "http://www.example.org/")
	File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if len(e.ByFile) != 1 || e.ByFile[0].TicketID != first.Ticket || len(e.ByURL) != 1 || e.ByURL[0].TicketID != first.Ticket {
			t.Errorf("got files %+v and URLs %+v, want the open ticket once", e.ByFile, e.ByURL)
		}
		if len(e.ByRef) != 1 || e.ByRef[0].Reference != first.Reference {
			t.Errorf("got references %+v", e.ByRef)
		}
		return New(f)
	}, third)
}

// testManyIndicators is the worst mail: one that names 20,000 things at once.
func testManyIndicators(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	for i := range 20_000 {
		url := fmt.Sprintf("http://bad%d.example/", i)
		f.Report.Indicators = append(f.Report.Indicators, indicator.Indicator{Type: "url", Value: url, Role: "source"})
		f.Keys.URLs = append(f.Keys.URLs, url)
		f.Keys.MessageIDs = append(f.Keys.MessageIDs, fmt.Sprintf("%d@example.com", i))
		f.Keys.References = append(f.Keys.References, fmt.Sprintf("EX-%d", i))
		f.Keys.Files = append(f.Keys.Files, fmt.Sprintf("%064d", i))
	}
	filed := File(t, s, Judge, f)[0]
	k, err := s.Ticket(context.Background(), Admin, filed.Ticket)
	if err != nil || len(k.Indicators) != 20_001 {
		t.Errorf("got %d indicators, %v", len(k.Indicators), err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testBudget(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	var got tickets.Answers
	counting := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		got = e.Answers
		d := New(f)
		d.Answer.To = f.Keys.From
		return d
	}
	file := func(n int, from string) {
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := Filing(Claim(t, s, 1)[0], fmt.Sprint(n))
		f.Keys.From = from
		File(t, s, counting, f)
	}
	file(1, "a@example.net")
	file(2, "b@example.net")
	file(3, "c@example.com")
	file(4, "a@example.net")
	if want := (tickets.Answers{Address: 1, Domain: 2, Overall: 3, AddressDay: 1, DomainDay: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	clock.Advance(90 * time.Minute)
	file(5, "a+more@example.net")
	if want := (tickets.Answers{AddressDay: 2, DomainDay: 3}); got != want {
		t.Errorf("got %+v after the window, want %+v", got, want)
	}
	clock.Advance(23 * time.Hour)
	file(6, "a@example.net")
	if want := (tickets.Answers{AddressDay: 3, DomainDay: 4}); got != want {
		t.Errorf("got %+v within the day, want %+v", got, want)
	}
	clock.Advance(26 * time.Hour)
	file(7, "a@example.net")
	if got != (tickets.Answers{}) {
		t.Errorf("got %+v after the day", got)
	}
	file(8, "a@invented.example.net")
	if want := (tickets.Answers{Domain: 1, Overall: 1, DomainDay: 1}); got != want {
		t.Errorf("got %+v for a name below the domain, want %+v", got, want)
	}
	file(9, "jo.doe@gmail.com")
	file(10, "j.o.d.oe@googlemail.com")
	if want := (tickets.Answers{Address: 1, Domain: 1, Overall: 3, AddressDay: 1, DomainDay: 1}); got != want {
		t.Errorf("got %+v for the same person with other dots, want %+v", got, want)
	}
}

// testKeyAdded files an encrypted mail that could not be read, and again once it can.
func testKeyAdded(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	other := one(t, s, clock, 1, "anna", always(New))
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	closed := Encrypted(Claim(t, s, 1)[0], "ben")
	closed.Report.NewText, closed.Report.Text, closed.Report.Subject = "", "", "..."
	first := File(t, s, always(New), closed)[0]
	n, err := s.ReadAgain(ctx, Admin, first.Ticket)
	if err != nil || len(n) != 1 {
		t.Fatalf("got %d, %v; want 1 mail", n, err)
	}
	c := Claim(t, s, 1)[0]
	readable := Encrypted(c, "ben")
	readable.Report.TLP = "RED"
	readable.Keys.Identity = Filing(c, "anna").Keys.Identity // what could be read says the same as another mail
	again := File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		return tickets.Decision{Match: tickets.MatchRefile, Ticket: e.Existing.Thread.Ticket, Signed: "ABCD", State: tickets.Closed}
	}, readable)[0]
	k, err := s.Ticket(ctx, Admin, first.Ticket)
	if err != nil || again.Ticket != first.Ticket || k.Entries[0].Text != "text "+Canary || k.TLP != "RED" || k.State != tickets.New {
		t.Errorf("got %+v, %v", k, err)
	}
	if talk, _ := s.Correspondence(ctx, Admin, first.Reference); !talk.Signed || talk.TLP != "RED" {
		t.Errorf("got %+v", talk)
	}
	if len(Tickets(t, s, Admin)) != 2 || other.Ticket == first.Ticket {
		t.Error("the two mails became one")
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}
