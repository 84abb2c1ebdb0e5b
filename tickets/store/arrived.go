package store

import (
	"context"
	"encoding/hex"

	"postern/intake"
)

// arrived tells of a batch that is being received what stands in a row already:
// most of it does not, and is then inserted without waiting for an answer.
type arrived struct {
	mails      map[string]bool // by digest
	deliveries map[delivered]bool
}

// delivered is the place of a mail on its server.
type delivered struct {
	source           string
	uidValidity, uid uint32
}

func placeOf(d intake.Delivery) delivered {
	return delivered{clean(d.Mailbox.Source), d.UIDValidity, d.UID}
}

func digestHex(m intake.Mail) string { return hex.EncodeToString(m.SHA256[:]) }

// hereAlready asks for a batch. Where nobody else can answer faster than the
// inserts do it is nil, and each of them finds out for itself.
func (s *Store) hereAlready(ctx context.Context, t *tx, batch []chunks) (*arrived, error) {
	if !s.dialect.severalWriters() {
		return nil, nil
	}
	a := &arrived{mails: map[string]bool{}, deliveries: map[delivered]bool{}}
	var digests []string
	uids := map[delivered][]int64{} // by folder: a place without a number
	for _, c := range batch {
		folder := placeOf(c.mail.Delivery)
		folder.uid = 0
		digests = append(digests, digestHex(c.mail))
		uids[folder] = append(uids[folder], int64(c.mail.Delivery.UID))
	}
	if err := s.askMails(ctx, t, digests, a); err != nil {
		return nil, err
	}
	for folder, list := range uids {
		if err := s.askDeliveries(ctx, t, folder, list, a); err != nil {
			return nil, err
		}
	}
	if err := s.askRowNumbers(ctx, t, "mails", len(batch)); err != nil {
		return nil, err
	}
	return a, t.flush(ctx)
}

func (s *Store) askMails(ctx context.Context, t *tx, digests []string, a *arrived) error {
	query := `SELECT sha256 FROM mails WHERE sha256 IN (SELECT value FROM ` + s.dialect.texts + `)`
	return t.ask(ctx, query, []any{asParameter(digests)}, func(r scanner) error {
		var digest string
		err := r.Scan(&digest)
		a.mails[digest] = true
		return err
	})
}

func (s *Store) askDeliveries(ctx context.Context, t *tx, folder delivered, uids []int64, a *arrived) error {
	query := `
		SELECT uid
		  FROM deliveries
		 WHERE source = $1 AND uidvalidity = $3 AND replaced = 0
		   AND uid IN (SELECT value FROM ` + s.dialect.numbers + `)`
	return t.ask(ctx, query, []any{folder.source, asParameter(uids), int64(folder.uidValidity)}, func(r scanner) error {
		var uid int64
		err := r.Scan(&uid)
		folder.uid = uint32(uid) //nolint:gosec // it was one when it was stored
		a.deliveries[folder] = true
		return err
	})
}

// mail tells whether a mail with these bytes may be here, and notes that it is
// from now on.
func (a *arrived) mail(digest string) bool {
	if a == nil {
		return true
	}
	before := a.mails[digest]
	a.mails[digest] = true
	return before
}

// delivery is mail for a place on a server.
func (a *arrived) delivery(d intake.Delivery) bool {
	if a == nil {
		return true
	}
	at := placeOf(d)
	before := a.deliveries[at]
	a.deliveries[at] = true
	return before
}
