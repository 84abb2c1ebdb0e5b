// Package dsn reads notices about the delivery of mail: delivery status
// notifications (RFC 3464, internationalised RFC 6533) and what mail servers
// write in their own words.
//
// A notification is a multipart/report of three parts: words for people, fields
// for programs, and the mail that came back. Half of all bounces are not like
// that: the fields stand in a text part, are broken, or are missing, and all
// there is are sentences that each server writes in its own way. These are read
// by tables of what lines of recipients, reasons and copies look like; a server
// that nobody knew is read by the same tables.
//
// A notice is told by who sends it: the null reverse-path, a mail daemon's
// address, X-Failed-Recipients, a subject. One that a person forwards, attached
// or in the text, is none of this mail.
package dsn

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// MaxRecipients are kept of one notice; a list's bounce may name many.
const MaxRecipients = 1000

// Codes of the problems this package tells.
const (
	CodeNoRecipients = "dsn-no-recipients" // the notice names nobody
	CodeBadField     = "dsn-bad-field"     // lines of the status are no fields
	CodeCut          = "dsn-truncated"     // more recipients than are kept
)

// Detect reads a notice about delivery. It is a format.Detector. Recipients and
// the mail they are about stand in Detected.Bounce; a notice reports no incident.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	if root == nil {
		return format.Detected{}, false
	}
	sender := judgeSender(root)
	status := statusPart(root, sender)
	switch {
	case status != nil:
		return structured(root, status, sender, text), true
	case declared(root):
		return broken(root, sender, text), true
	}
	if d, ok := service(text); ok {
		return d, true
	}
	return unstructured(root, sender, text)
}

// structured reads a notice with fields, and lets the words fill what they lack.
func structured(root, status *mime.Part, sender sender, text string) format.Detected {
	d := format.Detected{Format: format.DSN, Version: "rfc3464", Fields: map[string]any{}, Parts: []*mime.Part{status}}
	body, problems := status.Text(format.MaxBlock)
	d.Problems = append(d.Problems, problems...)
	blocks, faults := format.ReadFields(body)
	if len(faults) > 0 {
		problem(&d, CodeBadField, "Lines of the delivery status are no fields.")
	}
	var list recipients
	readBlocks(blocks, d.Fields, &list)
	said := readWords(text, sender)
	list.complete(said)
	d.Valid = len(list.list) > 0
	if !d.Valid {
		d.Version = ""
		list.addAll(said.list)
		list.nameless(d.Fields)
	}
	finish(&d, root, text, list)
	return d
}

// broken reads a notice that says it is a delivery status and has none.
func broken(root *mime.Part, sender sender, text string) format.Detected {
	d := format.Detected{Format: format.DSN, Fields: map[string]any{}}
	finish(&d, root, text, fromWords(root, sender, text))
	return d
}

// unstructured reads a notice in words, when the mail is one at all.
func unstructured(root *mime.Part, sender sender, text string) (format.Detected, bool) {
	if !sender.speaks() || root.Type == "multipart/report" {
		return format.Detected{}, false
	}
	said := fromWords(root, sender, text)
	if !sender.isNotice(text, said) {
		return format.Detected{}, false
	}
	d := format.Detected{Format: format.DSN, Valid: true, Fields: map[string]any{}}
	if failed := root.Field("X-Failed-Recipients"); failed != "" {
		d.Fields["x-failed-recipients"] = failed
	}
	finish(&d, root, text, said)
	return d, true
}

// fromWords takes who is named in the words, in X-Failed-Recipients, and, when
// nobody is, the only recipient of the mail that came back or the one in the subject.
func fromWords(root *mime.Part, sender sender, text string) recipients {
	said := readWords(text, sender)
	failed := failedHeader(root, said, sender)
	if len(failed.list) > 0 {
		return failed
	}
	if len(said.list) == 0 && sender.certain() {
		said.addReturned(root, text, sender)
	}
	if len(said.list) == 0 && sender.certain() {
		said.addSubject(root, text, sender)
	}
	return said
}

// failedHeader reads X-Failed-Recipients, which Exim and Gmail set. What the
// words say of them completes it.
func failedHeader(root *mime.Part, said recipients, sender sender) recipients {
	var list recipients
	for _, field := range root.Fields("X-Failed-Recipients") {
		for address := range strings.SplitSeq(field, ",") {
			list.add(format.Recipient{Address: canonical(address), Action: said.fallback(sender)})
		}
	}
	list.complete(said)
	return list
}

func finish(d *format.Detected, root *mime.Part, text string, list recipients) {
	for n := range list.list {
		list.list[n] = undefined(list.list[n])
	}
	d.Bounce = format.Bounce{OriginalMessageID: returnedID(root, d.Fields, text), Recipients: list.list}
	if list.cut {
		problem(d, CodeCut, "The notice names more recipients than are kept.")
	}
	if len(list.list) == 0 {
		problem(d, CodeNoRecipients, "The notice about delivery does not say which recipient it is about.")
	}
}

// undefined gives a recipient of whom only the fate is known the status that
// says no more than that (RFC 3463 section 3.1, X.0.0).
func undefined(r format.Recipient) format.Recipient {
	if r.Status != "" {
		return r
	}
	switch r.Action {
	case "failed":
		r.Status = "5.0.0"
	case "delayed":
		r.Status = "4.0.0"
	case "delivered", "relayed", "expanded":
		r.Status = "2.0.0"
	}
	return r
}

func problem(d *format.Detected, code, detail string) {
	d.Problems = append(d.Problems, mime.Problem{Code: code, Detail: detail})
}
