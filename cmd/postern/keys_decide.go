package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/tickets"
	"postern/tickets/store"
)

// keyFlags are what a person says of keys.
type keyFlags struct{ contact, holder, tier, by, how, reason string }

// maxKeyring bounds a file of keys that is imported.
const maxKeyring = 16 << 20

func (p *program) keysImport() *cobra.Command {
	var f keyFlags
	c := &cobra.Command{
		Use:   "import FILE... [--contact NAME] [--tier known]",
		Short: "Bring public keys into the database; they wait for approval, or count as known",
		Long: `Import reads every public key in FILE, armoured or binary. The keys wait for a
person who compares their fingerprints. With --tier known they count at once, all
of them: that is for the keyring of an association whose own word you trust. A
peer's key is approved one by one, with "keys approve". A key that is there
already takes what its owner says in the newer copy.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if f.tier != "" && f.tier != tickets.TierKnown {
				return misuse{errors.New("--tier takes known only: a peer's fingerprint is compared first, see `postern keys approve --help`")}
			}
			return p.withDirectory(c.Context(), func(_ *config.Config, s *store.Store, d *directory) error {
				return p.importKeys(c, s, d, args, f)
			})
		},
	}
	c.Flags().StringVar(&f.contact, "contact", "", "`NAME` of the contact they belong to")
	c.Flags().StringVar(&f.holder, "holder", "", "`NAME` of the member of a team whose they are")
	c.Flags().StringVar(&f.tier, "tier", "", "`TIER` known: they count without being approved one by one")
	return c
}

func (p *program) importKeys(c *cobra.Command, s *store.Store, d *directory, files []string, f keyFlags) error {
	if s == nil {
		return errNoDatabase
	}
	contact, err := d.contact(f.contact)
	if err != nil {
		return err
	}
	f.contact = contact.Name
	var keys []tickets.Key
	for _, file := range files {
		some, err := p.readKeyring(file, d, f)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		keys = append(keys, some...)
	}
	if err := s.ImportKeys(c.Context(), viewer(), keys); err != nil {
		return err
	}
	return p.sayImported(c, d, keys)
}

// readKeyring reads the keys of one file that are news to the database.
func (p *program) readKeyring(file string, d *directory, f keyFlags) ([]tickets.Key, error) {
	data, err := p.readFile(file, maxKeyring)
	if err != nil {
		return nil, err
	}
	found, unread, err := pgp.ReadKeys(data)
	if errors.Is(err, pgp.ErrSecret) {
		return nil, errors.New("there is a secret key in it; nobody but its owner should have that. Export the public one: gpg --armor --export")
	}
	if err != nil {
		return nil, err
	}
	if unread > 0 {
		fmt.Fprintf(p.err, "%s: %s could not be read and is left out\n", file, count(unread, "key"))
	}
	var keys []tickets.Key
	for _, key := range found {
		if d.fixed[key.Fingerprint] {
			fmt.Fprintf(p.err, "%s stands in the configuration already: put the newer copy into its file\n", tickets.InGroups(key.Fingerprint))
			continue
		}
		keys = append(keys, p.imported(key, d, f))
	}
	return keys, nil
}

// imported is one key as it will stand in the database, together with what is
// known of it there.
func (p *program) imported(key pgp.FoundKey, d *directory, f keyFlags) tickets.Key {
	k := tickets.Key{
		Fingerprint: key.Fingerprint, State: tickets.KeyPending, UserIDs: key.UserIDs, Data: key.Data,
		Contact: f.contact, Holder: f.holder, Via: tickets.ViaImport,
	}
	if f.tier == tickets.TierKnown {
		k.State, k.Tier, k.VerifiedBy, k.VerifiedHow, k.VerifiedAt = tickets.KeyApproved, f.tier, viewer().Name, "import", p.now()
	}
	for _, old := range d.keys {
		if old.Fingerprint != key.Fingerprint {
			continue
		}
		if merged, _, err := pgp.Merge([]byte(key.Data), []byte(old.Data)); err == nil {
			k.Data = merged // a revocation that came with a mail stays
		}
		if old.State == tickets.KeyRefused { // only a person who approves it takes that back
			k.State = tickets.KeyPending
		}
		if old.State == tickets.KeyApproved { // what a person compared says more than an import, and its names are what was approved
			k.State, k.UserIDs, k.Contact, k.Holder = tickets.KeyPending, old.UserIDs, old.Contact, old.Holder
			if merged, _, err := pgp.Merge([]byte(old.Data), []byte(key.Data)); err == nil {
				k.Data = merged
			}
		}
	}
	return k
}

func (p *program) sayImported(c *cobra.Command, d *directory, keys []tickets.Key) error {
	states := map[string]string{}
	for _, old := range d.keys {
		states[old.Fingerprint] = old.State
	}
	if p.json {
		return p.showAgain(c, keys)
	}
	waiting := 0
	for _, k := range keys {
		what := "counts as known"
		switch was := states[k.Fingerprint]; {
		case was == tickets.KeyApproved:
			what = "was approved already; newer expiry, subkeys and revocations are taken"
		case k.State == tickets.KeyPending && was == tickets.KeyRefused:
			what = "was refused; `postern keys approve` takes that back"
		case k.State == tickets.KeyPending:
			what, waiting = "waits for approval", waiting+1
		}
		fmt.Fprintf(p.out, "%s  %s  %s\n", tickets.InGroups(k.Fingerprint), cut(oneLine(strings.Join(k.UserIDs, ", ")), 60), what)
	}
	if waiting > 0 {
		fmt.Fprintln(p.err, "Compare each fingerprint with its owner, then: postern keys approve FINGERPRINT --by YOU --how telephone|meeting|directory")
	}
	return nil
}

func (p *program) keysApprove() *cobra.Command {
	var f keyFlags
	c := &cobra.Command{
		Use:   "approve FINGERPRINT --by NAME --how telephone|meeting|directory",
		Short: "Say that you compared a fingerprint with its owner: the key counts from now on",
		Long: `Approve takes the whole fingerprint, with or without blanks, or at least 16 digits
of it that mean one key alone. It records who compared it, how, and when. Mail that
was signed with the key before is judged again by a running serve. With --contact
the key counts for that contact, for a team also as its members' and in its tier.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case strings.TrimSpace(f.by) == "":
				return misuse{errors.New("--by is missing: the name of who compared the fingerprint")}
			case !slices.Contains(tickets.KeyProofs, f.how):
				return misuse{fmt.Errorf("--how %q is none of %s: a fingerprint out of the mail itself proves nothing", f.how, strings.Join(tickets.KeyProofs, ", "))}
			case f.tier != "" && f.tier != tickets.TierKnown && f.tier != tickets.TierPeer:
				return misuse{fmt.Errorf("--tier %q is none of known, peer", f.tier)}
			}
			return p.withDirectory(c.Context(), func(_ *config.Config, s *store.Store, d *directory) error {
				return p.approve(c, s, d, strings.Join(args, ""), f)
			})
		},
	}
	c.Flags().StringVar(&f.by, "by", "", "`NAME` of who compared the fingerprint")
	c.Flags().StringVar(&f.how, "how", "", "`HOW` it was compared: telephone, meeting or directory")
	c.Flags().StringVar(&f.contact, "contact", "", "`NAME` of the contact it belongs to")
	c.Flags().StringVar(&f.holder, "holder", "", "`NAME` of the member of a team whose it is")
	c.Flags().StringVar(&f.tier, "tier", "", "`TIER` of a key without contact: known (default) or peer")
	return c
}

