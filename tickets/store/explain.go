package store

import (
	"context"
	"fmt"

	"postern/tickets"
)

// Evidence looks up what File would hand to the judge for a mail that is not in
// the store, and changes nothing. It uses the writer's connection, because
// that is where the look-ups of T2 live; it holds it no longer than T2 does.
func (s *Store) Evidence(ctx context.Context, f tickets.Filing) (tickets.Evidence, error) {
	var e found
	err := s.write(ctx, "explain", func(ctx context.Context, t *tx) (err error) {
		e, err = s.evidence(ctx, t, f)
		return err
	})
	if err != nil {
		return tickets.Evidence{}, fmt.Errorf("explain: %w", err)
	}
	return e.Evidence, nil
}
