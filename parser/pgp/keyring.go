package pgp

import "time"

// Keyring holds our unlocked secret keys and the public keys we were given.
// It never changes after NewKeyring and may be used by many goroutines. A nil
// Keyring is one without keys.
type Keyring struct {
	keys keys
}

func (k *Keyring) set() *keys {
	if k == nil {
		return &keys{}
	}
	return &k.keys
}

// PublicKey is one public key of a person or team outside, with what we know of it.
type PublicKey struct {
	Data      []byte   // armoured or binary
	Signer    string   // name to be shown; "" takes the key's first user ID
	Tier      string   // peer | known | unknown
	Addresses []string // lower case, beside those of its user IDs: of the team it belongs to; "@team.example" is everybody of that domain
}

// NewKeyring reads and unlocks the keys. Every passphrase is tried on every
// locked key. It fails when a key cannot be read, is no secret key where one is
// wanted, or no passphrase opens it; the error names the key by its position
// and fingerprint, never a passphrase.
func NewKeyring(secret [][]byte, passphrases [][]byte, public []PublicKey) (*Keyring, error) {
	return newKeyring(secret, passphrases, public)
}

// With gives a keyring with our keys and another set of public ones, instead of
// those that were there. Unlocking our own again would take its time.
func (k *Keyring) With(public []PublicKey) (*Keyring, error) { return k.set().with(public) }

// KeyInfo describes one key for lists, checks and warnings.
type KeyInfo struct {
	Fingerprint string // upper case hexadecimal
	KeyID       string // last 16 digits (v4)
	UserIDs     []string
	Signer      string   // name that is shown for it
	Addresses   []string // lower case, of the user IDs
	Secret      bool
	Tier        string
	Created     time.Time
	Expires     time.Time // of the primary key; zero: never
	Until       time.Time // when it ends being of use, perhaps before it expires; zero: never
	Revoked     bool
}

// Public gives a public key of this ring, ours too, armoured.
func (k *Keyring) Public(fingerprint string) ([]byte, error) { return k.set().public(fingerprint) }

// Signers gives by key ID, of primary keys and subkeys, the fingerprint of the
// key whose signatures name it.
func (k *Keyring) Signers() map[string]string { return k.set().signersByID() }

// Keys lists all keys, ours first.
func (k *Keyring) Keys() []KeyInfo { return k.set().list() }

// Recipient finds the key to encrypt to for a mail address: of those at or above
// tier "known" that can encrypt at the time given one that names the address in a
// user ID before one of the team that the address belongs to, a peer's, which a
// person has checked, before one that is only known, then the newest. ok is false
// when there is none.
func (k *Keyring) Recipient(address string, at time.Time) (fingerprint string, ok bool) {
	return k.set().recipient(address, at)
}

// ByFingerprint tells whether a key may be encrypted to at the time given.
func (k *Keyring) ByFingerprint(fingerprint string, at time.Time) (KeyInfo, bool) {
	return k.set().byFingerprint(fingerprint, at)
}

// CanSign tells whether one of our keys can sign at the time given.
func (k *Keyring) CanSign(at time.Time) bool { return k.set().canSign(at) }

// OwnKey is the key that people are to write to us with: our newest one that is
// neither revoked nor expired at the time given, and that can be encrypted to. ok
// is false when there is none.
func (k *Keyring) OwnKey(at time.Time) (key KeyInfo, ok bool) { return k.set().ownKey(at) }

// OwnPublicKey gives the public half of OwnKey, armoured. ErrNoOwnKey when there is none.
func (k *Keyring) OwnPublicKey(at time.Time) ([]byte, error) { return k.set().ownPublic(at) }

// Lacks says in words what each of our keys that is neither revoked nor expired
// cannot be used for at the time given, and why, by fingerprint. A key that signs and can
// be encrypted to is not in it.
func (k *Keyring) Lacks(at time.Time) map[string][]string { return k.set().lacks(at) }

// Sign makes a detached armoured signature over exactly these bytes with our
// newest key. micalg is the value for multipart/signed ("pgp-sha256").
func (k *Keyring) Sign(body []byte, at time.Time) (signature []byte, micalg string, err error) {
	return k.set().sign(body, at)
}

// Encrypt encrypts to all fingerprints given and to our newest key, signed by
// us, armoured. When one of the keys cannot be used nothing is encrypted and
// the error names it.
func (k *Keyring) Encrypt(body []byte, fingerprints []string, at time.Time) ([]byte, error) {
	return k.set().encrypt(body, fingerprints, at)
}
