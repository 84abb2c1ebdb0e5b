package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/tickets"
	"postern/tickets/store"
)

// shortLease is that of tests in which somebody loses one. A loaded machine must
// not lose it by itself.
const shortLease = time.Second

// keepers makes stores on one database, each with a keeper of its own.
func keepers(t *testing.T, n int) (list []*keeper) {
	t.Helper()
	path := filepath.Join(t.TempDir(), databaseName)
	for range n {
		s, err := store.Open(t.Context(), store.Options{Path: path, Prefix: "EX", SealKey: bytes.Repeat([]byte{7}, 32), Now: time.Now, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		k, err := newKeeper(s, shortLease, slog.New(slog.NewTextHandler(t.Output(), nil)))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, k)
	}
	return list
}

// keep runs a keeper until the test ends or stop is called.
func keep(t *testing.T, k *keeper) (stop func()) {
	t.Helper()
	if err := k.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- k.run(ctx) }()
	var once atomic.Bool
	stop = func() {
		if once.Swap(true) {
			return
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func awaited(t *testing.T, k *keeper, name string) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	term := k.await(ctx, name)
	if term == nil {
		t.Fatalf("%s never got %s", k.name, name)
	}
	return term
}

// TestKeepersShare: each lease has one holder, mailboxes are shared out, and who
// stops well leaves them to the others at once.
func TestKeepersShare(t *testing.T) {
	both := keepers(t, 2)
	names := []string{mailboxLease + "a", mailboxLease + "b", mailboxLease + "c", mailboxLease + "d"}
	for _, k := range both {
		k.want(names...)
		k.want(sealLease)
	}
	if err := both[1].store.Join(t.Context(), both[1].name, shortLease); err != nil {
		t.Fatal(err)
	}
	stop := keep(t, both[0])
	if both[0].term(sealLease) == nil {
		t.Error("the timer was left to the other")
	}
	if both[0].term(names[0]) == nil || both[0].term(names[1]) == nil || both[0].term(names[2]) != nil {
		t.Error("the first one took more or less than its share")
	}
	keep(t, both[1])
	for _, name := range names[2:] {
		awaited(t, both[1], name)
	}
	stop()
	for _, name := range append(names, sealLease) {
		awaited(t, both[1], name)
	}
}

// watch is the work of one keeper: how often it has begun with a mailbox, and how
// many it is at.
type watch struct{ turns, running atomic.Int64 }

// watching does the work of every mailbox that a keeper holds, and counts what is
// under way: two at the same time on one mailbox would be a fault.
func watching(t *testing.T, k *keeper, busy map[string]*atomic.Int64) *watch {
	t.Helper()
	w := new(watch)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for name, at := range busy {
		k.want(name)
		all.Go(func() {
			err := k.under(ctx, name, func(ctx context.Context) error {
				w.turns.Add(1)
				w.running.Add(1)
				if at.Add(1) > 1 {
					t.Errorf("two machines read %s", name)
				}
				<-ctx.Done()
				at.Add(-1)
				w.running.Add(-1)
				return ctx.Err()
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { cancel(); all.Wait() })
	return w
}

// awaitWork waits until keepers are at all that they hold, and at nothing else: a
// lease is held a moment before the work under it begins.
func awaitWork(t *testing.T, list []*keeper, works []*watch) {
	t.Helper()
	until(t, patience, func() string { return "the work does not follow the leases" }, func() bool {
		for i, k := range list {
			if int(works[i].running.Load()) != k.reading() {
				return false
			}
		}
		return true
	})
}

// reading is how many mailboxes a keeper holds.
func (k *keeper) reading() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.overview().reads[k.name]
}

// TestALeaseThatNobodyWorksUnder is in the database ours, and by our own clock it has
// ended: whoever seeks it gets it, instead of waiting for its holder to give it.
func TestALeaseThatNobodyWorksUnder(t *testing.T) {
	const name = mailboxLease + "a"
	list := keepers(t, 2)
	for _, k := range list {
		k.length = time.Minute // it must not end by itself
	}
	holder, seeker := list[0], list[1]
	holder.want(name)
	if err := holder.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	seeker.want(name)
	if err := seeker.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, held, err := seeker.store.Lease(t.Context(), seekLease+name, seeker.name, time.Minute); err != nil || !held {
		t.Fatal(held, err)
	}
	holder.terms[name].close()
	for _, k := range []*keeper{holder, seeker} {
		if err := k.round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if seeker.term(name) == nil {
		t.Error("who seeks the lease has not got it")
	}
}

// TestKeepersComeToRest: machines that start one after another end with equal
// shares, every mailbox always has at most one reader, and nothing moves any more then.
func TestKeepersComeToRest(t *testing.T) {
	three := keepers(t, 3)
	busy := map[string]*atomic.Int64{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		busy[mailboxLease+name] = new(atomic.Int64)
	}
	var works []*watch
	for n, k := range three {
		k.length = 3 * shortLease // nobody loses one in this test, however slow the machine
		works = append(works, watching(t, k, busy))
		keep(t, k)
		awaitShares(t, three[:n+1], len(busy))
		awaitWork(t, three[:n+1], works)
	}
	moved := func() (n int64) {
		for _, one := range works {
			n += one.turns.Load()
		}
		return n
	}
	if got := moved(); got > 7+3+2 {
		t.Errorf("%d turns for seven mailboxes: at most 3 go to the second machine and 2 to the third", got)
	}
	before := moved()
	for range 4 {
		for _, k := range three {
			if err := k.round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	awaitWork(t, three, works)
	if got := moved(); got != before {
		t.Errorf("%d mailboxes moved again", got-before)
	}
}

// awaitShares waits until the mailboxes are shared evenly among the keepers.
func awaitShares(t *testing.T, list []*keeper, mailboxes int) {
	t.Helper()
	least, most, sum := 0, 0, 0
	until(t, patience, func() string {
		return fmt.Sprintf("of %d mailboxes %d are read, between %d and %d by each of %d", mailboxes, sum, least, most, len(list))
	}, func() bool {
		least, most, sum = mailboxes, 0, 0
		for _, k := range list {
			n := k.reading()
			least, most, sum = min(least, n), max(most, n), sum+n
		}
		return sum == mailboxes && most-least <= 1
	})
}

// TestAMachineKeepsWhatNobodySeeks: one that reads other mailboxes has fewer, and
// gets nothing that it does not want.
func TestAMachineKeepsWhatNobodySeeks(t *testing.T) {
	both := keepers(t, 2)
	busy := map[string]*atomic.Int64{mailboxLease + "a": {}, mailboxLease + "b": {}, mailboxLease + "c": {}}
	work := watching(t, both[0], busy)
	keep(t, both[0])
	awaitShares(t, both[:1], len(busy))
	both[1].want(mailboxLease + "another")
	keep(t, both[1])
	awaited(t, both[1], mailboxLease+"another")
	for range 3 {
		for _, k := range both {
			if err := k.round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	awaitWork(t, both[:1], []*watch{work})
	if got := work.turns.Load(); got != 3 {
		t.Errorf("got %d turns, want one for each mailbox", got)
	}
}

// TestAMachineThatCannotReadAMailbox gives it to one that perhaps can, does not ask
// for it again, and tries once more when there is nobody else.
func TestAMachineThatCannotReadAMailbox(t *testing.T) {
	both := keepers(t, 2)
	const name = mailboxLease + "a"
	for _, k := range both {
		watching(t, k, map[string]*atomic.Int64{name: new(atomic.Int64)})
	}
	var ails atomic.Int64
	both[0].giveUp(name, func() time.Duration { return time.Duration(ails.Load()) })
	keep(t, both[0])
	awaited(t, both[0], name)
	ails.Store(int64(time.Hour))
	if err := both[0].round(t.Context()); err != nil || both[0].term(name) == nil {
		t.Errorf("alone it has to go on trying: %v", err)
	}
	stop := keep(t, both[1])
	awaited(t, both[1], name)
	ails.Store(0)
	for range 3 {
		if err := errors.Join(both[0].round(t.Context()), both[1].round(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if both[1].term(name) == nil {
		t.Error("it came back")
	}
	stop()
	awaited(t, both[0], name)
}

// TestLackingKeys: what another machine has is known while it is there and for a
// while after it.
func TestLackingKeys(t *testing.T) {
	both := keepers(t, 2)
	both[0].name = "elsewhere.example.org/1-0000"
	both[0].want(opensLease+"AA", opensLease+"BB")
	both[1].want(opensLease + "BB")
	stop := keep(t, both[0])
	keep(t, both[1])
	if got := both[1].lacking(); len(got) != 1 || got[0] != "AA" {
		t.Errorf("got %v, want AA", got)
	}
	if got := both[0].lacking(); len(got) != 0 {
		t.Errorf("who has all lacks %v", got)
	}
	both[0].show(map[string]bool{opensLease + "AA": true, opensLease + "BB": true, opensLease + "CC": true})
	both[0].show(map[string]bool{opensLease + "AA": true})
	if err := both[0].round(t.Context()); err != nil || both[0].term(opensLease+"BB") != nil {
		t.Errorf("a key that was taken away is shown: %v", err)
	}
	both[1].show(map[string]bool{})
	if err := both[1].round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := both[1].lacking(); len(got) != 1 || got[0] != "AA" {
		t.Errorf("a key that both took away: got %v, want AA alone", got)
	}
	stop()
	if err := both[1].round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := both[1].lacking(); len(got) != 1 {
		t.Errorf("just after it: got %v, want AA", got)
	}
	own := both[1].name
	both[1].name = "elsewhere.example.org/2-0000"
	if got := both[1].lacking(); len(got) != 0 {
		t.Errorf("the next process on the same machine waits for its own %v", got)
	}
	both[1].name = own
	both[1].mu.Lock()
	defer both[1].mu.Unlock()
	both[1].looked = both[1].looked.Add(-(keyPatience + 1) * both[1].length)
	if got := both[1].missing(); len(got) != 0 {
		t.Errorf("long after it: got %v", got)
	}
}

// TestAKeeperThatHangs: once its lease has ended by its own clock nothing is done
// under it any more, another one goes on, and the first one begins anew when it is back.
func TestAKeeperThatHangs(t *testing.T) {
	both := keepers(t, 2)
	hangs, other := both[0], both[1]
	const name = mailboxLease + "a"
	hangs.want(name)
	other.want(name)
	if err := hangs.start(t.Context()); err != nil { // and never runs
		t.Fatal(err)
	}
	old := hangs.term(name)
	if old == nil {
		t.Fatal("it has no lease")
	}
	keep(t, other)
	<-old.Done()
	awaited(t, other, name)
	if err := hangs.store.NoteFolderReread(context.WithoutCancel(old), "a"); !errors.Is(err, tickets.ErrLease) {
		t.Errorf("writing under the old lease: got %v, want ErrLease", err)
	}
	if _, err := hangs.store.Claim(t.Context(), hangs.name, 1); err != nil {
		t.Errorf("with nothing to claim: %v", err)
	}
	if err := hangs.round(t.Context()); err != nil {
		t.Errorf("coming back: %v", err)
	}
	if hangs.term(name) != nil {
		t.Error("it took the lease from the other")
	}
	if err := hangs.leave(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestUnder: work begins with the lease, ends with it and begins again.
func TestUnder(t *testing.T) {
	k := keepers(t, 1)[0]
	k.want(sealLease)
	keep(t, k)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	terms, ended := make(chan context.Context), make(chan error, 1)
	go func() {
		ended <- k.under(ctx, sealLease, func(ctx context.Context) error {
			terms <- ctx
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	first := <-terms
	k.lost(sealLease)
	<-first.Done()
	second := <-terms
	if second.Err() != nil {
		t.Error("the second term is over before it began")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("got %v", err)
	}
	list, err := k.store.Leases(t.Context())
	for _, h := range list {
		if h.Name == sealLease && h.Left > 0 {
			t.Errorf("%+v was not given back", h)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
