package main

import (
	"cmp"
	"context"
	"sort"
	"time"

	"postern/cmd/postern/config"
	"postern/tickets/store"
)

// How often the housekeeper goes round, and what it does more rarely.
const (
	roundEvery      = time.Second
	ripeEvery       = time.Minute
	alarmEvery      = time.Minute
	checkpointEvery = time.Hour
	hearAgain       = 5 * time.Second // after nothing could be heard

	// ripeAfter is the working time after which a claim on a ticket that
	// nobody has proven or judged becomes a ticket of its own.
	ripeAfter = 2 * time.Hour
)

// housekeeping does what no mail triggers: it seals the audit log, notices what
// commands of another process wrote, frees unproven entries, and keeps the
// write-ahead log short. Its failures are logged and tried again: none of them
// may stop the mail.
func (a *App) housekeeping(ctx context.Context) error {
	tick := time.NewTicker(cmp.Or(a.options.Tune.Housekeeper, roundEvery))
	defer tick.Stop()
	h := housekeeper{app: a, troubles: newTroubles(a.log), warned: map[string]int{}, started: time.Now()}
	for {
		h.round(ctx)
		select {
		case <-ctx.Done():
			// Events of the last moments are sealed before the store closes.
			h.seal(context.WithoutCancel(ctx))
			return nil
		case <-a.options.Hup:
			h.reload(ctx)
		case <-tick.C:
		}
	}
}

// housekeeper is the memory between two rounds.
type housekeeper struct {
	troubles
	app            *App
	version        int64
	ripe, shortWAL time.Time
	looked         time.Time       // at the alarms
	alarms         map[string]bool // that were logged and stand still
	warned         map[string]int  // of each key that ends, how many days before it the log said so last
	started        time.Time       // by the machine's clock, for the time that went by
	judgedBy       string          // version of the directory that signatures were judged again by
	judged         time.Time       // when that was done first
}

func (h *housekeeper) round(ctx context.Context) {
	h.seal(ctx)
	h.notice(ctx)
	h.reread(ctx)
	now := h.app.options.Now()
	h.app.clock.look(now, time.Since(h.started))
	if now.Sub(h.ripe) >= ripeEvery {
		h.ripe = now
		h.free(ctx, now)
	}
	if now.Sub(h.looked) >= alarmEvery {
		h.looked = now
		h.sound(ctx, now)
		if h.app.keeper.term(alarmLease) != nil {
			h.keys(now)
		}
	}
	if now.Sub(h.shortWAL) >= checkpointEvery {
		h.shortWAL = now
		h.trouble("shortening the write-ahead log", h.app.store.Checkpoint(ctx))
	}
}

func (h *housekeeper) seal(ctx context.Context) {
	h.trouble("sealing the audit log", h.app.keeper.ifHeld(ctx, sealLease, func(ctx context.Context) error {
		_, err := h.app.store.SealEvents(ctx)
		return err
	}))
}

// notice wakes filer and sender when another process has written: a command
// that requeued a mail or queued a reply.
func (h *housekeeper) notice(ctx context.Context) {
	version, err := h.app.store.DataVersion(ctx)
	h.trouble("looking for changes", err)
	if err != nil {
		return
	}
	if version != h.version {
		h.version = version
		h.outside(ctx)
		h.app.filer.Wake()
		h.app.sender.Wake()
	}
}

// hearing wakes filer and sender as soon as anybody, on another machine too, has
// left work to them. While nothing can be heard they find it by asking.
func (a *App) hearing(ctx context.Context) error {
	said := "" // our own announcements come through while others' do not, so it is no sign that they do
	for ctx.Err() == nil {
		err := a.store.Listen(ctx, a.heard)
		if err != nil && err.Error() != said {
			said = err.Error()
			a.log.Warn("announcements of other machines are not heard; work is looked for every few seconds", "error", err)
		}
		rest(ctx, hearAgain)
	}
	return nil
}

func (a *App) heard(work store.Work) {
	switch work {
	case store.WorkMail:
		a.filer.Wake()
	case store.WorkOut:
		a.sender.Wake()
	}
}

