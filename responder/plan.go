package responder

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"postern/parser/pgp"
	"postern/tickets"
)

// Templates that leave without a person.
const (
	ack              = "ack"
	ackVulnerability = "ack-vulnerability"
	ackPeer          = "ack-peer"
)

const (
	maxSubject    = 120 // characters of the other side's subject that are repeated
	maxNumber     = 60  // characters of the other side's ticket number
	maxReferences = 20  // Message-IDs of theirs that we name
	maxMessageID  = 200 // bytes of one: a header line has room for 998
)

// plan writes down the answer; nothing is rendered here. The store adds
// conversation and reference, the sender the words.
func (p *Policy) plan(c candidate) tickets.Outgoing {
	o := tickets.Outgoing{
		Dedupe:     "answer:" + c.keys.Identity,
		Purpose:    tickets.PurposeAnswer,
		Automatic:  true,
		To:         c.to,
		MessageID:  messageID(p.options.Secret, p.options.Domain, "answer:"+c.keys.Identity),
		Language:   p.options.Team.language(language(c)),
		Vars:       map[string]string{},
		Sealed:     c.report.Crypto.Encrypted,
		ReceivedAt: c.claim.ReceivedAt,
		State:      tickets.OutQueued,
	}
	o.InReplyTo, o.References = thread(c.report.MessageID, c.report.References)
	p.dress(c, &o)
	if c.proven() && mayRepeat(c) {
		o.Subject = subject(c.report.OuterSubject)
	}
	return o
}

// dress chooses the template and what is signed and encrypted.
func (p *Policy) dress(c candidate, o *tickets.Outgoing) {
	crypto := c.report.Crypto
	o.Template = template(c)
	o.Sign = canSign(c.ring, c.now) && (len(crypto.Signatures) > 0 || crypto.Encrypted || c.key != "")
	if c.peer() {
		o.TheirNumber = number(c.decision.TheirNumber, c.proven() || signedByPeer(c.report))
	}
	switch notice := c.notice(); {
	case notice != "":
		o.Template, o.Purpose = notice, tickets.PurposeNotice
		o.Vars["key_ids"] = strings.Join(c.madeFor(), "\n")
	case crypto.Encrypted, c.key != "" && (tickets.TLPNeedsEncryption(c.report.TLP) || c.always()):
		o.EncryptTo = []string{c.key}
	}
}

func template(c candidate) string {
	switch {
	case c.peer():
		return ackPeer
	case c.kind() == "vulnerability":
		return ackVulnerability
	}
	return ack
}

// peer tells whether a team of our own kind wrote this. The short answer tells
// a forger nothing, so that From alone is enough for the tone.
func (c candidate) peer() bool {
	if signedByPeer(c.report) || c.contact.Tier == tickets.TierPeer {
		return true
	}
	if c.ring == nil || len(c.report.From) != 1 {
		return false
	}
	fingerprint, ok := recipientKey(c.ring, c.report.From[0].Address, c.now)
	if !ok {
		return false
	}
	info, _ := usable(c.ring, fingerprint, c.now)
	return info.Tier == "peer"
}

// signedByPeer tells whether a peer signed this mail, be it from another
// address. A signed advisory inside it says nothing about who hands it on.
func signedByPeer(r tickets.Report) bool {
	return slices.ContainsFunc(r.Crypto.Signatures, func(s pgp.Signature) bool {
		return s.Verdict == "good" && s.Tier == "peer" && s.Covers != "part"
	})
}

// always tells that nothing with content leaves in clear to this contact.
func (c candidate) always() bool { return c.contact.Encryption == tickets.EncryptAlways }

// theirKey is the fingerprint an answer can be encrypted to: of a good signature by
// somebody we vouch for over the whole mail, else of the address, else the
// conversation's. A key that merely came with a mail is never used.
func (c candidate) theirKey() string {
	if c.contact.Encryption == tickets.EncryptNever {
		return ""
	}
	for _, s := range c.report.Crypto.Signatures {
		if s.Verdict == "good" && s.Covers != "part" { // a part may be somebody else's words
			if info, ok := usable(c.ring, s.Key, c.now); ok && tierKnown(info.Tier) {
				return info.Fingerprint
			}
		}
	}
	if fingerprint, ok := recipientKey(c.ring, c.to, c.now); ok {
		return fingerprint
	}
	if info, ok := usable(c.ring, c.decision.Key, c.now); ok && tierKnown(info.Tier) {
		return info.Fingerprint
	}
	return ""
}

