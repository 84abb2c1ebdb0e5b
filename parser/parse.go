package parser

import (
	"context"
	"io"
	"time"

	"postern/parser/automatic"
	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/pgp"
)

// Parse reads one mail. It never fails on content: what is wrong goes into
// Report.Problems. ctx bounds the work; when it ends, what was read so far is
// the report, with a problem.
func Parse(ctx context.Context, raw io.ReaderAt, size int64, env Env) Report {
	env.Limits = env.Limits.withDefaults()
	r := &reading{ctx: ctx, env: env, report: emptyReport(), heads: map[int]*mime.Part{}}
	r.open(raw, size)
	r.header()
	r.texts()
	r.attachments()
	r.formats()
	r.automatic()
	r.forwarded()
	r.passedOn()
	r.reporter()
	r.logLines()
	r.suggest()
	r.indicators()
	r.observed()
	r.keys()
	r.checkTime()
	r.report.Problems = append(r.report.Problems, r.problems.List()...)
	mended(&r.report)
	return r.report
}

// reading is the work on one mail. Each step reads what those before it found.
type reading struct {
	ctx      context.Context
	env      Env
	report   Report
	problems mime.Problems

	outer      *mime.Part          // the mail as it came
	root       *mime.Part          // the mail as it is to be read
	protected  *mime.Part          // the part whose header an encrypted mail protects; nil when there is none
	unpacking  unpacking           // opens the files that hold mails or files
	wrapper    *mime.Part          // the winmail.dat around the mail; nil when there is none
	inside     forwardedPeople     // who the forwarded mail is from and to
	secret     map[*mime.Part]bool // roots of what came out of encryption
	inner      []pgp.Inner         // inline blocks that were opened
	shown      []shown             // the text a person reads
	original   string              // the text read last whose links nobody had changed
	prose      string              // the new text without the raw headers that it shows
	searched   []indicator.Text    // everything the search for indicators reads
	heads      map[int]*mime.Part  // attached mails by the place in searched where their header stands
	left       int64               // bytes of text that may still be read
	shownParts map[*mime.Part]bool // the parts the shown text comes from, alternatives too
	bounce     format.Bounce       // what a notice about delivery says
	stated     format.Detected     // what a valid structured format says
	passed     []*mime.Part        // roots of the attached mails it was read from; none when it is the mail's own
	keyFinder  *pgp.Finder         // reads keys that were sent along
	logged     []format.Endpoint   // what the log lines of free text say
}

// open finds the parts, opens what is encrypted, and keeps both trees.
func (r *reading) open(raw io.ReaderAt, size int64) {
	outer, found := mime.Read(r.ctx, raw, size, r.env.Limits.MIME)
	r.problems.Add(found...)
	r.outer, r.unpacking = outer, newUnpacking(r.env.Limits)
	r.unpackOuter()
	from, _ := outer.Addresses("From")
	opened := r.env.Keys.Open(r.ctx, outer, firstAddress(from), r.env.ReceivedAt, r.env.Limits.PGP, r.env.Limits.MIME)
	r.problems.Add(opened.Problems...)
	r.root = opened.Root
	r.report.Crypto = opened.Result
	r.left = r.env.Limits.Text
	r.secret = make(map[*mime.Part]bool)
	for _, part := range opened.Deciphered {
		r.secret[part] = true
	}
	r.inner = opened.Inner
	r.openSMIME(firstAddress(from))
	r.protected = protectedHeader(r.root, r.secret)
	r.unpackInner()
}

// firstAddress is the first of a list that has an address.
func firstAddress(list []mime.Address) string {
	for _, entry := range list {
		if entry.Address != "" {
			return entry.Address
		}
	}
	return ""
}

// header reads the fields of the header. Those an encrypted mail protects win
// over what stood outside (RFC 9788).
func (r *reading) header() {
	r.report.MessageID = told(r)(r.outer.MessageID())
	r.report.InReplyTo = r.outer.MessageIDs("In-Reply-To")
	r.report.References = r.outer.MessageIDs("References")
	r.report.OuterSubject = r.outer.Subject()
	r.report.Subject = told(r)(r.holder("Subject").Line("Subject"))
	r.report.Crypto.ProtectedSubject = r.protected != nil && r.protected.Header.Has("Subject")
	r.report.From = r.addresses("From")
	r.report.ReplyTo = r.addresses("Reply-To")
	r.report.To = r.addresses("To")
	r.report.Cc = r.addresses("Cc")
	at, found, ok := r.holder("Date").Sent(r.arrived())
	r.problems.Add(found...)
	if ok {
		r.report.Date = at.Format(time.RFC3339)
	}
	r.report.NullSender = nullSender(r.outer)
	r.report.Authentication = r.authentication()
}

// arrived is when the mail was received, zero when nobody can say.
func (r *reading) arrived() time.Time {
	if r.env.Undated {
		return time.Time{}
	}
	return r.env.ReceivedAt
}

// told keeps what had to be mended in a field and passes on what it says.
func told(r *reading) func(value string, found []mime.Problem) string {
	return func(value string, found []mime.Problem) string {
		r.problems.Add(found...)
		return value
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// holder is the part whose header says what the field is.
func (r *reading) holder(field string) *mime.Part {
	if r.protected != nil && r.protected.Header.Has(field) {
		return r.protected
	}
	if r.wraps(field) {
		return r.wrapper
	}
	return r.outer
}

func (r *reading) addresses(field string) []mime.Address {
	list, found := r.holder(field).Addresses(field)
	r.problems.Add(found...)
	return list
}

// automatic asks whether a program wrote the mail and whether it may be answered.
func (r *reading) automatic() {
	r.report.Automatic = automatic.Judge(automatic.Input{
		Header: r.outer.Header, Root: r.outer, OwnLists: r.env.OwnLists, OwnAddresses: r.env.OwnAddresses,
		Subject: r.report.Subject, Text: r.report.NewText, Format: r.report.Format, Bounce: r.bounce,
		Known: r.env.Known != nil && len(r.report.From) == 1 && r.env.Known(r.report.From[0].Address),
	})
}

// checkTime tells when the work was cut short.
func (r *reading) checkTime() {
	if r.ctx.Err() != nil {
		r.problems.Tell(mime.CodeWorkLimit, "The time for this mail was up before all of it was read.")
	}
}
