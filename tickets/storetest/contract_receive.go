package storetest

import (
	"bytes"
	"context"
	"io"
	"math/rand"
	"testing"
	"time"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
)

func testWholeWay(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	filed := File(t, s, Judge, Filing(Claim(t, s, 1)[0], "anna"))
	id, token := Take(t, s, OurMail)
	if err := s.Handed(ctx, id, token); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx, id, token, sent("r1@relay.example.org")); err != nil {
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

func testKnownDelivery(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	mail := Mail(clock, Inbox, 7, Text(1))
	Receive(t, s, mail, mail)
	Receive(t, s, mail)
	Claim(t, s, 1)
	known, err := s.Known(context.Background(), Inbox.Source, 1)
	if err != nil || len(known) != 1 {
		t.Fatalf("known: %v, %v; want one", known, err)
	}
	if k := known[0]; k.UID != 7 || k.Size != mail.Stored || !k.InternalDate.Equal(clock.Now()) {
		t.Errorf("got %+v", k)
	}
	if other, _ := s.Known(context.Background(), Inbox.Source, 2); len(other) != 0 {
		t.Errorf("another UIDVALIDITY knows %v", other)
	}
	Receive(t, s, Mail(clock, Inbox, 5, Text(5)), Mail(clock, Inbox, 9, Text(9)))
	between, err := s.KnownBetween(context.Background(), Inbox.Source, 1, 6, 9)
	if err != nil || len(between) != 2 || between[0].UID != 7 || between[1].UID != 9 {
		t.Errorf("from 6 to 9: %v, %v; want 7 and 9", between, err)
	}
}

func testTwoMailboxes(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Abuse, 1, Text(1)))
	c := Claim(t, s, 1)[0]
	if c.Mailbox != "csirt" {
		t.Errorf("got mailbox %q, want that of the first delivery", c.Mailbox)
	}
	File(t, s, Judge, Filing(c, "anna"))
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

