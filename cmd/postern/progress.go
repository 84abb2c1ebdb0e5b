package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows long work on a terminal and is silent everywhere else.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress begins a bar over total units; bytes says they are bytes.
func (p *program) newProgress(total int64, what string, bytes bool) *progress {
	f, ok := p.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total,
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWriter(io.Writer(f)),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)}
}

// set moves the bar; a bar that cannot be drawn is no reason to stop the work.
func (b *progress) set(done int64) {
	if b.bar != nil {
		_ = b.bar.Set64(done)
	}
}

func (b *progress) end() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}

// stages show work in several parts, one bar after the other.
type stages struct {
	p     *program
	bytes bool
	name  string
	bar   *progress
}

func (s *stages) set(name string, done, total int64) {
	if s.bar == nil || s.name != name {
		s.end()
		s.name, s.bar = name, s.p.newProgress(total, name, s.bytes)
	}
	s.bar.set(done)
}

func (s *stages) end() {
	if s.bar != nil {
		s.bar.end()
	}
	s.bar = nil
}
