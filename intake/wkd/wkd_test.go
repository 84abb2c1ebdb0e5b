package wkd_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/intake/wkd"
	"postern/intake/wkd/wkdtest"
)

const (
	advanced = "openpgpkey.example.com/.well-known/openpgpkey/example.com/"
	direct   = "example.com/.well-known/openpgpkey/"
	joe      = "hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q" // the example of the draft
)

func find(t *testing.T, s *wkdtest.Server, address string) (string, error) {
	t.Helper()
	client := wkd.New(wkd.Options{Dial: s.Dial, RootCAs: s.Roots(), Timeout: 30 * time.Second})
	data, err := client.Find(context.Background(), address)
	return string(data), err
}

func TestFind(t *testing.T) {
	both := []string{"example.com", "openpgpkey.example.com"}
	for _, row := range []struct {
		name    string
		hosts   []string
		files   []string // each is there and holds its own path
		address string
		data    string
		err     error
		asked   []string
	}{
		{"advanced method", both, []string{advanced + joe, direct + joe}, "Joe.Doe@Example.COM", advanced + joe, nil, []string{advanced + joe + "?l=Joe.Doe"}},
		{"direct method", both[:1], []string{direct + joe}, "joe.doe@example.com", direct + joe, nil, []string{direct + joe + "?l=joe.doe"}},
		{"the sub-domain is there and has no key", both, []string{advanced + "policy", direct + joe}, "joe.doe@example.com", "", wkd.ErrNoKey,
			[]string{advanced + joe + "?l=joe.doe", advanced + "policy"}},
		{"a web server without a directory", both[:1], nil, "joe.doe@example.com", "", wkd.ErrNoDirectory, []string{direct + joe + "?l=joe.doe", direct + "policy"}},
		{"a domain that does not exist", nil, nil, "joe.doe@example.com", "", wkd.ErrNoDirectory, nil},
		{"an odd local part", both[:1], nil, "a b+c&d=/?#é@example.com", "", wkd.ErrNoDirectory,
			[]string{direct + "hu/je6i5h1sadohrncxpqehh3tqoa6ox4i8?l=a%20b%2Bc%26d%3D%2F%3F%23%C3%A9", direct + "policy"}},
		{"no domain", both, nil, "joe", "", wkd.ErrAddress, nil},
		{"no local part", both, nil, "@example.com", "", wkd.ErrAddress, nil},
		{"a machine of the house", both, nil, "root@intranet", "", wkd.ErrAddress, nil},
		{"an address in place of a name", both, nil, "root@127.0.0.1", "", wkd.ErrAddress, nil},
		{"an address in brackets", both, nil, "root@[192.168.0.1]", "", wkd.ErrAddress, nil},
		{"a port in the name", both, nil, "root@example.com:8080", "", wkd.ErrAddress, nil},
		{"a path in the name", both, nil, "root@example.com/x", "", wkd.ErrAddress, nil},
		{"somebody in the name", both, nil, "a@b@example.com\r\nHost: x", "", wkd.ErrAddress, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := wkdtest.Start(t, row.hosts...)
			for _, file := range row.files {
				s.Put(file, []byte(file))
			}
			data, err := find(t, s, row.address)
			if data != row.data || !errors.Is(err, row.err) {
				t.Errorf("got %q, %v; want %q, %v", data, err, row.data, row.err)
			}
			if asked := s.Asked(); !slices.Equal(asked, row.asked) {
				t.Errorf("asked %q, want %q", asked, row.asked)
			}
		})
	}
}

