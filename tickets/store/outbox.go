package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"postern/tickets"
)

// words is what an outgoing mail says: sealed when its conversation is.
type words struct {
	Vars    map[string]string `json:"vars,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Inner   string            `json:"inner,omitempty"` // the protected one
	Text    string            `json:"text,omitempty"`  // what was sent, when the bytes do not show it
}

func wordsPlace(dedupe string) string { return "outbox/" + dedupe + "/words" }
func bytesPlace(dedupe string) string { return "outbox/" + dedupe + "/bytes" }

// writeAnswer stores the answer that T2 planned. A withheld one is a row as well, so
// that a person can release it; only what is queued counts in the budget.
func (s *Store) writeAnswer(ctx context.Context, t *tx, f tickets.Filing, d tickets.Decision, p place) (queued bool, err error) {
	if d.Answer == nil || p.conversation == 0 {
		return false, nil
	}
	o := *d.Answer
	o.Ticket, o.TicketID, o.Conversation, o.Reference = p.ticket, p.ticketID, p.conversation, p.reference
	o.Dedupe = cmp.Or(o.Dedupe, answerName(f))
	o.Purpose, o.Automatic, o.State = cmp.Or(o.Purpose, tickets.PurposeAnswer), true, cmp.Or(o.State, tickets.OutQueued)
	encrypted := f.Report.Crypto.Encrypted
	if !p.begun { // else it is noted already
		const acknowledge = `UPDATE conversations SET acknowledged = 1 WHERE id = $1 RETURNING encrypted`
		if err := t.row(ctx, acknowledge, []any{p.conversation}, &encrypted); err != nil {
			return false, err
		}
	}
	o.Sealed = o.Sealed || encrypted
	if o.State == tickets.OutWithheld {
		o.Reason = cmp.Or(o.Reason, d.Withheld)
	}
	id, err := s.insertOutgoing(ctx, t, o)
	if err != nil || id == 0 {
		return false, err
	}
	if o.State != tickets.OutQueued {
		return false, nil
	}
	s.spend(t, o)
	return true, nil
}

// answerName is the name by which the answer to a mail is owed once.
func answerName(f tickets.Filing) string {
	return "answer:" + cmp.Or(f.Keys.Identity, f.Claim.SHA256)
}

// insertOutgoing stores one owed mail; id is 0 when its dedupe is known. Its
// Message-ID is found from now on: an answer may be here before T3c commits.
func (s *Store) insertOutgoing(ctx context.Context, t *tx, o tickets.Outgoing) (id int64, err error) {
	const insert = `
		INSERT INTO outbox (id, dedupe, ticket, conversation, purpose, automatic, author, recipient, message_id, thread, in_reply_to,
		                    refs, template, language, words, sealed_words, their_number, sign, encrypt_to, sealed, received_at,
		                    state, reason, not_before, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (dedupe) DO NOTHING`
	o.Dedupe = indexed(o.Dedupe)
	clear, sealed, err := s.seal.store(o.Sealed, wordsPlace(o.Dedupe), words{Vars: o.Vars, Subject: o.Subject, Inner: o.Inner})
	if err != nil {
		return 0, err
	}
	notBefore := t.at
	if !o.NotBefore.IsZero() {
		notBefore = micros(o.NotBefore)
	}
	if id, err = s.number(ctx, t, "outbox"); err != nil {
		return 0, err
	}
	fresh, err := t.insertNew(ctx, t.ahead.has(answerWord, o.Dedupe), insert, id, o.Dedupe, o.Ticket, o.Conversation, o.Purpose, bit(o.Automatic), clean(o.By), clean(o.To),
		clean(o.MessageID), clean(o.Thread), clean(o.InReplyTo), list(o.References), clean(o.Template), clean(o.Language), clear, sealed,
		clean(o.TheirNumber), bit(o.Sign), list(o.EncryptTo), bit(o.Sealed), micros(o.ReceivedAt), o.State,
		clean(cut(o.Reason, eventText)), notBefore, t.at)
	if err != nil {
		return 0, fmt.Errorf("insert outgoing mail: %w", err)
	}
	if !fresh {
		return 0, nil
	}
	t.ahead.note(answerWord, o.Dedupe)
	if err := ownMessageID(ctx, t, o.MessageID, o.Conversation, id); err != nil {
		return 0, err
	}
	if o.State == tickets.OutQueued {
		t.announces(WorkOut)
	}
	text := fmt.Sprintf("%s, template %s", o.Purpose, o.Template)
	if o.Reason != "" {
		text += ": " + o.Reason
	}
	if o.Override != "" {
		text += "; its label was set aside: " + o.Override
	}
	addEvent(t, event{Actor: o.By, What: "out " + o.State, Ticket: o.Ticket, Outgoing: id, Text: text})
	return id, nil
}

// ownMessageID makes a Message-ID findable as one that we sent.
func ownMessageID(ctx context.Context, t *tx, messageID string, conversation, outgoing int64) error {
	const insert = `
		INSERT INTO message_ids (message_id, conversation, entry, outgoing, sender) VALUES ($1, $2, 0, $3, '')
		ON CONFLICT DO NOTHING`
	if messageID == "" {
		return nil
	}
	t.ahead.note(messageWord, indexed(messageID))
	return t.later(ctx, insert, indexed(messageID), conversation, outgoing)
}

// list is a list of words as it stands in a row.
func list(words []string) string {
	if len(words) == 0 {
		return "[]"
	}
	text, err := json.Marshal(words)
	if err != nil { // strings always encode
		return "[]"
	}
	return clean(string(text))
}

const outgoingColumns = `
	o.id, o.dedupe, o.ticket, k.reference, o.conversation, c.reference, o.purpose, o.automatic, o.author, o.recipient,
	o.message_id, o.thread, o.in_reply_to, o.refs, o.template, o.language, o.words, o.sealed_words, o.their_number, o.sign,
	o.encrypt_to, o.sealed, o.received_at, o.state, o.reason, o.attempts, o.not_before, o.created, r.data, o.envelope_from`

const outgoingTables = `
	outbox o JOIN tickets k ON k.id = o.ticket JOIN conversations c ON c.id = o.conversation
	         LEFT JOIN rendered r ON r.outgoing = o.id`

// Outgoing reads one mail of the outbox by its row number.
func (s *Store) Outgoing(ctx context.Context, id int64) (tickets.Outgoing, error) {
	return s.outgoingBy(ctx, s.reader, id)
}

// errNoOutgoing says that the outbox has no such row.
var errNoOutgoing = errors.New("there is none")

func (s *Store) outgoingBy(ctx context.Context, q querier, id int64) (tickets.Outgoing, error) {
	const query = `SELECT ` + outgoingColumns + ` FROM ` + outgoingTables + ` WHERE o.id = $1`
	all, err := s.outgoing(ctx, q, query, id)
	if err == nil && len(all) == 0 {
		err = errNoOutgoing
	}
	if err != nil {
		return tickets.Outgoing{}, fmt.Errorf("read outgoing mail %d: %w", id, err)
	}
	return all[0], nil
}

func (s *Store) outgoing(ctx context.Context, q querier, query string, args ...any) ([]tickets.Outgoing, error) {
	var all []tickets.Outgoing
	err := each(ctx, q, query, args, func(r *sql.Rows) error {
		o, err := s.scanOutgoing(r)
		all = append(all, o)
		return err
	})
	return all, err
}

func (s *Store) scanOutgoing(r *sql.Rows) (tickets.Outgoing, error) {
	var o tickets.Outgoing
	var refs, encryptTo, clear string
	var sealed, bytes []byte
	var received, notBefore, created int64
	err := r.Scan(&o.ID, &o.Dedupe, &o.Ticket, &o.TicketID, &o.Conversation, &o.Reference, &o.Purpose, &o.Automatic, &o.By, &o.To,
		&o.MessageID, &o.Thread, &o.InReplyTo, &refs, &o.Template, &o.Language, &clear, &sealed, &o.TheirNumber, &o.Sign,
		&encryptTo, &o.Sealed, &received, &o.State, &o.Reason, &o.Attempts, &notBefore, &created, &bytes, &o.EnvelopeFrom)
	if err != nil {
		return o, err
	}
	o.ReceivedAt, o.NotBefore, o.Created = moment(received), moment(notBefore), moment(created)
	var w words
	if err := s.seal.load(wordsPlace(o.Dedupe), clear, sealed, &w); err != nil {
		return o, err
	}
	o.Vars, o.Subject, o.Inner = w.Vars, w.Subject, w.Inner
	if o.Bytes, err = s.openBytes(o.Dedupe, o.Sealed, bytes); err != nil {
		return o, err
	}
	return o, errors.Join(json.Unmarshal([]byte(refs), &o.References), json.Unmarshal([]byte(encryptTo), &o.EncryptTo))
}

func (s *Store) openBytes(dedupe string, sealed bool, stored []byte) ([]byte, error) {
	if !sealed || len(stored) == 0 {
		return stored, nil
	}
	return s.seal.open(bytesPlace(dedupe), stored)
}

// Take is T3a, see responder.Outbox. Bytes of an earlier attempt stay, with the
// envelope they left in; Bytes gives what is to be sent.
func (s *Store) Take(ctx context.Context, id int64, a tickets.Attempt) (token int64, err error) {
	err = s.writeTogether(ctx, "t3a", patience, func(ctx context.Context, t *tx) error {
		token = 0 // of a try before: it is another one's by now, or nobody's
		return s.take(ctx, t, id, a, &token)
	})
	if err != nil {
		if token > 0 {
			s.strays.addOut(a.Worker, id, token)
		}
		return 0, fmt.Errorf("claim outgoing mail %d: %w", id, err)
	}
	return token, nil
}

// take claims a row that is still as it was listed. A list may be old, another
// machine's above all: what the relay has put off since is not tried again at once.
func (s *Store) take(ctx context.Context, t *tx, id int64, a tickets.Attempt, token *int64) error {
	look := `
		SELECT o.token, o.ticket, o.dedupe, o.sealed, o.envelope_from,
		       CASE WHEN EXISTS (SELECT 1 FROM rendered r WHERE r.outgoing = o.id) THEN 1 ELSE 0 END
		  FROM outbox o
		 WHERE o.id = $1 AND o.state = 'queued' AND o.attempts = $2 AND o.not_before <= $3` + s.dialect.forUpdate
	const update = `
		UPDATE outbox
		   SET state = 'claimed', token = token + 1, attempts = attempts + 1, worker = $3, claimed_at = $4, envelope_from = $5
		 WHERE id = $1 AND token = $2 AND state = 'queued'`
	if err := s.lives(ctx, t, a.Worker); err != nil {
		return err
	}
	var ticket, before, sealed, rendered int64
	var dedupe, from string
	read := func(r scanner) error { return r.Scan(&before, &ticket, &dedupe, &sealed, &from, &rendered) }
	return t.askOne(ctx, tickets.ErrTaken, look, []any{id, a.Number - 1, t.at}, read, func() error {
		if rendered == 0 {
			from = clean(a.EnvelopeFrom)
			if err := s.writeRendered(ctx, t, id, dedupe, sealed == 1, a.Bytes); err != nil {
				return err
			}
			if err := s.keepText(ctx, t, id, dedupe, sealed == 1, a.Text); err != nil {
				return err
			}
		}
		*token = before + 1
		addEvent(t, event{What: "out claimed", Ticket: ticket, Outgoing: id})
		return t.must(ctx, tickets.ErrTaken, update, id, before, clean(a.Worker), t.at, from)
	})
}

// writeRendered records the bytes that every attempt sends. A mail that could
// not be rendered has none: its claim records the attempt that is about to
// fail, and a later one renders anew.
func (s *Store) writeRendered(ctx context.Context, t *tx, id int64, dedupe string, secret bool, bytes []byte) (err error) {
	if len(bytes) == 0 {
		return nil
	}
	data := bytes
	if secret {
		if data, err = s.seal.seal(bytesPlace(dedupe), bytes); err != nil {
			return err
		}
	}
	return t.later(ctx, `INSERT INTO rendered (outgoing, digest, data) VALUES ($1, $2, $3)`, id, digestOf(string(bytes)), data)
}

// keepText keeps what an encrypted mail says beside the words it was made of:
// whoever works the ticket has to see what was answered.
func (s *Store) keepText(ctx context.Context, t *tx, id int64, dedupe string, secret bool, text string) error {
	if text == "" {
		return nil
	}
	const look = `SELECT words, sealed_words FROM outbox WHERE id = $1`
	const update = `UPDATE outbox SET words = $2, sealed_words = $3 WHERE id = $1`
	var clear string
	var sealed []byte
	return t.askOne(ctx, errNoOutgoing, look, []any{id}, func(r scanner) error { return r.Scan(&clear, &sealed) }, func() error {
		var w words
		if err := s.seal.load(wordsPlace(dedupe), clear, sealed, &w); err != nil {
			return err
		}
		w.Text = cut(text, sentText)
		clear, sealed, err := s.seal.store(secret, wordsPlace(dedupe), w)
		if err != nil {
			return err
		}
		return t.later(ctx, update, id, clear, sealed)
	})
}

// Bytes gives what an attempt recorded: every retry sends the same. nil before
// the first attempt.
func (s *Store) Bytes(ctx context.Context, id int64) ([]byte, error) {
	o, err := s.outgoingBy(ctx, s.reader, id)
	return o.Bytes, err
}

// Handed is T3b, see responder.Outbox.
func (s *Store) Handed(ctx context.Context, id, token int64) error {
	const update = `UPDATE outbox SET state = 'handed' WHERE id = $1 AND token = $2 AND state = 'claimed' RETURNING ticket`
	err := s.writeTogether(ctx, "t3b", patienceOfDots, func(ctx context.Context, t *tx) error {
		var ticket int64
		return t.askOne(ctx, tickets.ErrFence, update, []any{id, token}, func(r scanner) error { return r.Scan(&ticket) }, func() error {
			addEvent(t, event{What: "out handed", Ticket: ticket, Outgoing: id})
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("note that outgoing mail %d is handed over: %w", id, err)
	}
	return nil
}

// Settle is T3c, see responder.Outbox.
func (s *Store) Settle(ctx context.Context, id, token int64, result tickets.SendResult) error {
	err := s.writeTogether(ctx, "t3c", patience, func(ctx context.Context, t *tx) error {
		return s.settle(ctx, t, id, token, result)
	})
	if err != nil {
		return fmt.Errorf("settle outgoing mail %d: %w", id, err)
	}
	return nil
}

// settle writes how an attempt ended. Only rows in flight with this token are touched.
func (s *Store) settle(ctx context.Context, t *tx, id, token int64, result tickets.SendResult) error {
	switch result.State {
	case tickets.OutQueued:
		return s.requeueOut(ctx, t, id, token, result.Reason, "", result.Retry.UnixMicro())
	case tickets.OutSent, tickets.OutFailed, tickets.OutUnsure:
	default:
		return fmt.Errorf("an attempt cannot end as %q", result.State)
	}
	const update = `
		UPDATE outbox
		   SET state = $2, reason = $3, relay_id = CASE WHEN $4 = '' THEN relay_id ELSE $4 END, settled_at = $5
		 WHERE id = $1 AND token = $6 AND state IN ('claimed', 'handed')`
	reason := clean(cut(result.Reason, eventText))
	if err := t.must(ctx, tickets.ErrFence, update, id, result.State, reason, clean(result.RelayID), t.at, token); err != nil {
		return err
	}
	var o sentRow
	return t.askOne(ctx, errNoOutgoing, sentQuery, []any{id}, o.read, func() error {
		if err := ownMessageID(ctx, t, result.RelayID, o.conversation, id); err != nil {
			return err
		}
		addEvent(t, event{What: "out " + result.State, Ticket: o.ticket, Outgoing: id, Text: reason})
		if result.State == tickets.OutFailed {
			return nil
		}
		return s.writeSent(ctx, t, id, o)
	})
}

// requeueOut puts a mail in flight back into the queue; its bytes stay.
func (s *Store) requeueOut(ctx context.Context, t *tx, id, token int64, reason, why string, notBefore ...int64) error {
	const update = `
		UPDATE outbox SET state = 'queued', reason = $2, not_before = $3
		 WHERE id = $1 AND token = $4 AND state IN ('claimed', 'handed')
		RETURNING ticket`
	at := t.at
	if len(notBefore) > 0 {
		at = max(at, notBefore[0])
	}
	var ticket int64
	if err := t.row(ctx, update, []any{id, clean(cut(reason, eventText)), at, token}, &ticket); err != nil {
		return fenced(err)
	}
	if at == t.at {
		t.announces(WorkOut)
	}
	addEvent(t, event{What: "out queued", Ticket: ticket, Outgoing: id, Text: cmp.Or(reason, why)})
	return nil
}

// newDedupe draws a name for a mail that a person sends.
func (s *Store) newDedupe(purpose string) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.options.Rand, b[:]); err != nil {
		return "", fmt.Errorf("draw a name for the mail: %w", err)
	}
	return purpose + ":" + hex.EncodeToString(b[:]), nil
}
