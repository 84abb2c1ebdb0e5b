package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// directory is who is known outside at one moment: the contacts and keys of the
// configuration and of the database together. It never changes; a changed one
// is a new one. Where both have a contact of one name, the configuration's counts.
type directory struct {
	version  string // of the part in the database
	ring     *pgp.Keyring
	masters  *pgp.Keyring // keys that only introduce others
	contacts *tickets.Directory
	keys     []tickets.Key   // of the database, in any state
	fixed    map[string]bool // fingerprints that the configuration holds
}

// loadDirectory reads both parts. ring has our own unlocked keys; s is nil where
// there is no database yet. Without states all keys of the database are in it.
func loadDirectory(ctx context.Context, c *config.Config, ring *pgp.Keyring, s *store.Store, states ...string) (*directory, error) {
	d := &directory{ring: ring, fixed: map[string]bool{}}
	var err error
	if d.masters, err = c.Masters(); err != nil {
		return nil, err
	}
	public, err := c.PublicKeys()
	if err != nil {
		return nil, err
	}
	held, err := ring.With(public)
	if err != nil {
		return nil, err
	}
	for _, key := range held.Keys() {
		d.fixed[key.Fingerprint] = true
	}
	contacts, protected, err := d.read(ctx, s, states)
	if err != nil {
		return nil, err
	}
	d.contacts = contactsOf(c.People, contacts, d.keys, protected)
	if d.ring, err = ring.With(append(slices.Clip(public), d.public()...)); err != nil {
		// One key that a newer program cannot read any more must not keep the mail waiting.
		d.keys = slices.DeleteFunc(d.keys, func(k tickets.Key) bool { _, err := pgp.Describe([]byte(k.Data)); return err != nil })
		d.ring, err = ring.With(append(slices.Clip(public), d.public()...))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the keys of the database: %w", err)
	}
	return d, nil
}

// counting are the states of keys that serve judges and encrypts by.
var counting = []string{tickets.KeyApproved, tickets.KeyCopy}

// read takes the database's part. The version is read first: what changes
// meanwhile is read once more.
func (d *directory) read(ctx context.Context, s *store.Store, states []string) (contacts []tickets.Contact, protected []string, err error) {
	if s == nil {
		return nil, nil, nil
	}
	if d.version, err = s.DirectoryVersion(ctx); err != nil {
		return nil, nil, err
	}
	if protected, err = s.ProtectedSubjects(ctx); err != nil {
		return nil, nil, err
	}
	if d.keys, err = s.Keys(ctx, states...); err != nil {
		return nil, nil, err
	}
	contacts, err = s.Contacts(ctx)
	return contacts, protected, err
}

// contactsOf joins the contacts of both parts with the keys approved for them, and
// with who of them has sent a protected subject.
func contactsOf(files []config.ContactFile, stored []tickets.Contact, keys []tickets.Key, protected []string) *tickets.Directory {
	var all []tickets.Contact
	owners := map[string]string{}
	names := map[string]bool{}
	for _, key := range keys {
		if key.State == tickets.KeyApproved && key.Contact != "" {
			owners[key.Fingerprint] = key.Contact
		}
	}
	for _, f := range files {
		all = append(all, f.Contact)
		names[tickets.Folded(f.Name)] = true
		for _, key := range f.Keys {
			for _, fingerprint := range key.Prints {
				owners[fingerprint] = f.Name
			}
		}
	}
	for _, c := range stored {
		if !names[tickets.Folded(c.Name)] {
			all = append(all, c)
		}
	}
	d := tickets.NewDirectory(all, owners)
	sent := map[string]bool{}
	for _, address := range protected {
		if c, ok := d.ByAddress(address); ok {
			sent[c.Name] = true
		}
	}
	for i := range all {
		all[i].Protected = sent[all[i].Name]
	}
	return tickets.NewDirectory(all, owners)
}

// public are the keys of the database that count: approved ones, and newer
// copies of those that the configuration holds. Their word about trust is the
// contact's, as it is now.
func (d *directory) public() []pgp.PublicKey {
	var all []pgp.PublicKey
	for _, key := range d.keys {
		switch {
		case key.State == tickets.KeyCopy && d.fixed[key.Fingerprint]:
			all = append(all, pgp.PublicKey{Data: []byte(key.Data)}) // merged into the one that is there
		case key.State == tickets.KeyApproved:
			one := pgp.PublicKey{Data: []byte(key.Data), Tier: key.Tier}
			if key.Contact != "" {
				one.Signer = config.SignerName(key.Contact, key.Holder)
			}
			if c, ok := d.contacts.ByName(key.Contact); ok {
				one.Tier, one.Addresses = c.Tier, c.AllAddresses()
				if key.VerifiedHow == tickets.ViaImport { // nobody compared it: that is no peer's key
					one.Tier = tickets.TierKnown
				}
			}
			all = append(all, one)
		}
	}
	return all
}

// known tells whether an address belongs to a contact.
func (d *directory) known(address string) bool {
	_, ok := d.contacts.ByAddress(address)
	return ok
}

// loadDirectory unlocks our own keys and reads the whole directory, for commands.
func (p *program) loadDirectory(ctx context.Context, c *config.Config, s *store.Store) (*directory, error) {
	ring, err := c.Keyring()
	if err != nil {
		return nil, err
	}
	return loadDirectory(ctx, c, ring, s)
}

// withDirectory runs one command on the directory. The database may not be
// there yet: then the configuration is all of it, and s is nil.
func (p *program) withDirectory(ctx context.Context, do func(*config.Config, *store.Store, *directory) error) error {
	conf, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	if !hasDatabase(conf) {
		d, err := p.loadDirectory(ctx, conf, nil)
		if err != nil {
			return err
		}
		return do(conf, nil, d)
	}
	return p.withNewStore(ctx, conf, func(_ *config.Config, s *store.Store) error {
		d, err := p.loadDirectory(ctx, conf, s)
		if err != nil {
			return err
		}
		return do(conf, s, d)
	})
}

// readDirectory reads the directory for a command that changes nothing.
func (p *program) readDirectory(ctx context.Context, conf *config.Config) (d *directory, err error) {
	if !hasDatabase(conf) {
		return p.loadDirectory(ctx, conf, nil)
	}
	err = p.withNewStore(ctx, conf, func(_ *config.Config, s *store.Store) (err error) {
		d, err = p.loadDirectory(ctx, conf, s)
		return err
	})
	return d, err
}

// errNoDatabase refuses a change where nothing could keep it.
var errNoDatabase = errors.New("there is no database yet; `postern serve` or `postern import` makes it")

// adoptDirectory makes the directory of the moment the one that everything asks. Rules
// go with it, so that one mail is judged by one directory.
func (a *App) adoptDirectory(h *home, d *directory) {
	rules := *a.rules
	rules.Contacts = d.contacts
	a.outside.Store(&outside{home: h, directory: d, rules: &rules})
	a.showKeys(h)
}

// outside is what a directory means for the mail that is filed now.
type outside struct {
	*home
	*directory
	rules *tickets.Rules
}

// ring is the keyring of the moment.
func (a *App) ring() *pgp.Keyring { return a.outside.Load().ring }

// loadOutside reads the directory for the first time.
func (a *App) loadOutside(ctx context.Context, h *home) error {
	d, err := loadDirectory(ctx, h.config, h.own, a.store, counting...)
	if err != nil {
		if damage := sound(ctx, a.store, soundAtStart); damage != nil { // which says what to do
			return damage
		}
		return err
	}
	a.adoptDirectory(h, d)
	return nil
}
