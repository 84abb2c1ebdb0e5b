package pgp

import (
	"crypto"
	_ "crypto/sha1" // to tell a SHA-1 signature that fits from one that does not
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/mime"
)

// The verdicts on a signature.
const (
	verdictGood    = "good"
	verdictBad     = "bad"
	verdictWeak    = "weak"
	verdictUnknown = "unknown-key"
	verdictExpired = "expired-key"
	verdictRevoked = "revoked-key"
)

// The states of a signing key at the time the mail was received.
const (
	stateValid   = "valid"
	stateExpired = "expired"
	stateRevoked = "revoked"
	stateMissing = "unknown"
)

// How much of the mail a signature covers.
const (
	coversAll  = "all"
	coversPart = "part"
)

// minKeyBits is the shortest RSA or DSA key whose signatures count; 2047 because
// some programs make keys of 2048 bits whose first bit is zero.
const minKeyBits = 2047

// maxSameID bounds the keys tried for one key ID, which anybody can imitate.
const maxSameID = 4

// finding is what is known about one signature before it is put in words.
type finding struct {
	sig     *packet.Signature
	signer  *signer // nil: a key we do not have
	issuer  uint64  // key ID the signature names, 0: none
	verdict string
	cause   string // of bad and weak, in words
	state   string
	at      place
	match   bool

	passedOn bool // the signer named whom he encrypted for, and none of our keys
}

// trial is one signature being checked against one key while the text streams by.
type trial struct {
	signer signer
	inner  hash.Hash
	outer  io.Writer // normalises line ends when the signature says so
}

// maxRetried is the largest text that is tried in other forms than the one it came
// in: what gateways and archives change is mail that people wrote.
const maxRetried = 8 << 20

// formsWithin leaves out the other forms of a text that is too large for them.
func formsWithin(size int64, forms []func(io.Writer) error) []func(io.Writer) error {
	if size > maxRetried {
		return forms[:1]
	}
	return forms
}

// judge checks all signatures over one text. texts write the signed bytes, in
// the forms they may have had when they were signed: the first one is what came,
// and the others are tried only for signatures that it does not fit. It gives
// the number of the form that one of the signatures fits, else 0. When no key is
// known nothing is written.
func (o *opening) judge(sigs signatures, at place, texts ...func(io.Writer) error) (fits int) {
	room := min(maxSignatures, maxJudged-len(o.findings))
	if len(sigs.read)+len(sigs.strange) > room {
		o.problem("too-many-signatures", "The mail carries more signatures than are judged; the last ones were left out.")
		sigs.read = sigs.read[:min(room, len(sigs.read))]
		sigs.strange = sigs.strange[:min(room-len(sigs.read), len(sigs.strange))]
	}
	findings := make([]finding, len(sigs.read))
	fits = -1
	for n, write := range texts {
		if o.keys.try(sigs.read, findings, write) && fits < 0 {
			fits = n
		}
	}
	for _, f := range append(findings, sigs.strange...) {
		f.at = at
		if f.verdict == verdictBad && at.rebuilt {
			f.cause = "a mail server on the way wrote the mail anew, so that nobody can tell what was signed"
		}
		o.add(f)
	}
	return max(fits, 0)
}

// try checks those signatures over one form of their text that fitted no form
// before, and tells whether one of them fits this one.
func (k *keys) try(sigs []*packet.Signature, findings []finding, write func(io.Writer) error) (fits bool) {
	trials := make([][]trial, len(sigs))
	var sinks []io.Writer
	for i, sig := range sigs {
		if findings[i].verdict == verdictGood {
			continue
		}
		trials[i] = k.trialsOf(sig)
		for _, t := range trials[i] {
			sinks = append(sinks, t.outer)
		}
	}
	readable := len(sinks) == 0 || write(everyOf(sinks)) == nil
	for i, sig := range sigs {
		if findings[i].verdict != verdictGood {
			findings[i] = conclude(sig, trials[i], readable)
			fits = fits || findings[i].verdict == verdictGood
		}
	}
	return fits
}

// everyOf writes to all sinks; the usual single one is written to directly.
func everyOf(sinks []io.Writer) io.Writer {
	if len(sinks) == 1 {
		return sinks[0]
	}
	return io.MultiWriter(sinks...)
}

