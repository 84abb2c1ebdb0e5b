package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// session is a connection of the test's own.
type session struct {
	t    *testing.T
	conn *pgx.Conn
}

func connect(t *testing.T, url string) session {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return session{t, conn}
}

func (s session) do(statement string, args ...any) {
	s.t.Helper()
	if _, err := s.conn.Exec(context.Background(), statement, args...); err != nil {
		s.t.Errorf("%s: %v", statement, err)
	}
}

// failOnce has the next statement that writes to a table fail in this way. passed
// ends that, and tells whether it did.
func (s session) failOnce(table, code string) (passed func() bool) {
	s.do(`CREATE SEQUENCE IF NOT EXISTS tries`)
	s.do(`ALTER SEQUENCE tries RESTART`)
	s.do(fmt.Sprintf(`CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF nextval('tries') = 1 THEN RAISE EXCEPTION 'trouble' USING ERRCODE = '%s'; END IF;
			RETURN NULL;
		END $$`, code))
	s.do(`CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON ` + table + ` EXECUTE FUNCTION fail()`)
	return func() (failed bool) {
		s.do(`DROP TRIGGER fail ON ` + table)
		if err := s.conn.QueryRow(context.Background(), `SELECT is_called FROM tries`).Scan(&failed); err != nil {
			s.t.Error(err)
		}
		return failed
	}
}

// written are the tables that a mail's way leads through.
var written = []string{"mails", "deliveries", "mail_chunks", "tickets", "conversations", "participants", "entries", "message_ids",
	"indicator_keys", "budgets", "outbox", "rendered", "events"}

// TestTroubleAnywhere has one statement after the other meet another transaction or
// a lock that is kept for too long: what has to be done again is done again, and
// nothing is lost, doubled or half done.
func TestTroubleAnywhere(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		o.URL = storetest.Postgres(t) // its schema is changed
		s, own := open(t, o), connect(t, o.URL)
		mails := 0
		for code, want := range map[string]error{"40P01": nil, "55P03": tickets.ErrBusy} {
			for _, table := range written {
				passed := own.failOnce(table, code)
				lifeOfTwo(t, s, clock, mails, fmt.Sprint(code, " on ", table), want)
				if mails += 2; !passed() {
					t.Errorf("%s was never written to", table)
				}
			}
		}
		st, err := s.Stats(context.Background())
		if err != nil || st.Mails["filed"] != int64(mails) || st.Outbox["sent"] != int64(mails) {
			t.Errorf("got %+v, %v; want %d filed and answered", st, err, mails)
		}
		if n := len(storetest.Tickets(t, s, storetest.Admin)); n != mails {
			t.Errorf("got %d tickets of %d mails", n, mails)
		}
		storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	})
}

// lifeOfTwo takes two mails all the way. What fails with the error that may come is
// done once more.
func lifeOfTwo(t *testing.T, s *store.Store, clock *storetest.Clock, from int, about string, may error) {
	t.Helper()
	ctx := context.Background()
	twice := func(what string, work func() error) {
		t.Helper()
		err := work()
		if err != nil && may != nil && errors.Is(err, may) {
			err = work()
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", about, what, err)
		}
	}
	big := randomText(600 << 10) // several chunks
	texts := []string{storetest.Text(from), storetest.Text(from+1) + big}
	twice("receive", func() error {
		var mails []intake.Mail
		for i, text := range texts {
			mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(from+i+1), text))
		}
		return s.Receive(ctx, mails)
	})
	var claims []tickets.Claim
	twice("claim", func() (err error) {
		claims, err = s.Claim(ctx, "w", 10)
		return err
	})
	var batch []tickets.Filing
	for _, c := range claims {
		batch = append(batch, storetest.Filing(c, fmt.Sprint("m", c.SHA256)))
	}
	twice("file", func() error {
		filed, err := s.File(ctx, batch, storetest.Judge)
		for _, f := range filed {
			err = errors.Join(err, f.Err)
		}
		return err
	})
	due, err := s.Due(ctx, 10)
	if err != nil || len(due) != len(texts) {
		t.Fatalf("%s: got %d due, %v", about, len(due), err)
	}
	tokens := make([]int64, len(due))
	step := func(what string, work func(i int) error) {
		var all sync.WaitGroup
		for i := range due {
			all.Go(func() { twice(what, func() error { return work(i) }) })
		}
		all.Wait()
	}
	step("take", func(i int) (err error) {
		tokens[i], err = s.Take(ctx, due[i].ID, storetest.Attempt(due[i], "w"))
		return err
	})
	step("handed", func(i int) error { return s.Handed(ctx, due[i].ID, tokens[i]) })
	step("settle", func(i int) error {
		return s.Settle(ctx, due[i].ID, tokens[i], tickets.SendResult{State: tickets.OutSent})
	})
}

