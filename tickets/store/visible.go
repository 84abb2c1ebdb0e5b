package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"postern/tickets"
)

// Roles of staff, as tickets.Viewer names them.
const (
	roleHelpdesk = "helpdesk"
	roleHandler  = "handler"
	roleDivision = "division"
	roleLead     = "lead"
	roleAdmin    = "admin"
	roleAuditor  = "auditor"
)

// ErrReadOnly says that a role may look and not act.
var ErrReadOnly = errors.New("this role may only read")

// visible is the visibility filter: the condition under which a viewer may know
// of ticket k. It stands in every query about tickets; its only parameter is $1,
// the viewer's division. A role that is not known sees nothing.
func visible(v tickets.Viewer) string {
	const (
		given = `CAST($1 AS TEXT) IS NOT NULL`
		open  = `k.restricted = 0 AND k.tlp <> 'RED'`
	)
	switch v.Role {
	case roleAdmin, roleLead, roleHandler:
		return given
	case roleHelpdesk, roleAuditor:
		return given + ` AND ` + open
	case roleDivision:
		return open + ` AND k.division <> '' AND k.division = CAST($1 AS TEXT)`
	}
	return given + ` AND 1 = 0`
}

// seesAll tells whether a viewer sees restricted tickets and RED entries.
func seesAll(v tickets.Viewer) bool {
	return v.Role == roleAdmin || v.Role == roleLead || v.Role == roleHandler
}

// mayAct tells whether a viewer may change anything.
func mayAct(v tickets.Viewer) error {
	switch v.Role {
	case roleAdmin, roleLead, roleHandler, roleHelpdesk, roleDivision:
		return nil
	}
	return ErrReadOnly
}

// find gives the row of the ticket that a reference names, tickets.ErrNotFound
// also when this viewer may not know of it.
func (s *Store) find(ctx context.Context, q querier, v tickets.Viewer, reference string) (ticket int64, err error) {
	ticket, _, err = s.findBoth(ctx, q, v, reference)
	return ticket, err
}

// findConversation is find for the conversation that has the reference.
func (s *Store) findConversation(ctx context.Context, q querier, v tickets.Viewer, reference string) (id int64, err error) {
	_, id, err = s.findBoth(ctx, q, v, reference)
	return id, err
}

func (s *Store) findBoth(ctx context.Context, q querier, v tickets.Viewer, reference string) (ticket, conversation int64, err error) {
	query := `
		SELECT k.id, c.id
		  FROM conversations c JOIN tickets k ON k.id = c.ticket
		 WHERE ` + visible(v) + ` AND c.reference = $2`
	err = q.row(ctx, query, []any{v.Division, s.canonical(reference)}, &ticket, &conversation)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, s.notFound(reference)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("find ticket %s: %w", clean(reference), err)
	}
	return ticket, conversation, nil
}

// canonical is a reference as it stands in rows, however it was typed.
func (s *Store) canonical(reference string) string {
	if id, ok := tickets.ParseID(s.options.Prefix, reference); ok {
		return id
	}
	return clean(reference) // of another prefix, from before it was changed
}

// notFound says that nobody may see a ticket of this reference, and whether that
// could be one at all.
func (s *Store) notFound(reference string) error {
	if _, ok := tickets.ParseID(s.options.Prefix, reference); ok {
		return tickets.ErrNotFound
	}
	return fmt.Errorf("%w: %w", tickets.ErrNotFound, tickets.Misread(s.options.Prefix, reference))
}
