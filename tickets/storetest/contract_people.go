package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/format"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// Canary is a word that stands in encrypted mail only.
const Canary = "kookaburra-4417"

// Encrypted makes a filing whose every readable part came out of an encrypted mail.
func Encrypted(c tickets.Claim, name string) tickets.Filing {
	f := Filing(c, name)
	f.Report.OuterSubject, f.Report.Subject = "...", "inner "+Canary
	f.Report.Text, f.Report.NewText = "text "+Canary, "text "+Canary
	f.Report.Crypto = pgp.Result{Protocol: "openpgp", Encrypted: true, Decrypted: true,
		Signatures: []pgp.Signature{{Verdict: "good", Sentence: "Signed " + Canary + "."}}}
	f.Report.Attachments = []parser.Attachment{{Name: Canary + ".pdf", Encrypted: true}}
	f.Report.Fields = map[string]any{"field": Canary}
	f.Report.Problems = []mime.Problem{{Code: "odd", Detail: "about " + Canary}}
	f.Report.Incidents = []format.Incident{{Category: "fraud/phishing", Description: Canary, Fields: map[string]any{"row": Canary}}}
	return f
}

func testVisibility(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	ids := map[string]string{}
	for n, k := range []struct {
		name, division, tlp string
		restricted          bool
	}{
		{"central", tickets.Central, "", false},
		{"network", "network", "AMBER", false},
		{"network restricted", "network", "", true},
		{"network red", "network", "RED", false},
		{"nobody", "", "", false},
	} {
		Receive(t, s, Mail(clock, Inbox, uint32(n+1), Text(n)))
		f := Filing(Claim(t, s, 1)[0], strings.ReplaceAll(k.name, " ", "-"))
		f.Report.TLP = k.tlp
		ids[k.name] = File(t, s, func(f tickets.Filing, _ tickets.Evidence) tickets.Decision {
			d := New(f)
			d.Division, d.Restricted = k.division, k.restricted
			d.Answer.State = tickets.OutWithheld
			return d
		}, f)[0].Ticket
	}
	all := []string{"central", "network", "network restricted", "network red", "nobody"}
	for _, c := range []struct {
		viewer tickets.Viewer
		sees   []string
	}{
		{tickets.Viewer{Role: "admin"}, all},
		{tickets.Viewer{Role: "lead"}, all},
		{tickets.Viewer{Role: "handler"}, all},
		{tickets.Viewer{Role: "helpdesk"}, []string{"central", "network", "nobody"}},
		{tickets.Viewer{Role: "auditor"}, []string{"central", "network", "nobody"}},
		{tickets.Viewer{Role: "division", Division: "network"}, []string{"network"}},
		{tickets.Viewer{Role: "division", Division: "other"}, nil},
		{tickets.Viewer{Role: "division"}, nil},
		{tickets.Viewer{Role: "stranger", Division: "network"}, nil},
		{tickets.Viewer{}, nil},
	} {
		t.Run(c.viewer.Role+" "+c.viewer.Division, func(t *testing.T) {
			listed := Tickets(t, s, c.viewer)
			if len(listed) != len(c.sees) {
				t.Errorf("lists %d tickets, want %d", len(listed), len(c.sees))
			}
			held, err := s.Held(ctx, c.viewer)
			if err != nil || len(held) != len(c.sees) {
				t.Errorf("lists %d held answers, %v; want %d", len(held), err, len(c.sees))
			}
			for _, name := range all {
				_, err := s.Ticket(ctx, c.viewer, ids[name])
				_, err2 := s.Correspondence(ctx, c.viewer, ids[name])
				if want := slices.Contains(c.sees, name); (err == nil) != want || (err2 == nil) != want ||
					!want && (!errors.Is(err, tickets.ErrNotFound) || !errors.Is(err2, tickets.ErrNotFound)) {
					t.Errorf("%s: got %v and %v", name, err, err2)
				}
				if err := s.ClaimTicket(ctx, c.viewer, ids[name]); !slices.Contains(c.sees, name) && err == nil {
					t.Errorf("%s was claimed unseen", name)
				}
			}
		})
	}
}

