package pgp_test

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/pgp"
)

// keysMade is when the keys of these tests were made.
var keysMade = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func at(day int) *packet.Config {
	return &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, DefaultHash: crypto.SHA256, Time: func() time.Time { return keysMade.AddDate(0, 0, day) }}
}

// someone makes a key that lives for so many days, 0 is for ever.
func someone(t testing.TB, name, address string, days uint32) *openpgp.Entity {
	t.Helper()
	config := at(0)
	config.KeyLifetimeSecs = days * 24 * 3600
	e, err := openpgp.NewEntity(name, "", address, config)
	must(t, err)
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written is the public key as it is now.
func written(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, e.Serialize(&b))
	return b.Bytes()
}

// extend lets the owner move the end of a key.
func extend(t testing.TB, e *openpgp.Entity, day int, days uint32) {
	t.Helper()
	life := days * 24 * 3600
	for _, identity := range e.Identities {
		sig := *identity.SelfSignature
		sig.CreationTime, sig.KeyLifetimeSecs = keysMade.AddDate(0, 0, day), &life
		must(t, sig.SignUserId(identity.Name, e.PrimaryKey, e.PrivateKey, at(day)))
		identity.SelfSignature = &sig
		identity.Signatures = []*packet.Signature{&sig}
	}
	for i := range e.Subkeys {
		sig := *e.Subkeys[i].Sig
		sig.CreationTime, sig.KeyLifetimeSecs = keysMade.AddDate(0, 0, day), &life
		must(t, sig.SignKey(e.Subkeys[i].PublicKey, e.PrivateKey, at(day)))
		e.Subkeys[i].Sig = &sig
	}
}

func described(t testing.TB, data []byte) pgp.KeyInfo {
	t.Helper()
	keys, unread, err := pgp.ReadKeys(data)
	if err != nil || unread > 0 || len(keys) != 1 {
		t.Fatalf("got %d keys, %d unread, %v", len(keys), unread, err)
	}
	return keys[0].KeyInfo
}

func TestMergeTakesWhatTheOwnerSays(t *testing.T) {
	rows := []struct {
		name   string
		change func(t *testing.T, e *openpgp.Entity)
		words  string // of the update
		check  func(before, after pgp.KeyInfo) bool
	}{
		{"a later end", func(t *testing.T, e *openpgp.Entity) { extend(t, e, 10, 400) }, "is of use until 2027-02-05 and no more until 2026-01-31",
			func(_, after pgp.KeyInfo) bool { return after.Until.Equal(keysMade.AddDate(0, 0, 400)) }},
		{"an earlier end", func(t *testing.T, e *openpgp.Entity) { extend(t, e, 10, 20) }, "is of use until 2026-01-21",
			func(_, after pgp.KeyInfo) bool { return after.Until.Equal(keysMade.AddDate(0, 0, 20)) }},
		{"no end", func(t *testing.T, e *openpgp.Entity) { extend(t, e, 10, 0) }, "for ever", func(_, after pgp.KeyInfo) bool { return after.Until.IsZero() }},
		{"a new subkey", func(t *testing.T, e *openpgp.Entity) { must(t, e.AddSigningSubkey(at(5))) }, "1 subkeys are new",
			func(before, after pgp.KeyInfo) bool { return before.Fingerprint == after.Fingerprint }},
		{"a revoked subkey", func(t *testing.T, e *openpgp.Entity) {
			must(t, e.RevokeSubkey(&e.Subkeys[0], packet.KeyCompromised, "lost", at(5)))
		}, "1 subkeys are new or revoked", func(_, _ pgp.KeyInfo) bool { return true }},
		{"revoked", func(t *testing.T, e *openpgp.Entity) { must(t, e.RevokeKey(packet.KeyRetired, "", at(5))) }, "revoked by its owner",
			func(_, after pgp.KeyInfo) bool { return after.Revoked }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			e := someone(t, "CERT", "cert@peer.example", 30)
			old := written(t, e)
			row.change(t, e)
			newer := written(t, e)
			merged, update, err := pgp.Merge(old, newer)
			must(t, err)
			if !update.Changed || !strings.Contains(update.String(), row.words) {
				t.Errorf("got %q (%v), want %q", update, update.Changed, row.words)
			}
			if before, after := described(t, old), described(t, []byte(merged)); !row.check(before, after) {
				t.Errorf("got %+v from %+v", after, before)
			}
			if again, update, err := pgp.Merge([]byte(merged), old); err != nil || update.Changed || again != merged {
				t.Errorf("the old copy changes the key back: %v, %v", update, err)
			}
			if _, update, err := pgp.Merge([]byte(merged), newer); err != nil || update.Changed {
				t.Errorf("the same copy twice: %v, %v", update, err)
			}
		})
	}
}

