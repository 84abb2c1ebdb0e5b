package imap

import (
	"slices"
	"time"
)

const (
	lagAfter     = 10 * time.Minute // in the folder without a delivery row: an alarm
	dropsAllowed = 3                // alone in flight when the connection died: then only its beginning is taken
)

// entry is a mail that is still to be fetched.
type entry struct {
	listed
	sighted int64 // first seen by us, seconds since 1970
	retry   int64 // not before this, milliseconds since 1970
	alone   bool  // was in flight when something broke: fetched by itself, after the others
	drops   uint8 // connections lost while it was alone in flight
	fails   uint8 // tries that ended without a row, for whatever reason
}

// queue holds what is to be fetched, ascending by UID; work is taken from its
// end, so that what came last is answered first and a backlog never delays it.
type queue []entry

// renew makes the queue of a fresh comparison, and keeps what is known of mails
// that were waiting before. Both ascend.
func (q queue) renew(unknown []listed, now time.Time) queue {
	next := make(queue, len(unknown))
	for i, mail := range unknown {
		for len(q) > 0 && q[0].uid < mail.uid {
			q = q[1:]
		}
		next[i] = entry{listed: mail, sighted: now.Unix()}
		if len(q) > 0 && q[0].uid == mail.uid && q[0].size == mail.size {
			next[i] = q[0]
		}
	}
	return next
}

// lagging counts the mails that have waited longer than anything should.
func (q queue) lagging(now time.Time) int {
	limit := now.Add(-lagAfter).Unix()
	n := 0
	for _, e := range q {
		if e.sighted <= limit {
			n++
		}
	}
	return n
}

// apart tells whether any mail is set apart.
func (q queue) apart() bool {
	return slices.ContainsFunc(q, func(e entry) bool { return e.alone })
}

// due is the earliest moment at which a mail set apart may be tried again; zero
// if there is none.
func (q queue) due() time.Time {
	var earliest int64
	for _, e := range q {
		if earliest == 0 || e.retry < earliest {
			earliest = e.retry
		}
	}
	if earliest == 0 {
		return time.Time{}
	}
	return time.UnixMilli(earliest)
}

// pick takes the next batch, ascending: the newest mails that nothing is known
// against, up to count and bytes; a mail taken in part comes by itself. When
// only mails are left that broke something, the least guilty comes alone.
func (q queue) pick(now time.Time, o Options) []entry {
	var batch []entry
	var bytes int64
	for i := len(q) - 1; i >= 0 && len(batch) < o.Batch; i-- {
		e := q[i]
		if e.alone || e.retry > now.UnixMilli() {
			continue
		}
		inPart := e.size > o.MaxMail
		if len(batch) > 0 && (inPart || bytes+e.size > o.BatchBytes) {
			break
		}
		batch, bytes = append(batch, e), bytes+e.size
		if inPart {
			break
		}
	}
	if len(batch) == 0 {
		return q.pickAlone(now)
	}
	slices.Reverse(batch)
	return batch
}

func (q queue) pickAlone(now time.Time) []entry {
	var best *entry
	for i := len(q) - 1; i >= 0; i-- {
		e := &q[i]
		if e.retry <= now.UnixMilli() && (best == nil || e.fails < best.fails) {
			best = e
		}
	}
	if best == nil {
		return nil
	}
	return []entry{*best}
}

// remove takes out mails, all of them given ascending.
func (q queue) remove(gone []uint32) queue {
	if len(gone) == 0 {
		return q
	}
	low, _ := q.find(gone[0])
	kept := slices.DeleteFunc(q[low:], func(e entry) bool {
		_, found := slices.BinarySearch(gone, e.uid)
		return found
	})
	return q[:low+len(kept)]
}

func (q queue) find(uid uint32) (int, bool) {
	return slices.BinarySearchFunc(q, uid, func(e entry, uid uint32) int { return int(int64(e.uid) - int64(uid)) })
}

// suspect sets apart the mails that were in flight when the connection broke.
// Of several nobody knows which it was; one alone is charged with it.
func (q queue) suspect(batch []entry, retry time.Time) {
	for _, e := range batch {
		i, found := q.find(e.uid)
		if !found {
			continue
		}
		q[i].alone = true
		if len(batch) == 1 {
			q[i].drops = min(q[i].drops, 250) + 1
			q.postpone(e.uid, retry)
		}
	}
}

// postpone notes a failed try of one mail.
func (q queue) postpone(uid uint32, retry time.Time) {
	if i, found := q.find(uid); found {
		q[i].alone = true
		q[i].fails = min(q[i].fails, 250) + 1
		q[i].retry = retry.UnixMilli()
	}
}
