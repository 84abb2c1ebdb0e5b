package tickets_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/tickets"
)

func filer(t *testing.T, store *memory, change ...func(*tickets.FilerOptions)) *tickets.Filer {
	rules := house(t)
	o := tickets.FilerOptions{
		Store:  store,
		Parse:  func(_ context.Context, _ tickets.Raw, c tickets.Claim) tickets.Report { return mail(text(c.SHA256)) },
		Rules:  func() *tickets.Rules { return rules },
		Now:    time.Now,
		Worker: "w",
		Batch:  10,
	}
	for _, c := range change {
		c(&o)
	}
	return tickets.NewFiler(o)
}

func parse(p func(context.Context, tickets.Claim) tickets.Report) func(*tickets.FilerOptions) {
	return func(o *tickets.FilerOptions) {
		o.Parse = func(ctx context.Context, _ tickets.Raw, c tickets.Claim) tickets.Report { return p(ctx, c) }
	}
}

func drain(t *testing.T, f *tickets.Filer) {
	t.Helper()
	if err := f.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, m *memory, want map[string]int) {
	t.Helper()
	if got := m.states(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opened != 0 {
		t.Errorf("%d raw mails were not closed", m.opened)
	}
}

func ascending(n int) []int64 {
	var all []int64
	for i := range n {
		all = append(all, int64(i+1))
	}
	return all
}

func TestFilerKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(95)
		slowFirst := parse(func(_ context.Context, c tickets.Claim) tickets.Report {
			time.Sleep(time.Duration(c.Mail*7%13) * time.Millisecond)
			return mail(text(c.SHA256))
		})
		drain(t, filer(t, store, slowFirst, func(o *tickets.FilerOptions) { o.Workers = 4 }))
		expect(t, store, map[string]int{"filed": 95})
		if !slices.Equal(store.filed, ascending(95)) {
			t.Errorf("filed in the order %v", store.filed)
		}
	})
}

// While one batch is being filed the next one is parsed, and no more than that.
func TestFilerParsesBesideFiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(40)
		store.hold = make(chan struct{})
		f := filer(t, store)
		done := make(chan error, 1)
		go func() { done <- f.Drain(t.Context()) }()
		synctest.Wait()
		if got := store.states()["claimed"]; got != 20 {
			t.Errorf("%d mails in flight, want two batches of 10", got)
		}
		if len(store.raws) != 20 {
			t.Errorf("%d mails read, want 20", len(store.raws))
		}
		close(store.hold)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		expect(t, store, map[string]int{"filed": 40})
	})
}

func TestFilerHoldsAMailThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(25)
		var bad []string
		f := filer(t, store, parse(func(_ context.Context, c tickets.Claim) tickets.Report {
			if c.Mail == 12 {
				panic("words of the mail")
			}
			if c.Mail == 13 {
				_ = bad[c.Mail]
			}
			return mail(text(c.SHA256))
		}))
		drain(t, f)
		expect(t, store, map[string]int{"filed": 23, "held": 2})
		if causes := store.causes[12]; len(causes) != 3 || strings.Contains(fmt.Sprint(causes), "words") {
			t.Errorf("causes %q: want three without the words of the panic", causes)
		}
		if causes := store.causes[13]; !strings.Contains(fmt.Sprint(causes), "index out of range") {
			t.Errorf("causes %q do not say what the runtime said", causes)
		}
		if !store.alone[12] {
			t.Error("a mail that failed was not tried alone")
		}
	})
}

// A mail that was in flight when a process died is read when nothing else is in flight.
func TestFilerReadsASuspectAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(15)
		store.add(16, 2)
		store.add(17, 0)
		drain(t, filer(t, store))
		expect(t, store, map[string]int{"filed": 17})
		if !store.alone[16] {
			t.Error("the suspect was read beside others")
		}
	})
}

func TestFilerHoldsAMailTheStoreRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(12)
		store.data[4] = errors.New("a value does not fit")
		drain(t, filer(t, store))
		expect(t, store, map[string]int{"filed": 11, "held": 1})
		if causes := store.causes[4]; len(causes) != 3 {
			t.Errorf("causes %q, want three", causes)
		}
	})
}

