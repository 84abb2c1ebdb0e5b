package pgp_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeysInMail: keys are not ciphertext. A public one says nothing, a secret
// one is told and never used, a revocation certificate is recognised.
func TestKeysInMail(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	public, secret := string(g.public(t, stranger)), string(g.secret(t, stranger))
	fpr, err := g.print(stranger)
	if err != nil {
		t.Fatal(err)
	}
	revocation, err := os.ReadFile(filepath.Join(g.home, "openpgp-revocs.d", fpr+".rev"))
	if err != nil {
		t.Fatal(err)
	}
	bare := strings.Replace(string(revocation[bytes.Index(revocation, []byte(":-----")):]), ":-----", "-----", 1)
	binary := g.must(t, nil, "--passphrase", "", "--export-secret-keys", stranger)
	text := textPart(report)
	for name, row := range map[string]struct{ entity, problem string }{
		"public key, application/pgp-keys": {mixed(text, filePart("application/pgp-keys", "OpenPGP_0x1234.asc", public)), ""},
		"public key as a file":             {mixed(text, filePart("application/octet-stream", "publickey.asc", public)), ""},
		"public key as .txt":               {mixed(text, filePart("text/plain", "key.txt", public)), ""},
		"public key in the text":           {textPart(report + public), ""},
		"public key in a header":           {"Autocrypt: addr=" + peer + "; keydata=" + base64.StdEncoding.EncodeToString(g.must(t, nil, "--export", stranger))[:200] + "\n" + text, ""},
		"public key, binary":               {mixed(text, binaryPart("application/octet-stream", "key.gpg", g.must(t, nil, "--export", stranger))), ""},
		"public key for a passphrase file": {mixed(text, filePart("application/pgp-encrypted", "key.asc", public)), ""},
		"secret key as a file":             {mixed(text, filePart("application/octet-stream", "key.asc", secret)), "secret-key-sent"},
		"secret key, application/pgp-keys": {mixed(text, filePart("application/pgp-keys", "key.asc", secret)), "secret-key-sent"},
		"secret key in the text":           {textPart(report + secret), "secret-key-sent"},
		"secret key, binary":               {mixed(text, binaryPart("application/octet-stream", "secring.gpg", binary)), "secret-key-sent"},
		"revocation in the text":           {textPart(report + bare), "revocation-certificate"},
		"revocation as a file":             {mixed(text, filePart("application/pgp-keys", "revoke.asc", bare)), "revocation-certificate"},
		"revocation as gpg keeps it":       {mixed(text, filePart("application/octet-stream", fpr+".rev", string(revocation))), "revocation-certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, ring, mailOf(peer, row.entity), peer)
			if r := opened.Result; r.Protocol != "none" || r.Encrypted || r.Problem != "" || len(r.Signatures) != 0 {
				t.Errorf("got %+v, want no OpenPGP message", r)
			}
			if firstCode(opened) != row.problem || !strings.Contains(shown(opened), "Please have a look") {
				t.Errorf("got problems %v, want %q; text %q", opened.Problems, row.problem, shown(opened))
			}
		})
	}
	sealed := mailOf(peer, encryptedEntity("encrypted", g.seal(t, mixed(text, filePart("application/pgp-keys", "key.asc", secret)), team, peer)))
	if opened := open(t, ring, sealed, peer); firstCode(opened) != "secret-key-sent" || verdicts(opened.Result) != "good" {
		t.Errorf("a secret key inside an encrypted mail: got %v", opened.Problems)
	}
	if opened := open(t, ring, mailOf(peer, encryptedEntity("encrypted", g.seal(t, plainEntity(report), stranger, peer)))+secret, peer); opened.Result.Decrypted {
		t.Error("the secret key that a mail brings was used")
	}
}

