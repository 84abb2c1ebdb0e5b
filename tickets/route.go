package tickets

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gaissmai/bart"
)

// Route tells whose queue a report belongs to and why. In this order: what only
// central may handle, the division whose assets are affected (longest prefix,
// longest domain), the reporter's own division, the mailbox's, central.
// Assets of several divisions make it central's, which shares it entry by entry.
//
// It prepares its tables for the one call; Judge prepares them once.
func (r *Rules) Route(report Report, mailbox string) (division string, restricted bool, reasons []Reason) {
	return r.index().route(report, mailbox)
}

// index is Rules prepared for looking up. It is read only once built.
type index struct {
	rules    *Rules
	prefixes bart.Table[string] // division by prefix
	assets   bart.Table[Asset]  // by prefix, of those marked critical or high
	domains  map[string]string  // division by domain
	own      map[string]bool    // addresses of ours
}

func (r *Rules) index() *index {
	x := &index{rules: r, domains: map[string]string{}, own: map[string]bool{}}
	for _, d := range r.Divisions {
		for _, p := range d.Prefixes {
			x.prefixes.Insert(unmapPrefix(p), d.Name)
		}
		for _, domain := range d.Domains {
			x.domains[canonicalDomain(domain)] = d.Name
		}
	}
	for _, a := range r.Assets {
		if a.Criticality != critical && a.Criticality != important {
			continue
		}
		for _, p := range a.Prefixes {
			x.assets.Insert(unmapPrefix(p), a)
		}
	}
	for _, a := range r.OwnAddresses {
		x.own[strings.ToLower(a)] = true
	}
	return x
}

func (x *index) route(report Report, mailbox string) (division string, restricted bool, reasons []Reason) {
	rule := x.rules.Mailboxes[mailbox]
	if rule.Confidential {
		return Central, true, because("the mailbox " + mailbox + " is confidential")
	}
	if isRed(report.TLP) {
		return Central, true, because("TLP:RED is for named people of central only")
	}
	if reason := centralAlways(report); reason != "" {
		return Central, false, because(reason)
	}
	if division, reasons = x.byAssets(report); division != "" {
		return division, false, reasons
	}
	if division, reasons = x.byReporter(report); division != "" {
		return division, false, reasons
	}
	if rule.Division != "" {
		return rule.Division, false, because("the mailbox " + mailbox + " belongs to " + rule.Division)
	}
	return Central, false, because("no rule names a division")
}

func because(reason string) []Reason { return []Reason{{Reason: reason}} }

// centralAlways has the kinds and categories that no division handles alone:
// requests of the law and matters of persons.
func centralAlways(report Report) string {
	switch {
	case report.Kind == "request":
		return "legal and police requests always go to central"
	case report.Category == "fraud/copyright":
		return "copyright claims always go to central"
	case report.Category == "abusive-content/violence", report.Category == "abusive-content/harmful-speech":
		return "threats and abuse of persons always go to central"
	}
	return ""
}

// byAssets finds the divisions of everything the report names that is ours: it
// is affected, be it as a target or, in a complaint about us, as the source.
// Mail addresses count only when nothing stronger is named, since they stand in every signature block.
func (x *index) byAssets(report Report) (string, []Reason) {
	for _, named := range [][]string{strongNames(report), x.mailNames(report)} {
		hits := x.divisionsOf(named)
		switch len(hits) {
		case 0:
			continue
		case 1:
			return hits[0].division, because(hits[0].words(encrypted(report)))
		}
		return Central, x.several(hits, report)
	}
	return "", nil
}

// assetHit is the first asset named that leads to a division.
type assetHit struct {
	division string
	rule     string // the prefix or domain of the configuration that matched
}

// words name the configured prefix or domain. Of an encrypted mail not even
// that: it would tell what stands in it.
func (h assetHit) words(sealed bool) string {
	if sealed {
		return "what is affected belongs to " + h.division
	}
	return fmt.Sprintf("what is affected lies in %s of %s", h.rule, h.division)
}

func (x *index) several(hits []assetHit, report Report) []Reason {
	var names []string
	for _, h := range hits {
		names = append(names, h.division)
	}
	reasons := because("assets of several divisions are affected (" + strings.Join(names, ", ") + "): central coordinates")
	for _, h := range hits {
		reasons = append(reasons, Reason{Reason: h.words(encrypted(report))})
	}
	return reasons
}

// divisionsOf looks each name up; one hit for each division, in the order named.
func (x *index) divisionsOf(names []string) []assetHit {
	var hits []assetHit
	for _, name := range names {
		hit, ok := x.lookUp(name)
		known := slices.ContainsFunc(hits, func(h assetHit) bool { return h.division == hit.division })
		if ok && !known {
			hits = append(hits, hit)
		}
	}
	return hits
}

