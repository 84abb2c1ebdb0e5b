package store

import (
	"context"
	"fmt"
	"io/fs"
)

// MigrateTo makes a database at an older version.
func MigrateTo(ctx context.Context, o Options, version int) error {
	s := &Store{options: o.filled(), dialect: sqliteDialect}
	if err := s.prepare(); err != nil {
		return err
	}
	if err := createPrivate(o.Path); err != nil {
		return err
	}
	var err error
	if s.writer, err = openWriter(o); err != nil {
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
	_, err := s.writer.conn.ExecContext(context.Background(), "ROLLBACK")
	return err
}
