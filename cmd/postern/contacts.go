package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

// shownContact is a contact as `contacts --json` shows it.
type shownContact struct {
	tickets.Contact
	Keys []shownKey `json:"keys"`
}

func (p *program) contacts() *cobra.Command {
	c := &cobra.Command{
		Use:   "contacts",
		Short: "Show and keep the directory of people and teams outside",
		Long: `Contacts lists the people and teams outside: who they are, where their mail comes
from, which keys are theirs, and what was agreed with them. They stand in files
that the configuration names (contacts = ["contacts/"]), which commands only show,
or in the database, where they are added, changed and removed. A file looks so,
with the key beside it:

    name = "CERT Alpha"
    kind = "team"                            # team | person
    addresses = ["cert@alpha.example"]       # "@alpha.example" is everybody of a domain
    telephone = "+00 00 000001"
    ticket_number = 'ALPHA-[0-9]{6}'         # finds their number in a subject
    tlp = "AMBER+STRICT"                     # the strictest label they agreed to handle
    encryption = "when-they-do"              # always | when-they-do | never
    acknowledge = "first"                    # first | always | never
    tier = "peer"                            # peer | known
    keys = ["alpha.asc"]

    [[member]]
    name = "Anna Alpha"
    address = "anna@alpha.example"
    keys = ["anna.asc"]`,
		RunE: func(c *cobra.Command, _ []string) error { return p.listContacts(c) },
	}
	list := &cobra.Command{Use: "list", Short: "List the contacts", RunE: c.RunE}
	for _, sub := range []*cobra.Command{list, p.contactsShow(), p.contactsAdd(), p.contactsSet(), p.contactsImport(), p.contactsRemove()} {
		sub.Args = asMisuse(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (p *program) listContacts(c *cobra.Command) error {
	return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
		list := d.contacts.Contacts()
		if p.json {
			for _, contact := range list {
				if err := p.encodeContact(d, contact); err != nil {
					return err
				}
			}
			return nil
		}
		if len(list) == 0 {
			fmt.Fprintln(p.err, "Nobody is in the directory: `postern contacts --help` tells how to add somebody.")
		}
		return writeContacts(p.out, d, list)
	})
}

func writeContacts(out io.Writer, d *directory, list []tickets.Contact) error {
	keys := map[string]int{}
	for _, e := range d.entries() {
		if e.inRing {
			keys[tickets.Folded(e.contact)]++
		}
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for n, c := range list {
		if n == 0 {
			fmt.Fprintln(table, "NAME\tKIND\tTIER\tKEYS\tENCRYPTION\tTELEPHONE\tADDRESSES")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", c.Name, c.Kind, c.Tier, keys[tickets.Folded(c.Name)], c.Encryption, orDash(c.Telephone), cut(strings.Join(c.Addresses, ", "), 60))
	}
	return table.Flush()
}

func (p *program) contactsShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME|ADDRESS",
		Short: "Show one contact with everything that was agreed, and its keys",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
				word := strings.Join(args, " ")
				contact, known := d.contacts.ByAddress(word)
				if !known {
					var err error
					if contact, err = d.contact(word); err != nil {
						return err
					}
				}
				return p.showContact(d, contact)
			})
		},
	}
}

// contact finds a contact by name; "" is none. The error names those that are alike.
func (d *directory) contact(name string) (tickets.Contact, error) {
	if name == "" {
		return tickets.Contact{}, nil
	}
	if c, ok := d.contacts.ByName(name); ok {
		return c, nil
	}
	var names []string
	for _, c := range d.contacts.Contacts() {
		names = append(names, c.Name)
	}
	if alike := tickets.Alike(name, names); len(alike) > 0 {
		return tickets.Contact{}, fmt.Errorf("there is no contact %q; did you mean %s?", name, strings.Join(alike, " or "))
	}
	return tickets.Contact{}, fmt.Errorf("there is no contact %q: `postern contacts` lists them, `postern contacts add` makes one", name)
}

func (p *program) showContact(d *directory, c tickets.Contact) error {
	if p.json {
		return p.encodeContact(d, c)
	}
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, oneLine(value))
		}
	}
	row("name", c.Name)
	row("kind", c.Kind)
	row("tier", c.Tier)
	for _, a := range c.Addresses {
		row("address", a)
	}
	for _, m := range c.Members {
		row("member", strings.TrimSpace(m.Name+" "+m.Address))
	}
	row("telephone", c.Telephone)
	row("ticket number", c.Number)
	if c.TLP != "" {
		row("TLP up to", c.TLP+"; a ticket that is set to more is not written about to them without a reason")
	}
	row("encryption", c.Encryption)
	row("acknowledge", c.Acknowledge)
	if c.Protected {
		row("subject", "protected: they have sent one")
	}
	row("stands in", c.File)
	for _, e := range d.entries() {
		if tickets.Folded(e.contact) == tickets.Folded(c.Name) {
			row("key", tickets.InGroups(e.info.Fingerprint)+"  "+p.stateOf(e)+"  "+e.stored.Holder)
		}
	}
	return table.Flush()
}

