package pgp

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/gopenpgp/v2/crypto"
)

var (
	errNoKeyInside = errors.New("no OpenPGP key in it")
	errNotSecret   = errors.New("is a public key where a secret one is wanted")
	errLocked      = errors.New("no passphrase opens it")
)

// Describe lists the keys of one file, public or secret, without unlocking
// any: for commands that are given files and have to tell what they are.
func Describe(data []byte) ([]KeyInfo, error) {
	entities, err := readEntities(data)
	if err != nil {
		return nil, err
	}
	var infos []KeyInfo
	for _, e := range entities {
		info := infoOfEntity(e)
		info.Secret = e.PrivateKey != nil
		infos = append(infos, info)
	}
	return infos, nil
}

// newKeyring reads, unlocks and indexes all keys.
func newKeyring(secret, passphrases [][]byte, public []PublicKey) (*Keyring, error) {
	k := newKeys()
	for i, data := range secret {
		if err := k.addSecret(data, passphrases); err != nil {
			return nil, fmt.Errorf("secret key %d: %w", i+1, err)
		}
	}
	return k.publish(public)
}

// with is a ring of its own: what is merged into ours there stays there.
func (k *keys) with(public []PublicKey) (*Keyring, error) {
	fresh := newKeys()
	for _, h := range k.own {
		entity, own := *h.entity, *h
		entity.Subkeys = slices.Clone(entity.Subkeys)
		own.entity = &entity
		fresh.own = append(fresh.own, &own)
		fresh.byPrint[own.info.Fingerprint] = &own
	}
	return fresh.publish(public)
}

// publish adds the public keys and builds the tables.
func (k *keys) publish(public []PublicKey) (*Keyring, error) {
	for i, pub := range public {
		if err := k.addPublic(pub); err != nil {
			return nil, fmt.Errorf("public key %d: %w", i+1, err)
		}
	}
	k.index()
	return &Keyring{keys: *k}, nil
}

func newKeys() *keys {
	return &keys{
		byPrint: map[string]*holder{},
		byMail:  map[string][]*holder{},
		signers: map[uint64][]signer{},
		secrets: map[uint64][]openpgp.Key{},
	}
}

// addSecret takes all secret keys of one file.
func (k *keys) addSecret(data []byte, passphrases [][]byte) error {
	entities, err := readEntities(data)
	if err != nil {
		return err
	}
	for _, entity := range entities {
		fpr := fingerprint(entity.PrimaryKey)
		if entity.PrivateKey == nil {
			return fmt.Errorf("key %s %w", fpr, errNotSecret)
		}
		unlocked, err := unlock(entity, passphrases)
		if err != nil {
			return fmt.Errorf("key %s: %w", fpr, err)
		}
		k.add(&holder{entity: unlocked, own: true}, tierKnown)
	}
	return nil
}

// unlock tries every passphrase, each also without the line break that an
// editor leaves at the end of a passphrase file.
func unlock(entity *openpgp.Entity, passphrases [][]byte) (*openpgp.Entity, error) {
	key, err := crypto.NewKeyFromEntity(entity)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	if locked, err := key.IsLocked(); err != nil || !locked {
		return entity, err
	}
	for _, passphrase := range candidates(passphrases) {
		if unlocked, err := key.Unlock(passphrase); err == nil {
			return unlocked.GetEntity(), nil
		}
	}
	return nil, errLocked
}

func candidates(passphrases [][]byte) [][]byte {
	var all [][]byte
	for _, p := range passphrases {
		trimmed := bytes.TrimRight(p, "\r\n")
		all = append(all, trimmed)
		if len(trimmed) != len(p) {
			all = append(all, p)
		}
	}
	return all
}

// addPublic takes all keys of one file, each with the same name and tier.
func (k *keys) addPublic(pub PublicKey) error {
	entities, err := readEntities(pub.Data)
	if err != nil {
		return err
	}
	tier := pub.Tier
	if tier != tierPeer && tier != tierKnown {
		tier = tierUnknown
	}
	for _, entity := range entities {
		if entity.PrivateKey != nil {
			return fmt.Errorf("key %s is a secret key where a public one is wanted", fingerprint(entity.PrimaryKey))
		}
		k.add(&holder{entity: entity, name: pub.Signer, team: pub.Addresses}, tier)
	}
	return nil
}

// add files one key, or merges it with the copy that is there already.
func (k *keys) add(h *holder, tier string) {
	h.info = describe(h.entity, h.own, tier)
	h.info.Until = h.until()
	if h.name == "" && len(h.info.UserIDs) > 0 {
		h.name = h.info.UserIDs[0]
	}
	h.name = plainLine(h.name)
	h.info.Signer = h.name
	if old, twice := k.byPrint[h.info.Fingerprint]; twice {
		old.merge(h)
		return
	}
	k.byPrint[h.info.Fingerprint] = h
	if h.own {
		k.own = append(k.own, h)
	} else {
		k.others = append(k.others, h)
	}
}

