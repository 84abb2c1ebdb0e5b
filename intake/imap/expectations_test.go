package imap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake"
	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// expectations hold on every server; some depend on how one connects.
var expectations = []struct {
	name      string
	test      func(*testing.T, backend)
	transport bool
}{
	{"takes what is there, newest first", takesBacklogNewestFirst, false},
	{"takes what arrives", takesWhatArrives, true},
	{"new mail overtakes a backlog", newMailOvertakesBacklog, false},
	{"without a processed folder mails get a keyword", marksInPlace, false},
	{"a changed UIDVALIDITY refetches", changedValidity, false},
	{"a restarted server is found again", restartedServer, true},
	{"a corrected password helps", correctedPassword, true},
	{"a missing folder is waited for", missingFolder, false},
	{"a connection cut inside a mail loses nothing", cutInsideMail, true},
	{"a half-open connection is noticed while idle", halfOpenIdle, true},
	{"a half-open connection is noticed inside a mail", halfOpenFetching, false},
	{"a failing T1 leaves the server untouched", failingReceive, false},
	{"a failing ledger at the start is waited for", failingKnown, false},
	{"one mail that T1 refuses does not stop the others", oneRefusedMail, false},
	{"an end between T1 and the move is made good", endBeforeMove, false},
	{"junk is read and left alone", junkUntouched, false},
	{"oversize mail is taken in part and stays", oversize, false},
	{"mail that vanishes is no trouble", vanishing, false},
	{"the processed folder is scanned after a restore", scanProcessed, false},
	{"a wrong certificate is named", wrongCertificate, true},
	{"check changes nothing", checkChangesNothing, true},
}

func takesBacklogNewestFirst(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 120)
	ledger := intaketest.New()
	w, _ := start(t, options(b, ledger))
	waitMails(t, ledger, 120)
	settled(t, w)
	if got, want := ledger.Batches(), []int{50, 50, 20}; !slices.Equal(got, want) {
		t.Errorf("got batches %v, want %v", got, want)
	}
	rows := ledger.Rows()
	if first, last := rows[0].Delivery.UID, rows[49].Delivery.UID; first != 71 || last != 120 {
		t.Errorf("the first batch has UIDs %d to %d, want 71 to 120, ascending", first, last)
	}
	for _, row := range rows {
		want := message(int(row.Delivery.UID))
		if !bytes.Equal(row.Raw, want) {
			t.Fatalf("UID %d: got %q, want %q", row.Delivery.UID, row.Raw, want)
		}
		if at := morning.Add(time.Duration(row.Delivery.UID) * time.Minute); !row.Delivery.InternalDate.Equal(at) {
			t.Fatalf("UID %d: got INTERNALDATE %s, want %s", row.Delivery.UID, row.Delivery.InternalDate, at)
		}
	}
	checkFiled(t, b, "INBOX", 120)
	if got := w.Status(); got.Received != 120 || got.LastError != "" || got.Lagging != 0 || got.LastCycle.IsZero() {
		t.Errorf("got status %+v", got)
	}
}

// settled waits until a watcher has nothing left to do.
func settled(t *testing.T, w *imap.Watcher) {
	t.Helper()
	eventually(t, "the watcher waits for mail", func() bool {
		state := w.Status().State
		return state == "idle" || state == "polling"
	})
}

// checkFiled: n mails are in the processed folder, once, and the watched folder
// holds none, or, without MOVE, all of them with the keyword.
func checkFiled(t *testing.T, b backend, folder string, n int) {
	t.Helper()
	if got := len(b.Mails(t, "Processed")); got != n {
		t.Errorf("the processed folder holds %d mails, want %d", got, n)
	}
	left := b.Mails(t, folder)
	if len(left) != 0 && len(left) != n {
		t.Errorf("%d mails are left in %s, want 0, or %d with a keyword", len(left), folder, n)
	}
	for _, m := range left {
		if !flagged(m, imap.KeywordFiled) {
			t.Errorf("UID %d is left in %s with flags %v", m.UID, folder, m.Flags)
		}
		if flagged(m, `\Deleted`) {
			t.Errorf("UID %d is marked for deletion", m.UID)
		}
	}
}

