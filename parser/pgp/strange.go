package pgp

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// unreadable is a reason why a message stays closed that lies in this program:
// somebody else's could read it. It says what exactly is not read.
type unreadable string

func (u unreadable) Error() string { return string(u) }

// unsupported takes note of a packet that the library below does not read. It is
// an error when nothing can be read without it.
func (m *message) unsupported(p *packet.UnsupportedPacket) error {
	switch p.IncompletePacket.(type) {
	case *packet.EncryptedKey:
		m.encrypted, m.strange = true, true
	case *packet.SymmetricKeyEncrypted:
		m.encrypted, m.symmetric = true, true
	case *packet.SymmetricallyEncrypted, *packet.AEADEncrypted:
		m.encrypted = true
		return unreadable(m.madeFor() + "encrypted with " + cipherIn(string(p.Error)) + ", which is not read here")
	case *packet.Compressed:
		m.clear = true
		return unsupportedInside(p)
	case *packet.Signature, *packet.OnePassSignature:
		m.clear = !m.encrypted
		m.signatures.add(p)
	}
	return nil
}

// unsupportedInside is the same for the packets around the text. Signatures
// among them are judged with the others.
func unsupportedInside(p *packet.UnsupportedPacket) error {
	switch p.IncompletePacket.(type) {
	case *packet.Compressed:
		return unreadable("it is compressed in a way that is not read here, number " + lastWord(string(p.Error)))
	case *packet.SymmetricallyEncrypted, *packet.AEADEncrypted, *packet.EncryptedKey, *packet.SymmetricKeyEncrypted:
		return errDamaged
	}
	return nil
}

// madeFor names the recipients of a message that is closed to all programs like this one.
func (m *message) madeFor() string {
	if len(m.recipients) == 0 && !m.hidden {
		return "it is "
	}
	return "made for " + keyList(m.recipients, m.hidden) + " and "
}

// cipherIn finds in an error of the library what it could not read: a version, a
// mode or a cipher, the last by its number, which one of the errors gives as a sign.
func cipherIn(what string) string {
	switch {
	case strings.Contains(what, "version"):
		return "a protection of a newer version"
	case strings.Contains(what, "mode"):
		return "a mode of protection numbered " + lastWord(what)
	case strings.Contains(what, "chunk"):
		return "a protection of too large pieces"
	}
	word := lastWord(what)
	if number, err := strconv.Atoi(word); err == nil {
		return cipherName(number)
	}
	sign, _ := utf8.DecodeLastRuneInString(what)
	return cipherName(int(sign))
}

func lastWord(text string) string { return text[strings.LastIndexByte(text, ' ')+1:] }

// strangeCipher says that our key opens an envelope and a cipher lies in it that
// the library does not have; any other failure stays what it is.
func strangeCipher(envelope, opened *packet.EncryptedKey, err error) error {
	if unsupported := pgperrors.UnsupportedError(""); !errors.As(err, &unsupported) || opened.CipherFunc == 0 || envelope.CipherFunc != 0 {
		return err
	}
	name, known := ciphers[int(opened.CipherFunc)]
	if !known { // the rest of a wrong guess
		return err
	}
	return unreadable(fmt.Sprintf("made for key 0x%s, which is ours, and encrypted with %s, which is not read here", keyID(envelope.KeyId), name))
}

// ciphers are those of RFC 9580 section 9.3 that are not read here.
var ciphers = map[int]string{
	1: "IDEA", 4: "Blowfish", 10: "Twofish", 11: "Camellia-128", 12: "Camellia-192", 13: "Camellia-256",
}

func cipherName(number int) string {
	if name, known := ciphers[number]; known {
		return "the cipher " + name
	}
	return fmt.Sprintf("a cipher numbered %d", number)
}

// fileName is the name that the sender's program put inside the message. A name
// that asks not to be kept, and one with folders, is none.
func fileName(text *packet.LiteralData) string {
	name := text.FileName
	if text.ForEyesOnly() || strings.ContainsAny(name, "/\\") || !utf8.ValidString(name) || path.Ext(name) == "" {
		return ""
	}
	return plainLine(name)
}
