package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"postern/tickets"
)

// ticketPage is how many tickets of a list are read at a time. Between two
// pages no query is open, however long the caller takes.
const ticketPage = 100

// Tickets lists the tickets a viewer may see, newest first, without the texts of
// their entries. Filter.State names one state; else All decides whether
// tickets that are done are listed too.
func (s *Store) Tickets(ctx context.Context, v tickets.Viewer, f tickets.Filter) iter.Seq2[tickets.Ticket, error] {
	return func(yield func(tickets.Ticket, error) bool) {
		before, left := f.Before, f.Limit
		if before <= 0 {
			before = math.MaxInt64
		}
		if left <= 0 {
			left = math.MaxInt
		}
		for left > 0 {
			ids, err := s.ticketPage(ctx, v, f, before, min(left, ticketPage))
			if err != nil {
				yield(tickets.Ticket{}, fmt.Errorf("list tickets: %w", err))
				return
			}
			for _, id := range ids {
				one, err := s.readTicket(ctx, s.reader, v, id, false)
				if errors.Is(err, tickets.ErrNotFound) { // restricted since the page was read
					continue
				}
				if !yield(one, err) || err != nil {
					return
				}
			}
			if len(ids) < ticketPage {
				return
			}
			before, left = ids[len(ids)-1], left-len(ids)
		}
	}
}

// Conditions of partial indexes stand in a statement as they do in the index:
// else SQLite does not use it.
const (
	isOpen = `(k.state = 'new' OR k.state = 'open' OR k.state = 'waiting')`
	isHeld = `(o.state = 'failed' OR o.state = 'unsure' OR o.state = 'withheld')`
)

// listed is the part of the condition that decides about tickets that are done.
// The list of open tickets costs no more when many are done.
func listed(f tickets.Filter) string {
	if f.All || f.State != "" {
		return `k.state IS NOT NULL`
	}
	return isOpen
}

func (s *Store) ticketPage(ctx context.Context, v tickets.Viewer, f tickets.Filter, before int64, n int) ([]int64, error) {
	query := `
		SELECT k.id
		  FROM tickets k
		 WHERE ` + visible(v) + `
		   AND k.id < $2
		   AND (CAST($3 AS TEXT) = '' OR k.division = $3)
		   AND (CAST($4 AS TEXT) = '' OR k.state = $4)
		   AND (CAST($5 AS TEXT) = '' OR k.owner = $5)
		   AND ` + listed(f) + `
		 ORDER BY k.id DESC
		 LIMIT $6`
	return column[int64](ctx, s.reader, query, v.Division, before, f.Division, f.State, f.Owner, n)
}

// Ticket reads one ticket whole. Any reference of it finds it; tickets.ErrNotFound
// also when the viewer may not see it.
func (s *Store) Ticket(ctx context.Context, v tickets.Viewer, reference string) (tickets.Ticket, error) {
	id, err := s.find(ctx, s.reader, v, reference)
	if err != nil {
		return tickets.Ticket{}, err
	}
	return s.readTicket(ctx, s.reader, v, id, true)
}

// readTicket reads a ticket with everything in it. whole adds the texts and
// inner subjects, which lists leave out.
func (s *Store) readTicket(ctx context.Context, q querier, v tickets.Viewer, id int64, whole bool) (tickets.Ticket, error) {
	k, err := readTicketRow(ctx, q, v, id)
	if err != nil {
		return k, err
	}
	if err := readConversations(ctx, q, id, &k); err != nil {
		return k, fmt.Errorf("read ticket %s: %w", k.ID, err)
	}
	if err := s.readEntries(ctx, q, v, id, whole, &k); err != nil {
		return k, fmt.Errorf("read ticket %s: %w", k.ID, err)
	}
	if err := readIndicators(ctx, q, v, id, &k); err != nil {
		return k, fmt.Errorf("read ticket %s: %w", k.ID, err)
	}
	return k, nil
}

