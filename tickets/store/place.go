package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"postern/tickets"
)

// place is where an entry goes. conversation is 0 for an unproven entry.
type place struct {
	ticket, conversation int64
	ticketID, reference  string
	begun                bool // the conversation was made for this very mail
}

// people is how many participants one mail may add.
const people = 200

// place finds or makes the ticket and the conversation a decision names.
func (s *Store) place(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision) (p place, err error) {
	switch d.Match {
	case tickets.MatchNew:
		p, err = s.placeNew(ctx, t, f, e, d)
	case tickets.MatchAttach:
		p, err = s.placeAttached(ctx, t, f, d)
	case tickets.MatchFollowUp:
		p, err = placeInThread(e.Evidence, d.Conversation)
	case tickets.MatchUnproven, tickets.MatchAltered, tickets.MatchEcho:
		p, err = placeOnTicket(ctx, t, d.Ticket)
	default:
		return place{}, ownf("unknown decision %q", d.Match)
	}
	if err != nil {
		return place{}, err
	}
	if err := s.touch(ctx, t, f, e, d, p); err != nil {
		return place{}, err
	}
	return p, leave(ctx, t, e.existing, p)
}

// touch brings ticket and conversation up to date with a new entry. What
// nobody has proven changes neither.
func (s *Store) touch(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision, p place) error {
	switch d.Match {
	case tickets.MatchFollowUp, tickets.MatchAttach:
		if err := s.updateTicket(ctx, t, e, d, f.Report.TLP, p); err != nil {
			return err
		}
	case tickets.MatchEcho, tickets.MatchUnproven, tickets.MatchAltered:
		return nil
	}
	if p.begun {
		return join(ctx, t, d, p.conversation)
	}
	return s.updateConversation(ctx, t, f, e, d, p.conversation)
}

// touchReread notes what only reading a mail again has told: its label, its
// signature. An unproven entry still changes nothing.
func (s *Store) touchReread(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision, p place) error {
	if p.conversation == 0 {
		return nil
	}
	d.State, d.People = "", nil
	if err := s.updateTicket(ctx, t, e, d, f.Report.TLP, p); err != nil {
		return err
	}
	if d.Category != "" {
		if err := placeAnew(ctx, t, d, p.ticket); err != nil {
			return err
		}
	}
	return s.updateConversation(ctx, t, f, e, d, p.conversation)
}

// placeAnew gives a ticket that no person has touched what its mail suggests now.
// What a person decided stands.
func placeAnew(ctx context.Context, t *tx, d tickets.Decision, ticket int64) error {
	const update = `
		UPDATE tickets
		   SET kind = $2, category = $3, severity = $4, division = $5, restricted = $6, routed = $7
		 WHERE id = $1 AND state = 'new' AND restricted = 0
		   AND NOT EXISTS (SELECT 1 FROM events WHERE ticket = $1 AND actor <> '' AND what <> $8)`
	_, err := t.exec(ctx, update, ticket, clean(d.Kind), clean(d.Category), clean(d.Severity), clean(d.Division), bit(d.Restricted), reasons(d.Routed), readAgain)
	return err
}

func (s *Store) placeNew(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision) (place, error) {
	if e.existing != nil && f.Claim.Refile == tickets.RefileReport {
		alone, err := onlyEntry(ctx, t, e.existing)
		if err != nil {
			return place{}, err
		}
		if alone && e.existing.conversation != 0 {
			th := e.Existing.Thread
			p := place{ticket: th.Ticket, conversation: th.Conversation, ticketID: th.TicketID, reference: th.Reference}
			return p, rewriteTicket(ctx, t, d, f.Report.TLP, p)
		}
	}
	reference, err := s.freeReference(ctx, t)
	if err != nil {
		return place{}, err
	}
	return s.insertTicket(ctx, t, f, d, reference)
}

// onlyEntry tells whether nobody else has written to the ticket of this entry:
// then it is the mail's own and keeps its ID.
func onlyEntry(ctx context.Context, t *tx, old *oldEntry) (bool, error) {
	var others int
	err := t.row(ctx, `SELECT count(*) FROM entries WHERE ticket = $1 AND id <> $2`, []any{old.ticket, old.id}, &others)
	return others == 0, err
}

