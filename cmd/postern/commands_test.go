package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/tickets"
)

// console runs commands on one configuration, as a person at a terminal would.
type console struct {
	t      *testing.T
	config string
}

// do runs one command and demands its exit code; it gives both outputs.
func (c console) do(code int, args ...string) (out, talk string) {
	c.t.Helper()
	return c.with(code, "", args...)
}

func (c console) with(code int, input string, args ...string) (out, talk string) {
	c.t.Helper()
	var o, e bytes.Buffer
	if got := run(c.t.Context(), append([]string{"-c", c.config}, args...), strings.NewReader(input), &o, &e); got != code {
		c.t.Fatalf("postern %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, o.String(), e.String())
	}
	return o.String(), e.String()
}

// TestWorkingATicket is the first day of a help desk person, beside a running serve.
func TestWorkingATicket(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	w.arrived(t, 1)
	c := console{t, w.config}

	list, _ := c.do(exitDone, "tickets")
	id := regexp.MustCompile(`EX-\w{4}-\w{4}`).FindString(list)
	if id == "" {
		t.Fatalf("no ticket in the list:\n%s", list)
	}
	if out, _ := c.do(exitDone, "claim", strings.ToLower(strings.ReplaceAll(id, "-", ""))); !strings.Contains(out, "open") {
		t.Errorf("claimed: got %q", out)
	}
	if out, _ := c.do(exitDone, "assign", id, "--division", "hosting"); !strings.Contains(out, "hosting") {
		t.Errorf("assigned: got %q", out)
	}
	c.with(exitDone, "called the owner\n", "note", id)
	c.do(exitDone, "note", id, "and again")

	preview, _ := c.do(exitDone, "reply", id, "--template", "need-info", "--set", "question=Which time zone are the times in?", "--dry-run")
	if !strings.Contains(preview, "Which time zone") || !strings.Contains(preview, "per@riverside.example") {
		t.Errorf("the preview says:\n%s", preview)
	}
	if w.inbox.Count() != 1 {
		t.Error("a dry run sent mail")
	}
	c.do(exitDone, "reply", id, "--template", "need-info", "--set", "question=Which time zone are the times in?")
	reply := w.arrived(t, 2)[1]
	if bytes.Contains(reply.Data, []byte("Auto-Submitted: auto-replied")) {
		t.Error("a person's reply says it is automatic")
	}
	if !bytes.Contains(reply.Data, []byte("In-Reply-To: <")) {
		t.Error("the reply is not threaded")
	}
	c.do(exitDone, "state", id, "resolved", "--resolution", "fixed")
	shown, _ := c.do(exitDone, "ticket", id)
	for _, want := range []string{"resolved (fixed)", "called the owner", "and again", "mail-out"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the ticket does not show %q:\n%s", want, shown)
		}
	}
	c.do(exitFailed, "claim", "EX-2222-2222")
	c.do(exitDone, "state", id, "closed")
	if list, _ := c.do(exitDone, "tickets", "--json"); strings.TrimSpace(list) != "" {
		t.Errorf("a closed ticket is listed: %s", list)
	}
	if list, _ := c.do(exitDone, "tickets", "--all", "--json"); !strings.Contains(list, id) {
		t.Errorf("--all does not list it: %s", list)
	}
	c.do(exitDone, "verify")
}

// TestEncryptedConversationIsAnsweredEncrypted, or not at all.
func TestEncryptedConversationIsAnsweredEncrypted(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	id := d.everything(t)[0].ID
	out, _ := c.do(exitDone, "reply", id, "--template", "resolved", "--set", "done=We took the machine off the network.")
	if !strings.Contains(out, "encrypted") {
		t.Errorf("got %q", out)
	}
	reply := w.arrived(t, 2)[1]
	if bytes.Contains(reply.Data, []byte("took the machine")) {
		t.Error("the reply left in clear")
	}
	keys, err := receiversKeys()
	if err != nil {
		t.Fatal(err)
	}
	if a := judgeAnswer(t.Context(), reply, keys); !a.Encrypted || !a.Signed {
		t.Errorf("got encrypted %v, signed %v", a.Encrypted, a.Signed)
	}
}

