package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"postern/tickets"
)

// errIdentity says that another mail with this identity was filed between the
// look-up and the insert.
var errIdentity = errors.New("another copy of this mail was filed at the same moment")

// errOneFailed says that one mail of a batch, or one member of a group, failed by
// its own fault while none had a savepoint: all is rolled back and done again
// with savepoints.
var errOneFailed = errors.New("one of the batch failed")

// File is T2, see tickets.FilingStore. A batch is tried without savepoints
// first, because they make every page of it be copied. When one mail fails by
// its own fault the batch begins anew with a savepoint for each mail, and that
// one is rolled back alone. Any other error means that nothing is known of the
// transaction: the connection goes, and the mails are filed again one by one.
func (s *Store) File(ctx context.Context, batch []tickets.Filing, judge tickets.Judge) ([]tickets.Filed, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	filed := make([]tickets.Filed, len(batch))
	for _, which := range s.portions(batch, byReceived(batch)) {
		if err := s.filePortion(ctx, batch, which, judge, filed); err != nil {
			return nil, err
		}
	}
	return filed, nil
}

func (s *Store) filePortion(ctx context.Context, batch []tickets.Filing, which []int, judge tickets.Judge, filed []tickets.Filed) error {
	err := s.fileSome(ctx, batch, which, judge, filed)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil || len(which) == 1 {
		return fmt.Errorf("file %d mails: %w", len(which), err)
	}
	for _, i := range which {
		if err := s.fileSome(ctx, batch, []int{i}, judge, filed); err != nil {
			return fmt.Errorf("file mail %d alone after a failed batch: %w", batch[i].Claim.Mail, err)
		}
	}
	return nil
}

// byReceived orders a batch by the time its mails were received: an answer is
// filed after what it answers.
func byReceived(batch []tickets.Filing) []int {
	order := make([]int, len(batch))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := batch[a].Claim, batch[b].Claim
		return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.Mail, y.Mail))
	})
	return order
}

// filer files one mail in a transaction.
type filer func(context.Context, *tx, tickets.Filing, tickets.Judge) (tickets.Filed, error)

// fileSome files some mails of the batch. Where the server has no room for their
// locks it takes the one for everything.
func (s *Store) fileSome(ctx context.Context, batch []tickets.Filing, which []int, judge tickets.Judge, filed []tickets.Filed) error {
	waiting, err := s.fileFree(ctx, batch, which, judge, filed)
	if err != nil || len(waiting) == 0 {
		return err
	}
	keys := s.lockKeys(these(batch, waiting))
	err = s.fileUnder(ctx, keys, batch, waiting, judge, filed)
	if outOfLocks(err) {
		err = s.fileUnder(ctx, nil, batch, waiting, judge, filed)
	}
	return err
}

// fileFree files what has nothing to do with what others are filing at this
// moment, without waiting for any of them, and gives what has to wait. Where there
// is one writer, or a mail has too many keys, nothing is filed and all is given.
func (s *Store) fileFree(ctx context.Context, batch []tickets.Filing, which []int, judge tickets.Judge, filed []tickets.Filed) (waiting []int, err error) {
	keys := s.lockKeys(these(batch, which))
	if !s.dialect.severalWriters() || len(keys) == 0 {
		return which, nil
	}
	err = s.writeOn(ctx, s.filing, "t2", func(whole context.Context, t *tx) error {
		busy := map[int64]bool{}
		if err := s.lockFree(whole, t, keys, busy); err != nil {
			return err
		}
		if err := s.lookAhead(whole, t, these(batch, which)); err != nil {
			return oneFailed(err)
		}
		var free []int
		free, waiting = s.freeOf(batch, which, busy)
		return oneFailed(s.fileEach(ctx, whole, t, batch, free, judge, filed, s.fileOne))
	})
	if errors.Is(err, errOneFailed) || outOfLocks(err) {
		return which, nil
	}
	return waiting, err
}

