package storetest

import (
	"context"
	"strings"
	"testing"

	"postern/tickets/store"
)

// onPostgres is the name of the subtests that run on PostgreSQL.
const onPostgres = "postgres"

// Each runs a test on every database. Options, called in it, gives a database of
// the kind that it runs on.
func Each(t *testing.T, test func(t *testing.T)) {
	for _, database := range []string{"sqlite", onPostgres} {
		t.Run(database, test)
	}
}

// OnPostgres tells whether a test is one that Each runs on PostgreSQL, or a part of it.
func OnPostgres(t testing.TB) bool {
	return strings.Contains(t.Name()+"/", "/"+onPostgres+"/")
}

// Fresh gives the address of a PostgreSQL database with the newest schema and
// nothing in it.
func Fresh(t testing.TB) string { return running(t, server).fresh(t) }

// emptied takes every row out of a database, and starts its numbers anew.
const emptied = `
	SET session_replication_role = replica; -- no order among the tables
	DO $$
	DECLARE r record;
	BEGIN
		FOR r IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version' LOOP
			EXECUTE 'DELETE FROM ' || r.name;
		END LOOP;
		FOR r IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
			EXECUTE 'ALTER SEQUENCE ' || r.name || ' RESTART';
		END LOOP;
	END $$`

// fresh gives the address of a database with the newest schema and nothing in
// it. It is emptied for the next test, which is quicker than another one. A test
// that changes the schema uses Postgres.
func (s *postgres) fresh(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		s.free = append(s.free, s.migrated(t))
	}
	name := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	t.Cleanup(func() { s.giveBack(t, name) })
	return s.url(name)
}

func (s *postgres) giveBack(t testing.TB, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx := context.Background()
	const leave = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`
	if err := s.command(leave, name); err != nil {
		t.Error(err)
	}
	if err := s.run(ctx, name, emptied); err != nil {
		t.Error(err)
		return
	}
	s.free = append(s.free, name)
}

// migrated makes a database with the newest schema. What opening it notes in it
// is taken out again.
func (s *postgres) migrated(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	name := s.named()
	if err := s.command(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	o := blank(NewClock())
	o.URL = s.url(name)
	made, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.run(ctx, name, emptied); err != nil {
		t.Fatal(err)
	}
	return name
}
