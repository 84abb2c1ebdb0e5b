package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"postern/intake/wkd"
	"postern/intake/wkd/wkdtest"
)

// annasPlace is where the directory of example.com keeps the key of anna@example.com.
const annasPlace = "openpgpkey.example.com/.well-known/openpgpkey/example.com/hu/fxy63pyohfbm34b533z1nk4bhfhbkpsh"

func askingOf(s *wkdtest.Server) finder {
	return wkd.New(wkd.Options{Dial: s.Dial, RootCAs: s.Roots()})
}

// TestAKeyIsFoundInADirectory: the key of somebody who signs without sending it is found
// beside a running serve and waits; nothing is judged by it before a person approved it.
func TestAKeyIsFoundInADirectory(t *testing.T) {
	s := wkdtest.Start(t, "example.com", "openpgpkey.example.com")
	anna, mallory := newPeer(t, "Anna", "anna@example.com"), newPeer(t, "Mallory", "mallory@example.com")
	s.Put(annasPlace, []byte(mallory.public()+anna.public()))
	w := memoryWorld(t)
	edit(t, w.config, "[pgp]\n", "[pgp]\nwkd = true\n")
	mail := bytes.Replace(anna.mail("anna@example.com", "Scan from your network", "192.0.2.7 scans us."), []byte("PUBLIC KEY BLOCK"), []byte("HIDDEN KEY BLOCK"), -1)
	w.deliver("csirt", "INBOX", mail, time.Now())
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.startWith(t, func(o *AppOptions) { o.Find = askingOf(s) })
	d.filed(t, 2)
	c := console{t, w.config}
	out := c.eventually("pending", "keys", "show", anna.fingerprint())
	if !strings.Contains(out, "the directory of its domain (WKD)") || !strings.Contains(out, "to approve") {
		t.Errorf("got\n%s", out)
	}
	if out, _ := c.do(exitDone, "keys", "--all"); strings.Contains(out, mallory.fingerprint()) {
		t.Errorf("a key that does not name the address is kept:\n%s", out)
	}
	if out, _ := c.do(exitDone, "tickets", "--all", "--json"); strings.Contains(out, "Good signature") {
		t.Errorf("a pending key is used:\n%s", out)
	}
	if asked := s.Asked(); len(asked) != 1 || asked[0] != annasPlace+"?l=anna" {
		t.Errorf("asked %q", asked)
	}
	d.finish(t)
}

// A person asks, with or without a configuration that lets serve do so.
func TestKeysFind(t *testing.T) {
	s := wkdtest.Start(t, "example.com", "openpgpkey.example.com")
	anna := newPeer(t, "Anna", "anna@example.com")
	c := consoleWith(t, map[string]string{"empty.eml": "From: a@b.example\r\n\r\nx\r\n"}, "")
	find := func(code int, words string, args ...string) {
		t.Helper()
		var out, talk bytes.Buffer
		p := &program{in: strings.NewReader(""), out: &out, err: &talk, now: time.Now, finder: askingOf(s)}
		if got := p.run(t.Context(), append([]string{"-c", c.config, "keys", "find"}, args...)); got != code || !strings.Contains(out.String()+talk.String(), words) {
			t.Errorf("%v: got %d, %s%s; want %d and %q", args, got, out.String(), talk.String(), code, words)
		}
	}
	find(exitFailed, "there is no database yet", "anna@example.com")
	c.do(exitDone, "import", strings.TrimSuffix(c.config, "postern.toml")+"empty.eml")
	find(exitMisuse, "is no mail address", "anna")
	find(exitFailed, "keeps no directory", "anna@example.com")
	s.Put(strings.Split(annasPlace, "hu/")[0]+"policy", nil)
	find(exitFailed, "no key for it", "anna@example.com")
	s.Put(annasPlace, []byte(newPeer(t, "Bert", "bert@example.com").public()))
	find(exitFailed, "no key that names this address", "anna@example.com")
	s.Put(annasPlace, []byte(anna.public()))
	find(exitDone, "waits: compare the fingerprint", "Anna@example.com")
	find(exitDone, `"state":"pending"`, "--json", "anna@example.com")
	c.do(exitDone, "keys", "approve", anna.fingerprint(), "--by", "Ada", "--how", "telephone")
	find(exitDone, "there already", "anna@example.com")
	c.do(exitDone, "keys", "refuse", anna.fingerprint())
	find(exitDone, "was refused", "anna@example.com")
	c.do(exitDone, "verify")
}
