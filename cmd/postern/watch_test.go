package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/config"
)

// A demo that was killed leaves its folder; the next one takes it away, and
// nothing else.
func TestKilledDemosAreSweptAway(t *testing.T) {
	parent := t.TempDir()
	running, mark, err := newDemoFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	defer mark.Close()
	killed, its, err := newDemoFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	if err := its.Close(); err != nil { // as the kernel does when the process ends
		t.Fatal(err)
	}
	unmarked, target := filepath.Join(parent, demoFolderName+"mine"), filepath.Join(parent, "target")
	for _, folder := range []string{unmarked, target} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(target, demoMarkName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(parent, demoFolderName+"link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	sweepDemos(parent)
	for path, stays := range map[string]bool{running: true, killed: false, unmarked: true, target: true, link: true} {
		if _, err := os.Lstat(path); (err == nil) != stays {
			t.Errorf("%s: stays %v, want %v", path, err == nil, stays)
		}
	}
}

func TestAClockThatJumpsIsSeen(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		wall    time.Duration // that went by on the wall
		elapsed time.Duration // that went by
		want    time.Duration
	}{
		{"a second", time.Second, time.Second, 0},
		{"a slow round", 5 * time.Minute, 5 * time.Minute, 0},
		{"a leap second", 2 * time.Second, time.Second, 0},
		{"set forward", time.Hour + time.Second, time.Second, time.Hour},
		{"set back", -24 * time.Hour, time.Second, -24*time.Hour - time.Second},
	} {
		var w clockWatch
		w.look(noon, time.Minute)
		w.look(noon.Add(c.wall), time.Minute+c.elapsed)
		if got := w.jump(noon.Add(c.wall)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := w.jump(noon.Add(c.wall + 2*time.Hour)); got != 0 {
			t.Errorf("%s: the alarm stands after two hours: %v", c.name, got)
		}
	}
}

func TestCertificateErrorsSayWhatToDo(t *testing.T) {
	for said, want := range map[string]string{
		"tls: failed to verify certificate: x509: certificate signed by unknown authority":                                           "ca_file",
		"tls: failed to verify certificate: x509: certificate is valid for mail.example.org, not localhost":                          "another name",
		"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T12:00:00Z is": "renew",
		"x509: cannot validate certificate for 192.0.2.1 because it doesn't contain any IP SANs":                                     "server's name",
	} {
		if got := withHint(said); !strings.HasPrefix(got, said) || !strings.Contains(got, want) {
			t.Errorf("%q: got %q", said, got)
		}
	}
	if got := withHint("connection refused"); got != "connection refused" {
		t.Errorf("got %q", got)
	}
}

func TestErrorsOfMailServersSayWhatToDo(t *testing.T) {
	for said, want := range map[string]string{
		"encrypt the connection to localhost:143: tls: first record does not look like a TLS handshake":         "imap://",
		"ask localhost:993 for STARTTLS: context deadline exceeded":                                             "imaps://",
		"connect to localhost:994: dial tcp 127.0.0.1:994: connect: connection refused":                         "nothing listens",
		"connect to mail.example.org:993: context deadline exceeded":                                            "firewall",
		`open the folder "Inbxo": imap: NO Mailbox doesn't exist`:                                               "make the folder",
		"log in at localhost:587 as x: the relay refused the login: SMTP error 535":                             "password file",
		"greet localhost:587: tls: failed to verify certificate: x509: certificate signed by unknown authority": "ca_file",
		"the server speaks Greek": "",
	} {
		if got := connectionHint(said); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q", said, got)
		}
	}
}

// A disk that is nearly full is a warning; on one that is full serve does not begin.
func TestCheckLooksAtTheDisk(t *testing.T) {
	for free, want := range map[int64]string{
		1 << 30: "", 3 << 20: "warning: data: 3 MB are left", 100 << 10: "data: 0 MB are left",
	} {
		got := checkSpace(config.Problem{Key: "data"}, free).Error()
		if !strings.Contains(got, want) || want == "" && got != "" || strings.Contains(got, "warning") != strings.Contains(want, "warning") {
			t.Errorf("%d: got %q, want %q", free, got, want)
		}
	}
}

// A damaged file is said at once, before anything is written into it.
func TestADamagedDatabaseIsRefused(t *testing.T) {
	c := console{t, usedInstallation(t)}
	path := filepath.Join(filepath.Dir(c.config), "data", databaseName)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	// The tail: the first pages hold the schema, without which nothing opens at all.
	noise := []byte(strings.Repeat("noise", 1<<12))
	if _, err := f.WriteAt(noise, info.Size()-int64(len(noise))); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if out, _ := c.do(exitFailed, "check", "--offline"); !strings.Contains(out, "damaged") || !strings.Contains(out, "restore the last backup") {
		t.Errorf("check says %q", out)
	}
	if _, talk := c.do(exitFailed, "serve"); !strings.Contains(talk, "damaged") {
		t.Errorf("serve says %q", talk)
	}
}
