package store_test

import (
	"context"
	"testing"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// open opens a store and closes it with the test.
func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	storetest.Each(t, func(t *testing.T) { storetest.Run(t, open) })
}
