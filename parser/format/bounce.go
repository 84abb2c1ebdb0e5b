package format

// Bounce is what a notice about delivery says: a delivery status (RFC 3464) or
// the words of a mail server.
type Bounce struct {
	OriginalMessageID string // of the mail it is about, without angle brackets; "" when the notice does not name it
	Recipients        []Recipient
}

// Recipient is what became of a mail for one of its recipients.
type Recipient struct {
	Address    string // final recipient, else the original one; its domain in lower case
	Action     string // failed|delayed|delivered|relayed|expanded, "" when not stated and not clear
	Status     string // "5.1.1" (RFC 3463); stated, or taken from what was said where that is clear, else ""
	Diagnostic string // what the server said, on one line, without the type that stands before it
}
