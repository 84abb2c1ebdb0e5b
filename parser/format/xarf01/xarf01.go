// Package xarf01 reads X-ARF 0.1 and 0.2, the older form of XARF: a mail of a
// text for people, a part of YAML for programs, and the evidence
// (x-arf.org/specification.html). The header "X-ARF: YES" (0.1) or "X-XARF:
// PLAIN", "SECURE" or "BULK" (0.2) says so, but what counts are the fields.
//
// The YAML is hardly more than lines of "Key: value", and so is what is read of
// it: markers of documents, quotes, comments, lists, long texts. It is found in
// a part of any type, and in the text itself for senders that write one part
// only. A BULK mail carries several documents, or whole mails of which each is
// a report.
package xarf01

import (
	"fmt"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// The codes of the problems told here.
const (
	codeInvalid = "x-arf-invalid"
	codeMissing = "x-arf-missing-field"
	codeBadDate = "x-arf-bad-date"
)

// known are the keys that X-ARF defines, in small letters. Those that are true
// mark a text as X-ARF when several stand together.
var known = map[string]bool{
	"reported-from": true, "category": true, "report-type": true, "report-id": true, "schema-url": true, "source": true, "source-type": true,
	"attachment": true, "date": true, "version": true, "user-agent": true, "service": true, "port": true, "tlp": true, "occurrences": true,
	"destination": true, "destination-type": true, "destination-ip": true, "destination-port": true, "source-port": true, "source-ip": true,
	"protocol": true, "domain": true, "ip": true, "uri": true, "url": true,
}

// marks are the fields of which at least three make a report.
var marks = []string{"Reported-From", "Category", "Report-Type", "Report-ID", "Schema-URL", "Source", "Source-Type"}

// Detect reads X-ARF reports. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	d := format.Detected{Format: format.XARFMail}
	claimed := readMail(&d, root, text)
	for _, inner := range bulk(root) {
		claimed = readMail(&d, inner, "") || claimed
	}
	if version := declared(root); version != "" {
		claimed = true
		if d.Version == "" {
			d.Version = version
		}
	}
	if !claimed {
		return d, false
	}
	d.Valid = len(d.Incidents) > 0
	d.Category = format.CommonCategory(d.Incidents)
	if d.Fields == nil {
		d.Fields = map[string]any{}
	}
	if !d.Valid && len(d.Problems) == 0 {
		d.Tell(codeInvalid, "The mail says that it is an X-ARF report but holds no fields of one.")
	}
	return d, true
}

// declared is the version that the header of the mail stands for.
func declared(root *mime.Part) string {
	switch {
	case root == nil:
		return ""
	case strings.EqualFold(root.Field("X-ARF"), "yes"):
		return "0.1"
	}
	switch strings.ToUpper(root.Field("X-XARF")) {
	case "PLAIN", "SECURE", "BULK", "YES":
		return "0.2"
	}
	return ""
}

// bulk gives the mails inside a mail that says that it is a container of them.
func bulk(root *mime.Part) []*mime.Part {
	if root == nil || !strings.EqualFold(root.Field("X-XARF"), "BULK") {
		return nil
	}
	var mails []*mime.Part
	root.Walk(func(p *mime.Part) bool {
		if p.Message() && len(p.Children) > 0 && len(mails) < maxBlocks {
			mails = append(mails, p.Children[0])
		}
		return !p.Message()
	})
	return mails
}

// readMail reads the reports of one mail: those of its parts, else those that
// stand in its text. It tells whether there are any.
func readMail(d *format.Detected, root *mime.Part, text string) bool {
	docs := format.TextDocuments(root, text, "Report-Type", "Reported-From", "report-type", "reported-from")
	found := false
	for _, doc := range docs {
		if doc.Part != nil {
			found = readDocument(d, doc) || found
		}
	}
	for _, doc := range docs {
		if doc.Part == nil && !found {
			found = readDocument(d, doc)
		}
	}
	return found
}

func readDocument(d *format.Detected, doc format.Document) bool {
	claimed := false
	for _, block := range readBlocks(doc.Text) {
		if !block.isReport() {
			continue
		}
		claimed = true
		d.Read(format.Document{Text: doc.Text[block.from:block.to], Part: doc.Part})
		if !take(d, block) {
			break
		}
	}
	return claimed
}

// isReport tells X-ARF from other lines of "Key: value".
func (b block) isReport() bool {
	n := 0
	for _, name := range marks {
		if b.text(name) != "" {
			n++
		}
	}
	return n >= 3 && (b.text("Report-Type") != "" || b.text("Schema-URL") != "")
}

// take checks one report and keeps its incident. It gives false when no more
// are kept.
func take(d *format.Detected, b block) bool {
	valid := true
	for _, name := range [...]string{"Source", "Report-Type", "Reported-From", "Category", "Report-ID", "Date", "Source-Type"} {
		if b.text(name) != "" {
			continue
		}
		if name == "Source" || name == "Report-Type" {
			d.Tell(codeInvalid, fmt.Sprintf("The X-ARF report does not state its %s.", name))
			valid = false
			continue
		}
		d.Tell(codeMissing, fmt.Sprintf("The X-ARF report lacks the field %s.", name))
	}
	if d.Fields == nil || valid && len(d.Incidents) == 0 {
		d.Fields, d.Version = b.fields, version(b)
	}
	if !valid {
		return true
	}
	d.TLP = format.Narrower(d.TLP, format.TLP(b.text("TLP")))
	return d.Add(incident(d, b))
}

// version is stated, or part of the name of the schema ("…_0.1.2.json").
func version(b block) string {
	if stated := b.text("Version"); stated != "" {
		return stated
	}
	name := strings.TrimSuffix(b.text("Schema-URL"), ".json")
	_, number, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "_0.")
	minor, _, _ := strings.Cut(number, ".")
	if minor == "1" || minor == "2" {
		return "0." + minor
	}
	return ""
}

// value gives a field by its name in any case.
func (b block) value(name string) any {
	if value, ok := b.fields[name]; ok {
		return value
	}
	for _, written := range b.order {
		if strings.EqualFold(written, name) {
			return b.fields[written]
		}
	}
	return nil
}

// text gives the only or first value of the first of these fields that has one.
func (b block) text(names ...string) string {
	for _, name := range names {
		switch value := b.value(name).(type) {
		case string:
			if value != "" {
				return value
			}
		case []string:
			if len(value) > 0 {
				return value[0]
			}
		}
	}
	return ""
}

// texts gives all values of a field; several may stand on one line.
func (b block) texts(name string) []string {
	switch value := b.value(name).(type) {
	case string:
		return strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '\n' })
	case []string:
		return value
	}
	return nil
}
