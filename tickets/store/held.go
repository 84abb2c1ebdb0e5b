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

// ErrUnsure says that a mail whose fate is unknown is not sent again: never an
// automatic one, a person's only when that person says so.
var ErrUnsure = errors.New("it may have arrived")

// Held lists what waits for a person, oldest first: mails that could not be
// filed, and outgoing mails that were withheld, failed or are unsure.
func (s *Store) Held(ctx context.Context, v tickets.Viewer) ([]tickets.Held, error) {
	list, err := s.heldMails(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("list held mails: %w", err)
	}
	out, err := s.heldOut(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("list held answers: %w", err)
	}
	late, err := s.delayedOut(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("list delayed answers: %w", err)
	}
	return append(append(list, out...), late...), nil
}

// delayedOut lists answers that a budget lets leave later, by themselves.
func (s *Store) delayedOut(ctx context.Context, v tickets.Viewer) ([]tickets.Held, error) {
	query := `
		SELECT o.id, 'delayed', o.reason, k.reference, o.recipient, o.attempts, o.created, o.not_before
		  FROM outbox o JOIN tickets k ON k.id = o.ticket
		 WHERE ` + visible(v) + ` AND o.state = 'queued' AND o.not_before > $2 AND o.attempts = 0 AND o.reason <> ''
		 ORDER BY o.not_before, o.id`
	return s.listOut(ctx, query, v.Division, s.now())
}

// Owed lists the outgoing mails of a ticket that have not left, and that nobody has
// seen to in another way: those that wait for a person, and those that leave by
// themselves, in state queued, at the time that stands in Next.
func (s *Store) Owed(ctx context.Context, v tickets.Viewer, ticket string) ([]tickets.Held, error) {
	query := `
		SELECT o.id, o.state, o.reason, k.reference, o.recipient, o.attempts, o.created, CASE WHEN o.state = 'queued' THEN o.not_before ELSE 0 END
		  FROM outbox o JOIN tickets k ON k.id = o.ticket
		 WHERE ` + visible(v) + ` AND k.reference = $2 AND (o.state = 'queued' OR ` + isHeld + `)
		   AND NOT EXISTS (SELECT 1 FROM dealt_with d WHERE d.outgoing = o.id)
		 ORDER BY o.id`
	list, err := s.listOut(ctx, query, v.Division, clean(ticket))
	if err != nil {
		return nil, fmt.Errorf("list what %s owes: %w", ticket, err)
	}
	return list, nil
}

// heldMails lists mails that no division owns yet: a division does not see them.
func (s *Store) heldMails(ctx context.Context, v tickets.Viewer) ([]tickets.Held, error) {
	const query = `
		SELECT m.id, m.reason, m.source, m.stored_at, m.tries, coalesce(k.reference, '')
		  FROM mails m
		  LEFT JOIN entries e ON e.id = m.entry
		  LEFT JOIN tickets k ON k.id = e.ticket
		 WHERE m.state = 'held'
		 ORDER BY m.id`
	list := []tickets.Held{}
	if v.Role == roleDivision || mayAct(v) != nil && v.Role != roleAuditor {
		return list, nil
	}
	err := each(ctx, s.reader, query, nil, func(r *sql.Rows) error {
		h := tickets.Held{What: "mail"}
		var id, since int64
		if err := r.Scan(&id, &h.Reason, &h.Source, &since, &h.Tries, &h.Ticket); err != nil {
			return err
		}
		h.ID, h.Since = fmt.Sprintf("mail:%d", id), moment(since)
		list = append(list, h)
		return nil
	})
	return list, err
}

func (s *Store) heldOut(ctx context.Context, v tickets.Viewer) ([]tickets.Held, error) {
	query := `
		SELECT o.id, o.state, o.reason, k.reference, o.recipient, o.attempts, CASE WHEN o.settled_at > 0 THEN o.settled_at ELSE o.created END, 0
		  FROM outbox o JOIN tickets k ON k.id = o.ticket
		 WHERE ` + visible(v) + ` AND ` + isHeld + `
		   AND NOT EXISTS (SELECT 1 FROM dealt_with d WHERE d.outgoing = o.id)
		 ORDER BY o.id`
	return s.listOut(ctx, query, v.Division)
}

