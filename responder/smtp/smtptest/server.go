// Package smtptest is an SMTP server inside the process. It keeps what it is
// given and fails in every way a real relay can, when it is told to. The demo
// shows with it what would have been sent; tests use it beside the real Postfix.
package smtptest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

// Limits, because go-smtp sets none of its own.
const (
	maxMessage     = 64 << 20 // bytes
	maxRecipients  = 100
	maxConnections = 200
	maxMessages    = 100_000 // kept; more are taken and counted only
	timeout        = 5 * time.Minute
)

// Options say how the server presents itself.
type Options struct {
	TLS        bool   // offer STARTTLS with the certificate that ClientTLS trusts
	Implicit   bool   // TLS from the first byte
	Username   string // "" wants no login
	Password   string
	ASCIIOnly  bool // do not offer SMTPUTF8
	HeaderOnly bool // keep only the first 64 KB of each mail: for long runs
}

// Message is one mail as it was taken.
type Message struct {
	From     string // "" is the null reverse-path
	To       []string
	Data     []byte // CRLF lines, without the dots of SMTP
	TLS      bool
	Username string // who logged in
	Hello    string // how the sender named itself
}

// Server is a running receiver.
type Server struct {
	options  Options
	address  string
	server   *smtp.Server
	listener net.Listener
	identity Identity
	tls      *tls.Config
	done     chan struct{}

	mu       sync.Mutex
	messages []Message
	count    int
	sessions int
	faults   []*Fault
	news     chan struct{} // closed and replaced when a message arrives
	release  chan struct{} // closed when the server stops: ends stalls
}

// Start listens on a free port of 127.0.0.1 and serves until Close.
func Start(options Options) (*Server, error) {
	s := &Server{options: options, news: make(chan struct{}), release: make(chan struct{}), done: make(chan struct{})}
	var err error
	if options.TLS || options.Implicit {
		if s.identity, err = NewIdentity(); err == nil {
			s.tls, err = s.identity.Server()
		}
		if err != nil {
			return nil, fmt.Errorf("make a certificate: %w", err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s.address = listener.Addr().String()
	s.server = s.configure()
	listener = netutil.LimitListener(listener, maxConnections)
	if options.Implicit {
		listener = tls.NewListener(listener, s.tls)
	}
	s.listener = listener
	go func() {
		defer close(s.done)
		// Serve ends with an error when Close is called; there is no other.
		_ = s.server.Serve(listener)
	}()
	return s, nil
}

func (s *Server) configure() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "mx.example.org"
	server.MaxMessageBytes = maxMessage + 1 // the bound is exclusive
	server.MaxRecipients = maxRecipients
	server.ReadTimeout, server.WriteTimeout = timeout, timeout
	server.AllowInsecureAuth = !s.options.TLS && !s.options.Implicit
	server.EnableSMTPUTF8 = !s.options.ASCIIOnly
	server.ErrorLog = silent{}
	if s.options.TLS {
		server.TLSConfig = s.tls
	}
	return server
}

// silent drops what go-smtp logs about connections that tests cut on purpose.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Close stops serving and ends every connection.
func (s *Server) Close() error {
	s.mu.Lock()
	select {
	case <-s.release:
	default:
		close(s.release)
	}
	s.mu.Unlock()
	err := s.server.Close()
	// The server does not know its listener yet when it is closed at once.
	if closed := s.listener.Close(); err == nil && !errors.Is(closed, net.ErrClosed) {
		err = closed
	}
	<-s.done
	return err
}

// Addr is host:port.
func (s *Server) Addr() string { return s.address }

// ClientTLS trusts the server's certificate; nil without TLS.
func (s *Server) ClientTLS() *tls.Config {
	if s.tls == nil {
		return nil
	}
	return s.identity.Client()
}

// Certificate is the server's own certificate in PEM, for a ca_file.
func (s *Server) Certificate() []byte { return s.identity.Certificate }

// Messages are the mails taken so far, in their order.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Count is how many mails were taken.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Sessions is how many connections greeted us.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Wait blocks until at least n mails were taken, and gives them.
func (s *Server) Wait(ctx context.Context, n int) ([]Message, error) {
	for {
		s.mu.Lock()
		count, news := s.count, s.news
		s.mu.Unlock()
		if count >= n {
			return s.Messages(), nil
		}
		select {
		case <-ctx.Done():
			return s.Messages(), fmt.Errorf("%d of %d mails arrived: %w", count, n, ctx.Err())
		case <-news:
		}
	}
}

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	if len(s.messages) < maxMessages {
		s.messages = append(s.messages, m)
	}
	close(s.news)
	s.news = make(chan struct{})
}
