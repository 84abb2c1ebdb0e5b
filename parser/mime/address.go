package mime

import (
	"slices"
	"strings"
)

// Address is one mailbox of an address header: display name and addr-spec
// (RFC 5322 section 3.4), both decoded to UTF-8. Address is "" when the sender
// wrote something that no reading turns into an address; Name then holds it.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Limits of an address header.
const (
	maxAddresses = 10_000 // mailboxes that are taken; the largest real lists have some hundred
	maxPieces    = 6      // pieces that commas cut one unquoted name into
)

// Addresses gives the mailboxes of all fields of that name: of groups their
// members (RFC 5322 section 3.4, RFC 6854), of damaged lists what can be told
// apart. Nothing is lost: what is no address comes back as a name, with a
// problem. It is never nil.
//
// What a field holds is kept: who judges a mail asks again and again from whom it is.
func (p *Part) Addresses(field string) ([]Address, []Problem) {
	read, known := p.mailboxes[field]
	if !known {
		read.list, read.problems = p.readAddresses(field)
		if p.mailboxes == nil {
			p.mailboxes = make(map[string]mailboxes)
		}
		p.mailboxes[field] = read
	}
	return slices.Clone(read.list), read.problems
}

// maxSenders is how many different ones of a mail are compared with who signed it.
// Nobody has so many names of his own, so one that is left out stands behind one
// that is not the signer's.
const maxSenders = 64

// Senders are the addresses in From, in small letters, each once: another name must
// not hide behind a known one that is repeated.
func (p *Part) Senders() (senders []string) {
	list, _ := p.Addresses("From")
	for _, entry := range list {
		address := strings.ToLower(entry.Address)
		if address != "" && len(senders) < maxSenders && !slices.Contains(senders, address) {
			senders = append(senders, address)
		}
	}
	return senders
}

// mailboxes are what the fields of one name hold.
type mailboxes struct {
	list     []Address
	problems []Problem
}

func (p *Part) readAddresses(field string) ([]Address, []Problem) {
	c := addressList{list: []Address{}, recipients: isRecipients(field)}
	var found Problems
	n := 0
	for fields := p.Header.FieldsByKey(field); fields.Next(); {
		n++
		text, wrong := p.rawLine(fields.Value())
		c.words |= wrong
		c.read(text)
	}
	found.words(field, c.words)
	found.addresses(field, c.wrong)
	if n > 1 && onceOnly[strings.ToLower(field)] {
		found.Tell(CodeRepeatedField, "The field %s stands in the header %d times; the addresses of all were taken.", fieldTitle(field), n)
	}
	if sendersField(field) {
		found.senders(field, c.list, p.Header.Has("Sender"))
	}
	return c.list, found.List()
}

// onceOnly are the address fields that a mail has at most once (RFC 5322 section 3.6).
var onceOnly = map[string]bool{"from": true, "sender": true, "reply-to": true, "to": true, "cc": true, "bcc": true}

// ParseAddress reads one mailbox as it stands in a header or a text. ok is
// false when there is no address in it.
func ParseAddress(text string) (Address, bool) {
	for _, found := range ParseAddresses(text) {
		if found.Address != "" {
			return found, true
		}
	}
	return Address{}, false
}

// ParseAddresses reads a list of mailboxes as it stands in a header or a text.
func ParseAddresses(text string) []Address {
	c := addressList{list: []Address{}}
	text, _ = rawText(text, "")
	c.read(text)
	return c.list
}

// addressList collects the mailboxes of a header.
type addressList struct {
	list       []Address
	pieces     []string // names without an address, before a comma: the beginning of an unquoted one, or nobody's
	group      bool     // inside of a group
	semicolons bool     // separate mailboxes
	recipients bool     // of a field in which several mailboxes are the rule
	plain      bool     // the list stood inside of another one, and nothing is looked for inside of its names
	wrong      addressFault
	words      wordFault
}

