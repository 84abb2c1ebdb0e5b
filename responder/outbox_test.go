package responder_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"postern/responder"
	"postern/tickets"
)

// outbox keeps the promises of responder.Outbox in memory.
type outbox struct {
	now func() time.Time

	mu     sync.Mutex
	rows   map[int64]*tickets.Outgoing
	tokens map[int64]int64
	relay  map[int64]string
	fail   map[string][]error // by method, one for each call
	froms  []string           // envelope senders taken
	texts  map[int64]string   // of what was encrypted
}

func newOutbox(now func() time.Time, rows ...tickets.Outgoing) *outbox {
	b := &outbox{now: now, rows: map[int64]*tickets.Outgoing{}, tokens: map[int64]int64{}, texts: map[int64]string{}, relay: map[int64]string{}, fail: map[string][]error{}}
	for i, o := range rows {
		if o.ID == 0 || len(rows) > 1 {
			o.ID = int64(i + 1)
		}
		if o.State == "" {
			o.State = tickets.OutQueued
		}
		b.rows[o.ID] = &o
	}
	return b
}

func (b *outbox) failing(method string) error {
	errs := b.fail[method]
	if len(errs) == 0 {
		return nil
	}
	b.fail[method] = errs[1:]
	return errs[0]
}

func (b *outbox) Due(_ context.Context, n int) ([]tickets.Outgoing, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failing("due"); err != nil {
		return nil, err
	}
	var due []tickets.Outgoing
	for _, o := range b.rows {
		if o.State == tickets.OutQueued && !o.NotBefore.After(b.now()) {
			due = append(due, *o)
		}
	}
	slices.SortFunc(due, func(x, y tickets.Outgoing) int { return int(x.ID - y.ID) })
	return due[:min(n, len(due))], nil
}

func (b *outbox) Take(_ context.Context, id int64, a tickets.Attempt) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	method := "take"
	if len(a.Bytes) == 0 {
		method = "take unrendered"
	}
	if err := b.failing(method); err != nil {
		return 0, err
	}
	o := b.rows[id]
	if o.State != tickets.OutQueued || o.Attempts != a.Number-1 || o.NotBefore.After(b.now()) {
		return 0, tickets.ErrTaken
	}
	if len(o.Bytes) == 0 {
		o.Bytes = a.Bytes
	}
	b.texts[id] = a.Text
	o.State, o.EnvelopeFrom = tickets.OutClaimed, a.EnvelopeFrom
	o.Attempts++
	b.tokens[id]++
	b.froms = append(b.froms, a.EnvelopeFrom)
	return b.tokens[id], nil
}

func (b *outbox) Handed(_ context.Context, id, token int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failing("handed"); err != nil {
		return err
	}
	if b.rows[id].State != tickets.OutClaimed || b.tokens[id] != token {
		return tickets.ErrFence
	}
	b.rows[id].State = tickets.OutHanded
	return nil
}

func (b *outbox) Settle(_ context.Context, id, token int64, r tickets.SendResult) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failing("settle"); err != nil {
		return err
	}
	o := b.rows[id]
	if b.tokens[id] != token || (o.State != tickets.OutClaimed && o.State != tickets.OutHanded) {
		return tickets.ErrFence
	}
	o.State, o.Reason, o.NotBefore = r.State, r.Reason, r.Retry
	b.relay[id] = r.RelayID
	return nil
}

func (b *outbox) row(id int64) tickets.Outgoing {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.rows[id]
}

func (b *outbox) states() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	states := map[string]int{}
	for _, o := range b.rows {
		states[o.State]++
	}
	return states
}

// script is a transport that does what a test says.
type script func(ctx context.Context, e responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error)

func (s script) Send(ctx context.Context, e responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	return s(ctx, e, body, beforeDot)
}
