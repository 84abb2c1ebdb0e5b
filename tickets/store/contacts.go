package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"postern/tickets"
)

// metaDirectory counts the changes of contacts and keys, so that whoever holds
// a copy of them knows when it is old.
const metaDirectory = "directory version"

// DirectoryVersion changes whenever a contact or a key that counts does.
func (s *Store) DirectoryVersion(ctx context.Context) (string, error) {
	version, err := s.meta(ctx, metaDirectory)
	if err != nil {
		return "", fmt.Errorf("look at the directory: %w", err)
	}
	return version, nil
}

// directoryChanged raises the version in the transaction of the change.
func (s *Store) directoryChanged(ctx context.Context, t *tx) error {
	if err := s.lock(ctx, t, metaDirectory); err != nil {
		return err
	}
	var text string
	err := t.row(ctx, `SELECT value FROM meta WHERE name = $1`, []any{metaDirectory}, &text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	version, _ := strconv.ParseInt(text, 10, 64) // nothing yet is 0
	return setMeta(ctx, t, metaDirectory, strconv.FormatInt(version+1, 10))
}

// mayKeep tells whether a viewer may change the directory: whose key is whose
// decides who reads what leaves, for every division.
func mayKeep(v tickets.Viewer) error {
	switch v.Role {
	case roleAdmin, roleLead, roleHandler:
		return nil
	}
	return ErrReadOnly
}

// direct changes the directory in one transaction with its event.
func (s *Store) direct(ctx context.Context, v tickets.Viewer, what string, change func(context.Context, *tx) (text string, err error)) error {
	if err := mayKeep(v); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	err := s.write(ctx, "directory", func(ctx context.Context, t *tx) error {
		text, err := change(ctx, t)
		if err != nil {
			return err
		}
		addEvent(t, event{Actor: v.Name, What: what, Text: text})
		return s.directoryChanged(ctx, t)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Contacts lists the contacts of the database by name.
func (s *Store) Contacts(ctx context.Context) ([]tickets.Contact, error) {
	const query = `
		SELECT c.folded, c.name, c.kind, c.telephone, c.number, c.tlp, c.encryption, c.acknowledge, c.tier
		  FROM contacts c
		 ORDER BY c.folded`
	list, at := []tickets.Contact{}, map[string]int{}
	err := each(ctx, s.reader, query, nil, func(r *sql.Rows) error {
		c := tickets.Contact{Addresses: []string{}, Members: []tickets.Member{}}
		var folded string
		err := r.Scan(&folded, &c.Name, &c.Kind, &c.Telephone, &c.Number, &c.TLP, &c.Encryption, &c.Acknowledge, &c.Tier)
		at[folded] = len(list)
		list = append(list, c)
		return err
	})
	if err == nil {
		err = s.contactParts(ctx, list, at)
	}
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return list, nil
}

func (s *Store) contactParts(ctx context.Context, list []tickets.Contact, at map[string]int) error {
	var folded, name, address string
	err := each(ctx, s.reader, `SELECT contact, address FROM contact_addresses WHERE member = 0 ORDER BY contact, n`, nil, func(r *sql.Rows) error {
		err := r.Scan(&folded, &address)
		if i, ok := at[folded]; ok {
			list[i].Addresses = append(list[i].Addresses, address)
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, s.reader, `SELECT contact, name, address FROM contact_members ORDER BY contact, n`, nil, func(r *sql.Rows) error {
		err := r.Scan(&folded, &name, &address)
		if i, ok := at[folded]; ok {
			list[i].Members = append(list[i].Members, tickets.Member{Name: name, Address: address})
		}
		return err
	})
}

// AddContact keeps a new contact. tickets.ErrTwice when there is one of that
// name, or when another has one of its addresses.
func (s *Store) AddContact(ctx context.Context, v tickets.Viewer, c tickets.Contact) error {
	return s.direct(ctx, v, "added contact", func(ctx context.Context, t *tx) (string, error) {
		n, err := writeContact(ctx, t, c, `ON CONFLICT (folded) DO NOTHING`)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s: %w", c.Name, tickets.ErrTwice)
		}
		return c.Name, err
	})
}

// ChangeContact writes over the contact of this name. tickets.ErrNoContact when
// there is none.
func (s *Store) ChangeContact(ctx context.Context, v tickets.Viewer, c tickets.Contact) error {
	const update = `
		ON CONFLICT (folded) DO UPDATE
		   SET name = excluded.name, kind = excluded.kind, telephone = excluded.telephone, number = excluded.number, tlp = excluded.tlp,
		       encryption = excluded.encryption, acknowledge = excluded.acknowledge, tier = excluded.tier, changed = excluded.changed`
	return s.direct(ctx, v, "changed contact", func(ctx context.Context, t *tx) (string, error) {
		if err := hasContact(ctx, t, c.Name); err != nil {
			return "", err
		}
		folded := tickets.Folded(c.Name)
		for _, drop := range []string{`DELETE FROM contact_addresses WHERE contact = $1`, `DELETE FROM contact_members WHERE contact = $1`} {
			if _, err := t.exec(ctx, drop, folded); err != nil {
				return "", err
			}
		}
		// Its approved keys follow it, but for those that nobody compared.
		const follow = `UPDATE pgp_keys SET tier = $2, version = version + 1 WHERE folded = $1 AND state = 'approved' AND verified_how <> 'import'`
		if _, err := t.exec(ctx, follow, folded, c.Tier); err != nil {
			return "", err
		}
		_, err := writeContact(ctx, t, c, update)
		return c.Name, err
	})
}

// RemoveContact forgets a contact. Its keys lose their approval with it and
// wait for another one; it tells how many those are.
func (s *Store) RemoveContact(ctx context.Context, v tickets.Viewer, name string) (keys int64, err error) {
	const free = `
		UPDATE pgp_keys SET state = 'pending', contact = '', folded = '', holder = '', tier = '', verified_by = '', verified_how = '', verified_at = 0, version = version + 1
		 WHERE folded = $1 AND state = 'approved'`
	err = s.direct(ctx, v, "removed contact", func(ctx context.Context, t *tx) (string, error) {
		folded := tickets.Folded(name)
		if err := hasContact(ctx, t, name); err != nil {
			return "", err
		}
		if keys, err = t.exec(ctx, free, folded); err != nil {
			return "", err
		}
		for _, drop := range []string{
			`DELETE FROM contact_addresses WHERE contact = $1`,
			`DELETE FROM contact_members WHERE contact = $1`,
			`DELETE FROM contacts WHERE folded = $1`,
		} {
			if _, err := t.exec(ctx, drop, folded); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%s; %d keys wait for approval again", name, keys), nil
	})
	return keys, err
}

// hasContact is tickets.ErrNoContact when the database has none of this name.
func hasContact(ctx context.Context, t *tx, name string) error {
	var one string
	err := t.row(ctx, `SELECT name FROM contacts WHERE folded = $1`, []any{tickets.Folded(name)}, &one)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", name, tickets.ErrNoContact)
	}
	return err
}

// writeContact inserts a contact with what hangs on it; conflict says what
// becomes of one that is there. n is 0 when nothing was written.
func writeContact(ctx context.Context, t *tx, c tickets.Contact, conflict string) (n int64, err error) {
	folded := clean(tickets.Folded(c.Name))
	n, err = t.exec(ctx, `
		INSERT INTO contacts (folded, name, kind, telephone, number, tlp, encryption, acknowledge, tier, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) `+conflict,
		folded, clean(c.Name), c.Kind, clean(c.Telephone), clean(c.Number), c.TLP, c.Encryption, c.Acknowledge, c.Tier, t.at)
	if err != nil || n == 0 {
		return n, err
	}
	for i, address := range c.AllAddresses() {
		member := !slices.Contains(c.Addresses, address)
		if err := claimAddress(ctx, t, folded, clean(address), member, i); err != nil {
			return 0, err
		}
	}
	for i, m := range c.Members {
		const insert = `INSERT INTO contact_members (contact, n, name, address) VALUES ($1, $2, $3, $4)`
		if _, err := t.exec(ctx, insert, folded, i, clean(m.Name), clean(m.Address)); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// claimAddress gives an address to a contact, if no other has it.
func claimAddress(ctx context.Context, t *tx, contact, address string, member bool, n int) error {
	const insert = `INSERT INTO contact_addresses (address, contact, member, n) VALUES ($1, $2, $3, $4) ON CONFLICT (address) DO NOTHING`
	written, err := t.exec(ctx, insert, address, contact, bit(member), n)
	if err != nil || written == 1 {
		return err
	}
	var owner string
	const look = `SELECT c.name FROM contact_addresses a JOIN contacts c ON c.folded = a.contact WHERE a.address = $1`
	if err := t.row(ctx, look, []any{address}, &owner); err != nil {
		return err
	}
	return fmt.Errorf("%s belongs to %s: %w", address, strings.TrimSpace(owner), tickets.ErrTwice)
}

// ProtectedSubjects lists the addresses that sent a protected subject.
func (s *Store) ProtectedSubjects(ctx context.Context) ([]string, error) {
	list, err := column[string](ctx, s.reader, `SELECT address FROM protected_subjects ORDER BY address`)
	if err != nil {
		return nil, fmt.Errorf("list who protects subjects: %w", err)
	}
	return list, nil
}
