package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"postern/intake/wkd"
	"postern/parser/pgp"
	"postern/tickets"
)

// lookupEvery is how often somebody looks whether a key is to be asked for.
const lookupEvery = 5 * time.Second

// finder asks the directories of mail domains; tests put a seam into it.
type finder interface {
	// Find gives what a directory holds for an address. wkd.ErrNoKey and
	// wkd.ErrNoDirectory are answers; after any other error nothing is known.
	Find(ctx context.Context, address string) ([]byte, error)
}

// lookups asks for the keys that mail made worth asking for, one after the other,
// far from the filing: a directory that does not answer holds nobody up.
func (a *App) lookups(ctx context.Context) error {
	if !a.config.PGP.WKD {
		return nil
	}
	tick := time.NewTicker(cmp.Or(a.options.Tune.Housekeeper, lookupEvery))
	defer tick.Stop()
	memory := newTroubles(a.log)
	for {
		memory.trouble("asking for keys", a.keeper.ifHeld(ctx, lookupLease, a.lookUpAll))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// lookUpAll asks for all that wait, as far as the hour allows.
func (a *App) lookUpAll(ctx context.Context) error {
	for ctx.Err() == nil {
		address, err := a.store.TakeLookup(ctx)
		if err != nil || address == "" {
			return err
		}
		found, err := lookUp(ctx, a.finder, a.outside.Load().directory, address)
		if ctx.Err() != nil {
			return nil // it counts as asked, and may be another day
		}
		if err != nil {
			a.log.Info("no key was found", "address", address, "outcome", found.Outcome, "error", err)
		}
		if err := a.store.SettleLookup(ctx, found, tickets.Viewer{}); err != nil {
			return err
		}
		for _, key := range found.Keys {
			a.log.Info("a key was found in the directory of its domain", "address", address, "key", key.Fingerprint)
		}
	}
	return nil
}

// lookUp asks for one address. The error says why there is no key.
func lookUp(ctx context.Context, f finder, d *directory, address string) (tickets.Lookup, error) {
	l := tickets.Lookup{Address: address, Outcome: tickets.LookupFailed}
	data, err := f.Find(ctx, address)
	switch {
	case errors.Is(err, wkd.ErrNoDirectory):
		l.Outcome = tickets.LookupNoDirectory
	case errors.Is(err, wkd.ErrNoKey), errors.Is(err, wkd.ErrAddress):
		l.Outcome = tickets.LookupNoKey
	case err == nil:
		if l.Keys = d.marked(pgp.KeysFor(data, address)); len(l.Keys) > 0 {
			l.Outcome = tickets.LookupFound
			return l, nil
		}
		l.Outcome, err = tickets.LookupNoKey, errNotItsKey
	}
	return l, err
}

// errNotItsKey is what somebody hands out who has no key for an address.
var errNotItsKey = errors.New("what its domain hands out is no key that names this address")

// marked tells which keys the configuration holds: of those only a newer copy is news.
func (d *directory) marked(keys []pgp.FoundKey) []pgp.FoundKey {
	for i, key := range keys {
		keys[i].Held = d.fixed[key.Fingerprint]
	}
	return keys
}
