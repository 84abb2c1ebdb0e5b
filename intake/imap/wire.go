package imap

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the connection as the library sees it. It meters what the server
// sends, and it owns the clock of every operation: the library's own read
// deadlines cut a slow but living transfer short and never begin when a server
// says nothing at all, so they are ignored.
type wire struct {
	net.Conn          // what is read and written: TCP or TLS
	raw      net.Conn // the TCP connection; closing it ends every wait at once

	meter  meter       // used by whoever reads: one goroutine at a time
	failed error       // the connection broke inside a literal
	lost   atomic.Bool // the same, for others to see
	armed  atomic.Bool // logged in: see forbidden

	mu    sync.Mutex
	watch *time.Timer // of the running operation
	limit time.Duration
	cause error // why we closed the connection ourselves
}

func newWire(conn, raw net.Conn, maxBody int64) *wire {
	return &wire{Conn: conn, raw: raw, meter: meter{maxBody: maxBody, limit: maxResponse}}
}

// Read meters and passes on. When the connection breaks inside a literal, the
// literal is filled up before the error is told: the library takes a short
// literal for a whole one and goes on reading in two goroutines. That the bytes
// are worthless is known by broken, and by the command that never ends well.
func (w *wire) Read(p []byte) (int, error) {
	if w.failed != nil {
		return w.fill(p)
	}
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.progress()
		if over := w.meter.feed(p[:n]); over != nil {
			w.fail(over)
			return 0, over
		}
	}
	if err != nil && w.meter.literal > 0 {
		w.failed = err
		w.lost.Store(true)
		return n, nil
	}
	return n, err
}

func (w *wire) fill(p []byte) (int, error) {
	if w.meter.literal == 0 || len(p) == 0 {
		return 0, w.failed
	}
	n := min(int64(len(p)), w.meter.literal)
	clear(p[:n])
	w.meter.literal -= n
	return int(n), nil
}

// broken tells that a literal is being filled up.
func (w *wire) broken() bool { return w.lost.Load() }

// Write lets everything pass but commands that could destroy mail.
func (w *wire) Write(p []byte) (int, error) {
	if w.armed.Load() && forbidden(p) {
		w.fail(errDestroys)
		return 0, errDestroys
	}
	return w.Conn.Write(p)
}

// arm begins the watch over commands; before it passwords pass, which may
// contain anything.
func (w *wire) arm() { w.armed.Store(true) }

// forbidden is the last fence before the server: Postern never deletes, but the
// library does when it believes that MOVE is missing, and what it believes
// depends on what a server said last.
func forbidden(command []byte) bool {
	upper := bytes.ToUpper(command)
	words := bytes.Fields(upper)
	if len(words) > 2 && string(words[1]) == "UID" {
		words = words[1:]
	}
	if len(words) > 1 {
		switch string(words[1]) {
		case "EXPUNGE", "CLOSE", "DELETE", "RENAME":
			return true
		}
	}
	return bytes.Contains(upper, []byte(`(\DELETED`))
}

// SetReadDeadline does nothing: see wire.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// SetDeadline does nothing: see wire.
func (w *wire) SetDeadline(time.Time) error { return nil }

// Close closes the TCP connection without a farewell, which could block.
func (w *wire) Close() error { return w.raw.Close() }

// wholePatience bounds an operation that makes progress all the time: a server
// may answer slowly, but not for ever. With the default of a minute a 100 MB
// mail may come at 60 KB/s.
const wholePatience = 30

// begin watches one operation: the connection is closed when ctx ends, when
// limit passes without a byte from the server, or when it takes wholePatience
// times as long in all. The returned func ends the watch.
func (w *wire) begin(ctx context.Context, limit time.Duration) (end func()) {
	unhook := context.AfterFunc(ctx, func() { w.fail(context.Cause(ctx)) })
	silent := time.AfterFunc(limit, func() { w.fail(fmt.Errorf("%w for %s", errSilent, limit)) })
	endless := time.AfterFunc(limit*wholePatience, func() { w.fail(errEndless) })
	w.mu.Lock()
	w.watch, w.limit = silent, limit
	w.mu.Unlock()
	return func() {
		unhook()
		endless.Stop()
		w.mu.Lock()
		defer w.mu.Unlock()
		silent.Stop()
		w.watch = nil
	}
}

func (w *wire) progress() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch != nil {
		w.watch.Reset(w.limit)
	}
}

