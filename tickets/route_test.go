package tickets_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/tickets"
)

func prefixes(all ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// house are the rules of a house with three divisions.
func house(t testing.TB) *tickets.Rules {
	return &tickets.Rules{
		Prefix: "EX",
		Divisions: []tickets.Division{
			{Name: "network", Prefixes: prefixes("192.0.2.0/24", "2001:db8::/32"), Domains: []string{"net.example.org"}},
			{Name: "library", Prefixes: prefixes("192.0.2.64/26", "198.51.100.0/24"), Domains: []string{"lib.example.org", "books.net.example.org"}},
			{Name: "clinic", Prefixes: prefixes("203.0.113.0/25"), Domains: []string{"clinic.example"}},
		},
		Mailboxes: map[string]tickets.MailboxRule{
			"csirt": {}, "noc": {Division: "network"}, "secret": {Division: "library", Confidential: true},
		},
		Assets: []tickets.Asset{
			{Name: "student records", Prefixes: prefixes("192.0.2.16/28"), Criticality: "critical"},
			{Name: "web server", Prefixes: prefixes("192.0.2.48/28"), Criticality: "high"},
			{Name: "print server", Prefixes: prefixes("192.0.2.32/28"), Criticality: "low"},
		},
		OwnDomains:   []string{"example.org"},
		OwnAddresses: []string{"csirt@example.org", "abuse@example.org"},
		Tokens:       tokens(t, key1),
	}
}

func named(kind string, values ...string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		for _, v := range values {
			r.Indicators = append(r.Indicators, indicator.Indicator{Type: kind, Value: v, Role: "unknown"})
		}
	}
}

func kindOf(kind, category string) func(*tickets.Report) {
	return func(r *tickets.Report) { r.Kind, r.Category = kind, category }
}

func from(address string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		r.From = []mime.Address{{Address: address}}
		r.Reporter.Address = address
	}
}

