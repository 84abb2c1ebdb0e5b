package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// event is one line of the audit log. Text never holds what came out of an
// encrypted mail, nor any body.
type event struct {
	Actor    string // staff name; "" is Postern itself
	What     string
	Ticket   int64
	Mail     int64
	Outgoing int64
	Text     string
}

// eventText bounds one line of the log, in bytes.
const eventText = 1000

// addEvent notes an event to be appended to the log in the transaction of what
// happened, at its end, together with the others. The hash chain is made later,
// by SealEvents, so that writers do not wait for each other.
func addEvent(t *tx, e event) { t.events = append(t.events, e) }

// writeEvents appends the events of a transaction.
func (s *Store) writeEvents(ctx context.Context, t *tx) error {
	var values []any
	for _, e := range t.events {
		text := clean(cut(e.Text, eventText))
		values = append(values, t.at, clean(e.Actor), e.What, e.Ticket, e.Mail, e.Outgoing, digestOf(text), text)
	}
	t.events = nil
	if err := s.bulks.events.insert(ctx, t, values); err != nil {
		return fmt.Errorf("append to the log: %w", err)
	}
	return nil
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// cut shortens text to at most n bytes; clean repairs a letter cut in two.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return text[:n] + "…"
}
