package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// sealBatch is how many events one transaction adds to the chain: few enough
// that mail waits for milliseconds only.
const sealBatch = 500

// eventRow is an event as the chain covers it: its text by digest only, so that
// the text may be erased one day and the chain still holds.
type eventRow struct {
	id, at                 int64
	actor, what            string
	ticket, mail, outgoing int64
	digest, text           string
}

// link is the hash of an event and all before it. Every field is preceded by
// its length, so that nothing can move from one field to the next.
func link(prev string, seq int64, e eventRow) string {
	text := make([]byte, 0, 300)
	field := func(value string) {
		text = strconv.AppendInt(text, int64(len(value)), 10)
		text = append(text, ':')
		text = append(text, value...)
		text = append(text, ',')
	}
	number := func(n int64) { field(strconv.FormatInt(n, 10)) }
	field(prev)
	number(seq)
	number(e.id)
	number(e.at)
	field(e.actor)
	field(e.what)
	number(e.ticket)
	number(e.mail)
	number(e.outgoing)
	field(e.digest)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// SealEvents appends all events that are not in it yet to the hash chain, a few
// hundred to a transaction, and says how many there were.
func (s *Store) SealEvents(ctx context.Context) (n int, err error) {
	begun := s.now()
	newest, err := s.newestEvent(ctx)
	for err == nil {
		var some int
		some, err = s.sealSome(ctx)
		if n += some; err == nil && some < sealBatch {
			s.stragglers.sealed(newest, begun)
			return n, nil
		}
	}
	return n, fmt.Errorf("seal events: %w", err)
}

func (s *Store) sealSome(ctx context.Context) (n int, err error) {
	if waits, err := s.unsealed(ctx, 1); err != nil || waits == 0 {
		return 0, err
	}
	err = s.write(ctx, "seal", func(ctx context.Context, t *tx) error {
		if err := s.lock(ctx, t, "seal"); err != nil {
			return err
		}
		seq, prev, err := chainEnd(ctx, t)
		if err != nil {
			return err
		}
		events, err := s.unsealedEvents(ctx, t)
		if err != nil {
			return err
		}
		links := make([]any, 0, 3*len(events))
		for _, e := range events {
			seq++
			prev = link(prev, seq, e)
			links = append(links, seq, e.id, prev)
		}
		n = len(events)
		return s.bulks.links.insert(ctx, t, links)
	})
	return n, err
}

// chainEnd gives the last link; 0 and "" when there is none.
func chainEnd(ctx context.Context, q querier) (seq int64, hash string, err error) {
	err = q.row(ctx, `SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1`, nil, &seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return seq, hash, err
}

const eventColumns = `e.id, e.at, e.actor, e.what, e.ticket, e.mail, e.outgoing, e.digest, e.text`

// notInChain selects events behind $1 that are not in the chain.
const notInChain = `
	  FROM events e
	 WHERE e.id > $1
	   AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.event = e.id AND c.event > $1)`

func (s *Store) unsealedEvents(ctx context.Context, t *tx) ([]eventRow, error) {
	behind, err := s.sealedUpTo(ctx, t)
	if err != nil {
		return nil, err
	}
	query := `SELECT ` + eventColumns + notInChain + ` ORDER BY e.id` + limit(sealBatch)
	var list []eventRow
	err = each(ctx, t, query, []any{behind}, func(r *sql.Rows) error {
		e, err := scanEvent(r)
		list = append(list, e)
		return err
	})
	return list, err
}

func scanEvent(r *sql.Rows, more ...any) (eventRow, error) {
	var e eventRow
	err := r.Scan(append([]any{&e.id, &e.at, &e.actor, &e.what, &e.ticket, &e.mail, &e.outgoing, &e.digest, &e.text}, more...)...)
	return e, err
}

// unsealed counts the events that wait for the chain, up to most.
func (s *Store) unsealed(ctx context.Context, most int) (n int, err error) {
	behind, err := s.sealedUpTo(ctx, s.reader)
	if err != nil {
		return 0, err
	}
	query := `SELECT count(*) FROM (SELECT e.id` + notInChain + limit(most) + `) AS waiting`
	err = s.reader.row(ctx, query, []any{behind}, &n)
	return n, err
}
