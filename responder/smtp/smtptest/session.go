package smtptest

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const headerOnly = 64 << 10

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	user   string
	from   string
	to     []string
}

var (
	errLogin    = &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	errPassword = &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication credentials invalid"}
	errTooBig   = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "Message too big"}
	errBroken   = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Connection lost"}
)

func (s *Server) session(conn *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.sessions++
	s.mu.Unlock()
	session := &session{server: s, conn: conn}
	if err := session.fail(AtHello, ""); err != nil {
		return nil, err
	}
	return session, nil
}

func (s *session) AuthMechanisms() []string {
	if s.server.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		o := s.server.options
		right := subtle.ConstantTimeCompare([]byte(username+"\x00"+password), []byte(o.Username+"\x00"+o.Password))
		if right != 1 {
			return errPassword
		}
		s.user = username
		return s.fail(AtLogin, "")
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.options.Username != "" && s.user == "" {
		return errLogin
	}
	if err := s.fail(AtMail, from); err != nil {
		return err
	}
	s.from, s.to = from, nil
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.fail(AtRcpt, to); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	if err := s.fail(AtData, s.to[0]); err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	switch {
	case errors.Is(err, smtp.ErrDataTooLarge) || len(data) > maxMessage:
		return errTooBig
	case err != nil:
		return errBroken
	}
	if err := s.fail(AtDot, s.to[0]); err != nil {
		return err
	}
	if s.server.options.HeaderOnly {
		data = bytes.Clone(data[:min(len(data), headerOnly)])
	}
	_, secure := s.conn.TLSConnectionState()
	s.server.keep(Message{From: s.from, To: s.to, Data: data, TLS: secure, Username: s.user, Hello: s.conn.Hostname()})
	return s.fail(AfterDot, s.to[0])
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }
