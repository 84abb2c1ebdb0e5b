package parser

import (
	"net/netip"
	"time"

	"postern/parser/archive"
	"postern/parser/mime"
	"postern/parser/outlook"
	"postern/parser/pgp"
	"postern/parser/smime"
)

// Env is everything a parse may know beside the bytes.
type Env struct {
	Keys            *pgp.Keyring   // nil: nothing can be opened or verified
	SMIME           *smime.Keys    // nil: nobody is trusted, nothing opened
	Limits          Limits         // zero fields take the defaults
	ReceivedAt      time.Time      // as the server says; for key validity and dates that cannot be
	Undated         bool           // ReceivedAt is when it is read, of a file that may be old
	OwnPrefixes     []netip.Prefix // constituency
	OwnDomains      []string       // constituency and own people
	OwnAddresses    []string       // reporting addresses and what we send from, lower case
	OwnLists        []string       // List-Ids of our own reporting addresses
	ReportButtons   []string       // sender addresses of report-button add-ins
	TrustedAuthserv []string       // whose Authentication-Results count

	// Known tells whether an address belongs to a contact; nil: nobody is known.
	// It has to give the same answer every time, from several goroutines.
	Known func(address string) bool
}

// Limits bound the work of one parse. Whatever is cut is a Problem of the report.
type Limits struct {
	MIME       mime.Limits
	PGP        pgp.Limits
	Archive    archive.Limits
	Outlook    outlook.Limits
	Text       int64 // bytes of text kept and searched, all parts together
	Indicators int   // kept at most
}

// The defaults hold more than any person reads; feeds carry theirs as incidents.
const (
	DefaultText       = 4 << 20
	DefaultIndicators = 20_000
)

// withDefaults fills in what this package limits; the leaves know their own.
func (l Limits) withDefaults() Limits {
	if l.Text <= 0 {
		l.Text = DefaultText
	}
	if l.Indicators <= 0 {
		l.Indicators = DefaultIndicators
	}
	return l
}
