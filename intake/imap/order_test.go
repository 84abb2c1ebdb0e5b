package imap_test

import (
	"path/filepath"
	"strings"
	"testing"

	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// The server hears of a mail only after the ledger has committed it.
func TestServerIsTouchedAfterT1(t *testing.T) {
	ledger := intaketest.New()
	committed := make(chan int, 100)
	_, o := scripted(t, imaptest.Script{
		Handle: func(_ *imaptest.Conversation, _, command string) (bool, error) {
			if strings.HasPrefix(command, "UID MOVE") {
				committed <- len(ledger.Rows())
			}
			return false, nil
		},
	}, ledger, 25)
	o.Batch = 10
	w, _ := start(t, o)
	waitMails(t, ledger, 25)
	settled(t, w)
	close(committed)
	want := []int{10, 20, 25}
	for rows := range committed {
		if len(want) == 0 || rows != want[0] {
			t.Fatalf("a MOVE came when the ledger had %d rows, want %v", rows, want)
		}
		want = want[1:]
	}
}

// Without a place to spool nothing is fetched; when it is back all goes on.
func TestSpoolFolderMissing(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{}, ledger, 2)
	o.SpoolDir = filepath.Join(t.TempDir(), "missing")
	w, stop := start(t, o)
	eventually(t, "the trouble is named", func() bool { return strings.Contains(w.Status().LastError, "temporary file") })
	stop()
	if len(server.Mails("INBOX")) != 2 || ledger.Mails() != 0 {
		t.Error("something was taken")
	}
	o.SpoolDir = t.TempDir()
	start(t, o)
	waitMails(t, ledger, 2)
	left, err := filepath.Glob(filepath.Join(o.SpoolDir, "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in the spool folder: %v, %v", left, err)
	}
}
