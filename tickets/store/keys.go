package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"postern/tickets"
)

const keyColumns = `fingerprint, state, tier, contact, holder, user_ids, data, via, mail, seen, seen_from,
	verified_by, verified_how, verified_at, reason, version`

// Keys lists the keys of the database in the states given, all of them without
// any, newest first.
func (s *Store) Keys(ctx context.Context, states ...string) ([]tickets.Key, error) {
	which, args := "1 = 1", []any{}
	for i, state := range states {
		if i == 0 {
			which = "1 = 0"
		}
		which += fmt.Sprintf(" OR state = $%d", i+1)
		args = append(args, state)
	}
	query := `SELECT ` + keyColumns + ` FROM pgp_keys WHERE ` + which + ` ORDER BY seen DESC, fingerprint`
	list := []tickets.Key{}
	err := each(ctx, s.reader, query, args, func(r *sql.Rows) error {
		k, err := scanKey(r)
		list = append(list, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return list, nil
}

// Key gives one key by its whole fingerprint, tickets.ErrNoKey when there is none.
func (s *Store) Key(ctx context.Context, fingerprint string) (k tickets.Key, err error) {
	found := false
	query := `SELECT ` + keyColumns + ` FROM pgp_keys WHERE fingerprint = $1`
	err = each(ctx, s.reader, query, []any{fingerprint}, func(r *sql.Rows) (err error) {
		found = true
		k, err = scanKey(r)
		return err
	})
	if err == nil && !found {
		err = tickets.ErrNoKey
	}
	if err != nil {
		return tickets.Key{}, fmt.Errorf("look for key %s: %w", fingerprint, err)
	}
	return k, nil
}

func scanKey(r *sql.Rows) (k tickets.Key, err error) {
	var seen, verified int64
	var ids string
	err = r.Scan(&k.Fingerprint, &k.State, &k.Tier, &k.Contact, &k.Holder, &ids, &k.Data, &k.Via, &k.Mail, &seen, &k.SeenFrom,
		&k.VerifiedBy, &k.VerifiedHow, &verified, &k.Reason, &k.Version)
	if err != nil {
		return k, err
	}
	k.Seen, k.VerifiedAt = moment(seen), moment(verified)
	return k, json.Unmarshal([]byte(ids), &k.UserIDs)
}

// PendingKeys counts the keys that wait for a person.
func (s *Store) PendingKeys(ctx context.Context) (n int, err error) {
	if err := s.reader.row(ctx, `SELECT count(*) FROM pgp_keys WHERE state = 'pending'`, nil, &n); err != nil {
		return 0, fmt.Errorf("count keys: %w", err)
	}
	return n, nil
}

// ImportKeys keeps keys that a person brings, approved where they are said to
// be: those that are there already take the new word about them and the newer
// copy. Each is an event.
func (s *Store) ImportKeys(ctx context.Context, v tickets.Viewer, keys []tickets.Key) error {
	if len(keys) == 0 {
		return nil
	}
	return s.direct(ctx, v, "imported keys", func(ctx context.Context, t *tx) (string, error) {
		for _, k := range keys {
			if err := putKey(ctx, t, k); err != nil {
				return "", fmt.Errorf("key %s: %w", k.Fingerprint, err)
			}
			addEvent(t, event{Actor: v.Name, What: "imported key", Text: k.Fingerprint + " as " + k.State + " " + k.Tier + " of " + orNobody(k.Contact)})
		}
		return fmt.Sprintf("%d keys", len(keys)), nil
	})
}

func orNobody(contact string) string {
	if contact == "" {
		return "no contact"
	}
	return contact
}

// putKey writes a key over the one that is there. A pending one changes nothing
// but the copy of a key that a person has decided about.
func putKey(ctx context.Context, t *tx, k tickets.Key) error {
	const upsert = `
		INSERT INTO pgp_keys (` + keyColumns + `, folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16)
		ON CONFLICT (fingerprint) DO UPDATE
		   SET state        = CASE WHEN excluded.state = 'pending' THEN pgp_keys.state        ELSE excluded.state        END,
		       tier         = CASE WHEN excluded.state = 'pending' THEN pgp_keys.tier         ELSE excluded.tier         END,
		       contact      = CASE WHEN excluded.contact = ''      THEN pgp_keys.contact      ELSE excluded.contact      END,
		       folded       = CASE WHEN excluded.contact = ''      THEN pgp_keys.folded       ELSE excluded.folded       END,
		       holder       = CASE WHEN excluded.holder = ''       THEN pgp_keys.holder       ELSE excluded.holder       END,
		       verified_by  = CASE WHEN excluded.state = 'pending' THEN pgp_keys.verified_by  ELSE excluded.verified_by  END,
		       verified_how = CASE WHEN excluded.state = 'pending' THEN pgp_keys.verified_how ELSE excluded.verified_how END,
		       verified_at  = CASE WHEN excluded.state = 'pending' THEN pgp_keys.verified_at  ELSE excluded.verified_at  END,
		       reason       = CASE WHEN excluded.state = 'pending' THEN pgp_keys.reason       ELSE ''                    END,
		       data = excluded.data, user_ids = excluded.user_ids, version = pgp_keys.version + 1`
	ids, err := json.Marshal(append([]string{}, k.UserIDs...))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, upsert, k.Fingerprint, k.State, k.Tier, clean(k.Contact), clean(k.Holder), clean(string(ids)), clean(k.Data), k.Via, k.Mail,
		t.at, clean(k.SeenFrom), clean(k.VerifiedBy), k.VerifiedHow, micros(k.VerifiedAt), clean(cut(k.Reason, eventText)), clean(tickets.Folded(k.Contact)))
	return err
}

// ApproveKey records that a person checked the fingerprint of a key. It is used
// from then on. tickets.ErrNoKey when the database has no such key.
func (s *Store) ApproveKey(ctx context.Context, v tickets.Viewer, a tickets.Approval) error {
	const update = `
		UPDATE pgp_keys
		   SET state = 'approved', tier = $2, contact = CASE WHEN CAST($3 AS TEXT) = '' THEN contact ELSE CAST($3 AS TEXT) END,
		       folded = CASE WHEN CAST($3 AS TEXT) = '' THEN folded ELSE $8 END, holder = CASE WHEN CAST($4 AS TEXT) = '' THEN holder ELSE CAST($4 AS TEXT) END, verified_by = $5, verified_how = $6, verified_at = $7, reason = '', version = version + 1
		 WHERE fingerprint = $1`
	return s.direct(ctx, v, "approved key", func(ctx context.Context, t *tx) (string, error) {
		n, err := t.exec(ctx, update, a.Fingerprint, a.Tier, clean(a.Contact), clean(a.Holder), clean(a.By), a.How, t.at, clean(tickets.Folded(a.Contact)))
		if err == nil && n == 0 {
			err = tickets.ErrNoKey
		}
		return fmt.Sprintf("%s of %s, verified by %s (%s)", a.Fingerprint, orNobody(a.Contact), a.By, a.How), err
	})
}

// RefuseKey takes a key out of use for good, an approved one too. It is not
// offered again when it comes with another mail.
func (s *Store) RefuseKey(ctx context.Context, v tickets.Viewer, fingerprint, reason string) error {
	const update = `UPDATE pgp_keys SET state = 'refused', tier = '', reason = $2, version = version + 1 WHERE fingerprint = $1`
	return s.direct(ctx, v, "refused key", func(ctx context.Context, t *tx) (string, error) {
		n, err := t.exec(ctx, update, fingerprint, clean(cut(reason, eventText)))
		if err == nil && n == 0 {
			err = tickets.ErrNoKey
		}
		return strings.TrimSuffix(fingerprint+": "+reason, ": "), err
	})
}

// Offer is another copy of a key that is there.
type Offer struct {
	Fingerprint string
	Digest      string
	Data        string
	Mail        int64
}

// offersAtOnce is how many copies are looked at in one go.
const offersAtOnce = 100

// Offers lists copies of keys that wait to be merged, oldest first.
func (s *Store) Offers(ctx context.Context) ([]Offer, error) {
	var list []Offer
	const query = `SELECT fingerprint, digest, data, mail FROM key_offers ORDER BY at, fingerprint, digest LIMIT $1`
	err := each(ctx, s.reader, query, []any{offersAtOnce}, func(r *sql.Rows) error {
		var o Offer
		err := r.Scan(&o.Fingerprint, &o.Digest, &o.Data, &o.Mail)
		list = append(list, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list copies of keys: %w", err)
	}
	return list, nil
}

// SettleOffer takes a copy off the list. merged is what the key is with it, nil
// when it brought nothing; change says in words what is new. When somebody changed the
// key meanwhile the copy stays for another time: tickets.ErrConflict.
func (s *Store) SettleOffer(ctx context.Context, o Offer, merged *tickets.Key, change string) error {
	err := s.write(ctx, "offer", func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, `DELETE FROM key_offers WHERE fingerprint = $1 AND digest = $2`, o.Fingerprint, o.Digest); err != nil || merged == nil {
			return err
		}
		if err := mergeKey(ctx, t, *merged); err != nil {
			return err
		}
		addEvent(t, event{What: "updated key", Mail: o.Mail, Text: o.Fingerprint + ": " + change})
		return s.directoryChanged(ctx, t)
	})
	if err != nil {
		return fmt.Errorf("settle a copy of key %s: %w", o.Fingerprint, err)
	}
	return nil
}

// mergeKey writes the newer form of a key by compare-and-swap. Version 0 is one
// that the database does not hold yet: the copy of a key of the configuration.
func mergeKey(ctx context.Context, t *tx, k tickets.Key) (err error) {
	const insert = `
		INSERT INTO pgp_keys (fingerprint, state, user_ids, data, via, mail, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (fingerprint) DO NOTHING`
	const update = `UPDATE pgp_keys SET data = $2, state = $3, version = version + 1 WHERE fingerprint = $1 AND version = $4`
	var n int64
	if k.Version == 0 {
		ids, err := json.Marshal(append([]string{}, k.UserIDs...))
		if err != nil {
			return err
		}
		n, err = t.exec(ctx, insert, k.Fingerprint, k.State, clean(string(ids)), clean(k.Data), k.Via, k.Mail, t.at)
		if err != nil {
			return err
		}
	} else if n, err = t.exec(ctx, update, k.Fingerprint, clean(k.Data), k.State, k.Version); err != nil {
		return err
	}
	if n == 0 {
		return tickets.ErrConflict
	}
	return nil
}

// UnknownSigners lists the key IDs of signatures by keys that we did not have.
func (s *Store) UnknownSigners(ctx context.Context) ([]string, error) {
	list, err := column[string](ctx, s.reader, `SELECT DISTINCT key_id FROM unknown_signers ORDER BY key_id`)
	if err != nil {
		return nil, fmt.Errorf("list unknown signers: %w", err)
	}
	return list, nil
}

// JudgeAgain has the mails that were signed with a key we did not have read
// again, in their place, each once for the key given. Whoever files has to know
// that key by now. New mail goes before. It tells how many mails those are.
func (s *Store) JudgeAgain(ctx context.Context, keyID, fingerprint string) (n int64, err error) {
	const again = `
		UPDATE mails SET state = 'received', refile = $3, class = CASE WHEN class > $4 THEN class ELSE $4 END
		 WHERE state = 'filed' AND refile = ''
		   AND id IN (SELECT mail FROM unknown_signers WHERE key_id = $1 AND tried <> $2)`
	// One that is being filed at this moment is tried the next time.
	const tried = `
		UPDATE unknown_signers SET tried = $2
		 WHERE key_id = $1 AND tried <> $2 AND mail IN (SELECT id FROM mails WHERE refile = $3)`
	err = s.write(ctx, "judge", func(ctx context.Context, t *tx) error {
		if n, err = t.exec(ctx, again, keyID, fingerprint, tickets.RefileVerdict, classBacklog); err != nil || n == 0 {
			return err
		}
		t.announces(WorkMail)
		addEvent(t, event{What: "judged again", Text: fmt.Sprintf("%d mails with a signature by %s", n, fingerprint)})
		_, err := t.exec(ctx, tried, keyID, fingerprint, tickets.RefileVerdict)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("judge the signatures of %s again: %w", fingerprint, err)
	}
	return n, nil
}
