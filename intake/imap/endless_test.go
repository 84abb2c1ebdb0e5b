package imap_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// A server that always says something and never what was asked.
func TestEndlessAnswer(t *testing.T) {
	ledger := intaketest.New()
	var endless atomic.Bool
	endless.Store(true)
	_, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, _, command string) (bool, error) {
			if !strings.HasPrefix(command, "UID FETCH 1:*") || !endless.Load() {
				return false, nil
			}
			for {
				if err := c.Say("* OK still working\r\n"); err != nil {
					return true, err
				}
			}
		},
	}, ledger, 1)
	o.OpTimeout = 20 * time.Millisecond
	w, _ := start(t, o)
	eventually(t, "the end is made", func() bool { return strings.Contains(w.Status().LastError, "never comes to an end") })
	endless.Store(false)
	waitMails(t, ledger, 1)
}

// A server that sends the body of one mail again and again in one answer.
func TestBodiesWithoutEnd(t *testing.T) {
	const most = 200
	body := strings.Repeat("x", 1<<20)
	ledger := intaketest.New()
	var endless atomic.Bool
	var said atomic.Int64
	endless.Store(true)
	_, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if !strings.Contains(command, "BODY.PEEK") || !endless.CompareAndSwap(true, false) {
				return false, nil
			}
			if err := c.Say("* 1 FETCH (UID 1"); err != nil {
				return true, err
			}
			for range most {
				if err := c.Say(" BODY[] {%d}\r\n%s", len(body), body); err != nil {
					return true, err
				}
				said.Add(1)
			}
			return true, c.Say(")\r\n%s OK done\r\n", tag)
		},
	}, ledger, 1)
	start(t, o)
	waitMails(t, ledger, 1)
	if got := string(ledger.Rows()[0].Raw); got == body || said.Load() > most/4 {
		t.Errorf("%d bytes of the mail are stored, and the server sent %d bodies", len(got), said.Load())
	}
}
