package store_test

import (
	"context"
	"fmt"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// points are all steps of the way of a mail at which the process may die.
var points = []string{
	"t1.before", "t1.inserted", "t1.written", "t1.committed",
	"claim.before", "claim.written", "claim.committed",
	"t2.before", "t2.written", "t2.committed",
	"t3a.before", "t3a.written", "t3a.committed",
	"t3b.before", "t3b.written", "t3b.committed",
	"t3c.before", "t3c.written", "t3c.committed",
}

// TestDeathAtEveryStep kills the work at each point, opens the database again
// as a new process would, and goes on to the end: one mail, one ticket, and at
// most one answer, which is missing only when nobody can know whether it left.
func TestDeathAtEveryStep(t *testing.T) { storetest.Each(t, testDeathAtEveryStep) }

func testDeathAtEveryStep(t *testing.T) {
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			bomb, clock := &storetest.Bomb{}, storetest.NewClock()
			o := storetest.Options(t, clock)
			o.Hook = bomb.Hook
			bomb.Arm(point, 0)
			server := &relay{}
			s := mustOpen(t, o)
			if !storetest.Dies(func() { wholeWay(t, s, clock, server) }) {
				t.Fatal("the point was never reached")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, o)
			if _, err := s.Recover(context.Background()); err != nil {
				t.Fatal(err)
			}
			wholeWay(t, s, clock, server)
			storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
			if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 1 {
				t.Errorf("got %d tickets, want 1", n)
			}
			if len(server.got) > 1 {
				t.Errorf("the relay got %d answers", len(server.got))
			}
			if len(server.got) == 0 && point != "t3b.committed" {
				t.Error("the relay got no answer")
			}
		})
	}
}

func mustOpen(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// relay is an SMTP server: what it was given stays given when we die.
type relay struct{ got []string }

// wholeWay does what intake, filer and sender do until nothing is left to do.
func wholeWay(t *testing.T, s *store.Store, clock *storetest.Clock, server *relay) {
	t.Helper()
	ctx := context.Background()
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
	claims, err := s.Claim(ctx, "w", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims {
		storetest.File(t, s, storetest.Judge, storetest.Filing(c, "anna"))
	}
	due, err := s.Due(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range due {
		send(t, s, o, server)
	}
}

func send(t *testing.T, s *store.Store, o tickets.Outgoing, server *relay) {
	t.Helper()
	ctx := context.Background()
	bytes := o.Bytes
	if bytes == nil {
		bytes = []byte(fmt.Sprintf("%s\r\nattempt %d", storetest.OurMail, o.Attempts))
	}
	token, err := s.Take(ctx, o.ID, tickets.Attempt{Number: o.Attempts + 1, Worker: "w", Bytes: bytes})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Handed(ctx, o.ID, token); err != nil {
		t.Fatal(err)
	}
	server.got = append(server.got, string(bytes))
	if err := s.Settle(ctx, o.ID, token, tickets.SendResult{State: tickets.OutSent}); err != nil {
		t.Fatal(err)
	}
}
