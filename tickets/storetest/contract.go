package storetest

import (
	"context"
	"testing"

	"postern/tickets/store"
)

// Opener opens a store for a test and closes it with it.
type Opener func(t *testing.T, o store.Options) *store.Store

// Run runs the contract of the store. Every database must pass it.
func Run(t *testing.T, open func(t *testing.T, o store.Options) *store.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"mail to ticket to answer", testWholeWay},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

func testWholeWay(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	filed := File(t, s, Judge, Filing(Claim(t, s, 1)[0], "anna"))
	due, err := s.Due(ctx, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("due: %d, %v; want 1", len(due), err)
	}
	token, err := s.Take(ctx, due[0].ID, "w", "bounces@example.org", []byte("From: csirt@example.org\r\nSubject: ours\r\n\r\nthank you\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Handed(ctx, due[0].ID, token); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx, due[0].ID, token, sent("r1@relay.example.org")); err != nil {
		t.Fatal(err)
	}
	k, err := s.Ticket(ctx, Admin, filed[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Entries) != 2 || k.Entries[1].Kind != "mail-out" || k.Entries[1].From != "csirt@example.org" || k.Entries[1].Subject != "ours" {
		t.Errorf("got entries %+v, want the mail and our answer", k.Entries)
	}
	if len(k.Indicators) != 1 || len(k.Reporters) != 1 || k.Reporters[0] != "anna@example.net" {
		t.Errorf("got %+v", k)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}
