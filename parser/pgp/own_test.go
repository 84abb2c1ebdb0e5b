package pgp_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"

	"postern/parser/pgp"
)

// ownRing holds secret keys of ours in the order given.
func ownRing(t *testing.T, secrets ...[]byte) *pgp.Keyring {
	t.Helper()
	ring, err := pgp.NewKeyring(secrets, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// keyOf makes a key of ours for one test, and gives its fingerprint.
func (g *gpg) keyOf(t *testing.T, when, address, usage, sub, end string) string {
	t.Helper()
	g.at(t, when, nil, "--passphrase", "", "--quick-generate-key", address, "ed25519", usage, end)
	fpr, err := g.print(address)
	if err != nil {
		t.Fatal(err)
	}
	if sub != "" {
		g.at(t, when, nil, "--passphrase", "", "--quick-add-key", fpr, "cv25519", sub, end)
	}
	return fpr
}

func on(day string) time.Time {
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err)
	}
	return at
}

// Two keys of ours whose lives overlap: the newest that is valid signs and is
// given to people, mail to the old one opens for ever, and one that has ended signs nothing.
func TestRotation(t *testing.T) {
	g := realGPG(t)
	older := g.keyOf(t, born, "older@own.example", "sign,cert", "encr", "20261001T000000")
	newer := g.keyOf(t, "20260801T090000", "newer@own.example", "sign,cert", "encr", "20270801T000000")
	ring := ownRing(t, g.secret(t, "older@own.example"), g.secret(t, "newer@own.example"))
	for _, row := range []struct{ name, day, want string }{
		{"before any", "2025-12-31", ""},
		{"the first alone", "2026-03-01", older},
		{"both", "2026-09-01", newer},
		{"the first has ended", "2026-11-01", newer},
		{"both have ended", "2027-09-01", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := on(row.day)
			key, ok := ring.OwnKey(at)
			if ok != (row.want != "") || key.Fingerprint != row.want || ring.CanSign(at) != ok {
				t.Errorf("got %q, signs %v, want %q", key.Fingerprint, ring.CanSign(at), row.want)
			}
			public, err := ring.OwnPublicKey(at)
			if row.want == "" {
				if _, _, signing := ring.Sign([]byte(report), at); !errors.Is(err, pgp.ErrNoOwnKey) || !errors.Is(signing, pgp.ErrNoOwnKey) {
					t.Errorf("got %v and %v", err, signing)
				}
				return
			}
			described, err := pgp.Describe(public)
			if err != nil || len(described) != 1 || described[0].Fingerprint != row.want || described[0].Secret {
				t.Errorf("public key %+v, %v", described, err)
			}
			signature, _, err := ring.Sign([]byte(report), at)
			if err != nil || !g.signedBy(t, row.day, signature, row.want) {
				t.Errorf("signed by another key than %s, or %v", row.want, err)
			}
			sealed, err := ring.Encrypt([]byte(report), []string{row.want}, at)
			if err != nil || ownCopy(t, g, sealed) != 1 {
				t.Errorf("encrypted for ourselves as a recipient: %v", err)
			}
		})
	}
	for _, address := range []string{"older@own.example", "newer@own.example"} {
		mail := mailOf(peer, encryptedEntity("encrypted", g.at(t, "20260901T090000", []byte(plainEntity(report)), "--armor", "-e", "-r", address)))
		if got := open(t, ring, mail, peer).Result; !got.Decrypted {
			t.Errorf("mail to %s: %+v", address, got)
		}
	}
}

// signedBy asks gpg who made a signature.
func (g *gpg) signedBy(t *testing.T, day string, signature []byte, fingerprint string) bool {
	t.Helper()
	file, text := t.TempDir()+"/a.asc", t.TempDir()+"/a"
	write(t, file, signature)
	write(t, text, []byte(report))
	when := strings.ReplaceAll(day, "-", "") + "T120000"
	out := g.at(t, when, nil, "--status-fd", "1", "--verify", file, text)
	return strings.Contains(string(out), "VALIDSIG "+fingerprint)
}