// fileUnder files some mails under the locks of their keys, with savepoints where
// it takes them. Nothing is looked up before the locks are held.
func (s *Store) fileUnder(ctx context.Context, keys []int64, batch []tickets.Filing, which []int, judge tickets.Judge, filed []tickets.Filed) error {
	err := s.writeOn(ctx, s.filing, "t2", func(whole context.Context, t *tx) error {
		if err := s.lockMatching(whole, t, keys); err != nil {
			return err
		}
		if err := s.lookAhead(whole, t, these(batch, which)); err != nil {
			return oneFailed(err)
		}
		return oneFailed(s.fileEach(ctx, whole, t, batch, which, judge, filed, s.fileOne))
	})
	if errors.Is(err, errOneFailed) {
		err = s.writeOn(ctx, s.filing, "t2", func(whole context.Context, t *tx) error {
			if err := s.lockMatching(whole, t, keys); err != nil {
				return err
			}
			return s.fileEach(ctx, whole, t, batch, which, judge, filed, s.fileSaved)
		})
	}
	return err
}

func these(batch []tickets.Filing, which []int) []tickets.Filing {
	list := make([]tickets.Filing, len(which))
	for n, i := range which {
		list[n] = batch[i]
	}
	return list
}

// fileEach files some mails of the batch in one transaction, until ctx ends.
func (s *Store) fileEach(ctx, whole context.Context, t *tx, batch []tickets.Filing, which []int, judge tickets.Judge, filed []tickets.Filed, file filer) error {
	for _, i := range which {
		if err := ctx.Err(); err != nil {
			return err
		}
		one, err := file(whole, t, batch[i], judge)
		if err != nil {
			return err
		}
		filed[i] = one
	}
	if err := s.writeNoted(whole, t); err != nil {
		return err
	}
	return t.flush(whole)
}

// oneFailed is errOneFailed when an error is a mail's own.
func oneFailed(err error) error {
	if err != nil && (ownFault(err) || errors.Is(err, errIdentity) || errors.Is(err, tickets.ErrFence)) {
		return errors.Join(errOneFailed, err)
	}
	return err
}

// fileSaved files one mail inside a savepoint. An error of its own stands in
// Filed; the error returned condemns the transaction.
func (s *Store) fileSaved(ctx context.Context, t *tx, f tickets.Filing, judge tickets.Judge) (tickets.Filed, error) {
	if _, err := t.exec(ctx, "SAVEPOINT mail"); err != nil {
		return tickets.Filed{}, err
	}
	events := len(t.events)
	one, err := s.fileWhole(ctx, t, f, judge)
	if errors.Is(err, errIdentity) {
		if err := backToSavepoint(ctx, t, events); err != nil {
			return tickets.Filed{}, err
		}
		one, err = s.fileWhole(ctx, t, f, orSame(judge))
	}
	if err != nil {
		if !ownFault(err) && !errors.Is(err, tickets.ErrFence) {
			return tickets.Filed{}, err
		}
		if err := backToSavepoint(ctx, t, events); err != nil {
			return tickets.Filed{}, err
		}
		one = tickets.Filed{Mail: f.Claim.Mail, Err: err}
	}
	_, err = t.exec(ctx, "RELEASE SAVEPOINT mail")
	return one, err
}

// fileWhole files one mail and leaves nothing of it to the end of the batch:
// what a savepoint covers is written inside it.
func (s *Store) fileWhole(ctx context.Context, t *tx, f tickets.Filing, judge tickets.Judge) (tickets.Filed, error) {
	one, err := s.fileOne(ctx, t, f, judge)
	if err != nil {
		return one, err
	}
	if err := s.writeNoted(ctx, t); err != nil {
		return one, err
	}
	return one, t.flush(ctx)
}

// backToSavepoint undoes what one mail has written, and forgets what it noted.
func backToSavepoint(ctx context.Context, t *tx, events int) error {
	t.events, t.noted = t.events[:events], newNoted()
	t.forget()
	_, err := t.exec(ctx, "ROLLBACK TO SAVEPOINT mail")
	return err
}

