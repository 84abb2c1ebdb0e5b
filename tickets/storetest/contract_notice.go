package storetest

import (
	"fmt"
	"testing"
	"time"

	"postern/tickets"
)

// testNotices counts the notices of a day to one address, whatever it is about.
func testNotices(t *testing.T, open Opener) {
	clock := NewClock()
	s := open(t, Options(t, clock))
	got := int64(-1)
	telling := func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		got = int64(e.Answers.NoticeDay)
		d := New(f)
		d.Answer.To = f.Keys.From
		if f.Report.Crypto.Encrypted && got == 0 {
			d.Answer.Purpose = tickets.PurposeNotice
		}
		return d
	}
	n := 0
	file := func(from string, encrypted bool) int64 {
		n++
		Receive(t, s, Mail(clock, Inbox, uint32(n), Text(n)))
		f := Filing(Claim(t, s, 1)[0], fmt.Sprint(n))
		f.Keys.From, f.Report.Crypto.Encrypted = from, encrypted
		File(t, s, telling, f)
		return got
	}
	for _, row := range []struct {
		name      string
		later     time.Duration
		from      string
		encrypted bool
		want      int64
	}{
		{"the first", 0, "a@example.net", true, 0},
		{"the second", time.Minute, "a@example.net", true, 1},
		{"in clear: nobody asks", 0, "a@example.net", false, 0},
		{"somebody else", 0, "b@example.net", true, 0},
		{"the same person", 0, "A+more@example.net", true, 1},
		{"hours later", 22 * time.Hour, "a@example.net", true, 1},
		{"the day after", 4 * time.Hour, "a@example.net", true, 0},
		{"told again", time.Minute, "a@example.net", true, 1},
	} {
		clock.Advance(row.later)
		if got := file(row.from, row.encrypted); got != row.want {
			t.Errorf("%s: %d notices, want %d", row.name, got, row.want)
		}
	}
}
