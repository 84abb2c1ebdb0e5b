package pgp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"postern/parser/mime"
)

// The forms in which OpenPGP comes in mail.
const (
	formMIME       = "pgp-mime"
	formInline     = "inline"
	formAttachment = "attachment"
	formMixed      = "mixed"

	formQuoted = "quoted" // inline in somebody's earlier mail; told as inline when it opens
)

// Default limits of one mail.
const (
	// DefaultPlaintext is what the largest mail that is taken whole may hold.
	DefaultPlaintext = 64 << 20
	// DefaultLayers allows signed in encrypted in signed, and a forward of that.
	DefaultLayers = 8
)

func (l Limits) withDefaults() Limits {
	if l.Plaintext <= 0 {
		l.Plaintext = DefaultPlaintext
	}
	if l.Layers <= 0 {
		l.Layers = DefaultLayers
	}
	return l
}

// opening is the work on one mail.
type opening struct {
	keys       *keys
	from       string
	at         time.Time
	left       budget
	window     []byte      // shared by all searches
	mimeLimits mime.Limits // what is left of them for all that comes out of messages
	result     Result
	findings   []finding
	failures   []string // why something stayed closed
	ciphers    int      // encrypted messages met
	foreign    int      // those of them that are visibly not for us
	opened     Opened
}

// place is where in the mail a part stands.
type place struct {
	whole    bool   // nothing but this part is in the mail
	attached bool   // inside a mail attached to this one
	layers   int    // that may still be opened below
	file     string // name of the only file that is signed, when it is one
	charset  string // of the text that armour stands in, "" when nobody named it

	rebuilt     bool // its mail was written anew on the way
	sealed      bool // came out of encryption
	unprotected bool // came out of encryption that does not show changes
}

func (p place) covers() string {
	if p.whole {
		return coversAll
	}
	return coversPart
}

func (p place) reach() string {
	switch {
	case p.attached:
		return "covers something in a mail attached to this one"
	case p.file != "":
		return "covers only the attached file " + plainLine(p.file)
	case p.whole:
		return "covers the whole mail"
	}
	return "covers only a part of the mail"
}

// below is the place of a child; alone says that it is the only one.
func (p place) below(alone bool) place {
	p.whole = p.whole && alone
	return p
}

// inside is the place of what came out of one more layer.
func (p place) inside() place {
	p.layers--
	return p
}

func (k *Keyring) open(ctx context.Context, root *mime.Part, from string, at time.Time, limits Limits, mimeLimits mime.Limits) Opened {
	limits = limits.withDefaults()
	o := &opening{
		keys: k.set(), from: strings.ToLower(strings.TrimSpace(from)), at: at, mimeLimits: mimeLimits,
		left:   budget{plain: limits.Plaintext, attempts: maxAttempts, messages: maxMessages},
		result: Result{Protocol: "none", Signatures: []Signature{}},
	}
	o.left.unprotected = limits.allows(o.from)
	o.opened.Root = o.part(ctx, root, place{whole: true, layers: limits.Layers})
	o.speak(root)
	o.subjects(root)
	o.result.Decrypted = o.result.Decrypted && len(o.failures) == 0
	o.result.Problem = strings.Join(o.failures, "; ")
	o.result.Foreign = o.foreign > 0 && o.foreign == o.ciphers
	o.opened.Result = o.result
	return o.opened
}

// part opens one part and all below it, and gives the part to be read instead.
func (o *opening) part(ctx context.Context, p *mime.Part, at place) *mime.Part {
	switch {
	case ctx.Err() != nil:
		o.late(p)
	case isEncrypted(p):
		return o.encrypted(ctx, p, formMIME, at)
	case isMangled(p):
		return o.encrypted(ctx, p, formMixed, at)
	case isSigned(p):
		return o.signed(ctx, p, at)
	case len(p.Children) > 0:
		return o.children(ctx, p, at)
	case isStructure(p):
		return o.structure(ctx, p, at)
	case isKeyFile(p):
		o.keyFile(p)
	case isOldText(p):
		return o.oldText(ctx, p, at)
	case isCipherFile(p):
		return o.file(ctx, p, at)
	case strings.HasPrefix(p.Type, "text/"):
		return o.inline(ctx, p, at)
	}
	return p
}

