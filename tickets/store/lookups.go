package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/tickets"
)

// How many directories are asked for keys. Whose depends on what From says, so
// that a flood of mail would else make us ask half the world, or one host without end.
const (
	lookupsWaiting = 200 // at a time; what is over comes with another mail
	lookupsHour    = 30
	lookupsDomain  = 5 // of one domain in an hour
)

// wantLookup notes in T2 that a key would be of use. Nothing is asked here.
func wantLookup(ctx context.Context, t *tx, address string) error {
	if address == "" {
		return nil
	}
	const want = `
		INSERT INTO key_lookups (address, domain, waiting, since)
		SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), 1, CAST($3 AS BIGINT)
		 WHERE (SELECT count(*) FROM key_lookups WHERE waiting = 1) < $4
		   AND NOT EXISTS (SELECT 1 FROM key_lookups WHERE address = $5 AND again > $3)
		ON CONFLICT (address) DO UPDATE SET waiting = 1, since = excluded.since
		 WHERE key_lookups.waiting = 0 AND key_lookups.again <= excluded.since`
	address = clean(address)
	domain := domainOf(address)
	return t.later(ctx, want, address, domain, t.at, lookupsWaiting, "@"+domain)
}

// TakeLookup gives the address that is to be asked for next, "" when none is or so many
// were within an hour. It counts as asked from now on: a process that dies
// meanwhile does not ask again at every start.
func (s *Store) TakeLookup(ctx context.Context) (address string, err error) {
	const next = `
		SELECT address FROM key_lookups w
		 WHERE waiting = 1
		   AND (SELECT count(*) FROM key_lookups WHERE asked > $1) < $2
		   AND (SELECT count(*) FROM key_lookups d WHERE d.domain = w.domain AND d.asked > $1) < $3
		 ORDER BY since, address LIMIT 1`
	waits := 0
	if err := s.reader.row(ctx, `SELECT count(*) FROM key_lookups WHERE waiting = 1`, nil, &waits); err != nil || waits == 0 {
		return "", wrapped("look for keys to ask for", err)
	}
	err = s.write(ctx, "lookup", func(ctx context.Context, t *tx) error {
		address = ""
		hourAgo := t.at - time.Hour.Microseconds()
		err := t.row(ctx, next, []any{hourAgo, lookupsHour, lookupsDomain}, &address)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return lookedUp(ctx, t, tickets.Lookup{Address: address, Outcome: tickets.LookupFailed})
	})
	return address, wrapped("take a key to ask for", err)
}

// SettleLookup keeps what a directory said. Keys that nobody knows wait for a
// person, other copies of those that are there to be looked at. v is who asked; nobody
// when a mail did.
func (s *Store) SettleLookup(ctx context.Context, l tickets.Lookup, v tickets.Viewer) error {
	if v != (tickets.Viewer{}) {
		if err := mayKeep(v); err != nil {
			return wrapped("settle the question for the key of "+l.Address, err)
		}
	}
	err := s.write(ctx, "lookup", func(ctx context.Context, t *tx) error {
		if err := lookedUp(ctx, t, l); err != nil {
			return err
		}
		for _, key := range l.Keys {
			k := tickets.Key{
				Fingerprint: key.Fingerprint, State: tickets.KeyPending, UserIDs: key.UserIDs, Data: key.Data,
				Via: tickets.ViaWKD, SeenFrom: l.Address,
			}
			if err := s.offerKey(ctx, t, k, key.Held); err != nil {
				return fmt.Errorf("keep the key %s: %w", key.Fingerprint, err)
			}
		}
		addEvent(t, event{Actor: v.Name, What: "asked for key", Text: fmt.Sprintf("%s: %s, %d keys", l.Address, l.Outcome, len(l.Keys))})
		return nil
	})
	return wrapped("settle the question for the key of "+l.Address, err)
}

// lookedUp notes the outcome. Where a domain has no directory, nobody of it is
// asked for. What may be asked again is forgotten.
func lookedUp(ctx context.Context, t *tx, l tickets.Lookup) error {
	const forget = `DELETE FROM key_lookups WHERE waiting = 0 AND again <= $1`
	const settle = `
		INSERT INTO key_lookups (address, domain, waiting, since, asked, again, outcome) VALUES ($1, $2, 0, $3, $4, $5, $6)
		ON CONFLICT (address) DO UPDATE SET waiting = 0, asked = excluded.asked, again = excluded.again, outcome = excluded.outcome`
	if _, err := t.exec(ctx, forget, t.at); err != nil {
		return err
	}
	address := clean(l.Address)
	domain, again := domainOf(address), t.at+l.Again().Microseconds()
	if _, err := t.exec(ctx, settle, address, domain, t.at, t.at, again, l.Outcome); err != nil || l.Outcome != tickets.LookupNoDirectory {
		return err
	}
	if _, err := t.exec(ctx, settle, "@"+domain, domain, t.at, 0, again, l.Outcome); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE key_lookups SET waiting = 0, again = $2, outcome = $3 WHERE domain = $1 AND waiting = 1`, domain, again, l.Outcome)
	return err
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
