package pgp_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/pgp"
)

// entityOf is a secret key of gpg in the hands of the library.
func (g *gpg) entityOf(t testing.TB, address string) *openpgp.Entity {
	t.Helper()
	ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(g.secret(t, address)))
	if err != nil {
		t.Fatal(err)
	}
	return ring[0]
}

func publicOf(t testing.TB, entity *openpgp.Entity) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := entity.Serialize(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func clockAt(when time.Time) *packet.Config {
	return &packet.Config{Time: func() time.Time { return when }}
}

// TestRevokedThenAndNow: a key that was only replaced leaves the signatures of
// before; one that a thief may have leaves none, whatever date they bear.
func TestRevokedThenAndNow(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	mail := mailOf(peer, signedEntity(entity, g.sign(t, entity, peer)))
	before, after := received.Add(-48*time.Hour), received.Add(48*time.Hour)
	for name, row := range map[string]struct {
		reason   packet.ReasonForRevocation
		words    string
		when     time.Time
		verdict  string
		sentence string
	}{
		"replaced since":             {packet.KeySuperseded, "", after, "good", "The key has been revoked since, on 2026-11-22 (it was replaced by another one)."},
		"laid aside since":           {packet.KeyRetired, "we moved", after, "good", "The key has been revoked since, on 2026-11-22 (we moved)."},
		"replaced before":            {packet.KeySuperseded, "", before, "revoked-key", "the key was revoked on 2026-11-18 (it was replaced by another one), so it proves nothing."},
		"lost to somebody, since":    {packet.KeyCompromised, "", after, "revoked-key", "the key was revoked on 2026-11-22 (its secret was lost to somebody else), so it proves nothing."},
		"without a reason, since":    {packet.NoReason, "", after, "revoked-key", "the key was revoked on 2026-11-22, so it proves nothing."},
		"lost to somebody, before":   {packet.KeyCompromised, "stolen laptop", before, "revoked-key", "the key was revoked on 2026-11-18 (stolen laptop), so it proves nothing."},
		"without a reason, long ago": {packet.NoReason, "", received.AddDate(0, -6, 0), "revoked-key", "the key was revoked on 2026-05-20, so it proves nothing."},
	} {
		t.Run(name, func(t *testing.T) {
			key := g.entityOf(t, peer)
			if err := key.RevokeKey(row.reason, row.words, clockAt(row.when)); err != nil {
				t.Fatal(err)
			}
			ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: publicOf(t, key), Tier: "peer"}})
			if err != nil {
				t.Fatal(err)
			}
			got := open(t, ring, mail, peer).Result.Signatures
			if len(got) != 1 || got[0].Verdict != row.verdict || got[0].KeyState != "revoked" || !strings.Contains(got[0].Sentence, row.sentence) {
				t.Errorf("got %+v, want %s: %s", got, row.verdict, row.sentence)
			}
		})
	}
}

// signingSubkey makes a key whose subkey signs.
func (g *gpg) signingSubkey(t testing.TB, address string) {
	t.Helper()
	if err := g.key(address, "ed25519", "cv25519"); err != nil {
		t.Fatal(err)
	}
	fpr, err := g.print(address)
	if err != nil {
		t.Fatal(err)
	}
	g.at(t, born, nil, "--passphrase", "", "--quick-add-key", fpr, "ed25519", "sign", "never")
}

