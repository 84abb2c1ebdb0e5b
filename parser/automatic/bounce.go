package automatic

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Bounce is what a delivery status notification says (RFC 3464).
type Bounce struct {
	OriginalMessageID string // without angle brackets, "" when the report does not return it
	Recipients        []Recipient
}

// Recipient is one group of a delivery status.
type Recipient struct {
	Address    string // final recipient, else the original one
	Action     string // failed|delayed|delivered|relayed|expanded
	Status     string // "5.1.1" (RFC 3463)
	Diagnostic string // what the remote server said
}

// MaxRecipients are kept of one report; a list's bounce may name many.
const MaxRecipients = 1000

// maxReturned is how much of returned header lines is searched for the Message-ID.
const maxReturned = 256 << 10

// ReadBounce reads a delivery status notification, also the older forms of
// Exim and qmail that have no machine-readable part. A notification that is
// only attached, because somebody forwards it, is none. ok is false when the
// mail is none.
func ReadBounce(root *mime.Part) (bounce Bounce, ok bool) {
	if root == nil {
		return Bounce{}, false
	}
	status := reportPart(root, isStatus)
	if status == nil {
		return plainBounce(root)
	}
	text, _ := status.Text(format.MaxBlock)
	blocks, _ := format.ReadFields(text)
	for _, block := range blocks {
		if recipient, named := readRecipient(block); named && len(bounce.Recipients) < MaxRecipients {
			bounce.Recipients = append(bounce.Recipients, recipient)
		}
	}
	bounce.OriginalMessageID = returnedMessageID(root)
	return bounce, true
}

func isStatus(p *mime.Part) bool {
	return p.Type == "message/delivery-status" || p.Type == "message/global-delivery-status"
}

// outerPart finds the first part of the mail itself, not of one attached to it.
func outerPart(root *mime.Part, is func(*mime.Part) bool) (found *mime.Part) {
	root.Walk(func(p *mime.Part) bool {
		if found == nil && is(p) {
			found = p
		}
		return found == nil && !p.Message()
	})
	return found
}

// reportPart finds the part with the fields of a report about mail. One that
// somebody passes on beside his own words is no report of the mail it lies in.
func reportPart(root *mime.Part, is func(*mime.Part) bool) *mime.Part {
	part := outerPart(root, is)
	if part == nil || part.Parent == nil || part.Parent.Type == "multipart/report" {
		return part
	}
	if root.Field("Return-Path") == "<>" || localPart(root.Field("From")) == "mailer-daemon" {
		return part
	}
	return nil
}

// readRecipient reads one group; the first group speaks of the message and
// names no recipient (RFC 3464 section 2.3).
func readRecipient(block []format.Field) (r Recipient, named bool) {
	original := ""
	for _, field := range block {
		switch {
		case field.Is("Final-Recipient"):
			r.Address = typed(field.Value)
		case field.Is("Original-Recipient"):
			original = typed(field.Value)
		case field.Is("Action"):
			r.Action = strings.ToLower(firstWord(field.Value))
		case field.Is("Status"):
			r.Status = firstWord(field.Value)
		case field.Is("Diagnostic-Code"):
			r.Diagnostic = typed(field.Value)
		}
	}
	if r.Address == "" {
		r.Address = original
	}
	return r, r.Address != ""
}

// typed drops the type of "rfc822; user@example.org" (RFC 3464 section 2.1.2).
func typed(value string) string {
	kind, rest, found := strings.Cut(value, ";")
	if !found || strings.ContainsAny(kind, " @") {
		rest = value
	}
	return strings.Trim(strings.TrimSpace(rest), "<>")
}

func firstWord(value string) string {
	value, _, _ = strings.Cut(value, "(")
	words := strings.Fields(value)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// returnedMessageID finds the Message-ID of the mail that came back, in the
// attached mail or in its header alone (RFC 3462 section 2).
func returnedMessageID(root *mime.Part) string {
	returned := outerPart(root, func(p *mime.Part) bool {
		return p.Message() || p.Type == "text/rfc822-headers" || p.Type == "message/global-headers" || p.Type == "message/rfc822-headers"
	})
	if returned == nil {
		return ""
	}
	if returned.Message() && len(returned.Children) > 0 {
		return firstID(returned.Children[0].MessageIDs("Message-Id"))
	}
	text, _ := returned.Text(maxReturned)
	return messageIDLine(text)
}

// messageIDLine finds the first Message-ID field in lines of text.
func messageIDLine(text string) string {
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(line, ":")
		if found && strings.EqualFold(strings.TrimSpace(name), "Message-ID") {
			return strings.Trim(strings.TrimSpace(value), "<>")
		}
	}
	return ""
}

// plainBounce reads the notifications of Exim (X-Failed-Recipients) and qmail
// (a fixed first line), whose text holds the header that came back.
func plainBounce(root *mime.Part) (Bounce, bool) {
	failed := root.Field("X-Failed-Recipients")
	if failed == "" && root.Type != "text/plain" {
		return Bounce{}, false
	}
	first := outerPart(root, func(p *mime.Part) bool { return p.Type == "text/plain" })
	if first == nil || failed == "" && root.Field("Return-Path") != "<>" {
		return Bounce{}, false
	}
	text, _ := first.Text(maxReturned)
	bounce := Bounce{OriginalMessageID: messageIDLine(text)}
	switch {
	case failed != "":
		for address := range strings.SplitSeq(failed, ",") {
			bounce.fail(strings.TrimSpace(address), "")
		}
	case strings.HasPrefix(text, "Hi. This is the"):
		bounce.qmail(text)
	default:
		return Bounce{}, false
	}
	return bounce, len(bounce.Recipients) > 0
}

func (b *Bounce) fail(address, diagnostic string) {
	if address != "" && len(b.Recipients) < MaxRecipients {
		b.Recipients = append(b.Recipients, Recipient{Address: address, Action: "failed", Diagnostic: diagnostic})
	}
}

// qmail reads paragraphs of "<address>:" and what was said, up to the copy.
func (b *Bounce) qmail(text string) {
	text, _, _ = strings.Cut(text, "\n--- ")
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		address, said, found := strings.Cut(strings.TrimSpace(paragraph), ">:")
		if found && strings.HasPrefix(address, "<") {
			b.fail(address[1:], strings.Join(strings.Fields(said), " "))
		}
	}
}

func firstID(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}
