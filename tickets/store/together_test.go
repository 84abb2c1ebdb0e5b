package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"testing"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestEverybodyAtOnce has two stores on one database, as a daemon and a command
// have, and in each intake, filers, senders, a sealer and people at work. Every
// mail comes twice, in other bytes.
func TestEverybodyAtOnce(t *testing.T) { storetest.Each(t, testEverybodyAtOnce) }

func testEverybodyAtOnce(t *testing.T) {
	const mails, batch = 60, 10
	clock := storetest.NewClock()
	o := storetest.Options(t, clock)
	stores := []*store.Store{open(t, o), open(t, o)}
	senders := map[string]string{} // by the digest of their mail
	for i := range 2 * mails {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %d", i/mails, i%mails))
		senders[hex.EncodeToString(sum[:])] = fmt.Sprint("sender", i%mails)
	}
	var all sync.WaitGroup
	for n, s := range stores {
		all.Go(func() {
			for at := 0; at < mails; at += batch {
				var list []intake.Mail
				for i := at; i < at+batch; i++ {
					text := fmt.Sprintf("%d %d", n, i)
					list = append(list, storetest.Mail(clock, []intake.Mailbox{storetest.Inbox, storetest.Abuse}[n], uint32(i+1), text))
				}
				if err := s.Receive(context.Background(), list); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for worker := range 4 {
		s := stores[worker%2]
		all.Go(func() {
			fileAll(t, s, fmt.Sprint(worker), func(c tickets.Claim) tickets.Filing { return storetest.Filing(c, senders[c.SHA256]) }, storetest.Judge)
		})
		all.Go(func() { sendAll(t, s) })
		all.Go(func() { lookAround(t, s) })
	}
	all.Wait()
	sendAll(t, stores[0])
	if n := len(storetest.Tickets(t, stores[0], storetest.Admin)); n != mails {
		t.Errorf("got %d tickets of %d mails that came twice", n, mails)
	}
	st, err := stores[1].Stats(context.Background())
	if err != nil || st.Mails["filed"] != 2*mails || st.Outbox["sent"] != mails {
		t.Errorf("got %+v, %v", st, err)
	}
	storetest.Clean(t, stores[0], store.VerifyOptions{AtRest: true})
}

// fileAll files what waits until nothing does.
func fileAll(t *testing.T, s *store.Store, worker string, read func(tickets.Claim) tickets.Filing, judge tickets.Judge) {
	for {
		claims, err := s.Claim(context.Background(), worker, 5)
		if err != nil {
			t.Error(err)
		}
		if len(claims) == 0 {
			return
		}
		var batch []tickets.Filing
		for _, c := range claims {
			batch = append(batch, read(c))
		}
		filed, err := s.File(context.Background(), batch, judge)
		if err != nil {
			t.Error(err)
		}
		for _, f := range filed {
			if f.Err != nil {
				t.Error(f.Err)
			}
		}
	}
}

func sendAll(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for {
		due, err := s.Due(ctx, 3)
		if err != nil {
			t.Error(err)
		}
		if len(due) == 0 {
			return
		}
		for _, o := range due {
			token, err := s.Take(ctx, o.ID, storetest.Attempt(o, "w"))
			if errors.Is(err, tickets.ErrTaken) {
				continue
			}
			if err := errors.Join(err, s.Handed(ctx, o.ID, token), s.Settle(ctx, o.ID, token, tickets.SendResult{State: tickets.OutSent})); err != nil {
				t.Error(err)
			}
		}
	}
}

func lookAround(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for range 3 {
		for k, err := range s.Tickets(ctx, storetest.Admin, tickets.Filter{Limit: 20}) {
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.AddNote(ctx, storetest.Admin, k.ID, "seen"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.SealEvents(ctx); err != nil {
			t.Error(err)
		}
		if err := s.Checkpoint(ctx); err != nil {
			t.Error(err)
		}
	}
}
