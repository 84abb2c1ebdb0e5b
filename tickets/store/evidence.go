package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"postern/tickets"
)

// What one mail may make the store look up while everybody else waits. A mail
// that names more is matched by the first ones.
const (
	lookups    = 64            // message IDs, references, files, URLs: of each
	candidates = ` LIMIT 200 ` // newest rows looked at for one file or URL
	threads    = ` LIMIT 10 `  // tickets handed to the judge for one file, URL or Message-ID
)

// found is the evidence with what only the store needs to know beside it.
type found struct {
	tickets.Evidence
	sameEntry int64  // of Same
	altered   string // its second identity, when the entry that has the first lacks something of this mail, else ""
	existing  *oldEntry
}

// oldEntry is the entry that a mail was filed as before.
type oldEntry struct {
	id, ticket, conversation int64
	messageID                string
}

// evidence looks up everything the judge needs, in the order of its fields.
func (s *Store) evidence(ctx context.Context, t *tx, f tickets.Filing) (found, error) {
	var e found
	for _, look := range []func(context.Context, *tx, tickets.Filing, *found) error{
		s.lookSame, lookExisting, lookMessages, lookAwaited, lookReferences, lookFiles, s.lookURLs, s.lookAnswers,
	} {
		if err := look(ctx, t, f, &e); err != nil {
			return found{}, fmt.Errorf("look up evidence: %w", err)
		}
	}
	return e, nil
}

// lookSame finds the entry of a copy. One that lacks something of this mail is not the
// same: then it is another delivery of this very copy that counts.
func (s *Store) lookSame(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	same, err := s.copyOf(ctx, t, f, f.Keys.Identity)
	if err != nil || same.entry == 0 {
		return err
	}
	if tickets.BringsMore(f.Report, same.had.filed()) {
		if same.conversation != 0 {
			other := same.hit
			e.Altered = &other
		}
		e.altered = tickets.AlteredIdentity(f.Keys.Identity, f.Report)
		if same, err = s.copyOf(ctx, t, f, e.altered); err != nil || same.entry == 0 {
			return err
		}
	}
	e.Same, e.sameEntry = &same.hit, same.entry
	return nil
}

// filedCopy is an entry that has an identity.
type filedCopy struct {
	entry, conversation int64
	hit                 tickets.Hit
	had                 content
}

