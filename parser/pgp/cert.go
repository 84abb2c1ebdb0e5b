package pgp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	gopenpgparmor "github.com/ProtonMail/gopenpgp/v2/armor"
)

// What is kept of a stranger's public key. An honest one has a handful of each;
// anybody can hang ten thousand on a key that he publishes, be it his own or not.
const (
	maxUsers      = 20   // user IDs
	maxSubkeys    = 20   // subkeys
	maxOfOwner    = 3    // newest valid signatures of the owner on each of them
	maxTried      = 8    // of each that are looked at
	maxByOthers   = 8    // certifications by others on each user ID, not checked yet
	maxUserID     = 1000 // bytes of a user ID
	maxOtherBytes = 2048 // bytes of a certification by others
	maxKeyBits    = 8192 // RSA: verifying with longer ones is work for nothing
	maxDSABits    = 4096 // 3072 is the longest that is standardised (FIPS 186-4 section 4.2)
	maxSubgroup   = 512  // bits of DSA's q; 256 is the longest that is standardised
	maxChecks     = 80   // signatures verified for one key
	maxKeyBytes   = 64 << 10
)

// Packet tags of a transferable public key (RFC 9580 section 10.1).
const (
	tagSignature = 2
	tagSecret    = 5
	tagPublic    = 6
	tagSecretSub = 7
	tagUserID    = 13
	tagSubkey    = 14
)

var (
	errSecretInside = errors.New("holds a secret key, which belongs to nobody but its owner")
	errKeyTooLarge  = errors.New("is larger than a key has any reason to be")
	errNotReadable  = errors.New("nothing of it is signed by itself, or it is of a kind that cannot be read")
)

// cert is one public key as its packets stand, so that what its owner signed
// can be told apart from what others hung on it, and two copies become one.
type cert struct {
	primary *packet.PublicKey
	raw     []byte
	direct  []signed // on the primary key
	users   []bound
	subs    []bound
	checks  int // verifications left
}

// bound is a user ID or a subkey with the signatures that stand behind it.
type bound struct {
	raw  []byte
	id   string            // of a user ID
	key  *packet.PublicKey // of a subkey
	sigs []signed
}

// signed is one signature packet.
type signed struct {
	raw []byte
	sig *packet.Signature
}

// readCerts reads up to most public keys, binary or armoured with text between.
// Packets that nobody can read are left out.
func readCerts(data []byte, most int) ([]*cert, error) {
	if !bytes.Contains(data, []byte("-----BEGIN PGP")) {
		return splitCerts(bytes.NewReader(data), most)
	}
	var all []*cert
	for _, block := range findBlocks(data) {
		if block.kind != blockKey || len(all) >= most {
			continue
		}
		some, err := splitCerts(block.content(data), most-len(all))
		all = append(all, some...)
		if err != nil {
			return all, err
		}
	}
	if len(all) == 0 {
		return nil, errNoKeyInside
	}
	return all, nil
}

// splitCerts sorts the packets of a keyring to their keys.
func splitCerts(r io.Reader, most int) ([]*cert, error) {
	var all []*cert
	reader := packet.NewOpaqueReader(r)
	s := splitter{}
	for {
		p, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil && len(all) == 0 && s.cert == nil {
			return nil, errNoKeyInside
		}
		if err != nil {
			return all, fmt.Errorf("reading the key: %w", err)
		}
		if p.Tag == tagSecret || p.Tag == tagSecretSub {
			return all, errSecretInside
		}
		if p.Tag == tagPublic {
			if len(all) == most {
				break
			}
			s = splitter{}
			if c := primaryOf(p); c != nil {
				s = splitter{cert: c, at: &c.direct}
				all = append(all, c)
			}
			continue
		}
		s.take(p)
	}
	if len(all) == 0 {
		return nil, errNoKeyInside
	}
	return all, nil
}

// primaryOf begins a key; nil for one of a kind that cannot be read.
func primaryOf(p *packet.OpaquePacket) *cert {
	read, err := p.Parse()
	key, ok := read.(*packet.PublicKey)
	if err != nil || !ok || tooLong(p, key) {
		return nil
	}
	raw := rawOf(p)
	if raw == nil {
		return nil
	}
	return &cert{primary: key, raw: raw, checks: maxChecks}
}

