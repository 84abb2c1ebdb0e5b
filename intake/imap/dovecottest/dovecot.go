// Package dovecottest starts a real Dovecot (2.3 or 2.4) for tests: on loopback
// ports of its own choosing, in a folder of its own, as root or as anybody. It
// is imported by tests and measuring programs only.
package dovecottest

import (
	"crypto/x509"
	"errors"
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

	"postern/intake/imap/imaptest"
	"postern/testdata/hosttest"
)

// Options of a Dovecot. User and Password are required.
type Options struct {
	Users      map[string]string // name to password
	RequireTLS bool              // no login in clear: LOGINDISABLED before STARTTLS
	NoMove     bool              // the server does not say that it has MOVE, as old ones do not
	NoIdle     bool              // nor IDLE
}

// Dovecot is a running server.
type Dovecot struct {
	Host     string // "127.0.0.1"
	Port     int    // plain, with STARTTLS
	TLSPort  int    // encrypted from the start
	Identity imaptest.Authority

	tb      hosttest.TB
	options Options
	dir     string
	binary  string
	version string
	uid     int // that owns the mail
	gid     int
	process *exec.Cmd
	exited  chan error
}

// Limits of waiting for the server itself.
const (
	startPatience = 20 * time.Second
	stopPatience  = 10 * time.Second
	readyPoll     = 10 * time.Millisecond
)

// binaries are where Dovecot lives: sbin is not on everybody's path.
var binaries = []string{"dovecot", "/usr/sbin/dovecot", "/usr/local/sbin/dovecot"}

// Start starts a server that is stopped, and its folder removed, at the end of
// the test.
func Start(tb hosttest.TB, o Options) *Dovecot {
	tb.Helper()
	binary, version := find()
	if binary == "" {
		hosttest.Lacks(tb, "Dovecot is not installed")
		return nil
	}
	identity, err := imaptest.NewAuthority()
	if err != nil {
		tb.Fatal(err)
	}
	d := &Dovecot{Host: "127.0.0.1", Identity: identity, tb: tb, options: o, binary: binary, version: version}
	if err := errors.Join(d.prepare(), d.launch()); err != nil {
		d.report()
		tb.Fatal(err)
	}
	return d
}

func find() (binary, version string) {
	for _, name := range binaries {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if out, err := exec.Command(path, "--version").Output(); err == nil {
			return path, string(out)
		}
	}
	return "", ""
}

// prepare writes the configuration. The folder is made beside TempDir: the
// paths of Dovecot's sockets must stay under 108 bytes, and its mail user must
// be able to walk there.
func (d *Dovecot) prepare() error {
	dir, err := os.MkdirTemp("", "pdc")
	if err != nil {
		return fmt.Errorf("make a folder for dovecot: %w", err)
	}
	d.dir = dir
	d.tb.Cleanup(func() {
		if err := errors.Join(d.stop(), os.RemoveAll(dir)); err != nil {
			d.tb.Logf("dovecot: %v", err)
		}
	})
	if err := d.owner(); err != nil {
		return err
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	d.Port, d.TLSPort = ports[0], ports[1]
	config, err := d.config()
	if err != nil {
		return err
	}
	return errors.Join(
		os.Chmod(dir, 0o755),
		d.mailFolder("mail"),
		os.WriteFile(d.path("users"), d.users(), 0o644),
		os.WriteFile(d.path("cert.pem"), d.Identity.PEM, 0o644),
		os.WriteFile(d.path("key.pem"), d.Identity.KeyPEM, 0o600),
		os.WriteFile(d.path("dovecot.conf"), config, 0o644),
	)
}

func (d *Dovecot) path(parts ...string) string {
	return filepath.Join(append([]string{d.dir}, parts...)...)
}

// owner is who may read mail: Dovecot refuses to read it as root.
func (d *Dovecot) owner() error {
	if os.Geteuid() != 0 {
		d.uid, d.gid = os.Geteuid(), os.Getegid()
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return fmt.Errorf("find an owner for the mail: %w", err)
	}
	d.uid, err = strconv.Atoi(nobody.Uid)
	if err != nil {
		return fmt.Errorf("user nobody: %w", err)
	}
	d.gid, err = strconv.Atoi(nobody.Gid)
	return err
}

// mailFolder makes a folder that belongs to the mail's owner.
func (d *Dovecot) mailFolder(parts ...string) error {
	path := d.path(parts...)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("make a mail folder: %w", err)
	}
	return os.Chown(path, d.uid, d.gid)
}

// Ports are drawn below the range from which the kernel takes those of outgoing
// connections (32768 and up on Linux): one of these, free a moment ago, is often
// taken by another test's client before the server listens on it.
const (
	firstPort = 20000
	lastPort  = 32000
)

// freePorts finds ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for tries := 0; len(ports) < n; tries++ {
		port := firstPort + rand.IntN(lastPort-firstPort)
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil && tries > 100 {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		if err != nil {
			continue
		}
		defer listener.Close()
		ports = append(ports, port)
	}
	return ports, nil
}

// launch starts the master process and returns when the server greets.
func (d *Dovecot) launch() error {
	d.process = exec.Command(d.binary, "-F", "-c", d.path("dovecot.conf"))
	d.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := d.process.Start(); err != nil {
		return fmt.Errorf("start dovecot: %w", err)
	}
	exited := make(chan error, 1)
	d.exited = exited
	process := d.process
	go func() { exited <- process.Wait() }()
	return d.ready()
}

func (d *Dovecot) ready() error {
	timeout := time.NewTimer(startPatience)
	defer timeout.Stop()
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		if d.greets() {
			return nil
		}
		select {
		case err := <-d.exited:
			d.process = nil
			return fmt.Errorf("dovecot ended at its start: %w", err)
		case <-timeout.C:
			return errors.New("dovecot does not greet")
		case <-tick.C:
		}
	}
}

func (d *Dovecot) greets() bool {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(d.Host, strconv.Itoa(d.Port)), startPatience)
	if err != nil {
		return false
	}
	defer conn.Close()
	greeting := make([]byte, 4)
	n, err := conn.Read(greeting)
	return err == nil && strings.HasPrefix(string(greeting[:n]), "* OK")
}

// Stop ends the server; its mail stays for Restart.
func (d *Dovecot) Stop() {
	d.tb.Helper()
	if err := d.stop(); err != nil {
		d.tb.Fatal(err)
	}
}

func (d *Dovecot) stop() error {
	if d.process == nil {
		return nil
	}
	defer func() { d.process = nil }()
	if err := d.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop dovecot: %w", err)
	}
	timeout := time.NewTimer(stopPatience)
	defer timeout.Stop()
	select {
	case <-d.exited:
		return nil
	case <-timeout.C:
	}
	// The group is the one we made: nobody else's processes are in it.
	err := syscall.Kill(-d.process.Process.Pid, syscall.SIGKILL)
	<-d.exited
	return err
}

// Launch starts the server again after Stop, on the same ports.
func (d *Dovecot) Launch() {
	d.tb.Helper()
	if err := d.launch(); err != nil {
		d.report()
		d.tb.Fatal(err)
	}
}

// Restart ends every connection, and comes back on the same ports.
func (d *Dovecot) Restart() {
	d.tb.Helper()
	d.Stop()
	d.Launch()
}

// CAs is the pool that the server's certificate verifies with.
func (d *Dovecot) CAs() *x509.CertPool { return d.Identity.Pool }

// report shows the server's own log.
func (d *Dovecot) report() {
	d.tb.Helper()
	text, err := os.ReadFile(d.path("dovecot.log"))
	if err == nil {
		d.tb.Logf("dovecot's log:\n%s", text)
	}
}