func (p *program) approve(c *cobra.Command, s *store.Store, d *directory, word string, f keyFlags) error {
	e, err := d.decide(word)
	if err != nil {
		return err
	}
	if s == nil {
		return errNoDatabase
	}
	if e.info.Revoked {
		return fmt.Errorf("%s was revoked by its owner: ask for the key that takes its place", tickets.InGroups(e.info.Fingerprint))
	}
	name := f.contact
	if name == "" {
		name = e.contact
	}
	contact, err := d.contact(name)
	if err != nil {
		return err
	}
	if contact.Name != "" && f.tier != "" && f.tier != contact.Tier {
		return misuse{fmt.Errorf("%s is %s, and its keys are: leave --tier out, or `postern contacts set` changes the contact", contact.Name, contact.Tier)}
	}
	a := tickets.Approval{Fingerprint: e.info.Fingerprint, By: f.by, How: f.how, Contact: contact.Name, Holder: f.holder, Tier: tierOf(contact, f.tier)}
	if err := s.ApproveKey(c.Context(), viewer(), a); err != nil {
		return err
	}
	p.warnApproved(e, contact)
	if p.json {
		return p.showAgain(c, []tickets.Key{e.stored})
	}
	whose := "without a contact"
	if contact.Name != "" {
		whose = "for " + config.SignerName(contact.Name, f.holder)
	}
	_, err = fmt.Fprintf(p.out, "approved as %s %s: %s\n  %s\n", a.Tier, whose, tickets.InGroups(a.Fingerprint), oneLine(strings.Join(e.info.UserIDs, ", ")))
	return err
}