// late says what was left closed because the time for this mail was up.
func (o *opening) late(p *mime.Part) {
	o.problem("work-limit", "The time for this mail was up before all of its OpenPGP parts were opened.")
	if isEncrypted(p) {
		o.form(formMIME)
		o.result.Encrypted = true
		o.fail("there was no time left to open it")
	}
}

// children opens the parts below. When one of them changes, its parent is
// copied, so that the tree of the raw mail stays what it was. A part beside
// which only blank texts stand is all of its parent.
func (o *opening) children(ctx context.Context, p *mime.Part, at place) *mime.Part {
	single := onlyPart(p)
	inside := at
	inside.attached = at.attached || p.Message()
	read := p.Replaced(func(child *mime.Part) *mime.Part { return o.part(ctx, child, inside.below(child == single)) })
	if p.Multipart() {
		o.signatureFiles(p, at)
	}
	return read
}

// onlyPart is the part that is all of a multipart, nil when there are several or none.
func onlyPart(p *mime.Part) (single *mime.Part) {
	if p.Message() {
		return nil
	}
	for _, child := range p.Children {
		if isEmpty(child) {
			continue
		}
		if single != nil {
			return nil
		}
		single = child
	}
	return single
}

// encrypted opens PGP/MIME (RFC 3156 section 4): the second of two parts holds
// the message, and the message is a MIME entity. Parts that somebody added on
// the way stay beside it.
func (o *opening) encrypted(ctx context.Context, p *mime.Part, form string, at place) *mime.Part {
	cipher, others := cipherPart(p)
	if cipher == nil {
		o.form(form)
		o.result.Encrypted = true
		o.fail("its encrypted part is missing")
		return asMixed(p)
	}
	at = at.below(len(others) == 0)
	m, ok := o.message(ctx, cipher.Open(), cipher.Body().Size(), form, at)
	if !ok {
		return p
	}
	if len(others) == 0 {
		return o.replaced(ctx, p, m, m.plain, at)
	}
	children := []*mime.Part{o.replaced(ctx, cipher, m, m.plain, at)}
	for _, other := range others {
		children = append(children, o.part(ctx, other, at))
	}
	return p.WithChildren(children)
}

// asMixed makes parts that anybody can read of what only calls itself encrypted:
// a gateway may have put the reason in the place of the message.
func asMixed(p *mime.Part) *mime.Part {
	if p.Leaf() {
		return p
	}
	changed := p.WithChildren(p.Children)
	changed.Type = "multipart/mixed"
	return changed
}

// replaced reads what came out of a message as a MIME entity standing in the
// place of the part it came from.
func (o *opening) replaced(ctx context.Context, p *mime.Part, m *message, entity []byte, at place) *mime.Part {
	inner, problems := mime.Graft(ctx, entity, p, o.mimeLimits)
	o.mimeLimits = o.mimeLimits.Below(inner)
	o.opened.Problems = append(o.opened.Problems, problems...)
	if m.encrypted {
		o.opened.Deciphered = append(o.opened.Deciphered, inner)
	}
	read := o.part(ctx, inner.Wrapped(o.from), at.inside())
	read.Parent = p.Parent
	if read != inner {
		inner.Parent = p.Parent
		if m.encrypted {
			o.opened.Deciphered = append(o.opened.Deciphered, read)
		}
	}
	return read
}

