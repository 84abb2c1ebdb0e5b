package pgp_test

import (
	"strings"
	"testing"

	"postern/parser/pgp"
)

// teamRing is the keyring of the demo. Unlocking its key takes long, so it is made once.
func teamRing(t testing.TB) *pgp.Keyring {
	t.Helper()
	if ring, made := rings.Load("the demo's"); made {
		return ring.(*pgp.Keyring)
	}
	ring, err := pgp.NewKeyring(
		[][]byte{sample(t, "keys/team-secret.asc")},
		[][]byte{[]byte("wrong one"), sample(t, "keys/team.passphrase")},
		[]pgp.PublicKey{
			{Data: sample(t, "keys/cert-alpha-public.asc"), Signer: "CERT Alpha", Tier: "peer"},
			{Data: sample(t, "keys/cert-beta-public.asc"), Signer: "CERT Beta", Tier: "peer"},
			{Data: sample(t, "keys/finder-public.asc")},
		})
	if err != nil {
		t.Fatal(err)
	}
	rings.Store("the demo's", ring)
	return ring
}

func TestSampleMails(t *testing.T) {
	ring := teamRing(t)
	rows := []struct {
		file, from         string
		form               string
		encrypted, decrypt bool
		text               string // is shown
		sentence           string // of the only signature
		problem            string
	}{
		{"pgp-cert-alpha-report.eml", "cert@cert-alpha.example", "pgp-mime", true, true, "192.0.2.77:49812",
			"Good signature by CERT Alpha (peer), key 0x%, made 2026-11-20 14:05 UTC, covers the whole mail and matches the sender.", ""},
		{"pgp-undecryptable.eml", "duty@cert-gamma.example", "pgp-mime", true, false, "", "",
			"made for key 0x%; none of ours"},
		{"pgp-inline-finder.eml", "mira@research.example", "inline", false, false, "- there are staff lists",
			"Good signature by Mira Lindqvist <mira@research.example> (unknown: nobody here has checked whose key this is), key 0x%, made 2026-11-20 08:27 UTC, covers the whole mail and matches the sender.", ""},
		{"pgp-signed-mime.eml", "cert@cert-beta.example", "pgp-mime", false, false, "password guessing",
			"Good signature by CERT Beta (peer), key 0x%, made 2026-11-20 10:16 UTC, covers the whole mail and matches the sender.", ""},
		{"pgp-rt-peer.eml", "cert@cert-beta.example", "pgp-mime", true, true, "collector@drop.example",
			"Good signature by CERT Beta (peer), key 0x%, made 2026-11-20 16:58 UTC, covers the whole mail and matches the sender.", ""},
	}
	for _, row := range rows {
		t.Run(row.file, func(t *testing.T) {
			opened := open(t, ring, string(sample(t, "mail/"+row.file)), row.from)
			got := opened.Result
			if got.Protocol != "openpgp" || got.Form != row.form || got.Encrypted != row.encrypted || got.Decrypted != row.decrypt {
				t.Errorf("got %+v, want form %s, encrypted %v, decrypted %v", got, row.form, row.encrypted, row.decrypt)
			}
			if !like(got.Problem, row.problem) {
				t.Errorf("got problem %q, want %q", got.Problem, row.problem)
			}
			sentence := ""
			if len(got.Signatures) > 0 {
				sentence = got.Signatures[0].Sentence
			}
			if len(got.Signatures) > 1 || !like(sentence, row.sentence) {
				t.Errorf("got signatures %+v, want %q", got.Signatures, row.sentence)
			}
			if !strings.Contains(shown(opened), row.text) {
				t.Errorf("got text %q, want %q in it", shown(opened), row.text)
			}
		})
	}
}

// like compares with a pattern in which "%" stands for a key ID.
func like(got, pattern string) bool {
	before, after, some := strings.Cut(pattern, "%")
	if !some {
		return got == pattern
	}
	middle := len(got) - len(before) - len(after)
	return strings.HasPrefix(got, before) && strings.HasSuffix(got, after) && middle == 16
}
