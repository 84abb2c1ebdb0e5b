package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/store"
)

// aLease is how long leases last in these tests: none ends by itself, however slow
// the machine. Those that are to end are shortened, see outlast.
const (
	aLease     = time.Hour
	shortened  = 20 * time.Millisecond
	lookingFor = 10 * time.Millisecond // between two looks
)

// eventually asks until the answer is yes. The clock moves meanwhile, ours and
// that of a database which has its own.
func eventually(t *testing.T, clock *Clock, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(lookingFor)
	defer tick.Stop()
	for range 1000 {
		if done() {
			return
		}
		clock.Advance(lookingFor)
		<-tick.C
	}
	t.Fatalf("%s did not come", what)
}

// outlast has all that the holder of a lease holds end soon, and waits until he
// has lost it.
func outlast(t *testing.T, s *store.Store, clock *Clock, name string) {
	t.Helper()
	list, err := s.Leases(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range list {
		if h.Name != name {
			continue
		}
		if _, err := s.Renew(context.Background(), h.Holder, shortened); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, clock, "the end of the lease "+name, func() bool {
		list, err := s.Leases(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			if h.Name == name && h.Left > 0 {
				return false
			}
		}
		return true
	})
}

func takeLease(t *testing.T, s *store.Store, name, holder string) context.Context {
	t.Helper()
	token, held, err := s.Lease(context.Background(), name, holder, aLease)
	if err != nil || !held {
		t.Fatalf("%s does not get %s: %v", holder, name, err)
	}
	return store.WithLease(context.Background(), store.Lease{Name: name, Holder: holder, Token: token})
}

// testLeaseFence: what carries a lease that has ended or changed hands is refused whole.
func testLeaseFence(t *testing.T, open Opener) {
	clock := NewClock()
	o := Options(t, clock)
	a, b := open(t, o), open(t, o)
	const name = "mailbox:csirt"
	under := takeLease(t, a, name, "a")
	if err := a.Receive(under, batchOf(clock, 1)); err != nil {
		t.Fatalf("under its lease: %v", err)
	}
	refused := func(when string, ctx context.Context, s *store.Store, uid uint32) {
		t.Helper()
		if err := s.Receive(ctx, batchOf(clock, uid)); !errors.Is(err, tickets.ErrLease) {
			t.Errorf("%s: got %v, want ErrLease", when, err)
		}
	}
	outlast(t, b, clock, name)
	refused("ended, nobody has it", under, a, 2)
	if held, err := a.Renew(context.Background(), "a", aLease); err != nil || len(held) > 0 {
		t.Errorf("renewing what has ended: got %v, %v", held, err)
	}
	other := takeLease(t, b, name, "b")
	refused("in other hands", under, a, 2)
	if err := b.Receive(other, batchOf(clock, 2)); err != nil {
		t.Errorf("the new holder: %v", err)
	}
	if err := b.Unlease(context.Background(), name, "b"); err != nil {
		t.Fatal(err)
	}
	refused("given back", other, b, 3)
	again := takeLease(t, a, name, "a")
	refused("the same holder's lease of before", under, a, 3)
	if err := a.Receive(again, batchOf(clock, 3)); err != nil {
		t.Errorf("a holder that is back: %v", err)
	}
	if known, err := b.Known(context.Background(), Inbox.Source, 1); err != nil || len(known) != 3 {
		t.Errorf("got %d deliveries, %v; want 3", len(known), err)
	}
}

// testRenew: one statement prolongs all that a process holds, and nothing of others.
func testRenew(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	takeLease(t, s, "mailbox:a", "one")
	takeLease(t, s, "timer:b", "one")
	takeLease(t, s, "timer:c", "two")
	if err := s.Join(ctx, "one", aLease); err != nil {
		t.Fatal(err)
	}
	if err := s.Join(ctx, "one", aLease); err != nil {
		t.Errorf("joining twice: %v", err)
	}
	held, err := s.Renew(ctx, "one", time.Hour)
	if err != nil || len(held) != 3 || held["mailbox:a"] != 1 || held[store.LifeOf("one")] != 1 {
		t.Errorf("got %v, %v", held, err)
	}
	if err := s.Leave(ctx, "one"); err != nil {
		t.Fatal(err)
	}
	list, err := s.Leases(ctx)
	if err != nil || len(list) != 3 {
		t.Fatalf("got %v, %v; want three left", list, err)
	}
	for _, h := range list {
		if h.Holder == "one" && (h.Left > 0 || !h.Missed) {
			t.Errorf("given back: %+v", h)
		}
	}
	takeLease(t, s, "mailbox:a", "two")
}

// testLapsedWorker: what a worker had claimed is taken from it once its lease has
// ended, by anybody, once; and it can do nothing about it when it comes back.
func testLapsedWorker(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	o := Options(t, clock)
	a, b := open(t, o), open(t, o)
	one(t, b, clock, 1, "anna", Judge)
	one(t, b, clock, 2, "ben", Judge)
	Receive(t, b, Mail(clock, Inbox, 3, Text(3)), Mail(clock, Inbox, 4, Text(4)))
	join(t, a, "a")
	claims, err := a.Claim(ctx, "a", 1)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claimed %v, %v", claims, err)
	}
	handed, handedToken := takeAs(t, a, "a")
	if err := a.Handed(ctx, handed, handedToken); err != nil {
		t.Fatal(err)
	}
	claimed, claimedToken := takeAs(t, a, "a")
	if found, err := b.RecoverLapsed(ctx); err != nil || found != (store.Recovered{}) {
		t.Errorf("from a worker that lives: %+v, %v", found, err)
	}
	outlast(t, b, clock, store.LifeOf("a"))
	join(t, b, "b")
	mine, err := b.Claim(ctx, "b", 1)
	if err != nil || len(mine) != 1 {
		t.Fatalf("claimed %v, %v", mine, err)
	}
	found, err := b.RecoverLapsed(ctx)
	if want := (store.Recovered{Mails: 1, Retried: 1, Unsure: 1}); err != nil || found != want {
		t.Errorf("got %+v, %v; want %+v", found, err, want)
	}
	if found, err := a.RecoverLapsed(ctx); err != nil || found != (store.Recovered{}) {
		t.Errorf("again: %+v, %v", found, err)
	}
	if _, err := a.Claim(ctx, "a", 1); !errors.Is(err, tickets.ErrLease) {
		t.Errorf("a claim without a lease: %v, want ErrLease", err)
	}
	if _, err := a.Take(ctx, claimed, tickets.Attempt{Worker: "a", Bytes: []byte(OurMail)}); !errors.Is(err, tickets.ErrLease) {
		t.Errorf("T3a without a lease: %v, want ErrLease", err)
	}
	if filed, err := a.File(ctx, []tickets.Filing{Filing(claims[0], "cleo")}, Judge); err != nil || !errors.Is(filed[0].Err, tickets.ErrFence) {
		t.Errorf("T2 after recovery: %+v, %v, want ErrFence", filed, err)
	}
	if err := a.Handed(ctx, claimed, claimedToken); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("T3b after recovery: %v, want ErrFence", err)
	}
	if err := a.Settle(ctx, handed, handedToken, sent("")); !errors.Is(err, tickets.ErrFence) {
		t.Errorf("T3c after recovery: %v, want ErrFence", err)
	}
	File(t, b, Judge, Filing(mine[0], "dora"))
	join(t, a, "a")
	again, err := a.Claim(ctx, "a", 1)
	if err != nil || len(again) != 1 || again[0].Tries != 0 || !again[0].Suspect {
		t.Errorf("a worker that joined again: %+v, %v; want the mail that it had, which did it nothing", again, err)
	}
}

