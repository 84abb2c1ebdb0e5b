package parser

import (
	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/link"
	"postern/parser/mime"
	"postern/parser/pgp"
)

// The nouns of a Report that stand in the leaves, under the parser's own name:
// the floors above import parser and none of its leaves.
type (
	Address   = mime.Address
	Problem   = mime.Problem
	Indicator = indicator.Indicator
	Incident  = format.Incident
	Signature = pgp.Signature
	FoundKey  = pgp.FoundKey
)

// PageKey gives what two links to one page have in common: the canonical link
// without the part that names its receiver, which is no match key.
func PageKey(url string) string { return link.Key(url) }
