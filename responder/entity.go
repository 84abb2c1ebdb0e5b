package responder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// field is one header field, ready to be written: ASCII, no line breaks.
type field struct{ name, value string }

// entity is one MIME part with its own header (RFC 2045 section 2.4). Its body
// is CRLF-lined. What is signed is exactly bytes().
type entity struct {
	protected string // header lines of the mail that stand inside the encryption too, with CRLF
	header    []field
	body      []byte
}

func (e entity) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(e.protected)
	for _, f := range e.header {
		fmt.Fprintf(&b, "%s: %s\r\n", f.name, f.value)
	}
	b.WriteString("\r\n")
	b.Write(e.body)
	return b.Bytes()
}

// textPart is plain text in a form that no relay has a reason to touch:
// seven bits, no trailing blanks, no line that begins with "From "
// (RFC 3156 section 5, RFC 2046 section 5.2.2).
func textPart(text, language string) entity {
	encoding, body := "7bit", []byte(crlf(text))
	if !needsNothing(text) {
		encoding, body = "quoted-printable", quotedPrintable(text)
	}
	return entity{
		header: []field{
			{"Content-Type", "text/plain; charset=utf-8"},
			{"Content-Language", language},
			{"Content-Transfer-Encoding", encoding},
		},
		body: body,
	}
}

// keyPart carries our public key for those who use keys (RFC 3156 section 7).
func keyPart(name string, armoured []byte) entity {
	return entity{
		header: []field{
			{"Content-Type", "application/pgp-keys;\r\n name=\"" + name + "\""},
			{"Content-Description", "OpenPGP public key"},
			{"Content-Disposition", "attachment;\r\n filename=\"" + name + "\""},
			{"Content-Transfer-Encoding", "7bit"},
		},
		body: []byte(crlf(string(armoured))),
	}
}

// keyFile names the file of our key, so that somebody who keeps many can tell
// whose it is and which: "csirt-example.org-0x0123456789ABCDEF.asc".
func keyFile(address, keyID string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == '@':
			return '-'
		case r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, address)
	return strings.TrimLeft(name, ".-") + "-0x" + keyID + ".asc"
}

func mixedPart(id string, parts ...entity) entity {
	return multipart("mixed", "", boundary(id, "mixed"), parts)
}

// signedPart is RFC 3156 section 5: the signature covers the first part with
// its header, without the line break that belongs to the boundary.
func signedPart(id string, content entity, signature []byte, micalg string) entity {
	parameters := fmt.Sprintf(`; micalg=%s; protocol="application/pgp-signature"`, micalg)
	return multipart("signed", parameters, boundary(id, "signed"), []entity{content, {
		header: []field{
			{"Content-Type", `application/pgp-signature; name="signature.asc"`},
			{"Content-Description", "OpenPGP digital signature"},
		},
		body: []byte(crlf(string(signature))),
	}})
}

// encryptedPart is RFC 3156 section 4.
func encryptedPart(id string, armoured []byte) entity {
	control := entity{
		header: []field{
			{"Content-Type", "application/pgp-encrypted"},
			{"Content-Description", "PGP/MIME version identification"},
		},
		body: []byte("Version: 1\r\n"),
	}
	data := entity{
		header: []field{
			{"Content-Type", `application/octet-stream; name="encrypted.asc"`},
			{"Content-Description", "OpenPGP encrypted message"},
			{"Content-Disposition", `inline; filename="encrypted.asc"`},
		},
		body: []byte(crlf(string(armoured))),
	}
	return multipart("encrypted", `; protocol="application/pgp-encrypted"`, boundary(id, "encrypted"), []entity{control, data})
}

func multipart(subtype, parameters, boundary string, parts []entity) entity {
	var b bytes.Buffer
	for _, part := range parts {
		fmt.Fprintf(&b, "--%s\r\n%s\r\n", boundary, part.bytes())
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	value := fmt.Sprintf("multipart/%s%s;\r\n boundary=\"%s\"", subtype, parameters, boundary)
	return entity{header: []field{{"Content-Type", value}}, body: b.Bytes()}
}

// boundary begins with "=_", which neither quoted-printable nor armour can
// contain (RFC 2045 section 6.7); it follows from the Message-ID, so that the
// same mail has the same bytes.
func boundary(id, label string) string {
	sum := sha256.Sum256([]byte(label + " " + id))
	return "=_" + hex.EncodeToString(sum[:12])
}

// crlf ends every line with CR LF, whatever it ended with.
func crlf(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.ReplaceAll(text, "\n", "\r\n")
}
