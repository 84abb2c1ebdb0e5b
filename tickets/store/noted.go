package store

import (
	"context"
	"fmt"

	"postern/tickets"
)

// noted are rows of a batch that are written at its end, many at a time: nothing
// in between asks for them but what finds them here.
type noted struct {
	keys      []key           // of indicators
	spent     map[counter]int // automatic answers
	incidents []any           // columns of one row after the other
}

func newNoted() noted { return noted{spent: map[counter]int{}} }

// writeNoted writes what was noted.
func (s *Store) writeNoted(ctx context.Context, t *tx) error {
	for _, write := range []func(context.Context, *tx) error{s.writeIncidents, s.writeKeys, s.writeSpent} {
		if err := write(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// notedIncidents bounds what is kept in memory of the incidents of a batch.
const notedIncidents = 1000

func incidentPlace(mail, n int64) string { return fmt.Sprintf("incidents/%d:%d/data", mail, n) }

// addIncidents notes each incident as its format stated it.
func (s *Store) addIncidents(ctx context.Context, t *tx, f tickets.Filing, entry int64) error {
	secret := f.Report.Crypto.Encrypted
	for i, one := range f.Report.Incidents {
		n := int64(i)
		clear, sealed, err := s.seal.store(secret, incidentPlace(f.Claim.Mail, n), one)
		if err != nil {
			return err
		}
		t.noted.incidents = append(t.noted.incidents, f.Claim.Mail, n, entry, clean(one.Category), clear, sealed)
		if i%notedIncidents == notedIncidents-1 {
			if err := s.writeIncidents(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) writeIncidents(ctx context.Context, t *tx) error {
	if err := s.bulks.incidents.insert(ctx, t, t.noted.incidents); err != nil {
		return fmt.Errorf("insert incidents: %w", err)
	}
	t.noted.incidents = nil
	return nil
}
