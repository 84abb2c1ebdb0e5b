package pgp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/parser/pgp"
)

const (
	team     = "team@curve.example"
	peer     = "peer@curve.example"
	stranger = "someone@stranger.example"
)

func TestVerdicts(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	signedBy := func(when string, args ...string) string {
		signature := g.at(t, when, []byte(entity), append([]string{"--detach-sign", "--armor"}, args...)...)
		return mailOf(peer, signedEntity(entity, signature))
	}
	g.lifetime(t, "expires@example.net", "20260301T000000")
	rows := []struct {
		name, signer, mail string
		verdict, state     string
		sentence           string // parts of it, "|" between
	}{
		{"SHA-1", peer, signedBy(today, "-u", peer, "--digest-algo", "SHA1"), "weak", "valid",
			"Weak signature by Peer <peer@curve.example> (peer)|it uses SHA-1, which can be forged|proves nothing for certain"},
		{"expired since", "expires@example.net", signedBy("20260201T000000", "-u", "expires@example.net"), "good", "expired",
			"Good signature|but is not by the sender peer@curve.example: the key names expires@example.net|The key has expired since, on 2026-03-01."},
		{"expired then", "expires@example.net", expiredThen(t, g, entity), "expired-key", "expired",
			"when the key had already expired on 2026-03-01: it proves nothing."},
		{"another's key", "peer@rsa.example", signedBy(today, "-u", "peer@rsa.example"), "good", "valid",
			"covers the whole mail, but is not by the sender peer@curve.example: the key names peer@rsa.example."},
		{"own lifetime over", peer, signedBy("20261101T000000", "-u", peer, "--default-sig-expire", "3d"), "weak", "valid",
			"by its own words it no longer holds"},
		{"dated ahead", peer, signedBy("20261212T000000", "-u", peer), "good", "valid",
			"By its date it was made after the mail was received."},
		{"older than its key", peer, signedBy("20251212T000000", "-u", peer, "--ignore-time-conflict"), "bad", "valid",
			"Bad signature that names the key|it claims to be older than its own key"},
		{"with a condition", peer, signedBy(today, "-u", peer, "--sig-notation", "!rule@example.net=x"), "weak", "valid",
			"a condition that we do not understand"},
		{"unknown", peer, signedBy(today, "-u", stranger), "unknown-key", "unknown",
			"Signature by the key 0x|which we do not have: without the key it cannot be judged"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			opened := open(t, g.ring(t, "", row.signer), row.mail, peer)
			if len(opened.Result.Signatures) != 1 {
				t.Fatalf("got %+v, want one signature", opened.Result)
			}
			got := opened.Result.Signatures[0]
			if got.Verdict != row.verdict || got.KeyState != row.state {
				t.Errorf("got %s, key %s, want %s, key %s", got.Verdict, got.KeyState, row.verdict, row.state)
			}
			for part := range strings.SplitSeq(row.sentence, "|") {
				if !strings.Contains(got.Sentence, part) {
					t.Errorf("got sentence %q, want %q in it", got.Sentence, part)
				}
			}
			if got.Verdict == "unknown-key" && len(got.Key) != 16 {
				t.Errorf("got key %q, want the key ID", got.Key)
			}
		})
	}
}

// lifetime makes a key that ends at the time given, unless it is there.
func (g *gpg) lifetime(t testing.TB, address, end string) {
	t.Helper()
	if _, err := g.print(address); err == nil {
		return
	}
	if _, err := g.run(born, nil, "--passphrase", "", "--quick-generate-key", "<"+address+">", "ed25519", "sign,cert", end); err != nil {
		t.Fatal(err)
	}
}

// expiredThen signs in May with a key whose owner says in a copy made later
// that it ended in March.
func expiredThen(t *testing.T, g *gpg, entity string) string {
	t.Helper()
	fpr, err := g.print("expires@example.net")
	if err != nil {
		t.Fatal(err)
	}
	g.at(t, "20260201T000000", nil, "--quick-set-expire", fpr, "0")
	signature := g.at(t, "20260501T000000", []byte(entity), "--detach-sign", "--armor", "-u", fpr)
	g.at(t, "20260201T000001", nil, "--quick-set-expire", fpr, "20260301T000000")
	return mailOf(peer, signedEntity(entity, signature))
}

func TestRevokedKey(t *testing.T) {
	g := realGPG(t)
	const address = "revoked@example.net"
	if err := g.key(address, "ed25519", "cv25519"); err != nil {
		t.Fatal(err)
	}
	entity := plainEntity(report)
	mail := mailOf(address, signedEntity(entity, g.sign(t, entity, address)))
	before := g.public(t, address)
	g.revoke(t, address)
	after := g.public(t, address)

	for name, public := range map[string][]pgp.PublicKey{
		"revoked copy":         {{Data: after, Tier: "peer"}},
		"older copy beside it": {{Data: after, Tier: "known"}, {Data: before, Tier: "peer"}},
		"older copy first":     {{Data: before, Tier: "peer"}, {Data: after, Tier: "known"}},
	} {
		t.Run(name, func(t *testing.T) {
			ring, err := pgp.NewKeyring(nil, nil, public)
			if err != nil {
				t.Fatal(err)
			}
			got := open(t, ring, mail, address).Result.Signatures
			if len(got) != 1 || got[0].Verdict != "revoked-key" || got[0].KeyState != "revoked" {
				t.Fatalf("got %+v, want revoked-key", got)
			}
			if !strings.Contains(got[0].Sentence, "the key was revoked on ") {
				t.Errorf("got sentence %q", got[0].Sentence)
			}
			if _, ok := ring.Recipient(address, received); ok {
				t.Error("a revoked key was offered for encrypting")
			}
			if _, ok := ring.ByFingerprint(got[0].Key, received); ok {
				t.Error("a revoked key may be encrypted to")
			}
		})
	}
}

