package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// group gathers short transactions that wait for the writer at the same time:
// one commit, and one wait for the disk, then serves them all. Each answer that
// leaves needs three of them, so that without it the disk would set the pace.
type group struct {
	mu      sync.Mutex
	waiting []*member
}

// member is one transaction of a group.
type member struct {
	ctx   context.Context // of this call only: it waits inside it
	point string
	work  func(context.Context, *tx) error
	err   error
	done  chan struct{} // closed when err stands
}

// errGroup is what the others get when one of them ended in a panic.
var errGroup = errors.New("a transaction that was to commit together with this one ended in a panic")

// How long a transaction lets others begin the commit that it joins. A
// connection waits for its final dot, so that one waits only as long as another
// connection takes for a mail; a claim made ahead and an outcome noted
// afterwards keep nobody waiting, and while mails leave there is a dot to join.
const (
	patienceOfDots = 2 * time.Millisecond
	patience       = 4 * time.Millisecond
)

// add queues a member.
func (g *group) add(m *member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, m)
}

// drop takes a member out again; false when it is being written already.
func (g *group) drop(m *member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := len(g.waiting)
	g.waiting = slices.DeleteFunc(g.waiting, func(other *member) bool { return other == m })
	return len(g.waiting) < before
}

func (g *group) all() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := g.waiting
	g.waiting = nil
	return list
}

// writeTogether is write for short work. Whoever gets the writer's turn writes
// for all who wait by then; wait is how long this one leaves that to others. When
// one of them fails by its own fault they are written anew, each in a savepoint of
// its own, so that it is rolled back alone: work may be called again, and keeps
// nothing of a try before. As with write, after nil the work is durable, and after
// an error nothing of it is.
func (s *Store) writeTogether(ctx context.Context, point string, wait time.Duration, work func(context.Context, *tx) error) error {
	m := &member{ctx: ctx, point: point, work: s.underLease(ctx, work), done: make(chan struct{})}
	s.group.add(m)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
	case <-timer.C:
	}
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
		if s.group.drop(m) {
			return ctx.Err()
		}
		<-m.done
		return m.err
	case <-s.sending.turn:
	}
	defer func() { s.sending.turn <- struct{}{} }()
	s.writeGroup(s.group.all())
	<-m.done // written just now, or by who had the turn before
	return m.err
}

// writeGroup writes for all members. It needs the turn.
func (s *Store) writeGroup(list []*member) {
	err := errGroup
	defer func() {
		for _, m := range list {
			if m.err == nil {
				m.err = err
			}
			close(m.done)
		}
	}()
	list = slices.DeleteFunc(list, func(m *member) bool {
		if m.err = m.ctx.Err(); m.err != nil {
			close(m.done)
		}
		return m.err != nil
	})
	switch len(list) {
	case 0:
	case 1:
		if err = s.sending.connect(list[0].ctx); err == nil {
			err = s.transact(list[0].ctx, s.sending, list[0].point, list[0].work)
		}
	default:
		err = s.writeMembers(list)
	}
}

func (s *Store) writeMembers(list []*member) error {
	ctx := context.WithoutCancel(list[0].ctx)
	if err := s.sending.connect(ctx); err != nil {
		return err
	}
	err := s.writeEach(ctx, list, s.writeBold)
	if errors.Is(err, errOneFailed) {
		if err = s.sending.connect(ctx); err == nil {
			err = s.writeEach(ctx, list, s.writeMember)
		}
	}
	for _, m := range list {
		if err == nil && m.err == nil {
			s.hook(m.point, "committed")
		}
	}
	return err
}

// writeEach writes all members in one transaction.
func (s *Store) writeEach(ctx context.Context, list []*member, write func(context.Context, *tx, *member) error) error {
	return s.transact(ctx, s.sending, "", func(ctx context.Context, t *tx) error {
		for _, m := range list {
			if err := write(ctx, t, m); err != nil {
				return err
			}
		}
		return oneOfGroup(t.flush(ctx))
	})
}

// writeBold does one member's work without a savepoint, as nearly all succeed.
// errOneFailed when it takes one: then all of the group begins anew.
func (s *Store) writeBold(ctx context.Context, t *tx, m *member) error {
	s.hook(m.point, "before")
	if err := m.work(ctx, t); err != nil {
		return oneOfGroup(err)
	}
	s.hook(m.point, "written")
	return nil
}

// oneOfGroup is errOneFailed when an error may be a member's own.
func oneOfGroup(err error) error {
	if err == nil || broken(err) {
		return err
	}
	return errors.Join(errOneFailed, err)
}

// writeMember does one member's work. An error of its own stands in the member;
// the error returned condemns the transaction.
func (s *Store) writeMember(ctx context.Context, t *tx, m *member) error {
	m.err = nil // of a try before, when the group has to begin anew
	s.hook(m.point, "before")
	if _, err := t.exec(ctx, "SAVEPOINT member"); err != nil {
		return err
	}
	events := len(t.events)
	err := m.work(ctx, t)
	if err == nil {
		err = t.flush(ctx)
	}
	if err != nil {
		if broken(err) || faultOf(err) == faultRepeat {
			return err
		}
		m.err = explained(err)
		t.events, t.alive = t.events[:events], false
		t.forget()
		if _, err := t.exec(ctx, "ROLLBACK TO SAVEPOINT member"); err != nil {
			return err
		}
	} else {
		s.hook(m.point, "written")
	}
	_, err = t.exec(ctx, "RELEASE SAVEPOINT member")
	return err
}
