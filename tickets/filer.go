package tickets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"
)

const (
	defaultPoll     = 2 * time.Second
	defaultBatch    = 50
	defaultInFlight = 64 << 20 // bytes of raw mail
	defaultGrace    = 10 * time.Second
	firstBackoff    = 200 * time.Millisecond
	longestBackoff  = 30 * time.Second
	cleanupTime     = 5 * time.Second // to give claims back when everything else is cancelled
	quickTries      = 3               // of one batch before it is given back
)

// FilerOptions are the parts of a Filer. Store, Parse, Rules and Now are needed.
type FilerOptions struct {
	Store        FilingStore
	Parse        func(context.Context, Raw, Claim) Report // pure; runs in several goroutines
	Rules        func() *Rules                            // the rules of the moment
	Acknowledger Acknowledger                             // nil: nothing is answered
	Now          func() time.Time
	Worker       string        // name of this process in claims
	Log          *slog.Logger  // nil: no log
	Hook         func(string)  // called at filer.claimed, filer.parsed, filer.filed; nil in the program
	Filed        func([]Filed) // called after each batch, in order, failed mails included; wakes the sender, counts
	Poll         time.Duration // how often the rows are asked without a wake; 0 is two seconds
	Batch        int           // mails a claim; 0 is fifty
	Workers      int           // parses at a time; 0 is GOMAXPROCS
	InFlight     int64         // bytes of raw mail being parsed at a time; 0 is 64 MB
	Grace        time.Duration // for what is under way when ctx ends; 0 is ten seconds
}

// Filer brings received mails to their tickets: it claims them in batches, parses
// a batch in parallel while the one before is being filed, and files each batch
// in the order received. Rows are the truth: whatever is lost in a crash is claimed again.
type Filer struct {
	o      FilerOptions
	wake   chan struct{}
	busy   chan struct{} // holds one token: Run and Drain take turns
	budget *budget

	// Below belongs to whoever holds the token, and to the one goroutine that files.
	judgeOf   *Rules
	judge     Judge
	mu        sync.Mutex
	owed      []Claim       // claims that could not be given back yet
	suspicion map[int64]int // by mail: failures in this process whose cause is not known
}

// NewFiler fills in the defaults; it starts nothing.
func NewFiler(o FilerOptions) *Filer {
	o.Poll = orDefault(o.Poll, defaultPoll)
	o.Batch = orDefault(o.Batch, defaultBatch)
	o.Workers = orDefault(o.Workers, runtime.GOMAXPROCS(0))
	o.InFlight = orDefault(o.InFlight, defaultInFlight)
	o.Grace = orDefault(o.Grace, defaultGrace)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hook == nil {
		o.Hook = func(string) {}
	}
	if o.Filed == nil {
		o.Filed = func([]Filed) {}
	}
	f := &Filer{o: o, wake: make(chan struct{}, 1), busy: make(chan struct{}, 1), suspicion: map[int64]int{}}
	f.budget = newBudget(o.Workers, o.InFlight)
	f.busy <- struct{}{}
	return f
}

func orDefault[T int | int64 | time.Duration](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}

// Wake says that there may be something to claim. It never blocks; several
// wakes before the filer looks are one.
func (f *Filer) Wake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run files until ctx ends and then returns nil. At the end of ctx nothing new
// is claimed; what is under way has the time of Grace to be filed, then it is
// cancelled and given back. Trouble with the store is logged and tried again
// with growing pauses.
func (f *Filer) Run(ctx context.Context) error {
	pause := firstBackoff
	for ctx.Err() == nil {
		err := f.cycle(ctx)
		if err == nil {
			pause = firstBackoff
			f.rest(ctx)
			continue
		}
		f.o.Log.Warn("filing has to wait", "error", err, "pause", pause)
		sleep(ctx, pause)
		pause = min(2*pause, longestBackoff)
	}
	return nil
}

