package smtptest

import (
	"strings"

	"github.com/emersion/go-smtp"
)

// Stage is where a fault strikes.
type Stage int

const (
	AtHello  Stage = iota // EHLO, before anything is offered
	AtLogin               // after the right password
	AtMail                // To is compared with the envelope sender
	AtRcpt                // RCPT
	AtData                // before the body is read: Drop and Stall strike in the middle of it, a reply comes after the dot
	AtDot                 // after the final dot: the mail is not kept
	AfterDot              // after the final dot: the mail is kept, the sender is told something else
)

// Fault is one way to fail. Without Code, Drop or Stall it is a 451.
type Fault struct {
	At      Stage
	To      string // address it is meant for, "" any
	Code    int    // reply
	Message string
	Drop    bool // cut the connection without a reply
	Stall   bool // say and read nothing more until the server stops
	Times   int  // how often; 0 is always
	struck  int
}

// Inject adds a fault. Earlier ones come first.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal removes all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) fault(at Stage, address string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		fits := f.At == at && (f.To == "" || strings.EqualFold(f.To, address))
		if fits && (f.Times == 0 || f.struck < f.Times) {
			f.struck++
			return *f, true
		}
	}
	return Fault{}, false
}

// fail strikes if a fault is due; its error is the reply.
func (s *session) fail(at Stage, address string) error {
	f, due := s.server.fault(at, address)
	if !due {
		return nil
	}
	reply := &smtp.SMTPError{Code: f.Code, EnhancedCode: smtp.EnhancedCode{f.Code / 100, 0, 0}, Message: f.Message}
	if f.Code == 0 {
		reply.Code, reply.EnhancedCode = 451, smtp.EnhancedCode{4, 3, 0}
	}
	if reply.Message == "" {
		reply.Message = "Fault made for a test"
	}
	if f.Stall {
		<-s.server.release
	}
	if f.Drop || f.Stall {
		s.conn.Conn().Close()
	}
	return reply
}