func testWork(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	id := one(t, s, clock, 1, "anna", Judge).Ticket
	network := tickets.Viewer{Name: "nora", Role: "division", Division: "network"}
	if err := s.ClaimTicket(ctx, Admin, id); err != nil {
		t.Fatal(err)
	}
	if err := s.ClaimTicket(ctx, Admin, strings.ToLower(id)); err != nil {
		t.Errorf("claimed again by its owner: %v", err)
	}
	other := tickets.Viewer{Name: "bob", Role: "handler"}
	if err := s.ClaimTicket(ctx, other, id); !errors.Is(err, tickets.ErrOwned) || !strings.Contains(err.Error(), "ada") {
		t.Errorf("claimed by another: got %v, want that ada has it", err)
	}
	if k, _ := s.Ticket(ctx, Admin, id); k.Owner != "ada" || k.State != tickets.Open {
		t.Errorf("got %s of %q", k.State, k.Owner)
	}
	if err := s.Assign(ctx, network, id, "network"); !errors.Is(err, tickets.ErrNotFound) {
		t.Errorf("a division took a ticket it may not see: %v", err)
	}
	if err := s.Assign(ctx, Admin, id, "network"); err != nil {
		t.Fatal(err)
	}
	if err := s.ClaimTicket(ctx, network, id); err != nil {
		t.Errorf("the division's own: %v", err)
	}
	if err := s.SetState(ctx, network, id, tickets.Resolved, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.SetState(ctx, network, id, tickets.Closed, ""); err != nil {
		t.Fatal(err)
	}
	if k, _ := s.Ticket(ctx, network, id); k.State != tickets.Closed || k.Resolution != tickets.Fixed {
		t.Errorf("got %s, %s; closing keeps the resolution", k.State, k.Resolution)
	}
	if err := s.SetState(ctx, network, id, tickets.New, ""); !errors.Is(err, tickets.ErrTransition) {
		t.Errorf("closed to new: got %v, want ErrTransition", err)
	}
	if err := s.AddNote(ctx, network, id, " \n"); err == nil {
		t.Error("an empty note was taken")
	}
	if err := s.AddNote(ctx, network, id, "called them\x00"); err != nil {
		t.Fatal(err)
	}
	if err := s.AddNote(ctx, tickets.Viewer{Name: "al", Role: "auditor"}, id, "x"); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("an auditor: got %v", err)
	}
	k, _ := s.Ticket(ctx, network, id)
	note := k.Entries[len(k.Entries)-1]
	if note.Kind != "note" || note.From != "nora" || !strings.HasPrefix(note.Text, "called them") || strings.Contains(note.Text, "\x00") {
		t.Errorf("got %+v", note)
	}
	testLists(t, s)
	Clean(t, s, store.VerifyOptions{})
}

// testLists expects one closed ticket of network.
func testLists(t *testing.T, s *store.Store) {
	t.Helper()
	for name, c := range map[string]struct {
		filter tickets.Filter
		want   int
	}{
		"open ones":        {tickets.Filter{}, 0},
		"all":              {tickets.Filter{All: true}, 1},
		"by state":         {tickets.Filter{State: tickets.Closed}, 1},
		"by other state":   {tickets.Filter{State: tickets.New}, 0},
		"by division":      {tickets.Filter{All: true, Division: "network"}, 1},
		"by other":         {tickets.Filter{All: true, Division: "central"}, 0},
		"by owner":         {tickets.Filter{All: true, Owner: "nora"}, 1},
		"by another owner": {tickets.Filter{All: true, Owner: "ada"}, 0},
		"before the first": {tickets.Filter{All: true, Before: 1}, 0},
	} {
		n := 0
		for _, err := range s.Tickets(context.Background(), Admin, c.filter) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			n++
		}
		if n != c.want {
			t.Errorf("%s: got %d tickets, want %d", name, n, c.want)
		}
	}
}

