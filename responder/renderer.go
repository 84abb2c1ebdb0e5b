package responder

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"

	"postern/parser/pgp"
	"postern/templates"
	"postern/tickets"
)

// ThreadTokens makes the Message-IDs that prove a thread; *tickets.Tokens does.
type ThreadTokens interface {
	// Make gives a Message-ID without brackets, "" when tokens are not used.
	Make(reference, recipient, purpose string) string
}

// Renderer turns what is owed into the bytes of a mail (RFC 5322), signed and
// encrypted as the row says (RFC 3156).
type Renderer struct {
	Team      Team
	Templates *templates.Set
	Keys      func() *pgp.Keyring // the keys of the moment; nil when there are none
	Tokens    ThreadTokens        // nil: none
}

// Rendered is a mail as it leaves, and as a person may read it before.
type Rendered struct {
	Subject   string
	Inner     string // the subject inside the encryption, "" when there is none
	Text      string // LF lines
	Encrypted bool
	Signed    bool
	Bytes     []byte // CRLF lines, header and body
}

// ErrClear is the refusal to let an encrypted conversation out in clear.
var ErrClear = errors.New("this conversation is encrypted and no key was given to answer with")

// Render writes one mail. An error means that nothing of it may be sent; it is
// the row's own fault or that of a key, and never depends on the network.
func (r *Renderer) Render(o tickets.Outgoing, now time.Time) (Rendered, error) {
	if o.Sealed && len(o.EncryptTo) == 0 && !withoutContent[o.Template] {
		return Rendered{}, ErrClear
	}
	to, err := Address(o.To)
	if err != nil {
		return Rendered{}, err
	}
	o.To = to
	subject, text, err := r.words(o, now)
	if err != nil {
		return Rendered{}, err
	}
	out := Rendered{Subject: subject, Text: text, Encrypted: len(o.EncryptTo) > 0, Signed: o.Sign || len(o.EncryptTo) > 0}
	header, err := r.header(o, subject, now)
	if err != nil {
		return Rendered{}, err
	}
	content := r.content(o, text, now)
	if out.Encrypted && o.Inner != "" {
		repeated := o
		repeated.Subject = o.Inner
		out.Inner = subjectLine(repeated, subject)
		content = protectedHeader(content, header, out.Inner)
	}
	body, err := r.protect(o, content, now)
	if err != nil {
		return Rendered{}, err
	}
	out.Bytes = append(header, body.bytes()...)
	return out, nil
}

// words fills the template and puts the numbers in front of the subject.
func (r *Renderer) words(o tickets.Outgoing, now time.Time) (subject, text string, err error) {
	subject, text, err = r.Templates.Render(o.Template, o.Language, r.data(o, now))
	if err != nil {
		return "", "", err
	}
	return subjectLine(o, subject), text, nil
}

// subjectLine is "[EX-7KQ4-9MZX] [CERT-AA #48211] Re: …": ours first, theirs
// unchanged, then their subject if it may be repeated, else the template's.
func subjectLine(o tickets.Outgoing, words string) string {
	ours := "[" + o.Reference + "] "
	words = strings.TrimPrefix(words, ours)
	if repeated := subject(strings.ReplaceAll(o.Subject, "["+o.Reference+"]", "")); repeated != "" {
		words = "Re: " + repeated
	}
	if theirs := clean(o.TheirNumber); theirs != "" && !strings.Contains(words, theirs) {
		words = "[" + theirs + "] " + words
	}
	return clean(ours + words)
}

// data is what a template may say: who we are, the numbers, the time, and the
// row's own variables. What is optional and not given is empty.
func (r *Renderer) data(o tickets.Outgoing, now time.Time) map[string]any {
	received := ""
	if !o.ReceivedAt.IsZero() {
		received = templates.When(o.ReceivedAt.In(r.Team.zone()), r.Templates.Language(o.Template, o.Language))
	}
	given := maps.Clone(o.Vars)
	if given == nil {
		given = map[string]string{}
	}
	for name, value := range r.standard(o, received, now) {
		given[name] = value
	}
	data := map[string]any{}
	for _, v := range r.Templates.Variables(o.Template) {
		value, ok := given[v.Name]
		switch {
		case v.List:
			data[v.Name] = lines(value)
		case ok || v.Optional:
			data[v.Name] = value
		}
	}
	return data
}

// standard are the variables that every template may use and nobody sets by hand.
func (r *Renderer) standard(o tickets.Outgoing, received string, now time.Time) map[string]string {
	fingerprint := ""
	if withoutContent[o.Template] { // the others do not speak of keys, and asking for all keys costs
		fingerprint = ownFingerprint(r.keys(), now)
	}
	return map[string]string{
		"reference":    o.Reference,
		"their_number": clean(o.TheirNumber),
		"received":     received,
		"team":         r.Team.Name,
		"address":      r.Team.Address,
		"phone":        strings.TrimSpace(r.Team.Phone),
		"hours":        templates.Hours(strings.TrimSpace(r.Team.Hours), r.Templates.Language(o.Template, o.Language)),
		"fingerprint":  fingerprint,
	}
}

