package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/responder"
	"postern/responder/smtp"
	"postern/responder/smtp/smtptest"
)

const patience = 20 * time.Second

func background(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func server(t *testing.T, options smtptest.Options) *smtptest.Server {
	t.Helper()
	s, err := smtptest.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func transport(t *testing.T, options smtp.Options) *smtp.Transport {
	t.Helper()
	options.Hello = "postern.example.org"
	tr, err := smtp.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr
}

func plainTo(t *testing.T, s *smtptest.Server) *smtp.Transport {
	return transport(t, smtp.Options{Address: s.Addr(), Security: smtp.Insecure})
}

var toReporter = responder.Envelope{From: "csirt@example.org", To: "reporter@example.net"}

func mail(text string) []byte {
	return []byte("From: csirt@example.org\r\nTo: reporter@example.net\r\nSubject: test\r\n\r\n" + text + "\r\n")
}

func yes(context.Context) error { return nil }

func kind(t *testing.T, err error) responder.ErrorKind {
	t.Helper()
	var sent *responder.SendError
	if !errors.As(err, &sent) {
		t.Fatalf("error %v (%T) says nothing about the mail", err, err)
	}
	return sent.Kind
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault smtptest.Fault
		want  responder.ErrorKind
		kept  int // mails the server has in spite of it
	}{
		{"greeting refused", smtptest.Fault{At: smtptest.AtHello, Code: 554}, responder.Unreachable, 0},
		{"greeting put off", smtptest.Fault{At: smtptest.AtHello, Code: 421}, responder.Unreachable, 0},
		{"greeting cut", smtptest.Fault{At: smtptest.AtHello, Drop: true}, responder.Unreachable, 0},
		{"relay shuts down at MAIL", smtptest.Fault{At: smtptest.AtMail, Code: 421}, responder.Unreachable, 0},
		{"login wanted", smtptest.Fault{At: smtptest.AtMail, Code: 530}, responder.Unreachable, 0},
		{"cut at MAIL", smtptest.Fault{At: smtptest.AtMail, Drop: true}, responder.Unreachable, 0},
		{"sender refused", smtptest.Fault{At: smtptest.AtMail, Code: 550}, responder.Permanent, 0},
		{"sender put off", smtptest.Fault{At: smtptest.AtMail, Code: 450}, responder.Temporary, 0},
		{"recipient refused", smtptest.Fault{At: smtptest.AtRcpt, Code: 550}, responder.Permanent, 0},
		{"login wanted only for a recipient", smtptest.Fault{At: smtptest.AtRcpt, Code: 530, Message: "5.7.0 Must issue authentication"}, responder.Unreachable, 0},
		{"not a client of Postfix", smtptest.Fault{At: smtptest.AtRcpt, Code: 554, Message: "5.7.1 <a@example.net>: Relay access denied"}, responder.Temporary, 0},
		{"not a client of Exchange", smtptest.Fault{At: smtptest.AtRcpt, Code: 550, Message: "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"}, responder.Temporary, 0},
		{"not our sender address", smtptest.Fault{At: smtptest.AtRcpt, Code: 553, Message: "5.7.1 <csirt@example.org>: Sender address rejected: not owned by user x"}, responder.Temporary, 0},
		{"not our sender address, said at once", smtptest.Fault{At: smtptest.AtMail, Code: 553, Message: "5.7.1 <csirt@example.org>: Sender address rejected: not owned by user x"}, responder.Temporary, 0},
		{"another server relays nothing", smtptest.Fault{At: smtptest.AtRcpt, Code: 550, Message: "5.1.1 <a@example.net>: Recipient address rejected: undeliverable address: host mx.example.net said: 554 Relay access denied"}, responder.Permanent, 0},
		{"recipient put off", smtptest.Fault{At: smtptest.AtRcpt, Code: 450}, responder.Temporary, 0},
		{"cut at RCPT", smtptest.Fault{At: smtptest.AtRcpt, Drop: true}, responder.Temporary, 0},
		{"content refused", smtptest.Fault{At: smtptest.AtDot, Code: 554}, responder.Permanent, 0},
		{"content put off", smtptest.Fault{At: smtptest.AtDot, Code: 452}, responder.Temporary, 0},
		{"cut after the dot", smtptest.Fault{At: smtptest.AtDot, Drop: true}, responder.Unknown, 0},
		{"taken, then cut", smtptest.Fault{At: smtptest.AfterDot, Drop: true}, responder.Unknown, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := server(t, smtptest.Options{})
			tr := plainTo(t, s)
			s.Inject(test.fault)
			_, err := tr.Send(background(t), toReporter, mail("hello"), yes)
			if got := kind(t, err); got != test.want {
				t.Errorf("kind %d, want %d (%v)", got, test.want, err)
			}
			if got := s.Count(); got != test.kept {
				t.Errorf("server kept %d mails, want %d", got, test.kept)
			}
			s.Heal()
			if _, err := tr.Send(background(t), toReporter, mail("again"), yes); err != nil {
				t.Errorf("the next mail: %v", err)
			}
		})
	}
}

