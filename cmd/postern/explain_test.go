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
