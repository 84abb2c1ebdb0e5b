// Package desk is Postern's web side. So far it tells machines and the people
// who watch them how the daemon is: /healthz and /metrics.
package desk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Options is what the desk is made of. Listen, Figures and Now are required.
type Options struct {
	Listen  string                                 // host:port; port 0 picks a free one
	URL     string                                 // as people type it, when a proxy stands before us
	Version string                                 // for the metrics
	Figures func(context.Context) (Figures, error) // asked at each request
	Now     func() time.Time
}

// Limits of one request. The desk answers with a page at most.
const (
	headerTime  = 10 * time.Second
	answerTime  = 30 * time.Second
	stopTime    = 5 * time.Second
	headerBytes = 16 << 10
	otherPorts  = 20 // tried when the one configured is taken
)

// Desk is a listener with its pages. It holds the port from New to Close.
type Desk struct {
	options  Options
	listener net.Listener
	hosts    map[string]bool
}

// New takes the port. When it is taken the next free one is used: a daemon must
// not stay away because of its status page; Address says which one it became.
func New(options Options) (*Desk, error) {
	host, port, err := net.SplitHostPort(options.Listen)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	var listener net.Listener
	for offset := range otherPorts {
		listener, err = net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(number+offset)))
		if err == nil || number == 0 || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("desk: taking the port of [desk] listen: %w", err)
	}
	d := &Desk{options: options, listener: listener}
	d.hosts = d.allowedHosts(host)
	return d, nil
}

// Address is where the desk listens.
func (d *Desk) Address() string { return d.listener.Addr().String() }

// Close gives the port back; Run does so as well.
func (d *Desk) Close() error {
	if err := d.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Run answers until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	server := &http.Server{
		Handler: d.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: headerTime,
		WriteTimeout: answerTime, MaxHeaderBytes: headerBytes,
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		stopped <- server.Shutdown(last)
	})
	err := server.Serve(d.listener)
	if !stop() && errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	return fmt.Errorf("desk: %w", err)
}

// Handler is the list of all pages.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", d.healthz)
	mux.Handle("GET /metrics", d.metrics())
	return d.sameHost(mux)
}

// allowedHosts are the names under which we may be asked. Another Host means
// that somebody's name points here (DNS rebinding).
func (d *Desk) allowedHosts(listen string) map[string]bool {
	hosts := map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, strings.ToLower(listen): true}
	if u, err := url.Parse(d.options.URL); err == nil && u.Hostname() != "" {
		hosts[strings.ToLower(u.Hostname())] = true
	}
	if address, ok := d.listener.Addr().(*net.TCPAddr); ok {
		hosts[address.IP.String()] = true
	}
	return hosts
}

func (d *Desk) sameHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !d.hosts[strings.ToLower(strings.Trim(host, "[]"))] {
			http.Error(w, "this desk is not known under that name; see [desk] url", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
