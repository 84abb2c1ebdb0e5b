package imap_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// proxy stands between watcher and server and breaks connections in the ways
// that networks do.
type proxy struct {
	listener net.Listener
	target   string
	served   sync.WaitGroup

	mu     sync.Mutex
	thaw   chan struct{} // nil: data passes; else it passes when this is closed
	budget int64         // bytes from the server until the next cut; 0: none
	pairs  map[*pair]struct{}
	dials  int
}

type pair struct{ client, server net.Conn }

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	p := &proxy{listener: listener, target: target, pairs: map[*pair]struct{}{}}
	p.served.Go(p.accept)
	t.Cleanup(func() {
		p.thawOut()
		check(t, listener.Close())
		p.cut()
		p.served.Wait()
	})
	return p
}

func (p *proxy) port() int { return p.listener.Addr().(*net.TCPAddr).Port }

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		conns := &pair{client, server}
		p.mu.Lock()
		p.pairs[conns] = struct{}{}
		p.dials++
		p.mu.Unlock()
		p.served.Go(func() { p.carry(conns, server, client, false) })
		p.served.Go(func() { p.carry(conns, client, server, true) })
	}
}

// carry copies one direction until either side ends.
func (p *proxy) carry(conns *pair, to, from net.Conn, metered bool) {
	defer func() {
		conns.client.Close()
		conns.server.Close()
	}()
	buffer := make([]byte, 4<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		n, over := p.allow(n, metered)
		if _, err := to.Write(buffer[:n]); err != nil || over {
			return
		}
	}
}

// allow waits while the proxy is frozen, and spends the budget.
func (p *proxy) allow(n int, metered bool) (int, bool) {
	p.mu.Lock()
	thaw := p.thaw
	p.mu.Unlock()
	if thaw != nil {
		<-thaw
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !metered || p.budget == 0 {
		return n, false
	}
	if int64(n) < p.budget {
		p.budget -= int64(n)
		return n, false
	}
	n, p.budget = int(p.budget), 0
	return n, true
}

// freeze holds all data back without closing anything: a half-open connection.
func (p *proxy) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.thaw = make(chan struct{})
}

func (p *proxy) thawOut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.thaw != nil {
		close(p.thaw)
		p.thaw = nil
	}
}

// cutAfter closes the connection when the server has sent n more bytes.
func (p *proxy) cutAfter(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.budget = n
}

func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conns := range p.pairs {
		conns.client.Close()
		conns.server.Close()
	}
}

func (p *proxy) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dials
}

// hostile accepts connections, says what it is given, and then is silent.
func hostile(t *testing.T, says func(net.Conn) error) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer conn.Close()
				if err := says(conn); err == nil {
					_, err = io.Copy(io.Discard, conn) // until the client goes
					if err != nil && !errors.Is(err, net.ErrClosed) {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		served.Wait()
	})
	return listener.Addr().(*net.TCPAddr).Port
}
