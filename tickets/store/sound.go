package store

import (
	"context"
	"errors"
	"fmt"
)

// ErrDamaged is a database file whose own structure is broken.
var ErrDamaged = errors.New("the database file is damaged")

// Sound asks the database whether its file is sound, for as long as ctx lasts:
// the whole of a big one takes minutes. done is false when the time ended first.
// An error that is ErrDamaged says what is broken.
func (s *Store) Sound(ctx context.Context) (done bool, err error) {
	words, err := column[string](ctx, s.reader, s.dialect.quick)
	switch {
	case ctx.Err() != nil:
		return false, nil
	case faultOf(err) == faultDamaged:
		return true, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return false, fmt.Errorf("check the database file: %w", err)
	}
	for _, w := range words {
		if w != "ok" {
			return true, fmt.Errorf("%w: %s", ErrDamaged, w)
		}
	}
	return true, nil
}

// Damaged tells whether an error comes from a database that is damaged.
func Damaged(err error) bool { return errors.Is(err, ErrDamaged) || faultOf(err) == faultDamaged }
