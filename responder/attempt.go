package responder

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"postern/tickets"
)

const (
	settleTries   = 5
	settleTimeout = 10 * time.Second
	settlePause   = 200 * time.Millisecond
)

// attempt brings one mail from queued to its next state. Bytes of an earlier
// attempt are sent again as they are.
func (s *Sender) attempt(ctx context.Context, o tickets.Outgoing) {
	a := tickets.Attempt{Number: o.Attempts + 1, Worker: s.options.Worker, EnvelopeFrom: o.EnvelopeFrom, Bytes: o.Bytes}
	if len(o.Bytes) == 0 {
		rendered, err := s.renderer.Render(o, s.options.Now())
		if err != nil {
			s.unfit(ctx, o, err)
			return
		}
		a.EnvelopeFrom, a.Bytes = s.envelopeFrom(o), rendered.Bytes
		if rendered.Encrypted {
			a.Text = rendered.Text
		}
	}
	s.options.Hook(PointRendered)
	if !s.send(ctx, o, a) && a.EnvelopeFrom == "" && ctx.Err() == nil {
		// Some servers refuse every mail with a null reverse-path (RFC 5321
		// section 4.5.5 forbids it): once more, with an address of ours.
		a.Number, a.EnvelopeFrom = a.Number+1, s.options.BounceAddress
		s.send(ctx, o, a)
	}
}

func (s *Sender) envelopeFrom(o tickets.Outgoing) string {
	if o.Automatic && s.options.NullReversePath {
		return ""
	}
	return s.options.BounceAddress
}

// unfit records a mail that cannot be rendered, signed or encrypted as it must
// be. It is never sent in another way. No bytes are recorded, so that it is
// rendered anew when a person has seen to the cause and releases it.
func (s *Sender) unfit(ctx context.Context, o tickets.Outgoing, cause error) {
	token, err := s.options.Outbox.Take(ctx, o.ID, tickets.Attempt{Number: o.Attempts + 1, Worker: s.options.Worker, EnvelopeFrom: s.envelopeFrom(o)})
	if lost(err) {
		s.untaken(ctx, o, err)
		return
	}
	if err != nil {
		// One mail that cannot even be recorded as failed must not stop the others.
		s.options.Log.Error("outgoing mail cannot be rendered", "outgoing", o.ID, "error", clean(cause.Error()), "recording", err)
		s.setAside(o.ID)
		return
	}
	s.settle(ctx, o, token, tickets.SendResult{State: tickets.OutFailed, Reason: clean(cause.Error())})
}

func (s *Sender) untaken(ctx context.Context, o tickets.Outgoing, err error) {
	if !lost(err) && ctx.Err() == nil {
		s.hold("claim an outgoing mail", err)
	}
	s.options.Log.Debug("outgoing mail not claimed", "outgoing", o.ID, "error", err)
}

// send is T3a, the transfer with T3b before its final dot, and T3c. It is
// false only when the null reverse-path was refused and is worth another try.
func (s *Sender) send(ctx context.Context, o tickets.Outgoing, a tickets.Attempt) bool {
	token, err := s.options.Outbox.Take(ctx, o.ID, a)
	if err != nil {
		s.untaken(ctx, o, err)
		return true
	}
	s.options.Hook(PointClaimed)
	receipt, handed, err := s.transfer(ctx, o, a, token)
	if lost(handed.err) {
		s.options.Log.Warn("outgoing mail taken over by another worker", "outgoing", o.ID)
		return true
	}
	if err == nil {
		s.options.Hook(PointAccepted)
	}
	result, again := s.judge(ctx, o, a.EnvelopeFrom, receipt, err, handed)
	s.settle(ctx, o, token, result)
	return !again
}

// transfer waits for a line, brings the mail to the relay and calls T3b before
// its final dot. A line is taken for that alone: claims and outcomes wait for
// the disk together with others, and keep no connection waiting.
func (s *Sender) transfer(ctx context.Context, o tickets.Outgoing, a tickets.Attempt, token int64) (receipt Receipt, handed handing, err error) {
	select {
	case s.lines <- struct{}{}:
		defer func() { <-s.lines }()
	case <-ctx.Done():
		return receipt, handed, ctx.Err()
	}
	if s.pause() > 0 { // another one found out while this one waited
		return receipt, handed, errQueueWaits
	}
	receipt, err = s.options.Transport.Send(ctx, Envelope{From: a.EnvelopeFrom, To: safe(o.To)}, a.Bytes, func(ctx context.Context) error {
		s.options.Hook(PointDot)
		handed.err = s.options.Outbox.Handed(ctx, o.ID, token)
		handed.done = handed.err == nil
		if handed.done {
			s.options.Hook(PointHanded)
		}
		return handed.err
	})
	return receipt, handed, err
}

