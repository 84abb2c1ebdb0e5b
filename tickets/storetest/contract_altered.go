package storetest

import (
	"context"
	"testing"
	"time"

	"postern/parser"
	"postern/tickets"
	"postern/tickets/store"
)

// altered is Judge that knows a copy with other files.
func altered(f tickets.Filing, e tickets.Evidence) tickets.Decision {
	if e.Same == nil && e.Altered != nil {
		return tickets.Decision{Match: tickets.MatchAltered, Ticket: e.Altered.Thread.Ticket, Conversation: e.Altered.Thread.Conversation,
			Withheld: "another copy was handled"}
	}
	return Judge(f, e)
}

// bringing is a filing of one mail's words with the files given.
func bringing(c tickets.Claim, name string, files ...string) tickets.Filing {
	f := Filing(c, name)
	for _, file := range files {
		f.Report.Attachments = append(f.Report.Attachments, parser.Attachment{Name: file, SHA256: file})
	}
	return f
}

// testAltered has a copy with harmless files overtake the true mail.
func testAltered(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	file := func(n uint32, files ...string) tickets.Filed {
		t.Helper()
		Receive(t, s, Mail(clock, Inbox, n, Text(int(n))))
		return File(t, s, altered, bringing(Claim(t, s, 1)[0], "anna", files...))[0]
	}
	forged := file(1, "harmless")
	for i, c := range []struct {
		name  string
		files []string
		match string
	}{
		{"the true mail", []string{"evidence"}, tickets.MatchAltered},
		{"its second delivery", []string{"evidence"}, tickets.MatchSame},
		{"the forged one again", []string{"harmless"}, tickets.MatchSame},
		{"a delivery that lost its files", nil, tickets.MatchSame},
		{"a third kind", []string{"harmless", "evidence"}, tickets.MatchAltered},
	} {
		if got := file(uint32(i+2), c.files...); got.Match != c.match || got.Ticket != forged.Ticket || got.Answer {
			t.Errorf("%s: got %+v, want %s on %s", c.name, got, c.match, forged.Ticket)
		}
	}
	k, err := s.Ticket(ctx, Admin, forged.Ticket)
	if err != nil || len(k.Entries) != 3 || !k.Entries[1].Unproven || len(k.Conversations) != 1 {
		t.Errorf("got %+v, %v; want three entries", k.Entries, err)
	}
	if due, _ := s.Due(ctx, 9); len(due) != 1 {
		t.Errorf("got %d answers, want 1", len(due))
	}
	clock.Advance(72 * time.Hour)
	if n, err := s.UnprovenRipe(ctx, clock.Now()); n != 0 || err != nil {
		t.Errorf("got %d ripe, %v: a copy stays with the mail that it is a copy of", n, err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}
