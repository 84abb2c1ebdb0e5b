package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"postern/intake"
	"postern/tickets"
)

// Classes of waiting mail: a lower one is claimed first.
const (
	classNew     = 0
	classBacklog = 1 // imported, restored, or old when it was taken in
	classJunk    = 2
)

// defaultMaxAge is from when on a mail taken in counts as backlog, unless Options
// say otherwise.
const defaultMaxAge = 48 * time.Hour

// States of a mail.
const (
	mailReceived = "received"
	mailClaimed  = "claimed"
	mailFiled    = "filed"
	mailHeld     = "held"
)

var _ intake.RangeLedger = (*Store)(nil)

// Known lists the deliveries of one source under one UIDVALIDITY, ascending by UID.
func (s *Store) Known(ctx context.Context, source string, uidValidity uint32) ([]intake.Known, error) {
	return s.KnownBetween(ctx, source, uidValidity, 0, math.MaxUint32)
}

// KnownBetween is Known for the UIDs from first to last, see intake.RangeLedger:
// what has left a folder long ago costs nothing when the folder is compared.
func (s *Store) KnownBetween(ctx context.Context, source string, uidValidity, first, last uint32) ([]intake.Known, error) {
	const query = `
		SELECT uid, size, internal_date
		  FROM deliveries
		 WHERE source = $1 AND uidvalidity = $2 AND replaced = 0
		   AND uid BETWEEN $3 AND $4
		 ORDER BY uid`
	var list []intake.Known
	err := each(ctx, s.reader, query, []any{clean(source), int64(uidValidity), int64(first), int64(last)}, func(r *sql.Rows) error {
		var k intake.Known
		var date int64
		if err := r.Scan(&k.UID, &k.Size, &date); err != nil {
			return err
		}
		k.InternalDate = moment(date)
		list = append(list, k)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list known deliveries of %s: %w", source, err)
	}
	return list, nil
}

// Receive is T1, see intake.Ledger. The bytes are compressed before the
// transaction begins, so that it is short.
func (s *Store) Receive(ctx context.Context, batch []intake.Mail) error {
	if len(batch) == 0 {
		return nil
	}
	ready, err := s.press.ahead(batch)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	err = s.write(ctx, "t1", func(whole context.Context, t *tx) error {
		here, err := s.hereAlready(whole, t, ready)
		if err != nil {
			return fmt.Errorf("look up a batch: %w", err)
		}
		if err := s.insertMails(whole, t, ready, here); err != nil {
			return fmt.Errorf("insert mails: %w", err)
		}
		for i := range ready {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := s.receiveOne(whole, t, &ready[i], here); err != nil {
				return err
			}
			s.hook("t1", "inserted")
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("receive %d mails: %w", len(batch), err)
	}
	for _, c := range ready {
		if c.fresh && len(c.ready) == 1 && chunkCount(c.mail.Stored) == 1 {
			s.recent.put(c.row, packed{c.mail.Stored, c.ready[0]})
		}
	}
	return nil
}

// insertMails stores the mails whose bytes are new, and finds the others. They are
// numbered in the order in which they came and inserted in that of their digests:
// two who receive the same mails then wait for each other once, and never in a circle.
func (s *Store) insertMails(ctx context.Context, t *tx, batch []chunks, here *arrived) (err error) {
	order := make([]*chunks, len(batch))
	for i := range batch {
		order[i] = &batch[i]
		if order[i].row, err = s.number(ctx, t, "mails"); err != nil {
			return err
		}
	}
	slices.SortStableFunc(order, func(a, b *chunks) int { return bytes.Compare(a.mail.SHA256[:], b.mail.SHA256[:]) })
	for _, c := range order {
		if c.row, c.fresh, err = s.insertMail(ctx, t, c.mail, c.row, here); err != nil {
			return err
		}
	}
	return nil
}

// receiveOne stores one delivery and, when its bytes are new, those.
func (s *Store) receiveOne(ctx context.Context, t *tx, c *chunks, here *arrived) error {
	m, id, fresh := c.mail, c.row, c.fresh
	added, err := insertDelivery(ctx, t, m.Delivery, id, here)
	if err != nil {
		return fmt.Errorf("insert delivery: %w", err)
	}
	switch {
	case fresh && !added: // cannot be: a number that another mail had was freed for this one
		return fmt.Errorf("delivery %s %d/%d exists and its mail does not", m.Delivery.Mailbox.Source, m.Delivery.UIDValidity, m.Delivery.UID)
	case !added:
		return nil
	case fresh:
		t.announces(WorkMail)
		if err := s.insertChunks(ctx, t, c, id); err != nil {
			return err
		}
	default:
		if err := s.wake(ctx, t, m.Delivery, id); err != nil {
			return err
		}
	}
	text := m.Delivery.Mailbox.Name
	if !fresh {
		text += ", known already"
	}
	addEvent(t, event{What: "received", Mail: id, Text: text})
	return nil
}

// insertMail stores a mail with new bytes under a number, or finds that of the one with
// the same.
func (s *Store) insertMail(ctx context.Context, t *tx, m intake.Mail, id int64, here *arrived) (_ int64, fresh bool, err error) {
	const insert = `
		INSERT INTO mails (id, sha256, size, oversize, state, class, mailbox, source, junk, unanswered, received_at, stored_at)
		VALUES ($1, $2, $3, $4, 'received', $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (sha256) DO NOTHING`
	d, digest := m.Delivery, digestHex(m)
	fresh, err = t.insertNew(ctx, here.mail(digest), insert, id, digest, m.Stored, bit(m.Oversize), s.classOf(d, t.at), clean(d.Mailbox.Name),
		clean(d.Mailbox.Source), bit(d.Mailbox.Junk), bit(d.Unanswered), micros(d.InternalDate), t.at)
	if err != nil || fresh {
		return id, fresh, err
	}
	err = t.row(ctx, `SELECT id FROM mails WHERE sha256 = $1`, []any{digest}, &id)
	return id, false, err
}

func (s *Store) classOf(d intake.Delivery, now int64) int64 {
	switch {
	case d.Mailbox.Junk:
		return classJunk
	case d.Unanswered || moment(now).Sub(d.InternalDate) > s.options.MaxAge:
		return classBacklog
	}
	return classNew
}

// insertDelivery notes that a mailbox held this mail; added is false when that
// is known. When the server has given the same number to another mail (some
// start counting anew without saying so) the older fact is set aside, never the mail.
func insertDelivery(ctx context.Context, t *tx, d intake.Delivery, mail int64, here *arrived) (added bool, err error) {
	const setAside = `
		UPDATE deliveries SET replaced = 1
		 WHERE source = $1 AND uidvalidity = $2 AND uid = $3 AND replaced = 0 AND mail <> $4`
	const insert = `
		INSERT INTO deliveries (source, mailbox, uidvalidity, uid, mail, size, internal_date, junk, stored_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (source, uidvalidity, uid) WHERE replaced = 0 DO NOTHING`
	source := clean(d.Mailbox.Source)
	row := []any{source, clean(d.Mailbox.Name), int64(d.UIDValidity), int64(d.UID), mail,
		d.Size, micros(d.InternalDate), bit(d.Mailbox.Junk), t.at}
	added, err = t.insertNew(ctx, here.delivery(d), insert, row...)
	if err != nil || added {
		return added, err
	}
	n, err := t.exec(ctx, setAside, source, int64(d.UIDValidity), int64(d.UID), mail)
	if err != nil || n == 0 {
		return false, err
	}
	n, err = t.exec(ctx, insert, row...)
	return n == 1, err
}

func (s *Store) insertChunks(ctx context.Context, t *tx, c *chunks, mail int64) error {
	const insert = `INSERT INTO mail_chunks (mail, n, data) VALUES ($1, $2, $3)`
	var plain, packed []byte
	for n := range chunkCount(c.mail.Stored) {
		if n < len(c.ready) {
			if err := t.later(ctx, insert, mail, n, c.ready[n]); err != nil {
				return fmt.Errorf("insert chunk %d of mail %d: %w", n, mail, err)
			}
			continue
		}
		var err error
		if plain == nil {
			plain = make([]byte, chunkSize)
		}
		if packed, err = s.press.chunk(c.mail, n, plain, packed[:0]); err != nil {
			return err
		}
		if _, err := t.exec(ctx, insert, mail, n, packed); err != nil {
			return fmt.Errorf("insert chunk %d of mail %d: %w", n, mail, err)
		}
	}
	if len(c.ready) > 1 {
		c.ready = nil
	}
	return nil
}

// wake files a mail again as a report when all its deliveries so far were junk
// and this one is not: a person has moved it to INBOX.
func (s *Store) wake(ctx context.Context, t *tx, d intake.Delivery, mail int64) error {
	if d.Mailbox.Junk {
		return nil
	}
	const update = `
		UPDATE mails
		   SET junk = 0, mailbox = $2, source = $3, class = $4,
		       refile = CASE WHEN state IN ('filed', 'claimed') OR refile <> '' THEN $5 ELSE refile END,
		       state  = CASE WHEN state = 'filed' THEN 'received' ELSE state END
		 WHERE id = $1 AND junk = 1`
	n, err := t.exec(ctx, update, mail, clean(d.Mailbox.Name), clean(d.Mailbox.Source), s.classOf(d, t.at), tickets.RefileReport)
	if n > 0 {
		t.announces(WorkMail)
	}
	return err
}
