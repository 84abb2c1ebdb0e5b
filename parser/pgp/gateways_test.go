package pgp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	japanesetext "golang.org/x/text/encoding/japanese"

	"postern/parser/mime"
	"postern/parser/pgp"
)

// TestPartsAddedToSigned: lists and gateways put their own part into
// multipart/signed instead of around it. The signature still counts for the part it
// fits, all parts are read, and it is said that it covers one of them.
func TestPartsAddedToSigned(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	signed := signedEntity(entity, g.sign(t, entity, peer))
	notice := "Content-Type: text/plain\n\nWritten by a gateway.\n"
	blank := "Content-Type: text/plain\n\n\n"
	const behind, before, between = "--s1--", "--s1\r\nContent-Type: text/plain; charset=utf-8", "--s1\r\nContent-Type: application/pgp-signature"
	put := func(mark, part string) string { return crlf(strings.Replace(signed, mark, "--s1\n"+part+"\n"+mark, 1)) }
	for _, row := range []struct {
		name, entity, verdict, covers string
	}{
		{"behind the signature", put(behind, notice), "good", "part"},
		{"before the text", put(before, notice), "good", "part"},
		{"before the signature", put(between, notice), "good", "part"},
		{"nothing but blanks", put(behind, blank), "good", "all"},
		{"blanks before the text", put(before, blank), "good", "all"},
		{"into the text", strings.Replace(signed, "192.0.2.77", "192.0.2.77 (scanned)", 1), "bad", "all"},
		{"beside a changed text", strings.Replace(put(behind, notice), "192.0.2.77", "192.0.2.78", 1), "bad", "part"},
	} {
		t.Run(row.name, func(t *testing.T) {
			opened := open(t, g.ring(t, "", peer), mailOf(peer, row.entity), peer)
			s := opened.Result.Signatures
			if len(s) != 1 || s[0].Verdict != row.verdict || s[0].Covers != row.covers {
				t.Errorf("got %+v, want %s, covers %s", s, row.verdict, row.covers)
			}
			text := shown(opened)
			if !strings.Contains(text, "192.0.2.7") || strings.Contains(row.entity, "gateway") != strings.Contains(text, "gateway") || strings.Contains(text, "BEGIN PGP") {
				t.Errorf("got text %q, want all of it", text)
			}
			if opened.Root.Type == "multipart/signed" || slices.ContainsFunc(opened.Root.Children, func(p *mime.Part) bool { return p.Type == "application/pgp-signature" }) {
				t.Errorf("got a mail of %s with its signature", opened.Root.Type)
			}
		})
	}
}

// TestSeveralSenders: a key that names one of the senders says nothing of the others.
func TestSeveralSenders(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	signed := signedEntity(entity, g.sign(t, entity, peer))
	for _, row := range []struct {
		name, from string
		match      bool
	}{
		{"one", peer, true},
		{"the same twice", peer + ", Peer <" + strings.ToUpper(peer) + ">", true},
		{"another in the field", peer + ", chief@rsa.example", false},
		{"another in a field of its own", peer + "\r\nFrom: chief@rsa.example", false},
		{"another behind one that is repeated", strings.Repeat(peer+", ", 20) + "chief@rsa.example", false},
		{"another first", "chief@rsa.example\r\nFrom: " + peer, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := open(t, g.ring(t, "", peer), mailOf(row.from, signed), strings.FieldsFunc(row.from, func(c rune) bool { return c == ',' || c == '\r' })[0]).Result.Signatures
			if len(s) != 1 || s[0].Verdict != "good" || s[0].FromMatch != row.match {
				t.Fatalf("got %+v, want match %v", s, row.match)
			}
			if !row.match && !strings.Contains(s[0].Sentence, "is not by the sender chief@rsa.example") {
				t.Errorf("got %q", s[0].Sentence)
			}
		})
	}
}

// TestInternationalAddress: a key names a domain in its own letters, and mail has it
// as it stands in the DNS, or the other way round.
func TestInternationalAddress(t *testing.T) {
	const wide, ascii = "max@bücher.example", "max@xn--bcher-kva.example"
	for uid, from := range map[string]string{wide: ascii, ascii: wide} {
		key := someone(t, "Max", uid, 0)
		entity := plainEntity(report)
		var armoured strings.Builder
		must(t, openpgp.ArmoredDetachSign(&armoured, key, strings.NewReader(entity), at(1)))
		ring, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: written(t, key), Tier: "known"}})
		must(t, err)
		s := open(t, ring, mailOf(from, signedEntity(entity, []byte(armoured.String()))), from).Result.Signatures
		if len(s) != 1 || s[0].Verdict != "good" || !s[0].FromMatch {
			t.Errorf("a key of %s, mail from %s: got %+v", uid, from, s)
		}
		if _, ok := ring.Recipient(from, received); !ok {
			t.Errorf("a key of %s is not found for %s", uid, from)
		}
	}
	for _, from := range []string{"max@b\xfccher.example", "max@xn--.example", "@bücher.example", "max"} {
		if _, ok := (&pgp.Keyring{}).Recipient(from, received); ok {
			t.Errorf("%q has a key", from)
		}
	}
}

