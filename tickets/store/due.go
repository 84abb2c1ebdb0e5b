package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"postern/tickets"
)

// helpAfter is how long a due mail is left to the machine whose part it is: one
// that could not send it soon has trouble, or a long list.
const helpAfter = 5 * time.Second

// part is one machine's share of what is due: rows are dealt by their number.
type part struct{ mine, of int }

// Due lists queued mails whose time has come, see responder.Outbox. There are none
// while a mail under suspicion waits or is read here: were it to kill the process,
// what was just being handed over would be unsure, and nobody could tell which of
// the two it was.
//
// Of several machines each is given its own part first, and what others have left
// lying from the far end: those that list the same mail wait for each other when they
// take it, and all but one have rendered and signed it for nothing.
func (s *Store) Due(ctx context.Context, n int) ([]tickets.Outgoing, error) {
	if err := s.requeueStrays(ctx); err != nil {
		return nil, err
	}
	p, err := s.part(ctx)
	if err != nil {
		return nil, fmt.Errorf("list due mail: %w", err)
	}
	due, err := s.due(ctx, ` AND o.id % $3 = $4 ORDER BY o.not_before, o.id`, n, s.now(), p)
	if err == nil && len(due) < n && p.of > 1 {
		var others []tickets.Outgoing
		others, err = s.due(ctx, ` AND o.id % $3 <> $4 ORDER BY o.not_before DESC, o.id DESC`, n-len(due), s.now()-helpAfter.Microseconds(), p)
		due = append(due, others...)
	}
	if err != nil {
		return nil, fmt.Errorf("list due mail: %w", err)
	}
	return due, nil
}

func (s *Store) due(ctx context.Context, which string, n int, before int64, p part) ([]tickets.Outgoing, error) {
	const query = `
		SELECT ` + outgoingColumns + `
		  FROM ` + outgoingTables + `
		 WHERE o.state = 'queued' AND o.not_before <= $1
		   AND NOT EXISTS (SELECT 1 FROM mails WHERE suspect = 1 AND state = 'received')
		   AND NOT EXISTS (SELECT 1 FROM mails WHERE suspect = 1 AND state = 'claimed' AND worker = $2)`
	return s.outgoing(ctx, s.reader, query+which+limit(n), before, s.self(), p.of, p.mine)
}

// part is this machine's place among those that live. One that has not joined, as a
// command, has everything.
func (s *Store) part(ctx context.Context) (part, error) {
	whole := part{mine: 0, of: 1}
	if !s.dialect.severalWriters() || s.self() == "" {
		return whole, nil
	}
	now, args := s.clock()
	var lives []string
	err := each(ctx, s.reader, `SELECT name FROM leases WHERE name LIKE 'worker:%' AND until > `+now+` ORDER BY name`, args, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		lives = append(lives, name)
		return err
	})
	if at := slices.Index(lives, LifeOf(s.self())); err == nil && at >= 0 {
		return part{mine: at, of: len(lives)}, nil
	}
	return whole, err
}
