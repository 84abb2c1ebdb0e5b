package parser

import (
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/publicsuffix"

	"postern/parser/mime"
)

// authentication reads the topmost Authentication-Results (RFC 8601) when it is
// of a server of ours. Those below it may have come with the mail and count for
// nothing, whatever name they bear.
func (r *reading) authentication() Authentication {
	id, results, err := authres.Parse(mime.WithoutComments(r.outer.Header.Get("Authentication-Results")))
	if id == "" || err != nil && results == nil || !slices.ContainsFunc(r.env.TrustedAuthserv, func(trusted string) bool {
		return strings.EqualFold(trusted, id)
	}) {
		return Authentication{}
	}
	found := Authentication{By: id}
	from := r.fromDomain()
	for _, result := range results {
		found.take(result, from)
	}
	return found
}

// fromDomain is the domain of the one sender that everybody saw, "" when there
// is no such: authentication says nothing about an inner or a second one.
func (r *reading) fromDomain() string {
	outer, _ := r.outer.Addresses("From")
	if len(outer) != 1 || len(r.report.From) != 1 || !strings.EqualFold(outer[0].Address, r.report.From[0].Address) {
		return ""
	}
	return domainOf(outer[0].Address)
}

// take keeps one result. Of several signatures the aligned one counts.
func (a *Authentication) take(result authres.Result, from string) {
	switch result := result.(type) {
	case *authres.DKIMResult:
		domain := result.Domain
		if domain == "" {
			domain = domainOf("x" + result.Identifier)
		}
		a.dkim(string(result.Value), sameOrganisation(domain, from))
	case *authres.SPFResult:
		if a.SPF == "" {
			a.SPF = string(result.Value)
		}
	case *authres.DMARCResult:
		if a.DMARC == "" {
			a.DMARC = string(result.Value)
			a.Aligned = a.Aligned || result.Value == authres.ResultPass && from != "" &&
				(result.From == "" || strings.EqualFold(domainOf("@"+strings.TrimPrefix(result.From, "@")), from))
		}
	}
}

func (a *Authentication) dkim(value string, aligned bool) {
	pass := value == authres.ResultPass
	if a.DKIM == "" || pass && a.DKIM != authres.ResultPass {
		a.DKIM = value
	}
	a.Aligned = a.Aligned || pass && aligned
}

// sameOrganisation compares organisational domains (RFC 7489 section 3.2).
func sameOrganisation(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return strings.EqualFold(a, b) || organisation(a) == organisation(b) && organisation(a) != ""
}

func organisation(domain string) string {
	found, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.Trim(domain, ".")))
	if err != nil {
		return ""
	}
	return found
}

// domainOf is the domain of an address in lower case.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	return strings.ToLower(strings.Trim(address[at+1:], ". >"))
}
