package smime

import (
	"context"
	"errors"

	"github.com/smallstep/pkcs7"

	"postern/parser/mime"
)

// envelope opens enveloped data. Its encryption can be changed on the way
// without anybody noticing, so the text counts only when it is signed inside
// and the signature fits it.
func (o *opening) envelope(ctx context.Context, p *mime.Part, message *pkcs7.PKCS7, at place) *mime.Part {
	plain, why := o.decrypt(message)
	return o.unfold(ctx, p, plain, why, at, false)
}

// authenticated opens data whose encryption shows changes (RFC 5083), so that it may
// stand without a signature.
func (o *opening) authenticated(ctx context.Context, p *mime.Part, ber []byte, at place) *mime.Part {
	e, ok := readAuthEnveloped(ber)
	if !ok {
		o.fail("its S/MIME part cannot be read")
		return p
	}
	plain, why := e.open(o.keys)
	return o.unfold(ctx, p, plain, why, at, true)
}

// unfold puts what came out of an envelope in its place. whole tells that the
// encryption itself has shown that nothing was changed.
func (o *opening) unfold(ctx context.Context, p *mime.Part, plain []byte, why string, at place, whole bool) *mime.Part {
	o.opened.Encrypted = true
	o.opened.Foreign = o.keys == nil || len(o.keys.identities) == 0
	if why != "" {
		o.fail(why)
		return p
	}
	inside := &opening{keys: o.keys, from: o.from, at: o.at, limits: o.limits, messages: o.messages}
	at.sealed = true
	root := inside.graft(ctx, p, plain, at)
	o.messages = inside.messages
	if !inside.intact && !whole {
		o.fail("encrypted with S/MIME and without a signature inside that fits: nothing shows that the text was not changed on the way, so it is not read")
		return p
	}
	o.opened.Decrypted = true
	o.findings = append(o.findings, inside.findings...)
	o.opened.Problems = append(o.opened.Problems, inside.opened.Problems...)
	o.opened.Deciphered = append(append(o.opened.Deciphered, root), inside.opened.Deciphered...)
	for _, why := range inside.failures {
		o.fail(why)
	}
	return root
}

// Why an envelope stays closed.
const (
	whyNoKey      = "encrypted with S/MIME, and there is no key of ours for that"
	whyNotOurs    = "encrypted with S/MIME for a certificate that is none of ours"
	whyUnknownWay = "encrypted with S/MIME in a way that is not opened here"
)

// decrypt tries our keys. why is the reason, in words, when none opens it.
func (o *opening) decrypt(message *pkcs7.PKCS7) (plain []byte, why string) {
	if o.keys == nil || len(o.keys.identities) == 0 {
		return nil, whyNoKey
	}
	for _, own := range o.keys.identities {
		plain, err := own.decrypt(message)
		if err == nil {
			return plain, ""
		}
		if errors.Is(err, pkcs7.ErrUnsupportedAlgorithm) || errors.Is(err, pkcs7.ErrUnsupportedAsymmetricEncryptionAlgorithm) {
			why = whyUnknownWay
		}
	}
	if why == "" {
		why = whyNotOurs
	}
	return nil, why
}

var errNoText = errors.New("what is inside is no text that was padded as it has to be")

// decrypt is the work of the library, which panics over text of a length, or with a
// padding, that no honest program makes. Everybody who has our certificate can send that.
func (own identity) decrypt(message *pkcs7.PKCS7) (plain []byte, err error) {
	defer func() {
		if recover() != nil {
			plain, err = nil, errNoText
		}
	}()
	return message.Decrypt(own.certificate, own.key)
}
