package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/tickets"
)

// Copying is the stage of a move that counts in bytes.
const Copying = "copying"

// MoveOptions are how an installation is moved.
type MoveOptions struct {
	Who      tickets.Viewer                        // stands in the log of events
	Thread   string                                // fingerprint of the thread key, see PinKey; "" is not compared
	Progress func(stage string, done, total int64) // called now and then; may be nil
	Rows     int                                   // of one commit; 0 is 5,000
}

// Moved is the outcome of a move.
type Moved struct {
	From       string      `json:"from"` // what people call the two databases
	To         string      `json:"to"`
	Resumed    bool        `json:"resumed"` // what an interrupted one had copied was kept
	Backup     bool        `json:"backup"`  // it was a backup that was copied: it stays one on both sides
	Tables     []Counted   `json:"tables"`  // with most rows first
	BrokenFrom []Violation `json:"broken_from"`
	BrokenTo   []Violation `json:"broken_to"`
}

// ErrOtherThread refuses a database that was made with another thread key.
var ErrOtherThread = errors.New("the thread key is not the one of this database")

// ErrOccupied refuses to fill a database that has something in it.
var ErrOccupied = errors.New("it holds an installation already")

// errOther says that somebody else fills the database as well.
var errOther = errors.New("another migration writes into this database at the same time")

// Move brings a whole installation from a SQLite file into an empty PostgreSQL
// database, batch by batch; what was interrupted goes on there when it is called
// again, unless the file was used in between: then it begins anew. Nobody else
// may work on the file, which is locked for writing meanwhile. At the end both
// are compared and verified; only then the file is refused by Open from now on,
// and after that the new database no longer. A backup is read as it is, and
// what was filled from it is adopted by the first daemon, see AdoptBackup.
func Move(ctx context.Context, from, to Options, o MoveOptions) (result Moved, err error) {
	if o.Rows <= 0 {
		o.Rows = copyRows
	}
	m := &mover{options: o, fromOptions: from.filled(), toOptions: to.filled()}
	m.result.From, m.result.To = from.name(), to.name()
	defer func() {
		result, err = m.result, errors.Join(err, m.close())
	}()
	for _, step := range []func(context.Context) error{
		m.openSource, m.openTarget, m.decide, m.hold, m.copy, m.number, m.compare, m.verify, m.leave,
	} {
		if err := step(ctx); err != nil {
			return m.result, fmt.Errorf("migrate: %w", explained(err))
		}
	}
	return m.result, nil
}

type mover struct {
	options                MoveOptions
	fromOptions, toOptions Options
	from, to               *Store
	source                 *session // holds the source as it is
	run                    string   // number of the move that the source knows of; "" when it must be made
	left                   bool     // the source is marked as moved already
	installation           string
	tables                 []table
	into                   into
	mark                   string // what stands in the target of it
	result                 Moved
}

func (m *mover) close() error {
	var all []error
	if m.source != nil {
		all = append(all, m.source.close())
	}
	for _, s := range []*Store{m.to, m.from} {
		if s != nil {
			all = append(all, s.Close())
		}
	}
	return errors.Join(all...)
}

// openSource opens the file: a backup only to read it. What a dead process left
// in the others is put right first, as its next start would have done.
func (m *mover) openSource(ctx context.Context) error {
	id, current, err := peek(ctx, m.fromOptions)
	if err != nil {
		return fmt.Errorf("open database %s: %w", m.result.From, err)
	}
	m.result.Backup = id != ""
	m.fromOptions.moving = true
	if m.result.Backup && current {
		m.fromOptions.asIs = true
		m.from, err = openAsIs(ctx, m.fromOptions)
	} else {
		m.from, err = Open(ctx, m.fromOptions)
	}
	if err != nil {
		return err
	}
	if err := m.fitsThread(ctx); err != nil {
		return err
	}
	if m.tables, err = tables(ctx, m.from.reader); err != nil {
		return err
	}
	if m.result.Backup {
		m.run = id
		return m.identify(ctx)
	}
	return m.settleSource(ctx)
}

func (m *mover) settleSource(ctx context.Context) error {
	known, err := readMarks(ctx, m.from.reader)
	if err != nil {
		return err
	}
	m.run = known.moving
	if known.moved != nil {
		m.run, m.left = known.moved.Run, true
	}
	if m.run == "" {
		if _, err := m.from.Recover(ctx); err != nil {
			return err
		}
		if _, err := m.from.SealEvents(ctx); err != nil {
			return err
		}
	}
	return m.identify(ctx)
}

// fitsThread refuses to move without the thread key: no answer to our mails would
// find its ticket.
func (m *mover) fitsThread(ctx context.Context) error {
	known, err := m.from.meta(ctx, metaKey+"thread")
	if err == nil && known != "" && m.options.Thread != "" && known != m.options.Thread {
		err = ErrOtherThread
	}
	return err
}

