package smime_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// TestAuthenticated: what came out of AES-GCM is as it was sent, so that it is read
// without a signature, and closed when a single byte is another one.
func TestAuthenticated(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "rsa:2048", 365, "emailProtection")
	a.person("team", "csirt@example.org", "rsa:2048", 365, "emailProtection")
	a.person("other", "other@else.example", "rsa:2048", 365, "emailProtection")
	both := func(more ...string) string {
		return string(a.run([]byte(letter), append(append([]string{"cms", "-encrypt", "-aes-256-gcm"}, more...), "other.crt", "team.crt")...))
	}
	for _, row := range []struct {
		name, entity, own string
		opens             bool
		problem           string
		signatures        int
	}{
		{"128 bits", a.encrypt("team", letter, "-aes-128-gcm"), "team", true, "", 0},
		{"192 bits", a.encrypt("team", letter, "-aes-192-gcm"), "team", true, "", 0},
		{"256 bits", a.encrypt("team", letter, "-aes-256-gcm"), "team", true, "", 0},
		{"streamed", a.encrypt("team", letter, "-aes-256-gcm", "-stream"), "team", true, "", 0},
		{"streamed and long", a.encrypt("team", letter+strings.Repeat("203.0.113.9\r\n", 20_000), "-aes-256-gcm", "-stream"), "team", true, "", 0},
		{"by the identifier of the key", a.encrypt("team", letter, "-aes-256-gcm", "-keyid"), "team", true, "", 0},
		{"OAEP", both("-recip", "team.crt", "-keyopt", "rsa_padding_mode:oaep"), "team", true, "", 0},
		{"OAEP with SHA-256", both("-recip", "team.crt", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"), "team", true, "", 0},
		{"OAEP with two digests", both("-recip", "team.crt", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1"), "team", true, "", 0},
		{"ours among others", both(), "team", true, "", 0},
		{"signed inside", a.encrypt("team", a.sign("ada", letter), "-aes-256-gcm"), "team", true, "", 1},
		{"opaque inside", a.encrypt("team", a.sign("ada", letter, "-nodetach"), "-aes-256-gcm"), "team", true, "", 1},
		{"for another", a.encrypt("other", letter, "-aes-256-gcm"), "team", false, "none of ours", 0},
		{"no key of ours", a.encrypt("team", letter, "-aes-256-gcm"), "", false, "no key of ours", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			keys := load(t, a)
			if row.own != "" {
				keys = load(t, a, row.own)
			}
			got, text := open(t, keys, mailOf(ada, row.entity), ada)
			if !got.Encrypted || got.Decrypted != row.opens || strings.Contains(text, "attack") != row.opens || !strings.Contains(got.Problem, row.problem) || got.Problem != "" && row.opens {
				t.Errorf("got %+v and %d bytes of text, want it open: %t, %q", got, len(text), row.opens, row.problem)
			}
			if len(got.Signatures) != row.signatures || row.opens && len(got.Deciphered) == 0 {
				t.Errorf("got signatures %+v, deciphered %d", got.Signatures, len(got.Deciphered))
			}
		})
	}
	t.Run("every change", func(t *testing.T) { everyChange(t, a) })
	t.Run("padding longer than the text", func(t *testing.T) { paddingLongerThanTheText(t, a) })
}

// decoded is the structure of an entity, with the header before it.
func decoded(t *testing.T, entity string) (head string, ber []byte) {
	t.Helper()
	head, body, _ := strings.Cut(strings.ReplaceAll(entity, "\r\n", "\n"), "\n\n")
	ber, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(strings.TrimSpace(body), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return head, ber
}

// everyChange changes bytes of the text, of its seal and of all around it: either nothing of
// it mattered, or the mail stays closed.
func everyChange(t *testing.T, a *authority) {
	keys := load(t, a, "team")
	head, ber := decoded(t, a.encrypt("team", letter, "-aes-256-gcm"))
	for at := 0; at < len(ber); at += 5 {
		changed := bytes.Clone(ber)
		changed[at] ^= 1
		raw := head + "\r\n\r\n" + base64.StdEncoding.EncodeToString(changed) + "\r\n"
		got, text := open(t, keys, mailOf(ada, raw), ada)
		if got.Decrypted && strings.TrimSpace(text) != "The host 203.0.113.9 attacks us.\nPlease look at it." {
			t.Fatalf("byte %d: read as %q", at, text)
		}
	}
}

// Whoever has our certificate can encrypt what is padded in no way there is.
func paddingLongerThanTheText(t *testing.T, a *authority) {
	head, ber := decoded(t, a.encrypt("team", "x", "-aes-256-cbc"))
	iv := bytes.Index(ber, []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a, 0x04, 0x10}) + 11
	ber[iv+15] ^= 0x80
	raw := head + "\r\n\r\n" + base64.StdEncoding.EncodeToString(ber) + "\r\n"
	if got, _ := open(t, load(t, a, "team"), mailOf(ada, raw), ada); got.Decrypted || got.Problem == "" {
		t.Errorf("got %+v", got)
	}
}
