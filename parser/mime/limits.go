package mime

// Limits bound what the tree of one mail may cost. A zero field takes the default.
type Limits struct {
	Depth   int   // nested multiparts and attached mails
	Parts   int   // nodes in all
	Header  int64 // bytes of one header block that are read; the rest is skipped with a problem
	Fields  int   // header fields of one block
	Decoded int64 // bytes that may be decoded from all parts together
}

// The defaults hold for any mail a person sends and stop what only an attacker does.
const (
	DefaultDepth   = 30
	DefaultParts   = 10_000
	DefaultHeader  = 256 << 10
	DefaultFields  = 1_000
	DefaultDecoded = 256 << 20
)

// Bounds that no caller needs to turn.
const (
	maxLine       = 64 << 10 // bytes of one line that are looked at; the rest of the line is counted, not kept
	maxBoundary   = 512      // RFC 2046 allows 70; some mailers do not count
	maxEmbedded   = 20 << 20 // bytes of transfer-encoded attached mails held in memory, all together
	maxHeaders    = 16 << 20 // bytes of headers kept for the whole tree
	headerReserve = 64 << 10 // room beyond Limits.Header for the fields that a report cannot do without
	fieldReserve  = 100      // the same for Limits.Fields
)

// Below are the limits with what the tree below root has taken from its parts.
// Trees that come out of many layers of one mail share them: each of a thousand
// attached messages could otherwise hold as many parts as a mail may.
func (l Limits) Below(root *Part) Limits {
	l = l.withDefaults()
	root.Walk(func(*Part) bool {
		l.Parts--
		return true
	})
	l.Parts = max(l.Parts, 1) // the root itself
	return l
}

func (l Limits) withDefaults() Limits {
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	if l.Parts <= 0 {
		l.Parts = DefaultParts
	}
	if l.Header <= 0 {
		l.Header = DefaultHeader
	}
	if l.Fields <= 0 {
		l.Fields = DefaultFields
	}
	if l.Decoded <= 0 {
		l.Decoded = DefaultDecoded
	}
	return l
}