// errQueueWaits gives a claimed mail back: nothing is offered to the relay now.
var errQueueWaits = errors.New("the outbox waits for the relay or the store")

// handing is how T3b went: not asked for, failed, done.
type handing struct {
	done bool
	err  error
}

// judge says what the end of a transfer means for the mail.
func (s *Sender) judge(ctx context.Context, o tickets.Outgoing, from string, receipt Receipt, err error, handed handing) (result tickets.SendResult, again bool) {
	if err == nil {
		s.reached()
		return tickets.SendResult{State: tickets.OutSent, RelayID: receipt.RelayID}, false
	}
	now := s.options.Now()
	result = tickets.SendResult{State: tickets.OutQueued, Reason: clean(err.Error()), Retry: now}
	switch kind := kindOf(err, handed); {
	case errors.Is(err, errQueueWaits):
		result.Retry = now.Add(s.pause())
	case kind == Unknown:
		result = tickets.SendResult{State: tickets.OutUnsure, Reason: result.Reason}
	case ctx.Err() != nil: // we stop: at once when we are back
	case handed.err != nil:
		result.Retry = s.hold("record that a mail is handed over", handed.err)
	case kind == Unreachable:
		result.Retry = s.hold(reachRelay, err)
	case kind == Permanent && from == "":
		s.reached()
		return result, true
	case kind == Permanent:
		s.reached()
		result = tickets.SendResult{State: tickets.OutFailed, Reason: result.Reason}
	default:
		s.reached()
		result = s.later(o, result, now)
	}
	return result, false
}

// kindOf trusts the transport's word, except where it cannot be true.
func kindOf(err error, handed handing) ErrorKind {
	var sent *SendError
	known := errors.As(err, &sent)
	switch {
	case handed.err != nil:
		return Temporary
	case !known && handed.done:
		return Unknown
	case !known, sent.Kind == Unknown && !handed.done:
		return Temporary
	}
	return sent.Kind
}

// later plans the next try, or gives up when it has been tried for long enough.
func (s *Sender) later(o tickets.Outgoing, result tickets.SendResult, now time.Time) tickets.SendResult {
	if !o.Created.IsZero() && now.Sub(o.Created) > s.options.Backoff.GiveUp {
		return tickets.SendResult{State: tickets.OutFailed, Reason: clean("given up: " + result.Reason)}
	}
	result.Retry = now.Add(s.options.Backoff.mail(o.Attempts+1, o.ID))
	return result
}

// settle is T3c. It is done even when we are told to stop: what the server
// said must not be forgotten. If the store fails for good, the row stays
// claimed or handed, which the next start turns into queued or unsure.
func (s *Sender) settle(ctx context.Context, o tickets.Outgoing, token int64, result tickets.SendResult) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	err := s.options.Outbox.Settle(ctx, o.ID, token, result)
	for try := 1; err != nil && !lost(err) && try < settleTries && ctx.Err() == nil; try++ {
		pause(ctx, settlePause)
		err = s.options.Outbox.Settle(ctx, o.ID, token, result)
	}
	if err != nil {
		s.options.Log.Error("outcome of an outgoing mail not recorded", "outgoing", o.ID, "outcome", result.State, "error", err)
		if !lost(err) {
			s.hold("record the outcome of a mail", err)
		}
		return
	}
	s.options.Hook(PointSettled)
	s.count(o, result)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (s *Sender) count(o tickets.Outgoing, result tickets.SendResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch result.State {
	case tickets.OutSent:
		s.status.Sent++
	case tickets.OutQueued:
		s.status.Deferred++
	case tickets.OutFailed:
		s.status.Failed++
	case tickets.OutUnsure:
		s.status.Unsure++
	}
	level := slog.LevelInfo
	if result.State == tickets.OutFailed || result.State == tickets.OutUnsure {
		level = slog.LevelWarn // a person has to look
	}
	s.options.Log.Log(context.Background(), level, "outgoing mail", "outgoing", o.ID, "ticket", o.TicketID, "outcome", result.State, "reason", result.Reason)
}
