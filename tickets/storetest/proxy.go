package storetest

import (
	"bufio"
	"encoding/binary"
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

// Proxy stands between a program and its PostgreSQL, as a network does, and fails
// as one does. It listens on a socket in a folder of its own.
type Proxy struct {
	Folder string

	target string        // path of the server's socket
	far    time.Duration // that every answer takes longer
	asked  atomic.Int64

	mu      sync.Mutex
	lines   map[net.Conn]net.Conn // by the program's side
	swallow bool
}

// SocketName is how PostgreSQL calls its socket at the usual port.
const SocketName = ".s.PGSQL.5432"

// StartProxy gives the proxy and the address of the database through it. far is how
// much longer every answer takes.
func StartProxy(t testing.TB, address string, far time.Duration) (*Proxy, string) {
	t.Helper()
	through, folder, target := Elsewhere(t, address)
	p := &Proxy{Folder: folder, target: target, far: far, lines: map[net.Conn]net.Conn{}}
	listener, err := net.Listen("unix", filepath.Join(folder, SocketName))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() { p.serve(listener, &all) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.Cut()
		all.Wait()
	})
	return p, through
}

// Elsewhere is the address of a database as if its server listened in another
// folder; socket is where it does.
func Elsewhere(t testing.TB, address string) (moved, folder, socket string) {
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
	socket = filepath.Join(q.Get("host"), SocketName)
	q.Set("host", folder)
	u.RawQuery = q.Encode()
	return u.String(), folder, socket
}

// Asked is how often an answer was waited for until now: each Sync ends what is
// sent without waiting.
func (p *Proxy) Asked() int64 { return p.asked.Load() }

// Cut ends all connections at once.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ours, theirs := range p.lines {
		_, _ = ours.Close(), theirs.Close()
		delete(p.lines, ours)
	}
}

// Swallow has the next answer of the server end its connection unheard: what it was
// told is done.
func (p *Proxy) Swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow = true
}

func (p *Proxy) swallows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.swallow
	p.swallow = false
	return was
}

func (p *Proxy) serve(listener net.Listener, all *sync.WaitGroup) {
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
		all.Go(func() { p.answers(theirs, ours) })
		all.Go(func() { p.questions(ours, theirs) })
	}
}

// answers copies what the server says until either side ends.
func (p *Proxy) answers(theirs, ours net.Conn) {
	defer p.end(ours)
	buffer := make([]byte, 32<<10)
	for {
		n, err := theirs.Read(buffer)
		if err != nil || p.swallows() {
			return
		}
		time.Sleep(p.far)
		if _, err := ours.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// questions copies what the program says, message by message, until either side ends.
func (p *Proxy) questions(ours, theirs net.Conn) {
	defer p.end(ours)
	from := bufio.NewReader(ours)
	for kinds := 0; ; kinds = 1 { // the first message does not say of what kind it is
		head, err := from.Peek(kinds + 4)
		if err != nil {
			return
		}
		const sync = 'S'
		if kinds == 1 && head[0] == sync {
			p.asked.Add(1)
		}
		length := int64(kinds) + int64(binary.BigEndian.Uint32(head[kinds:]))
		if _, err := io.CopyN(theirs, from, length); err != nil {
			return
		}
	}
}

func (p *Proxy) end(line net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if theirs := p.lines[line]; theirs != nil {
		_, _ = line.Close(), theirs.Close()
		delete(p.lines, line)
	}
}
