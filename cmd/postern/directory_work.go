package main

import (
	"context"
	"errors"

	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// mergeOffers looks at the copies of keys that came with mail: what the owner
// of a key says in a newer one counts at once, a revocation above all.
func (a *App) mergeOffers(ctx context.Context) error {
	offers, err := a.store.Offers(ctx)
	if err != nil || len(offers) == 0 {
		return err
	}
	d := a.outside.Load()
	for _, offer := range offers {
		key, err := a.store.Key(ctx, offer.Fingerprint)
		if err != nil && !errors.Is(err, tickets.ErrNoKey) {
			return err
		}
		merged, update := d.merge(key, offer)
		err = a.store.SettleOffer(ctx, offer, merged, update.String())
		switch {
		case errors.Is(err, tickets.ErrConflict):
			continue // the next round has the key as it is by then
		case err != nil:
			return err
		case merged != nil:
			a.log.Info("a newer copy of a key was taken", "key", offer.Fingerprint, "update", update.String())
		}
	}
	return nil
}

// merge gives a key, zero when the database has none, with what another copy of
// it says; nil when that is nothing.
func (d *directory) merge(key tickets.Key, offer store.Offer) (*tickets.Key, pgp.Update) {
	base := []byte(key.Data)
	switch {
	case d.fixed[offer.Fingerprint] && key.State != tickets.KeyCopy && key.State != tickets.KeyApproved:
		key.Fingerprint, key.State, key.Via, key.Mail = offer.Fingerprint, tickets.KeyCopy, tickets.ViaConfig, offer.Mail
		base, _ = d.ring.Public(offer.Fingerprint) // of nothing nothing comes
	case key.State == "" || key.State == tickets.KeyRefused:
		return nil, pgp.Update{}
	}
	data, update, err := pgp.Merge(base, []byte(offer.Data))
	if err != nil || !update.Changed {
		return nil, update
	}
	key.Data = data
	return &key, update
}

// judgeAgain has mails read again that are signed with a key that has come since.
func (a *App) judgeAgain(ctx context.Context) error {
	unknown, err := a.store.UnknownSigners(ctx)
	if err != nil || len(unknown) == 0 {
		return err
	}
	signers := a.ring().Signers()
	for _, id := range unknown {
		fingerprint, have := signers[id]
		if !have {
			continue
		}
		n, err := a.store.JudgeAgain(ctx, id, fingerprint)
		if err != nil {
			return err
		}
		if n > 0 {
			a.log.Info("signatures are judged again", "key", fingerprint, "mails", n)
		}
	}
	return nil
}
