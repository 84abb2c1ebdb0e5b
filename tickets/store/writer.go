package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// writer is a connection that writes. Whoever holds turn may use it.
// Statements are prepared once for as long as the connection lives.
type writer struct {
	db    *sql.DB
	turn  chan struct{} // holds one token
	conn  *sql.Conn     // nil until first used and after it was discarded
	stmts map[string]*sql.Stmt
	slot  int64 // of the budgets: older ones were cleared away
	over  bool  // the transaction was rolled back, by us or by SQLite itself
	old   bool  // the connection has committed a transaction
	ended bool  // COMMIT was sent: nobody but its answer knows what became of the transaction

	spell  func(query string) string // as the database wants it
	watch  func(*writer, *sql.Conn) error
	spoilt func() bool                              // tells that the transaction of this connection cannot be committed
	gone   func() bool                              // tells that the server has ended this connection
	send   func(context.Context, []statement) error // many statements in one journey; nil where each is executed at once
}

// errOver says that SQLite has rolled the transaction back by itself: whatever
// were executed now would commit on its own.
var errOver = errors.New("the database has rolled the transaction back")

func openWriter(o Options, d dialect) (*writer, error) {
	db, err := d.open(o, writing, 1)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, spell: d.spell, watch: d.watch, turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	return w, nil
}

func (w *writer) close() error {
	<-w.turn
	defer func() { w.turn <- struct{}{} }()
	w.forget()
	var err error
	if w.conn != nil {
		err = w.conn.Close()
		w.conn = nil
	}
	return errors.Join(err, w.db.Close())
}

