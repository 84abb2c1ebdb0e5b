package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/tickets"
	"postern/tickets/store"
)

func testWithheld(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	filed := one(t, s, clock, 1, "anna", func(f tickets.Filing, _ tickets.Evidence) tickets.Decision {
		d := New(f)
		d.Answer.State, d.Withheld = tickets.OutWithheld, "too many answers to this address"
		return d
	})
	if filed.Answer {
		t.Error("a withheld answer was reported as one")
	}
	if due, _ := s.Due(ctx, 9); len(due) != 0 {
		t.Errorf("got %+v due", due)
	}
	held, err := s.Held(ctx, Admin)
	if err != nil || len(held) != 1 || held[0].What != "withheld" || held[0].Reason != "too many answers to this address" || held[0].Ticket != filed.Ticket {
		t.Fatalf("got %+v, %v", held, err)
	}
	if err := s.Requeue(ctx, tickets.Viewer{Role: "auditor"}, held[0].ID, false); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("an auditor: got %v, want ErrReadOnly", err)
	}
	if err := s.Requeue(ctx, tickets.Viewer{Role: "division", Division: "network"}, held[0].ID, false); err == nil {
		t.Error("another division released it")
	}
	if err := s.Requeue(ctx, Admin, held[0].ID, false); err != nil {
		t.Fatal(err)
	}
	if due, _ := s.Due(ctx, 9); len(due) != 1 {
		t.Errorf("got %+v due after the release", due)
	}
	for _, id := range []string{"", "out", "out:x", "in:3", "out:99", "mail:99"} {
		if err := s.Requeue(ctx, Admin, id, false); err == nil {
			t.Errorf("%q was requeued", id)
		}
	}
}

func testSameBytes(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	filed := one(t, s, clock, 1, "anna", Judge)
	id, token := Take(t, s, OurMail)
	later := clock.Now().Add(10 * time.Minute)
	err := s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutQueued, Reason: "451 try later", Retry: later})
	if err != nil {
		t.Fatal(err)
	}
	if due, _ := s.Due(ctx, 9); len(due) != 0 {
		t.Errorf("got %+v due before its time", due)
	}
	clock.Advance(10 * time.Minute)
	due, _ := s.Due(ctx, 9)
	if len(due) != 1 || string(due[0].Bytes) != OurMail || due[0].EnvelopeFrom != "bounces@example.org" || due[0].Attempts != 1 {
		t.Fatalf("got %+v", due)
	}
	token, err = s.Take(ctx, id, tickets.Attempt{Number: 2, Worker: "w", EnvelopeFrom: "other@example.org", Bytes: []byte("Subject: other\r\n\r\nbytes\r\n")})
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := s.Bytes(ctx, id)
	if err != nil || string(bytes) != OurMail {
		t.Errorf("got %q, %v; want the bytes of the first attempt", bytes, err)
	}
	if err := s.Settle(ctx, id, token, sent("")); err != nil { // sent without T3b: a transport that needs none
		t.Fatal(err)
	}
	if k, _ := s.Ticket(ctx, Admin, filed.Ticket); len(k.Entries) != 2 {
		t.Errorf("got entries %+v", k.Entries)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testTaken(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	one(t, s, clock, 1, "anna", Judge)
	id, token := Take(t, s, OurMail)
	if _, err := s.Take(ctx, id, tickets.Attempt{Number: 2, Worker: "other", Bytes: []byte(OurMail)}); !errors.Is(err, tickets.ErrTaken) {
		t.Errorf("take: got %v, want ErrTaken", err)
	}
	if err := s.Handed(ctx, id, token+1); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("handed: got %v, want ErrFence", err)
	}
	if err := s.Handed(ctx, id, token); err != nil {
		t.Fatal(err)
	}
	if err := s.Handed(ctx, id, token); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("handed twice: got %v, want ErrFence", err)
	}
	if err := s.Settle(ctx, id, token+1, sent("")); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("settle: got %v, want ErrFence", err)
	}
	if err := s.Settle(ctx, id, token, tickets.SendResult{State: "gone"}); err == nil {
		t.Error("an attempt ended in a state that is none")
	}
	if err := s.Settle(ctx, id, token, sent("")); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx, id, token, sent("")); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("settle twice: got %v, want ErrFence", err)
	}
	if _, err := s.Take(ctx, 4711, tickets.Attempt{Number: 1, Worker: "w", Bytes: []byte(OurMail)}); err == nil {
		t.Error("a mail that does not exist was taken")
	}
}

