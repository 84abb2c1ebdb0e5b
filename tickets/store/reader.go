package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"
)

// readers is how many people and workers read at the same time.
const readers = 4

// querier is what reading needs: a transaction, or the pool of readers.
type querier interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, query string, args []any, dest ...any) error
}

// reader is a pool of connections that cannot write.
type reader struct {
	db    *sql.DB
	spell func(query string) string // as the database wants it
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

func openReader(o Options, d dialect, n int) (*reader, error) {
	db, err := d.open(o, reading, n)
	if err != nil {
		return nil, err
	}
	return &reader{db: db, spell: d.spell, stmts: map[string]*sql.Stmt{}}, nil
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []error
	for _, s := range r.stmts {
		all = append(all, s.Close())
	}
	return errors.Join(append(all, r.db.Close())...)
}

func (r *reader) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.stmts[query]; s != nil {
		return s, nil
	}
	s, err := r.db.PrepareContext(ctx, r.spell(query))
	if err != nil {
		return nil, unreached(err)
	}
	r.stmts[query] = s
	return s, nil
}

func (r *reader) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := r.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args...)
	return rows, unreached(err)
}

func (r *reader) row(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := r.stmt(ctx, query)
	if err != nil {
		return err
	}
	return unreached(s.QueryRowContext(ctx, args...).Scan(dest...))
}

// ask, askOne and flush are those of a transaction; the pool reads at once.
func (r *reader) ask(ctx context.Context, query string, args []any, read func(scanner) error) error {
	return statement{query: query, args: args, read: read}.askNow(ctx, r)
}

func (r *reader) askOne(ctx context.Context, otherwise error, query string, args []any, read func(scanner) error, then func() error) error {
	return statement{query: query, args: args, read: read, check: some(otherwise), then: then}.askNow(ctx, r)
}

func (r *reader) flush(context.Context) error { return nil }

// each runs a query and calls one for every row. The rows are closed when it
// returns: open ones would keep the write-ahead log from shrinking.
func each(ctx context.Context, q querier, query string, args []any, one func(*sql.Rows) error) error {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := one(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// column reads a query of one column.
func column[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	list := []T{}
	err := each(ctx, q, query, args, func(r *sql.Rows) error {
		var v T
		if err := r.Scan(&v); err != nil {
			return err
		}
		list = append(list, v)
		return nil
	})
	return list, err
}

// limit is the clause for at most n rows. It stands in the statement as it is:
// bound as a parameter it would make SQLite prepare the statement again at each call.
func limit(n int) string { return " LIMIT " + strconv.Itoa(n) }
