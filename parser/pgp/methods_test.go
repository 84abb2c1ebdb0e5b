package pgp_test

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/ocb"
	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/pgp"
)

// TestCiphers opens what gpg writes with every cipher it has; of those that are
// not read here the problem says which one it is.
func TestCiphers(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	for cipher, problem := range map[string]string{
		"AES256": "", "AES192": "", "AES": "", "3DES": "", "CAST5": "",
		"IDEA":        "which is ours, and encrypted with IDEA, which is not read here",
		"BLOWFISH":    "encrypted with Blowfish, which",
		"TWOFISH":     "encrypted with Twofish, which",
		"CAMELLIA128": "encrypted with Camellia-128, which",
		"CAMELLIA192": "encrypted with Camellia-192, which",
		"CAMELLIA256": "encrypted with Camellia-256, which",
	} {
		t.Run(cipher, func(t *testing.T) {
			sealed := g.must(t, []byte(plainEntity(report)), append(sealArgs(team, peer), "--armor", "--cipher-algo", cipher)...)
			checkMethod(t, ring, sealed, problem)
		})
	}
}

// TestCompressions opens every compression of gpg.
func TestCompressions(t *testing.T) {
	g := realGPG(t)
	for _, algorithm := range []string{"none", "zip", "zlib", "bzip2"} {
		t.Run(algorithm, func(t *testing.T) {
			sealed := g.must(t, []byte(plainEntity(report)), append(sealArgs(team, peer), "--armor", "--compress-algo", algorithm)...)
			checkMethod(t, g.ring(t, team, peer), sealed, "")
		})
	}
}

func checkMethod(t *testing.T, ring *pgp.Keyring, sealed []byte, problem string) {
	t.Helper()
	opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", sealed)), peer)
	r := opened.Result
	if opens := problem == ""; r.Decrypted != opens || !strings.Contains(r.Problem, problem) || (verdicts(r) == "good") != opens || strings.Contains(shown(opened), "192.0.2.77") != opens {
		t.Errorf("got %+v, want problem %q", r, problem)
	}
}

// TestKindsOfKeys opens and judges with kinds of keys beside those of the matrix.
func TestKindsOfKeys(t *testing.T) {
	g := realGPG(t)
	for _, kind := range []string{"nistp384", "nistp521", "brainpoolP384r1", "brainpoolP512r1", "secp256k1"} {
		t.Run(kind, func(t *testing.T) {
			address := kind + "@kinds.example"
			if err := g.key(address, kind, kind); err != nil {
				t.Fatal(err)
			}
			checkMethod(t, withFrom(t, g.secret(t, address)), g.seal(t, plainEntity(report), address, address), "")
		})
	}
}

