package pgp_test

import (
	"crypto/aes"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// ocfb encrypts the way RFC 4880 section 13.9 did before integrity protection.
func ocfb(key, text []byte) (prefix, sealed []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil
	}
	stream, prefix := packet.NewOCFBEncrypter(block, make([]byte, block.BlockSize()), packet.OCFBResync)
	sealed = make([]byte, len(text))
	stream.XORKeyStream(sealed, text)
	return prefix, sealed
}
