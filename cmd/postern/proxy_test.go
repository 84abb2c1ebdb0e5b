package main

import (
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"postern/tickets/storetest"
)

// dbProxy is the network between one machine and the database, which the machine
// itself may have fail.
type dbProxy struct {
	*storetest.Proxy
	obeyed atomic.Int64
}

// startProxy gives the proxy and the address of the database through it.
func startProxy(t testing.TB, address string, far time.Duration) (*dbProxy, string) {
	t.Helper()
	p, through := storetest.StartProxy(t, address, far)
	return &dbProxy{Proxy: p}, through
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
	address = filepath.Join(p.Folder, "control")
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
		p.Cut()
		return
	}
	p.Swallow()
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