// TestCharsetsOfArmour: old programs sign and encrypt what they would have sent, in
// the charset that the mail names, or the armour.
func TestCharsetsOfArmour(t *testing.T) {
	g := realGPG(t)
	const russian, japanese = "Хост 192.0.2.77 заражён.\n", "ホスト 192.0.2.77 が感染しています。\n"
	in := func(e encoding.Encoding, text string) string {
		octets, err := e.NewEncoder().String(text)
		must(t, err)
		return octets
	}
	koi, jp, sjis := in(charmap.KOI8R, russian), in(japanesetext.ISO2022JP, japanese), in(japanesetext.ShiftJIS, japanese)
	seal := func(text string) string { return string(g.seal(t, text, team, peer)) }
	for _, row := range []struct{ name, charset, body, want string }{
		{"signed in KOI8-R", "koi8-r", string(g.clear(t, koi, peer)), russian},
		{"signed in ISO 2022", "iso-2022-jp", string(g.clear(t, jp, peer)), japanese},
		{"sealed in KOI8-R", "koi8-r", seal(koi), russian},
		{"sealed in Shift JIS", "shift_jis", seal(sjis), japanese},
		{"named in the armour", "us-ascii", strings.Replace(seal(koi), "MESSAGE-----\n", "MESSAGE-----\nCharset: KOI8-R\n", 1), russian},
		{"UTF-8 all the same", "iso-8859-1", seal(russian), russian},
		{"nobody names it", "utf-8", seal("Stra\xdfe 192.0.2.77\n"), "Straße 192.0.2.77\n"},
		{"plain letters that HZ reads as others", "hz-gb-2312", string(g.clear(t, "192.0.2.77 ~{VPND~}\n", peer)), "192.0.2.77 ~{VPND~}\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			opened := open(t, g.ring(t, team, peer), mailOf(peer, "Content-Type: text/plain; charset="+row.charset+"\n\n"+row.body), peer)
			if len(opened.Inner) != 1 || strings.TrimSpace(opened.Inner[0].Text) != strings.TrimSpace(row.want) || verdicts(opened.Result) != "good" {
				t.Errorf("got %+v, %+v, want %q", opened.Inner, opened.Result, row.want)
			}
		})
	}
}

// TestWrappedMail: some programs sign or seal the mail with all of its header as a
// mail inside (RFC 8551 section 3.1). It is the mail itself and no forward.
func TestWrappedMail(t *testing.T) {
	g := realGPG(t)
	wrapped := func(params, from string) string {
		return "Content-Type: message/rfc822" + params + "\n\nFrom: " + from + "\nSubject: The real one\nContent-Type: text/plain\n\n" + report
	}
	note := "Content-Type: text/plain\n\npEp-Wrapped-Message-Info: OUTER\nSubject: The real one\n"
	key := "Content-Type: application/pgp-keys; name=sender_key.asc\n\n" + string(g.public(t, peer))
	for _, row := range []struct {
		name, inner, subject string
		children             int
		match                bool
	}{
		{"the sender's own", wrapped("", "Peer <"+strings.ToUpper(peer)+">"), "The real one", 0, true},
		{"said to be no forward", wrapped("; forwarded=no", peer), "The real one", 0, true},
		{"said so, of another", wrapped("; forwarded=no", "chief@rsa.example"), "The real one", 0, false},
		{"beside a key", mixed(note, wrapped("; forwarded=\"no\"", peer), key), "The real one", 2, true},
		{"another's mail, passed on", wrapped("", "chief@rsa.example"), "", 1, true},
		{"another's mail beside a text", mixed(note, wrapped("", "chief@rsa.example")), "", 2, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			inner := crlf(row.inner)
			for form, entity := range map[string]string{
				"sealed": encryptedEntity("encrypted", g.seal(t, inner, team, peer)), "signed": signedEntity(inner, g.sign(t, inner, peer)),
			} {
				opened := open(t, g.ring(t, team, peer), mailOf(peer, entity), peer)
				root, s := opened.Root, opened.Result.Signatures
				if len(s) != 1 || s[0].Verdict != "good" || s[0].Covers != "all" || s[0].FromMatch != row.match {
					t.Errorf("%s: got %+v, want match %v", form, s, row.match)
				}
				if root.Subject() != row.subject || len(root.Children) != row.children || !strings.Contains(shown(opened), "192.0.2.77") {
					t.Errorf("%s: got %s %q with %d parts and text %q", form, root.Type, root.Subject(), len(root.Children), shown(opened))
				}
				if form == "sealed" && !opened.CameEncrypted(root) {
					t.Error("it came encrypted")
				}
			}
		})
	}
}