// withFrom is a keyring of one secret key.
func withFrom(t *testing.T, secret []byte) *pgp.Keyring {
	t.Helper()
	ring, err := pgp.NewKeyring([][]byte{secret}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// TestOldKeys opens a message for an ElGamal key, signed with DSA: both were made
// by gpg and lie in testdata, because making them takes long.
func TestOldKeys(t *testing.T) {
	ring := withFrom(t, file(t, "dsa-elgamal-secret.asc"))
	opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", file(t, "dsa-elgamal-message.asc"))), "old@example.net")
	if !opened.Result.Decrypted || verdicts(opened.Result) != "good" {
		t.Errorf("got %+v", opened.Result)
	}
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestModernKeys opens what RFC 9580 brought: keys of version 6, X448 and Ed448,
// and authenticated encryption in each of its modes.
func TestModernKeys(t *testing.T) {
	for name, config := range map[string]*packet.Config{
		"version 6, OCB":         {V6Keys: true, Algorithm: packet.PubKeyAlgoEd25519, AEADConfig: &packet.AEADConfig{DefaultMode: packet.AEADModeOCB}},
		"version 6, EAX":         {V6Keys: true, Algorithm: packet.PubKeyAlgoEd25519, AEADConfig: &packet.AEADConfig{DefaultMode: packet.AEADModeEAX}},
		"version 6, GCM":         {V6Keys: true, Algorithm: packet.PubKeyAlgoEd25519, AEADConfig: &packet.AEADConfig{DefaultMode: packet.AEADModeGCM}},
		"version 6, X448":        {V6Keys: true, Algorithm: packet.PubKeyAlgoEd448, AEADConfig: &packet.AEADConfig{}},
		"version 6, SEIPD 1":     {V6Keys: true, Algorithm: packet.PubKeyAlgoEd25519},
		"version 4, SEIPD 2":     {Algorithm: packet.PubKeyAlgoEdDSA, AEADConfig: &packet.AEADConfig{}},
		"version 4, Curve448":    {Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve448},
		"version 4, new X25519":  {Algorithm: packet.PubKeyAlgoEd25519},
		"version 4, old Ed25519": {Algorithm: packet.PubKeyAlgoEdDSA},
	} {
		t.Run(name, func(t *testing.T) {
			entity, err := openpgp.NewEntity("Modern", "", "modern@example.net", config)
			if err != nil {
				t.Fatal(err)
			}
			var key, sealed bytes.Buffer
			if err := entity.SerializePrivate(&key, nil); err != nil {
				t.Fatal(err)
			}
			w, err := openpgp.Encrypt(&sealed, []*openpgp.Entity{entity}, entity, nil, config)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write([]byte(plainEntity(report)))
			_ = w.Close()
			checkMethod(t, withFrom(t, key.Bytes()), armoured(sealed.Bytes()), "")
		})
	}
}

// TestOCBOfGPG opens the packet that gpg 2.3 and newer write for keys which say
// that they can read it: "AEAD encrypted data" with OCB, in pieces of 4 MiB and in
// small ones. A changed, a cut and a reordered one stay closed.
func TestOCBOfGPG(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	for _, pieceSize := range []byte{0, 4, 16} {
		t.Run(fmt.Sprint("pieces of 2^", 6+pieceSize), func(t *testing.T) {
			sealed := sealOCB(t, g, pieceSize)
			checkMethod(t, ring, armoured(sealed), "")
			body := len(sealed) - len(report)*40
			for at := body; at < len(sealed); at += 61 {
				broken := bytes.Clone(sealed)
				broken[at] ^= 1
				checkClosed(t, ring, broken, at)
				checkClosed(t, ring, sealed[:at], at)
			}
		})
	}
}

// sealOCB writes a message as gpg 2.4 does (draft-koch-librepgp section 5.16): the
// packets inside are gpg's own, its signature too.
func sealOCB(t *testing.T, g *gpg, pieceSize byte) []byte {
	t.Helper()
	inside := g.must(t, []byte(plainEntity(strings.Repeat(report, 40))), "--sign", "-u", peer, "--compress-algo", "none")
	ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(g.public(t, team)))
	if err != nil {
		t.Fatal(err)
	}
	key, _ := ring[0].EncryptionKey(received)
	session, nonce := sha256.Sum256([]byte("session")), bytes.Repeat([]byte{7}, 15)
	var out, body bytes.Buffer
	if err := packet.SerializeEncryptedKey(&out, key.PublicKey, packet.CipherAES256, session[:], nil); err != nil {
		t.Fatal(err)
	}
	block, _ := aes.NewCipher(session[:])
	sealer, err := ocb.NewOCBWithNonceAndTagSize(block, 15, 16)
	if err != nil {
		t.Fatal(err)
	}
	about := []byte{0xD4, 1, byte(packet.CipherAES256), byte(packet.AEADModeOCB), pieceSize}
	body.Write(append(bytes.Clone(about[1:]), nonce...))
	number, whole := uint64(0), uint64(len(inside))
	nonceOf := func() []byte {
		n := bytes.Clone(nonce)
		for i, b := range binary.BigEndian.AppendUint64(nil, number) {
			n[7+i] ^= b
		}
		return n
	}
	for size := 64 << pieceSize; len(inside) > 0; number++ {
		piece := inside[:min(size, len(inside))]
		inside = inside[len(piece):]
		body.Write(sealer.Seal(nil, nonceOf(), piece, binary.BigEndian.AppendUint64(bytes.Clone(about), number)))
	}
	last := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(bytes.Clone(about), number), whole)
	body.Write(sealer.Seal(nil, nonceOf(), nil, last))
	out.Write(append([]byte{0xC0 | 20, 255}, binary.BigEndian.AppendUint32(nil, uint32(body.Len()))...))
	out.Write(body.Bytes())
	return out.Bytes()
}

// TestUnreadableIsNamed changes one byte that says how a message is made to
// something that nobody reads: the problem says what it is, and for whom it is.
func TestUnreadableIsNamed(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	modern := sealOCB(t, g, 0)
	head := bytes.LastIndex(modern, []byte{1, byte(packet.CipherAES256), byte(packet.AEADModeOCB), 0, 7, 7})
	old := g.must(t, []byte(plainEntity(report)), "-e", "-r", team)
	rest := len(old) - len(afterEnvelope(t, old))
	version := bytes.IndexByte(old[rest:], 1) + rest
	for name, row := range map[string]struct {
		message []byte
		at      int
		value   byte
		problem string
	}{
		"cipher of gpg's OCB":       {modern, head + 1, 13, "made for key 0x| and encrypted with the cipher Camellia-256, which is not read here"},
		"unknown cipher":            {modern, head + 1, 99, "encrypted with a cipher numbered 99, which is not read here"},
		"mode of gpg's OCB":         {modern, head + 2, 77, "it is damaged"},
		"version of the protection": {old, version, 9, "made for key 0x| and encrypted with a protection of a newer version"},
	} {
		t.Run(name, func(t *testing.T) {
			strange := bytes.Clone(row.message)
			strange[row.at] = row.value
			got := open(t, ring, mailOf(peer, encryptedEntity("encrypted", armoured(strange))), peer).Result
			if got.Decrypted || !got.Encrypted {
				t.Errorf("got %+v", got)
			}
			for part := range strings.SplitSeq(row.problem, "|") {
				if !strings.Contains(got.Problem, part) {
					t.Errorf("got problem %q, want %q in it", got.Problem, part)
				}
			}
		})
	}
}

// TestStrangeSignatures changes the byte of a signature that says how it is made.
func TestStrangeSignatures(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	right := g.must(t, []byte(entity), "--detach-sign", "-u", peer)
	body := 2 // tag and one octet of length
	for name, row := range map[string]struct {
		at       int
		value    byte
		verdict  string
		sentence string
	}{
		"MD5":        {3, 1, "weak", "Weak signature: it uses MD5, which can be forged, so it proves nothing for certain."},
		"RIPEMD-160": {3, 3, "weak", "Weak signature: it uses RIPEMD-160, which nobody should use any more, so it proves nothing for certain."},
		"version 3":  {0, 3, "unknown-key", "Signature: it is in the form of the 1990s, version 3, so it cannot be judged here and proves nothing."},
		"algorithm":  {2, 99, "unknown-key", "Signature: it is made with a kind of key that is not read here, number 99, so it cannot be judged here and proves nothing."},
		"hash":       {3, 55, "unknown-key", "Signature: it is made in a way that is not read here, so it cannot be judged here and proves nothing."},
	} {
		t.Run(name, func(t *testing.T) {
			strange := bytes.Clone(right)
			strange[body+row.at] = row.value
			block := strings.ReplaceAll(string(armoured(strange)), "PGP MESSAGE", "PGP SIGNATURE")
			got := open(t, g.ring(t, "", peer), mailOf(peer, signedEntity(entity, []byte(block))), peer).Result.Signatures
			if len(got) != 1 || got[0].Verdict != row.verdict || got[0].Sentence != row.sentence {
				t.Errorf("got %+v, want %s: %s", got, row.verdict, row.sentence)
			}
		})
	}
}
