package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"postern/tickets"
)

// Recovered is what was in flight when a process stopped.
type Recovered struct {
	Mails   int // claimed: each goes alone from now on
	Held    int // of them, those that died for the last time
	Retried int // outgoing mails claimed and not handed: queued again with the same bytes
	Unsure  int // handed and never settled: nobody knows, an automatic one is never sent again
}

// Recover puts right what an unclean stop left, whoever left it, and ends every
// lease. Only the one daemon of a database that no other can be at may call it,
// before it starts any worker.
func (s *Store) Recover(ctx context.Context) (Recovered, error) {
	return s.recoverSome(ctx, gone, func(ctx context.Context, t *tx) ([]string, error) {
		if _, err := t.exec(ctx, `DELETE FROM leases WHERE name LIKE 'worker:%'`); err != nil {
			return nil, err
		}
		if _, err := t.exec(ctx, `UPDATE leases SET until = 0 WHERE until <> 0`); err != nil {
			return nil, err
		}
		return column[string](ctx, t, claimants)
	})
}

// claimants are those who have claimed something.
const claimants = `
	SELECT worker FROM mails WHERE state = 'claimed'
	UNION
	SELECT worker FROM outbox WHERE state IN ('claimed', 'handed')`

// RecoverFrom puts right what one worker left that is known to be dead.
func (s *Store) RecoverFrom(ctx context.Context, worker string) (Recovered, error) {
	return s.recoverSome(ctx, gone, func(ctx context.Context, t *tx) ([]string, error) {
		if err := s.bury(ctx, t, worker); err != nil {
			return nil, err
		}
		// It will not come back: what it was the last to try counts.
		_, err := t.exec(ctx, `DELETE FROM blames WHERE worker = $1`, clean(worker))
		return []string{clean(worker)}, err
	})
}

// RecoverLapsed puts right what workers left whose lease has ended, or who never
// had one. Any process may call it at any time; one that was itself without the
// database for a while should leave the others time to come back first.
func (s *Store) RecoverLapsed(ctx context.Context) (Recovered, error) {
	if some, err := s.lapsed(ctx); err != nil || !some {
		return Recovered{}, err
	}
	return s.recoverSome(ctx, silent, func(ctx context.Context, t *tx) ([]string, error) {
		now, args := s.clock()
		dead := `
			DELETE FROM leases
			 WHERE name IN (SELECT name FROM leases WHERE name LIKE 'worker:%' AND until <= ` + now + s.dialect.skipLocked + `)`
		if _, err := t.exec(ctx, dead, args...); err != nil {
			return nil, err
		}
		return column[string](ctx, t, `SELECT worker FROM (`+claimants+`) AS c WHERE `+withoutLife)
	})
}

// withoutLife selects, of rows c with a worker, those whose worker is not known as alive.
const withoutLife = `NOT EXISTS (SELECT 1 FROM leases l WHERE l.name = 'worker:' || c.worker)`

// lapsed asks without a write lock whether there is anybody to recover from.
func (s *Store) lapsed(ctx context.Context) (bool, error) {
	now, args := s.clock()
	query := `
		SELECT (SELECT count(*) FROM leases WHERE name LIKE 'worker:%' AND until <= ` + now + `)
		     + (SELECT count(*) FROM (` + claimants + `) AS c WHERE ` + withoutLife + `)`
	var n int
	if err := s.reader.row(ctx, query, args, &n); err != nil {
		return false, fmt.Errorf("look for workers that are gone: %w", err)
	}
	return n > 0, nil
}

// fate is what is known of a worker whose claims are taken from it.
type fate int

const (
	gone   fate = iota // for ever
	silent             // it may have been paused or cut off, and come back
)

