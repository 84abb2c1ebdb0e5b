package pgp_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"postern/parser/pgp"
)

func legacyOf(sender string) pgp.Limits { return pgp.Limits{Legacy: []string{sender}} }

// packetOf is one packet of up to 64 KB with a length of five octets.
func packetOf(tag byte, body []byte) []byte {
	return append([]byte{0xC0 | tag, 255, 0, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// TestNestedCompression wraps a message in compression again and again.
func TestNestedCompression(t *testing.T) {
	message := literal([]byte(report))
	for range 4 {
		message = packetOf(8, append([]byte{0}, message...))
	}
	opened := open(t, nil, mailOf(peer, plainEntity(string(armoured(message)))), peer)
	if opened.Result.Problem != "" || !strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("four times: got %+v", opened.Result)
	}
	for range 996 {
		message = packetOf(8, append([]byte{0}, message...))
	}
	opened = open(t, nil, mailOf(peer, plainEntity(string(armoured(message)))), peer)
	if !strings.Contains(opened.Result.Problem, "compressed again and again") || len(opened.Inner) != 0 {
		t.Errorf("a thousand times: got %+v", opened.Result)
	}
}

// TestNestedSignatures announces a thousand signatures around one text.
func TestNestedSignatures(t *testing.T) {
	onePass := packetOf(4, []byte{3, 0, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0})
	for _, n := range []int{8, 1000} {
		message := append(bytes.Repeat(onePass, n), literal([]byte(report))...)
		opened := open(t, nil, mailOf(peer, plainEntity(string(armoured(message)))), peer)
		if few := n == 8; strings.Contains(opened.Result.Problem, "more pieces than any mail program writes") == few || strings.Contains(shown(opened), "192.0.2.77") != few {
			t.Errorf("%d: got %+v", n, opened.Result)
		}
	}
}

// TestManyRecipients names five thousand recipients before the encrypted data.
func TestManyRecipients(t *testing.T) {
	g := realGPG(t)
	sealed := g.must(t, []byte(plainEntity(report)), "-e", "-r", stranger, "-r", team)
	envelope := sealed[:len(sealed)-len(afterEnvelope(t, sealed))]
	for _, n := range []int{100, 5000} {
		message := append(bytes.Repeat(envelope, n), sealed...)
		got := open(t, g.ring(t, team, peer), mailOf(peer, encryptedEntity("encrypted", armoured(message))), peer).Result
		if few := n == 100; got.Decrypted != few || strings.Contains(got.Problem, "made for more recipients than are looked at") == few {
			t.Errorf("%d: got %+v", n, got)
		}
	}
}

// TestManyBlocks puts thousands of messages into one text: as many as are opened
// are tried, and the rest is told of.
func TestManyBlocks(t *testing.T) {
	g := realGPG(t)
	block := string(g.seal(t, "words\n", team, ""))
	opened := open(t, g.ring(t, team), mailOf(peer, plainEntity(strings.Repeat(block, 3000))), peer)
	if len(opened.Inner) != 64 || firstCode(opened) != "too-many-blocks" {
		t.Errorf("got %d blocks, %v", len(opened.Inner), opened.Problems)
	}
	quoted := "> " + strings.ReplaceAll(block, "\n", "\n> ")
	opened = open(t, g.ring(t, team), mailOf(peer, plainEntity(strings.Repeat(quoted+"\n", 3000))), peer)
	if len(opened.Inner) != 64 || firstCode(opened) != "too-many-blocks" {
		t.Errorf("quoted: got %d blocks, %v", len(opened.Inner), opened.Problems)
	}
}

// TestHugePackets gives packets that say they are larger than what comes, or that
// have a huge user attribute before the message.
func TestHugePackets(t *testing.T) {
	for name, message := range map[string][]byte{
		"length of 4 GB":      append([]byte{0xC0 | 18, 255, 255, 255, 255, 255, 1}, make([]byte, 100)...),
		"text of 4 GB":        append([]byte{0xC0 | 11, 255, 255, 255, 255, 255, 'b', 0, 0, 0, 0, 0}, make([]byte, 100)...),
		"signature of 4 GB":   append([]byte{0xC0 | 2, 255, 255, 255, 255, 255, 4, 0, 1, 8, 255, 255}, make([]byte, 100)...),
		"huge user attribute": append(packetOf(17, bytes.Repeat([]byte{255, 0, 1, 0, 0, 1}, 10_000)), literal([]byte(report))...),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			w, _ := armor.Encode(&out, "PGP MESSAGE", nil)
			_, _ = w.Write(message)
			_ = w.Close()
			opened := open(t, nil, mailOf(peer, encryptedEntity("encrypted", out.Bytes())), peer)
			if opened.Result.Decrypted || len(opened.Result.Signatures) != 0 {
				t.Errorf("got %+v", opened.Result)
			}
		})
	}
}

// TestArmourWithoutEnd reads damaged armour in one pass, whatever it lacks.
func TestArmourWithoutEnd(t *testing.T) {
	begin := "-----BEGIN PGP MESSAGE-----\n"
	for name, text := range map[string]string{
		"headers without end": begin + strings.Repeat("Comment: x\n", 100_000),
		"blank lines":         begin + strings.Repeat("\n", 300_000),
		"signs without line":  begin + "\n" + strings.Repeat("wcBM", 200_000),
		"equals":              begin + "\nwcBM" + strings.Repeat("=", 300_000),
		"quotes":              "> " + begin + strings.Repeat("> ", 300_000),
		"marks on one line":   strings.Repeat("-----BEGIN PGP MESSAGE-----", 50_000),
		"marks, then signs":   strings.Repeat("-----BEGIN PGP MESSAGE----- ", 20_000) + strings.Repeat("wcBM", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			if opened := open(t, nil, mailOf(peer, plainEntity(text)), peer); opened.Result.Decrypted || len(opened.Inner) != 0 {
				t.Errorf("got %+v", opened.Result)
			}
		})
	}
}
