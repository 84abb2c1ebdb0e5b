// Package storetest has the contract of the store as tests that any database
// must pass, and the makings of such tests: mails, filings and a judge with the
// simplest rules, a clock that is moved by hand, and faults at named points.
package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand"
	"sync"
	"testing"
	"time"

	"postern/intake"
	"postern/parser"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/tickets"
	"postern/tickets/store"
)

// Prefix is the one of all ticket IDs in these tests.
const Prefix = "EX"

// Inbox and JunkBox are the mailboxes of these tests.
var (
	Inbox   = intake.Mailbox{Name: "csirt", Source: "csirt@mail.example.org:993/INBOX"}
	Abuse   = intake.Mailbox{Name: "abuse", Source: "abuse@mail.example.org:993/INBOX"}
	JunkBox = intake.Mailbox{Name: "csirt", Source: "csirt@mail.example.org:993/Junk", Junk: true}
)

// Clock is a clock that moves only when it is told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at noon of a day in summer.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)} }

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// source is randomness that can be repeated and used by many goroutines.
type source struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(p)
}

// Options are those of a fresh database of the kind that the test runs on, see Each.
func Options(t testing.TB, clock *Clock) store.Options {
	t.Helper()
	o := blank(clock)
	if OnPostgres(t) {
		o.URL = running(t, server).fresh(t)
	} else {
		o.Path = t.TempDir() + "/postern.db"
	}
	return o
}

// blank are options without a database.
func blank(clock *Clock) store.Options {
	return store.Options{
		Prefix:  Prefix,
		SealKey: bytes.Repeat([]byte{7}, 32),
		Now:     clock.Now,
		Rand:    &source{r: rand.New(rand.NewSource(1))},
	}
}

// Mail makes a mail from its bytes, delivered now.
func Mail(clock *Clock, box intake.Mailbox, uid uint32, text string) intake.Mail {
	return intake.Mail{
		Delivery: intake.Delivery{Mailbox: box, UIDValidity: 1, UID: uid, InternalDate: clock.Now(), Size: int64(len(text))},
		Body:     bytes.NewReader([]byte(text)),
		Stored:   int64(len(text)),
		SHA256:   sha256.Sum256([]byte(text)),
	}
}

// Text is an ordinary mail with a Message-ID of its own.
func Text(n int) string {
	return fmt.Sprintf("From: reporter%d@example.net\r\nTo: csirt@example.org\r\nMessage-ID: <%d@example.net>\r\nSubject: report %d\r\n\r\nSee http://bad%d.example/\r\n", n, n, n, n)
}

// Filing makes what a parser would: a plain report with an identity of its own.
// Two filings with the same name are copies of one mail.
func Filing(c tickets.Claim, name string) tickets.Filing {
	address := name + "@example.net"
	sum := sha256.Sum256([]byte(name))
	return tickets.Filing{
		Claim: c,
		Report: tickets.Report{
			MessageID:    name + "@mail.example.net",
			Subject:      "report " + name,
			OuterSubject: "report " + name,
			From:         []mime.Address{{Address: address}},
			NewText:      "something happened to " + name,
			Indicators:   []indicator.Indicator{{Type: "url", Value: "http://" + name + ".example/", Role: "source"}},
			Crypto:       parser.Report{}.Crypto,
		},
		Keys: tickets.Keys{
			Identity:  hex.EncodeToString(sum[:]),
			MessageID: name + "@mail.example.net",
			URLs:      []string{"http://" + name + ".example/"},
			From:      address,
		},
	}
}

// Judge is the simplest one that keeps the promises: a copy is the same, a
// reply to a message is a follow-up, everything else is a new ticket with an answer.
func Judge(f tickets.Filing, e tickets.Evidence) tickets.Decision {
	if e.Same != nil {
		return tickets.Decision{Match: tickets.MatchSame}
	}
	if len(e.ByMessage) > 0 {
		h := e.ByMessage[0]
		return tickets.Decision{Match: tickets.MatchFollowUp, Ticket: h.Thread.Ticket, Conversation: h.Thread.Conversation}
	}
	return New(f)
}

// New decides that a filing is a new ticket, answered unless it is junk.
func New(f tickets.Filing) tickets.Decision {
	d := tickets.Decision{
		Match: tickets.MatchNew, State: tickets.New, Subject: f.Report.OuterSubject, Kind: "incident", Category: "other/undetermined",
		Severity: "low", Division: tickets.Central, Role: "reporter", Party: f.Keys.From, People: []string{f.Keys.From}, Language: "en",
		Routed: []tickets.Reason{{Reason: "nothing else places it"}},
	}
	if f.Claim.Junk {
		d.Division, d.Withheld = tickets.Junk, "it was in Junk"
		return d
	}
	d.Answer = Answer(f)
	return d
}

// Answer is the acknowledgement of a filing.
func Answer(f tickets.Filing) *tickets.Outgoing {
	return &tickets.Outgoing{
		Dedupe: "answer:" + f.Keys.Identity, Purpose: "answer", Automatic: true, To: f.Keys.From,
		MessageID: "answer-" + f.Keys.Identity[:12] + "@example.org", InReplyTo: f.Keys.MessageID,
		Template: "ack", Language: "en", Vars: map[string]string{"text": "thank you"}, State: tickets.OutQueued,
	}
}

// Admin sees and may do everything.
var Admin = tickets.Viewer{Name: "ada", Role: "admin"}

// Receive stores mails and fails the test when it cannot.
func Receive(t testing.TB, s *store.Store, mails ...intake.Mail) {
	t.Helper()
	if err := s.Receive(context.Background(), mails); err != nil {
		t.Fatalf("receive: %v", err)
	}
}

// Claim takes exactly n mails.
func Claim(t testing.TB, s *store.Store, n int) []tickets.Claim {
	t.Helper()
	claims, err := s.Claim(context.Background(), "test", n)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	if len(claims) != n {
		t.Fatalf("claimed %d mails, want %d", len(claims), n)
	}
	return claims
}

// File files and fails the test on any error.
func File(t testing.TB, s *store.Store, judge tickets.Judge, batch ...tickets.Filing) []tickets.Filed {
	t.Helper()
	filed, err := s.File(context.Background(), batch, judge)
	if err != nil {
		t.Fatalf("file: %v", err)
	}
	for _, f := range filed {
		if f.Err != nil {
			t.Fatalf("file mail %d: %v", f.Mail, f.Err)
		}
	}
	return filed
}

// Tickets lists all tickets that a viewer may see, newest first.
func Tickets(t testing.TB, s *store.Store, v tickets.Viewer) []tickets.Ticket {
	t.Helper()
	var list []tickets.Ticket
	for k, err := range s.Tickets(context.Background(), v, tickets.Filter{All: true}) {
		if err != nil {
			t.Fatalf("list tickets: %v", err)
		}
		list = append(list, k)
	}
	return list
}

// Clean seals the log and fails the test when the database breaks a promise.
func Clean(t testing.TB, s *store.Store, o store.VerifyOptions) {
	t.Helper()
	if _, err := s.SealEvents(context.Background()); err != nil {
		t.Fatalf("seal events: %v", err)
	}
	found, err := s.Verify(context.Background(), o)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	for _, v := range found {
		t.Errorf("verify: %s: %s", v.Rule, v.What)
	}
}
