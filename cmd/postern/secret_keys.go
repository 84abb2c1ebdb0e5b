package main

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"postern/responder"
	"postern/tickets"
	"postern/tickets/store"
)

// Machines that share a database should have the same secret keys, but they do not
// get them at the same moment. One that lacks a key which another has would tell
// the sender of encrypted mail that nobody can open it, and would send unsigned
// what the others sign. So each machine shows by leases which secret keys it has,
// and one that lacks any of them only reads mailboxes, for as long as somebody is
// there who has it, and while such a one may have been started again.

// opensLease stands before the fingerprint of a secret key; its holder is one of
// the machines that have it.
const opensLease = "opens:"

// Whoever takes a key out of its configuration shows it no longer, and nobody waits
// for that: not the others, since the lease is given back for good, and not the
// next process on the same machine, which has the configuration that counts there.

// keyPatience is how long, in lengths of a lease, a machine waits for one that has
// gone with a key: ten minutes, as a machine takes that is brought up to date.
const keyPatience = 20

// showKeys has the keeper show which secret keys this machine has now.
func (a *App) showKeys(h *home) {
	shown := map[string]bool{}
	for _, key := range h.own.Keys() {
		if key.Secret {
			shown[opensLease+key.Fingerprint] = true
		}
	}
	for _, fingerprint := range h.smime.Fingerprints() {
		shown[opensLease+fingerprint] = true
	}
	a.keeper.show(shown)
}

// show replaces the leases that show keys; what is no longer shown is given back in
// the next round.
func (k *keeper) show(leases map[string]bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name := range k.wanted {
		if strings.HasPrefix(name, opensLease) && !leases[name] {
			delete(k.wanted, name)
		}
	}
	maps.Copy(k.wanted, leases)
}

// drop gives back for good what is held and not wanted any more.
func (k *keeper) drop(ctx context.Context) error {
	k.mu.Lock()
	var names []string
	for name, t := range k.terms {
		if !k.wanted[name] {
			t.close()
			delete(k.terms, name)
			names = append(names, name)
		}
	}
	k.mu.Unlock()
	var errs []error
	for _, name := range names {
		errs = append(errs, k.store.DropLease(ctx, name, k.name))
	}
	return errors.Join(errs...)
}

// lacking are the secret keys that other machines have, or had a while ago, and
// this one has not.
func (k *keeper) lacking() (fingerprints []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.missing()
}

// missing is lacking for who has the mutex.
func (k *keeper) missing() (fingerprints []string) {
	ago := time.Since(k.looked)
	for _, h := range k.others {
		fingerprint, is := strings.CutPrefix(h.Name, opensLease)
		if !is || k.wanted[h.Name] || h.Holder == k.name {
			continue
		}
		left := h.Left - ago
		gone := h.Missed && left > -keyPatience*k.length && !sameHost(h.Holder, k.name)
		if left > 0 || gone {
			fingerprints = append(fingerprints, fingerprint)
		}
	}
	return fingerprints
}

// filing is the store of a filer that leaves all mail to machines with more keys.
type filing struct {
	*store.Store
	keeper *keeper
}

var _ tickets.FilingStore = filing{}

func (f filing) Claim(ctx context.Context, worker string, n int) ([]tickets.Claim, error) {
	if len(f.keeper.lacking()) > 0 {
		return nil, nil
	}
	return f.Store.Claim(ctx, worker, n)
}

// sending is the same for what leaves.
type sending struct {
	*store.Store
	keeper *keeper
}

var _ responder.Outbox = sending{}

func (s sending) Due(ctx context.Context, n int) ([]tickets.Outgoing, error) {
	if len(s.keeper.lacking()) > 0 {
		return nil, nil
	}
	return s.Store.Due(ctx, n)
}
