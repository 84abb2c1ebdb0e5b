// Package config reads the one configuration file, strictly: an unknown key, a
// missing file, a bad prefix or a password in a URL is an error with file,
// line, key and a hint, and all of them are found in one go.
package config

import (
	"cmp"
	"net/netip"
	"time"

	"postern/parser/pgp"
	"postern/responder"
)

// Config is the whole file. Paths are absolute after Load: relative ones are
// taken from the folder the file stands in.
type Config struct {
	Data                 string     `toml:"data"`     // folder for everything Postern keeps
	Database             string     `toml:"database"` // postgres://USER@HOST/NAME; "" is SQLite in Data
	DatabasePasswordFile string     `toml:"database_password_file"`
	DatabasePasswordEnv  string     `toml:"database_password_env"`
	Contacts             []string   `toml:"contacts"` // files or folders, one contact a file
	CSIRT                CSIRT      `toml:"csirt"`
	Mailboxes            []Mailbox  `toml:"mailbox"`
	SMTP                 SMTP       `toml:"smtp"`
	PGP                  PGP        `toml:"pgp"`
	SMIME                SMIME      `toml:"smime"`
	Divisions            []Division `toml:"division"`
	Assets               []Asset    `toml:"asset"`
	Answers              Answers    `toml:"answers"`
	Reports              Reports    `toml:"reports"`
	Store                Store      `toml:"store"`
	Desk                 Desk       `toml:"desk"`

	File   string        `toml:"-"` // where it was read from
	People []ContactFile `toml:"-"` // the contacts of Contacts, as far as they could be read

	lines map[string]int // where each key stands
	ring  *pgp.Keyring   // of Keyring, once it was read
}

// CSIRT is who we are to the outside.
type CSIRT struct {
	Name            string   `toml:"name"`
	Address         string   `toml:"address"` // answers come from here
	TicketPrefix    string   `toml:"ticket_prefix"`
	Phone           string   `toml:"phone"`
	Hours           string   `toml:"hours"`    // "Mo-Fr 09:00-17:00"; "" counts as DefaultHours and is told to nobody
	Timezone        string   `toml:"timezone"` // IANA name
	Languages       []string `toml:"languages"`
	Domains         []string `toml:"domains"`    // the own people
	Subaddress      string   `toml:"subaddress"` // "+" where the server delivers name+anything@
	TrustedAuthserv []string `toml:"trusted_authserv"`
}

// Mailbox is one reporting address that is watched.
type Mailbox struct {
	Name         string   `toml:"name"`
	IMAP         string   `toml:"imap"` // imaps://, imap:// (STARTTLS), imap+insecure:// (loopback)
	Address      string   `toml:"address"`
	PasswordFile string   `toml:"password_file"`
	PasswordEnv  string   `toml:"password_env"`
	CAFile       string   `toml:"ca_file"`
	Processed    string   `toml:"processed"`
	Junk         string   `toml:"junk"`
	Division     string   `toml:"division"`
	Confidential bool     `toml:"confidential"`
	Lists        []string `toml:"lists"` // List-Ids of our own lists that deliver here
	Poll         Duration `toml:"poll"`
	MaxMail      Size     `toml:"max_mail"`
}

// SMTP is the relay that takes our mail.
type SMTP struct {
	URL          string `toml:"url"` // smtps://, smtp:// (STARTTLS), smtp+insecure:// (loopback)
	PasswordFile string `toml:"password_file"`
	PasswordEnv  string `toml:"password_env"`
	CAFile       string `toml:"ca_file"`
	Bounce       string `toml:"bounce"` // envelope sender; "" is [csirt] address
}

// PGP is our keys and those of others. An entry may be a file or a folder.
type PGP struct {
	SecretKeys     []string `toml:"secret_keys"`
	PassphraseFile string   `toml:"passphrase_file"` // one passphrase a line
	PassphraseEnv  string   `toml:"passphrase_env"`
	PublicKeys     []string `toml:"public_keys"` // keys a person checked: tier peer
	KnownKeys      []string `toml:"known_keys"`  // keys that were imported: tier known
	MasterKeys     []string `toml:"master_keys"` // keys that only introduce others, like that of an association of teams
	WKD            bool     `toml:"wkd"`         // the domains of senders are asked for their keys, which wait for approval
	Legacy         []string `toml:"legacy"`      // senders whose mail is read although its encryption does not show changes
}

