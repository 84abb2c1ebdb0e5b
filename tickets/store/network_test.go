package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// onPoorNetwork opens a store whose network fails when it comes to a point, once for each
// time the point is set.
func onPoorNetwork(t *testing.T, clock *storetest.Clock, fail func(*storetest.Proxy)) (s *store.Store, next *atomic.Value) {
	t.Helper()
	o := storetest.Options(t, clock)
	proxy, through := storetest.StartProxy(t, o.URL, 0)
	o.URL, next = through, &atomic.Value{}
	next.Store("")
	o.Hook = func(point string) {
		if next.CompareAndSwap(point, "") {
			fail(proxy)
		}
	}
	return open(t, o), next
}

// TestLostAnswerOfACommit loses the server's answer to each commit of a mail's way:
// what is done again then doubles nothing.
func TestLostAnswerOfACommit(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		s, next := onPoorNetwork(t, clock, (*storetest.Proxy).Swallow)
		lifeOfTwo(t, s, clock, 0, "without trouble", nil) // a commit that was prepared has one answer
		unheard := func(point string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), "the connection to the database was lost") {
				t.Errorf("%s: got %v, want a lost connection", point, err)
			}
			if next.Load() != "" {
				t.Errorf("%s was not reached", point)
			}
		}
		var mails []intake.Mail
		for i := range 6 {
			mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(i+11), storetest.Text(i+11)))
		}
		next.Store("t1.written")
		unheard("T1", s.Receive(ctx, mails))
		storetest.Receive(t, s, mails...)
		var batch []tickets.Filing
		for i, c := range storetest.Claim(t, s, len(mails)) {
			batch = append(batch, storetest.Filing(c, fmt.Sprint("anna", i)))
		}
		next.Store("t2.written")
		for _, f := range storetest.File(t, s, storetest.Judge, batch...) {
			if f.Match != tickets.MatchNew || f.Ticket == "" || next.Load() != "" {
				t.Errorf("T2: got %+v", f)
			}
		}
		due, err := s.Due(ctx, 10)
		if err != nil || len(due) != len(mails) {
			t.Fatalf("got %d due, %v", len(due), err)
		}
		next.Store("t3a.written")
		_, err = s.Take(ctx, due[0].ID, storetest.Attempt(due[0], "worker"))
		unheard("T3a", err)
		id, token := storetest.Take(t, s, storetest.OurMail)
		next.Store("t3b.written")
		unheard("T3b", s.Handed(ctx, id, token))
		storetest.Take(t, s, storetest.OurMail) // another one, on the next connection
		next.Store("t3c.written")
		unheard("T3c", s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutSent}))
		if err := s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutFailed}); !errors.Is(err, tickets.ErrFence) {
			t.Errorf("settled twice: got %v, want ErrFence", err)
		}
		st, err := s.Stats(ctx)
		if err != nil || st.Mails["filed"] != 8 || st.Outbox["sent"] != 3 || st.Outbox["claimed"] != 1 || st.Outbox["queued"] != 4 {
			t.Errorf("got %+v, %v", st, err)
		}
		storetest.Clean(t, s, store.VerifyOptions{})
	})
}

// TestCutInTheMiddle ends all connections at each step of a mail's way: it goes on
// where it was, and an error says why.
func TestCutInTheMiddle(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		s, next := onPoorNetwork(t, clock, (*storetest.Proxy).Cut)
		twice := func(point string, work func() error) {
			t.Helper()
			next.Store(point)
			err := work()
			if err != nil && !strings.Contains(err.Error(), "the connection to the database was lost") {
				t.Errorf("%s: got %v, want a lost connection", point, err)
			}
			for range 8 { // those that read are found to be gone one by one
				if err != nil {
					err = work()
				}
			}
			if err != nil || next.Load() != "" {
				t.Errorf("%s: got %v, %v", point, err, next.Load())
			}
		}
		mails := 0
		for _, moment := range []string{".before", ".written"} {
			m := []intake.Mail{storetest.Mail(clock, storetest.Inbox, uint32(mails+1), storetest.Text(mails)), storetest.Mail(clock, storetest.Inbox, uint32(mails+2), storetest.Text(mails+1))}
			twice("t1"+moment, func() error { return s.Receive(ctx, m) })
			if mails += 2; moment == ".before" {
				m[0] = storetest.Mail(clock, storetest.Inbox, 99, storetest.Text(99))
				twice("t1.inserted", func() error { return s.Receive(ctx, m) })
				mails++
			}
			var claims []tickets.Claim
			for try := 0; len(claims) == 0 && try < 8; try++ {
				claims, _ = s.Claim(ctx, "w", 10)
			}
			var batch []tickets.Filing
			for _, c := range claims {
				batch = append(batch, storetest.Filing(c, fmt.Sprint("m", c.Mail)))
			}
			twice("t2"+moment, func() error {
				_, err := s.File(ctx, batch, storetest.Judge)
				return err
			})
			var due []tickets.Outgoing
			for try := 0; len(due) == 0 && try < 8; try++ {
				due, _ = s.Due(ctx, 10)
			}
			for i, o := range due {
				point := []string{"", moment}[min(i, 1)]
				var token int64
				if point != "" {
					point = "t3a" + point
				}
				twice(point, func() (err error) {
					token, err = s.Take(ctx, o.ID, storetest.Attempt(o, "w"))
					return err
				})
				twice("", func() error { return s.Handed(ctx, o.ID, token) })
				twice("", func() error { return s.Settle(ctx, o.ID, token, tickets.SendResult{State: tickets.OutSent}) })
			}
		}
		for range 8 {
			_, _ = s.Stats(ctx)
			_, _ = s.SealEvents(ctx)
		}
		st, err := s.Stats(ctx)
		if err != nil || st.Mails["filed"] != int64(mails) || st.Outbox["sent"] != int64(mails) {
			t.Errorf("got %+v, %v; want %d", st, err, mails)
		}
		storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	})
}

// TestNoConnectionIsNoMailsFault has the server refuse connections, as it does when
// there are too many: who needs one is told so in a way that blames no mail.
func TestNoConnectionIsNoMailsFault(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		batch := batchOf(t, s, clock, 1)
		u, err := url.Parse(o.URL)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(u.Path, "/")
		u.Path = "/postgres"
		own := connect(t, u.String())
		own.do(`ALTER DATABASE ` + name + ` ALLOW_CONNECTIONS false`)
		own.do(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name)
		if _, err := s.File(ctx, batch, storetest.Judge); !errors.Is(err, tickets.ErrAway) {
			t.Errorf("file: got %v, want %v", err, tickets.ErrAway)
		}
		own.do(`ALTER DATABASE ` + name + ` ALLOW_CONNECTIONS true`)
		storetest.File(t, s, storetest.Judge, batch...)
		storetest.Clean(t, open(t, o), store.VerifyOptions{})
	})
}
