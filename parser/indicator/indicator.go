// Package indicator finds observables in text: addresses, prefixes, domains,
// URLs, hashes, mail addresses, AS numbers and CVE names, defanged ones too.
//
// Every finder is one linear pass; what it returns is canonical, so that equal
// things are equal strings.
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
