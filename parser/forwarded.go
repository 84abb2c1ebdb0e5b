package parser

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"postern/parser/mime"
	"postern/parser/text"
)

// forwarded finds the mail inside a forward: the first one attached, else the
// first one in the text. Of forwards inside of forwards it is the outermost; the
// others are searched like all text. An answer quotes what it answers, which is
// no forward, and a report about mail returns what was sent.
func (r *reading) forwarded() {
	if r.report.Format == "dsn" || r.report.Format == "mdn" {
		return
	}
	r.inside.lead = r.report.Text
	if inner := r.firstAttached(); inner != nil {
		r.setForwarded(inner)
		return
	}
	if header := r.headerOnly(); header != nil {
		r.setForwarded(header)
		return
	}
	found, ok := text.FindForward(r.report.Text)
	if !ok || !found.Forwarded && !r.handedOn() {
		return
	}
	r.inside.lead = found.Lead
	if found.Header != "" {
		r.setForwarded(parseHeader(r.ctx, found.Header))
		return
	}
	r.setInline(found)
}

// onlyAddress is the one sender of a mail, none when there are several.
func onlyAddress(list []mime.Address) mime.Address {
	if len(list) != 1 {
		return mime.Address{}
	}
	return list[0]
}

// handedOn tells whether a mail that stands whole in the text was passed on and
// not answered, where no words above it say so.
func (r *reading) handedOn() bool {
	if text.Forwards(r.report.Subject) {
		return true
	}
	return len(r.report.InReplyTo)+len(r.report.References) == 0 && !text.Answers(r.report.Subject)
}

// firstAttached is the root of the first attached mail.
func (r *reading) firstAttached() *mime.Part {
	var inner *mime.Part
	r.root.Walk(func(p *mime.Part) bool {
		if inner == nil && p.Message() && !p.Leaf() {
			inner = p.Children[0]
		}
		return inner == nil
	})
	return inner
}

// maxHeaderPart is how many bytes of an attached header are read.
const maxHeaderPart = 64 << 10

// headerOnly is the header of a mail that was attached without its text (RFC 3462
// section 2); nil when there is none.
func (r *reading) headerOnly() *mime.Part {
	var found *mime.Part
	r.root.Walk(func(p *mime.Part) bool {
		if found == nil && p.Leaf() && (p.Type == "text/rfc822-headers" || p.Type == "message/rfc822-headers" || p.Type == "message/global-headers") {
			header, _ := p.Text(maxHeaderPart)
			found = parseHeader(r.ctx, header)
		}
		return found == nil
	})
	return found
}

// parseHeader reads a header that came as text.
func parseHeader(ctx context.Context, header string) *mime.Part {
	header = strings.TrimRight(header, "\r\n") + "\r\n\r\n"
	root, _ := mime.Read(ctx, strings.NewReader(header), int64(len(header)), mime.Limits{})
	return root
}

// setForwarded takes what the header of a mail says.
func (r *reading) setForwarded(p *mime.Part) {
	from, _ := p.Addresses("From")
	to, _ := p.Addresses("To")
	cc, _ := p.Addresses("Cc")
	r.inside.from, r.inside.to, r.inside.part = onlyAddress(from), slices.Concat(to, cc), p
	r.report.Forwarded = Forwarded{
		From: cmp.Or(first(addressesOf(from)), p.Field("From")), To: cmp.Or(strings.Join(addressesOf(to), ", "), p.Field("To")),
		Subject: p.Subject(), MessageID: first(p.MessageIDs("Message-ID")), Date: isoDate(p.Field("Date")),
	}
}

// setInline takes what a client wrote above a mail in the text.
func (r *reading) setInline(found text.Forward) {
	from, to, cc := mime.ParseAddresses(found.From), mime.ParseAddresses(found.To), mime.ParseAddresses(found.Cc)
	r.inside.from, r.inside.to = onlyAddress(from), slices.Concat(to, cc)
	r.report.Forwarded = Forwarded{
		From: cmp.Or(first(addressesOf(from)), mime.DecodeLine(found.From)), To: cmp.Or(strings.Join(addressesOf(to), ", "), mime.DecodeLine(found.To)),
		Subject: mime.DecodeLine(found.Subject), MessageID: mime.DecodeLine(found.MessageID), Date: isoDate(mime.DecodeLine(found.Date)),
	}
}

// forwardedPeople are the people of the forwarded mail.
type forwardedPeople struct {
	from mime.Address
	to   []mime.Address // Cc too
	part *mime.Part     // its header; nil when a client made a head of its own
	lead string         // what stands above it in the text; all of the text when it was attached
}

// maxForwardedTo is how many recipients of a forwarded mail are told.
const maxForwardedTo = 100

// addressesOf are the addresses in a list.
func addressesOf(list []mime.Address) []string {
	all := []string{}
	for _, entry := range list[:min(len(list), maxForwardedTo)] {
		if entry.Address != "" {
			all = append(all, entry.Address)
		}
	}
	return all
}

// isoDate puts a date as RFC 3339 when it can be read and says its zone, else
// leaves it as written.
func isoDate(written string) string {
	if at, zoned, ok := mime.ParseZonedDate(written); ok && zoned {
		return at.Format(time.RFC3339)
	}
	return written
}
