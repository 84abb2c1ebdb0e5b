package pgp

import (
	"bytes"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// primaries counts the public keys in a keyring by their first packets.
func primaries(data []byte) (n int) {
	reader := packet.NewOpaqueReader(bytes.NewReader(data))
	for {
		p, err := reader.Next()
		if err != nil {
			return n
		}
		if p.Tag == tagPublic {
			n++
		}
	}
}

// withoutFlaws reads the public keys that are not among those read, without what
// their owners did not sign: a subkey for signing that never agreed to belong to
// the key (RFC 9580 section 5.2.1), say. Those of which nothing is left are left out.
func withoutFlaws(data []byte, read []*openpgp.Entity) (more []*openpgp.Entity) {
	known := make(map[string]bool, len(read))
	for _, e := range read {
		known[fingerprint(e.PrimaryKey)] = true
	}
	certs, _ := splitCerts(bytes.NewReader(data), maxImport)
	for _, c := range certs {
		if known[fingerprint(c.primary)] || c.clean() != nil {
			continue
		}
		if e, err := c.entity(); err == nil {
			more = append(more, e)
		}
	}
	return more
}
