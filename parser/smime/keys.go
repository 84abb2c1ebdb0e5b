package smime

import (
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
)

// Keys are whom we trust and what opens mail made for us. Nil trusts nobody
// and opens nothing.
type Keys struct {
	roots      *x509.CertPool
	identities []identity
}

// identity is a certificate of ours with its secret key.
type identity struct {
	certificate *x509.Certificate
	key         crypto.PrivateKey
}

// Load reads PEM: the certificates of the authorities that are trusted, and
// our own, each with its certificate first and its unlocked secret key in the
// same text. The error names the text by its position, from 1, never its content.
func Load(authorities, identities [][]byte) (*Keys, error) {
	k := &Keys{roots: x509.NewCertPool()}
	for n, text := range authorities {
		if !k.roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("authority %d: no certificate in PEM form", n+1)
		}
	}
	for n, text := range identities {
		own, err := loadIdentity(text)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", n+1, err)
		}
		k.identities = append(k.identities, own)
	}
	return k, nil
}

// Fingerprints name our own certificates: SHA-256 of each, in hexadecimal.
func (k *Keys) Fingerprints() (all []string) {
	if k == nil {
		return nil
	}
	for _, own := range k.identities {
		digest := sha256.Sum256(own.certificate.Raw)
		all = append(all, hex.EncodeToString(digest[:]))
	}
	return all
}

func loadIdentity(text []byte) (identity, error) {
	pair, err := tls.X509KeyPair(text, text)
	if err != nil {
		return identity{}, err
	}
	certificate, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return identity{}, err
	}
	if certificate.PublicKeyAlgorithm != x509.RSA {
		return identity{}, errors.New("only RSA keys open S/MIME mail here")
	}
	return identity{certificate, pair.PrivateKey}, nil
}
