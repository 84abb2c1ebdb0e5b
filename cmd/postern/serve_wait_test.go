package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/cmd/postern/config"
	"postern/intake/imap/imaptest"
	"postern/tickets/storetest"
)

var healthAddress = regexp.MustCompile(`http://[^ "]+/healthz`)

// health asks the newest page that the log names; code is 0 while there is none.
func healthOf(t *testing.T, log *logTail) (code int, status string) {
	t.Helper()
	found := healthAddress.FindAllString(log.String(), -1)
	if len(found) == 0 {
		return 0, ""
	}
	response, err := http.Get(found[len(found)-1])
	if err != nil {
		return 0, "" // it has just made room for the next one
	}
	defer response.Body.Close()
	var answer struct{ Status string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer.Status
}

// absent is the address of a database whose server does not listen yet, and what
// has it listen.
func absent(t *testing.T, address string) (away string, appear func()) {
	t.Helper()
	away, folder, socket := storetest.Elsewhere(t, address)
	return away, func() {
		if err := os.Symlink(socket, filepath.Join(folder, storetest.SocketName)); err != nil {
			t.Fatal(err)
		}
	}
}

// serving runs serve as the command does.
func serving(t *testing.T, conf *config.Config) (log *logTail, stop func()) {
	log = &logTail{}
	p := &program{err: log, now: time.Now}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- p.serveOn(ctx, conf, AppOptions{Now: p.now, Rand: rand.Reader, Log: newLog(log, false, false)})
	}()
	return log, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stopping: %v; the log is:\n%s", err, log)
		}
	}
}

// tooBusy has the statements by which a machine joins run out of time, until relax.
func tooBusy(t *testing.T, database string) (relax func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	do := func(statements string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), statements); err != nil {
			t.Fatal(err)
		}
	}
	do(`
		CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN RAISE EXCEPTION 'by the test' USING ERRCODE = '57014'; END $$;
		CREATE TRIGGER busy BEFORE INSERT OR UPDATE ON leases FOR EACH STATEMENT EXECUTE FUNCTION busy()`)
	return func() { do(`DROP TRIGGER busy ON leases; DROP FUNCTION busy`) }
}

// TestServeWaitsForTheDatabase: a machine that is up before the database waits in
// sight, begins by itself once it is there, and can be stopped meanwhile.
func TestServeWaitsForTheDatabase(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		const user = "csirt@example.org"
		receiver := startReceiver(t)
		server := startMemory(t, imaptest.Options{}, user)
		r := newRig(t, server, receiver, receiver.Addr(), user)
		g := newGenerator(t, "w", 1)
		r.deliver(user, *g.add(g.plain(), true))
		conf, problems := config.Load(r.config)
		if fatal := problems.Fatal(); len(fatal) > 0 {
			t.Fatal(fatal)
		}
		var appear func()
		r.database = storetest.Options(t, storetest.NewClock()).URL
		conf.Database, appear = absent(t, r.database)
		for _, name := range []string{sealKeyName, threadKeyName} { // a database that does not answer may have its keys
			if err := os.MkdirAll(conf.Data, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := ensureKey(filepath.Join(conf.Data, name)); err != nil {
				t.Fatal(err)
			}
		}
		log, stop := serving(t, conf)
		defer func() { stop() }()
		waits := func() bool {
			code, status := healthOf(t, log)
			return code == http.StatusServiceUnavailable && status == "waiting"
		}
		r.await("it does not say that it waits", waits)
		stop()
		log, stop = serving(t, conf)
		r.await("it does not say that it waits", waits)
		appear()
		works := func() bool { code, _ := healthOf(t, log); return code == http.StatusOK }
		r.await("it does not begin", works)
		r.await("the mail is not answered", func() bool { return len(receiver.Messages()) == 1 })
		stop()
		relax := tooBusy(t, r.database)
		log, stop = serving(t, conf)
		r.await("it does not wait while the database is too busy", waits)
		relax()
		r.await("it does not begin", works)
	})
}

// What the driver says of each address that it tried stands on one line, and once.
func TestConnectWords(t *testing.T) {
	const said = "failed to connect to `user=postern database=postern`:\n\t127.0.0.1:5432: connection refused\n\t127.0.0.1:5432: connection refused\n\t127.0.0.2:5432: server refused TLS connection"
	const want = "failed to connect to `user=postern database=postern`: 127.0.0.1:5432: connection refused 127.0.0.2:5432: server refused TLS connection"
	if got := connectWords(said); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := connectWords("one\ntwo"); got != "one\ntwo" {
		t.Errorf("got %q", got)
	}
}