// After a failed T3b the truncated mail must not leave, not even with the QUIT
// of a client that tidies up.
func TestRefusedBeforeDotLeavesNothing(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	fence := errors.New("fence lost")
	for _, size := range []int{10, 300 << 10} {
		_, err := tr.Send(background(t), toReporter, mail(lines(size)), func(context.Context) error { return fence })
		if got := kind(t, err); got != responder.Temporary || !errors.Is(err, fence) {
			t.Errorf("%d bytes: kind %d, error %v; want temporary with the cause", size, got, err)
		}
	}
	if _, err := tr.Send(background(t), toReporter, mail("the only one"), yes); err != nil {
		t.Fatal(err)
	}
	got := s.Messages()
	if len(got) != 1 || !bytes.Contains(got[0].Data, []byte("the only one")) {
		t.Errorf("%d mails arrived, want the last one alone", len(got))
	}
}

func lines(size int) string {
	return strings.Repeat("0123456789012345678901234567890123456789012345678901234567\r\n", size/60+1)
}

func TestStalledServer(t *testing.T) {
	for _, test := range []struct {
		name string
		at   smtptest.Stage
		size int // more than the kernel holds back for a reader that stopped
		want responder.ErrorKind
	}{
		{"in the middle of the mail", smtptest.AtData, 16 << 20, responder.Temporary},
		{"before the verdict", smtptest.AtDot, 10, responder.Unknown},
		{"at RCPT", smtptest.AtRcpt, 10, responder.Temporary},
		{"at MAIL", smtptest.AtMail, 10, responder.Unreachable},
		{"at the greeting", smtptest.AtHello, 10, responder.Unreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := server(t, smtptest.Options{})
			short := 400 * time.Millisecond
			tr := transport(t, smtp.Options{
				Address: s.Addr(), Security: smtp.Insecure,
				Connect: short, Command: short, Chunk: short, Verdict: short,
			})
			s.Inject(smtptest.Fault{At: test.at, Stall: true})
			_, err := tr.Send(background(t), toReporter, mail(lines(test.size)), yes)
			if got := kind(t, err); got != test.want {
				t.Errorf("kind %d, want %d (%v)", got, test.want, err)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	s.Inject(smtptest.Fault{At: smtptest.AtDot, Stall: true})
	ctx, cancel := context.WithCancel(background(t))
	_, err := tr.Send(ctx, toReporter, mail("x"), func(context.Context) error {
		go cancel()
		return nil
	})
	// The cut comes before or after the dot; never may a sent dot read as "not sent".
	if got := kind(t, err); got != responder.Unknown && got != responder.Temporary {
		t.Errorf("kind %d (%v)", got, err)
	}
}

func TestConnectionIsKept(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	for i := range 20 {
		if _, err := tr.Send(background(t), toReporter, mail(fmt.Sprint(i)), yes); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Sessions(); got != 1 {
		t.Errorf("%d connections for 20 mails, want 1", got)
	}
}

func TestConnectionIsRenewed(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := transport(t, smtp.Options{Address: s.Addr(), Security: smtp.Insecure, Mails: 5})
	for i := range 20 {
		if _, err := tr.Send(background(t), toReporter, mail(fmt.Sprint(i)), yes); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Sessions(); got != 4 {
		t.Errorf("%d connections for 20 mails by fives, want 4", got)
	}
}

// A kept connection that the relay closed meanwhile is no failure of the mail.
func TestKeptConnectionGone(t *testing.T) {
	for name, fault := range map[string]smtptest.Fault{
		"cut":         {At: smtptest.AtMail, Drop: true, Times: 1},
		"421 at MAIL": {At: smtptest.AtMail, Code: 421, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, smtptest.Options{})
			tr := plainTo(t, s)
			if _, err := tr.Send(background(t), toReporter, mail("first"), yes); err != nil {
				t.Fatal(err)
			}
			s.Inject(fault)
			if _, err := tr.Send(background(t), toReporter, mail("second"), yes); err != nil {
				t.Fatal(err)
			}
			if got := s.Count(); got != 2 {
				t.Errorf("%d mails arrived, want 2", got)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	ctx := background(t)
	var on sync.WaitGroup
	for i := range 8 {
		on.Go(func() {
			for j := range 25 {
				if _, err := tr.Send(ctx, toReporter, mail(fmt.Sprint(i, j)), yes); err != nil {
					t.Error(err)
				}
			}
		})
	}
	on.Wait()
	if got := s.Count(); got != 200 {
		t.Errorf("%d mails arrived, want 200", got)
	}
	if got := s.Sessions(); got > 8 {
		t.Errorf("%d connections for 8 senders", got)
	}
}

func TestSecurity(t *testing.T) {
	password := func() (string, error) { return "opensesame", nil }
	login := smtptest.Options{Username: "csirt@example.org", Password: "opensesame"}
	with := func(change func(*smtptest.Options)) smtptest.Options { o := login; change(&o); return o }
	for _, test := range []struct {
		name   string
		server smtptest.Options
		client func(*smtp.Options, *smtptest.Server)
		fails  string // part of the error, "" when it works
	}{
		{"STARTTLS and login", with(func(o *smtptest.Options) { o.TLS = true }), nil, ""},
		{"implicit TLS and login", with(func(o *smtptest.Options) { o.Implicit = true }),
			func(o *smtp.Options, _ *smtptest.Server) { o.Security = smtp.TLS }, ""},
		{"loopback in clear", login, func(o *smtp.Options, _ *smtptest.Server) { o.Security = smtp.Insecure }, ""},
		{"no STARTTLS offered", login, nil, "STARTTLS"},
		{"unknown certificate", with(func(o *smtptest.Options) { o.TLS = true }),
			func(o *smtp.Options, _ *smtptest.Server) { o.TLS = nil }, "certificate"},
		{"certificate for another name", with(func(o *smtptest.Options) { o.TLS = true }),
			func(o *smtp.Options, s *smtptest.Server) { o.TLS.ServerName = "mail.example.org" }, "certificate"},
		{"wrong password", with(func(o *smtptest.Options) { o.TLS = true; o.Password = "other" }), nil, "log in"},
		{"no login offered", smtptest.Options{TLS: true}, nil, "AUTH PLAIN"},
		{"password file gone", with(func(o *smtptest.Options) { o.TLS = true }),
			func(o *smtp.Options, _ *smtptest.Server) {
				o.Password = func() (string, error) { return "", errors.New("no such file") }
			}, "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := server(t, test.server)
			options := smtp.Options{Address: s.Addr(), Username: login.Username, Password: password, TLS: s.ClientTLS()}
			if test.client != nil {
				test.client(&options, s)
			}
			tr := transport(t, options)
			_, err := tr.Send(background(t), toReporter, mail("hello"), yes)
			checked := tr.Check(background(t))
			if test.fails == "" {
				if err != nil || checked != nil {
					t.Fatalf("send: %v; check: %v", err, checked)
				}
				if got := s.Messages()[0]; got.Username != login.Username || got.TLS != (test.server.TLS || test.server.Implicit) {
					t.Errorf("arrived as user %q, TLS %v", got.Username, got.TLS)
				}
				return
			}
			for _, err := range []error{err, checked} {
				if err == nil || !strings.Contains(err.Error(), test.fails) || strings.Contains(err.Error(), "opensesame") {
					t.Errorf("error %v, want one about %q without the password", err, test.fails)
				}
			}
			if got := kind(t, err); got != responder.Unreachable {
				t.Errorf("kind %d, want unreachable", got)
			}
		})
	}
}

func TestHello(t *testing.T) {
	s := server(t, smtptest.Options{TLS: true})
	for name, want := range map[string]string{"": "[127.0.0.1]", "postern.example.org": "postern.example.org"} {
		tr, err := smtp.New(smtp.Options{Address: s.Addr(), TLS: s.ClientTLS(), Hello: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Send(background(t), toReporter, mail("x"), yes); err != nil {
			t.Fatal(err)
		}
		tr.Close()
		messages := s.Messages()
		if got := messages[len(messages)-1].Hello; got != want {
			t.Errorf("we said %q, want %q", got, want)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	s.Close()
	_, err := tr.Send(background(t), toReporter, mail("x"), yes)
	if got := kind(t, err); got != responder.Unreachable {
		t.Errorf("kind %d, want unreachable (%v)", got, err)
	}
}

func TestEnvelopeAndBodyAreChecked(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := plainTo(t, s)
	good := mail("x")
	for _, test := range []struct {
		name     string
		from, to string
		body     []byte
	}{
		{"parameter in the recipient", "csirt@example.org", "x@example.net> NOTIFY=NEVER", good},
		{"second recipient", "csirt@example.org", "x@example.net,y@example.net", good},
		{"line break in the recipient", "csirt@example.org", "x@example.net\r\nRCPT TO:<y@example.net>", good},
		{"no recipient", "csirt@example.org", "", good},
		{"neither sender nor recipient", "", "", good},
		{"parameter in the sender", "x@example.net> SIZE=1", "reporter@example.net", good},
		{"blank in the local part", "csirt@example.org", `"a b"@example.net`, good},
		{"domain that was not made ASCII", "csirt@example.org", "a@bücher.example", good},
		{"lone CR", "csirt@example.org", "reporter@example.net", mail("a\rb")},
		{"lone LF", "csirt@example.org", "reporter@example.net", mail("a\nb")},
		{"endless line", "csirt@example.org", "reporter@example.net", mail(strings.Repeat("x", 999))},
		{"last line open", "csirt@example.org", "reporter@example.net", []byte("Subject: x\r\n\r\nx")},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := tr.Send(background(t), responder.Envelope{From: test.from, To: test.to}, test.body, yes)
			if got := kind(t, err); got != responder.Permanent {
				t.Errorf("kind %d, want permanent (%v)", got, err)
			}
		})
	}
	if got := s.Count() + s.Sessions(); got != 0 {
		t.Errorf("the server heard of it")
	}
}

func TestBeyondASCII(t *testing.T) {
	envelope := responder.Envelope{From: "csirt@example.org", To: "jörg@xn--bcher-kva.example"}
	for name, ascii := range map[string]bool{"with SMTPUTF8": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			s := server(t, smtptest.Options{ASCIIOnly: ascii})
			_, err := plainTo(t, s).Send(background(t), envelope, mail("x"), yes)
			if ascii {
				if got := kind(t, err); got != responder.Permanent {
					t.Errorf("kind %d, want permanent (%v)", got, err)
				}
				return
			}
			if err != nil || s.Messages()[0].To[0] != envelope.To {
				t.Errorf("error %v, arrived %v", err, s.Messages())
			}
		})
	}
}

// In clear nothing leaves this machine, whoever asks for it.
func TestInsecureIsForLoopbackOnly(t *testing.T) {
	for _, address := range []string{"mail.example.org:25", "192.0.2.1:25", "[2001:db8::1]:25"} {
		if _, err := smtp.New(smtp.Options{Address: address, Security: smtp.Insecure}); !errors.Is(err, smtp.ErrConfig) {
			t.Errorf("%s: got %v, want %v", address, err, smtp.ErrConfig)
		}
	}
}

// elsewhere is a connection that a name of this machine led to another one.
type elsewhere struct{ net.Conn }

func (elsewhere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

func TestInsecureLooksAtWhereTheNameLed(t *testing.T) {
	s := server(t, smtptest.Options{})
	tr := transport(t, smtp.Options{Address: "localhost:25", Security: smtp.Insecure, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, s.Addr())
		return elsewhere{conn}, err
	}})
	if err := tr.Check(background(t)); !errors.Is(err, smtp.ErrConfig) || s.Sessions() > 0 {
		t.Errorf("got %v, want %v, and %d sessions", err, smtp.ErrConfig, s.Sessions())
	}
}

func TestRelayID(t *testing.T) {
	for reply, want := range map[string]string{
		"Ok: queued as 4F2A1B3C":                                           "4F2A1B3C",
		"OK id=1abcDE-0001xY-2z":                                           "1abcDE-0001xY-2z",
		"Ok 0100018f3c2d-aaaa-bbbb-000000":                                 "0100018f3c2d-aaaa-bbbb-000000",
		"<abc@relay.example.com> [InternalId=77] Queued mail for delivery": "abc@relay.example.com",
		"OK: queued": "",
		"thank you":  "",
	} {
		s := server(t, smtptest.Options{})
		s.Inject(smtptest.Fault{At: smtptest.AfterDot, Code: 250, Message: reply})
		receipt, err := plainTo(t, s).Send(background(t), toReporter, mail("x"), yes)
		if err != nil || receipt.RelayID != want {
			t.Errorf("%q: ID %q, error %v; want %q", reply, receipt.RelayID, err, want)
		}
	}
}
