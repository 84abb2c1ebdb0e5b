package pgp_test

import (
	"sync"
	"testing"

	"postern/parser/pgp"
)

// TestOneKeyringForManyGoroutines opens, signs and encrypts with one keyring
// from eight goroutines; every verdict must be the one that a lone reader gets.
func TestOneKeyringForManyGoroutines(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer, "peer@rsa.example", "peer@nist.example")
	entity := plainEntity(report)
	mails := map[string]string{
		"good":        mailOf(peer, encryptedEntity("encrypted", g.seal(t, entity, team, peer))),
		"unknown-key": mailOf(peer, encryptedEntity("encrypted", g.seal(t, entity, team, stranger))),
		"bad":         flip(mailOf(peer, signedEntity(entity, g.sign(t, entity, "peer@rsa.example")))),
		"good,good":   mailOf(peer, plainEntity(string(g.must(t, []byte(report), "--clear-sign", "-u", peer, "-u", "peer@nist.example")))),
		"":            mailOf(peer, encryptedEntity("encrypted", g.must(t, []byte(entity), "-e", "-R", team, "--armor"))),
	}
	fingerprint, _ := ring.Recipient(peer, received)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				for want, mail := range mails {
					if got := verdicts(open(t, ring, mail, peer).Result); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				}
				work(t, ring, fingerprint)
			}
		})
	}
	all.Wait()
}

func work(t *testing.T, ring *pgp.Keyring, fingerprint string) {
	if _, _, err := ring.Sign([]byte(report), received); err != nil {
		t.Error(err)
	}
	if _, err := ring.Encrypt([]byte(report), []string{fingerprint}, received); err != nil {
		t.Error(err)
	}
	ring.Keys()[0].UserIDs[0] = "changed by a caller"
}
