package tickets

import (
	"context"
	"io"
	"slices"
	"time"
)

// Claim is a mail taken by one worker for parsing; committed before parsing
// begins, so that a mail which kills the process is found again.
type Claim struct {
	Mail       int64
	Token      int64 // fence: T2 files only while the row still has it
	SHA256     string
	Size       int64
	Oversize   bool
	ReceivedAt time.Time // INTERNALDATE of the first delivery
	StoredAt   time.Time // when T1 committed
	Mailbox    string    // name in the configuration of the first delivery that is no junk
	Source     string
	Junk       bool   // every delivery so far is junk
	Unanswered bool   // import, restore: no automatic answer whatever the age
	Tries      int    // deaths and failures of its own so far
	Suspect    bool   // it failed, or was in flight when its worker went away: it goes alone
	Refile     string // "" at first; else why an existing entry is filed again: RefileReport, RefileAlone, RefileRead
}

// Reasons to file a mail a second time.
const (
	RefileReport  = "report"  // a person moved it from Junk to INBOX
	RefileAlone   = "alone"   // its claim on a ticket was never proven: it becomes a ticket of its own
	RefileRead    = "read"    // it can be read better now (a key was added); it stays where it is
	RefileVerdict = "verdict" // a key that signed it was approved since; it stays where it is
	RefileSplit   = "split"   // a person made it a ticket of its own
	RefileAttach  = "attach"  // a person accepted it on its ticket, in a conversation of its own

	// A person accepted it as part of a conversation, whose row number follows.
	RefileAccept = "accept:"
)

// Raw is the raw mail as stored. ReadAt may be called from one goroutine.
type Raw interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Keys is what the store has to look up for one report before Judge can
// decide. Keys of a report are computed once, outside any transaction.
type Keys struct {
	Identity   string   // hexadecimal SHA-256, see IdentityOf
	MessageID  string   // the mail's own, "" when it has none
	MessageIDs []string // of In-Reply-To and References, without brackets
	References []string // canonical ticket references in subject and tokens
	Files      []string // SHA-256 of attached files that can identify a case
	URLs       []string // canonical, suspects only
	From       string   // lower case address answers would go to, for the budget
}

// Filing is one parsed mail on its way into T2.
type Filing struct {
	Claim  Claim
	Report Report
	Keys   Keys
}

// Thread is a conversation as matching sees it.
type Thread struct {
	Conversation int64
	Reference    string
	Ticket       int64
	TicketID     string
	State        string
	Kind         string
	Category     string
	Division     string
	TLP          string
	Restricted   bool
	Created      time.Time
	Party        string
	People       []string // lower case addresses that take part
	Keys         []string // fingerprints that signed in it with a good verdict
	Acknowledged bool     // an automatic answer was planned in it
}

// Hit is a message of ours or of the sender found by its Message-ID.
type Hit struct {
	Thread    Thread
	MessageID string
	Outgoing  bool   // we sent it
	From      string // who sent it, lower case
}

// Evidence is everything the store found for one filing, read in the same
// transaction that will write the decision.
type Evidence struct {
	Same      *Hit     // an entry with this identity is filed already
	Altered   *Hit     // the conversation's entry with this identity, which lacks files that this mail brings
	Existing  *Hit     // when refiling: the entry of this very mail
	Own       *Hit     // the mail's own Message-ID is one we sent: our mail coming back
	ByMessage []Hit    // messages named in In-Reply-To and References
	Awaited   []Hit    // filed mails of a ticket that named this Message-ID before it arrived
	ByRef     []Thread // conversations whose reference the mail names
	ByFile    []Thread // open tickets with the same attached file; first conversation of each
	ByURL     []Thread // open tickets with the same suspect URL; first conversation of each
	Answers   Answers  // what left or waits by itself in the budget's window
}

// Threads are all threads in the evidence, most direct first.
func (e Evidence) Threads() []Thread {
	all := slices.Concat(e.ByRef, e.ByFile, e.ByURL)
	for _, hit := range slices.Concat(e.ByMessage, e.Awaited) {
		all = append(all, hit.Thread)
	}
	if e.Altered != nil {
		all = append(all, e.Altered.Thread)
	}
	return all
}