// fail closes the connection and keeps the first reason.
func (w *wire) fail(cause error) {
	w.mu.Lock()
	if w.cause == nil {
		w.cause = cause
	}
	w.mu.Unlock()
	// The connection is given up; that closing fails changes nothing.
	_ = w.raw.Close()
}

// explain puts our own reason in the place of the library's "connection closed".
func (w *wire) explain(err error) error {
	if err == nil {
		return nil
	}
	if _, alive := refusal(err); alive {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cause != nil {
		return w.cause
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return errors.New("the server closed the connection")
	}
	return err
}

// dial connects and, where asked, encrypts. After nil the wire is protected as
// the account demands, and the server's greeting is still to be read.
func dial(ctx context.Context, o Options) (*wire, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, o.OpTimeout, fmt.Errorf("%w for %s", errSilent, o.OpTimeout))
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", o.Account.address())
	if err != nil {
		return nil, trouble(KindNetwork, "connect to "+o.Account.address(), err)
	}
	conn, err := protect(ctx, raw, o)
	if err != nil {
		return nil, errors.Join(err, ignoreClosed(raw.Close()))
	}
	return newWire(conn, raw, o.MaxMail+bodySlack), nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func protect(ctx context.Context, raw net.Conn, o Options) (net.Conn, error) {
	unhook := context.AfterFunc(ctx, func() { raw.Close() })
	defer unhook()
	switch o.Account.Security {
	case TLS:
		return handshake(ctx, raw, o)
	case StartTLS:
		return startTLS(ctx, raw, o)
	}
	if tcp, ok := raw.RemoteAddr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, trouble(KindCertificate, "connect to "+o.Account.address(), ErrInsecure)
	}
	return raw, nil
}

func handshake(ctx context.Context, raw net.Conn, o Options) (net.Conn, error) {
	config := &tls.Config{}
	if o.TLSConfig != nil {
		config = o.TLSConfig.Clone()
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.ServerName = cmp.Or(config.ServerName, strings.TrimSuffix(o.Account.Host, "."))
	if o.RootCAs != nil {
		config.RootCAs = o.RootCAs
	}
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, trouble(kindOfHandshake(err), "encrypt the connection to "+o.Account.address(), whyEnded(ctx, err))
	}
	return conn, nil
}

// whyEnded prefers the reason for which a context ended to what broke by it.
func whyEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// startTLS speaks the few lines before encryption itself (RFC 9051 section
// 6.2.1): nothing read in clear may reach the client, or be taken for data
// that came encrypted.
func startTLS(ctx context.Context, raw net.Conn, o Options) (net.Conn, error) {
	doing := "ask " + o.Account.address() + " for STARTTLS"
	in := bufio.NewReaderSize(raw, maxClearLine)
	greeting, err := clearLine(in)
	if err != nil {
		return nil, trouble(KindNetwork, doing, whyEnded(ctx, err))
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		return nil, trouble(KindProtocol, doing, fmt.Errorf("the server greeted with %q", greeting))
	}
	if _, err := io.WriteString(raw, clearTag+" STARTTLS\r\n"); err != nil {
		return nil, trouble(KindNetwork, doing, whyEnded(ctx, err))
	}
	if err := agreed(in); err != nil {
		return nil, trouble(KindProtocol, doing, whyEnded(ctx, err))
	}
	conn, err := handshake(ctx, raw, o)
	if err != nil {
		return nil, err
	}
	return &greeted{Conn: conn, greeting: []byte("* OK encrypted\r\n")}, nil
}

const (
	clearTag      = "S1"
	maxClearLine  = 8 << 10
	maxClearLines = 20
)

// agreed waits for the server's OK, and for nothing to stand behind it: what a
// third party sends along in clear would otherwise be read as encrypted.
func agreed(in *bufio.Reader) error {
	for range maxClearLines {
		line, err := clearLine(in)
		if err != nil {
			return err
		}
		upper := strings.ToUpper(line)
		switch {
		case strings.HasPrefix(upper, "* "):
			continue
		case !strings.HasPrefix(upper, clearTag+" OK"):
			return fmt.Errorf("the server answered %q", line)
		case in.Buffered() > 0:
			return errInjection
		}
		return nil
	}
	return errTooMuch
}

func clearLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errTooMuch
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

// greeted repeats a greeting: after STARTTLS a server sends none, and the
// client waits for one.
type greeted struct {
	net.Conn
	greeting []byte
}

func (g *greeted) Read(p []byte) (int, error) {
	if len(g.greeting) > 0 {
		n := copy(p, g.greeting)
		g.greeting = g.greeting[n:]
		return n, nil
	}
	return g.Conn.Read(p)
}
