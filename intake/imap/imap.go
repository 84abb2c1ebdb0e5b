// Package imap watches one folder of one IMAP account and hands every mail in
// it to a ledger, whole, once, and before the server is touched.
//
// A Watcher connects, compares the folder with the ledger, fetches what the
// ledger does not know (newest first, in bounded batches, streamed to a spool
// file), lets the ledger commit, and only then moves the mails to the processed
// folder or marks them. Then it waits with IDLE, or by polling, and takes what
// arrives. There is no cursor: what is unknown is the difference between the
// server's UIDs and the ledger's rows, so that nothing depends on what an
// earlier run believed. Nothing is ever deleted or expunged.
//
// A server that restarts its numbering under the same UIDVALIDITY is noticed
// (see generation) and its mails are taken again; the ledger recognises bytes
// that it has. A mail that kills the connection is set apart, so that the
// others pass. Every wait on the server is bounded, and so is what one response
// may cost in memory.
package imap

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"postern/intake"
)

// Security says how a connection is protected.
type Security string

// The ways to connect. Insecure is for servers on the same machine only.
const (
	TLS      Security = "tls"
	StartTLS Security = "starttls"
	Insecure Security = "insecure"
)

// Ports that stand when the configuration names none (RFC 8314 section 3.2, RFC 9051 section 2.1).
const (
	portTLS   = 993
	portPlain = 143
)

// Keywords that are set on the server. They are set only on mails that the
// ledger has, and are hints for people and for a later comparison.
const (
	KeywordFiled    = "$PosternFiled"    // stored, and copied to the processed folder if there is one
	KeywordOversize = "$PosternOversize" // only header and beginning were taken
)

// Account is where and as whom to log in.
type Account struct {
	Host     string
	Port     int // 0: the usual port of Security
	User     string
	Password func() (string, error) // asked at every login, so that a corrected file helps
	Security Security
}

// Source is the identity of a folder of an account, "user@host:port/folder":
// what the ledger keys deliveries by, whatever the configuration calls it.
func (a Account) Source(folder string) string {
	if strings.EqualFold(folder, "INBOX") {
		folder = "INBOX"
	}
	return a.User + "@" + a.address() + "/" + folder
}

// address is "host:port", the host in lower case and without a final dot.
func (a Account) address() string {
	host := strings.ToLower(strings.TrimSuffix(a.Host, "."))
	return net.JoinHostPort(host, strconv.Itoa(a.port()))
}

func (a Account) port() int {
	switch {
	case a.Port != 0:
		return a.Port
	case a.Security == TLS:
		return portTLS
	}
	return portPlain
}

// Options is everything a Watcher needs. Account, Ledger and Now are required.
type Options struct {
	Account   Account
	Folder    string         // to watch; "" is INBOX
	Processed string         // where stored mail goes; "" leaves it in place with a keyword
	Mailbox   intake.Mailbox // Source is set from Account and Folder when empty
	Junk      bool           // read only: nothing is moved or marked
	Ledger    intake.Ledger

	RootCAs   *x509.CertPool // nil: the system's
	TLSConfig *tls.Config    // nil: the defaults; RootCAs wins over its pool

	SpoolDir    string // "" is the system's temporary folder
	MaxMail     int64  // bytes; larger mail is taken in part and stays on the server; default 100 MB
	Batch       int    // mails a FETCH and a T1; default 50
	BatchBytes  int64  // announced bytes a batch, one mail may be larger; default 64 MB
	Poll        time.Duration
	IdleRestart time.Duration // default 7 min: shorter than the memory of most NAT boxes
	Compare     time.Duration // between full comparisons with the ledger; default 10 min
	OpTimeout   time.Duration // without one byte of progress; default 60 s
	RetryMin    time.Duration // first pause after trouble; default 1 s
	RetryMax    time.Duration // longest pause; default 5 min

	// ScanProcessed takes in, unanswered, what the processed folder holds and
	// the ledger does not know: the way back after a restore. Mail that the
	// server received before ScanSince is taken as known. Scanned, if set, is
	// called once when the folder has been read to its end.
	ScanProcessed bool
	ScanSince     time.Time
	Scanned       func()

	Now  func() time.Time
	Rand func() float64     // in [0,1), for jitter; nil: none
	Log  *slog.Logger       // nil: silent
	Hook func(point string) // kill points of crash tests: see the Point constants
	Wake func()             // called after every T1
}

// Points at which Options.Hook is called.
const (
	PointFetched  = "imap.fetched"  // a batch is spooled whole, nothing is stored
	PointReceived = "imap.received" // T1 is committed, the server is untouched
	PointCopied   = "imap.copied"   // server without MOVE: copied, not yet marked
	PointMoved    = "imap.moved"    // the server is done
)

