package tickets

import (
	"errors"
	"time"
)

// WorkingHours says when people work. The zero value has no days and means
// around the clock.
type WorkingHours struct {
	Days     []time.Weekday
	From, To time.Duration  // since midnight by the wall clock: 8h, 17h
	Location *time.Location // nil is UTC
}

// longestWait bounds the walk over days; no deadline of ours is farther away.
const longestWait = 10 * 366

// Valid tells what is wrong with the hours, nil when they can be used.
func (w WorkingHours) Valid() error {
	switch {
	case len(w.Days) == 0:
		return nil
	case w.From < 0 || w.To > 24*time.Hour:
		return errors.New("working hours lie between 00:00 and 24:00")
	case w.From >= w.To:
		return errors.New("working hours begin before they end")
	}
	return nil
}

// Add is the moment when d of working time has passed since t.
func (w WorkingHours) Add(t time.Time, d time.Duration) time.Time {
	if !w.limited() || d <= 0 {
		return t.Add(max(d, 0))
	}
	for day := range longestWait {
		begin, end := w.shift(t, day)
		if begin.Before(t) {
			begin = t
		}
		if !begin.Before(end) {
			continue
		}
		if left := end.Sub(begin); left >= d {
			return begin.Add(d).In(t.Location())
		} else {
			d -= left
		}
	}
	return t.AddDate(0, 0, longestWait)
}

// Between is the working time from a to b, 0 when b is not after a. Beyond ten
// years it stops counting.
func (w WorkingHours) Between(a, b time.Time) time.Duration {
	if !a.Before(b) {
		return 0
	}
	if !w.limited() {
		return b.Sub(a)
	}
	var total time.Duration
	for day := range longestWait {
		begin, end := w.shift(a, day)
		if !begin.Before(b) {
			break
		}
		total += overlap(begin, end, a, b)
	}
	return total
}

func (w WorkingHours) limited() bool { return len(w.Days) > 0 && w.From < w.To }

// shift is the working time on the day that lies day days after t; empty
// (begin is end) on a free day. Hours are those of the wall clock, so that a
// shift in the night of a clock change is an hour shorter or longer.
func (w WorkingHours) shift(t time.Time, day int) (begin, end time.Time) {
	where := w.Location
	if where == nil {
		where = time.UTC
	}
	local := t.In(where)
	begin = atClock(local, day, w.From)
	for _, weekday := range w.Days {
		if begin.Weekday() == weekday {
			return begin, atClock(local, day, w.To)
		}
	}
	return begin, begin
}

func atClock(local time.Time, day int, clock time.Duration) time.Time {
	year, month, date := local.Date()
	return time.Date(year, month, date+day, int(clock/time.Hour), int(clock/time.Minute)%60,
		int(clock/time.Second)%60, 0, local.Location())
}

func overlap(begin, end, a, b time.Time) time.Duration {
	if begin.Before(a) {
		begin = a
	}
	if end.After(b) {
		end = b
	}
	return max(end.Sub(begin), 0)
}
