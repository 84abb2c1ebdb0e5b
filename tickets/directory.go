package tickets

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Directory is who is known outside, prepared for looking up. It never changes;
// a changed directory is a new one. A nil Directory knows nobody.
type Directory struct {
	contacts  []Contact
	byAddress map[string]int // also of members, and "@domain"
	byKey     map[string]int // by fingerprint
	byName    map[string]int // folded
	numbers   []*regexp.Regexp
}

// NewDirectory prepares contacts, and the keys that are approved for them: by
// fingerprint the name of their contact. Where two contacts claim one address
// the first has it.
func NewDirectory(contacts []Contact, keys map[string]string) *Directory {
	d := &Directory{
		contacts: slices.Clone(contacts), byAddress: map[string]int{}, byKey: map[string]int{}, byName: map[string]int{},
		numbers: make([]*regexp.Regexp, len(contacts)),
	}
	for i, c := range contacts {
		d.byName[Folded(c.Name)] = i
		for _, a := range c.AllAddresses() {
			if _, taken := d.byAddress[a]; !taken {
				d.byAddress[a] = i
			}
		}
		d.numbers[i], _ = numberPattern(c.Number) // a bad one was refused when it was written
	}
	for fingerprint, name := range keys {
		if i, known := d.byName[Folded(name)]; known {
			d.byKey[fingerprint] = i
		}
	}
	return d
}

// Contacts lists all of them.
func (d *Directory) Contacts() []Contact {
	if d == nil {
		return nil
	}
	return slices.Clone(d.contacts)
}

// ByName finds a contact without regard to case.
func (d *Directory) ByName(name string) (Contact, bool) { return d.at(d.find(byName, Folded(name))) }

// ByKey finds the contact that a key was approved for.
func (d *Directory) ByKey(fingerprint string) (Contact, bool) {
	return d.at(d.find(byKey, fingerprint))
}

// ByAddress finds the contact that an address belongs to: named itself, or by
// its domain. Anybody can write it into From: it proves nothing.
func (d *Directory) ByAddress(address string) (Contact, bool) { return d.at(d.ofAddress(address)) }

// Of finds the contact that a mail is from: by a good signature over the whole
// mail that matches From, which proves it, else by the one address in From.
func (d *Directory) Of(r Report, received time.Time) (c Contact, proven, ok bool) {
	i, proven := d.of(r, received)
	c, ok = d.at(i)
	return c, proven, ok
}

// nobody is the place of no contact.
const nobody = -1

type look func(*Directory) map[string]int

func byName(d *Directory) map[string]int { return d.byName }
func byKey(d *Directory) map[string]int  { return d.byKey }

func (d *Directory) find(in look, key string) int {
	if d == nil || key == "" {
		return nobody
	}
	if i, ok := in(d)[key]; ok {
		return i
	}
	return nobody
}

func (d *Directory) at(i int) (Contact, bool) {
	if i == nobody {
		return Contact{}, false
	}
	return d.contacts[i], true
}

func (d *Directory) ofAddress(address string) int {
	address = usableAddress(address)
	if d == nil || address == "" {
		return nobody
	}
	if i, ok := d.byAddress[address]; ok {
		return i
	}
	if i, ok := d.byAddress[address[strings.LastIndexByte(address, '@'):]]; ok {
		return i
	}
	return nobody
}

func (d *Directory) of(r Report, received time.Time) (contact int, proven bool) {
	if d == nil || toldApart(r) {
		return nobody, false
	}
	if i := d.find(byKey, Signer(r, received)); i != nobody {
		return i, true
	}
	all := authors(r)
	if len(all) != 1 {
		return nobody, false
	}
	i := d.ofAddress(all[0])
	return i, i != nobody && r.Authentication.Aligned
}

// number finds their own ticket number in a subject by the contact's pattern.
func (d *Directory) number(contact int, subject string) string {
	if contact == nobody || d.numbers[contact] == nil {
		return ""
	}
	return oneLine(d.numbers[contact].FindString(subject), maxTheirNumber)
}

// maxTheirNumber bounds a number that a pattern finds, in bytes.
const maxTheirNumber = 60

// same tells whether two addresses belong to one contact.
func (d *Directory) same(a, b string) bool {
	i := d.ofAddress(a)
	return i != nobody && i == d.ofAddress(b)
}
