package store_test

import (
	"fmt"
	"testing"
	"time"

	"postern/intake"
	"postern/responder"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// A program that does not say that it is one writes on and on, slower than the
// hourly budget would notice. Over days it gets a handful of answers a day from
// us, whichever way it goes about it, and a person sees that it is held back.
func TestASlowLoopIsBoundedOverDays(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		name  string
		every time.Duration
		from  func(n int) string
		most  int // answers that leave in these days
		held  bool
	}{
		{"one address", hour / 2, func(int) string { return "robot@saas.example.com" }, days * 20, true},
		{"an address with a number for each case", hour / 2, func(n int) string { return fmt.Sprintf("desk+%d@saas.example.com", n) }, days * 20, true},
		{"another address each time", hour / 5, func(n int) string { return fmt.Sprintf("case-%d@saas.example.com", n) }, days * 100, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWeek(t)
			for n, claim := range w.receive(int(days * 24 * hour / c.every)) {
				w.file(n, claim, c.from(n))
				w.clock.Advance(c.every)
			}
			if w.left == 0 || w.left > c.most {
				t.Errorf("%d answers left, want at most %d", w.left, c.most)
			}
			held, err := w.store.Held(t.Context(), storetest.Admin)
			if err != nil || len(held) == 0 {
				t.Errorf("nobody sees it: %d held, %v", len(held), err)
			}
		})
	}
}

// days is how many are lived through: enough to see one budget end and the next begin.
const days = 3

// week is a store with the real rules and policy under a clock.
type week struct {
	t     *testing.T
	clock *storetest.Clock
	store *store.Store
	rules *tickets.Rules
	judge tickets.Judge
	end   time.Time
	left  int
}

func newWeek(t *testing.T) *week {
	w := &week{t: t, clock: storetest.NewClock(), rules: &tickets.Rules{Prefix: storetest.Prefix}}
	var err error
	if w.store, err = store.Open(t.Context(), storetest.Options(t, w.clock)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.end = w.clock.Now().Add(days * 24 * time.Hour)
	policy := responder.NewPolicy(responder.PolicyOptions{Team: responder.Team{Name: "Example CSIRT", Address: "csirt@example.org"}})
	w.judge = w.rules.Judge(policy, w.clock.Now)
	return w
}

// receive stores the mails of all days at once, which is quicker.
func (w *week) receive(n int) []tickets.Claim {
	w.t.Helper()
	mails := make([]intake.Mail, n)
	for i := range mails {
		mails[i] = storetest.Mail(w.clock, storetest.Inbox, uint32(i+1), storetest.Text(i))
	}
	storetest.Receive(w.t, w.store, mails...)
	return storetest.Claim(w.t, w.store, n)
}

// file files one mail as if it came just now, and counts the answer when it leaves
// before they end.
func (w *week) file(n int, claim tickets.Claim, from string) {
	w.t.Helper()
	claim.ReceivedAt = w.clock.Now()
	f := storetest.Filing(claim, fmt.Sprintf("case%d", n))
	f.Report.From[0].Address, f.Report.Automatic.MayAnswer = from, true
	f.Keys = tickets.KeysOf(f.Claim, f.Report, w.rules)
	planned := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		d := w.judge(f, e)
		if d.Answer != nil && d.Answer.State == tickets.OutQueued && d.Answer.NotBefore.Before(w.end) {
			w.left++
		}
		return d
	}
	storetest.File(w.t, w.store, planned, f)
}
