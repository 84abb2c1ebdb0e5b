package store

import (
	"context"
	"errors"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"postern/tickets"
)

// keyLocks are the statements that keep two who file at the same moment from
// both finding nothing about one matter. They are held until the transaction
// ends, and what was committed under them is seen by who had to wait.
//
// Whoever files takes the keys of all its mails before it reads anything: shared
// and then the keys, first those that are free, and in another transaction the
// others, ascending, so that nobody waits in a circle. A mail with too many keys takes
// whole instead and files alone.
type keyLocks struct {
	shared string // keeps whole out
	busy   string // those of the list $1 that others have; the rest exclusively
	keys   string // the keys of the list $1, exclusively
	whole  string // keeps everybody out
}

// mostLocks is how many keys one transaction locks. The server has room for 64 a
// session that it allows, 6,400 as it is delivered, in a table that all its
// databases share.
const mostLocks = 512

// lockKeys are the keys of some mails: what any of them is looked up by and
// what any of them is found by later, hashed to the 32 bits that a lock has. Two
// that share one by chance wait for each other in vain, no more. Ascending, each
// once; nil when there are more than mostLocks.
func (s *Store) lockKeys(batch []tickets.Filing) []int64 {
	set := map[int64]bool{}
	for _, f := range batch {
		s.addLockKeys(set, f)
		if len(set) > mostLocks {
			return nil
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// addLockKeys adds the keys of one mail. A mail that may be answered locks its
// sender's budget as well; those of a domain and of all are shared by too many,
// so that they can be passed by what is being filed elsewhere.
func (s *Store) addLockKeys(set map[int64]bool, f tickets.Filing) {
	add := func(kind, value string) {
		if value != "" {
			set[lockKey(kind, clean(value))] = true
		}
	}
	add("identity", f.Keys.Identity)
	add("message", f.Keys.MessageID)
	for _, id := range newest(f.Keys.MessageIDs) {
		add("message", id)
	}
	for _, reference := range first(f.Keys.References) {
		add("reference", reference)
	}
	for _, sum := range f.Keys.Files[:min(len(f.Keys.Files), keptFiles)] {
		add("file", sum)
	}
	for _, url := range first(f.Keys.URLs) {
		add("url", url)
	}
	for _, one := range f.Report.Indicators {
		if len(set) > mostLocks {
			return
		}
		if one.Type == "url" && !one.Benign {
			add("url", one.Value)
		}
	}
	if f.Report.Automatic.MayAnswer && !f.Claim.Unanswered && !f.Claim.Junk {
		add("sender", s.budgetNames(f.Keys.From)[budgetAddress])
	}
}

func lockKey(kind, value string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(kind + "\x00" + value)) // a hash takes everything
	return int64(h.Sum32() >> 1)
}

// freeOf tells which mails of a batch, in the order of their filing, can be filed
// while others have these keys, and which have to wait: for a key of their own, or for
// another mail that waits and that they may belong to.
func (s *Store) freeOf(batch []tickets.Filing, which []int, busy map[int64]bool) (free, waiting []int) {
	for _, i := range which {
		keys := map[int64]bool{}
		s.addLockKeys(keys, batch[i])
		waits := false
		for key := range keys {
			waits = waits || busy[key]
		}
		if !waits {
			free = append(free, i)
			continue
		}
		waiting = append(waiting, i)
		maps.Copy(busy, keys)
	}
	return free, waiting
}

// lockFree takes those locks of these keys that nobody has, later; the others are
// in busy then.
func (s *Store) lockFree(ctx context.Context, t *tx, keys []int64, busy map[int64]bool) error {
	if err := t.later(ctx, s.dialect.matching.shared); err != nil {
		return err
	}
	return t.ask(ctx, s.dialect.matching.busy, []any{asParameter(keys)}, func(r scanner) error {
		var key int64
		err := r.Scan(&key)
		busy[key] = true
		return err
	})
}

// lockMatching takes the locks of a transaction that files these mails.
func (s *Store) lockMatching(ctx context.Context, t *tx, keys []int64) error {
	locks := s.dialect.matching
	if !s.dialect.severalWriters() {
		return nil
	}
	if len(keys) == 0 {
		return t.later(ctx, locks.whole)
	}
	if err := t.later(ctx, locks.shared); err != nil {
		return err
	}
	return t.later(ctx, locks.keys, asParameter(keys))
}

// outOfLocks tells that the server has no room for so many locks at a time.
func outOfLocks(err error) bool {
	var postgres *pgconn.PgError
	return errors.As(err, &postgres) && postgres.Code == "53200"
}

// portions cuts a batch, in the order given, where its keys become too many for
// one transaction. One mail alone may have too many.
func (s *Store) portions(batch []tickets.Filing, order []int) [][]int {
	if !s.dialect.severalWriters() || s.lockKeys(these(batch, order)) != nil || len(order) < 2 {
		return [][]int{order}
	}
	half := len(order) / 2
	return append(s.portions(batch, order[:half]), s.portions(batch, order[half:])...)
}

// errMoved says that something is not any more what it was when it was looked up:
// a person has closed the ticket that a mail was matched with, another mail was
// filed in its conversation, or a row that was free is taken. The transaction is done again.
var errMoved = errors.New("what was looked up has changed meanwhile")

// stillThere compares what evidence says of a ticket with its row, which is locked
// until the transaction ends, and then writes by the label that it has.
func (s *Store) stillThere(ctx context.Context, t *tx, e tickets.Evidence, ticket int64, write func(label string) error) error {
	look := `SELECT state, kind, division, tlp, restricted FROM tickets WHERE id = $1` + s.dialect.forUpdate
	var is tickets.Thread
	read := func(r scanner) error {
		var restricted int64
		err := r.Scan(&is.State, &is.Kind, &is.Division, &is.TLP, &restricted)
		is.Restricted = restricted == 1
		return err
	}
	return t.askOne(ctx, errMoved, look, []any{ticket}, read, func() error {
		for _, was := range e.Threads() {
			if was.Ticket == ticket && (was.State != is.State || was.Kind != is.Kind || was.Division != is.Division || was.TLP != is.TLP || was.Restricted != is.Restricted) {
				return errMoved
			}
		}
		return write(is.TLP)
	})
}

// stillOwed is stillThere for a conversation: whether its acknowledgement is owed.
func (s *Store) stillOwed(ctx context.Context, t *tx, e tickets.Evidence, conversation int64, write func(label string) error) error {
	look := `SELECT ticket, tlp, acknowledged FROM conversations WHERE id = $1` + s.dialect.forUpdate
	var ticket, acknowledged int64
	var label string
	read := func(r scanner) error { return r.Scan(&ticket, &label, &acknowledged) }
	return t.askOne(ctx, errMoved, look, []any{conversation}, read, func() error {
		for _, was := range e.Threads() {
			if was.Conversation == conversation && (was.Ticket != ticket || was.Acknowledged != (acknowledged == 1)) {
				return errMoved
			}
		}
		return write(label)
	})
}
