package imap_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"postern/intake"
	"postern/intake/imap"
	"postern/intake/intaketest"
)

func TestSource(t *testing.T) {
	for _, row := range []struct {
		account imap.Account
		folder  string
		want    string
	}{
		{imap.Account{Host: "mail.example.org", User: "csirt@example.org", Security: imap.TLS}, "INBOX", "csirt@example.org@mail.example.org:993/INBOX"},
		{imap.Account{Host: "Mail.Example.ORG.", User: "csirt", Security: imap.StartTLS}, "inbox", "csirt@mail.example.org:143/INBOX"},
		{imap.Account{Host: "2001:db8::1", Port: 1143, User: "csirt"}, "Reports/New", "csirt@[2001:db8::1]:1143/Reports/New"},
	} {
		if got := row.account.Source(row.folder); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func TestNewStartsNothing(t *testing.T) {
	w := imap.New(imap.Options{Account: imap.Account{Host: "192.0.2.1", User: "csirt", Security: imap.TLS}, Mailbox: intake.Mailbox{Name: "csirt"}})
	if got := w.Status(); got.State != "stopped" || got.Mailbox.Source != "csirt@192.0.2.1:993/INBOX" {
		t.Errorf("got %+v", got)
	}
}

// What can never work stops the start.
func TestOptionsThatNeverWork(t *testing.T) {
	good := imap.Options{
		Account: imap.Account{Host: "mail.example.org", User: "csirt", Password: password("x"), Security: imap.TLS},
		Ledger:  intaketest.New(), Now: time.Now,
	}
	for _, row := range []struct {
		name   string
		change func(*imap.Options)
		want   string
	}{
		{"no ledger", func(o *imap.Options) { o.Ledger = nil }, "ledger"},
		{"no clock", func(o *imap.Options) { o.Now = nil }, "clock"},
		{"no host", func(o *imap.Options) { o.Account.Host = "" }, "host"},
		{"no password", func(o *imap.Options) { o.Account.Password = nil }, "password"},
		{"a port out of range", func(o *imap.Options) { o.Account.Port = 70000 }, "port"},
		{"a line break in the user", func(o *imap.Options) { o.Account.User = "a\r\nT1 DELETE x" }, "line break"},
		{"no security", func(o *imap.Options) { o.Account.Security = "" }, "security"},
		{"insecure to another machine", func(o *imap.Options) { o.Account.Security = imap.Insecure }, "this machine only"},
		{"insecure to an address that is not loopback", func(o *imap.Options) {
			o.Account.Security, o.Account.Host = imap.Insecure, "192.0.2.1"
		}, "this machine only"},
		{"processed is the watched folder", func(o *imap.Options) { o.Processed = "inbox" }, "processed folder"},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := good
			row.change(&o)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := imap.New(o).Run(ctx); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("Run: got %v, want an error about %q", err, row.want)
			}
			if _, err := imap.New(o).Check(ctx); err == nil {
				t.Error("Check: no error")
			}
		})
	}
	if err := good.Validate(); err != nil {
		t.Errorf("the good options: %v", err)
	}
	good.Account.Security, good.Account.Host = imap.Insecure, "192.0.2.1"
	if err := good.Validate(); !errors.Is(err, imap.ErrInsecure) {
		t.Errorf("got %v, want ErrInsecure", err)
	}
}

func TestGeneration(t *testing.T) {
	if got := imap.Generation(42, 0); got != 42 {
		t.Errorf("got %d, want the server's own UIDVALIDITY", got)
	}
	seen := map[uint32]bool{}
	for n := range 1000 {
		got := imap.Generation(1, n)
		if got == 0 || seen[got] {
			t.Fatalf("generation %d: %d is 0 or was there before", n, got)
		}
		seen[got] = true
	}
}