// A label that wants encryption stops a reply that would leave in clear, and says
// what to do; a reason lets it leave, and stands in the audit log.
func TestLabelIsOverriddenWithAReason(t *testing.T) {
	w := memoryWorld(t)
	mail := "From: Per <per@riverside.example>\r\nTo: csirt@example.org\r\nSubject: TLP:RED a host of yours\r\n" +
		"Message-ID: <red@riverside.example>\r\n\r\n203.0.113.200 scans 192.0.2.7 since noon.\r\n"
	w.deliver("csirt", "INBOX", []byte(mail), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	id := d.everything(t)[0].ID
	words := []string{"reply", id, "--template", "resolved", "--set", "done=We took the machine off the network."}
	if _, talk := c.do(exitFailed, words...); !strings.Contains(talk, "TLP:RED") || !strings.Contains(talk, "--override") {
		t.Errorf("refused with %q", talk)
	}
	c.do(exitDone, append(words, "--override", "agreed with Per on the telephone")...)
	reply := w.arrived(t, 2)[1]
	if !bytes.Contains(reply.Data, []byte("took the machine")) || bytes.Contains(reply.Data, []byte("a host of yours")) {
		t.Errorf("left as\n%s", reply.Data)
	}
	d.finish(t)
	found := false
	for _, name := range []string{"postern.db", "postern.db-wal"} {
		data, _ := os.ReadFile(filepath.Join(filepath.Dir(w.config), "data", name))
		found = found || bytes.Contains(data, []byte("its label was set aside: agreed with Per on the telephone"))
	}
	if !found {
		t.Error("the reason is not in the log")
	}
}

func TestMisuse(t *testing.T) {
	w := memoryWorld(t)
	c := console{t, w.config}
	d := w.start(t)
	d.finish(t)
	tests := []struct {
		code int
		args []string
		says string
	}{
		{exitMisuse, []string{"tikets"}, "did you mean tickets"},
		{exitMisuse, []string{"ticket"}, "postern ticket ID;"},
		{exitMisuse, []string{"note", "EX-2222-2222", "called", "them"}, "postern note ID [TEXT];"},
		{exitMisuse, []string{"tickets", "EX-2222-2222"}, "postern tickets;"},
		{exitMisuse, []string{"keys", "shw"}, "there is no `postern keys shw`; there are approve"},
		{exitMisuse, []string{"tickets", "--state", "opn"}, "they are new, open"},
		{exitMisuse, []string{"tickets", "--division", "moon"}, "there are central, network"},
		{exitMisuse, []string{"tickets", "--division", "Network"}, "did you mean network"},
		{exitDone, []string{"tickets", "--state", "Closed"}, "no such ticket"},
		{exitMisuse, []string{"assign", "EX-2222-2222"}, "--division is missing"},
		{exitMisuse, []string{"state", "EX-2222-2222", "resolved", "--resolution", "magic"}, "accepted risk"},
		{exitMisuse, []string{"tickets", "--no-such"}, "unknown flag"},
		{exitMisuse, []string{"state", "EX-2222-2222", "done"}, "no state"},
		{exitMisuse, []string{"assign", "EX-2222-2222", "--division", "moon"}, "no division"},
		{exitMisuse, []string{"note", "EX-2222-2222", " "}, "empty"},
		{exitMisuse, []string{"reply", "EX-2222-2222"}, "--template is missing"},
		{exitMisuse, []string{"reply", "EX-2222-2222", "--template", "ack", "--set", "novalue"}, "k=v"},
		{exitFailed, []string{"ticket", "EX-2222-2222"}, "no such ticket"},
		{exitMisuse, []string{"ticket", "EX-2222-2223"}, "its last sign does not fit"},
		{exitMisuse, []string{"claim", "EX-2222-222O"}, "misheard or mistyped"},
		{exitMisuse, []string{"ticket", "1234"}, "like EX-7KQ4-9MZX"},
		{exitFailed, []string{"requeue", "mail:1"}, "no such mail"},
		{exitMisuse, []string{"held", "--note", "rang them"}, "--done"},
		{exitMisuse, []string{"reply", "EX-2222-2223", "--template", "resolved"}, "its last sign does not fit"},
		{exitMisuse, []string{"requeue", "nonsense"}, "mail:NUMBER"},
		{exitMisuse, []string{"requeue", "EX-2222-2223"}, "its last sign does not fit"},
		{exitMisuse, []string{"requeue", "mail:one"}, "mail:NUMBER"},
		{exitMisuse, []string{"requeue", "mail:1", "nonsense"}, "no such mail"},
		{exitMisuse, []string{"held", "--done", "mail:1"}, "out:NUMBER"},
		{exitFailed, []string{"held", "--done", "out:1"}, "no such mail"},
		{exitFailed, []string{"requeue", "EX-2222-2222"}, "no such ticket"},
		{exitMisuse, []string{"explain", "--mailbox", "moon", w.config}, "no mailbox"},
		{exitFailed, []string{"parse", "/no/such/file"}, "no such file"},
		{exitFailed, []string{"import", "/no/such/file"}, "no such file"},
	}
	for _, test := range tests {
		if _, talk := c.do(test.code, test.args...); !strings.Contains(talk, test.says) {
			t.Errorf("%v: got %q, want %q", test.args, talk, test.says)
		}
	}
}

// A backup is named as people name files: below the folder where they are.
func TestBackupIntoTheWorkingFolder(t *testing.T) {
	w := memoryWorld(t)
	w.start(t).finish(t)
	t.Chdir(t.TempDir())
	console{t, w.config}.do(exitDone, "backup", "copy.db")
	if info, err := os.Stat("copy.db"); err != nil || info.Size() == 0 {
		t.Errorf("got %v, %v", info, err)
	}
}

// What can stand in a place is offered by the shell, in the words of the refusals.
func TestCompletion(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"state EX-2222-2222 r", "resolved"},
		{"tickets --state w", "waiting"},
		{"reply EX-2222-2222 --template n", "need-info"},
		{"set EX-2222-2222 --severity h", "high"},
		{"set EX-2222-2222 --category fraud/p", "fraud/phishing"},
	} {
		var out bytes.Buffer
		if code := run(t.Context(), append([]string{"__complete"}, strings.Fields(test.args)...), nil, &out, io.Discard); code != exitDone || !strings.Contains(out.String(), test.want+"\n") {
			t.Errorf("%s: got %d, %q", test.args, code, out.String())
		}
	}
}