// forOthers tells a signature whose signer named those he encrypted the text for,
// and none of our keys: somebody else may have encrypted it anew for us (RFC 9580
// section 5.2.3.36).
func (k *keys) forOthers(sig *packet.Signature) bool {
	return len(sig.IntendedRecipients) > 0 && !slices.ContainsFunc(sig.IntendedRecipients, func(r *packet.Recipient) bool {
		h := k.byPrint[strings.ToUpper(hex.EncodeToString(r.Fingerprint))]
		return h != nil && h.own
	})
}

// trialsOf prepares the check of one signature against every key it may be by.
func (k *keys) trialsOf(sig *packet.Signature) []trial {
	var all []trial
	for _, s := range k.signersOf(sig) {
		inner, err := sig.PrepareVerify()
		if err != nil {
			return nil
		}
		outer := io.Writer(inner)
		if sig.SigType == packet.SigTypeText {
			outer = openpgp.NewCanonicalTextHash(inner)
		}
		all = append(all, trial{signer: s, inner: inner, outer: outer})
	}
	return all
}

// signersOf gives the keys a signature names, by fingerprint when it has one.
func (k *keys) signersOf(sig *packet.Signature) []signer {
	if sig.IssuerKeyId == nil {
		return nil
	}
	var fit []signer
	for _, s := range k.signers[*sig.IssuerKeyId] {
		if sig.CheckKeyIdOrFingerprint(s.key.PublicKey) && len(fit) < maxSameID {
			fit = append(fit, s)
		}
	}
	return fit
}

// conclude gives the verdict on one signature from the trials it went through.
func conclude(sig *packet.Signature, trials []trial, readable bool) finding {
	f := finding{sig: sig, verdict: verdictUnknown, state: stateMissing}
	if sig.IssuerKeyId != nil {
		f.issuer = *sig.IssuerKeyId
	}
	for i := range trials {
		t := &trials[i]
		f.signer, f.verdict, f.cause = &t.signer, verdictBad, "it does not fit the text, which was changed on the way or was never signed by this key"
		if !isDocument(sig) {
			f.cause = "it is no signature over a text"
			continue
		}
		if readable && t.signer.key.PublicKey.VerifySignature(t.inner, sig) == nil {
			f.verdict, f.cause = verdictGood, ""
			return f
		}
	}
	return f
}

// isDocument tells signatures over texts from those over keys (RFC 9580 section 5.2.1).
func isDocument(sig *packet.Signature) bool {
	return sig.SigType == packet.SigTypeBinary || sig.SigType == packet.SigTypeText
}

// add keeps one finding: what is right by arithmetic may still prove nothing.
func (o *opening) add(f finding) {
	if len(o.findings) >= maxJudged {
		return
	}
	f.at.charset = "" // a finding repeats another one whatever its text is written in
	if f.signer != nil {
		f.state = f.signer.stateAt(o.at)
	}
	if f.verdict == verdictGood {
		f.verdict, f.cause = f.weigh(o.at)
	}
	f.passedOn = f.at.sealed && f.sig != nil && o.keys.forOthers(f.sig)
	o.findings = append(o.findings, f)
}

// speak puts the findings in words, when the whole mail is open. A mail may
// name several senders, in one field or two, outside and protected inside: a key
// has to name them all, or a known sender could put another's name on what is shown.
func (o *opening) speak(given *mime.Part) {
	senders := append([]string{o.from}, given.Senders()...)
	if o.opened.Root != given {
		if holder := protecting(o.opened.Root, "From"); holder != nil {
			senders = append(senders, holder.Senders()...)
		}
	}
	for _, f := range o.findings {
		from := o.from
		f.match = f.signer != nil && !f.at.attached
		for _, sender := range senders {
			if f.signer == nil || !f.signer.holder.names(sender) {
				f.match, from = false, sender
			}
		}
		o.result.Signatures = append(o.result.Signatures, f.signature(from, o.at))
	}
}

// protecting is the part whose header protects the field: the outermost one that
// has it and is all of the mail; nil when there is none.
func protecting(p *mime.Part, field string) *mime.Part {
	for !p.Header.Has(field) {
		if len(p.Children) != 1 || p.Message() {
			return nil
		}
		p = p.Children[0]
	}
	return p
}

// subjects tells of a subject that was signed with the text and is not the one
// outside. A list may put its name before it. Where the mail was encrypted the
// one inside is shown, and that outside hides it on purpose.
func (o *opening) subjects(given *mime.Part) {
	if o.opened.Root == given {
		return
	}
	holder := protecting(o.opened.Root, "Subject")
	if holder == nil {
		return
	}
	o.result.SignedSubject = holder.Subject()
	if !o.result.Encrypted && !strings.Contains(given.Subject(), o.result.SignedSubject) {
		o.problem("subject-differs", "The subject that was signed is another one than that outside, which anybody on the way may have changed.")
	}
}

