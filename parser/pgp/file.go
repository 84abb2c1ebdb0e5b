package pgp

import (
	"bytes"
	"context"
	stdmime "mime"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"postern/parser/mime"
)

// file opens an attached file that is an OpenPGP message, and gives the file
// inside in its place. Keys and signatures of other files stay what they are; a
// file that is a signed text is judged and stays.
func (o *opening) file(ctx context.Context, p *mime.Part, at place) *mime.Part {
	if strings.HasPrefix(strings.TrimSpace(p.Beginning(headSize)), beginSigned) {
		return o.signedFile(p, at)
	}
	before := o.result.Form
	m, ok := o.message(ctx, p.Open(), p.Body().Size(), formAttachment, at.below(isMailName(p.Name)))
	switch {
	case !ok:
		o.keyFile(p)
		return p
	case (isMailName(p.Name) || path.Ext(innerName(p.Name)) == "") && isEntity(m.plain):
		if before == "" && isMailName(p.Name) {
			o.result.Form = formMixed
		}
		return o.replaced(ctx, p, m, m.plain, at)
	}
	return o.replaced(ctx, p, m, asAttachment(m.fileName(p.Name), m.plain), at.below(false))
}

// signedFile judges a file that is a text with a cleartext signature.
func (o *opening) signedFile(p *mime.Part, at place) *mime.Part {
	text := readSome(p.Open(), maxCiphertext)
	for _, b := range findBlocks(text) {
		if b.kind == blockSigned {
			at = at.below(false)
			at.file = p.Name
			o.clearSigned([][]byte{text[b.start:b.end]}, at)
			break
		}
	}
	return p
}

// mailNames are what programs call the message of PGP/MIME, and what is left of
// the names when a mail server has made an attachment of it.
var mailNames = regexp.MustCompile(`(?i)^(?:|encrypted|openpgp-encrypted-message|openpgp_encrypted_message|message|msg|mail|noname|pgp|att\d+|untitled.*|secure-?message)\.(?:asc|pgp|gpg|txt|dat|bin)$|^$`)

// isMailName tells the file that is the mail and not an attachment to it.
func isMailName(name string) bool { return mailNames.MatchString(name) }

// isEntity tells a MIME entity, which is what a mail program encrypted whole
// and a gateway then made an attachment or a text of: header fields up to a blank
// line, and the type among them. A mail that has travelled is none: somebody put
// the source of another mail into his own.
func isEntity(plain []byte) bool { return headOf(plain) == headEntity }

// What the beginning of a text is.
type headKind int

const (
	headNone   headKind = iota
	headEntity          // the header of a MIME entity
	headMail            // that of a mail, as servers leave it
)

func headOf(plain []byte) headKind {
	typed, travelled := false, false
	for at := 0; at < len(plain) && at < largestHead; {
		line, next := lineAt(plain, at)
		line = bytes.TrimRight(line, "\r")
		field := fieldName.Find(line)
		switch {
		case len(line) == 0:
			return kindOfHead(typed, travelled)
		case line[0] == ' ' || line[0] == '\t':
			if at == 0 {
				return headNone
			}
		case field == nil:
			return headNone
		case bytes.EqualFold(field, []byte("Content-Type:")):
			typed = true
		case travelFields[strings.ToLower(string(field))]:
			travelled = true
		}
		at = next
	}
	return kindOfHead(typed, travelled)
}

func kindOfHead(typed, travelled bool) headKind {
	switch {
	case travelled:
		return headMail
	case typed:
		return headEntity
	}
	return headNone
}

// travelFields are what servers write into the header of a mail (RFC 5321 section 4.4).
var travelFields = map[string]bool{"received:": true, "return-path:": true, "delivered-to:": true, "x-original-to:": true}

// largestHead is how long a header is looked at.
const largestHead = 64 << 10

// fieldName is that of RFC 5322 section 2.2, in signs that programs use.
var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:`)

// fileName is the name of what came out of an attached file: its own without
// what encryption added or, when that says nothing, the one inside the message.
func (m *message) fileName(outside string) string {
	name := innerName(outside)
	switch {
	case isMailName(outside):
		return m.name
	case path.Ext(name) == "" && m.name != "":
		return m.name
	}
	return name
}

// innerName is the name without what encryption added to it.
func innerName(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".pgp", ".gpg", ".asc":
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

// asAttachment writes a decrypted file as the MIME entity its sender would
// have attached, had it not been encrypted.
func asAttachment(name string, data []byte) []byte {
	var entity bytes.Buffer
	entity.WriteString("Content-Type: " + typeOf(name, data) + "\r\n")
	kind := "attachment"
	if path.Ext(name) == "" && isText(data) && headOf(data) != headMail {
		kind = "inline" // a text that nobody gave the name of a file
	}
	disposition := kind
	if named := stdmime.FormatMediaType(kind, map[string]string{"filename": name}); name != "" && named != "" {
		disposition = named
	}
	entity.WriteString("Content-Disposition: " + disposition + "\r\nContent-Transfer-Encoding: binary\r\n\r\n")
	entity.Write(data)
	return entity.Bytes()
}

// typeOf knows the files that are read further; what is a text is called so,
// all others are just bytes.
func typeOf(name string, data []byte) string {
	if known := fileTypes[strings.ToLower(path.Ext(name))]; known != "" {
		return known
	}
	switch {
	case !isText(data):
		return "application/octet-stream"
	case headOf(data) == headMail:
		return "message/rfc822"
	case utf8.Valid(data):
		return "text/plain; charset=utf-8"
	}
	return "text/plain; charset=windows-1252"
}

var fileTypes = map[string]string{
	".txt":  "text/plain; charset=utf-8",
	".log":  "text/plain; charset=utf-8",
	".htm":  "text/html; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".csv":  "text/csv; charset=utf-8",
	".json": "application/json",
	".xml":  "application/xml",
	".eml":  "message/rfc822",
	".zip":  "application/zip",
	".pdf":  "application/pdf",
}

// isText tells a text from other files by the signs that texts do not have.
func isText(data []byte) bool {
	for _, c := range data[:min(len(data), headSize)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return false
		}
	}
	return true
}
