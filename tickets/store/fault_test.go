package store_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"postern/intake"
	"postern/testdata/hosttest"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// batchOf receives and claims n mails and makes filings of them.
func batchOf(t *testing.T, s *store.Store, clock *storetest.Clock, n int) []tickets.Filing {
	t.Helper()
	for i := range n {
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uint32(i+1), storetest.Text(i)))
	}
	var batch []tickets.Filing
	for i, c := range storetest.Claim(t, s, n) {
		batch = append(batch, storetest.Filing(c, "sender"+strconv.Itoa(i)))
	}
	return batch
}

// A database that another program locks and a disk that is full are no mail's
// fault, in whatever code SQLite says so.
func TestTroubleIsNoMailsFault(t *testing.T) {
	for code, want := range map[int]bool{
		5: true, 261: true, 517: true, // busy, and so in recovery, and for a snapshot
		6: true, 13: true, 4874: true, // locked, full, and no room for what connections share
		19: false, 11: false, 778: false, // a constraint, damage, a write that failed
	} {
		if got := store.Trouble(code); got != want {
			t.Errorf("%d: got %v", code, got)
		}
	}
}

// TestFullDatabase fills the database in the middle of a batch. SQLite then
// rolls back everything by itself; what is reported must be what is there.
func TestFullDatabase(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	o.MaxPages = 200
	s := open(t, o)
	batch := batchOf(t, s, clock, 3)
	batch[1].Report.NewText = strings.Repeat("much text ", 90_000)
	filed, err := s.File(ctx, batch, storetest.Judge)
	if !errors.Is(err, tickets.ErrFull) || filed != nil {
		t.Fatalf("got %+v, %v; want ErrFull", filed, err)
	}
	if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 1 {
		t.Errorf("got %d tickets, want the first mail's alone", n)
	}
	storetest.Clean(t, s, store.VerifyOptions{})
	batch[1].Report.NewText = "little text"
	for i, f := range storetest.File(t, s, storetest.Judge, batch...) {
		if f.Match != tickets.MatchNew {
			t.Errorf("mail %d: got %+v after there was room again", i, f)
		}
	}
	if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 3 {
		t.Errorf("got %d tickets, want 3", n)
	}
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	big := storetest.Mail(clock, storetest.Inbox, 9, randomText(1<<20))
	if err := s.Receive(ctx, []intake.Mail{storetest.Mail(clock, storetest.Inbox, 8, "x"), big}); !errors.Is(err, tickets.ErrFull) {
		t.Errorf("receive: got %v, want ErrFull", err)
	}
	storetest.Claim(t, s, 0)
}

// randomText does not compress.
func randomText(n int) string {
	var b strings.Builder
	x := uint64(88172645463325252)
	for b.Len() < n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b.WriteByte(byte(x))
	}
	return b.String()
}

// TestDeadlineInBatch ends the context while the second of three mails is judged.
func TestDeadlineInBatch(t *testing.T) { storetest.Each(t, testDeadlineInBatch) }

func testDeadlineInBatch(t *testing.T) {
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	batch := batchOf(t, s, clock, 3)
	for _, last := range []bool{false, true} {
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		filed, err := s.File(ctx, batch, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
			if n++; n == 2 && !last || n == 3 {
				cancel()
			}
			return storetest.Judge(f, e)
		})
		if !errors.Is(err, context.Canceled) || filed != nil {
			t.Errorf("got %+v, %v; want canceled", filed, err)
		}
		if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 0 {
			t.Errorf("got %d tickets of a batch that was cut off", n)
		}
		cancel()
	}
	storetest.File(t, s, storetest.Judge, batch...)
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Receive(ended, []intake.Mail{storetest.Mail(clock, storetest.Inbox, 9, "x")}); !errors.Is(err, context.Canceled) {
		t.Errorf("receive: got %v, want canceled", err)
	}
	storetest.Claim(t, s, 0)
}

// TestBrokenConnectionInBatch lets the transaction vanish in the middle of a
// batch, as SQLite does by itself on some errors: the savepoint is gone, and
// nothing may be written outside of a transaction.
func TestBrokenConnectionInBatch(t *testing.T) {
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	batch := batchOf(t, s, clock, 3)
	n := 0
	filed, err := s.File(context.Background(), batch, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		if n++; n == 2 {
			if err := store.RollBackBehindItsBack(s); err != nil {
				t.Fatal(err)
			}
		}
		return storetest.Judge(f, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range filed {
		if one.Err != nil || one.Match != tickets.MatchNew {
			t.Errorf("mail %d: got %+v", i, one)
		}
	}
	if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 3 {
		t.Errorf("got %d tickets, want 3", n)
	}
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
}

// bigMail is 50 MB of a mail that is nowhere in memory.
type bigMail struct{}

const bigSize = 50 << 20

func (bigMail) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		x := uint64(at+int64(i)) * 0x9E3779B97F4A7C15
		p[i] = byte(x >> 56)
	}
	return len(p), nil
}

// TestBigMailMemory stores and reads a 50 MB mail with little more memory than without.
func TestBigMailMemory(t *testing.T) {
	const most = 64 << 10 // kilobytes
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	before := freshPeak(t)
	m := storetest.Mail(clock, storetest.Inbox, 1, "")
	m.Body, m.Stored = bigMail{}, bigSize
	storetest.Receive(t, s, m)
	raw, err := s.Raw(context.Background(), storetest.Claim(t, s, 1)[0].Mail)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	part, want := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := int64(0); at < bigSize; at += int64(len(part)) {
		if _, err := raw.ReadAt(part, at); err != nil {
			t.Fatal(err)
		}
		if _, err := (bigMail{}).ReadAt(want, at); err != nil || string(part) != string(want) {
			t.Fatalf("other bytes at %d", at)
		}
	}
	if more := peak(t) - before; more > most {
		t.Errorf("took %d kB more, want under %d", more, most)
	} else {
		t.Logf("took %d kB more", more)
	}
}

// freshPeak sets the peak back to what is resident now. A system without /proc
// cannot tell.
func freshPeak(t *testing.T) int {
	t.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		hosttest.Lacks(t, "the peak of memory cannot be measured: "+err.Error())
	}
	return peak(t)
}

// peak is the largest resident set since it was set back, in kilobytes.
func peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes
}
