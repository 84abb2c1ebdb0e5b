package responder

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"postern/parser/pgp"
	"postern/templates"
	"postern/tickets"
)

const (
	defaultParallel = 4
	ahead           = 8                // mails rendered, claimed or settled, for each one on its way: they share commits
	defaultPoll     = time.Second      // rows become due by time alone, and other programs add some
	defaultGrace    = 10 * time.Second // for mails on their way when we are told to stop
	loginPatience   = 2 * time.Minute  // after a refused password, before it is tried again
	batch           = 100              // rows read at a time
)

// SenderOptions say what is sent, as whom, and how long it is tried.
type SenderOptions struct {
	Outbox          Outbox
	Transport       Transport
	Templates       *templates.Set
	Keys            func() *pgp.Keyring // the keys of the moment
	Tokens          ThreadTokens
	Team            Team
	BounceAddress   string // envelope sender; "" is the team's address
	NullReversePath bool   // automatic mail leaves with an empty envelope sender
	Now             Clock
	Worker          string // name of this process in claims
	Log             *slog.Logger
	Hook            func(point string) // called at named points; nil in the program, kills in tests
	Parallel        int                // mails on their way at once
	Backoff         Backoff
	Poll            time.Duration // 0 is a second
	Grace           time.Duration // 0 is ten seconds
}

// Points at which Hook is called, in their order.
const (
	PointRendered = "send:rendered" // nothing is recorded yet
	PointClaimed  = "send:claimed"  // T3a is committed
	PointDot      = "send:dot"      // all of the body is written, T3b is not committed
	PointHanded   = "send:handed"   // T3b is committed, the dot has not left
	PointAccepted = "send:accepted" // the server said yes, T3c is not committed
	PointSettled  = "send:settled"  // T3c is committed
)

// Status is what a person and the metrics see of the sender.
type Status struct {
	State     string    // stopped | idle | sending | waiting
	Since     time.Time // of the state
	LastError string    // "" while the relay takes our mail; safe to show
	AtStore   bool      // the last error is the store's, and the relay is not to blame
	Retry     time.Time // when waiting: the next try
	InFlight  int
	Sent      int64 // since start, as the rest
	Deferred  int64
	Failed    int64
	Unsure    int64
}

// Sender hands the outbox to the transport, one mail per attempt, several at a
// time. The rows are the truth: it remembers nothing that a restart would miss.
type Sender struct {
	options  SenderOptions
	renderer *Renderer
	slots    chan struct{} // attempts
	lines    chan struct{} // those of them that are with the transport

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever looking again may be worth it
	inFlight map[int64]bool
	ended    map[int64]bool // since the list of due mail was last read
	status   Status
	aside    map[int64]time.Time // rows of trouble with themselves: not before
	until    time.Time           // the queue waits: nothing is offered before
	failures int                 // of the transport or the store, in a row
}

// NewSender fills in the defaults; it starts nothing.
func NewSender(options SenderOptions) *Sender {
	if options.Parallel <= 0 {
		options.Parallel = defaultParallel
	}
	if options.Poll <= 0 {
		options.Poll = defaultPoll
	}
	if options.Grace <= 0 {
		options.Grace = defaultGrace
	}
	if options.BounceAddress == "" {
		options.BounceAddress = options.Team.Address
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Hook == nil {
		options.Hook = func(string) {}
	}
	options.Backoff = options.Backoff.filled()
	return &Sender{
		options:  options,
		renderer: &Renderer{Team: options.Team, Templates: options.Templates, Keys: options.Keys, Tokens: options.Tokens},
		slots:    make(chan struct{}, options.Parallel*(1+ahead)),
		lines:    make(chan struct{}, options.Parallel),
		changed:  make(chan struct{}),
		inFlight: map[int64]bool{}, ended: map[int64]bool{},
		aside:  map[int64]time.Time{},
		status: Status{State: "stopped", Since: options.Now()},
	}
}

// Run sends what is due until ctx ends, and returns when no mail is on its way
// any more: those get Grace to come to an end, then their connections are cut.
func (s *Sender) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		cut := time.AfterFunc(s.options.Grace, cancel)
		context.AfterFunc(work, func() { cut.Stop() })
	})()
	var on sync.WaitGroup
	s.state("idle")
	for ctx.Err() == nil {
		changed := s.look()
		if s.pass(ctx, work, &on) == 0 {
			s.wait(ctx, changed, s.options.Poll)
		}
	}
	on.Wait()
	s.state("stopped")
	return nil
}

// Wake makes the sender look at once. It may be called by anybody at any time.
func (s *Sender) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stir()
}

