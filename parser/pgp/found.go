package pgp

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// FoundKey is a public key of somebody outside, cleaned of what its owner did
// not sign. Nothing is known of whose it is but what it says itself.
type FoundKey struct {
	KeyInfo
	Data string // armoured
	Via  string // attached | autocrypt, of one that came with a mail
	Held bool   // another copy of it is in the keyring the mail was read with
}

// MaxFound is how many keys of one mail are looked at; a keyring is imported by
// a person.
const MaxFound = 5

// maxImport is how many keys of one file are read; the keyring of all teams
// there are is smaller.
const maxImport = 20_000

// ErrSecret says that a file holds a secret key where public ones are wanted.
var ErrSecret = errSecretInside

// maxFoundChecks is how many signatures are verified for all keys of one mail. A
// stranger chooses the kind of key that is the slowest to verify with.
const maxFoundChecks = 120

// Finder reads the public keys that a stranger sent with one mail, which share
// its limits. It is not for several goroutines.
type Finder struct {
	keys   int // that may still be looked at
	checks int // signatures that may still be verified
}

// NewFinder makes a finder for one mail.
func NewFinder() *Finder { return &Finder{keys: MaxFound, checks: maxFoundChecks} }

// Find gives the keys in some bytes. Keys that cannot be read are left out, and
// those after the first MaxFound of all bytes. secret tells that there is a secret
// one, whose owner should know.
func (f *Finder) Find(data []byte) (found []FoundKey, secret bool) {
	certs, err := readCerts(data, f.keys)
	f.keys -= len(certs)
	for _, c := range certs {
		before := min(c.checks, f.checks)
		c.checks = before
		if key, err := c.found(); err == nil {
			found = append(found, key)
		}
		f.checks -= before - c.checks
	}
	return found, errors.Is(err, errSecretInside)
}

// KeysFor reads what a directory gave for one mail address: of at most MaxFound
// public keys those whose owner names this very address, and of their names no other, since
// whoever keeps a directory vouches for the addresses of his own domain alone.
func KeysFor(data []byte, address string) []FoundKey {
	certs, _ := readCerts(data, MaxFound) // what stands before a fault counts
	var found []FoundKey
	for _, c := range certs {
		c.users = slices.DeleteFunc(c.users, func(u bound) bool { return addressOf(u.id) != strings.ToLower(address) })
		if len(c.users) == 0 {
			continue
		}
		if key, err := c.found(); err == nil && slices.Contains(key.Addresses, strings.ToLower(address)) {
			found = append(found, key)
		}
	}
	return found
}

// ReadKeys reads every public key of a file that a person imports. unread is
// how many of them nobody could use. It fails when there is none, or a secret one.
func ReadKeys(data []byte) (keys []FoundKey, unread int, err error) {
	certs, err := readCerts(data, maxImport)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range certs {
		key, err := c.found()
		if err != nil {
			unread++
			continue
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, unread, errNotReadable
	}
	return keys, unread, nil
}

func (c *cert) found() (FoundKey, error) {
	if err := c.clean(); err != nil {
		return FoundKey{}, err
	}
	info, err := infoOf(c)
	if err != nil {
		return FoundKey{}, err
	}
	text, err := c.armoured()
	return FoundKey{KeyInfo: info, Data: text}, err
}

// infoOfEntity describes a public key that nobody has said anything about.
func infoOfEntity(e *openpgp.Entity) KeyInfo {
	h := &holder{entity: e}
	h.info = describe(e, false, tierUnknown)
	h.info.Until = h.until()
	return h.info
}

func revokedSub(b bound) bool {
	return slices.ContainsFunc(b.sigs, func(s signed) bool { return s.sig.SigType == packet.SigTypeSubkeyRevocation })
}

// maxIntroductions bounds the certifications that are verified for one key.
const maxIntroductions = 40

// Introducers names the keys of this ring that certified a user ID of a public
// key and have not taken that back: each as its name and key ID. Revoked and
// expired ones introduce nobody.
func (k *Keyring) Introducers(data []byte, at time.Time) []string {
	c, err := oneCert(data)
	if err != nil {
		return nil
	}
	set := k.set()
	var names []string
	left := maxIntroductions
	for _, u := range c.users {
		for _, h := range set.introducing(c, u, at, &left) {
			if name := h.name + ", key 0x" + h.info.KeyID; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// introducing gives the holders whose certification of one user ID stands.
func (k *keys) introducing(c *cert, u bound, at time.Time, left *int) []*holder {
	newest := map[*holder]*packet.Signature{}
	for _, s := range u.sigs {
		h := k.certifier(s.sig, at)
		if h == nil || *left == 0 || strings.EqualFold(h.info.Fingerprint, fingerprint(c.primary)) {
			continue
		}
		*left--
		if h.entity.PrimaryKey.VerifyUserIdSignature(u.id, c.primary, s.sig) != nil || s.sig.SigExpired(at) {
			continue
		}
		if old := newest[h]; old == nil || s.sig.CreationTime.After(old.CreationTime) {
			newest[h] = s.sig
		}
	}
	var all []*holder
	for _, h := range slices.Concat(k.own, k.others) {
		if sig := newest[h]; sig != nil && sig.SigType != packet.SigTypeCertificationRevocation {
			all = append(all, h)
		}
	}
	return all
}

// certifier is whose primary key made a certification, nil for nobody we vouch for.
func (k *keys) certifier(sig *packet.Signature, at time.Time) *holder {
	if sig.IssuerKeyId == nil {
		return nil
	}
	for _, h := range slices.Concat(k.own, k.others) {
		if h.entity.PrimaryKey.KeyId != *sig.IssuerKeyId || !sig.CheckKeyIdOrFingerprint(h.entity.PrimaryKey) {
			continue
		}
		ended := !h.info.Expires.IsZero() && at.After(h.info.Expires)
		if (h.own || h.info.Tier != tierUnknown) && !h.info.Revoked && !ended && !weakHash(sig.Hash) {
			return h
		}
	}
	return nil
}
