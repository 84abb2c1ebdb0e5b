package imap_test

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake/imap"
	"postern/intake/intaketest"
)

func restartedServer(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 2)
	ledger := intaketest.New()
	w, _ := start(t, options(b, ledger))
	waitMails(t, ledger, 2)
	settled(t, w)
	b.Restart(t)
	fill(t, b, "INBOX", 3, 4)
	waitMails(t, ledger, 4)
	settled(t, w)
	checkFiled(t, b, "INBOX", 4)
	if len(ledger.Rows()) != 4 {
		t.Errorf("got %d deliveries, want 4", len(ledger.Rows()))
	}
}

func correctedPassword(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 1)
	ledger := intaketest.New()
	o := options(b, ledger)
	var current atomic.Value
	current.Store("wrong one")
	o.Account.Password = func() (string, error) { return current.Load().(string), nil }
	w, _ := start(t, o)
	eventually(t, "the login is refused", func() bool { return strings.Contains(w.Status().LastError, "refused the user name") })
	if got := w.Status(); got.State != "waiting" && got.State != "connecting" || strings.Contains(got.LastError, "wrong one") {
		t.Errorf("got status %+v", got)
	}
	current.Store(testPassword)
	waitMails(t, ledger, 1)
	settled(t, w)
	if got := w.Status().LastError; got != "" {
		t.Errorf("the error stays: %s", got)
	}
}

func missingFolder(t *testing.T, b backend) {
	ledger := intaketest.New()
	o := options(b, ledger)
	o.Folder = "Reports"
	w, _ := start(t, o)
	eventually(t, "the folder is missed", func() bool { return strings.Contains(w.Status().LastError, `open the folder "Reports"`) })
	b.Create(t, "Reports")
	fill(t, b, "Reports", 1, 1)
	waitMails(t, ledger, 1)
}

// through leads an account over a proxy.
func through(t *testing.T, o *imap.Options) *proxy {
	t.Helper()
	p := newProxy(t, net.JoinHostPort(o.Account.Host, strconv.Itoa(o.Account.Port)))
	o.Account.Port = p.port()
	return p
}

func cutInsideMail(t *testing.T, b backend) {
	large := append(message(1), bytes.Repeat([]byte("0123456789abcdef\r\n"), 5000)...)
	b.Append(t, "INBOX", large, morning)
	ledger := intaketest.New()
	o := options(b, ledger)
	p := through(t, &o)
	p.cutAfter(50_000)
	w, _ := start(t, o)
	waitMails(t, ledger, 1)
	settled(t, w)
	if got := ledger.Rows()[0]; !bytes.Equal(got.Raw, large) || got.Oversize {
		t.Errorf("got %d bytes, want all %d", len(got.Raw), len(large))
	}
	if p.connections() < 2 {
		t.Error("the connection was not cut")
	}
}

func halfOpenIdle(t *testing.T, b backend) {
	ledger := intaketest.New()
	o := options(b, ledger)
	o.IdleRestart, o.OpTimeout = 50*time.Millisecond, 300*time.Millisecond
	p := through(t, &o)
	w, _ := start(t, o)
	settled(t, w)
	p.freeze()
	eventually(t, "the silence is noticed", func() bool { return strings.Contains(w.Status().LastError, "no answer from the server") })
	p.thawOut()
	fill(t, b, "INBOX", 1, 1)
	waitMails(t, ledger, 1)
}

func halfOpenFetching(t *testing.T, b backend) {
	fill(t, b, "INBOX", 1, 3)
	ledger := intaketest.New()
	o := options(b, ledger)
	o.OpTimeout = 300 * time.Millisecond
	p := through(t, &o)
	frozen := false
	o.Hook = func(point string) {
		if point == imap.PointReceived && !frozen {
			frozen = true
			p.freeze()
		}
	}
	w, _ := start(t, o)
	eventually(t, "the silence is noticed", func() bool { return strings.Contains(w.Status().LastError, "no answer from the server") })
	p.thawOut()
	settled(t, w)
	eventually(t, "all three are filed", func() bool { return len(b.Mails(t, "Processed")) >= 3 })
	if len(ledger.Rows()) != 3 {
		t.Errorf("got %d deliveries, want 3", len(ledger.Rows()))
	}
}
