package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A new thread key beside an old database would quietly turn every answer to
// our mails into a claim without proof.
func TestLostThreadKeyIsNotReplaced(t *testing.T) {
	w := memoryWorld(t)
	w.start(t).finish(t)
	key := filepath.Join(filepath.Dir(w.config), "data", threadKeyName)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, talk := (console{t, w.config}).do(exitFailed, "serve"); !strings.Contains(talk, threadKeyName) {
		t.Errorf("got %q", talk)
	}
	if _, err := os.Stat(key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another key was made: %v", err)
	}
}

func TestExplainBeforeTheFirstMail(t *testing.T) {
	w := memoryWorld(t)
	mail := filepath.Join(t.TempDir(), "report.eml")
	if err := os.WriteFile(mail, sample(t, "ssh-scan-log.eml"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := console{t, w.config}.do(exitDone, "explain", "--json", mail)
	var e explanation
	if err := json.Unmarshal([]byte(out), &e); err != nil || e.Match != "new" || e.Division != "network" {
		t.Errorf("got %s, %v", out, err)
	}
	if strings.Contains(out, `"matched":null`) || strings.Contains(out, `"routed":null`) || strings.Contains(out, `"problems":null`) {
		t.Errorf("a list is null in %s", out)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(w.config), "data")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("explain made the data folder: %v", err)
	}
}
