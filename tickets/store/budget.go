package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"postern/tickets"
)

// budgetSlots is into how many parts a budget's window is cut, and dayWindows how
// many windows the budgets of a day are for. What is counted reaches back at most
// one part too far.
const (
	budgetSlots   = 12
	dayWindows    = 24
	windowBudgets = 3 // of the names of one recipient, the first
)

// counter is one part of one budget.
type counter struct {
	name string
	slot int64
}

// lookAnswers tells how many answers left by themselves. A batch has asked for the
// counters of all its mails before, and counts its own answers.
func (s *Store) lookAnswers(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	if f.Keys.From == "" {
		return nil
	}
	left := t.ahead.answered()
	if left == nil {
		var err error
		if left, err = s.answered(ctx, t, s.budgetsOf(f)); err != nil {
			return err
		}
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	n := s.budgetNames(f.Keys.From)
	e.Answers = tickets.Answers{Overall: left[n[0]], Address: left[n[1]], Domain: left[n[2]], AddressDay: left[n[3]], DomainDay: left[n[4]]}
	if f.Report.Crypto.Encrypted {
		e.Answers.NoticeDay = left[s.noticeName(f.Keys.From)]
	}
	return nil
}

// spans are names of counters by how far back they are asked for.
type spans struct{ window, day []string }

// budgetsOf are the counters that tell what answers to this mail's sender left.
// Notices count for who sends encrypted mail: he was told within a day that it could not be
// opened, or not be answered in private.
func (s *Store) budgetsOf(batch ...tickets.Filing) (all spans) {
	for _, f := range batch {
		if f.Keys.From == "" {
			continue
		}
		n := s.budgetNames(f.Keys.From)
		all.window, all.day = append(all.window, n[:windowBudgets]...), append(all.day, n[windowBudgets:]...)
		if f.Report.Crypto.Encrypted {
			all.day = append(all.day, s.noticeName(f.Keys.From))
		}
	}
	return all
}

// answered sums what the counters hold, those of the window and those of a day:
// they stand in left when the transaction has been flushed.
// The cost does not grow with the number of answers: they are counted in slots.
func (s *Store) answered(ctx context.Context, t *tx, of spans) (left map[string]int, err error) {
	query := `
		SELECT name, sum(n)
		  FROM budgets
		 WHERE name IN (SELECT value FROM ` + s.dialect.texts + `) AND slot >= $2
		 GROUP BY name`
	now := s.slot(t.at)
	left = map[string]int{}
	for _, one := range []struct {
		names []string
		since int64
	}{{of.window, now - budgetSlots}, {of.day, coarse(now - budgetSlots*dayWindows)}} {
		err := t.ask(ctx, query, []any{asParameter(one.names), one.since}, func(r scanner) error {
			var name string
			var n int // fits: they are answers that left within a day
			err := r.Scan(&name, &n)
			left[name] = n
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return left, nil
}

// budgetAddress is the place of the recipient's own counter among budgetNames.
const budgetAddress = 1

// budgetNames are the counters of one recipient: three of the window, two of a
// day. What a subaddress adds behind "+" makes nobody another person, and neither
// do dots where the provider does not see them.
func (s *Store) budgetNames(address string) [5]string {
	local, domain, _ := strings.Cut(clean(strings.ToLower(address)), "@")
	if person, _, found := strings.Cut(local, "+"); found && person != "" {
		local = person
	}
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	house, all := s.house(domain)
	address, house = indexed(local+"@"+domain), indexed(house)
	return [5]string{all, "address " + address, "domain " + house, "address day " + address, "domain day " + house}
}

// noticeName is the counter of one recipient's notices of a day.
func (s *Store) noticeName(address string) string {
	return "notice" + strings.TrimPrefix(s.budgetNames(address)[3], "address")
}

// house is the name that a domain is counted under, with all that stands below
// it: anybody may invent names below a registered one. all is the counter of all
// answers of a kind: those to our own people are counted apart, so that a wave
// from the house silences nobody outside.
func (s *Store) house(domain string) (name, all string) {
	for _, own := range s.options.OwnDomains {
		if own = strings.ToLower(own); domain == own || strings.HasSuffix(domain, "."+own) {
			return own, "* own"
		}
	}
	if registered, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return registered, "*"
	}
	return domain, "*"
}

func (s *Store) slot(at int64) int64 {
	return at / max(1, s.options.AnswerWindow.Microseconds()/budgetSlots)
}

// coarse is the slot under which the budgets of a day count what falls into one.
func coarse(slot int64) int64 { return slot - slot%dayWindows }

// spend counts one automatic answer under the time when it leaves: what waits
// counts until it has left, so that no more leave than the budgets allow.
func (s *Store) spend(t *tx, o tickets.Outgoing) {
	at := t.at
	if !o.NotBefore.IsZero() {
		at = max(at, micros(o.NotBefore))
	}
	slot := s.slot(at)
	for i, name := range s.budgetNames(o.To) {
		if i < windowBudgets {
			t.noted.spent[counter{name, slot}]++
		} else {
			t.noted.spent[counter{name, coarse(slot)}]++
		}
		t.ahead.count(name)
	}
	if name := s.noticeName(o.To); o.Purpose == tickets.PurposeNotice {
		t.noted.spent[counter{name, coarse(slot)}]++
		t.ahead.count(name)
	}
}

// writeSpent adds what a batch has spent, in the order that every transaction
// takes the counters.
func (s *Store) writeSpent(ctx context.Context, t *tx) error {
	if len(t.noted.spent) == 0 {
		return nil
	}
	order := slices.SortedFunc(maps.Keys(t.noted.spent), func(a, b counter) int {
		return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.slot, b.slot))
	})
	values := make([]any, 0, 3*len(order))
	for _, c := range order {
		values = append(values, c.name, c.slot, t.noted.spent[c])
	}
	clear(t.noted.spent)
	if err := s.bulks.budgets.insert(ctx, t, values); err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	return s.forgetSpent(ctx, t)
}

// forgetSpent clears away the slots that nobody asks for, once in a while.
func (s *Store) forgetSpent(ctx context.Context, t *tx) error {
	now := coarse(s.slot(t.at))
	if now == t.w.slot {
		return nil
	}
	t.w.slot = now
	return t.later(ctx, `DELETE FROM budgets WHERE slot < $1`, coarse(now-2*budgetSlots*dayWindows))
}
