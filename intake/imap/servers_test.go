package imap_test

import (
	"crypto/x509"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake/imap"
	"postern/intake/imap/dovecottest"
	"postern/intake/imap/imaptest"
)

// TestWatcher runs the same expectations against every kind of server.
func TestWatcher(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			fresh := server.start(t)
			for _, e := range expectations {
				if server.transportOnly && !e.transport {
					continue
				}
				t.Run(e.name, func(t *testing.T) { e.test(t, fresh(t)) })
			}
		})
	}
}

// servers: each start returns a maker of fresh accounts. Where only the way to
// connect differs, only what depends on it is run.
var servers = []struct {
	name          string
	start         func(t *testing.T) func(t *testing.T) backend
	transportOnly bool
}{
	{"memory", memoryWith(imaptest.Options{}), false},
	{"memory with TLS", memoryWith(imaptest.Options{TLS: true}), true},
	{"memory with STARTTLS", memoryWith(imaptest.Options{StartTLS: true}), false},
	{"memory without MOVE", memoryWith(imaptest.Options{NoMove: true}), false},
	{"dovecot with TLS", dovecotWith(imap.TLS, dovecottest.Options{}), false},
	{"dovecot with STARTTLS", dovecotWith(imap.StartTLS, dovecottest.Options{RequireTLS: true}), true},
	{"dovecot without MOVE and IDLE", dovecotWith(imap.Insecure, dovecottest.Options{NoMove: true, NoIdle: true}), false},
}

func memoryWith(o imaptest.Options) func(*testing.T) func(*testing.T) backend {
	return func(*testing.T) func(*testing.T) backend {
		return func(t *testing.T) backend { return newMemory(t, o) }
	}
}

// dovecotAccounts is enough for one account an expectation.
const dovecotAccounts = 40

func dovecotWith(security imap.Security, o dovecottest.Options) func(*testing.T) func(*testing.T) backend {
	return func(t *testing.T) func(*testing.T) backend {
		o.Users = map[string]string{}
		for n := range dovecotAccounts {
			o.Users[accountName(n)] = testPassword
		}
		server := dovecottest.Start(t, o)
		next := 0
		return func(*testing.T) backend {
			next++
			return &dovecotBackend{Dovecot: server, security: security, user: accountName(next - 1)}
		}
	}
}

func accountName(n int) string { return fmt.Sprintf("csirt%d@example.org", n) }

// dovecotBackend is one account of a Dovecot.
type dovecotBackend struct {
	*dovecottest.Dovecot
	security imap.Security
	user     string
	files    atomic.Int64
}

func (d *dovecotBackend) Account() imap.Account {
	port := d.Port
	if d.security == imap.TLS {
		port = d.TLSPort
	}
	return imap.Account{Host: d.Host, Port: port, User: d.user, Password: password(testPassword), Security: d.security}
}

func (d *dovecotBackend) CAs() *x509.CertPool { return d.Dovecot.CAs() }

func (d *dovecotBackend) Append(_ *testing.T, folder string, raw []byte, at time.Time) {
	if folder == "INBOX" {
		d.Deliver(d.user, fmt.Sprintf("%06d.mail", d.files.Add(1)), raw, at)
		return
	}
	d.Dovecot.Append(d.user, folder, at, raw)
}

func (d *dovecotBackend) Mails(_ *testing.T, folder string) []imaptest.Mail {
	return d.Messages(d.user, folder)
}

func (d *dovecotBackend) Create(_ *testing.T, folder string) { d.Dovecot.Create(d.user, folder) }
func (d *dovecotBackend) Delete(_ *testing.T, folder string) { d.Dovecot.Delete(d.user, folder) }
func (d *dovecotBackend) Restart(*testing.T)                 { d.Dovecot.Restart() }

func (d *dovecotBackend) Remove(_ *testing.T, folder string, uids ...uint32) {
	d.Dovecot.Remove(d.user, folder, uids...)
}
