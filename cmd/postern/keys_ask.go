package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/intake/wkd"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// keysFind asks the directory of a mail domain, because a person wants it.
func (p *program) keysFind() *cobra.Command {
	return &cobra.Command{
		Use:   "find ADDRESS",
		Short: "Ask the domain of a mail address for its key (WKD); it waits for approval",
		Long: `Find asks the web server of the address's own domain (Web Key Directory) for the
key of this very address, whether the configuration lets serve do so by itself or
not. The domain sees that somebody here asked. A key that is found waits until a
person has compared its fingerprint; of one that is there already the newer copy
is taken by serve as if it had come with a mail.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, s *store.Store, d *directory) error {
				if s == nil {
					return errNoDatabase
				}
				return p.findKeys(c, s, d, strings.TrimSpace(args[0]))
			})
		},
	}
}

func (p *program) findKeys(c *cobra.Command, s *store.Store, d *directory, address string) error {
	found, why := lookUp(c.Context(), p.finder, d, address)
	if errors.Is(why, wkd.ErrAddress) {
		return misuse{why}
	}
	found.Address = strings.ToLower(address)
	if err := s.SettleLookup(c.Context(), found, viewer()); err != nil {
		return errors.Join(why, err)
	}
	if why != nil {
		return why
	}
	if p.json {
		var keys []tickets.Key
		for _, key := range found.Keys {
			keys = append(keys, tickets.Key{Fingerprint: key.Fingerprint})
		}
		return p.showAgain(c, keys)
	}
	for _, key := range found.Keys {
		if _, err := fmt.Fprintf(p.out, "found: %s\n  %s\n  %s\n", tickets.InGroups(key.Fingerprint), oneLine(strings.Join(key.UserIDs, ", ")), d.next(key)); err != nil {
			return err
		}
	}
	return nil
}

// next says what becomes of a key that was found.
func (d *directory) next(key pgp.FoundKey) string {
	state := ""
	for _, k := range d.keys {
		if k.Fingerprint == key.Fingerprint {
			state = k.State
		}
	}
	switch {
	case key.Revoked && state == "" && !key.Held:
		return "revoked by its owner"
	case key.Held, state == tickets.KeyApproved:
		return "there already; what is new in this copy is taken by serve"
	case state == tickets.KeyRefused:
		return "was refused, and stays so"
	}
	return "waits: compare the fingerprint with its owner, then: postern keys approve " + key.Fingerprint + " --by YOU --how telephone"
}
