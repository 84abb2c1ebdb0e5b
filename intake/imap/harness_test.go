package imap_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"testing"
	"time"

	"postern/intake"
	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// patience is how long a test waits for what must happen before it fails.
const patience = 20 * time.Second

const (
	testUser     = "csirt@example.org"
	testPassword = "correct horse"
)

// backend is a server with one account, seen from behind.
type backend interface {
	Account() imap.Account
	CAs() *x509.CertPool
	Append(t *testing.T, folder string, raw []byte, at time.Time)
	Mails(t *testing.T, folder string) []imaptest.Mail
	Create(t *testing.T, folder string)
	Delete(t *testing.T, folder string)
	Remove(t *testing.T, folder string, uids ...uint32)
	Restart(t *testing.T)
}

// memoryBackend is the in-memory server.
type memoryBackend struct {
	*imaptest.Server
	security imap.Security
}

func newMemory(t *testing.T, o imaptest.Options) *memoryBackend {
	t.Helper()
	server, err := imaptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, server.Close()) })
	check(t, server.AddUser(testUser, testPassword))
	security := imap.Insecure
	if o.TLS {
		security = imap.TLS
	}
	if o.StartTLS {
		security = imap.StartTLS
	}
	return &memoryBackend{server, security}
}

func (m *memoryBackend) Account() imap.Account {
	return imap.Account{Host: m.Host(), Port: m.Port(), User: testUser, Password: password(testPassword), Security: m.security}
}

func (m *memoryBackend) Append(t *testing.T, folder string, raw []byte, at time.Time) {
	t.Helper()
	check(t, m.Server.Append(testUser, folder, raw, at))
}

func (m *memoryBackend) Mails(t *testing.T, folder string) []imaptest.Mail {
	t.Helper()
	mails, err := m.Server.Mails(testUser, folder)
	check(t, err)
	return mails
}

func (m *memoryBackend) Create(t *testing.T, folder string) {
	t.Helper()
	check(t, m.CreateFolder(testUser, folder))
}

func (m *memoryBackend) Delete(t *testing.T, folder string) {
	t.Helper()
	check(t, m.DeleteFolder(testUser, folder))
}

func (m *memoryBackend) Remove(t *testing.T, folder string, uids ...uint32) {
	t.Helper()
	check(t, m.Server.Remove(testUser, folder, uids...))
}

func (m *memoryBackend) Restart(*testing.T) { m.DropConnections() }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func password(p string) func() (string, error) {
	return func() (string, error) { return p, nil }
}

// options that make every wait short.
func options(b backend, ledger intake.Ledger) imap.Options {
	return imap.Options{
		Account:     b.Account(),
		RootCAs:     b.CAs(),
		Folder:      "INBOX",
		Processed:   "Processed",
		Mailbox:     intake.Mailbox{Name: "csirt"},
		Ledger:      ledger,
		Poll:        20 * time.Millisecond,
		IdleRestart: 5 * time.Second,
		Compare:     5 * time.Minute,
		OpTimeout:   10 * time.Second,
		RetryMin:    10 * time.Millisecond,
		RetryMax:    80 * time.Millisecond,
		Now:         time.Now,
	}
}

// start runs a watcher until the test ends, or until the returned func is called.
func start(t *testing.T, o imap.Options) (*imap.Watcher, func()) {
	t.Helper()
	w := imap.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run returned %v", err)
			}
		case <-time.After(patience):
			t.Error("Run did not return after its context ended")
		}
	})
	t.Cleanup(stop)
	return w, stop
}

// waitMails waits until the ledger holds n different mails.
func waitMails(t *testing.T, l *intaketest.Ledger, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	check(t, l.Wait(ctx, n))
}

// eventually looks again and again: for what has no signal of its own.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		case <-tick.C:
		}
	}
}

func waitState(t *testing.T, w *imap.Watcher, state string) {
	t.Helper()
	eventually(t, "state "+state, func() bool { return w.Status().State == state })
}

// message is a small mail with a number in it.
func message(n int) []byte {
	return fmt.Appendf(nil, "From: reporter@example.net\r\nTo: csirt@example.org\r\nMessage-ID: <%d@example.net>\r\n"+
		"Subject: report %d\r\n\r\nsomething odd, number %d\r\n", n, n, n)
}

var morning = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func fill(t *testing.T, b backend, folder string, from, to int) {
	t.Helper()
	for n := from; n <= to; n++ {
		b.Append(t, folder, message(n), morning.Add(time.Duration(n)*time.Minute))
	}
}
