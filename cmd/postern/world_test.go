package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/config"
	"postern/intake/imap/dovecottest"
	"postern/responder/smtp/postfixtest"
	"postern/responder/smtp/smtptest"
	"postern/testdata"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// world is the outside of one end-to-end test: mailboxes, a relay, and a folder
// with the configuration. The same test bodies run in each kind of world.
type world struct {
	config  string // path
	deliver func(user, folder string, raw []byte, at time.Time)
	mails   func(user, folder string) [][]byte
	inbox   *smtptest.Server // where what was sent arrives
}

// worlds runs a body on the memory servers, with SQLite and with PostgreSQL, and
// on Dovecot over TLS with a real Postfix over STARTTLS.
func worlds(t *testing.T, body func(t *testing.T, w *world)) {
	t.Run("memory", func(t *testing.T) { body(t, memoryWorld(t)) })
	t.Run("memory/postgres", func(t *testing.T) {
		w := memoryWorld(t)
		edit(t, w.config, "data = ", onPostgres(t)+"data = ")
		body(t, w)
	})
	t.Run("Dovecot and Postfix", func(t *testing.T) { body(t, realWorld(t)) })
}

func memoryWorld(t *testing.T) *world {
	t.Helper()
	s, err := newStage(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	quietDesk(t, s.config)
	return &world{
		config: s.config,
		deliver: func(user, folder string, raw []byte, at time.Time) {
			t.Helper()
			if err := s.deliver(user, folder, raw, at); err != nil {
				t.Fatal(err)
			}
		},
		mails: func(user, folder string) [][]byte {
			t.Helper()
			list, err := s.imap.List(user+"@example.org", folder)
			if err != nil {
				t.Fatal(err)
			}
			return list
		},
		inbox: s.smtp,
	}
}

// onPostgres is the line of a configuration that names a database of the test's own.
func onPostgres(t testing.TB) string { return fmt.Sprintf("database = %q\n", storetest.Fresh(t)) }

func realWorld(t *testing.T) *world {
	t.Helper()
	users := map[string]string{}
	for _, name := range demoMailboxes {
		users[name+"@example.org"] = demoPassword
	}
	dovecot := dovecottest.Start(t, dovecottest.Options{Users: users})
	dovecot.Create("csirt@example.org", "Junk")
	receiver, err := smtptest.Start(smtptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := receiver.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	postfix := postfixtest.Start(t, postfixtest.Options{Forward: receiver.Addr(), TLS: true})
	w := &world{config: filepath.Join(t.TempDir(), "postern.toml"), inbox: receiver}
	w.lay(t, dovecot, postfix)
	quietDesk(t, w.config)
	w.deliver = func(user, folder string, raw []byte, at time.Time) {
		t.Helper()
		dovecot.Append(user+"@example.org", folder, at, raw)
	}
	w.mails = func(user, folder string) [][]byte {
		t.Helper()
		var list [][]byte
		for _, m := range dovecot.Messages(user+"@example.org", folder) {
			list = append(list, m.Raw)
		}
		return list
	}
	return w
}

// lay writes the demo's configuration, pointed at servers with certificates.
func (w *world) lay(t *testing.T, dovecot *dovecottest.Dovecot, postfix *postfixtest.Server) {
	t.Helper()
	folder := filepath.Dir(w.config)
	if err := layKeys(folder); err != nil {
		t.Fatal(err)
	}
	text := demoConfig(netAddress(dovecot.Host, dovecot.TLSPort), postfix.Addr())
	text = strings.NewReplacer(
		"imap+insecure://", "imaps://", "smtp+insecure://", "smtp://",
		"[[mailbox]]\n", "[[mailbox]]\nca_file = \"imap.pem\"\n", "[smtp]\n", "[smtp]\nca_file = \"smtp.pem\"\n",
	).Replace(text)
	for name, data := range map[string][]byte{
		"postern.toml": []byte(text), "password": []byte(demoPassword + "\n"),
		"imap.pem": dovecot.Identity.PEM, "smtp.pem": postfix.Certificate(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// quietDesk lets the system pick the desk's port, so that tests run side by side.
func quietDesk(t *testing.T, path string) {
	t.Helper()
	edit(t, path, `listen = "127.0.0.1:8025"`, `listen = "127.0.0.1:0"`)
}

// edit replaces one passage of the configuration.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), old, new, 1)
	if changed == string(text) {
		t.Fatalf("the configuration has no %q", old)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run is one App at work.
type daemon struct {
	*App
	log   *bytes.Buffer
	stop  context.CancelFunc
	ended chan error
}

// start runs an App on the world until the test or stopped ends it.
func (w *world) start(t *testing.T) *daemon {
	t.Helper()
	return w.startWith(t, func(*AppOptions) {})
}

// startWith is start with other options.
func (w *world) startWith(t *testing.T, change func(*AppOptions)) *daemon {
	t.Helper()
	conf, problems := config.Load(w.config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		t.Fatal(fatal)
	}
	log := &bytes.Buffer{}
	options := AppOptions{
		Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(log, nil)),
		Tune: Tuning{RetryMin: 20 * time.Millisecond, RetryMax: 200 * time.Millisecond, Housekeeper: 50 * time.Millisecond},
	}
	change(&options)
	app, err := NewApp(t.Context(), conf, options)
	if err != nil {
		t.Fatal(err)
	}
	return w.run(t, app, log)
}

// run lets an App work until the test or finish ends it.
func (w *world) run(t *testing.T, app *App, log *bytes.Buffer) *daemon {
	ctx, stop := context.WithCancel(context.Background())
	d := &daemon{App: app, log: log, stop: stop, ended: make(chan error, 1)}
	go func() { d.ended <- app.Run(ctx) }()
	t.Cleanup(func() { d.finish(t) })
	return d
}

// finish stops the App cleanly, once, and checks every promise on the database.
func (d *daemon) finish(t *testing.T) {
	t.Helper()
	if d.stop == nil {
		return
	}
	d.stop()
	d.stop = nil
	if err := <-d.ended; err != nil {
		t.Errorf("stopping: %v", err)
	}
	violations, err := d.store.Verify(context.Background(), store.VerifyOptions{AtRest: true})
	if err != nil {
		t.Errorf("verifying: %v", err)
	}
	for _, v := range violations {
		t.Errorf("a promise is broken: %s: %s", v.Rule, v.What)
	}
	if err := d.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if t.Failed() {
		t.Logf("log:\n%s", d.log)
	}
}

// patience is how long a test waits for what must come; it is no measure.
const patience = 60 * time.Second

// until asks again and again, and ends the test with the complaint when the answer
// never is yes.
func until(t testing.TB, within time.Duration, complaint func() string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(complaint())
		}
	}
}

// until waits for a condition that the rows must come to.
func (d *daemon) until(t *testing.T, what string, done func(store.Stats) bool) {
	t.Helper()
	var stats store.Stats
	var err error
	until(t, patience, func() string {
		return fmt.Sprintf("%s did not come: mails %v, outgoing %v, %v\n%s", what, stats.Mails, stats.Outbox, err, d.log)
	}, func() bool {
		stats, err = d.store.Stats(t.Context())
		return err == nil && done(stats)
	})
}

// filed waits until so many mails are filed and nothing is owed.
func (d *daemon) filed(t *testing.T, mails int64) {
	t.Helper()
	d.until(t, "the end of filing and answering", func(s store.Stats) bool {
		return s.Mails["filed"] >= mails && s.Mails["received"]+s.Mails["claimed"] == 0 &&
			s.Outbox["queued"]+s.Outbox["claimed"]+s.Outbox["handed"] == 0
	})
}

// arrived waits until the receiver has so many mails and gives them.
func (w *world) arrived(t *testing.T, n int) []smtptest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	messages, err := w.inbox.Wait(ctx, n)
	if err != nil {
		t.Fatalf("got %d mails, want %d: %v", len(messages), n, err)
	}
	return messages
}

// sample reads one sample mail.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	for _, s := range testdata.Mails() {
		if s.Name == name {
			return s.Data
		}
	}
	data, err := fs.ReadFile(testdata.Files, "mail/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