// copyOf finds the entry of another mail with this identity; entry is 0 when there is none.
func (s *Store) copyOf(ctx context.Context, t *tx, f tickets.Filing, identity string) (filedCopy, error) {
	const query = `
		SELECT id, coalesce(conversation, 0), ticket, message_id, author, coalesce(mail, 0), content, sealed
		  FROM entries
		 WHERE identity = $1 AND mail <> $2`
	var c filedCopy
	if identity == "" || !t.ahead.has(identityWord, identity) {
		return c, nil
	}
	var ticket, mail int64
	var clear string
	var sealed []byte
	err := t.row(ctx, query, []any{identity, f.Claim.Mail}, &c.entry, &c.conversation, &ticket, &c.hit.MessageID, &c.hit.From, &mail, &clear, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	// What was sealed with a key that is gone cannot be told any more, and counts as nothing.
	if err = s.seal.load(entryPlace(mail), clear, sealed, &c.had); err != nil && !errors.Is(err, errSeal) {
		return c, err
	}
	return c, threadOfEntry(ctx, t, c.conversation, ticket, &c.hit.Thread)
}

func lookExisting(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	const query = `
		SELECT id, coalesce(conversation, 0), ticket, message_id, author
		  FROM entries
		 WHERE mail = $1`
	if f.Claim.Refile == "" {
		return nil
	}
	var old oldEntry
	var hit tickets.Hit
	err := t.row(ctx, query, []any{f.Claim.Mail}, &old.id, &old.conversation, &old.ticket, &old.messageID, &hit.From)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	hit.MessageID = old.messageID
	e.Existing, e.existing = &hit, &old
	conversation := old.conversation
	if digits, ok := strings.CutPrefix(f.Claim.Refile, tickets.RefileAccept); ok {
		if conversation, err = strconv.ParseInt(digits, 10, 64); err != nil {
			return ownf("mail %d is to be accepted in %q, which is no conversation", f.Claim.Mail, digits)
		}
	}
	return threadOfEntry(ctx, t, conversation, old.ticket, &hit.Thread)
}

// lookMessages finds the mail's own Message-ID among ours, and the messages it answers.
func lookMessages(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	if f.Keys.MessageID != "" && t.ahead.has(messageWord, indexed(f.Keys.MessageID)) {
		own, err := hits(ctx, t, f.Keys.MessageID)
		if err != nil {
			return err
		}
		for i := range own {
			if own[i].Outgoing && e.Own == nil {
				e.Own = &own[i]
			}
		}
	}
	for _, id := range newest(f.Keys.MessageIDs) {
		if !t.ahead.has(messageWord, indexed(id)) {
			continue
		}
		more, err := hits(ctx, t, id)
		if err != nil {
			return err
		}
		e.ByMessage = append(e.ByMessage, more...)
	}
	return nil
}

// newest keeps the last ones of a long list of references: those are the nearest.
func newest(ids []string) []string { return ids[max(0, len(ids)-lookups):] }

// hits finds the messages with one Message-ID. Strangers may choose a
// Message-ID as they like, so there can be several.
func hits(ctx context.Context, t *tx, messageID string) ([]tickets.Hit, error) {
	const query = `
		SELECT conversation, outgoing, sender
		  FROM message_ids
		 WHERE message_id = $1
		 ORDER BY conversation, entry, outgoing` + threads
	var list []tickets.Hit
	err := t.ask(ctx, query, []any{indexed(messageID)}, func(r scanner) error {
		h := tickets.Hit{MessageID: messageID}
		var outgoing int64
		err := r.Scan(&h.Thread.Conversation, &outgoing, &h.From)
		h.Outgoing = outgoing > 0
		list = append(list, h)
		return err
	})
	if err := errors.Join(err, t.flush(ctx)); err != nil {
		return nil, err
	}
	for i := range list {
		if err := askThread(ctx, t, list[i].Thread.Conversation, &list[i].Thread); err != nil {
			return nil, err
		}
	}
	return list, t.flush(ctx)
}

// lookAwaited finds filed mails that named this one before it arrived.
func lookAwaited(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	const query = `
		SELECT e.message_id, e.author, coalesce(e.conversation, 0), e.ticket
		  FROM awaited a JOIN entries e ON e.id = a.entry
		 WHERE a.message_id = $1 AND e.unproven = 0 AND (e.mail IS NULL OR e.mail <> $2)
		 ORDER BY a.entry` + threads
	if f.Keys.MessageID == "" || !t.ahead.has(awaitedWord, indexed(f.Keys.MessageID)) {
		return nil
	}
	err := t.ask(ctx, query, []any{indexed(f.Keys.MessageID), f.Claim.Mail}, func(r scanner) error {
		var h tickets.Hit
		err := r.Scan(&h.MessageID, &h.From, &h.Thread.Conversation, &h.Thread.Ticket)
		e.Awaited = append(e.Awaited, h)
		return err
	})
	if err := errors.Join(err, t.flush(ctx)); err != nil {
		return err
	}
	for i := range e.Awaited {
		th := &e.Awaited[i].Thread
		if err := threadOfEntry(ctx, t, th.Conversation, th.Ticket, th); err != nil {
			return err
		}
	}
	return nil
}

func lookReferences(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	for _, reference := range first(f.Keys.References) {
		ids, err := column[int64](ctx, t, `SELECT id FROM conversations WHERE reference = $1`, clean(reference))
		if err != nil {
			return err
		}
		if e.ByRef, err = appendThreads(ctx, t, e.ByRef, ids); err != nil {
			return err
		}
	}
	return nil
}

func first(list []string) []string { return list[:min(len(list), lookups)] }

func lookFiles(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	const newest = `SELECT entry FROM files WHERE sha256 = $1 ORDER BY entry DESC` + candidates
	for _, sum := range first(f.Keys.Files) {
		if !t.ahead.has(fileWord, indexed(sum)) {
			continue
		}
		list, err := openTickets(ctx, t, newest, indexed(sum), f.Claim.Mail)
		if err != nil {
			return err
		}
		for _, c := range list {
			if e.ByFile, err = appendTicket(ctx, t, e.ByFile, c.ticket); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) lookURLs(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	const newest = `SELECT entry FROM indicator_keys WHERE number = $1 ORDER BY entry DESC` + candidates
	urls := first(f.Keys.URLs)
	keys := linkNumbers(urls)
	if !t.ahead.hasLink(keys) {
		return nil
	}
	known, err := s.knownNumbers(ctx, t, keys, e.existing)
	if err != nil {
		return err
	}
	for i, url := range urls {
		url = clean(url)
		if !known[keys[i]] {
			continue
		}
		list, err := openTickets(ctx, t, newest, keys[i], f.Claim.Mail)
		if err != nil {
			return err
		}
		for _, c := range list {
			if holds(e.ByURL, c.ticket) {
				continue
			}
			same, err := names(ctx, t, c.entry, "url", url)
			if err != nil {
				return err
			}
			if !same {
				continue
			}
			if e.ByURL, err = appendTicket(ctx, t, e.ByURL, c.ticket); err != nil {
				return err
			}
		}
	}
	return nil
}

// knownNumbers gives those keys of links that any entry but the old one names:
// most of the links in a mail were never seen before, and one question tells.
func (s *Store) knownNumbers(ctx context.Context, t *tx, keys []int64, old *oldEntry) (map[int64]bool, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	if err := s.writeKeysOf(ctx, t, keys); err != nil {
		return nil, err
	}
	known := map[int64]bool{}
	if err := s.askNumbers(ctx, t, keys, old, known); err != nil {
		return nil, err
	}
	return known, t.flush(ctx)
}

// askNumbers is knownNumbers later: those that are known become true.
func (s *Store) askNumbers(ctx context.Context, t *tx, keys []int64, old *oldEntry, known map[int64]bool) error {
	if len(keys) == 0 {
		return nil
	}
	query := `
		SELECT n.value
		  FROM ` + s.dialect.numbers + `
		 WHERE EXISTS (SELECT 1 FROM indicator_keys i WHERE i.number = n.value AND i.entry <> $1)`
	var entry int64
	if old != nil {
		entry = old.id
	}
	return t.ask(ctx, query, []any{entry, asParameter(keys)}, func(r scanner) error {
		var number int64
		err := r.Scan(&number)
		known[number] = true
		return err
	})
}

func linkNumbers(urls []string) []int64 {
	keys := make([]int64, len(urls))
	for i, url := range urls {
		keys[i] = numberOf("url", clean(url))
	}
	return keys
}

// candidate is a ticket, and the newest of its entries that made it one.
type candidate struct{ ticket, entry int64 }

// openTickets gives the open tickets that have a value by a proven entry other
// than this mail's. newest selects the entries with the value; their number
// bounds the cost, not the number of tickets.
func openTickets(ctx context.Context, t *tx, newest string, value any, mail int64) ([]candidate, error) {
	query := `
		SELECT k.id, max(e.id)
		  FROM (` + newest + `) AS c
		  JOIN entries e ON e.id = c.entry
		  JOIN tickets k ON k.id = e.ticket
		 WHERE ` + isOpen + ` AND e.unproven = 0 AND e.mail <> $2
		 GROUP BY k.id
		 ORDER BY k.id` + threads
	var list []candidate
	err := each(ctx, t, query, []any{value, mail}, func(r *sql.Rows) error {
		var c candidate
		err := r.Scan(&c.ticket, &c.entry)
		list = append(list, c)
		return err
	})
	return list, err
}

// appendTicket adds the first conversation of a ticket that is not there yet.
func appendTicket(ctx context.Context, t *tx, list []tickets.Thread, ticket int64) ([]tickets.Thread, error) {
	if len(list) >= lookups || holds(list, ticket) {
		return list, nil
	}
	var one tickets.Thread
	err := threadOfEntry(ctx, t, 0, ticket, &one)
	return append(list, one), err
}

func holds(list []tickets.Thread, ticket int64) bool {
	return slices.ContainsFunc(list, func(th tickets.Thread) bool { return th.Ticket == ticket })
}

func appendThreads(ctx context.Context, t *tx, list []tickets.Thread, ids []int64) ([]tickets.Thread, error) {
	for _, id := range ids {
		var one tickets.Thread
		if err := thread(ctx, t, id, &one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// threadOfEntry is the thread of an entry: its conversation, or the first one
// of the ticket when it belongs to none.
func threadOfEntry(ctx context.Context, q asker, conversation, ticket int64, into *tickets.Thread) error {
	if conversation == 0 {
		err := q.row(ctx, `SELECT min(id) FROM conversations WHERE ticket = $1`, []any{ticket}, &conversation)
		if err != nil {
			return fmt.Errorf("first conversation of ticket row %d: %w", ticket, err)
		}
	}
	return thread(ctx, q, conversation, into)
}

// thread reads one conversation as matching sees it.
func thread(ctx context.Context, q asker, conversation int64, into *tickets.Thread) error {
	if err := askThread(ctx, q, conversation, into); err != nil {
		return err
	}
	return q.flush(ctx)
}

// askThread is thread later.
func askThread(ctx context.Context, q asker, conversation int64, into *tickets.Thread) error {
	const query = `
		SELECT c.id, c.reference, c.party, c.acknowledged, k.id, k.reference, k.state, k.kind,
		       k.category, k.division, k.tlp, k.restricted, k.created
		  FROM conversations c JOIN tickets k ON k.id = c.ticket
		 WHERE c.id = $1`
	const people = `SELECT address FROM participants WHERE conversation = $1 ORDER BY address`
	const keys = `SELECT fingerprint FROM signers WHERE conversation = $1 ORDER BY fingerprint`
	into.People, into.Keys = []string{}, []string{}
	none := fmt.Errorf("read conversation row %d: %w", conversation, sql.ErrNoRows)
	err := q.askOne(ctx, none, query, []any{conversation}, func(r scanner) error {
		var acknowledged, restricted, created int64
		err := r.Scan(&into.Conversation, &into.Reference, &into.Party, &acknowledged, &into.Ticket, &into.TicketID, &into.State, &into.Kind,
			&into.Category, &into.Division, &into.TLP, &restricted, &created)
		into.Acknowledged, into.Restricted, into.Created = acknowledged == 1, restricted == 1, moment(created)
		return err
	}, nil)
	return errors.Join(err, q.ask(ctx, people, []any{conversation}, texts(&into.People)), q.ask(ctx, keys, []any{conversation}, texts(&into.Keys)))
}

// texts reads rows of one column into a list.
func texts(list *[]string) func(scanner) error {
	return func(r scanner) error {
		var one string
		err := r.Scan(&one)
		*list = append(*list, one)
		return err
	}
}