// message reads one OpenPGP message, judges its signatures, and records what
// it was and why it could not be opened. ok means that its text may be used.
func (o *opening) message(ctx context.Context, src io.Reader, size int64, form string, at place) (m *message, ok bool) {
	if !o.mayOpen(at) {
		return nil, false
	}
	m, err := o.keys.readArmoured(ctx, src, size, &o.left)
	o.left.spend(m)
	if err != nil && m.none(err, form) {
		return m, false
	}
	if form == formQuoted {
		form = formInline
	}
	o.form(form)
	o.result.Encrypted = o.result.Encrypted || m.encrypted || err != nil && !m.clear
	o.count(m, err)
	if err != nil {
		o.fail(m.why(err))
		return m, false
	}
	if m.encrypted {
		o.result.Decrypted = true
	} else if form == formMIME || form == formMixed {
		o.problem("not-encrypted", "The mail calls itself encrypted but is not: anybody on the way could read it.")
	}
	at.sealed = m.encrypted
	if m.unprotected {
		at.unprotected = true
		o.problem("no-integrity-protection", "The mail was encrypted in an old way that does not show changes. It was read because the configuration allows it for this sender; anybody on the way may have changed it.")
	}
	o.judgeMessage(m, at)
	return m, true
}

// count tells messages that are visibly not for us from all others.
func (o *opening) count(m *message, err error) {
	if m.encrypted || err != nil && !m.clear {
		o.ciphers++
	}
	if errors.Is(err, errNoKey) && !m.hidden {
		o.foreign++
	}
}

// none tells what looked like a message and is nothing to speak of: somebody
// else's earlier mail; a key, a signature or any other file; words about armour.
func (m *message) none(err error, form string) bool {
	switch form {
	case formQuoted:
		return true
	case formAttachment:
		return !m.encrypted
	case formInline:
		return errors.Is(err, errNoMessage)
	}
	return false
}

// mayOpen counts what is opened and says when it is too deep or too much.
func (o *opening) mayOpen(at place) bool {
	if at.layers <= 0 {
		o.tooDeep()
		return false
	}
	if o.left.messages--; o.left.messages < 0 {
		o.problem("too-many-blocks", "The mail holds more OpenPGP messages than are opened; the last ones were left closed.")
		o.fail("there are more messages in it than are opened in one mail")
		return false
	}
	return true
}

func (o *opening) tooDeep() {
	o.problem("too-many-layers", "The mail is encrypted or signed in more layers than are opened.")
}

// why says in words what keeps a message closed.
func (m *message) why(err error) string {
	if !errors.Is(err, errNoKey) {
		return err.Error()
	}
	switch {
	case len(m.recipients) > 0:
		return "made for " + keyList(m.recipients, m.hidden) + "; none of ours"
	case m.hidden:
		return "made for a recipient that it does not name; none of our keys opens it"
	case m.symmetric:
		return "made for a passphrase and not for a key"
	case m.strange:
		return "made for a recipient in a way that is not read here"
	}
	return "made for no key at all"
}

// maxListed is how many key IDs a problem names.
const maxListed = 8

func keyList(ids []uint64, hidden bool) string {
	var list []string
	for _, id := range ids[:min(len(ids), maxListed)] {
		list = append(list, "0x"+keyID(id))
	}
	if more := len(ids) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	if hidden {
		list = append(list, "recipients that it does not name")
	}
	noun := "key "
	if len(ids) > 1 {
		noun = "keys "
	}
	return noun + strings.Join(list, ", ")
}

// form keeps the first form that was met, which is the outermost.
func (o *opening) form(form string) {
	if o.result.Form == "" {
		o.result.Form = form
	}
	o.result.Protocol = "openpgp"
}

// fail records why something stayed closed, each reason once.
func (o *opening) fail(why string) {
	if !slices.Contains(o.failures, why) && len(o.failures) < maxReasons {
		o.failures = append(o.failures, why)
	}
}

func (o *opening) problem(code, detail string) {
	p := mime.Problem{Code: code, Detail: detail}
	if !slices.Contains(o.opened.Problems, p) {
		o.opened.Problems = append(o.opened.Problems, p)
	}
}