// recoverSome takes from workers what they have claimed. dead ends their leases
// and names them: whoever claims looks at its lease in the same transaction, so
// that nothing is claimed by them any more.
func (s *Store) recoverSome(ctx context.Context, is fate, dead func(context.Context, *tx) ([]string, error)) (Recovered, error) {
	var found Recovered
	err := s.write(ctx, "recover", func(ctx context.Context, t *tx) error {
		found = Recovered{}
		workers, err := dead(ctx, t)
		if err != nil {
			return err
		}
		for _, worker := range workers {
			if err := recoverMails(ctx, t, worker, is, &found); err != nil {
				return err
			}
			if err := s.recoverOutbox(ctx, t, worker, &found); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Recovered{}, fmt.Errorf("recover: %w", err)
	}
	return found, nil
}

// reasonInWork is why a mail is held whose workers went away.
const reasonInWork = "in work when the program stopped"

// recoverMails gives the mails of a worker back. Only one that was alone in flight,
// with nothing on its way out either, can be what the worker died of, and that is a
// try of its own; the others were beside it and go alone from now on.
func recoverMails(ctx context.Context, t *tx, worker string, is fate, found *Recovered) error {
	mails, err := column[int64](ctx, t, `SELECT id FROM mails WHERE state = 'claimed' AND worker = $1 ORDER BY id`, worker)
	if err != nil {
		return err
	}
	const update = `
		UPDATE mails
		   SET suspect = 1, tries = tries + CAST($2 AS BIGINT), reason = $3,
		       state = CASE WHEN tries + CAST($2 AS BIGINT) >= $4 THEN 'held' ELSE 'received' END
		 WHERE id = $1 AND state = 'claimed' AND worker = $5
		RETURNING state`
	leaving := 0
	const out = `SELECT count(*) FROM outbox WHERE state IN ('claimed', 'handed') AND worker = $1`
	if err := t.row(ctx, out, []any{worker}, &leaving); err != nil {
		return err
	}
	alone := len(mails) == 1 && leaving == 0
	for _, id := range mails {
		var state string
		err := t.row(ctx, update, []any{id, bit(alone), reasonInWork, tickets.MaxTries, worker}, &state)
		if errors.Is(err, sql.ErrNoRows) {
			continue // another process was quicker
		}
		if err != nil {
			return err
		}
		found.Mails++
		t.announces(WorkMail)
		if state == mailHeld {
			found.Held++
		}
		addEvent(t, event{What: "found in work", Mail: id, Text: "now " + state})
		if alone && is == silent {
			return blame(ctx, t, worker, id)
		}
	}
	return nil
}

func (s *Store) recoverOutbox(ctx context.Context, t *tx, worker string, found *Recovered) error {
	type row struct {
		id, token int64
		state     string
	}
	var rows []row
	// Locked: a worker that is back may commit T3b in this very moment, and what
	// was claimed when it was looked at must not be queued once it is handed.
	query := `SELECT id, token, state FROM outbox WHERE state IN ('claimed', 'handed') AND worker = $1 ORDER BY id` + s.dialect.forUpdate
	err := each(ctx, t, query, []any{worker}, func(r *sql.Rows) error {
		var one row
		err := r.Scan(&one.id, &one.token, &one.state)
		rows = append(rows, one)
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		count := &found.Unsure
		if r.state == tickets.OutClaimed {
			count = &found.Retried
		}
		err := s.recoverOut(ctx, t, r.id, r.token, r.state)
		if errors.Is(err, tickets.ErrFence) {
			continue // it was settled in this very moment
		}
		if err != nil {
			return err
		}
		*count++
	}
	return nil
}

// recoverOut settles one outgoing mail in the state that it was found in.
func (s *Store) recoverOut(ctx context.Context, t *tx, id, token int64, state string) error {
	if state == tickets.OutClaimed {
		return s.requeueOut(ctx, t, id, token, "", "claimed when the program stopped: nothing had left")
	}
	return s.settle(ctx, t, id, token, tickets.SendResult{State: tickets.OutUnsure, Reason: "the program stopped while it was handed over"})
}
