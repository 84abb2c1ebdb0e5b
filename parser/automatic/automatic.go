// Package automatic judges from a mail's headers whether a program wrote it and
// whether it may be answered by one (RFC 3834, RFC 2076, practice).
// The two questions are kept apart: a person's mail may carry a machine's marks.
package automatic

// Verdict is the answer to both questions.
type Verdict struct {
	Is        bool   `json:"is"`         // a program wrote this mail on its own
	Kind      string `json:"kind"`       // auto-reply|bounce|delay|receipt|list|bulk|machine-report, "" when a person's
	MayAnswer bool   `json:"may_answer"` // what the mail itself says; the responder's policy decides
	Reason    string `json:"reason"`     // the header or sign it was judged by, in words; "" when there is none
}
