package pgp

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"postern/parser/mime"
)

// isEncrypted tells PGP/MIME encrypted (RFC 3156 section 4), by what is in it where
// somebody wrote another protocol.
func isEncrypted(p *mime.Part) bool {
	return p.Type == "multipart/encrypted" &&
		(!otherProtocol(p, "application/pgp-encrypted") || slices.ContainsFunc(p.Children, isControl) || slices.ContainsFunc(p.Children, looksArmoured))
}

// isSigned tells PGP/MIME signed (RFC 3156 section 5).
func isSigned(p *mime.Part) bool { return signatureOf(p) != nil }

// signatureOf is the signature of multipart/signed, also where a mail server
// changed its type, and where somebody put more parts in: the last one that looks
// so behind another part. nil when there is none.
func signatureOf(p *mime.Part) *mime.Part {
	if p.Type != "multipart/signed" {
		return nil
	}
	for _, child := range slices.Backward(p.Children[min(1, len(p.Children)):]) {
		if child.Leaf() && (child.Type == "application/pgp-signature" || beginsSignature(child)) {
			return child
		}
	}
	return nil
}

func beginsSignature(p *mime.Part) bool {
	head := p.Beginning(headSize)
	return strings.Contains(head, beginSig) && !strings.Contains(head, beginSigned)
}

// isMangled tells PGP/MIME whose outer type a mail server rewrote to
// multipart/mixed, as Exchange does: the two parts are still there.
func isMangled(p *mime.Part) bool {
	if p.Type == "multipart/encrypted" || !p.Multipart() {
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

// isControl finds the first part of PGP/MIME, which says "Version: 1" and no
// more. Mail servers change its type and lose what it says, but not both.
func isControl(p *mime.Part) bool {
	if len(p.Children) > 0 || p.Body().Size() > 256 {
		return false
	}
	text := strings.TrimSpace(p.Beginning(256))
	if p.Type == "application/pgp-encrypted" {
		return text == "" || strings.HasPrefix(text, "Version:")
	}
	return controlText.MatchString(text)
}

// controlText is all that the control part says (RFC 3156 section 4).
var controlText = regexp.MustCompile(`^(?i:Version:\s*1)\.?\d*$`)

func otherProtocol(p *mime.Part, want string) bool {
	protocol := strings.ToLower(strings.TrimSpace(p.Params["protocol"]))
	return protocol != "" && protocol != want
}

// cipherPart finds the part with the message: one that begins like armour, else
// the one that is called so, else the first octet-stream. others are the parts
// that do not belong to PGP/MIME and are not empty.
func cipherPart(p *mime.Part) (cipher *mime.Part, others []*mime.Part) {
	for _, looks := range []func(*mime.Part) bool{looksArmoured, isCipherFile, isOctets, holdsArmour} {
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
	if cipher == nil && len(p.Children) == 0 && holdsArmour(p) { // its boundary was lost
		cipher = p
	}
	return cipher, others
}

func isOctets(p *mime.Part) bool { return p.Type == "application/octet-stream" }

// headSize is how much of a part is looked at to see what it is.
const headSize = 1024

// looksArmoured tells a part that is one armoured message, with few words before it.
func looksArmoured(p *mime.Part) bool {
	return p.Leaf() && strings.HasPrefix(strings.TrimLeft(p.Beginning(headSize), leadIns+"\r\n"+byteOrderMark), beginMsg)
}

// holdsArmour looks for a message near the beginning of a part.
func holdsArmour(p *mime.Part) bool { return strings.Contains(p.Beginning(headSize), beginMsg) }

// isEmpty tells the blank texts that mail servers put between other parts.
func isEmpty(p *mime.Part) bool {
	if p.Multipart() && !p.Leaf() {
		return !slices.ContainsFunc(p.Children, func(child *mime.Part) bool { return !isEmpty(child) })
	}
	if !p.Leaf() || !strings.HasPrefix(p.Type, "text/") || p.Body().Size() > headSize {
		return false
	}
	text := p.Beginning(headSize)
	if p.Type == "text/html" {
		if strings.Contains(text, "//") {
			return false
		}
		text = emptyTags.ReplaceAllString(text, "")
	}
	return strings.Trim(text, " \t\r\n\u00a0") == ""
}

// emptyTags are those of a page that shows nothing and asks for nothing.
var emptyTags = regexp.MustCompile(`(?i)<!doctype html>|</?(?:html|head|title|body|p|div|br|span|font|meta)\b[^<>]*>|&nbsp;`)

// isCipherFile tells an attached file that is or may be an OpenPGP message, by
// its type, its name or what it begins with.
func isCipherFile(p *mime.Part) bool {
	switch p.Type {
	case "application/pgp-encrypted", "application/x-pgp-encrypted":
		return true
	case "application/pgp-keys", "application/pgp-signature":
		return false
	}
	text := strings.HasPrefix(p.Type, "text/") && p.Disposition != "attachment"
	switch strings.ToLower(path.Ext(p.Name)) {
	case ".pgp", ".gpg", ".asc":
		return !text
	}
	return !text && (p.Name != "" || !strings.HasPrefix(p.Type, "text/")) && !strings.HasPrefix(p.Type, "image/") &&
		(looksArmoured(p) || p.Type == "application/octet-stream" && beginsSealed(p.Beginning(headSize)))
}

// beginsSealed tells packets that begin a message made for somebody by the kind,
// length, version and method of the first one: a session key (RFC 9580 sections
// 5.1 and 5.3) of version 3, which all programs write for keys of version 4.
func beginsSealed(head string) bool {
	if len(head) < 20 || !isBinary([]byte(head[:1])) || packetTag(head[0]) != tagSessionKey {
		return false
	}
	at := 2 // the body, behind a length of one octet
	switch old := head[0]&0x40 == 0; {
	case old:
		at = 1 + 1<<(head[0]&3)
	case head[1] >= 192:
		at = 3
	}
	version, method := head[at], head[at+9] // at most 9 and 18
	return version == 3 && (method <= 3 || method == 16 || method == 18 || method == 25 || method == 26)
}

const tagSessionKey = 1

// isOldText tells the type for all of PGP of the time before RFC 3156, which
// some programs still write ("x-action" says for what).
func isOldText(p *mime.Part) bool {
	return p.Type == "application/pgp" || p.Type == "application/x-pgp" || p.Type == "text/x-pgp"
}

// isStructure tells the file in which GpgOL keeps the mail as it was, when Outlook
// sends what it should have kept to itself.
func isStructure(p *mime.Part) bool {
	return strings.EqualFold(p.Name, "GpgOL_MIME_structure.txt") && isEntity([]byte(p.Beginning(headSize)))
}

// structure reads that file as the mail that it is.
func (o *opening) structure(ctx context.Context, p *mime.Part, at place) *mime.Part {
	return o.replaced(ctx, p, &message{}, readSome(p.Open(), maxCiphertext), at)
}

// oldText reads such a part as the text that it is.
func (o *opening) oldText(ctx context.Context, p *mime.Part, at place) *mime.Part {
	raw := readSome(p.Open(), maxCiphertext)
	if isBinary(raw) && !isText(raw) {
		return o.file(ctx, p, at)
	}
	charset := "utf-8"
	if named := p.Params["charset"]; plainWord.MatchString(named) {
		charset = named
	}
	head := "Content-Type: text/plain; charset=" + charset + "\r\nContent-Transfer-Encoding: binary\r\n\r\n"
	return o.replaced(ctx, p, &message{}, append([]byte(head), raw...), at)
}

// plainWord is a charset's name that needs no quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,40}$`)
