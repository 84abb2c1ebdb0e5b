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
	for {
		some, err := s.sealSome(ctx)
		n += some
		if err != nil {
			return n, fmt.Errorf("seal events: %w", err)
		}
		if some < sealBatch {
			return n, nil
		}
	}
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
		return s.bulks.links.insert(ctx, t, nil, links)
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

// notInChain selects events behind the newest link, and a stretch before it.
const notInChain = `
	  FROM events e
	 WHERE e.id > (SELECT coalesce(max(event), 0) FROM chain) - $1
	   AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.event = e.id)`

func (s *Store) unsealedEvents(ctx context.Context, t *tx) ([]eventRow, error) {
	query := `SELECT ` + eventColumns + notInChain + ` ORDER BY e.id` + limit(sealBatch)
	var list []eventRow
	err := each(ctx, t, query, []any{s.dialect.late}, func(r *sql.Rows) error {
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
	query := `SELECT count(*) FROM (SELECT e.id` + notInChain + limit(most) + `) AS waiting`
	err = s.reader.row(ctx, query, []any{s.dialect.late}, &n)
	return n, err
}