// merge takes from a second copy of a key what counts against it and what
// counts for it: a revocation always, newer self-signatures, the better tier
// with the name and the addresses that came with it.
// A secret key keeps a copy that has the secret: the newer one, where an old export lies
// beside a renewed one, and of the other what opens mail to subkeys that are gone from it.
func (h *holder) merge(other *holder) {
	if rank(other.info.Tier) > rank(h.info.Tier) {
		h.name, h.team, h.info.Tier, h.info.Signer = other.name, other.team, other.info.Tier, other.name
	}
	revoked := h.info.Revoked || other.info.Revoked
	revocations := append(slices.Clip(h.entity.Revocations), other.entity.Revocations...)
	spare := other.entity
	if h.own == other.own && newest(other.entity).After(newest(h.entity)) {
		tier, name := h.info.Tier, h.name
		spare = h.entity
		h.entity, h.info = other.entity, other.info
		h.info.Tier, h.info.Signer = tier, name
	}
	if other.own {
		h.spares = append(h.spares, spare)
	}
	h.entity.Revocations = revocations
	h.info.Revoked = revoked
	h.revokeSubkeys(spare.Subkeys)
}

// revokeSubkeys takes the revocations of subkeys over from another copy.
func (h *holder) revokeSubkeys(other []openpgp.Subkey) {
	for _, sub := range other {
		for i := range h.entity.Subkeys {
			own := &h.entity.Subkeys[i]
			if own.PublicKey.KeyId == sub.PublicKey.KeyId && bytes.Equal(own.PublicKey.Fingerprint, sub.PublicKey.Fingerprint) {
				own.Revocations = append(slices.Clip(own.Revocations), sub.Revocations...)
			}
		}
	}
	h.info.Until = h.until()
}

func rank(tier string) int { return slices.Index([]string{tierUnknown, tierKnown, tierPeer}, tier) }

// newest is when the owner last said something about the key.
func newest(e *openpgp.Entity) time.Time {
	if sig, _ := e.PrimarySelfSignature(); sig != nil {
		return sig.CreationTime
	}
	return time.Time{}
}

// index builds the look-up tables once all keys are there.
func (k *keys) index() {
	byAge := func(a, b *holder) int { return b.info.Created.Compare(a.info.Created) }
	byTrust := func(a, b *holder) int { return cmp.Or(rank(b.info.Tier)-rank(a.info.Tier), byAge(a, b)) }
	slices.SortStableFunc(k.own, byAge)
	slices.SortStableFunc(k.others, byAge)
	for _, h := range k.others {
		for _, address := range h.info.Addresses {
			address = inASCII(address)
			k.byMail[address] = append(k.byMail[address], h)
		}
		k.indexSigners(h)
	}
	for _, holders := range k.byMail {
		slices.SortStableFunc(holders, byTrust)
	}
	for _, h := range slices.SortedStableFunc(slices.Values(k.others), byTrust) { // behind those that name the address themselves
		for _, address := range h.team {
			if address = inASCII(address); !slices.Contains(k.byMail[address], h) {
				k.byMail[address] = append(k.byMail[address], h)
			}
		}
	}
	for _, h := range k.own {
		k.indexSigners(h)
		k.indexSecrets(h)
	}
}

func (k *keys) indexSigners(h *holder) {
	for _, key := range componentKeys(h.entity) {
		if maySign(key) {
			id := key.PublicKey.KeyId
			k.signers[id] = append(k.signers[id], signer{holder: h, key: key})
		}
	}
}

// indexSecrets files every secret key under its ID, also expired and revoked
// ones: what was encrypted to them must still open.
func (k *keys) indexSecrets(h *holder) {
	all := componentKeys(h.entity)
	for _, spare := range h.spares {
		all = append(all, componentKeys(spare)...)
	}
	for _, key := range all {
		id := key.PublicKey.KeyId
		if !usableSecret(key.PrivateKey) || !key.PublicKey.PubKeyAlgo.CanEncrypt() || k.opens(key) {
			continue
		}
		k.secrets[id] = append(k.secrets[id], key)
		if flags := key.SelfSignature; !flags.FlagsValid || flags.FlagEncryptCommunications || flags.FlagEncryptStorage {
			k.hidden = append(k.hidden, key)
		}
	}
}

// opens tells whether this very secret is in the index: another copy of its key had it.
func (k *keys) opens(key openpgp.Key) bool {
	return slices.ContainsFunc(k.secrets[key.PublicKey.KeyId], func(have openpgp.Key) bool {
		return bytes.Equal(have.PublicKey.Fingerprint, key.PublicKey.Fingerprint)
	})
}

