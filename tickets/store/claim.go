package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"postern/tickets"
)

const claimColumns = `id, token, sha256, size, oversize, received_at, stored_at, mailbox, source, junk, unanswered, tries, suspect, refile, class`

// Claim takes up to n received mails and commits that, see tickets.FilingStore.
//
// A mail under suspicion (it was in flight when its worker went away, or failed) is
// in flight with no other of its worker: first nothing new is given out until all
// claims have come back, then it goes alone. Else an innocent one beside it would
// die with it and be held for it. Other workers take it just as well. What was
// tried least goes first, so that a mail which kills its process again keeps
// nobody waiting that was only beside it.
func (s *Store) Claim(ctx context.Context, worker string, n int) ([]tickets.Claim, error) {
	if err := s.releaseStrays(ctx); err != nil {
		return nil, err
	}
	if waiting, err := s.waiting(ctx); err != nil || !waiting || n <= 0 {
		return nil, err
	}
	var claims []tickets.Claim
	err := s.write(ctx, "claim", func(ctx context.Context, t *tx) error {
		claims = nil
		if err := s.lives(ctx, t, worker); err != nil {
			return err
		}
		var flight, alone, suspects int
		const look = `
			SELECT (SELECT count(*) FROM mails WHERE state = 'claimed' AND worker = $1),
			       (SELECT count(*) FROM mails WHERE state = 'claimed' AND worker = $1 AND suspect = 1),
			       (SELECT count(*) FROM mails WHERE state = 'received' AND suspect = 1)`
		if err := t.row(ctx, look, []any{clean(worker)}, &flight, &alone, &suspects); err != nil {
			return err
		}
		var err error
		switch {
		case alone > 0 || suspects > 0 && flight > 0:
			return nil
		case suspects > 0:
			claims, err = s.claim(ctx, t, worker, `suspect = 1`, `tries, `, 1)
		default:
			claims, err = s.claim(ctx, t, worker, `suspect = 0`, ``, n)
		}
		return err
	})
	if err != nil {
		s.strays.addMails(worker, claims)
		return nil, fmt.Errorf("claim mails: %w", err)
	}
	return claims, nil
}

// waiting asks without a write lock, so that an idle worker disturbs nobody.
func (s *Store) waiting(ctx context.Context) (bool, error) {
	var n int
	err := s.reader.row(ctx, `SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = 'received' LIMIT 1) AS one`, nil, &n)
	if err != nil {
		return false, fmt.Errorf("look for waiting mail: %w", err)
	}
	return n > 0, nil
}

// claim takes the oldest of those mails that are meant, after what comes before age.
func (s *Store) claim(ctx context.Context, t *tx, worker, which, before string, n int) ([]tickets.Claim, error) {
	// Those that are meant are chosen once: PostgreSQL may ask a subquery that takes locks
	// again for each row, passes over what it has locked, and takes more than n.
	query := `
		WITH meant AS MATERIALIZED (
		     SELECT id FROM mails
		      WHERE state = 'received' AND ` + which + `
		      ORDER BY ` + before + `class, received_at, id
		      ` + limit(n) + s.dialect.skipLocked + `)
		UPDATE mails
		   SET state = 'claimed', token = token + 1, worker = $1, claimed_at = $2
		 WHERE id IN (SELECT id FROM meant)
		RETURNING ` + claimColumns
	type row struct {
		claim tickets.Claim
		class int
	}
	var rows []row
	err := each(ctx, t, query, []any{clean(worker), t.at}, func(r *sql.Rows) error {
		c, class, err := scanClaim(r)
		rows = append(rows, row{c, class})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.class, b.class), a.claim.ReceivedAt.Compare(b.claim.ReceivedAt), cmp.Compare(a.claim.Mail, b.claim.Mail))
	})
	claims := make([]tickets.Claim, len(rows))
	for i := range rows {
		claims[i] = rows[i].claim
	}
	return claims, nil
}

func scanClaim(r *sql.Rows) (c tickets.Claim, class int, err error) {
	var received, stored int64
	err = r.Scan(&c.Mail, &c.Token, &c.SHA256, &c.Size, &c.Oversize, &received, &stored, &c.Mailbox, &c.Source,
		&c.Junk, &c.Unanswered, &c.Tries, &c.Suspect, &c.Refile, &class)
	c.ReceivedAt, c.StoredAt = moment(received), moment(stored)
	return c, class, err
}

// Fail counts a failure of the mail's own and gives the claim back, see
// tickets.FilingStore.
func (s *Store) Fail(ctx context.Context, claim tickets.Claim, cause string) (held bool, err error) {
	const update = `
		UPDATE mails
		   SET tries   = tries + 1,
		       suspect = 1,
		       reason  = $3,
		       state   = CASE WHEN tries + 1 >= $4 THEN 'held' ELSE 'received' END
		 WHERE id = $1 AND token = $2 AND state = 'claimed'
		RETURNING state`
	err = s.write(ctx, "fail", func(ctx context.Context, t *tx) error {
		var state string
		err := t.row(ctx, update, []any{claim.Mail, claim.Token, clean(cause), tickets.MaxTries}, &state)
		if err != nil {
			return fenced(err)
		}
		held = state == mailHeld
		t.announces(WorkMail)
		what := "failed"
		if held {
			what = "held"
		}
		addEvent(t, event{What: what, Mail: claim.Mail, Text: cause})
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("note the failure of mail %d: %w", claim.Mail, err)
	}
	return held, nil
}

// fenced says that a compare-and-swap found nothing: somebody else has it.
func fenced(err error) error {
	if err == sql.ErrNoRows { //nolint:errorlint // Scan returns it unwrapped
		return tickets.ErrFence
	}
	return err
}

// Release gives claims back untried, see tickets.FilingStore. Claims that were
// lost or filed meanwhile are passed over.
func (s *Store) Release(ctx context.Context, claims []tickets.Claim) error {
	const update = `UPDATE mails SET state = 'received' WHERE id = $1 AND token = $2 AND state = 'claimed'`
	err := s.write(ctx, "release", func(ctx context.Context, t *tx) error {
		t.announces(WorkMail)
		for _, c := range claims {
			if _, err := t.exec(ctx, update, c.Mail, c.Token); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("release %d claims: %w", len(claims), err)
	}
	return nil
}

// UnprovenRipe takes the entries whose claim on a ticket nobody has decided
// since the time given, and has their mails filed again as tickets of their own.
func (s *Store) UnprovenRipe(ctx context.Context, before time.Time) (int, error) {
	const update = `
		UPDATE mails SET state = 'received', refile = $1
		 WHERE state = 'filed' AND refile = ''
		   AND id IN (SELECT mail FROM entries WHERE unproven = 1 AND match NOT IN ('altered', 'echo') AND filed_at < $2 AND mail IS NOT NULL)
		RETURNING id`
	var n int
	err := s.write(ctx, "ripe", func(ctx context.Context, t *tx) error {
		mails, err := column[int64](ctx, t, update, tickets.RefileAlone, micros(before))
		if err != nil {
			return err
		}
		if n = len(mails); n > 0 {
			t.announces(WorkMail)
		}
		for _, id := range mails {
			addEvent(t, event{What: "filed again", Mail: id, Text: "its claim on a ticket was never proven"})
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("file unproven entries again: %w", err)
	}
	return n, nil
}
