package pgp_test

import (
	"bytes"
	"context"
	"crypto"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/mime"
	"postern/parser/pgp"
)

func TestWhatIsNotEncrypted(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	rows := []struct {
		name, mail string
		encrypted  bool
		problem    string // code
	}{
		{"only compressed", mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(plainEntity(report)), "--store", "--armor"))), false, "not-encrypted"},
		{"only signed", mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(plainEntity(report)), "--sign", "--armor", "-u", peer))), false, "not-encrypted"},
		{"only signed, inline", mailOf(peer, plainEntity(string(g.must(t, []byte(report), "--sign", "--armor", "-u", peer)))), false, ""},
		{"public key block", mailOf(peer, plainEntity(report+string(g.public(t, peer)))), false, ""},
		{"attached public key", mailOf(peer, mixed(plainEntity(report), "Content-Type: application/pgp-keys; name=key.asc\n\n"+string(g.public(t, peer)))), false, ""},
		{"attached key as a file", mailOf(peer, mixed(plainEntity(report), "Content-Type: application/octet-stream; name=key.asc\n\n"+string(g.public(t, peer)))), false, ""},
		{"talk about PGP", mailOf(peer, plainEntity(report+"write -----BEGIN PGP MESSAGE----- first\n")), false, ""},
		{"armour with nothing in it", mailOf(peer, plainEntity(report+"Write\n\n-----BEGIN PGP MESSAGE-----\n...\n-----END PGP MESSAGE-----\n\nto us.\n")), false, ""},
		{"quoted ciphertext for others", mailOf(peer, plainEntity(report+"> "+strings.ReplaceAll(string(g.seal(t, report, stranger, "")), "\n", "\n> "))), false, ""},
		{"encrypted", mailOf(peer, encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, ""))), true, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := open(t, ring, row.mail, peer)
			if got.Result.Encrypted != row.encrypted || got.Result.Problem != "" {
				t.Errorf("got %+v, want encrypted %v", got.Result, row.encrypted)
			}
			if !strings.Contains(shown(got), "192.0.2.77") {
				t.Errorf("got text %q", shown(got))
			}
			if code := firstCode(got); code != row.problem {
				t.Errorf("got problem %q, want %q", code, row.problem)
			}
		})
	}
}

func firstCode(o pgp.Opened) string {
	if len(o.Problems) == 0 {
		return ""
	}
	return o.Problems[0].Code
}

func TestWhyItStaysClosed(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	seal := func(args ...string) string {
		all := append([]string{"--armor", "--passphrase", "x", "--s2k-count", "65536"}, args...)
		return mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(plainEntity(report)), all...)))
	}
	rows := []struct {
		name, mail, problem string
		opens               bool
	}{
		{"another's key", seal("-e", "-r", stranger), "made for key 0x|; none of ours", false},
		{"two others' keys", seal("-e", "-r", stranger, "-r", "peer@rsa.example"), "made for keys 0x|, 0x|; none of ours", false},
		{"hidden, not ours", seal("-e", "-R", stranger), "made for a recipient that it does not name", false},
		{"hidden, ours", seal("-e", "-R", team), "", true},
		{"hidden among strangers", seal("-e", "--throw-keyids", "-r", stranger, "-r", team), "", true},
		{"ours among others", seal("-e", "-r", stranger, "-r", team), "", true},
		{"passphrase", seal("--symmetric"), "made for a passphrase and not for a key", false},
		{"passphrase and key", seal("--symmetric", "-e", "-r", team), "", true},
		{"garbage", mailOf(peer, encryptedEntity("encrypted", []byte("nothing to see"))), "it holds no OpenPGP message", false},
		{"one piece of several", mailOf(peer, plainEntity("-----BEGIN PGP MESSAGE, PART 01/02-----\n\nhQEMA\n-----END PGP MESSAGE, PART 01/02-----\n")), "one piece of a message that was cut into several", false},
		{"no second part", mailOf(peer, "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e1\r\n\r\n--e1\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--e1--\r\n"), "its encrypted part is missing", false},
		{"without protection", mailOf(peer, encryptedEntity("encrypted", unprotected(t, g))), "no integrity protection", false},
		{"inside HTML", mailOf(peer, "Content-Type: text/html\r\n\r\n<pre>-----BEGIN PGP MESSAGE-----<br><br>"+string(g.seal(t, report, team, ""))[29:90]), "it is damaged", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := open(t, ring, row.mail, peer).Result
			if !got.Encrypted || got.Decrypted != row.opens || (got.Problem == "") != row.opens {
				t.Errorf("got %+v, want encrypted, opens %v", got, row.opens)
			}
			foreign := strings.HasSuffix(row.problem, "none of ours") || strings.HasPrefix(row.problem, "made for a passphrase")
			if got.Foreign != foreign {
				t.Errorf("foreign %v, want %v: everybody can see it, or only we can", got.Foreign, foreign)
			}
			for part := range strings.SplitSeq(row.problem, "|") {
				if !strings.Contains(got.Problem, part) {
					t.Errorf("got problem %q, want %q in it", got.Problem, part)
				}
			}
		})
	}
}

