package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// session is one logged-in connection. One goroutine uses it, one command at a
// time: two FETCHes at once, or a STORE beside a FETCH, can wait for each other
// for ever. A failed command of any kind but a refusal ends the session.
type session struct {
	options Options
	wire    *wire
	client  *imapclient.Client
	caps    goimap.CapSet
	arrived chan struct{} // holds a hint when the server announced mail
	undated bool          // INTERNALDATE is not asked for: one of them breaks the connection
}

// open connects and logs in. The caller closes the session.
func open(ctx context.Context, o Options) (*session, error) {
	w, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &session{options: o, wire: w, arrived: make(chan struct{}, 1)}
	s.client = imapclient.New(w, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.announced},
	})
	if err := s.greet(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.login(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// announced runs inside the library's reader and must never wait there.
func (s *session) announced(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

// close ends the connection without asking the server, and waits until the
// library has let go of it.
func (s *session) close() error {
	err := ignoreClosed(s.wire.Close())
	<-s.client.Closed()
	return err
}

// logout says goodbye as far as the server cares to hear it.
func (s *session) logout(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(s.options.OpTimeout, 2*time.Second))
	defer cancel()
	// The work is done and committed: a farewell that fails changes nothing.
	_ = s.do(ctx, "log out", s.client.Logout().Wait)
}

// do runs one operation under the watchdog and names it in the error.
func (s *session) do(ctx context.Context, doing string, operation func() error) error {
	if cancelled(ctx) {
		return trouble(KindNetwork, doing, context.Cause(ctx))
	}
	defer s.wire.begin(ctx, s.options.OpTimeout)()
	if err := s.wire.explain(operation()); err != nil {
		return trouble(s.kindOf(err), doing, err)
	}
	return nil
}

func (s *session) kindOf(err error) Kind {
	if _, alive := refusal(err); alive || errors.Is(err, errTooMuch) || errors.Is(err, errCaps) || strings.HasPrefix(err.Error(), "in response") {
		return KindProtocol
	}
	return KindNetwork
}

func (s *session) greet(ctx context.Context) error {
	return s.do(ctx, "greet "+s.options.Account.address(), func() error {
		if err := s.client.WaitGreeting(); err != nil {
			return err
		}
		s.caps = s.client.Caps()
		return nil
	})
}

func (s *session) login(ctx context.Context) error {
	doing := "log in to " + s.options.Account.address() + " as " + s.options.Account.User
	password, err := s.options.Account.Password()
	if err != nil {
		return trouble(KindLogin, doing, err)
	}
	err = s.do(ctx, doing, func() error {
		if err := s.authenticate(password); err != nil {
			return err
		}
		s.wire.arm()
		// Asked for outright: what the client remembers may still be the
		// capabilities from before the login.
		s.caps, err = s.client.Capability().Wait()
		return err
	})
	return s.loginTrouble(doing, password, err)
}

// notNow are refusals that say nothing about the password (RFC 5530 section 3).
var notNow = []goimap.ResponseCode{goimap.ResponseCodeUnavailable, goimap.ResponseCodeInUse, goimap.ResponseCodeLimit, goimap.ResponseCodeServerBug}

func (s *session) loginTrouble(doing, password string, err error) error {
	if err == nil {
		return nil
	}
	if no, ok := refusal(err); ok {
		words := without(password, errors.New(no.Text))
		if slices.Contains(notNow, no.Code) {
			return &Error{KindNetwork, doing, fmt.Errorf("the server cannot log anybody in at the moment: %w", words)}
		}
		return &Error{KindLogin, doing, fmt.Errorf("the server refused the user name or password: %w", words)}
	}
	if errors.Is(err, errNoLogin) {
		return &Error{KindLogin, doing, errNoLogin}
	}
	return err
}

// authenticate uses LOGIN where it can, and AUTHENTICATE PLAIN (RFC 4616) where
// LOGIN is switched off or could not carry the characters.
func (s *session) authenticate(password string) error {
	user := s.options.Account.User
	plain := s.caps.Has(goimap.AuthCap("PLAIN"))
	switch {
	case strings.ContainsAny(password, "\x00\r\n"):
		return errors.New("the password contains a line break or NUL")
	case plain && (s.caps.Has(goimap.CapLoginDisabled) || !isASCII(user+password)):
		return s.client.Authenticate(sasl.NewPlainClient("", user, password))
	case s.caps.Has(goimap.CapLoginDisabled):
		return errNoLogin
	}
	return s.client.Login(user, password).Wait()
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// canMove says whether MOVE is a command of the server's own (RFC 6851). The
// library's substitute deletes and expunges even when the copy was refused, and
// it looks at what the server said last: so do we.
func (s *session) canMove(ctx context.Context) bool {
	now := s.caps
	err := s.do(ctx, "ask what the server can do", func() error {
		now = s.client.Caps()
		return nil
	})
	return err == nil && s.caps.Has(goimap.CapMove) && now.Has(goimap.CapMove)
}

func (s *session) canIdle() bool { return s.caps.Has(goimap.CapIdle) }

// folder is what SELECT said.
type folder struct {
	validity uint32
	messages uint32
	keywords bool // the server keeps keywords of ours: PERMANENTFLAGS has \* or them
	seen     bool // the server keeps \Seen
}

func (s *session) selectFolder(ctx context.Context, name string, readOnly bool) (folder, error) {
	var data *goimap.SelectData
	doing := fmt.Sprintf("open the folder %q", name)
	err := s.do(ctx, doing, func() (err error) {
		data, err = s.client.Select(name, &goimap.SelectOptions{ReadOnly: readOnly}).Wait()
		return err
	})
	if _, refused := refusal(err); refused {
		return folder{}, &Error{KindFolder, doing, errors.Unwrap(err)}
	}
	if err != nil {
		return folder{}, err
	}
	if data.UIDValidity == 0 {
		return folder{}, &Error{KindProtocol, doing, errors.New("the server gave no UIDVALIDITY")}
	}
	return folder{
		validity: data.UIDValidity,
		messages: data.NumMessages,
		keywords: hasFlag(data.PermanentFlags, goimap.FlagWildcard) || hasFlag(data.PermanentFlags, KeywordFiled),
		seen:     hasFlag(data.PermanentFlags, goimap.FlagSeen),
	}, nil
}

func hasFlag(flags []goimap.Flag, want goimap.Flag) bool {
	for _, flag := range flags {
		if strings.EqualFold(string(flag), string(want)) {
			return true
		}
	}
	return false
}

func (s *session) noop(ctx context.Context) error {
	return s.do(ctx, "ask for news", s.client.Noop().Wait)
}

// idle waits with IDLE (RFC 2177) until mail is announced, the time is up, the
// connection ends or ctx does. Only entering and leaving are watched.
func (s *session) idle(ctx context.Context, limit time.Duration) error {
	var idling *imapclient.IdleCommand
	err := s.do(ctx, "wait for mail", func() (err error) {
		idling, err = s.client.Idle()
		return err
	})
	if err != nil {
		return err
	}
	s.await(ctx, limit)
	return s.do(ctx, "stop waiting for mail", func() error {
		if err := idling.Close(); err != nil {
			return err
		}
		return idling.Wait()
	})
}

func (s *session) await(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-s.arrived:
	case <-timer.C:
	case <-s.client.Closed():
	case <-ctx.Done():
	}
}
