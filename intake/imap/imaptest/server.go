// Package imaptest has IMAP servers inside the process: Server, which behaves
// (for the demo and for tests), and Scripted, which does not.
package imaptest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Options of a Server. The zero value is a plain server on a free port of 127.0.0.1.
type Options struct {
	TLS      bool   // encrypted from the start, with a certificate made at the start
	StartTLS bool   // encrypted after STARTTLS; no login before
	NoMove   bool   // MOVE is not offered
	Address  string // to listen on; "" is 127.0.0.1:0
}

// Server is an IMAP server whose mail lives in memory.
type Server struct {
	listener net.Listener
	server   *imapserver.Server
	inside   *inside
	identity Authority
	done     chan error // of both goroutines
	raw      rawMails

	mu        sync.Mutex
	users     map[string]*imapmemserver.User
	conns     map[net.Conn]struct{}
	delivered chan struct{} // closed and replaced at every delivery
}

// Start listens and serves until Close.
func Start(o Options) (*Server, error) {
	s := &Server{
		inside:    newInside(),
		users:     map[string]*imapmemserver.User{},
		conns:     map[net.Conn]struct{}{},
		delivered: make(chan struct{}),
		raw:       rawMails{bytes: map[place][]byte{}},
		done:      make(chan error, 2),
	}
	if o.TLS || o.StartTLS {
		made, err := NewAuthority()
		if err != nil {
			return nil, err
		}
		s.identity = made
	}
	address := o.Address
	if address == "" {
		address = "127.0.0.1:0"
	}
	var err error
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return nil, fmt.Errorf("listen for IMAP: %w", err)
	}
	s.serve(o)
	return s, nil
}

func (s *Server) serve(o Options) {
	options := &imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return s.newSession(c.NetConn()), nil, nil
		},
		Caps:         caps(o),
		Logger:       log.New(io.Discard, "", 0),
		InsecureAuth: !o.StartTLS,
	}
	listener := s.listener
	if o.StartTLS {
		options.TLSConfig = s.identity.config()
	}
	if o.TLS {
		listener = tls.NewListener(listener, s.identity.config())
	}
	s.server = imapserver.New(options)
	outer := &signalling{Listener: listener, accepting: make(chan struct{})}
	inner := &signalling{Listener: s.inside, accepting: make(chan struct{})}
	go func() { s.done <- s.server.Serve(outer) }()
	go func() { s.done <- s.inside.server.Serve(inner) }()
	<-outer.accepting
	<-inner.accepting
}

// signalling says when a server has begun to accept: the library's Close must
// not meet a Serve that is only beginning.
type signalling struct {
	net.Listener
	once      sync.Once
	accepting chan struct{}
}

// Accept implements net.Listener.
func (l *signalling) Accept() (net.Conn, error) {
	l.once.Do(func() { close(l.accepting) })
	return l.Listener.Accept()
}

func caps(o Options) imap.CapSet {
	set := imap.CapSet{
		imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapNamespace: {},
		imap.CapListExtended: {}, imap.CapListStatus: {}, imap.CapMove: {},
	}
	if o.NoMove {
		delete(set, imap.CapMove)
	}
	return set
}

// Addr is "127.0.0.1:port".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Host and Port are Addr in two parts.
func (s *Server) Host() string { return s.listener.Addr().(*net.TCPAddr).IP.String() }

// Port is the port the server listens on.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// CAs is the pool that the server's certificate verifies with; nil without TLS.
func (s *Server) CAs() *x509.CertPool { return s.identity.Pool }

// Close ends all connections and waits for the server's goroutine.
func (s *Server) Close() error {
	err := errors.Join(s.server.Close(), s.inside.server.Close())
	return errors.Join(err, <-s.done, <-s.done)
}

// AddUser makes an account with an INBOX.
func (s *Server) AddUser(name, password string) error {
	user := imapmemserver.NewUser(name, password)
	if err := user.Create("INBOX", nil); err != nil {
		return fmt.Errorf("make the INBOX of %s: %w", name, err)
	}
	s.mu.Lock()
	s.users[name] = user
	s.mu.Unlock()
	return nil
}

func (s *Server) connect(name string) (*imapclient.Client, error) {
	user, err := s.user(name)
	if err != nil {
		return nil, err
	}
	return s.inside.connect(user)
}

func (s *Server) user(name string) (*imapmemserver.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if user := s.users[name]; user != nil {
		return user, nil
	}
	return nil, fmt.Errorf("no user %q", name)
}

// CreateFolder makes a folder.
func (s *Server) CreateFolder(user, folder string) error {
	u, err := s.user(user)
	if err != nil {
		return err
	}
	return u.Create(folder, nil)
}

// DeleteFolder removes a folder with its mail; made again it has a new UIDVALIDITY.
func (s *Server) DeleteFolder(user, folder string) error {
	u, err := s.user(user)
	if err != nil {
		return err
	}
	return u.Delete(folder)
}

// Append delivers a mail, with its INTERNALDATE, and tells who waits with IDLE.
func (s *Server) Append(user, folder string, raw []byte, at time.Time) error {
	u, err := s.user(user)
	if err != nil {
		return err
	}
	data, err := u.Append(folder, bytes.NewReader(raw), &imap.AppendOptions{Time: at})
	if err != nil {
		return fmt.Errorf("append to %s of %s: %w", folder, user, err)
	}
	s.raw.keep(user, data, raw)
	s.announce()
	return nil
}

// Mail is a mail as it lies in a folder.
type Mail struct {
	UID   uint32
	Flags []string
	Raw   []byte
}

// List are the raw mails of a folder, by UID. A folder that is not there has none.
func (s *Server) List(user, folder string) ([][]byte, error) {
	mails, err := s.Mails(user, folder)
	var raw [][]byte
	for _, m := range mails {
		raw = append(raw, m.Raw)
	}
	return raw, err
}

// Mails is List with UIDs and flags (keywords in lower case).
func (s *Server) Mails(user, folder string) ([]Mail, error) {
	client, err := s.connect(user)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return ReadFolder(client, folder)
}

// Remove deletes mails, as a person at a mail program does.
func (s *Server) Remove(user, folder string, uids ...uint32) error {
	client, err := s.connect(user)
	if err != nil {
		return err
	}
	defer client.Close()
	return RemoveMails(client, folder, uids)
}

// DropConnections cuts every connection, as a restart would.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		// Cut in the middle on purpose: whether that hurt is the client's concern.
		_ = conn.Close()
	}
}
