// Package tickets is what we decided and remember. It holds the nouns that
// cross floors, and the pure decisions: which ticket a mail belongs to, whose
// queue it goes to, what state may follow which. Nothing here reads a clock, a
// file or a network; the shell that does is tickets/store and the filer.
package tickets

import (
	"time"

	"postern/parser"
)

// Report is the parser's report; the alias lets the floors above name it.
type Report = parser.Report

// FoundKey is a public key that came with a mail.
type FoundKey = parser.FoundKey

// Names of the queues that always exist beside the configured divisions.
const (
	Central = "central" // the CSIRT's own queue: everything that no rule places
	Junk    = "Junk"    // mail that the server's filter put into a watched Junk folder
)

// States of a ticket.
const (
	New      = "new"      // nobody has claimed it
	Open     = "open"     // somebody works on it
	Waiting  = "waiting"  // for an answer from outside
	Resolved = "resolved" // done; a follow-up may bring it back
	Closed   = "closed"   // done and kept
)

// Ticket is the unit of work as people see it. Its JSON is a contract.
type Ticket struct {
	ID            string         `json:"id"`
	Subject       string         `json:"subject"`
	State         string         `json:"state"`
	Kind          string         `json:"kind"`       // incident|vulnerability|advisory|request|not-a-report
	Verdict       string         `json:"verdict"`    // unverified|confirmed|false positive
	Resolution    string         `json:"resolution"` // "" until resolved or closed
	Division      string         `json:"division"`
	Category      string         `json:"category"` // RSIT class/type
	Severity      string         `json:"severity"`
	TLP           string         `json:"tlp"` // strictest label of its entries, "" when none has one
	Reporters     []string       `json:"reporters"`
	Conversations []Conversation `json:"conversations"`
	Entries       []Entry        `json:"entries"`
	Indicators    []Indicator    `json:"indicators"`
	Why           Why            `json:"why"`
	Owner         string         `json:"owner"`
	Parent        string         `json:"parent"`
	Restricted    bool           `json:"restricted"`
	Created       time.Time      `json:"created"`
}

// Conversation is one party's correspondence on a ticket.
type Conversation struct {
	Reference   string `json:"reference"`    // in the form of a ticket ID; the first one is the ticket's
	Role        string `json:"role"`         // reporter|peer|site|expert
	Party       string `json:"party"`        // mail address
	TheirNumber string `json:"their_number"` // the other side's own ticket number
}

// Entry is a mail in, a mail out, a call or a note.
type Entry struct {
	ID           int64     `json:"id"`           // what accept and split take
	Kind         string    `json:"kind"`         // mail-in|mail-out|call|note
	Conversation string    `json:"conversation"` // its reference; "" is internal
	From         string    `json:"from"`
	Subject      string    `json:"subject"`
	MessageID    string    `json:"message_id"`
	At           time.Time `json:"at"`
	TLP          string    `json:"tlp"`
	Unproven     bool      `json:"unproven,omitempty"` // claims this ticket without proof; its sender is no participant
	Encrypted    bool      `json:"encrypted,omitempty"`
	Crypto       string    `json:"crypto,omitempty"` // the verdict sentences
	Text         string    `json:"text,omitempty"`   // new text; left out of lists
	Problems     []Problem `json:"problems,omitempty"`
	Withheld     string    `json:"withheld,omitempty"` // why this mail got no automatic answer, in words
	Mail         string    `json:"mail,omitempty"`     // SHA-256 of the raw mail, hexadecimal
}

// Problem is what was wrong with an entry's mail.
type Problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Indicator is an observable of a ticket.
type Indicator struct {
	Type  string `json:"type"`
	Value string `json:"value"`
	Role  string `json:"role"`
}

// Why keeps the reasons of the automatic decisions.
type Why struct {
	Matched []Reason `json:"matched"`
	Routed  []Reason `json:"routed"`
}

// Reason is one reason in words. Score is its weight in matching, 0 where
// weights say nothing. It never quotes what came out of an encrypted mail.
type Reason struct {
	Reason string  `json:"reason"`
	Score  float64 `json:"score"`
}