// insertTicket makes a ticket and its first conversation under one reference. A ticket without a division is
// in nobody's queue: automatic mail that reports nothing.
func (s *Store) insertTicket(ctx context.Context, t *tx, f tickets.Filing, d tickets.Decision, reference string) (place, error) {
	const insert = `
		INSERT INTO tickets (id, reference, subject, state, kind, verdict, resolution, division, category, severity, tlp, restricted, routed, created, changed)
		VALUES ($1, $2, $3, $4, $5, 'unverified', $6, $7, $8, $9, $10, $11, $12, $13, $13)
		ON CONFLICT (reference) DO NOTHING`
	p := place{ticketID: reference, reference: reference, begun: true}
	var err error
	if p.ticket, err = s.number(ctx, t, "tickets"); err != nil {
		return place{}, err
	}
	err = t.must(ctx, errMoved, insert, p.ticket, reference, clean(d.Subject), cmp.Or(d.State, tickets.New), cmp.Or(d.Kind, "incident"), d.Resolution,
		clean(d.Division), clean(d.Category), clean(d.Severity), tickets.TLPStricter("", f.Report.TLP), bit(d.Restricted),
		reasons(d.Routed), t.at)
	if err != nil {
		return place{}, fmt.Errorf("insert ticket: %w", err)
	}
	p.conversation, err = s.insertConversation(ctx, t, f, d, p.ticket, reference)
	return p, err
}

// insertConversation makes a conversation with all that its first mail tells
// and the answer to it.
func (s *Store) insertConversation(ctx context.Context, t *tx, f tickets.Filing, d tickets.Decision, ticket int64, reference string) (int64, error) {
	const insert = `
		INSERT INTO conversations (id, ticket, reference, role, party, language, created,
		                           encrypted, signed, pgp_key, their_number, tlp, acknowledged)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (reference) DO NOTHING`
	id, err := s.number(ctx, t, "conversations")
	if err != nil {
		return 0, err
	}
	err = t.must(ctx, errMoved, insert, id, ticket, reference, cmp.Or(d.Role, "reporter"), clean(d.Party), clean(d.Language), t.at,
		bit(f.Report.Crypto.Encrypted), bit(d.Signed != ""), clean(d.Key), clean(d.TheirNumber),
		tickets.TLPStricter("", f.Report.TLP), bit(d.Answer != nil))
	if err != nil {
		return 0, fmt.Errorf("insert conversation: %w", err)
	}
	return id, nil
}

// rewriteTicket gives a ticket that was filed as junk the decision made now.
func rewriteTicket(ctx context.Context, t *tx, d tickets.Decision, tlp string, p place) error {
	const update = `
		UPDATE tickets
		   SET subject = $2, state = $3, kind = $4, resolution = $5, division = $6, category = $7,
		       severity = $8, tlp = $9, restricted = $10, routed = $11, changed = $12
		 WHERE id = $1`
	const talk = `UPDATE conversations SET role = $2, party = $3, language = $4 WHERE id = $1`
	_, err := t.exec(ctx, update, p.ticket, clean(d.Subject), cmp.Or(d.State, tickets.New), cmp.Or(d.Kind, "incident"), d.Resolution,
		clean(d.Division), clean(d.Category), clean(d.Severity), tickets.TLPStricter("", tlp), bit(d.Restricted),
		reasons(d.Routed), t.at)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, talk, p.conversation, cmp.Or(d.Role, "reporter"), clean(d.Party), clean(d.Language))
	return err
}

// placeAttached gives the sender a conversation of his own on somebody's ticket.
func (s *Store) placeAttached(ctx context.Context, t *tx, f tickets.Filing, d tickets.Decision) (place, error) {
	p, err := placeOnTicket(ctx, t, d.Ticket)
	if err != nil {
		return place{}, err
	}
	p.begun = true
	if p.reference, err = s.freeReference(ctx, t); err != nil {
		return place{}, err
	}
	p.conversation, err = s.insertConversation(ctx, t, f, d, p.ticket, p.reference)
	return p, err
}

func placeOnTicket(ctx context.Context, t *tx, ticket int64) (place, error) {
	p := place{ticket: ticket}
	err := t.row(ctx, `SELECT reference FROM tickets WHERE id = $1`, []any{ticket}, &p.ticketID)
	if errors.Is(err, sql.ErrNoRows) {
		return place{}, ownf("the decision names ticket row %d, which does not exist", ticket)
	}
	return p, err
}

func placeInThread(e tickets.Evidence, conversation int64) (place, error) {
	threads := e.Threads()
	if e.Existing != nil { // a person accepted it
		threads = append(threads, e.Existing.Thread)
	}
	for _, th := range threads {
		if th.Conversation == conversation {
			return place{ticket: th.Ticket, ticketID: th.TicketID, conversation: th.Conversation, reference: th.Reference}, nil
		}
	}
	return place{}, ownf("the decision names conversation row %d, which is not in its evidence", conversation)
}

