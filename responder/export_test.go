package responder

import (
	"context"
	"sync"
)

// Drain sends what is due and returns once nothing is: mails that have to wait
// for a later try are left. While the relay cannot be reached it waits; ctx
// bounds that.
func (s *Sender) Drain(ctx context.Context) error {
	var on sync.WaitGroup
	defer on.Wait()
	for ctx.Err() == nil {
		changed := s.look()
		switch n := s.pass(ctx, ctx, &on); {
		case n > 0:
		case s.pause() <= 0 && s.Status().InFlight == 0 && !stirred(changed):
			return nil
		default:
			s.wait(ctx, changed, s.options.Poll)
		}
	}
	return ctx.Err()
}

func stirred(changed <-chan struct{}) bool {
	select {
	case <-changed:
		return true
	default:
		return false
	}
}
