package responder_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"postern/responder"
	"postern/tickets"
)

var errRelay = errors.New("the relay's words")

// sending is a sender over an outbox, and what its transport saw.
type sending struct {
	*responder.Sender
	box    *outbox
	mu     sync.Mutex
	bodies [][]byte
	froms  []string
	points []string
	answer func(n int, e responder.Envelope) error // nil is 250; n counts from 1
}

// verdict makes an answer of one kind.
func verdict(kind responder.ErrorKind) error { return &responder.SendError{Kind: kind, Err: errRelay} }

func sender(t *testing.T, box *outbox, answer func(int, responder.Envelope) error, change ...func(*responder.SenderOptions)) *sending {
	t.Helper()
	s := &sending{box: box, answer: answer}
	options := responder.SenderOptions{
		Outbox: box, Transport: script(s.send), Templates: words(t), Keys: keys, Tokens: tokens{}, Team: team,
		Now: box.now, Worker: "one", Hook: func(point string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.points = append(s.points, point)
		},
	}
	for _, c := range change {
		c(&options)
	}
	s.Sender = responder.NewSender(options)
	return s
}

// send keeps the order of a real one: refusals before the dot, T3b, verdict.
func (s *sending) send(ctx context.Context, e responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	s.mu.Lock()
	s.bodies, s.froms = append(s.bodies, body), append(s.froms, e.From)
	n := len(s.bodies)
	s.mu.Unlock()
	var err error
	if s.answer != nil {
		err = s.answer(n, e)
	}
	var sent *responder.SendError
	if errors.As(err, &sent) && sent.Kind != responder.Unknown {
		return responder.Receipt{}, err
	}
	if dot := beforeDot(ctx); dot != nil {
		return responder.Receipt{}, &responder.SendError{Kind: responder.Temporary, Err: dot}
	}
	return responder.Receipt{Reply: "Ok", RelayID: "relay-1"}, err
}

func (s *sending) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

func (s *sending) drain(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.Drain(ctx); err != nil {
		t.Fatal(err)
	}
}

func still() time.Time { return now }

func TestSent(t *testing.T) {
	s := sender(t, newOutbox(still, answer("ack", "en")), nil)
	s.drain(t)
	row := s.box.row(1)
	if row.State != tickets.OutSent || s.box.relay[1] != "relay-1" || !bytes.Equal(row.Bytes, s.bodies[0]) || s.froms[0] != "csirt@example.org" {
		t.Errorf("state %s, relay ID %s, envelope from %q", row.State, s.box.relay[1], s.froms[0])
	}
	want := []string{responder.PointRendered, responder.PointClaimed, responder.PointDot, responder.PointHanded, responder.PointAccepted, responder.PointSettled}
	if !slices.Equal(s.points, want) {
		t.Errorf("points %v, want %v", s.points, want)
	}
	if got := s.Status(); got.Sent != 1 || got.State != "idle" || got.InFlight != 0 || got.LastError != "" {
		t.Errorf("status %+v", got)
	}
}

func TestRefusedMailStopsNoOther(t *testing.T) {
	box := newOutbox(still, answer("ack", "en"), answer("ack", "de"), answer("nack", "en"), answer("ack", "es"))
	s := sender(t, box, func(n int, _ responder.Envelope) error {
		if n == 1 {
			return verdict(responder.Permanent)
		}
		return nil
	}, func(o *responder.SenderOptions) { o.Parallel = 1 })
	s.drain(t)
	if got := fmt.Sprint(box.states()); got != "map[failed:2 sent:2]" {
		t.Errorf("states %s", got)
	}
}

