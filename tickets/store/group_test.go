package store_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestAnswersCommitTogether lets several answers wait for the writer: they are
// written in one transaction, and a fault of one is its own.
func TestAnswersCommitTogether(t *testing.T) { storetest.Each(t, testAnswersCommitTogether) }

func testAnswersCommitTogether(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	gate := newGate("t3c.before")
	o.Hook = gate.hook
	s := open(t, o)
	gate.open()
	storetest.File(t, s, storetest.Judge, batchOf(t, s, clock, 6)...)
	due, err := s.Due(ctx, 10)
	if err != nil || len(due) != 6 {
		t.Fatalf("got %d due, %v; want 6", len(due), err)
	}
	gate.close()
	var all sync.WaitGroup
	all.Go(func() { _ = s.Settle(ctx, due[0].ID, 12345, tickets.SendResult{State: tickets.OutSent}) })
	<-gate.reached // the writer is busy until the gate opens
	ended, cancel := context.WithCancel(ctx)
	errs := make([]error, len(due)+2)
	for i, o := range due {
		all.Go(func() { _, errs[i] = s.Take(ctx, o.ID, storetest.Attempt(o, "w")) })
	}
	all.Go(func() { errs[6] = s.Handed(ctx, due[0].ID, 12345) })
	waitFor(s, 7)
	var gone sync.WaitGroup
	gone.Go(func() { errs[7] = s.Handed(ended, due[1].ID, 1) })
	waitFor(s, 8)
	cancel()
	gone.Wait()
	gate.open()
	all.Wait()
	for i, err := range errs[:6] {
		if err != nil {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	if !errors.Is(errs[6], tickets.ErrFence) {
		t.Errorf("with a wrong token: got %v, want ErrFence", errs[6])
	}
	if !errors.Is(errs[7], context.Canceled) {
		t.Errorf("with an ended context: got %v, want canceled", errs[7])
	}
	points := gate.points("t3")
	first := slices.Index(points, "t3a.committed")
	// More when the one with the wrong token came late: then all began anew.
	if written := strings.Count(strings.Join(points[:max(first, 0)], " "), "t3a.written"); written < 6 {
		t.Errorf("%d answers were written before the first commit, want all 6: %v", written, points)
	}
	stats, err := s.Stats(ctx)
	if err != nil || stats.Outbox["claimed"] != 6 {
		t.Errorf("got %v, %v; want 6 claimed", stats.Outbox, err)
	}
	storetest.Clean(t, s, store.VerifyOptions{})
}

// TestPanicInGroup ends one of several waiting transactions with a panic:
// nothing of any is written, and nobody waits for ever.
func TestPanicInGroup(t *testing.T) { storetest.Each(t, testPanicInGroup) }

func testPanicInGroup(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	gate := newGate("t3c.before")
	bomb := &storetest.Bomb{}
	o.Hook = func(point string) { gate.hook(point); bomb.Hook(point) }
	s := open(t, o)
	gate.open()
	storetest.File(t, s, storetest.Judge, batchOf(t, s, clock, 3)...)
	due, err := s.Due(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	gate.close()
	var all sync.WaitGroup
	all.Go(func() { _ = s.Settle(ctx, due[0].ID, 12345, tickets.SendResult{State: tickets.OutSent}) })
	<-gate.reached
	bomb.Arm("t3a.written", 1)
	var mu sync.Mutex
	died, failed := 0, 0
	for _, o := range due {
		all.Go(func() {
			var err error
			killed := storetest.Dies(func() { _, err = s.Take(ctx, o.ID, storetest.Attempt(o, "w")) })
			mu.Lock()
			defer mu.Unlock()
			if killed {
				died++
			} else if err != nil {
				failed++
			}
		})
	}
	waitFor(s, len(due))
	gate.open()
	all.Wait()
	if died != 1 || failed != len(due)-1 {
		t.Errorf("got %d dead and %d failed, want 1 and %d", died, failed, len(due)-1)
	}
	stats, err := s.Stats(ctx)
	if err != nil || stats.Outbox["queued"] != int64(len(due)) {
		t.Errorf("got %v, %v; want all queued", stats.Outbox, err)
	}
}

// waitFor returns when so many transactions wait to commit together.
func waitFor(s *store.Store, n int) {
	for store.Waiting(s) < n {
		runtime.Gosched()
	}
}

// gate holds whoever comes to a point while it is closed.
type gate struct {
	point   string
	reached chan struct{} // told when somebody stands before it

	mu     sync.Mutex
	way    chan struct{} // closed: open
	passed []string
}

func newGate(point string) *gate {
	return &gate{point: point, reached: make(chan struct{}, 1), way: make(chan struct{})}
}

func (g *gate) hook(point string) {
	g.mu.Lock()
	way := g.way
	g.passed = append(g.passed, point)
	g.mu.Unlock()
	if point != g.point {
		return
	}
	select {
	case <-way:
		return
	default:
	}
	g.reached <- struct{}{}
	<-way
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.way)
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.way, g.passed = make(chan struct{}), nil
}

func (g *gate) points(prefix string) (list []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, point := range g.passed {
		if strings.HasPrefix(point, prefix) {
			list = append(list, point)
		}
	}
	return list
}