// TestSigningSubkey: a subkey speaks for its key when both have said so. One that
// is only claimed, without its own signature back, makes the whole key unusable,
// or anybody could claim another's signatures.
func TestSigningSubkey(t *testing.T) {
	g := realGPG(t)
	const address = "subkey@kinds.example"
	g.signingSubkey(t, address)
	entity := plainEntity(report)
	mail := mailOf(address, signedEntity(entity, g.sign(t, entity, address)))
	fpr, _ := g.print(address)
	got := open(t, g.ring(t, "", address), mail, address).Result.Signatures
	if len(got) != 1 || got[0].Verdict != "good" || got[0].Key != fpr || !got[0].FromMatch {
		t.Fatalf("got %+v, want it good by the primary key %s", got, fpr)
	}
	thief := g.entityOf(t, address)
	for i, sub := range thief.Subkeys {
		if sub.Sig.FlagSign {
			sub.Sig.EmbeddedSignature = nil
			if err := sub.Sig.SignKey(sub.PublicKey, thief.PrivateKey, clockAt(received)); err != nil {
				t.Fatal(err)
			}
			thief.Subkeys[i] = sub
		}
	}
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: publicOf(t, thief), Tier: "peer"}})
	if err != nil || len(ring.Keys()) != 1 || ring.Keys()[0].Fingerprint != fpr {
		t.Fatalf("a subkey that never agreed: got %v, want the key without it", err)
	}
	if got := open(t, ring, mail, address).Result.Signatures; len(got) != 1 || got[0].Verdict != "unknown-key" {
		t.Errorf("a subkey that never agreed: got %+v", got)
	}
}

// TestTwoSignersOfOneAddress: two keys name one address; each signature is told
// with the key that made it.
func TestTwoSignersOfOneAddress(t *testing.T) {
	var public []pgp.PublicKey
	var prints []string
	for _, tier := range []string{"peer", "unknown"} {
		key, err := openpgp.NewEntity("Twin", "", "twin@kinds.example", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: clockAt(received.AddDate(0, -1, 0)).Time})
		if err != nil {
			t.Fatal(err)
		}
		var signature bytes.Buffer
		entity := plainEntity(report)
		if err := openpgp.ArmoredDetachSign(&signature, key, strings.NewReader(entity), clockAt(received.Add(-time.Hour))); err != nil {
			t.Fatal(err)
		}
		public = append(public, pgp.PublicKey{Data: publicOf(t, key), Tier: tier})
		prints = append(prints, mailOf("twin@kinds.example", signedEntity(entity, signature.Bytes())))
	}
	ring, err := pgp.NewKeyring(nil, nil, public)
	if err != nil {
		t.Fatal(err)
	}
	for i, tier := range []string{"peer", "unknown"} {
		got := open(t, ring, prints[i], "twin@kinds.example").Result.Signatures
		if len(got) != 1 || got[0].Verdict != "good" || got[0].Tier != tier || !got[0].FromMatch {
			t.Errorf("got %+v, want it good, tier %s", got, tier)
		}
	}

}

// TestLegacySender reads mail without integrity protection from the senders that
// the configuration names, from nobody else, and says so.
func TestLegacySender(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	inside := g.must(t, []byte(plainEntity(report)), "--sign", "-u", peer, "--compress-algo", "none")
	for name, row := range map[string]struct {
		inside   []byte
		legacy   []string
		opens    bool
		verdicts string
	}{
		"nobody is named":  {literal([]byte(plainEntity(report))), nil, false, ""},
		"another is named": {literal([]byte(plainEntity(report))), []string{"old@example.net"}, false, ""},
		"named":            {literal([]byte(plainEntity(report))), []string{"Peer@curve.example"}, true, ""},
		"named, signed":    {inside, []string{peer}, true, "good"},
	} {
		t.Run(name, func(t *testing.T) {
			mail := mailOf(peer, encryptedEntity("encrypted", unprotectedOf(t, g, row.inside)))
			opened := openLimited(t, ring, mail, peer, pgp.Limits{Legacy: row.legacy})
			r := opened.Result
			if r.Decrypted != row.opens || strings.Contains(shown(opened), "192.0.2.77") != row.opens || verdicts(r) != row.verdicts {
				t.Fatalf("got %+v, text %q", r, shown(opened))
			}
			if !row.opens && !strings.Contains(r.Problem, "no integrity protection") {
				t.Errorf("got problem %q", r.Problem)
			}
			if row.opens && firstCode(opened) != "no-integrity-protection" {
				t.Errorf("got problems %v", opened.Problems)
			}
			if row.verdicts == "good" && !strings.Contains(r.Signatures[0].Sentence, "does not show changes, but the signature does") {
				t.Errorf("got sentence %q", r.Signatures[0].Sentence)
			}
		})
	}
}
