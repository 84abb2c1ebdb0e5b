package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// addEvent appends to the log inside the transaction of what happened. The hash
// chain is made later, by SealEvents, so that writers do not wait for each other.
func addEvent(ctx context.Context, t *tx, e event) error {
	const insert = `
		INSERT INTO events (at, actor, what, ticket, mail, outgoing, digest, text)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	text := clean(cut(e.Text, eventText))
	_, err := t.exec(ctx, insert, t.at, clean(e.Actor), e.What, e.Ticket, e.Mail, e.Outgoing, digestOf(text), text)
	return err
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
