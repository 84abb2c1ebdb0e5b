package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// statement is one of a transaction, by whose outcome nothing is decided before
// others have been said.
type statement struct {
	query string
	args  []any
	read  func(scanner) error // of each row; nil for a statement that gives none
	check func(n int64) error // of the rows that it changed or gave; nil when any number will do
	then  func() error        // called when its rows were read; nil for nothing
}

// scanner is a row that was read.
type scanner interface{ Scan(dest ...any) error }

// What waits to be sent together at most: beyond that the journey costs nothing
// beside the work.
const (
	mostStatements = 256
	mostWaiting    = 1 << 20 // bytes that they carry
)

// asker is who reads, at once or later: a transaction, or the pool of readers.
type asker interface {
	querier
	ask(ctx context.Context, query string, args []any, read func(scanner) error) error
	askOne(ctx context.Context, otherwise error, query string, args []any, read func(scanner) error, then func() error) error
	flush(ctx context.Context) error
}

// later executes a statement whose outcome decides nothing. Where the database
// is a server it waits for others and goes with them in one journey, in their
// order, at the latest with what is asked at once. An error of it then comes back
// from what has sent it.
func (t *tx) later(ctx context.Context, query string, args ...any) error {
	return t.add(ctx, statement{query: query, args: args})
}

// must is later for a statement that has to change a row: else the error is otherwise.
func (t *tx) must(ctx context.Context, otherwise error, query string, args ...any) error {
	return t.add(ctx, statement{query: query, args: args, check: some(otherwise)})
}

// ask is later for a query: read is called with each row, which it must not keep.
func (t *tx) ask(ctx context.Context, query string, args []any, read func(scanner) error) error {
	return t.add(ctx, statement{query: query, args: args, read: read})
}

// askOne is ask for a query that has to give a row: else the error is otherwise.
// then is called when it was read, and may do everything; nil for nothing.
func (t *tx) askOne(ctx context.Context, otherwise error, query string, args []any, read func(scanner) error, then func() error) error {
	return t.add(ctx, statement{query: query, args: args, read: read, check: some(otherwise), then: then})
}

// some checks that there was a row.
func some(otherwise error) func(int64) error {
	return func(n int64) error {
		if n == 0 {
			return otherwise
		}
		return nil
	}
}

// insertNew inserts a row that gives way to one that is there, and tells whether
// it is new. there is false where it was asked for already and is not: then
// that is believed, and the transaction is done again if somebody was faster.
func (t *tx) insertNew(ctx context.Context, there bool, query string, args ...any) (fresh bool, err error) {
	if !there {
		return true, t.must(ctx, errMoved, query, args...)
	}
	n, err := t.exec(ctx, query, args...)
	return n > 0, err
}

func (t *tx) add(ctx context.Context, s statement) error {
	if t.w.send == nil {
		return t.run(ctx, s)
	}
	t.waiting = append(t.waiting, s)
	t.bytes += s.size()
	if len(t.waiting) < mostStatements && t.bytes < mostWaiting {
		return nil
	}
	return t.flush(ctx)
}

// size is how much a statement carries, in bytes.
func (s statement) size() (n int) {
	for _, arg := range s.args {
		switch arg := arg.(type) {
		case string:
			n += len(arg)
		case []byte:
			n += len(arg)
		}
	}
	return n
}

// run executes a statement at once.
func (t *tx) run(ctx context.Context, s statement) error {
	if s.read != nil {
		return s.askNow(ctx, t)
	}
	n, err := t.exec(ctx, s.query, s.args...)
	if err == nil && s.check != nil {
		err = s.check(n)
	}
	return err
}

// askNow reads at once.
func (s statement) askNow(ctx context.Context, q querier) error {
	var n int64
	err := each(ctx, q, s.query, s.args, func(r *sql.Rows) error {
		n++
		return s.read(r)
	})
	if err == nil && s.check != nil {
		err = s.check(n)
	}
	if err == nil && s.then != nil {
		err = s.then()
	}
	return err
}

// reads tells whether an answer is awaited.
func (t *tx) reads() bool {
	return slices.ContainsFunc(t.waiting, func(s statement) bool { return s.read != nil })
}

// forget drops what waits: the transaction, or the part of it since a savepoint,
// is rolled back.
func (t *tx) forget() { t.waiting, t.bytes = nil, 0 }

// flush sends what waits, and what comes to wait by what was read.
func (t *tx) flush(ctx context.Context) error {
	for len(t.waiting) > 0 {
		if t.w.over {
			return errOver
		}
		list := t.waiting
		t.forget()
		if err := t.w.send(ctx, list); err != nil {
			return err
		}
		for _, s := range list {
			if s.then == nil {
				continue
			}
			if err := s.then(); err != nil {
				return err
			}
		}
	}
	return nil
}

// sendPostgres sends statements in one journey and reads their results in order. The
// server passes over what follows an error.
func sendPostgres(ctx context.Context, conn *sql.Conn, list []statement) error {
	return conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection to PostgreSQL", driverConn)
		}
		var batch pgx.Batch
		for _, s := range list {
			batch.Queue(s.query, s.args...)
		}
		results := c.Conn().SendBatch(ctx, &batch)
		for _, s := range list {
			if err := s.result(results); err != nil {
				_ = results.Close() // it repeats the error, or says less
				return err
			}
		}
		return results.Close()
	})
}

// result reads the result of a statement.
func (s statement) result(results pgx.BatchResults) error {
	tag, err := s.rows(results)
	if err == nil && s.check != nil {
		err = s.check(tag.RowsAffected())
	}
	return err
}

func (s statement) rows(results pgx.BatchResults) (pgconn.CommandTag, error) {
	if s.read == nil {
		return results.Exec()
	}
	rows, err := results.Query()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.read(rows); err != nil {
			return pgconn.CommandTag{}, err
		}
	}
	rows.Close()
	return rows.CommandTag(), rows.Err()
}
