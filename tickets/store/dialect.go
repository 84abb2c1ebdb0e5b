package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"postern/tickets"
)

// dialect is what one database says differently. All other SQL is shared.
type dialect struct {
	ddl        *strings.Replacer // words in braces of the migrations
	begin      string            // starts a transaction that will write
	skipLocked string            // ends a SELECT that takes rows to work on
	numbers    string            // a table with the column value, made of parameter $2: numbers as a JSON list
	newest     string            // before a table's name: its highest row number. With several writers a sequence takes its place
	forShare   string            // ends a SELECT of a row that must not change until the transaction is over
	clock      string            // the database's own, in microseconds; "" where it is ours
	insertMany string            // begins an INSERT of many rows, which need not be undone apart from their transaction or savepoint
	schema     string            // describes the schema, one text a row
	quick      string            // checks the same without comparing rows with indexes
	check      string            // checks the database's own files; "ok" when they are sound
}

// sqliteDialect has a single writer, so nothing needs a lock of its own.
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
		numbers:    `json_each($2)`,
		newest:     `SELECT coalesce(max(id), 0) FROM `,
		insertMany: "INSERT OR FAIL INTO", // without OR FAIL every page it touches is copied first
		quick:      `PRAGMA quick_check(1)`,
		check:      `PRAGMA integrity_check`,
		schema:     `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1`,
	}
}

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codeBusy       = 5
	codeLocked     = 6
	codeCorrupt    = 11
	codeFull       = 13
	codeTooBig     = 18
	codeConstraint = 19
	codeMismatch   = 20
	codeRange      = 25
	codeNotADB     = 26
)

// busyTimeout is how long a writer waits for another process, in milliseconds.
const busyTimeout = 10_000

// dsn gives the address of the database with all pragmas in it, so that every
// connection of a pool has them. extra holds more parameters.
func dsn(path string, extra url.Values) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout),
		"journal_mode(WAL)",
		"synchronous(FULL)", // NORMAL may lose the last commits on power loss, and the server was told already
		"foreign_keys(1)",
	}}
	for name, values := range extra {
		q[name] = append(q[name], values...)
	}
	address := url.URL{Scheme: "file", Path: absolute, RawQuery: q.Encode()}
	return address.String(), nil
}

// createPrivate makes an empty database file that only its owner may read.
// A file that exists is not opened: closing any descriptor of it would drop the
// POSIX locks of another connection in this process.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), syncPath(filepath.Dir(path))) // the file's name has to survive as well
}

// onRollback has f called whenever a transaction of this connection is rolled
// back, by the statement that caused it.
func onRollback(conn *sql.Conn, f func()) error {
	return conn.Raw(func(driverConn any) error {
		hooks, ok := driverConn.(sqlite.HookRegisterer)
		if !ok {
			return fmt.Errorf("%T tells nobody of a rollback", driverConn)
		}
		hooks.RegisterRollbackHook(f)
		return nil
	})
}

// code is the primary result code of a database error, 0 when it is none.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// ownFault tells whether an error is about the rows of this mail alone, so that
// its savepoint can be rolled back and the others go on.
func ownFault(err error) bool {
	switch code(err) {
	case codeConstraint, codeMismatch, codeTooBig, codeRange:
		return true
	}
	var own *dataError
	return errors.As(err, &own)
}

// dataError is a fault of one mail that was found before the database saw it.
type dataError struct{ err error }

func (e *dataError) Error() string { return e.err.Error() }
func (e *dataError) Unwrap() error { return e.err }

// ownf makes a dataError.
func ownf(format string, args ...any) error { return &dataError{fmt.Errorf(format, args...)} }

// explained gives errors of the database the words that people know.
func explained(err error) error {
	switch {
	case err == nil:
		return nil
	case code(err) == codeFull:
		return fmt.Errorf("%w: %w", tickets.ErrFull, err)
	case errors.Is(err, driver.ErrBadConn):
		return fmt.Errorf("the connection to the database was lost: %w", err)
	}
	return err
}
