package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/go-crypto/openpgp/s2k"

	"postern/parser/pgp"
)

// secretKey makes a key of ours that was made so long ago and is locked with a
// passphrase, and gives its fingerprint. signs is false for one whose part that
// signs is kept elsewhere.
func secretKey(t *testing.T, age time.Duration, passphrase string, signs bool) (armoured, fingerprint string) {
	t.Helper()
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return time.Now().Add(-age) }}
	entity, err := openpgp.NewEntity("Example CSIRT", "", "csirt@example.org", config)
	if err != nil {
		t.Fatal(err)
	}
	if !signs {
		for _, identity := range entity.Identities {
			identity.SelfSignature.FlagSign = false
			if err := identity.SelfSignature.SignUserId(identity.UserId.Id, entity.PrimaryKey, entity.PrivateKey, config); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := entity.EncryptPrivateKeys([]byte(passphrase), &packet.Config{S2KConfig: &s2k.Config{S2KCount: 1024}}); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PrivateKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := entity.SerializePrivateWithoutSigning(w, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	infos, err := pgp.Describe(text.Bytes())
	if err != nil || len(infos) != 1 {
		t.Fatalf("%+v, %v", infos, err)
	}
	return text.String(), infos[0].Fingerprint
}

// Several keys of ours, each with a passphrase of its own, from a file and from
// the environment: all are unlocked, and the newest is handed round.
func TestSeveralKeysOfOurs(t *testing.T) {
	const year = 365 * 24 * time.Hour
	first, _ := secretKey(t, 2*year, "horse battery one", true)
	second, _ := secretKey(t, year, "horse battery two", true)
	third, newest := secretKey(t, time.Hour, "horse battery three", true)
	t.Setenv("POSTERN_TEST_PASSPHRASE", "horse battery three")
	c := consoleWith(t, map[string]string{
		"keys-1.asc": first, "keys-2.asc": second, "keys-3.asc": third, "passphrases": "horse battery one\nhorse battery two\n",
	}, "[pgp]\nsecret_keys = [\"keys-1.asc\", \"keys-2.asc\", \"keys-3.asc\"]\npassphrase_file = \"passphrases\"\npassphrase_env = \"POSTERN_TEST_PASSPHRASE\"\n")
	list, _ := c.do(exitDone, "keys")
	if n := strings.Count(list, "ours"); n != 3 {
		t.Errorf("%d of 3 keys are ours:\n%s", n, list)
	}
	export, _ := c.do(exitDone, "keys", "export")
	if keys, err := pgp.Describe([]byte(export)); err != nil || len(keys) != 1 || keys[0].Fingerprint != newest || keys[0].Secret {
		t.Errorf("handed round: %+v, %v", keys, err)
	}
	said, talk := c.do(exitDone, "check", "--offline")
	if strings.Contains(said+talk+list+export, "horse battery") {
		t.Error("a passphrase is told")
	}
	if strings.Contains(said, "secret_keys") {
		t.Errorf("nothing is wrong with them, and check says\n%s", said)
	}
	t.Setenv("POSTERN_TEST_PASSPHRASE", "horse battery four")
	said, talk = c.do(exitFailed, "check", "--offline")
	if !strings.Contains(said, newest) || strings.Contains(said+talk, "horse battery") {
		t.Errorf("check names the key that stays locked, and no passphrase:\n%s%s", said, talk)
	}
}

// A key that cannot sign is told by check, with the reason and what follows.
func TestKeyOfOursThatCannotSign(t *testing.T) {
	key, fingerprint := secretKey(t, time.Hour, "horse", false)
	c := consoleWith(t, map[string]string{"key.asc": key, "passphrases": "horse\n"},
		"[pgp]\nsecret_keys = [\"key.asc\"]\npassphrase_file = \"passphrases\"\n")
	said, _ := c.do(exitDone, "check", "--offline")
	for _, words := range []string{fingerprint + ": it cannot sign", "none of them can sign now"} {
		if !strings.Contains(said, words) {
			t.Errorf("check does not say %q:\n%s", words, said)
		}
	}
}
