// Package xarf reads XARF 3 and 4, in which abuse desks report what an address,
// a domain or a page did, as JSON (github.com/abusix/xarf schemas/3,
// github.com/xarf/xarf-spec schemas/v4).
//
// The JSON comes as an attachment of any type, as the whole body, or as a block
// in it; one report or an array of them, several documents in a mail. XARF 3 is
// wrapped in a feedback report (RFC 5965) whose type is "xarf"; what counts is
// the JSON in it. The drafts before version 3 differ in names that are read
// alike, and so do the spellings of programs that fold the names of either version
// into their own manner (see spellings).
//
// What the schemas demand is checked by rules of our own: one that hides who,
// what or when makes a report invalid, any other is named and forgiven.
package xarf

import (
	"fmt"
	"slices"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// The codes of the problems told here.
const (
	codeInvalid   = "xarf-invalid"
	codeIrregular = "xarf-irregular"
	codeTooLarge  = "xarf-too-large"
	codeRepaired  = "xarf-repaired"
	codeDoubled   = "xarf-duplicate-key"
)

// Detect reads XARF reports. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	d := format.Detected{Format: format.XARF}
	claimed, broken := false, false
	for _, doc := range format.JSONDocuments(root, text, marks...) {
		if doc.In && broken {
			continue // a piece of one that was refused as a whole
		}
		claims, whole := readDocument(&d, doc)
		claimed, broken = claimed || claims, claims && !whole
	}
	d.Valid = len(d.Incidents) > 0
	d.Category = format.CommonCategory(d.Incidents)
	if d.Fields == nil {
		d.Fields = map[string]any{}
	}
	return d, claimed
}

// marks are the names of which every report has one, as they are spelled.
var marks = []string{"xarf_version", "ReporterInfo", "xarfVersion", "XarfVersion", "xarf-version", "Xarf_Version", "XARF_VERSION", "XARF_Version", "reporterInfo", "reporter_info", "reporterinfo", "REPORTERINFO", "Reporter_Info"}

// readDocument reads one document. It tells whether it claims to be XARF, and
// false for whole when it is one that breaks off or breaks the rules of JSON.
func readDocument(d *format.Detected, doc format.Document) (claims, whole bool) {
	read, err := format.ReadJSON(doc.Text)
	reports, respelled := reportsIn(read.Value)
	switch {
	case err != nil && doc.Cut && len(doc.Text) >= format.MaxDocument-4:
		d.Tell(codeTooLarge, "The XARF report is larger than what is read of one document.")
		return true, false
	case err != nil:
		d.Tell(codeInvalid, fmt.Sprintf("The XARF report cannot be read: %v.", err))
		return true, len(reports) == 0
	case len(reports) == 0:
		return false, true
	}
	if read.Repaired {
		d.Tell(codeRepaired, "The JSON of the XARF report was damaged on its way and could be mended.")
	}
	if respelled {
		d.Tell(codeIrregular, "The XARF report departs from its schema: it spells the names of its fields in another way.")
	}
	if len(read.Doubled) > 0 {
		d.Tell(codeDoubled, fmt.Sprintf("The XARF report states %q more than once; the last one counts.", read.Doubled[0]))
	}
	d.Read(doc)
	for _, report := range reports {
		if !take(d, report) {
			break
		}
	}
	return true, true
}

// reportsIn finds the reports of a document: itself, those of an array, or those
// of the one list that an exporter wraps them in. It tells whether any of them
// had to be respelled.
func reportsIn(value any) (reports []format.Object, respelled bool) {
	for _, element := range candidates(value) {
		report, other, ok := asReport(format.AsObject(element))
		if ok {
			reports, respelled = append(reports, report), respelled || other
		}
	}
	return reports, respelled
}

func candidates(value any) []any {
	if list, isList := value.([]any); isList {
		return list
	}
	object := format.AsObject(value)
	if _, _, ok := asReport(object); ok {
		return []any{value}
	}
	var list []any
	for _, name := range [...]string{"reports", "Reports", "report", "xarf", "data", "items"} {
		if inner, ok := object[name].([]any); ok {
			list = inner
		} else if isReport(object.Object(name)) {
			list = []any{object[name]}
		}
	}
	return list
}

func isReport(object format.Object) bool {
	return has(object, "xarf_version") || has(object, "ReporterInfo") && has(object, "Report")
}

func has(object format.Object, name string) bool {
	_, there := object[name]
	return there
}

// take checks one report and keeps its incident. It gives false when no more
// are kept.
func take(d *format.Detected, report format.Object) bool {
	rules, read := rules4, incident4
	if !has(report, "xarf_version") {
		rules, read = rules3, incident3
	}
	valid := true
	for _, rule := range rules {
		fault := rule.fault(report)
		switch {
		case fault == "":
		case rule.fatal:
			d.Tell(codeInvalid, "The XARF report breaks its schema: "+fault+".")
			valid = false
		default:
			d.Tell(codeIrregular, "The XARF report departs from its schema: "+fault+".")
		}
	}
	if d.Fields == nil || valid && len(d.Incidents) == 0 {
		d.Fields, _ = format.Shorten(map[string]any(report)).(map[string]any)
		d.Version = report.Text("xarf_version", "Version")
	}
	if !valid {
		return true
	}
	d.TLP = format.Narrower(d.TLP, tlp(report))
	return d.Add(read(d, report))
}

// tlp finds a label where senders put one: XARF itself has none.
func tlp(report format.Object) string {
	label := format.TLP(report.Text("tlp", "TLP"))
	for _, tag := range slices.Concat(report.Texts("tags"), report.Object("Report").Texts("Tags")) {
		if len(tag) > 4 && strings.EqualFold(tag[:4], "tlp:") {
			label = format.Narrower(label, format.TLP(tag))
		}
	}
	return label
}
