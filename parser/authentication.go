package parser

import (
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"postern/parser/mime"
	"postern/parser/pgp"
)

// authentication reads what a server of ours found at receipt (RFC 8601). What
// stands further down may have come with the mail and counts for nothing,
// whatever name it bears: see ourResults.
func (r *reading) authentication() Authentication {
	id, fields := r.ourResults()
	if id == "" {
		return Authentication{}
	}
	found := Authentication{By: id}
	from := r.fromDomain()
	allSound := true
	said := make(map[string]bool) // methods that a field further up told of
	for _, field := range fields {
		plain, sound := plainResults(field)
		allSound = allSound && sound
		results := parseResults(plain)
		for _, result := range results {
			if !said[methodOf(result)] {
				found.take(result, from)
			}
		}
		for _, result := range results {
			said[methodOf(result)] = true
		}
	}
	if found.DMARC != "" && r.otherSender() {
		found.DMARC = authres.ResultFail
	}
	found.Aligned = allSound && found.DMARC != string(authres.ResultFail) && (found.Aligned || found.DMARC == authres.ResultPass && from != "")
	return found
}

// parseResults reads the results of one field; what cannot be read is left out
// and hides none of the others.
func parseResults(plain string) []authres.Result {
	var all []authres.Result
	for part := range strings.SplitSeq(plain, ";") {
		if !strings.Contains(part, "=") { // the server's name, its version, "none"
			continue
		}
		if _, results, err := authres.Parse("x;" + part); err == nil {
			all = append(all, results...)
		}
	}
	return all
}

// methodOf names what a result is about, "" where we do not ask.
func methodOf(result authres.Result) string {
	switch result.(type) {
	case *authres.DKIMResult:
		return "dkim"
	case *authres.SPFResult:
		return "spf"
	case *authres.DMARCResult:
		return "dmarc"
	}
	return ""
}

// otherSender tells that an encrypted mail names another sender inside than
// outside and no signature names both. What the server says of the outer one
// must not let anybody who has our public key speak for the inner one.
func (r *reading) otherSender() bool {
	outer, _ := r.outer.Addresses("From")
	if strings.EqualFold(firstAddress(outer), firstAddress(r.report.From)) {
		return false
	}
	return !slices.ContainsFunc(r.report.Crypto.Signatures, func(s pgp.Signature) bool {
		return s.Verdict == "good" && s.FromMatch
	})
}

// plainResults takes out comments and quotes (RFC 8601 section 2.2). A server
// repeats there what the sender chose, a local part like "x; dmarc=pass" for
// one, so that what is quoted must not separate results. sound is false when a
// comment or quote never ends: then nothing in the field vouches for anybody.
func plainResults(value string) (plain string, sound bool) {
	var b strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, c := range []byte(value) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' && (quoted || depth > 0):
			escaped = true
		case quoted && c == '"', depth == 0 && c == '"':
			quoted = !quoted
		case !quoted && c == '(':
			depth++
		case !quoted && c == ')' && depth > 0:
			depth--
		case quoted && strings.IndexByte("; \t\r\n=()", c) >= 0:
			b.WriteByte('_')
		case depth == 0:
			b.WriteByte(c)
		}
	}
	if quoted || depth > 0 {
		return mime.WithoutComments(value), false
	}
	return b.String(), true
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
		a.dkim(keyword(result.Value), sameOrganisation(domain, from))
	case *authres.SPFResult:
		if a.SPF == "" {
			a.SPF = keyword(result.Value)
		}
	case *authres.DMARCResult:
		a.dmarc(keyword(result.Value), domainOf("@"+strings.TrimPrefix(result.From, "@")), from)
	}
}

// keyword is a result as RFC 8601 section 2.7 writes it, one word of letters.
// Anything else is a result that cannot be interpreted.
func keyword(value authres.ResultValue) string {
	for _, c := range []byte(value) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			return authres.ResultPermError
		}
	}
	return strings.ToLower(string(value))
}

// dmarc keeps the worst of several results: a server gives one, and a second
// was smuggled in. One about another sender than the one we read counts as
// failed: the field From was written so that programs read it differently.
func (a *Authentication) dmarc(value, about, from string) {
	if about != "" && from != "" && !sameOrganisation(about, from) {
		value = authres.ResultFail
	}
	if a.DMARC == "" || a.DMARC == authres.ResultPass || value == authres.ResultFail {
		a.DMARC = value
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
	a, b = asciiDomain(a), asciiDomain(b)
	return strings.EqualFold(a, b) || organisation(a) == organisation(b) && organisation(a) != ""
}

// asciiDomain is an international domain as it stands in the DNS.
func asciiDomain(domain string) string {
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		return ascii
	}
	return domain
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
