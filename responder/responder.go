// Package responder is what we say to the outside: it decides whether an
// automatic answer may leave, renders, signs and encrypts, and hands every mail
// to a Transport exactly as its rows say. It is the only package whose mistakes
// reach strangers.
package responder

import (
	"context"
	"errors"
	"time"

	"postern/tickets"
)

// Outbox is what the sender needs of the store. Each call is one transaction.
type Outbox interface {
	// Due lists up to n queued mails whose time has come, oldest first.
	// It changes nothing.
	Due(ctx context.Context, n int) ([]tickets.Outgoing, error)

	// Take is T3a: an attempt and its bytes are recorded and the row is
	// claimed. token fences the rest. tickets.ErrTaken when another worker has it,
	// or had it since it was listed and left it for later: nothing is recorded then.
	// Bytes already recorded by an earlier attempt are kept and must be sent.
	Take(ctx context.Context, id int64, attempt tickets.Attempt) (token int64, err error)

	// Handed is T3b, called just before the final dot. After an error the
	// connection must be cut without it.
	Handed(ctx context.Context, id, token int64) error

	// Settle is T3c. It accepts a row in claimed or handed with its own token.
	Settle(ctx context.Context, id, token int64, result tickets.SendResult) error
}

// Envelope is the SMTP envelope of one mail.
type Envelope struct {
	From string // "" is the null reverse-path
	To   string // one recipient: state is per recipient
}

// Receipt is what the server said when it took the mail.
type Receipt struct {
	Reply   string
	RelayID string // Message-ID or queue ID named in the reply, "" when none is
}

// Transport hands mails to the outside.
type Transport interface {
	// Send sends body, which is CRLF-lined and complete. beforeDot is called
	// when all of body has been written and the server waits for the final
	// dot; when it or the copy fails the connection is closed without a dot and
	// nothing was sent. The error is a SendError, which tells what is known.
	Send(ctx context.Context, envelope Envelope, body []byte, beforeDot func(context.Context) error) (Receipt, error)
}

// SendError is an error of Send that says what it means for the mail.
type SendError struct {
	Kind ErrorKind
	Err  error // safe to show after cleaning
}

// ErrLogin is in an Unreachable error when the relay refused the password. The
// queue is patient then: a wrong password tried every second locks accounts.
var ErrLogin = errors.New("the relay refused the login")

// ErrorKind is permanent or temporary as a fact of the type.
type ErrorKind int

const (
	Unreachable ErrorKind = iota // nothing was offered: dial, TLS, login, or 5xx before MAIL FROM. The queue waits; the mail is not to blame
	Temporary                    // 4xx for this mail: try again later
	Permanent                    // 5xx for this mail: failed, a person looks
	Unknown                      // the dot may have left and no verdict came
)

func (e *SendError) Error() string { return e.Err.Error() }
func (e *SendError) Unwrap() error { return e.Err }

// Clock tells the time; the program passes time.Now.
type Clock func() time.Time
