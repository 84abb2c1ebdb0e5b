package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/tickets"
)

// lostAfter is how long a mail may be without an entry before that is an alarm.
const lostAfter = 10 * time.Minute

// Stats are counts for the metrics. They name no ticket, so no viewer is asked for.
type Stats struct {
	Mails       map[string]int64 // by state
	Tickets     map[string]int64 // by state
	Outbox      map[string]int64 // by state
	Attention   map[string]int64 // outgoing mails that wait for a person: failed, unsure, withheld and not dealt with
	Unproven    int64            // entries whose claim on a ticket nobody has decided
	Unsealed    int64            // events that wait for the hash chain
	OldestMail  time.Time        // when the oldest unfiled mail was stored; zero: none waits. Held ones and those filed before do not count
	OldestOut   time.Time        // when the oldest due outgoing mail became due; zero: none
	OldestTry   time.Time        // when the oldest outgoing mail was owed that was tried and is put off; zero: none
	OldestEvent time.Time        // of the oldest unsealed event; zero: none
	NewestEvent time.Time        // zero: there is none
	LastDelayed time.Time        // when the last answer leaves that a budget delays; zero: none
	LateMails   int64            // stored ten minutes ago and neither filed nor held
	WithoutRaw  int64            // ledger rows without stored bytes, of those not filed yet
	Restored    bool             // this database was restored from a backup, see AdoptBackup
}

// Stats counts.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	for _, count := range []func(context.Context, *Stats) error{s.countStates, s.countAttention, s.countWaiting, s.countEvents} {
		if err := count(ctx, &st); err != nil {
			return Stats{}, fmt.Errorf("count: %w", err)
		}
	}
	return st, nil
}

// countStates counts rows by state. Each state of mails and outbox has an index
// that holds its rows alone. Every state stands in the maps, so that a metric
// does not vanish when nothing is in it.
func (s *Store) countStates(ctx context.Context, st *Stats) error {
	for _, c := range []struct {
		into   *map[string]int64
		query  string
		states []string
	}{
		{&st.Mails, `SELECT count(*) FROM mails WHERE state = `, []string{mailReceived, mailClaimed, mailFiled, mailHeld}},
		{&st.Tickets, `SELECT count(*) FROM tickets WHERE state = `,
			[]string{tickets.New, tickets.Open, tickets.Waiting, tickets.Resolved, tickets.Closed}},
		{&st.Outbox, `SELECT count(*) FROM outbox WHERE state = `,
			[]string{tickets.OutQueued, tickets.OutClaimed, tickets.OutHanded, tickets.OutSent, tickets.OutFailed, tickets.OutUnsure, tickets.OutWithheld}},
	} {
		*c.into = map[string]int64{}
		for _, state := range c.states {
			var n int64
			if err := s.reader.row(ctx, c.query+`'`+state+`'`, nil, &n); err != nil {
				return err
			}
			(*c.into)[state] = n
		}
	}
	return nil
}

func (s *Store) countWaiting(ctx context.Context, st *Stats) error {
	const query = `
		SELECT (SELECT coalesce(min(stored_at), 0) FROM mails WHERE state IN ('received', 'claimed') AND refile = ''),
		       (SELECT coalesce(min(not_before), 0) FROM outbox WHERE state = 'queued' AND not_before <= $1),
		       (SELECT count(*) FROM mails WHERE state IN ('received', 'claimed') AND refile = '' AND stored_at < $2),
		       (SELECT count(*) FROM mails m WHERE m.state IN ('received', 'claimed') AND m.size > 0
		           AND NOT EXISTS (SELECT 1 FROM mail_chunks c WHERE c.mail = m.id)),
		       (SELECT count(*) FROM entries WHERE unproven = 1 AND match NOT IN ('altered', 'echo')),
		       (SELECT coalesce(min(created), 0) FROM outbox WHERE state = 'queued' AND attempts > 0),
		       coalesce((SELECT not_before FROM outbox WHERE state = 'queued' AND attempts = 0 AND reason <> '' AND not_before > $1
		                  ORDER BY not_before DESC, id DESC LIMIT 1), 0)`
	now := s.now()
	var mail, out, tried, delayed int64
	err := s.reader.row(ctx, query, []any{now, now - lostAfter.Microseconds()}, &mail, &out, &st.LateMails, &st.WithoutRaw, &st.Unproven, &tried, &delayed)
	st.OldestMail, st.OldestOut, st.OldestTry, st.LastDelayed = moment(mail), moment(out), moment(tried), moment(delayed)
	return err
}

func (s *Store) countEvents(ctx context.Context, st *Stats) error {
	var oldest, newest int64
	behind, err := s.sealedUpTo(ctx, s.reader)
	if err != nil {
		return err
	}
	err = s.reader.row(ctx, `SELECT count(*), coalesce(min(e.at), 0)`+notInChain, []any{behind}, &st.Unsealed, &oldest)
	if err != nil {
		return err
	}
	const last = `SELECT coalesce((SELECT at FROM events ORDER BY id DESC LIMIT 1), 0)`
	if err := s.reader.row(ctx, last, nil, &newest); err != nil {
		return err
	}
	st.OldestEvent, st.NewestEvent = moment(oldest), moment(newest)
	st.Restored, err = s.Restored(ctx)
	return err
}

// DataVersion changes whenever anything was committed to the database, by
// another process too. It is cheap: asked once a second it says whether to look.
func (s *Store) DataVersion(ctx context.Context) (int64, error) {
	var version int64
	if err := s.watcher.row(ctx, s.dialect.version, nil, &version); err != nil {
		return 0, fmt.Errorf("ask for the data version: %w", err)
	}
	return version, nil
}

// checkpointPatience is how long a checkpoint waits for readers, in
// milliseconds. Writers wait behind it; the next one gets further.
const checkpointPatience = 200

// Checkpoint moves the write-ahead log into the database and empties it. An
// hourly call keeps the log from growing. Where a reader is in the way, what
// can be moved is moved, and that is no error.
func (s *Store) Checkpoint(ctx context.Context) (err error) {
	if s.options.URL != "" { // the server does so by itself
		return nil
	}
	if err := s.writer.take(ctx); err != nil {
		return err
	}
	defer func() { s.writer.turn <- struct{}{} }()
	whole := context.WithoutCancel(ctx)
	t := &tx{w: s.writer}
	if _, err := s.writer.conn.ExecContext(whole, fmt.Sprintf(`PRAGMA busy_timeout(%d)`, checkpointPatience)); err != nil {
		return fmt.Errorf("empty the write-ahead log: %w", err)
	}
	var busy, log, moved int
	err = t.row(whole, `PRAGMA wal_checkpoint(TRUNCATE)`, nil, &busy, &log, &moved)
	_, again := s.writer.conn.ExecContext(whole, fmt.Sprintf(`PRAGMA busy_timeout(%d)`, busyTimeout))
	if err = errors.Join(err, again); err != nil {
		s.writer.discard()
		return fmt.Errorf("empty the write-ahead log: %w", explained(err))
	}
	return nil
}