// testNumberReused is a server that starts to count anew without saying so.
func testNumberReused(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	Receive(t, s, Mail(clock, Inbox, 1, Text(2)))
	claims := Claim(t, s, 2)
	File(t, s, Judge, Filing(claims[0], "anna"), Filing(claims[1], "ben"))
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testRawSizes(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	random := rand.New(rand.NewSource(3))
	for uid, size := range []int{0, 1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 12 << 20} {
		text := make([]byte, size)
		random.Read(text)
		Receive(t, s, Mail(clock, Inbox, uint32(uid+1), string(text)))
		c := Claim(t, s, 1)[0]
		raw, err := s.Raw(context.Background(), c.Mail)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(raw, 0, raw.Size()))
		if err != nil || !bytes.Equal(got, text) || raw.Size() != int64(size) || c.Size != int64(size) {
			t.Errorf("%d bytes: got %d back, %v", size, len(got), err)
		}
		readAcross(t, raw, text)
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
		File(t, s, Judge, Filing(c, "anna"))
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

// readAcross reads over the seam of two chunks and over the end.
func readAcross(t *testing.T, raw tickets.Raw, text []byte) {
	t.Helper()
	p := make([]byte, 100)
	at := max(0, min(len(text), 256<<10)-50)
	n, err := raw.ReadAt(p, int64(at))
	want := text[at:min(len(text), at+100)]
	if !bytes.Equal(p[:n], want) || (n < len(p)) != (err == io.EOF) {
		t.Errorf("read at %d: got %d bytes, %v; want %d", at, n, err, len(want))
	}
	if _, err := raw.ReadAt(p, int64(len(text))+1); err != io.EOF {
		t.Errorf("read behind the end: got %v, want EOF", err)
	}
}

func testShortSpool(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	short := Mail(clock, Inbox, 2, Text(2))
	short.Stored += 10
	if err := s.Receive(context.Background(), []intake.Mail{Mail(clock, Inbox, 1, Text(1)), short}); err == nil {
		t.Fatal("got no error for a spool that is shorter than it says")
	}
	Claim(t, s, 0)
	if known, _ := s.Known(context.Background(), Inbox.Source, 1); len(known) != 0 {
		t.Errorf("got deliveries %v of a batch that failed", known)
	}
}

func testJunkToInbox(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, JunkBox, 1, Text(1)))
	c := Claim(t, s, 1)[0]
	if !c.Junk {
		t.Fatal("the claim is not marked as junk")
	}
	first := File(t, s, Judge, Filing(c, "anna"))[0]
	Receive(t, s, Mail(clock, JunkBox, 2, Text(1)))
	Claim(t, s, 0)
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	again := Claim(t, s, 1)[0]
	if again.Junk || again.Refile != tickets.RefileReport || again.Source != Inbox.Source {
		t.Fatalf("got claim %+v, want a report", again)
	}
	second := File(t, s, Judge, Filing(again, "anna"))[0]
	if second.Ticket != first.Ticket || !second.Answer {
		t.Errorf("got %+v, want ticket %s answered", second, first.Ticket)
	}
	if k := Tickets(t, s, Admin)[0]; k.Division != tickets.Central || len(k.Entries) != 1 {
		t.Errorf("got %+v, want one entry in the central queue", k)
	}
	Receive(t, s, Mail(clock, Abuse, 1, Text(1)))
	Claim(t, s, 0)
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testJunkMovedMeanwhile(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, JunkBox, 1, Text(1)))
	c := Claim(t, s, 1)[0]
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	File(t, s, Judge, Filing(c, "anna"))
	again := Claim(t, s, 1)[0]
	if again.Refile != tickets.RefileReport || again.Junk {
		t.Fatalf("got %+v, want it to go round as a report", again)
	}
	File(t, s, Judge, Filing(again, "anna"))
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testCopyOutOfJunk(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, JunkBox, 1, Text(1)))
	File(t, s, Judge, Filing(Claim(t, s, 1)[0], "anna"))
	Receive(t, s, Mail(clock, Inbox, 1, Text(2)))
	copied := File(t, s, Judge, Filing(Claim(t, s, 1)[0], "anna"))[0]
	if copied.Match != tickets.MatchSame {
		t.Fatalf("got %s, want same", copied.Match)
	}
	again := Claim(t, s, 1)[0]
	if again.Refile != tickets.RefileReport {
		t.Fatalf("got %+v, want the first copy filed as a report", again)
	}
	if !File(t, s, Judge, Filing(again, "anna"))[0].Answer {
		t.Error("the report was not answered")
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testClaimOrder(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	old := Mail(clock, Inbox, 1, Text(1))
	old.Delivery.InternalDate = clock.Now().Add(-72 * time.Hour)
	imported := Mail(clock, Inbox, 2, Text(2))
	imported.Delivery.Unanswered = true
	Receive(t, s, old, imported, Mail(clock, JunkBox, 1, Text(3)))
	clock.Advance(time.Minute)
	fresh := Mail(clock, Inbox, 3, Text(4))
	earlier := Mail(clock, Inbox, 4, Text(5))
	earlier.Delivery.InternalDate = clock.Now().Add(-time.Second)
	Receive(t, s, fresh, earlier)
	var got []int64
	for _, c := range Claim(t, s, 5) {
		got = append(got, c.Mail)
	}
	want := []int64{5, 4, 1, 2, 3}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got order %v, want %v", got, want)
		}
	}
}

// testMaxAge has a mail wait behind newer ones from the age on that is configured.
func testMaxAge(t *testing.T, open Opener) {
	clock := NewClock()
	o := Options(t, clock)
	o.MaxAge = time.Hour
	s := open(t, o)
	old := Mail(clock, Inbox, 1, Text(1))
	old.Delivery.InternalDate = clock.Now().Add(-2 * time.Hour)
	Receive(t, s, old, Mail(clock, Inbox, 2, Text(2)))
	if got := Claim(t, s, 2); got[0].Mail != 2 || got[1].Mail != 1 {
		t.Errorf("got mails %d and %d, want the new one first", got[0].Mail, got[1].Mail)
	}
}

