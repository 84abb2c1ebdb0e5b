// Package mdn reads message disposition notifications: what became of a mail
// after it was delivered, above all that somebody displayed it (RFC 8098,
// internationalised RFC 6533).
//
// The fields are kept under their own names in lower case. Receipts that some
// programs write without such fields are the judgement of package automatic.
package mdn

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Codes of the problems this package tells.
const (
	CodeNoFields = "mdn-no-fields" // it says it is a notification and has no fields
	CodeBadField = "mdn-bad-field" // lines of it are no fields, or one that must be there is missing
)

// Detect reads a notification. It is a format.Detector. Detected.Bounce names
// the mail that it is about, and its recipient when a filter refused it for him. One that somebody passes on beside his own words is
// no notification about this mail.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	if root == nil {
		return format.Detected{}, false
	}
	part := notification(root)
	claims := root.Type == "multipart/report" && strings.EqualFold(strings.TrimSpace(root.Params["report-type"]), "disposition-notification")
	if part == nil && !claims {
		return format.Detected{}, false
	}
	d := format.Detected{Format: format.MDN, Fields: map[string]any{}}
	if part == nil {
		problem(&d, CodeNoFields, "The mail says that it is a disposition notification but has no part with the fields of one.")
		d.Bounce.OriginalMessageID = answered(root)
		return d, true
	}
	d.Parts = []*mime.Part{part}
	read(&d, part)
	d.Bounce.Recipients = refused(d.Fields, text)
	if d.Bounce.OriginalMessageID == "" {
		d.Bounce.OriginalMessageID = answered(root)
	}
	return d, true
}

// notification finds the part with the fields in the mail itself.
func notification(root *mime.Part) *mime.Part {
	return root.Outer(func(p *mime.Part) bool {
		isOne := p.Type == "message/disposition-notification" || p.Type == "message/global-disposition-notification"
		return isOne && (p.Parent == nil || p.Parent.Type == "multipart/report")
	})
}

// read fills in the fields (RFC 8098 section 3.1). A notification that does not
// say what happened is none.
func read(d *format.Detected, part *mime.Part) {
	body, problems := part.Text(format.MaxBlock)
	d.Problems = append(d.Problems, problems...)
	blocks, faults := format.ReadFields(body)
	for _, block := range blocks {
		for _, field := range block {
			store(d, field)
		}
	}
	if len(faults) > 0 {
		problem(d, CodeBadField, "Lines of the disposition notification are no fields.")
	}
	_, d.Valid = d.Fields["disposition"]
	if !d.Valid {
		problem(d, CodeBadField, "The disposition notification does not say what happened to the mail (RFC 8098 section 3.2.6).")
		return
	}
	d.Version = "rfc8098"
}

func store(d *format.Detected, field format.Field) {
	name := strings.ToLower(field.Name)
	if _, there := d.Fields[name]; there {
		return
	}
	d.Fields[name] = field.Value
	if name == "original-message-id" {
		d.Bounce.OriginalMessageID = strings.Trim(strings.TrimSpace(field.Value), "<> ")
	}
}

// answered names the mail by what the notification answers.
func answered(root *mime.Part) string {
	for _, field := range [...]string{"In-Reply-To", "References"} {
		if ids := root.MessageIDs(field); len(ids) > 0 {
			return ids[len(ids)-1]
		}
	}
	return ""
}

func problem(d *format.Detected, code, detail string) {
	d.Problems = append(d.Problems, mime.Problem{Code: code, Detail: detail})
}
