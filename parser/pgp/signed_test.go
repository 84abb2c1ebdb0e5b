package pgp_test

import (
	"bytes"
	"crypto"
	"strings"
	"testing"

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
		t.Skip("the library makes no short keys:", err)
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
