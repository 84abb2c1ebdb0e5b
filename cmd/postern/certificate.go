package main

import "strings"

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

// withHint adds to an error what to do about it, when that is known.
func withHint(said string) string {
	if hint := certificateHint(said); hint != "" {
		return said + " (" + hint + ")"
	}
	return said
}
