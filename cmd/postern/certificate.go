package main

import (
	"slices"
	"strings"
)

// certificateHints are what Go's crypto/x509 says of a server's certificate, and
// what a person can do about it.
var certificateHints = []struct{ said, hint string }{
	{"certificate has expired or is not yet valid", "renew the certificate on the server; when it is new, this machine's clock is wrong"},
	{"certificate signed by unknown authority", `name the certificate of your own authority: ca_file = "ca.pem"`},
	{"certificate is not valid for any names", "the certificate on the server names no host: make another, with the host name as subject alternative name"},
	{"certificate is valid for", "the URL names the server by another name than its certificate does: write one of those into the URL"},
	{"cannot validate certificate for", "write the server's name into the URL instead of its address"},
	{"certificate relies on legacy Common Name", "make another certificate on the server, with the host name as subject alternative name"},
}

// certificateHint is what to do about an error of TLS, "" for any other.
func certificateHint(said string) string {
	for _, known := range certificateHints {
		if strings.Contains(said, known.said) {
			return known.hint
		}
	}
	return ""
}

// connectionHints are what stands in errors of servers, and what a person who has
// just configured them can do about it.
var connectionHints = []struct {
	said []string // all of it
	hint string
}{
	{[]string{"first record does not look like a TLS handshake"}, "this port does not begin with TLS: imap:// and smtp:// ask for it by STARTTLS"},
	{[]string{"STARTTLS", "deadline exceeded"}, "a server that waits for TLS says nothing: imaps:// and smtps:// begin with it"},
	{[]string{"connection refused"}, "nothing listens there: start the server, or correct host and port"},
	{[]string{"no such host"}, "correct the host, or the name server of this machine"},
	{[]string{"deadline exceeded"}, "nothing answers there: correct host and port, or let a firewall pass it"},
	{[]string{"open the folder"}, "make the folder on the server, or write its name as it is there"},
	{[]string{"refused the user name or password"}, "correct the password file, or the user name in the URL"},
	{[]string{"the relay refused the login"}, "correct the password file, or the user name in the URL"},
}

// connectionHint is what to do about an error of a mail server, "" when nobody knows.
func connectionHint(said string) string {
	for _, known := range connectionHints {
		if !slices.ContainsFunc(known.said, func(part string) bool { return !strings.Contains(said, part) }) {
			return known.hint
		}
	}
	return certificateHint(said)
}

// withHint adds to an error what to do about it, when that is known.
func withHint(said string) string {
	if hint := certificateHint(said); hint != "" {
		return said + " (" + hint + ")"
	}
	return said
}
