package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"postern/tickets/store"
)

// leaseLength is how long a process that has died or hangs keeps others from its
// mailboxes and its claims. It is renewed at a third of it.
const leaseLength = 30 * time.Second

// Names of leases. What one machine at a time does for all.
const (
	mailboxLease = "mailbox:" // before the source
	sealLease    = "timer:seal"
	ripenLease   = "timer:ripen"
	alarmLease   = "timer:alarms"
	restoreLease = "timer:restore"
	lookupLease  = "timer:keys"
)

// errLeaseOver ends what was done under a lease.
var errLeaseOver = errors.New("the lease is over: another machine may have this now")

// machineName names this process among those on the database: where to look for
// it, and a part that no other start has.
func machineName(random io.Reader) (string, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	var own [4]byte
	if _, err := io.ReadFull(random, own[:]); err != nil {
		return "", fmt.Errorf("drawing a name for this process: %w", err)
	}
	return fmt.Sprintf("%s/%d-%s", host, os.Getpid(), hex.EncodeToString(own[:])), nil
}

// sameHost tells whether a process of that name was on the machine of this one.
func sameHost(name, own string) bool {
	host, _, named := strings.Cut(name, "/")
	ours, _, _ := strings.Cut(own, "/")
	return named && host == ours
}

// keeper holds the leases of this process: its own life, by which its claims are
// known to be worked on, and whatever it wants of mailboxes and timers. It takes
// what is free, renews what it has, and lets go of what it could not renew in
// time by its own clock, which is never later than the database lets go of it.
type keeper struct {
	store  *store.Store
	name   string // of this process
	length time.Duration
	log    *slog.Logger
	hurry  chan struct{}

	mu      sync.Mutex
	wanted  map[string]bool
	ailing  map[string]func() time.Duration // for how long the work under a lease has failed here
	failed  map[string]time.Time            // when a lease was given up for that
	terms   map[string]*tenure
	others  []store.Holding // as last seen
	looked  time.Time       // when that was
	spared  map[string]bool // free, and left to others for one round
	seeking string          // the mailbox that another one should give us, "" is none
	sought  time.Time       // since when
	renewed time.Time       // by the machine's clock: when the last renewal that succeeded was begun
	steady  time.Time       // since when no renewal came late
	changed chan struct{}   // closed and replaced whenever terms begin
}

func newKeeper(s *store.Store, length time.Duration, log *slog.Logger) (*keeper, error) {
	name, err := machineName(rand.Reader)
	if err != nil {
		return nil, err
	}
	if length <= 0 {
		length = leaseLength
	}
	return &keeper{
		store: s, name: name, length: length, log: log, hurry: make(chan struct{}, 1),
		wanted: map[string]bool{}, ailing: map[string]func() time.Duration{}, failed: map[string]time.Time{}, terms: map[string]*tenure{}, spared: map[string]bool{}, changed: make(chan struct{}),
	}, nil
}

// want has the keeper take a lease whenever it is free.
func (k *keeper) want(names ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		k.wanted[name] = true
	}
}

// giveUp has the keeper ask whether the work under a lease can be done here at
// all; where it cannot for long, another machine may try.
func (k *keeper) giveUp(name string, ailing func() time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ailing[name] = ailing
}

// term is the present one of a lease, nil when it is not ours.
func (k *keeper) term(name string) context.Context {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.terms[name]; t != nil && t.Err() == nil {
		return t
	}
	return nil
}

// lost has a lease looked at again at once: the database says that it is over.
func (k *keeper) lost(name string) {
	k.mu.Lock()
	if t := k.terms[name]; t != nil {
		t.close()
	}
	k.mu.Unlock()
	select {
	case k.hurry <- struct{}{}:
	default:
	}
}

