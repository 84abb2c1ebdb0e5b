package tickets

import (
	"errors"
	"net/netip"
	"time"
)

// Rules is what the configuration says about whose a mail is. It never changes
// while it is used; a changed configuration makes new Rules.
type Rules struct {
	Prefix       string // of ticket IDs: "EX"
	Divisions    []Division
	Mailboxes    map[string]MailboxRule // by name in the configuration
	Assets       []Asset
	OwnDomains   []string // own people, lower case
	OwnAddresses []string // reporting addresses and what we send from, lower case
	Tokens       *Tokens
	Contacts     *Directory // who is known outside; nil: nobody
	LookUpKeys   bool       // the directories of mail domains may be asked for keys
}

// Division is a queue with people and a constituency.
type Division struct {
	Name     string
	Mail     string
	Prefixes []netip.Prefix
	Domains  []string // lower case; a domain covers what is below it
}

// MailboxRule is what the configuration says of one mailbox.
type MailboxRule struct {
	Division     string // "" is central
	Confidential bool   // its reports are restricted
}

// Asset is something that matters more than the rest.
type Asset struct {
	Name        string
	Prefixes    []netip.Prefix
	Criticality string // critical raises the severity by one step, never above high; high keeps it from being low
	Owner       string
}

// Viewer is who asks. Every store query that returns or counts anything of a
// ticket takes one and shows only what that person may see.
type Viewer struct {
	Name     string // staff name, for owner and events
	Role     string // helpdesk|handler|division|lead|admin|auditor
	Division string // of role division
}

// Filter narrows a list of tickets.
type Filter struct {
	All      bool   // closed ones too
	Division string // "" is every division the viewer may see
	State    string
	Owner    string
	Before   int64 // cursor: only tickets with a smaller row number; 0 from the newest
	Limit    int   // 0 is every one
}

// Correspondence is what a reply needs to know of a conversation. Nothing of
// any other conversation is in it.
type Correspondence struct {
	Thread      Thread
	Language    string
	TheirNumber string
	Encrypted   bool      // its mails came encrypted: answers must be
	Signed      bool      // its mails came signed
	Key         string    // fingerprint to encrypt to, "" when none is known
	TLP         string    // strictest label of its entries
	Raised      string    // label that a person gave the ticket, stricter than any mail of it has; "" for none
	MessageID   string    // newest mail in, without brackets
	References  []string  // of that mail, oldest first
	Subject     string    // outer subject of the first mail in; "" when it may not be repeated
	Protected   bool      // its mails had a protected subject: their program shows one
	Inner       string    // the first of these, which leaves inside the encryption only
	ReceivedAt  time.Time // of the newest mail in
}

// Held is something that waits for a person: a mail that could not be filed or
// an outgoing mail that was withheld, failed, or whose fate is unsure.
type Held struct {
	What   string    `json:"what"` // mail | withheld | failed | unsure | delayed; of a ticket also queued
	ID     string    `json:"id"`   // what requeue takes: "mail:12", "out:7"
	Reason string    `json:"reason"`
	Ticket string    `json:"ticket"`
	To     string    `json:"to"`
	Source string    `json:"source"`
	Since  time.Time `json:"since"`
	Next   time.Time `json:"next,omitzero"` // when it leaves, or is tried, by itself; zero: never
	Tries  int       `json:"tries"`
}

// Reread is a mail that is read again because a key was added.
type Reread struct {
	Mail      int64  `json:"-"`
	Ticket    string `json:"ticket"`
	Done      bool   `json:"done"` // it was read; else it waits for its turn, or is held
	Held      bool   `json:"held"` // it could not be filed, three times
	Encrypted bool   `json:"encrypted"`
	Unopened  bool   `json:"unopened"` // it still cannot be opened
	Crypto    string `json:"crypto"`   // what is said of its encryption and signatures, in sentences
}

// Errors that people see; commands add what was being done.
var (
	ErrNotFound   = errors.New("no such ticket")          // also when the viewer may not see it
	ErrTransition = errors.New("not possible")            // wrapped with what stands against it
	ErrOwned      = errors.New("somebody has it already") // wrapped with who
	ErrConflict   = errors.New("somebody changed this at the same moment; look again")
	ErrFence      = errors.New("another worker has taken this over")
	ErrLease      = errors.New("this process was away for longer than its lease: another machine has taken this over, or may")
	ErrTaken      = errors.New("taken by another worker")
	ErrFull       = errors.New("the disk or the database is full")
	ErrBusy       = errors.New("others keep what is needed in the database for too long")
	ErrAway       = errors.New("the database cannot be reached")
	ErrDuplicate  = errors.New("this was recorded already")
)