// tooLong tells a key that costs far more to verify with than any in use. DSA raises
// to powers as long as its subgroup, which a stranger could make as long as the
// key: half a second for each signature.
func tooLong(p *packet.OpaquePacket, key *packet.PublicKey) bool {
	bits, err := key.BitLength()
	if key.PubKeyAlgo == packet.PubKeyAlgoDSA {
		return bits > maxDSABits || subgroup(p.Contents) > maxSubgroup
	}
	return err == nil && bits > maxKeyBits
}

// subgroup is the length in bits of DSA's q, which stands behind p in a key of
// version 4 (RFC 9580 sections 5.5.2.2 and 5.5.5.2). DSA has no other versions.
func subgroup(contents []byte) int {
	const p = 6 // version, time and algorithm
	if len(contents) < p+2 || contents[0] != 4 {
		return math.MaxInt
	}
	q := p + 2 + (int(binary.BigEndian.Uint16(contents[p:]))+7)/8
	if len(contents) < q+2 {
		return math.MaxInt
	}
	return int(binary.BigEndian.Uint16(contents[q:]))
}

func rawOf(p *packet.OpaquePacket) []byte {
	var b bytes.Buffer
	if p.Serialize(&b) != nil {
		return nil
	}
	return b.Bytes()
}

// splitter hands the packets behind a primary key to what they belong to.
type splitter struct {
	cert *cert
	at   *[]signed // where signatures go; nil: behind something that is left out
}

func (s *splitter) take(p *packet.OpaquePacket) {
	if s.cert == nil {
		return
	}
	switch p.Tag {
	case tagSignature:
		s.signature(p)
	case tagUserID:
		s.at = nil
		if len(p.Contents) <= maxUserID && len(s.cert.users) < maxUsers {
			s.cert.users = append(s.cert.users, bound{raw: rawOf(p), id: string(p.Contents)})
			s.at = &s.cert.users[len(s.cert.users)-1].sigs
		}
	case tagSubkey:
		s.at = nil
		read, err := p.Parse()
		if key, ok := read.(*packet.PublicKey); err == nil && ok && !tooLong(p, key) && len(s.cert.subs) < maxSubkeys {
			s.cert.subs = append(s.cert.subs, bound{raw: rawOf(p), key: key})
			s.at = &s.cert.subs[len(s.cert.subs)-1].sigs
		}
	default: // pictures, and what comes with newer programs
		s.at = nil
	}
}

func (s *splitter) signature(p *packet.OpaquePacket) {
	if s.at == nil {
		return
	}
	read, err := p.Parse()
	if sig, ok := read.(*packet.Signature); err == nil && ok {
		*s.at = append(*s.at, signed{raw: rawOf(p), sig: sig})
	}
}

// clean keeps what the owner of the key signed, as far as it verifies, and some
// certifications of others. It fails when nothing that can be used is left.
func (c *cert) clean() error {
	c.direct = c.owned(c.direct, packet.SigTypeKeyRevocation, c.primary.VerifyRevocationSignature,
		[]packet.SignatureType{packet.SigTypeDirectSignature}, c.primary.VerifyDirectKeySignature)
	c.users = cleaned(c.users, c.cleanUser)
	c.subs = cleaned(c.subs, c.cleanSubkey)
	if len(c.users) == 0 && c.primary.Version < 6 {
		return errNotReadable
	}
	if len(c.bytes()) > maxKeyBytes {
		return errKeyTooLarge
	}
	return nil
}

var userTypes = []packet.SignatureType{packet.SigTypeGenericCert, packet.SigTypePersonaCert, packet.SigTypeCasualCert, packet.SigTypePositiveCert}

// cleanUser tells whether the owner ever certified a user ID.
func (c *cert) cleanUser(u *bound) bool {
	holds := func(s *packet.Signature) error { return c.primary.VerifyUserIdSignature(u.id, c.primary, s) }
	owned := c.owned(u.sigs, packet.SigTypeCertificationRevocation, holds, userTypes, holds)
	u.sigs = append(owned, c.byOthers(u.sigs)...)
	return slices.ContainsFunc(owned, func(s signed) bool { return slices.Contains(userTypes, s.sig.SigType) })
}