// ownCopy counts the envelopes of a message.
func ownCopy(t *testing.T, g *gpg, sealed []byte) int {
	t.Helper()
	out := g.must(t, sealed, "--list-packets", "--list-only")
	return strings.Count(string(out), ":pubkey enc packet:")
}

func TestRevokedKeyOfOurs(t *testing.T) {
	g := realGPG(t)
	older := g.keyOf(t, born, "stays@own.example", "sign,cert", "encr", "never")
	g.keyOf(t, "20260801T090000", "lost@own.example", "sign,cert", "encr", "never")
	mail := mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(plainEntity(report)), "--armor", "-e", "-r", "lost@own.example")))
	before := g.secret(t, "lost@own.example")
	g.revoke(t, "lost@own.example")
	for name, ring := range map[string]*pgp.Keyring{
		"exported after": ownRing(t, g.secret(t, "lost@own.example"), g.secret(t, "stays@own.example")),
		"both exports":   ownRing(t, before, g.secret(t, "lost@own.example"), g.secret(t, "stays@own.example")),
	} {
		if key, ok := ring.OwnKey(received); !ok || key.Fingerprint != older {
			t.Errorf("%s: %s is given to people", name, key.Fingerprint)
		}
		signature, _, err := ring.Sign([]byte(report), received)
		if err != nil || !g.signedBy(t, "2026-11-20", signature, older) {
			t.Errorf("%s: the revoked key signs, or %v", name, err)
		}
		if got := open(t, ring, mail, peer).Result; !got.Decrypted {
			t.Errorf("%s: mail to the revoked key: %+v", name, got)
		}
	}
}

// An old export beside a renewed one, in either order: the newer dates count, and
// a subkey that is gone from the newer one still opens its mail.
func TestTwoExportsOfOneKey(t *testing.T) {
	g := realGPG(t)
	const address = "renewed@own.example"
	fpr := g.keyOf(t, born, address, "sign,cert", "encr", "20261001T000000")
	mail := mailOf(peer, encryptedEntity("encrypted", g.at(t, "20260901T090000", []byte(plainEntity(report)), "--armor", "-e", "-r", address)))
	before := g.secret(t, address)
	g.at(t, "20260901T090000", nil, "--passphrase", "", "--quick-set-expire", fpr, "20280101T000000")
	g.at(t, "20260901T090000", nil, "--passphrase", "", "--quick-add-key", fpr, "cv25519", "encr", "20280101T000000")
	after := withoutFirstSubkey(t, g.secret(t, address))
	if got := open(t, ownRing(t, after), mail, peer).Result; got.Decrypted {
		t.Fatal("the subkey was not dropped: nothing is tested")
	}
	for name, ring := range map[string]*pgp.Keyring{"old first": ownRing(t, before, after), "new first": ownRing(t, after, before)} {
		if key, ok := ring.OwnKey(received); !ok || key.Expires.Year() != 2028 || !ring.CanSign(received) || len(ring.Keys()) != 1 {
			t.Errorf("%s: %+v, signs %v", name, key, ring.CanSign(received))
		}
		if got := open(t, ring, mail, peer).Result; !got.Decrypted {
			t.Errorf("%s: mail to the dropped subkey: %+v", name, got)
		}
	}
}