func (s *Store) listOut(ctx context.Context, query string, args ...any) ([]tickets.Held, error) {
	var list []tickets.Held
	err := each(ctx, s.reader, query, args, func(r *sql.Rows) error {
		var h tickets.Held
		var id, since, next int64
		if err := r.Scan(&id, &h.What, &h.Reason, &h.Ticket, &h.To, &h.Tries, &since, &next); err != nil {
			return err
		}
		h.ID, h.Since = fmt.Sprintf("out:%d", id), moment(since)
		if next > 0 {
			h.Next = moment(next)
		}
		list = append(list, h)
		return nil
	})
	return list, err
}

// Requeue gives what was held another chance: "mail:12" is parsed again from
// nothing, "out:7" is sent. ErrUnsure for a mail that may have left: an
// automatic one never leaves again, a person's only with again.
func (s *Store) Requeue(ctx context.Context, v tickets.Viewer, id string, again bool) error {
	if err := mayAct(v); err != nil {
		return fmt.Errorf("requeue %s: %w", id, err)
	}
	kind, digits, _ := strings.Cut(id, ":")
	row, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || kind != "mail" && kind != "out" {
		return fmt.Errorf("requeue %q: %w", id, tickets.Mistyped("say mail:NUMBER or out:NUMBER, as the list of held mail shows it"))
	}
	err = s.write(ctx, "requeue", func(ctx context.Context, t *tx) error {
		if kind == "mail" {
			return requeueMail(ctx, t, v, row)
		}
		return s.requeueHeldOut(ctx, t, v, row, again)
	})
	if err != nil {
		return fmt.Errorf("requeue %s: %w", id, err)
	}
	return nil
}

func requeueMail(ctx context.Context, t *tx, v tickets.Viewer, id int64) error {
	if v.Role == roleDivision {
		return tickets.ErrNotFound
	}
	const update = `UPDATE mails SET state = 'received', tries = 0, reason = '' WHERE id = $1 AND state = 'held'`
	n, err := t.exec(ctx, update, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("no such mail is held")
	}
	t.announces(WorkMail)
	addEvent(t, event{Actor: v.Name, What: "requeued", Mail: id})
	return nil
}

func (s *Store) requeueHeldOut(ctx context.Context, t *tx, v tickets.Viewer, id int64, again bool) error {
	look := `
		SELECT o.state, o.automatic, o.ticket, o.sealed = 1 AND o.created <= $4, o.state = 'queued' AND o.not_before > $3 AND o.attempts = 0 AND o.reason <> ''
		  FROM outbox o JOIN tickets k ON k.id = o.ticket
		 WHERE ` + visible(v) + ` AND o.id = $2`
	var state string
	var automatic, delayed, lost bool
	var ticket int64
	err := t.row(ctx, look, []any{v.Division, id, t.at, s.seal.lostAt.Load()}, &state, &automatic, &ticket, &lost, &delayed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("no such mail is held")
	case err != nil:
		return err
	case lost:
		return fmt.Errorf("it %w: write to the person instead", errLost)
	case state == tickets.OutUnsure && automatic:
		return fmt.Errorf("%w; what answers by itself is never sent twice: write to the person instead", ErrUnsure)
	case state == tickets.OutUnsure && !again:
		return fmt.Errorf("%w; ask, or say that it is to be sent again all the same", ErrUnsure)
	case delayed: // it leaves now instead of later
	case state != tickets.OutUnsure && state != tickets.OutFailed && state != tickets.OutWithheld:
		return fmt.Errorf("it is %s and not held", state)
	}
	const update = `UPDATE outbox SET state = 'queued', reason = '', not_before = $2 WHERE id = $1 AND state = $3`
	n, err := t.exec(ctx, update, id, t.at, state)
	if err != nil {
		return err
	}
	if n == 0 {
		return tickets.ErrConflict
	}
	if _, err := t.exec(ctx, `DELETE FROM dealt_with WHERE outgoing = $1`, id); err != nil {
		return err
	}
	t.announces(WorkOut)
	addEvent(t, event{Actor: v.Name, What: "requeued", Ticket: ticket, Outgoing: id, Text: "was " + state})
	return nil
}
