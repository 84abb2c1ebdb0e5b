package pgp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// names tells whether a user ID of the key has the address, or whether it is
// one of the team that the key belongs to: a member's signature is the team's.
func (h *holder) names(address string) bool {
	address = inASCII(address)
	is := func(own string) bool { return inASCII(own) == address }
	domain := domainPart(address)
	ours := func(own string) bool { return is(own) || domain != "" && inASCII(own) == domain }
	return address != "" && (slices.ContainsFunc(h.info.Addresses, is) || slices.ContainsFunc(h.team, ours))
}

// inASCII is an address with an international domain as it stands in the DNS,
// which is one of two ways to write it in a key and in mail (RFC 5891).
func inASCII(address string) string {
	at := strings.LastIndexByte(address, '@')
	wide := func(c rune) bool { return c >= utf8.RuneSelf }
	if at < 0 || !strings.ContainsFunc(address[at:], wide) {
		return address
	}
	ascii, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address
	}
	return address[:at+1] + ascii
}

// addressOf finds the mail address in a user ID: what stands in the last angle
// brackets, or the whole of it when it is nothing but an address.
func addressOf(userID string) string {
	address := strings.TrimSpace(userID)
	if open := strings.LastIndexByte(address, '<'); open >= 0 {
		address, _, _ = strings.Cut(address[open+1:], ">")
	}
	if !strings.Contains(address, "@") || strings.ContainsAny(address, " \t<>") {
		return ""
	}
	return strings.ToLower(address)
}

// domainPart is "@team.example" of an address there, "" when it has none.
func domainPart(address string) string {
	if at := strings.LastIndexByte(address, '@'); at > 0 {
		return address[at:]
	}
	return ""
}
