package responder_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/responder"
	"postern/tickets"
)

func TestOutcomes(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		state  string
		reason string
	}{
		{"4xx", verdict(responder.Temporary), tickets.OutQueued, "relay's words"},
		{"5xx", verdict(responder.Permanent), tickets.OutFailed, "relay's words"},
		{"no verdict", verdict(responder.Unknown), tickets.OutUnsure, "relay's words"},
		{"an error that says nothing, after the dot", errRelay, tickets.OutUnsure, "relay's words"},
		{"control characters", &responder.SendError{Kind: responder.Permanent, Err: errors.New("no\x1b[2J\r\n" + strings.Repeat("x", 1000))}, tickets.OutFailed, "no [2J x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sender(t, newOutbox(still, answer("ack", "en")), func(int, responder.Envelope) error { return test.err })
			s.drain(t)
			row := s.box.row(1)
			if row.State != test.state || !strings.Contains(row.Reason, test.reason) || len(row.Reason) > 400 || len(s.bodies) != 1 {
				t.Errorf("state %s, reason %q, %d tries; want %s because of %q", row.State, row.Reason, len(s.bodies), test.state, test.reason)
			}
			if test.state == tickets.OutQueued && !row.NotBefore.After(now) {
				t.Errorf("tried again at %v", row.NotBefore)
			}
		})
	}
}

// A transport that is unsure although nobody asked it for the dot is mistaken: nothing left.
func TestUnsureBeforeTheDotIsTriedAgain(t *testing.T) {
	mistaken := script(func(context.Context, responder.Envelope, []byte, func(context.Context) error) (responder.Receipt, error) {
		return responder.Receipt{}, verdict(responder.Unknown)
	})
	s := sender(t, newOutbox(still, answer("ack", "en")), nil, func(o *responder.SenderOptions) { o.Transport = mistaken })
	s.drain(t)
	if row := s.box.row(1); row.State != tickets.OutQueued || !row.NotBefore.After(now) {
		t.Errorf("%s, next try %v; want it queued for later", row.State, row.NotBefore)
	}
}

func TestRetriesSendTheSameBytesAndEndSomeday(t *testing.T) {
	at := now
	o := answer("ack", "en")
	o.Created, o.Sign = now, true
	box := newOutbox(func() time.Time { return at }, o)
	s := sender(t, box, func(int, responder.Envelope) error { return verdict(responder.Temporary) })
	var waits []time.Duration
	for box.row(1).State == tickets.OutQueued && len(waits) < 200 {
		s.drain(t)
		if row := box.row(1); row.State == tickets.OutQueued {
			waits = append(waits, row.NotBefore.Sub(at))
			at = row.NotBefore
		}
	}
	row := box.row(1)
	if row.State != tickets.OutFailed || !strings.Contains(row.Reason, "given up") || at.Sub(now) < 5*24*time.Hour || at.Sub(now) > 6*24*time.Hour {
		t.Errorf("%s after %v: %s", row.State, at.Sub(now), row.Reason)
	}
	if waits[0] > time.Minute || waits[0] < 45*time.Second || waits[3] < 2*waits[0] || slices.Max(waits) > 2*time.Hour {
		t.Errorf("waits %v", waits[:8])
	}
	for i, body := range s.bodies {
		if !bytes.Equal(body, s.bodies[0]) {
			t.Fatalf("try %d sent other bytes", i+1)
		}
	}
}
