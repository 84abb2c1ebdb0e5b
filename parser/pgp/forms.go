package pgp

import (
	"bytes"
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// isEncrypted tells PGP/MIME encrypted (RFC 3156 section 4).
func isEncrypted(p *mime.Part) bool {
	return p.Type == "multipart/encrypted" && !otherProtocol(p, "application/pgp-encrypted")
}

// isSigned tells PGP/MIME signed (RFC 3156 section 5): two parts, the second
// of which is the signature.
func isSigned(p *mime.Part) bool {
	return p.Type == "multipart/signed" && len(p.Children) >= 2 &&
		p.Children[len(p.Children)-1].Type == "application/pgp-signature"
}

// isMangled tells PGP/MIME whose outer type a mail server rewrote to
// multipart/mixed, as Exchange does: the two parts are still there.
func isMangled(p *mime.Part) bool {
	if p.Type != "multipart/mixed" {
		return false
	}
	for _, child := range p.Children {
		if isControl(child) {
			cipher, _ := cipherPart(p)
			return cipher != nil
		}
	}
	return false
}

// isControl finds the first part of PGP/MIME, which says "Version: 1" and no more.
func isControl(p *mime.Part) bool {
	if p.Type != "application/pgp-encrypted" || len(p.Children) > 0 || p.Body().Size() > 256 {
		return false
	}
	text, _ := io.ReadAll(p.Open())
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("Version:"))
}

func otherProtocol(p *mime.Part, want string) bool {
	protocol := strings.ToLower(strings.TrimSpace(p.Params["protocol"]))
	return protocol != "" && protocol != want
}

// cipherPart finds the part with the message: the first octet-stream, or, where
// a gateway changed the type, the first that is called so or looks so. others
// are the parts that do not belong to PGP/MIME and are not empty.
func cipherPart(p *mime.Part) (cipher *mime.Part, others []*mime.Part) {
	for _, looks := range []func(*mime.Part) bool{isOctets, isCipherFile, looksArmoured} {
		for _, child := range p.Children {
			if cipher == nil && len(child.Children) == 0 && !isControl(child) && looks(child) {
				cipher = child
			}
		}
	}
	for _, child := range p.Children {
		if child != cipher && !isControl(child) && !isEmpty(child) {
			others = append(others, child)
		}
	}
	return cipher, others
}

func isOctets(p *mime.Part) bool { return p.Type == "application/octet-stream" }

// looksArmoured looks for a message at the beginning of a part.
func looksArmoured(p *mime.Part) bool {
	head, _ := io.ReadAll(io.LimitReader(p.Open(), 1024))
	return bytes.Contains(head, []byte(beginMsg))
}

// isEmpty tells the blank text parts that mail servers put between others.
func isEmpty(p *mime.Part) bool {
	if len(p.Children) > 0 || !strings.HasPrefix(p.Type, "text/") || p.Body().Size() > 1024 {
		return false
	}
	text, _ := io.ReadAll(p.Open())
	return len(bytes.TrimSpace(text)) == 0
}

// isCipherFile tells an attached file that may be an OpenPGP message.
func isCipherFile(p *mime.Part) bool {
	switch p.Type {
	case "application/pgp-encrypted", "application/pgp", "application/x-pgp-encrypted":
		return true
	case "application/pgp-keys", "application/pgp-signature":
		return false
	}
	switch strings.ToLower(path.Ext(p.Name)) {
	case ".pgp", ".gpg", ".asc":
		return !strings.HasPrefix(p.Type, "text/") || p.Disposition == "attachment"
	}
	return false
}
