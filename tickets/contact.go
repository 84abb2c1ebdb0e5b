package tickets

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/parser"
)

// The words of a contact's agreements.
const (
	EncryptAlways     = "always"       // nothing with content leaves in clear to them
	EncryptWhenTheyDo = "when-they-do" // what came encrypted is answered encrypted
	EncryptNever      = "never"        // they cannot read it; what must not leave in clear is not sent

	AcknowledgeFirst  = "first"  // as everybody: once a conversation
	AcknowledgeAlways = "always" // machine formats and advisories too
	AcknowledgeNever  = "never"

	TierPeer  = "peer"  // a team of our own kind, whose key a person checked
	TierKnown = "known" // we know whose it is

	KindPerson = "person"
	KindTeam   = "team"
)

// Contact is a person or a team outside: who they are, where their mail comes
// from, and what was agreed with them. Its keys stand beside it, see Key.
type Contact struct {
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`      // person | team
	Addresses   []string `json:"addresses"` // lower case; "@team.example" is everybody of that domain
	Members     []Member `json:"members"`   // of a team: their keys and addresses count as the team's
	Telephone   string   `json:"telephone"`
	Number      string   `json:"ticket_number"`     // RE2 that finds their own ticket number in a subject; "" is the usual forms
	TLP         string   `json:"tlp"`               // the strictest label they agreed to handle, "" when nothing was agreed
	Encryption  string   `json:"encryption"`        // always | when-they-do | never
	Acknowledge string   `json:"acknowledge"`       // first | always | never
	Tier        string   `json:"tier"`              // peer | known
	Protected   bool     `json:"protected_subject"` // they have sent a protected subject, and so can read one
	File        string   `json:"file"`              // of the configuration that it stands in; "" is the database
}

// Member is a person of a team.
type Member struct {
	Name    string `json:"name"`
	Address string `json:"address"` // lower case, "" when they write from the team's only
}

// The bounds of a contact: what a person could still have typed.
const (
	maxContactName = 80 // bytes
	maxTelephone   = 60 // bytes
	maxPattern     = 1 << 10
	maxContactList = 200 // addresses, and members
)

// ErrContact says that a contact is not as it may be.
var ErrContact = errors.New("this contact cannot be kept")

// ContactFault is one thing wrong with a contact: field is its name in files.
type ContactFault struct{ Field, Message, Hint string }

// Filled gives a contact in its canonical form: addresses in small letters, and
// the ordinary agreements where none is stated.
func (c Contact) Filled() Contact {
	c.Name, c.Telephone = strings.TrimSpace(c.Name), strings.TrimSpace(c.Telephone)
	c.Kind = orElse(c.Kind, KindTeam)
	c.Encryption = orElse(c.Encryption, EncryptWhenTheyDo)
	c.Acknowledge = orElse(c.Acknowledge, AcknowledgeFirst)
	c.Tier = orElse(c.Tier, TierKnown)
	c.Addresses = slices.Clone(c.Addresses)
	for i, a := range c.Addresses {
		c.Addresses[i] = contactAddress(a)
	}
	c.Members = slices.Clone(c.Members)
	for i, m := range c.Members {
		c.Members[i] = Member{Name: strings.TrimSpace(m.Name), Address: contactAddress(m.Address)}
	}
	return c
}

func contactAddress(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if domain, whole := strings.CutPrefix(s, "@"); whole {
		if usable := usableAddress("x@" + domain); usable != "" {
			return strings.TrimPrefix(usable, "x")
		}
		return s
	}
	return orElse(usableAddress(s), s)
}

// Faults finds everything that is wrong with a contact in its canonical form.
func (c Contact) Faults() []ContactFault {
	var all []ContactFault
	fault := func(field, message, hint string) { all = append(all, ContactFault{field, message, hint}) }
	if reason := nameFault(c.Name, maxContactName); reason != "" {
		fault("name", reason, "the name that is shown, like CERT Alpha")
	}
	if len(c.Telephone) > maxTelephone || !isLine(c.Telephone) {
		fault("telephone", "is no telephone number", "")
	}
	for _, w := range []struct {
		field, value string
		allowed      []string
	}{
		{"kind", c.Kind, []string{KindPerson, KindTeam}},
		{"encryption", c.Encryption, []string{EncryptAlways, EncryptWhenTheyDo, EncryptNever}},
		{"acknowledge", c.Acknowledge, []string{AcknowledgeFirst, AcknowledgeAlways, AcknowledgeNever}},
		{"tier", c.Tier, []string{TierPeer, TierKnown}},
		{"tlp", c.TLP, []string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}},
	} {
		if !slices.Contains(w.allowed, w.value) {
			fault(w.field, fmt.Sprintf("%q is none of %s", w.value, strings.TrimPrefix(strings.Join(w.allowed, ", "), ", ")), "")
		}
	}
	if _, err := numberPattern(c.Number); err != nil {
		fault("ticket_number", err.Error(), `a regular expression (RE2) like 'ALPHA-[0-9]{6}'`)
	}
	return append(all, c.addressFaults()...)
}

func (c Contact) addressFaults() []ContactFault {
	var all []ContactFault
	if len(c.Addresses) > maxContactList || len(c.Members) > maxContactList {
		all = append(all, ContactFault{"addresses", fmt.Sprintf("more than %d", maxContactList), `"@team.example" is everybody of a domain`})
	}
	seen := map[string]bool{}
	look := func(field, address string) {
		if reason := addressFault(address); reason != "" {
			all = append(all, ContactFault{field, reason, `like cert@team.example, or "@team.example" for everybody of a domain`})
		} else if seen[address] {
			all = append(all, ContactFault{field, address + " stands twice", ""})
		}
		seen[address] = true
	}
	for _, a := range c.Addresses {
		look("addresses", a)
	}
	for _, m := range c.Members {
		if reason := nameFault(m.Name, maxContactName); reason != "" {
			all = append(all, ContactFault{"member", reason, "the name of a person"})
		}
		if m.Address != "" {
			look("member", m.Address)
		}
	}
	return all
}

func addressFault(address string) string {
	domain, whole := strings.CutPrefix(address, "@")
	switch {
	case whole && usableAddress("x"+address) == "":
		return fmt.Sprintf("%q is no domain", address)
	case whole && parser.FreeMail(domain):
		return address + " gives addresses to everybody: name the single ones"
	case !whole && usableAddress(address) != address:
		return fmt.Sprintf("%q is no mail address", address)
	}
	return ""
}

func nameFault(name string, limit int) string {
	switch {
	case name == "":
		return "missing"
	case len(name) > limit:
		return fmt.Sprintf("longer than %d bytes", limit)
	case !isLine(name):
		return fmt.Sprintf("%q is no plain line", name)
	}
	return ""
}

func isLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) })
}

// numberPattern compiles the pattern of a contact's own ticket numbers; nil for none.
func numberPattern(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > maxPattern {
		return nil, fmt.Errorf("longer than %d bytes", maxPattern)
	}
	pattern, err := regexp.Compile(text)
	switch {
	case err != nil:
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	case pattern.MatchString(""):
		return nil, errors.New("it also matches nothing at all")
	}
	return pattern, nil
}

// Folded is a name as names are compared: no two contacts differ in case only.
func Folded(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// AllAddresses are the addresses of a contact and of its members.
func (c Contact) AllAddresses() []string {
	all := slices.Clone(c.Addresses)
	for _, m := range c.Members {
		if m.Address != "" && !slices.Contains(all, m.Address) {
			all = append(all, m.Address)
		}
	}
	return all
}
