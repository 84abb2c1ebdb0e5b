package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// At night, with no copy of a key anywhere: the error names the way out, serve
// starts again, and what came encrypted is read again from the raw mail.
func TestAKeyThatIsLostForGoodIsReplaced(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	w.arrived(t, 1)
	id := d.everything(t)[0].ID
	c := console{t, w.config}
	data := filepath.Join(filepath.Dir(w.config), "data")
	if _, talk := c.do(exitFailed, "init", "--new-seal-key"); !strings.Contains(talk, "another postern") {
		t.Errorf("beside a running serve: %q", talk)
	}
	d.finish(t)
	for _, flag := range []string{"--new-seal-key", "--new-thread-key"} {
		if _, talk := c.do(exitFailed, "init", flag); !strings.Contains(talk, "nothing is lost") {
			t.Errorf("%s with the key there: %q", flag, talk)
		}
	}
	if err := os.Remove(filepath.Join(data, sealKeyName)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, threadKeyName), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, talk := c.do(exitFailed, "serve"); !strings.Contains(talk, "init --new-seal-key") {
		t.Errorf("serve does not name the way out: %q", talk)
	}
	if _, talk := c.do(exitDone, "init", "--new-seal-key", "--new-thread-key"); !strings.Contains(talk, "stays sealed for good") || !strings.Contains(talk, "is kept as") {
		t.Errorf("it does not say what is lost: %q", talk)
	}
	if shown, _ := c.do(exitDone, "ticket", id); !strings.Contains(shown, "a key that is lost") || strings.Contains(shown, "Good signature") {
		t.Errorf("got\n%s", shown)
	}
	c.do(exitDone, "verify")
	c.do(exitDone, "requeue", id)
	d = w.start(t)
	d.filed(t, 1)
	if shown, _ := c.do(exitDone, "ticket", id); !strings.Contains(shown, "Good signature by CERT Alpha") {
		t.Errorf("not read again:\n%s", shown)
	}
	d.finish(t)
	if _, talk := c.do(exitDone, "verify"); !strings.Contains(talk, "clean") {
		t.Errorf("verify: %q", talk)
	}
}