// unprotected makes what gpg no longer writes: encrypted data without any
// integrity protection (RFC 4880 section 5.7), to the team's key.
func unprotected(t *testing.T, g *gpg) []byte {
	t.Helper()
	return unprotectedOf(t, g, literal([]byte(report)))
}

func unprotectedOf(t *testing.T, g *gpg, inside []byte) []byte {
	t.Helper()
	ring, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(g.public(t, team)))
	if err != nil {
		t.Fatal(err)
	}
	key, _ := ring[0].EncryptionKey(received)
	session := bytes.Repeat([]byte{7}, 32)
	var out bytes.Buffer
	w, _ := armor.Encode(&out, "PGP MESSAGE", nil)
	if err := packet.SerializeEncryptedKey(w, key.PublicKey, packet.CipherAES256, session, nil); err != nil {
		t.Fatal(err)
	}
	prefix, sealed := ocfb(session, inside)
	data := append(prefix, sealed...)
	_, _ = w.Write(append([]byte{0xC0 | 9, 255, 0, 0, byte(len(data) >> 8), byte(len(data))}, data...))
	_ = w.Close()
	return out.Bytes()
}

// flood is a message whose text is followed by many signature packets, each of
// which a careless reader would keep.
func flood(t *testing.T, n int) []byte {
	t.Helper()
	entity, err := openpgp.NewEntity("x", "", "x@example.net", nil)
	if err != nil {
		t.Fatal(err)
	}
	var signature, out bytes.Buffer
	if err := openpgp.DetachSign(&signature, entity, strings.NewReader("x"), &packet.Config{DefaultHash: crypto.SHA256}); err != nil {
		t.Fatal(err)
	}
	w, _ := armor.Encode(&out, "PGP MESSAGE", nil)
	_, _ = w.Write(literal([]byte(report)))
	_, _ = w.Write(bytes.Repeat(signature.Bytes(), n))
	_ = w.Close()
	return out.Bytes()
}

