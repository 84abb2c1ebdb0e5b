package pgp

import (
	"bytes"
	"context"
	stdmime "mime"
	"path"
	"strings"

	"postern/parser/mime"
)

// file opens an attached file that is an OpenPGP message, and gives the file
// inside in its place. Keys and signatures of other files stay what they are.
func (o *opening) file(ctx context.Context, p *mime.Part, at place) *mime.Part {
	at = at.below(false)
	m, ok := o.message(ctx, p.Open(), p.Body().Size(), formAttachment, at)
	if !ok {
		return p
	}
	name := innerName(p.Name)
	if path.Ext(name) == "" && isEntity(m.plain) {
		return o.entity(ctx, p, m.plain, at)
	}
	return o.entity(ctx, p, asAttachment(name, m.plain), at)
}

// isEntity tells a MIME entity, which is what a mail program encrypted whole
// and a gateway then made an attachment of.
func isEntity(plain []byte) bool {
	head := bytes.ToLower(plain[:min(len(plain), len("content-type:"))])
	return bytes.HasPrefix(head, []byte("content-type:")) || bytes.HasPrefix(head, []byte("mime-version:"))
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
	entity.WriteString("Content-Type: " + typeOf(name) + "\r\n")
	disposition := stdmime.FormatMediaType("attachment", map[string]string{"filename": name})
	if name == "" || disposition == "" {
		disposition = "attachment"
	}
	entity.WriteString("Content-Disposition: " + disposition + "\r\nContent-Transfer-Encoding: binary\r\n\r\n")
	entity.Write(data)
	return entity.Bytes()
}

// typeOf knows the files that are read further; all others are just bytes.
func typeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".log":
		return "text/plain; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".json":
		return "application/json"
	case ".xml":
		return "application/xml"
	case ".eml":
		return "message/rfc822"
	case ".zip":
		return "application/zip"
	case ".pdf":
		return "application/pdf"
	}
	return "application/octet-stream"
}
