package logline

import (
	"strconv"
	"strings"
	"time"
)

// compact reads "20261120T140211Z" (ISO 8601, basic format) and
// "20261120140211" without anything between.
func (c *cursor) compact() (stamp, bool) {
	end := c.digits()
	day := c.text[c.pos:end]
	switch {
	case len(day) == len("20261120140211"):
		day, c.pos = day[:8]+"T"+day[8:], end
	case len(day) == len("20261120") && len(c.text) > end+6 && c.text[end] == 'T':
		c.pos = end + 1
		if end = c.digits(); end != c.pos+len("140211") {
			return stamp{}, false
		}
		day, c.pos = day+"T"+c.text[c.pos:end], end
	case len(day) == len("20261120") && strings.IndexByte("-_ ", at(c.text, end)) >= 0: // "20261120-14:02:11"
		return c.compactDay(day, end+1)
	default:
		return stamp{}, false
	}
	at, err := time.Parse("20060102T150405", day)
	if err != nil || at.Year() < firstYear || at.Year() > lastYear {
		return stamp{}, false
	}
	c.fraction()
	return stamp{at: at, zone: c.zone(), exact: true}, true
}

// compactDay reads a day without signs and, from pos on, a time with colons.
func (c *cursor) compactDay(written string, pos int) (stamp, bool) {
	day, err := time.Parse("20060102", written)
	if err != nil || day.Year() < firstYear || day.Year() > lastYear || pos+2 >= len(c.text) || c.text[pos+2] != ':' {
		return stamp{}, false
	}
	c.pos = pos
	return c.rest(day.Year(), int(day.Month()), day.Day(), true)
}

// What a TAI64N label says at 1970 (cr.yp.to/libtai/tai64.html): programs write
// it 10 seconds ahead of the clock of the machine.
const (
	tai1970 = 1<<62 + 10
	taiSize = len("400000006a0f1e2d0e4e1c00")
)

// tai reads "@400000006a0f1e2d0e4e1c00" of multilog.
func (c *cursor) tai() (stamp, bool) {
	if c.pos == 0 || c.text[c.pos-1] != '@' || len(c.text) < c.pos+taiSize {
		return stamp{}, false
	}
	label := c.text[c.pos : c.pos+taiSize]
	n, err := strconv.ParseInt(label[:16], 16, 64)
	if n -= tai1970; err != nil || !hexDigits(label) || n < firstEpoch || n > lastEpoch {
		return stamp{}, false
	}
	c.pos += taiSize
	return stamp{at: time.Unix(n, 0).UTC(), zone: &Zone{}, exact: true}, true
}

// digits is where the digits at the cursor end.
func (c *cursor) digits() int {
	end := c.pos
	for end < len(c.text) && c.text[end]-'0' < 10 {
		end++
	}
	return end
}

// The years that a time without signs between its parts can be of; others are
// numbers of something.
const (
	firstYear = 2000
	lastYear  = 2100
)

// Seconds since 1970 that reports can be about: 2001 to 2100.
const (
	firstEpoch = 1_000_000_000
	lastEpoch  = 4_102_444_800
)

// epoch reads seconds since 1970, also with parts of one, and in the logs of
// programs thousandths, millionths and thousand-millionths of one.
func (c *cursor) epoch() (stamp, bool) {
	start, end := c.pos, c.digits()
	if start > 0 && strings.IndexByte(" \t[(\"=:", c.text[start-1]) < 0 {
		return stamp{}, false
	}
	written := c.text[start:end]
	switch len(written) {
	case 10:
	case 13, 16, 19:
		if !c.timed(start) {
			return stamp{}, false
		}
	default:
		return stamp{}, false
	}
	n, err := strconv.ParseInt(written[:10], 10, 64)
	if err != nil || n < firstEpoch || n > lastEpoch || end < len(c.text) && c.text[end] != '.' && wordByte(c.text[end]) && c.text[end] != ':' {
		return stamp{}, false
	}
	c.pos = end
	c.fraction()
	return stamp{at: time.Unix(n, 0).UTC(), zone: &Zone{}, exact: true}, true
}

// timed tells a long number that is a time: it begins its line, or the key before
// it says so.
func (c *cursor) timed(start int) bool {
	before := strings.TrimRight(c.text[:start], " \t\"':=[({>")
	if before == "" {
		return true
	}
	if len(before) == start {
		return false
	}
	key := before[max(strings.LastIndexAny(before, " \t,;|\"'{(&?")+1, len(before)-maxKey):]
	return keyOf(key) == keyTime
}

// eventKeys are behind which security programs write when it happened; the time
// before them is when the line was passed on.
var eventKeys = [...]string{" rt=", "|rt=", "devTime=", "eventtime=", " start=", "|start="}

// eventTime finds the time of the event in a line of CEF, LEEF and their like
// when it states its zone, as that of the syslog before it does not.
func eventTime(line string) (stamp, bool) {
	if !strings.Contains(line, "CEF:") && !strings.Contains(line, "LEEF:") && !strings.Contains(line, "eventtime=") {
		return stamp{}, false
	}
	for _, key := range eventKeys {
		at := strings.Index(line, key)
		if at < 0 {
			continue
		}
		c := cursor{text: line, pos: at + len(key)}
		if s, ok := c.stamp(); ok && s.zone != nil {
			return s, true
		}
	}
	return stamp{}, false
}
