package responder_test

import (
	"bytes"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser"
	"postern/parser/pgp"
	"postern/responder"
)

// ownKey makes a key of ours: its secret and its public half.
func ownKey(t *testing.T, made time.Time) (secret, public []byte) {
	t.Helper()
	entity, err := openpgp.NewEntity("Example CSIRT", "", "csirt@example.org", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return made },
	})
	if err != nil {
		t.Fatal(err)
	}
	var s, p bytes.Buffer
	if err := entity.SerializePrivate(&s, nil); err != nil {
		t.Fatal(err)
	}
	if err := entity.Serialize(&p); err != nil {
		t.Fatal(err)
	}
	return s.Bytes(), p.Bytes()
}

func ringOf(t *testing.T, secrets [][]byte, public ...[]byte) *pgp.Keyring {
	t.Helper()
	var keys []pgp.PublicKey
	for _, p := range public {
		keys = append(keys, pgp.PublicKey{Data: p, Tier: "peer"})
	}
	ring, err := pgp.NewKeyring(secrets, nil, keys)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// A mail that was tried before our key changed leaves with the bytes it had, under
// the signature of the old one; what is rendered from then on has the new one.
func TestOurKeyChangesWhileMailWaits(t *testing.T) {
	oldSecret, oldPublic := ownKey(t, now.AddDate(-1, 0, 0))
	newSecret, newPublic := ownKey(t, now.Add(-time.Hour))
	both := ringOf(t, [][]byte{oldSecret, newSecret})
	var ring atomic.Pointer[pgp.Keyring]
	ring.Store(ringOf(t, [][]byte{oldSecret}))

	waiting, fresh := answer("ack", "en"), answer("ack", "en")
	waiting.ID, waiting.Sign = 1, true
	fresh.ID, fresh.Sign, fresh.NotBefore, fresh.MessageID = 2, true, now.Add(time.Minute), "fedcba9876543210@example.org"
	at := now
	box := newOutbox(func() time.Time { return at }, waiting, fresh)
	s := sender(t, box, func(n int, _ responder.Envelope) error {
		if n == 1 {
			return verdict(responder.Temporary)
		}
		return nil
	}, func(o *responder.SenderOptions) { o.Keys = ring.Load })
	s.drain(t)
	ring.Store(both)
	at = now.Add(time.Hour)
	s.drain(t)

	theirs := ringOf(t, nil, oldPublic, newPublic)
	olds, _ := pgp.Describe(oldPublic)
	news, _ := pgp.Describe(newPublic)
	if len(s.bodies) != 3 || !bytes.Equal(s.bodies[0], s.bodies[1]) && !bytes.Equal(s.bodies[0], s.bodies[2]) {
		t.Fatalf("%d mails handed over; the second try has to have the bytes of the first", len(s.bodies))
	}
	signers := map[string]int{}
	for _, body := range s.bodies {
		read := parser.Parse(t.Context(), bytes.NewReader(body), int64(len(body)), parser.Env{Keys: theirs, ReceivedAt: at})
		if len(read.Crypto.Signatures) != 1 || read.Crypto.Signatures[0].Verdict != "good" {
			t.Fatalf("signatures %+v", read.Crypto.Signatures)
		}
		signers[read.Crypto.Signatures[0].Key]++
	}
	if signers[olds[0].Fingerprint] != 2 || signers[news[0].Fingerprint] != 1 {
		t.Errorf("signed by %v", signers)
	}
}
