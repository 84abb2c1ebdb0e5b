package store_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// scan is a step that reads a whole table.
var scan = regexp.MustCompile(`: SCAN (mails|deliveries|tickets|conversations|entries|[a-z]|message_ids|indicator_keys|files|outbox|incidents|events|chain)$`)

// TestNoStatementScansATable does everything once and asks for the plan of each
// statement: what a mail costs must not grow with the number of mails and tickets.
func TestNoStatementScansATable(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	twoTickets(t, s, clock)
	storetest.Receive(t, s, storetest.Mail(clock, storetest.JunkBox, 3, storetest.Text(3)))
	f := storetest.Filing(storetest.Claim(t, s, 1)[0], "cleo")
	f.Keys.MessageIDs, f.Keys.References, f.Keys.Files = []string{"a@b"}, []string{"EX-2222"}, []string{"ff"}
	first := storetest.File(t, s, storetest.Judge, f)[0]
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 3, storetest.Text(3)))
	f.Claim = storetest.Claim(t, s, 1)[0]
	storetest.File(t, s, func(tickets.Filing, tickets.Evidence) tickets.Decision {
		return tickets.Decision{Match: tickets.MatchAttach, Ticket: 1, Party: "x", People: []string{"x"}, Signed: "F"}
	}, f)
	if _, err := s.Due(ctx, 5); err != nil {
		t.Fatal(err)
	}
	for _, act := range []func() error{
		func() error { return s.ClaimTicket(ctx, storetest.Admin, first.Ticket) },
		func() error { return s.AddNote(ctx, storetest.Admin, first.Ticket, "x") },
		func() error { return s.SetState(ctx, storetest.Admin, first.Ticket, tickets.Open, "") },
		func() error { _, err := s.Held(ctx, storetest.Admin); return err },
		func() error { _, err := s.Correspondence(ctx, storetest.Admin, first.Reference); return err },
		func() error { _, err := s.Ticket(ctx, storetest.Admin, first.Ticket); return err },
		func() error { _, err := s.Known(ctx, storetest.Inbox.Source, 1); return err },
		func() error { _, err := s.UnprovenRipe(ctx, clock.Now()); return err },
		func() error { _, err := s.Recover(ctx); return err },
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Tickets(t, s, storetest.Admin)
	for range s.Tickets(ctx, storetest.Admin, tickets.Filter{}) {
		break
	}
	if _, err := s.SealEvents(ctx); err != nil {
		t.Fatal(err)
	}
	testPlans(t, s)
}

// testPlans looks for scans of whole tables. Small results of inner queries (c)
// are read whole, and so are indexes of what waits. An insert names the children
// of its row, which are looked at only when a foreign key is broken already.
func testPlans(t *testing.T, s *store.Store) {
	t.Helper()
	plans, err := store.Plans(context.Background(), s)
	if err != nil || len(plans) < 50 {
		t.Fatalf("got %d plans, %v", len(plans), err)
	}
	open := false
	for _, p := range plans {
		open = open || strings.Contains(p, "(k.state = 'new' OR k.state = 'open' OR k.state = 'waiting') ORDER BY k.id DESC") && strings.Contains(p, "tickets_open")
		m := scan.FindStringSubmatch(p)
		if m == nil || m[1] == "c" || strings.HasPrefix(p, "INSERT") || strings.HasSuffix(p, "LIMIT 1: SCAN chain") {
			continue
		}
		t.Errorf("%s", p)
	}
	if !open {
		t.Error("the list of open tickets does not use their index")
	}
}
