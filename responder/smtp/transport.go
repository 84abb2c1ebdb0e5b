package smtp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-smtp"

	"postern/responder"
)

// Transport sends mail through one relay. Connections are kept for the next
// mail; as many are open as mails are sent at once. It may be used by many
// goroutines.
type Transport struct {
	options Options

	mu     sync.Mutex
	idle   []*resting // newest last
	closed bool
}

// resting is a connection without work and the timer that ends it.
type resting struct {
	session *session
	timer   *time.Timer
}

// New checks the options; it connects to nobody.
func New(options Options) (*Transport, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	if options.Username != "" && options.Password == nil {
		return nil, fmt.Errorf("%w: a user name needs a password", ErrConfig)
	}
	return &Transport{options: options.filled()}, nil
}

// Check connects, protects and logs in as for a mail, and sends none.
func (t *Transport) Check(ctx context.Context) error {
	s, err := t.open(ctx)
	if err != nil {
		return err
	}
	s.quit(ctx)
	return nil
}

// Send implements responder.Transport. A connection that was kept and turns
// out to be gone at its first command is replaced by a new one: nothing had
// been offered over it.
func (t *Transport) Send(ctx context.Context, envelope responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	if err := check(envelope, body); err != nil {
		return responder.Receipt{}, err
	}
	for s := t.wake(); s != nil; s = t.wake() {
		receipt, err := t.over(ctx, s, envelope, body, beforeDot)
		if gone := new(goneError); !errors.As(err, &gone) {
			return receipt, err
		}
	}
	s, err := t.open(ctx)
	if err != nil {
		return responder.Receipt{}, err
	}
	return t.over(ctx, s, envelope, body, beforeDot)
}

// goneError is a connection that did not live to hear MAIL.
type goneError struct{ err error }

func (e *goneError) Error() string { return e.err.Error() }
func (e *goneError) Unwrap() error { return e.err }

// over sends one mail over a connection and keeps or ends that afterwards.
func (t *Transport) over(ctx context.Context, s *session, envelope responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	stop := context.AfterFunc(ctx, s.cut)
	receipt, err := t.transfer(ctx, s, envelope, body, beforeDot)
	uncut := stop()
	s.mails++
	switch {
	case !uncut || broken(err):
		s.cut()
	case s.mails >= t.options.Mails:
		s.quit(ctx)
	case err != nil && !t.reset(s):
		s.cut()
	default:
		t.rest(s)
	}
	return receipt, err
}

// reset forgets a mail that the relay refused.
func (t *Transport) reset(s *session) bool { return s.client.Reset() == nil }

// broken tells whether the connection is of no more use: only a reply of the
// relay other than 421 leaves it in a known state.
func broken(err error) bool {
	if err == nil {
		return false
	}
	var reply *smtp.SMTPError
	return !errors.As(err, &reply) || reply.Code == 421 || errors.Is(err, errCut)
}

var errCut = errors.New("the connection was cut before the mail was complete")

// transfer is MAIL, RCPT, DATA, the body, beforeDot, the dot and the verdict.
func (t *Transport) transfer(ctx context.Context, s *session, envelope responder.Envelope, body []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	options := &smtp.MailOptions{Size: int64(len(body)), UTF8: !ascii(envelope.From) || !ascii(envelope.To)}
	if ok, _ := s.client.Extension("SMTPUTF8"); options.UTF8 && !ok {
		return responder.Receipt{}, permanent(errors.New("the relay cannot send to addresses beyond ASCII (no SMTPUTF8)"))
	}
	if err := s.client.Mail(envelope.From, options); err != nil {
		return responder.Receipt{}, refusedMail(err, s.mails > 0)
	}
	if err := s.client.Rcpt(envelope.To, nil); err != nil {
		return responder.Receipt{}, refusedRecipient(err)
	}
	data, err := s.client.Data()
	if err != nil {
		return responder.Receipt{}, refused("DATA", err)
	}
	if err := t.copy(ctx, s, data, body, beforeDot); err != nil {
		s.cut()
		return responder.Receipt{}, &responder.SendError{Kind: responder.Temporary, Err: fmt.Errorf("%w: %w", errCut, err)}
	}
	return verdict(data.CloseWithResponse())
}

