package store

import (
	"context"
	"errors"

	"postern/tickets"
)

// draws is how often a reference is drawn before the source of randomness is
// called broken: there are 27 thousand million of them.
const draws = 20

var errDraws = errors.New("no free reference in 20 draws")

// takenReferences asks which references of a list stand in a row: a ticket and
// somebody's conversation never have the same one.
func (s *Store) takenReferences() string {
	in := func(table string) string {
		return `SELECT reference FROM ` + table + ` WHERE reference IN (SELECT value FROM ` + s.dialect.texts + `)`
	}
	return in("tickets") + ` UNION ` + in("conversations")
}

// referencesAhead draws a reference for each mail of a batch; those that are free
// stand in a.references.
func (s *Store) referencesAhead(ctx context.Context, t *tx, batch []tickets.Filing, a *ahead) error {
	drawn := map[string]bool{}
	for range batch {
		reference, err := tickets.NewID(s.options.Prefix, s.options.Rand)
		if err != nil {
			return err
		}
		drawn[reference] = true
	}
	list := make([]string, 0, len(drawn))
	for reference := range drawn {
		list = append(list, reference)
	}
	a.references = drawn
	return t.ask(ctx, s.takenReferences(), []any{asParameter(list)}, func(r scanner) error {
		var taken string
		err := r.Scan(&taken)
		delete(drawn, taken)
		return err
	})
}

// freeReference gives a reference that stands in no row.
func (s *Store) freeReference(ctx context.Context, t *tx) (string, error) {
	if reference, found := t.ahead.reference(); found {
		return reference, nil
	}
	for range draws {
		reference, err := tickets.NewID(s.options.Prefix, s.options.Rand)
		if err != nil {
			return "", err
		}
		taken, err := column[string](ctx, t, s.takenReferences(), asParameter([]string{reference}))
		if err != nil || len(taken) == 0 {
			return reference, err
		}
	}
	return "", errDraws
}

// reference takes one of those that were drawn and are free.
func (a *ahead) reference() (reference string, found bool) {
	if a == nil {
		return "", false
	}
	for reference := range a.references {
		delete(a.references, reference)
		return reference, true
	}
	return "", false
}