func flagged(m imaptest.Mail, flag string) bool {
	return slices.ContainsFunc(m.Flags, func(f string) bool { return strings.EqualFold(f, flag) })
}

func takesWhatArrives(t *testing.T, b backend) {
	ledger := intaketest.New()
	var woken atomic.Int64
	o := options(b, ledger)
	o.Wake = func() { woken.Add(1) }
	w, _ := start(t, o)
	for n := 1; n <= 5; n++ {
		settled(t, w)
		fill(t, b, "INBOX", n, n)
		waitMails(t, ledger, n)
	}
	eventually(t, "all are filed", func() bool { return len(b.Mails(t, "Processed")) == 5 })
	settled(t, w)
	checkFiled(t, b, "INBOX", 5)
	if got := int(woken.Load()); got != len(ledger.Batches()) {
		t.Errorf("woken %d times for %d commits", got, len(ledger.Batches()))
	}
}

func newMailOvertakesBacklog(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 30)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Batch = 5
	delivered := false
	o.Hook = func(point string) {
		if point == imap.PointReceived && !delivered {
			delivered = true
			fill(t, b, "INBOX", 31, 31)
		}
	}
	start(t, o)
	waitMails(t, ledger, 31)
	at := slices.IndexFunc(ledger.Rows(), func(r intaketest.Received) bool { return bytes.Equal(r.Raw, message(31)) })
	if at < 5 || at >= 20 {
		t.Errorf("the new mail was taken as number %d of 31, want it soon after the first 5", at+1)
	}
}

func marksInPlace(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 3)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Processed = ""
	w, stop := start(t, o)
	waitMails(t, ledger, 3)
	settled(t, w)
	stop()
	mails := b.Mails(t, "INBOX")
	if len(mails) != 3 {
		t.Fatalf("got %d mails in the INBOX, want 3", len(mails))
	}
	for _, m := range mails {
		if !flagged(m, imap.KeywordFiled) || flagged(m, `\Seen`) {
			t.Errorf("UID %d has flags %v, want the keyword and not \\Seen", m.UID, m.Flags)
		}
	}
	w, _ = start(t, o) // finds nothing to do
	settled(t, w)
	if got := ledger.Batches(); len(got) != 1 {
		t.Errorf("got batches %v, want one", got)
	}
}

func changedValidity(t *testing.T, b backend) {
	b.Create(t, "Reports")
	fill(t, b, "Reports", 1, 3)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Folder, o.Processed = "Reports", ""
	w, stop := start(t, o)
	waitMails(t, ledger, 3)
	settled(t, w)
	stop()
	b.Delete(t, "Reports")
	b.Create(t, "Reports")
	fill(t, b, "Reports", 1, 4)
	w, _ = start(t, o)
	waitMails(t, ledger, 4)
	settled(t, w)
	rows := ledger.Rows()
	if len(rows) != 7 || ledger.Mails() != 4 {
		t.Fatalf("got %d deliveries of %d mails, want 7 of 4", len(rows), ledger.Mails())
	}
	if before, after := rows[0].Delivery.UIDValidity, rows[6].Delivery.UIDValidity; before == after {
		t.Errorf("both times UIDVALIDITY %d", before)
	}
}

var errDisk = errors.New("the disk is full")

func failingReceive(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 5)
	ledger := intaketest.New()
	ledger.FailReceive(func([]intake.Mail) error { return errDisk })
	w, _ := start(t, options(b, ledger))
	eventually(t, "the failure is shown", func() bool { return strings.Contains(w.Status().LastError, "the disk is full") })
	for _, m := range b.Mails(t, "INBOX") {
		if flagged(m, imap.KeywordFiled) || flagged(m, `\Seen`) {
			t.Errorf("UID %d was touched: %v", m.UID, m.Flags)
		}
	}
	if in, out := len(b.Mails(t, "INBOX")), len(b.Mails(t, "Processed")); in != 5 || out != 0 {
		t.Errorf("the server was touched: %d in the INBOX, %d processed", in, out)
	}
	ledger.FailReceive(nil)
	waitMails(t, ledger, 5)
	settled(t, w)
	checkFiled(t, b, "INBOX", 5)
}

