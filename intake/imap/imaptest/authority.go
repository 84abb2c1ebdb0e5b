package imaptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Authority is a certificate for localhost and the loopback addresses, its
// key, and the pool that trusts it. Made anew each time; valid for a century
// around 2050, so that no test depends on the clock.
type Authority struct {
	Certificate tls.Certificate
	Pool        *x509.CertPool
	PEM         []byte // the certificate
	KeyPEM      []byte
}

// NewAuthority makes a key and a certificate that signs itself.
func NewAuthority() (Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Authority{}, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "localhost"},
		NotBefore:             time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return Authority{}, fmt.Errorf("make a certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Authority{}, fmt.Errorf("encode the key: %w", err)
	}
	return assemble(der, secret)
}

func assemble(der, secret []byte) (Authority, error) {
	a := Authority{
		PEM:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		KeyPEM: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
		Pool:   x509.NewCertPool(),
	}
	var err error
	if a.Certificate, err = tls.X509KeyPair(a.PEM, a.KeyPEM); err != nil {
		return Authority{}, fmt.Errorf("pair key and certificate: %w", err)
	}
	a.Pool.AppendCertsFromPEM(a.PEM)
	return a, nil
}

func (a Authority) config() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{a.Certificate}, MinVersion: tls.VersionTLS12}
}

// ClientConfig trusts the certificate and nothing else.
func (a Authority) ClientConfig() *tls.Config {
	return &tls.Config{RootCAs: a.Pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}