// Drain files until nothing is claimable and nothing of this Filer is under
// way. It may be called beside Run: the two take turns. Trouble with the store is waited out; the error is
// that of ctx, joined with the last trouble.
func (f *Filer) Drain(ctx context.Context) error {
	pause := firstBackoff
	for {
		err := f.cycle(ctx)
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if err == nil {
			return nil
		}
		sleep(ctx, pause)
		pause = min(2*pause, longestBackoff)
	}
}

// rest waits for a wake, the next poll or the end.
func (f *Filer) rest(ctx context.Context) {
	timer := time.NewTimer(f.o.Poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-f.wake:
	case <-timer.C:
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// cycle claims and files until nothing is left, ctx ends, or the store is in
// trouble. When it returns nothing is under way any more.
func (f *Filer) cycle(ctx context.Context) error {
	select {
	case <-f.busy:
		defer func() { f.busy <- struct{}{} }()
	case <-ctx.Done():
		return nil
	}
	work, stop := outlive(ctx, f.o.Grace)
	defer stop()
	line := &pipeline{filer: f, work: work}
	err := line.pump(ctx)
	return errors.Join(err, line.settle(), f.giveBack(work, nil))
}

// outlive is a context that ends grace after ctx does: the second phase of stopping.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(over)
		sleep(work, grace)
		cancel()
	})
	return work, func() {
		cancel()
		if !release() {
			<-over
		}
	}
}

// pipeline is one run over what is claimable: one batch is parsed while the one
// before it is filed.
type pipeline struct {
	filer  *Filer
	work   context.Context
	filing chan error // result of the batch being filed; nil when none is
}

func (p *pipeline) pump(ctx context.Context) error {
	f := p.filer
	for ctx.Err() == nil {
		if err := f.giveBack(p.work, nil); err != nil {
			return err
		}
		claims, err := f.o.Store.Claim(p.work, f.o.Worker, f.o.Batch)
		if err != nil {
			return fmt.Errorf("claim mails: %w", err)
		}
		if len(claims) == 0 {
			if p.filing == nil {
				return nil
			}
			if err := p.settle(); err != nil { // filing may have made something claimable
				return err
			}
			continue
		}
		f.o.Hook("filer.claimed")
		if err := p.feed(claims); err != nil {
			return err
		}
	}
	return nil
}

// feed parses the claims in groups and hands each group on to be filed.
func (p *pipeline) feed(claims []Claim) error {
	f := p.filer
	for len(claims) > 0 {
		n := group(claims, f.o.InFlight)
		suspect := claims[0].Suspect
		if suspect { // it may take the process with it: nothing else is in flight then
			if err := p.settle(); err != nil {
				return errors.Join(err, f.giveBack(p.work, claims))
			}
		}
		filings, err := f.parseAll(p.work, claims[:n])
		if err == nil {
			f.o.Hook("filer.parsed")
			err = p.settle()
		}
		if err != nil {
			return errors.Join(err, f.giveBack(p.work, claims))
		}
		p.file(filings)
		claims = claims[n:]
		if suspect {
			if err := p.settle(); err != nil {
				return errors.Join(err, f.giveBack(p.work, claims))
			}
		}
	}
	return nil
}

// group is how many of the claims go through together: a mail that failed
// before goes alone, and the others by size, so that what they are read into stays bounded.
func group(claims []Claim, limit int64) int {
	if claims[0].Suspect {
		return 1
	}
	var size int64
	for n, c := range claims {
		size += c.Size
		if n > 0 && (c.Suspect || size > limit) {
			return n
		}
	}
	return len(claims)
}

// file begins to file one batch; settle waits for it.
func (p *pipeline) file(filings []Filing) {
	done := make(chan error, 1)
	p.filing = done
	go func() { done <- p.filer.fileBatch(p.work, filings) }()
}

func (p *pipeline) settle() error {
	if p.filing == nil {
		return nil
	}
	err := <-p.filing
	p.filing = nil
	return err
}
