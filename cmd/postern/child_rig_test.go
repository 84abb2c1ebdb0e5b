package main

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/cmd/postern/config"
	"postern/intake/imap/dovecottest"
	"postern/intake/imap/imaptest"
	"postern/responder/smtp/postfixtest"
	"postern/responder/smtp/smtptest"
	"postern/testdata"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// mailServer is what the IMAP servers of the tests have in common. It lives in
// the test's process or in one of its own, and so outlives every child.
type mailServer interface {
	address() string
	deliver(t testing.TB, user string, l letter)
	folder(t testing.TB, user, name string) []imaptest.Mail
}

const rigPassword = "only-for-tests"

// memoryServer is the server of the demo.
type memoryServer struct{ *imaptest.Server }

func startMemory(t testing.TB, o imaptest.Options, users ...string) mailServer {
	t.Helper()
	s, err := imaptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Logf("closing the IMAP server: %v", err)
		}
	})
	for _, user := range users {
		if err := s.AddUser(user, rigPassword); err != nil {
			t.Fatal(err)
		}
	}
	return memoryServer{s}
}

func (s memoryServer) address() string { return s.Addr() }

func (s memoryServer) deliver(t testing.TB, user string, l letter) {
	t.Helper()
	if err := s.Append(user, "INBOX", l.raw, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func (s memoryServer) folder(t testing.TB, user, name string) []imaptest.Mail {
	t.Helper()
	mails, err := s.Mails(user, name)
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

// realServer is a Dovecot.
type realServer struct {
	*dovecottest.Dovecot
	count *atomic.Int64 // of deliveries: each file has a name of its own
}

func startReal(t testing.TB, users ...string) mailServer {
	t.Helper()
	passwords := map[string]string{}
	for _, user := range users {
		passwords[user] = rigPassword
	}
	d := dovecottest.Start(t, dovecottest.Options{Users: passwords})
	return realServer{d, new(atomic.Int64)}
}

func (s realServer) address() string { return fmt.Sprintf("%s:%d", s.Host, s.Port) }

func (s realServer) deliver(t testing.TB, user string, l letter) {
	t.Helper()
	s.Deliver(user, fmt.Sprintf("%d.M%dP1.localhost", time.Now().Unix(), s.count.Add(1)), l.raw, time.Time{})
}

func (s realServer) folder(t testing.TB, user, name string) []imaptest.Mail {
	t.Helper()
	return s.Messages(user, name)
}

// startReceiver takes what leaves, and keeps it.
func startReceiver(t testing.TB) *smtptest.Server {
	t.Helper()
	s, err := smtptest.Start(smtptest.Options{HeaderOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Logf("closing the receiver: %v", err)
		}
	})
	return s
}

// startRelay puts a real Postfix before the receiver. Where there is none, or
// nobody who may start one, the receiver itself is the relay.
func startRelay(t testing.TB, receiver *smtptest.Server) (address string) {
	t.Helper()
	defer func() {
		switch why := recover().(type) {
		case nil:
		case noPostfix:
			t.Logf("without a relay between: %s", why)
			address = receiver.Addr()
		default:
			panic(why)
		}
	}()
	return postfixtest.Start(optional{t}, postfixtest.Options{Forward: receiver.Addr()}).Addr()
}

// optional is a test that goes on where another would be skipped.
type optional struct{ testing.TB }

type noPostfix string

func (optional) Skip(args ...any) { panic(noPostfix(fmt.Sprint(args...))) }

// rig is one installation: a folder with configuration, keys and data, the
// mailboxes it watches and the receiver of its answers.
type rig struct {
	t         testing.TB
	config    string
	server    mailServer
	users     []string
	receiver  *smtptest.Server
	database  string              // address of a PostgreSQL; "" is the data folder's
	delivered map[string][]letter // by user
}

// newRig lays out the files. relay is host:port of what takes the mail.
func newRig(t testing.TB, server mailServer, receiver *smtptest.Server, relay string, users ...string) *rig {
	t.Helper()
	r := &rig{t: t, server: server, users: users, receiver: receiver, delivered: map[string][]letter{}}
	folder := t.TempDir()
	files := map[string]string{"password": rigPassword + "\n"}
	for _, name := range []string{"team-secret.asc", "team.passphrase", "cert-alpha-public.asc", "cert-beta-public.asc"} {
		files[name] = string(testdata.Key(name))
	}
	var boxes strings.Builder
	for i, user := range users {
		fmt.Fprintf(&boxes, rigMailbox, i, url.QueryEscape(user), server.address())
	}
	files["postern.toml"] = fmt.Sprintf(rigConfig, boxes.String(), relay)
	if storetest.OnPostgres(t) {
		r.database = storetest.Fresh(t)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.config = filepath.Join(folder, "postern.toml")
	return r
}

// rigConfig has budgets that no test reaches: answers are what is counted.
const rigConfig = `data = "data"

[csirt]
name = "Example CSIRT"
address = "csirt@example.org"
ticket_prefix = "EX"
phone = "+00 00 000000"
languages = ["en", "de"]
domains = ["example.org"]
%s
[smtp]
url = "smtp+insecure://%s"

[pgp]
secret_keys = ["team-secret.asc"]
passphrase_file = "team.passphrase"
public_keys = ["cert-alpha-public.asc", "cert-beta-public.asc"]

[[division]]
name = "network"
mail = "noc@example.org"
prefixes = ["192.0.2.0/24"]
domains = ["net.example.org"]

[answers]
per_address = 1000000
per_domain = 1000000
per_address_day = 1000000
per_domain_day = 1000000
overall = 1000000

[desk]
listen = "127.0.0.1:0"
`

const rigMailbox = `
[[mailbox]]
name = "box%d"
imap = "imap+insecure://%s@%s/INBOX"
password_file = "password"
`

func (r *rig) deliver(user string, letters ...letter) {
	r.t.Helper()
	for _, l := range letters {
		r.server.deliver(r.t, user, l)
		r.delivered[user] = append(r.delivered[user], l)
	}
}

// mails is how many different mails were delivered.
func (r *rig) mails() (n int) {
	for _, letters := range r.delivered {
		n += len(letters)
	}
	return n
}

// start runs a child on the rig until it is killed or stopped.
func (r *rig) start(k kill) *child {
	r.t.Helper()
	return startChild(r.t, order{Config: r.config, Database: r.database, Kill: k, Settled: r.mails(), Housekeeper: 50 * time.Millisecond})
}

// finish runs a child until nothing is left to do, here and on the servers.
func (r *rig) finish() {
	r.t.Helper()
	c := r.start(kill{})
	c.settled()
	r.await("the mails were not moved", func() bool {
		for _, user := range r.users {
			if len(r.unmoved(user)) > 0 {
				return false
			}
		}
		return true
	})
	c.stop()
}

// unmoved are the mails of INBOX that are neither moved nor marked.
func (r *rig) unmoved(user string) (left []imaptest.Mail) {
	r.t.Helper()
	for _, m := range r.server.folder(r.t, user, "INBOX") {
		if !hasKeyword(m, "$posternfiled") {
			left = append(left, m)
		}
	}
	return left
}

func hasKeyword(m imaptest.Mail, keyword string) bool {
	for _, flag := range m.Flags {
		if strings.EqualFold(flag, keyword) {
			return true
		}
	}
	return false
}

// await asks until the answer is yes.
func (r *rig) await(complaint string, done func() bool) {
	r.t.Helper()
	until(r.t, childPatience, func() string { return complaint }, done)
}

// withStore opens the database that no child works on any more.
func (r *rig) withStore(do func(*store.Store)) {
	r.t.Helper()
	conf, problems := config.Load(r.config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		r.t.Fatal(fatal)
	}
	conf.Database = r.database
	s, err := openStore(r.t.Context(), conf, AppOptions{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	do(s)
}