// A person approved whose key this is: the name of somebody else is not taken silently.
func TestMergeTakesNoNewName(t *testing.T) {
	e := someone(t, "CERT", "cert@peer.example", 30)
	old := written(t, e)
	must(t, e.AddUserId("Minister", "", "minister@ministry.example", at(5)))
	merged, update, err := pgp.Merge(old, written(t, e))
	if err != nil || update.Changed || !strings.Contains(update.String(), "minister@ministry.example") {
		t.Fatalf("got %q (%v), %v", update, update.Changed, err)
	}
	if got := described(t, []byte(merged)).Addresses; !slices.Equal(got, []string{"cert@peer.example"}) {
		t.Errorf("got addresses %v", got)
	}
}

// What others hang on a key is nothing of its owner's.
func TestMergeTakesNothingOfOthers(t *testing.T) {
	e, mallory := someone(t, "CERT", "cert@peer.example", 30), someone(t, "Mallory", "m@bad.example", 0)
	old := written(t, e)
	rows := []struct {
		name  string
		forge func(t *testing.T) []byte
	}{
		{"a revocation by another key", func(t *testing.T) []byte {
			must(t, mallory.RevokeKey(packet.KeyCompromised, "", at(5)))
			return slices.Concat(primary(t, e), signature(t, mallory.Revocations[0]), old[len(primary(t, e)):])
		}},
		{"a subkey of another key", func(t *testing.T) []byte {
			var sub bytes.Buffer
			must(t, mallory.Subkeys[0].PublicKey.Serialize(&sub))
			return slices.Concat(old, sub.Bytes(), signature(t, mallory.Subkeys[0].Sig))
		}},
		{"a self-signature that does not verify", func(t *testing.T) []byte {
			broken := slices.Clone(old)
			broken[len(broken)-3] ^= 1
			return broken
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, update, err := pgp.Merge(old, row.forge(t))
			if err != nil || update.Changed {
				t.Errorf("got %q (%v), %v", update, update.Changed, err)
			}
		})
	}
	if _, _, err := pgp.Merge(old, written(t, mallory)); !errors.Is(err, pgp.ErrOtherKey) {
		t.Errorf("another key: got %v", err)
	}
}

func primary(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, e.PrimaryKey.Serialize(&b))
	return b.Bytes()
}

func signature(t testing.TB, s *packet.Signature) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, s.Serialize(&b))
	return b.Bytes()
}

