package pgp

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v2/armor"
	pgpcrypto "github.com/ProtonMail/gopenpgp/v2/crypto"
)

var (
	// ErrNoOwnKey means that none of our keys can do what was asked at that time.
	ErrNoOwnKey = errors.New("none of our keys can be used")
	// ErrRecipientKey means that a recipient's key cannot be encrypted to.
	ErrRecipientKey = errors.New("the recipient's key cannot be used")
)

// config fixes what we write: nothing that a correspondent with gpg 2.2 could
// not read, and nothing that names the program (no Version, no Comment).
func config(at time.Time) *packet.Config {
	return &packet.Config{
		Time:          func() time.Time { return at },
		DefaultHash:   crypto.SHA256,
		DefaultCipher: packet.CipherAES256,
	}
}

func (k *keys) ownPublic(at time.Time) ([]byte, error) {
	newest := k.newest(at)
	if newest == nil {
		return nil, ErrNoOwnKey
	}
	return newest.public()
}

func (k *keys) public(fingerprint string) ([]byte, error) {
	h, known := k.byPrint[canonicalFingerprint(fingerprint)]
	if !known {
		return nil, fmt.Errorf("key %s is not in the keyring", fingerprint)
	}
	return h.public()
}

func (h *holder) public() ([]byte, error) {
	key, err := pgpcrypto.NewKeyFromEntity(h.entity)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	armoured, err := key.GetArmoredPublicKeyWithCustomHeaders("", "")
	if err != nil {
		return nil, fmt.Errorf("writing the public key: %w", err)
	}
	return []byte(armoured), nil
}

func (k *keys) sign(body []byte, at time.Time) ([]byte, string, error) {
	ours := k.signingKey(at)
	if ours == nil {
		return nil, "", fmt.Errorf("signing: %w", ErrNoOwnKey)
	}
	var binary bytes.Buffer
	if err := openpgp.DetachSign(&binary, ours.entity, bytes.NewReader(body), config(at)); err != nil {
		return nil, "", fmt.Errorf("signing with key %s: %w", ours.info.Fingerprint, err)
	}
	hash, err := micalg(binary.Bytes())
	if err != nil {
		return nil, "", err
	}
	armoured, err := armor.ArmorWithTypeAndCustomHeaders(binary.Bytes(), "PGP SIGNATURE", "", "")
	if err != nil {
		return nil, "", fmt.Errorf("armouring the signature: %w", err)
	}
	return []byte(armoured), hash, nil
}

// micalg reads from the signature itself which hash it uses (RFC 3156 section
// 5): some keys demand another one than we ask for.
func micalg(signature []byte) (string, error) {
	sigs := readSignatures(signature).read
	if len(sigs) != 1 {
		return "", errors.New("reading our own signature: not exactly one")
	}
	return "pgp-" + strings.ToLower(strings.ReplaceAll(sigs[0].Hash.String(), "-", "")), nil
}

// encrypt checks every key before it writes anything: a mail that only some of
// its recipients can read is worse than one that waits for a person.
func (k *keys) encrypt(body []byte, fingerprints []string, at time.Time) ([]byte, error) {
	to, err := k.recipients(fingerprints, at)
	if err != nil {
		return nil, err
	}
	ours := k.signingKey(at)
	if ours == nil {
		return nil, fmt.Errorf("signing: %w", ErrNoOwnKey)
	}
	var binary bytes.Buffer
	if err := seal(&binary, body, to, ours.entity, at); err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	armoured, err := armor.ArmorWithTypeAndCustomHeaders(binary.Bytes(), "PGP MESSAGE", "", "")
	if err != nil {
		return nil, fmt.Errorf("armouring: %w", err)
	}
	return []byte(armoured), nil
}

func seal(w io.Writer, body []byte, to []*openpgp.Entity, signer *openpgp.Entity, at time.Time) error {
	plain, err := openpgp.Encrypt(w, to, signer, &openpgp.FileHints{IsBinary: true}, config(at))
	if err != nil {
		return err
	}
	if _, err := plain.Write(body); err != nil {
		return err
	}
	return plain.Close()
}

// recipients looks up the keys, ours included, so that we can read what we sent.
func (k *keys) recipients(fingerprints []string, at time.Time) ([]*openpgp.Entity, error) {
	if len(fingerprints) == 0 {
		return nil, fmt.Errorf("encrypting to nobody: %w", ErrRecipientKey)
	}
	var to []*openpgp.Entity
	for _, fpr := range fingerprints {
		h, known := k.byPrint[canonicalFingerprint(fpr)]
		if !known {
			return nil, fmt.Errorf("key %s is not in the keyring: %w", fpr, ErrRecipientKey)
		}
		if !h.canEncrypt(at) {
			return nil, fmt.Errorf("key %s %s: %w", h.info.Fingerprint, h.whyNot(at), ErrRecipientKey)
		}
		if !slices.Contains(to, h.entity) {
			to = append(to, h.entity)
		}
	}
	ours := k.newest(at)
	if ours == nil {
		return nil, fmt.Errorf("encrypting to ourselves: %w", ErrNoOwnKey)
	}
	if !slices.Contains(to, ours.entity) {
		to = append(to, ours.entity)
	}
	return to, nil
}