// updateTicket lets a further entry change state and TLP. A RED one takes the ticket
// out of everybody's sight who may not see RED: on a ticket that others reported too
// only the entry is RED, or whoever reports the same could hide what they reported.
func (s *Store) updateTicket(ctx context.Context, t *tx, e found, d tickets.Decision, tlp string, p place) error {
	const update = `
		UPDATE tickets
		   SET state      = CASE WHEN $2 = '' THEN state ELSE $2 END,
		       resolution = CASE WHEN $2 = '' THEN resolution ELSE $3 END,
		       tlp        = CASE WHEN CAST($4 AS TEXT) = 'RED' AND EXISTS (SELECT 1 FROM conversations c WHERE c.ticket = $1 AND c.id <> $6)
		                         THEN tlp ELSE CAST($4 AS TEXT) END,
		       changed    = $5
		 WHERE id = $1`
	return s.stillThere(ctx, t, e.Evidence, p.ticket, func(label string) error {
		return t.later(ctx, update, p.ticket, d.State, d.Resolution, tickets.TLPStricter(label, tlp), t.at, p.conversation)
	})
}

// mailsLabel is the strictest label that its mails have given to a ticket: see
// updateTicket, and what nobody has proven gives none. A stricter one is a person's.
func mailsLabel(ctx context.Context, q querier, ticket int64) (strictest string, err error) {
	const labels = `
		SELECT DISTINCT e.tlp
		  FROM entries e
		 WHERE e.ticket = $1 AND e.unproven = 0
		   AND (e.tlp <> 'RED' OR NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ticket = e.ticket AND c.id <> e.conversation))`
	list, err := column[string](ctx, q, labels, ticket)
	for _, label := range list {
		strictest = tickets.TLPStricter(strictest, label)
	}
	return strictest, err
}

// updateConversation adds what a mail tells about its sender's side. Came one
// mail of it encrypted, the conversation stays so.
func (s *Store) updateConversation(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision, conversation int64) error {
	const update = `
		UPDATE conversations
		   SET encrypted    = CASE WHEN $2 = 1 THEN 1 ELSE encrypted END,
		       signed       = CASE WHEN $3 = '' THEN signed ELSE 1 END,
		       pgp_key      = CASE WHEN $4 = '' THEN pgp_key ELSE $4 END,
		       their_number = CASE WHEN $5 = '' THEN their_number ELSE $5 END,
		       language     = CASE WHEN language = '' THEN $6 ELSE language END,
		       tlp          = $7
		 WHERE id = $1`
	err := s.stillOwed(ctx, t, e.Evidence, conversation, func(label string) error {
		return t.later(ctx, update, conversation, bit(f.Report.Crypto.Encrypted), clean(d.Signed), clean(d.Key),
			clean(d.TheirNumber), clean(d.Language), tickets.TLPStricter(label, f.Report.TLP))
	})
	if err != nil {
		return fmt.Errorf("update conversation: %w", err)
	}
	return join(ctx, t, d, conversation)
}

// join adds the people of a mail to its conversation, and the key that signed it.
func join(ctx context.Context, t *tx, d tickets.Decision, conversation int64) error {
	for _, address := range d.People[:min(len(d.People), people)] {
		const insert = `INSERT INTO participants (conversation, address) VALUES ($1, $2) ON CONFLICT DO NOTHING`
		if err := t.later(ctx, insert, conversation, indexed(strings.ToLower(address))); err != nil {
			return err
		}
	}
	if d.Signed == "" {
		return nil
	}
	return t.later(ctx, `INSERT INTO signers (conversation, fingerprint) VALUES ($1, $2) ON CONFLICT DO NOTHING`, conversation, indexed(d.Signed))
}

// leave closes the ticket that a mail filed again leaves empty behind it.
func leave(ctx context.Context, t *tx, old *oldEntry, p place) error {
	if old == nil || old.ticket == p.ticket {
		return nil
	}
	alone, err := onlyEntry(ctx, t, old)
	if err != nil || !alone {
		return err
	}
	const shut = `UPDATE tickets SET state = 'closed', resolution = 'not a report', changed = $2 WHERE id = $1`
	_, err = t.exec(ctx, shut, old.ticket, t.at)
	return err
}

// reasons is a list of reasons as it stands in a row.
func reasons(list []tickets.Reason) string {
	if len(list) == 0 {
		return "[]"
	}
	text, err := json.Marshal(list)
	if err != nil { // a score that is no number
		return "[]"
	}
	return clean(string(text))
}
