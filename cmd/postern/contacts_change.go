package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) contactsAdd() *cobra.Command {
	var f contactFlags
	c := &cobra.Command{
		Use:   "add NAME --address ADDRESS",
		Short: "Add a person or a team to the database",
		Args:  cobra.ExactArgs(1),
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		return p.changeDirectory(c, func(s *store.Store, d *directory) (tickets.Contact, error) {
			contact := f.apply(c, tickets.Contact{Name: args[0]})
			if _, there := d.contacts.ByName(contact.Name); !there && len(contact.AllAddresses()) == 0 {
				return contact, misuse{errors.New("--address is missing: where their mail comes from, like cert@team.example, or @team.example for everybody of a domain")}
			}
			if err := checkContact(d, contact, false); err != nil {
				return contact, err
			}
			return contact, s.AddContact(c.Context(), viewer(), contact)
		})
	}
	f.on(c)
	return c
}

func (p *program) contactsSet() *cobra.Command {
	var f contactFlags
	c := &cobra.Command{
		Use:   "set NAME",
		Short: "Change what is known of a contact, or was agreed with it; what is not given stays",
		Args:  cobra.ExactArgs(1),
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if !f.given(c) {
			return misuse{errors.New("nothing to set is given; see `postern contacts set --help`")}
		}
		return p.changeDirectory(c, func(s *store.Store, d *directory) (tickets.Contact, error) {
			contact, err := d.contact(args[0])
			if err != nil {
				return contact, err
			}
			if err := readOnly(contact); err != nil {
				return contact, err
			}
			contact = f.apply(c, contact)
			if err := checkContact(d, contact, true); err != nil {
				return contact, err
			}
			return contact, s.ChangeContact(c.Context(), viewer(), contact)
		})
	}
	f.on(c)
	c.Flags().StringArrayVar(&f.added, "add-address", nil, "one more `ADDRESS`")
	c.Flags().StringArrayVar(&f.gone, "drop-address", nil, "an `ADDRESS` that is theirs no more")
	return c
}

// changeDirectory runs one change and shows the contact after it.
func (p *program) changeDirectory(c *cobra.Command, change func(*store.Store, *directory) (tickets.Contact, error)) error {
	return p.withDirectory(c.Context(), func(conf *config.Config, s *store.Store, d *directory) error {
		if s == nil {
			return errNoDatabase
		}
		contact, err := change(s, d)
		if err != nil {
			return err
		}
		if d, err = p.loadDirectory(c.Context(), conf, s); err != nil {
			return err
		}
		if contact, err = d.contact(contact.Name); err != nil {
			return err
		}
		return p.showContact(d, contact)
	})
}

func (p *program) contactsRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Forget a contact; its keys wait for approval again",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, s *store.Store, d *directory) error {
				contact, err := d.contact(args[0])
				if err != nil {
					return err
				}
				if err := readOnly(contact); err != nil {
					return err
				}
				keys, err := s.RemoveContact(c.Context(), viewer(), contact.Name)
				if err != nil {
					return err
				}
				words := ""
				if keys > 0 {
					words = "; " + countWait(int(keys)) + " for approval again"
				}
				_, err = fmt.Fprintf(p.out, "removed: %s%s\n", contact.Name, words)
				return err
			})
		},
	}
}

func (p *program) contactsImport() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE...",
		Short: "Bring contact files into the database, each with the keys it names",
		Long: `Import reads contact files as the configuration does (see "contacts --help") and
keeps them in the database. A contact that is there already is written over. The
keys of one with tier known count at once, those of a peer wait for approval.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var files []config.ContactFile
			var faults config.Problems
			for _, name := range args {
				file, problems := config.ReadContact(name)
				faults = append(faults, problems.Fatal()...)
				files = append(files, file)
			}
			if err := p.refuse(faults); err != nil {
				return err
			}
			for _, file := range files {
				if err := p.importContact(c, file); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (p *program) importContact(c *cobra.Command, file config.ContactFile) error {
	contact := file.Contact
	contact.File = ""
	return p.changeDirectory(c, func(s *store.Store, d *directory) (tickets.Contact, error) {
		old, known := d.contacts.ByName(contact.Name)
		if err := errors.Join(readOnly(old), checkContact(d, contact, known)); err != nil {
			return contact, err
		}
		write := s.AddContact
		if known {
			write = s.ChangeContact
		}
		if err := write(c.Context(), viewer(), contact); err != nil {
			return contact, err
		}
		var keys []tickets.Key
		for _, one := range file.Keys {
			keys = append(keys, p.keysOfFile(d, contact, one)...)
		}
		if contact.Tier == tickets.TierPeer && len(keys) > 0 {
			fmt.Fprintf(p.err, "%s: its keys wait until their fingerprints are compared: postern keys approve\n", contact.Name)
		}
		return contact, s.ImportKeys(c.Context(), viewer(), keys)
	})
}

// keysOfFile are the keys of one file of a contact as they will stand in the database.
func (p *program) keysOfFile(d *directory, contact tickets.Contact, file config.ContactKey) []tickets.Key {
	flags := keyFlags{contact: contact.Name, holder: file.Holder}
	if contact.Tier == tickets.TierKnown {
		flags.tier = tickets.TierKnown
	}
	found, _, err := pgp.ReadKeys(file.Data)
	if err != nil {
		return nil // it was read before
	}
	var keys []tickets.Key
	for _, key := range found {
		if !d.fixed[key.Fingerprint] {
			keys = append(keys, p.imported(key, d, flags))
		}
	}
	return keys
}
