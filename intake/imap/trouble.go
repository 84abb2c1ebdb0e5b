package imap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	goimap "github.com/emersion/go-imap/v2"
)

// Kind sorts trouble by who can cure it.
type Kind string

// The kinds of trouble. Only the network cures itself.
const (
	KindNetwork     Kind = "network"     // refused, dropped, silent
	KindCertificate Kind = "certificate" // of the server, not accepted
	KindLogin       Kind = "login"       // refused by the server, or no password to offer
	KindFolder      Kind = "folder"      // missing or not to be opened
	KindProtocol    Kind = "protocol"    // what the server said makes no sense or breaks a limit
	KindLedger      Kind = "ledger"      // T1 or its reading side failed
	KindSpool       Kind = "spool"       // the temporary file could not be written
)

// Error is trouble with one mailbox, in words that may be shown.
type Error struct {
	Kind  Kind
	Doing string
	Err   error
}

func (e *Error) Error() string { return e.Doing + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

func trouble(kind Kind, doing string, err error) error {
	if err == nil {
		return nil
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return err
	}
	return &Error{Kind: kind, Doing: doing, Err: err}
}

// KindOf is the kind of an error of this package, or "" for another's.
func KindOf(err error) Kind {
	if known := (*Error)(nil); errors.As(err, &known) {
		return known.Kind
	}
	return ""
}

var (
	errSilent    = errors.New("no answer from the server")
	errEndless   = errors.New("the server keeps answering and never comes to an end")
	errTooMuch   = errors.New("the server sent more than any answer may have")
	errCaps      = errors.New("the server's list of capabilities has a parenthesis, which the protocol does not know there")
	errListing   = fmt.Errorf("the folder holds more than %d mails: move old ones elsewhere", maxListed)
	errNoLogin   = errors.New("the server offers no way to log in with a password")
	errDestroys  = errors.New("a command that could delete mail was held back")
	errInjection = errors.New("the server sent data in clear after agreeing to encrypt")
)

// refusal is the server's NO or BAD: the command did nothing, the connection lives.
func refusal(err error) (*goimap.Error, bool) {
	var no *goimap.Error
	ok := errors.As(err, &no) && (no.Type == goimap.StatusResponseTypeNo || no.Type == goimap.StatusResponseTypeBad)
	return no, ok
}

// missingFolder tells whether a refusal says that the folder is not there.
func missingFolder(err error) bool {
	no, ok := refusal(err)
	return ok && (no.Code == goimap.ResponseCodeTryCreate || no.Code == goimap.ResponseCodeNonExistent)
}

// kindOfHandshake tells a certificate that we refuse from a connection that broke.
func kindOfHandshake(err error) Kind {
	var (
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
	)
	if errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &hostname) || errors.As(err, &invalid) {
		return KindCertificate
	}
	return KindNetwork
}

// without removes a secret from an error that quotes the server: some servers
// repeat the line they did not understand.
func without(secret string, err error) error {
	if err == nil || len(secret) < 3 || !strings.Contains(err.Error(), secret) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), secret, "***"))
}

func cancelled(ctx context.Context) bool { return ctx.Err() != nil }
