package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
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
