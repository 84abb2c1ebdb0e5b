package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// listening has a store listen until the test ends, and gives what it hears.
func listening(t *testing.T, s *store.Store) chan store.Work {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	heard, ended := make(chan store.Work, 100), make(chan error, 1)
	go func() { ended <- s.Listen(ctx, func(w store.Work) { heard <- w }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("listen: %v", err)
		}
	})
	for _, want := range []store.Work{store.WorkMail, store.WorkOut} { // what was announced before
		if got := <-heard; got != want {
			t.Fatalf("at the beginning got %q, want %q", got, want)
		}
	}
	return heard
}

// TestWorkIsAnnounced listens beside a store, in the same process and where the
// database can tell in another one, while mails come, are filed and held.
func TestWorkIsAnnounced(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		ears := []*store.Store{s}
		if storetest.OnPostgres(t) {
			ears = append(ears, open(t, o))
		}
		var all []chan store.Work
		for _, ear := range ears {
			all = append(all, listening(t, ear))
		}
		await := func(want ...store.Work) {
			t.Helper()
			for i, heard := range all {
				for _, w := range want {
					if got := <-heard; got != w {
						t.Errorf("listener %d heard %q, want %q", i, got, w)
					}
				}
			}
		}
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
		await(store.WorkMail)
		claims := storetest.Claim(t, s, 1)
		if err := s.Release(context.Background(), claims); err != nil {
			t.Fatal(err)
		}
		await(store.WorkMail)
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1))) // known: nobody has to look
		storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "anna"))
		await(store.WorkOut)
		id, token := storetest.Take(t, s, storetest.OurMail)
		if err := s.Settle(context.Background(), id, token, tickets.SendResult{State: tickets.OutFailed}); err != nil {
			t.Fatal(err)
		}
		if err := s.Requeue(context.Background(), storetest.Admin, "out:1", false); err != nil {
			t.Fatal(err)
		}
		await(store.WorkOut)
	})
}

// TestListeningEndsWithItsConnection: then nobody believes that he would hear.
func TestListeningEndsWithItsConnection(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx := context.Background()
		o := storetest.Options(t, storetest.NewClock())
		s := open(t, o)
		ended := make(chan error, 1)
		begun := make(chan store.Work, 2)
		go func() { ended <- s.Listen(ctx, func(w store.Work) { begun <- w }) }()
		<-begun
		<-begun
		conn, err := pgx.Connect(ctx, o.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN postern' AND datname = current_database()`); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil {
			t.Error("it still listens")
		}
	})
}
