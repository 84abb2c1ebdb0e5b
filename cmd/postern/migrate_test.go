package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestMigrate moves an installation that has a ticket, an encrypted one and a
// reply that waits, through three kills, and goes on with it.
func TestMigrate(t *testing.T) {
	address := storetest.Fresh(t)
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	acknowledged := w.arrived(t, 1)[0].Data
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	d.filed(t, 2)
	w.arrived(t, 2)
	c := console{t, w.config}
	command := []string{"migrate", "--to", address}
	if _, talk := c.do(exitFailed, command...); !strings.Contains(talk, "works on this data folder already") || !strings.Contains(talk, "stop it first") {
		t.Errorf("beside a serve: got %q", talk)
	}
	d.finish(t)
	id := regexp.MustCompile(`EX-\w{4}-\w{4}`).FindString(string(acknowledged))
	c.do(exitDone, "reply", id, "--template", "need-info", "--set", "question=Which time zone are the times in?")
	before, _ := c.do(exitDone, "ticket", id, "--json")

	for _, times := range []int{1, 7, 9} {
		child := startChild(t, order{Command: append([]string{"-c", w.config}, command...), Kill: kill{"move.committed", times}})
		child.died("move.committed")
	}
	edit(t, w.config, "data = ", fmt.Sprintf("database = %q\ndata = ", address))
	if _, talk := c.do(exitFailed, "serve"); !strings.Contains(talk, "is not finished") {
		t.Errorf("serve on half of it: got %q", talk)
	}
	out, talk := c.do(exitDone, "migrate", "--json")
	testMoved(t, out, talk)
	if after, _ := c.do(exitDone, "ticket", id, "--json"); after != before {
		t.Errorf("the ticket was\n%sand is\n%s", before, after)
	}

	d = w.start(t)
	w.arrived(t, 3)
	w.deliver("csirt", "INBOX", answerTo(t, acknowledged), time.Now())
	d.filed(t, 3)
	if shown, _ := c.do(exitDone, "ticket", id); !strings.Contains(shown, "in UTC, all of them") {
		t.Errorf("the follow-up is elsewhere:\n%s", shown)
	}
	if got := len(d.everything(t)); got != 2 {
		t.Errorf("got %d tickets, want 2", got)
	}
	d.finish(t)
	if got := w.inbox.Count(); got != 3 {
		t.Errorf("%d mails left, want two acknowledgements and a reply", got)
	}
	testLeft(t, w, address)
}

// testMoved reads what the command says at the end.
func testMoved(t *testing.T, out, talk string) {
	t.Helper()
	var moved store.Moved
	if err := json.Unmarshal([]byte(out), &moved); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !moved.Resumed || len(moved.BrokenFrom)+len(moved.BrokenTo) > 0 {
		t.Errorf("got %+v", moved)
	}
	for _, table := range moved.Tables {
		if table.From != table.To || table.Name == "mails" && table.To != 2 {
			t.Errorf("%s has %d rows, and had %d", table.Name, table.To, table.From)
		}
	}
	for _, want := range []string{"seal.key", "thread.key", "postern.toml", "no command works on it"} {
		if !strings.Contains(talk, want) {
			t.Errorf("it does not say %q:\n%s", want, talk)
		}
	}
}

// testLeft tries the old database, and to move it once more.
func testLeft(t *testing.T, w *world, address string) {
	t.Helper()
	c := console{t, w.config}
	if _, talk := c.do(exitFailed, "migrate"); !strings.Contains(talk, "was moved") {
		t.Errorf("again: got %q", talk)
	}
	edit(t, w.config, fmt.Sprintf("database = %q\n", address), fmt.Sprintf("database = %q\n", storetest.Fresh(t)))
	if _, talk := c.do(exitFailed, "serve"); !strings.Contains(talk, "postern migrate") {
		t.Errorf("an empty database beside the old one: got %q", talk)
	}
	if out, _ := c.do(exitFailed, "check", "--offline"); !strings.Contains(out, "postern migrate") {
		t.Errorf("check says:\n%s", out)
	}
	text, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	without := regexp.MustCompile(`(?m)^database = .*\n`).ReplaceAll(text, nil)
	if err := os.WriteFile(w.config, without, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "tickets", "verify"} {
		if _, talk := c.do(exitFailed, command); !strings.Contains(talk, "was moved") {
			t.Errorf("%s on the old one: got %q", command, talk)
		}
	}
	c.do(exitDone, "backup", filepath.Join(t.TempDir(), "old.db"))
}

