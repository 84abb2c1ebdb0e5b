package tickets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
)

// parsed is what became of one claim.
type parsed struct {
	filing Filing
	fault  fault
}

// fault says why a claim could not be parsed, and whose fault it is.
type fault struct {
	err   error
	cause string // shown to people, set when the mail itself is to blame
}

// parseAll reads and parses the claims in parallel. What comes back is in their
// order, without the mails that failed by themselves: those are counted and
// given back. After an error nothing of the batch is to be filed, and no claim was given back.
func (f *Filer) parseAll(ctx context.Context, claims []Claim) ([]Filing, error) {
	results := make([]parsed, len(claims))
	rules := f.o.Rules()
	next := make(chan int)
	var all sync.WaitGroup
	for range min(f.o.Workers, len(claims)) { // few that read many: the parser needs a deep stack, which each would have to grow anew
		all.Go(func() {
			for i := range next {
				results[i] = f.parseOne(ctx, claims[i], rules)
				f.budget.put(claims[i].Size)
			}
		})
	}
	for i, claim := range claims {
		if err := f.budget.take(ctx, claim.Size); err != nil {
			break
		}
		next <- i
	}
	close(next)
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("parse mails: %w", err) // what was parsed may be cut short
	}
	return f.sort(ctx, results)
}

// sort keeps what can be filed and deals with the rest. Suspected mails wait for another try.
func (f *Filer) sort(ctx context.Context, results []parsed) ([]Filing, error) {
	var good []Filing
	var waiting []Claim
	for _, r := range results {
		claim := r.filing.Claim
		switch {
		case r.fault.cause != "":
			f.fail(ctx, claim, r.fault.cause)
		case r.fault.err != nil && !isTrouble(r.fault.err) && f.suspect(claim):
			f.fail(ctx, claim, "its stored bytes cannot be read")
		case r.fault.err != nil:
			f.o.Log.Warn("a mail cannot be read now", "mail", claim.Mail, "error", r.fault.err)
			waiting = append(waiting, claim)
		default:
			good = append(good, r.filing)
		}
	}
	if len(waiting) == 0 {
		return good, nil
	}
	if len(good) == 0 {
		return nil, fmt.Errorf("read mail %d: %w", waiting[0].Mail, firstFault(results))
	}
	return good, f.giveBack(ctx, waiting)
}

func firstFault(results []parsed) error {
	for _, r := range results {
		if r.fault.err != nil {
			return r.fault.err
		}
	}
	return nil
}

// suspect counts a failure whose cause is not known against the mail; true
// when it happened so often that the mail itself is to blame. A store in
// trouble cannot record that, so that its trouble never holds a mail.
func (f *Filer) suspect(claim Claim) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.suspicion[claim.Mail]++
	return f.suspicion[claim.Mail] >= quickTries
}

func (f *Filer) clear(mail int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.suspicion, mail)
}

// parseOne reads one mail. A panic of the parser is the mail's own failure.
func (f *Filer) parseOne(ctx context.Context, claim Claim, rules *Rules) (result parsed) {
	result.filing.Claim = claim
	defer func() {
		if p := recover(); p != nil {
			result.fault.cause = f.panicked("reading", claim.Mail, p)
		}
	}()
	raw, err := f.o.Store.Raw(ctx, claim.Mail)
	if err != nil {
		result.fault.err = err
		return result
	}
	defer func() {
		if err := raw.Close(); err != nil {
			f.o.Log.Warn("close the raw mail", "mail", claim.Mail, "error", err)
		}
	}()
	read := &reading{Raw: raw}
	report := f.o.Parse(ctx, read, claim)
	if result.fault.err = read.failed(); result.fault.err != nil {
		return result // what was parsed is half a mail
	}
	result.filing.Report = report
	result.filing.Keys = KeysOf(claim, report, rules)
	return result
}

// reading remembers that the stored bytes could not be had. The parser makes the best
// of what it is given, and must not be believed when that was not the mail.
type reading struct {
	Raw
	mu  sync.Mutex
	err error // the first one; nil while all could be read
}

func (r *reading) ReadAt(p []byte, offset int64) (int, error) {
	n, err := r.Raw.ReadAt(p, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.err == nil {
			r.err = err
		}
	}
	return n, err
}

func (r *reading) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// panicked logs a panic and says in words what happened. The words of a panic
// are shown only when they are the runtime's own: others may quote the mail.
func (f *Filer) panicked(doing string, mail int64, p any) string {
	f.o.Log.Error("a mail made the program fail", "doing", doing, "mail", mail, "stack", string(debug.Stack()))
	if err, ok := p.(runtime.Error); ok {
		return "a fault of the program while " + doing + " it: " + err.Error()
	}
	return "a fault of the program while " + doing + " it"
}

// budget bounds what is parsed at a time, by number and by bytes. Takers wait
// in the order they come; a mail larger than everything goes alone.
type budget struct {
	mu      sync.Mutex
	slots   int
	bytes   int64
	limit   int64
	waiting chan struct{} // closed and replaced whenever something is put back
}

func newBudget(slots int, bytes int64) *budget {
	return &budget{slots: slots, bytes: bytes, limit: bytes, waiting: make(chan struct{})}
}

func (b *budget) take(ctx context.Context, size int64) error {
	for {
		changed, ok := b.try(min(size, b.limit))
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *budget) try(size int64) (changed <-chan struct{}, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.slots == 0 || b.bytes < size {
		return b.waiting, false
	}
	b.slots--
	b.bytes -= size
	return nil, true
}

func (b *budget) put(size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.slots++
	b.bytes += min(size, b.limit)
	close(b.waiting)
	b.waiting = make(chan struct{})
}
