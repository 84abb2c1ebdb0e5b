package imap_test

import (
	"testing"

	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

func TestSmoke(t *testing.T) {
	for _, o := range []imaptest.Options{{}, {TLS: true}, {StartTLS: true}, {NoMove: true}} {
		b := newMemory(t, o)
		fill(t, b, "INBOX", 1, 120)
		l := intaketest.New()
		w, stop := start(t, options(b, l))
		waitMails(t, l, 120)
		waitState(t, w, "idle")
		fill(t, b, "INBOX", 121, 123)
		waitMails(t, l, 123)
		waitState(t, w, "idle")
		t.Log(l.Batches(), len(b.Mails(t, "INBOX")), len(b.Mails(t, "Processed")), w.Status())
		stop()
	}
}