// take waits for the turn and a connection.
func (w *writer) take(ctx context.Context) error {
	select {
	case <-w.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := errors.Join(ctx.Err(), w.connect(ctx)); err != nil {
		w.turn <- struct{}{}
		return err
	}
	return nil
}

// connect makes the connection if there is none. Only who has the turn may call it.
func (w *writer) connect(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	conn, err := w.db.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return unreached(err)
	}
	if err := w.watch(w, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	w.conn, w.stmts, w.old = conn, map[string]*sql.Stmt{}, false
	return nil
}

// discard throws the connection away, with whatever transaction is left on it.
// Nothing more is executed on it: after some errors SQLite has rolled back by
// itself and the next statement would commit on its own.
func (w *writer) discard() {
	w.forget()
	if w.conn == nil {
		return
	}
	// The driver closes a connection that is called bad; that ends its transaction.
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = w.conn.Close() // reports ErrConnDone: Raw has closed it
	w.conn = nil
}

func (w *writer) forget() {
	for _, s := range w.stmts {
		_ = s.Close() // an error here is one of the connection, which ends as well
	}
	w.stmts = nil
}

// tx is one transaction that writes. Its context never ends early.
type tx struct {
	w      *writer
	at     int64   // the clock at its start, for all its rows
	events []event // to be appended at its end
	ahead  *ahead  // what a batch has asked for all its mails; nil when each has to ask
	noted  noted   // rows that are written at the end of the batch
	works  map[Work]bool
	alive  bool // the worker that joined was seen to live

	waiting []statement // to be sent together
	bytes   int         // that they carry

	// By table: row numbers that are free, the last one given, how many were asked for.
	numbers map[string][]int64
	newest  map[string]int64
	asked   map[string]int
}

// write runs work in one transaction. After nil it is durable; after an error
// or a panic nothing of it is. point names the hooks around it: "t1" calls
// t1.before, t1.written and t1.committed.
func (s *Store) write(ctx context.Context, point string, work func(context.Context, *tx) error) error {
	return s.writeOn(ctx, s.writer, point, work)
}

// writeOn is write on the connection given.
func (s *Store) writeOn(ctx context.Context, w *writer, point string, work func(context.Context, *tx) error) error {
	if err := w.take(ctx); err != nil {
		return err
	}
	defer func() { w.turn <- struct{}{} }()
	return s.transact(ctx, w, point, s.underLease(ctx, work))
}

// repeats is how often a transaction is done again that met another one.
const repeats = 20

// transact is write for who has the turn and a connection. Work is done again
// when the database asks for that, and once when a connection that was well the last
// time is gone: the server may have been restarted since, and be back. It keeps
// nothing of a try before.
func (s *Store) transact(ctx context.Context, w *writer, point string, work func(context.Context, *tx) error) error {
	for n := 0; ; n++ {
		old := w.old
		err := s.transactOnce(ctx, w, point, work)
		switch faultOf(err) {
		case faultRepeat:
		case faultLost:
			if !old || w.ended {
				return err
			}
		default:
			return err
		}
		if n == repeats {
			return err
		}
		if err := errors.Join(ctx.Err(), w.connect(ctx)); err != nil {
			return err
		}
	}
}

func (s *Store) transactOnce(ctx context.Context, w *writer, point string, work func(context.Context, *tx) error) error {
	s.hook(point, "before")
	done := false
	defer func() {
		if !done {
			w.discard()
		}
	}()
	whole := context.WithoutCancel(ctx)
	w.over, w.ended = false, false
	t := &tx{w: w, at: s.now(), noted: newNoted(), numbers: map[string][]int64{}, newest: map[string]int64{}, asked: map[string]int{}}
	if err := t.later(whole, s.dialect.begin); err != nil {
		return w.explained(err)
	}
	if err := work(whole, t); err != nil {
		done = !broken(err) && t.rollback(whole) == nil
		return w.explained(err)
	}
	if err := s.finish(whole, t); err != nil {
		return w.explained(err)
	}
	s.hook(point, "written")
	if err := ctx.Err(); err != nil {
		done = t.rollback(whole) == nil
		return err
	}
	if w.spoilt() {
		return errOver
	}
	w.ended = true
	if _, err := t.exec(whole, "COMMIT"); err != nil {
		return w.explained(err)
	}
	done, w.old = true, true
	s.announce(whole, t)
	s.hook(point, "committed")
	return nil
}

// explained is explained for what was met on this connection.
func (w *writer) explained(err error) error {
	if w.gone() {
		err = &lostError{err}
	}
	return explained(err)
}

// finish writes what was left to the end of the transaction.
func (s *Store) finish(ctx context.Context, t *tx) error {
	if t.reads() { // what is read may be told in events
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	if err := s.writeEvents(ctx, t); err != nil {
		return err
	}
	return t.flush(ctx)
}

func (s *Store) hook(point, moment string) {
	if point != "" {
		s.options.Hook(point + "." + moment)
	}
}

func (t *tx) rollback(ctx context.Context) error {
	t.forget()
	_, err := t.exec(ctx, "ROLLBACK")
	return err
}

// stmt prepares a statement, or takes it from the last time.
func (t *tx) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	if t.w.over {
		return nil, errOver
	}
	if s := t.w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(ctx, t.w.spell(query))
	if err != nil {
		return nil, err
	}
	t.w.stmts[query] = s
	return s, nil
}

// number gives the number of a row that is about to be inserted. Rows are
// numbered here because RETURNING makes SQLite build a table for its answer,
// which costs more than the insert does.
func (s *Store) number(ctx context.Context, t *tx, table string) (int64, error) {
	list := t.numbers[table]
	if len(list) == 0 {
		var err error
		if list, err = s.newNumbers(ctx, t, table); err != nil {
			return 0, fmt.Errorf("number a row of %s: %w", table, err)
		}
	}
	t.numbers[table] = list[1:]
	return list[0], nil
}

// mostNumbers bounds how many numbers are asked for at a time.
const mostNumbers = 32

// newNumbers gives some numbers: one at first, and twice as many each time more
// are needed in the same transaction. What is left over is lost.
func (s *Store) newNumbers(ctx context.Context, t *tx, table string) (list []int64, err error) {
	n := min(max(1, 2*t.asked[table]), mostNumbers)
	t.asked[table] = n
	if s.dialect.sequence != "" {
		if err := s.askRowNumbers(ctx, t, table, n); err != nil {
			return nil, err
		}
		err := t.flush(ctx)
		return t.numbers[table], err
	}
	last, known := t.newest[table]
	if !known {
		if err := t.row(ctx, s.dialect.newest+table, nil, &last); err != nil {
			return nil, err
		}
	}
	for i := range n {
		list = append(list, last+int64(i)+1)
	}
	t.newest[table] = last + int64(n)
	return list, nil
}

// askRowNumbers takes n numbers for rows of a table, later.
func (s *Store) askRowNumbers(ctx context.Context, t *tx, table string, n int) error {
	return t.ask(ctx, s.dialect.sequence, []any{table, n}, func(r scanner) error {
		var number int64
		err := r.Scan(&number)
		t.numbers[table] = append(t.numbers[table], number)
		return err
	})
}

// lock keeps everybody else from the work of this name until the transaction
// ends. SQLite has one writer, who is alone.
func (s *Store) lock(ctx context.Context, t *tx, name string) error {
	if s.dialect.lock == "" {
		return nil
	}
	_, err := t.exec(ctx, s.dialect.lock, name)
	return err
}

// exec runs a statement and says how many rows it changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row reads one row into dest; sql.ErrNoRows when there is none.
func (t *tx) row(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(ctx, args...).Scan(dest...)
}

func (t *tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}
