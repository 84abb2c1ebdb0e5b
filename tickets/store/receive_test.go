package store_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"sync"
	"testing"
	"time"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestNobodyWaitsInACircle holds the mail that comes first in the order of digests, while
// a process receives it after another one: that one is still free, because nobody has
// a later mail who waits for an earlier one. They are numbered as they came.
func TestNobodyWaitsInACircle(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		s, own := open(t, o), connect(t, o.URL)
		batch := make([]intake.Mail, 5)
		for i := range batch {
			batch[i] = storetest.Mail(clock, storetest.Inbox, uint32(i+1), storetest.Text(i))
		}
		slices.SortFunc(batch, func(a, b intake.Mail) int { return bytes.Compare(b.SHA256[:], a.SHA256[:]) })
		holds := func(m intake.Mail, number int) {
			own.do(`INSERT INTO mails (id, sha256, size, oversize, state, class, mailbox, source, junk, unanswered, received_at, stored_at)
				VALUES ($1, $2, 1, 0, 'held', 0, 'other', 'other', 0, 0, 1, 1)`, number, hex.EncodeToString(m.SHA256[:]))
		}
		own.do(`SET lock_timeout = '200ms'`)
		own.do(`BEGIN`)
		holds(batch[len(batch)-1], 1001)
		var receives sync.WaitGroup
		receives.Go(func() { storetest.Receive(t, s, batch...) })
		own.awaitWaiting()
		holds(batch[0], 1002)
		own.do(`ROLLBACK`)
		receives.Wait()
		for i, c := range storetest.Claim(t, s, len(batch)) {
			if c.SHA256 != hex.EncodeToString(batch[i].SHA256[:]) {
				t.Errorf("mail %d is another one than the one that came at this place", i)
			}
		}
		storetest.Clean(t, s, store.VerifyOptions{})
	})
}

// awaitWaiting returns once somebody on this database waits for a lock.
func (s session) awaitWaiting() {
	s.t.Helper()
	const look = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); {
		var n int
		if err := s.conn.QueryRow(context.Background(), look).Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		if n > 0 {
			return
		}
		time.Sleep(time.Millisecond) // the server tells nobody
	}
	s.t.Fatal("nobody waits")
}

// TestLeavingJunkWhileFiledIsAnnounced: who moves a mail out of Junk while it is being
// filed tells of work that nobody can take yet. When its claim has ended it is told again.
func TestLeavingJunkWhileFiledIsAnnounced(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		storetest.Receive(t, s, storetest.Mail(clock, storetest.JunkBox, 1, storetest.Text(1)))
		claim := storetest.Claim(t, s, 1)[0]
		await := heardBy(t, s, o)
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
		await(store.WorkMail)
		storetest.File(t, s, storetest.Judge, storetest.Filing(claim, "anna"))
		await(store.WorkMail)
		if again := storetest.Claim(t, s, 1)[0]; again.Mail != claim.Mail || again.Refile != tickets.RefileReport || again.Junk {
			t.Errorf("got %+v, want the same mail as a report", again)
		}
	})
}
