// Package arf reads the Abuse Reporting Format, in which mail providers hand on
// complaints (RFC 5965), with authentication failures (RFC 6591), the source
// port (RFC 6692) and complaints taken back (RFC 6430).
//
// A report is a multipart/report of three parts: words for people, the fields
// for programs, and the mail that was complained about. The fields are read
// under their own names in lower case; those that may be repeated are always
// lists. What is missing but not needed is named and forgiven: providers leave
// out User-Agent and Version, call the parts by other types, and one sends the
// mail alone (see bare); a complaint is a complaint. One mail may hold several
// reports, one behind the other or as mails in a digest: each is an incident.
package arf

import (
	"fmt"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Detect reads feedback reports. It is a format.Detector. A report that is only
// attached, because somebody forwards it, is not this mail's format; one that a
// program packed with others is.
func Detect(root *mime.Part, _ string) (format.Detected, bool) {
	if root == nil {
		return format.Detected{}, false
	}
	d, claimed := format.Detected{Format: format.ARF, Fields: map[string]any{}}, false
	for _, mail := range mails(root) {
		claimed = readMail(&d, mail) || claimed
	}
	if !claimed {
		return bare(root)
	}
	d.Category = format.CommonCategory(d.Incidents)
	return d, true
}

// maxReports are read of one mail; a report is about one complaint, but some
// providers collect those of a day.
const maxReports = 1_000

// mails are those of which each may be a report: the mail itself, or those inside
// a digest or inside what a program sent.
func mails(root *mime.Part) []*mime.Part {
	if root.Type != "multipart/digest" && !strings.HasPrefix(strings.ToLower(root.Field("Auto-Submitted")), "auto-generated") {
		return []*mime.Part{root}
	}
	var packed []*mime.Part
	root.Walk(func(p *mime.Part) bool {
		if p.Message() && len(p.Children) > 0 && claims(p.Children[0]) && len(packed) < maxReports {
			packed = append(packed, p.Children[0])
		}
		return !p.Message()
	})
	if len(packed) == 0 || claims(root) {
		return []*mime.Part{root}
	}
	return packed
}

// claims tells a mail that says that it is a feedback report.
func claims(root *mime.Part) bool {
	return root.Type == "multipart/report" && strings.EqualFold(root.Params["report-type"], "feedback-report")
}

// readMail reads the reports of one mail, and tells whether it claims to be any.
func readMail(d *format.Detected, root *mime.Part) bool {
	outer := outerParts(root)
	reports := fieldsParts(d, root, outer)
	if len(reports) == 0 && claims(root) {
		problem(d, "arf-no-fields", "The mail says that it is a feedback report but has no part with the fields of one.")
		return true
	}
	for n, at := range reports {
		behind := outer[at+1:]
		if n+1 < len(reports) {
			behind = outer[at+1 : reports[n+1]]
		}
		before := outer[:0]
		if len(reports) == 1 {
			before = outer[:at]
		}
		readReport(d, root, outer[at], behind, before)
	}
	return len(reports) > 0
}

// outerParts are the parts of the mail itself in their order, with attached mails
// but not what lies in them.
func outerParts(root *mime.Part) (parts []*mime.Part) {
	root.Walk(func(p *mime.Part) bool {
		parts = append(parts, p)
		return !p.Message()
	})
	return parts
}

// readReport reads one report. The mail that it is about stands behind its fields,
// or before them where there is only one report.
func readReport(d *format.Detected, root, report *mime.Part, behind, before []*mime.Part) {
	one := format.Detected{Fields: map[string]any{}}
	readFields(&one, report)
	if one.Valid = check(&one); one.Valid {
		one.Kind = kind(feedback(&one))
		one.Incidents = []format.Incident{incident(&one, root, original(&one, behind, before))}
	}
	join(d, one)
}

// join adds what one report says to what others said.
func join(d *format.Detected, one format.Detected) {
	if len(d.Fields) == 0 || one.Valid && !d.Valid {
		d.Fields, d.Version, d.Kind = one.Fields, one.Version, one.Kind
	}
	if one.Valid && one.Kind != d.Kind {
		d.Kind = ""
	}
	d.Valid = d.Valid || one.Valid
	d.Problems = append(d.Problems, one.Problems...)
	d.Parts = append(d.Parts, one.Parts...)
	d.Passages = append(d.Passages, one.Passages...)
	d.Named = append(d.Named, one.Named...)
	d.Incidents = append(d.Incidents, one.Incidents...)
}

// feedback is the type of a report, without the comment that may stand behind it.
func feedback(d *format.Detected) string {
	word := strings.TrimSpace(text(d.Fields, "feedback-type"))
	if end := strings.IndexAny(word, " \t;("); end > 0 {
		word = word[:end]
	}
	return strings.ToLower(word)
}

// fieldsParts finds the parts with the fields. Some senders call one a text; then
// it is told by its first field and by the fields that every report has.
func fieldsParts(d *format.Detected, root *mime.Part, outer []*mime.Part) (at []int) {
	for n, part := range outer {
		if part.Type == "message/feedback-report" && len(at) < maxReports {
			at = append(at, n)
		}
	}
	if len(at) > 0 || !root.Multipart() {
		return at
	}
	for n, part := range outer {
		if looksLikeFields(part) {
			problem(d, "arf-wrong-type", "The fields of the feedback report came as "+shownType(part.Type)+" (RFC 5965 section 2).")
			return []int{n}
		}
	}
	return nil
}

// shownType is a type as it may stand in a sentence.
func shownType(mediaType string) string { return format.Cut(mediaType, 60) }

// maxLooked is how much of a part is looked at to tell what it is.
const maxLooked = 4 << 10

func looksLikeFields(p *mime.Part) bool {
	if !p.Leaf() || !strings.HasPrefix(p.Type, "text/") && p.Type != "application/octet-stream" && !strings.HasPrefix(p.Type, "message/") {
		return false
	}
	if begins := p.Beginning(maxLooked); binary(begins[:min(len(begins), firstLook)]) || !namesFeedback(strings.ReplaceAll(begins, "\x00", "")) {
		return false
	}
	head, _ := p.Text(maxLooked)
	if !namesFeedback(head) {
		return false
	}
	blocks, faults := format.ReadFields(strings.TrimSpace(head))
	if len(blocks) == 0 || len(faults) > 1 {
		return false
	}
	named := 0
	for _, field := range blocks[0] {
		switch strings.ToLower(field.Name) {
		case "feedback-type":
			named += 2
		case "user-agent", "version", "source-ip", "original-mail-from", "arrival-date", "received-date", "reported-domain":
			named++
		}
	}
	return named > 2
}

// namesFeedback is a cheap test for the name of a field of a report.
func namesFeedback(text string) bool {
	return strings.Contains(text, "eedback-") || strings.Contains(text, "EEDBACK-")
}

// firstLook is how much of a part tells that it is a file and no text.
const firstLook = 256

// binary tells bytes that no text in any charset begins with. Else each attached
// file would be read as a text in the charset that it looks like.
func binary(head string) bool {
	return strings.ContainsFunc(head, func(r rune) bool { return r < ' ' && r != 0 && r != 0x1b && (r < '\t' || r > '\r') })
}

// original finds the mail complained about, whole or its header alone, and
// counts it among the parts of the report.
func original(d *format.Detected, behind, before []*mime.Part) *mime.Part {
	for _, p := range behind {
		if p.Message() || isHeader(p.Type) || looksLikeHeader(p) {
			d.Parts = append(d.Parts, p)
			return p
		}
	}
	for _, p := range before {
		if p.Message() || isHeader(p.Type) {
			d.Parts = append(d.Parts, p)
			return p
		}
	}
	problem(d, "arf-no-original", "The feedback report does not return the mail that it is about (RFC 5965 section 2).")
	return nil
}

// isHeader knows the types of a header alone (RFC 6522 section 4).
func isHeader(mediaType string) bool {
	return mediaType == "text/rfc822-headers" || mediaType == "message/rfc822-headers" || mediaType == "message/global-headers"
}

// looksLikeHeader tells the header of a mail that came as some other text.
func looksLikeHeader(p *mime.Part) bool {
	if !p.Leaf() || !strings.HasPrefix(p.Type, "text/") || p.Type == "text/html" {
		return false
	}
	head, _ := p.Text(maxLooked)
	blocks, _ := format.ReadFields(strings.TrimSpace(head))
	if len(blocks) == 0 {
		return false
	}
	named := 0
	for _, field := range blocks[0] {
		if field.Is("Received") || field.Is("From") || field.Is("Subject") || field.Is("Message-ID") || field.Is("Return-Path") {
			named++
		}
	}
	return named > 1
}

// readFields fills Fields from the blocks of the part. RFC 5965 has one block;
// some senders let blank lines slip in.
func readFields(d *format.Detected, report *mime.Part) {
	body, problems := report.Text(format.MaxBlock)
	d.Problems = append(d.Problems, problems...)
	d.Read(format.Document{Text: body, Part: report})
	blocks, faults := format.ReadFields(body)
	for _, block := range blocks {
		for _, field := range block {
			store(d.Fields, strings.ToLower(field.Name), field.Value)
		}
	}
	if len(faults) > 0 {
		problem(d, "arf-bad-field", fmt.Sprintf("%d lines of the feedback report are no fields, the first one being %q.", len(faults), faults[0]))
	}
}

// store keeps a field as text, and as a list what may be or is repeated.
func store(fields map[string]any, name, value string) {
	switch known := fields[name].(type) {
	case nil:
		if repeatable(name) {
			fields[name] = []string{value}
			return
		}
		fields[name] = value
	case string:
		fields[name] = []string{known, value}
	case []string:
		fields[name] = append(known, value)
	}
}

// repeatable knows the fields that may appear more than once (RFC 5965 section 3.2, 3.3).
func repeatable(name string) bool {
	switch name {
	case "authentication-results", "original-rcpt-to", "reported-domain", "reported-uri":
		return true
	}
	return false
}

// check tells whether the report can be used, and names what it lacks.
func check(d *format.Detected) bool {
	d.Version = text(d.Fields, "version")
	for _, name := range [...]string{"user-agent", "version"} {
		if _, there := d.Fields[name]; !there {
			problem(d, "arf-missing-field", "The feedback report lacks the field "+name+" (RFC 5965 section 3.1).")
		}
	}
	if _, twice := d.Fields["feedback-type"].([]string); twice {
		problem(d, "arf-invalid", "The feedback report states its type more than once.")
		return false
	}
	if strings.EqualFold(text(d.Fields, "feedback-type"), "xarf") {
		problem(d, "arf-invalid", "The feedback report is the envelope of a XARF report, which is missing or cannot be read.")
		return false
	}
	if text(d.Fields, "feedback-type") == "" {
		problem(d, "arf-invalid", "The feedback report does not state its type.")
		return false
	}
	return true
}

// text gives a field's only or first value.
func text(fields map[string]any, name string) string {
	switch value := fields[name].(type) {
	case string:
		return value
	case []string:
		return value[0]
	}
	return ""
}

// list gives all values of a field.
func list(fields map[string]any, name string) []string {
	switch value := fields[name].(type) {
	case string:
		return []string{value}
	case []string:
		return value
	}
	return nil
}

func problem(d *format.Detected, code, detail string) {
	d.Problems = append(d.Problems, mime.Problem{Code: code, Detail: detail})
}
