package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/tickets/store"
)

// soundAtStart bounds the look at the database's file when serve starts: small
// ones are looked at whole, and nobody waits for a big one. `verify` takes its time.
const soundAtStart = time.Second

// sound refuses a damaged database: to go on writing makes it worse, and mail
// waits on its server.
func sound(ctx context.Context, s *store.Store, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	_, err := s.Sound(ctx)
	return refusal(err)
}

// refusal says of an error that comes from a damaged database what to do: where the
// look at start ended early, the first one to read the damaged place finds it.
func refusal(err error) error {
	if !store.Damaged(err) || errors.Is(err, errKeepIt) {
		return err
	}
	if !errors.Is(err, store.ErrDamaged) {
		err = fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	return fmt.Errorf("%w: %w", err, errKeepIt)
}

var errKeepIt = errors.New("keep this data folder as it is, and restore the last backup into another one")
