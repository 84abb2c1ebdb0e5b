// Package indicator finds observables in text: addresses, prefixes, domains,
// URLs, hashes, mail addresses, AS numbers and CVE names, defanged ones too.
//
// A text is read twice, each time from front to back: refang undoes what people
// do to make an address unclickable ("hxxp", "[.]", " dot "), and the scanner
// then looks at every word once. What it returns is canonical, so that equal
// things are equal strings:
//
//   - addresses as netip writes them; an IPv4 address mapped into IPv6 is the
//     IPv4 address; the zone of an IPv6 address means something on one machine
//     only and is left out
//   - prefixes with the host bits cleared, also those written with a netmask, a
//     star, or first and last address; a prefix of one address is the address
//   - domains in lower case and in ASCII (RFC 5891), without the final dot, and
//     only below a suffix that exists (the ICANN part of the public suffix list)
//   - URLs with scheme and host in lower case, without default port and without
//     fragment: no server sees a fragment, and phishing pages carry the victim's
//     address in it. Path and query keep their case (RFC 3986 section 6.2.2)
//   - hashes in lower case, "AS64500", "CVE-2026-1234"
//
// The role is a suggestion that comes from the wording, each word being seen once:
//
//   - the last word before the indicator, at most six words back and in the same
//     sentence, that speaks of an attacker ("attacker", "from", "src=") or of a
//     victim ("target", "our", "dst="), in the languages of the vocabulary; it
//     holds for a whole list of them
//   - the heading of a list ("Attacking hosts:"), for the lines below it
//   - an arrow between two addresses, the notation of web and firewall logs
//   - a verb or a word in brackets behind it ("scanned us", "(attacker)")
//   - what is said of the name or the address that stands beside it in brackets
//
// Where the wording says nothing, what lies in our own prefixes and domains is
// a target, and what somebody defanged is a source. A stated role wins: our own
// host may be the source. What structured formats and log lines state wins over
// all wording.
//
// What only says who writes is left out: the sender's own address, and names of
// the sender's organisation of which nothing speaks.
package indicator

// Indicator is one observable of a report.
type Indicator struct {
	Type    string `json:"type"`  // ipv4|ipv6|cidr|domain|url|email|md5|sha1|sha256|sha512|asn|cve
	Value   string `json:"value"` // canonical
	Role    string `json:"role"`  // source|target|unknown
	Defang  bool   `json:"defanged"`
	Derived string `json:"derived"` // url|email when it is only the host of one, else ""
	Benign  bool   `json:"benign"`  // well known or our own: shown, but no suspect and no match key
	Part    string `json:"part"`    // section number of the part it stood in
}

// The types and roles of an Indicator.
const (
	typeIPv4   = "ipv4"
	typeIPv6   = "ipv6"
	typeCIDR   = "cidr"
	typeDomain = "domain"
	typeURL    = "url"
	typeEmail  = "email"
	typeASN    = "asn"
	typeCVE    = "cve"

	roleSource  = "source"
	roleTarget  = "target"
	roleUnknown = "unknown"
)
