// Package postfixtest runs a real Postfix of its own for a test: own
// configuration, queue and port, nothing shared with one that the machine may
// run. It takes mail on loopback and either keeps it in a Maildir or hands it
// on to another server. Postfix's master needs root; without it, or without
// Postfix, tests are skipped, and fail when CI=true.
package postfixtest

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"postern/responder/smtp/smtptest"
	"postern/testdata/hosttest"
)

// Options say what the server does with mail.
type Options struct {
	Forward string            // host:port that takes all mail; "" keeps it in a Maildir
	TLS     bool              // offer STARTTLS with the certificate that ClientTLS trusts
	Refuse  map[string]string // reply by address: "later@example.net": "451 4.3.0 later"; "<>" is the null sender
}

const (
	start    = 20 * time.Second // for the server to greet
	stop     = 20 * time.Second
	lifetime = "3600" // seconds after which a server left behind by a killed test ends by itself
	tick     = 20 * time.Millisecond
)

// Server is a running Postfix.
type Server struct {
	address  string
	folder   string
	identity smtptest.Identity
	tls      bool
}

// Start runs a Postfix until the test ends.
func Start(t hosttest.TB, options Options) *Server {
	t.Helper()
	daemons := need(t)
	// t.TempDir lies in a folder that only root may enter; Postfix's own user has to.
	folder, err := os.MkdirTemp("", "postfixtest-")
	if err != nil {
		t.Fatal("make a folder:", err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &Server{folder: folder, tls: options.TLS, address: freePort(t)}
	if err := s.lay(options, daemons); err != nil {
		t.Fatal("prepare Postfix:", err)
	}
	s.run(t, daemons)
	return s
}

// Addr is host:port of the server.
func (s *Server) Addr() string { return s.address }

// ClientTLS trusts the server's certificate.
func (s *Server) ClientTLS() *tls.Config { return s.identity.Client() }

// Certificate is the server's own certificate in PEM, for a ca_file.
func (s *Server) Certificate() []byte { return s.identity.Certificate }

// need finds Postfix's programs, or ends the test.
func need(t hosttest.TB) (daemons string) {
	t.Helper()
	out, err := exec.Command("postconf", "-h", "daemon_directory").Output()
	switch {
	case err != nil:
		hosttest.Lacks(t, "Postfix is not installed")
	case os.Geteuid() != 0:
		hosttest.Lacks(t, "Postfix's master needs root")
	}
	return strings.TrimSpace(string(out))
}

// freePort finds a port that nobody listens on, below the range from which the
// kernel takes those of outgoing connections: one of these, free a moment ago,
// is often taken by another test's client before the server listens on it.
func freePort(t hosttest.TB) string {
	t.Helper()
	const first, count = 20000, 12000
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(count)))
		if listener, err := net.Listen("tcp", address); err == nil {
			defer listener.Close()
			return address
		}
	}
	t.Fatal("found no free port")
	return ""
}

func (s *Server) path(name string) string { return filepath.Join(s.folder, name) }

// lay writes the configuration and the folders.
func (s *Server) lay(options Options, daemons string) error {
	if err := os.Chmod(s.folder, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"etc", "queue", "data", "mail"} {
		if err := os.Mkdir(s.path(name), 0o755); err != nil {
			return err
		}
	}
	if err := chown(s.path("data"), "postfix"); err != nil {
		return err
	}
	if err := chown(s.path("mail"), "nobody"); err != nil {
		return err
	}
	if err := s.certify(); err != nil {
		return err
	}
	if err := os.WriteFile(s.path("etc/master.cf"), []byte(masterConfig(s.address)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(s.path("etc/main.cf"), []byte(mainConfig(s.folder, daemons, options)), 0o644)
}

func (s *Server) certify() error {
	var err error
	if s.identity, err = smtptest.NewIdentity(); err != nil {
		return err
	}
	if err := os.WriteFile(s.path("etc/cert.pem"), s.identity.Certificate, 0o644); err != nil {
		return err
	}
	return os.WriteFile(s.path("etc/key.pem"), s.identity.Key, 0o600)
}

func chown(path, name string) error {
	account, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

// run starts the master in the foreground as our child, so that stopping it
// can only ever hit our own.
func (s *Server) run(t hosttest.TB, daemons string) {
	t.Helper()
	if out, err := exec.Command("postfix", "-c", s.path("etc"), "check").CombinedOutput(); err != nil {
		t.Fatal("postfix check:", err, string(out))
	}
	master := exec.Command(filepath.Join(daemons, "master"), "-c", s.path("etc"), "-d", "-e", lifetime)
	if err := master.Start(); err != nil {
		t.Fatal("start Postfix:", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// How it ended is in its log; a signal is how it is meant to end.
		_ = master.Wait()
	}()
	t.Cleanup(func() {
		master.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(stop):
			t.Logf("Postfix did not stop: %s", s.Log())
			master.Process.Kill()
		}
	})
	if err := s.greeted(ended); err != nil {
		t.Fatal("start Postfix:", err, s.Log())
	}
}

// greeted waits until the server says 220.
func (s *Server) greeted(ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), start)
	defer cancel()
	for {
		if s.greets(ctx) {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("master ended")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tick):
		}
	}
}

func (s *Server) greets(ctx context.Context) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return false
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "220 ")
}

// Log is what Postfix logged, for the message of a failing test.
func (s *Server) Log() string {
	log, err := os.ReadFile(s.path("log"))
	if err != nil {
		return "no log: " + err.Error()
	}
	return string(log)
}
