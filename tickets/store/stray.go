package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"postern/tickets"
)

// strays are claims whose transaction ended with an error and may be there all
// the same: the connection was lost before the database's answer came. Nobody
// works on them, and their worker lives, so that nobody would take them from it.
type strays struct {
	mu    sync.Mutex
	mails []stray
	out   []stray
}

// stray is one claim.
type stray struct {
	id, token int64
	worker    string
}

func (s *strays) addMails(worker string, claims []tickets.Claim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range claims {
		s.mails = append(s.mails, stray{c.Mail, c.Token, clean(worker)})
	}
}

func (s *strays) addOut(worker string, id, token int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = append(s.out, stray{id, token, clean(worker)})
}

// giveBack calls back with the strays of a list; they are forgotten when that succeeds.
func (s *strays) giveBack(list *[]stray, back func([]stray) error) error {
	s.mu.Lock()
	found := *list
	*list = nil
	s.mu.Unlock()
	if len(found) == 0 {
		return nil
	}
	err := back(found)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		*list = append(found, *list...)
	}
	return err
}

// releaseStrays gives stray claims on mails back, untried.
func (s *Store) releaseStrays(ctx context.Context) error {
	const update = `UPDATE mails SET state = 'received' WHERE id = $1 AND token = $2 AND worker = $3 AND state = 'claimed'`
	err := s.strays.giveBack(&s.strays.mails, func(list []stray) error {
		return s.write(ctx, "release", func(ctx context.Context, t *tx) error {
			for _, c := range list {
				if _, err := t.exec(ctx, update, c.id, c.token, c.worker); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("release claims that nobody knew of: %w", err)
	}
	return nil
}

// requeueStrays puts stray claims on outgoing mails back into the queue: nothing
// of them had left.
func (s *Store) requeueStrays(ctx context.Context) error {
	look := `SELECT token FROM outbox WHERE id = $1 AND token = $2 AND worker = $3 AND state = 'claimed'` + s.dialect.forUpdate
	err := s.strays.giveBack(&s.strays.out, func(list []stray) error {
		return s.write(ctx, "", func(ctx context.Context, t *tx) error {
			for _, c := range list {
				var token int64
				err := t.row(ctx, look, []any{c.id, c.token, c.worker}, &token)
				if err == nil {
					err = s.requeueOut(ctx, t, c.id, token, "", "claimed when the database went away: nothing had left")
				}
				if err != nil && !errors.Is(err, sql.ErrNoRows) && !errors.Is(err, tickets.ErrFence) {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("queue mails again whose claim nobody knew of: %w", err)
	}
	return nil
}
