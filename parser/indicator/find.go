package indicator

import "net/netip"

// Input is the text of one mail and what is known about ourselves.
type Input struct {
	Texts        []Text
	Own          []netip.Prefix // constituency
	OwnDomains   []string       // constituency and own people
	OwnAddresses []string       // reporting addresses and what we send from, lower case
	Limit        int            // indicators kept at most; 0 takes DefaultLimit
}

// Text is one text to search.
type Text struct {
	Part, Body string
	URLs       []string // link targets of HTML
	Attached   bool     // text or headers of an attached mail
}

// DefaultLimit holds for any report a person reads.
const DefaultLimit = 20_000

// Find gives the indicators of all texts in the order they first stand there.
func Find(in Input) []Indicator { return nil }
