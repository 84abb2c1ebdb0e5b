package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/cmd/postern/config"
	"postern/responder/smtp/smtptest"
	"postern/tickets"
	"postern/tickets/store"
)

// TestALostKey: a missing or foreign key stops the start and the check before it,
// and nothing puts a new one in the old one's place: with another thread key every
// answer to our mails would quietly become a claim without proof.
func TestALostKey(t *testing.T) {
	tests := []struct {
		name, key string
		put       string // in its place; "" nothing
		want      string
	}{
		{"no seal key", sealKeyName, "", "put its copy back"},
		{"another seal key", sealKeyName, strings.Repeat("ab", keyBytes), "the database was made with"},
		{"no thread key", threadKeyName, "", "put its copy back"},
		{"another thread key", threadKeyName, strings.Repeat("ab", keyBytes), "put the copy of the old one back"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := console{t, usedInstallation(t)}
			key := filepath.Join(filepath.Dir(c.config), "data", test.key)
			if err := os.Remove(key); err != nil {
				t.Fatal(err)
			}
			if test.put != "" {
				if err := os.WriteFile(key, []byte(test.put), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if out, _ := c.do(exitFailed, "check", "--offline"); !strings.Contains(out, test.want) {
				t.Errorf("check says %q, want %q", out, test.want)
			}
			if _, talk := c.do(exitFailed, "serve"); !strings.Contains(talk, test.want) || !strings.Contains(talk, key) && test.put == "" {
				t.Errorf("serve says %q, want %q", talk, test.want)
			}
			if text, err := os.ReadFile(key); test.put == "" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a new key stands in the place of the lost one: %d bytes, %v", len(text), err)
			}
		})
	}
}

// TestALostPasswordKeepsNobodyFromTheTickets: whoever repairs a mailbox at night
// can still read, verify and back up.
func TestALostPasswordKeepsNobodyFromTheTickets(t *testing.T) {
	c := console{t, usedInstallation(t)}
	if err := os.Remove(filepath.Join(filepath.Dir(c.config), "password")); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"tickets"}, {"held"}, {"verify"}, {"backup", filepath.Join(t.TempDir(), "copy")}} {
		c.do(exitDone, command...)
	}
	for _, command := range []string{"check", "serve"} {
		if out, talk := c.do(exitFailed, command); !strings.Contains(out+talk, "password_file: no such file") {
			t.Errorf("%s says %q %q", command, out, talk)
		}
	}
}

// TestLogTellsFoldersApart: INBOX and Junk of one mailbox are two watchers.
func TestLogTellsFoldersApart(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	d.finish(t)
	for _, want := range []string{"folder=INBOX", "there was no database"} {
		if !strings.Contains(d.log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, d.log)
		}
	}
}

// TestTroubleIsLoggedOnce: a round is a second, a night has thirty thousand.
func TestTroubleIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	h := newTroubles(slog.New(slog.NewTextHandler(&log, nil)))
	for range 1000 {
		h.trouble("sealing the audit log", errors.New("no space left"))
		h.trouble("looking for changes", nil)
	}
	h.trouble("sealing the audit log", nil)
	h.trouble("sealing the audit log", fmt.Errorf("read-only"))
	if got := strings.Count(log.String(), "\n"); got != 3 {
		t.Errorf("got %d lines, want 3:\n%s", got, log.String())
	}
}

// TestCheckKnowsTheJunkFolder: a name that is not there is found before serve
// waits for it for ever.
func TestCheckKnowsTheJunkFolder(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, `junk = "Junk"`, `junk = "Spam"`)
	if out, _ := (console{t, w.config}).do(exitFailed, "check"); !strings.Contains(out, `mailbox[0].junk: csirt: open the folder "Spam"`) {
		t.Errorf("check says\n%s", out)
	}
}

// usedInstallation is the configuration of a world that has a database.
func usedInstallation(t *testing.T) string {
	t.Helper()
	w := memoryWorld(t)
	w.start(t).finish(t)
	return w.config
}

