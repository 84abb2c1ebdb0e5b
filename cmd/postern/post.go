package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"postern/intake"
	"postern/intake/imap"
	"postern/tickets"
	"postern/tickets/store"
)

// post is one folder to be watched, by whichever machine holds its lease. There
// is a new watcher for each term: it begins with what the ledger says by then.
type post struct {
	app     *App
	options imap.Options
	scan    bool   // after a restore, the processed folder is to be read
	source  string // user, host and folder
	lease   string

	mu       sync.Mutex
	watcher  *imap.Watcher // of this term or the last one; nil before the first
	received int64         // by those before it
	ails     time.Time     // since when it has been in trouble, by the machine's clock; zero: it is not
}

func (a *App) newPost(options imap.Options, scan bool) *post {
	p := &post{app: a, options: options, scan: scan, source: options.Account.Source(options.Folder)}
	p.lease = mailboxLease + p.source
	p.options.Ledger = fenced{a.store, a.keeper, p.lease}
	p.options.Log = a.log.With("folder", options.Folder) // a mailbox and its Junk folder fail apart
	a.keeper.want(p.lease)
	a.keeper.giveUp(p.lease, p.ailing)
	return p
}

// run watches whenever and as long as the lease is ours.
func (p *post) run(ctx context.Context) error { return p.app.keeper.under(ctx, p.lease, p.watch) }

func (p *post) watch(ctx context.Context) error {
	options := p.options
	if p.unread(ctx) {
		// All of it, whatever its date: a backlog may have been taken in after
		// the backup was made, and known bytes are recognised.
		options.ScanProcessed, options.Scanned = true, func() {
			if err := p.app.store.NoteFolderReread(ctx, p.source); err != nil {
				p.options.Log.Warn("the processed folder will be read once more", "error", err)
			}
		}
	}
	w := imap.New(options)
	p.mu.Lock()
	p.ails = time.Time{}
	if p.watcher != nil {
		p.received += p.watcher.Status().Received
	}
	p.watcher = w
	p.mu.Unlock()
	return w.Run(ctx)
}

// unread tells whether the processed folder is still to be read. While the
// database cannot say so it waits: without it nothing can be taken in either.
func (p *post) unread(ctx context.Context) bool {
	for p.scan && ctx.Err() == nil {
		restored, err := p.app.store.Restored(ctx)
		if err == nil && restored {
			var done bool
			done, err = p.app.store.FolderReread(ctx, p.source)
			restored = !done
		}
		if err == nil {
			return restored
		}
		rest(ctx, roundEvery)
	}
	return false
}

// ailing is for how long the folder could not be read here.
func (p *post) ailing() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.watcher == nil || p.watcher.Status().LastError == "":
		p.ails = time.Time{}
		return 0
	case p.ails.IsZero():
		p.ails = time.Now()
	}
	return time.Since(p.ails)
}

// status is how the folder is here; watched is false when this machine has never
// watched it or does so no longer.
func (p *post) status() (s intake.Status, watched bool) {
	watched = p.app.keeper.term(p.lease) != nil // before our mutex: under its own the keeper asks what ails us
	p.mu.Lock()
	defer p.mu.Unlock()
	s = intake.Status{Mailbox: p.options.Mailbox}
	if p.watcher != nil {
		s = p.watcher.Status()
	}
	s.Received += p.received
	return s, watched
}

// fenced is a ledger that tells the keeper when a lease turns out to be over.
type fenced struct {
	*store.Store
	keeper *keeper
	lease  string
}

var _ intake.RangeLedger = fenced{}

// Receive is T1 under the lease that ctx carries.
func (f fenced) Receive(ctx context.Context, batch []intake.Mail) error {
	err := f.Store.Receive(ctx, batch)
	if errors.Is(err, tickets.ErrLease) {
		f.keeper.lost(f.lease)
	}
	return err
}
