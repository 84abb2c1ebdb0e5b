package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

// checkDirectory tells where contacts of the database and of the configuration
// get into each other's way, and which keys of the database end soon.
func (p *program) checkDirectory(ctx context.Context, conf *config.Config, s *store.Store) (problems config.Problems, err error) {
	warn := func(file, message, hint string) {
		problems = append(problems, config.Problem{File: file, Message: message, Hint: hint, Warning: true})
	}
	d, err := p.loadDirectory(ctx, conf, s)
	if err != nil {
		return nil, err
	}
	stored, err := s.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	for _, file := range conf.People {
		for _, c := range stored {
			if tickets.Folded(c.Name) == tickets.Folded(file.Name) {
				warn(file.File, c.Name+" stands in the database too; this file counts", "take it out there by removing this file, postern contacts remove, and putting the file back")
				continue
			}
			for _, address := range c.AllAddresses() {
				if slices.Contains(file.AllAddresses(), address) {
					warn(file.File, address+" belongs to "+c.Name+" in the database; this file counts", fmt.Sprintf("postern contacts set %q --drop-address %s", c.Name, address))
				}
			}
		}
	}
	for _, c := range d.contacts.Contacts() {
		if what := unheard(d, c, p.now()); what != "" {
			warn(cmp.Or(c.File, conf.File), what, "bring a key of theirs (postern keys import, postern keys approve), or agree on less")
		}
	}
	for _, key := range d.keys {
		if _, known := d.contacts.ByName(key.Contact); key.State == tickets.KeyApproved && key.Contact != "" && !known {
			warn(conf.File, fmt.Sprintf("key %s was approved for %s, who is in the directory no more", key.Fingerprint, key.Contact), "approve it for another contact, or refuse it: postern keys")
		}
	}
	for _, key := range config.Ending(d.ring, p.now()) {
		if !d.fixed[key.Fingerprint] && !key.Secret {
			what, hint := config.KeyEnds(key, p.now())
			warn(conf.File, what, hint)
		}
	}
	return problems, nil
}

// unheard says of a contact that could be told nothing of what it agreed to handle,
// because that leaves encrypted or not at all; "" when it could.
func unheard(d *directory, c tickets.Contact, now time.Time) string {
	if !tickets.TLPNeedsEncryption(c.TLP) {
		return ""
	}
	agreed := fmt.Sprintf("%s agreed to handle TLP:%s, which leaves encrypted", c.Name, c.TLP)
	if c.Encryption == tickets.EncryptNever {
		return agreed + ", and that nothing is encrypted for them"
	}
	if slices.ContainsFunc(c.AllAddresses(), func(a string) bool { _, ok := d.ring.Recipient(a, now); return ok }) {
		return ""
	}
	return agreed + ", and there is no key of theirs that counts"
}
