package smime

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"errors"
	"io"

	"github.com/smallstep/pkcs7"

	"postern/parser/mime"
)

// detached judges multipart/signed: what is signed are the exact bytes of the
// first part with lines that end in CRLF (RFC 8551 section 3.1.1).
func (o *opening) detached(p *mime.Part, at place) {
	ber, ok := o.structure(signatureOf(p))
	if !ok {
		return
	}
	message, err := pkcs7.Parse(ber)
	if err != nil {
		o.fail("its S/MIME signature cannot be read")
		return
	}
	alone := len(p.Children) == 2
	at.whole, at.sealed = at.whole && alone, at.sealed && alone
	signed := canonical{p.Children[0].Raw()}
	message.Hasher, message.Content = signed, nil
	if bare(message) {
		if message.Content, ok = signed.whole(); !ok {
			o.fail("its signed part is larger than what is judged with such a signature")
			return
		}
	}
	o.judgeAll(message, at)
}

// canonical is what was signed, with each line ending in CRLF. It counts instead of
// what the structure holds, which is nothing where the signature is detached: what
// somebody put there was perhaps signed once, and is not shown.
type canonical struct{ signed *io.SectionReader }

// Hash gives the digest of the signed part.
func (c canonical) Hash(algorithm crypto.Hash, _ io.Reader) ([]byte, error) {
	if !algorithm.Available() {
		return nil, errors.New("an unknown digest")
	}
	digest := algorithm.New()
	if err := c.write(digest); err != nil {
		return nil, err
	}
	return digest.Sum(nil), nil
}

// whole is the signed part in memory, for signatures that are made over it and not
// over attributes; ok is false when it is too large or cannot be read.
func (c canonical) whole() (text []byte, ok bool) {
	if c.signed.Size() > maxMessage {
		return nil, false
	}
	var b bytes.Buffer
	err := c.write(&b)
	return b.Bytes(), err == nil
}

func (c canonical) write(to io.Writer) error {
	in := bufio.NewReader(io.NewSectionReader(c.signed, 0, c.signed.Size()))
	var last byte
	for {
		piece, err := in.ReadSlice('\n')
		if len(piece) > 0 {
			before := last
			if len(piece) > 1 {
				before = piece[len(piece)-2]
			}
			last = piece[len(piece)-1]
			if last == '\n' && before != '\r' {
				piece = append(piece[:len(piece)-1:len(piece)-1], "\r\n"...)
			}
			if _, err := to.Write(piece); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// opaque reads a part that is one CMS structure: signed data whose text stands
// inside, or data encrypted for its recipients.
func (o *opening) opaque(ctx context.Context, p *mime.Part, at place) *mime.Part {
	ber, ok := o.structure(p)
	if !ok {
		return p
	}
	kind := contentType(ber)
	o.opened.Encrypted = o.opened.Encrypted || kind == envelopedData || kind == authEnvelopedData
	if kind == authEnvelopedData {
		return o.authenticated(ctx, p, ber, at)
	}
	message, err := pkcs7.Parse(ber)
	switch {
	case errors.Is(err, pkcs7.ErrUnsupportedContentType):
		o.fail("its S/MIME part is of a kind that is not opened here")
		return p
	case err != nil:
		o.fail("its S/MIME part cannot be read")
		return p
	case kind == envelopedData:
		return o.envelope(ctx, p, message, at)
	case len(message.Content) == 0: // certificates only
		return p
	}
	o.judgeAll(message, at)
	return o.graft(ctx, p, message.Content, at)
}

// graft puts what came out of a part in its place and opens what is inside.
func (o *opening) graft(ctx context.Context, p *mime.Part, entity []byte, at place) *mime.Part {
	inner, problems := mime.Graft(ctx, entity, p, o.limits)
	o.limits = o.limits.Below(inner)
	o.opened.Problems = append(o.opened.Problems, problems...)
	at.layers--
	read := o.part(ctx, inner.Wrapped(o.from), at)
	read.Parent = p.Parent
	return read
}
