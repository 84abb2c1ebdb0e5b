package store

import (
	"context"
	"strings"

	"postern/tickets"
)

// lookNotices counts what told the sender of encrypted mail within a day that it
// could not be opened, or not be answered in private.
func (s *Store) lookNotices(ctx context.Context, t *tx, f tickets.Filing, e *found) error {
	const query = `SELECT coalesce(sum(n), 0) FROM budgets WHERE name = $1 AND slot >= $2`
	if f.Keys.From == "" || !f.Report.Crypto.Encrypted {
		return nil
	}
	if left := t.ahead.answered(); left != nil {
		e.Answers.NoticeDay = left[s.noticeName(f.Keys.From)]
		return nil
	}
	since := coarse(s.slot(t.at) - budgetSlots*dayWindows)
	return t.row(ctx, query, []any{s.noticeName(f.Keys.From), since}, &e.Answers.NoticeDay)
}

// spendNotice counts one of them, under the slot of the time when it leaves.
func (s *Store) spendNotice(ctx context.Context, t *tx, to string, slot int64) error {
	const once = `
		INSERT INTO budgets (name, slot, n) VALUES ($1, $2, 1)
		ON CONFLICT (name, slot) DO UPDATE SET n = budgets.n + 1`
	t.ahead.count(s.noticeName(to))
	return t.later(ctx, once, s.noticeName(to), slot)
}

// noticeName is the counter of one recipient's notices of a day.
func (s *Store) noticeName(address string) string {
	return "notice" + strings.TrimPrefix(s.budgetNames(address)[3], "address")
}
