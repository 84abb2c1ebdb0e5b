package tickets

import "time"

// States of an outgoing mail. See the transactions T3a, T3b and T3c of the README.
const (
	OutQueued   = "queued"   // owed; NotBefore says when it is tried
	OutClaimed  = "claimed"  // T3a: an attempt and its bytes are recorded
	OutHanded   = "handed"   // T3b: the final dot may have left
	OutSent     = "sent"     // the relay took it
	OutFailed   = "failed"   // the relay refused it for good; a person has to look
	OutUnsure   = "unsure"   // handed, but no verdict came: an automatic answer is never sent again
	OutWithheld = "withheld" // policy keeps it back until a person releases it
)

// What an outgoing mail is for.
const (
	PurposeAnswer = "answer" // acknowledges a mail
	PurposeNotice = "notice" // says of an encrypted mail that it could not be opened or cannot be answered in private
	PurposeReply  = "reply"  // a person's
)

// Attempt is what T3a records of one attempt to send a mail.
type Attempt struct {
	Number       int // 1 for the first one of a mail: only the next one is taken, see Outgoing.Attempts
	Worker       string
	EnvelopeFrom string // "" is the null reverse-path
	Bytes        []byte // header and body, CRLF lines; nil when it could not be rendered
	Text         string // what the bytes say, when they are encrypted and do not show it
}

// Outgoing is one mail that we owe. T2 and the commands store what it is to
// say and to whom; the sender renders, signs and encrypts it outside any transaction.
type Outgoing struct {
	ID           int64
	Dedupe       string // UNIQUE: "answer:<identity>" and the like
	Ticket       int64
	TicketID     string
	Conversation int64
	Reference    string
	Purpose      string // PurposeAnswer, PurposeNotice, PurposeReply
	Automatic    bool   // left without a person: never resent when unsure
	By           string // staff who sent it, "" when automatic
	To           string // one address
	MessageID    string // ours, without brackets
	Thread       string // first entry of References: the conversation's HMAC ID, without brackets
	InReplyTo    string
	References   []string
	Template     string
	Language     string
	Vars         map[string]string // for the template; sealed when the conversation is
	Subject      string            // the other side's subject to keep beside ours, "" when it must not be repeated
	Inner        string            // the other side's protected subject, for the inside of the encryption only; sealed with Vars
	Override     string            // why a person lets it leave although its label, or what was agreed, says otherwise; for the event
	TheirNumber  string
	Sign         bool
	EncryptTo    []string  // fingerprints; empty: in clear
	Sealed       bool      // belongs to an encrypted conversation: stored sealed
	ReceivedAt   time.Time // of the mail that is answered; zero when none is
	State        string
	Reason       string // why withheld, failed or unsure
	Attempts     int
	NotBefore    time.Time
	Created      time.Time
	Bytes        []byte // what was rendered at the first attempt; every retry sends the same
	EnvelopeFrom string // recorded with Bytes: "" is the null reverse-path
}

// SendResult is how an attempt ended.
type SendResult struct {
	State   string // OutSent, OutQueued, OutFailed, OutUnsure
	Reason  string // the server's words, cut and cleaned; safe to show
	RelayID string // Message-ID or queue ID from the relay's 250, "" when it gave none
	Retry   time.Time
}
