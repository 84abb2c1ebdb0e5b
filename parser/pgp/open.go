package pgp

import (
	"context"
	"slices"
	"strings"
	"time"

	"postern/parser/mime"
)

// Signature is the verdict on one signature.
type Signature struct {
	Verdict   string `json:"verdict"`  // good|bad|weak|unknown-key|expired-key|revoked-key
	Sentence  string `json:"sentence"` // the whole verdict in one honest sentence
	Key       string `json:"key"`      // fingerprint when known, else key ID
	KeyState  string `json:"key_state"`
	Signer    string `json:"signer"`
	Tier      string `json:"tier"` // peer|known|unknown
	Made      string `json:"made"` // RFC 3339
	FromMatch bool   `json:"from_match"`
	Covers    string `json:"covers"` // all|part
}

// Result is what one mail's OpenPGP layer came to. It is the "crypto" object of a report.
type Result struct {
	Protocol   string      `json:"protocol"` // none|openpgp|smime
	Form       string      `json:"form"`     // pgp-mime|inline|attachment|mixed|smime
	Encrypted  bool        `json:"encrypted"`
	Decrypted  bool        `json:"decrypted"`
	Signatures []Signature `json:"signatures"`
	Problem    string      `json:"problem"` // why it could not be read, with the key IDs it was made for

	// Foreign is true when nothing of it was made for us: it names its keys, or a
	// passphrase, and none of ours. Whoever sees the mail can tell that, so that an
	// answer may say it and gives nothing away.
	Foreign bool `json:"-"`
	// ProtectedSubject is true when the subject came out of the encryption (RFC
	// 9788, and "protected headers" before it): its sender's program reads such, too.
	ProtectedSubject bool `json:"protected_subject,omitempty"`
	// SignedSubject is the subject that stands inside of what was signed or encrypted,
	// "" when there is none. Anybody may send the same with another one outside.
	SignedSubject string `json:"-"`
}

// Opened is the mail as it is to be read: the tree to walk instead of the
// outer one, and the verdict.
type Opened struct {
	Root     *mime.Part // the decrypted or signed tree, or the one given when there was nothing to open
	Inner    []Inner    // inline blocks that were opened, in the order they stand
	Result   Result
	Problems []mime.Problem

	// Deciphered are the roots of the trees that came out of encryption.
	Deciphered []*mime.Part
}

// CameEncrypted tells whether a part of the opened tree came out of encryption,
// so that nobody on the way could read it.
func (o Opened) CameEncrypted(p *mime.Part) bool {
	for ; p != nil; p = p.Parent {
		if slices.Contains(o.Deciphered, p) {
			return true
		}
	}
	return false
}

// Inner is one armoured block inside a text part and what it held.
type Inner struct {
	Part       *mime.Part // the text part it stood in
	Start, End int64      // offsets of the block in the decoded UTF-8 text of that part
	Text       string     // the plain or the signed text
	Encrypted  bool
}

// Limits bound what one mail may make us do.
type Limits struct {
	Plaintext int64 // bytes that may come out of decryption, all layers together
	Layers    int   // signed inside encrypted inside …

	// Legacy are the senders, addresses in small letters, whose mail is read
	// although its encryption does not show changes (RFC 4880 section 5.7).
	Legacy []string
}

// allows tells whether mail of this sender may come without integrity protection.
func (l Limits) allows(from string) bool {
	return from != "" && slices.ContainsFunc(l.Legacy, func(a string) bool { return strings.EqualFold(a, from) })
}

// Open finds OpenPGP in the tree, decrypts it and judges the signatures. It
// never fails on content: what could not be opened is named in Result.Problem.
// Plain text is handed on only after the integrity check at its end has passed
// (no EFAIL); it lives in memory and is never written to disk.
// From is the sender's address, compared with the signer's user IDs.
func (k *Keyring) Open(ctx context.Context, root *mime.Part, from string, at time.Time, limits Limits, mimeLimits mime.Limits) Opened {
	return k.open(ctx, root, from, at, limits, mimeLimits)
}
