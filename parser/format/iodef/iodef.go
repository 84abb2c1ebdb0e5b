// Package iodef reads the Incident Object Description Exchange Format, version 1
// (RFC 5070) and 2 (RFC 7970), in which CSIRTs describe incidents in XML.
//
// The document comes as an attachment of any type or in the body, alone or
// wrapped in RID (RFC 6545). Names are read without their prefix and whatever
// their namespace says: senders use any, wrong ones and none. Every Incident of
// a document is an incident; what its EventData say, however deep they nest, is
// collected into it. A category is taken from Assessment or from a report of
// phishing (RFC 5901), and left open where those say nothing.
package iodef

import (
	"fmt"
	"regexp"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

const (
	codeInvalid   = "iodef-invalid"
	codeIrregular = "iodef-irregular"
)

// Detect reads IODEF documents. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	d := format.Detected{Format: format.IODEF, Fields: map[string]any{}}
	claimed := false
	for _, doc := range format.XMLDocuments(root, text, "IODEF-Document") {
		if doc.Cut && !holdsIncident.MatchString(doc.Text) {
			continue // somebody only speaks of it
		}
		claimed = true
		readDocument(&d, doc)
	}
	if !claimed {
		return format.Detected{}, false
	}
	d.Valid = len(d.Incidents) > 0
	d.Category = format.CommonCategory(d.Incidents)
	if !d.Valid && len(d.Problems) == 0 {
		d.Tell(codeInvalid, "The IODEF document holds no incident.")
	}
	return d, true
}

// holdsIncident tells a document that breaks off from a word in a text.
var holdsIncident = regexp.MustCompile(`<(?:[\w.-]{1,60}:)?Incident[\s>]`)

// shownIncidents is up to how many incidents the fields of a document repeat;
// each has its own fields beside.
const shownIncidents = 20

func readDocument(d *format.Detected, doc format.Document) {
	whole, err := format.ReadXML(doc.Text, false)
	if err != nil {
		d.Tell(codeInvalid, fmt.Sprintf("The IODEF document cannot be read: %v.", err))
		return
	}
	d.Read(doc)
	if d.Version == "" {
		d.Version = version(whole)
	}
	if incidents := whole.All("Incident"); len(d.Fields) == 0 {
		shown := *whole
		if len(incidents) > shownIncidents {
			shown.Children = nil
		}
		d.Fields, _ = shown.Fields().(map[string]any)
	}
	for _, element := range whole.All("Incident") {
		if fault := lacks(element); fault != "" {
			d.Tell(codeIrregular, "The IODEF document departs from its schema: an incident lacks "+fault+".")
		}
		if !states(element) {
			d.Tell(codeInvalid, "An incident of the IODEF document says neither which nor when.")
			continue
		}
		d.TLP = format.Narrower(d.TLP, format.Narrower(restriction(element), restriction(whole)))
		if !d.Add(read(d, element)) {
			return
		}
	}
}

// version is stated by an attribute, or by the namespace.
func version(whole *format.Element) string {
	if stated := whole.Attr("version"); stated != "" {
		return stated
	}
	for _, attr := range whole.Attrs {
		if _, number, ok := strings.Cut(attr.Value, "urn:ietf:params:xml:ns:iodef-"); ok {
			return number
		}
	}
	return ""
}

// restriction is a label of TLP where RFC 7970 section 3.3.1 allows one.
func restriction(element *format.Element) string {
	if label := format.TLP(element.Attr("restriction")); label != "" {
		return label
	}
	return format.TLP(element.Attr("ext-restriction"))
}

// lacks names what both versions demand of an incident and is not there.
func lacks(incident *format.Element) string {
	switch {
	case incident.Value("IncidentID") == "":
		return "IncidentID"
	case incident.Child("Contact") == nil:
		return "Contact"
	case incident.Value("ReportTime") == "" && incident.Value("GenerationTime") == "":
		return "ReportTime or GenerationTime"
	}
	return ""
}

// states tells whether an incident says enough to be one.
func states(incident *format.Element) bool {
	if incident.Value("IncidentID") != "" {
		return true
	}
	_, ok := moment(incident)
	return ok
}

// moment is when something happened, as near to its beginning as is stated.
func moment(element *format.Element) (format.Moment, bool) {
	for _, name := range [...]string{"StartTime", "DetectTime", "EndTime", "RecoveryTime", "ReportTime", "GenerationTime"} {
		if at, ok := format.ReadTime(element.Value(name)); ok {
			return at, true
		}
	}
	return format.Moment{}, false
}
