package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"postern/tickets"
)

// DealtWith takes an outgoing mail ("out:7") off the list of what waits for a
// person: it failed, is unsure or was withheld, and that person has seen to it
// in another way. The mail keeps its state, and note stands in the audit log.
func (s *Store) DealtWith(ctx context.Context, v tickets.Viewer, id, note string) error {
	if err := mayAct(v); err != nil {
		return fmt.Errorf("settle %s: %w", id, err)
	}
	digits, ok := strings.CutPrefix(id, "out:")
	row, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return fmt.Errorf("settle %q: %w", id, tickets.Mistyped("say out:NUMBER, as the list of held mail shows it; a held mail is requeued"))
	}
	err = s.write(ctx, "dealt", func(ctx context.Context, t *tx) error { return settleHeld(ctx, t, v, row, note) })
	if err != nil {
		return fmt.Errorf("settle %s: %w", id, err)
	}
	return nil
}

func settleHeld(ctx context.Context, t *tx, v tickets.Viewer, id int64, note string) error {
	look := `
		SELECT o.ticket
		  FROM outbox o JOIN tickets k ON k.id = o.ticket
		 WHERE ` + visible(v) + ` AND o.id = $2 AND ` + isHeld
	var ticket int64
	err := t.row(ctx, look, []any{v.Division, id}, &ticket)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.New("no such mail is held")
	}
	if err != nil {
		return err
	}
	const settle = `INSERT INTO dealt_with (outgoing, at, author) VALUES ($1, $2, $3) ON CONFLICT (outgoing) DO NOTHING`
	if _, err := t.exec(ctx, settle, id, t.at, clean(v.Name)); err != nil {
		return err
	}
	addEvent(t, event{Actor: v.Name, What: "dealt with", Ticket: ticket, Outgoing: id, Text: clean(note)})
	return nil
}

// countAttention counts outgoing mails that still wait for a person, by state.
func (s *Store) countAttention(ctx context.Context, st *Stats) error {
	st.Attention = map[string]int64{}
	for _, state := range []string{tickets.OutFailed, tickets.OutUnsure, tickets.OutWithheld} {
		query := `
			SELECT count(*) FROM outbox o
			 WHERE o.state = '` + state + `' AND NOT EXISTS (SELECT 1 FROM dealt_with d WHERE d.outgoing = o.id)`
		var n int64
		if err := s.reader.row(ctx, query, nil, &n); err != nil {
			return err
		}
		st.Attention[state] = n
	}
	return nil
}
