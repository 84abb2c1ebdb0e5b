package tickets

import "time"

// Lookup is what the directory of a mail domain (WKD) said of one address.
type Lookup struct {
	Address string // lower case
	Outcome string
	Keys    []FoundKey // that name the address; Held marks those that the configuration holds
}

// What asking a directory came to.
const (
	LookupFound       = "found"
	LookupNoKey       = "no-key"
	LookupNoDirectory = "no-directory" // of the whole domain
	LookupFailed      = "failed"       // it could not be asked
)

// Again is how long nobody is asked for the address another time.
func (l Lookup) Again() time.Duration {
	if l.Outcome == LookupFailed {
		return 24 * time.Hour
	}
	return 7 * 24 * time.Hour
}

// lookUp gives the address whose key is worth asking for, "" for none: of the one
// person who writes signed or encrypted mail, or to whom we would have to write so.
// Mail of machines, of nobody, from Junk or an import asks for nothing: a flood
// of it would make us knock at doors all over the world.
func (m *matter) lookUp(d Decision) string {
	r := m.Report
	switch {
	case !m.rules.LookUpKeys, m.Claim.Refile != "", m.Claim.Junk, m.Claim.Unanswered:
		return ""
	case d.Match == MatchEcho, d.Match == MatchSame, d.Match == MatchAltered:
		return ""
	case r.Automatic.Is, r.NullSender, r.Kind == kindNoReport, toldApart(r), m.disowned():
		return ""
	}
	all := authors(r)
	if len(all) != 1 || m.rules.notOwn(all[0]) == "" || !m.wantsKey(all[0]) {
		return ""
	}
	return all[0]
}

func (m *matter) wantsKey(address string) bool {
	c := m.Report.Crypto
	contact, _ := m.rules.Contacts.ByAddress(address)
	switch {
	case contact.Encryption == EncryptNever:
		return false
	case c.Protocol == "openpgp" && (c.Encrypted || len(c.Signatures) > 0):
		return true
	}
	return c.Protocol != "smime" && (TLPNeedsEncryption(m.Report.TLP) || contact.Encryption == EncryptAlways)
}
