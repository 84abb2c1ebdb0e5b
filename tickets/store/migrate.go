package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// migrations are append-only: a file that was ever released does not change.
//
//go:embed migrations/*.sql
var migrations embed.FS

func migrationNames() ([]string, error) { return fs.Glob(migrations, "migrations/*.sql") }

// migrate brings the schema to the newest version, each step in a transaction
// of its own, so that a stop in between leaves a version that is known.
func (s *Store) migrate(ctx context.Context) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	for {
		more, err := s.migrateOne(ctx, names)
		if err != nil || !more {
			return err
		}
	}
}

// migrateOne applies the next migration. The version is read in the transaction
// that changes it: two programs may start at once.
func (s *Store) migrateOne(ctx context.Context, names []string) (more bool, err error) {
	err = s.write(ctx, "", func(ctx context.Context, t *tx) error {
		if err := s.lock(ctx, t, "migrate"); err != nil {
			return err
		}
		version, err := schemaVersion(ctx, t)
		if err != nil {
			return err
		}
		if version > len(names) {
			return fmt.Errorf("its schema has version %d and this program knows up to %d: use a newer Postern", version, len(names))
		}
		if version == len(names) {
			return nil
		}
		more = true
		return s.apply(ctx, t, names[version], version+1)
	})
	return more, err
}

// schemaVersion is the number of migrations applied; 0 for an empty database.
func schemaVersion(ctx context.Context, t *tx) (int, error) {
	_, err := t.exec(ctx, `CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)`)
	if err != nil {
		return 0, err
	}
	var version int
	err = t.row(ctx, `SELECT coalesce(max(version), 0) FROM schema_version`, nil, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return version, err
}

func (s *Store) apply(ctx context.Context, t *tx, name string, version int) error {
	text, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	for _, statement := range statements(s.dialect.ddl.Replace(string(text))) {
		if _, err := t.w.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("migration %s: %w", path.Base(name), err)
		}
	}
	_, err = t.exec(ctx, `INSERT INTO schema_version (version, name, at) VALUES ($1, $2, $3)`, version, path.Base(name), t.at)
	return err
}

// statements splits a migration at the semicolons that end a line.
func statements(text string) []string {
	var list []string
	for _, one := range strings.Split(text, ";\n") {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}

// Schema describes all tables and indexes, one text each, sorted. Tests compare
// a migrated database with a fresh one by it.
func (s *Store) Schema(ctx context.Context) ([]string, error) {
	return column[string](ctx, s.reader, s.dialect.schema)
}
