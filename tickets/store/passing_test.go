package store_test

import (
	"bytes"
	"net/url"
	"testing"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestPassing tells what waiting may help with from what it never will.
func TestPassing(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		good := storetest.Options(t, clock)
		s, err := store.Open(t.Context(), good)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		at := func(change func(*url.URL)) store.Options {
			u, err := url.Parse(good.URL)
			if err != nil {
				t.Fatal(err)
			}
			change(u)
			o := good
			o.URL = u.String()
			return o
		}
		otherKey := good
		otherKey.SealKey = bytes.Repeat([]byte{9}, len(good.SealKey))
		for _, test := range []struct {
			name    string
			options store.Options
			want    bool
		}{
			{"no server", at(func(u *url.URL) { u.RawQuery = url.Values{"host": {t.TempDir()}}.Encode() }), true},
			{"no such database", at(func(u *url.URL) { u.Path = "/nowhere" }), true},
			{"no such role", at(func(u *url.URL) { u.User = url.User("nobody") }), true},
			{"a standby", at(func(u *url.URL) { u.RawQuery += "&default_transaction_read_only=on" }), true},
			{"another key", otherKey, false},
		} {
			t.Run(test.name, func(t *testing.T) {
				s, err := store.Open(t.Context(), test.options)
				if err == nil {
					_ = s.Close()
					t.Fatal("it was opened")
				}
				if got := store.Passing(err); got != test.want {
					t.Errorf("got %v, want %v: %v", got, test.want, err)
				}
			})
		}
	})
}
