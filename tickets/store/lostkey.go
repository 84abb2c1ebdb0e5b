package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"postern/tickets"
)

// errLost says that a value was sealed with a key that people gave up as lost.
var errLost = errors.New("was sealed with a key that is lost")

// sealedForGood is what people see in the place of such a value.
var sealedForGood = tickets.Problem{Code: "seal-key-lost", Detail: "What this came with was sealed with a key that is lost. The raw mail is there: `postern requeue` with the ticket's ID reads it again."}

// metaLost is where the database notes when the seal key was last given up.
const metaLost = "seal lost"

// GiveUpKey pins another key ("seal" or "thread") in place of one that is lost
// for good. For the seal key the store has to be open with the new one and
// Options.SealKeyLost: what was sealed before stays sealed, and answers that
// waited in that form will never leave. It tells how many those are. Who did it
// is an event.
func (s *Store) GiveUpKey(ctx context.Context, v tickets.Viewer, name, fingerprint string) (stuck int64, err error) {
	if err := mayAct(v); err != nil {
		return 0, fmt.Errorf("replace the %s key: %w", name, err)
	}
	err = s.write(ctx, "key", func(ctx context.Context, t *tx) (err error) {
		if name == "seal" {
			fingerprint = s.seal.fingerprint
			if stuck, err = s.giveUpSealed(ctx, t); err != nil {
				return err
			}
		}
		if err := setMeta(ctx, t, metaKey+name, fingerprint); err != nil {
			return err
		}
		addEvent(t, event{Actor: v.Name, What: "replaced the " + name + " key", Text: "the old one is lost; the new one has fingerprint " + fingerprint})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("replace the %s key: %w", name, err)
	}
	return stuck, nil
}

// giveUpSealed notes the loss, and takes the answers that nobody can read any
// more out of the queue.
func (s *Store) giveUpSealed(ctx context.Context, t *tx) (int64, error) {
	const update = `
		UPDATE outbox SET state = 'failed', reason = 'it was sealed with a key that is lost: write it again', settled_at = $1
		 WHERE sealed = 1 AND state IN ('queued', 'claimed')`
	if err := setMeta(ctx, t, metaLost, strconv.FormatInt(t.at, 10)); err != nil {
		return 0, err
	}
	s.seal.lostAt.Store(t.at)
	return t.exec(ctx, update, t.at)
}

// loadLost reads when the seal key was given up, if ever.
func (s *Store) loadLost(ctx context.Context) error {
	text, err := s.meta(ctx, metaLost)
	if err != nil || text == "" {
		return err
	}
	at, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("the time when the seal key was given up: %w", err)
	}
	s.seal.lostAt.Store(at)
	return nil
}

// SealKeyGivenUp tells when the seal key was last given up; zero is never.
func (s *Store) SealKeyGivenUp() time.Time { return moment(s.seal.lostAt.Load()) }

// excused tells that a value of that time may not open any more.
func (s *sealer) excused(err error, at int64) bool {
	return errors.Is(err, errLost) && at <= s.lostAt.Load()
}
