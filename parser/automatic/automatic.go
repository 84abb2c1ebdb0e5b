// Package automatic judges whether a program wrote a mail on its own and whether
// it may be answered by one (RFC 3834, RFC 2076, practice).
//
// The two questions are kept apart: lists and ticket systems put a machine's
// marks on a person's mail, and what a machine reports is a report all the same.
// In doubt a mail is a report and is not answered: a report that is lost is
// worse than one filed for nothing, and an answer to a program may never end.
//
// Only the header of the mail itself counts, never that of one attached to it.
package automatic

// Verdict is the answer to both questions.
type Verdict struct {
	Is        bool   `json:"is"`         // a program wrote this mail on its own
	Kind      string `json:"kind"`       // auto-reply|bounce|delay|receipt|list|bulk|machine-report; a person's mail has none, or list
	MayAnswer bool   `json:"may_answer"` // what the mail itself says; the responder's policy decides
	Reason    string `json:"reason"`     // the header or sign it was judged by, in words; "" when there is none

	Statistic bool `json:"-"` // it counts mail sent in our name (DMARC, TLS) and reports no incident
}