// TestAHeldMail: a mail that makes the program fail three times is shown, the
// next one passes, nothing of it reaches the log, and requeue files it.
func TestAHeldMail(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now().Add(-time.Minute))
	w.deliver("csirt", "INBOX", []byte("From: a@b.example\r\nSubject: harmless\r\n\r\nhello\r\n"), time.Now())
	conf, _ := config.Load(w.config)
	var log bytes.Buffer
	app, err := NewApp(t.Context(), conf, AppOptions{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	var healed atomic.Bool
	app.filer = tickets.NewFiler(tickets.FilerOptions{
		Store: app.store, Now: time.Now, Worker: "night", Log: app.log, Filed: app.filed, Poll: 10 * time.Millisecond,
		Rules: func() *tickets.Rules { return app.rules },
		Parse: func(ctx context.Context, raw tickets.Raw, claim tickets.Claim) tickets.Report {
			r := app.parse(ctx, raw, claim)
			if strings.Contains(r.Subject, "SSH") && !healed.Load() {
				panic("words of the mail: " + r.Subject)
			}
			return r
		},
	})
	ctx, stop := context.WithCancel(context.Background())
	d := &daemon{App: app, log: &log, stop: stop, ended: make(chan error, 1)}
	go func() { d.ended <- app.Run(ctx) }()
	defer d.finish(t)
	d.until(t, "a held mail", func(s store.Stats) bool { return s.Mails["held"] == 1 && s.Mails["filed"] == 1 })

	c := console{t, w.config}
	list, _ := c.do(exitDone, "held")
	id := regexp.MustCompile(`mail:\d+`).FindString(list)
	if id == "" || !strings.Contains(list, "a fault of the program while reading it") {
		t.Fatalf("held says\n%s", list)
	}
	healed.Store(true)
	c.do(exitDone, "requeue", id)
	d.filed(t, 2)
	if _, talk := c.do(exitDone, "held"); !strings.Contains(talk, "Nothing waits") {
		t.Errorf("held says %q", talk)
	}
	c.do(exitFailed, "requeue", id)
	d.finish(t)
	if strings.Contains(log.String(), "words of the mail") || strings.Contains(log.String(), "SSH") {
		t.Errorf("the mail's words are in the log:\n%s", log.String())
	}
}

// TestATakenPortIsSaid: monitoring that asks the configured port would hear
// another program.
func TestATakenPortIsSaid(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	w := memoryWorld(t)
	edit(t, w.config, `listen = "127.0.0.1:0"`, fmt.Sprintf("listen = %q", other.Addr()))
	d := w.start(t)
	d.tellPort()
	d.finish(t)
	if !strings.Contains(d.log.String(), "taken by another program") {
		t.Errorf("the log does not say it:\n%s", d.log)
	}
}

// TestBudgetPutsOff: a budget of many that is used up lets the next answer leave
// later; it is listed, and one act sends it now.
func TestBudgetPutsOff(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, "overall = 10000", "overall = 1")
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now().Add(-time.Second))
	w.deliver("csirt", "INBOX", sample(t, "web-server-compromised.eml"), time.Now())
	d := w.start(t)
	d.until(t, "two mails filed", func(s store.Stats) bool {
		return s.Mails["filed"] == 2 && s.Outbox["sent"] == 1 && s.LastDelayed.After(time.Now())
	})
	c := console{t, w.config}
	list, _ := c.do(exitDone, "held", "--json")
	var held tickets.Held
	if err := json.Unmarshal([]byte(list), &held); err != nil {
		t.Fatalf("%v in %s", err, list)
	}
	if held.What != "delayed" || held.Reason == "" {
		t.Errorf("got %+v, want a delayed answer with its reason", held)
	}
	c.do(exitDone, "requeue", held.ID)
	w.arrived(t, 2)
	d.filed(t, 2)
	if list, _ := c.do(exitDone, "held", "--json"); strings.TrimSpace(list) != "" {
		t.Errorf("it is still listed: %s", list)
	}
}

// TestDealtWithIsAlarmNoMore: an address that does not exist fails for good; once
// a person has seen to it, nothing asks for attention any more.
func TestDealtWithIsAlarmNoMore(t *testing.T) {
	w := memoryWorld(t)
	w.inbox.Inject(smtptest.Fault{At: smtptest.AtRcpt, Code: 550, Times: 1})
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.until(t, "the refusal", func(s store.Stats) bool { return s.Attention["failed"] == 1 })
	c := console{t, w.config}
	list, _ := c.do(exitDone, "held", "--json")
	var held tickets.Held
	if err := json.Unmarshal([]byte(list), &held); err != nil {
		t.Fatalf("%v in %s", err, list)
	}
	if shown, _ := c.do(exitDone, "ticket", held.Ticket); !strings.Contains(shown, held.ID+"  to "+held.To+"  has not left: failed") {
		t.Errorf("the ticket does not tell of it:\n%s", shown)
	}
	c.do(exitFailed, "held", "--done", "out:999")
	c.do(exitMisuse, "held", "--done", "mail:1")
	c.do(exitDone, "held", "--done", held.ID, "--note", "called them")
	if list, _ := c.do(exitDone, "held", "--json"); strings.TrimSpace(list) != "" {
		t.Errorf("it is still listed: %s", list)
	}
	figures, err := d.figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if alarms := figures.Alarms(time.Now()); len(alarms) > 0 {
		t.Errorf("got alarms %v", alarms)
	}
	if shown, _ := c.do(exitDone, "ticket", held.Ticket); strings.Contains(shown, held.ID) {
		t.Errorf("the ticket still tells of it:\n%s", shown)
	}
	c.do(exitDone, "requeue", held.ID)
	w.arrived(t, 1)
}

// An empty file, which a copy that was cut short leaves, is no database: nobody takes
// it for an installation without a ticket.
func TestAnEmptyDatabaseFileIsNoDatabase(t *testing.T) {
	c := console{t, usedInstallation(t)}
	path := filepath.Join(filepath.Dir(c.config), "data", databaseName)
	for _, name := range []string{path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, talk := c.do(exitFailed, "tickets"); !strings.Contains(talk, "there is no database") {
		t.Errorf("got %q", talk)
	}
	if _, talk := c.do(exitDone, "check", "--offline"); !strings.Contains(talk, "there is none yet") {
		t.Errorf("got %q", talk)
	}
	edit(t, c.config, "listen = \"127.0.0.1:0\"", "listen = \"192.0.2.1:8025\"")
	if found, _ := c.do(exitFailed, "check", "--offline"); !strings.Contains(found, "desk.listen") {
		t.Errorf("a port of another machine is not told: %q", found)
	}
}