func failingKnown(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 2)
	ledger := intaketest.New()
	ledger.FailKnown(func() error { return errDisk })
	w, _ := start(t, options(b, ledger))
	eventually(t, "the failure is shown", func() bool { return strings.Contains(w.Status().LastError, "the disk is full") })
	ledger.FailKnown(nil)
	waitMails(t, ledger, 2)
}

func oneRefusedMail(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 6)
	ledger := intaketest.New()
	ledger.FailReceive(func(batch []intake.Mail) error {
		for _, m := range batch {
			if m.Delivery.UID == 4 {
				return errDisk
			}
		}
		return nil
	})
	w, _ := start(t, options(b, ledger))
	waitMails(t, ledger, 5)
	eventually(t, "the mail is named", func() bool { return strings.Contains(w.Status().LastError, "UID 4") })
	fill(t, b, "INBOX", 7, 7)
	waitMails(t, ledger, 6)
	ledger.FailReceive(nil)
	waitMails(t, ledger, 7)
	eventually(t, "the error goes", func() bool { return w.Status().LastError == "" })
}

func endBeforeMove(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 4)
	ledger := intaketest.New()
	o := options(b, ledger)
	ctx, cancel := context.WithCancel(t.Context())
	o.Hook = func(point string) {
		if point == imap.PointReceived {
			cancel()
		}
	}
	check(t, imap.New(o).Run(ctx))
	if in, out := len(b.Mails(t, "INBOX")), len(b.Mails(t, "Processed")); in != 4 || out != 0 {
		t.Fatalf("%d mails in the INBOX and %d processed, want 4 and 0", in, out)
	}
	o.Hook = nil
	w, _ := start(t, o)
	eventually(t, "the mails are filed", func() bool { return len(b.Mails(t, "Processed")) == 4 })
	settled(t, w)
	checkFiled(t, b, "INBOX", 4)
	if len(ledger.Rows()) != 4 || len(ledger.Batches()) != 1 {
		t.Errorf("fetched again: %d deliveries in batches %v", len(ledger.Rows()), ledger.Batches())
	}
}

func junkUntouched(t *testing.T, b backend) {
	b.Create(t, "Junk")
	fill(t, b, "Junk", 1, 3)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Folder, o.Junk = "Junk", true
	w, stop := start(t, o)
	waitMails(t, ledger, 3)
	settled(t, w)
	stop()
	w, _ = start(t, o)
	settled(t, w)
	mails := b.Mails(t, "Junk")
	for _, m := range mails {
		if slices.ContainsFunc(m.Flags, func(f string) bool { return !strings.EqualFold(f, `\Recent`) }) {
			t.Errorf("UID %d was flagged %v", m.UID, m.Flags)
		}
	}
	if len(mails) != 3 || len(b.Mails(t, "Processed")) != 0 {
		t.Errorf("junk was moved: %d left", len(mails))
	}
	for _, row := range ledger.Rows() {
		if !row.Delivery.Mailbox.Junk {
			t.Errorf("UID %d is not said to be junk", row.Delivery.UID)
		}
	}
}

func oversize(t *testing.T, b backend) {
	large := append(message(2), bytes.Repeat([]byte("0123456789abcdef\r\n"), 40_000)...)
	fill(t, b, "INBOX", 1, 1)
	b.Append(t, "INBOX", large, morning)
	fill(t, b, "INBOX", 3, 3)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.MaxMail = 500_000
	w, stop := start(t, o)
	waitMails(t, ledger, 3)
	settled(t, w)
	stop()
	w, _ = start(t, o) // does not touch it again
	settled(t, w)
	at := slices.IndexFunc(ledger.Rows(), func(r intaketest.Received) bool { return r.Oversize })
	if at < 0 {
		t.Fatal("no mail was taken in part")
	}
	row := ledger.Rows()[at]
	if len(row.Raw) < 256<<10 || !bytes.HasPrefix(large, row.Raw) || row.Delivery.Size != int64(len(large)) {
		t.Errorf("got %d bytes of %d (announced %d)", len(row.Raw), len(large), row.Delivery.Size)
	}
	kept := slices.DeleteFunc(b.Mails(t, "INBOX"), func(m imaptest.Mail) bool { return flagged(m, imap.KeywordFiled) })
	if len(kept) != 1 || !flagged(kept[0], imap.KeywordOversize) || len(kept[0].Raw) != len(large) {
		t.Errorf("the mail did not stay on the server with a keyword: %d mails", len(kept))
	}
	if len(ledger.Rows()) != 3 {
		t.Errorf("got %d deliveries, want 3", len(ledger.Rows()))
	}
}

