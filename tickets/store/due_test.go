package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestEachMachineHasItsPart: machines do not list the same mail while it is fresh, and
// what one leaves lying is listed by all, behind their own.
func TestEachMachineHasItsPart(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		machines := []*store.Store{open(t, o), open(t, o), open(t, o)}
		const mails = 9
		for n := 1; n <= mails; n++ {
			storetest.Receive(t, machines[0], storetest.Mail(clock, storetest.Inbox, uint32(n), storetest.Text(n)))
			storetest.File(t, machines[0], storetest.Judge, storetest.Filing(storetest.Claim(t, machines[0], 1)[0], fmt.Sprintf("anna%d", n)))
		}
		due := func(s *store.Store, n int) (list []int64) {
			t.Helper()
			all, err := s.Due(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range all {
				list = append(list, one.ID)
			}
			return list
		}
		if got := due(machines[0], 2*mails); len(got) != mails {
			t.Fatalf("one that has not joined lists %v, want all", got)
		}
		var parts [][]int64
		var together []int64
		for i, s := range machines {
			if err := s.Join(t.Context(), fmt.Sprintf("machine%d", i), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range machines {
			parts = append(parts, due(s, 2*mails))
			together = append(together, parts[len(parts)-1]...)
		}
		slices.Sort(together)
		if len(together) != mails || len(slices.Compact(together)) != mails {
			t.Fatalf("got %v, want every mail in one part", parts)
		}
		clock.Advance(time.Minute)
		for i, s := range machines {
			got := due(s, 2*mails)
			if len(got) != mails || !slices.Equal(got[:len(parts[i])], parts[i]) {
				t.Errorf("later: got %v, want all and first %v", got, parts[i])
			}
			if got := due(s, 1); !slices.Equal(got, parts[i][:1]) {
				t.Errorf("the first alone: got %v, want %v", got, parts[i][:1])
			}
		}
	})
}
