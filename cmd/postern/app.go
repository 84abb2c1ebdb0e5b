package main

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"postern/cmd/postern/config"
	"postern/intake/wkd"
	"postern/responder"
	"postern/responder/smtp"
	"postern/tickets"
	"postern/tickets/desk"
	"postern/tickets/store"
)

// databaseName is the file in the data folder that holds everything.
const databaseName = "postern.db"

// App is the whole program, wired once; serve, the demo and the end-to-end
// tests build the same one.
type App struct {
	config    *config.Config
	options   AppOptions
	log       *slog.Logger
	lock      *lock
	store     *store.Store
	secret    []byte // of our Message-IDs
	outside   atomic.Pointer[outside]
	rules     *tickets.Rules
	hours     tickets.WorkingHours
	filer     *tickets.Filer
	sender    *responder.Sender
	transport *smtp.Transport
	keeper    *keeper
	posts     []*post
	desk      *desk.Desk
	finder    finder
	clock     clockWatch
	restored  bool // from a backup, and not every processed folder has been read again
}

// AppOptions is what comes from outside the configuration.
type AppOptions struct {
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger
	Hook func(point string) // called at the named steps of T1 to T3; nil in the program
	Hup  <-chan os.Signal   // has keys and contacts of the configuration read again; nil never does
	Find finder             // of keys; nil asks the directories of mail domains
	Tune Tuning

	Retired bool // also a database that was moved: for who only reads it
}

// Tuning shortens waits in tests; zero fields take the defaults.
type Tuning struct {
	Poll        time.Duration // of mailboxes without IDLE
	RetryMin    time.Duration // of mailboxes and relay
	RetryMax    time.Duration
	Housekeeper time.Duration // between rounds of the housekeeper
	Lease       time.Duration // after which others take over from a process that is gone
}

// NewApp opens the data folder and wires the rooms. It takes the lock, so only
// one App works on a folder. Nothing runs before Run.
func NewApp(ctx context.Context, c *config.Config, options AppOptions) (*App, error) {
	return newApp(ctx, c, options, (*App).wire)
}

// newFilingApp is an App that only files what is stored: it reads no mailbox,
// sends nothing and opens no port. It cannot Run.
func newFilingApp(ctx context.Context, c *config.Config, options AppOptions) (*App, error) {
	return newApp(ctx, c, options, func(a *App, ctx context.Context) error {
		_, err := a.wireFiling(ctx)
		return err
	})
}

func newApp(ctx context.Context, c *config.Config, options AppOptions, wire func(*App, context.Context) error) (*App, error) {
	if options.Hook == nil {
		options.Hook = func(string) {}
	}
	a := &App{config: c, options: options, log: options.Log}
	err := a.open(ctx)
	if err == nil {
		err = wire(a, ctx)
	}
	if err != nil {
		return nil, errors.Join(refusal(err), a.Close())
	}
	return a, nil
}

