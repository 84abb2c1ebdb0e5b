package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"postern/tickets"
)

// readAgain is the event of a person who has mails read once more.
const readAgain = "read again"

// ReadAgain has mails of a ticket parsed and filed again, in their place, because
// a key was added: those that came encrypted or signed. It gives their numbers.
func (s *Store) ReadAgain(ctx context.Context, v tickets.Viewer, reference string) (mails []int64, err error) {
	const which = `
		SELECT e.mail FROM entries e JOIN mails m ON m.id = e.mail
		 WHERE e.ticket = $1 AND (e.encrypted = 1 OR e.content LIKE '%"crypto":"%') AND m.state = 'filed' AND m.refile = ''
		 ORDER BY e.mail`
	err = s.act(ctx, v, reference, readAgain, func(ctx context.Context, t *tx, id int64) (string, error) {
		if mails, err = column[int64](ctx, t, which, id); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d mails", len(mails)), refileRead(ctx, t, mails)
	})
	return mails, err
}

// ReadUnopened does the same with every encrypted mail that could not be opened, of
// all tickets that the viewer may see. One event tells of it on each ticket.
func (s *Store) ReadUnopened(ctx context.Context, v tickets.Viewer) (mails []int64, err error) {
	which := `
		SELECT e.mail, e.ticket
		  FROM entries e JOIN mails m ON m.id = e.mail JOIN tickets k ON k.id = e.ticket
		 WHERE ` + visible(v) + ` AND e.unopened = 1 AND m.state = 'filed' AND m.refile = ''
		 ORDER BY e.mail`
	if err := mayAct(v); err != nil {
		return nil, fmt.Errorf("read again what could not be opened: %w", err)
	}
	err = s.write(ctx, "act", func(ctx context.Context, t *tx) error {
		mails = nil // of a try before
		told := map[int64]bool{}
		err := each(ctx, t, which, []any{v.Division}, func(r *sql.Rows) error {
			var mail, ticket int64
			if err := r.Scan(&mail, &ticket); err != nil {
				return err
			}
			if mails = append(mails, mail); !told[ticket] {
				told[ticket] = true
				addEvent(t, event{Actor: v.Name, What: readAgain, Ticket: ticket, Text: "what could not be opened"})
			}
			return nil
		})
		if err != nil {
			return err
		}
		return refileRead(ctx, t, mails)
	})
	if err != nil {
		return nil, fmt.Errorf("read again what could not be opened: %w", err)
	}
	return mails, nil
}

func refileRead(ctx context.Context, t *tx, mails []int64) error {
	const update = `UPDATE mails SET state = 'received', refile = $2 WHERE id = $1 AND state = 'filed' AND refile = ''`
	for _, mail := range mails {
		t.announces(WorkMail)
		if _, err := t.exec(ctx, update, mail, tickets.RefileRead); err != nil {
			return err
		}
	}
	return nil
}

// Reread tells how far mails that are read again have come, in their order. What
// is said of them comes from the mails' outside and from our keys, and is no secret
// of anybody who may see the ticket.
func (s *Store) Reread(ctx context.Context, v tickets.Viewer, mails []int64) ([]tickets.Reread, error) {
	query := `
		SELECT k.reference, m.state = 'filed' AND m.refile = '', m.state = 'held', e.encrypted, e.unopened, e.content, e.sealed
		  FROM entries e JOIN mails m ON m.id = e.mail JOIN tickets k ON k.id = e.ticket
		 WHERE ` + visible(v) + ` AND e.mail = $2`
	var all []tickets.Reread
	for _, mail := range mails {
		one := tickets.Reread{Mail: mail}
		var clear string
		var sealed []byte
		err := s.reader.row(ctx, query, []any{v.Division, mail}, &one.Ticket, &one.Done, &one.Held, &one.Encrypted, &one.Unopened, &clear, &sealed)
		if errors.Is(err, sql.ErrNoRows) { // what came out of it is not for this viewer
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("look at mail %d: %w", mail, err)
		}
		var c content
		if err := s.seal.load(entryPlace(mail), clear, sealed, &c); err != nil {
			return nil, fmt.Errorf("look at mail %d: %w", mail, err)
		}
		one.Crypto = c.Crypto
		all = append(all, one)
	}
	return all, nil
}

// Rereading counts the mails that wait to be read again.
func (s *Store) Rereading(ctx context.Context) (n int64, err error) {
	const query = `SELECT count(*) FROM mails WHERE refile = 'read' AND (state = 'received' OR state = 'claimed')`
	if err := s.reader.row(ctx, query, nil, &n); err != nil {
		return 0, fmt.Errorf("count mails to read again: %w", err)
	}
	return n, nil
}
