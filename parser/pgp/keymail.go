package pgp

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/mime"
)

// What a mail brings beside messages, as Problem codes.
const (
	codeSecretKey  = "secret-key-sent"
	codeRevocation = "revocation-certificate"
)

// keyPeek is how much of a key is read to see what it is.
const keyPeek = 4 << 10

// isKeyFile tells a file that holds keys and thus no ciphertext.
func isKeyFile(p *mime.Part) bool {
	if p.Type == "application/pgp-keys" {
		return true
	}
	if strings.HasPrefix(p.Type, "text/") && p.Disposition != "attachment" {
		return false // the text of the mail, which may hold more
	}
	switch strings.ToLower(path.Ext(p.Name)) {
	case ".asc", ".gpg", ".pgp", ".key", ".pub", ".rev", ".txt", "":
		return keyMark(p.Beginning(headSize)) != ""
	}
	return false
}

// keyMark gives the mark that a file of keys begins with, a comment before it
// allowed: gpg puts one before the revocation certificate that it makes, and a
// colon before its first line, lest somebody uses it by mistake.
func keyMark(head string) string {
	public, secret := strings.Index(head, beginPublic), strings.Index(head, beginSecret)
	switch {
	case secret >= 0 && (public < 0 || secret < public):
		return beginSecret
	case public >= 0 && !strings.Contains(head[:public], beginMark):
		return beginPublic
	}
	return ""
}

// keyFile looks what keys a file brings. Nothing of it is ever used here.
func (o *opening) keyFile(p *mime.Part) {
	data := readSome(p.Open(), keyPeek)
	if isBinary(data) {
		o.keyPackets(data)
		return
	}
	o.keyBlock(data)
}

// keyBlock does the same for armour.
func (o *opening) keyBlock(armoured []byte) {
	if mark := keyMark(string(armoured[:min(len(armoured), keyPeek)])); mark != "" {
		o.keyPackets(dearmour(armoured, mark, keyPeek))
	}
}

// keyPackets tells by its first packet what a file of keys is (RFC 9580 section 10).
func (o *opening) keyPackets(data []byte) {
	first, err := packet.NewReader(bytes.NewReader(data)).Next()
	tag := byte(0)
	if len(data) > 0 {
		tag = packetTag(data[0])
	}
	switch sig, isSignature := first.(*packet.Signature); {
	case tag == tagSecret:
		o.problem(codeSecretKey, "The mail brings a secret key. It was not used. Everybody on the way may have it now: tell its owner to revoke it.")
	case err == nil && isSignature && sig.SigType == packet.SigTypeKeyRevocation:
		o.problem(codeRevocation, fmt.Sprintf("The mail brings a certificate that revokes the key %s. It was not used: ask the owner of the key, then import it.", namedKey(sig)))
	}
}

// packetTag reads the kind of a packet from its first byte (RFC 9580 section 4.2).
func packetTag(first byte) byte {
	if first&0x40 != 0 {
		return first & 0x3F
	}
	return first >> 2 & 0x0F
}

func namedKey(sig *packet.Signature) string {
	if sig.IssuerKeyId == nil {
		return "that it does not name"
	}
	return "0x" + keyID(*sig.IssuerKeyId)
}
