package smime

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"postern/parser/mime"
)

// Signature is the verdict on one signature, in the shape of the report's
// "crypto" object. Key is the SHA-256 of the certificate.
type Signature struct {
	Verdict   string // good|bad|weak|unknown-key|expired-key
	Sentence  string // the whole verdict in one honest sentence
	Key       string
	KeyState  string // "expired" when the certificate has expired since
	Signer    string
	Tier      string // known when an authority of ours vouches for the signer, else unknown
	Made      string // RFC 3339, as the signer says
	FromMatch bool
	Covers    string // all|part
}

// Opened is the mail as it is to be read and what its S/MIME layer came to.
type Opened struct {
	Root       *mime.Part // the tree to walk; the one given when there was nothing to open
	Found      bool       // the mail has S/MIME in it
	Encrypted  bool
	Decrypted  bool
	Foreign    bool // encrypted, and there is no key of ours that could be meant
	Signatures []Signature
	Problem    string         // why it could not be read
	Problems   []mime.Problem // of the parts that came out
	Deciphered []*mime.Part   // roots of what came out of encryption
}

// maxLayers allows signed in encrypted in signed, and a forward of that;
// maxMessages bounds the structures read in one mail.
const (
	maxLayers   = 8
	maxMessages = 16
)

// Open finds S/MIME in the tree, judges the signatures and opens what is
// encrypted for us. It never fails on content: why something stayed closed is
// in Problem. from is the sender's address, compared with those of the
// certificate; at is when the mail was received.
func (k *Keys) Open(ctx context.Context, root *mime.Part, from string, at time.Time, limits mime.Limits) Opened {
	o := &opening{keys: k, from: strings.ToLower(strings.TrimSpace(from)), at: at, limits: limits, messages: maxMessages}
	o.opened.Root = o.part(ctx, root, place{whole: true, layers: maxLayers})
	o.speak(root)
	o.opened.Decrypted = o.opened.Decrypted && len(o.failures) == 0
	o.opened.Problem = strings.Join(o.failures, "; ")
	return o.opened
}

// opening is the work on one mail.
type opening struct {
	keys     *Keys
	from     string
	at       time.Time
	limits   mime.Limits // what is left of them for all that comes out
	messages int         // that may still be read
	intact   bool        // a signature that fits covers all that came out of the envelope
	findings []finding
	opened   Opened
	failures []string
}

// place is where in the mail a part stands.
type place struct {
	whole    bool // nothing but this part is in the mail
	attached bool // inside a mail attached to this one
	sealed   bool // nothing but this part came out of the innermost envelope
	layers   int  // that may still be opened below
}

func (p place) covers() string {
	if p.whole {
		return "all"
	}
	return "part"
}

// part opens one part and all below it, and gives the part to be read instead.
func (o *opening) part(ctx context.Context, p *mime.Part, at place) *mime.Part {
	switch {
	case ctx.Err() != nil || at.layers <= 0:
		return p
	case signatureOf(p) != nil:
		o.detached(p, at)
		return o.children(ctx, withoutSignature(p), at)
	case p.Leaf() && isOpaque(p):
		return o.opaque(ctx, p, at)
	}
	return o.children(ctx, p, at)
}

func (o *opening) children(ctx context.Context, p *mime.Part, at place) *mime.Part {
	if p.Leaf() {
		return p
	}
	alone := len(p.Children) == 1 && !p.Message()
	at.whole, at.sealed = at.whole && alone, at.sealed && alone
	at.attached = at.attached || p.Message()
	return p.Replaced(func(child *mime.Part) *mime.Part { return o.part(ctx, child, at) })
}

// signatureOf is the signature of multipart/signed (RFC 8551 section 3.5.3), also
// where somebody on the way put more parts in; nil when there is none.
func signatureOf(p *mime.Part) *mime.Part {
	if p.Type != "multipart/signed" {
		return nil
	}
	for _, child := range slices.Backward(p.Children[min(1, len(p.Children)):]) {
		if isSignature(child) {
			return child
		}
	}
	return nil
}

// withoutSignature makes parts that are all read of a signed mail that has more
// than its text and the signature.
func withoutSignature(p *mime.Part) *mime.Part {
	if len(p.Children) == 2 {
		return p
	}
	signature := signatureOf(p)
	mixed := p.WithChildren(slices.DeleteFunc(slices.Clone(p.Children), func(child *mime.Part) bool { return child == signature }))
	mixed.Type = "multipart/mixed"
	return mixed
}

func isSignature(p *mime.Part) bool {
	return p.Leaf() && (p.Type == "application/pkcs7-signature" || p.Type == "application/x-pkcs7-signature" ||
		p.Type == "application/octet-stream" && strings.HasSuffix(strings.ToLower(p.Name), ".p7s"))
}

// isOpaque tells a part that holds a CMS structure (RFC 8551 section 3.2);
// programs that know no better call it by its file name only.
func isOpaque(p *mime.Part) bool {
	switch p.Type {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true
	case "application/octet-stream":
		return strings.HasSuffix(strings.ToLower(p.Name), ".p7m")
	}
	return false
}

// structure reads the bytes of one CMS structure; ok is false, and the reason
// kept, when it is too large, too many, or none.
func (o *opening) structure(p *mime.Part) (ber []byte, ok bool) {
	o.opened.Found = true
	if o.messages--; o.messages < 0 {
		o.fail("there are more S/MIME messages in it than are opened in one mail")
		return nil, false
	}
	ber, err := io.ReadAll(io.LimitReader(p.Open(), maxMessage+1))
	switch {
	case err != nil || !sound(ber) && len(ber) <= maxMessage:
		o.fail("its S/MIME part is broken")
	case len(ber) > maxMessage:
		o.fail("its S/MIME part is larger than what is opened")
	default:
		return ber, true
	}
	return nil, false
}

// fail records why something stayed closed, each reason once.
func (o *opening) fail(why string) {
	if !slices.Contains(o.failures, why) {
		o.failures = append(o.failures, why)
	}
}
