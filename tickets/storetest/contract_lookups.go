package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// wanting files one mail of each sender, whose key is wanted.
func wanting(t *testing.T, s *store.Store, clock *Clock, uid int, senders ...string) {
	t.Helper()
	for i := range senders {
		Receive(t, s, Mail(clock, Inbox, uint32(uid+i), Text(uid+i)))
	}
	var batch []tickets.Filing
	wants := map[int64]string{}
	for i, c := range Claim(t, s, len(senders)) {
		f := Filing(c, fmt.Sprintf("sender%d", uid+i))
		f.Keys.Identity = digest("wanted", uid+i)
		f.Keys.MessageID += fmt.Sprint(uid + i)
		batch = append(batch, f)
		wants[c.Mail] = senders[i]
	}
	judge := func(f tickets.Filing, _ tickets.Evidence) tickets.Decision {
		d := New(f)
		d.LookUp = wants[f.Claim.Mail]
		return d
	}
	File(t, s, judge, batch...)
}

// taken takes all that may be asked for now.
func taken(t *testing.T, s *store.Store) (list []string) {
	t.Helper()
	for {
		address, err := s.TakeLookup(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if address == "" {
			return list
		}
		list = append(list, address)
	}
}

// testLookups asks once a week for an address, and for nobody of a domain without a directory.
func testLookups(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	settle := func(l tickets.Lookup) {
		t.Helper()
		if err := s.SettleLookup(ctx, l, tickets.Viewer{}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what, want string) {
		t.Helper()
		if got := fmt.Sprint(taken(t, s)); got != want {
			t.Errorf("%s: asked for %s, want %s", what, got, want)
		}
	}
	wanting(t, s, clock, 1, "a@one.example", "a@one.example", "b@one.example", "a@two.example", "c@three.example")
	check("first", "[a@one.example a@two.example b@one.example c@three.example]")
	key := pgp.FoundKey{KeyInfo: pgp.KeyInfo{Fingerprint: "F1", UserIDs: []string{"A <a@one.example>"}}, Data: "data F1"}
	settle(tickets.Lookup{Address: "a@one.example", Outcome: tickets.LookupFound, Keys: []pgp.FoundKey{key}})
	settle(tickets.Lookup{Address: "b@one.example", Outcome: tickets.LookupNoKey})
	settle(tickets.Lookup{Address: "a@two.example", Outcome: tickets.LookupNoDirectory})
	pending, err := s.Keys(ctx, tickets.KeyPending)
	if err != nil || len(pending) != 1 || pending[0].Via != tickets.ViaWKD || pending[0].SeenFrom != "a@one.example" {
		t.Fatalf("got %+v, %v", pending, err)
	}
	clock.Advance(25 * time.Hour)
	wanting(t, s, clock, 11, "a@one.example", "b@one.example", "a@two.example", "b@two.example", "c@three.example")
	check("a day later, where nothing was said", "[c@three.example]")
	clock.Advance(7 * 24 * time.Hour)
	wanting(t, s, clock, 21, "a@one.example", "b@two.example", "c@three.example")
	check("a week later", "[a@one.example b@two.example c@three.example]")

	if err := s.ApproveKey(ctx, Admin, tickets.Approval{Fingerprint: "F1", By: "ada", How: "telephone"}); err != nil {
		t.Fatal(err)
	}
	key.Data = "newer F1"
	settle(tickets.Lookup{Address: "a@one.example", Outcome: tickets.LookupFound, Keys: []pgp.FoundKey{key}})
	if offers, err := s.Offers(ctx); err != nil || len(offers) != 1 || offers[0].Data != key.Data {
		t.Errorf("a newer copy of an approved key: got %+v, %v", offers, err)
	}
	key.Held, key.Fingerprint = true, "F2"
	settle(tickets.Lookup{Address: "a@one.example", Outcome: tickets.LookupFound, Keys: []pgp.FoundKey{key}})
	if offers, _ := s.Offers(ctx); len(offers) != 2 {
		t.Errorf("a copy of a key of the configuration: got %+v", offers)
	}
	auditor := tickets.Viewer{Name: "aud", Role: "auditor"}
	if err := s.SettleLookup(ctx, tickets.Lookup{Address: "x@y.example"}, auditor); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("an auditor: got %v", err)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

// testLookupFlood is a flood of mail that wants keys: few hosts are asked, and one of them
// hardly ever.
func testLookupFlood(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	var senders []string
	for n := range 36 {
		domain := fmt.Sprintf("d%02d.example", n)
		if n < 8 {
			domain = "victim.example"
		}
		senders = append(senders, fmt.Sprintf("s%02d@%s", n, domain))
	}
	wanting(t, s, clock, 1, senders...)
	count := func(asked []string) (victim int) {
		for _, a := range asked {
			if a[len("s00@"):] == "victim.example" {
				victim++
			}
		}
		return victim
	}
	asked := taken(t, s)
	if victim := count(asked); len(asked) != 30 || victim != 5 {
		t.Errorf("asked %d times, %d of one domain; want 30 and 5", len(asked), victim)
	}
	clock.Advance(61 * time.Minute)
	if asked = taken(t, s); len(asked) != 6 || count(asked) != 3 {
		t.Errorf("an hour later: asked for %v", asked)
	}
}
