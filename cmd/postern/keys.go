package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// shownKey is one OpenPGP key as `keys --json` shows it. Times are RFC 3339, ""
// is never.
type shownKey struct {
	Fingerprint  string   `json:"fingerprint"`
	UserIDs      []string `json:"user_ids"`
	Addresses    []string `json:"addresses"`
	Ours         bool     `json:"ours"`
	Tier         string   `json:"tier"` // peer | known | unknown
	Contact      string   `json:"contact"`
	Holder       string   `json:"holder"` // the member of a team whose it is
	Created      string   `json:"created"`
	Expires      string   `json:"expires"` // the primary key
	Until        string   `json:"until"`   // when it ends being of use, perhaps earlier
	State        string   `json:"state"`   // good | ends soon | ended | revoked | pending | refused
	Source       string   `json:"source"`  // config | import | attached | autocrypt | wkd
	IntroducedBy []string `json:"introduced_by"`
	VerifiedBy   string   `json:"verified_by"`
	VerifiedHow  string   `json:"verified_how"` // telephone | meeting | directory | import
	VerifiedAt   string   `json:"verified_at"`
	SeenFrom     string   `json:"seen_from"` // sender of the mail it was first seen in; not proven
	SeenMail     int64    `json:"seen_mail"` // number of that mail, 0 for none
	SeenAt       string   `json:"seen_at"`
	Reason       string   `json:"reason"` // why it was refused
}

func (p *program) keys() *cobra.Command {
	var pending, all bool
	c := &cobra.Command{
		Use:   "keys",
		Short: "Show the OpenPGP keys: ours, those we trust, and those that wait for approval",
		Long: `Keys lists the OpenPGP keys of the configuration and of the database: ours first,
then those of others, with how far each is trusted. Keys that came with mail wait
as pending: they are used for nothing until a person has compared the fingerprint
with its owner and said so with "keys approve". So do those that "keys find" asks
the domain of an address for.`,
		RunE: func(c *cobra.Command, _ []string) error { return p.runKeys(c, pending, all) },
	}
	list := &cobra.Command{Use: "list", Short: "List the keys", RunE: c.RunE}
	for _, one := range []*cobra.Command{c, list} {
		one.Flags().BoolVar(&pending, "pending", false, "only those that wait for approval")
		one.Flags().BoolVar(&all, "all", false, "refused ones too")
	}
	for _, sub := range []*cobra.Command{list, p.keysShow(), p.keysImport(), p.keysFind(), p.keysApprove(), p.keysRefuse(), p.keysExpiring(), p.keysExport()} {
		sub.Args = asMisuse(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (p *program) runKeys(c *cobra.Command, pending, all bool) error {
	return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
		var list []keyEntry
		waiting := 0
		for _, e := range d.entries() {
			is := e.waits()
			if is {
				waiting++
			}
			if is && (pending || all) || !is && !pending && (all || !e.refused()) {
				list = append(list, e)
			}
		}
		if err := p.listKeys(d, list); err != nil {
			return err
		}
		if waiting > 0 && !pending && !all && !p.json {
			fmt.Fprintf(p.err, "%s for approval: postern keys --pending\n", countWait(waiting))
		}
		if waiting == 0 && pending && !p.json {
			fmt.Fprintln(p.err, "No key waits for approval.")
		}
		return nil
	})
}

func countWait(n int) string {
	if n == 1 {
		return "1 key waits"
	}
	return fmt.Sprintf("%d keys wait", n)
}

func (p *program) keysShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show FINGERPRINT|ADDRESS|CONTACT",
		Short: "Show all of the keys that have this fingerprint, key ID, mail address or contact",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			word := strings.Join(args, " ") // a fingerprint in groups is several words
			return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
				var found []keyEntry
				for _, e := range d.entries() {
					if e.called(word) {
						found = append(found, e)
					}
				}
				if len(found) == 0 {
					return fmt.Errorf("no key is called %s, neither in the configuration nor in the database", word)
				}
				return p.describeKeys(d, found)
			})
		},
	}
}

func (p *program) keysExpiring() *cobra.Command {
	days := int(config.KeyWarning / (24 * time.Hour))
	c := &cobra.Command{
		Use:   "expiring",
		Short: "List the keys that end within 60 days, or have ended",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
				var ending []keyEntry
				for _, key := range d.ring.Expiring(p.now(), time.Duration(days)*24*time.Hour) {
					ending = append(ending, d.entry(key))
				}
				if len(ending) == 0 && !p.json {
					fmt.Fprintf(p.err, "No key ends within %d days.\n", days)
				}
				return p.listKeys(d, ending)
			})
		},
	}
	c.Flags().IntVar(&days, "days", days, "how many `DAYS` to look ahead")
	return c
}

func (p *program) keysExport() *cobra.Command {
	return &cobra.Command{
		Use:   "export [FINGERPRINT|ADDRESS]",
		Short: "Write a public key: without an argument our newest one, for people outside",
		Args:  cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
				public, err := p.exported(d, strings.Join(args, " "))
				if err != nil {
					return err
				}
				_, err = p.out.Write(public)
				return err
			})
		},
	}
}