func lines(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, "\n")
}

func (r *Renderer) keys() *pgp.Keyring {
	if r.Keys == nil {
		return nil
	}
	return r.Keys()
}

// ownFingerprint is that of the key we give to people, in groups of four.
func ownFingerprint(keys *pgp.Keyring, now time.Time) string {
	ours, _ := keys.OwnKey(now)
	var groups []string
	for rest := ours.Fingerprint; rest != ""; rest = rest[min(4, len(rest)):] {
		groups = append(groups, rest[:min(4, len(rest))])
	}
	return strings.Join(groups, " ")
}

// content is the text, with our key beside it where the text speaks of it.
func (r *Renderer) content(o tickets.Outgoing, text string, now time.Time) entity {
	part := textPart(text, r.Templates.Language(o.Template, o.Language))
	if !withoutContent[o.Template] {
		return part
	}
	ours, ok := r.keys().OwnKey(now)
	key, err := r.keys().OwnPublicKey(now)
	if !ok || err != nil { // the text says that there is none
		return part
	}
	return mixedPart(o.MessageID, part, keyPart(keyFile(r.Team.Address, ours.KeyID), key))
}

// protect signs or encrypts; encrypting signs as well (RFC 3156 section 6.2).
func (r *Renderer) protect(o tickets.Outgoing, content entity, now time.Time) (entity, error) {
	keys := r.keys()
	switch {
	case len(o.EncryptTo) == 0 && !o.Sign:
		return content, nil
	case keys == nil:
		return entity{}, errors.New("this mail must be signed or encrypted, and there is no key")
	case len(o.EncryptTo) > 0:
		armoured, err := keys.Encrypt(content.bytes(), current(keys, o, now), now)
		if err != nil {
			return entity{}, fmt.Errorf("encrypt: %w", err)
		}
		return encryptedPart(o.MessageID, armoured), nil
	}
	signature, micalg, err := keys.Sign(content.bytes(), now)
	if err != nil {
		return entity{}, fmt.Errorf("sign: %w", err)
	}
	return signedPart(o.MessageID, content, signature, micalg), nil
}

// current are the keys to encrypt to when the mail leaves, which may be long after
// it was written down: for one that has ended the recipient's newer one. Where there is none,
// encrypting fails and says which it was: nothing leaves in clear instead.
func current(keys *pgp.Keyring, o tickets.Outgoing, now time.Time) []string {
	to := slices.Clone(o.EncryptTo)
	for i, fingerprint := range to {
		if _, ok := keys.ByFingerprint(fingerprint, now); ok {
			continue
		}
		if newer, ok := keys.Recipient(o.To, now); ok {
			to[i] = newer
		}
	}
	return to
}

// header writes the outer header without the empty line behind it: the MIME
// fields of the body follow.
func (r *Renderer) header(o tickets.Outgoing, subject string, now time.Time) ([]byte, error) {
	var h mail.Header
	set := func(name, value string) {
		if value != "" {
			h.Set(name, value)
		}
	}
	// Fields are written in the reverse order of being set.
	set("MIME-Version", "1.0")
	if o.Automatic {
		set("X-Auto-Response-Suppress", "All")
		set("Auto-Submitted", autoSubmitted(o))
	}
	set("References", brackets(r.references(o)...))
	if validID(o.InReplyTo) {
		set("In-Reply-To", brackets(o.InReplyTo))
	}
	if !validID(o.MessageID) {
		return nil, fmt.Errorf("bad Message-ID %q", clean(o.MessageID))
	}
	set("Message-ID", brackets(o.MessageID))
	h.AddRaw(subjectField(subject))
	set("To", o.To)
	h.SetAddressList("From", []*mail.Address{{Name: r.Team.Name, Address: r.Team.Address}})
	h.SetDate(now.In(r.Team.zone()))
	var b bytes.Buffer
	if err := textproto.WriteHeader(&b, h.Header.Header); err != nil {
		return nil, fmt.Errorf("write header: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\r\n")), nil
}

// autoSubmitted is RFC 3834 section 5.
func autoSubmitted(o tickets.Outgoing) string {
	if o.InReplyTo != "" {
		return "auto-replied"
	}
	return "auto-generated"
}

// references begin with the token that proves the thread, because clients and
// relays that shorten the list keep its first entry.
func (r *Renderer) references(o tickets.Outgoing) []string {
	token := o.Thread
	if token == "" && r.Tokens != nil {
		token = r.Tokens.Make(o.Reference, o.To, tickets.ForReporter)
	}
	var ids []string
	for _, id := range append([]string{token}, o.References...) {
		if validID(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func brackets(ids ...string) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("<" + id + ">")
	}
	return b.String()
}