// TestSignatureFiles judges signatures that lie beside the files they sign.
func TestSignatureFiles(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, "", peer)
	const hosts, list = "address\r\n192.0.2.77\r\n", "port\r\n25\r\n"
	sign := func(data string, armour bool) []byte {
		args := []string{"--detach-sign", "-u", peer}
		if armour {
			args = append(args, "--armor")
		}
		return g.must(t, []byte(data), args...)
	}
	csv, csvLF := filePart("text/csv", "hosts.csv", hosts), strings.ReplaceAll(hosts, "\r\n", "\n")
	for name, row := range map[string]struct{ entity, verdicts, says string }{
		"armoured .asc": {mixed(textPart("two files\n"), csv, filePart("application/pgp-signature", "hosts.csv.asc", string(sign(hosts, true)))), "good",
			"covers only the attached file hosts.csv and matches the sender."},
		"binary .sig":                          {mixed(csv, binaryPart("application/octet-stream", "hosts.csv.sig", sign(hosts, false))), "good", "covers only the attached file hosts.csv"},
		"signed before mail changed line ends": {mixed(csv, binaryPart("application/octet-stream", "hosts.csv.sig", sign(csvLF, false))), "good", "the attached file"},
		"named without the ending":             {mixed(csv, filePart("application/octet-stream", "hosts.asc", string(sign(hosts, true)))), "good", "hosts.csv"},
		"several files": {mixed(csv, filePart("text/plain", "ports.txt", list), filePart("application/octet-stream", "ports.txt.asc", string(sign(list, true))),
			filePart("application/octet-stream", "hosts.csv.asc", string(sign(hosts, true)))), "good,good", "ports.txt"},
		"of another file":     {mixed(csv, filePart("application/octet-stream", "hosts.csv.asc", string(sign(list, true)))), "bad", "Bad signature that names the key"},
		"of a file not here":  {mixed(textPart("x\n"), filePart("application/octet-stream", "other.zip.asc", string(sign(list, true)))), "", ""},
		"unknown key":         {mixed(csv, filePart("application/octet-stream", "hosts.csv.asc", string(g.must(t, []byte(hosts), "--detach-sign", "--armor", "-u", stranger)))), "unknown-key", "which we do not have"},
		"no signature inside": {mixed(csv, filePart("application/octet-stream", "hosts.csv.sig", "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n")), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := open(t, ring, mailOf(peer, row.entity), peer).Result
			if verdicts(got) != row.verdicts {
				t.Fatalf("got %+v, want %q", got, row.verdicts)
			}
			for _, s := range got.Signatures[:min(1, len(got.Signatures))] {
				if s.Covers != "part" || !strings.Contains(s.Sentence, row.says) {
					t.Errorf("got %+v, want a part, %q", s, row.says)
				}
			}
		})
	}
}

// TestNamesInside gives a file that came out of encryption its own name.
func TestNamesInside(t *testing.T) {
	g := realGPG(t)
	for name, row := range map[string]struct{ outside, inside, want, kind string }{
		"the outer name":          {"hosts.csv.gpg", "old.csv", "hosts.csv", "text/csv"},
		"the inner name":          {"data.pgp", "hosts.csv", "hosts.csv", "text/csv"},
		"no name for eyes only":   {"data.pgp", "_CONSOLE", "data", "text/plain"},
		"a page, part by part":    {"PGPexch.htm.pgp", "", "PGPexch.htm", "text/html"},
		"a mail is a mail":        {"report.eml.gpg", "", "report.eml", "message/rfc822"},
		"what nobody can tell of": {"noname.pgp", "", "", "text/plain"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(sealArgs(team, peer), "--set-filename", row.inside)
			mail := mailOf(peer, mixed(textPart("see the file\n"), binaryPart("application/octet-stream", row.outside, g.must(t, []byte("address\n192.0.2.77\n"), args...))))
			leaf := open(t, g.ring(t, team, peer), mail, peer).Root.Children[1]
			if leaf.Name != row.want || leaf.Type != row.kind {
				t.Errorf("got %q, %s, want %q, %s", leaf.Name, leaf.Type, row.want, row.kind)
			}
		})
	}
}

// TestSourceOfAnotherMail: a mail that somebody encrypts to show it is not his own.
func TestSourceOfAnotherMail(t *testing.T) {
	g := realGPG(t)
	source := "Return-Path: <phisher@evil.example>\nReceived: from mx.example.net by mail.example.org; Fri, 20 Nov 2026 10:00:00 +0000\n" +
		"From: Bank <phisher@evil.example>\nSubject: your account\nContent-Type: text/plain\n\nPay 192.0.2.77 at once.\n"
	text := open(t, g.ring(t, team, peer), mailOf(peer, plainEntity(string(g.seal(t, source, team, peer)))), peer)
	if text.Root.Header.Get("Subject") != "Report" || len(text.Inner) != 1 || !text.Result.Signatures[0].FromMatch {
		t.Errorf("as text: got subject %q, %+v", text.Root.Header.Get("Subject"), text.Result)
	}
	file := open(t, g.ring(t, team, peer), mailOf(peer, mixed(textPart("see it\n"), binaryPart("application/octet-stream", "mail.gpg", g.sealBinary(t, source, team, peer)))), peer)
	if leaf := file.Root.Children[1]; leaf.Type != "message/rfc822" || len(leaf.Children) != 1 || leaf.Children[0].Header.Get("Subject") != "your account" {
		t.Errorf("as a file: got %s, %+v", leaf.Type, file.Result)
	}
}