// TestKeyWithTenThousandOfEverything: anybody can hang them on a key, his own or another's.
func TestKeyWithTenThousandOfEverything(t *testing.T) {
	e, other := someone(t, "CERT", "cert@peer.example", 0), someone(t, "Other", "o@bad.example", 0)
	base := written(t, e)
	cert := packet.Signature{Version: 4, SigType: packet.SigTypeGenericCert, PubKeyAlgo: packet.PubKeyAlgoEdDSA, Hash: crypto.SHA256, CreationTime: keysMade, IssuerKeyId: &other.PrimaryKey.KeyId}
	must(t, cert.SignUserId("CERT <cert@peer.example>", e.PrimaryKey, other.PrivateKey, at(1)))
	foreign := signature(t, &cert)
	var self []byte
	for _, identity := range e.Identities {
		self = signature(t, identity.SelfSignature)
	}
	forged := slices.Clone(self)
	forged[len(forged)-1] ^= 1
	var user bytes.Buffer
	must(t, packet.NewUserId("x", "", "x@bad.example").Serialize(&user))
	rows := []struct {
		name  string
		extra []byte
	}{
		{"certifications by others", bytes.Repeat(foreign, 10_000)},
		{"self-signatures, all the same", bytes.Repeat(self, 10_000)},
		{"self-signatures that are forged", bytes.Repeat(forged, 10_000)},
		{"user IDs that nobody signed", bytes.Repeat(user.Bytes(), 10_000)},
		{"keys", bytes.Repeat(base, 1_000)},
	}
	head := len(primary(t, e)) + len(userPacket(t, e))
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			data := slices.Concat(base[:head], self, row.extra, base[head+len(self):])
			if row.name == "keys" {
				data = row.extra
			}
			found, _ := pgp.NewFinder().Find(data)
			for _, key := range pgp.KeysFor(data, "cert@peer.example") {
				if !slices.Equal(key.Addresses, []string{"cert@peer.example"}) {
					t.Fatalf("%s is taken for %q", key.Fingerprint, key.Addresses)
				}
			}
			if len(found) == 0 || len(found) > pgp.MaxFound {
				t.Fatalf("got %d keys", len(found))
			}
			if got := len(found[0].Data); got > 8<<10 {
				t.Errorf("kept %d bytes", got)
			}
			if !slices.Equal(found[0].Addresses, []string{"cert@peer.example"}) {
				t.Errorf("got addresses %v", found[0].Addresses)
			}
		})
	}
}

// TestKeysThatAreSlowToVerify brings DSA keys with a subgroup as long as the key
// itself, and many signatures that have to be calculated before they are found wrong:
// half a second each. The bound is generous; without limits it takes minutes.
func TestKeysThatAreSlowToVerify(t *testing.T) {
	var file []byte
	for seed := range pgp.MaxFound {
		file = append(file, slowKey(seed, 80)...)
	}
	start := time.Now()
	found, _ := pgp.NewFinder().Find(file)
	if took := time.Since(start); len(found) != 0 || took > 30*time.Second {
		t.Errorf("got %d keys in %v", len(found), took)
	}
}

// slowKey is a DSA key of random numbers with a user ID and signatures on it that
// look as if they fitted (RFC 9580 sections 5.2.3, 5.2.4 and 5.5.2).
func slowKey(seed, signatures int) []byte {
	random := rand.New(rand.NewPCG(1, uint64(seed)))
	number := func() []byte {
		octets := make([]byte, 1024)
		for i := range octets {
			octets[i] = byte(random.Uint32())
		}
		octets[0], octets[1023] = 0x7F, octets[1023]|1
		return append([]byte{0x1F, 0xFF}, octets...) // 8,191 bits
	}
	p := func(tag byte, body []byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{0xC0 | tag, 0xFF}, uint32(len(body))), body...)
	}
	modulus := number()
	modulus[0], modulus[1], modulus[2] = 0x20, 0x00, 0xFF
	q := number()
	q[0], q[1], q[2] = 0x20, 0x00, 0xFF
	key := slices.Concat([]byte{4, 0x60, 0, 0, 0, 17}, modulus, q, number(), number())
	hashed := slices.Concat([]byte{0x99}, binary.BigEndian.AppendUint16(nil, uint16(len(key))), key)
	print := sha1.Sum(hashed)
	user := []byte("x <x@bad.example>")
	all := append(p(6, key), p(13, user)...)
	for n := range signatures {
		head := append([]byte{4, 0x13, 17, 8, 0, 6, 5, 2}, binary.BigEndian.AppendUint32(nil, uint32(0x60000000+n))...)
		over := slices.Concat(hashed, []byte{0xB4}, binary.BigEndian.AppendUint32(nil, uint32(len(user))), user, head, []byte{4, 0xFF}, binary.BigEndian.AppendUint32(nil, uint32(len(head))))
		digest := sha256.Sum256(over)
		all = append(all, p(2, slices.Concat(head, []byte{0, 10, 9, 16}, print[12:], digest[:2], number(), number()))...)
	}
	return all
}

func userPacket(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, identity := range e.Identities {
		must(t, identity.UserId.Serialize(&b))
	}
	return b.Bytes()
}

