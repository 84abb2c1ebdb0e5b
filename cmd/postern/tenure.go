package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"postern/tickets"
	"postern/tickets/store"
)

// tenure is the time during which a lease is ours. As a context it ends with it:
// asked whether it has ended it looks at the clock first, so that a process
// which was paused touches nothing before its timers have run.
type tenure struct {
	context.Context
	end   context.CancelCauseFunc
	until atomic.Pointer[time.Time] // by the machine's clock
	alarm *time.Timer
	token int64
	given bool // to another machine, once its work has ended; guarded by the keeper's mutex
}

func (k *keeper) newTenure(name string, token int64, until time.Time) *tenure {
	t := &tenure{token: token}
	ctx := store.WithLease(context.Background(), store.Lease{Name: name, Holder: k.name, Token: token})
	t.Context, t.end = context.WithCancelCause(ctx)
	t.until.Store(&until)
	t.alarm = time.AfterFunc(time.Until(until), func() { _ = t.Err() })
	return t
}

func (t *tenure) prolong(until time.Time) {
	t.until.Store(&until)
	t.alarm.Reset(time.Until(until))
}

// Err tells whether the term is over.
func (t *tenure) Err() error {
	if t.Context.Err() == nil && !time.Now().Before(*t.until.Load()) {
		t.end(errLeaseOver)
	}
	return t.Context.Err()
}

func (t *tenure) close() {
	t.alarm.Stop()
	t.end(errLeaseOver)
}

// under does work whenever and as long as the lease is ours, until ctx ends, and
// gives it back then, or when another machine is to have it.
func (k *keeper) under(ctx context.Context, name string, work func(context.Context) error) error {
	for {
		t := k.await(ctx, name)
		if t == nil {
			return nil
		}
		if err := k.during(ctx, t, work); err != nil {
			return err
		}
		if ctx.Err() != nil {
			k.giveBack(ctx, name, false)
			return nil
		}
		if k.isGiven(t) {
			k.giveBack(ctx, name, true)
			continue
		}
		if t.Err() == nil {
			return fmt.Errorf("work under the lease %s ended by itself", name)
		}
	}
}

// during is one term of work, which ends with ctx as well.
func (k *keeper) during(ctx, t context.Context, work func(context.Context) error) error {
	both, end := joined(t, ctx)
	defer end()
	err := work(both)
	if both.Err() != nil {
		return nil
	}
	return err
}

// either is a term that ends early.
type either struct {
	context.Context // that can be cancelled
	term            context.Context
}

func (e either) Err() error {
	_ = e.term.Err() // looks at the clock
	return e.Context.Err()
}

// joined is a context with the lease of t that ends with ctx or with t.
func joined(t, ctx context.Context) (context.Context, func()) {
	both, cancel := context.WithCancelCause(t)
	release := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	return either{both, t}, func() { release(); cancel(nil) }
}

// ifHeld does work once, when the lease is ours; a lease that turns out to be over
// is no error: another machine does the work.
func (k *keeper) ifHeld(ctx context.Context, name string, work func(context.Context) error) error {
	t := k.term(name)
	if t == nil {
		return nil
	}
	both, end := joined(t, ctx)
	defer end()
	err := work(both)
	if errors.Is(err, tickets.ErrLease) {
		k.lost(name)
		return nil
	}
	if t.Err() != nil {
		return nil
	}
	return err
}