// answerTo is the reporter's answer to a mail of ours.
func answerTo(t *testing.T, ours []byte) []byte {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(ours))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(fmt.Sprintf("From: %s\r\nTo: csirt@example.org\r\nSubject: Re: %s\r\nMessage-ID: <later@riverside.example>\r\nIn-Reply-To: %s\r\n"+
		"References: %[3]s\r\nDate: %s\r\n\r\nThe times are in UTC, all of them.\r\n",
		m.Header.Get("To"), m.Header.Get("Subject"), m.Header.Get("Message-Id"), time.Now().Format(time.RFC1123Z)))
}

func TestMigrateIsRefused(t *testing.T) {
	w := memoryWorld(t)
	c := console{t, w.config}
	if _, talk := c.do(exitMisuse, "migrate"); !strings.Contains(talk, "the new database is missing") {
		t.Errorf("got %q", talk)
	}
	w.start(t).finish(t)
	folder := filepath.Dir(w.config)
	elsewhere := filepath.Join(t.TempDir(), "copy.db")
	c.do(exitDone, "backup", elsewhere)
	for _, test := range []struct {
		name  string
		code  int
		args  []string
		says  string
		spoil string // a file of the data folder that is renamed first
	}{
		{"no address", exitMisuse, []string{"--to", "mysql://db/x"}, "postgres://USER@HOST/NAME", ""},
		{"a password in it", exitMisuse, []string{"--to", "postgres://u:secret@localhost/x"}, "database_password_file", ""},
		{"nothing there", exitFailed, []string{"--from", "/no/such", "--to", "postgres://u@localhost/x"}, "no database in /no/such", ""},
		{"no server", exitFailed, []string{"--to", "postgres://u@localhost:1/x?connect_timeout=2"}, "x on localhost", ""},
		{"no seal key", exitFailed, []string{"--from", elsewhere, "--to", "postgres://u@localhost/x"}, "a key is missing", "seal.key"},
		{"no thread key", exitFailed, []string{"--from", elsewhere, "--to", "postgres://u@localhost/x"}, "a key is missing", "thread.key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.t = t
			if test.spoil != "" {
				path := filepath.Join(folder, "data", test.spoil)
				rename(t, path, path+".away")
				defer rename(t, path+".away", path)
			}
			_, talk := c.do(test.code, append([]string{"migrate"}, test.args...)...)
			if !strings.Contains(talk, test.says) || strings.Contains(talk, "secret") {
				t.Errorf("got %q, want %q", talk, test.says)
			}
		})
	}
	c.t = t
	c.do(exitDone, "tickets") // nothing has happened to it
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestBackupAndRestore restores a copy that is a mail behind: on SQLite in place
// of the file, on PostgreSQL into an empty database.
func TestBackupAndRestore(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		testBackupAndRestore(t, memoryWorld(t), func(t *testing.T, w *world, backup string) {
			database := filepath.Join(filepath.Dir(w.config), "data", databaseName)
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(database + suffix); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			rename(t, backup, database)
		})
	})
	t.Run("postgres", func(t *testing.T) {
		w, address := memoryWorld(t), onPostgres(t)
		edit(t, w.config, "data = ", address+"data = ")
		testBackupAndRestore(t, w, func(t *testing.T, w *world, backup string) {
			edit(t, w.config, address, onPostgres(t))
			out, talk := console{t, w.config}.do(exitDone, "migrate", "--from", backup)
			if !regexp.MustCompile(`verify +clean +clean`).MatchString(out) || !strings.Contains(talk, "It was a backup") {
				t.Errorf("got %s%s", out, talk)
			}
		})
	})
}

func testBackupAndRestore(t *testing.T, w *world, restore func(t *testing.T, w *world, backup string)) {
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	backup := filepath.Join(filepath.Dir(w.config), "backup.db")
	c.do(exitDone, "backup", backup)
	c.do(exitFailed, "backup", backup)

	w.deliver("csirt", "INBOX", sample(t, "web-server-compromised.eml"), time.Now())
	d.filed(t, 2)
	w.arrived(t, 2)
	d.finish(t)

	restore(t, w, backup)
	restored := w.start(t)
	restored.filed(t, 2)
	if got := len(restored.everything(t)); got != 2 {
		t.Errorf("got %d tickets after the restore, want 2", got)
	}
	if got := w.inbox.Count(); got != 2 {
		t.Errorf("got %d answers, want the 2 from before the restore", got)
	}
}