func language(c candidate) string {
	if c.blind() {
		return "" // it would be that of the words inside
	}
	if c.decision.Language != "" {
		return c.decision.Language
	}
	return c.report.Language
}

// proven tells whether From is who wrote. Where From stands for somebody else,
// nothing vouches for that one, who gets the answer.
func (c candidate) proven() bool { return !tickets.ToldApart(c.report) && c.authenticated() }

func (c candidate) authenticated() bool { return tickets.Authenticated(c.report, c.claim.ReceivedAt) }

// mayRepeat tells whether the subject may stand in a mail in clear.
func mayRepeat(c candidate) bool {
	return !c.report.Crypto.Encrypted && !c.always() && !tickets.TLPNeedsEncryption(c.report.TLP)
}

var (
	strictNumber = regexp.MustCompile(`^[A-Za-z0-9 _-]+#[0-9-]+$`)
	freeNumber   = regexp.MustCompile(`^[A-Za-z0-9 ._/:-]*#? ?[A-Za-z0-9._/-]*[0-9][A-Za-z0-9._/-]*$`)
	bracketed    = regexp.MustCompile(`^\[(.*)\]$`)
)

// number is the other side's own ticket number as it may stand beside ours,
// unchanged but for its brackets, or "". Of a sender who is not proven only
// the plainest form is taken, which cannot carry an address of his.
func number(theirs string, proven bool) string {
	theirs = bracketed.ReplaceAllString(strings.TrimSpace(theirs), "$1")
	form := strictNumber
	if proven {
		form = freeNumber
	}
	if len(theirs) > maxNumber || !form.MatchString(theirs) {
		return ""
	}
	return theirs
}

var replyMarks = regexp.MustCompile(`(?i)^(?:(?:re|aw|sv|antw|fwd?|wg|tr|rv)\s*:\s*|\[ext(?:ern(?:al)?)?\]\s*)+`)

// subject is the other side's subject in one clean line.
func subject(theirs string) string {
	theirs = strings.Join(strings.FieldsFunc(theirs, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}), " ")
	theirs = replyMarks.ReplaceAllString(strings.ToValidUTF8(theirs, ""), "")
	if runes := []rune(theirs); len(runes) > maxSubject {
		theirs = strings.TrimSpace(string(runes[:maxSubject])) + "…"
	}
	return theirs
}

var messageIDForm = regexp.MustCompile(`^[!-;=?-~]+$`) // printable ASCII but < and >

// thread gives In-Reply-To and References for an answer (RFC 5322 section
// 3.6.4), without IDs that could break out of their header.
func thread(answered string, earlier []string) (inReplyTo string, references []string) {
	for _, id := range append(slices.Clone(earlier), answered) {
		if !validID(id) || slices.Contains(references, id) {
			continue
		}
		references = append(references, id)
		if len(references) > maxReferences { // the first one and the newest are what clients look for
			references = slices.Delete(references, 1, 2)
		}
	}
	if validID(answered) {
		inReplyTo = answered
	}
	return inReplyTo, references
}

func validID(id string) bool { return len(id) <= maxMessageID && messageIDForm.MatchString(id) }

// messageID is the same for the same mail whenever it is planned again, says
// nothing about what it was made from, and is unique for what is.
func messageID(secret []byte, domain, what string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(what))
	return hex.EncodeToString(mac.Sum(nil)[:16]) + "@" + domain
}

const maxReason = 300 // characters of a stranger's words in a reason

// clean makes somebody else's words safe to show in a list or a log.
func clean(words string) string {
	words = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(words, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}), " ")
	if runes := []rune(words); len(runes) > maxReason {
		return string(runes[:maxReason]) + "…"
	}
	return words
}
