package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestLateEventsAreSealed: a transaction that numbered its event before
// thousands of others commits after they were sealed.
func TestLateEventsAreSealed(t *testing.T) {
	t.Run("postgres", func(t *testing.T) { // SQLite has one writer: events are numbered in the order of their commits
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		busy := open(t, o)
		gate := newGate("t1.written")
		o.Hook = gate.hook
		slow := open(t, o)
		var receiving sync.WaitGroup
		receiving.Go(func() { storetest.Receive(t, slow, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1))) })
		<-gate.reached
		db := rows(t, o.URL)
		many := fmt.Sprintf(`INSERT INTO events (at, actor, what, digest, text) SELECT %d, '', 'busy', '%s', '' FROM generate_series(1, 1500)`,
			clock.Now().UnixMicro(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
		run(t, db, many)
		if n, err := busy.SealEvents(ctx); err != nil || n != 1500 {
			t.Fatalf("sealed %d, %v", n, err)
		}
		clock.Advance(time.Second) // not so long that it would have been ended
		gate.open()
		receiving.Wait()
		storetest.Receive(t, busy, storetest.Mail(clock, storetest.Inbox, 2, storetest.Text(2)))
		if n, err := busy.SealEvents(ctx); err != nil || n != 2 {
			t.Errorf("sealed %d, %v; want the late one and the newest", n, err)
		}
		if got := store.SealedUpTo(busy); got != 0 {
			t.Errorf("events up to %d are sealed for good after a second", got)
		}
		clock.Advance(time.Hour)
		storetest.Clean(t, busy, store.VerifyOptions{Patience: 2 * time.Hour})
		if got := store.SealedUpTo(busy); got < 1500 {
			t.Errorf("after an hour only %d events need no other look", got)
		}
	})
}