// Who gives a command as the wrong user shall not be told to make another key, and
// who meets a damaged file shall not go on with it.
func TestErrorsSayWhatToDo(t *testing.T) {
	if err := sealKey.wayOut(fs.ErrPermission); strings.Contains(err.Error(), "new-seal-key") || !notOurs(err) {
		t.Errorf("a key that this user may not read: got %q", err)
	}
	if err := sealKey.wayOut(fs.ErrNotExist); !strings.Contains(err.Error(), "new-seal-key") || notOurs(err) {
		t.Errorf("a key that is gone: got %q", err)
	}
	w := memoryWorld(t)
	w.start(t).finish(t)
	db := filepath.Join(filepath.Dir(w.config), "data", "postern.db")
	if err := os.WriteFile(db, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, talk := (console{t, w.config}).do(exitFailed, "tickets"); strings.Count(talk, "restore the last backup") != 1 {
		t.Errorf("a damaged file: got %q", talk)
	}
}

func TestParseJSON(t *testing.T) {
	w := memoryWorld(t)
	dir := filepath.Dir(w.config)
	mail := filepath.Join(dir, "a.eml")
	if err := os.WriteFile(mail, sample(t, "pgp-cert-alpha-report.eml"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := console{t, w.config}.do(exitDone, "parse", "--json", "--key", filepath.Join(dir, "team-secret.asc"),
		"--passphrase-file", filepath.Join(dir, "team.passphrase"), "--key", filepath.Join(dir, "cert-alpha-public.asc"), mail, mail)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatalf("got %d lines, want one a file", len(lines))
	}
	var report struct {
		File   string
		Text   string
		Crypto struct {
			Decrypted  bool
			Signatures []struct{ Verdict string }
		}
	}
	if err := json.Unmarshal([]byte(lines[0]), &report); err != nil {
		t.Fatal(err)
	}
	if report.File != mail || !report.Crypto.Decrypted || len(report.Crypto.Signatures) != 1 || report.Crypto.Signatures[0].Verdict != "good" || report.Text == "" {
		t.Errorf("got %+v", report)
	}
	for _, key := range []string{"message_id", "in_reply_to", "references", "date", "subject", "from", "reply_to", "to", "cc", "reporter", "text", "new_text", "language",
		"attachments", "automatic", "bounce", "crypto", "forwarded", "authentication", "format", "format_version", "valid", "fields", "incidents", "indicators",
		"kind", "category", "severity", "tlp", "why", "problems"} {
		if !strings.Contains(lines[0], `"`+key+`":`) {
			t.Errorf("the report has no %q", key)
		}
	}
	if strings.Contains(out, ":null") {
		t.Error("something is null in the report")
	}
}

// TestParseAsServeDoes: with a configuration and no keys, those of the configuration
// count, and the verdict has the name and the tier that they have there.
func TestParseAsServeDoes(t *testing.T) {
	w := memoryWorld(t)
	mail := filepath.Join(filepath.Dir(w.config), "a.eml")
	if err := os.WriteFile(mail, sample(t, "pgp-cert-alpha-report.eml"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := console{t, w.config}.do(exitDone, "parse", "--json", mail)
	for _, want := range []string{`"decrypted":true`, `"verdict":"good"`, `"tier":"peer"`, `"from_match":true`} {
		if !strings.Contains(out, want) {
			t.Errorf("got %s, want %s in it", out, want)
		}
	}
}

func TestExplainChangesNothing(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "phishing-attached.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	mail := filepath.Join(t.TempDir(), "second.eml")
	if err := os.WriteFile(mail, sample(t, "phishing-second-reporter.eml"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := console{t, w.config}.do(exitDone, "explain", "--json", mail)
	var e explanation
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err)
	}
	if e.Match != "attach" || e.Ticket != d.everything(t)[0].ID || e.Answer == nil || e.Answer.To != "tom.okafor@example.org" {
		t.Errorf("got %s", out)
	}
	if got := len(incoming(d.everything(t)[0])); got != 1 {
		t.Errorf("explaining filed: %d entries", got)
	}
}

func TestImportAnswersNothing(t *testing.T) {
	for _, beside := range []bool{false, true} {
		w := memoryWorld(t)
		c := console{t, w.config}
		folder := t.TempDir()
		for _, name := range []string{"ssh-scan-log.eml", "web-server-compromised.eml", "follow-up.eml"} {
			if err := os.WriteFile(filepath.Join(folder, name), sample(t, name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var d *daemon
		if beside {
			d = w.start(t)
		}
		out, _ := c.do(exitDone, "import", folder)
		if !strings.Contains(out, "3 mails") {
			t.Errorf("got %q", out)
		}
		if out, _ := c.do(exitDone, "import", folder); !strings.Contains(out, "0 mails") || !strings.Contains(out, "3 were known") {
			t.Errorf("again: got %q", out)
		}
		if !beside {
			d = w.start(t)
		}
		d.filed(t, 3)
		if got := len(d.everything(t)); got != 2 {
			t.Errorf("beside serve %v: got %d tickets, want 2", beside, got)
		}
		if got := w.inbox.Count(); got != 0 {
			t.Errorf("beside serve %v: an import was answered %d times", beside, got)
		}
		d.finish(t)
	}
}

// An import opens no port and needs no server, and takes a mail over max_mail in
// part, as from a server.
func TestImportNeedsNoServersAndTakesLargeMailInPart(t *testing.T) {
	w := memoryWorld(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	edit(t, w.config, `listen = "127.0.0.1:0"`, fmt.Sprintf("listen = %q", taken.Addr()))
	text, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	small := strings.ReplaceAll(string(text), "[[mailbox]]\n", "[[mailbox]]\nmax_mail = \"1MB\"\n")
	if err := os.WriteFile(w.config, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(filepath.Dir(w.config), "password")); err != nil {
		t.Fatal(err)
	}
	mail := filepath.Join(t.TempDir(), "large.eml")
	large := "From: a@example.net\r\nSubject: large\r\nMessage-ID: <large@example.net>\r\n\r\n" + strings.Repeat("a line of the report\r\n", 100_000)
	if err := os.WriteFile(mail, []byte(large), 0o600); err != nil {
		t.Fatal(err)
	}
	c := console{t, w.config}
	out, talk := c.do(exitDone, "import", mail)
	if !strings.Contains(out, "1 mail filed") || !strings.Contains(talk, "1 mail larger than max_mail") {
		t.Errorf("got %q %q", out, talk)
	}
	list, _ := c.do(exitDone, "tickets", "--json", "--all")
	var k tickets.Ticket
	if err := json.Unmarshal([]byte(list), &k); err != nil {
		t.Fatal(err)
	}
	if shown, _ := c.do(exitDone, "ticket", k.ID); !strings.Contains(shown, "larger than max_mail") {
		t.Errorf("the ticket does not say so:\n%.2000s", shown)
	}
}

func TestSecondServeIsRefused(t *testing.T) {
	w := memoryWorld(t)
	w.start(t)
	if _, talk := (console{t, w.config}).do(exitFailed, "serve"); !strings.Contains(talk, "works on this data folder already") {
		t.Errorf("got %q", talk)
	}
}

func TestInitThenCheck(t *testing.T) {
	folder := t.TempDir()
	var out, talk bytes.Buffer
	if code := run(t.Context(), []string{"init", folder}, nil, &out, &talk); code != exitDone {
		t.Fatalf("init: %d %s", code, talk.String())
	}
	if code := run(t.Context(), []string{"init", folder}, nil, &out, &talk); code != exitFailed {
		t.Error("init overwrites")
	}
	config := filepath.Join(folder, "postern.toml")
	found, _ := console{t, config}.do(exitFailed, "check", "--offline")
	if !strings.Contains(found, "password_file") || !strings.Contains(found, "postern.toml:") {
		t.Errorf("check does not name the missing password file with its line:\n%s", found)
	}
	if err := os.WriteFile(filepath.Join(folder, "csirt.password"), []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	console{t, config}.do(exitDone, "check", "--offline")
}

func TestCheckAsksTheServers(t *testing.T) {
	worlds(t, func(t *testing.T, w *world) {
		c := console{t, w.config}
		if found, talk := c.do(exitDone, "check"); strings.Contains(found, "mailbox[0].junk") {
			t.Errorf("got %s%s", found, talk)
		}
		edit(t, w.config, "junk = \"Junk\"\n", "")
		if found, _ := c.do(exitDone, "check"); !strings.Contains(found, "mailbox[0].junk") || !strings.Contains(found, "is not watched") {
			t.Errorf("an unwatched Junk folder is not told:\n%s", found)
		}
		if err := os.WriteFile(filepath.Join(filepath.Dir(w.config), "password"), []byte("wrong\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, _ := c.do(exitFailed, "check"); strings.Count(found, "mailbox[") < 3 || strings.Contains(found, "wrong") {
			t.Errorf("wrong passwords are not told:\n%s", found)
		}
	})
}

// A file that cannot be used is named once, with what to do, and nothing is made of it.
func TestFilesThatCannotBeUsedAreSaidPlainly(t *testing.T) {
	c := console{t, usedInstallation(t)}
	folder := filepath.Dir(c.config)
	none, binary := filepath.Join(folder, "none"), filepath.Join(folder, "program")
	if err := os.WriteFile(binary, []byte("\x7fELF\x02\x00\n\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"parse", none}, "postern: " + none + ": no such file or directory\n"},
		{[]string{"explain", none}, "postern: " + none + ": no such file or directory\n"},
		{[]string{"import", none}, "postern: " + none + ": no such file or directory\n"},
		{[]string{"import", binary}, "postern: " + binary + ": holds no mail: it does not begin with a header\n"},
		{[]string{"demo", "--mail", none}, "postern: --mail " + none + ": no such file or directory\n"},
		{[]string{"backup", filepath.Join(none, "b.db")}, "postern: backup: " + none + ": no such file or directory\n"},
		{[]string{"init", folder}, "postern: " + c.config + " is there already, and init overwrites nothing: edit it, or name another folder\n"},
	} {
		if _, talk := c.do(exitFailed, test.args...); talk != test.want {
			t.Errorf("%s: got %q, want %q", test.args, talk, test.want)
		}
	}
	if list, _ := c.do(exitDone, "tickets", "--all"); strings.Contains(list, "program") {
		t.Errorf("a program became a ticket:\n%s", list)
	}
}

func TestNoConfigurationIsSaidPlainly(t *testing.T) {
	var out, talk bytes.Buffer
	if code := run(t.Context(), []string{"-c", "/no/such/postern.toml", "serve"}, nil, &out, &talk); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(talk.String(), "postern init") {
		t.Errorf("got %q", talk.String())
	}
}
