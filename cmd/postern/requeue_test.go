package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/tickets"
)

const (
	withKey    = `secret_keys = ["team-secret.asc"]`
	withoutKey = `secret_keys = []`
)

// A mail that could not be opened is read once the key is there: the same ticket
// says all that it would have said at first, nothing of it lies in clear, and
// nobody is answered twice.
func TestKeyAddedLater(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, withKey, withoutKey)
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	before := d.everything(t)[0]
	c := console{t, w.config}
	if shown, _ := c.do(exitDone, "ticket", before.ID); strings.Contains(shown, "Good signature") || !strings.Contains(shown, "none of ours") {
		t.Fatalf("opened without a key, or not told why not:\n%s", shown)
	}
	if before.Division != tickets.Central || len(before.Indicators) != 0 {
		t.Fatalf("read without a key: %+v", before)
	}
	if note := w.arrived(t, 1)[0]; !bytes.Contains(note.Data, []byte("could not open")) {
		t.Errorf("the sender was told\n%s", note.Data)
	}
	d.finish(t)

	edit(t, w.config, withoutKey, withKey)
	out, talk := c.do(exitDone, "requeue", before.ID)
	if !strings.Contains(out, before.ID+": is open. Good signature by CERT Alpha") || !strings.Contains(talk, "1 mail read, 0 still cannot be opened") {
		t.Errorf("got %q and %q", out, talk)
	}
	d = w.start(t)
	after := d.everything(t)
	if len(after) != 1 || after[0].ID != before.ID || len(incoming(after[0])) != 1 {
		t.Fatalf("got %+v, want the same ticket with one entry", after)
	}
	k := after[0]
	if k.Category != "malicious-code/infected-system" || k.Division != "network" || k.State != tickets.New || len(k.Indicators) == 0 {
		t.Errorf("the ticket is in %s, %s, %s with %d indicators", k.Category, k.Division, k.State, len(k.Indicators))
	}
	if len(k.Entries) < 2 {
		t.Errorf("the notice that left is gone: %+v", k.Entries)
	}
	shown, _ := c.do(exitDone, "ticket", before.ID)
	if !strings.Contains(shown, "Good signature by CERT Alpha") {
		t.Errorf("not read again:\n%s", shown)
	}
	if dry, _ := c.do(exitDone, "reply", before.ID, "--template", "resolved", "--set", "done=It is off the net.", "--dry-run"); !strings.Contains(dry, "encrypted and signed") {
		t.Errorf("it would be answered\n%s", dry)
	}
	d.finish(t)
	if n := len(w.inbox.Messages()); n != 1 {
		t.Errorf("%d mails left, want the one notice", n)
	}
	full, _ := c.do(exitDone, "ticket", before.ID, "--json")
	if err := json.Unmarshal([]byte(full), &k); err != nil {
		t.Fatal(err)
	}
	nothingInClear(t, w.config, incoming(k)[0].Text)
}

// nothingInClear looks for the words of a sealed text in the files of the database.
func nothingInClear(t *testing.T, config, text string) {
	t.Helper()
	longest := ""
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) > len(longest) {
			longest = line
		}
	}
	if len(longest) < 20 {
		t.Fatalf("there is no text to look for: %q", text)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(config), "data", "postern.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(longest)) {
			t.Errorf("%s holds %q", filepath.Base(file), longest)
		}
	}
}

// What a person has decided about the ticket stands when its mail is read at last.
func TestKeyAddedToATicketThatIsWorkedOn(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, withKey, withoutKey)
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	id := d.everything(t)[0].ID
	c := console{t, w.config}
	c.do(exitDone, "set", id, "--category", "fraud/phishing", "--severity", "low")
	d.finish(t)
	edit(t, w.config, withoutKey, withKey)
	c.do(exitDone, "requeue", id)
	shown, _ := c.do(exitDone, "ticket", id, "--json")
	var k tickets.Ticket
	if err := json.Unmarshal([]byte(shown), &k); err != nil {
		t.Fatal(err)
	}
	if k.Category != "fraud/phishing" || k.Severity != "low" || k.Division != tickets.Central || len(k.Indicators) == 0 {
		t.Errorf("got %s, %s, %s with %d indicators", k.Category, k.Severity, k.Division, len(k.Indicators))
	}
}

// All that could not be opened is read at once, and what stays closed is named;
// beside a running serve that lacks the key, the command says what to do.
func TestRequeueEverythingUndecryptable(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, withKey, withoutKey)
	for _, name := range []string{"pgp-cert-alpha-report.eml", "pgp-undecryptable.eml", "pgp-rt-peer.eml", "ssh-scan-log.eml"} {
		w.deliver("csirt", "INBOX", sample(t, name), time.Now())
	}
	d := w.start(t)
	d.filed(t, 4)
	sent := len(w.inbox.Messages())
	c := console{t, w.config}
	if _, talk := c.do(exitDone, "requeue", "--undecryptable"); !strings.Contains(talk, "0 mails read, 3 still cannot be opened") || !strings.Contains(talk, "SIGHUP") {
		t.Errorf("beside a serve without the key: %q", talk)
	}
	d.finish(t)
	edit(t, w.config, withoutKey, withKey)
	out, talk := c.do(exitDone, "requeue", "--undecryptable")
	if !strings.Contains(talk, "2 mails read, 1 still cannot be opened") || strings.Count(out, "is open") != 2 || strings.Count(out, "still cannot be opened: made for key 0x") != 1 {
		t.Errorf("got %q and %q", out, talk)
	}
	list, _ := c.do(exitDone, "requeue", "--undecryptable", "--json")
	var one tickets.Reread
	if err := json.Unmarshal([]byte(list), &one); err != nil || !one.Unopened || !one.Done || one.Ticket == "" {
		t.Errorf("got %q, %v", list, err)
	}
	c.do(exitMisuse, "requeue")
	d = w.start(t)
	if n := len(d.everything(t)); n != 4 {
		t.Errorf("%d tickets, want 4", n)
	}
	d.finish(t)
	if n := len(w.inbox.Messages()); n != sent {
		t.Errorf("%d mails left, want %d: nobody is answered twice", n, sent)
	}
}