// lookUp finds the division of an address, a prefix, a URL, a mail address or a domain.
func (x *index) lookUp(name string) (assetHit, bool) {
	host := hostOf(name)
	if p, ok := asPrefix(host); ok {
		rule, division, found := x.prefixes.LookupPrefixLPM(p)
		return assetHit{division, rule.String()}, found
	}
	return x.byDomain(host)
}

// maxDomain is the longest name of the DNS (RFC 1035 section 2.3.4).
const maxDomain = 253

// byDomain takes the longest configured domain that covers the name.
func (x *index) byDomain(domain string) (assetHit, bool) {
	domain = canonicalDomain(domain)
	if len(domain) > maxDomain {
		return assetHit{}, false
	}
	for domain != "" {
		if division, found := x.domains[domain]; found {
			return assetHit{division, domain}, true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return assetHit{}, false
}

func (x *index) byReporter(report Report) (string, []Reason) {
	party := x.rules.partyOf(report)
	hit, ok := x.byDomain(domainOf(party))
	if party == "" || !ok {
		return "", nil
	}
	return hit.division, because("the reporter belongs to " + hit.division)
}

// Criticality of an asset: critical raises the severity by a step, high keeps it
// from being low.
const (
	critical  = "critical"
	important = "high"
)

// asset is the most critical asset that the report affects; its name is "" when none is.
func (x *index) asset(report Report) (most Asset) {
	if x.assets.Size() == 0 {
		return most
	}
	for _, name := range strongNames(report) {
		p, ok := asPrefix(hostOf(name))
		if !ok {
			continue
		}
		asset, found := x.assets.LookupPrefix(p)
		switch {
		case found && asset.Criticality == critical:
			return asset
		case found && most.Name == "":
			most = asset
		}
	}
	return most
}

// maxNames bounds how many names of one report are looked up.
const maxNames = 20_000

// strongNames are the addresses, prefixes, domains and links of a report, each once.
// Benign ones are among them: our own addresses are no suspects, but they are affected.
func strongNames(report Report) []string {
	var names []string
	seen := make(map[string]bool, len(report.Indicators))
	add := func(more ...string) {
		for _, name := range more {
			if !seen[name] && len(names) < maxNames {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	for _, incident := range report.Incidents {
		add(incident.Targets...)
		add(incident.Sources...)
		for _, end := range incident.Endpoints {
			add(end.Address)
		}
	}
	for _, i := range report.Indicators {
		if i.Type != "email" && i.Derived != "email" {
			add(i.Value)
		}
	}
	return names
}

// mailNames are the mail addresses of a report other than those that write and read it.
func (x *index) mailNames(report Report) []string {
	people := authors(report)
	var names []string
	for _, i := range report.Indicators {
		if i.Type == "email" && !x.own[i.Value] && !slices.Contains(people, i.Value) {
			names = append(names, domainOf(i.Value))
		}
	}
	return names[:min(len(names), maxNames)]
}

// asPrefix reads an address, an address with a port or a prefix; an IPv4 address
// inside IPv6 is the IPv4 address.
func asPrefix(s string) (netip.Prefix, bool) {
	if s == "" || !strings.ContainsRune("0123456789abcdefABCDEF:[", rune(s[0])) {
		return netip.Prefix{}, false
	}
	if end := s[len(s)-1]; (end < '0' || end > '9') && !strings.Contains(s, ":") {
		return netip.Prefix{}, false // a domain: IPv4 ends with a digit
	}
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return unmapPrefix(p), err == nil
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		end, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Prefix{}, false
		}
		a = end.Addr()
	}
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen()), true
}

// unmapPrefix makes ::ffff:a.b.c.d/n a prefix of IPv4: tables keep the two apart.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(a.Unmap(), p.Bits()-96).Masked()
	}
	return p.Masked()
}

// hostOf is the host of a URL or a mail address, else the name itself.
func hostOf(name string) string {
	if _, rest, isURL := strings.Cut(name, "://"); isURL {
		if host, _, plain := strings.Cut(rest, "/"); plain && !strings.ContainsFunc(host, notInHost) {
			return host // as nearly all are: a page has dozens of links, and taking each apart costs
		}
		if u, err := url.Parse(name); err == nil {
			return u.Hostname()
		}
		return ""
	}
	if _, domain, isMail := strings.Cut(name, "@"); isMail {
		return domain
	}
	return name
}

// notInHost tells a sign that a plain host has not: there may be a port, a user or
// an IPv6 address.
func notInHost(r rune) bool {
	return r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

func canonicalDomain(s string) string {
	return strings.Trim(strings.ToLower(strings.TrimSpace(s)), ".")
}

// encrypted tells that what the report says came out of an encrypted mail, so
// that reasons must not quote it.
func encrypted(report Report) bool { return report.Crypto.Encrypted }