func readTicketRow(ctx context.Context, q querier, v tickets.Viewer, id int64) (tickets.Ticket, error) {
	query := `
		SELECT k.reference, k.subject, k.state, k.kind, k.verdict, k.resolution, k.division, k.category, k.severity, k.tlp,
		       k.owner, coalesce(p.reference, ''), k.restricted, k.routed, k.created
		  FROM tickets k LEFT JOIN tickets p ON p.id = k.parent
		 WHERE ` + visible(v) + ` AND k.id = $2`
	k := tickets.Ticket{Reporters: []string{}, Conversations: []tickets.Conversation{}, Entries: []tickets.Entry{},
		Indicators: []tickets.Indicator{}, Why: tickets.Why{Matched: []tickets.Reason{}, Routed: []tickets.Reason{}}}
	var routed string
	var created int64
	err := q.row(ctx, query, []any{v.Division, id}, &k.ID, &k.Subject, &k.State, &k.Kind, &k.Verdict, &k.Resolution, &k.Division,
		&k.Category, &k.Severity, &k.TLP, &k.Owner, &k.Parent, &k.Restricted, &routed, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return k, tickets.ErrNotFound
	}
	if err != nil {
		return k, fmt.Errorf("read ticket row %d: %w", id, err)
	}
	k.Created = moment(created)
	return k, addReasons(&k.Why.Routed, routed)
}

func addReasons(into *[]tickets.Reason, text string) error {
	var more []tickets.Reason
	if err := json.Unmarshal([]byte(text), &more); err != nil {
		return fmt.Errorf("decode reasons: %w", err)
	}
	*into = append(*into, more...)
	return nil
}

func readConversations(ctx context.Context, q querier, ticket int64, k *tickets.Ticket) error {
	const query = `SELECT reference, role, party, their_number FROM conversations WHERE ticket = $1 ORDER BY id`
	return each(ctx, q, query, []any{ticket}, func(r *sql.Rows) error {
		var c tickets.Conversation
		if err := r.Scan(&c.Reference, &c.Role, &c.Party, &c.TheirNumber); err != nil {
			return err
		}
		k.Conversations = append(k.Conversations, c)
		if c.Party != "" && !slices.Contains(k.Reporters, c.Party) && (c.Role == "reporter" || c.Role == "peer") {
			k.Reporters = append(k.Reporters, c.Party)
		}
		return nil
	})
}

// readEntries reads the entries in the order they were filed. A RED one of a
// stranger does not make its ticket RED, and still is for those who may see RED.
func (s *Store) readEntries(ctx context.Context, q querier, v tickets.Viewer, ticket int64, whole bool, k *tickets.Ticket) error {
	const query = `
		SELECT e.id, e.kind, coalesce(c.reference, ''), e.author, e.subject, e.message_id, e.at, e.tlp, e.unproven, e.encrypted,
		       e.content, e.sealed, e.matched, e.withheld, coalesce(m.sha256, ''), coalesce(e.mail, 0), coalesce(e.outgoing, 0),
		       coalesce(e.identity, '')
		  FROM entries e
		  LEFT JOIN conversations c ON c.id = e.conversation
		  LEFT JOIN mails m ON m.id = e.mail
		 WHERE e.ticket = $1 AND ($2 = 1 OR e.tlp <> 'RED')
		 ORDER BY e.id`
	return each(ctx, q, query, []any{ticket, bit(seesAll(v))}, func(r *sql.Rows) error {
		var e tickets.Entry
		var at, mail, outgoing int64
		var clear, matched, identity string
		var sealed []byte
		err := r.Scan(&e.ID, &e.Kind, &e.Conversation, &e.From, &e.Subject, &e.MessageID, &at, &e.TLP, &e.Unproven, &e.Encrypted,
			&clear, &sealed, &matched, &e.Withheld, &e.Mail, &mail, &outgoing, &identity)
		if err != nil {
			return err
		}
		e.At = moment(at)
		if err := s.fill(&e, contentPlace(mail, outgoing, identity), clear, sealed, whole); err != nil {
			return err
		}
		k.Entries = append(k.Entries, e)
		return addReasons(&k.Why.Matched, matched)
	})
}

// contentPlace is where the content of an entry is sealed to.
func contentPlace(mail, outgoing int64, identity string) string {
	switch {
	case mail > 0:
		return entryPlace(mail)
	case outgoing > 0:
		return sentPlace(outgoing)
	}
	return notePlace(identity)
}

// fill adds what an entry says. Lists show neither texts nor inner subjects.
func (s *Store) fill(e *tickets.Entry, place, clear string, sealed []byte, whole bool) error {
	var c content
	err := s.seal.load(place, clear, sealed, &c)
	if err != nil && !errors.Is(err, errLost) {
		return err
	}
	e.Crypto, e.Problems = c.Crypto, c.Problems
	if err != nil {
		e.Problems = append(e.Problems, sealedForGood)
	}
	if !whole {
		return nil
	}
	e.Text = c.Text
	if c.Subject != "" {
		e.Subject = c.Subject
	}
	return nil
}