// What a directory can do to whoever asks it: none of it is about the address, so
// that it may be asked another day.
func TestAnswersThatAreNone(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"sends elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com/"+direct+joe, http.StatusFound)
		},
		"sends elsewhere on itself": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusMovedPermanently)
		},
		"broken":           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"wants a password": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			for range 300 {
				_, _ = w.Write(bytes.Repeat([]byte{'x'}, 1024))
			}
		},
		"breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("x"))
		},
		"a long header": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			s := wkdtest.Start(t, "example.com")
			s.Put("example.com/other", []byte("elsewhere"))
			s.Handle(direct+joe, answer)
			data, err := find(t, s, "joe.doe@example.com")
			if data != "" || err == nil || errors.Is(err, wkd.ErrNoKey) || errors.Is(err, wkd.ErrNoDirectory) {
				t.Errorf("got %d bytes, %v", len(data), err)
			}
			if asked := s.Asked(); len(asked) != 1 {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestAnswerInTime(t *testing.T) {
	s := wkdtest.Start(t, "example.com")
	s.Handle(direct+joe, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	client := wkd.New(wkd.Options{Dial: s.Dial, RootCAs: s.Roots(), Timeout: 100 * time.Millisecond})
	if data, err := client.Find(context.Background(), "joe.doe@example.com"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %q, %v", data, err)
	}
}

// Only the certificate says that the answer is the domain's.
func TestCertificateHasToNameTheDomain(t *testing.T) {
	s := wkdtest.Start(t, "example.com", "evil.example")
	s.Put("evil.example/.well-known/openpgpkey/"+joe, []byte("key"))
	s.Put(direct+joe, []byte("key"))
	for _, row := range []struct {
		name, address string
		roots         *x509.CertPool
	}{
		{"another's name", "joe.doe@evil.example", s.Roots()},
		{"nobody's word", "joe.doe@example.com", x509.NewCertPool()},
	} {
		client := wkd.New(wkd.Options{Dial: s.Dial, RootCAs: row.roots})
		if data, err := client.Find(context.Background(), row.address); err == nil {
			t.Errorf("%s: got %q", row.name, data)
		}
	}
	if asked := s.Asked(); len(asked) != 0 {
		t.Errorf("asked %q", asked)
	}
}

// TestGuard asks the loopback server in the way of the program: no packet leaves.
func TestGuard(t *testing.T) {
	client := wkd.New(wkd.Options{})
	for _, address := range []string{"joe.doe@localhost.localdomain.", "joe.doe@localhost."} {
		if data, err := client.Find(context.Background(), address); err == nil {
			t.Errorf("%s: got %q", address, data)
		}
	}
	for _, to := range []string{"127.0.0.1:443", "[::1]:443", "10.1.2.3:443", "192.168.1.1:443", "169.254.169.254:443", "8.8.8.8:22"} {
		if conn, err := wkd.DialPublic(context.Background(), "tcp", to); err == nil || !strings.Contains(err.Error(), "no public web server") {
			t.Errorf("%s: got %v, %v", to, conn, err)
		}
	}
}

func TestPublic(t *testing.T) {
	for _, row := range []struct {
		name, addr string
		public     bool
	}{
		{"a server", "8.8.8.8", true},
		{"a server on IPv6", "2606:4700:4700::1111", true},
		{"the one written as the other", "::ffff:8.8.8.8", true},
		{"behind NAT64", "64:ff9b::808:808", true},
		{"this machine", "127.0.0.1", false},
		{"this machine, further", "127.8.9.10", false},
		{"this machine on IPv6", "::1", false},
		{"this machine, mapped", "::ffff:127.0.0.1", false},
		{"this machine behind NAT64", "64:ff9b::7f00:1", false},
		{"no address", "0.0.0.0", false},
		{"no address on IPv6", "::", false},
		{"this network", "0.1.2.3", false},
		{"a private network", "10.0.0.1", false},
		{"another", "172.31.255.255", false},
		{"beside it", "172.32.0.1", true},
		{"a third", "192.168.1.1", false},
		{"private, mapped", "::ffff:192.168.1.1", false},
		{"private, in 6to4", "2002:c0a8:101::1", false},
		{"private, in Teredo", "2001:0:c0a8:101::1", false},
		{"a provider's", "100.64.0.1", false},
		{"the data of a cloud", "169.254.169.254", false},
		{"the same on IPv6", "fd00:ec2::254", false},
		{"link-local", "fe80::1", false},
		{"link-local with its interface", "fe80::1%eth0", false},
		{"site-local", "fec0::1", false},
		{"documentation", "192.0.2.1", false},
		{"documentation on IPv6", "2001:db8::1", false},
		{"benchmarks", "198.18.0.1", false},
		{"many", "224.0.0.251", false},
		{"many on IPv6", "ff02::1", false},
		{"everybody", "255.255.255.255", false},
		{"compatible of old", "::7f00:1", false},
	} {
		if got := wkd.Public(netip.MustParseAddr(row.addr)); got != row.public {
			t.Errorf("%s: %s got %v", row.name, row.addr, got)
		}
	}
}
