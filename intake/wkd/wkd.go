// Package wkd asks the Web Key Directory of a mail domain for the OpenPGP keys of
// one address (draft-koch-openpgp-webkey-service).
//
// Who writes to us chooses whom we ask, so everything about the question is
// bounded: HTTPS with a certificate that names the domain, port 443 of addresses
// that are public, no redirects, no proxy, so many bytes and so much time. What
// comes back is a stranger's bytes; whose key it is stands nowhere but in the
// word of the domain.
package wkd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Errors of Find that say something about the address or its domain. Any other
// says that the directory could not be asked; another day it may be there.
var (
	ErrAddress     = errors.New("is no mail address whose domain could be asked")
	ErrNoKey       = errors.New("its domain has a directory, and no key for it")
	ErrNoDirectory = errors.New("its domain keeps no directory of keys")
)

const (
	maxAnswer      = 256 << 10        // bytes of an answer: a few keys with all that hangs on them
	maxHeader      = 32 << 10         // bytes of the header of an answer
	defaultTimeout = 20 * time.Second // for all requests about one address
)

// Options are how the world is reached; the zero value is right outside of tests.
type Options struct {
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil reaches public addresses only
	RootCAs *x509.CertPool                                                       // nil: the system's
	Timeout time.Duration                                                        // for all requests about one address
}

// Client asks directories. It may be used by many goroutines and keeps no connection.
type Client struct {
	http    *http.Client
	timeout time.Duration
}

// New makes a client; it asks nobody yet.
func New(o Options) *Client {
	if o.Dial == nil {
		o.Dial = dialPublic
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	transport := &http.Transport{
		Proxy:                  nil, // one would reach whatever we refuse to
		DialContext:            o.Dial,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true, // what is unpacked would have to be bounded again
		MaxResponseHeaderBytes: maxHeader,
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{http: &http.Client{Transport: transport, CheckRedirect: stay}, timeout: o.Timeout}
}

// Find gives what the directory of a domain holds for an address: public keys,
// binary as a rule, not looked at. The advanced method is asked; the direct one
// only where the sub-domain of the advanced one does not exist (section 3.1).
func (c *Client) Find(ctx context.Context, address string) ([]byte, error) {
	q, err := questionFor(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	data, err := c.ask(ctx, q.advanced)
	if noSuchHost(err) {
		data, err = c.ask(ctx, q.direct)
	}
	if noSuchHost(err) {
		err = ErrNoDirectory
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return data, nil
}

// ask asks one place for a key. Where there is none, its policy tells whether
// there is a directory at all: section 4.5 demands one.
func (c *Client) ask(ctx context.Context, at place) ([]byte, error) {
	data, err := c.get(ctx, at.key)
	if !errors.Is(err, errNotThere) {
		return data, err
	}
	if _, err := c.get(ctx, at.policy); errors.Is(err, errNotThere) {
		return nil, ErrNoDirectory
	}
	return nil, ErrNoKey
}

// errNotThere is the answer of a server which says that it has no such thing.
var errNotThere = errors.New("not there")

func (c *Client) get(ctx context.Context, url string) (data []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "Postern")
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	switch code := answer.StatusCode; {
	case code == http.StatusNotFound, code == http.StatusGone:
		return nil, errNotThere
	case code >= 300 && code < 400:
		return nil, fmt.Errorf("%s sends us elsewhere, which is not followed", request.URL.Host)
	case code != http.StatusOK:
		return nil, fmt.Errorf("%s answered %q", request.URL.Host, answer.Status)
	}
	data, err = io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(data) > maxAnswer {
		return nil, fmt.Errorf("%s answered with more than %d kB", request.URL.Host, maxAnswer>>10)
	}
	return data, errors.Join(err, ctx.Err()) // a server that sees us leave may still end its answer in good form
}

// noSuchHost tells that a name has no address: it does not exist, or not for the web.
func noSuchHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
