package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"postern/tickets"
)

// Names of settings in the database.
const (
	metaBackup   = "backup"   // when it was made: set in a backup, and nowhere else
	metaReread   = "reread "  // before a source: its Processed was read again since
	metaRestored = "restored" // when a backup was first served: Processed is to be read again
)

// progressEvery is how often a backup says how far it is.
const progressEvery = 200 * time.Millisecond

// Backup writes a copy of the database to path while everything goes on: a
// SQLite file, of PostgreSQL too. The copy is one file that only its owner may
// read, is marked as a backup and appears under its name only when it is whole
// and on disk. An existing file is never written over. The seal key is not in
// it. progress is called now and then with bytes; it may be nil.
func (s *Store) Backup(ctx context.Context, path string, progress func(done, total int64)) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backup: %s exists already", path)
	}
	path, err := filepath.Abs(path) // it becomes part of an address, which knows no working folder
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	temporary, err := makeTemporary(path)
	if err != nil {
		var named *fs.PathError // by a name that nobody has asked for
		if errors.As(err, &named) {
			err = fmt.Errorf("%s: %w", filepath.Dir(path), named.Err)
		}
		return fmt.Errorf("backup: %w", err)
	}
	defer os.Remove(temporary) // gone already after a success
	copyInto := s.copyInto
	if s.options.URL != "" {
		copyInto = s.portInto
	}
	if err := copyInto(ctx, temporary, progress); err != nil {
		return fmt.Errorf("backup to %s: %w", temporary, explained(err))
	}
	if err := markBackup(ctx, temporary, s.now()); err != nil {
		return fmt.Errorf("mark the backup: %w", explained(err))
	}
	if err := publish(temporary, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// makeTemporary makes an empty file beside path; VACUUM INTO accepts one.
func makeTemporary(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".postern-backup-*") // CreateTemp gives 0600
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// copyInto copies on a connection of its own, which holds one read transaction
// for the whole of it. A stepwise copy beside a writer would never end.
func (s *Store) copyInto(ctx context.Context, path string, progress func(done, total int64)) (err error) {
	db, err := openReader(s.options, s.dialect, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	conn, err := db.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	var total int64
	const size = `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	if err := conn.QueryRowContext(ctx, size).Scan(&total); err != nil {
		return err
	}
	stop := watchSize(path, total, progress)
	defer stop()
	_, err = conn.ExecContext(ctx, `VACUUM INTO $1`, path)
	return err
}

// watchSize reports the growth of a file until stop is called, and then that
// it is done.
func watchSize(path string, total int64, progress func(done, total int64)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-end:
				progress(total, total)
				return
			case <-tick.C:
				if info, err := os.Stat(path); err == nil {
					progress(min(info.Size(), total), total)
				}
			}
		}
	}()
	return func() { close(end); <-ended }
}

// portInto writes the rows of another kind of database into a SQLite file, as they
// are at one moment.
func (s *Store) portInto(ctx context.Context, path string, progress func(done, total int64)) (err error) {
	o := s.options
	o.URL, o.Path, o.Hook, o.draft = "", path, func(string) {}, true
	file, err := openBare(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	list, err := tables(ctx, file.reader)
	if err != nil {
		return err
	}
	from, err := openSession(ctx, s.options, s.dialect)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	total, err := copyCost(ctx, from, list)
	if err != nil {
		return err
	}
	c := copier{from: from, steps: steps(list), rows: copyRows, progress: progress, total: total}
	c.put = func(ctx context.Context, b *batch, _ reached) error {
		return file.write(ctx, "", func(ctx context.Context, t *tx) error { return file.writeBatch(ctx, t, b) })
	}
	if err := c.run(ctx, reached{}); err != nil {
		return err
	}
	if _, err := file.SealEvents(ctx); err != nil { // in the file nobody looks for stragglers any more
		return err
	}
	if progress != nil {
		progress(total, total)
	}
	return nil
}

// markBackup writes into the copy that it is one, and not one that was moved. It
// stays a single file: no write-ahead log beside it.
func markBackup(ctx context.Context, path string, at int64) (err error) {
	address := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	const mark = `
		INSERT INTO meta (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	if _, err = db.ExecContext(ctx, mark, metaBackup, strconv.FormatInt(at, 10)); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `DELETE FROM meta WHERE name LIKE '`+metaMove+`%'`)
	return err
}

// publish gives a finished file its name, on disk before it says so. A link
// fails when the name is taken; a rename would replace what is there.
func publish(temporary, path string) error {
	if err := syncPath(temporary); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil {
		return err
	}
	if err := os.Remove(temporary); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// AdoptBackup is called by the first daemon on a database. On a backup, what was
// owed then may have left since: automatic answers become unsure and are
// never sent, people's replies are unsure and shown to them. The mark goes, and
// Restored says from then on that Processed has to be read again.
func (s *Store) AdoptBackup(ctx context.Context) (restored bool, err error) {
	mark, err := s.meta(ctx, metaBackup)
	if err != nil || mark == "" {
		return false, err
	}
	const owed = `
		UPDATE outbox SET state = 'unsure', reason = 'owed when the backup was made; it may have left since', settled_at = $1
		 WHERE state IN ('queued', 'claimed', 'handed')
		RETURNING id, ticket`
	err = s.write(ctx, "adopt", func(ctx context.Context, t *tx) error {
		first, err := t.exec(ctx, `DELETE FROM meta WHERE name = $1`, metaBackup)
		if err != nil || first == 0 { // another machine has adopted it in this moment
			return err
		}
		restored = true
		var unsure [][2]int64
		err = each(ctx, t, owed, []any{t.at}, func(r *sql.Rows) error {
			var one [2]int64
			err := r.Scan(&one[0], &one[1])
			unsure = append(unsure, one)
			return err
		})
		if err != nil {
			return err
		}
		for _, o := range unsure {
			addEvent(t, event{What: "out " + tickets.OutUnsure, Outgoing: o[0], Ticket: o[1], Text: "restored from a backup"})
		}
		if err := setMeta(ctx, t, metaRestored, strconv.FormatInt(t.at, 10)); err != nil {
			return err
		}
		addEvent(t, event{What: "restored", Text: fmt.Sprintf("from a backup; %d outgoing mails are unsure", len(unsure))})
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("take over a restored database: %w", err)
	}
	return restored, nil
}

// Restored tells whether this database came from a backup and Processed has not
// been read again since.
func (s *Store) Restored(ctx context.Context) (bool, error) {
	at, err := s.meta(ctx, metaRestored)
	return at != "", err
}

// NoteFolderReread notes that the processed folder of a source was read after a
// restore; each machine reads some of them.
func (s *Store) NoteFolderReread(ctx context.Context, source string) error {
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error { return setMeta(ctx, t, metaReread+clean(source), "1") })
	if err != nil {
		return fmt.Errorf("note that %s was read again: %w", source, err)
	}
	return nil
}

// FolderReread tells whether the processed folder of a source was read since the restore.
func (s *Store) FolderReread(ctx context.Context, source string) (bool, error) {
	done, err := s.meta(ctx, metaReread+clean(source))
	return done != "", err
}

// ClearRestored notes that Processed has been read again, of every mailbox.
func (s *Store) ClearRestored(ctx context.Context) error {
	return s.write(ctx, "", func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM meta WHERE name = $1`, metaRestored)
		if err != nil || n == 0 {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM meta WHERE name LIKE 'reread %'`); err != nil {
			return err
		}
		addEvent(t, event{What: "restored", Text: "all mailboxes were read again"})
		return nil
	})
}
