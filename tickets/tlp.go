package tickets

import "postern/parser"

// TLPStricter is the stricter one of two labels, see parser.TLPStricter.
func TLPStricter(a, b string) string { return parser.TLPStricter(a, b) }

// TLPNeedsEncryption tells whether content under the label leaves the house
// only encrypted: RED and AMBER+STRICT do.
func TLPNeedsEncryption(label string) bool {
	return parser.TLPRank(label) >= parser.TLPRank("AMBER+STRICT")
}

func isRed(label string) bool { return parser.TLPRank(label) >= parser.TLPRank("RED") }