// read takes one field, in one pass.
func (c *addressList) read(text string) {
	l := newLexer(text)
	var entry []token
	for {
		t, ok := l.next()
		switch {
		case !ok:
			c.entry(entry, 0)
			c.close()
			c.wrong |= l.wrong
			return
		case t.kind == ',':
			c.entry(entry, ',')
			entry = entry[:0]
		case t.kind == ';':
			c.semicolon(entry, l.atEnd())
			entry = entry[:0]
		case t.kind == ':':
			c.colon(entry)
			entry = entry[:0]
		default:
			entry = append(entry, t)
		}
	}
}

// semicolon ends a group. Outside of one it separates, as Outlook has it.
func (c *addressList) semicolon(entry []token, last bool) {
	c.entry(entry, ';')
	if !c.group && !(last && len(c.list) == 0) {
		c.wrong |= faultSemicolon
	}
	c.group = false
}

// colon ends the name of a group, which nobody needs, or "mailto:".
func (c *addressList) colon(entry []token) {
	switch {
	case isScheme(entry):
		c.wrong |= faultMailto
	case hasAddress(entry):
		c.entry(entry, ',')
		c.wrong |= faultSeparator
	default:
		if len(c.pieces) > 0 && !c.group { // "Example, Ltd: ..." is one name
			c.pieces = nil
		}
		c.group = true
	}
}

// entry takes what stands before a separator; 0 is the end of the field.
func (c *addressList) entry(tokens []token, before byte) {
	for c.recipients {
		end := endOfFirst(tokens)
		if end < 0 {
			break
		}
		c.mailboxes(tokens[:end])
		c.wrong |= faultSeparator
		tokens = tokens[end:]
	}
	c.mailboxes(tokens)
	c.semicolons = c.semicolons || before == ';' && !c.group
	if before != ',' && c.semicolons && len(c.pieces) > 1 { // "Doe, John; Roe, Jane": the commas are none between people
		c.pieces = []string{strings.Join(c.pieces, ", ")}
	}
	if before != ',' {
		c.flush()
	}
}

// mailboxes takes what stands between two commas.
func (c *addressList) mailboxes(tokens []token) {
	for _, m := range readMailboxes(tokens, c.plain) {
		c.wrong |= m.wrong
		c.words |= m.words
		switch {
		case m.Address.Address == "" && !m.exchange:
			c.pieces = append(c.pieces, m.Name)
		case m.exchange:
			c.flush()
			c.add(m.Address)
		default:
			c.join(&m)
			c.add(m.Address)
		}
	}
}

// join gives a mailbox in brackets the words before a comma that nobody's
// address followed: "Example Police, Desk 2 <a@example.org>".
func (c *addressList) join(m *mailbox) {
	if !m.angled || len(c.pieces) == 0 || len(c.pieces) > maxPieces {
		c.flush()
		return
	}
	if m.Name != "" {
		c.pieces = append(c.pieces, m.Name)
	}
	m.Name = strings.Join(c.pieces, ", ")
	c.pieces = c.pieces[:0]
	c.wrong |= faultComma
}

// flush keeps words that no mailbox followed.
func (c *addressList) flush() {
	for _, name := range c.pieces {
		if slices.Contains(nobody, strings.ToLower(name)) {
			continue
		}
		c.wrong |= faultNoAddress
		c.add(Address{Name: name})
	}
	c.pieces = c.pieces[:0]
}

// nobody is what mailers write for recipients that are not to be seen, when
// they do not write it as a group.
var nobody = []string{"undisclosed-recipients", "undisclosed recipients", "unlisted-recipients", "undisclosed", "recipient list not shown", "recipient list suppressed"}

// close ends a field.
func (c *addressList) close() {
	c.flush()
	if c.group {
		c.wrong |= faultGroup
	}
	c.group = false
}

func (c *addressList) add(address Address) {
	if len(c.list) >= maxAddresses {
		c.wrong |= faultTooMany
		return
	}
	c.list = append(c.list, address)
}