// stir needs the mutex.
func (s *Sender) stir() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Sender) look() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// wait sleeps until something changed, the time is over or ctx ends. While the
// queue waits for the relay a change is no reason to try sooner.
func (s *Sender) wait(ctx context.Context, changed <-chan struct{}, most time.Duration) {
	if pause := s.pause(); pause > 0 {
		changed, most = nil, pause
	}
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

// pass offers every due mail that is not on its way already and tells how
// many there were. It does not wait for them to arrive.
func (s *Sender) pass(ctx, work context.Context, on *sync.WaitGroup) (offered int) {
	if s.pause() > 0 {
		return 0
	}
	s.listing()
	due, err := s.options.Outbox.Due(ctx, batch)
	if err != nil {
		if ctx.Err() == nil {
			s.hold("read the outbox", err)
		}
		return 0
	}
	if len(due) == 0 {
		s.unneeded()
	}
	for _, o := range due {
		if s.pause() > 0 || !s.slot(ctx) {
			return offered
		}
		if !s.begin(o.ID) {
			<-s.slots
			continue
		}
		offered++
		s.start(work, o, on)
	}
	return offered
}

func (s *Sender) slot(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case s.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// start runs one attempt beside the others; after trouble with the relay the
// first one is waited for, so that it alone finds out whether it is back.
func (s *Sender) start(ctx context.Context, o tickets.Outgoing, on *sync.WaitGroup) {
	attempt := func() {
		defer s.end(o.ID)
		s.attempt(ctx, o)
	}
	if s.probing() {
		attempt()
		return
	}
	on.Go(attempt)
}

// listing forgets what ended before the list that is about to be read.
func (s *Sender) listing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ended)
}

// begin refuses a mail whose last attempt was under way when the list was read: the
// store would not have it taken, and it would be rendered and signed for nothing.
func (s *Sender) begin(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inFlight[id] || s.ended[id] || s.options.Now().Before(s.aside[id]) {
		return false
	}
	delete(s.aside, id)
	s.inFlight[id] = true
	s.setState("sending")
	return true
}

func (s *Sender) end(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inFlight, id)
	s.ended[id] = true
	if len(s.inFlight) == 0 && s.status.State == "sending" {
		s.setState("idle")
	}
	<-s.slots
	s.stir()
}

func (s *Sender) setAside(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aside[id] = s.options.Now().Add(s.options.Backoff.mail(1, id))
}

// Status tells how the sender is.
func (s *Sender) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.status
	status.InFlight = len(s.inFlight)
	return status
}

func (s *Sender) state(state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setState(state)
}

// setState needs the mutex.
func (s *Sender) setState(state string) {
	if s.status.State != state {
		s.status.State, s.status.Since = state, s.options.Now()
	}
}

// pause is how long nothing may be offered.
func (s *Sender) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until.Sub(s.options.Now())
}

func (s *Sender) probing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures > 0
}

// hold makes the whole queue wait: no mail is to blame.
func (s *Sender) hold(doing string, err error) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.Now().Before(s.until) {
		return s.until // the others that were on their way say the same
	}
	s.failures++
	wait := s.options.Backoff.queue(s.failures, s.options.Worker)
	if errors.Is(err, ErrLogin) {
		wait = max(wait, loginPatience)
	}
	s.until = s.options.Now().Add(wait)
	words := clean(err.Error())
	s.status.LastError, s.status.Retry, s.status.AtStore = words, s.until, doing != reachRelay
	s.setState("waiting")
	s.options.Log.Warn("the outbox waits", "doing", doing, "error", words, "retry", s.until)
	return s.until
}

// reachRelay is what the queue waits for when the store is well.
const reachRelay = "reach the mail relay"

// reached notes that the relay and the store do their work.
func (s *Sender) reached() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgive()
}

// unneeded forgets trouble once nothing has been due for as long as the queue would
// have waited: another process has sent what met with it, or the store is back.
func (s *Sender) unneeded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures > 0 && len(s.inFlight) == 0 && s.options.Now().Sub(s.until) > s.options.Backoff.Quiet {
		s.forgive()
		s.setState("idle")
	}
}

// forgive needs the mutex.
func (s *Sender) forgive() {
	s.failures, s.until = 0, time.Time{}
	s.status.LastError, s.status.Retry, s.status.AtStore = "", time.Time{}, false
	if s.status.State == "waiting" {
		s.setState("sending")
	}
}

// lost tells whether a row is somebody else's by now.
func lost(err error) bool {
	return errors.Is(err, tickets.ErrTaken) || errors.Is(err, tickets.ErrFence)
}