// open takes what outlasts the process: folder, lock and database. After an
// error Close gives back what was taken.
func (a *App) open(ctx context.Context) (err error) {
	if err := os.MkdirAll(a.config.Data, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	if a.lock, err = takeLock(a.config.Data); err != nil {
		return err
	}
	if a.store, err = openStore(ctx, a.config, a.options); err != nil {
		return err
	}
	if err := sound(ctx, a.store, soundAtStart); err != nil {
		return err
	}
	a.keeper, err = newKeeper(a.store, a.options.Tune.Lease, a.log)
	return err
}

// wire builds the rooms from the ground up: keys, rules and filer, then
// responder, watchers and desk.
func (a *App) wire(ctx context.Context) error {
	tokens, err := a.wireFiling(ctx)
	if err != nil {
		return err
	}
	if a.sender, err = a.newSender(tokens); err != nil {
		return err
	}
	if err := a.newPosts(ctx); err != nil {
		return err
	}
	a.keeper.want(sealLease, ripenLease, alarmLease, restoreLease)
	if a.finder = a.options.Find; a.finder == nil {
		a.finder = wkd.New(wkd.Options{})
	}
	if a.config.PGP.WKD {
		a.keeper.want(lookupLease)
	}
	a.desk, err = a.newDesk()
	return err
}

// wireFiling builds what brings stored mail to its tickets.
func (a *App) wireFiling(ctx context.Context) (tokens *tickets.Tokens, err error) {
	ours, err := newHome(a.config)
	if err != nil {
		return nil, err
	}
	if a.hours, err = a.config.WorkingHours(); err != nil {
		return nil, err
	}
	if tokens, err = loadTokens(a.config); err != nil {
		return nil, err
	}
	if err := fitsDatabase(ctx, a.store, a.config, tokens); err != nil {
		return nil, err
	}
	a.rules = a.config.Rules(tokens)
	if a.secret, err = messageSecret(a.config); err != nil {
		return nil, err
	}
	if err := a.loadOutside(ctx, ours); err != nil {
		return nil, err
	}
	a.filer = a.newFiler()
	return tokens, nil
}

// collectorSlack makes the garbage collector wait until so many bytes more are
// garbage than it would by itself. While little is alive, as nearly always, it
// runs half as often for them; when a huge mail passes they hardly count. Nobody
// touches the bytes, so that they are never resident.
const collectorSlack = 12 << 20

// Run works until ctx ends, then stops in the order the mail travels: no new
// mail in, what is claimed is filed, what is handed over gets its verdict.
func (a *App) Run(ctx context.Context) error {
	slack := make([]byte, collectorSlack)
	defer runtime.KeepAlive(slack)
	if err := a.recover(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before anything had begun
		}
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	floors := []*floor{
		a.startFloor(ctx, "intake", stop, a.postRuns()...),
		a.startFloor(ctx, "filing", stop, a.filer.Run),
		a.startFloor(ctx, "sending", stop, a.sender.Run),
		a.startFloor(ctx, "housekeeping", stop, a.housekeeping, a.lookups, a.hearing),
		a.startFloor(ctx, "desk", stop, a.desk.Run),
		a.startFloor(ctx, "leases", stop, a.keeper.run),
	}
	<-ctx.Done()
	a.log.Info("stopping")
	for _, f := range floors {
		f.cancel()
		f.wait.Wait()
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// floor is a group of goroutines that stop together, before the floor above.
type floor struct {
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// startFloor runs each function until the floor is cancelled. One that ends
// earlier with an error stops the whole program: a daemon that files but no
// longer sends would be trouble that nobody sees.
func (a *App) startFloor(ctx context.Context, name string, stop context.CancelCauseFunc, runs ...func(context.Context) error) *floor {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &floor{cancel: cancel}
	for _, run := range runs {
		f.wait.Go(func() {
			if err := run(own); err != nil && own.Err() == nil {
				stop(fmt.Errorf("%s ended: %w", name, err))
			}
		})
	}
	return f
}

// recover puts in order what an unclean stop left behind, and joins those who
// work on the database.
func (a *App) recover(ctx context.Context) error {
	found, err := a.takeOver(ctx)
	if err != nil {
		return fmt.Errorf("recovering from the last stop: %w", err)
	}
	if found.Mails+found.Retried+found.Unsure > 0 {
		a.log.Warn("the last stop was unclean", "mails", found.Mails, "held", found.Held, "retried", found.Retried, "unsure", found.Unsure)
	}
	if err := a.lock.note(a.keeper.name); err != nil {
		return err
	}
	return a.keeper.start(ctx)
}

// takeOver takes from the dead what they had claimed. Who has the lock of the
// data folder knows that the last process on it is gone, however it went; where
// the database stands in that folder, nobody else can be at it either.
func (a *App) takeOver(ctx context.Context) (store.Recovered, error) {
	switch {
	case a.config.Database == "":
		return a.store.Recover(ctx)
	case sameHost(a.lock.previous, a.keeper.name):
		return a.store.RecoverFrom(ctx, a.lock.previous)
	}
	return store.Recovered{}, nil
}

// Close gives everything back. It may be called after a failed NewApp.
func (a *App) Close() error {
	var errs []error
	if a.desk != nil {
		errs = append(errs, a.desk.Close())
	}
	if a.transport != nil {
		errs = append(errs, a.transport.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
		a.store = nil
	}
	if a.lock != nil {
		errs = append(errs, a.lock.release())
		a.lock = nil
	}
	return errors.Join(errs...)
}

// openStore opens the database of the configuration. Missing keys are made only
// for a new installation: with another seal key nothing that came encrypted
// could be read any more, and with another thread key no answer to our mails
// would find its ticket.
func openStore(ctx context.Context, c *config.Config, options AppOptions) (*store.Store, error) {
	if !hasDatabase(c) {
		if err := leftBehind(c); err != nil {
			return nil, err
		}
		for _, path := range []string{c.Store.SealKeyFile, threadKeyFile(c)} {
			if err := ensureKey(path); err != nil {
				return nil, err
			}
		}
		if options.Log != nil {
			options.Log.Warn("there was no database: a new one is made, without a ticket", "folder", c.Data)
		}
	}
	key, err := loadKey(c.Store.SealKeyFile)
	if err != nil {
		return nil, sealKey.wayOut(err)
	}
	so, err := storeOptions(c, options, key)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, so)
	if errors.Is(err, store.ErrOtherKey) {
		err = sealKey.wayOut(err)
	}
	return s, refusal(err)
}

func storeOptions(c *config.Config, options AppOptions, key []byte) (store.Options, error) {
	o := store.Options{
		Prefix: c.CSIRT.TicketPrefix, OwnDomains: c.CSIRT.Domains, SealKey: key, MaxAge: time.Duration(c.Answers.MaxAge),
		Now: options.Now, Rand: options.Rand, Hook: options.Hook, Retired: options.Retired,
	}
	if c.Database == "" {
		o.Path = filepath.Join(c.Data, databaseName)
		return o, nil
	}
	o.URL = c.Database
	var err error
	o.Password, err = config.Password(c.DatabasePasswordFile, c.DatabasePasswordEnv)
	return o, err
}

// databasePatience is how long a command waits for the answer whether there is a
// database.
const databasePatience = 20 * time.Second

// hasDatabase tells whether the installation is in use. A PostgreSQL that does
// not answer counts as one: opening it says what is wrong, and no key is made
// for a database that has its keys. A file without a byte is none: a copy that was
// cut short left it, or a process that was killed before it could write.
func hasDatabase(c *config.Config) bool {
	if c.Database == "" {
		file := filepath.Join(c.Data, databaseName)
		info, err := os.Stat(file)
		if err == nil && info.Size() == 0 {
			info, err = os.Stat(file + "-wal")
			return err == nil && info.Size() > 0
		}
		return !errors.Is(err, os.ErrNotExist)
	}
	there, err := made(context.Background(), c)
	return there || err != nil
}

// made asks a PostgreSQL whether Postern's tables are in it.
func made(ctx context.Context, c *config.Config) (bool, error) {
	o, err := storeOptions(c, AppOptions{}, nil)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
	defer cancel()
	return store.Made(ctx, o)
}

// leftBehind refuses to begin anew in a PostgreSQL while the data folder still has
// a SQLite database: somebody has named the new one and not brought the old there.
func leftBehind(c *config.Config) error {
	old := filepath.Join(c.Data, databaseName)
	if _, err := os.Stat(old); c.Database == "" || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("`database` names an empty database, and %s is there: `postern migrate` brings it over (to begin without a ticket, put that file elsewhere)", old)
}

func threadKeyFile(c *config.Config) string { return filepath.Join(c.Data, threadKeyName) }

// fitsDatabase demands the thread key that the database was made with.
func fitsDatabase(ctx context.Context, s *store.Store, c *config.Config, tokens *tickets.Tokens) error {
	pinned, err := s.PinKey(ctx, "thread", tokens.Fingerprint())
	if err != nil {
		return err
	}
	if pinned != tokens.Fingerprint() {
		return threadKey.wayOut(fmt.Errorf("%s is not the key this database was made with: put the copy of the old one back", threadKeyFile(c)))
	}
	return nil
}

func loadTokens(c *config.Config) (*tickets.Tokens, error) {
	key, err := loadKey(threadKeyFile(c))
	if err != nil {
		return nil, threadKey.wayOut(err)
	}
	return tickets.NewTokens([][]byte{key}, domainOf(c.CSIRT.Address))
}

// messageSecret makes the Message-IDs of our mails opaque. It comes from the
// thread key, under a name of its own.
func messageSecret(c *config.Config) ([]byte, error) {
	key, err := loadKey(threadKeyFile(c))
	if err != nil {
		return nil, err
	}
	return hkdf.Expand(sha256.New, key, "postern message-id", sha256.Size)
}

// fileAll files everything that is stored and unfiled, then returns.
func (a *App) fileAll(ctx context.Context) (err error) {
	a.keeper.want(sealLease)
	if err := a.recover(ctx); err != nil {
		return err
	}
	leases, letGo := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- a.keeper.run(leases) }()
	defer func() { letGo(); err = errors.Join(err, <-ended) }()
	if err := a.filer.Drain(ctx); err != nil {
		return err
	}
	return a.keeper.ifHeld(ctx, sealLease, func(ctx context.Context) error {
		_, err := a.store.SealEvents(ctx)
		return err
	})
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
