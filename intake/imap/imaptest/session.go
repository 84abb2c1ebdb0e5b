package imaptest

import (
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// session mends what the memory server does wrong: mail that arrives between
// the last look and IDLE is announced, and MOVE tells each departure once.
type session struct {
	*imapmemserver.UserSession // nil before login
	server                     *Server
	conn                       net.Conn
	name                       string // of the user
	validity                   uint32 // of the folder that is open
}

func (s *Server) newSession(conn net.Conn) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[conn] = struct{}{}
	return &session{server: s, conn: conn}
}

// Close implements imapserver.Session.
func (s *session) Close() error {
	s.server.mu.Lock()
	delete(s.server.conns, s.conn)
	s.server.mu.Unlock()
	return s.UserSession.Close()
}

// Login implements imapserver.Session.
func (s *session) Login(name, password string) error {
	user, err := s.server.user(name)
	if err != nil {
		return imapserver.ErrAuthFailed
	}
	if err := user.Login(name, password); err != nil {
		return err
	}
	s.UserSession = imapmemserver.NewUserSession(user)
	s.name = name
	return nil
}

// idlePoll is how soon changes that other connections made are told.
const idlePoll = 100 * time.Millisecond

// Idle implements imapserver.Session. The library's own waits for the next
// change and never tells the ones that came before.
func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	ticker := time.NewTicker(idlePoll)
	defer ticker.Stop()
	for {
		news := s.server.news()
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-news:
		case <-ticker.C:
		case <-stop:
			return nil
		}
	}
}

// Move implements imapserver.SessionMove.
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, folder string) error {
	copied, err := s.Copy(set, folder)
	if err != nil || len(copied.SourceUIDs) == 0 {
		return err
	}
	if err := w.WriteCopyData(copied); err != nil {
		return err
	}
	gone := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := s.Store(nil, copied.SourceUIDs, gone, nil); err != nil {
		return err
	}
	return s.Expunge(nil, &copied.SourceUIDs)
}

// news is closed at the next delivery.
func (s *Server) news() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivered
}

func (s *Server) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.delivered)
	s.delivered = make(chan struct{})
}