// TestTakenTwiceAtOnce lets one worker claim an answer twice in one transaction, beside
// another one: one claim holds, and it stays.
func TestTakenTwiceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		gate := newGate("t3b.before")
		o.Hook = gate.hook
		s := open(t, o)
		storetest.File(t, s, storetest.Judge, batchOf(t, s, clock, 3)...)
		due, err := s.Due(ctx, 10)
		if err != nil || len(due) != 3 {
			t.Fatalf("got %d due, %v", len(due), err)
		}
		var all sync.WaitGroup
		all.Go(func() { _ = s.Handed(ctx, due[2].ID, 77) }) // holds the writer at the gate
		<-gate.reached
		tokens, errs := make([]int64, 3), make([]error, 3)
		for i, n := range []int{0, 0, 1} {
			all.Go(func() { tokens[i], errs[i] = s.Take(ctx, due[n].ID, storetest.Attempt(due[n], "w")) })
		}
		waitFor(s, 3)
		gate.open()
		all.Wait()
		lost := slices.IndexFunc(errs[:2], func(err error) bool { return errors.Is(err, tickets.ErrTaken) })
		if lost < 0 || errs[1-lost] != nil || errs[2] != nil {
			t.Fatalf("got %v, want one of the first two taken and no other error", errs)
		}
		if more, err := s.Due(ctx, 10); err != nil || len(more) != 1 || more[0].ID != due[2].ID {
			t.Errorf("got %d due, %v; want the one that nobody has", len(more), err)
		}
		for i, n := range map[int]int{1 - lost: 0, 2: 1} {
			if err := s.Handed(ctx, due[n].ID, tokens[i]); err != nil {
				t.Errorf("answer %d: %v", n, err)
			}
		}
		storetest.Clean(t, s, store.VerifyOptions{})
	})
}

// TestOneIsHandedOver lets two processes and one that clears up after them fight
// for the same answers: none is handed over twice.
func TestOneIsHandedOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		stores := []*store.Store{open(t, o), open(t, o)}
		const answers = 8
		storetest.File(t, stores[0], storetest.Judge, batchOf(t, stores[0], clock, answers)...)
		due, err := stores[0].Due(ctx, answers)
		if err != nil || len(due) != answers {
			t.Fatalf("got %d due, %v", len(due), err)
		}
		handed := make([]atomic.Int32, answers)
		var senders, clearing sync.WaitGroup
		for n, s := range stores {
			for i := range due {
				senders.Go(func() {
					for number := due[i].Attempts; number < due[i].Attempts+4; number++ {
						o := due[i]
						o.Attempts = number
						token, err := s.Take(ctx, o.ID, storetest.Attempt(o, fmt.Sprint("w", n)))
						if err == nil && s.Handed(ctx, o.ID, token) == nil {
							handed[i].Add(1)
							_ = s.Settle(ctx, o.ID, token, tickets.SendResult{State: tickets.OutSent})
						}
					}
				})
			}
		}
		done := make(chan struct{})
		clearing.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				if _, err := stores[n%2].RecoverFrom(ctx, fmt.Sprint("w", (n+1)%2)); err != nil {
					t.Error(err)
				}
			}
		})
		senders.Wait()
		close(done)
		clearing.Wait()
		for i := range handed {
			if n := handed[i].Load(); n > 1 {
				t.Errorf("answer %d was handed over %d times", i, n)
			}
		}
		storetest.Clean(t, stores[0], store.VerifyOptions{})
	})
}

