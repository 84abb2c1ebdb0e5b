// Package intaketest has a ledger in memory that keeps every promise of
// intake.Ledger and breaks the ones a test asks it to.
package intaketest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"sync"

	"postern/intake"
)

// Received is one delivery row with the bytes of its mail.
type Received struct {
	Delivery intake.Delivery
	Raw      []byte
	SHA256   [sha256.Size]byte
	Oversize bool
}

// Ledger is an intake.Ledger in memory, safe for several goroutines.
type Ledger struct {
	mu      sync.Mutex
	rows    []Received
	mails   map[[sha256.Size]byte]bool
	batches []int
	changed chan struct{} // closed and replaced at every commit

	failReceive func([]intake.Mail) error
	failKnown   func() error
}

var _ intake.Ledger = (*Ledger)(nil)

// New makes an empty ledger.
func New() *Ledger {
	return &Ledger{mails: map[[sha256.Size]byte]bool{}, changed: make(chan struct{})}
}

// FailReceive makes T1 ask fault first; an error of it stores nothing. The
// fault may also wait, to be a slow disk. nil heals.
func (l *Ledger) FailReceive(fault func([]intake.Mail) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failReceive = fault
}

// FailKnown makes the reading side ask fault first. nil heals.
func (l *Ledger) FailKnown(fault func() error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failKnown = fault
}

// Known implements intake.Ledger.
func (l *Ledger) Known(_ context.Context, source string, uidValidity uint32) ([]intake.Known, error) {
	return l.between(source, uidValidity, 0, ^uint32(0))
}

func (l *Ledger) between(source string, uidValidity, first, last uint32) ([]intake.Known, error) {
	l.mu.Lock()
	fault := l.failKnown
	l.mu.Unlock()
	if fault != nil {
		if err := fault(); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var known []intake.Known
	for _, row := range l.rows {
		d := row.Delivery
		if d.Mailbox.Source == source && d.UIDValidity == uidValidity && d.UID >= first && d.UID <= last {
			known = append(known, intake.Known{UID: d.UID, Size: d.Size, InternalDate: d.InternalDate})
		}
	}
	slices.SortFunc(known, func(a, b intake.Known) int { return cmp.Compare(a.UID, b.UID) })
	return known, nil
}

// Receive implements intake.Ledger: all of the batch or nothing.
func (l *Ledger) Receive(ctx context.Context, batch []intake.Mail) error {
	l.mu.Lock()
	fault := l.failReceive
	l.mu.Unlock()
	if fault != nil {
		if err := fault(batch); err != nil {
			return err
		}
	}
	rows, err := read(batch)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.commit(rows)
	return nil
}

func read(batch []intake.Mail) ([]Received, error) {
	rows := make([]Received, len(batch))
	for i, m := range batch {
		raw, err := io.ReadAll(io.NewSectionReader(m.Body, 0, m.Stored))
		if err != nil {
			return nil, fmt.Errorf("read mail UID %d: %w", m.Delivery.UID, err)
		}
		if int64(len(raw)) != m.Stored || sha256.Sum256(raw) != m.SHA256 {
			return nil, fmt.Errorf("mail UID %d: %d bytes do not have the announced digest", m.Delivery.UID, len(raw))
		}
		rows[i] = Received{Delivery: m.Delivery, Raw: raw, SHA256: m.SHA256, Oversize: m.Oversize}
	}
	return rows, nil
}

func (l *Ledger) commit(rows []Received) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches = append(l.batches, len(rows))
	for _, row := range rows {
		if !l.has(row.Delivery) {
			l.rows = append(l.rows, row)
		}
		l.mails[row.SHA256] = true
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *Ledger) has(d intake.Delivery) bool {
	return slices.ContainsFunc(l.rows, func(r Received) bool {
		k := r.Delivery
		return k.Mailbox.Source == d.Mailbox.Source && k.UIDValidity == d.UIDValidity && k.UID == d.UID
	})
}

// Rows are the deliveries in the order they were committed.
func (l *Ledger) Rows() []Received {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.rows)
}

// Mails is the number of different mails.
func (l *Ledger) Mails() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.mails)
}

// Batches are the sizes of the committed batches, in order.
func (l *Ledger) Batches() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.batches)
}

// Wait returns when the ledger holds at least n different mails.
func (l *Ledger) Wait(ctx context.Context, n int) error {
	for {
		l.mu.Lock()
		have, changed := len(l.mails), l.changed
		l.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("the ledger holds %d mails, not %d: %w", have, n, context.Cause(ctx))
		}
	}
}

// Ranged is a Ledger that also answers in ranges.
type Ranged struct{ *Ledger }

var _ intake.RangeLedger = Ranged{}

// KnownBetween implements intake.RangeLedger.
func (r Ranged) KnownBetween(_ context.Context, source string, uidValidity, first, last uint32) ([]intake.Known, error) {
	return r.between(source, uidValidity, first, last)
}
