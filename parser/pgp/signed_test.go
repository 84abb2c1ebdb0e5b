package pgp_test

import (
	"bytes"
	"crypto"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/text/encoding/charmap"

	"postern/parser/pgp"
)

// TestSignedAround opens a message that was encrypted first and signed then.
func TestSignedAround(t *testing.T) {
	g := realGPG(t)
	sealed := encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, ""))
	opened := open(t, g.ring(t, team, peer), mailOf(peer, signedEntity(sealed, g.sign(t, sealed, peer))), peer)
	if r := opened.Result; !r.Decrypted || verdicts(r) != "good" || r.Signatures[0].Covers != "all" || !strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("got %+v, text %q", r, shown(opened))
	}
}

const umlauts = "Grüße, der Host 192.0.2.77 ist befallen.\n"

// TestCharsetChangedOnTheWay: the text was signed in one charset, and a mail server
// sends it on in another one.
func TestCharsetChangedOnTheWay(t *testing.T) {
	g := realGPG(t)
	latin, err := charmap.ISO8859_1.NewEncoder().String(string(g.clear(t, umlauts, peer)))
	if err != nil {
		t.Fatal(err)
	}
	opened := open(t, g.ring(t, "", peer), mailOf(peer, "Content-Type: text/plain; charset=iso-8859-1\n\n"+latin), peer)
	if verdicts(opened.Result) != "good" || !strings.Contains(shown(opened), "Grüße") {
		t.Errorf("got %+v, text %q", opened.Result, shown(opened))
	}
	changed := strings.Replace(latin, "192.0.2.77", "192.0.2.78", 1)
	if got := open(t, g.ring(t, "", peer), mailOf(peer, "Content-Type: text/plain; charset=iso-8859-1\n\n"+changed), peer).Result; verdicts(got) != "bad" {
		t.Errorf("changed: got %+v", got)
	}
}

// TestSignedTextThatFlows: a program put a blank before lines that begin with one
// after they were signed (RFC 3676 section 4.4).
func TestSignedTextThatFlows(t *testing.T) {
	g := realGPG(t)
	signed := string(g.clear(t, "The list:\n  192.0.2.77\nFrom here on\n", peer))
	stuffed := strings.NewReplacer("\n  192", "\n   192", "\nFrom", "\n From").Replace(signed)
	if stuffed == signed {
		t.Fatal("nothing was stuffed")
	}
	got := open(t, g.ring(t, "", peer), mailOf(peer, "Content-Type: text/plain; format=flowed\n\n"+stuffed), peer).Result
	if verdicts(got) != "good" || got.Signatures[0].Covers != "all" {
		t.Errorf("got %+v", got)
	}
}

// TestMissingSignatures: what is called signed and is not, or not so that anybody
// could check it, is bad; its text is shown all the same.
func TestMissingSignatures(t *testing.T) {
	g := realGPG(t)
	clear, entity := string(g.clear(t, report, peer)), plainEntity(report)
	announced := g.must(t, []byte(report), "--sign", "-u", peer, "--compress-algo", "none")
	cut := announced[:bytes.LastIndex(announced, []byte("have a look.\n"))+len("have a look.\n")]
	for name, row := range map[string]struct{ entity, cause string }{
		"words in the header":       {plainEntity(strings.Replace(clear, "Hash:", "Comment: pay at once\nHash:", 1)), "not in the form it should have"},
		"no signature in the block": {plainEntity(clear[:strings.Index(clear, "-----BEGIN PGP SIGNATURE-----")] + "-----BEGIN PGP SIGNATURE-----\n\n=AAAA\n-----END PGP SIGNATURE-----\n"), "nothing readable stands where the signature should be"},
		"empty signature part":      {signedEntity(entity, nil), "nothing readable stands where the signature should be"},
		"a text for a signature":    {signedEntity(entity, []byte("This part was removed by the gateway.")), "nothing readable stands where the signature should be"},
		"announced and missing":     {plainEntity(string(armoured(cut))), "it was announced but is missing"},
		"over a key, not a text":    {signedEntity(entity, overAKey(t, g)), "it is no signature over a text"},
	} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, g.ring(t, "", peer), mailOf(peer, row.entity), peer)
			got := opened.Result.Signatures
			if len(got) != 1 || got[0].Verdict != "bad" || !strings.Contains(got[0].Sentence, row.cause) || !strings.Contains(shown(opened), "192.0.2.77") {
				t.Errorf("got %+v, text %q", opened.Result, shown(opened))
			}
		})
	}
}

// overAKey is a signature that the peer made on his own key.
func overAKey(t *testing.T, g *gpg) []byte {
	t.Helper()
	key := g.entityOf(t, peer)
	var out bytes.Buffer
	if err := key.PrimaryIdentity().SelfSignature.Serialize(&out); err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(armoured(out.Bytes())), "PGP MESSAGE", "PGP SIGNATURE"))
}

// TestShortKeys: signatures of keys that can be broken are weak.
func TestShortKeys(t *testing.T) {
	config := &packet.Config{RSABits: 1024, DefaultHash: crypto.SHA256, Time: clockAt(received.AddDate(0, -1, 0)).Time}
	key, err := openpgp.NewEntity("Short", "", "short@kinds.example", config)
	if err != nil {
		t.Fatal(err)
	}
	entity := plainEntity(report)
	var signature bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&signature, key, strings.NewReader(entity), config); err != nil {
		t.Fatal(err)
	}
	ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: publicOf(t, key), Tier: "peer"}})
	if err != nil {
		t.Fatal(err)
	}
	got := open(t, ring, mailOf("short@kinds.example", signedEntity(entity, signature.Bytes())), "short@kinds.example").Result.Signatures
	if len(got) != 1 || got[0].Verdict != "weak" || !strings.Contains(got[0].Sentence, "the key is of a kind that can be broken") {
		t.Errorf("got %+v", got)
	}
}