const (
	defaultMaxMail    = 100 << 20
	defaultBatch      = 50
	defaultBatchBytes = 64 << 20

	defaultPoll        = time.Minute
	defaultIdleRestart = 7 * time.Minute
	defaultCompare     = 10 * time.Minute
	defaultOpTimeout   = time.Minute
	defaultRetryMin    = time.Second
	defaultRetryMax    = 5 * time.Minute
)

// maxBatch keeps a UID set well under the 8 KB a server must accept (RFC 7162
// section 4) even when no two UIDs are neighbours.
const maxBatch = 500

func (o Options) withDefaults() Options {
	o.Folder = cmp.Or(o.Folder, "INBOX")
	o.MaxMail = cmp.Or(o.MaxMail, defaultMaxMail)
	o.Batch = min(cmp.Or(o.Batch, defaultBatch), maxBatch)
	o.BatchBytes = cmp.Or(o.BatchBytes, defaultBatchBytes)
	o.Poll = cmp.Or(o.Poll, defaultPoll)
	o.IdleRestart = cmp.Or(o.IdleRestart, defaultIdleRestart)
	o.Compare = cmp.Or(o.Compare, defaultCompare)
	o.OpTimeout = cmp.Or(o.OpTimeout, defaultOpTimeout)
	o.RetryMin = cmp.Or(o.RetryMin, defaultRetryMin)
	o.RetryMax = cmp.Or(o.RetryMax, defaultRetryMax)
	o.Mailbox.Source = cmp.Or(o.Mailbox.Source, o.Account.Source(o.Folder))
	o.Mailbox.Junk = o.Mailbox.Junk || o.Junk
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = func() float64 { return 0.5 }
	}
	return o
}

// ErrInsecure says that an unprotected connection to another machine was asked for.
var ErrInsecure = errors.New("an unprotected connection is allowed to this machine only: use tls or starttls")

// Validate reports what keeps the options from working at all. Trouble that a
// server may cure is not found here but by Check.
func (o Options) Validate() error {
	if o.Ledger == nil || o.Now == nil {
		return errors.New("imap: ledger and clock are required")
	}
	if o.Processed != "" && o.Account.Source(o.Processed) == o.Account.Source(cmp.Or(o.Folder, "INBOX")) {
		return errors.New("imap: the processed folder is the watched one")
	}
	return o.Account.validate()
}

func (a Account) validate() error {
	switch {
	case a.Host == "" || a.User == "" || a.Password == nil:
		return errors.New("imap: host, user and password are required")
	case strings.ContainsAny(a.User, "\x00\r\n"):
		return errors.New("imap: the user name contains a line break or NUL")
	case a.Port < 0 || a.Port > 65535:
		return fmt.Errorf("imap: port %d is out of range", a.Port)
	}
	switch a.Security {
	case TLS, StartTLS:
		return nil
	case Insecure:
		return a.validateLoopback()
	}
	return fmt.Errorf("imap: unknown security %q", a.Security)
}

// validateLoopback looks at the name only; the address that was reached is
// looked at again after dialling.
func (a Account) validateLoopback() error {
	host := strings.TrimSuffix(strings.ToLower(a.Host), ".")
	ip := net.ParseIP(host)
	if host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("imap: %s: %w", a.Host, ErrInsecure)
}

// New makes a Watcher. It starts nothing and opens nothing.
func New(o Options) *Watcher {
	o = o.withDefaults()
	w := &Watcher{options: o}
	w.status.set(intake.Status{Mailbox: o.Mailbox, State: stateStopped})
	return w
}

var _ intake.Source = (*Watcher)(nil)

// Watcher reads one folder. See Run.
type Watcher struct {
	options Options
	status  board
}

// Status is safe to call at any time, from any goroutine.
func (w *Watcher) Status() intake.Status { return w.status.get() }

// Run reads until ctx ends and then returns nil. Trouble with the server, the
// ledger or the disk is shown in Status and tried again after a pause that
// doubles up to RetryMax. Only options that can never work are an error.
func (w *Watcher) Run(ctx context.Context) error {
	if err := w.options.Validate(); err != nil {
		return err
	}
	defer w.status.enter(stateStopped, w.options.Now())
	scanned := make(chan struct{})
	go func() {
		defer close(scanned)
		w.scanProcessed(ctx)
	}()
	newReader(w.options, &w.status).run(ctx)
	<-scanned
	return nil
}

// scanProcessed reads the processed folder once, on a connection of its own,
// so that new mail is not kept waiting. Without such a folder there is nothing
// to read, and the scan is complete.
func (w *Watcher) scanProcessed(ctx context.Context) {
	o := w.options
	if !o.ScanProcessed {
		return
	}
	if o.Processed != "" && !o.Mailbox.Junk {
		o.Folder = o.Processed
		o.Mailbox.Source = o.Account.Source(o.Processed)
		r := newReader(o, &board{})
		r.scan = true
		r.run(ctx)
	}
	if !cancelled(ctx) && o.Scanned != nil {
		o.Scanned()
	}
}
