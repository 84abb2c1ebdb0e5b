package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"postern/tickets"
)

// fault is whose an error of the database is, and what follows from it.
type fault int

const (
	faultNone    fault = iota // no error of the database
	faultOwn                  // the rows' own: the same work would fail again
	faultRepeat               // of work at the same time: the transaction is done again
	faultBusy                 // of others, who keep a lock for too long
	faultFull                 // the disk is full
	faultDamaged              // the database's files are
	faultLost                 // the connection is
	faultOther
)

func faultOf(err error) fault {
	var postgres *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case err == nil:
		return faultNone
	case errors.As(err, &postgres):
		return postgresFault(postgres.Code)
	case errors.As(err, &lite):
		return sqliteFault(lite.Code())
	case lost(err):
		return faultLost
	case errors.Is(err, errMoved):
		return faultRepeat
	}
	return faultNone
}

// lost tells whether the connection to the database went.
func lost(err error) bool {
	var connecting *pgconn.ConnectError
	var network *net.OpError
	var ended *lostError
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &connecting) || errors.As(err, &network) || errors.As(err, &ended)
}

// lostError is what was met on a connection that has ended: it may be no more than
// the end of a stream.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// Passing tells whether an error of a PostgreSQL may go away by waiting, so that who
// begins to work with it begins anew: it was not there (no server, no session, no
// login, or one that only reads), or others kept it too busy to answer in time.
func Passing(err error) bool {
	var connecting *pgconn.ConnectError
	if errors.As(err, &connecting) {
		return true
	}
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return faultOf(err) == faultLost
	}
	switch said.Code {
	case "25006", "57014": // read_only_sql_transaction, query_canceled: a statement ran out of time
		return true
	}
	switch postgresFault(said.Code) {
	case faultLost, faultBusy, faultRepeat:
		return true
	}
	return false
}

// ownFault tells whether an error is about the rows of this mail alone, so that
// its savepoint can be rolled back and the others go on.
func ownFault(err error) bool {
	var own *dataError
	return faultOf(err) == faultOwn || errors.As(err, &own)
}

// broken tells whether nothing more may be executed after this error.
func broken(err error) bool {
	switch faultOf(err) {
	case faultNone, faultOwn, faultRepeat:
		return false
	}
	return !ownFault(err)
}

// dataError is a fault of one mail that was found before the database saw it.
type dataError struct{ err error }

func (e *dataError) Error() string { return e.err.Error() }
func (e *dataError) Unwrap() error { return e.err }

// ownf makes a dataError.
func ownf(format string, args ...any) error { return &dataError{fmt.Errorf(format, args...)} }

// explained gives errors of the database the words that people know.
func explained(err error) error {
	switch faultOf(err) {
	case faultFull:
		return fmt.Errorf("%w: %w", tickets.ErrFull, err)
	case faultBusy, faultRepeat:
		return fmt.Errorf("%w: %w", tickets.ErrBusy, err)
	case faultLost:
		if err := unreached(err); errors.Is(err, tickets.ErrAway) {
			return err
		}
		return fmt.Errorf("the connection to the database was lost: %w", err)
	}
	return err
}

// unreached says of an error that no connection could be had: then nobody's work is to
// blame. One that was lost in the middle may be another matter.
func unreached(err error) error {
	var connecting *pgconn.ConnectError
	if !errors.As(err, &connecting) || errors.Is(err, tickets.ErrAway) {
		return err
	}
	return fmt.Errorf("%w: %w", tickets.ErrAway, err)
}

// wrapped says what was being done, of an error.
func wrapped(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
