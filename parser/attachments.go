package parser

import (
	"crypto/sha256"
	"encoding/hex"
	"io"

	"postern/parser/mime"
)

// attachments lists every leaf that is not the shown text, depth first, inside
// attached mails and decrypted parts too; a mail saved to a file (.eml, .msg) or
// attached under the name of one is such a leaf, and what is in it follows. Bodies
// are hashed as they stream.
func (r *reading) attachments() {
	r.attach(r.root, false)
}

func (r *reading) attach(p *mime.Part, secret bool) {
	secret = secret || r.secret[p]
	if !p.Leaf() {
		if p.SavedMail() || namedMail(p) {
			r.attachFile(p, secret)
		}
		for _, child := range p.Children {
			r.attach(child, secret)
		}
		return
	}
	if !r.shownParts[p] && !r.repeatsHeaders(p) {
		r.attachFile(p, secret)
	}
}

// namedMail tells an attached mail that has the name of a file, by which people know
// it. One that was in a winmail.dat has a name and no bytes of its own.
func namedMail(p *mime.Part) bool { return p.Message() && p.Name != "" && p.Body().Size() > 0 }

// attachFile lists one file.
func (r *reading) attachFile(p *mime.Part, secret bool) {
	if r.ctx.Err() != nil {
		return
	}
	size, digest := r.digest(p)
	r.report.Attachments = append(r.report.Attachments, Attachment{
		Name: p.Name, Type: p.Type, Size: size, SHA256: digest, Inline: inline(p), Encrypted: secret,
		Entries: entries(p),
	})
}

// inline tells a file that is shown in its place: it says so, or it is a picture
// of the page it comes with (RFC 2387) and says nothing.
func inline(p *mime.Part) bool {
	return p.Disposition == "inline" ||
		p.Disposition == "" && p.Parent != nil && p.Parent.Type == "multipart/related" && p.Header.Has("Content-Id")
}

// entries are the files that an archive lists, nil when p is none.
func entries(p *mime.Part) (list []Entry) {
	for _, member := range p.Members {
		list = append(list, Entry{Name: member.Name, Size: member.Size()})
	}
	return list
}

// hashed is how many bytes are hashed at a time.
const hashed = 8 << 10

// digest streams one body through SHA-256. A body cut short by the context has
// no digest, because it would be that of something else.
func (r *reading) digest(p *mime.Part) (size int64, digest string) {
	hash := sha256.New()
	body := p.Open()
	buffer := make([]byte, min(p.Body().Size()+1, hashed))
	for r.ctx.Err() == nil {
		n, err := body.Read(buffer)
		_, _ = hash.Write(buffer[:n]) // never fails
		size += int64(n)
		if err == io.EOF {
			r.problems.Add(body.Problems()...)
			return size, hex.EncodeToString(hash.Sum(nil))
		}
		if err != nil {
			r.problems.Tell(mime.CodeUnreadable, "An attachment could not be read to its end.")
			return size, ""
		}
	}
	return size, ""
}
