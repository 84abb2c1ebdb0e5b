package store_test

import (
	"context"
	"testing"
	"time"

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

// heardBy has everybody listen who can hear a store: its own process, and where the
// database can tell another one. All have to hear what is awaited, and nothing before.
func heardBy(t *testing.T, s *store.Store, o store.Options) (await func(want ...store.Work)) {
	t.Helper()
	ears := []*store.Store{s}
	if storetest.OnPostgres(t) {
		ears = append(ears, open(t, o))
	}
	var all []chan store.Work
	for _, ear := range ears {
		all = append(all, listening(t, ear))
	}
	return func(want ...store.Work) {
		t.Helper()
		for i, heard := range all {
			for _, w := range want {
				if got := <-heard; got != w {
					t.Errorf("listener %d heard %q, want %q", i, got, w)
				}
			}
		}
	}
}

// TestWorkIsAnnounced listens beside a store while mails come, are filed and held.
func TestWorkIsAnnounced(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		await := heardBy(t, s, o)
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

// TestWorkOfPeopleIsAnnounced: what a person decides is done at once, by whichever
// machine, and what leaves nothing to do wakes nobody.
func TestWorkOfPeopleIsAnnounced(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)), storetest.Mail(clock, storetest.Inbox, 2, storetest.Text(2)))
		claims := storetest.Claim(t, s, 2)
		first := storetest.File(t, s, storetest.Judge, storetest.Filing(claims[0], "anna"))[0]
		storetest.File(t, s, func(tickets.Filing, tickets.Evidence) tickets.Decision {
			return tickets.Decision{Match: tickets.MatchUnproven, Ticket: 1, Withheld: "not proven"}
		}, storetest.Filing(claims[1], "eve"))
		k, err := s.Ticket(ctx, storetest.Admin, first.Ticket)
		if err != nil || len(k.Entries) != 2 {
			t.Fatalf("got %+v, %v", k.Entries, err)
		}
		await := heardBy(t, s, o)
		do := func(err error, want ...store.Work) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			await(want...)
		}
		do(s.ClaimTicket(ctx, storetest.Admin, k.ID))
		do(s.Assign(ctx, storetest.Admin, k.ID, "network"))
		do(s.SetState(ctx, storetest.Admin, k.ID, tickets.Waiting, ""))
		do(s.AddNote(ctx, storetest.Admin, k.ID, "called them"))
		_, err = s.QueueReply(ctx, storetest.Admin, tickets.Outgoing{Conversation: 1, To: "anna@example.net", MessageID: "r@example.org", Template: "resolved"})
		do(err, store.WorkOut)
		do(s.Split(ctx, storetest.Admin, k.ID, k.Entries[1].ID), store.WorkMail)
		do(s.Join(ctx, "away", time.Hour))
		run(t, rows(t, o.Path+o.URL), `UPDATE mails SET state = 'held', tries = 3, suspect = 1, reason = 'in work when the program stopped' WHERE id = 2;
			INSERT INTO blames (worker, mail) VALUES ('away', 2)`)
		do(s.Join(ctx, "away", time.Hour), store.WorkMail) // nobody decides this: a machine is back
		if got := storetest.Claim(t, s, 1)[0]; got.Mail != 2 || got.Tries != 2 {
			t.Errorf("got %+v", got)
		}
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

// TestARestartedServerIsNoticedByNobody: connections that went with it are replaced
// by the next transaction instead of failing it.
func TestARestartedServerIsNoticedByNobody(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx := context.Background()
		o := storetest.Options(t, storetest.NewClock())
		s := open(t, o)
		join := func(worker string) {
			t.Helper()
			if err := s.Join(ctx, worker, time.Hour); err != nil {
				t.Error(err)
			}
		}
		join("one")
		conn, err := pgx.Connect(ctx, o.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`); err != nil {
			t.Fatal(err)
		}
		join("two")
		join("three")
	})
}
