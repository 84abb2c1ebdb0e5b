package tickets

import "strings"

// tlpOrder has the labels of TLP 2.0 from the loosest to the strictest. No
// label at all is looser than any.
var tlpOrder = [...]string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}

// tlpRank is the place of a label in that order. WHITE is what TLP 1.0 called
// CLEAR. A label that nobody knows is taken for the strictest: it was meant to
// protect something.
func tlpRank(label string) int {
	label = strings.ToUpper(strings.TrimSpace(label))
	label = strings.TrimPrefix(label, "TLP:")
	if label == "WHITE" {
		label = "CLEAR"
	}
	for rank, known := range tlpOrder {
		if label == known {
			return rank
		}
	}
	return len(tlpOrder) - 1
}

// TLPStricter is the stricter one of two labels, in the spelling of TLP 2.0
// without "TLP:". "" is no label and looser than every label.
func TLPStricter(a, b string) string {
	return tlpOrder[max(tlpRank(a), tlpRank(b))]
}

// TLPNeedsEncryption tells whether content under the label leaves the house
// only encrypted: RED and AMBER+STRICT do.
func TLPNeedsEncryption(label string) bool {
	return tlpRank(label) >= tlpRank("AMBER+STRICT")
}