// weigh judges a signature that fits its text by its key and its method. The
// order says which flaw is named when there are several.
func (f finding) weigh(at time.Time) (verdict, cause string) {
	key, made := f.signer.key, f.sig.CreationTime
	switch {
	case f.state == stateRevoked && !f.signer.retiredAfter(made):
		return verdictRevoked, ""
	case weakHash(f.sig.Hash):
		return verdictWeak, "it uses " + hashName(f.sig.Hash) + ", which can be forged"
	case weakKey(key.PublicKey):
		return verdictWeak, "the key is of a kind that can be broken"
	case made.Before(key.PublicKey.CreationTime):
		return verdictBad, "it claims to be older than its own key"
	case f.signer.expiredAt(made):
		return verdictExpired, ""
	case hasCondition(f.sig):
		return verdictWeak, "it carries a condition that we do not understand"
	case lapsed(f.sig, at):
		return verdictWeak, "by its own words it no longer holds"
	}
	return verdictGood, ""
}

// stateAt is the state of the key when the mail was received.
func (s signer) stateAt(at time.Time) string {
	switch {
	case s.holder.info.Revoked || s.key.PublicKey != s.key.Entity.PrimaryKey && len(s.key.Revocations) > 0:
		return stateRevoked
	case !at.IsZero() && s.expiredAt(at):
		return stateExpired
	}
	return stateValid
}

// revocations are those of the key that signed, and of its primary key.
func (s signer) revocations() []*packet.Signature {
	all := s.holder.entity.Revocations
	if s.key.PublicKey != s.key.Entity.PrimaryKey {
		all = append(slices.Clip(s.key.Revocations), all...)
	}
	if primary := s.holder.entity.PrimaryIdentity(); primary != nil {
		all = append(slices.Clip(all), primary.Revocations...)
	}
	return all
}

// retiredAfter tells whether a key was only replaced or laid aside, and after the
// time given: its signatures of before count (RFC 9580 section 5.2.3.31). After
// any other reason, or none, a thief may have made them and dated them back.
func (s signer) retiredAfter(made time.Time) bool {
	all := s.revocations()
	return len(all) > 0 && !slices.ContainsFunc(all, func(r *packet.Signature) bool {
		soft := r.RevocationReason != nil && (*r.RevocationReason == packet.KeySuperseded || *r.RevocationReason == packet.KeyRetired)
		return !soft || !made.Before(r.CreationTime)
	})
}

// expiredAt tells whether the primary key or the subkey that signed had ended by then.
func (s signer) expiredAt(t time.Time) bool {
	end := s.end()
	return !end.IsZero() && t.After(end)
}

// end is when the key stops to count, zero when it never does.
func (s signer) end() time.Time {
	end := s.holder.info.Expires
	if s.key.PublicKey == s.key.Entity.PrimaryKey {
		return end
	}
	sub := expiry(s.key.PublicKey, s.key.SelfSignature)
	if end.IsZero() || !sub.IsZero() && sub.Before(end) {
		return sub
	}
	return end
}

// weakHash names the hash functions that two different texts can be made for.
func weakHash(h crypto.Hash) bool {
	return h == crypto.SHA1 || h == crypto.MD5 || h == crypto.RIPEMD160
}

func hashName(h crypto.Hash) string {
	if h == crypto.SHA1 {
		return "SHA-1"
	}
	return h.String()
}

// weakKey refuses short RSA and DSA keys.
func weakKey(key *packet.PublicKey) bool {
	switch key.PubKeyAlgo {
	case packet.PubKeyAlgoRSA, packet.PubKeyAlgoRSASignOnly, packet.PubKeyAlgoDSA:
		bits, err := key.BitLength()
		return err != nil || bits < minKeyBits
	}
	return false
}

// hasCondition finds critical notations: the signer wants a reader who does
// not know them to treat the signature as void (RFC 9580 section 5.2.3.24).
func hasCondition(sig *packet.Signature) bool {
	for _, n := range sig.Notations {
		if n.IsCritical {
			return true
		}
	}
	return false
}

// lapsed tells whether the signature's own lifetime was over at receipt.
func lapsed(sig *packet.Signature, at time.Time) bool {
	if at.IsZero() || sig.SigLifetimeSecs == nil || *sig.SigLifetimeSecs == 0 {
		return false
	}
	return at.After(sig.CreationTime.Add(time.Duration(*sig.SigLifetimeSecs) * time.Second))
}
