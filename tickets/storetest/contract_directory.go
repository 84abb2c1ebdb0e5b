package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// contact is one as a person would add it.
func contact(name string, addresses ...string) tickets.Contact {
	return tickets.Contact{Name: name, Addresses: addresses, Members: []tickets.Member{{Name: "Anna", Address: "anna@" + strings.ToLower(name) + ".example"}}, Tier: tickets.TierPeer}.Filled()
}

func testContacts(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, Options(t, NewClock()))
	before, _ := s.DirectoryVersion(ctx)
	if err := s.AddContact(ctx, Admin, contact("Öcert", "cert@one.example", "@two.example")); err != nil {
		t.Fatal(err)
	}
	if after, err := s.DirectoryVersion(ctx); err != nil || after == before {
		t.Errorf("the version is still %q, %v", after, err)
	}
	for _, row := range []struct {
		name    string
		viewer  tickets.Viewer
		contact tickets.Contact
		err     error
	}{
		{"the same name in capitals", Admin, contact("ÖCERT", "x@three.example"), tickets.ErrTwice},
		{"an address of another", Admin, contact("Other", "cert@one.example"), tickets.ErrTwice},
		{"a division's people", tickets.Viewer{Name: "nora", Role: "division", Division: "network"}, contact("Mine"), store.ErrReadOnly},
		{"an auditor", tickets.Viewer{Name: "aud", Role: "auditor"}, contact("Mine"), store.ErrReadOnly},
	} {
		if err := s.AddContact(ctx, row.viewer, row.contact); !errors.Is(err, row.err) {
			t.Errorf("%s: got %v, want %v", row.name, err, row.err)
		}
	}
	changed := contact("öcert", "@two.example", "new@one.example")
	changed.Encryption, changed.Members = tickets.EncryptAlways, nil
	if err := s.ChangeContact(ctx, Admin, changed); err != nil {
		t.Fatal(err)
	}
	if err := s.ChangeContact(ctx, Admin, contact("Nobody")); !errors.Is(err, tickets.ErrNoContact) {
		t.Errorf("changed nobody: %v", err)
	}
	list, err := s.Contacts(ctx)
	if err != nil || len(list) != 1 || fmt.Sprintln(list[0].Addresses, list[0].Members, list[0].Encryption) != "[@two.example new@one.example] [] always\n" {
		t.Fatalf("got %+v, %v", list, err)
	}
	if err := s.ImportKeys(ctx, Admin, []tickets.Key{approved("AA01", "Öcert")}); err != nil {
		t.Fatal(err)
	}
	keys, err := s.RemoveContact(ctx, Admin, "ÖCERT")
	left, _ := s.Keys(ctx, tickets.KeyPending)
	if err != nil || keys != 1 || len(left) != 1 || left[0].Contact != "" || left[0].VerifiedBy != "" {
		t.Errorf("removed: %d keys, %v; %+v", keys, err, left)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func approved(fingerprint, contact string) tickets.Key {
	return tickets.Key{
		Fingerprint: fingerprint, State: tickets.KeyApproved, Tier: tickets.TierKnown, Contact: contact, UserIDs: []string{"A <a@b.example>"}, Data: "key " + fingerprint,
		Via: tickets.ViaImport, VerifiedBy: "ada", VerifiedHow: "import", VerifiedAt: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	}
}

// withKeys is a filing whose mail brought keys.
func withKeys(c tickets.Claim, name string, prints ...string) tickets.Filing {
	f := Filing(c, name)
	for _, p := range prints {
		f.Report.Keys = append(f.Report.Keys, pgp.FoundKey{KeyInfo: pgp.KeyInfo{Fingerprint: p, UserIDs: []string{name}}, Data: "data " + p, Via: "attached"})
	}
	return f
}

func testKeysSeen(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	n := 0
	file := func(name string, prints ...string) {
		t.Helper()
		n++
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := withKeys(Claim(t, s, 1)[0], name, prints...)
		f.Keys.Identity = digest(name, n)
		f.Keys.MessageID += fmt.Sprint(n)
		File(t, s, always(New), f)
	}
	file("anna", "A1", "A2")
	if err := s.RefuseKey(ctx, Admin, "A2", "not hers"); err != nil {
		t.Fatal(err)
	}
	if err := s.ApproveKey(ctx, Admin, tickets.Approval{Fingerprint: "A1", By: "ada", How: "meeting", Tier: tickets.TierKnown}); err != nil {
		t.Fatal(err)
	}
	if err := s.ApproveKey(ctx, Admin, tickets.Approval{Fingerprint: "A9", By: "ada", How: "meeting"}); !errors.Is(err, tickets.ErrNoKey) {
		t.Errorf("approved a key that is not there: %v", err)
	}
	file("anna", "A1", "A2")
	if offers, err := s.Offers(ctx); err != nil || len(offers) != 0 {
		t.Errorf("the same bytes and a refused key: got %v, %v", offers, err)
	}
	newer := "newer A1"
	again := withKeys(tickets.Claim{}, "anna", "A1", "A2").Report.Keys
	again[0].Data, again[1].Data = newer, "newer A2"
	n++
	Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
	f := withKeys(Claim(t, s, 1)[0], "anna")
	f.Report.Keys, f.Keys.Identity = again, digest("anna", n)
	File(t, s, always(New), f)
	offers, err := s.Offers(ctx)
	if err != nil || len(offers) != 1 || offers[0].Fingerprint != "A1" || offers[0].Data != newer {
		t.Fatalf("got %+v, %v; want the newer copy of the approved key", offers, err)
	}
	keys, _ := s.Keys(ctx, tickets.KeyApproved)
	stale := keys[0]
	keys[0].Data = newer
	if err := s.SettleOffer(ctx, offers[0], &keys[0], "newer"); err != nil {
		t.Fatal(err)
	}
	stale.Data = "lost"
	if err := s.SettleOffer(ctx, offers[0], &stale, "older"); !errors.Is(err, tickets.ErrConflict) {
		t.Errorf("an update over another one: got %v", err)
	}
	if keys, _ = s.Keys(ctx, tickets.KeyApproved); len(keys) != 1 || keys[0].Data != newer || keys[0].VerifiedBy != "ada" {
		t.Errorf("got %+v", keys)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func digest(name string, n int) string { return fmt.Sprintf("%064s", fmt.Sprintf("%s-%d", name, n)) }

// testKeyFlood gives a thousand keys from one sender, then from many.
func testKeyFlood(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	flood := func(mails int, name func(int) string) int {
		t.Helper()
		for i := range mails {
			Receive(t, s, Mail(clock, Inbox, uint32(1000*mails+i), Text(1000*mails+i)))
			var prints []string
			for k := range pgp.MaxFound {
				prints = append(prints, fmt.Sprintf("%s-%d-%d", name(i), i, k))
			}
			f := withKeys(Claim(t, s, 1)[0], name(i), prints...)
			f.Keys.Identity = digest(name(i), 1000*mails+i)
			File(t, s, always(New), f)
		}
		pending, err := s.PendingKeys(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return pending
	}
	if got := flood(3, func(int) string { return "mallory" }); got != 5 {
		t.Errorf("kept %d keys of one sender, want 5", got)
	}
	if got := flood(60, func(i int) string { return fmt.Sprintf("mallory%d", i) }); got > 200 {
		t.Errorf("kept %d keys in a day, want 200 at most", got)
	}
	const used = "mallory-0-0"
	if err := s.ApproveKey(ctx, Admin, tickets.Approval{Fingerprint: used, By: "ada", How: "meeting", Tier: tickets.TierKnown}); err != nil {
		t.Fatal(err)
	}
	for i := range 25 { // after the flood of the same day
		Receive(t, s, Mail(clock, Inbox, uint32(1+i), Text(1+i)))
		f := withKeys(Claim(t, s, 1)[0], "mallory", used)
		f.Report.Keys[0].Data = fmt.Sprintf("copy %d", i)
		f.Keys.Identity = digest("mallory", i)
		File(t, s, always(New), f)
	}
	if offers, err := s.Offers(ctx); err != nil || len(offers) != 20 {
		t.Errorf("kept %d copies of a key in use in a day, %v; want 20", len(offers), err)
	}
	clock.Advance(25 * time.Hour)
	before, _ := s.PendingKeys(ctx)
	if got := flood(1, func(int) string { return "anna" }); got != before+pgp.MaxFound {
		t.Errorf("a day later: got %d, want %d more than %d", got, pgp.MaxFound, before)
	}
}

func testJudgedAgain(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	f := Filing(Claim(t, s, 1)[0], "anna")
	f.Report.Crypto = pgp.Result{Protocol: "openpgp", Signatures: []pgp.Signature{{Verdict: "unknown-key", Key: "00000000DEADBEEF", Sentence: "We do not have it."}}}
	first := File(t, s, always(New), f)[0]
	if ids, err := s.UnknownSigners(ctx); err != nil || len(ids) != 1 || ids[0] != "00000000DEADBEEF" {
		t.Fatalf("got %v, %v", ids, err)
	}
	if n, err := s.JudgeAgain(ctx, "00000000DEADBEEF", "AA01"); err != nil || n != 1 {
		t.Fatalf("got %d, %v; want one mail", n, err)
	}
	if n, err := s.JudgeAgain(ctx, "00000000DEADBEEF", "AA01"); err != nil || n != 0 {
		t.Errorf("again for the same key: got %d, %v", n, err)
	}
	c := Claim(t, s, 1)[0]
	if c.Refile != tickets.RefileVerdict {
		t.Errorf("refiled for %q", c.Refile)
	}
	known := Filing(c, "anna")
	known.Report.Crypto = pgp.Result{Protocol: "openpgp", Signatures: []pgp.Signature{{Verdict: "good", Key: "AA01", Sentence: "Good signature."}}}
	File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		return tickets.Decision{Match: tickets.MatchRefile, Ticket: e.Existing.Thread.Ticket, Signed: "AA01"}
	}, known)
	k, err := s.Ticket(ctx, Admin, first.Ticket)
	if err != nil || len(k.Entries) != 1 || k.Entries[0].Crypto != "Good signature." {
		t.Errorf("got %+v, %v", k.Entries, err)
	}
	if ids, _ := s.UnknownSigners(ctx); len(ids) != 0 {
		t.Errorf("still unknown: %v", ids)
	}
	Clean(t, s, store.VerifyOptions{AtRest: true})
}

func testWhoProtects(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	for n, good := range []bool{false, true} {
		Receive(t, s, Mail(clock, Inbox, uint32(n+1), Text(n)))
		f := Filing(Claim(t, s, 1)[0], fmt.Sprintf("anna%d", n))
		f.Report.Crypto.ProtectedSubject = true
		if good {
			f.Report.Crypto.Signatures = []pgp.Signature{{Verdict: "good", FromMatch: true, Covers: "all", Key: "AA01", Made: f.Claim.ReceivedAt.Format(time.RFC3339)}}
		}
		File(t, s, always(New), f)
	}
	if got, err := s.ProtectedSubjects(ctx); err != nil || len(got) != 1 || got[0] != "anna1@example.net" {
		t.Errorf("got %v, %v; want the one who signed", got, err)
	}
}
