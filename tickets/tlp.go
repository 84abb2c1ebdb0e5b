package tickets

import "postern/parser"

// TLPStricter is the stricter one of two labels, see parser.TLPStricter.
func TLPStricter(a, b string) string { return parser.TLPStricter(a, b) }

// TLPNeedsEncryption tells whether content under the label leaves the house
// only encrypted: RED and AMBER+STRICT do.
func TLPNeedsEncryption(label string) bool {
	return parser.TLPRank(label) >= parser.TLPRank("AMBER+STRICT")
}

// Handles tells whether a contact agreed to handle what has this label. Where nothing was
// agreed, or nothing is labelled, nothing is in the way.
func (c Contact) Handles(label string) bool {
	return c.TLP == "" || parser.TLPRank(label) <= parser.TLPRank(c.TLP)
}

func isRed(label string) bool { return parser.TLPRank(label) >= parser.TLPRank("RED") }
