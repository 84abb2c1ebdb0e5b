package automatic

import "postern/parser/mime"

// Bounce is what a delivery status notification says (RFC 3464).
type Bounce struct {
	OriginalMessageID string // without angle brackets, "" when the report does not return it
	Recipients        []Recipient
}

// Recipient is one group of a delivery status.
type Recipient struct {
	Address    string // final recipient, else the original one
	Action     string // failed|delayed|delivered|relayed|expanded
	Status     string // "5.1.1" (RFC 3463)
	Diagnostic string // what the remote server said
}

// ReadBounce reads a delivery status notification. ok is false when the mail is none.
func ReadBounce(root *mime.Part) (Bounce, bool) { return Bounce{}, false }
