package config

import (
	"net/netip"
	"slices"
	"strings"

	"postern/tickets"
)

// Rules turns the configuration into what matching and routing decide by.
func (c *Config) Rules(tokens *tickets.Tokens) *tickets.Rules {
	r := &tickets.Rules{
		Prefix:       c.CSIRT.TicketPrefix,
		Mailboxes:    map[string]tickets.MailboxRule{},
		OwnDomains:   lower(c.CSIRT.Domains),
		OwnAddresses: c.OwnAddresses(),
		Tokens:       tokens,
		LookUpKeys:   c.PGP.WKD,
	}
	for _, m := range c.Mailboxes {
		division := m.Division
		if division == tickets.Central {
			division = ""
		}
		r.Mailboxes[m.Name] = tickets.MailboxRule{Division: division, Confidential: m.Confidential}
	}
	for _, d := range c.Divisions {
		r.Divisions = append(r.Divisions, tickets.Division{Name: d.Name, Mail: d.Mail, Prefixes: d.Prefixes, Domains: lower(d.Domains)})
	}
	for _, a := range c.Assets {
		r.Assets = append(r.Assets, tickets.Asset{Name: a.Name, Prefixes: a.Prefixes, Criticality: a.Criticality, Owner: a.Owner})
	}
	return r
}

// OwnAddresses are those that reports reach and answers leave from: mail of
// theirs is never answered.
func (c *Config) OwnAddresses() []string {
	all := []string{c.CSIRT.Address, c.SMTP.Bounce}
	for _, m := range c.Mailboxes {
		all = append(all, m.Address)
		if e, err := ParseEndpoint("imap", m.IMAP); err == nil && strings.Contains(e.User, "@") {
			all = append(all, e.User)
		}
	}
	return unique(lower(all))
}

// OwnDomains are those of our people and of our constituency.
func (c *Config) OwnDomains() []string {
	all := lower(c.CSIRT.Domains)
	for _, d := range c.Divisions {
		all = append(all, lower(d.Domains)...)
	}
	return unique(all)
}

// OwnPrefixes are those of all divisions.
func (c *Config) OwnPrefixes() []netip.Prefix {
	var all []netip.Prefix
	for _, d := range c.Divisions {
		all = append(all, d.Prefixes...)
	}
	return all
}

// OwnLists are the List-Ids behind our own mailboxes.
func (c *Config) OwnLists() []string {
	var all []string
	for _, m := range c.Mailboxes {
		all = append(all, lower(m.Lists)...)
	}
	return unique(all)
}

func lower(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, strings.ToLower(s))
	}
	return out
}

// unique sorts and drops doubles and empty ones.
func unique(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
