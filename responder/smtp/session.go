package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"postern/responder"
)

// session is one connection, ready for mail. It belongs to one goroutine at a time.
type session struct {
	conn   net.Conn // ours, so that it can be cut whatever the client is doing
	client *smtp.Client
	mails  int // sent over it
}

// cut ends the connection without another word. It must be used after a
// failed copy: any further command of the client, QUIT too, would first send
// the final dot of the mail that must not leave.
func (s *session) cut() { s.conn.Close() }

// quit says goodbye as far as the relay still listens. Its error changes nothing.
func (s *session) quit(ctx context.Context) {
	stop := context.AfterFunc(ctx, s.cut)
	defer stop()
	if err := s.client.Quit(); err != nil {
		s.cut()
	}
}

// open dials, protects and logs in. Every error means that nothing was offered.
func (t *Transport) open(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.Connect)
	defer cancel()
	s, err := t.connect(ctx)
	if err != nil {
		switch cause := ctx.Err(); {
		case cause == nil || errors.Is(err, cause):
		case errors.Is(cause, context.DeadlineExceeded):
			err = fmt.Errorf("no answer within %s: %w (%w)", t.options.Connect, err, cause)
		default:
			err = fmt.Errorf("%w (%w)", err, cause)
		}
		return nil, &responder.SendError{Kind: responder.Unreachable, Err: err}
	}
	return s, nil
}

func (t *Transport) connect(ctx context.Context) (*session, error) {
	conn, err := t.options.Dial(ctx, "tcp", t.options.Address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", t.options.Address, err)
	}
	conn = &bounded{conn, maxSaid}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	s, err := t.greet(ctx, conn)
	if err == nil && !stop() {
		err = ctx.Err()
	}
	if err != nil {
		stop()
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (t *Transport) greet(ctx context.Context, conn net.Conn) (*session, error) {
	client, err := t.protect(ctx, conn)
	if err != nil {
		return nil, err
	}
	client.CommandTimeout, client.SubmissionTimeout = t.options.Command, t.options.Verdict
	// The first command after STARTTLS is also where a failed handshake shows.
	if err := client.Hello(t.hello(conn)); err != nil {
		return nil, fmt.Errorf("greet %s: %w", t.options.Address, err)
	}
	if err := t.login(client, conn); err != nil {
		return nil, err
	}
	return &session{conn: conn, client: client}, nil
}

// hello is who we say we are.
func (t *Transport) hello(conn net.Conn) string {
	if t.options.Hello != "" {
		return t.options.Hello
	}
	local, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	if address := local.Addr().Unmap(); address.Is4() {
		return "[" + address.String() + "]"
	}
	return "[IPv6:" + local.Addr().WithZone("").String() + "]"
}

func (t *Transport) protect(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	switch t.options.Security {
	case Insecure:
		if !toLoopback(conn) {
			return nil, fmt.Errorf("%w: %s is not this machine", ErrConfig, t.options.Address)
		}
		return smtp.NewClient(conn), nil
	case TLS:
		secure := tls.Client(conn, t.tlsConfig())
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS with %s: %w", t.options.Address, err)
		}
		return smtp.NewClient(secure), nil
	}
	// The greeting before TLS says "localhost": the client offers no way to name
	// ourselves there, and servers judge the one that follows.
	client, err := smtp.NewClientStartTLS(conn, t.tlsConfig())
	if err != nil {
		return nil, fmt.Errorf("STARTTLS with %s: %w", t.options.Address, err)
	}
	return client, nil
}

// tlsConfig names the server: without it no certificate can be checked.
func (t *Transport) tlsConfig() *tls.Config {
	config := &tls.Config{}
	if t.options.TLS != nil {
		config = t.options.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(t.options.Address)
	}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12
	}
	return config
}

// toLoopback looks at where the connection really went: names can lie.
func toLoopback(conn net.Conn) bool {
	address, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	return err == nil && address.Addr().Unmap().IsLoopback()
}

// login sends the password only over TLS, or to this machine.
func (t *Transport) login(client *smtp.Client, conn net.Conn) error {
	if t.options.Username == "" {
		return nil
	}
	if _, secure := client.TLSConnectionState(); !secure && !toLoopback(conn) {
		return errors.New("no login without TLS")
	}
	if !client.SupportsAuth(sasl.Plain) {
		_, offered := client.Extension("AUTH")
		return fmt.Errorf("%s offers no AUTH PLAIN (it offers %q)", t.options.Address, offered)
	}
	password, err := t.options.Password()
	if err != nil {
		return fmt.Errorf("password for %s: %w", t.options.Address, err)
	}
	err = client.Auth(sasl.NewPlainClient("", t.options.Username, password))
	var refused *smtp.SMTPError
	if errors.As(err, &refused) && !refused.Temporary() {
		return fmt.Errorf("log in at %s as %s: %w: %w", t.options.Address, t.options.Username, responder.ErrLogin, err)
	}
	if err != nil {
		return fmt.Errorf("log in at %s as %s: %w", t.options.Address, t.options.Username, err)
	}
	return nil
}