// withoutFirstSubkey is what is left when somebody tidies a key up.
func withoutFirstSubkey(t *testing.T, secret []byte) []byte {
	t.Helper()
	list, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(secret))
	if err != nil {
		t.Fatal(err)
	}
	list[0].Subkeys = list[0].Subkeys[1:]
	var out bytes.Buffer
	if err := list[0].SerializePrivateWithoutSigning(&out, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What a key of ours cannot do is told, with the reason.
func TestWhatKeysLack(t *testing.T) {
	g := realGPG(t)
	g.keyOf(t, born, "certifies@own.example", "cert", "encr", "never")
	g.keyOf(t, born, "signs@own.example", "sign,cert", "", "never")
	whole := g.keyOf(t, born, "whole@own.example", "sign,cert", "encr", "never")
	g.keyOf(t, born, "ended@own.example", "sign,cert", "encr", "20260301T000000")
	stub := g.must(t, nil, "--passphrase", "", "--armor", "--export-secret-subkeys", whole)
	for _, row := range []struct {
		name   string
		secret []byte
		says   []string
	}{
		{"nothing", g.secret(t, "whole@own.example"), nil},
		{"no subkey that signs", g.secret(t, "certifies@own.example"), []string{"it has no subkey that signs"}},
		{"none to encrypt to", g.secret(t, "signs@own.example"), []string{"nobody can encrypt to it"}},
		{"primary key kept elsewhere", stub, []string{"it cannot sign", "is not in the file"}},
		{"over: kept for old mail", g.secret(t, "ended@own.example"), nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			ring := ownRing(t, row.secret)
			var all []string
			for _, why := range ring.Lacks(received) {
				all = slices.Concat(all, why)
			}
			said := strings.Join(all, "; ")
			if (said == "") != (row.says == nil) {
				t.Errorf("got %q", said)
			}
			for _, words := range row.says {
				if !strings.Contains(said, words) {
					t.Errorf("got %q, want %q in it", said, words)
				}
			}
		})
	}
	early := ownRing(t, g.secret(t, "whole@own.example")).Lacks(on("2025-12-01"))
	if len(early) != 1 || !strings.Contains(early[whole][0], "in the future") {
		t.Errorf("got %v", early)
	}
}

// Of two keys for one address the newest valid one is taken, but one that a
// person has checked before one that was only imported.
func TestTwoKeysForOneAddress(t *testing.T) {
	g := realGPG(t)
	const address = "twin@example.net"
	old := g.keyOf(t, born, address, "sign,cert", "encr", "never")
	publicOld := g.public(t, address)
	g.at(t, "20260801T090000", nil, "--passphrase", "", "--quick-generate-key", "Twin <"+address+">", "ed25519", "sign,cert", "20261101T000000")
	fresh := g.primaryOf(t, "Twin <"+address+">", old)
	g.at(t, "20260801T090000", nil, "--passphrase", "", "--quick-add-key", fresh, "cv25519", "encr", "never")
	publicNew := g.must(t, nil, "--armor", "--export", fresh)
	for _, row := range []struct {
		name             string
		tierOld, tierNew string
		day              string
		want             string
	}{
		{"the newest", "known", "known", "2026-09-01", fresh},
		{"the newest of peers", "peer", "peer", "2026-09-01", fresh},
		{"checked before imported", "peer", "known", "2026-09-01", old},
		{"checked and newest", "known", "peer", "2026-09-01", fresh},
		{"nobody vouches for the newest", "known", "unknown", "2026-09-01", old},
		{"the newest has ended", "known", "peer", "2026-11-20", old},
		{"before the newest", "peer", "peer", "2026-07-01", old},
	} {
		t.Run(row.name, func(t *testing.T) {
			ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: publicOld, Tier: row.tierOld}, {Data: publicNew, Tier: row.tierNew}})
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := ring.Recipient(address, on(row.day)); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

// primaryOf finds the key of a user ID that is not the one given.
func (g *gpg) primaryOf(t *testing.T, uid, but string) string {
	t.Helper()
	primary := false
	for line := range strings.Lines(string(g.must(t, nil, "--with-colons", "--list-keys", "="+uid))) {
		fields := strings.Split(line, ":")
		switch {
		case fields[0] == "pub":
			primary = true
		case fields[0] == "fpr" && primary && fields[9] != but:
			return fields[9]
		case fields[0] == "fpr":
			primary = false
		}
	}
	t.Fatalf("no key of %s", uid)
	return ""
}
