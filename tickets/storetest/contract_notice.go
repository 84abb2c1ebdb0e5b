package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"postern/tickets"
)

// testNotices counts the notices of a day to one address, whatever it is about.
func testNotices(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	got := int64(-1)
	telling := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		got = int64(e.Answers.NoticeDay)
		d := New(f)
		d.Answer.To = f.Keys.From
		if f.Report.Crypto.Encrypted && got == 0 {
			d.Answer.Purpose = tickets.PurposeNotice
		}
		return d
	}
	n := 0
	file := func(from string, encrypted bool) int64 {
		n++
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := Filing(Claim(t, s, 1)[0], fmt.Sprint(n))
		f.Keys.From, f.Report.Crypto.Encrypted = from, encrypted
		File(t, s, telling, f)
		return got
	}
	for _, row := range []struct {
		name      string
		later     time.Duration
		from      string
		encrypted bool
		want      int64
	}{
		{"the first", 0, "a@example.net", true, 0},
		{"the second", time.Minute, "a@example.net", true, 1},
		{"in clear: nobody asks", 0, "a@example.net", false, 0},
		{"somebody else", 0, "b@example.net", true, 0},
		{"the same person", 0, "A+more@example.net", true, 1},
		{"hours later", 22 * time.Hour, "a@example.net", true, 1},
		{"the day after", 4 * time.Hour, "a@example.net", true, 0},
		{"told again", time.Minute, "a@example.net", true, 1},
	} {
		clock.Advance(row.later)
		if got := file(row.from, row.encrypted); got != row.want {
			t.Errorf("%s: %d notices, want %d", row.name, got, row.want)
		}
	}
}

// testProtectedSubject remembers for replies that a subject came inside the
// encryption, and queues one that leaves in the same way.
func testProtectedSubject(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Encrypted(Claim(t, s, 1)[0], "anna")
	f.Report.Crypto.ProtectedSubject = true
	filed := File(t, s, always(New), f)[0]
	plain := one(t, s, clock, 2, "ben", always(New))
	c, err := s.Correspondence(ctx, Admin, filed.Reference)
	if err != nil || !c.Protected || c.Inner != "inner "+Canary || c.Subject != "..." {
		t.Errorf("got %+v, %v", c, err)
	}
	if c, err := s.Correspondence(ctx, Admin, plain.Reference); err != nil || c.Protected || c.Inner != "" {
		t.Errorf("in clear: got %+v, %v", c, err)
	}
	id, err := s.QueueReply(ctx, Admin, tickets.Outgoing{
		Conversation: c.Thread.Conversation, To: "anna@example.net", Inner: c.Inner, Template: "resolved",
		EncryptTo: []string{"AB"}, Override: "never stored but in the log", MessageID: "r@example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := s.Outgoing(ctx, id); err != nil || o.Inner != "inner "+Canary || !o.Sealed {
		t.Errorf("got %+v, %v", o, err)
	}
}

// testReadUnopened has everything that could not be opened read again, once each,
// and tells what came of it.
func testReadUnopened(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	one(t, s, clock, 1, "anna", always(New))
	for n := 2; n < 5; n++ {
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := Encrypted(Claim(t, s, 1)[0], fmt.Sprint("ben", n))
		f.Report.Crypto.Decrypted = n == 4
		f.Report.Crypto.Problem = "made for key 0x0123456789ABCDEF; none of ours"
		File(t, s, always(New), f)
	}
	if _, err := s.ReadUnopened(ctx, tickets.Viewer{Role: "auditor"}); err == nil {
		t.Error("an auditor had mail read again")
	}
	if other, err := s.ReadUnopened(ctx, tickets.Viewer{Role: "division", Division: "elsewhere"}); err != nil || len(other) != 0 {
		t.Errorf("a division had %d mails of others read again, %v", len(other), err)
	}
	mails, err := s.ReadUnopened(ctx, Admin)
	if err != nil || len(mails) != 2 {
		t.Fatalf("got %v, %v; want the two that could not be opened", mails, err)
	}
	if again, err := s.ReadUnopened(ctx, Admin); err != nil || len(again) != 0 {
		t.Errorf("asked twice: got %v, %v", again, err)
	}
	if n, err := s.Rereading(ctx); err != nil || n != 2 {
		t.Errorf("%d wait, %v", n, err)
	}
	for _, c := range Claim(t, s, 2) {
		f := Encrypted(c, fmt.Sprint("ben", c.Mail))
		f.Report.Crypto.Decrypted = c.Mail == mails[0]
		File(t, s, func(_ tickets.Filing, e tickets.Evidence) tickets.Decision {
			return tickets.Decision{Match: tickets.MatchRefile, Ticket: e.Existing.Thread.Ticket}
		}, f)
	}
	list, err := s.Reread(ctx, Admin, mails)
	if err != nil || len(list) != 2 || list[0].Unopened || !list[1].Unopened || !list[0].Done || !list[1].Done {
		t.Errorf("got %+v, %v", list, err)
	}
	if left, err := s.ReadUnopened(ctx, Admin); err != nil || len(left) != 1 || left[0] != mails[1] {
		t.Errorf("left are %v, %v", left, err)
	}
}