func (p *program) exported(d *directory, word string) ([]byte, error) {
	if word == "" {
		public, err := d.ring.OwnPublicKey(p.now())
		if err != nil {
			return nil, errors.Join(errors.New("there is no key of ours to export"), err)
		}
		return append(public, '\n'), nil
	}
	var all []byte
	for _, e := range d.entries() {
		switch {
		case !e.called(word):
		case e.inRing:
			public, err := d.ring.Public(e.info.Fingerprint)
			if err != nil {
				return nil, err
			}
			all = append(all, append(public, '\n')...)
		default:
			all = append(all, e.stored.Data+"\n"...)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no key is called %s", word)
	}
	return all, nil
}

// shown puts together what the key says and what people said of it.
func (p *program) shown(e keyEntry) shownKey {
	key := e.info
	s := shownKey{
		Fingerprint: key.Fingerprint, UserIDs: append([]string{}, key.UserIDs...), Addresses: append([]string{}, key.Addresses...),
		Ours: key.Secret, Tier: key.Tier, Contact: e.contact, Holder: e.stored.Holder, Source: tickets.ViaConfig,
		Created: stamp(key.Created), Expires: stamp(key.Expires), Until: stamp(key.Until), State: p.stateOf(e), IntroducedBy: []string{},
	}
	if e.stored.Fingerprint != "" && !e.fixed {
		k := e.stored
		s.Source, s.SeenFrom, s.SeenMail, s.SeenAt, s.Reason = k.Via, k.SeenFrom, k.Mail, stamp(k.Seen), k.Reason
		s.VerifiedBy, s.VerifiedHow, s.VerifiedAt = k.VerifiedBy, k.VerifiedHow, stamp(k.VerifiedAt)
	}
	return s
}

func (p *program) stateOf(e keyEntry) string {
	now, key := p.now(), e.info
	switch {
	case e.refused():
		return tickets.KeyRefused
	case key.Revoked:
		return "revoked"
	case e.waits():
		return tickets.KeyPending
	case key.Until.IsZero():
	case !key.Until.After(now):
		return "ended"
	case key.Until.Before(now.Add(config.KeyWarning)):
		return "ends soon"
	}
	return "good"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (p *program) listKeys(d *directory, keys []keyEntry) error {
	if p.json {
		return p.encodeKeys(d, keys)
	}
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for n, key := range keys {
		if n == 0 {
			fmt.Fprintln(table, "FINGERPRINT\tWHOSE\tSTATE\tUNTIL\tCONTACT\tNAME")
		}
		s := p.shown(key)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", s.Fingerprint, whose(s), s.State, day(s.Until), orDash(oneLine(s.Contact)), cut(oneLine(strings.Join(s.UserIDs, ", ")), 60))
	}
	return table.Flush()
}

func (p *program) encodeKeys(d *directory, keys []keyEntry) error {
	encoder := json.NewEncoder(p.out)
	for _, key := range keys {
		s := p.shown(key)
		s.IntroducedBy = d.introducers(key, p.now())
		if err := encoder.Encode(s); err != nil {
			return err
		}
	}
	return nil
}

func whose(s shownKey) string {
	switch {
	case s.Ours:
		return "ours"
	case s.State == tickets.KeyPending, s.State == tickets.KeyRefused:
		return "-"
	}
	return s.Tier
}

// day is the date of a time stamp, "never" for none.
func day(stamp string) string {
	if stamp == "" {
		return "never"
	}
	date, _, _ := strings.Cut(stamp, "T")
	return date
}

func (p *program) describeKeys(d *directory, keys []keyEntry) error {
	if p.json {
		return p.encodeKeys(d, keys)
	}
	for n, key := range keys {
		if n > 0 {
			fmt.Fprintln(p.out)
		}
		s := p.shown(key)
		s.IntroducedBy = d.introducers(key, p.now())
		if err := writeKey(p.out, s); err != nil {
			return err
		}
	}
	return nil
}

func writeKey(out io.Writer, s shownKey) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, oneLine(value))
		}
	}
	row("fingerprint", tickets.InGroups(s.Fingerprint))
	for _, id := range s.UserIDs {
		row("name", id)
	}
	row("contact", config.SignerName(s.Contact, s.Holder))
	row("whose", whose(s))
	row("state", s.State)
	row("created", day(s.Created))
	row("expires", day(s.Expires))
	row("until", day(s.Until))
	row("came by", cameBy(s))
	for _, name := range s.IntroducedBy {
		row("introduced by", name)
	}
	if s.VerifiedBy != "" {
		row("verified", day(s.VerifiedAt)+" by "+s.VerifiedBy+" ("+s.VerifiedHow+")")
	}
	row("refused", s.Reason)
	if s.State == tickets.KeyPending {
		row("to approve", "compare the fingerprint with its owner, then: postern keys approve "+s.Fingerprint+" --by YOU --how telephone")
	}
	return table.Flush()
}

// cameBy says where a key is from.
func cameBy(s shownKey) string {
	switch s.Source {
	case tickets.ViaConfig:
		return "the configuration"
	case tickets.ViaImport:
		return "import, on " + day(s.SeenAt)
	case tickets.ViaWKD:
		return "the directory of its domain (WKD), on " + day(s.SeenAt)
	}
	return fmt.Sprintf("mail %d that says it is from %s, on %s", s.SeenMail, orDash(s.SeenFrom), day(s.SeenAt))
}

// pgpEntry is what the directory knows of a key that is not in its ring.
func pgpEntry(k tickets.Key) pgp.KeyInfo {
	info := pgp.KeyInfo{Fingerprint: k.Fingerprint, UserIDs: k.UserIDs, Tier: "unknown"}
	if found, _, err := pgp.ReadKeys([]byte(k.Data)); err == nil {
		info = found[0].KeyInfo
	}
	return info
}
