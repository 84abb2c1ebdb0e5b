package main

import (
	"context"
	"fmt"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/tickets/desk"
)

func (a *App) newDesk() (*desk.Desk, error) {
	return desk.New(desk.Options{
		Listen: a.config.Desk.Listen, URL: a.config.Desk.URL, Version: release,
		Figures: a.figures, Now: a.options.Now,
	})
}

// figures gathers how every room is.
func (a *App) figures(ctx context.Context) (desk.Figures, error) {
	stats, err := a.store.Stats(ctx)
	if err != nil {
		return desk.Figures{}, fmt.Errorf("counting: %w", err)
	}
	sending := a.sender.Status()
	f := desk.Figures{
		Mails: stats.Mails, Tickets: stats.Tickets, Outbox: stats.Outbox,
		Unfiled: stats.OldestMail, WithoutRaw: stats.WithoutRaw, Attention: stats.Attention, PutOff: stats.OldestTry, Delayed: stats.LastDelayed, Unproven: stats.Unproven, Unsealed: stats.OldestEvent,
		ClockJump: a.clock.jump(a.options.Now()), Newest: stats.NewestEvent,
		Relay: desk.Relay{
			State: sending.State, Error: withHint(sending.LastError), AtStore: sending.AtStore, Retry: sending.Retry, Sent: sending.Sent,
			Deferred: sending.Deferred, Failed: sending.Failed, Unsure: sending.Unsure,
		},
	}
	if free, err := freeSpace(a.config.Data); err == nil {
		f.DiskFree = &free // where it cannot be asked for, it is not known
	}
	if f.PendingKeys, err = a.store.PendingKeys(ctx); err != nil {
		return desk.Figures{}, fmt.Errorf("counting: %w", err)
	}
	a.holdings(&f)
	f.Keys = a.keyFigures()
	return f, nil
}

// keyFigures are the keys of ours and of peers that will end.
func (a *App) keyFigures() (list []desk.Key) {
	ending := map[string]bool{}
	for _, key := range config.Ending(a.ring(), a.options.Now()) {
		ending[key.Fingerprint] = true
	}
	for _, key := range a.ring().Keys() {
		if key.Until.IsZero() || key.Revoked || !key.Secret && key.Tier != "peer" {
			continue
		}
		soon := key.Until.Before(a.options.Now().Add(config.KeyWarning))
		list = append(list, desk.Key{
			Fingerprint: key.Fingerprint, Whose: nameOf(key), Ours: key.Secret, Until: key.Until,
			Outlived: soon && !ending[key.Fingerprint],
		})
	}
	return list
}

// nameOf is whose a key is, in one short line.
func nameOf(key pgp.KeyInfo) string {
	switch {
	case key.Secret:
		return "ours"
	case len(key.UserIDs) == 0:
		return "nobody"
	}
	return cut(oneLine(key.UserIDs[0]), 80)
}