func tierOf(contact tickets.Contact, asked string) string {
	switch {
	case contact.Name != "":
		return contact.Tier
	case asked != "":
		return asked
	}
	return tickets.TierKnown
}

// warnApproved tells what a careful person would look at twice.
func (p *program) warnApproved(e keyEntry, contact tickets.Contact) {
	if !e.info.Until.IsZero() && !e.info.Until.After(p.now()) {
		fmt.Fprintf(p.err, "It ended on %s: signatures from before count, nobody can be written to with it.\n", e.info.Until.UTC().Format("2006-01-02"))
	}
	if contact.Name == "" {
		return
	}
	one := tickets.NewDirectory([]tickets.Contact{contact}, nil)
	names := func(address string) bool { _, ok := one.ByAddress(address); return ok }
	if !slices.ContainsFunc(e.info.Addresses, names) {
		fmt.Fprintf(p.err, "None of the addresses it names (%s) is one of %s.\n", orDash(oneLine(strings.Join(e.info.Addresses, ", "))), contact.Name)
	}
}

func (p *program) keysRefuse() *cobra.Command {
	var f keyFlags
	c := &cobra.Command{
		Use:   "refuse FINGERPRINT [--reason TEXT]",
		Short: "Take a key out of use for good, an approved one too; it is not offered again",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withDirectory(c.Context(), func(_ *config.Config, s *store.Store, d *directory) error {
				e, err := d.decide(strings.Join(args, ""))
				if err != nil {
					return err
				}
				if s == nil {
					return errNoDatabase
				}
				if err := s.RefuseKey(c.Context(), viewer(), e.info.Fingerprint, f.reason); err != nil {
					return err
				}
				if p.json {
					return p.showAgain(c, []tickets.Key{e.stored})
				}
				_, err = fmt.Fprintf(p.out, "refused: %s\n  %s\n", tickets.InGroups(e.info.Fingerprint), oneLine(strings.Join(e.info.UserIDs, ", ")))
				return err
			})
		},
	}
	c.Flags().StringVar(&f.reason, "reason", "", "`TEXT` that says why")
	return c
}

// showAgain shows keys as they are after a change.
func (p *program) showAgain(c *cobra.Command, keys []tickets.Key) error {
	return p.withDirectory(c.Context(), func(_ *config.Config, _ *store.Store, d *directory) error {
		var list []keyEntry
		for _, e := range d.entries() {
			if slices.ContainsFunc(keys, func(k tickets.Key) bool { return k.Fingerprint == e.info.Fingerprint }) {
				list = append(list, e)
			}
		}
		return p.encodeKeys(d, list)
	})
}

// readFile reads a file that a person names, - for standard input.
func (p *program) readFile(name string, limit int64) ([]byte, error) {
	if name == "-" {
		return readBounded(p.in, limit)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	return readBounded(f, limit)
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("larger than %d MB", limit>>20)
	}
	return data, err
}
