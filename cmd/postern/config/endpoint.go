package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Security says how a connection is protected.
type Security string

const (
	TLS      Security = "tls"      // from the first byte
	STARTTLS Security = "starttls" // required: no mail and no password before it
	Insecure Security = "insecure" // loopback only
)

// Endpoint is where a server is and who we are there.
type Endpoint struct {
	Host     string
	Port     int
	User     string
	Folder   string // of IMAP, "INBOX" when the URL names none
	Security Security
}

// schemes gives protection and usual port of each URL scheme.
var schemes = map[string]struct {
	security Security
	port     int
}{
	"imaps": {TLS, 993}, "imap": {STARTTLS, 143}, "imap+insecure": {Insecure, 143},
	"smtps": {TLS, 465}, "smtp": {STARTTLS, 587}, "smtp+insecure": {Insecure, 25},
}

// ParseEndpoint reads a server URL of the protocol "imap" or "smtp". The error
// never repeats the URL, which may hold a password by mistake.
func ParseEndpoint(protocol, text string) (Endpoint, error) {
	if text == "" {
		return Endpoint{}, errors.New("missing")
	}
	u, err := url.Parse(text)
	if err != nil {
		return Endpoint{}, errors.New("this is no URL; an @ inside the user name is written %40")
	}
	kind, ok := schemes[u.Scheme]
	if !ok || !strings.HasPrefix(u.Scheme, protocol) {
		return Endpoint{}, fmt.Errorf("the URL begins with %q; use %ss://, %s:// (STARTTLS) or %s+insecure:// (loopback only)",
			u.Scheme, protocol, protocol, protocol)
	}
	if _, has := u.User.Password(); has {
		return Endpoint{}, errors.New("a password stands in the URL; put it into password_file")
	}
	switch {
	case u.Hostname() == "":
		return Endpoint{}, errors.New("the URL names no host")
	case u.ForceQuery || u.RawQuery != "" || u.Fragment != "":
		return Endpoint{}, errors.New("a ? or # in a folder's name is written %3F or %23")
	case protocol == "smtp" && strings.Trim(u.Path, "/") != "":
		return Endpoint{}, errors.New("a relay has no folder; leave out what stands behind the host")
	}
	e := Endpoint{Host: u.Hostname(), Port: kind.port, User: u.User.Username(), Security: kind.security}
	if u.Port() != "" {
		if e.Port, err = strconv.Atoi(u.Port()); err != nil || e.Port < 1 || e.Port > 65535 {
			return Endpoint{}, fmt.Errorf("%q is no port", u.Port())
		}
	}
	e.Folder = strings.TrimPrefix(u.Path, "/")
	if protocol == "imap" && e.Folder == "" {
		e.Folder = "INBOX"
	}
	if e.Security == Insecure && !loopback(e.Host) {
		return Endpoint{}, errors.New("unprotected connections are for loopback only")
	}
	return e, nil
}

// Local tells whether the server is on this machine, as far as its name says.
func (e Endpoint) Local() bool { return loopback(e.Host) }

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