func testSuspectAlone(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)), Mail(clock, Inbox, 3, Text(3)))
	claims := Claim(t, s, 2)
	if _, err := s.Fail(ctx, claims[0], "a panic"); err != nil {
		t.Fatal(err)
	}
	Claim(t, s, 0) // the other one is still in flight
	if err := s.Release(ctx, claims[1:]); err != nil {
		t.Fatal(err)
	}
	got, err := s.Claim(ctx, "test", 10)
	if err != nil || len(got) != 1 || got[0].Mail != claims[0].Mail || got[0].Tries != 1 {
		t.Fatalf("got %+v, %v; want the suspect alone", got, err)
	}
	if rest, _ := s.Claim(ctx, "test", 10); len(rest) != 0 {
		t.Errorf("got %+v beside a suspect", rest)
	}
	if rest, _ := s.Claim(ctx, "a process that does not die with it", 1); len(rest) != 1 {
		t.Errorf("another worker got %+v", rest)
	}
	File(t, s, Judge, Filing(got[0], "anna"))
	Claim(t, s, 1)
}

func testHeldAfterThree(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	for try := 1; try <= tickets.MaxTries; try++ {
		held, err := s.Fail(ctx, Claim(t, s, 1)[0], "it panics")
		if err != nil || held != (try == tickets.MaxTries) {
			t.Fatalf("try %d: held %v, %v", try, held, err)
		}
	}
	Claim(t, s, 0)
	list, err := s.Held(ctx, Admin)
	if err != nil || len(list) != 1 || list[0].ID != "mail:1" || list[0].Reason != "it panics" || list[0].What != "mail" {
		t.Fatalf("got %+v, %v", list, err)
	}
	if list, _ := s.Held(ctx, tickets.Viewer{Role: "division", Division: "network"}); len(list) != 0 {
		t.Errorf("a division sees %+v", list)
	}
	if err := s.Requeue(ctx, Admin, "mail:1", false); err != nil {
		t.Fatal(err)
	}
	if err := s.Requeue(ctx, Admin, "mail:1", false); err == nil {
		t.Error("a mail that is not held was requeued")
	}
	c := Claim(t, s, 1)[0]
	if c.Tries != 0 {
		t.Errorf("got %d tries after a requeue", c.Tries)
	}
	File(t, s, Judge, Filing(c, "anna"))
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testRelease(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	first := Claim(t, s, 1)
	if err := s.Release(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	second := Claim(t, s, 1)
	if second[0].Tries != 0 || second[0].Token == first[0].Token {
		t.Errorf("got %+v after %+v", second[0], first[0])
	}
	if err := s.Release(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	Claim(t, s, 0) // the old claim gave nothing back
}

func testRecover(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	for death := 1; death <= tickets.MaxTries; death++ {
		Claim(t, s, 1)
		found, err := s.Recover(ctx)
		if err != nil || found.Mails != 1 || (found.Held == 1) != (death == tickets.MaxTries) {
			t.Fatalf("death %d: got %+v, %v", death, found, err)
		}
	}
	if found, err := s.Recover(ctx); err != nil || found != (store.Recovered{}) {
		t.Errorf("got %+v, %v with nothing in flight", found, err)
	}
	if list, _ := s.Held(ctx, Admin); len(list) != 1 {
		t.Errorf("got %+v held", list)
	}
}

// testRecoverBeside: whoever dies with a mail in work and an answer on its way may
// have died of either. While the mail is under suspicion nothing leaves, so that
// its next death is its own.
func testRecoverBeside(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	File(t, s, Judge, Filing(Claim(t, s, 1)[0], "anna"))
	Receive(t, s, Mail(clock, Inbox, 2, Text(2)))
	claim := func(want int) tickets.Claim {
		t.Helper()
		got, err := s.Claim(ctx, "worker", 10)
		if err != nil || len(got) != 1 || got[0].Tries != want {
			t.Fatalf("got %+v, %v; want one mail with %d tries", got, err, want)
		}
		return got[0]
	}
	Take(t, s, OurMail)
	claim(0)
	if found, err := s.Recover(ctx); err != nil || found.Mails != 1 || found.Held != 0 || found.Retried != 1 {
		t.Fatalf("got %+v, %v", found, err)
	}
	if due, err := s.Due(ctx, 10); err != nil || len(due) != 0 {
		t.Errorf("beside a suspect got %+v due, %v", due, err)
	}
	claim(0)
	if _, err := s.Recover(ctx); err != nil {
		t.Fatal(err)
	}
	File(t, s, Judge, Filing(claim(1), "bob"))
	Take(t, s, OurMail) // what waited goes on
}
