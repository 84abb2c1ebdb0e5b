package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
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

// eventFields is how many fields of its own the row of an event has.
const eventFields = 7

// writeEvents appends the events of a transaction. One statement for many rows
// costs less than one for each; names of parameters are searched from the first
// one on, so that still more rows gain nothing.
func (s *Store) writeEvents(ctx context.Context, t *tx) error {
	list := t.events
	t.events = nil
	for _, n := range []int{16, 4, 1} {
		for ; len(list) >= n; list = list[n:] {
			args := make([]any, 0, 1+n*eventFields)
			args = append(args, t.at)
			for _, e := range list[:n] {
				text := clean(cut(e.Text, eventText))
				args = append(args, clean(e.Actor), e.What, e.Ticket, e.Mail, e.Outgoing, digestOf(text), text)
			}
			if _, err := t.exec(ctx, s.eventInserts[n], args...); err != nil {
				return fmt.Errorf("append to the log: %w", err)
			}
		}
	}
	return nil
}

// eventInserts are the statements that append so many events.
func eventInserts(d dialect) map[int]string {
	list := map[int]string{}
	for _, rows := range []int{16, 4, 1} {
		var b strings.Builder
		b.WriteString(d.insertMany + ` events (at, actor, what, ticket, mail, outgoing, digest, text) VALUES `)
		for i := range rows {
			if i > 0 {
				b.WriteString(", ")
			}
			p := 1 + i*eventFields
			fmt.Fprintf(&b, "($1, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", p+1, p+2, p+3, p+4, p+5, p+6, p+7)
		}
		list[rows] = b.String()
	}
	return list
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
