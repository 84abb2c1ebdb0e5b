package pgp_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/pgp"
)

func TestNewKeyring(t *testing.T) {
	g := realGPG(t)
	locked, passphrase := sample(t, "keys/team-secret.asc"), sample(t, "keys/team.passphrase")
	secret, public := g.secret(t, team), g.public(t, peer)
	rows := []struct {
		name        string
		secret      [][]byte
		passphrases [][]byte
		public      []byte
		keys        int
		problem     string // in the error
	}{
		{"nothing", nil, nil, nil, 0, ""},
		{"unlocked secret", [][]byte{secret}, nil, nil, 1, ""},
		{"locked, right passphrase with line break", [][]byte{locked}, [][]byte{passphrase}, nil, 1, ""},
		{"locked, right one last", [][]byte{locked}, [][]byte{[]byte("x"), nil, bytes.TrimSpace(passphrase)}, nil, 1, ""},
		{"two secrets, one passphrase", [][]byte{locked, secret}, [][]byte{passphrase}, nil, 2, ""},
		{"two secrets in one file", [][]byte{append(slices.Clone(locked), secret...)}, [][]byte{passphrase}, nil, 2, ""},
		{"same secret twice", [][]byte{secret, secret}, nil, nil, 1, ""},
		{"binary public", nil, nil, dearmoured(t, public), 1, ""},
		{"several public in one block", nil, nil, g.must(t, nil, "--armor", "--export", peer, team), 2, ""},
		{"several blocks with text between", nil, nil, slices.Concat([]byte("CERT A\n"), public, []byte("CERT B\n"), g.public(t, team)), 2, ""},
		{"locked, no passphrase", [][]byte{secret, locked}, nil, nil, 0, "secret key 2: key |no passphrase opens it"},
		{"locked, wrong passphrase", [][]byte{locked}, [][]byte{[]byte("wrong")}, nil, 0, "no passphrase opens it"},
		{"public for secret", [][]byte{public}, nil, nil, 0, "secret key 1: key |is a public key where a secret one is wanted"},
		{"secret for public", nil, nil, secret, 0, "public key 1: key |is a secret key where a public one is wanted"},
		{"no key", nil, nil, []byte("hello"), 0, "public key 1: "},
		{"any text", nil, nil, []byte("the key is on its way\n"), 0, "no OpenPGP key in it"},
		{"armour without a key", nil, nil, []byte("-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n"), 0, "no OpenPGP key in it"},
		{"cut off", nil, nil, public[:len(public)/3], 0, "public key 1: "},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var given []pgp.PublicKey
			if row.public != nil {
				given = []pgp.PublicKey{{Data: row.public, Tier: "known"}}
			}
			ring, err := pgp.NewKeyring(row.secret, row.passphrases, given)
			if (err != nil) != (row.problem != "") {
				t.Fatalf("got error %v, want %q", err, row.problem)
			}
			for part := range strings.SplitSeq(row.problem, "|") {
				if err != nil && !strings.Contains(err.Error(), part) {
					t.Errorf("got error %q, want %q in it", err, part)
				}
			}
			if err != nil && strings.Contains(err.Error(), "wrong") {
				t.Errorf("the error %q quotes a passphrase", err)
			}
			if err == nil && len(ring.Keys()) != row.keys {
				t.Errorf("got %d keys, want %d", len(ring.Keys()), row.keys)
			}
		})
	}
}

