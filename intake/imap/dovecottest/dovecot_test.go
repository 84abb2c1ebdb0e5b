package dovecottest_test

import (
	"bytes"
	"testing"
	"time"

	"postern/intake/imap/dovecottest"
)

// The server starts, keeps its mail over a restart, and shows what was put into it.
func TestDovecot(t *testing.T) {
	const user = "anna@example.org"
	d := dovecottest.Start(t, dovecottest.Options{Users: map[string]string{user: "secret"}})
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	d.Append(user, "INBOX", at, []byte("Subject: one\r\n\r\n1\r\n"))
	d.Deliver(user, "two", []byte("Subject: two\n\n2\n"), at)
	d.Restart()
	mails := d.Messages(user, "INBOX")
	if len(mails) != 2 {
		t.Fatalf("got %d mails, want 2", len(mails))
	}
	if got := mails[1].Raw; !bytes.Equal(got, []byte("Subject: two\r\n\r\n2\r\n")) {
		t.Errorf("got %q, want the delivered mail with CRLF", got)
	}
	if got := d.Messages(user, "Nowhere"); got != nil {
		t.Errorf("a folder that is not there has %d mails", len(got))
	}
}
