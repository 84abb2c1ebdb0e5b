// Package store keeps what Postern must not forget: raw mail, deliveries,
// tickets, the outbox and the audit log, in one database. One public method is
// one transaction. Uniqueness is the schema's duty and not the code's.
//
// A mail goes through it in three short transactions: Receive (T1), File (T2),
// and for each answer Take, Handed and Settle (T3a, T3b, T3c). Rows are the
// truth: whoever was told something asks here again.
//
// On SQLite writers share one connection and wait for each other; on PostgreSQL
// filing and sending have one each. Readers have a pool of their own that cannot
// write. Statements of a transaction are never cut off in the middle: SQLite answers
// that by rolling back everything and carrying on outside any transaction, so a
// deadline counts between statements only.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"
)

// Options say where the database is and what is passed in from outside.
type Options struct {
	Path         string             // of the SQLite file
	URL          string             // of a PostgreSQL database, in place of Path: postgres://USER@HOST/NAME
	Password     string             // for URL; "" where the server asks for none
	Prefix       string             // of ticket IDs
	OwnDomains   []string           // of our own people, lower case: their answers have a budget of their own
	SealKey      []byte             // 32 bytes; seals what came out of encrypted mail
	SealKeyLost  bool               // people gave up the key that the database was made with: GiveUpKey follows
	Now          func() time.Time   // the clock
	Rand         io.Reader          // for IDs and nonces
	Hook         func(point string) // called at named points; nil in the program, kills in tests
	MaxAge       time.Duration      // mail older than this when it is taken in is backlog, which never delays new mail, and whose answer is not due any more; 0 is 48 hours
	AnswerWindow time.Duration      // of the answer budget; 0 is one hour
	MaxPages     int64              // bound of the database in pages; 0 is none. Tests fill the disk with it
	Retired      bool               // also one that was moved: for who only reads it

	moving bool // for Move, which knows what it does
	draft  bool // a file that is thrown away when anything fails
	asIs   bool // a file that is not touched, not even its journal mode
}

// Store is one open database. It may be used by many goroutines.
type Store struct {
	options    Options
	dialect    dialect
	writer     *writer
	filing     *writer // of T2, whose locks it may have to wait for
	sending    *writer // of T3, on which a connection to the relay waits
	reader     *reader
	watcher    *reader // one connection: data_version only means something on the same one
	group      group   // short transactions that wait for the writer
	seal       *sealer
	press      *press
	recent     recent
	strays     strays
	worker     atomic.Pointer[string] // that has joined, see Join
	bulks      bulks
	stragglers stragglers
	announcer  announcer
}

// Open opens the database, makes it when there is none, and brings its schema up
// to this program's. It starts nothing. It fails when the schema is newer than
// the program, and when the seal key is not the one the database was made with.
func Open(ctx context.Context, options Options) (*Store, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	s := newStore(options.filled())
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", options.name(), explained(err)), s.Close())
	}
	return s, nil
}

// Made tells whether a PostgreSQL database has ever been opened by Postern, or is
// being filled: then its keys are somewhere.
func Made(ctx context.Context, o Options) (made bool, err error) {
	r, err := openReader(o, o.dialect(), 1)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	err = r.row(ctx, `SELECT to_regclass('meta') IS NOT NULL`, nil, &made)
	if err != nil || !made {
		return false, err
	}
	err = r.row(ctx, `SELECT count(*) > 0 FROM meta WHERE name IN ('`+metaKey+`seal', '`+metaInto+`')`, nil, &made)
	return made, err
}

func newStore(o Options) *Store {
	d := o.dialect()
	return &Store{options: o, dialect: d, bulks: newBulks(d), announcer: newAnnouncer()}
}

func (o Options) dialect() dialect {
	if o.URL != "" {
		return postgresDialect()
	}
	return sqliteDialect()
}

// name is what errors call the database. A password that stands in an address by
// mistake is not in it.
func (o Options) name() string {
	if o.URL == "" {
		return o.Path
	}
	c, err := postgresConfig(o)
	if err != nil {
		return "in PostgreSQL"
	}
	return fmt.Sprintf("%s on %s", c.Database, c.Host)
}

func (o Options) check() error {
	switch {
	case o.Path == "" && o.URL == "":
		return errors.New("open database: no path given")
	case o.Now == nil || o.Rand == nil:
		return errors.New("open database: a clock and a source of randomness are needed")
	}
	return nil
}

func (o Options) filled() Options {
	if o.AnswerWindow <= 0 {
		o.AnswerWindow = time.Hour
	}
	if o.MaxAge <= 0 {
		o.MaxAge = defaultMaxAge
	}
	if o.Hook == nil {
		o.Hook = func(string) {}
	}
	return o
}

// prepare makes what needs no database: the seal and the compressors.
func (s *Store) prepare() (err error) {
	if s.seal, err = newSealer(s.options.SealKey, s.options.Rand); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if s.press, err = newPress(); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if err = s.connect(ctx); err != nil {
		return err
	}
	if s.watcher, err = openReader(s.options, s.dialect, 1); err != nil {
		return err
	}
	if err = s.stands(ctx); err != nil {
		return err
	}
	return s.pinSealKey(ctx)
}

// connect opens the database and brings its schema up to this program's.
func (s *Store) connect(ctx context.Context) (err error) {
	if s.writer, err = openWriter(s.options, s.dialect); err != nil {
		return err
	}
	if err = s.migrate(ctx); err != nil {
		return err
	}
	if err = s.moreWriters(); err != nil {
		return err
	}
	s.reader, err = openReader(s.options, s.dialect, readers)
	return err
}

// openBare opens a database that is to be filled, without noting anything in it.
func openBare(ctx context.Context, o Options) (*Store, error) {
	return openPart(o, func(s *Store) error { return s.connect(ctx) })
}

// openAsIs opens a file only to read it.
func openAsIs(ctx context.Context, o Options) (*Store, error) {
	return openPart(o, func(s *Store) (err error) {
		if s.reader, err = openReader(o, s.dialect, readers); err != nil {
			return err
		}
		known, err := s.meta(ctx, metaKey+"seal")
		if err != nil {
			return err
		}
		return s.fitsSealKey(ctx, known)
	})
}

func openPart(o Options, open func(*Store) error) (*Store, error) {
	s := newStore(o)
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := open(s); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", o.name(), explained(err)), s.Close())
	}
	return s, nil
}

// Close waits for the transaction that runs and closes all connections.
func (s *Store) Close() error {
	var all []error
	if s.watcher != nil {
		all = append(all, s.watcher.close())
	}
	if s.reader != nil {
		all = append(all, s.reader.close())
	}
	for _, w := range s.writers() {
		all = append(all, w.close())
	}
	s.press.close()
	return errors.Join(all...)
}

// moreWriters opens the connections of filing and sending where the database
// lets several write, else they are that of all.
func (s *Store) moreWriters() (err error) {
	if s.filing, s.sending = s.writer, s.writer; !s.dialect.severalWriters() {
		return nil
	}
	if s.filing, err = openWriter(s.options, s.dialect); err != nil {
		return err
	}
	s.sending, err = openWriter(s.options, s.dialect)
	return err
}

// writers are the connections that write, each once.
func (s *Store) writers() []*writer {
	var all []*writer
	for _, w := range []*writer{s.writer, s.filing, s.sending} {
		if w != nil && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// now is the clock in the form of the rows.
func (s *Store) now() int64 { return micros(s.options.Now()) }

// micros is a time as it stands in a row; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time of a row; 0 is the zero time.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// bit is truth as it stands in a row.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
