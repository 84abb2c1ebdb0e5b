package store

import (
	"context"
	"database/sql"
	"errors"
)

// session is one connection on which a whole database is read as it was at one
// moment.
type session struct {
	db   *sql.DB
	conn *sql.Conn
}

// openSession begins to read. Whoever writes meanwhile is not seen.
func openSession(ctx context.Context, o Options, d dialect) (*session, error) {
	return beginSession(ctx, o, d, reading, d.snapshot)
}

// holdSession begins to read a SQLite file that nobody may write until it is closed.
func holdSession(ctx context.Context, o Options, d dialect) (*session, error) {
	return beginSession(ctx, o, d, writing, []string{d.begin})
}

func beginSession(ctx context.Context, o Options, d dialect, use use, begin []string) (*session, error) {
	db, err := d.open(o, use, 1)
	if err != nil {
		return nil, err
	}
	s := &session{db: db}
	if s.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, statement := range begin {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *session) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query, args...)
}

func (s *session) row(ctx context.Context, query string, args []any, dest ...any) error {
	return s.conn.QueryRowContext(ctx, query, args...).Scan(dest...)
}

// close ends the transaction; what was not committed is undone.
func (s *session) close() error { return errors.Join(s.conn.Close(), s.db.Close()) }
