package smtp_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/responder"
	"postern/responder/smtp"
	"postern/responder/smtp/smtptest"
)

// hostileRelay lets a function speak on every connection, and gives its address.
func hostileRelay(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			speak(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return listener.Addr().String()
}

// A reply may have as many lines as its server likes, and the library keeps all of
// them: a relay that goes on and on must not fill the memory, wherever it begins.
func TestRelayThatTalksWithoutEnd(t *testing.T) {
	line := []byte("250-" + strings.Repeat("x", 500) + "\r\n")
	for _, row := range []struct {
		name    string
		replies []string // to what we say, before the one that has no end
		want    responder.ErrorKind
	}{
		{"in its greeting", nil, responder.Unreachable},
		{"about what it can do", []string{"220 hello"}, responder.Unreachable},
		{"about the sender", []string{"220 hello", "250 relay"}, responder.Unreachable},
		{"about the recipient", []string{"220 hello", "250 relay", "250 ok"}, responder.Temporary},
	} {
		t.Run(row.name, func(t *testing.T) {
			var said atomic.Int64
			address := hostileRelay(t, func(conn net.Conn) {
				in := bufio.NewReader(conn)
				for i, reply := range row.replies {
					if i > 0 {
						in.ReadString('\n')
					}
					conn.Write([]byte(reply + "\r\n"))
				}
				if len(row.replies) > 0 {
					in.ReadString('\n')
				}
				for {
					n, err := conn.Write(line)
					if said.Add(int64(n)); err != nil {
						return
					}
				}
			})
			tr := transport(t, smtp.Options{Address: address, Security: smtp.Insecure, Connect: 5 * time.Second, Command: 5 * time.Second})
			_, err := tr.Send(background(t), toReporter, mail("x"), yes)
			if got := kind(t, err); got != row.want || !strings.Contains(err.Error(), "without end") {
				t.Errorf("kind %d, want %d (%v)", got, row.want, err)
			}
			if got := said.Load(); got > 64<<20 { // what the kernel holds for both sides is in it
				t.Errorf("it could say %d MB", got>>20)
			}
		})
	}
}

// What somebody on the way adds behind the agreement to encrypt is not taken for
// words of the relay: here it would be offered the password.
func TestWordsBeforeTheEncryptionAreForgotten(t *testing.T) {
	identity, err := smtptest.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	config, err := identity.Server()
	if err != nil {
		t.Fatal(err)
	}
	address := hostileRelay(t, func(conn net.Conn) {
		in := bufio.NewReader(conn)
		conn.Write([]byte("220 hello\r\n"))
		in.ReadString('\n')
		conn.Write([]byte("250-relay\r\n250 STARTTLS\r\n"))
		in.ReadString('\n')
		conn.Write([]byte("220 go\r\n250-relay\r\n250 AUTH PLAIN\r\n"))
		secure := tls.Server(conn, config)
		in = bufio.NewReader(secure)
		in.ReadString('\n')
		secure.Write([]byte("250 relay\r\n"))
		in.ReadString('\n')
	})
	asked := false
	tr := transport(t, smtp.Options{
		Address: address, TLS: identity.Client(), Username: "csirt@example.org", Connect: 5 * time.Second,
		Password: func() (string, error) { asked = true; return "opensesame", nil },
	})
	if err := tr.Check(background(t)); err == nil || !strings.Contains(err.Error(), "AUTH PLAIN") || asked {
		t.Errorf("got %v, and the password was asked for: %v", err, asked)
	}
}