// TestFaultOfOneRow has the database refuse one mail's entry, what another one is looked
// up by and one answer's claim: theirs alone fail, each time.
func TestFaultOfOneRow(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		ctx, clock := context.Background(), storetest.NewClock()
		o := storetest.Options(t, clock)
		o.URL = storetest.Postgres(t) // its schema is changed
		gate := newGate("t3c.before")
		o.Hook = gate.hook
		s, own := open(t, o), connect(t, o.URL)
		batch := batchOf(t, s, clock, 5)
		own.do(`ALTER TABLE entries ADD CHECK (subject <> 'report sender2')`)
		own.do(`ALTER TABLE outbox ADD CHECK (recipient <> 'sender3@example.net' OR state <> 'claimed')`)
		batch[4].Keys.Identity = "\x00" + batch[4].Keys.Identity
		for range 2 {
			filed, err := s.File(ctx, batch, storetest.Judge)
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range filed {
				if failed := f.Err != nil; failed != (i == 2 || i == 4) || !failed && f.Match != tickets.MatchNew {
					t.Errorf("mail %d: got %+v", i, f)
				}
			}
		}
		due, err := s.Due(ctx, 10)
		if err != nil || len(due) != 3 {
			t.Fatalf("got %d due, %v", len(due), err)
		}
		var all sync.WaitGroup
		all.Go(func() { _ = s.Settle(ctx, due[0].ID, 12345, tickets.SendResult{State: tickets.OutSent}) }) // holds the writer
		<-gate.reached
		errs := make([]error, len(due))
		for i, one := range due {
			all.Go(func() { _, errs[i] = s.Take(ctx, one.ID, storetest.Attempt(one, "w")) })
		}
		waitFor(s, len(due))
		gate.open()
		all.Wait()
		for i, err := range errs {
			if (err != nil) != (due[i].To == "sender3@example.net") {
				t.Errorf("%s: got %v", due[i].To, err)
			}
		}
		st, err := s.Stats(ctx)
		if err != nil || st.Outbox["claimed"] != 2 || st.Outbox["queued"] != 1 {
			t.Errorf("got %+v, %v", st, err)
		}
		storetest.Clean(t, s, store.VerifyOptions{})
	})
}

// TestTakenMeanwhile has rows that were free when a batch was looked up taken by
// somebody else before it is written.
func TestTakenMeanwhile(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		other := open(t, o)
		first := func(name string) tickets.Filing { return storetest.Filing(tickets.Claim{}, name) }
		storetest.Receive(t, other, storetest.Mail(clock, storetest.Inbox, 1, "zero"))
		storetest.File(t, other, storetest.Judge, storetest.Filing(storetest.Claim(t, other, 1)[0], "zero"))
		own := connect(t, o.URL)
		var hooked sync.Once
		o.Hook = func(at string) {
			if at == "t1.inserted" {
				hooked.Do(func() { storetest.Receive(t, other, storetest.Mail(clock, storetest.Abuse, 1, "two")) })
			}
		}
		s := open(t, o)
		var mails []intake.Mail
		for i, text := range []string{"one", "two", "three"} {
			mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(i+2), text))
		}
		storetest.Receive(t, s, mails...)
		var batch []tickets.Filing
		for i, c := range storetest.Claim(t, s, 3) {
			batch = append(batch, storetest.Filing(c, fmt.Sprint("m", i)))
		}
		batch[2].Report = first("zero").Report
		tries := 0
		filed := storetest.File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
			if tries++; tries == 1 {
				own.do(`UPDATE outbox SET dedupe = $1`, "answer:"+first("m1").Keys.Identity)
			}
			if tries == 5 {
				own.do(`UPDATE entries SET identity = $1 WHERE identity = $2`, first("m2").Keys.Identity, first("zero").Keys.Identity)
			}
			return storetest.Judge(f, e)
		}, batch...)
		got := []string{}
		for _, f := range filed {
			got = append(got, fmt.Sprint(f.Match, " ", f.Answer))
		}
		if want := []string{"new true", "new false", "same false"}; !slices.Equal(got, want) {
			t.Errorf("got %q after %d judgements, want %q", got, tries, want)
		}
		storetest.Clean(t, s, store.VerifyOptions{})
	})
}

