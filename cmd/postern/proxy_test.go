package main

import (
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// dbProxy stands between one machine and the database, as a network does, and
// fails as one does. It listens on a socket in a folder of its own.
type dbProxy struct {
	folder string
	target string        // path of the server's socket
	far    time.Duration // that every answer takes longer
	obeyed atomic.Int64

	mu      sync.Mutex
	lines   map[net.Conn]net.Conn // by the machine's side
	swallow bool                  // the next answer of the server ends its connection unheard
}

// socketName is how PostgreSQL calls its socket at the usual port.
const socketName = ".s.PGSQL.5432"

// startProxy gives the proxy and the address of the database through it.
func startProxy(t testing.TB, address string, far time.Duration) (*dbProxy, string) {
	t.Helper()
	through, folder, target := elsewhere(t, address)
	p := &dbProxy{folder: folder, target: target, far: far, lines: map[net.Conn]net.Conn{}}
	listener, err := net.Listen("unix", filepath.Join(folder, socketName))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() { p.serve(listener, &all) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
		all.Wait()
	})
	return p, through
}

// elsewhere is the address of a database as if its server listened in another
// folder; socket is where it does.
func elsewhere(t testing.TB, address string) (moved, folder, socket string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if folder, err = os.MkdirTemp("", "px"); err != nil { // a socket's path may have 107 bytes
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	q := u.Query()
	socket = filepath.Join(q.Get("host"), socketName)
	q.Set("host", folder)
	u.RawQuery = q.Encode()
	return u.String(), folder, socket
}

func (p *dbProxy) serve(listener net.Listener, all *sync.WaitGroup) {
	for {
		ours, err := listener.Accept()
		if err != nil {
			return
		}
		theirs, err := net.Dial("unix", p.target)
		if err != nil { // the server is away
			_ = ours.Close()
			continue
		}
		p.mu.Lock()
		p.lines[ours] = theirs
		p.mu.Unlock()
		all.Go(func() { p.forward(theirs, ours, ours, false) })
		all.Go(func() { p.forward(ours, theirs, ours, true) })
	}
}

// forward copies one direction of a line until either side ends.
func (p *dbProxy) forward(to, from, line net.Conn, answers bool) {
	defer p.end(line)
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || answers && p.swallows() {
			return
		}
		if answers {
			time.Sleep(p.far)
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *dbProxy) swallows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.swallow
	p.swallow = false
	return was
}

func (p *dbProxy) end(line net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if theirs := p.lines[line]; theirs != nil {
		_, _ = line.Close(), theirs.Close()
		delete(p.lines, line)
	}
}

// cut ends all connections at once.
func (p *dbProxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ours, theirs := range p.lines {
		_, _ = ours.Close(), theirs.Close()
		delete(p.lines, ours)
	}
}

// What a machine may ask of the control socket at one of its steps: its
// connections end, or the server does what it is told next and the answer is lost.
const (
	cutNow   = 'c'
	cutAfter = 's'
)

// control listens for the machine itself: at a point of its own choosing it has
// the network fail.
func (p *dbProxy) control(t testing.TB) (address string) {
	t.Helper()
	address = filepath.Join(p.folder, "control")
	listener, err := net.Listen("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			p.obey(c)
		}
	}()
	return address
}

func (p *dbProxy) obey(c net.Conn) {
	defer c.Close()
	word := make([]byte, 1)
	if _, err := io.ReadFull(c, word); err != nil {
		return
	}
	p.obeyed.Add(1)
	if word[0] == cutNow {
		p.cut()
		return
	}
	p.mu.Lock()
	p.swallow = true
	p.mu.Unlock()
}

// askProxy has the network fail, and returns when it has.
func askProxy(address string, how byte) error {
	c, err := net.DialTimeout("unix", address, time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Write([]byte{how}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, c)
	return err
}
