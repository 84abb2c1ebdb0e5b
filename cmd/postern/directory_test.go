package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// peer is somebody outside with a key of his own.
type peer struct {
	t       *testing.T
	entity  *openpgp.Entity
	address string
}

func newPeer(t *testing.T, name, address string) *peer {
	t.Helper()
	entity, err := openpgp.NewEntity(name, "", address, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return time.Now().Add(-48 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	return &peer{t, entity, address}
}

func (p *peer) fingerprint() string { return fmt.Sprintf("%X", p.entity.PrimaryKey.Fingerprint) }

// public is the armoured public key as it is now.
func (p *peer) public() string {
	p.t.Helper()
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err == nil {
		err = p.entity.Serialize(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return text.String() + "\n"
}

// mail is a signed mail (RFC 3156) with the public key beside it.
func (p *peer) mail(from, subject, text string) []byte {
	p.t.Helper()
	content := "Content-Type: multipart/mixed; boundary=\"in\"\r\n\r\n--in\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text +
		"\r\n--in\r\nContent-Type: application/pgp-keys; name=\"key.asc\"\r\nContent-Disposition: attachment; filename=\"key.asc\"\r\n\r\n" +
		strings.ReplaceAll(p.public(), "\n", "\r\n") + "--in--\r\n"
	var signature bytes.Buffer
	signer := *p.entity
	signer.Revocations = nil // who has taken a key back can still use it
	if err := openpgp.ArmoredDetachSign(&signature, &signer, strings.NewReader(content), nil); err != nil {
		p.t.Fatal(err)
	}
	return []byte("From: " + from + "\r\nTo: csirt@example.org\r\nSubject: " + subject + "\r\nDate: " + time.Now().Format(time.RFC1123Z) +
		"\r\nMessage-ID: <" + strings.ReplaceAll(subject, " ", "-") + "@peer.example>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=\"out\"\r\n\r\n--out\r\n" +
		content + "\r\n--out\r\nContent-Type: application/pgp-signature\r\n\r\n" + strings.ReplaceAll(signature.String(), "\n", "\r\n") + "\r\n--out--\r\n")
}

// eventually runs a command until its output has the words, as a person would look again.
func (c console) eventually(words string, args ...string) string {
	c.t.Helper()
	var out, talk string
	until(c.t, patience, func() string {
		return fmt.Sprintf("postern %s never said %q:\n%s%s", strings.Join(args, " "), words, out, talk)
	}, func() bool {
		out, talk = c.do(exitDone, args...)
		return strings.Contains(out, words)
	})
	return out
}

// TestAKeyIsApproved is the way of a key that came with a mail, beside a running
// serve: it waits, counts once a person has compared it, judges the mail it came
// with, and is taken back by its owner.
func TestAKeyIsApproved(t *testing.T) {
	w := memoryWorld(t)
	anna := newPeer(t, "Anna Omega", "anna@omega.example")
	w.deliver("csirt", "INBOX", anna.mail("Anna <anna@omega.example>", "Scan from your network", "192.0.2.7 scans us."), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	id := regexp.MustCompile(`EX-\w{4}-\w{4}`).FindString(first(c.do(exitDone, "tickets")))
	if out, _ := c.do(exitDone, "ticket", id); !strings.Contains(out, "which we do not have") {
		t.Errorf("before: got\n%s", out)
	}
	if out, talk := c.do(exitDone, "keys"); strings.Contains(out, anna.fingerprint()) || !strings.Contains(talk, "1 key waits") {
		t.Errorf("keys: got\n%s%s", out, talk)
	}
	out, _ := c.do(exitDone, "keys", "--pending", "--json")
	var key shownKey
	if err := json.Unmarshal([]byte(out), &key); err != nil || key.Fingerprint != anna.fingerprint() || key.State != "pending" || key.SeenFrom != "anna@omega.example" {
		t.Fatalf("got %v and\n%s", err, out)
	}
	groups := strings.Fields(regexp.MustCompile(`(....)`).ReplaceAllString(key.Fingerprint, "$1 "))
	c.do(exitDone, "contacts", "add", "CERT Omega", "--address", "cert@omega.example", "--member", "Anna Omega <anna@omega.example>", "--tier", "peer")
	out, _ = c.do(exitDone, append(append([]string{"keys", "approve"}, groups...), "--by", "Ada", "--how", "telephone", "--contact", "cert omega", "--holder", "Anna Omega")...)
	if !strings.Contains(out, "approved as peer for Anna Omega of CERT Omega") {
		t.Errorf("approved: got %q", out)
	}
	c.eventually("Good signature by Anna Omega of CERT Omega (peer)", "ticket", id)
	if out, _ := c.do(exitDone, "keys", "show", "CERT", "Omega"); !strings.Contains(out, "by Ada (telephone)") || !strings.Contains(out, "good") {
		t.Errorf("shown: got\n%s", out)
	}
	w.deliver("csirt", "INBOX", anna.mail("CERT Omega <cert@omega.example>", "Another scan", "192.0.2.8 scans us too."), time.Now())
	d.filed(t, 2)
	c.eventually("matches the sender", "ticket", "--json", newestTicket(c))

	if err := anna.entity.RevokeKey(packet.KeyCompromised, "stolen", nil); err != nil {
		t.Fatal(err)
	}
	w.deliver("csirt", "INBOX", anna.mail("anna@omega.example", "My key is gone", "It was stolen."), time.Now())
	c.eventually("revoked", "keys", "show", anna.fingerprint())
	if _, talk := c.do(exitFailed, "keys", "approve", anna.fingerprint(), "--by", "Ada", "--how", "telephone"); !strings.Contains(talk, "revoked by its owner") {
		t.Errorf("approving a revoked key: got %q", talk)
	}
	d.filed(t, 3)
	d.finish(t)
}

func first(out, _ string) string { return out }

// newestTicket is the ID of the ticket made last.
func newestTicket(c console) string {
	var newest struct {
		ID      string    `json:"id"`
		Created time.Time `json:"created"`
	}
	for line := range strings.Lines(first(c.do(exitDone, "tickets", "--all", "--json"))) {
		one := newest
		if json.Unmarshal([]byte(line), &one) == nil && one.Created.After(newest.Created) {
			newest = one
		}
	}
	return newest.ID
}

// A key of the configuration takes what its owner sends, and its file stays.
func TestAKeyOfTheConfigurationIsRevokedByMail(t *testing.T) {
	w := memoryWorld(t)
	bert := newPeer(t, "Bert Beta", "bert@theta.example")
	folder := filepath.Dir(w.config)
	files := map[string]string{
		"bert.asc":  bert.public(),
		"bert.toml": "name = \"Bert\"\nkind = \"person\"\naddresses = [\"bert@theta.example\"]\ntier = \"peer\"\nkeys = [\"bert.asc\"]\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.config, append([]byte("contacts = [\"bert.toml\"]\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := bert.entity.RevokeKey(packet.KeyCompromised, "stolen", nil); err != nil {
		t.Fatal(err)
	}
	w.deliver("csirt", "INBOX", bert.mail("bert@theta.example", "My key is gone", "It was stolen."), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	out := c.eventually("revoked", "keys", "show", bert.fingerprint())
	if !strings.Contains(out, "the configuration") {
		t.Errorf("got\n%s", out)
	}
	for _, args := range [][]string{{"contacts", "set", "bert", "--telephone", "1"}, {"contacts", "remove", "Bert"}, {"keys", "refuse", bert.fingerprint()}} {
		if _, talk := c.do(exitFailed, args...); !strings.Contains(talk, "stands in") {
			t.Errorf("%v: got %q", args, talk)
		}
	}
	d.finish(t)
}

// TestContactsCommand keeps people without any mail.
func TestContactsCommand(t *testing.T) {
	alpha, beta := newPeer(t, "CERT Alpha", "cert@alpha.example"), newPeer(t, "Beta", "beta@beta.example")
	if err := beta.entity.SignIdentity("Beta <beta@beta.example>", alpha.entity, nil); err != nil {
		t.Fatal(err)
	}
	c := consoleWith(t, map[string]string{
		"alpha.asc": alpha.public(), "beta.asc": beta.public(), "secret.asc": secretOf(t, beta), "alpha.toml": "name = \"CERT Alpha\"\naddresses = [\"cert@alpha.example\"]\ntier = \"peer\"\nkeys = [\"alpha.asc\"]\n",
		"gamma.toml": "name = \"Gamma\"\naddresses = [\"@gamma.example\"]\n[[member]]\nname = \"Gus\"\nkeys = [\"beta.asc\"]\n", "empty.eml": "From: a@b.example\r\n\r\nx\r\n",
	}, "")
	folder := filepath.Dir(c.config)
	edit(t, c.config, "data =", "contacts = [\"alpha.toml\"]\ndata =")
	path := func(name string) string { return filepath.Join(folder, name) }
	if _, talk := c.do(exitFailed, "contacts", "add", "Beta"); !strings.Contains(talk, "no database yet") {
		t.Errorf("without a database: got %q", talk)
	}
	c.do(exitDone, "import", path("empty.eml"))
	for _, row := range []struct {
		name  string
		code  int
		words string
		args  []string
	}{
		{"added", exitDone, "@beta.example", []string{"contacts", "add", "Beta", "--address", "@BETA.example", "--ticket-number", "BETA-[0-9]+"}},
		{"twice", exitMisuse, "there is a contact beta already", []string{"contacts", "add", "beta"}},
		{"without an address", exitMisuse, "--address is missing", []string{"contacts", "add", "Delta", "--telephone", "+00 11"}},
		{"misspelt", exitFailed, "did you mean Beta", []string{"contacts", "show", "Bata"}},
		{"another's address", exitMisuse, "cert@alpha.example belongs to CERT Alpha", []string{"contacts", "set", "Beta", "--add-address", "cert@alpha.example"}},
		{"a bad pattern", exitMisuse, "ticket_number", []string{"contacts", "set", "Beta", "--ticket-number", "("}},
		{"everybody's domain", exitMisuse, "gives addresses to everybody", []string{"contacts", "set", "Beta", "--address", "@gmail.com"}},
		{"nothing to set", exitMisuse, "nothing to set", []string{"contacts", "set", "Beta"}},
		{"changed", exitDone, "always", []string{"contacts", "set", "beta", "--encryption", "always", "--add-address", "b@else.example"}},
		{"alike", exitFailed, "did you mean Beta", []string{"contacts", "show", "bet"}},
		{"by address", exitDone, "b@else.example", []string{"contacts", "show", "anybody@beta.example"}},
		{"a secret key", exitFailed, "secret key in it", []string{"keys", "import", path("secret.asc")}},
		{"no key", exitFailed, "no OpenPGP key", []string{"keys", "import", path("empty.eml")}},
		{"a peer unseen", exitMisuse, "compared first", []string{"keys", "import", path("beta.asc"), "--tier", "peer"}},
		{"waits", exitDone, "waits for approval", []string{"keys", "import", path("beta.asc")}},
		{"introduced", exitDone, "introduced by  CERT Alpha, key 0x", []string{"keys", "show", "beta@beta.example"}},
		{"nobody compared it", exitMisuse, "--by is missing", []string{"keys", "approve", beta.fingerprint(), "--how", "telephone"}},
		{"by mail", exitMisuse, "none of telephone, meeting, directory", []string{"keys", "approve", beta.fingerprint(), "--by", "Ada", "--how", "mail"}},
		{"a short ID", exitMisuse, "too short", []string{"keys", "approve", beta.fingerprint()[32:], "--by", "Ada", "--how", "telephone"}},
		{"a typing error", exitFailed, "no key has the fingerprint", []string{"keys", "approve", "F0F0" + beta.fingerprint()[4:36] + "F0F0", "--by", "Ada", "--how", "telephone"}},
		{"no fingerprint", exitMisuse, "is no fingerprint", []string{"keys", "approve", "beta@beta.example", "--by", "Ada", "--how", "telephone"}},
		{"a contact that is not there", exitFailed, `there is no contact "Omega"`, []string{"keys", "approve", beta.fingerprint(), "--by", "Ada", "--how", "telephone", "--contact", "Omega"}},
		{"refused", exitDone, "refused: ", []string{"keys", "refuse", beta.fingerprint(), "--reason", "nobody answers there"}},
		{"refused stays refused", exitDone, "was refused", []string{"keys", "import", path("beta.asc"), "--tier", "known"}},
		{"approved after all", exitDone, "approved as known without a contact", []string{"keys", "approve", beta.fingerprint(), "--by", "Ada", "--how", "meeting"}},
		{"exported", exitDone, "BEGIN PGP PUBLIC KEY", []string{"keys", "export", "beta@beta.example"}},
		{"imported contact", exitDone, "Gus", []string{"contacts", "import", path("gamma.toml")}},
		{"listed", exitDone, "CERT Alpha", []string{"contacts"}},
		{"removed", exitDone, "removed: Beta\n", []string{"contacts", "remove", "Beta"}},
		{"one of the configuration", exitFailed, "alpha.toml", []string{"contacts", "set", "CERT Alpha", "--telephone", "1"}},
		{"its key", exitFailed, "stands in the configuration", []string{"keys", "refuse", alpha.fingerprint()}},
	} {
		out, talk := c.do(row.code, row.args...)
		if !strings.Contains(out+talk, row.words) {
			t.Errorf("%s: got %q and %q, want %q", row.name, out, talk, row.words)
		}
	}
	var shown shownContact
	if err := json.Unmarshal([]byte(first(c.do(exitDone, "contacts", "show", "CERT Alpha", "--json"))), &shown); err != nil ||
		shown.Encryption != "when-they-do" || len(shown.Keys) != 1 || shown.Members == nil {
		t.Errorf("contacts --json: got %+v, %v", shown, err)
	}
	c.do(exitDone, "verify")
}

func secretOf(t *testing.T, p *peer) string {
	t.Helper()
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PrivateKeyType, nil)
	if err == nil {
		err = p.entity.SerializePrivate(w, nil)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}