func vanishing(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 10)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Batch = 4
	gone := false
	o.Hook = func(point string) {
		if point == imap.PointReceived && !gone { // 7 to 10 are taken
			gone = true
			b.Remove(t, "INBOX", 1, 4, 5)
		}
	}
	w, _ := start(t, o)
	waitMails(t, ledger, 7)
	settled(t, w)
	if got := w.Status(); got.LastError != "" || got.Lagging != 0 || len(ledger.Rows()) != 7 {
		t.Errorf("got %d mails and status %+v", len(ledger.Rows()), got)
	}
}

func scanProcessed(t *testing.T, b backend) {
	b.Create(t, "Processed")
	fill(t, b, "Processed", 1, 6)
	fill(t, b, "INBOX", 7, 8)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.ScanProcessed, o.ScanSince = true, morning.Add(3*time.Minute)
	scanned := make(chan struct{})
	o.Scanned = func() { close(scanned) }
	start(t, o)
	waitMails(t, ledger, 6)
	select {
	case <-scanned:
	case <-time.After(patience):
		t.Fatal("the scan never ended")
	}
	for _, row := range ledger.Rows() {
		fromProcessed := strings.HasSuffix(row.Delivery.Mailbox.Source, "/Processed")
		if row.Delivery.Unanswered != fromProcessed {
			t.Errorf("%s UID %d: unanswered is %v", row.Delivery.Mailbox.Source, row.Delivery.UID, row.Delivery.Unanswered)
		}
		if fromProcessed && row.Delivery.InternalDate.Before(o.ScanSince) {
			t.Errorf("UID %d is older than the backup", row.Delivery.UID)
		}
	}
}

func wrongCertificate(t *testing.T, b backend) {
	o := options(b, intaketest.New())
	if o.Account.Security == imap.Insecure {
		return
	}
	o.RootCAs = nil
	w, _ := start(t, o)
	eventually(t, "the certificate is refused", func() bool { return strings.Contains(w.Status().LastError, "certificate") })
	_, err := imap.New(o).Check(t.Context())
	if got := imap.KindOf(err); got != imap.KindCertificate {
		t.Errorf("Check: got %v of kind %q, want certificate", err, got)
	}
}

func checkChangesNothing(t *testing.T, b backend) {
	b.Create(t, "Spam")
	fill(t, b, "INBOX", 1, 2)
	got, err := imap.New(options(b, intaketest.New())).Check(t.Context())
	check(t, err)
	if got.Messages != 2 || got.UIDValidity == 0 || len(got.Capabilities) == 0 || got.Processed {
		t.Errorf("got %+v", got)
	}
	junk := "Spam" // by its name; Dovecot has one of another name with the attribute
	if slices.Contains(got.Capabilities, "SPECIAL-USE") {
		junk = "Unsolicited"
	}
	if got.Junk != junk {
		t.Errorf("got the junk folder %q, want %q", got.Junk, junk)
	}
	if got.Move != slices.Contains(got.Capabilities, "MOVE") || got.Idle != slices.Contains(got.Capabilities, "IDLE") {
		t.Errorf("MOVE %v and IDLE %v do not agree with %v", got.Move, got.Idle, got.Capabilities)
	}
	if mails := b.Mails(t, "INBOX"); len(mails) != 2 || len(mails[0].Flags)+len(mails[1].Flags) > 2 {
		t.Errorf("the folder was changed: %s", fmt.Sprint(mails))
	}
}