// SMIME is whom we trust about S/MIME signers, and what opens mail for us.
// An entry may be a file or a folder.
type SMIME struct {
	Authorities  []string `toml:"authorities"`  // certificates of authorities, PEM
	Certificates []string `toml:"certificates"` // ours, each with its unlocked secret key, PEM
}

// Division is a queue with people and a constituency.
type Division struct {
	Name     string         `toml:"name"`
	Mail     string         `toml:"mail"`
	Prefixes []netip.Prefix `toml:"prefixes"`
	Domains  []string       `toml:"domains"`
}

// Asset is something that matters more than the rest.
type Asset struct {
	Name        string         `toml:"name"`
	Prefixes    []netip.Prefix `toml:"prefixes"`
	Criticality string         `toml:"criticality"`
	Owner       string         `toml:"owner"`
}

// Answers bound what leaves by itself.
type Answers struct {
	Enabled         *bool    `toml:"enabled"` // nil is true
	MaxAge          Duration `toml:"max_age"`
	PerAddress      int      `toml:"per_address"` // in an hour
	PerDomain       int      `toml:"per_domain"`
	PerAddressDay   int      `toml:"per_address_day"`
	PerDomainDay    int      `toml:"per_domain_day"`
	Overall         int      `toml:"overall"`
	OwnPeople       int      `toml:"own_people"`
	NullReversePath bool     `toml:"null_reverse_path"`
}

// Reports say how reports reach us beside plain mail.
type Reports struct {
	Buttons []string `toml:"buttons"` // sender addresses of report-button add-ins
}

// Store is where secrets of the store come from.
type Store struct {
	SealKeyFile string `toml:"seal_key_file"`
}

// Desk is the HTTP side: /healthz and /metrics.
type Desk struct {
	Listen string `toml:"listen"`
	URL    string `toml:"url"`
}

// The defaults, in one place.
const (
	DefaultProcessed  = "Processed"
	DefaultMaxAge     = responder.DefaultMaxAge
	DefaultPoll       = time.Minute
	DefaultMaxMail    = 100 << 20
	DefaultPerAddress = responder.DefaultAddressBudget
	DefaultPerDomain  = responder.DefaultDomainBudget
	DefaultAddressDay = responder.DefaultAddressDayBudget
	DefaultDomainDay  = responder.DefaultDomainDayBudget
	DefaultOverall    = responder.DefaultOverallBudget
	DefaultOwnPeople  = responder.DefaultOwnBudget
	DefaultHours      = "Mo-Fr 09:00-17:00"
	DefaultListen     = "127.0.0.1:8025"
)

// budgets stand before the file is read, so that a nought in it is seen as one.
func budgets() Answers {
	return Answers{
		PerAddress: DefaultPerAddress, PerAddressDay: DefaultAddressDay, PerDomain: DefaultPerDomain, PerDomainDay: DefaultDomainDay,
		Overall: DefaultOverall, OwnPeople: DefaultOwnPeople,
	}
}

// setDefaults fills what the file left out.
func (c *Config) setDefaults() {
	for i := range c.Mailboxes {
		m := &c.Mailboxes[i]
		m.Processed = cmp.Or(m.Processed, DefaultProcessed)
		m.Poll = cmp.Or(m.Poll, Duration(DefaultPoll))
		m.MaxMail = cmp.Or(m.MaxMail, DefaultMaxMail)
	}
	a := &c.Answers
	a.MaxAge = cmp.Or(a.MaxAge, Duration(DefaultMaxAge))
	c.CSIRT.Timezone = cmp.Or(c.CSIRT.Timezone, "UTC")
	c.Desk.Listen = cmp.Or(c.Desk.Listen, DefaultListen)
	c.SMTP.Bounce = cmp.Or(c.SMTP.Bounce, c.CSIRT.Address)
	if len(c.CSIRT.Languages) == 0 {
		c.CSIRT.Languages = []string{"en"}
	}
}

// AnswersEnabled tells whether anything leaves by itself at all.
func (c *Config) AnswersEnabled() bool { return c.Answers.Enabled == nil || *c.Answers.Enabled }
