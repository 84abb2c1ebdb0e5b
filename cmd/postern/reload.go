package main

import (
	"context"
	"fmt"
	"slices"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/parser/smime"
)

// home is what the configuration says of keys and people, as it was read last. It
// never changes; another one takes its place.
type home struct {
	config *config.Config
	own    *pgp.Keyring // our keys, unlocked once
	smime  *smime.Keys
}

func newHome(c *config.Config) (h *home, err error) {
	h = &home{config: c}
	if h.own, err = c.Keyring(); err != nil {
		return nil, err
	}
	h.smime, err = c.SMIMEKeys()
	return h, err
}

// reload reads the configuration again and takes over its contacts, keys and
// certificates. Where anything is wrong with it, all stays as it is.
func (a *App) reload(ctx context.Context) error {
	fresh, problems := config.Load(a.config.File)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		return fmt.Errorf("the configuration is not taken over: %w", fatal)
	}
	merged, more := a.config.WithKeysOf(fresh)
	h, err := newHome(merged)
	if err != nil {
		return fmt.Errorf("the keys are not taken over: %w", err)
	}
	d, err := loadDirectory(ctx, h.config, h.own, a.store, counting...)
	if err != nil {
		return fmt.Errorf("the keys are not taken over: %w", err)
	}
	before := a.ring()
	a.adoptDirectory(h, d)
	a.tellReload(before, d)
	if more {
		a.log.Warn("the configuration has other changes too: they take a restart")
	}
	return nil
}

// tellReload logs what is different, by fingerprints.
func (a *App) tellReload(before *pgp.Keyring, d *directory) {
	was, is := before.Keys(), d.ring.Keys()
	a.log.Info("the configuration was read again", "contacts", len(d.contacts.Contacts()), "keys", len(is))
	for _, key := range without(is, was) {
		a.log.Info("a key is new", "key", key.Fingerprint, "whose", nameOf(key))
	}
	for _, key := range without(was, is) {
		a.log.Warn("a key is gone", "key", key.Fingerprint, "whose", nameOf(key))
	}
	if ours, ok := d.ring.OwnKey(a.options.Now()); ok {
		a.log.Info("people are to write to us with this key", "key", ours.Fingerprint)
	}
}

// without gives those keys of a list that another one lacks.
func without(list, other []pgp.KeyInfo) []pgp.KeyInfo {
	return slices.DeleteFunc(slices.Clone(list), func(k pgp.KeyInfo) bool {
		return slices.ContainsFunc(other, func(o pgp.KeyInfo) bool { return o.Fingerprint == k.Fingerprint && o.Secret == k.Secret })
	})
}
