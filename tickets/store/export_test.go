package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// MigrateTo makes a database at an older version.
func MigrateTo(ctx context.Context, o Options, version int) error {
	s := newStore(o.filled())
	if err := s.prepare(); err != nil {
		return err
	}
	var err error
	if s.writer, err = openWriter(o, s.dialect); err != nil {
		return err
	}
	defer s.Close()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for range version {
		if _, err := s.migrateOne(ctx, names[:version]); err != nil {
			return err
		}
	}
	return nil
}

// Trouble tells whether a result code of SQLite is never a mail's own fault.
func Trouble(code int) bool {
	f := sqliteFault(code)
	return f == faultBusy || f == faultFull
}

// Pragmas asks one connection of each pool for its settings.
func Pragmas(ctx context.Context, s *Store) ([]string, error) {
	var list []string
	for _, name := range []string{"journal_mode", "synchronous", "foreign_keys", "query_only"} {
		var value string
		if err := s.writer.conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value); err != nil {
			return nil, err
		}
		list = append(list, fmt.Sprintf("writer %s=%s", name, value))
		if err := s.reader.db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value); err != nil {
			return nil, err
		}
		list = append(list, fmt.Sprintf("reader %s=%s", name, value))
	}
	return list, nil
}

// RollBackBehindItsBack ends the running transaction as SQLite does by itself
// on some errors. Only the goroutine that has the turn may call it.
func RollBackBehindItsBack(s *Store) error {
	_, err := s.filing.conn.ExecContext(context.Background(), "ROLLBACK")
	return err
}

// Plans gives how the database runs each statement that was prepared so far:
// "statement: step".
func Plans(ctx context.Context, s *Store) ([]string, error) {
	var list []string
	for _, stmts := range []map[string]*sql.Stmt{s.writer.stmts, s.reader.stmts} {
		for query := range stmts {
			steps, err := plan(ctx, s, query)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", query, err)
			}
			list = append(list, steps...)
		}
	}
	return list, nil
}

func plan(ctx context.Context, s *Store, query string) ([]string, error) {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	if !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE"}, strings.TrimSpace(verb)) {
		return nil, nil
	}
	rows, err := s.writer.conn.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "$"))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, err
		}
		list = append(list, strings.Join(strings.Fields(query), " ")+": "+step)
	}
	return list, rows.Err()
}

// Waiting is how many transactions wait to commit together.
func Waiting(s *Store) int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return len(s.group.waiting)
}

// NumberOf is the key of an indicator.
func NumberOf(kind, value string) int64 { return numberOf(kind, value) }

// Observables encodes indicators by hand and by the library: type, value, role
// and derivation of each.
func Observables(list [][4]string) (ours, theirs string) {
	var all []observable
	for i, o := range list {
		all = append(all, observable{o[0], o[1], o[2], o[3], i%2 == 1})
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", err.Error()
	}
	return encodeObservables(all), string(text)
}

// SealedUpTo is how far nobody looks for events that are not in the chain.
func SealedUpTo(s *Store) int64 {
	s.stragglers.mu.Lock()
	defer s.stragglers.mu.Unlock()
	return s.stragglers.upTo
}

// Unnumbered is what SQLite's driver is given of a statement.
func Unnumbered(query string) string { return unnumbered(query) }
