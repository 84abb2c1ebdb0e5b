package parser

import (
	"slices"
	"strings"

	"postern/parser/pgp"
)

// openSMIME opens the other way to sign and encrypt mail, in what OpenPGP left,
// and tells of it in the same words. A mail with both is called by what is
// outermost in the report's order: OpenPGP.
func (r *reading) openSMIME(from string) {
	opened := r.env.SMIME.Open(r.ctx, r.root, from, r.env.ReceivedAt, r.env.Limits.MIME)
	if !opened.Found {
		return
	}
	r.root = opened.Root
	r.problems.Add(opened.Problems...)
	for _, part := range opened.Deciphered {
		r.secret[part] = true
	}
	c := &r.report.Crypto
	c.Signatures = slices.Clone(c.Signatures)
	for _, signature := range opened.Signatures {
		c.Signatures = append(c.Signatures, pgp.Signature(signature))
	}
	if c.Protocol == "none" {
		c.Protocol, c.Form = "smime", "smime"
	}
	c.Decrypted = (c.Decrypted || !c.Encrypted) && (opened.Decrypted || !opened.Encrypted) && (c.Decrypted || opened.Decrypted)
	c.Foreign = (c.Foreign || !c.Encrypted) && (opened.Foreign || !opened.Encrypted)
	c.Encrypted = c.Encrypted || opened.Encrypted
	c.Problem = strings.Trim(c.Problem+"; "+opened.Problem, "; ")
}
