package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"

	"postern/cmd/postern/config"
	"postern/tickets/desk"
	"postern/tickets/store"
)

// Pauses between two tries to reach a database. The longest one is about what a
// person who has just repaired it is willing to wait.
const (
	firstDatabasePause = time.Second
	mostDatabasePause  = 15 * time.Second
)

// outage is a database that could not be reached, or did not answer in time, when
// the work was to begin.
// After a power cut the machines come up in any order, and a server that is up
// may still refuse everybody while it recovers, or while its own disk or
// directory is missing; so whatever keeps us out is waited for, in sight, and
// only `check` calls it a fault.
type outage struct {
	config *config.Config
	log    *slog.Logger
	now    func() time.Time
	since  time.Time // zero: there was none
	tries  int
	said   string // what the log has of it
}

// over waits until the database can be reached, or ctx ends. Meanwhile /healthz
// tells of it. An error is not about the database.
func (o *outage) over(ctx context.Context) error {
	if o.config.Database == "" {
		return nil
	}
	why := reach(ctx, o.config)
	if ctx.Err() != nil || why == nil && o.tries == 0 {
		return nil
	}
	o.note(why)
	page, err := o.page()
	if err != nil {
		return err
	}
	shown, hide := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- page.Run(shown) }()
	o.log.Info("tells of it until then", "healthz", "http://"+page.Address()+"/healthz")
	o.wait(ctx)
	hide()
	return <-ended
}

// wait tries again and again.
func (o *outage) wait(ctx context.Context) {
	for {
		rest(ctx, o.pause())
		why := reach(ctx, o.config)
		if ctx.Err() != nil || why == nil {
			return
		}
		o.note(why)
	}
}

// reach asks a PostgreSQL for something.
func reach(ctx context.Context, conf *config.Config) error {
	_, err := made(ctx, conf)
	return err
}

// note logs what is wrong when it begins and when it becomes another thing.
func (o *outage) note(why error) {
	if o.since.IsZero() {
		o.since = o.now()
	}
	o.tries++
	if why == nil {
		return
	}
	if words := connectWords(why.Error()); words != o.said {
		o.said = words
		o.log.Error("waiting for the database: nothing is read, filed or answered", "error", words, "hint", databaseHint(why))
	}
}

// ended says that the work has begun.
func (o *outage) ended() {
	if !o.since.IsZero() {
		o.log.Info("the database can be reached again", "after", o.now().Sub(o.since).Round(time.Second))
	}
	o.since, o.tries, o.said = time.Time{}, 0, ""
}

// pause grows with every try. Machines that lost one database together do not
// come back to it at the same moment.
func (o *outage) pause() time.Duration {
	pause := mostDatabasePause
	if o.tries < 10 { // before the shift could overflow
		pause = min(pause, firstDatabasePause<<max(o.tries-1, 0))
	}
	return pause - time.Duration(mathrand.Int64N(int64(pause)/4))
}

// page is the desk while there is nothing to show but the outage.
func (o *outage) page() (*desk.Desk, error) {
	since := o.since
	return desk.New(desk.Options{
		Listen: o.config.Desk.Listen, URL: o.config.Desk.URL, Version: release, Now: o.now,
		Figures: func(context.Context) (desk.Figures, error) {
			return desk.Figures{}, desk.Waiting(fmt.Sprintf("the database cannot be reached since %s: nothing is read, filed or answered; see the log", since.UTC().Format(time.RFC3339)))
		},
	})
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// databaseHints say what to do about errors that PostgreSQL is known to give.
var databaseHints = []struct{ said, hint string }{
	{"28P01", "correct the file of database_password_file; it is read again at every try"},
	{"28000", "the server's pg_hba.conf lets nobody of that name in from here, or the role does not exist: createuser --pwprompt NAME"},
	{"3D000", "the database does not exist: createdb --owner USER --encoding UTF8 --template template0 --lc-collate C --lc-ctype C NAME"},
	{"53300", "the server has no session left: raise max_connections, or the role's CONNECTION LIMIT; a machine uses up to ten"},
	{"57P03", "the server is starting or stopping: it takes care of itself"},
	{"57014", "the server had no time for us within its statement timeout: look at its load, and at pg_stat_activity for who holds locks"},
	{"55P03", "somebody holds a lock of the database for long: pg_stat_activity tells who"},
	{"42501", "the role may not make its tables there: the database has to be its own (createdb --owner USER, or ALTER DATABASE NAME OWNER TO USER)"},
	{"25006", "this server is a standby: name the one that takes writes, or add target_session_attrs=read-write to the address"},
	{"connection refused", "start the server, or correct host and port in database"},
	{"no such file or directory", "no server listens at that socket: start it, or correct the address in database"},
	{"no such host", "correct the name in database, or the name server of this machine"},
	{"SSL is not enabled", "the server speaks no TLS: set ssl = on there"},
}

// connectWords puts on one line, and once, what the driver says of each address it
// has tried with TLS and without.
func connectWords(said string) string {
	var words []string
	for part := range strings.SplitSeq(said, "\n\t") {
		if !slices.Contains(words, part) {
			words = append(words, part)
		}
	}
	return strings.Join(words, " ")
}

// databaseHint is what to do about an error of the database, "" when nobody knows.
func databaseHint(err error) string {
	for _, known := range databaseHints {
		if strings.Contains(err.Error(), known.said) {
			return known.hint
		}
	}
	return certificateHint(err.Error())
}

// serveOn works until ctx ends. When the database goes away before the work has
// begun it waits and begins anew; later each room waits by itself.
func (p *program) serveOn(ctx context.Context, conf *config.Config, options AppOptions) error {
	o := &outage{config: conf, log: options.Log, now: p.now}
	for {
		if err := o.over(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		var err error
		conf, err = p.serveOnce(ctx, conf, options, o.ended)
		if ctx.Err() != nil || !store.Passing(err) {
			return err
		}
		o.note(err)
	}
}

// serveOnce is one App from its start to its end; begun is called between. last is the
// configuration with the keys and contacts that it read last.
func (p *program) serveOnce(ctx context.Context, conf *config.Config, options AppOptions, begun func()) (last *config.Config, err error) {
	app, err := NewApp(ctx, conf, options)
	if err != nil {
		return conf, err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	begun()
	app.tellPort()
	fmt.Fprintf(p.err, "postern %s serves %s; http://%s/healthz\n", release, mailboxes(len(conf.Mailboxes)), app.desk.Address())
	err = app.Run(ctx)
	return app.outside.Load().config, err
}
