package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"postern/responder"
	"postern/responder/smtp"
	"postern/responder/smtp/postfixtest"
	"postern/responder/smtp/smtptest"
)

// relay is what the bodies below need of a server, ours or the real Postfix.
type relay struct {
	options smtp.Options
	wait    func(ctx context.Context, n int) ([][]byte, error) // LF-lined mails as they arrived
}

// The relays refuse gone@ for good and later@ for now, both at RCPT, and every
// mail from sorry@ at MAIL or RCPT.
const (
	gone  = "gone@example.net"
	later = "later@example.net"
)

func ourRelay(t *testing.T) relay {
	s := server(t, smtptest.Options{TLS: true})
	s.Inject(smtptest.Fault{At: smtptest.AtRcpt, To: gone, Code: 550})
	s.Inject(smtptest.Fault{At: smtptest.AtRcpt, To: later, Code: 450})
	return relay{
		options: smtp.Options{Address: s.Addr(), TLS: s.ClientTLS()},
		wait: func(ctx context.Context, n int) ([][]byte, error) {
			messages, err := s.Wait(ctx, n)
			var mails [][]byte
			for _, m := range messages {
				mails = append(mails, bytes.ReplaceAll(m.Data, []byte("\r\n"), []byte("\n")))
			}
			return mails, err
		},
	}
}

func postfixRelay(t *testing.T) relay {
	s := postfixtest.Start(t, postfixtest.Options{TLS: true, Refuse: map[string]string{
		gone:  "550 5.1.1 no such person",
		later: "450 4.2.0 come back later",
	}})
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Log())
		}
	})
	return relay{options: smtp.Options{Address: s.Addr(), TLS: s.ClientTLS()}, wait: s.Wait}
}

func TestOurRelay(t *testing.T)     { sends(t, ourRelay(t)) }
func TestPostfixRelay(t *testing.T) { sends(t, postfixRelay(t)) }

// sends runs the same bodies over either relay; each counts on those before.
func sends(t *testing.T, r relay) {
	tr := transport(t, r.options)
	arrived := 0
	deliver := func(t *testing.T, envelope responder.Envelope, text string) [][]byte {
		t.Helper()
		if _, err := tr.Send(background(t), envelope, mail(text), yes); err != nil {
			t.Fatal(err)
		}
		arrived++
		mails, err := r.wait(background(t), arrived)
		if err != nil {
			t.Fatal(err)
		}
		return mails
	}
	contains := func(mails [][]byte, text string) bool {
		for _, m := range mails {
			if bytes.Contains(m, []byte(text)) {
				return true
			}
		}
		return false
	}

	t.Run("check sends nothing", func(t *testing.T) {
		if err := tr.Check(background(t)); err != nil {
			t.Error(err)
		}
	})
	t.Run("text comes through as it is", func(t *testing.T) {
		text := ".\r\n..two dots\r\n.leading\r\n\r\nend of canary-one"
		mails := deliver(t, toReporter, text)
		if !contains(mails, strings.ReplaceAll(text, "\r\n", "\n")) {
			t.Errorf("got %q", mails)
		}
	})
	t.Run("null reverse-path", func(t *testing.T) {
		deliver(t, responder.Envelope{To: toReporter.To}, "canary-null")
	})
	t.Run("refused for good and for now, then business as usual", func(t *testing.T) {
		for to, want := range map[string]responder.ErrorKind{gone: responder.Permanent, later: responder.Temporary} {
			_, err := tr.Send(background(t), responder.Envelope{From: toReporter.From, To: to}, mail("x"), yes)
			if got := kind(t, err); got != want {
				t.Errorf("%s: kind %d, want %d (%v)", to, got, want, err)
			}
		}
		deliver(t, toReporter, "canary-after")
	})
	t.Run("nothing leaves when T3b fails", func(t *testing.T) {
		_, err := tr.Send(background(t), toReporter, mail("canary-never "+lines(200<<10)), func(context.Context) error { return errors.New("fence") })
		if got := kind(t, err); got != responder.Temporary {
			t.Errorf("kind %d, want temporary", got)
		}
		if mails := deliver(t, toReporter, "canary-last"); contains(mails, "canary-never") {
			t.Error("the mail that was called back arrived")
		}
	})
	t.Run("large", func(t *testing.T) {
		mails := deliver(t, toReporter, lines(3<<20)+"canary-large")
		if !contains(mails, "canary-large") {
			t.Error("not whole")
		}
	})
	t.Run("many", func(t *testing.T) {
		for i := range 50 {
			if _, err := tr.Send(background(t), toReporter, mail(fmt.Sprintf("canary-%d.", i)), yes); err != nil {
				t.Fatal(err)
			}
		}
		arrived += 50
		mails, err := r.wait(background(t), arrived)
		if err != nil || len(mails) != arrived {
			t.Errorf("%d mails, want %d (%v)", len(mails), arrived, err)
		}
	})
}