func TestIntroducers(t *testing.T) {
	known, stranger, e := someone(t, "Known", "k@peer.example", 0), someone(t, "Stranger", "s@bad.example", 0), someone(t, "New", "new@peer.example", 0)
	for _, by := range []*openpgp.Entity{known, stranger} {
		must(t, e.SignIdentity("New <new@peer.example>", by, at(2)))
	}
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: written(t, known), Signer: "CERT Known", Tier: "peer"}, {Data: written(t, stranger)}})
	must(t, err)
	keys, _, err := pgp.ReadKeys(written(t, e))
	must(t, err)
	got := ring.Introducers([]byte(keys[0].Data), keysMade.AddDate(0, 0, 3))
	if len(got) != 1 || !strings.HasPrefix(got[0], "CERT Known, key 0x") {
		t.Errorf("got %q, want the known one alone", got)
	}
	must(t, known.RevokeKey(packet.KeyCompromised, "", at(4)))
	revoked, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: written(t, known), Signer: "CERT Known", Tier: "peer"}})
	must(t, err)
	if got := revoked.Introducers([]byte(keys[0].Data), keysMade.AddDate(0, 0, 5)); len(got) != 0 {
		t.Errorf("a revoked key introduces: %q", got)
	}
}

func TestReadKeysSaysWhatIsWrong(t *testing.T) {
	e := someone(t, "CERT", "cert@peer.example", 0)
	var secret bytes.Buffer
	must(t, e.SerializePrivate(&secret, at(0)))
	if _, _, err := pgp.ReadKeys(secret.Bytes()); !errors.Is(err, pgp.ErrSecret) {
		t.Errorf("a secret key: got %v", err)
	}
	if _, found := pgp.NewFinder().Find(inArmour(t, openpgp.PrivateKeyType, secret.Bytes())); !found {
		t.Error("a secret key in a mail is not told")
	}
	for _, text := range []string{"", "hello", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnothing\n-----END PGP PUBLIC KEY BLOCK-----\n"} {
		if keys, _, err := pgp.ReadKeys([]byte(text)); err == nil {
			t.Errorf("%q: got %d keys", text, len(keys))
		}
	}
}

func inArmour(t testing.TB, kind string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := armor.Encode(&b, kind, nil)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// A member's key counts for the addresses of the team, and finds the team's mail a key.
func TestKeysOfATeam(t *testing.T) {
	team, anna := someone(t, "Team", "cert@team.example", 0), someone(t, "Anna", "anna@home.example", 0)
	addresses := []string{"cert@team.example", "@team.example"}
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{
		{Data: written(t, anna), Signer: "Anna of Team", Tier: "peer", Addresses: addresses},
		{Data: written(t, team), Signer: "Team", Tier: "peer", Addresses: addresses},
	})
	must(t, err)
	prints := map[string]string{}
	for _, key := range ring.Keys() {
		prints[key.Fingerprint] = key.Signer
	}
	for address, want := range map[string]string{
		"cert@team.example": "Team", "anna@home.example": "Anna of Team", "CERT@team.example": "Team", "bob@other.example": "",
	} {
		fingerprint, _ := ring.Recipient(address, keysMade.AddDate(0, 0, 1))
		if got := prints[fingerprint]; got != want {
			t.Errorf("%s: got the key of %q, want %q", address, got, want)
		}
	}
	if _, ok := ring.Recipient("new@team.example", keysMade.AddDate(0, 0, 1)); !ok {
		t.Error("nobody's key is found for a new member of the team")
	}
}

// With keeps ours and forgets the public ones that were there.
func TestWith(t *testing.T) {
	a, b := someone(t, "A", "a@peer.example", 0), someone(t, "B", "b@peer.example", 0)
	var secret bytes.Buffer
	ours := someone(t, "Ours", "csirt@example.org", 0)
	must(t, ours.SerializePrivate(&secret, at(0)))
	ring, err := pgp.NewKeyring([][]byte{secret.Bytes()}, nil, []pgp.PublicKey{{Data: written(t, a), Tier: "known"}})
	must(t, err)
	must(t, ours.RevokeKey(packet.KeyRetired, "", at(5)))
	other, err := ring.With([]pgp.PublicKey{{Data: written(t, b), Tier: "known"}, {Data: written(t, ours)}})
	must(t, err)
	got := ""
	for _, key := range other.Keys() {
		got += fmt.Sprintln(key.Signer, key.Secret, key.Revoked)
	}
	if want := "Ours <csirt@example.org> true true\nB <b@peer.example> false false\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if first := ring.Keys(); len(first) != 2 || first[0].Revoked {
		t.Errorf("the ring it was made from has changed: %+v", first)
	}
}