func dearmoured(t *testing.T, data []byte) []byte {
	t.Helper()
	block, err := armor.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(block.Body); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestKeysAreListedOursFirst(t *testing.T) {
	keys := teamRing(t).Keys()
	if len(keys) != 4 {
		t.Fatalf("got %d keys", len(keys))
	}
	ours := keys[0]
	want := []string{"Example CSIRT <csirt@example.org>"}
	if !ours.Secret || !slices.Equal(ours.UserIDs, want) || !slices.Equal(ours.Addresses, []string{"csirt@example.org"}) {
		t.Errorf("got %+v", ours)
	}
	if len(ours.Fingerprint) != 40 || !strings.HasSuffix(ours.Fingerprint, ours.KeyID) || len(ours.KeyID) != 16 || !ours.Expires.IsZero() {
		t.Errorf("got %+v", ours)
	}
	for _, k := range keys[1:] {
		if k.Secret {
			t.Errorf("%s is not ours", k.Fingerprint)
		}
	}
}

func TestDescribe(t *testing.T) {
	infos, err := pgp.Describe(sample(t, "keys/team-secret.asc"))
	if err != nil || len(infos) != 1 || !infos[0].Secret {
		t.Errorf("got %+v, %v", infos, err)
	}
	infos, err = pgp.Describe(sample(t, "keys/finder-public.asc"))
	if err != nil || len(infos) != 1 || infos[0].Secret {
		t.Errorf("got %+v, %v", infos, err)
	}
	if _, err := pgp.Describe([]byte("no key")); err == nil {
		t.Error("got no error for something else")
	}
}

func TestRecipient(t *testing.T) {
	g := realGPG(t)
	g.lifetime(t, "sealed@example.net", "20260301T000000")
	ring, err := pgp.NewKeyring([][]byte{g.secret(t, team)}, nil, []pgp.PublicKey{
		{Data: g.public(t, peer), Tier: "peer"},
		{Data: g.public(t, "peer@rsa.example"), Tier: "known"},
		{Data: g.public(t, "peer@nist.example"), Tier: "unknown"},
		{Data: g.public(t, "peer@brainpool.example")},
		{Data: g.public(t, "sealed@example.net"), Tier: "peer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	early := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	rows := []struct {
		name, address string
		at            time.Time
		ok            bool
	}{
		{"peer", peer, received, true},
		{"known, other case", "Peer@RSA.example", received, true},
		{"unknown tier", "peer@nist.example", received, false},
		{"no tier given", "peer@brainpool.example", received, false},
		{"nobody", "no@example.net", received, false},
		{"part of an address", "eer@curve.example", received, false},
		{"before the key was made", peer, early, false},
		{"key that only signs", "sealed@example.net", received, false},
		{"ourselves", team, received, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			fingerprint, ok := ring.Recipient(row.address, row.at)
			if ok != row.ok || (fingerprint != "") != row.ok {
				t.Errorf("got %q, %v, want %v", fingerprint, ok, row.ok)
			}
		})
	}
}

func TestOutgoingOpensWithGPG(t *testing.T) {
	g := realGPG(t)
	for _, kind := range kinds {
		t.Run(kind[0], func(t *testing.T) {
			us, them := "team@"+kind[0]+".example", "peer@"+kind[0]+".example"
			ring := g.ring(t, us, them, "peer@rsa.example")
			text := []byte(plainEntity(report))

			signature, micalg, err := ring.Sign(text, received)
			if err != nil {
				t.Fatal(err)
			}
			checkDetached(t, g, text, signature)
			if !strings.HasPrefix(micalg, "pgp-sha") || strings.Contains(micalg, "--") {
				t.Errorf("got micalg %q", micalg)
			}

			fingerprint, _ := ring.Recipient(them, received)
			other, _ := ring.Recipient("peer@rsa.example", received)
			sealed, err := ring.Encrypt(text, []string{fingerprint, other}, received)
			if err != nil {
				t.Fatal(err)
			}
			status := string(g.must(t, sealed, "--status-fd", "1", "--output", "-", "--decrypt"))
			if !strings.Contains(status, "GOODSIG") || !strings.Contains(status, "192.0.2.77") || strings.Count(status, "ENC_TO") < 2 {
				t.Errorf("gpg says %s", status)
			}
			for _, out := range [][]byte{sealed, signature} {
				if bytes.Contains(out, []byte("Comment:")) || bytes.Contains(out, []byte("Version:")) {
					t.Errorf("the armour names the program: %.120s", out)
				}
			}
			opened := open(t, ring, mailOf(us, encryptedEntity("encrypted", sealed)), us)
			if !opened.Result.Decrypted || verdicts(opened.Result) != "good" || !strings.Contains(shown(opened), "192.0.2.77") {
				t.Errorf("we cannot read what we sent: %+v", opened.Result)
			}
		})
	}
}

func checkDetached(t *testing.T, g *gpg, text, signature []byte) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/text", text)
	write(t, dir+"/text.asc", signature)
	status := string(g.must(t, nil, "--status-fd", "1", "--verify", dir+"/text.asc", dir+"/text"))
	if !strings.Contains(status, "GOODSIG") {
		t.Errorf("gpg says %s", status)
	}
}

func TestEncryptToAllOrNobody(t *testing.T) {
	g := realGPG(t)
	g.lifetime(t, "short@example.net", "20260301T000000")
	ring := g.ring(t, team, peer, "short@example.net")
	good, _ := ring.Recipient(peer, received)
	short, err := g.print("short@example.net")
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name    string
		to      []string
		at      time.Time
		want    error
		problem string
	}{
		{"good", []string{good}, received, nil, ""},
		{"spaced lower case", []string{"0x" + strings.ToLower(good[:4]+" "+good[4:])}, received, nil, ""},
		{"nobody", nil, received, pgp.ErrRecipientKey, "encrypting to nobody"},
		{"one not there", []string{good, "ABCD"}, received, pgp.ErrRecipientKey, "key ABCD is not in the keyring"},
		{"one expired", []string{good, short}, received, pgp.ErrRecipientKey, "key " + short + " expired on 2026-03-01"},
		{"before the keys", []string{good}, received.AddDate(-3, 0, 0), pgp.ErrRecipientKey, "does not exist before 2026-01-05"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			out, err := ring.Encrypt([]byte(report), row.to, row.at)
			if !errors.Is(err, row.want) || (err == nil) != (len(out) > 0) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if err != nil && !strings.Contains(err.Error(), row.problem) {
				t.Errorf("got %q, want %q in it", err, row.problem)
			}
		})
	}
	if _, err := g.ring(t, "", peer).Encrypt([]byte(report), []string{good}, received); !errors.Is(err, pgp.ErrNoOwnKey) {
		t.Errorf("without a key of ours: got %v", err)
	}
}

