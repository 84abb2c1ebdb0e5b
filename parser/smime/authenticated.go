package smime

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
)

// Bounds on an authenticated envelope.
const (
	maxRecipients = 1000 // that are looked through for one of ours
	maxTries      = 4    // secret keys that are used on one mail
)

// authEnveloped is what counts of authenticated enveloped data (RFC 5083 section 2.1).
type authEnveloped struct {
	recipients []wrapped
	cipher     pkix.AlgorithmIdentifier
	text       []byte
	attributes []byte // authenticated ones, as DER of a SET; nil for none
	mac        []byte
}

// wrapped is the key of the text, encrypted to one RSA key (RFC 5652 section 6.2.1).
type wrapped struct {
	Version   int
	Recipient asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

// Tags of the elements that are looked for, as they stand in the bytes.
const (
	tagOctets     = 0x04
	tagSequence   = 0x30
	tagSet        = 0x31
	tagContext0   = 0xA0
	tagContext1   = 0xA1
	tagPrimitive0 = 0x80
)

// readAuthEnveloped takes a sound structure apart. It may be BER, of indefinite
// lengths and with its text in pieces, which is how programs write that stream.
func readAuthEnveloped(ber []byte) (e authEnveloped, ok bool) {
	outer := elements(ber)
	if len(outer) == 0 {
		return e, false
	}
	info := elements(outer[0].body)
	if len(info) != 2 || info[1].tag != tagContext0 {
		return e, false
	}
	content := elements(info[1].body)
	if len(content) != 1 {
		return e, false
	}
	parts := after(elements(content[0].body), 0x02)
	parts = after(parts, tagContext0) // who sends it
	if len(parts) < 3 || parts[0].tag != tagSet || parts[1].tag != tagSequence {
		return e, false
	}
	e.recipients = recipients(elements(parts[0].body))
	if !e.readContent(elements(parts[1].body)) {
		return e, false
	}
	rest := parts[2:]
	if rest[0].tag == tagContext1 {
		e.attributes = append([]byte{tagSet}, rest[0].raw[1:]...) // RFC 5083 section 2.2
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return e, false
	}
	e.mac = octets(rest[0])
	return e, rest[0].tag&^0x20 == tagOctets
}

// after leaves out a first element of this kind.
func after(list []node, tag byte) []node {
	if len(list) > 0 && list[0].tag == tag {
		return list[1:]
	}
	return list
}

func (e *authEnveloped) readContent(parts []node) bool {
	if len(parts) != 3 {
		return false
	}
	if _, err := asn1.Unmarshal(parts[1].raw, &e.cipher); err != nil {
		return false
	}
	e.text = octets(parts[2])
	return parts[2].tag == tagPrimitive0 || parts[2].tag == tagContext0
}

// recipients reads those who have an RSA key; keys that are agreed on and
// passwords are left out.
func recipients(list []node) (all []wrapped) {
	for _, n := range list[:min(len(list), maxRecipients)] {
		var one wrapped
		if n.tag != tagSequence {
			continue
		}
		if rest, err := asn1.Unmarshal(n.raw, &one); err == nil && len(rest) == 0 {
			all = append(all, one)
		}
	}
	return all
}

// isFor tells whether a certificate is meant, by its issuer and number or by the
// identifier of its key.
func (w wrapped) isFor(own identity) bool {
	if w.Recipient.Class == asn1.ClassContextSpecific {
		return w.Recipient.Tag == 0 && len(own.certificate.SubjectKeyId) > 0 && bytes.Equal(w.Recipient.Bytes, own.certificate.SubjectKeyId)
	}
	var named struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	_, err := asn1.Unmarshal(w.Recipient.FullBytes, &named)
	return err == nil && bytes.Equal(named.Issuer.FullBytes, own.certificate.RawIssuer) && named.Serial.Cmp(own.certificate.SerialNumber) == 0
}

// open gives the text, or in words why it stays closed. A wrong key and a changed
// text look the same from outside.
func (e authEnveloped) open(keys *Keys) (plain []byte, why string) {
	if keys == nil || len(keys.identities) == 0 {
		return nil, whyNoKey
	}
	size, known := gcmKeys[e.cipher.Algorithm.String()]
	if !known {
		return nil, whyUnknownWay
	}
	why = whyNotOurs
	tries := 0
	for _, own := range keys.identities {
		for _, w := range e.recipients {
			if !w.isFor(own) || tries == maxTries {
				continue
			}
			tries++
			key, ok := w.unwrap(own, size)
			if !ok {
				why = whyUnknownWay
				continue
			}
			if plain, ok := e.decrypt(key); ok {
				return plain, ""
			}
			why = "encrypted with S/MIME and changed on the way, or made for another key: what protects it does not fit"
		}
	}
	return nil, why
}

// gcmKeys are AES in Galois/Counter Mode with the bytes of their keys (RFC 5084
// section 3.2). The other mode of that document, CCM, is not met in mail.
var gcmKeys = map[string]int{
	"2.16.840.1.101.3.4.1.6":  16,
	"2.16.840.1.101.3.4.1.26": 24,
	"2.16.840.1.101.3.4.1.46": 32,
}

// decrypt opens the text and demands that nothing of it was changed.
func (e authEnveloped) decrypt(key []byte) (plain []byte, ok bool) {
	parameters := struct {
		Nonce []byte
		Tag   int `asn1:"optional,default:12"`
	}{}
	if _, err := asn1.Unmarshal(e.cipher.Parameters.FullBytes, &parameters); err != nil || len(parameters.Nonce) != 12 || parameters.Tag != len(e.mac) {
		return nil, false
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	mode, err := cipher.NewGCMWithTagSize(block, parameters.Tag)
	if err != nil {
		return nil, false
	}
	plain, err = mode.Open(nil, parameters.Nonce, append(bytes.Clone(e.text), e.mac...), e.attributes)
	return plain, err == nil
}

var (
	oidRSA  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidOAEP = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}
)

// unwrap decrypts the key of the text. Of the older padding nobody learns
// whether it was right: what is wrong gives a random key (RFC 3218).
func (w wrapped) unwrap(own identity, size int) (key []byte, ok bool) {
	secret, isRSA := own.key.(*rsa.PrivateKey)
	switch {
	case !isRSA:
		return nil, false
	case w.Algorithm.Algorithm.Equal(oidRSA):
		//lint:ignore SA1019 nearly all S/MIME is still made so; with the length of the key given it tells nobody anything
		key, err := secret.Decrypt(rand.Reader, w.Key, &rsa.PKCS1v15DecryptOptions{SessionKeyLen: size})
		return key, err == nil
	case w.Algorithm.Algorithm.Equal(oidOAEP):
		options, known := oaep(w.Algorithm.Parameters.FullBytes)
		if !known {
			return nil, false
		}
		key, err := secret.Decrypt(rand.Reader, w.Key, options)
		if err != nil || len(key) != size {
			return nil, true // no key, which opens nothing
		}
		return key, true
	}
	return nil, false
}

// digests are those of OAEP (RFC 4055 section 2.1).
var digests = map[string]crypto.Hash{
	"1.3.14.3.2.26": crypto.SHA1, "2.16.840.1.101.3.4.2.4": crypto.SHA224, "2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// oaep reads the parameters of RFC 4055 section 4.1.
func oaep(der []byte) (*rsa.OAEPOptions, bool) {
	var p struct {
		Hash pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
		Mask struct {
			Algorithm asn1.ObjectIdentifier
			Hash      pkix.AlgorithmIdentifier
		} `asn1:"optional,explicit,tag:1"`
		Label asn1.RawValue `asn1:"optional,explicit,tag:2"`
	}
	if len(der) > 0 {
		if _, err := asn1.Unmarshal(der, &p); err != nil {
			return nil, false
		}
	}
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	known := true
	for _, d := range []struct {
		into *crypto.Hash
		oid  asn1.ObjectIdentifier
	}{{&options.Hash, p.Hash.Algorithm}, {&options.MGFHash, p.Mask.Hash.Algorithm}} {
		if len(d.oid) > 0 {
			*d.into, known = digests[d.oid.String()], known && digests[d.oid.String()] != 0
		}
	}
	return options, known
}