// TestReferencesOfAnother has two processes draw the same ticket IDs.
func TestReferencesOfAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		var stores []*store.Store
		for range 2 {
			o.Rand = rand.New(rand.NewSource(9))
			stores = append(stores, open(t, o))
		}
		uid := uint32(0)
		for round := range 2 {
			for _, s := range stores {
				var batch []tickets.Filing
				for range 3 {
					uid++
					storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uid, storetest.Text(int(uid))))
				}
				for _, c := range storetest.Claim(t, s, 3) {
					batch = append(batch, storetest.Filing(c, fmt.Sprint("m", c.Mail)))
				}
				storetest.File(t, s, storetest.Judge, batch...)
			}
			if n := len(storetest.Tickets(t, stores[0], storetest.Admin)); n != 6*(round+1) {
				t.Errorf("got %d tickets", n)
			}
		}
		storetest.Clean(t, stores[0], store.VerifyOptions{AtRest: true})
	})
}

// TestSameMailsInOppositeOrder lets two processes receive the same mails.
func TestSameMailsInOppositeOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		const mails = 30
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		stores := []*store.Store{open(t, o), open(t, o)}
		boxes := []intake.Mailbox{storetest.Inbox, storetest.Abuse}
		var all sync.WaitGroup
		for n, s := range stores {
			var list []intake.Mail
			for i := range mails {
				list = append(list, storetest.Mail(clock, boxes[n], uint32(i+1), storetest.Text(i)))
			}
			if n == 1 {
				slices.Reverse(list)
			}
			all.Go(func() {
				if err := s.Receive(context.Background(), list); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		storetest.Claim(t, stores[0], mails)
		for n, s := range stores {
			known, err := s.Known(context.Background(), boxes[n].Source, 1)
			if err != nil || len(known) != mails {
				t.Errorf("got %d known, %v", len(known), err)
			}
		}
		storetest.Clean(t, stores[0], store.VerifyOptions{})
	})
}

// TestLeaseOfAFirstTry repeats the taking of two leases, after somebody else took one:
// what was had in the first try is not had.
func TestLeaseOfAFirstTry(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		o.URL = storetest.Postgres(t) // its schema is changed
		open(t, o)
		own := connect(t, o.URL)
		var tries atomic.Int32
		tries.Store(-1 << 20)
		o.Now = func() time.Time {
			if tries.Add(1) == 2 {
				own.do(`INSERT INTO leases (name, holder, token, until) VALUES ('a', 'other', 1, 9000000000000000)`)
			}
			return clock.Now()
		}
		s := open(t, o)
		own.do(`CREATE SEQUENCE tries`)
		own.do(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN
				IF nextval('tries') = 1 THEN RAISE EXCEPTION 'trouble' USING ERRCODE = '40P01'; END IF;
				RETURN NEW;
			END $$`)
		own.do(`CREATE TRIGGER fail BEFORE INSERT ON leases FOR EACH ROW WHEN (NEW.name = 'b') EXECUTE FUNCTION fail()`)
		tries.Store(0)
		got, err := s.LeaseAll(t.Context(), []string{"a", "b"}, "me", time.Minute)
		if err != nil || len(got) != 1 || got["b"] == 0 {
			t.Errorf("got %v, %v; want b alone", got, err)
		}
	})
}
