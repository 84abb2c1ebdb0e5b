package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/pgp"
)

// publicKey makes a key of somebody outside that lives as long as said; 0 is for ever.
func publicKey(t *testing.T, address string, life time.Duration) string {
	t.Helper()
	entity, err := openpgp.NewEntity("Peer", "", address, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, KeyLifetimeSecs: uint32(life / time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := entity.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// consoleWith is a console on a configuration of files that no server stands behind.
func consoleWith(t *testing.T, files map[string]string, more string) console {
	t.Helper()
	folder := t.TempDir()
	files["password"] = "x\n"
	files["postern.toml"] = "data = \"data\"\n\n[csirt]\nname = \"Example CSIRT\"\naddress = \"csirt@example.org\"\nticket_prefix = \"EX\"\n\n" +
		"[[mailbox]]\nname = \"csirt\"\nimap = \"imaps://csirt%40example.org@mail.example.org/INBOX\"\npassword_file = \"password\"\n\n" +
		"[smtp]\nurl = \"smtp://csirt%40example.org@mail.example.org:587\"\npassword_file = \"password\"\n\n" + more
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return console{t, filepath.Join(folder, "postern.toml")}
}

func TestKeysCommand(t *testing.T) {
	c := consoleWith(t, map[string]string{
		"soon.asc": publicKey(t, "soon@peer.example", 20*24*time.Hour),
		"ever.asc": publicKey(t, "ever@peer.example", 0),
	}, "[pgp]\npublic_keys = [\"soon.asc\", \"ever.asc\"]\n")
	out, _ := c.do(exitDone, "keys")
	if !strings.Contains(out, "soon@peer.example") || !strings.Contains(out, "ends soon") || !strings.Contains(out, "never") {
		t.Errorf("keys: got\n%s", out)
	}
	out, _ = c.do(exitDone, "keys", "expiring", "--json")
	var key shownKey
	if err := json.Unmarshal([]byte(out), &key); err != nil || strings.Join(key.Addresses, " ") != "soon@peer.example" || key.Tier != "peer" || key.State != "ends soon" {
		t.Errorf("keys expiring: got %v and\n%s", err, out)
	}
	if out, talk := c.do(exitDone, "keys", "expiring", "--days", "3"); out != "" || !strings.Contains(talk, "No key ends within 3 days") {
		t.Errorf("keys expiring --days 3: got %q and %q", out, talk)
	}
	out, _ = c.do(exitDone, "keys", "show", "EVER@peer.example")
	if !strings.Contains(out, "until        never") || strings.Contains(out, "soon@") {
		t.Errorf("keys show: got\n%s", out)
	}
	if out, _ = c.do(exitDone, "keys", "show", key.Fingerprint[24:], "--json"); !strings.Contains(out, key.Fingerprint) {
		t.Errorf("keys show by key ID: got\n%s", out)
	}
	if _, talk := c.do(exitFailed, "keys", "show", "nobody@else.example"); !strings.Contains(talk, "no key is called nobody@else.example") {
		t.Errorf("keys show of nobody: got %q", talk)
	}
	if _, talk := c.do(exitFailed, "keys", "export"); !strings.Contains(talk, "no key of ours") {
		t.Errorf("keys export without one: got %q", talk)
	}
	if out, _ = c.do(exitDone, "check", "--offline"); !strings.Contains(out, "ends on") || !strings.Contains(out, "ask its owner") {
		t.Errorf("check: got\n%s", out)
	}
}

// TestKeysThatEndAreSaidAtEachMark, and not once a minute.
func TestKeysThatEndAreSaidAtEachMark(t *testing.T) {
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: []byte(publicKey(t, "soon@peer.example", 100*24*time.Hour)), Tier: "peer"}})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	app := &App{log: slog.New(slog.NewTextHandler(&log, nil))}
	app.outside.Store(&outside{directory: &directory{ring: ring}})
	h := housekeeper{app: app, warned: map[string]int{}}
	end := ring.Keys()[0].Until
	for day := range 110 {
		for range 3 {
			h.keys(end.AddDate(0, 0, day-100))
		}
	}
	if got := strings.Count(log.String(), "a key ends"); got != len(keyDays) {
		t.Errorf("got %d lines, want %d:\n%s", got, len(keyDays), log.String())
	}
}
