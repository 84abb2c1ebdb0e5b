package pgp

import (
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// skew is how far a sender's clock may be ahead before we mention it.
const skew = 24 * time.Hour

// signature puts a finding in the words of the contract.
func (f finding) signature(from string, at time.Time) Signature {
	s := Signature{
		Verdict:  f.verdict,
		Key:      f.keyName(),
		KeyState: f.state,
		Tier:     tierUnknown,
		Covers:   f.at.covers(),
	}
	if f.sig != nil {
		s.Made = f.sig.CreationTime.UTC().Format(time.RFC3339)
	}
	if f.signer != nil {
		s.Signer, s.Tier, s.FromMatch = f.signer.holder.name, f.signer.holder.info.Tier, f.match
	}
	s.Sentence = f.sentence(from, at)
	return s
}

// keyName is the fingerprint of the signer's primary key, or the key ID that
// the signature names.
func (f finding) keyName() string {
	switch {
	case f.signer != nil:
		return f.signer.holder.info.Fingerprint
	case f.issuer != 0:
		return keyID(f.issuer)
	}
	return ""
}

// sentence says the whole verdict in one go, so that no reader has to put it
// together from fields and forgets one.
func (f finding) sentence(from string, at time.Time) string {
	switch f.verdict {
	case verdictGood:
		return "Good signature by " + f.who() + f.made() + ", " + f.reach(from) + f.remarks(at)
	case verdictWeak:
		return "Weak signature" + f.by() + ": " + f.cause + ", so it proves nothing for certain."
	case verdictExpired:
		return fmt.Sprintf("Signature by %s%s, when the key had already expired on %s: it proves nothing.", f.who(), f.made(), day(f.signer.end()))
	case verdictRevoked:
		return fmt.Sprintf("Signature by %s%s: the key was revoked%s, so it proves nothing.", f.who(), f.made(), f.revocation())
	case verdictUnknown:
		if f.cause != "" {
			return "Signature" + f.by() + ": " + f.cause + ", so it cannot be judged here and proves nothing."
		}
		return "Signature by " + f.stranger() + ": without the key it cannot be judged and proves nothing."
	}
	return "Bad signature" + f.naming() + ": " + f.cause + "."
}

// who is name, trust and key of the signer.
func (f finding) who() string {
	h := f.signer.holder
	trust := h.info.Tier
	switch {
	case h.own:
		trust = "our own key"
	case trust == tierUnknown:
		trust = "unknown: nobody here has checked whose key this is"
	}
	return fmt.Sprintf("%s (%s), key 0x%s", h.name, trust, h.info.KeyID)
}

// by is who, when there is one.
func (f finding) by() string {
	switch {
	case f.signer != nil:
		return " by " + f.who() + f.made()
	case f.issuer != 0:
		return " by key 0x" + keyID(f.issuer)
	}
	return ""
}

// naming says whose key a bad signature claims, without lending it the name.
func (f finding) naming() string {
	if f.signer == nil {
		return ""
	}
	return fmt.Sprintf(" that names the key 0x%s of %s", f.signer.holder.info.KeyID, f.signer.holder.name)
}

func (f finding) stranger() string {
	if f.issuer == 0 {
		return "a key that it does not name"
	}
	return "the key 0x" + keyID(f.issuer) + ", which we do not have"
}

func (f finding) made() string {
	return ", made " + f.sig.CreationTime.UTC().Format("2006-01-02 15:04") + " UTC"
}

// reach says what a good signature covers and whether its key is the sender's.
func (f finding) reach(from string) string {
	covers := f.at.reach()
	switch {
	case f.at.attached:
		return covers + " and says nothing about who sent this one."
	case f.match:
		return covers + " and matches the sender."
	case from == "":
		return covers + "; the mail names no sender to compare it with."
	}
	return fmt.Sprintf("%s, but is not by the sender %s: the key names %s.", covers, plainLine(from), f.addresses())
}

// maxShown is how many addresses of a key a sentence lists.
const maxShown = 3

func (f finding) addresses() string {
	addresses := f.signer.holder.info.Addresses
	switch {
	case len(addresses) == 0:
		return "no address"
	case len(addresses) > maxShown:
		return plainLine(strings.Join(addresses[:maxShown], ", ")) + " and others"
	}
	return plainLine(strings.Join(addresses, ", "))
}

// remarks are what a careful reader should know beside a good verdict.
func (f finding) remarks(at time.Time) string {
	remark := ""
	switch {
	case f.state == stateRevoked:
		remark = " The key has been revoked since," + f.revocation() + "."
	case f.state == stateExpired:
		remark = " The key has expired since, on " + day(f.signer.end()) + "."
	case !at.IsZero() && f.sig.CreationTime.After(at.Add(skew)):
		remark = " By its date it was made after the mail was received."
	}
	if f.passedOn {
		remark += " The signer encrypted it for others and not for us: somebody passed it on."
	}
	if f.at.unprotected {
		remark += " The encryption around it does not show changes, but the signature does."
	}
	return remark
}

// revocation says when and, as far as the owner said, why.
func (f finding) revocation() string {
	revocations := f.signer.revocations()
	if len(revocations) == 0 {
		return ""
	}
	when := " on " + day(revocations[0].CreationTime)
	why := plainLine(revocations[0].RevocationReasonText)
	if reason := revocations[0].RevocationReason; why == "" && reason != nil {
		why = reasons[*reason]
	}
	if why != "" {
		return when + " (" + why + ")"
	}
	return when
}

// reasons says why keys are revoked, in words.
var reasons = map[packet.ReasonForRevocation]string{
	packet.KeySuperseded:  "it was replaced by another one",
	packet.KeyCompromised: "its secret was lost to somebody else",
	packet.KeyRetired:     "it is no longer used",
}
