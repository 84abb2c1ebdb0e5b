package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Lease gives holder the named lease for a while, when nobody else has it, and
// prolongs it when holder has it already. token grows each time it changes
// hands; whoever works under a lease passes it on as a fence.
func (s *Store) Lease(ctx context.Context, name, holder string, length time.Duration) (token int64, held bool, err error) {
	const take = `
		INSERT INTO leases (name, holder, token, until) VALUES ($1, $2, 1, $3)
		ON CONFLICT (name) DO UPDATE
		   SET token  = CASE WHEN leases.holder = excluded.holder THEN leases.token ELSE leases.token + 1 END,
		       holder = excluded.holder,
		       until  = excluded.until
		 WHERE leases.holder = excluded.holder OR leases.until <= $4
		RETURNING token`
	err = s.write(ctx, "", func(ctx context.Context, t *tx) error {
		return t.row(ctx, take, []any{clean(name), clean(holder), t.at + length.Microseconds(), t.at}, &token)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("take the lease %s: %w", name, err)
	}
	return token, true, nil
}

// Unlease gives a lease back before its time.
func (s *Store) Unlease(ctx context.Context, name, holder string) error {
	err := s.write(ctx, "", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2`, clean(name), clean(holder))
		return err
	})
	if err != nil {
		return fmt.Errorf("give the lease %s back: %w", name, err)
	}
	return nil
}