func TestRoute(t *testing.T) {
	rules := house(t)
	for name, c := range map[string]struct {
		report     tickets.Report
		mailbox    string
		want       string
		restricted bool
		reason     string
	}{
		"no rule":                       {mail(), "csirt", "central", false, "no rule"},
		"a mailbox nobody configured":   {mail(), "gone", "central", false, "no rule"},
		"the mailbox's division":        {mail(), "noc", "network", false, "mailbox noc"},
		"confidential beats everything": {mail(named("ipv4", "192.0.2.1")), "secret", "central", true, "confidential"},
		"TLP:RED is for named people":   {mail(named("ipv4", "192.0.2.1"), func(r *tickets.Report) { r.TLP = "RED" }), "csirt", "central", true, "RED"},
		"a request of the law":          {mail(kindOf("request", "other/undetermined"), named("ipv4", "192.0.2.1")), "noc", "central", false, "legal"},
		"a copyright claim":             {mail(kindOf("incident", "fraud/copyright"), named("ipv4", "192.0.2.1")), "noc", "central", false, "copyright"},
		"a threat":                      {mail(kindOf("incident", "abusive-content/violence")), "noc", "central", false, "threats"},
		"an address":                    {mail(named("ipv4", "192.0.2.1")), "csirt", "network", false, "192.0.2.0/24"},
		"the longest prefix":            {mail(named("ipv4", "192.0.2.65")), "csirt", "library", false, "192.0.2.64/26"},
		"IPv4 inside IPv6":              {mail(named("ipv6", "::ffff:192.0.2.65")), "csirt", "library", false, "192.0.2.64/26"},
		"IPv6":                          {mail(named("ipv6", "2001:db8::25")), "csirt", "network", false, "2001:db8::/32"},
		"a prefix inside ours":          {mail(named("cidr", "198.51.100.128/25")), "csirt", "library", false, "198.51.100.0/24"},
		"a prefix around ours is not":   {mail(named("cidr", "198.51.0.0/16")), "csirt", "central", false, "no rule"},
		"a foreign address":             {mail(named("ipv4", "203.0.113.200")), "noc", "network", false, "mailbox"},
		"a domain":                      {mail(named("domain", "www.clinic.example")), "csirt", "clinic", false, "clinic.example"},
		"the longest domain":            {mail(named("domain", "x.books.net.example.org")), "csirt", "library", false, "books.net.example.org"},
		"the shorter domain":            {mail(named("domain", "www.NET.example.org.")), "csirt", "network", false, "net.example.org"},
		"a domain that ends alike":      {mail(named("domain", "notclinic.example")), "csirt", "central", false, "no rule"},
		"the host of a link":            {mail(named("url", "https://www.clinic.example:8443/a@b?c")), "csirt", "clinic", false, "clinic.example"},
		"the address in a link":         {mail(named("url", "http://203.0.113.5/login")), "csirt", "clinic", false, "203.0.113.0/25"},
		"an IPv6 address in a link":     {mail(named("url", "http://[2001:db8::1]:80/")), "csirt", "network", false, "2001:db8::/32"},
		"benign for matching, affected": {mail(func(r *tickets.Report) {
			r.Indicators = []indicator.Indicator{{Type: "ipv4", Value: "203.0.113.9", Benign: true}}
		}), "csirt", "clinic", false, "203.0.113.0/25"},
		"the target of an incident":       {mail(incident("203.0.113.200", "198.51.100.7")), "csirt", "library", false, "198.51.100.0/24"},
		"our source in a complaint":       {mail(incident("192.0.2.200", "203.0.113.201"), func(r *tickets.Report) { r.Format = "arf" }), "csirt", "network", false, "192.0.2.0/24"},
		"an endpoint of a log line":       {mail(endpoint("192.0.2.70")), "csirt", "library", false, "192.0.2.64/26"},
		"an address with its port":        {mail(endpoint("192.0.2.70:22")), "csirt", "library", false, "192.0.2.64/26"},
		"an IPv6 address with its port":   {mail(endpoint("[2001:db8::1]:22")), "csirt", "network", false, "2001:db8::/32"},
		"a mail address as a target":      {mail(incident("", "bob@clinic.example")), "csirt", "clinic", false, "clinic.example"},
		"a prefix of IPv4 inside IPv6":    {mail(named("cidr", "::ffff:198.51.100.0/120")), "csirt", "library", false, "198.51.100.0/24"},
		"two divisions":                   {mail(named("ipv4", "192.0.2.1", "203.0.113.9")), "noc", "central", false, "several divisions"},
		"two addresses of one division":   {mail(named("ipv4", "192.0.2.1", "192.0.2.2")), "csirt", "network", false, "192.0.2.0/24"},
		"a mail address that is affected": {mail(named("email", "bob@lib.example.org")), "csirt", "library", false, "lib.example.org"},
		"weaker than an address":          {mail(named("email", "bob@lib.example.org"), named("ipv4", "203.0.113.9")), "csirt", "clinic", false, "203.0.113.0/25"},
		"the reporter's own signature":    {mail(from("ana@clinic.example"), named("email", "ana@clinic.example")), "csirt", "clinic", false, "reporter"},
		"the reporter's division":         {mail(from("ana@clinic.example")), "noc", "clinic", false, "reporter"},
		"what is affected beats reporter": {mail(from("ana@clinic.example"), named("ipv4", "192.0.2.1")), "noc", "network", false, "192.0.2.0/24"},
		"names that are none":             {mail(named("ipv4", "999.0.2.1", ""), named("url", "http://%zz", "://"), named("domain", "..")), "csirt", "central", false, "no rule"},
		"encrypted, nothing is quoted":    {mail(encrypted, named("ipv4", "192.0.2.1")), "csirt", "network", false, "belongs to network"},
	} {
		t.Run(name, func(t *testing.T) {
			division, restricted, reasons := rules.Route(c.report, c.mailbox)
			if division != c.want || restricted != c.restricted {
				t.Errorf("got %s %v, want %s %v (%v)", division, restricted, c.want, c.restricted, reasons)
			}
			if len(reasons) == 0 || !strings.Contains(fmt.Sprint(reasons), c.reason) {
				t.Errorf("reasons %v do not say %q", reasons, c.reason)
			}
			if c.report.Crypto.Encrypted && strings.Contains(fmt.Sprint(reasons), "192.0.2") {
				t.Errorf("reasons %v quote an encrypted mail", reasons)
			}
		})
	}
}

func incident(source, target string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		r.Incidents = append(r.Incidents, format.Incident{Sources: []string{source}, Targets: []string{target}})
	}
}

func endpoint(address string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		r.Incidents = append(r.Incidents, format.Incident{Endpoints: []format.Endpoint{{Role: "target", Address: address, Port: 22}}})
	}
}

func TestRouteWorstCase(t *testing.T) {
	rules := house(t)
	deep := strings.Repeat("a.", 1<<19) + "example"
	many := make([]string, 100_000)
	for i := range many {
		many[i] = fmt.Sprintf("h%d.unknown.example", i)
	}
	begin := time.Now()
	rules.Route(mail(named("domain", deep), named("url", "http://"+deep+"/"), named("domain", many...)), "csirt")
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}