func TestFilerNeverBlamesAMailForTheStore(t *testing.T) {
	lost := errors.New("connection lost")
	for name, faults := range map[string]map[string][]error{
		"claim fails":                      {"claim": {lost, lost, lost, lost}},
		"a batch fails":                    {"file": {lost}},
		"a batch and its first mail fail":  {"file": {lost, lost}},
		"the disk is full":                 {"file": {tickets.ErrFull, tickets.ErrFull, tickets.ErrFull}},
		"nothing can be given back":        {"file": {tickets.ErrFull, tickets.ErrFull}, "release": {lost, lost}},
		"everything fails for a while":     {"file": {lost, lost, lost, lost}, "fail": {lost}, "release": {lost}, "claim": {nil, lost}},
		"a mail cannot be read for a time": {"raw 5": {lost, lost}},
		"no mail can be read for a time":   {"raw 1": {lost}, "raw 2": {lost}, "raw 3": {lost}, "raw 4": {lost}, "raw 5": {lost}, "raw 6": {lost}},
		"the database cannot be reached":   {"file": slices.Repeat([]error{fmt.Errorf("file: %w", tickets.ErrAway)}, 20), "raw 5": slices.Repeat([]error{tickets.ErrAway}, 20)},
		"one mail's deadline in the store": {"file": {context.DeadlineExceeded, context.DeadlineExceeded}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newMemory(6)
				store.faults = faults
				drain(t, filer(t, store))
				expect(t, store, map[string]int{"filed": 6})
				if len(store.causes) > 0 {
					t.Errorf("mails were blamed: %v", store.causes)
				}
			})
		})
	}
}

// A mail whose bytes cannot be had to their end is not judged by its beginning.
func TestFilerReadsNoHalfMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(3)
		store.faults["read 2"] = []error{tickets.ErrAway, tickets.ErrAway, errors.New("connection lost")}
		halves := 0
		drain(t, filer(t, store, func(o *tickets.FilerOptions) {
			o.Parse = func(_ context.Context, raw tickets.Raw, c tickets.Claim) tickets.Report {
				whole := make([]byte, raw.Size())
				if _, err := raw.ReadAt(whole, 0); err != nil {
					halves++
				}
				return mail(text(string(whole)))
			}
		}))
		expect(t, store, map[string]int{"filed": 3})
		if halves != 3 || len(store.causes) > 0 {
			t.Errorf("got %d halves, want 3; blamed: %v", halves, store.causes)
		}
	})
}

// A mail whose bytes are damaged fails by itself in the end and never blocks the others.
func TestFilerHoldsAMailThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(8)
		for range 100 {
			store.faults["raw 3"] = append(store.faults["raw 3"], errors.New("broken chunk"))
		}
		drain(t, filer(t, store))
		expect(t, store, map[string]int{"filed": 7, "held": 1})
	})
}

func TestFilerLeavesAMailThatIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(3)
		f := filer(t, store, parse(func(_ context.Context, c tickets.Claim) tickets.Report {
			if c.Mail == 2 && c.Token == 1 {
				store.mu.Lock()
				store.find(2).claim.Token++ // another worker has it
				store.mu.Unlock()
			}
			return mail(text(c.SHA256))
		}))
		drain(t, f)
		expect(t, store, map[string]int{"filed": 2, "claimed": 1})
		if len(store.causes) > 0 {
			t.Errorf("blamed: %v", store.causes)
		}
	})
}

// A mail that takes the store too long every time is held in the end; one that
// did so once is not blamed.
func TestFilerHoldsAMailThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(6)
		store.data[2] = fmt.Errorf("insert: %w", context.DeadlineExceeded)
		drain(t, filer(t, store))
		expect(t, store, map[string]int{"filed": 5, "held": 1})
	})
}

// A full disk is waited out however long it lasts.
func TestFilerWaitsForAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(6)
		store.data[2] = fmt.Errorf("insert: %w", tickets.ErrFull)
		f := filer(t, store)
		go func() {
			time.Sleep(time.Hour)
			store.mu.Lock()
			defer store.mu.Unlock()
			delete(store.data, 2)
		}()
		drain(t, f)
		expect(t, store, map[string]int{"filed": 6})
		if len(store.causes) > 0 {
			t.Errorf("blamed: %v", store.causes)
		}
	})
}

// judgeless panics where the decision is made.
type judgeless struct{}

func (judgeless) Acknowledge(f tickets.Filing, _ tickets.Evidence, _ tickets.Decision, _ time.Time) (*tickets.Outgoing, string) {
	if f.Claim.Mail == 3 {
		panic("never")
	}
	return nil, "no"
}

func TestFilerHoldsAMailWhoseDecisionPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(5)
		f := filer(t, store, func(o *tickets.FilerOptions) { o.Acknowledger = judgeless{} })
		drain(t, f)
		expect(t, store, map[string]int{"filed": 4, "held": 1})
		if causes := store.causes[3]; len(causes) != 3 {
			t.Errorf("causes %q", causes)
		}
	})
}

func TestFilerRunsUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(3)
		ctx, cancel := context.WithCancel(t.Context())
		f := filer(t, store, func(o *tickets.FilerOptions) { o.Poll = time.Minute })
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		synctest.Wait()
		expect(t, store, map[string]int{"filed": 3})

		store.add(4, 0)
		f.Wake()
		f.Wake()
		synctest.Wait()
		expect(t, store, map[string]int{"filed": 4})

		store.add(5, 0)
		synctest.Wait()
		expect(t, store, map[string]int{"filed": 4, "received": 1})
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, store, map[string]int{"filed": 5})

		cancel()
		if err := <-done; err != nil {
			t.Errorf("got %v", err)
		}
	})
}

// At the end of the context what is under way is filed and nothing new begun.
func TestFilerFinishesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(30)
		ctx, cancel := context.WithCancel(t.Context())
		f := filer(t, store, parse(func(_ context.Context, c tickets.Claim) tickets.Report {
			if c.Mail == 10 {
				cancel()
				time.Sleep(time.Second)
			}
			return mail(text(c.SHA256))
		}))
		if err := f.Run(ctx); err != nil {
			t.Error(err)
		}
		expect(t, store, map[string]int{"filed": 10, "received": 20})
	})
}

// What outlasts the grace is cancelled, given back untried, and not counted.
func TestFilerGivesBackWhatOutlastsTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(5)
		ctx, cancel := context.WithCancel(t.Context())
		f := filer(t, store, parse(func(work context.Context, c tickets.Claim) tickets.Report {
			if c.Mail == 2 {
				cancel()
				<-work.Done()
			}
			return mail(text(c.SHA256))
		}))
		begin := time.Now()
		if err := f.Run(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("stopped after %v, want the grace of 10s", took)
		}
		expect(t, store, map[string]int{"received": 5})
		if len(store.causes) > 0 {
			t.Errorf("blamed: %v", store.causes)
		}
	})
}

func TestFilerGivesBackWhenTheStoreHangsAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(5)
		store.hold = make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := filer(t, store).Run(ctx); err != nil {
			t.Error(err)
		}
		expect(t, store, map[string]int{"received": 5})
	})
}

func TestFilerBoundsTheBytesInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(0)
		for i := range 20 {
			store.add(int64(i+1), 0)
			store.mails[i].claim.Size = 400
		}
		store.mails[7].claim.Size = 5000 // larger than the budget: goes alone
		var mu sync.Mutex
		var now, most int64
		f := filer(t, store, func(o *tickets.FilerOptions) {
			o.InFlight, o.Workers = 1000, 8
			o.Parse = func(_ context.Context, _ tickets.Raw, c tickets.Claim) tickets.Report {
				mu.Lock()
				now += c.Size
				if now > 1000 && c.Size != now {
					t.Errorf("%d bytes in flight", now)
				}
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Millisecond)
				mu.Lock()
				now -= c.Size
				mu.Unlock()
				return mail(text(c.SHA256))
			}
		})
		drain(t, f)
		expect(t, store, map[string]int{"filed": 20})
		if most != 5000 || !slices.Equal(store.filed, ascending(20)) {
			t.Errorf("most %d, order %v", most, store.filed)
		}
	})
}

func TestFilerTellsWhatItDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(12)
		var points []string
		var told int
		var mu sync.Mutex
		f := filer(t, store, func(o *tickets.FilerOptions) {
			o.Hook = func(p string) { mu.Lock(); points = append(points, p); mu.Unlock() }
			o.Filed = func(filed []tickets.Filed) { mu.Lock(); told += len(filed); mu.Unlock() }
		})
		drain(t, f)
		for _, p := range []string{"filer.claimed", "filer.parsed", "filer.filed"} {
			if n := len(slices.DeleteFunc(slices.Clone(points), func(q string) bool { return q != p })); n != 2 {
				t.Errorf("%s passed %d times, want 2", p, n)
			}
		}
		if told != 12 {
			t.Errorf("told of %d mails, want 12", told)
		}
	})
}

func TestFilerDrainsBesideRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(100)
		ctx, cancel := context.WithCancel(t.Context())
		f := filer(t, store)
		done := make(chan error, 1)
		go func() { done <- f.Run(ctx) }()
		drain(t, f)
		expect(t, store, map[string]int{"filed": 100})
		cancel()
		<-done
	})
}

func TestFilerDrainEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(1)
		lost := errors.New("connection lost")
		for range 1000 {
			store.faults["claim"] = append(store.faults["claim"], lost)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := filer(t, store).Drain(ctx)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFilerUsesTheRulesOfTheMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory(20)
		first, second := house(t), house(t)
		second.Divisions = nil
		var mu sync.Mutex
		calls := 0
		f := filer(t, store, func(o *tickets.FilerOptions) {
			o.Rules = func() *tickets.Rules {
				mu.Lock()
				defer mu.Unlock()
				if calls++; calls > 2 {
					return second
				}
				return first
			}
		})
		drain(t, f)
		expect(t, store, map[string]int{"filed": 20})
	})
}