// Answers counts automatic answers, planned ones too, within the budget's window.
type Answers struct {
	Address    int // to this address
	Domain     int // to its domain
	Overall    int
	AddressDay int // to this address, within 24 windows
	DomainDay  int // to its domain, within 24 windows
	NoticeDay  int // of Purpose notice to this address, within 24 windows
}

// How a mail relates to what is there.
const (
	MatchSame     = "same"      // this mail is filed already: nothing but the delivery is recorded
	MatchAltered  = "altered"   // a copy of a mail of the ticket given, with other files or quotations: shown there, proves nothing
	MatchFollowUp = "follow-up" // belongs to the conversation given
	MatchUnproven = "unproven"  // claims the ticket given without proof
	MatchAttach   = "attach"    // another report of the ticket given, in a conversation of its own
	MatchNew      = "new"       // a new ticket
	MatchEcho     = "echo"      // our own mail coming back: an entry that does nothing
	MatchRefile   = "refile"    // the entry stays; only what was read is replaced
)

// Decision is what Judge made of a mail. It is a value: the store only writes it.
type Decision struct {
	Match        string
	Ticket       int64  // of the thread matched; 0 with MatchNew
	Conversation int64  // with MatchFollowUp
	State        string // state the ticket gets; "" leaves it
	Resolution   string
	Subject      string // of a new ticket, as people may see it
	Kind         string
	Category     string
	Severity     string
	Division     string
	Restricted   bool
	Role         string // of a new conversation: reporter|peer
	Party        string // of a new conversation: address answers go to, "" when unknown
	People       []string
	TheirNumber  string
	Language     string
	Key          string // fingerprint answers are encrypted to, "" when none is known
	Signed       string // fingerprint of a good signature on this mail, "" when none
	LookUp       string // address whose key its domain is asked for, "" for none
	Matched      []Reason
	Routed       []Reason
	Answer       *Outgoing // planned by the Acknowledger; nil when nothing is owed
	Withheld     string    // why no answer leaves, in words; "" when one does
	Note         string    // for the event log; no content of the mail
}

// Judge decides one mail. It is pure and is called inside T2.
type Judge func(Filing, Evidence) Decision

// Acknowledger plans the automatic answer to a mail that was just decided.
// It is pure. A nil Outgoing comes with the reason in words. The store fills in
// Conversation and Reference, which may be drawn only while it writes.
type Acknowledger interface {
	Acknowledge(Filing, Evidence, Decision, time.Time) (answer *Outgoing, withheld string)
}

// Filed is what T2 made of one filing.
type Filed struct {
	Mail      int64
	Ticket    string // ID
	Reference string // of the conversation
	Match     string
	Answer    bool
	Err       error // this mail alone failed and was rolled back; the others are committed
}

// FilingStore is what the filer needs of the store.
type FilingStore interface {
	// Claim takes up to n received mails, oldest first by received time, junk
	// and backlog last, and commits that before it returns. A Suspect is only
	// ever claimed while its worker has no other. ErrLease when the worker is
	// no longer known as alive.
	Claim(ctx context.Context, worker string, n int) ([]Claim, error)

	// Raw opens the stored bytes of a mail.
	Raw(ctx context.Context, mail int64) (Raw, error)

	// File is T2: for each filing in turn, look up its evidence, judge, write.
	// After nil everything without an Err of its own is durable. After an
	// error nothing is known of the batch but what the rows say, and the
	// same filings may be given again: those that were filed come back as
	// filed, nothing is doubled. Filings whose fence is lost have Err ErrFence.
	File(ctx context.Context, batch []Filing, judge Judge) ([]Filed, error)

	// Fail counts a failure of the mail's own (a panic, a data error) and gives
	// the claim back; at MaxTries the mail is held. cause is shown to people.
	Fail(ctx context.Context, claim Claim, cause string) (held bool, err error)

	// Release gives claims back untried: shutdown, lost connection, full disk.
	Release(ctx context.Context, claims []Claim) error
}

// MaxTries is how often a mail may kill its process or fail by itself before it is held.
const MaxTries = 3
