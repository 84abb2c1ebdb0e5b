package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"postern/tickets"
)

// act finds a ticket for somebody who wants to change it, and changes it in one
// transaction with its event.
func (s *Store) act(ctx context.Context, v tickets.Viewer, reference, what string, change func(context.Context, *tx, int64) (text string, err error)) error {
	if err := mayAct(v); err != nil {
		return fmt.Errorf("%s %s: %w", what, reference, err)
	}
	err := s.write(ctx, "act", func(ctx context.Context, t *tx) error {
		id, err := s.find(ctx, t, v, reference)
		if err != nil {
			return err
		}
		if err := t.row(ctx, `SELECT id FROM tickets WHERE id = $1`+s.dialect.forUpdate, []any{id}, &id); err != nil {
			return err
		}
		text, err := change(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE tickets SET changed = $2 WHERE id = $1`, id, t.at); err != nil {
			return err
		}
		addEvent(t, event{Actor: v.Name, What: what, Ticket: id, Text: text})
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, reference, err)
	}
	return nil
}

// ClaimTicket makes the viewer its owner and opens it when it is new.
// tickets.ErrOwned when somebody else has it.
func (s *Store) ClaimTicket(ctx context.Context, v tickets.Viewer, reference string) error {
	const update = `
		UPDATE tickets
		   SET owner = $2, state = CASE WHEN state = 'new' THEN 'open' ELSE state END
		 WHERE id = $1 AND (owner = '' OR owner = $2)`
	return s.act(ctx, v, reference, "claim", func(ctx context.Context, t *tx, id int64) (string, error) {
		n, err := t.exec(ctx, update, id, clean(v.Name))
		if err != nil || n == 1 {
			return "", err
		}
		var owner string
		if err := t.row(ctx, `SELECT owner FROM tickets WHERE id = $1`, []any{id}, &owner); err != nil {
			return "", err
		}
		return "", fmt.Errorf("%w: %s has it; whoever assigns it to a queue again frees it", tickets.ErrOwned, owner)
	})
}

// Assign hands a ticket to another division's queue, where nobody owns it yet. A
// restricted one stays with central: its error is tickets.ErrTransition.
// That the division exists is the caller's to check.
func (s *Store) Assign(ctx context.Context, v tickets.Viewer, reference, division string) error {
	const assign = `UPDATE tickets SET division = $2, owner = '' WHERE id = $1 AND (restricted = 0 OR $2 = $3)`
	return s.act(ctx, v, reference, "assign", func(ctx context.Context, t *tx, id int64) (string, error) {
		if division == "" {
			return "", errors.New("no division given")
		}
		n, err := t.exec(ctx, assign, id, clean(division), tickets.Central)
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: a restricted ticket stays with %s; end that first with set --restricted=false", tickets.ErrTransition, tickets.Central)
		}
		return "to " + division, err
	})
}

// SetState moves a ticket to another state, as tickets.Transition allows.
func (s *Store) SetState(ctx context.Context, v tickets.Viewer, reference, state, resolution string) error {
	const update = `UPDATE tickets SET state = $2, resolution = $3 WHERE id = $1 AND state = $4`
	return s.act(ctx, v, reference, "set state of", func(ctx context.Context, t *tx, id int64) (string, error) {
		var from, had string
		if err := t.row(ctx, `SELECT state, resolution FROM tickets WHERE id = $1`, []any{id}, &from, &had); err != nil {
			return "", err
		}
		to, res, err := tickets.Transition(from, state, resolution)
		if err != nil {
			return "", err
		}
		if res == "" && tickets.IsDone(to) {
			res = had
		}
		n, err := t.exec(ctx, update, id, to, res, from)
		if err == nil && n == 0 {
			err = tickets.ErrConflict
		}
		return strings.TrimSpace(from + " to " + to + " " + res), err
	})
}

// Set changes what a person judges of a ticket, all of it or nothing, and tells
// in words what is different. Its errors are tickets.ErrValue and
// tickets.ErrTransition.
func (s *Store) Set(ctx context.Context, v tickets.Viewer, reference string, c tickets.Change) (changed string, err error) {
	const read = `SELECT state, kind, category, severity, verdict, resolution, tlp, restricted, division FROM tickets WHERE id = $1`
	const update = `
		UPDATE tickets
		   SET state = $2, kind = $3, category = $4, severity = $5, verdict = $6, resolution = $7, tlp = $8, restricted = $9, division = $10
		 WHERE id = $1`
	err = s.act(ctx, v, reference, "set", func(ctx context.Context, t *tx, id int64) (string, error) {
		if c, err = c.Canonical(); err != nil {
			return "", err
		}
		var f tickets.Facts
		err := t.row(ctx, read, []any{id}, &f.State, &f.Kind, &f.Category, &f.Severity, &f.Verdict, &f.Resolution, &f.TLP, &f.Restricted, &f.Division)
		if err != nil {
			return "", err
		}
		strictest, err := mailsLabel(ctx, t, id)
		if err != nil {
			return "", err
		}
		if f, changed, err = f.Changed(c, strictest); err != nil {
			return "", err
		}
		_, err = t.exec(ctx, update, id, f.State, f.Kind, f.Category, f.Severity, f.Verdict, f.Resolution, f.TLP, bit(f.Restricted), f.Division)
		return changed, err
	})
	return changed, err
}

// AddNote writes an internal note. It is sealed when anything on the ticket
// came encrypted, for it may quote that.
func (s *Store) AddNote(ctx context.Context, v tickets.Viewer, reference, text string) error {
	return s.act(ctx, v, reference, "note on", func(ctx context.Context, t *tx, id int64) (string, error) {
		if strings.TrimSpace(text) == "" {
			return "", errors.New("the note is empty")
		}
		return "", s.insertNote(ctx, t, v, id, text)
	})
}

func (s *Store) insertNote(ctx context.Context, t *tx, v tickets.Viewer, ticket int64, text string) error {
	const insert = `
		INSERT INTO entries (id, ticket, identity, kind, author, subject, at, filed_at, content, sealed)
		VALUES ($1, $2, $3, 'note', $4, '', $5, $5, $6, $7)`
	identity, err := s.newDedupe("note")
	if err != nil {
		return err
	}
	var encrypted int
	const look = `SELECT count(*) FROM entries WHERE ticket = $1 AND encrypted = 1`
	if err := t.row(ctx, look, []any{ticket}, &encrypted); err != nil {
		return err
	}
	clear, sealed, err := s.seal.store(encrypted > 0, notePlace(identity), content{Text: clean(cut(text, keptText))})
	if err != nil {
		return err
	}
	entry, err := s.number(ctx, t, "entries")
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, insert, entry, ticket, identity, clean(v.Name), t.at, clear, sealed)
	return err
}

func notePlace(identity string) string { return "entries/" + identity + "/content" }