// testKnownDead: a worker that is known to be dead is not waited for, and nobody
// else loses anything.
func testKnownDead(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)))
	under := takeLease(t, s, "mailbox:a", "dead")
	for _, worker := range []string{"dead", "alive"} {
		join(t, s, worker)
		if claims, err := s.Claim(ctx, worker, 1); err != nil || len(claims) != 1 {
			t.Fatalf("claimed %v, %v", claims, err)
		}
	}
	found, err := s.RecoverFrom(ctx, "dead")
	if err != nil || found != (store.Recovered{Mails: 1}) {
		t.Errorf("got %+v, %v", found, err)
	}
	if err := s.Receive(under, batchOf(clock, 3)); !errors.Is(err, tickets.ErrLease) {
		t.Errorf("its mailbox: got %v, want ErrLease", err)
	}
	// The suspect goes alone for each worker: one that has work waits, another takes it.
	if claims, err := s.Claim(ctx, "alive", 1); err != nil || len(claims) != 0 {
		t.Errorf("beside other work: %+v, %v", claims, err)
	}
	if claims, err := s.Claim(ctx, "third", 1); err != nil || len(claims) != 1 || claims[0].Tries != 1 {
		t.Errorf("a worker without other work: %+v, %v", claims, err)
	}
}

// testPausesAreNoTries: a mail that was in flight each time a machine fell silent is
// held, for it may be what silences them; but every machine that comes back takes
// back what rested on its absence.
func testPausesAreNoTries(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	o := Options(t, clock)
	s := open(t, o)
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)))
	var away []*store.Store
	for n := range tickets.MaxTries {
		worker := string(rune('a' + n))
		own := open(t, o)
		away = append(away, own)
		join(t, own, worker)
		if claims, err := own.Claim(ctx, worker, 5); err != nil || len(claims) != 1 || claims[0].Tries != n {
			t.Fatalf("%s claimed %+v, %v", worker, claims, err)
		}
		outlast(t, s, clock, store.LifeOf(worker))
		if found, err := s.RecoverLapsed(ctx); err != nil || found.Mails != 1 || (found.Held == 1) != (n+1 == tickets.MaxTries) {
			t.Fatalf("after %s: %+v, %v", worker, found, err)
		}
	}
	Claim(t, s, 0)
	for n, own := range away {
		join(t, own, string(rune('a'+n)))
	}
	claims, err := s.Claim(ctx, "test", 5)
	if err != nil || len(claims) != 1 || claims[0].Tries != 0 {
		t.Errorf("all are back: got %+v, %v", claims, err)
	}
	if list, err := s.Held(ctx, Admin); err != nil || len(list) > 0 {
		t.Errorf("all are back: held %+v, %v", list, err)
	}
	File(t, s, Judge, Filing(claims[0], "anna"))
	join(t, away[0], "a")
	Claim(t, s, 0)
}

