package store

import (
	"context"
	"sync"
	"time"
)

// Where there are several writers, an event may be numbered before others and
// committed after they were sealed.
const (
	// straggling is how long after its number an event may turn up: its transaction
	// does nothing more but to commit, and the server ends one that is idle.
	straggling = 3 * idleInTransaction * time.Millisecond
	// firstLook is how many numbers before the newest link are looked at by who has
	// not sealed for long enough to know better: more than straggling events ever were.
	firstLook = 100_000
)

// stragglers knows up to which number every event is sealed that can ever be there.
type stragglers struct {
	mu     sync.Mutex
	upTo   int64
	rounds []round
}

// round is one after which everything visible was sealed.
type round struct{ newest, at int64 }

// sealed notes a round that found nothing more, and what stood in the log and on
// the clock before it. What had a number when an earlier round began, straggling
// ago, has been visible to this one.
func (g *stragglers) sealed(newest, at int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.rounds) > 0 && at-g.rounds[0].at > straggling.Microseconds() {
		g.upTo, g.rounds = g.rounds[0].newest, g.rounds[1:]
	}
	if n := len(g.rounds); n == 0 || at-g.rounds[n-1].at > straggling.Microseconds()/10 {
		g.rounds = append(g.rounds, round{newest, at})
	}
}

// sealedUpTo is a number up to which no event is missing in the chain.
func (s *Store) sealedUpTo(ctx context.Context, q querier) (int64, error) {
	if s.options.draft {
		return 0, nil
	}
	var last int64
	if err := q.row(ctx, `SELECT coalesce(max(event), 0) FROM chain`, nil, &last); err != nil {
		return 0, err
	}
	if !s.dialect.severalWriters() {
		return last, nil
	}
	s.stragglers.mu.Lock()
	defer s.stragglers.mu.Unlock()
	return max(s.stragglers.upTo, last-firstLook), nil
}

func (s *Store) newestEvent(ctx context.Context) (newest int64, err error) {
	err = s.reader.row(ctx, `SELECT coalesce(max(id), 0) FROM events`, nil, &newest)
	return newest, err
}