func TestWithoutKeys(t *testing.T) {
	var none *pgp.Keyring
	empty, err := pgp.NewKeyring(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, ring := range map[string]*pgp.Keyring{"nil": none, "empty": empty} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, ring, string(sample(t, "mail/pgp-cert-alpha-report.eml")), "")
			if !opened.Result.Encrypted || opened.Result.Decrypted || !strings.HasSuffix(opened.Result.Problem, "none of ours") {
				t.Errorf("got %+v", opened.Result)
			}
			if ring.CanSign(received) {
				t.Error("it says it can sign")
			}
			if _, _, err := ring.Sign([]byte(report), received); !errors.Is(err, pgp.ErrNoOwnKey) {
				t.Errorf("got %v", err)
			}
			if _, err := ring.OwnPublicKey(received); !errors.Is(err, pgp.ErrNoOwnKey) {
				t.Errorf("got %v", err)
			}
			if len(ring.Keys()) != 0 {
				t.Error("it lists keys")
			}
		})
	}
}

func TestOwnPublicKeyIsPublic(t *testing.T) {
	key, err := teamRing(t).OwnPublicKey(received)
	if err != nil {
		t.Fatal(err)
	}
	infos, err := pgp.Describe(key)
	if err != nil || len(infos) != 1 || infos[0].Secret || infos[0].Addresses[0] != "csirt@example.org" {
		t.Errorf("got %+v, %v", infos, err)
	}
}

// A key may be of no more use long before its primary key expires: when the
// last part that can be encrypted to ends.
func TestWhenKeysEnd(t *testing.T) {
	start := time.Now().Add(-time.Hour)
	const day = 24 * time.Hour
	public := func(address string, life, subkeyLife time.Duration) pgp.PublicKey {
		entity, err := openpgp.NewEntity(address, "", address, &packet.Config{
			Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return start }, KeyLifetimeSecs: uint32(life / time.Second),
		})
		if err != nil {
			t.Fatal(err)
		}
		seconds := uint32(subkeyLife / time.Second)
		entity.Subkeys[0].Sig.KeyLifetimeSecs = &seconds
		if err := entity.Subkeys[0].Sig.SignKey(entity.Subkeys[0].PublicKey, entity.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		var data bytes.Buffer
		if err := entity.Serialize(&data); err != nil {
			t.Fatal(err)
		}
		return pgp.PublicKey{Data: data.Bytes(), Tier: "peer"}
	}
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{
		public("ever@peer.example", 0, 0), public("later@peer.example", 400*day, 0),
		public("subkey@peer.example", 400*day, 20*day), public("soon@peer.example", 40*day, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range ring.Expiring(start, 60*day) {
		got = append(got, key.Addresses[0])
		if key.Until.IsZero() || key.Until.After(start.Add(60*day)) {
			t.Errorf("%s: until %v", key.Addresses[0], key.Until)
		}
	}
	if want := "subkey@peer.example soon@peer.example"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
