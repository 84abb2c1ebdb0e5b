package store

import (
	"context"
	"database/sql"
	"strings"
)

// dialect is what one database says and does differently. All other SQL is shared.
type dialect struct {
	ddl        *strings.Replacer // words in braces of the migrations
	begin      string            // starts a transaction that will write
	skipLocked string            // ends a SELECT that takes rows to work on
	numbers    string            // a table n with the column value, made of parameter $2: numbers as a JSON list
	texts      string            // the same of parameter $1: words as a JSON list
	newest     string            // before a table's name: its highest row number
	sequence   string            // where there are several writers, in place of newest: $2 new row numbers of table $1
	forUpdate  string            // ends a SELECT of a row that is written after it was read
	forShare   string            // ends a SELECT of a row that must not change until the transaction is over
	lock       string            // keeps others from work named $1 until the transaction ends; "" where there is one writer
	matching   keyLocks          // of filing; empty where there is one writer
	clock      string            // the database's own, in microseconds; "" where it is ours
	version    string            // a number that differs once anybody has written
	notify     string            // announces the text $2 on the channel $1; "" where only this process can hear it
	insertMany string            // begins an INSERT of many rows, which need not be undone apart from their transaction or savepoint
	schema     string            // describes the schema, one text a row
	quick      string            // checks the same without comparing rows with indexes
	check      string            // checks the database's own files; "ok" when they are sound

	snapshot []string // begins to read everything as it is at this moment, for hours if need be

	open   func(o Options, use use, n int) (*sql.DB, error)                                     // a pool of n connections
	watch  func(w *writer, conn *sql.Conn) error                                                // sets w.spoilt for a new connection
	spell  func(query string) string                                                            // a statement as the driver takes it with least effort
	copyIn func(ctx context.Context, t *tx, table string, columns []string, rows [][]any) error // inserts rows of any table
}

// severalWriters tells whether others can write beside a transaction that does.
func (d dialect) severalWriters() bool { return d.matching.whole != "" }

// use is what a pool is for.
type use int

const (
	writing use = iota
	reading
)

// sqliteDialect has a single writer, so that nothing needs a lock of its own.
func sqliteDialect() dialect {
	return dialect{
		ddl: strings.NewReplacer(
			"{id}", "INTEGER PRIMARY KEY",
			"{int}", "INTEGER",
			"{bytes}", "BLOB",
			"{strict}{keyed}", "STRICT, WITHOUT ROWID",
			"{strict}", "STRICT",
		),
		begin:      "BEGIN IMMEDIATE",
		numbers:    `json_each($2) AS n`,
		texts:      `json_each($1) AS n`,
		newest:     `SELECT coalesce(max(id), 0) FROM `,
		insertMany: "INSERT OR FAIL INTO", // without OR FAIL every page it touches is copied first
		quick:      `PRAGMA quick_check(1)`,
		check:      `PRAGMA integrity_check`,
		version:    `PRAGMA data_version`,
		schema:     `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1`,
		snapshot:   []string{"BEGIN"},
		open:       openSQLite,
		watch:      watchSQLite,
		spell:      unnumbered,
		copyIn:     insertRows,
	}
}