// componentKeys lists the primary key and the subkeys that have a binding signature.
func componentKeys(e *openpgp.Entity) []openpgp.Key {
	var all []openpgp.Key
	if self, _ := e.PrimarySelfSignature(); self != nil {
		all = append(all, openpgp.Key{Entity: e, PublicKey: e.PrimaryKey, PrivateKey: e.PrivateKey, SelfSignature: self, Revocations: e.Revocations})
	}
	for _, sub := range e.Subkeys {
		if sub.Sig != nil {
			all = append(all, openpgp.Key{Entity: e, PublicKey: sub.PublicKey, PrivateKey: sub.PrivateKey, SelfSignature: sub.Sig, Revocations: sub.Revocations})
		}
	}
	return all
}

// maySign reads the key flags. A primary key of the time before flags may sign;
// a subkey may only when its flags say so, because the proof that it agreed
// (the cross-signature) is demanded with that flag.
func maySign(key openpgp.Key) bool {
	if !key.PublicKey.PubKeyAlgo.CanSign() {
		return false
	}
	primary := key.PublicKey == key.Entity.PrimaryKey
	return key.SelfSignature.FlagsValid && key.SelfSignature.FlagSign || primary && !key.SelfSignature.FlagsValid
}

// describe sums up one key.
func describe(e *openpgp.Entity, own bool, tier string) KeyInfo {
	info := KeyInfo{
		Fingerprint: fingerprint(e.PrimaryKey),
		KeyID:       keyID(e.PrimaryKey.KeyId),
		Secret:      own,
		Tier:        tier,
		Created:     e.PrimaryKey.CreationTime.UTC(),
		Revoked:     isRevoked(e),
	}
	if self, _ := e.PrimarySelfSignature(); self != nil {
		info.Expires = expiry(e.PrimaryKey, self)
	}
	info.UserIDs, info.Addresses = names(e)
	return info
}

// isRevoked does not ask for the time: a key that its owner has taken back
// is not to be used, whenever the mail was written.
func isRevoked(e *openpgp.Entity) bool {
	primary := e.PrimaryIdentity()
	return len(e.Revocations) > 0 || primary != nil && len(primary.Revocations) > 0
}

// expiry is the end of a key's life, zero when it has none.
func expiry(key *packet.PublicKey, self *packet.Signature) time.Time {
	if self.KeyLifetimeSecs == nil || *self.KeyLifetimeSecs == 0 {
		return time.Time{}
	}
	return key.CreationTime.Add(time.Duration(*self.KeyLifetimeSecs) * time.Second).UTC()
}

// names gives the user IDs that are not revoked, the primary one first, and
// the addresses in them.
func names(e *openpgp.Entity) (userIDs, addresses []string) {
	primary := e.PrimaryIdentity()
	for _, identity := range e.Identities {
		if len(identity.Revocations) == 0 && identity != primary {
			userIDs = append(userIDs, identity.Name)
		}
	}
	slices.Sort(userIDs)
	if primary != nil && len(primary.Revocations) == 0 {
		userIDs = append([]string{primary.Name}, userIDs...)
	}
	for _, id := range userIDs {
		if address := addressOf(id); address != "" && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return userIDs, addresses
}

func fingerprint(key *packet.PublicKey) string {
	return strings.ToUpper(hex.EncodeToString(key.Fingerprint))
}

// plainLine makes a stranger's name fit into one sentence of ours.
func plainLine(name string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
	return truncate(strings.Join(strings.Fields(clean), " "), maxName)
}

// maxName is how much of a name a sentence shows, in runes.
const maxName = 120

func truncate(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i] + "…"
		}
		runes--
	}
	return s
}

// readEntities reads every key of a file: binary, or any number of armoured
// blocks with text between them.
func readEntities(data []byte) ([]*openpgp.Entity, error) {
	if !bytes.Contains(data, []byte("-----BEGIN PGP")) {
		if len(data) > 0 && data[0] < 0x80 { // each packet begins with bit 7 set (RFC 9580, section 4.2)
			return nil, errNoKeyInside
		}
		return readBinary(bytes.NewReader(data))
	}
	var all []*openpgp.Entity
	for _, block := range findBlocks(data) {
		if block.kind != blockKey {
			continue
		}
		entities, err := readBinary(block.content(data))
		if err != nil {
			return nil, err
		}
		all = append(all, entities...)
	}
	if len(all) == 0 {
		return nil, errNoKeyInside
	}
	return all, nil
}

// readBinary reads the keys of one block. Those that the library refuses whole for
// one part of them, as for a subkey that never agreed, are read without that part.
func readBinary(r io.Reader) ([]*openpgp.Entity, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	entities, err := openpgp.ReadKeyRing(bytes.NewReader(data))
	if err != nil || len(entities) < primaries(data) {
		entities = append(entities, withoutFlaws(data, entities)...)
	}
	switch {
	case len(entities) > 0:
		return entities, nil
	case err != nil:
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	return nil, errNoKeyInside
}
