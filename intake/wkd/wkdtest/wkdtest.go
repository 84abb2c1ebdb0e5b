// Package wkdtest is a Web Key Directory on a loopback port, for tests of those
// who ask one. Nothing of it reaches the network.
package wkdtest

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Server answers for every host that it was told of. Names that it does not know
// do not exist.
type Server struct {
	http *httptest.Server

	mu    sync.Mutex
	hosts []string
	files map[string]http.HandlerFunc // by host and path
	asked []string                    // host, path and query, in the order of asking
}

// Start serves until the test ends. Hosts have to be example.com and what is
// below it, which is what the certificate names.
func Start(t testing.TB, hosts ...string) *Server {
	s := &Server{hosts: hosts, files: map[string]http.HandlerFunc{}}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that refuse us are what is tested
	s.http.StartTLS()
	t.Cleanup(s.http.Close)
	return s
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Host+r.URL.RequestURI())
	file := s.files[r.Host+r.URL.Path]
	s.mu.Unlock()
	if file == nil {
		http.NotFound(w, r)
		return
	}
	file(w, r)
}

// Put makes a file of a host: "openpgpkey.example.com/.well-known/…".
func (s *Server) Put(path string, data []byte) {
	s.Handle(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
}

// Handle answers in a way of its own.
func (s *Server) Handle(path string, answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = answer
}

// Asked lists what was asked for so far.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Dial stands in for resolver and network.
func (s *Server) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, _ := net.SplitHostPort(address)
	if !slices.Contains(s.hosts, host) {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if port != "443" {
		return nil, fmt.Errorf("port %s is not for the web", port)
	}
	return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(s.http.URL, "https://"))
}

// Roots are whom a client has to trust.
func (s *Server) Roots() *x509.CertPool {
	return s.http.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
}
