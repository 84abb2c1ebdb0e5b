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
	o.opened.Encrypted = true
	o.opened.Foreign = o.keys == nil || len(o.keys.identities) == 0
	plain, why := o.decrypt(message)
	if why != "" {
		o.fail(why)
		return p
	}
	inside := &opening{keys: o.keys, from: o.from, at: o.at, limits: o.limits, messages: o.messages}
	at.sealed = true
	root := inside.graft(ctx, p, plain, at)
	o.messages = inside.messages
	if !inside.intact {
		o.fail("encrypted with S/MIME and without a signature inside that fits: nothing shows that the text was not changed on the way, so it is not read")
		return p
	}
	o.opened.Decrypted = true
	o.opened.Signatures = append(o.opened.Signatures, inside.opened.Signatures...)
	o.opened.Problems = append(o.opened.Problems, inside.opened.Problems...)
	o.opened.Deciphered = append(append(o.opened.Deciphered, root), inside.opened.Deciphered...)
	for _, why := range inside.failures {
		o.fail(why)
	}
	return root
}

// decrypt tries our keys. why is the reason, in words, when none opens it.
func (o *opening) decrypt(message *pkcs7.PKCS7) (plain []byte, why string) {
	if o.keys == nil || len(o.keys.identities) == 0 {
		return nil, "encrypted with S/MIME, and there is no key of ours for that"
	}
	for _, own := range o.keys.identities {
		plain, err := message.Decrypt(own.certificate, own.key)
		if err == nil {
			return plain, ""
		}
		if errors.Is(err, pkcs7.ErrUnsupportedAlgorithm) || errors.Is(err, pkcs7.ErrUnsupportedAsymmetricEncryptionAlgorithm) {
			why = "encrypted with S/MIME in a way that is not opened here"
		}
	}
	if why == "" {
		why = "encrypted with S/MIME for a certificate that is none of ours"
	}
	return nil, why
}
