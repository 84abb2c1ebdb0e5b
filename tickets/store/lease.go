package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/tickets"
)

// Lease is what one process holds alone for a while: a mailbox, a timer, or its
// own life. Token is the fence: it grows each time the lease begins anew.
type Lease struct {
	Name   string
	Holder string
	Token  int64
}

// Holding is a lease as everybody sees it.
type Holding struct {
	Lease
	Left   time.Duration // by the database's clock; not positive: it ended so long ago
	Missed bool          // ended, and not because nobody needs it any more
}

// LifeOf is the name of the lease by which others know that a worker lives. Once
// it has ended, what the worker had claimed is taken from it.
func LifeOf(worker string) string { return lifePrefix + worker }

const lifePrefix = "worker:"

// clock is the database's time in SQL. Where the database has no clock apart
// from ours it is a parameter behind those given.
func (s *Store) clock(args ...any) (now string, all []any) {
	if s.dialect.clock != "" {
		return s.dialect.clock, args
	}
	return fmt.Sprintf("$%d", len(args)+1), append(args, s.now())
}

// Lease gives holder the named lease for a while, when nobody else has it, and
// prolongs it when holder has it already. token grows each time the lease begins
// anew, for the same holder too when it had ended in between; whoever works
// under a lease passes it on as a fence, see WithLease. Where several machines
// share the database, the time is that of its clock.
func (s *Store) Lease(ctx context.Context, name, holder string, length time.Duration) (token int64, held bool, err error) {
	got, err := s.LeaseAll(ctx, []string{name}, holder, length)
	token, held = got[name]
	return token, held, err
}

// LeaseAll is Lease for several at once. It gives the tokens of those that holder has now.
func (s *Store) LeaseAll(ctx context.Context, names []string, holder string, length time.Duration) (map[string]int64, error) {
	got := map[string]int64{}
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		clear(got) // of a try before
		for _, name := range slices.Sorted(slices.Values(names)) {
			token, err := s.leaseOne(ctx, t, name, holder, length)
			switch {
			case errors.Is(err, sql.ErrNoRows): // somebody else has it
			case err != nil:
				return err
			default:
				got[name] = token
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take the leases %s: %w", strings.Join(names, ", "), err)
	}
	return got, nil
}

// leaseOne passes over a lease that a transaction of its holder still needs: who
// waited for that would be late with its own.
func (s *Store) leaseOne(ctx context.Context, t *tx, name, holder string, length time.Duration) (token int64, err error) {
	now, args := s.clock(clean(name), clean(holder), length.Microseconds())
	take := `
		UPDATE leases
		   SET token  = CASE WHEN holder = $2 AND until > ` + now + ` THEN token ELSE token + 1 END,
		       holder = $2,
		       until  = ` + now + ` + $3
		 WHERE name IN (SELECT name FROM leases
		                 WHERE name = $1 AND (holder = $2 OR until <= ` + now + `)` + s.dialect.skipLocked + `)
		RETURNING token`
	begin := `
		INSERT INTO leases (name, holder, token, until) VALUES ($1, $2, 1, ` + now + ` + $3)
		ON CONFLICT (name) DO NOTHING
		RETURNING token`
	err = t.row(ctx, take, args, &token)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.row(ctx, begin, args, &token)
	}
	return token, err
}

// Join makes a worker known as alive for a while. From then on this store gives
// it new work only while it is: see Claim and Take. One that was taken for dead
// and joins again was not killed by what it had claimed: see acquit.
func (s *Store) Join(ctx context.Context, worker string, length time.Duration) error {
	before := s.worker.Load()
	returned := before != nil && *before == worker
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		_, err := s.leaseOne(ctx, t, LifeOf(worker), worker, length)
		if errors.Is(err, sql.ErrNoRows) {
			err = fmt.Errorf("another process is called %s", worker)
		}
		if err != nil || !returned {
			return err
		}
		return acquit(ctx, t, worker)
	})
	if err != nil {
		return fmt.Errorf("join the machines on this database: %w", err)
	}
	s.worker.Store(&worker)
	return nil
}

// self is the name this store has joined by, "" before that.
func (s *Store) self() string {
	if joined := s.worker.Load(); joined != nil {
		return clean(*joined)
	}
	return ""
}