func TestNeverInClear(t *testing.T) {
	sealed, noKey := answer("ack", "en"), answer("ack", "en")
	sealed.Sealed = true
	noKey.EncryptTo = []string{"0000000000000000000000000000000000000000"}
	box := newOutbox(still, sealed, noKey)
	s := sender(t, box, nil)
	s.drain(t)
	for id := range int64(2) {
		if row := box.row(id + 1); row.State != tickets.OutFailed || row.Reason == "" || len(row.Bytes) > 0 {
			t.Errorf("row %d: %s, reason %q, %d bytes", id+1, row.State, row.Reason, len(row.Bytes))
		}
	}
	if len(s.bodies) > 0 {
		t.Errorf("%d mails were offered", len(s.bodies))
	}
}

// A store that will not take a mail without bytes: it waits, the others leave.
func TestUnfitMailStopsNoOther(t *testing.T) {
	box := newOutbox(still, answer("nack", "en"), answer("ack", "en"))
	box.fail["take unrendered"] = []error{errors.New("nothing was rendered")}
	s := sender(t, box, nil, func(o *responder.SenderOptions) { o.Parallel = 1 })
	s.drain(t)
	if got := fmt.Sprint(box.states()); got != "map[queued:1 sent:1]" || s.Status().LastError != "" {
		t.Errorf("states %s, status %+v", got, s.Status())
	}
}

func TestNullReversePath(t *testing.T) {
	null := func(o *responder.SenderOptions) { o.NullReversePath = true; o.BounceAddress = "bounces@example.org" }
	refusing := func(_ int, e responder.Envelope) error {
		if e.From == "" {
			return verdict(responder.Permanent)
		}
		return nil
	}
	s := sender(t, newOutbox(still, answer("ack", "en")), refusing, null)
	s.drain(t)
	if row := s.box.row(1); row.State != tickets.OutSent || !slices.Equal(s.froms, []string{"", "bounces@example.org"}) {
		t.Errorf("%s after envelope senders %q", row.State, s.froms)
	}
	s = sender(t, newOutbox(still, answer("ack", "en")), func(int, responder.Envelope) error { return verdict(responder.Permanent) }, null)
	s.drain(t)
	if row := s.box.row(1); row.State != tickets.OutFailed || len(s.froms) != 2 {
		t.Errorf("%s after envelope senders %q", row.State, s.froms)
	}
	reply := answer("no-action", "en")
	reply.Automatic, reply.Vars["reason"] = false, "It was a newsletter."
	s = sender(t, newOutbox(still, reply), nil, null)
	s.drain(t)
	if !slices.Equal(s.froms, []string{"bounces@example.org"}) {
		t.Errorf("a person's reply left with %q", s.froms)
	}
}

func TestStoreTrouble(t *testing.T) {
	broken := errors.New("disk full")
	t.Run("T3b fails: nothing left, tried again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			box := newOutbox(time.Now, answer("ack", "en"))
			box.fail["handed"] = []error{broken}
			s := sender(t, box, nil)
			s.drain(t)
			if row := box.row(1); row.State != tickets.OutSent || len(s.bodies) != 2 || row.Attempts != 2 {
				t.Errorf("%s after %d tries", row.State, len(s.bodies))
			}
		})
	})
	t.Run("taken over: hands off", func(t *testing.T) {
		box := newOutbox(still, answer("ack", "en"))
		box.fail["handed"] = []error{tickets.ErrFence}
		s := sender(t, box, nil)
		s.drain(t)
		if row := box.row(1); row.State != tickets.OutClaimed {
			t.Errorf("settled as %s", row.State)
		}
	})
	t.Run("T3c fails twice", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			box := newOutbox(time.Now, answer("ack", "en"))
			box.fail["settle"] = []error{broken, broken}
			s := sender(t, box, nil)
			s.drain(t)
			if row := box.row(1); row.State != tickets.OutSent || len(s.bodies) != 1 {
				t.Errorf("%s after %d tries", row.State, len(s.bodies))
			}
		})
	})
	t.Run("cannot be read or claimed for a while", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			box := newOutbox(time.Now, answer("ack", "en"))
			box.fail["due"], box.fail["take"] = []error{broken, broken}, []error{broken}
			s := sender(t, box, nil)
			s.drain(t)
			if row := box.row(1); row.State != tickets.OutSent {
				t.Errorf("%s", row.State)
			}
		})
	})
}

