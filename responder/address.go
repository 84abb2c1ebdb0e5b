package responder

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	maxAddress = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
	maxLocal   = 64  // RFC 5321 section 4.5.3.1.1
)

// ErrAddress is an address that nothing may be sent to.
var ErrAddress = errors.New("not a mail address we send to")

// Address checks a stranger's address and gives the form in which it may stand
// in an SMTP command and in a header: the local part as it was, the domain in
// ASCII and small letters. It accepts only what reads back as itself, without
// quotes, comments, brackets, blanks or control characters, because everything
// after a blank or ">" in MAIL and RCPT is a parameter (RFC 5321 section 4.1.2).
func Address(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || len(address) > maxAddress {
		return "", ErrAddress
	}
	local, domain := address[:at], address[at+1:]
	if len(local) > maxLocal || !plain(local) || local[0] == '-' {
		return "", ErrAddress
	}
	domain, err := domainASCII(domain)
	if err != nil {
		return "", err
	}
	safe := local + "@" + domain
	parsed, err := mail.ParseAddress("<" + safe + ">")
	if err != nil || parsed.Address != safe || parsed.Name != "" || len(safe) > maxAddress {
		return "", ErrAddress
	}
	return safe, nil
}

// plain is a dot-atom of printable signs (RFC 5322 section 3.2.3, RFC 6532).
func plain(local string) bool {
	if !utf8.ValidString(local) || strings.ContainsAny(local, "<>()[]{}\\,;:\"'` \t@") {
		return false
	}
	return !strings.ContainsFunc(local, func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r)
	})
}

func domainASCII(domain string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", fmt.Errorf("%w: its domain is none", ErrAddress)
	}
	if ascii == "" || strings.HasSuffix(ascii, ".") || !utf8.ValidString(domain) {
		return "", fmt.Errorf("%w: its domain is none", ErrAddress)
	}
	return strings.ToLower(ascii), nil
}

// domainOf is what stands behind the last @, in small letters.
func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// sameMailbox compares addresses as people mean them: without regard to case,
// and to what a subaddress adds behind "+".
func sameMailbox(a, b string) bool {
	return strings.EqualFold(withoutDetail(a), withoutDetail(b))
}

func withoutDetail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	if plus := strings.IndexByte(address[:at], '+'); plus > 0 {
		return address[:plus] + address[at:]
	}
	return address
}

// inDomains tells whether an address is in one of the domains or below it.
func inDomains(address string, domains []string) bool {
	domain := domainOf(address)
	return slices.ContainsFunc(domains, func(own string) bool {
		own = strings.ToLower(own)
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}

// worldwide tells a domain that means the same to every mail server. One without a dot
// our own relay completes with a name of ours, one kept for a single machine (RFC 6761) it
// delivers there, and an address of the Internet needs brackets.
func worldwide(address string) bool {
	domain := domainOf(address)
	dot := strings.LastIndexByte(domain, '.')
	return dot >= 0 && !slices.Contains(noDomains, domain[dot+1:]) && strings.Trim(domain[dot+1:], "0123456789") != ""
}

var noDomains = []string{"localhost", "localdomain", "invalid"}

// rerouted tells an address that asks its server to pass the mail on: relays still read
// "user%host@relay" and "host!user@relay" as user@host (RFC 5321 appendix F.2), so that
// an address of our own people could stand for anybody.
func rerouted(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return strings.ContainsAny(local, "%!")
}

// robots are local parts behind which nobody reads. abuse@ and cert@ are people.
var robots = []string{"mailer-daemon", "bounce", "bounces", "listserv", "majordomo"}

// silent are words of local parts, without the signs between their letters, that say so.
var silent = []string{"noreply", "donotreply"}

// joined takes out of a local part what some set between its letters.
var joined = strings.NewReplacer("-", "", "_", "", ".", "")

// robot tells whether an address belongs to a program or a list (RFC 3834 section 2).
func robot(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(withoutDetail(address)), "@")
	letters := joined.Replace(local)
	return slices.Contains(robots, local) || strings.HasPrefix(local, "owner-") ||
		slices.ContainsFunc(silent, func(word string) bool { return strings.Contains(letters, word) }) ||
		strings.HasSuffix(local, "-request") || strings.HasSuffix(local, "-owner") || strings.HasSuffix(local, "-bounces")
}
