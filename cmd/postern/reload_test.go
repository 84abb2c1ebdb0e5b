package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKeysAreReadAgain: a running serve takes a new key of ours, a new contact and its
// key on SIGHUP, and keeps what it has when the configuration is broken.
func TestKeysAreReadAgain(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, withKey, withoutKey)
	w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
	anna := newPeer(t, "Anna Omega", "anna@omega.example")
	w.deliver("csirt", "INBOX", anna.mail("Anna <anna@omega.example>", "Scan from your network", "192.0.2.7 scans us."), time.Now())
	hup := make(chan os.Signal)
	d := w.startWith(t, func(o *AppOptions) { o.Hup = hup })
	d.filed(t, 2)
	c := console{t, w.config}
	if out, _ := c.do(exitDone, "requeue", "--undecryptable", "--json"); !strings.Contains(out, `"unopened":true`) {
		t.Fatalf("without the key: got %s", out)
	}
	edit(t, w.config, withoutKey, "no_such_key = true\n"+withoutKey)
	hup <- syscall.SIGHUP
	hup <- syscall.SIGHUP // taken when the first one was dealt with
	if d.ring().CanSign(time.Now()) {
		t.Error("a broken configuration was taken over")
	}
	edit(t, w.config, "no_such_key = true\n"+withoutKey, withKey)
	edit(t, w.config, "data = ", "contacts = [\"omega.toml\"]\ndata = ")
	for name, text := range map[string]string{
		"omega.asc": anna.public(), "omega.toml": "name = \"CERT Omega\"\naddresses = [\"@omega.example\"]\ntier = \"peer\"\nkeys = [\"omega.asc\"]\n",
	} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(w.config), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hup <- syscall.SIGHUP
	d.comesTo(t, "take the key", func() bool { return d.ring().CanSign(time.Now()) })
	if out, _ := c.do(exitDone, "requeue", "--undecryptable"); !strings.Contains(out, "is open") {
		t.Errorf("with the key: got %q", out)
	}
	d.comesTo(t, "judge the signature again", func() bool {
		for _, k := range d.everything(t) {
			for _, e := range k.Entries {
				if strings.Contains(e.Crypto, "Good signature by CERT Omega (peer)") {
					return true
				}
			}
		}
		return false
	})
	d.finish(t)
	log := d.log.String()
	for _, want := range []string{"there is no such key", "stay as they were", "a key is new", "key=" + anna.fingerprint(), "write to us with this key"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	if strings.Contains(log, "a key is gone") {
		t.Error("no key is gone")
	}
	if strings.Contains(log, "other changes") {
		t.Error("nothing else was changed")
	}
}

// comesTo waits for something that is no matter of rows alone.
func (d *daemon) comesTo(t *testing.T, what string, is func() bool) {
	t.Helper()
	until(t, patience, func() string { return "it never came to " + what }, is)
}