// identify tells this installation from others: by its first event.
func (m *mover) identify(ctx context.Context) error {
	err := m.from.reader.row(ctx, `SELECT hash FROM chain WHERE seq = 1`, nil, &m.installation)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// peek tells whether a file is a backup, which one, and whether it has the
// schema of this program.
func peek(ctx context.Context, o Options) (backup string, current bool, err error) {
	o.asIs = true
	r, err := openReader(o, o.dialect(), 1)
	if err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	const look = `
		SELECT coalesce((SELECT value FROM meta WHERE name = '` + metaBackup + `'), ''),
		       coalesce((SELECT hash FROM chain ORDER BY seq DESC LIMIT 1), ''),
		       (SELECT max(version) FROM schema_version)`
	var at, end string
	var version int
	if err := r.row(ctx, look, nil, &at, &end, &version); err != nil {
		return "", false, err
	}
	names, err := migrationNames()
	if at != "" {
		backup = "backup " + at + " " + end
	}
	return backup, version == len(names), err
}

// hold keeps the source as it is until the end.
func (m *mover) hold(ctx context.Context) (err error) {
	if m.result.Backup || m.left {
		m.source, err = openSession(ctx, m.fromOptions, m.from.dialect)
		return err
	}
	if m.source, err = holdSession(ctx, m.fromOptions, m.from.dialect); err != nil {
		return err
	}
	known, err := readMarks(ctx, m.source)
	if err == nil && known.moving != m.run {
		err = fmt.Errorf("%s was used meanwhile: stop what works on it, and try again", m.result.From)
	}
	return err
}

func (m *mover) copy(ctx context.Context) error {
	total, err := copyCost(ctx, m.source, m.tables)
	if err != nil {
		return err
	}
	c := copier{from: m.source, steps: steps(m.tables), rows: m.options.Rows, put: m.put, progress: m.stage(Copying), total: total}
	return c.run(ctx, m.into.Place)
}

// put commits one batch together with how far it came.
func (m *mover) put(ctx context.Context, b *batch, at reached) error {
	return m.to.write(ctx, "move", m.fromMark(func(ctx context.Context, t *tx) error {
		if err := m.note(ctx, t, at); err != nil {
			return err
		}
		return m.to.writeBatch(ctx, t, b)
	}))
}

func (m *mover) number(ctx context.Context) error {
	return m.to.write(ctx, "move", func(ctx context.Context, t *tx) error {
		if err := numberOn(ctx, t); err != nil {
			return err
		}
		return analyze(ctx, t, m.tables)
	})
}

// compare demands that both sides have the same rows.
func (m *mover) compare(ctx context.Context) (err error) {
	target, err := openSession(ctx, m.toOptions, m.to.dialect)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.close()) }()
	total, err := copyCost(ctx, m.source, withoutRaw(m.tables))
	if err != nil {
		return err
	}
	m.result.Tables, err = compare(ctx, m.source, target, m.tables, 2*total/rowCost, m.stage("comparing"))
	if err != nil {
		return err
	}
	for _, t := range m.result.Tables {
		if !t.same {
			return fmt.Errorf("table %s is not the same in both: %d rows in %s, %d in %s", t.Name, t.From, m.result.From, t.To, m.result.To)
		}
	}
	return nil
}

// ever is longer than anything has waited: what was not filed or sent before a
// move is not afterwards.
const ever = 1000 * 24 * time.Hour

// verify checks the promises of both sides. What the source broke before is told
// and moved as it is.
func (m *mover) verify(ctx context.Context) (err error) {
	copied, err := Open(ctx, m.toOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	m.result.BrokenFrom, err = m.from.Verify(ctx, VerifyOptions{Patience: ever, Progress: m.stage("verifying the old database")})
	if err != nil {
		return err
	}
	m.result.BrokenTo, err = copied.Verify(ctx, VerifyOptions{Patience: ever, Progress: m.stage("verifying the new database")})
	if err != nil {
		return err
	}
	for _, v := range m.result.BrokenTo {
		if !slices.Contains(m.result.BrokenFrom, v) {
			return fmt.Errorf("%s breaks a promise that %s keeps: %s: %s", m.result.To, m.result.From, v.Rule, v.What)
		}
	}
	return nil
}

// leave closes the source for good and opens the target, in this order: at no
// time could two daemons work on the same.
func (m *mover) leave(ctx context.Context) error {
	if !m.result.Backup && !m.left {
		if err := m.closeSource(ctx); err != nil {
			return err
		}
	}
	m.from.hook("move", "left")
	return m.to.write(ctx, "", func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM meta WHERE name = $1 AND value = $2`, metaInto, m.mark)
		if err == nil && n == 0 {
			err = errOther
		}
		return err
	})
}

func (m *mover) closeSource(ctx context.Context) error {
	note, err := json.Marshal(moved{Run: m.run, To: m.result.To, At: m.from.now()})
	if err != nil {
		return err
	}
	for _, one := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM meta WHERE name = $1`, []any{metaMoving}},
		{`INSERT INTO meta (name, value) VALUES ($1, $2)`, []any{metaMoved, string(note)}},
		{`COMMIT`, nil},
	} {
		if _, err := m.source.conn.ExecContext(context.WithoutCancel(ctx), one.statement, one.args...); err != nil {
			return fmt.Errorf("note in %s that it was moved: %w", m.result.From, err)
		}
	}
	return nil
}

func (m *mover) stage(name string) func(done, total int64) {
	if m.options.Progress == nil {
		return nil
	}
	return func(done, total int64) { m.options.Progress(name, done, total) }
}

func withoutRaw(list []table) (rest []table) {
	for _, t := range list {
		if t.name != rawTable {
			rest = append(rest, t)
		}
	}
	return rest
}
