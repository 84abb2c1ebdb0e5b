// Package arf reads the Abuse Reporting Format, in which mail providers hand on
// complaints (RFC 5965), with authentication failures (RFC 6591), the source
// port (RFC 6692) and complaints taken back (RFC 6430).
//
// A report is a multipart/report of three parts: words for people, the fields
// for programs, and the mail that was complained about. The fields are read
// under their own names in lower case; those that may be repeated are always
// lists. What is missing but not needed is named and forgiven: providers leave
// out User-Agent and Version, call the parts by other types, and one sends the
// mail alone (see bare); a complaint is a complaint.
package arf

import (
	"fmt"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Detect reads a feedback report. It is a format.Detector. A report that is
// only attached, because somebody forwards it, is not this mail's format.
func Detect(root *mime.Part, _ string) (format.Detected, bool) {
	if root == nil {
		return format.Detected{}, false
	}
	d := format.Detected{Format: format.ARF, Fields: map[string]any{}}
	report := fieldsPart(&d, root)
	claims := root.Type == "multipart/report" && strings.EqualFold(root.Params["report-type"], "feedback-report")
	switch {
	case report == nil && !claims:
		return bare(root)
	case report == nil:
		problem(&d, "arf-no-fields", "The mail says that it is a feedback report but has no part with the fields of one.")
		return d, true
	}
	readFields(&d, report)
	if d.Valid = check(&d); d.Valid {
		d.Category = category(text(d.Fields, "feedback-type"))
		d.Kind = kind(text(d.Fields, "feedback-type"))
		d.Incidents = []format.Incident{incident(&d, root, original(&d, root, report))}
	}
	return d, true
}

// fieldsPart finds the part with the fields. Some senders call it a text; then
// it is told by its first field and by the fields that every report has.
func fieldsPart(d *format.Detected, root *mime.Part) *mime.Part {
	if part := root.Outer(func(p *mime.Part) bool { return p.Type == "message/feedback-report" }); part != nil {
		return part
	}
	if !root.Multipart() {
		return nil
	}
	part := root.Outer(looksLikeFields)
	if part != nil {
		problem(d, "arf-wrong-type", "The fields of the feedback report came as "+shownType(part.Type)+" (RFC 5965 section 2).")
	}
	return part
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
func original(d *format.Detected, root, report *mime.Part) *mime.Part {
	behind := false
	mail := root.Outer(func(p *mime.Part) bool {
		behind = behind || p == report
		return p.Message() || isHeader(p.Type) || behind && p != report && looksLikeHeader(p)
	})
	if mail == nil {
		problem(d, "arf-no-original", "The feedback report does not return the mail that it is about (RFC 5965 section 2).")
		return nil
	}
	d.Parts = append(d.Parts, mail)
	return mail
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
