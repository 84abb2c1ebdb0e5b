package storetest

import (
	"context"
	"sync"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
)

// OurMail is what the sender would have rendered.
const OurMail = "From: Example CSIRT <csirt@example.org>\r\nSubject: ours\r\n\r\nthank you\r\n"

// sent is the verdict of a relay that took the mail.
func sent(relayID string) tickets.SendResult {
	return tickets.SendResult{State: tickets.OutSent, RelayID: relayID}
}

// Attempt is what a worker records before it sends a mail as it was listed.
func Attempt(o tickets.Outgoing, worker string) tickets.Attempt {
	return tickets.Attempt{Number: o.Attempts + 1, Worker: worker, Bytes: []byte(OurMail)}
}

// Take claims the first due mail for sending, with these bytes.
func Take(t testing.TB, s *store.Store, bytes string) (id, token int64) {
	t.Helper()
	due, err := s.Due(context.Background(), 10)
	if err != nil || len(due) == 0 {
		t.Fatalf("due: %v, %v; want at least one", due, err)
	}
	token, err = s.Take(context.Background(), due[0].ID, tickets.Attempt{Number: due[0].Attempts + 1, Worker: "worker", EnvelopeFrom: "bounces@example.org", Bytes: []byte(bytes)})
	if err != nil {
		t.Fatalf("take: %v", err)
	}
	return due[0].ID, token
}

// Killed is what Bomb panics with.
type Killed struct{ Point string }

// Bomb is a Hook that panics once at the n-th time a point is reached, as if
// the process had died there.
type Bomb struct {
	mu    sync.Mutex
	point string
	left  int
}

// Arm sets the point and how many times it may pass before.
func (b *Bomb) Arm(point string, passes int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.point, b.left = point, passes
}

// Hook is what Options.Hook wants.
func (b *Bomb) Hook(point string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if point != b.point {
		return
	}
	if b.left > 0 {
		b.left--
		return
	}
	b.point = ""
	panic(Killed{point})
}

// Dies tells whether work was killed by a Bomb.
func Dies(work func()) (killed bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(Killed); !ok {
				panic(p)
			}
			killed = true
		}
	}()
	work()
	return false
}