func testReply(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	f.Report.References = []string{"a@example.net", "b@example.net"}
	filed := File(t, s, Judge, f)[0]
	c, err := s.Correspondence(ctx, Admin, filed.Reference)
	if err != nil || c.MessageID != "anna@mail.example.net" || len(c.References) != 2 || c.Subject != "report anna" ||
		c.Language != "en" || !c.ReceivedAt.Equal(clock.Now()) || c.Encrypted {
		t.Fatalf("got %+v, %v", c, err)
	}
	o := tickets.Outgoing{Dedupe: "reply:1", Conversation: c.Thread.Conversation, To: "anna@example.net", MessageID: "m@example.org",
		Template: "need-info", Vars: map[string]string{"question": "when?"}, EncryptTo: []string{"ABCD"}, Automatic: true}
	id, err := s.QueueReply(ctx, Admin, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.QueueReply(ctx, Admin, o); !errors.Is(err, tickets.ErrDuplicate) {
		t.Errorf("queued twice: got %v, want ErrDuplicate", err)
	}
	got, err := s.Outgoing(ctx, id)
	if err != nil || got.By != "ada" || got.Automatic || got.TicketID != filed.Ticket || got.Vars["question"] != "when?" || !got.Sealed || got.EncryptTo[0] != "ABCD" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.QueueReply(ctx, tickets.Viewer{Role: "division", Division: "x"}, o); !errors.Is(err, tickets.ErrNotFound) {
		t.Errorf("a stranger's reply: got %v", err)
	}
	if _, err := s.QueueReply(ctx, tickets.Viewer{Role: "auditor"}, o); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("an auditor's reply: got %v", err)
	}
}

// testRaised tells the label that a person gave a ticket apart from those of its mails.
func testRaised(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	f.Report.TLP = "AMBER"
	filed := File(t, s, always(New), f)[0]
	raised := func() string {
		t.Helper()
		c, err := s.Correspondence(ctx, Admin, filed.Reference)
		if err != nil || c.TLP != "AMBER" {
			t.Fatalf("got %+v, %v", c, err)
		}
		return c.Raised
	}
	if got := raised(); got != "" {
		t.Errorf("the sender's own label counts as a person's: %q", got)
	}
	red := "RED"
	if _, err := s.Set(ctx, Admin, filed.Ticket, tickets.Change{TLP: &red}); err != nil {
		t.Fatal(err)
	}
	if got := raised(); got != "RED" {
		t.Errorf("got %q, want the label of the ticket", got)
	}
}