// orSame judges a mail whose identity was taken meanwhile: it is the same mail,
// unless the other one lacks what this one brings.
func orSame(judge tickets.Judge) tickets.Judge {
	return func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if e.Same == nil && e.Altered != nil {
			return judge(f, e)
		}
		return tickets.Decision{Match: tickets.MatchSame}
	}
}

// fileOne looks up, judges and writes one mail.
func (s *Store) fileOne(ctx context.Context, t *tx, f tickets.Filing, judge tickets.Judge) (tickets.Filed, error) {
	if !t.ahead.holds(f.Claim) {
		done, before, err := fence(ctx, t, f.Claim)
		if err != nil || before {
			return done, err
		}
	}
	e, err := s.evidence(ctx, t, f)
	if err != nil {
		return tickets.Filed{}, err
	}
	d, err := decide(judge, f, e.Evidence)
	if err != nil {
		return tickets.Filed{}, err
	}
	return s.writeDecision(ctx, t, f, e, d)
}

// fence makes sure that the claim still holds. A mail that this very claim has
// filed before comes back as filed.
func fence(ctx context.Context, t *tx, c tickets.Claim) (done tickets.Filed, before bool, err error) {
	const query = `
		SELECT m.state, m.token, m.filed_token, coalesce(e.match, ''), coalesce(k.reference, ''), coalesce(v.reference, '')
		  FROM mails m
		  LEFT JOIN entries e ON e.id = m.entry
		  LEFT JOIN tickets k ON k.id = e.ticket
		  LEFT JOIN conversations v ON v.id = e.conversation
		 WHERE m.id = $1`
	var state string
	var token, filedToken int64
	done.Mail = c.Mail
	err = t.row(ctx, query, []any{c.Mail}, &state, &token, &filedToken, &done.Match, &done.Ticket, &done.Reference)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return done, false, tickets.ErrFence
	case err != nil:
		return done, false, err
	case filedToken == c.Token && c.Token > 0:
		done.Reference = cmp.Or(done.Reference, done.Ticket)
		return done, true, nil
	case state != mailClaimed || token != c.Token:
		return done, false, tickets.ErrFence
	}
	return done, false, nil
}

// decide calls the judge; a panic of it is a fault of this mail and not of the batch.
func decide(judge tickets.Judge, f tickets.Filing, e tickets.Evidence) (d tickets.Decision, err error) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case f.Report.Crypto.Encrypted: // the value may quote what must stay sealed
			err = ownf("the decision on mail %d failed", f.Claim.Mail)
		default:
			err = ownf("the decision on mail %d failed: %v", f.Claim.Mail, p)
		}
	}()
	return judge(f, e), nil
}

// writeDecision writes what was decided.
func (s *Store) writeDecision(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision) (tickets.Filed, error) {
	switch d.Match {
	case tickets.MatchSame:
		return s.writeSame(ctx, t, f, e)
	case tickets.MatchRefile:
		return s.writeReread(ctx, t, f, e, d)
	}
	p, err := s.place(ctx, t, f, e, d)
	if err != nil {
		return tickets.Filed{}, err
	}
	entry, err := s.writeWhole(ctx, t, f, e, d, p)
	if err != nil {
		return tickets.Filed{}, err
	}
	answered, err := s.writeAnswer(ctx, t, f, d, p)
	if err != nil {
		return tickets.Filed{}, err
	}
	if err := settleClaim(ctx, t, f.Claim, entry); err != nil {
		return tickets.Filed{}, err
	}
	done := tickets.Filed{Mail: f.Claim.Mail, Ticket: p.ticketID, Reference: cmp.Or(p.reference, p.ticketID), Match: d.Match, Answer: answered}
	addEvent(t, event{What: "filed", Ticket: p.ticket, Mail: f.Claim.Mail, Text: filedText(d)})
	return done, nil
}

// filedText is the line of the log: reasons without content.
func filedText(d tickets.Decision) string {
	text := d.Match
	if d.Note != "" {
		text += ": " + d.Note
	}
	if d.Withheld != "" {
		text += "; no answer: " + d.Withheld
	}
	return text
}

