package store_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/storetest"
)

// counted forwards the connections of a store to its PostgreSQL and counts what is
// asked: each Sync ends what is sent without waiting for an answer.
type counted struct{ asked atomic.Int64 }

// countAsked gives the address of a database by way of a socket that counts.
func countAsked(t *testing.T, address string) (through string, c *counted) {
	t.Helper()
	const socket = ".s.PGSQL.5432"
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "px") // a socket's path may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	server := filepath.Join(q.Get("host"), socket)
	q.Set("host", folder)
	u.RawQuery = q.Encode()
	listener, err := net.Listen("unix", filepath.Join(folder, socket))
	if err != nil {
		t.Fatal(err)
	}
	c = &counted{}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.forward(client, server) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
		_ = os.RemoveAll(folder)
	})
	return u.String(), c
}

func (c *counted) forward(client net.Conn, server string) {
	defer client.Close()
	there, err := net.Dial("unix", server)
	if err != nil {
		return
	}
	defer there.Close()
	go func() {
		_, _ = io.Copy(client, there) // ends with either connection
		_ = client.Close()
	}()
	from := bufio.NewReader(client)
	for first := true; ; first = false { // the first message has no type
		head := make([]byte, 5)
		if first {
			head = head[:4]
		}
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		const sync = 'S'
		if !first && head[0] == sync {
			c.asked.Add(1)
		}
		body := int64(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
		if _, err := there.Write(head); err != nil {
			return
		}
		if _, err := io.CopyN(there, from, body); err != nil {
			return
		}
	}
}

// TestFewJourneys receives and files a batch on a database that may stand far away:
// how often it is waited for does not grow with the mails.
func TestFewJourneys(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		through, asked := countAsked(t, o.URL)
		o.URL = through
		s := open(t, o)
		file := func(first, n int) (received, filed int64) {
			var mails []intake.Mail
			for i := range n {
				mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(first+i), storetest.Text(first+i)))
			}
			before := asked.asked.Load()
			storetest.Receive(t, s, mails...)
			received = asked.asked.Load() - before
			var batch []tickets.Filing
			for _, c := range storetest.Claim(t, s, n) {
				batch = append(batch, withLink(c, fmt.Sprintf("http://%d.example/", c.Mail)))
			}
			before = asked.asked.Load()
			storetest.File(t, s, sameLink, batch...)
			return received, asked.asked.Load() - before
		}
		file(1, 1) // statements are prepared
		for _, n := range []int{2, 30} {
			received, filed := file(100*n, n)
			const mostReceived, mostFiled = 5, 8
			if received > mostReceived || filed > mostFiled {
				t.Errorf("%d mails took %d journeys to be received and %d to be filed, want at most %d and %d", n, received, filed, mostReceived, mostFiled)
			}
		}
	})
}
