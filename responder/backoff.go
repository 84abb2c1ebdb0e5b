package responder

import (
	"fmt"
	"hash/fnv"
	"time"
)

// Backoff says how long to wait between tries. Zero fields take the defaults.
type Backoff struct {
	First  time.Duration // before the second try; doubled each time
	Most   time.Duration // never longer than this
	GiveUp time.Duration // after this time since it was owed a mail with 4xx has failed
	Queue  time.Duration // before the relay is tried again after it could not be reached; doubled each time
	Quiet  time.Duration // never longer than this between tries of the relay
}

// filled follows RFC 5321 section 4.5.4.1: retries for four to five days.
func (b Backoff) filled() Backoff {
	set := func(d *time.Duration, standard time.Duration) {
		if *d <= 0 {
			*d = standard
		}
	}
	set(&b.First, time.Minute)
	set(&b.Most, 2*time.Hour)
	set(&b.GiveUp, 5*24*time.Hour)
	set(&b.Queue, time.Second)
	set(&b.Quiet, 2*time.Minute)
	return b
}

// mail is the wait before try n+1 of one mail.
func (b Backoff) mail(n int, id int64) time.Duration {
	return spread(grow(b.First, b.Most, n), fmt.Sprint(id, n))
}

// queue is the wait after the nth failure in a row to reach the relay.
func (b Backoff) queue(n int, worker string) time.Duration {
	return spread(grow(b.Queue, b.Quiet, n), fmt.Sprint(worker, n))
}

func grow(first, most time.Duration, n int) time.Duration {
	wait := first
	for ; n > 1 && wait < most; n-- {
		wait *= 2
	}
	return min(wait, most)
}

// spread takes away up to a quarter, so that mails put off together do not come
// back together. The share follows from seed: the same try waits the same time.
func spread(wait time.Duration, seed string) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(seed))
	return wait - wait*time.Duration(h.Sum32()%250)/1000
}