func (p *program) encodeContact(d *directory, c tickets.Contact) error {
	shown := shownContact{Contact: c, Keys: []shownKey{}}
	for _, e := range d.entries() {
		if e.contact != "" && tickets.Folded(e.contact) == tickets.Folded(c.Name) {
			shown.Keys = append(shown.Keys, p.shown(e))
		}
	}
	return json.NewEncoder(p.out).Encode(shown)
}

// contactFlags are what add and set take.
type contactFlags struct {
	contact              tickets.Contact
	members, added, gone []string
}

func (f *contactFlags) on(c *cobra.Command) {
	c.Flags().StringVar(&f.contact.Kind, "kind", "", "`KIND`: team (default) or person")
	c.Flags().StringArrayVar(&f.contact.Addresses, "address", nil, "mail `ADDRESS`; may repeat, @team.example is everybody of a domain")
	c.Flags().StringArrayVar(&f.members, "member", nil, "`\"NAME <ADDRESS>\"` of a person of the team; may repeat")
	c.Flags().StringVar(&f.contact.Telephone, "telephone", "", "`NUMBER` to call")
	c.Flags().StringVar(&f.contact.Number, "ticket-number", "", "`REGEXP` (RE2) that finds their own ticket number in a subject")
	c.Flags().StringVar(&f.contact.TLP, "tlp", "", "the strictest `LABEL` they agreed to handle")
	c.Flags().StringVar(&f.contact.Encryption, "encryption", "", "`WHEN`: always, when-they-do (default), never")
	c.Flags().StringVar(&f.contact.Acknowledge, "acknowledge", "", "`WHEN`: first (default), always, never")
	c.Flags().StringVar(&f.contact.Tier, "tier", "", "`TIER`: known (default) or peer, a team of our own kind")
}

// given tells whether any of them was used.
func (f *contactFlags) given(c *cobra.Command) bool {
	names := []string{"kind", "address", "member", "telephone", "ticket-number", "tlp", "encryption", "acknowledge", "tier", "add-address", "drop-address"}
	return slices.ContainsFunc(names, c.Flags().Changed)
}

// apply writes what was given over a contact. A list that is given is all of it.
func (f *contactFlags) apply(c *cobra.Command, to tickets.Contact) tickets.Contact {
	given := f.contact
	for name, field := range map[string]struct{ to, from *string }{
		"kind": {&to.Kind, &given.Kind}, "telephone": {&to.Telephone, &given.Telephone}, "ticket-number": {&to.Number, &given.Number},
		"tlp": {&to.TLP, &given.TLP}, "encryption": {&to.Encryption, &given.Encryption}, "acknowledge": {&to.Acknowledge, &given.Acknowledge}, "tier": {&to.Tier, &given.Tier},
	} {
		if c.Flags().Changed(name) {
			*field.to = *field.from
		}
	}
	to.TLP = strings.ToUpper(to.TLP)
	if c.Flags().Changed("address") {
		to.Addresses = given.Addresses
	}
	if c.Flags().Changed("member") {
		to.Members = nil
		for _, m := range f.members {
			to.Members = append(to.Members, memberOf(m))
		}
	}
	to.Addresses = append(slices.Clone(to.Addresses), f.added...)
	to.Addresses = slices.DeleteFunc(to.Addresses, func(a string) bool {
		return slices.ContainsFunc(f.gone, func(g string) bool { return strings.EqualFold(a, strings.TrimSpace(g)) })
	})
	return to.Filled()
}

// memberOf reads "Anna Alpha <anna@alpha.example>"; the address may be left out.
func memberOf(text string) tickets.Member {
	name, address, _ := strings.Cut(text, "<")
	return tickets.Member{Name: strings.TrimSpace(name), Address: strings.TrimSuffix(strings.TrimSpace(address), ">")}
}

// checkContact makes every fault of what was given one sentence.
func checkContact(d *directory, c tickets.Contact, known bool) error {
	var all []string
	for _, f := range c.Faults() {
		line := f.Field + ": " + f.Message
		if f.Hint != "" {
			line += " (" + f.Hint + ")"
		}
		all = append(all, line)
	}
	for _, a := range c.AllAddresses() {
		if other, taken := d.contacts.ByAddress(a); taken && tickets.Folded(other.Name) != tickets.Folded(c.Name) && slices.Contains(other.AllAddresses(), a) {
			all = append(all, a+" belongs to "+other.Name)
		}
	}
	if _, there := d.contacts.ByName(c.Name); there && !known {
		all = append(all, fmt.Sprintf("there is a contact %s already: `postern contacts set` changes it", c.Name))
	}
	if len(all) > 0 {
		return misuse{fmt.Errorf("%s", strings.Join(all, "\n  "))}
	}
	return nil
}

// readOnly tells where a contact stands that no command changes.
func readOnly(c tickets.Contact) error {
	if c.File == "" {
		return nil
	}
	return fmt.Errorf("%s stands in %s, which commands do not change: edit that file, check it with `postern check`, and send serve a SIGHUP", c.Name, c.File)
}
