package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"postern/tickets"
)

// ErrProven says that an entry claims nothing that a person could decide.
var ErrProven = errors.New("this entry belongs to a conversation already; only an unproven one is accepted or split off")

// Accept has the unproven entry filed again as part of the conversation that the
// reference names; with own its sender gets a conversation of his own on that
// ticket. The filer does it, with the answer that the policy owes.
func (s *Store) Accept(ctx context.Context, v tickets.Viewer, reference string, entry int64, own bool) error {
	return s.act(ctx, v, reference, "accept an entry of", func(ctx context.Context, t *tx, ticket int64) (string, error) {
		conversation, err := s.findConversation(ctx, t, v, reference)
		if err != nil {
			return "", err
		}
		how := tickets.RefileAccept + strconv.FormatInt(conversation, 10)
		if own {
			how = tickets.RefileAttach
		}
		return fmt.Sprintf("entry %d", entry), fileAgain(ctx, t, ticket, entry, how)
	})
}

// Split has the unproven entry filed again as a ticket of its own, and does not
// wait until its time has come.
func (s *Store) Split(ctx context.Context, v tickets.Viewer, reference string, entry int64) error {
	return s.act(ctx, v, reference, "split an entry off", func(ctx context.Context, t *tx, ticket int64) (string, error) {
		return fmt.Sprintf("entry %d", entry), fileAgain(ctx, t, ticket, entry, tickets.RefileSplit)
	})
}

// fileAgain sends the mail of an unproven entry round once more.
func fileAgain(ctx context.Context, t *tx, ticket, entry int64, how string) error {
	const look = `SELECT coalesce(mail, 0), unproven FROM entries WHERE id = $1 AND ticket = $2`
	const update = `UPDATE mails SET state = 'received', refile = $2 WHERE id = $1 AND state = 'filed' AND refile = ''`
	var mail int64
	var open bool
	err := t.row(ctx, look, []any{entry, ticket}, &mail, &open)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("there is no entry %d on this ticket", entry)
	case err != nil:
		return err
	case !open || mail == 0:
		return ErrProven
	}
	t.announces(WorkMail)
	n, err := t.exec(ctx, update, mail, how)
	if err == nil && n == 0 {
		err = tickets.ErrConflict
	}
	return err
}