// settleClaim sets the mail to filed, by compare-and-swap on its claim. When it was
// moved out of Junk while it was being filed, it goes round once more.
func settleClaim(ctx context.Context, t *tx, c tickets.Claim, entry int64) error {
	const update = `
		UPDATE mails
		   SET state       = CASE WHEN refile = $3 THEN 'filed' ELSE 'received' END,
		       refile      = CASE WHEN refile = $3 THEN '' ELSE refile END,
		       entry       = $4,
		       filed_at    = $5,
		       filed_token = $2,
		       reason      = '',
		       tries       = 0,
		       suspect     = 0
		 WHERE id = $1 AND token = $2 AND state = 'claimed' `
	args := []any{c.Mail, c.Token, c.Refile, entry, t.at}
	if !c.Junk {
		return t.must(ctx, tickets.ErrFence, update, args...)
	}
	read := func(r scanner) error {
		var state string
		err := r.Scan(&state)
		if state == mailReceived {
			t.announces(WorkMail) // who moved it told of it too early
		}
		return err
	}
	return t.askOne(ctx, tickets.ErrFence, update+`RETURNING state`, args, read, nil)
}

// writeSame notes that another copy of this mail is filed already. A copy that
// came to a real mailbox takes the first one out of Junk.
func (s *Store) writeSame(ctx context.Context, t *tx, f tickets.Filing, e found) (tickets.Filed, error) {
	if e.Same == nil {
		return tickets.Filed{}, ownf("mail %d was decided to be a copy, and no other has its identity", f.Claim.Mail)
	}
	if err := settleClaim(ctx, t, f.Claim, e.sameEntry); err != nil {
		return tickets.Filed{}, err
	}
	if !f.Claim.Junk {
		if err := wakeCopy(ctx, t, f.Claim, e.sameEntry); err != nil {
			return tickets.Filed{}, err
		}
	}
	th := e.Same.Thread
	done := tickets.Filed{Mail: f.Claim.Mail, Ticket: th.TicketID, Reference: th.Reference, Match: tickets.MatchSame}
	addEvent(t, event{What: "filed", Ticket: th.Ticket, Mail: f.Claim.Mail, Text: tickets.MatchSame})
	return done, nil
}

func wakeCopy(ctx context.Context, t *tx, c tickets.Claim, entry int64) error {
	const update = `
		UPDATE mails
		   SET junk = 0, mailbox = $2, source = $3, class = 0, refile = $4,
		       state = CASE WHEN state = 'filed' THEN 'received' ELSE state END
		 WHERE id = (SELECT mail FROM entries WHERE id = $1) AND junk = 1`
	n, err := t.exec(ctx, update, entry, clean(c.Mailbox), clean(c.Source), tickets.RefileReport)
	if n > 0 {
		t.announces(WorkMail)
	}
	return err
}

// writeReread replaces what was read of a mail; its place stays.
func (s *Store) writeReread(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision) (tickets.Filed, error) {
	if e.existing == nil {
		return tickets.Filed{}, ownf("mail %d was decided to be read again, and it was never filed", f.Claim.Mail)
	}
	th := e.Existing.Thread
	p := place{ticket: e.existing.ticket, ticketID: th.TicketID, conversation: e.existing.conversation, reference: th.Reference}
	if err := s.touchReread(ctx, t, f, e, d, p); err != nil {
		return tickets.Filed{}, err
	}
	entry, err := s.writeWhole(ctx, t, f, e, d, p)
	if err != nil {
		return tickets.Filed{}, err
	}
	if err := settleClaim(ctx, t, f.Claim, entry); err != nil {
		return tickets.Filed{}, err
	}
	done := tickets.Filed{Mail: f.Claim.Mail, Ticket: p.ticketID, Reference: p.reference, Match: tickets.MatchRefile}
	addEvent(t, event{What: readAgain, Ticket: p.ticket, Mail: f.Claim.Mail, Text: d.Note})
	return done, nil
}
