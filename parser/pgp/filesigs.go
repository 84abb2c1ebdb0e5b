package pgp

import (
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// maxSignatureFiles bounds the files with signatures that are looked at in one
// multipart; each costs reading the file it signs.
const maxSignatureFiles = 16

// signatureFiles judges the signatures that lie as files beside what they sign:
// a file of the same name, or the text of a PGP/MIME mail whose outer type a
// mail server or a list rewrote.
func (o *opening) signatureFiles(p *mime.Part, at place) {
	left := maxSignatureFiles
	for i, child := range p.Children {
		if !isSignatureFile(child) {
			continue
		}
		if left--; left < 0 {
			o.problem("too-many-signatures", "The mail carries more signatures than are judged; the last ones were left out.")
			return
		}
		data := readSome(child.Open(), maxDetached)
		sigs := readSignatures(data)
		if sigs.none() {
			continue
		}
		if signed := signedBy(p, child); signed != nil {
			o.judgeFile(signed, sigs, at)
		} else if content := rebuilt(p, i); content != nil {
			o.judgeRebuilt(p, content, sigs, at)
		}
	}
}

// isSignatureFile tells a file with a detached signature by its name or type and
// what it begins with.
func isSignatureFile(p *mime.Part) bool {
	if !p.Leaf() || p.Body().Size() > maxDetached {
		return false
	}
	switch strings.ToLower(path.Ext(p.Name)) {
	case ".sig", ".asc", ".sign", ".pgp", ".gpg":
	default:
		if p.Type != "application/pgp-signature" {
			return false
		}
	}
	head := p.Beginning(headSize)
	if isBinary([]byte(head)) {
		return packetTag(head[0]) == tagSignature
	}
	return strings.Contains(head, beginSig) && !strings.Contains(head, beginSigned)
}

// signedBy finds the file beside that a signature belongs to by name: "a.zip.sig"
// signs "a.zip"; some programs write "a.sig".
func signedBy(p, signature *mime.Part) *mime.Part {
	name := strings.TrimSuffix(signature.Name, path.Ext(signature.Name))
	if name == "" {
		return nil
	}
	for _, same := range []func(string) bool{
		func(other string) bool { return strings.EqualFold(other, name) },
		func(other string) bool { return strings.EqualFold(strings.TrimSuffix(other, path.Ext(other)), name) },
	} {
		for _, other := range p.Children {
			if other != signature && other.Leaf() && other.Name != "" && same(other.Name) {
				return other
			}
		}
	}
	return nil
}

// judgeFile checks signatures over a file: as it is or, for a text, whose line
// ends change in mail, with the line ends it may have had.
func (o *opening) judgeFile(file *mime.Part, sigs signatures, at place) {
	o.form(formAttachment)
	at = at.below(false)
	at.file = file.Name
	texts := []func(io.Writer) error{func(w io.Writer) error {
		_, err := io.Copy(w, file.Open())
		return err
	}}
	if strings.HasPrefix(file.Type, "text/") {
		texts = append(texts, func(w io.Writer) error { return writeLF(w, file.Open(), maxCiphertext) }, func(w io.Writer) error {
			_, err := io.Copy(&canonical{w: w}, file.Open())
			return err
		})
	}
	o.judge(sigs, at, formsWithin(file.Body().Size(), texts)...)
}

// rebuilt is what multipart/signed held before somebody rewrote its type: the
// part right before a signature that says it is one of a mail.
func rebuilt(p *mime.Part, at int) *mime.Part {
	if at == 0 || p.Children[at].Type != "application/pgp-signature" && !strings.EqualFold(p.Children[at].Name, "signature.asc") {
		return nil
	}
	for i := at - 1; i >= 0; i-- {
		if !isEmpty(p.Children[i]) {
			return p.Children[i]
		}
	}
	return nil
}

// judgeRebuilt checks a signature whose part may have been written anew; one
// that does not fit is the server's doing as likely as anybody's.
func (o *opening) judgeRebuilt(p, content *mime.Part, sigs signatures, at place) {
	o.form(formMixed)
	others := 0
	for _, child := range p.Children {
		if child != content && !isEmpty(child) {
			others++
		}
	}
	at = at.below(others == 1)
	at.rebuilt = true
	body := func(w io.Writer) error {
		_, err := io.Copy(&canonical{w: w}, content.Open())
		return err
	}
	o.judge(sigs, at, formsWithin(content.Raw().Size(), append(detachedForms(content), body))...)
}
