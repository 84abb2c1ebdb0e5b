package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"

	"postern/tickets"
	"postern/tickets/store"
)

// tally is what became of the mails of a rig.
type tally struct {
	mails, tickets, answers, unsure, held int
	doubled                               int // mails with two entries, or answered twice
	lost                                  int // mails without an entry, and answers that were due and never came
	broken                                int // promises that verify found broken
}

// check holds the database, the mailboxes and what arrived at the receiver
// against what was delivered. Everything that does not fit is an error.
func (r *rig) check() (sum tally) {
	r.t.Helper()
	r.withStore(func(s *store.Store) {
		ctx := r.t.Context()
		sum.broken = r.verify(ctx, s)
		r.checkEntries(ctx, s, &sum)
		r.checkAnswers(ctx, s, &sum)
		held, err := s.Held(ctx, viewer())
		if err != nil {
			r.t.Fatal(err)
		}
		for _, h := range held {
			if strings.HasPrefix(h.ID, "m") {
				sum.held++
				r.t.Errorf("held: %+v", h)
			}
		}
	})
	r.checkFolders()
	return sum
}

func (r *rig) verify(ctx context.Context, s *store.Store) int {
	r.t.Helper()
	violations, err := s.Verify(ctx, store.VerifyOptions{AtRest: true})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, v := range violations {
		r.t.Errorf("verify: %s: %s", v.Rule, v.What)
	}
	return len(violations)
}

// letters are all that was delivered, copies included.
func (r *rig) letters() (all []letter) {
	for _, user := range r.users {
		all = append(all, r.delivered[user]...)
	}
	return all
}

// checkEntries wants exactly one entry for each Message-ID, made of the bytes
// that were delivered under it.
func (r *rig) checkEntries(ctx context.Context, s *store.Store, sum *tally) {
	r.t.Helper()
	entries := map[string]int{}
	for ticket, err := range s.Tickets(ctx, viewer(), tickets.Filter{All: true}) {
		if err != nil {
			r.t.Fatal(err)
		}
		sum.tickets++
		for _, e := range ticket.Entries {
			if e.Kind == "mail-in" {
				entries[e.Mail]++
			}
		}
	}
	perID := map[string]int{}
	for _, l := range r.letters() {
		digest := sha256.Sum256(l.raw)
		perID[l.id] += entries[hex.EncodeToString(digest[:])]
	}
	sum.mails = len(perID)
	for id, n := range perID {
		switch {
		case n == 0:
			sum.lost++
			r.t.Errorf("mail %s has no entry", id)
		case n > 1:
			sum.doubled++
			r.t.Errorf("mail %s has %d entries", id, n)
		}
	}
	if len(entries) != len(perID) {
		r.t.Errorf("there are entries of %d mails, %d were delivered", len(entries), len(perID))
	}
}

// outgoing reads the outbox by the Message-IDs that its mails answer.
func (r *rig) outgoing(ctx context.Context, s *store.Store) map[string][]tickets.Outgoing {
	r.t.Helper()
	stats, err := s.Stats(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	left := int64(0)
	for _, n := range stats.Outbox {
		left += n
	}
	rows := map[string][]tickets.Outgoing{}
	last := 100*left + 1000 // numbers of transactions that came to nothing are not given again
	for id := int64(1); left > 0; id++ {
		o, err := s.Outgoing(ctx, id)
		if err != nil && id < last {
			continue
		}
		if err != nil {
			r.t.Fatalf("outgoing mail %d, %d are left: %v", id, left, err)
		}
		rows[o.InReplyTo] = append(rows[o.InReplyTo], o)
		left--
	}
	return rows
}

// checkAnswers wants one answer at the receiver for each that is recorded as
// sent, at most one for each that is unsure, and a row for each that is due.
func (r *rig) checkAnswers(ctx context.Context, s *store.Store, sum *tally) {
	r.t.Helper()
	rows := r.outgoing(ctx, s)
	r.awaitSent(rows)
	arrived := r.arrived()
	seen := map[string]bool{}
	for _, l := range r.letters() {
		if seen[l.id] {
			continue
		}
		seen[l.id] = true
		r.checkAnswer(l, rows[l.id], arrived[l.id], sum)
	}
}

func (r *rig) checkAnswer(l letter, rows []tickets.Outgoing, arrived int, sum *tally) {
	r.t.Helper()
	sum.answers += arrived
	if arrived > 1 || len(rows) > 1 {
		sum.doubled++
		r.t.Errorf("mail %s: %d answers planned, %d arrived", l.id, len(rows), arrived)
		return
	}
	if len(rows) == 0 {
		if l.owed || arrived > 0 {
			sum.lost++
			r.t.Errorf("mail %s: no answer planned, %d arrived", l.id, arrived)
		}
		return
	}
	switch o := rows[0]; {
	case o.State == tickets.OutUnsure:
		sum.unsure++
	case o.State != tickets.OutSent || arrived != 1:
		sum.lost++
		r.t.Errorf("mail %s: its answer is %s (%s), %d arrived", l.id, o.State, o.Reason, arrived)
	}
}

// awaitSent waits for what a relay has taken and not yet passed on.
func (r *rig) awaitSent(rows map[string][]tickets.Outgoing) {
	r.t.Helper()
	r.await("not every answer that the relay took has arrived", func() bool {
		arrived := r.arrived()
		for id, list := range rows {
			for _, o := range list {
				if o.State == tickets.OutSent && arrived[id] == 0 {
					return false
				}
			}
		}
		return true
	})
}

// arrived counts the answers at the receiver by the Message-ID they answer.
func (r *rig) arrived() map[string]int {
	r.t.Helper()
	count := map[string]int{}
	for _, m := range r.receiver.Messages() {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			r.t.Fatalf("an answer cannot be read: %v", err)
		}
		count[strings.Trim(parsed.Header.Get("In-Reply-To"), "<> ")]++
	}
	return count
}

// checkFolders wants every mail in the processed folder and none waiting.
func (r *rig) checkFolders() {
	r.t.Helper()
	for _, user := range r.users {
		if left := r.unmoved(user); len(left) > 0 {
			r.t.Errorf("%s: %d mails are neither moved nor marked", user, len(left))
		}
		processed := map[[32]byte]bool{}
		for _, m := range r.server.folder(r.t, user, "Processed") {
			processed[sha256.Sum256(m.Raw)] = true
		}
		for _, l := range r.delivered[user] {
			if !processed[sha256.Sum256(l.raw)] {
				r.t.Errorf("%s: mail %s is not in the processed folder", user, l.id)
			}
		}
	}
}
