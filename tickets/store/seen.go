package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/tickets"
)

// How many keys are taken from mail: anybody can make a thousand in a second,
// and From is whatever he likes. What is over stays in the raw mail, from where
// a person can import it.
const (
	keysOfSender = 5    // a day, of one sender
	keysOfAll    = 200  // a day, of everybody
	keysPending  = 1000 // that wait at a time; beyond it the oldest leave
	copiesOfOne  = 20   // a day, of a key in use: no flood of others keeps its revocation out
)

// keyDay is the slot of the budget of keys, in microseconds.
const keyDay = 24 * 60 * 60 * 1_000_000

// writeSeen keeps what a mail tells of keys: those that came with it wait for a
// person, signatures by keys we do not have are found again when we do, and who
// protects a subject can read a protected one.
func (s *Store) writeSeen(ctx context.Context, t *tx, f tickets.Filing) error {
	if err := writeUnknown(ctx, t, f); err != nil {
		return fmt.Errorf("note unknown signers: %w", err)
	}
	if f.Claim.Junk {
		return nil
	}
	if err := s.writeProtects(ctx, t, f); err != nil {
		return fmt.Errorf("note a protected subject: %w", err)
	}
	for _, key := range f.Report.Keys {
		if err := s.offerKey(ctx, t, keyOf(f, key), key.Held); err != nil {
			return fmt.Errorf("keep the key %s: %w", key.Fingerprint, err)
		}
	}
	return nil
}

func keyOf(f tickets.Filing, key tickets.FoundKey) tickets.Key {
	return tickets.Key{
		Fingerprint: key.Fingerprint, State: tickets.KeyPending, UserIDs: key.UserIDs, Data: key.Data,
		Via: key.Via, Mail: f.Claim.Mail, SeenFrom: strings.ToLower(sender(f.Report)),
	}
}

// offerKey keeps a key that nobody knows as pending. Another copy of one that
// is there, or that the configuration holds, waits to be looked at; of one that
// was refused nothing is kept.
func (s *Store) offerKey(ctx context.Context, t *tx, k tickets.Key, held bool) error {
	var state, data string
	err := t.row(ctx, `SELECT state, data FROM pgp_keys WHERE fingerprint = $1`, []any{k.Fingerprint}, &state, &data)
	switch {
	case err == nil && (state == tickets.KeyRefused || data == k.Data):
		return nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	}
	pending := err != nil && !held
	budgets := []keyBudget{{"of " + indexed(cut(k.SeenFrom, 254)), keysOfSender}, {"", keysOfAll}}
	if held || state == tickets.KeyApproved {
		budgets = []keyBudget{{"copies of " + k.Fingerprint, copiesOfOne}}
	}
	room, err := takeKeyBudgets(ctx, t, budgets)
	if err != nil || !room {
		return err
	}
	if !pending {
		const insert = `INSERT INTO key_offers (fingerprint, digest, data, mail, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
		_, err := t.exec(ctx, insert, k.Fingerprint, digestOf(k.Data), clean(k.Data), k.Mail, t.at)
		return err
	}
	if err := insertPending(ctx, t, k); err != nil {
		return err
	}
	addEvent(t, event{What: "key seen", Mail: k.Mail, Text: k.Fingerprint + cameBy(k) + " and waits for approval"})
	return nil
}

func cameBy(k tickets.Key) string {
	if k.Via == tickets.ViaWKD {
		return " was found in the directory of the domain of " + k.SeenFrom
	}
	return " came with a mail (" + k.Via + ")"
}

func insertPending(ctx context.Context, t *tx, k tickets.Key) error {
	const insert = `
		INSERT INTO pgp_keys (fingerprint, state, user_ids, data, via, mail, seen, seen_from) VALUES ($1, 'pending', $2, $3, $4, $5, $6, $7)
		ON CONFLICT (fingerprint) DO NOTHING`
	const drop = `
		DELETE FROM pgp_keys
		 WHERE fingerprint IN (SELECT fingerprint FROM pgp_keys WHERE state = 'pending' ORDER BY seen DESC, fingerprint LIMIT 100 OFFSET $1)`
	ids, err := json.Marshal(append([]string{}, k.UserIDs...))
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, insert, k.Fingerprint, clean(string(ids)), clean(k.Data), k.Via, k.Mail, t.at, clean(k.SeenFrom)); err != nil {
		return err
	}
	_, err = t.exec(ctx, drop, keysPending)
	return err
}

// keyBudget is how many keys a day are taken under one name.
type keyBudget struct {
	name string
	most int
}

// takeKeyBudgets counts one more key in each, if all may have it.
func takeKeyBudgets(ctx context.Context, t *tx, budgets []keyBudget) (room bool, err error) {
	const count = `
		INSERT INTO key_budgets (slot, sender, n) VALUES ($1, $2, 1)
		ON CONFLICT (slot, sender) DO UPDATE SET n = key_budgets.n + 1 WHERE key_budgets.n < $3`
	slot := t.at / keyDay
	if _, err := t.exec(ctx, `DELETE FROM key_budgets WHERE slot < $1`, slot); err != nil {
		return false, err
	}
	for _, b := range budgets {
		n, err := t.exec(ctx, count, slot, b.name, b.most)
		if err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}

// maxUnknown is how many unknown signers of one mail are noted.
const maxUnknown = 16

// writeUnknown notes the keys we do not have that signed a mail. Of a mail that
// is read again those that we have by now are forgotten.
func writeUnknown(ctx context.Context, t *tx, f tickets.Filing) error {
	var unknown []string
	for _, s := range f.Report.Crypto.Signatures {
		if s.Verdict == "unknown-key" && s.Key != "" && !slices.Contains(unknown, indexed(s.Key)) && len(unknown) < maxUnknown {
			unknown = append(unknown, indexed(s.Key))
		}
	}
	if f.Claim.Refile != "" {
		if err := forgetKnown(ctx, t, f.Claim.Mail, unknown); err != nil {
			return err
		}
	}
	for _, id := range unknown {
		const insert = `INSERT INTO unknown_signers (key_id, mail) VALUES ($1, $2) ON CONFLICT DO NOTHING`
		if err := t.later(ctx, insert, id, f.Claim.Mail); err != nil {
			return err
		}
	}
	return nil
}

func forgetKnown(ctx context.Context, t *tx, mail int64, unknown []string) error {
	noted, err := column[string](ctx, t, `SELECT key_id FROM unknown_signers WHERE mail = $1`, mail)
	if err != nil {
		return err
	}
	for _, id := range noted {
		if slices.Contains(unknown, id) {
			continue
		}
		if _, err := t.exec(ctx, `DELETE FROM unknown_signers WHERE mail = $1 AND key_id = $2`, mail, id); err != nil {
			return err
		}
	}
	return nil
}

// writeProtects notes an address that protects subjects: proven, since the
// subject of our answers to it is hidden from then on.
func (s *Store) writeProtects(ctx context.Context, t *tx, f tickets.Filing) error {
	if !f.Report.Crypto.ProtectedSubject || len(f.Report.From) != 1 || tickets.Signer(f.Report, f.Claim.ReceivedAt) == "" {
		return nil
	}
	const insert = `INSERT INTO protected_subjects (address, at) VALUES ($1, $2) ON CONFLICT (address) DO NOTHING`
	n, err := t.exec(ctx, insert, indexed(strings.ToLower(f.Report.From[0].Address)), t.at)
	if err != nil || n == 0 {
		return err
	}
	return s.directoryChanged(ctx, t)
}