// Renew prolongs everything that holder still has, and gives the tokens by name.
// What has ended is not in it and stays ended; only a life that nobody has taken
// notice of is prolonged all the same: while the database was away, all were late.
func (s *Store) Renew(ctx context.Context, holder string, length time.Duration) (map[string]int64, error) {
	held := map[string]int64{}
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		clear(held) // of a try before
		now, args := s.clock(clean(holder), length.Microseconds(), LifeOf(clean(holder)))
		prolong := `
			UPDATE leases SET until = ` + now + ` + $2
			 WHERE holder = $1 AND (until > ` + now + ` OR name = $3)
			RETURNING name, token`
		return each(ctx, t, prolong, args, func(r *sql.Rows) error {
			var name string
			var token int64
			err := r.Scan(&name, &token)
			held[name] = token
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("renew the leases of %s: %w", holder, err)
	}
	return held, nil
}

// Unlease gives a lease back before its time.
func (s *Store) Unlease(ctx context.Context, name, holder string) error {
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		now, args := s.clock(clean(name), clean(holder))
		_, err := t.exec(ctx, `UPDATE leases SET until = `+now+` WHERE name = $1 AND holder = $2 AND until > `+now, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("give the lease %s back: %w", name, err)
	}
	return nil
}

// DropLease gives a lease back that its holder does not want again: it counts as
// one that nobody needs, see Holding.
func (s *Store) DropLease(ctx context.Context, name, holder string) error {
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2`, clean(name), clean(holder))
		return err
	})
	if err != nil {
		return fmt.Errorf("drop the lease %s: %w", name, err)
	}
	return nil
}

// Leave gives back everything that holder has, and its life with it. Whatever it
// had claimed and not finished is for others from now on.
func (s *Store) Leave(ctx context.Context, holder string) error {
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error { return s.bury(ctx, t, holder) })
	if err != nil {
		return fmt.Errorf("give the leases of %s back: %w", holder, err)
	}
	return nil
}

// bury ends everything that a worker holds.
func (s *Store) bury(ctx context.Context, t *tx, worker string) error {
	if _, err := t.exec(ctx, `DELETE FROM leases WHERE name = $1`, LifeOf(clean(worker))); err != nil {
		return err
	}
	now, args := s.clock(clean(worker))
	_, err := t.exec(ctx, `UPDATE leases SET until = `+now+` WHERE holder = $1 AND until > `+now, args...)
	return err
}

// Leases lists who holds what, and what nobody holds, by name.
func (s *Store) Leases(ctx context.Context) ([]Holding, error) {
	now, args := s.clock()
	query := `SELECT name, holder, token, until - ` + now + `, CASE WHEN until > 0 AND until <= ` + now + ` THEN 1 ELSE 0 END FROM leases ORDER BY name`
	var list []Holding
	err := each(ctx, s.reader, query, args, func(r *sql.Rows) error {
		var h Holding
		var left int64
		err := r.Scan(&h.Name, &h.Holder, &h.Token, &left, &h.Missed)
		h.Left = time.Duration(left) * time.Microsecond
		list = append(list, h)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the leases: %w", err)
	}
	return list, nil
}

type leaseKey struct{}

// WithLease is a context in which everything written carries the lease: each
// transaction looks first whether it still holds, and ends with
// tickets.ErrLease when it has changed hands or ended. It may not change hands
// before the transaction is over, so that a process which was paused for longer
// than its lease cannot write when it comes back.
func WithLease(ctx context.Context, l Lease) context.Context {
	return context.WithValue(ctx, leaseKey{}, l)
}

// underLease puts the look at the lease before the work.
func (s *Store) underLease(ctx context.Context, work func(context.Context, *tx) error) func(context.Context, *tx) error {
	l, bound := ctx.Value(leaseKey{}).(Lease)
	if !bound {
		return work
	}
	return func(ctx context.Context, t *tx) error {
		now, args := s.clock(clean(l.Name), clean(l.Holder), l.Token)
		look := `SELECT token FROM leases WHERE name = $1 AND holder = $2 AND token = $3 AND until > ` + now + s.dialect.forShare
		if err := leaseHolds(ctx, t, look, args); err != nil {
			return err
		}
		return work(ctx, t)
	}
}

// lives makes sure that a worker which has joined is still known as alive, before
// it claims anything: else the claim would be taken from it at once, as if the
// mail had killed it.
func (s *Store) lives(ctx context.Context, t *tx, worker string) error {
	if joined := s.worker.Load(); joined == nil || *joined != worker {
		return nil
	}
	if t.alive { // seen for another mail of this transaction
		return nil
	}
	t.alive = true
	now, args := s.clock(LifeOf(clean(worker)))
	return leaseHolds(ctx, t, `SELECT token FROM leases WHERE name = $1 AND until > `+now+s.dialect.forShare, args)
}

func leaseHolds(ctx context.Context, t *tx, look string, args []any) error {
	return t.askOne(ctx, tickets.ErrLease, look, args, func(scanner) error { return nil }, nil)
}
