package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestTroubleEverywhere has one statement in thirty fail in one way or another and the
// network of one process fail for a second, while two receive, file and answer the
// same mails: in the end each is one ticket, and its answer was handed over once.
func TestTroubleEverywhere(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		const mails = 12
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		o.URL = storetest.Postgres(t) // its schema is changed
		own, straight := connect(t, o.URL), open(t, o)
		proxy, through := storetest.StartProxy(t, o.URL, 0)
		o.URL = through
		c := &chaos{t: t, stores: []*store.Store{straight, open(t, o)}, names: map[string]string{}}
		calm := own.failOften(chaosSeed(t))
		restored := failing(proxy)
		c.receive(clock, mails)
		c.work()
		restored()
		calm()
		st, err := straight.Stats(context.Background())
		if err != nil || st.Mails["filed"] != 2*mails || st.Outbox["sent"] != mails || c.handed.Load() != mails {
			t.Errorf("got %+v, %v; %d handed over, want %d", st, err, c.handed.Load(), mails)
		}
		if n := len(storetest.Tickets(t, straight, storetest.Admin)); n != mails {
			t.Errorf("got %d tickets of %d mails that came twice", n, mails)
		}
		storetest.Clean(t, straight, store.VerifyOptions{AtRest: true})
	})
}

// chaosSeed draws the faults: another one each time, unless POSTERN_CHAOS_SEED names it.
// How the work of the two processes falls between them is still theirs.
func chaosSeed(t *testing.T) int64 {
	seed := rand.Int64()
	if text := os.Getenv("POSTERN_CHAOS_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatalf("POSTERN_CHAOS_SEED: %v", err)
		}
	}
	t.Logf("POSTERN_CHAOS_SEED=%d", seed)
	return seed
}

// failOften has statements that write fail now and then, until calm: the n-th of them
// fails by n and the seed, whichever connection it comes from.
func (s session) failOften(seed int64) (calm func()) {
	s.do(`CREATE SEQUENCE tries`)
	s.do(fmt.Sprintf(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
		DECLARE drawn bigint := hashint8extended(nextval('tries'), %d) & 1048575;
		BEGIN
			IF drawn %% 100 < 3 THEN
				RAISE EXCEPTION 'trouble' USING ERRCODE = (ARRAY['40P01', '55P03', '53100', '57P01', '57014'])[1 + drawn / 100 %% 5];
			END IF;
			RETURN NULL;
		END $$`, seed))
	for _, table := range written {
		s.do(`CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON ` + table + ` EXECUTE FUNCTION fail()`)
	}
	return func() { s.do(`DROP FUNCTION fail CASCADE`) }
}

// failing cuts connections and loses answers for a second.
func failing(p *storetest.Proxy) (restored func()) {
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for range 5 {
			<-tick.C
			p.Cut()
			<-tick.C
			p.Swallow()
		}
	})
	return all.Wait
}

// chaos is two processes that do not give up.
type chaos struct {
	t      *testing.T
	stores []*store.Store
	names  map[string]string // of mails, by their digest
	filers atomic.Int64
	handed atomic.Int64
}

// receive has each process receive all mails, in bytes of its own.
func (c *chaos) receive(clock *storetest.Clock, mails int) {
	var all sync.WaitGroup
	for n, s := range c.stores {
		var list []intake.Mail
		for i := range mails {
			text := fmt.Sprint(n, " ", i)
			digest := sha256.Sum256([]byte(text))
			c.names[hex.EncodeToString(digest[:])] = fmt.Sprint("sender", i)
			list = append(list, storetest.Mail(clock, []intake.Mailbox{storetest.Inbox, storetest.Abuse}[n], uint32(i+1), text))
		}
		all.Go(func() { persist(func() error { return s.Receive(context.Background(), list) }) })
	}
	all.Wait()
}

// persist does work again until it succeeds, or somebody else has done it.
func persist(work func() error) {
	for err := work(); err != nil && !errors.Is(err, tickets.ErrFence); {
		err = work()
	}
}

// work files and sends until nothing waits.
func (c *chaos) work() {
	var all sync.WaitGroup
	c.filers.Store(2 * int64(len(c.stores)))
	for n, s := range c.stores {
		for range 2 {
			all.Go(func() { c.file(s, fmt.Sprint("w", n)) })
			all.Go(func() { c.send(s, fmt.Sprint("w", n)) })
		}
	}
	all.Wait()
}

func (c *chaos) file(s *store.Store, worker string) {
	ctx := context.Background()
	defer c.filers.Add(-1)
	for {
		st, err := s.Stats(ctx)
		if err == nil && st.Mails["filed"] == int64(len(c.names)) {
			return
		}
		claims, _ := s.Claim(ctx, worker, 5) // after an error there are none
		var batch []tickets.Filing
		for _, claim := range claims {
			batch = append(batch, storetest.Filing(claim, c.names[claim.SHA256]))
		}
		filed, err := s.File(ctx, batch, storetest.Judge)
		for _, f := range filed {
			if f.Err != nil {
				c.t.Errorf("mail %d: %v", f.Mail, f.Err)
			}
		}
		if err != nil {
			persist(func() error { return s.Release(ctx, claims) })
		}
	}
}

func (c *chaos) send(s *store.Store, worker string) {
	ctx := context.Background()
	for nothing := false; !nothing; {
		filed := c.filers.Load() == 0
		due, err := s.Due(ctx, 3)
		nothing = filed && err == nil && len(due) == 0
		for _, o := range due {
			token, err := s.Take(ctx, o.ID, storetest.Attempt(o, worker))
			if err != nil {
				continue
			}
			result := tickets.SendResult{State: tickets.OutQueued}
			if s.Handed(ctx, o.ID, token) == nil {
				c.handed.Add(1)
				result.State = tickets.OutSent
			}
			persist(func() error { return s.Settle(ctx, o.ID, token, result) })
		}
	}
}
