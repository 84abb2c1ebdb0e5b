package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"postern/tickets"
)

// Correspondence reads what a reply in one conversation may use, and nothing of
// any other. reference is the conversation's own.
func (s *Store) Correspondence(ctx context.Context, v tickets.Viewer, reference string) (tickets.Correspondence, error) {
	id, err := s.findConversation(ctx, s.reader, v, reference)
	if err != nil {
		return tickets.Correspondence{}, err
	}
	var c tickets.Correspondence
	if err := thread(ctx, s.reader, id, &c.Thread); err != nil {
		return c, err
	}
	const talk = `SELECT language, their_number, encrypted, signed, pgp_key, tlp FROM conversations WHERE id = $1`
	err = s.reader.row(ctx, talk, []any{id}, &c.Language, &c.TheirNumber, &c.Encrypted, &c.Signed, &c.Key, &c.TLP)
	if err != nil {
		return c, fmt.Errorf("read conversation %s: %w", reference, err)
	}
	if err := s.newestMail(ctx, id, &c); err != nil {
		return c, fmt.Errorf("read conversation %s: %w", reference, err)
	}
	if c.Raised, err = s.raised(ctx, c.Thread.Ticket); err != nil {
		return c, fmt.Errorf("read conversation %s: %w", reference, err)
	}
	return c, nil
}

// raised is the label of a ticket when a person made it stricter than its mails: it
// is about everything that is said of the matter, while that of a mail is its sender's.
func (s *Store) raised(ctx context.Context, ticket int64) (string, error) {
	strictest, err := mailsLabel(ctx, s.reader, ticket)
	if err != nil {
		return "", err
	}
	label := ""
	if err := s.reader.row(ctx, `SELECT tlp FROM tickets WHERE id = $1`, []any{ticket}, &label); err != nil {
		return "", err
	}
	if tickets.TLPStricter(strictest, label) == strictest {
		return "", nil
	}
	return label, nil
}

// newestMail reads what a reply threads to, and the subject of the first mail,
// which is not repeated when its label forbids that. The first mail is named among
// the references too: the newest may be an automatic reply, of which its sender's
// program keeps no copy to thread by.
func (s *Store) newestMail(ctx context.Context, conversation int64, c *tickets.Correspondence) error {
	const newest = `
		SELECT message_id, refs, at FROM entries
		 WHERE conversation = $1 AND kind = 'mail-in'
		 ORDER BY at DESC, id DESC LIMIT 1`
	const first = `
		SELECT subject, tlp, message_id FROM entries
		 WHERE conversation = $1 AND kind = 'mail-in'
		 ORDER BY id LIMIT 1`
	var refs, label, begun string
	var at int64
	err := s.reader.row(ctx, newest, []any{conversation}, &c.MessageID, &refs, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	c.ReceivedAt = moment(at)
	if err := json.Unmarshal([]byte(refs), &c.References); err != nil {
		return fmt.Errorf("decode references: %w", err)
	}
	if err := s.reader.row(ctx, first, []any{conversation}, &c.Subject, &label, &begun); err != nil {
		return err
	}
	if begun != "" && begun != c.MessageID && !slices.Contains(c.References, begun) {
		c.References = append([]string{begun}, c.References...)
	}
	if tickets.TLPNeedsEncryption(label) {
		c.Subject = ""
	}
	return s.protectedSubject(ctx, conversation, c)
}

// maxProtected is how many mails of a conversation are asked for a protected subject.
const maxProtected = 10

// protectedSubject finds the first subject that came inside the encryption. What
// was sealed with a key that is lost has none.
func (s *Store) protectedSubject(ctx context.Context, conversation int64, c *tickets.Correspondence) error {
	const opened = `
		SELECT mail, subject, content, sealed FROM entries
		 WHERE conversation = $1 AND kind = 'mail-in' AND encrypted = 1 AND unopened = 0
		 ORDER BY id LIMIT $2`
	return each(ctx, s.reader, opened, []any{conversation, maxProtected}, func(r *sql.Rows) error {
		var mail int64
		var outer, clear string
		var sealed []byte
		if err := r.Scan(&mail, &outer, &clear, &sealed); err != nil {
			return err
		}
		var had content
		if err := s.seal.load(entryPlace(mail), clear, sealed, &had); err != nil {
			if errors.Is(err, errSeal) || errors.Is(err, errLost) {
				return nil
			}
			return err
		}
		if !c.Protected && (had.Protected || had.Subject != "") {
			c.Protected, c.Inner = true, cmp.Or(had.Subject, outer)
		}
		return nil
	})
}

// QueueReply stores a mail that a person sends in one conversation. The store
// takes ticket, reference and sender from its rows, seals it when the
// conversation is encrypted, and answers tickets.ErrDuplicate when the same
// Dedupe was queued before.
func (s *Store) QueueReply(ctx context.Context, v tickets.Viewer, o tickets.Outgoing) (id int64, err error) {
	if err := mayAct(v); err != nil {
		return 0, fmt.Errorf("queue reply: %w", err)
	}
	o.Automatic, o.By, o.State = false, v.Name, tickets.OutQueued
	o.Purpose = cmp.Or(o.Purpose, tickets.PurposeReply)
	if o.Dedupe == "" {
		if o.Dedupe, err = s.newDedupe(o.Purpose); err != nil {
			return 0, err
		}
	}
	err = s.write(ctx, "reply", func(ctx context.Context, t *tx) error {
		if err := s.address(ctx, t, v, &o); err != nil {
			return err
		}
		if id, err = s.insertOutgoing(ctx, t, o); err != nil {
			return err
		}
		if id == 0 {
			return tickets.ErrDuplicate
		}
		_, err := t.exec(ctx, `UPDATE tickets SET changed = $2 WHERE id = $1`, o.Ticket, t.at)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("queue reply: %w", err)
	}
	return id, nil
}

// address fills in where a reply belongs. It is sealed when the conversation is.
func (s *Store) address(ctx context.Context, t *tx, v tickets.Viewer, o *tickets.Outgoing) error {
	query := `
		SELECT k.id, k.reference, c.reference, c.encrypted
		  FROM conversations c JOIN tickets k ON k.id = c.ticket
		 WHERE ` + visible(v) + ` AND c.id = $2`
	var encrypted bool
	err := t.row(ctx, query, []any{v.Division, o.Conversation}, &o.Ticket, &o.TicketID, &o.Reference, &encrypted)
	if errors.Is(err, sql.ErrNoRows) {
		return tickets.ErrNotFound
	}
	o.Sealed = o.Sealed || encrypted || len(o.EncryptTo) > 0
	return err
}