// While the relay is away no mail is to blame: one at a time asks for it.
// A wrong password is tried seldom enough to lock no account.
func TestRefusedLoginIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(time.Now, answer("ack", "en"))
		s := sender(t, box, func(int, responder.Envelope) error {
			return &responder.SendError{Kind: responder.Unreachable, Err: fmt.Errorf("log in: %w", responder.ErrLogin)}
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := s.tries(); n < 2 || n > 31 {
			t.Errorf("got %d tries in an hour", n)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// What one met with and another has sent, or a store that is back with nothing due,
// leaves no alarm standing until the next mail.
func TestTroubleEndsWhenNothingIsDue(t *testing.T) {
	for name, begin := range map[string]func(*outbox) bool{ // whether the store is to blame
		"relay": func(*outbox) bool { return false },
		"store": func(b *outbox) bool {
			b.rows[1].State = tickets.OutSent
			b.fail["due"] = []error{errors.New("gone")}
			return true
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			box := newOutbox(time.Now, answer("ack", "en"))
			atStore := begin(box)
			s := sender(t, box, func(int, responder.Envelope) error { return verdict(responder.Unreachable) })
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- s.Run(ctx) }()
			time.Sleep(200 * time.Millisecond)
			synctest.Wait()
			if got := s.Status(); got.LastError == "" || got.AtStore != atStore {
				t.Errorf("%s: status %+v", name, got)
			}
			box.mu.Lock()
			for _, o := range box.rows {
				o.State = tickets.OutSent // by another process
			}
			box.mu.Unlock()
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			if got := s.Status(); got.State != "idle" || got.LastError != "" || got.AtStore {
				t.Errorf("%s: five minutes later: status %+v", name, got)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnreachableRelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rows []tickets.Outgoing
		for range 20 {
			o := answer("ack", "en")
			o.Created = time.Now().Add(-30 * 24 * time.Hour) // even one owed for long does not fail by it
			rows = append(rows, o)
		}
		box := newOutbox(time.Now, rows...)
		back := time.Now().Add(time.Hour)
		s := sender(t, box, func(int, responder.Envelope) error {
			if time.Now().Before(back) {
				time.Sleep(10 * time.Second) // nobody says no: the packets are lost
				return verdict(responder.Unreachable)
			}
			return nil
		}, func(o *responder.SenderOptions) { o.Parallel = 4 })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		if got := s.Status(); got.State != "waiting" || !strings.Contains(got.LastError, "relay's words") || !got.Retry.After(time.Now()) {
			t.Errorf("status %+v", got)
		}
		if n := s.tries(); n > 30 {
			t.Errorf("%d tries in half an hour", n)
		}
		time.Sleep(35 * time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(box.states()); got != "map[sent:20]" {
			t.Errorf("states %s", got)
		}
		if got := s.Status(); got.State != "idle" || got.LastError != "" || got.Sent != 20 {
			t.Errorf("status %+v", got)
		}
		cancel()
		if err := <-done; err != nil || s.Status().State != "stopped" {
			t.Errorf("ended with %v in state %s", err, s.Status().State)
		}
	})
}

func TestWakeAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := answer("ack", "en")
		later.NotBefore = time.Now().Add(time.Hour)
		box := newOutbox(time.Now, later)
		s := sender(t, box, nil, func(o *responder.SenderOptions) { o.Poll = 10 * time.Minute })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait()
		box.mu.Lock()
		o := answer("ack", "de")
		o.ID, o.State = 2, tickets.OutQueued
		box.rows[2] = &o
		box.mu.Unlock()
		s.Wake()
		synctest.Wait()
		if got := fmt.Sprint(box.states()); got != "map[queued:1 sent:1]" {
			t.Errorf("after waking: %s", got)
		}
		time.Sleep(71 * time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(box.states()); got != "map[sent:2]" {
			t.Errorf("an hour later: %s", got)
		}
		cancel()
		<-done
	})
}

// TestAnOldList: what ended since the outbox was read is left to the next look, and
// there is one: the first attempt is put off, and its time comes, between the moment
// at which a list is made and the one at which it is read.
func TestAnOldList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(time.Now, answer("ack", "en"))
		goOn, lists := make(chan struct{}), 0
		listed := func() {
			if lists++; lists == 2 { // the mail is in it, being under way and not taken yet
				close(goOn)
				synctest.Wait()
				time.Sleep(time.Until(box.row(1).NotBefore))
			}
		}
		putOff := func(n int, _ responder.Envelope) error { return []error{verdict(responder.Temporary), nil}[n-1] }
		s := sender(t, box, putOff, func(o *responder.SenderOptions) {
			note := o.Hook
			o.Outbox = listing{box, listed}
			o.Hook = func(point string) {
				if note(point); point == responder.PointRendered {
					<-goOn
				}
			}
		})
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := 0
		for _, point := range s.points {
			if point == responder.PointRendered {
				began++
			}
		}
		if began != 2 || s.tries() != 2 || !bytes.Equal(s.bodies[0], s.bodies[1]) || box.row(1).State != tickets.OutSent {
			t.Errorf("begun %d times, offered %d times, now %s; want twice, with the same bytes, and sent", began, s.tries(), box.row(1).State)
		}
	})
}

