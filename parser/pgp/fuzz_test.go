package pgp_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/parser/mime"
	"postern/parser/pgp"
)

var sampleMails = []string{
	"pgp-cert-alpha-report.eml", "pgp-undecryptable.eml", "pgp-inline-finder.eml", "pgp-signed-mime.eml", "pgp-rt-peer.eml",
}

// goldenMails are one mail of each form that programs and servers make.
func goldenMails(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("../../testdata/mail/openpgp/*.eml")
	if err != nil || len(names) == 0 {
		t.Fatal("the golden mails are missing", err)
	}
	return names
}

// FuzzOpen gives any mail to a keyring with all keys. Whatever it is, a good
// verdict only comes with words that a key's owner signed, and blocks lie
// inside their text in the order they stand.
func FuzzOpen(f *testing.F) {
	ring := teamRing(f)
	for _, name := range sampleMails {
		f.Add(sample(f, "mail/"+name))
	}
	for _, name := range goldenMails(f) {
		f.Add(sample(f, "mail/openpgp/"+filepath.Base(name)))
	}
	f.Add([]byte(mailOf(peer, mixed(plainEntity("x"), encryptedEntity("mixed", []byte("-----BEGIN PGP MESSAGE-----\n\nAAAA\n"))))))
	f.Fuzz(func(t *testing.T, mail []byte) {
		ctx := context.Background()
		root, _ := mime.Read(ctx, bytes.NewReader(mail), int64(len(mail)), mime.Limits{})
		opened := ring.Open(ctx, root, "mira@research.example", received, pgp.Limits{Plaintext: 1 << 20}, mime.Limits{})
		checkResult(t, opened.Result)
		checkInner(t, opened.Inner)
		if opened.Root == nil {
			t.Fatal("there is no tree to read")
		}
	})
}

func checkResult(t *testing.T, r pgp.Result) {
	t.Helper()
	if r.Decrypted && (!r.Encrypted || r.Problem != "") {
		t.Fatalf("open although closed: %+v", r)
	}
	if r.Encrypted && !r.Decrypted && r.Problem == "" && r.Protocol == "openpgp" {
		t.Fatalf("closed without a reason: %+v", r)
	}
	if (r.Form == "") != (r.Protocol == "none") || r.Signatures == nil {
		t.Fatalf("form and protocol differ: %+v", r)
	}
	for _, s := range r.Signatures {
		if s.Sentence == "" || strings.ContainsAny(s.Sentence, "\r\n\x00") || (s.Verdict == "good") != strings.HasPrefix(s.Sentence, "Good signature") {
			t.Fatalf("sentence of %+v", s)
		}
		if _, err := time.Parse(time.RFC3339, s.Made); s.Made != "" && err != nil {
			t.Fatalf("made %q", s.Made)
		}
	}
}

func checkInner(t *testing.T, inner []pgp.Inner) {
	t.Helper()
	for i, in := range inner {
		text, _ := in.Part.Text(0)
		if in.Start < 0 || in.End < in.Start || in.End > int64(len(text)) {
			t.Fatalf("block at %d:%d of %d", in.Start, in.End, len(text))
		}
		if i > 0 && inner[i-1].Part == in.Part && inner[i-1].End > in.Start {
			t.Fatalf("blocks overlap: %d, %d", inner[i-1].End, in.Start)
		}
	}
}

// FuzzArmour gives any bytes as the content of armour, and any armour as text.
// Nothing that no key of ours opens may be called decrypted.
func FuzzArmour(f *testing.F) {
	f.Add([]byte{0xC0 | 11, 8, 'b', 0, 0, 0, 0, 0, 'h', 'i'}, "")
	f.Add([]byte{0x84, 1, 3}, "Hello\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n")
	f.Add([]byte{0xC0 | 8, 3, 1, 3, 0}, "-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----\n-----BEGIN PGP PUBLIC KEY BLOCK-----")
	f.Fuzz(func(t *testing.T, packets []byte, text string) {
		body := "-----BEGIN PGP MESSAGE-----\n\n" + wrapped(base64.StdEncoding.EncodeToString(packets)) + "-----END PGP MESSAGE-----\n" + text
		opened := openLimited(t, nil, mailOf("", "Content-Type: text/plain; charset=utf-8\n\n")+body, "", pgp.Limits{Plaintext: 1 << 20})
		checkResult(t, opened.Result)
		checkInner(t, opened.Inner)
		if opened.Result.Decrypted {
			t.Fatalf("opened without a key: %+v", opened.Result)
		}
		for _, s := range opened.Result.Signatures {
			if s.Verdict != "unknown-key" && s.Verdict != "bad" {
				t.Fatalf("judged without a key: %+v", s)
			}
		}
		if _, err := pgp.Describe([]byte(body)); err == nil && !strings.Contains(text, "KEY BLOCK") {
			t.Fatal("a key was found where none is")
		}
	})
}

// FuzzArmourInText gives any text with armour that is whole somewhere in it: what
// stands in blocks never overlaps, and the words around a block stay.
func FuzzArmourInText(f *testing.F) {
	block := "-----BEGIN PGP MESSAGE-----\n\nyxBiAAAAAABoZWxsbyB3b3JsZA==\n=AAAA\n-----END PGP MESSAGE-----"
	for _, damage := range []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") },
		func(s string) string { return strings.ReplaceAll(s, "\n", " ") },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\n\n") },
		func(s string) string { return strings.ReplaceAll(s, "=", "=3D") },
		func(s string) string { return "\u00a0 " + strings.ReplaceAll(s, "-----\n", "-----\nVersion: x\n") },
	} {
		f.Add("before\n"+damage(block)+"\nbehind", "text/plain; format=flowed")
	}
	f.Add("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- -----\n-----BEGIN PGP SIGNATURE-----\n\nwsA=\n-----END PGP SIGNATURE-----\n", "text/plain")
	f.Add("<p>"+strings.ReplaceAll(block, "\n", "<br>")+"</p>", "text/html")
	f.Fuzz(func(t *testing.T, text, kind string) {
		if strings.ContainsAny(kind, "\r\n") {
			return
		}
		opened := openLimited(t, nil, mailOf("", "Content-Type: "+kind+"\nContent-Transfer-Encoding: 8bit\n\n")+text, "", pgp.Limits{Plaintext: 1 << 20})
		checkResult(t, opened.Result)
		checkInner(t, opened.Inner)
		if opened.Result.Decrypted || len(opened.Deciphered) > 0 {
			t.Fatalf("opened without a key: %+v", opened.Result)
		}
	})
}

// FuzzKeyFile gives any bytes as a key file: an error or keys, nothing else.
func FuzzKeyFile(f *testing.F) {
	f.Add(sample(f, "keys/cert-alpha-public.asc"))
	f.Add(sample(f, "keys/finder-secret.asc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		infos, err := pgp.Describe(data)
		if (err == nil) != (len(infos) > 0) {
			t.Fatalf("got %d keys and %v", len(infos), err)
		}
		_, _ = pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: data}})
		_, _ = pgp.NewKeyring([][]byte{data}, nil, nil)
	})
}
