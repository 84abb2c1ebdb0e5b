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
	if errors.Is(err, store.ErrDamaged) {
		return fmt.Errorf("%w: keep this data folder as it is, and restore the last backup into another one", err)
	}
	return err
}
