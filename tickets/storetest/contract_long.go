package storetest

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"math/rand"
	"testing"

	"postern/intake"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// long is a word of 5,000 letters that no database can compress.
func long(seed int64) string {
	b := make([]byte, 2500)
	_, _ = rand.New(rand.NewSource(seed)).Read(b) // never fails
	return hex.EncodeToString(b)
}

// testLongNames files a mail whose every name is longer than an index takes, twice
// and read again, and then an answer to it.
func testLongNames(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	box := func(n int) tickets.Claim {
		Receive(t, s, Mail(clock, []intake.Mailbox{Inbox, Abuse}[n%2], uint32(n), Text(n)))
		return Claim(t, s, 1)[0]
	}
	judge := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		d := Judge(f, e)
		d.People, d.Signed = []string{f.Keys.From, long(5) + "@example.net"}, long(6)
		return d
	}
	first := File(t, s, judge, longNamed(box(1), "anna"))[0]
	copied := File(t, s, judge, longNamed(box(2), "anna"))[0]
	if copied.Match != tickets.MatchSame || copied.Ticket != first.Ticket {
		t.Errorf("got %+v of a copy of %+v", copied, first)
	}
	answer := Filing(box(3), "ben")
	answer.Keys.MessageIDs = []string{long(1)}
	if got := File(t, s, judge, answer)[0]; got.Match != tickets.MatchFollowUp || got.Ticket != first.Ticket {
		t.Errorf("got %+v of an answer to %+v", got, first)
	}
	awaited := Filing(box(4), "cleo")
	awaited.Keys.MessageID = long(2)
	var seen tickets.Evidence
	File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision { seen = e; return New(f) }, awaited)
	if len(seen.Awaited) != 1 || seen.Awaited[0].Thread.TicketID != first.Ticket {
		t.Errorf("got %+v for a mail that was named before it came", seen.Awaited)
	}
	if mails, err := s.ReadAgain(context.Background(), Admin, first.Ticket); err != nil || len(mails) != 1 {
		t.Fatalf("got %v, %v; want one mail to read again", mails, err)
	}
	again := longNamed(Claim(t, s, 1)[0], "anna")
	if got := File(t, s, always(func(tickets.Filing) tickets.Decision { return tickets.Decision{Match: tickets.MatchRefile} }), again)[0]; got.Ticket != first.Ticket {
		t.Errorf("read again it is %+v, before %+v", got, first)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func longNamed(c tickets.Claim, name string) tickets.Filing {
	f := Filing(c, name)
	f.Report.MessageID = long(1)
	f.Report.From = []mime.Address{{Name: long(3), Address: long(3) + "@example.net"}}
	f.Report.Crypto = pgp.Result{ProtectedSubject: true, Signatures: []pgp.Signature{
		{Verdict: "unknown-key", Key: long(7)},
		{Verdict: "good", FromMatch: true, Covers: "all", Key: long(6), Made: c.ReceivedAt.Format("2006-01-02T15:04:05Z07:00")},
	}}
	url := "http://" + name + ".example/" + long(4)
	f.Report.Indicators = []indicator.Indicator{{Type: "url", Value: url, Role: "source"}}
	f.Keys.MessageID, f.Keys.MessageIDs, f.Keys.References = long(1), []string{long(2)}, []string{long(8)}
	f.Keys.Files, f.Keys.URLs, f.Keys.From = []string{long(9)}, []string{url}, long(3)+"@example.net"
	return f
}

// testLargeNumbers files a report in JSON with a number that is larger than any
// program holds, in clear and sealed, and a second delivery of it. Its ticket stays readable.
func testLargeNumbers(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	for n, encrypted := range []bool{false, true} {
		var filed [2]tickets.Filed
		for i, box := range []intake.Mailbox{Inbox, Abuse} {
			Receive(t, s, Mail(clock, box, uint32(n+1), Text(2*n+i)))
			f := Filing(Claim(t, s, 1)[0], []string{"anna", "ben"}[n])
			f.Report.Crypto.Encrypted, f.Report.Crypto.Decrypted = encrypted, encrypted
			f.Report.Fields = map[string]any{"score": json.Number("-1e400"), "serial": json.Number("12345678901234567890")}
			filed[i] = File(t, s, Judge, f)[0]
		}
		if filed[1].Match != tickets.MatchSame || filed[1].Err != nil {
			t.Errorf("got %+v of a copy of %+v", filed[1], filed[0])
		}
		if _, err := s.Ticket(context.Background(), Admin, filed[0].Ticket); err != nil {
			t.Error(err)
		}
	}
	Clean(t, s, store.VerifyOptions{AtRest: false})
}