// revoke publishes the revocation certificate that gpg made with the key. The
// program guards it with a colon against accidents.
func (g *gpg) revoke(t testing.TB, address string) {
	t.Helper()
	fpr, err := g.print(address)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := os.ReadFile(filepath.Join(g.home, "openpgp-revocs.d", fpr+".rev"))
	if err != nil {
		t.Fatal(err)
	}
	guarded := strings.Replace(string(certificate), ":-----BEGIN", "-----BEGIN", 1)
	g.must(t, []byte(guarded), "--import")
}

func TestSeveralSignatures(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	rows := []struct {
		name    string
		signers []string
		want    string
	}{
		{"known then unknown", []string{peer, stranger}, "good,unknown-key"},
		{"unknown then known", []string{stranger, peer}, "unknown-key,good"},
		{"two known", []string{"peer@rsa.example", peer}, "good,good"},
		{"two unknown", []string{stranger, team}, "unknown-key,unknown-key"},
	}
	for _, row := range rows {
		var by []string
		for _, s := range row.signers {
			by = append(by, "-u", s)
		}
		mails := map[string]string{
			"encrypted": mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(entity), append(by, "--sign", "--encrypt", "--armor", "-r", "team@rsa.example")...))),
			"detached":  mailOf(peer, signedEntity(entity, g.must(t, []byte(entity), append(by, "--detach-sign", "--armor")...))),
			"clear":     mailOf(peer, plainEntity(string(g.must(t, []byte(report), append(by, "--clear-sign")...)))),
		}
		ring := g.ring(t, "team@rsa.example", peer, "peer@rsa.example")
		for form, mail := range mails {
			t.Run(row.name+"/"+form, func(t *testing.T) {
				got := open(t, ring, mail, peer).Result
				if sorted(verdicts(got)) != sorted(row.want) {
					t.Errorf("got %s, want %s", verdicts(got), row.want)
				}
			})
		}
	}
}

// sorted compares verdicts as a set: in a message the last signer's comes first.
func sorted(verdicts string) string {
	if first, second, two := strings.Cut(verdicts, ","); two && second < first {
		return second + "," + first
	}
	return verdicts
}

func TestCoverage(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	signed := signedEntity(entity, g.sign(t, entity, peer))
	clear := string(g.clear(t, report, peer))
	rows := []struct {
		name, mail string
		covers     string
		match      bool
	}{
		{"whole mail", mailOf(peer, signed), "all", true},
		{"list footer added", mailOf(peer, mixed(signed, plainEntity("-- \nfooter\n"))), "part", true},
		{"text put before", mailOf(peer, mixed(plainEntity("Pay at once!\n"), signed)), "part", true},
		{"alone in a multipart", mailOf(peer, mixed(signed)), "all", true},
		{"inside an attached mail", mailOf(peer, mixed(plainEntity("see below\n"), "Content-Type: message/rfc822\n\n"+mailOf(peer, signed))), "part", false},
		{"attached mail alone", mailOf(peer, "Content-Type: message/rfc822\n\n"+mailOf(peer, signed)), "part", false},
		{"clear signed beside HTML", mailOf(peer, mixed(plainEntity(clear), "Content-Type: text/html\n\n<p>Pay at once!</p>")), "part", true},
		{"two clear signed texts", mailOf(peer, plainEntity(clear+"\n"+clear)), "part", true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := open(t, g.ring(t, "", peer), row.mail, peer).Result.Signatures
			if len(got) == 0 || got[0].Verdict != "good" || got[0].Covers != row.covers || got[0].FromMatch != row.match {
				t.Errorf("got %+v, want good, covers %s, match %v", got, row.covers, row.match)
			}
		})
	}
}

func mixed(parts ...string) string {
	var out strings.Builder
	out.WriteString("Content-Type: multipart/mixed; boundary=m1\n\n")
	for _, p := range parts {
		out.WriteString("--m1\n" + p + "\n")
	}
	return crlf(out.String() + "--m1--\n")
}

// TestTextMode judges signatures that were made without regard to line ends.
func TestTextMode(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	for name, mail := range map[string]string{
		"detached":  mailOf(peer, signedEntity(entity, g.must(t, []byte(entity), "--textmode", "--detach-sign", "--armor", "-u", peer))),
		"encrypted": mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(entity), "--textmode", "--sign", "-e", "-r", team, "--armor", "-u", peer))),
	} {
		t.Run(name, func(t *testing.T) {
			if got := open(t, g.ring(t, team, peer), mail, peer).Result; verdicts(got) != "good" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestSenderIsComparedWithoutCase(t *testing.T) {
	g := realGPG(t)
	entity := plainEntity(report)
	mail := mailOf(peer, signedEntity(entity, g.sign(t, entity, peer)))
	for from, want := range map[string]bool{"Peer@Curve.Example": true, "peer@curve.example.net": false, "": false} {
		got := open(t, g.ring(t, "", peer), mail, from).Result.Signatures[0]
		if got.FromMatch != want {
			t.Errorf("from %q: got %v, want %v", from, got.FromMatch, want)
		}
	}
}