// copy writes the body and asks whether the dot may follow. The client has no
// deadline of its own here (its writes would block for ever): a timer cuts the
// connection when a piece takes too long.
func (t *Transport) copy(ctx context.Context, s *session, data *smtp.DataCommand, body []byte, beforeDot func(context.Context) error) error {
	watch := time.AfterFunc(t.options.Chunk, s.cut)
	defer watch.Stop()
	for rest := body; len(rest) > 0; {
		n := min(chunk, len(rest))
		if _, err := data.Write(rest[:n]); err != nil {
			return fmt.Errorf("write the mail: %w", err)
		}
		rest = rest[n:]
		watch.Reset(t.options.Chunk)
	}
	watch.Stop()
	if err := beforeDot(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

// verdict reads what the relay said after the dot. Without a clear yes or no
// nobody knows whether the mail is on its way.
func verdict(response *smtp.DataResponse, err error) (responder.Receipt, error) {
	if err == nil {
		return responder.Receipt{Reply: response.StatusText, RelayID: relayID(response.StatusText)}, nil
	}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) {
		return responder.Receipt{}, &responder.SendError{Kind: responder.Unknown, Err: fmt.Errorf("no verdict after the mail was handed over: %w", err)}
	}
	return responder.Receipt{}, refused("end of DATA", err)
}

// refusedMail judges a failed MAIL. It names no recipient yet, so a lost
// connection or a relay that is shutting down says nothing about the mail.
func refusedMail(err error, kept bool) error {
	var reply *smtp.SMTPError
	known := errors.As(err, &reply)
	failed := &responder.SendError{Kind: responder.Unreachable, Err: fmt.Errorf("MAIL: %w", err)}
	switch {
	case kept && (!known || reply.Code == 421):
		return &goneError{failed}
	case !known, reply.Code == 421, configuration[reply.Code]:
		return failed
	case blamesUs.MatchString(reply.Message):
		failed.Kind = responder.Temporary
		return failed
	}
	return refused("MAIL", err)
}

// refusedRecipient judges a failed RCPT. Many relays say only here that they want a
// login, and only here what they have against us as their client or our sender
// address: every mail would meet with that, and none of them is to blame. The first
// is beyond doubt; words may be quoted from another server about one recipient, so
// they only put the mail off, and it leaves when the relay is set right.
func refusedRecipient(err error) error {
	var reply *smtp.SMTPError
	failed := &responder.SendError{Kind: responder.Temporary, Err: fmt.Errorf("RCPT: %w", err)}
	switch {
	case !errors.As(err, &reply) || blamesUs.MatchString(reply.Message):
		return failed
	case wantsLogin[reply.Code]:
		failed.Kind = responder.Unreachable
		return failed
	}
	return refused("RCPT", err)
}

// blamesUs are the words of Postfix, Sendmail, Exim and Exchange for a client that
// may not send what it wants to send.
var blamesUs = regexp.MustCompile(`(?i)^(?:\S+ )?(?:<[^>]+>:? )?(?:(?:relay access|relaying) denied|relay not permitted|unable to relay|smtp; unable to relay|client host rejected|helo command rejected|sender address rejected)`)

// configuration are replies that blame the session and not the mail: command
// not known or out of order, login or encryption wanted (RFC 4954 section 6).
var configuration = map[int]bool{500: true, 502: true, 503: true, 530: true, 534: true, 535: true, 538: true}

// wantsLogin are those of them that speak of login or encryption.
var wantsLogin = map[int]bool{530: true, 534: true, 535: true, 538: true}

// refused sorts replies into temporary and permanent (RFC 5321 section 4.2.1).
func refused(command string, err error) error {
	failed := &responder.SendError{Kind: responder.Temporary, Err: fmt.Errorf("%s: %w", command, err)}
	var reply *smtp.SMTPError
	if errors.As(err, &reply) && reply.Code/100 == 5 {
		failed.Kind = responder.Permanent
	}
	return failed
}

func permanent(err error) error { return &responder.SendError{Kind: responder.Permanent, Err: err} }

const maxLine = 998 // RFC 5321 section 4.5.3.1.6, less CR LF

// check refuses what would not arrive as it is: an address that reads as more
// than an address, lone CR or LF (which signatures would not survive), lines
// that relays cut.
func check(envelope responder.Envelope, body []byte) error {
	if !clean(envelope.To) || (envelope.From != "" && !clean(envelope.From)) {
		return permanent(fmt.Errorf("address in the envelope: %w", responder.ErrAddress))
	}
	if !bytes.HasSuffix(body, []byte("\r\n")) {
		return permanent(errors.New("the mail does not end with a line"))
	}
	for line := range bytes.SplitSeq(body, []byte("\r\n")) {
		if len(line) > maxLine || bytes.ContainsAny(line, "\r\n") {
			return permanent(errors.New("a line of the mail is too long or holds a lone CR or LF"))
		}
	}
	return nil
}

// clean tells whether an address is in the form that responder.Address gives.
func clean(address string) bool {
	safe, err := responder.Address(address)
	return err == nil && strings.EqualFold(safe, address)
}

func ascii(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wake takes the connection used last, nil when there is none.
func (t *Transport) wake() *session {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.idle) > 0 {
		last := t.idle[len(t.idle)-1]
		t.idle = t.idle[:len(t.idle)-1]
		if last.timer.Stop() {
			return last.session
		}
	}
	return nil
}

// rest keeps a connection for the next mail.
func (t *Transport) rest(s *session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		s.cut()
		return
	}
	r := &resting{session: s}
	r.timer = time.AfterFunc(t.options.Idle, func() { t.retire(r) })
	t.idle = append(t.idle, r)
}

// retire ends a connection that had no work for too long.
func (t *Transport) retire(r *resting) {
	t.mu.Lock()
	for i, other := range t.idle {
		if other == r {
			t.idle = append(t.idle[:i], t.idle[i+1:]...)
			break
		}
	}
	t.mu.Unlock()
	r.session.cut()
}

// Close ends the connections without work; those at work end with their mail.
func (t *Transport) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, r := range t.idle {
		if r.timer.Stop() {
			r.session.cut()
		}
	}
	t.idle = nil
	return nil
}
