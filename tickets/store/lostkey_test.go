package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// What was sealed with a lost key stays sealed, is told to be so, and stops nothing.
func TestASealKeyIsGivenUp(t *testing.T) { storetest.Each(t, testASealKeyIsGivenUp) }

func testASealKeyIsGivenUp(t *testing.T) {
	ctx, clock := t.Context(), storetest.NewClock()
	options := storetest.Options(t, clock)
	s, err := store.Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
	secret := storetest.Encrypted(storetest.Claim(t, s, 1)[0], "anna")
	id := storetest.File(t, s, storetest.Judge, secret)[0].Ticket
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	clock.Advance(1)
	options.SealKey = bytes.Repeat([]byte{8}, 32)
	if _, err := store.Open(ctx, options); !errors.Is(err, store.ErrOtherKey) {
		t.Fatalf("another key: got %v", err)
	}
	options.SealKeyLost = true
	if s, err = store.Open(ctx, options); err != nil {
		t.Fatal(err)
	}
	if stuck, err := s.GiveUpKey(ctx, storetest.Admin, "seal", ""); err != nil || stuck != 1 {
		t.Fatalf("got %d answers stuck, %v; want 1", stuck, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	options.SealKeyLost = false
	if s, err = store.Open(ctx, options); err != nil {
		t.Fatalf("with the new key: %v", err)
	}
	defer s.Close()
	if s.SealKeyGivenUp().IsZero() {
		t.Error("nobody can tell that a key was given up")
	}
	k, err := s.Ticket(ctx, storetest.Admin, id)
	if err != nil || len(k.Entries) != 1 || k.Entries[0].Text != "" || k.Entries[0].Problems[0].Code != "seal-key-lost" {
		t.Errorf("got %+v, %v", k.Entries, err)
	}
	if due, err := s.Due(ctx, 9); err != nil || len(due) != 0 {
		t.Errorf("got %d due, %v; want none", len(due), err)
	}
	held, err := s.Held(ctx, storetest.Admin)
	if err != nil || len(held) != 1 || held[0].What != tickets.OutFailed {
		t.Fatalf("got %+v, %v", held, err)
	}
	if err := s.Requeue(ctx, storetest.Admin, held[0].ID, true); err == nil || !strings.Contains(err.Error(), "key that is lost") {
		t.Errorf("requeue: got %v", err)
	}
	storetest.Clean(t, s, store.VerifyOptions{})
}
