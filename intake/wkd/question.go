package wkd

import (
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// question is where to ask for the key of one address.
type question struct{ advanced, direct place }

// place is one of the two methods.
type place struct{ key, policy string }

// zBase32 is Z-Base-32 (RFC 6189 section 5.1.6). 20 bytes need no padding.
var zBase32 = base32.NewEncoding("ybndrfg8ejkmcpqxot1uwisza345h769").WithPadding(base32.NoPadding)

const (
	maxLocal  = 64  // bytes (RFC 5321 section 4.5.3.1.1)
	maxDomain = 240 // bytes: 253 of a name (RFC 1035) less those of the sub-domain
)

// questionFor forms the addresses of section 3.1. Of the local part only the
// letters A to Z lose their case; l= has it as it was written.
func questionFor(address string) (question, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at > maxLocal {
		return question{}, fmt.Errorf("%q %w", address, ErrAddress)
	}
	local := address[:at]
	domain, err := domainFor(address[at+1:])
	if err != nil {
		return question{}, fmt.Errorf("%q %w", address, err)
	}
	digest := sha1.Sum([]byte(lowerASCII(local)))
	leaf := "hu/" + zBase32.EncodeToString(digest[:]) + "?" + url.Values{"l": {local}}.Encode()
	leaf = strings.ReplaceAll(leaf, "+", "%20")
	under := func(base string) place { return place{key: base + leaf, policy: base + "policy"} }
	return question{
		advanced: under("https://openpgpkey." + domain + "/.well-known/openpgpkey/" + domain + "/"),
		direct:   under("https://" + domain + "/.well-known/openpgpkey/"),
	}, nil
}

// domainFor is a domain as it stands in DNS. Names without a dot and plain
// addresses mean something inside of our own network, if anything.
func domainFor(domain string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil || len(ascii) > maxDomain || !strings.Contains(ascii, ".") {
		return "", ErrAddress
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return "", ErrAddress
	}
	if strings.Trim(ascii, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return "", ErrAddress
	}
	return ascii, nil
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