// testStrangersRed: who reports the same as others, or only claims to belong there, may
// call his own mail RED. It hides nothing of theirs, and takes no label back that a
// person has set.
func testStrangersRed(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	first := one(t, s, clock, 1, "anna", Judge)
	second := one(t, s, clock, 2, "mallory", always(func(f tickets.Filing) tickets.Decision {
		d := New(f)
		d.Match, d.Ticket, d.State = tickets.MatchAttach, 1, ""
		return d
	}))
	strict := "AMBER+STRICT"
	if _, err := s.Set(ctx, Admin, first.Ticket, tickets.Change{TLP: &strict}); err != nil {
		t.Fatal(err)
	}
	for n, judge := range []tickets.Judge{
		Judge,
		always(func(tickets.Filing) tickets.Decision {
			return tickets.Decision{Match: tickets.MatchUnproven, Ticket: 1}
		}),
	} {
		Receive(t, s, Mail(clock, Inbox, uint32(3+n), Text(3+n)))
		f := Filing(Claim(t, s, 1)[0], []string{"mallory again", "eve"}[n])
		f.Keys.MessageIDs, f.Report.TLP = []string{"mallory@mail.example.net"}, "RED"
		if got := File(t, s, judge, f)[0]; got.Ticket != first.Ticket {
			t.Fatalf("got %+v, want it on %s with %+v", got, first.Ticket, second)
		}
		desk, err := s.Ticket(ctx, tickets.Viewer{Role: "helpdesk"}, first.Ticket)
		if err != nil || desk.TLP != strict || len(desk.Entries) != 2 {
			t.Fatalf("the help desk sees %+v, %v", desk, err)
		}
		if c, err := s.Correspondence(ctx, Admin, first.Reference); err != nil || c.Raised != strict {
			t.Errorf("got %q, %v; want the label that a person set", c.Raised, err)
		}
	}
	if c, err := s.Correspondence(ctx, Admin, second.Reference); err != nil || c.TLP != "RED" {
		t.Errorf("got %q, %v for the conversation of the one who said RED", c.TLP, err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testSealedRead(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	filed := File(t, s, Judge, Encrypted(Claim(t, s, 1)[0], "anna"))[0]
	if err := s.AddNote(ctx, Admin, filed.Ticket, "they say "+Canary); err != nil {
		t.Fatal(err)
	}
	k, err := s.Ticket(ctx, Admin, filed.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	e := k.Entries[0]
	if e.Text != "text "+Canary || e.Subject != "inner "+Canary || e.Crypto != "Signed "+Canary+"." || len(e.Problems) != 1 || !e.Encrypted {
		t.Errorf("got %+v", e)
	}
	if k.Entries[1].Text != "they say "+Canary {
		t.Errorf("got note %+v", k.Entries[1])
	}
	if e := Tickets(t, s, Admin)[0].Entries[0]; e.Subject != "..." || e.Text != "" {
		t.Errorf("a list shows %+v", e)
	}
	c, err := s.Correspondence(ctx, Admin, filed.Reference)
	if err != nil || !c.Encrypted || c.Subject != "..." {
		t.Errorf("got %+v, %v", c, err)
	}
	due, err := s.Due(ctx, 1)
	if err != nil || !due[0].Sealed || due[0].Vars["text"] != "thank you" {
		t.Errorf("got %+v, %v", due, err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testChain(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	one(t, s, clock, 1, "anna", Judge)
	st, err := s.Stats(ctx)
	if err != nil || st.Unsealed == 0 {
		t.Fatalf("got %+v, %v", st, err)
	}
	n, err := s.SealEvents(ctx)
	if err != nil || int64(n) != st.Unsealed {
		t.Errorf("sealed %d, %v; want %d", n, err, st.Unsealed)
	}
	if n, err := s.SealEvents(ctx); n != 0 || err != nil {
		t.Errorf("sealed %d again, %v", n, err)
	}
	one(t, s, clock, 2, "ben", Judge)
	clock.Advance(2 * time.Minute)
	found, err := s.Verify(ctx, store.VerifyOptions{})
	if err != nil || len(found) == 0 || found[0].Rule != "event-is-sealed" {
		t.Errorf("got %+v, %v; want unsealed events found", found, err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

// testLease has leases of an hour, which hold, and some that are over at once:
// the clock may be the database's own, which no test moves.
func testLease(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, Options(t, NewClock()))
	lease := func(holder string, length time.Duration, wantToken int64, want bool) {
		t.Helper()
		token, held, err := s.Lease(ctx, "sealer", holder, length)
		if err != nil || held != want || token != wantToken {
			t.Errorf("%s: got %d, %v, %v; want %d, %v", holder, token, held, err, wantToken, want)
		}
	}
	lease("a", time.Hour, 1, true)
	lease("b", time.Hour, 0, false)
	lease("a", 0, 1, true)
	lease("b", time.Hour, 2, true)
	if err := s.Unlease(ctx, "sealer", "b"); err != nil {
		t.Fatal(err)
	}
	lease("a", time.Hour, 3, true)
}

func testPinnedKey(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, Options(t, NewClock()))
	for _, fingerprint := range []string{"one", "two"} {
		if known, err := s.PinKey(ctx, "hmac", fingerprint); known != "one" || err != nil {
			t.Errorf("got %q, %v; want the first one", known, err)
		}
	}
}

func testStats(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	o := Options(t, clock)
	s, other := open(t, o), open(t, o)
	before, err := s.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := s.DataVersion(ctx); again != before {
		t.Errorf("the data version changed from %d to %d by itself", before, again)
	}
	Receive(t, other, Mail(clock, Inbox, 1, Text(1)))
	if after, _ := s.DataVersion(ctx); after == before {
		t.Error("the data version did not change")
	}
	clock.Advance(time.Hour)
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	File(t, s, Judge, Filing(Claim(t, s, 2)[1], "anna"))
	st, err := s.Stats(ctx)
	if err != nil || st.Mails["claimed"] != 1 || st.Mails["filed"] != 1 || st.Tickets["new"] != 1 || st.Outbox["queued"] != 1 ||
		st.LateMails != 1 || !st.OldestMail.Equal(clock.Now().Add(-time.Hour)) || !st.OldestOut.Equal(clock.Now()) || st.WithoutRaw != 0 {
		t.Errorf("got %+v, %v", st, err)
	}
	if err := s.Checkpoint(ctx); err != nil {
		t.Error(err)
	}
}