// await blocks until the lease is ours or ctx ends; then it is nil.
func (k *keeper) await(ctx context.Context, name string) context.Context {
	for ctx.Err() == nil {
		k.mu.Lock()
		changed := k.changed
		k.mu.Unlock()
		if t := k.term(name); t != nil {
			return t
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return nil
}

// giveBack ends a term, if there is one. wanted says whether there may be another.
func (k *keeper) giveBack(ctx context.Context, name string, wanted bool) {
	k.mu.Lock()
	t := k.terms[name]
	if !wanted {
		delete(k.wanted, name)
	}
	delete(k.terms, name)
	k.mu.Unlock()
	if t == nil {
		return
	}
	t.close()
	if err := k.store.Unlease(context.WithoutCancel(ctx), name, k.name); err != nil {
		k.log.Warn("a lease ends by itself", "lease", name, "error", err)
	}
}

// start joins and takes what is free.
func (k *keeper) start(ctx context.Context) error {
	k.steady = time.Now()
	return k.round(ctx)
}

// run keeps the leases until ctx ends, then gives all of them back.
func (k *keeper) run(ctx context.Context) error {
	troubled := false
	for {
		pause := k.pause()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-k.hurry:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return k.leave(context.WithoutCancel(ctx))
		}
		err := k.round(ctx)
		switch {
		case err != nil && !troubled && ctx.Err() == nil:
			k.log.Error("leases cannot be renewed", "error", err)
		case err == nil && troubled:
			k.log.Info("leases are renewed again")
		}
		troubled = err != nil
	}
}

func (k *keeper) leave(ctx context.Context) error {
	k.mu.Lock()
	for _, t := range k.terms {
		t.close()
	}
	clear(k.terms)
	k.mu.Unlock()
	return k.store.Leave(ctx, k.name)
}

// pause is how long to wait for the next round: a third of the lease, or until
// somebody else's lease on what we want ends. What was asked for is waited for
// with more attention, for a while.
func (k *keeper) pause() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	pause := k.length / 3
	if k.seeking != "" && time.Since(k.sought) < 2*k.length {
		pause = 0
	}
	for _, h := range k.others {
		if k.wanted[h.Name] && h.Holder != k.name && h.Left > 0 {
			pause = min(pause, h.Left)
		}
	}
	return max(pause, k.length/20)
}

// round renews, takes what is free, and takes over what the dead have left.
func (k *keeper) round(ctx context.Context) error {
	began := time.Now()
	held, err := k.store.Renew(ctx, k.name, k.length)
	if err == nil && held[store.LifeOf(k.name)] == 0 {
		err = k.join(ctx)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(k.release(ctx, k.keep(held, began)), k.drop(ctx), k.look(ctx)); err != nil {
		return err
	}
	if names := k.choose(); len(names) > 0 {
		if err := errors.Join(k.take(ctx, names), k.look(ctx)); err != nil {
			return err
		}
	}
	if err := k.even(ctx); err != nil {
		return err
	}
	if k.mayTakeOver() {
		return k.takeOver(ctx)
	}
	return nil
}

// join makes this process known, at its start and after it was away for so long
// that others have taken over what it had.
func (k *keeper) join(ctx context.Context) error {
	k.mu.Lock()
	first := k.renewed.IsZero()
	k.mu.Unlock()
	if err := k.store.Join(ctx, k.name, k.length); err != nil {
		return err
	}
	if !first {
		k.log.Warn("this process was away for longer than its lease: what it had claimed was taken over", "length", k.length)
	}
	return nil
}

// release gives back what the database takes for ours and is not: others would wait for
// it as long as this process lives.
func (k *keeper) release(ctx context.Context, names []string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, k.store.Unlease(ctx, name, k.name))
	}
	return errors.Join(errs...)
}

// keep notes what was renewed, and ends the terms of what was not. It gives what was
// renewed for nobody: its term had ended by our own clock.
func (k *keeper) keep(held map[string]int64, began time.Time) (idle []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if began.Sub(k.renewed) > k.length {
		k.steady = began
	}
	k.renewed = began
	if held[seekLease+k.seeking] == 0 {
		k.seeking = ""
	}
	for name, t := range k.terms {
		if held[name] == t.token && t.given {
			continue // until its work has ended, see under
		}
		if held[name] == t.token && t.Err() == nil {
			t.prolong(began.Add(k.length))
			continue
		}
		t.close()
		delete(k.terms, name)
		k.log.Warn("a lease was lost", "lease", name)
	}
	for name := range held {
		if k.wanted[name] && k.terms[name] == nil {
			idle = append(idle, name)
		}
	}
	return idle
}

// look asks who holds what.
func (k *keeper) look(ctx context.Context) error {
	list, err := k.store.Leases(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.others, k.looked = list, time.Now()
	return nil
}

// take gets what is free.
func (k *keeper) take(ctx context.Context, names []string) error {
	began := time.Now()
	got, err := k.store.LeaseAll(ctx, names, k.name, k.length)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, token := range got {
		k.terms[name] = k.newTenure(name, token, began.Add(k.length))
		k.log.Info("holds", "lease", name)
	}
	close(k.changed)
	k.changed = make(chan struct{})
	return nil
}

// mayTakeOver: a process that had no database for a while leaves the others the
// length of a lease to come back as well.
func (k *keeper) mayTakeOver() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Since(k.steady) >= k.length
}

func (k *keeper) takeOver(ctx context.Context) error {
	found, err := k.store.RecoverLapsed(ctx)
	if err != nil {
		return err
	}
	if found != (store.Recovered{}) {
		k.log.Warn("took over from a machine that is gone", "mails", found.Mails, "held", found.Held, "retried", found.Retried, "unsure", found.Unsure)
	}
	return nil
}

// seen is who holds what, as last looked at, and how long ago that was.
func (k *keeper) seen() (list []store.Holding, ago time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.others, time.Since(k.looked)
}
