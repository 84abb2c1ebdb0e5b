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