// A directory of addresses vouches for the address that it was asked for.
func TestKeysForAnAddress(t *testing.T) {
	cert, other := someone(t, "CERT", "cert@peer.example", 30), someone(t, "Other", "other@peer.example", 30)
	must(t, cert.AddUserId("Minister", "", "minister@ministry.example", at(5)))
	must(t, other.AddUserId("cert@peer.example", "", "mallory@evil.example", at(5))) // the address is another one
	forged := someone(t, "CERT", "cert@peer.example", 30)
	for _, identity := range forged.Identities { // hung on a key whose owner never signed it
		must(t, identity.SelfSignature.SignUserId(identity.Name, other.PrimaryKey, other.PrivateKey, at(1)))
		identity.Signatures = []*packet.Signature{identity.SelfSignature}
	}
	both := slices.Concat(written(t, other), written(t, cert))
	for _, row := range []struct {
		name    string
		data    []byte
		address string
		names   []string // of what is taken
	}{
		{"its own name alone", written(t, cert), "cert@peer.example", []string{"CERT <cert@peer.example>"}},
		{"in another case", written(t, cert), "Cert@Peer.Example", []string{"CERT <cert@peer.example>"}},
		{"armoured", inArmour(t, openpgp.PublicKeyType, written(t, cert)), "cert@peer.example", []string{"CERT <cert@peer.example>"}},
		{"behind another key", both, "cert@peer.example", []string{"CERT <cert@peer.example>"}},
		{"another address", written(t, cert), "anna@peer.example", nil},
		{"a part of the address", written(t, cert), "ert@peer.example", nil},
		{"not signed by the key", written(t, forged), "cert@peer.example", nil},
		{"the page of a web server", []byte("<html>not found</html>"), "cert@peer.example", nil},
		{"nothing", nil, "cert@peer.example", nil},
	} {
		var names []string
		for _, key := range pgp.KeysFor(row.data, row.address) {
			names = append(names, key.UserIDs...)
			if again := described(t, []byte(key.Data)); !slices.Equal(again.UserIDs, key.UserIDs) {
				t.Errorf("%s: kept %q", row.name, again.UserIDs)
			}
		}
		if !slices.Equal(names, row.names) {
			t.Errorf("%s: got %q, want %q", row.name, names, row.names)
		}
	}
}

// FuzzFindKeys reads what strangers attach. What is kept is read again as the
// same key, is bounded, and merges with itself to itself.
func FuzzFindKeys(f *testing.F) {
	e := someone(f, "CERT", "cert@peer.example", 30)
	f.Add(written(f, e))
	f.Add(inArmour(f, openpgp.PublicKeyType, written(f, e)))
	must(f, e.RevokeKey(packet.KeyRetired, "", at(5)))
	f.Add(written(f, e))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, _ := pgp.NewFinder().Find(data)
		if len(found) > pgp.MaxFound {
			t.Fatalf("found %d keys", len(found))
		}
		for _, key := range found {
			again, _, err := pgp.ReadKeys([]byte(key.Data))
			if err != nil || len(again) != 1 || again[0].Fingerprint != key.Fingerprint || again[0].Revoked != key.Revoked {
				t.Fatalf("%s is read again as %+v, %v", key.Fingerprint, again, err)
			}
			if _, update, err := pgp.Merge([]byte(key.Data), []byte(key.Data)); err != nil || update.Changed {
				t.Fatalf("merged with itself: %v, %v", update, err)
			}
			if len(key.Data) > 128<<10 {
				t.Fatalf("kept %d bytes", len(key.Data))
			}
		}
	})
}