// cleanSubkey tells whether primary key and subkey belong together.
func (c *cert) cleanSubkey(sub *bound) bool {
	sub.sigs = c.owned(sub.sigs,
		packet.SigTypeSubkeyRevocation, func(s *packet.Signature) error { return c.primary.VerifySubkeyRevocationSignature(s, sub.key) },
		[]packet.SignatureType{packet.SigTypeSubkeyBinding}, func(s *packet.Signature) error { return c.primary.VerifyKeySignature(sub.key, s) })
	return slices.ContainsFunc(sub.sigs, func(s signed) bool { return s.sig.SigType == packet.SigTypeSubkeyBinding })
}

// cleaned goes over each of a list and leaves out what its owner never signed.
func cleaned(list []bound, clean func(*bound) bool) []bound {
	var kept []bound
	for _, b := range list {
		if clean(&b) {
			kept = append(kept, b)
		}
	}
	return kept
}

// owned gives the valid signatures of the owner: revocations first, then the
// newest of the types that say what is so now.
func (c *cert) owned(all []signed, revocation packet.SignatureType, revokes func(*packet.Signature) error,
	types []packet.SignatureType, holds func(*packet.Signature) error) []signed {
	newestFirst := slices.Clone(all)
	slices.SortStableFunc(newestFirst, func(a, b signed) int { return b.sig.CreationTime.Compare(a.sig.CreationTime) })
	kept := c.valid(newestFirst, func(s *packet.Signature) bool { return s.SigType == revocation }, revokes)
	return append(kept, c.valid(newestFirst, func(s *packet.Signature) bool { return slices.Contains(types, s.SigType) }, holds)...)
}

func (c *cert) valid(all []signed, fits func(*packet.Signature) bool, verify func(*packet.Signature) error) []signed {
	var kept []signed
	tried := 0
	for _, s := range all {
		if !fits(s.sig) || !s.sig.CheckKeyIdOrFingerprint(c.primary) || twice(kept, s) {
			continue
		}
		if tried++; tried > maxTried || len(kept) == maxOfOwner || c.checks == 0 {
			break
		}
		c.checks--
		if verify(s.sig) == nil {
			kept = append(kept, s)
		}
	}
	return kept
}

func twice(kept []signed, s signed) bool {
	return slices.ContainsFunc(kept, func(k signed) bool { return bytes.Equal(k.raw, s.raw) })
}

// byOthers gives some of the certifications that other keys made on a user ID.
func (c *cert) byOthers(all []signed) []signed {
	var kept []signed
	for _, s := range all {
		certifies := slices.Contains(userTypes, s.sig.SigType) || s.sig.SigType == packet.SigTypeCertificationRevocation
		if certifies && !s.sig.CheckKeyIdOrFingerprint(c.primary) && len(s.raw) <= maxOtherBytes && len(kept) < maxByOthers && !twice(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// bytes writes the key in the order of RFC 9580 section 10.1.
func (c *cert) bytes() []byte {
	b := slices.Clone(c.raw)
	for _, s := range c.direct {
		b = append(b, s.raw...)
	}
	for _, part := range slices.Concat(c.users, c.subs) {
		b = append(b, part.raw...)
		for _, s := range part.sigs {
			b = append(b, s.raw...)
		}
	}
	return b
}

// entity reads the cleaned key the way everything else knows keys.
func (c *cert) entity() (*openpgp.Entity, error) {
	e, err := openpgp.ReadEntity(packet.NewReader(bytes.NewReader(c.bytes())))
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	return e, nil
}

func (c *cert) armoured() (string, error) {
	text, err := gopenpgparmor.ArmorWithTypeAndCustomHeaders(c.bytes(), "PGP PUBLIC KEY BLOCK", "", "")
	if err != nil {
		return "", fmt.Errorf("armouring the key: %w", err)
	}
	return text, nil
}