// outside reads the directory again when a contact or a key was changed. Until
// that can be done the one before goes on.
func (h *housekeeper) outside(ctx context.Context) {
	a := h.app
	version, err := a.store.DirectoryVersion(ctx)
	if err == nil && version != a.outside.Load().version {
		var d *directory
		ours := a.outside.Load().home
		if d, err = loadDirectory(ctx, ours.config, ours.own, a.store, counting...); err == nil {
			a.adoptDirectory(ours, d)
			a.log.Info("the directory has changed", "contacts", len(d.contacts.Contacts()), "keys", len(d.ring.Keys()))
		}
	}
	h.trouble("reading the directory of contacts and keys", err)
	h.trouble("taking newer copies of keys", a.mergeOffers(ctx))
	if now := a.options.Now(); h.judged.IsZero() || version != h.judgedBy || now.Sub(h.judged) < 2*parseTime {
		// Mail that was being read with the directory before is found by a second look.
		h.trouble("judging signatures again", a.judgeAgain(ctx))
		if h.judged.IsZero() || version != h.judgedBy {
			h.judgedBy, h.judged = version, now
		}
	}
}

// reload reads the configuration's keys and contacts again because a person wants it.
// Signatures are then judged again by the keys that came.
func (h *housekeeper) reload(ctx context.Context) {
	if err := h.app.reload(ctx); err != nil {
		h.app.log.Error("keys and contacts stay as they were", "error", err)
		return
	}
	h.judged = time.Time{}
	h.outside(ctx)
	h.app.filer.Wake()
	h.app.sender.Wake()
}

// reread notes that all processed folders were read after a restore, by whichever machine.
func (h *housekeeper) reread(ctx context.Context) {
	if !h.app.restored {
		return
	}
	restored, err := h.app.store.Restored(ctx)
	if err == nil && restored {
		err = h.app.keeper.ifHeld(ctx, restoreLease, h.endRestore)
	}
	h.trouble("ending the restore", err)
	h.app.restored = restored || err != nil
}

func (h *housekeeper) endRestore(ctx context.Context) error {
	for _, p := range h.app.posts {
		if !p.scan {
			continue
		}
		if done, err := h.app.store.FolderReread(ctx, p.source); err != nil || !done {
			return err
		}
	}
	if err := h.app.store.ClearRestored(ctx); err != nil {
		return err
	}
	h.app.log.Info("all processed folders were read again after the restore")
	return nil
}

// sound logs each alarm once when it begins and once when it is over: a mailbox
// that is away all night is two lines, not six hundred.
func (h *housekeeper) sound(ctx context.Context, now time.Time) {
	figures, err := h.app.figures(ctx)
	h.trouble("looking for alarms", err)
	if err != nil {
		return
	}
	forAll := h.app.keeper.term(alarmLease) != nil
	standing := map[string]bool{}
	for _, alarm := range figures.Alarms(now) {
		if !forAll && !alarm.Machine { // the one who tells of it is another machine
			continue
		}
		standing[alarm.Key] = true
		if !h.alarms[alarm.Key] {
			h.app.log.Error("alarm", "alarm", alarm.Key, "detail", alarm.Text)
		}
	}
	for key := range h.alarms {
		if !standing[key] {
			h.app.log.Info("alarm is over", "alarm", key)
		}
	}
	h.alarms = standing
}

// keyDays are how many days before its end a key is spoken of in the log.
var keyDays = []int{0, 7, 30, 60}

// keys says once at each of these marks that a key of ours or of a peer ends.
func (h *housekeeper) keys(now time.Time) {
	for _, key := range config.Ending(h.app.ring(), now) {
		for _, days := range keyDays {
			if key.Until.After(now.AddDate(0, 0, days)) {
				continue
			}
			if last, said := h.warned[key.Fingerprint]; !said || last > days {
				h.warned[key.Fingerprint] = days
				h.app.log.Warn("a key ends", "key", key.Fingerprint, "whose", nameOf(key), "until", key.Until.UTC().Format(time.DateOnly))
			}
			break
		}
	}
}

// free lets unproven entries become tickets once people had two working hours
// to judge them.
func (h *housekeeper) free(ctx context.Context, now time.Time) {
	h.trouble("freeing unproven entries", h.app.keeper.ifHeld(ctx, ripenLease, func(ctx context.Context) error {
		n, err := h.app.store.UnprovenRipe(ctx, h.app.workingTimeAgo(now, ripeAfter))
		if n > 0 {
			h.app.log.Info("unproven entries become tickets of their own", "entries", n)
			h.app.filer.Wake()
		}
		return err
	}))
}

// workingTimeAgo is the latest minute that lies d of working time before now.
func (a *App) workingTimeAgo(now time.Time, d time.Duration) time.Time {
	const longest = 31 * 24 * 60 // minutes; longer holidays than a month end the wait
	back := sort.Search(longest, func(minutes int) bool {
		return a.hours.Between(now.Add(-time.Duration(minutes)*time.Minute), now) >= d
	})
	return now.Add(-time.Duration(back) * time.Minute)
}