// TestLineEndsOfArchives: what servers and archives do to lines of a signed mail
// does not make it a changed one; a word that is changed does.
func TestLineEndsOfArchives(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity("Hello,\nFrom here on it is infected: 192.0.2.77\n")
	signature := g.sign(t, entity, peer)
	clear := string(g.clear(t, "Hello,\nFrom here on it is infected: 192.0.2.77\n", peer))
	signed := signedEntity(entity, signature)
	overLF := signedEntity(entity, g.sign(t, strings.ReplaceAll(entity, "\r\n", "\n"), peer))
	for name, row := range map[string]struct{ entity, verdict string }{
		"as it was":                     {signed, "good"},
		"signed over LF":                {overLF, "good"},
		"signed over LF and changed":    {strings.Replace(overLF, "192.0.2.77", "192.0.2.78", 1), "bad"},
		"a line end lost":               {strings.Replace(signed, "192.0.2.77\r\n\r\n--s1", "192.0.2.77\r\n--s1", 1), "good"},
		"a line end added":              {strings.Replace(signed, "192.0.2.77\r\n\r\n--s1", "192.0.2.77\r\n\r\n\r\n--s1", 1), "good"},
		"From with a sign before":       {strings.Replace(signed, "\nFrom here", "\n>From here", 1), "good"},
		"cleartext, From with a sign":   {plainEntity(strings.Replace(clear, "- From here", ">From here", 1)), "good"},
		"From with a sign and a change": {strings.Replace(signed, "\nFrom here", "\n>From there", 1), "bad"},
		"two line ends added":           {strings.Replace(signed, "192.0.2.77\r\n\r\n--s1", "192.0.2.77\r\n\r\n\r\n\r\n--s1", 1), "bad"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := open(t, g.ring(t, "", peer), mailOf(peer, row.entity), peer).Result; verdicts(got) != row.verdict {
				t.Errorf("got %+v, want %s", got, row.verdict)
			}
		})
	}
}

// TestPassedOn: the signer says for whom he encrypted. Somebody else can take his
// text out and encrypt it anew for us.
func TestPassedOn(t *testing.T) {
	g := realGPG(t)
	text := []byte(plainEntity(report))
	author, us, other := g.entityOf(t, peer), g.entityOf(t, team), g.entityOf(t, "peer@rsa.example")
	for name, row := range map[string]struct {
		meant *openpgp.Entity
		says  bool
	}{"for us": {us, false}, "for others": {other, true}} {
		t.Run(name, func(t *testing.T) {
			sig := &packet.Signature{Version: 4, SigType: packet.SigTypeBinary, PubKeyAlgo: author.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256,
				CreationTime: received.Add(-time.Hour), IssuerKeyId: &author.PrimaryKey.KeyId, IssuerFingerprint: author.PrimaryKey.Fingerprint,
				IntendedRecipients: []*packet.Recipient{{KeyVersion: 4, Fingerprint: row.meant.PrimaryKey.Fingerprint}}}
			hash := crypto.SHA256.New()
			hash.Write(text)
			var inside, sealed bytes.Buffer
			if err := errors.Join(sig.Sign(hash, author.PrivateKey, nil), sig.Serialize(&inside)); err != nil {
				t.Fatal(err)
			}
			inside.Write(literal(text))
			key, _ := us.EncryptionKey(received)
			session := bytes.Repeat([]byte{9}, 32)
			err := packet.SerializeEncryptedKey(&sealed, key.PublicKey, packet.CipherAES256, session, nil)
			w, err2 := packet.SerializeSymmetricallyEncrypted(&sealed, packet.CipherAES256, false, packet.CipherSuite{}, session, nil)
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(inside.Bytes())
			_ = w.Close()
			got := open(t, g.ring(t, team, peer), mailOf(peer, encryptedEntity("encrypted", armoured(sealed.Bytes()))), peer).Result
			if verdicts(got) != "good" || strings.Contains(got.Signatures[0].Sentence, "The signer encrypted it for others and not for us: somebody passed it on.") != row.says {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestSignedSubject: a signature covers the subject when it stands inside too; a
// list's name before the one outside is no change.
func TestSignedSubject(t *testing.T) {
	g := realGPG(t)
	inner := func(subject string) string {
		return "Subject: " + subject + "\r\nContent-Type: text/plain; charset=utf-8; hp=\"clear\"\r\n\r\n" + crlf(report)
	}
	for name, row := range map[string]struct{ entity, problem string }{
		"the same":            {inner("Report"), ""},
		"a list's name":       {inner("port"), ""},
		"another one":         {inner("Nothing to see"), "subject-differs"},
		"none inside":         {plainEntity(report), ""},
		"encoded as it likes": {inner("=?utf-8?Q?Rep=6Frt?="), ""},
	} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, g.ring(t, "", peer), mailOf(peer, signedEntity(row.entity, g.sign(t, row.entity, peer))), peer)
			if verdicts(opened.Result) != "good" || firstCode(opened) != row.problem {
				t.Errorf("got %+v, %v, want %q", opened.Result, opened.Problems, row.problem)
			}
			if (opened.Result.SignedSubject == "") != (name == "none inside") {
				t.Errorf("got the signed subject %q", opened.Result.SignedSubject)
			}
		})
	}
	hidden := mailOf(peer, encryptedEntity("encrypted", g.seal(t, inner("Another one"), team, peer)))
	if opened := open(t, g.ring(t, team, peer), hidden, peer); len(opened.Problems) != 0 || opened.Result.SignedSubject != "Another one" {
		t.Errorf("a subject that was hidden: got %v, %q", opened.Problems, opened.Result.SignedSubject)
	}
}