// testOldList: what another worker had and left for later since it was listed is
// left alone; nothing is recorded.
func testOldList(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	o := Options(t, clock)
	s, other := open(t, o), open(t, o)
	one(t, s, clock, 1, "anna", Judge)
	listed, err := other.Due(ctx, 1)
	if err != nil || len(listed) != 1 {
		t.Fatalf("got %+v, %v", listed, err)
	}
	id, token := Take(t, s, OurMail)
	if err := s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutQueued, Reason: "451 try later", Retry: clock.Now().Add(10 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	take := func(number int) error {
		_, err := other.Take(ctx, id, tickets.Attempt{Number: number, Worker: "other", Bytes: []byte("Subject: other\r\n\r\nbytes\r\n")})
		return err
	}
	for _, number := range []int{listed[0].Attempts + 1, listed[0].Attempts + 2} {
		if err := take(number); !errors.Is(err, tickets.ErrTaken) {
			t.Errorf("attempt %d before its time: got %v, want ErrTaken", number, err)
		}
	}
	clock.Advance(10 * time.Minute)
	if err := take(listed[0].Attempts + 1); !errors.Is(err, tickets.ErrTaken) {
		t.Errorf("an attempt that was made already: got %v, want ErrTaken", err)
	}
	if due, err := other.Due(ctx, 1); err != nil || len(due) != 1 || due[0].Attempts != 1 || string(due[0].Bytes) != OurMail {
		t.Errorf("got %+v, %v; want it as it was left", due, err)
	}
	if err := take(listed[0].Attempts + 2); err != nil {
		t.Errorf("the next attempt in its time: %v", err)
	}
}

func testUnsure(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	filed := one(t, s, clock, 1, "anna", Judge)
	end := func(state string) string {
		id, token := Take(t, s, OurMail)
		if err := s.Handed(ctx, id, token); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx, id, token, tickets.SendResult{State: state, Reason: "connection lost"}); err != nil {
			t.Fatal(err)
		}
		held, _ := s.Held(ctx, Admin)
		return held[len(held)-1].ID
	}
	if err := s.Requeue(ctx, Admin, end(tickets.OutUnsure), true); !errors.Is(err, store.ErrUnsure) {
		t.Errorf("automatic: got %v, want ErrUnsure", err)
	}
	c, _ := s.Correspondence(ctx, Admin, filed.Reference)
	reply := func() {
		_, err := s.QueueReply(ctx, Admin, tickets.Outgoing{Conversation: c.Thread.Conversation, To: "anna@example.net", MessageID: "r@example.org", Template: "resolved"})
		if err != nil {
			t.Fatal(err)
		}
	}
	reply()
	unsure := end(tickets.OutUnsure)
	if err := s.Requeue(ctx, Admin, unsure, false); !errors.Is(err, store.ErrUnsure) {
		t.Errorf("a reply, unasked: got %v, want ErrUnsure", err)
	}
	if err := s.Requeue(ctx, Admin, unsure, true); err != nil {
		t.Errorf("a reply, asked: %v", err)
	}
	if due, _ := s.Due(ctx, 9); len(due) != 1 || string(due[0].Bytes) != OurMail {
		t.Errorf("got %+v due", due)
	}
	id, token := Take(t, s, OurMail)
	if err := s.Settle(ctx, id, token, sent("")); err != nil {
		t.Fatal(err)
	}
	reply()
	if err := s.Requeue(ctx, Admin, end(tickets.OutFailed), false); err != nil {
		t.Errorf("a failed reply: %v", err)
	}
	if k, _ := s.Ticket(ctx, Admin, filed.Ticket); len(k.Entries) != 3 {
		t.Errorf("got %d entries, want the report, the unsure answer and one reply", len(k.Entries))
	}
}

func testRecoverOutbox(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	one(t, s, clock, 1, "anna", Judge)
	first, token := Take(t, s, OurMail)
	if err := s.Handed(ctx, first, token); err != nil {
		t.Fatal(err)
	}
	one(t, s, clock, 2, "ben", Judge)
	second, _ := Take(t, s, OurMail)
	found, err := s.Recover(ctx)
	if err != nil || found.Unsure != 1 || found.Retried != 1 {
		t.Fatalf("got %+v, %v", found, err)
	}
	if o, _ := s.Outgoing(ctx, first); o.State != tickets.OutUnsure {
		t.Errorf("handed: got %s, want unsure", o.State)
	}
	if o, _ := s.Outgoing(ctx, second); o.State != tickets.OutQueued || string(o.Bytes) != OurMail {
		t.Errorf("claimed: got %s, want queued with its bytes", o.State)
	}
	if err := s.Settle(ctx, first, token, sent("")); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("a verdict after recovery: got %v, want ErrFence", err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}
