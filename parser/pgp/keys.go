package pgp

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// How far a key is trusted to be whose it says.
const (
	tierPeer    = "peer"
	tierKnown   = "known"
	tierUnknown = "unknown"
)

// keys is the set behind a Keyring. Everything is indexed once by NewKeyring
// and only read afterwards, so that opening a mail copies and searches nothing.
type keys struct {
	own     []*holder // ours, newest first
	others  []*holder // newest first
	byPrint map[string]*holder
	byMail  map[string][]*holder     // address -> others that name it, peers first and then the newest
	signers map[uint64][]signer      // key ID of primary or subkey -> who may have signed
	secrets map[uint64][]openpgp.Key // key ID -> our secret keys
	hidden  []openpgp.Key            // our secret keys for mail that names no recipient
}

// holder is one key with its primary key, subkeys and user IDs.
type holder struct {
	entity *openpgp.Entity
	info   KeyInfo
	name   string   // to be shown
	team   []string // addresses that it counts for beside those it names
	own    bool
	spares []*openpgp.Entity // other copies with secrets, which only open mail
}

// signer is the one of a holder's keys that a signature names.
type signer struct {
	holder *holder
	key    openpgp.Key
}

func (k *keys) list() []KeyInfo {
	var infos []KeyInfo
	for _, h := range k.own {
		infos = append(infos, h.info.copy())
	}
	for _, h := range k.others {
		infos = append(infos, h.info.copy())
	}
	return infos
}

func (k *keys) recipient(address string, at time.Time) (string, bool) {
	address = inASCII(strings.ToLower(strings.TrimSpace(address)))
	for _, name := range []string{address, domainPart(address)} {
		for _, h := range k.byMail[name] {
			if h.info.Tier != tierUnknown && h.canEncrypt(at) {
				return h.info.Fingerprint, true
			}
		}
	}
	return "", false
}

func (k *keys) byFingerprint(fingerprint string, at time.Time) (KeyInfo, bool) {
	h, known := k.byPrint[canonicalFingerprint(fingerprint)]
	if !known {
		return KeyInfo{}, false
	}
	return h.info.copy(), h.canEncrypt(at)
}

func (k *keys) signersByID() map[string]string {
	all := map[string]string{}
	for id, list := range k.signers {
		all[keyID(id)] = list[0].holder.info.Fingerprint
	}
	return all
}

func (k *keys) canSign(at time.Time) bool { return k.signingKey(at) != nil }

// signingKey gives our newest key that can sign at the time given, nil when none can.
func (k *keys) signingKey(at time.Time) *holder {
	for _, h := range k.own {
		if h.canSign(at) {
			return h
		}
	}
	return nil
}

// canEncrypt tells whether others may encrypt to the key at the time given.
func (h *holder) canEncrypt(at time.Time) bool {
	_, ok := h.entity.EncryptionKey(at)
	return ok && !h.info.Revoked
}

// canSign tells whether the secret half is here and may sign at the time given.
func (h *holder) canSign(at time.Time) bool {
	key, ok := h.entity.SigningKey(at)
	return ok && !h.info.Revoked && usableSecret(key.PrivateKey)
}

// whyNot says in words why a key cannot be encrypted to.
func (h *holder) whyNot(at time.Time) string {
	switch {
	case h.info.Revoked:
		return "is revoked"
	case !h.info.Expires.IsZero() && at.After(h.info.Expires):
		return "expired on " + day(h.info.Expires)
	case at.Before(h.info.Created):
		return "does not exist before " + day(h.info.Created)
	}
	return "has no part that can be encrypted to"
}

// usableSecret tells a secret key that is here and unlocked from a stub whose
// secret is kept elsewhere (gpg's offline primary keys and smart cards).
func usableSecret(key *packet.PrivateKey) bool {
	return key != nil && !key.Dummy() && !key.Encrypted
}

func (i KeyInfo) copy() KeyInfo {
	i.UserIDs = slices.Clone(i.UserIDs)
	i.Addresses = slices.Clone(i.Addresses)
	return i
}

// canonicalFingerprint accepts the usual ways to write one: spaces, 0x, any case.
func canonicalFingerprint(fingerprint string) string {
	bare := strings.ToUpper(strings.ReplaceAll(fingerprint, " ", ""))
	return strings.TrimPrefix(bare, "0X")
}

// keyID writes a key ID the way people know it.
func keyID(id uint64) string { return fmt.Sprintf("%016X", id) }

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }
