package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// Result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codeBusy       = 5
	codeLocked     = 6
	codeCorrupt    = 11
	codeFull       = 13
	codeSharedSize = 4874 // the file that the connections share cannot grow: a full disk at the start
	codeTooBig     = 18
	codeConstraint = 19
	codeMismatch   = 20
	codeRange      = 25
	codeNotADB     = 26
)

// busyTimeout is how long a writer waits for another process, in milliseconds.
const busyTimeout = 10_000

// Caches, in kilobytes of pages, which take twice that in memory. Those that a reader has read are worth nothing
// any more when somebody has written.
const (
	writerCache = 4 << 10 // the inner pages of the indexes of some 100,000 tickets fit
	readerCache = 256
)

// checkpointPages is how much log gathers: 16 MB. Indexes touch the same pages
// again and again before that.
const checkpointPages = 4000

// openSQLite makes a pool on the file, and the file when there is none.
func openSQLite(o Options, use use, n int) (*sql.DB, error) {
	extra := url.Values{"_pragma": {"query_only(1)", fmt.Sprintf("cache_size(-%d)", readerCache)}}
	if use == writing {
		if err := createPrivate(o.Path); err != nil {
			return nil, err
		}
		extra = url.Values{"_txlock": {"immediate"}, "_pragma": {
			"temp_store(MEMORY)", // what a savepoint may have to undo: without this a temporary file for each batch
			fmt.Sprintf("cache_size(-%d)", writerCache),
			fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages),
		}}
		if o.MaxPages > 0 {
			extra.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
		}
	}
	address, err := dsn(o, extra)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// dsn gives the address of the database with all pragmas in it, so that every
// connection of a pool has them. extra holds more parameters.
func dsn(o Options, extra url.Values) (string, error) {
	absolute, err := filepath.Abs(o.Path)
	if err != nil {
		return "", err
	}
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout),
		"journal_mode(WAL)",
		"synchronous(FULL)", // NORMAL may lose the last commits on power loss, and the server was told already
		"foreign_keys(1)",
	}}
	switch {
	case o.draft: // thrown away whole when anything fails, and written to the disk at its end
		q = url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)"}}
	case o.asIs:
		q = url.Values{"mode": {"ro"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout)}}
	}
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

// watchSQLite sets w.over whenever a transaction of the writer is rolled back, by
// the statement that caused it.
func watchSQLite(w *writer, conn *sql.Conn) error {
	w.spoilt = func() bool { return w.over }
	w.gone = func() bool { return false } // there is no server that could end it
	return conn.Raw(func(driverConn any) error {
		hooks, ok := driverConn.(sqlite.HookRegisterer)
		if !ok {
			return fmt.Errorf("%T tells nobody of a rollback", driverConn)
		}
		hooks.RegisterRollbackHook(func() { w.over = true })
		return nil
	})
}

// sqliteFault reads an extended result code.
func sqliteFault(code int) fault {
	if code == codeSharedSize {
		return faultFull
	}
	switch code & 0xff {
	case codeConstraint, codeMismatch, codeTooBig, codeRange:
		return faultOwn
	case codeBusy, codeLocked:
		return faultBusy
	case codeFull:
		return faultFull
	case codeCorrupt, codeNotADB:
		return faultDamaged
	}
	return faultOther
}
