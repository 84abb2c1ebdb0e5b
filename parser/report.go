// Package parser turns the bytes of one mail into a Report. It is pure and
// total: the same bytes and the same Env give the same Report, nothing is
// fetched or asked, and whatever is wrong with a mail becomes a Problem in it.
package parser

import (
	"postern/parser/automatic"
	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/pgp"
)

// Report is what one mail says, in the form that everything else builds on.
// Its JSON is the contract of `postern parse --json`; lists are never null.
type Report struct {
	MessageID  string         `json:"message_id"` // without angle brackets
	InReplyTo  []string       `json:"in_reply_to"`
	References []string       `json:"references"`
	Date       string         `json:"date"` // RFC 3339, "" when missing or unreadable
	Subject    string         `json:"subject"`
	From       []mime.Address `json:"from"`
	ReplyTo    []mime.Address `json:"reply_to"`
	To         []mime.Address `json:"to"`
	Cc         []mime.Address `json:"cc"`
	Reporter   Reporter       `json:"reporter"`

	Text     string `json:"text"`     // the whole body as a person reads it
	NewText  string `json:"new_text"` // without quotes and signature
	Language string `json:"language"` // ISO 639-1, "" when unknown

	Attachments    []Attachment      `json:"attachments"`
	Automatic      automatic.Verdict `json:"automatic"`
	Bounce         Bounce            `json:"bounce"`
	Crypto         pgp.Result        `json:"crypto"`
	Forwarded      Forwarded         `json:"forwarded"`
	Authentication Authentication    `json:"authentication"`

	Format        string            `json:"format"` // free-text|arf|x-arf|xarf|iodef|shadowserver|stix|acns|dsn|mdn
	FormatVersion string            `json:"format_version"`
	Valid         bool              `json:"valid"`
	Fields        map[string]any    `json:"fields"`
	Incidents     []format.Incident `json:"incidents"`

	Indicators []indicator.Indicator `json:"indicators"`
	Kind       string                `json:"kind"` // incident|vulnerability|advisory|request|not-a-report
	Category   string                `json:"category"`
	Severity   string                `json:"severity"`
	TLP        string                `json:"tlp"`
	Why        map[string]string     `json:"why"` // field name -> the reason for its suggestion
	Problems   []mime.Problem        `json:"problems"`

	// OuterSubject is the subject anybody on the way could read. It differs
	// from Subject when an encrypted mail protects its own.
	OuterSubject string `json:"-"`
	// Keys are public keys that came with the mail. Nothing is judged by them.
	Keys []FoundKey `json:"-"`
	// NullSender is true for a Return-Path of <>, which is never answered.
	NullSender bool `json:"-"`
}

// Reporter is who reports, told apart from From.
type Reporter struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	Via     string `json:"via"` // how we know: from|x-original-from|reply-to|report-button|forward
}

// Attachment is a leaf that is not the shown text.
type Attachment struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      int64  `json:"size"`   // of the decoded bytes
	SHA256    string `json:"sha256"` // of the decoded bytes, lower case hexadecimal
	Inline    bool   `json:"inline"`
	Encrypted bool   `json:"encrypted"` // came out of an encrypted part

	Entries []Entry `json:"entries,omitempty"` // the files of an archive, which is not unpacked
}

// Entry is one file that the listing of an archive names.
type Entry struct {
	Name string `json:"name"` // its path in the archive
	Size int64  `json:"size"` // as the archive states it
}

// Bounce is what a delivery status notification says (RFC 3464).
type Bounce struct {
	OriginalMessageID string            `json:"original_message_id"`
	Recipients        []BounceRecipient `json:"recipients"`
}

// BounceRecipient is one recipient of a bounce.
type BounceRecipient struct {
	Address    string `json:"address"`
	Action     string `json:"action"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnostic"`
}

// Forwarded is the mail inside a forward, attached or inline.
type Forwarded struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Date      string `json:"date"`
	MessageID string `json:"message_id"`
}

// Authentication is what a trusted server of ours found at receipt (RFC 8601).
type Authentication struct {
	By      string `json:"by"` // authserv-id
	DKIM    string `json:"dkim"`
	SPF     string `json:"spf"`
	DMARC   string `json:"dmarc"`
	Aligned bool   `json:"aligned"` // DKIM or DMARC pass for the domain of From
}

// Structured tells that the mail is in a format in which programs report.
func (r Report) Structured() bool { return format.IsReport(r.Format) }

// ForMachines tells that the mail is in a format that programs write for
// programs: nobody waits for an answer to it.
func (r Report) ForMachines() bool { return format.IsMachine(r.Format) }
