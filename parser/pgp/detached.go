package pgp

import (
	"context"
	"io"

	"postern/parser/mime"
)

// maxDetached is the largest signature part that is looked at.
const maxDetached = 256 << 10

// signed judges PGP/MIME signatures (RFC 3156 section 5) over the exact bytes
// of the first part, and gives that part to be read: the signature is done with.
func (o *opening) signed(ctx context.Context, p *mime.Part, at place) *mime.Part {
	if at.layers <= 0 {
		o.tooDeep()
		return p
	}
	o.form(formMIME)
	content, signature := p.Children[0], p.Children[len(p.Children)-1]
	clean := len(p.Children) == 2
	if !clean {
		o.problem("added-to-signed", "Something was put between the signed part and its signature; it is not covered.")
	}
	o.judgeDetached(content, readSome(signature.Open(), maxDetached), at.below(clean))
	if !clean {
		return o.children(ctx, p, at)
	}
	read := o.part(ctx, content, at.inside())
	read.Parent = p.Parent
	return read
}

func (o *opening) judgeDetached(content *mime.Part, signature []byte, at place) {
	sigs := readSignatures(signature)
	if sigs.none() {
		o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
			cause: "nothing readable stands where the signature should be"})
		return
	}
	o.judge(sigs, at, func(w io.Writer) error {
		_, err := io.Copy(&canonical{w: w}, content.Raw())
		return err
	})
}

// canonical writes text with CRLF line ends: signatures in mail are made over
// that form (RFC 3156 section 5), and many a store keeps mail with bare LF.
type canonical struct {
	w    io.Writer
	last byte
	buf  []byte
}

func (c *canonical) Write(p []byte) (int, error) {
	c.buf = c.buf[:0]
	for _, b := range p {
		if b == '\n' && c.last != '\r' {
			c.buf = append(c.buf, '\r')
		}
		c.buf = append(c.buf, b)
		c.last = b
	}
	_, err := c.w.Write(c.buf)
	return len(p), err
}