// testInCompany: of mails that were in flight together none is blamed; each goes
// alone, what was tried least first.
func testInCompany(t *testing.T, open Opener) {
	ctx, clock := context.Background(), NewClock()
	s := open(t, Options(t, clock))
	Receive(t, s, Mail(clock, Inbox, 1, Text(1)), Mail(clock, Inbox, 2, Text(2)), Mail(clock, Inbox, 3, Text(3)))
	Claim(t, s, 2)
	if found, err := s.Recover(ctx); err != nil || found != (store.Recovered{Mails: 2}) {
		t.Fatalf("got %+v, %v", found, err)
	}
	for death := range 2 * tickets.MaxTries {
		got, err := s.Claim(ctx, "test", 5)
		if err != nil || len(got) != 1 || got[0].Mail != int64(1+death%2) || got[0].Tries != death/2 {
			t.Fatalf("death %d: got %+v, %v", death, got, err)
		}
		if found, err := s.Recover(ctx); err != nil || found.Mails != 1 || (found.Held == 1) != (death/2+1 == tickets.MaxTries) {
			t.Fatalf("death %d: got %+v, %v", death, found, err)
		}
	}
	if got := Claim(t, s, 1); got[0].Mail != 3 || got[0].Suspect {
		t.Errorf("got %+v, want the one that was never in flight", got)
	}
}

func join(t *testing.T, s *store.Store, worker string) {
	t.Helper()
	if err := s.Join(context.Background(), worker, aLease); err != nil {
		t.Fatal(err)
	}
}

// takeAs is T3a of the oldest due mail.
func takeAs(t *testing.T, s *store.Store, worker string) (id, token int64) {
	t.Helper()
	due, err := s.Due(context.Background(), 1)
	if err != nil || len(due) != 1 {
		t.Fatalf("got %v due, %v", due, err)
	}
	token, err = s.Take(context.Background(), due[0].ID, Attempt(due[0], worker))
	if err != nil {
		t.Fatal(err)
	}
	return due[0].ID, token
}

// batchOf is one mail for T1.
func batchOf(clock *Clock, uid uint32) []intake.Mail {
	return []intake.Mail{Mail(clock, Inbox, uid, Text(int(uid)))}
}