// listing tells when a list of due mail was made and not given out yet.
type listing struct {
	*outbox
	listed func()
}

func (l listing) Due(ctx context.Context, n int) ([]tickets.Outgoing, error) {
	due, err := l.outbox.Due(ctx, n)
	l.listed()
	return due, err
}

// Told to stop, the sender lets mails on their way come to an end, and cuts
// those that do not in time; those are tried again.
func TestStop(t *testing.T) {
	for _, test := range []struct {
		name  string
		takes time.Duration
		state string
	}{{"in time", 5 * time.Second, tickets.OutSent}, {"too slow", time.Hour, tickets.OutQueued}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := newOutbox(time.Now, answer("ack", "en"))
				slow := script(func(ctx context.Context, _ responder.Envelope, _ []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
					select {
					case <-time.After(test.takes):
						return responder.Receipt{}, beforeDot(ctx)
					case <-ctx.Done():
						return responder.Receipt{}, &responder.SendError{Kind: responder.Temporary, Err: ctx.Err()}
					}
				})
				s := sender(t, box, nil, func(o *responder.SenderOptions) { o.Transport = slow })
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- s.Run(ctx) }()
				synctest.Wait()
				stopped := time.Now()
				cancel()
				<-done
				if row := box.row(1); row.State != test.state || row.NotBefore.After(time.Now()) {
					t.Errorf("%s, next try %v", row.State, row.NotBefore)
				}
				if took := time.Since(stopped); took > 11*time.Second {
					t.Errorf("stopping took %v", took)
				}
			})
		})
	}
}

// Several senders on one outbox: every mail once, and no more at a time than said.
func TestManySenders(t *testing.T) {
	var rows []tickets.Outgoing
	for range 200 {
		rows = append(rows, answer("ack-peer", "en"))
	}
	box := newOutbox(still, rows...)
	var atOnce, most, sent atomic.Int64
	transport := script(func(ctx context.Context, _ responder.Envelope, _ []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
		if n := atOnce.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer atOnce.Add(-1)
		err := beforeDot(ctx)
		if err == nil {
			sent.Add(1)
		}
		return responder.Receipt{}, err
	})
	var on sync.WaitGroup
	for range 3 {
		s := sender(t, box, nil, func(o *responder.SenderOptions) { o.Transport, o.Parallel = transport, 3 })
		on.Go(func() { s.drain(t) })
	}
	on.Wait()
	if sent.Load() != 200 || most.Load() > 9 || fmt.Sprint(box.states()) != "map[sent:200]" {
		t.Errorf("%d sent, %d at once, states %v", sent.Load(), most.Load(), box.states())
	}
}
