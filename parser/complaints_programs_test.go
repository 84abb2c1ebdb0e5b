package parser_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"postern/parser"
)

// TestComplaintsOfMailPrograms holds what people report about the OpenPGP of mail
// programs and web mail: each row is one of them, and how it is read here.
func TestComplaintsOfMailPrograms(t *testing.T) {
	h := newHouse(t)
	const from = "peer@example.net"
	stranger := newHouse(t).peer
	mixed := func(parts ...string) string {
		return "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + strings.Join(parts, "\n--m\n") + "\n--m--\n"
	}
	file := func(name, body string) string {
		return "Content-Type: application/octet-stream; name=\"" + name + "\"\nContent-Disposition: attachment; filename=\"" + name + "\"\nContent-Transfer-Encoding: base64\n\n" + folded(base64.StdEncoding.EncodeToString([]byte(body)))
	}
	sealed := h.seal(t, plainWords, h.now, h.peer)
	signed := signedMail(plainWords, h.sign(t, plainWords, h.peer))
	beside := mixed(plainWords, file("hosts.csv", "192.0.2.77\n"))
	for _, row := range []struct {
		name, entity string
		check        func(parser.Report) bool
	}{
		{"a footer put into a signed mail hides its text", strings.Replace(signed, "\n--s--", "\n--s\nContent-Type: text/plain\n\nlist footer\n--s--", 1), func(r parser.Report) bool {
			return strings.Contains(r.Text, hostWords) && strings.Contains(r.Text, "list footer") && oneVerdict(r, "good", true) && r.Crypto.Signatures[0].Covers == "part"
		}},
		{"a signed mail whose signature was taken away hides a part", strings.Replace(signedMail(plainWords, "gone"), "application/pgp-signature\n\ngone", "text/plain\n\nThe signature was removed by the filter.", 1), func(r parser.Report) bool {
			return strings.Contains(r.Text, hostWords) && strings.Contains(r.Text, "removed by the filter") && len(r.Crypto.Signatures) == 0
		}},
		{"not decrypted when the signer is unknown", sealedMail("encrypted", h.seal(t, plainWords, h.now, stranger)), func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && oneVerdict(r, "unknown-key", false)
		}},
		{"a picture without a name is taken for ciphertext", mixed(plainWords, file("noname", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), func(r parser.Report) bool {
			return !r.Crypto.Encrypted && r.Crypto.Problem == "" && len(r.Attachments) == 1 && r.Text == hostWords
		}},
		{"a message called ATT00002 is not opened", mixed("Content-Type: text/plain\n\n", file("ATT00001", "Version: 1\n"), file("ATT00002", sealed)), func(r parser.Report) bool {
			return r.Crypto.Decrypted && r.Text == hostWords && oneVerdict(r, "good", true) && len(r.Attachments) == 0
		}},
		{"armour behind words on its line is not opened", "Content-Type: text/plain\n\nUse an add-on to read this." + h.seal(t, hostWords, h.now, h.peer), func(r parser.Report) bool {
			return r.Crypto.Decrypted && strings.Contains(r.Text, hostWords) && oneVerdict(r, "good", true)
		}},
		{"only the first text of an encrypted mail is shown", sealedMail("encrypted", h.seal(t, mixed("Content-Type: text/plain\n\nFrom: peer@example.net\nSig: Good signature\n", plainWords), h.now, nil)), func(r parser.Report) bool {
			return strings.Contains(r.Text, hostWords) && strings.Contains(r.Text, "Sig: Good signature") && len(r.Crypto.Signatures) == 0
		}},
		{"a signed mail beside a page loses its files", "Content-Type: multipart/alternative; boundary=a\n\n--a\n" + signedMail(beside, h.sign(t, beside, h.peer)) + "\n--a\nContent-Type: text/html\n\n<p>" + hostWords + "</p>\n--a--\n", func(r parser.Report) bool {
			return len(r.Attachments) == 1 && r.Attachments[0].Name == "hosts.csv" && oneVerdict(r, "good", true) && r.Crypto.Signatures[0].Covers == "part"
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if r := h.parse(row.entity, from, "csirt@example.org"); !row.check(r) {
				t.Errorf("got crypto %+v, text %q, attachments %+v", r.Crypto, r.Text, r.Attachments)
			}
		})
	}
}
