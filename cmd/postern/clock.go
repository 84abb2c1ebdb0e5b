package main

import (
	"sync"
	"time"
)

const (
	jumpAlarm = time.Minute // the clock of a healthy machine is nearer than that
	jumpStays = time.Hour   // the alarm, for a person to see it
)

// clockWatch compares the clock on the wall with the time that went by. A clock
// that jumps makes mail too old to be answered, or answers due at once.
type clockWatch struct {
	mu        sync.Mutex
	wall      time.Time     // at the last look
	elapsed   time.Duration // since start, by the monotonic clock
	jumped    time.Duration // by how much; 0 is not at all
	jumpedAt  time.Time     // by the new time
	seenFirst bool
}

// look notes where the clock stands; elapsed is by the monotonic clock.
func (c *clockWatch) look(wall time.Time, elapsed time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall = wall.Round(0)
	if jump := wall.Sub(c.wall) - (elapsed - c.elapsed); c.seenFirst && jump.Abs() >= jumpAlarm {
		c.jumped, c.jumpedAt = jump, wall
	}
	c.wall, c.elapsed, c.seenFirst = wall, elapsed, true
}

// jump tells by how much the clock jumped within the last hour, 0 when it did not.
func (c *clockWatch) jump(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.jumped == 0 || now.Sub(c.jumpedAt).Abs() > jumpStays {
		return 0
	}
	return c.jumped
}
