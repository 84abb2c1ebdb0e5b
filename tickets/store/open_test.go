package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"postern/intake"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// rows opens the database beside the store, to look at it or to spoil it. where is
// its path or its URL.
func rows(t *testing.T, where string) *sql.DB {
	t.Helper()
	driver, address := "sqlite", "file:"+where+"?_pragma=busy_timeout(5000)"
	if strings.HasPrefix(where, "postgres:") {
		driver, address = "pgx", where
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		odd  func(t *testing.T, o *store.Options)
		want string
	}{
		{"no path", func(_ *testing.T, o *store.Options) { o.Path = "" }, "no path"},
		{"no clock", func(_ *testing.T, o *store.Options) { o.Now = nil }, "a clock"},
		{"short key", func(_ *testing.T, o *store.Options) { o.SealKey = o.SealKey[:31] }, "has 31 bytes and needs 32"},
		{"no folder", func(_ *testing.T, o *store.Options) { o.Path += "/nowhere/x.db" }, "no such file"},
		{"another key", otherKey, "give the right seal_key_file"},
		{"a newer schema", newerSchema, "use a newer Postern"},
		{"another key on PostgreSQL", func(t *testing.T, o *store.Options) {
			o.Path, o.URL = "", storetest.Fresh(t)
			otherKey(t, o)
		}, "give the right seal_key_file"},
		{"a newer schema on PostgreSQL", func(t *testing.T, o *store.Options) {
			o.Path, o.URL = "", storetest.Postgres(t)
			newerSchema(t, o)
		}, "use a newer Postern"},
		{"no database", func(t *testing.T, o *store.Options) {
			if err := os.WriteFile(o.Path, bytes.Repeat([]byte("text\n"), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := storetest.Options(t, storetest.NewClock())
			c.odd(t, &o)
			s, err := store.Open(context.Background(), o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if s != nil {
				t.Error("got a store beside the error")
			}
		})
	}
}

func otherKey(t *testing.T, o *store.Options) {
	closed(t, *o)
	o.SealKey = bytes.Repeat([]byte{8}, 32)
}

func newerSchema(t *testing.T, o *store.Options) {
	closed(t, *o)
	run(t, rows(t, o.Path+o.URL), `INSERT INTO schema_version (version, name, at) VALUES (99, 'later', 0)`)
}

// closed makes a database and closes it.
func closed(t *testing.T, o store.Options) {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOddPath(t *testing.T) {
	o := storetest.Options(t, storetest.NewClock())
	o.Path = filepath.Join(t.TempDir(), "a b?mode=memory&x#%41.db")
	closed(t, o)
	info, err := os.Stat(o.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v; want a file that only its owner reads", info, err)
	}
}

// TestMigratedEqualsFresh opens a database that stopped after each migration.
func TestMigratedEqualsFresh(t *testing.T) { storetest.Each(t, testMigratedEqualsFresh) }

func testMigratedEqualsFresh(t *testing.T) {
	ctx := context.Background()
	empty := emptyDatabases(t)
	fresh, err := schemaOf(t, empty())
	if err != nil || len(fresh) < 30 {
		t.Fatalf("got a schema of %d parts, %v", len(fresh), err)
	}
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil || !slices.IsSorted(names) {
		t.Fatalf("migrations %v, %v", names, err)
	}
	for upTo := range names {
		if storetest.OnPostgres(t) && upTo > 1 && upTo < len(names)-1 {
			continue // each costs the making of all tables
		}
		o := empty()
		if err := store.MigrateTo(ctx, o, upTo); err != nil {
			t.Fatal(err)
		}
		migrated, err := schemaOf(t, o)
		if err != nil || !slices.Equal(migrated, fresh) {
			t.Errorf("from version %d: got another schema, %v:\n%s", upTo, err, strings.Join(migrated, "\n"))
		}
	}
}

// emptyDatabases gives one without any table at each call. On PostgreSQL they are
// schemas of one database, which is quicker than to make some.
func emptyDatabases(t *testing.T) func() store.Options {
	t.Helper()
	if !storetest.OnPostgres(t) {
		return func() store.Options { return storetest.Options(t, storetest.NewClock()) }
	}
	o, n := storetest.Options(t, storetest.NewClock()), 0
	o.URL = storetest.Postgres(t)
	db, whole := rows(t, o.URL), o.URL
	return func() store.Options {
		n++
		run(t, db, fmt.Sprintf(`CREATE SCHEMA s%d`, n))
		o.URL = fmt.Sprintf("%s&search_path=s%d", whole, n)
		return o
	}
}

// schemaOf is the schema of a database that is opened for it.
func schemaOf(t *testing.T, o store.Options) ([]string, error) {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	list, err := s.Schema(context.Background())
	_, name, found := strings.Cut(o.URL, "search_path=")
	for i := range list {
		if found {
			list[i] = strings.ReplaceAll(list[i], name+".", "")
		}
	}
	return list, err
}

// TestPragmas makes sure that every connection of both pools has them.
func TestPragmas(t *testing.T) {
	o := storetest.Options(t, storetest.NewClock())
	s := open(t, o)
	got, err := store.Pragmas(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"writer journal_mode=wal", "writer synchronous=2", "writer foreign_keys=1", "writer query_only=0",
		"reader journal_mode=wal", "reader synchronous=2", "reader foreign_keys=1", "reader query_only=1"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %v", want, got)
		}
	}
}

// TestAfterClose asks a closed store: an error, and never a panic or a wait.
func TestAfterClose(t *testing.T) { storetest.Each(t, testAfterClose) }

func testAfterClose(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	s := mustOpen(t, storetest.Options(t, clock))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := s.Receive(ctx, []intake.Mail{storetest.Mail(clock, storetest.Inbox, 1, "x")}); err == nil {
		t.Error("a closed store received a mail")
	}
	if _, err := s.Claim(ctx, "w", 1); err == nil {
		t.Error("a closed store gave out claims")
	}
	if err := s.Checkpoint(ctx); err == nil && !storetest.OnPostgres(t) {
		t.Error("a closed store made a checkpoint")
	}
}