// literal is one literal data packet.
func literal(text []byte) []byte {
	body := append([]byte{'b', 0, 0, 0, 0, 0}, text...)
	return append([]byte{0xC0 | 11, 255, 0, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

// TestBombs sends small mails that grow: each must be refused for its size
// within bounded time.
func TestBombs(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	zeros := make([]byte, 16<<20)
	rows := map[string]string{
		"bzip2":         mailOf(peer, encryptedEntity("encrypted", g.must(t, zeros, "-e", "-r", team, "--armor", "--compress-algo", "bzip2"))),
		"zlib":          mailOf(peer, encryptedEntity("encrypted", g.must(t, zeros, "-e", "-r", team, "--armor", "--compress-algo", "zlib"))),
		"uncompressed":  mailOf(peer, plainEntity(string(g.must(t, zeros[:4<<20], "-e", "-r", team, "--armor", "--compress-algo", "none")))),
		"not encrypted": mailOf(peer, plainEntity(string(g.must(t, zeros, "--store", "--armor", "--compress-algo", "bzip2")))),
	}
	for name, mail := range rows {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			opened := openLimited(t, ring, mail, peer, pgp.Limits{Plaintext: 1 << 20})
			if opened.Result.Problem != "more comes out of it than is allowed" || opened.Result.Decrypted {
				t.Errorf("got %+v, want it refused for its size", opened.Result)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestManySmallBombs puts as many of them in one mail as it can hold parts.
func TestManySmallBombs(t *testing.T) {
	g := realGPG(t)
	bomb := plainEntity(string(g.must(t, make([]byte, 32<<20), "--store", "--armor", "--compress-algo", "bzip2")))
	var parts []string
	for range 3000 {
		parts = append(parts, bomb)
	}
	start := time.Now()
	opened := openLimited(t, nil, mailOf(peer, mixed(parts...)), peer, pgp.Limits{Plaintext: 8 << 20})
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	if !strings.Contains(opened.Result.Problem, "more comes out of it than is allowed") || len(opened.Inner) != 0 {
		t.Errorf("got %+v", opened.Result)
	}
}

// TestPartsOfManyMessagesAreCountedTogether puts messages into one mail of which each
// holds as many parts as a mail may have.
func TestPartsOfManyMessagesAreCountedTogether(t *testing.T) {
	g := realGPG(t)
	inner := "Content-Type: multipart/mixed; boundary=i\n\n" + strings.Repeat("--i\n\nx\n", mime.DefaultParts-10) + "--i--\n"
	message := plainEntity(string(g.must(t, []byte(inner), "--store", "--armor")))
	opened := open(t, nil, mailOf(peer, mixed(message, message, message, message)), peer)
	parts := 0
	opened.Root.Walk(func(*mime.Part) bool { parts++; return true })
	if parts > mime.DefaultParts+10 || parts < mime.DefaultParts-10 {
		t.Errorf("got %d parts, want those of one message", parts)
	}
}

// TestTextOfMarks is a text of nothing but armour marks.
func TestTextOfMarks(t *testing.T) {
	for _, mark := range []string{"MESSAGE", "SIGNED MESSAGE", "PUBLIC KEY BLOCK", "SIGNATURE"} {
		start := time.Now()
		body := strings.Repeat("-----BEGIN PGP "+mark+"-----\r\n", 200_000)
		opened := open(t, nil, mailOf(peer, plainEntity(body)), peer)
		if took := time.Since(start); took > 30*time.Second || len(opened.Inner) != 0 {
			t.Errorf("%s: took %v, %d blocks", mark, took, len(opened.Inner))
		}
	}
}

// TestLimitHoldsForAllLayers opens two texts that only together are too large.
func TestLimitHoldsForAllLayers(t *testing.T) {
	g := realGPG(t)
	big := strings.Repeat("a line of the report\n", 30_000)
	block := string(g.seal(t, big, team, ""))
	opened := openLimited(t, g.ring(t, team), mailOf(peer, plainEntity(block+"\n"+block)), peer, pgp.Limits{Plaintext: 1 << 20})
	if len(opened.Inner) != 1 || opened.Result.Problem != "more comes out of it than is allowed" {
		t.Errorf("got %d texts, %+v, want one text and a problem", len(opened.Inner), opened.Result)
	}
}

func TestSignatureFlood(t *testing.T) {
	opened := open(t, nil, mailOf(peer, plainEntity(string(flood(t, 20_000)))), peer)
	if len(opened.Result.Signatures) != 0 || opened.Result.Problem == "" || opened.Result.Encrypted {
		t.Errorf("got %+v, want it refused", opened.Result)
	}
}

// TestManyHiddenRecipients makes a reader try its secret keys again and again.
func TestManyHiddenRecipients(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, "team@rsa.example", peer)
	sealed := g.must(t, []byte(plainEntity(report)), "-e", "-R", "peer@rsa.example")
	envelope := sealed[:len(sealed)-len(afterEnvelope(t, sealed))]
	var out bytes.Buffer
	w, _ := armor.Encode(&out, "PGP MESSAGE", nil)
	_, _ = w.Write(bytes.Repeat(envelope, 200))
	_, _ = w.Write(sealed[len(envelope):])
	_ = w.Close()
	start := time.Now()
	got := open(t, ring, mailOf(peer, encryptedEntity("encrypted", out.Bytes())), peer).Result
	if got.Decrypted || !strings.Contains(got.Problem, "more of our keys would have to be tried") {
		t.Errorf("got %+v", got)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestManySmallMessages puts a thousand messages and signatures in one mail.
func TestManySmallMessages(t *testing.T) {
	g := realGPG(t)
	sealed := encryptedEntity("encrypted", g.seal(t, plainEntity(report), "team@rsa.example", ""))
	entity := plainEntity(report)
	signed := strings.ReplaceAll(signedEntity(entity, g.sign(t, entity, "peer@rsa.example")), "s1", "s2")
	var parts []string
	for range 1000 {
		parts = append(parts, sealed, signed)
	}
	start := time.Now()
	opened := open(t, g.ring(t, "team@rsa.example", "peer@rsa.example"), mailOf(peer, mixed(parts...)), peer)
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	r := opened.Result
	if r.Decrypted || !strings.Contains(r.Problem, "more of our keys") || len(r.Signatures) != 64 || firstCode(opened) != "too-many-signatures" {
		t.Errorf("got %d signatures, problem %q, %v", len(r.Signatures), r.Problem, opened.Problems)
	}
}

func afterEnvelope(t *testing.T, message []byte) []byte {
	t.Helper()
	r := bytes.NewReader(message)
	if _, err := packet.Read(r); err != nil {
		t.Fatal(err)
	}
	return message[len(message)-r.Len():]
}

func TestLayersAreBounded(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	for range 4 {
		entity = encryptedEntity("encrypted", g.seal(t, entity, team, ""))
	}
	opened := openLimited(t, g.ring(t, team), mailOf(peer, entity), peer, pgp.Limits{Layers: 3})
	if firstCode(opened) != "too-many-layers" || strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("got %+v", opened)
	}
	opened = openLimited(t, g.ring(t, team), mailOf(peer, entity), peer, pgp.Limits{Layers: 4})
	if !strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("got %+v", opened)
	}
}

// TestEFAIL flips every hundredth byte of a ciphertext in turn: whatever comes
// of it, no plain text is shown.
func TestEFAIL(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	sealed := g.must(t, []byte(plainEntity(strings.Repeat(report, 40))), "-e", "-r", team, "--compress-algo", "none")
	for at := 0; at < len(sealed); at += 100 {
		broken := bytes.Clone(sealed)
		broken[at] ^= 1
		checkClosed(t, ring, broken, at)
		checkClosed(t, ring, sealed[:at], at)
	}
}

func checkClosed(t *testing.T, ring *pgp.Keyring, data []byte, at int) {
	t.Helper()
	opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", armoured(data))), peer)
	if opened.Result.Decrypted || opened.Result.Problem == "" || strings.Contains(shown(opened), "infected") {
		t.Fatalf("byte %d: got %+v, text %q", at, opened.Result, shown(opened))
	}
}

// TestAuthenticatedEncryption opens the newer protection (SEIPD version 2),
// which gpg 2.2 does not write, and refuses a changed one.
func TestAuthenticatedEncryption(t *testing.T) {
	modern := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, AEADConfig: &packet.AEADConfig{}}
	entity, err := openpgp.NewEntity("Modern", "", "modern@example.net", modern)
	if err != nil {
		t.Fatal(err)
	}
	var key, sealed bytes.Buffer
	if err := entity.SerializePrivate(&key, nil); err != nil {
		t.Fatal(err)
	}
	w, err := openpgp.Encrypt(&sealed, []*openpgp.Entity{entity}, entity, nil, modern)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(plainEntity(report)))
	_ = w.Close()
	ring, err := pgp.NewKeyring([][]byte{key.Bytes()}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", armoured(sealed.Bytes()))), "modern@example.net")
	if !opened.Result.Decrypted || verdicts(opened.Result) != "good" || !strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("got %+v", opened.Result)
	}
	for at := 120; at < sealed.Len(); at += 7 {
		broken := bytes.Clone(sealed.Bytes())
		broken[at] ^= 1
		checkClosed(t, ring, broken, at)
		checkClosed(t, ring, broken[:at], at)
	}
}

func armoured(data []byte) []byte {
	var out bytes.Buffer
	w, _ := armor.Encode(&out, "PGP MESSAGE", nil)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

// TestSignatureOutsideIsNotInside appends a signature behind the encrypted
// data, where anybody on the way can put one.
func TestSignatureOutsideIsNotInside(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	sealed := g.must(t, []byte(entity), "-e", "-r", team)
	sealed = append(sealed, g.must(t, []byte(entity), "--detach-sign", "-u", peer)...)
	got := open(t, g.ring(t, team, peer), mailOf(peer, encryptedEntity("encrypted", armoured(sealed))), peer).Result
	if !got.Decrypted || len(got.Signatures) != 0 {
		t.Errorf("got %+v, want it open and unsigned", got)
	}
}

func TestContextEnds(t *testing.T) {
	g := realGPG(t)
	mail := mailOf(peer, encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, peer)))
	ctx, cancel := context.WithCancel(context.Background())
	root, _ := mime.Read(ctx, strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	cancel()
	opened := g.ring(t, team).Open(ctx, root, peer, received, pgp.Limits{}, mime.Limits{})
	if opened.Root != root || opened.Result.Decrypted || !opened.Result.Encrypted || firstCode(opened) != "work-limit" {
		t.Errorf("got %+v, want the mail left closed", opened)
	}
}
