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
)

// shownKey is one OpenPGP key as `keys --json` shows it. Times are RFC 3339, ""
// is never.
type shownKey struct {
	Fingerprint string   `json:"fingerprint"`
	UserIDs     []string `json:"user_ids"`
	Addresses   []string `json:"addresses"`
	Ours        bool     `json:"ours"`
	Tier        string   `json:"tier"`
	Created     string   `json:"created"`
	Expires     string   `json:"expires"` // the primary key
	Until       string   `json:"until"`   // when it ends being of use, perhaps earlier
	State       string   `json:"state"`   // good | ends soon | ended | revoked
}

func (p *program) keys() *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "Show the OpenPGP keys of the configuration: ours, and those we trust",
		Long: `Keys lists the OpenPGP keys that the configuration names: ours first, then those
of others, with how far each is trusted. A peer's key was checked by a person; a
known one was imported. Other keys, those attached to mail too, are never used.`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withKeys(func(ring *pgp.Keyring) error { return p.listKeys(ring.Keys()) })
		},
	}
	for _, sub := range []*cobra.Command{p.keysShow(), p.keysExpiring(), p.keysExport()} {
		sub.Args = asMisuse(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (p *program) keysShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show FINGERPRINT|ADDRESS",
		Short: "Show all of the keys that have this fingerprint, key ID or mail address",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.withKeys(func(ring *pgp.Keyring) error {
				var found []pgp.KeyInfo
				for _, key := range ring.Keys() {
					if isKey(key, args[0]) {
						found = append(found, key)
					}
				}
				if len(found) == 0 {
					return fmt.Errorf("no key of the configuration is called %s", args[0])
				}
				return p.describeKeys(found)
			})
		},
	}
}

func (p *program) keysExpiring() *cobra.Command {
	days := int(config.KeyWarning / (24 * time.Hour))
	c := &cobra.Command{
		Use:   "expiring",
		Short: "List the keys that end within 60 days, or have ended",
		RunE: func(_ *cobra.Command, _ []string) error {
			return p.withKeys(func(ring *pgp.Keyring) error {
				ending := ring.Expiring(p.now(), time.Duration(days)*24*time.Hour)
				if len(ending) == 0 && !p.json {
					fmt.Fprintf(p.err, "No key ends within %d days.\n", days)
				}
				return p.listKeys(ending)
			})
		},
	}
	c.Flags().IntVar(&days, "days", days, "how many `DAYS` to look ahead")
	return c
}

func (p *program) keysExport() *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write our newest public key, for people outside",
		RunE: func(_ *cobra.Command, _ []string) error {
			return p.withKeys(func(ring *pgp.Keyring) error {
				public, err := ring.OwnPublicKey(p.now())
				if err != nil {
					return errors.Join(errors.New("there is no key of ours to export"), err)
				}
				_, err = p.out.Write(public)
				return err
			})
		},
	}
}

// withKeys unlocks the keys of the configuration. A lost password of a mailbox
// keeps nobody from looking at keys.
func (p *program) withKeys(do func(*pgp.Keyring) error) error {
	conf, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	ring, err := conf.Keyring()
	if err != nil {
		return err
	}
	return do(ring)
}

// isKey tells whether a person means this key: by fingerprint or its end, as
// people copy it, or by one of its addresses.
func isKey(key pgp.KeyInfo, word string) bool {
	bare := strings.TrimPrefix(strings.ToUpper(strings.ReplaceAll(word, " ", "")), "0X")
	if len(bare) >= 8 && strings.HasSuffix(key.Fingerprint, bare) {
		return true
	}
	for _, address := range key.Addresses {
		if strings.EqualFold(address, word) {
			return true
		}
	}
	return false
}

func (p *program) shown(key pgp.KeyInfo) shownKey {
	now, state := p.now(), "good"
	switch {
	case key.Revoked:
		state = "revoked"
	case key.Until.IsZero():
	case !key.Until.After(now):
		state = "ended"
	case key.Until.Before(now.Add(config.KeyWarning)):
		state = "ends soon"
	}
	return shownKey{
		Fingerprint: key.Fingerprint, UserIDs: append([]string{}, key.UserIDs...), Addresses: append([]string{}, key.Addresses...),
		Ours: key.Secret, Tier: key.Tier, Created: stamp(key.Created), Expires: stamp(key.Expires), Until: stamp(key.Until), State: state,
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (p *program) listKeys(keys []pgp.KeyInfo) error {
	if p.json {
		return p.encodeKeys(keys)
	}
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for n, key := range keys {
		if n == 0 {
			fmt.Fprintln(table, "FINGERPRINT\tWHOSE\tSTATE\tUNTIL\tNAME")
		}
		s := p.shown(key)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", s.Fingerprint, whose(s), s.State, day(s.Until), cut(oneLine(strings.Join(s.UserIDs, ", ")), 60))
	}
	return table.Flush()
}

func (p *program) encodeKeys(keys []pgp.KeyInfo) error {
	encoder := json.NewEncoder(p.out)
	for _, key := range keys {
		if err := encoder.Encode(p.shown(key)); err != nil {
			return err
		}
	}
	return nil
}

func whose(s shownKey) string {
	if s.Ours {
		return "ours"
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

func (p *program) describeKeys(keys []pgp.KeyInfo) error {
	if p.json {
		return p.encodeKeys(keys)
	}
	for n, key := range keys {
		if n > 0 {
			fmt.Fprintln(p.out)
		}
		if err := writeKey(p.out, p.shown(key)); err != nil {
			return err
		}
	}
	return nil
}

func writeKey(out io.Writer, s shownKey) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "fingerprint\t%s\n", inGroups(s.Fingerprint))
	for _, id := range s.UserIDs {
		fmt.Fprintf(table, "name\t%s\n", oneLine(id))
	}
	fmt.Fprintf(table, "whose\t%s\nstate\t%s\ncreated\t%s\nexpires\t%s\nuntil\t%s\n", whose(s), s.State, day(s.Created), day(s.Expires), day(s.Until))
	return table.Flush()
}

// inGroups writes a fingerprint in fours, as it is read out over the telephone.
func inGroups(fingerprint string) string {
	var groups []string
	for ; len(fingerprint) > 4; fingerprint = fingerprint[4:] {
		groups = append(groups, fingerprint[:4])
	}
	return strings.Join(append(groups, fingerprint), " ")
}
