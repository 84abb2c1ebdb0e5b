// Package smtp hands mail to one relay over SMTP (RFC 5321, submission RFC
// 6409): with TLS always, except to this very machine, and with a clear word
// about each failure: whether the mail, the relay or nobody knows.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"postern/responder"
)

// Security is how the connection to the relay is protected.
type Security int

const (
	STARTTLS Security = iota // required: a relay without it is refused
	TLS                      // from the first byte
	Insecure                 // none: to loopback only
)

// Options say where the relay is and how to log in.
type Options struct {
	Address  string // host:port
	Security Security
	Username string                                                               // "" does not log in
	Password func() (string, error)                                               // asked anew for each connection
	TLS      *tls.Config                                                          // nil: the system's roots; the server name is taken from Address
	Hello    string                                                               // our own name; "" is the address literal of our end of the connection (RFC 5321 section 4.1.4)
	Dial     func(ctx context.Context, network, address string) (net.Conn, error) // nil: net.Dialer

	Connect time.Duration // dial, TLS, greeting and login together; 0 is 30 s
	Command time.Duration // one command and its answer; 0 is 1 minute
	Chunk   time.Duration // for each 64 KB of a mail; 0 is 1 minute
	Verdict time.Duration // from the final dot to the answer; 0 is 5 minutes
	Idle    time.Duration // a connection without work is closed after this; 0 is 30 s
	Mails   int           // sent over one connection at most; 0 is 100
}

// Waits of RFC 5321 section 4.5.3.2 are minimums for strangers; a relay of our
// own answers sooner or has a problem that people should see.
const (
	defaultConnect = 30 * time.Second
	defaultCommand = time.Minute
	defaultChunk   = time.Minute
	defaultVerdict = 5 * time.Minute
	defaultIdle    = 30 * time.Second
	defaultMails   = 100
	chunk          = 64 << 10
)

// ErrConfig is an option that cannot work.
var ErrConfig = errors.New("smtp configuration")

func (o Options) check() error {
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		return fmt.Errorf("%w: address must be host:port", ErrConfig)
	}
	if o.Security == Insecure && !loopback(host) {
		return fmt.Errorf("%w: %s is not this machine, mail and password would travel in clear; use smtp:// or smtps://", ErrConfig, host)
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

func (o Options) filled() Options {
	for _, d := range []struct {
		field    *time.Duration
		standard time.Duration
	}{
		{&o.Connect, defaultConnect}, {&o.Command, defaultCommand}, {&o.Chunk, defaultChunk},
		{&o.Verdict, defaultVerdict}, {&o.Idle, defaultIdle},
	} {
		if *d.field <= 0 {
			*d.field = d.standard
		}
	}
	if o.Mails <= 0 {
		o.Mails = defaultMails
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	return o
}

var _ responder.Transport = (*Transport)(nil)
