// Package acns reads the notices of the Automated Copyright Notice System, 1.2
// and 2.0, in which rights holders tell a network which of its addresses
// offered what (acns.net/spec.html, schema ACNS2v1_2.xsd).
//
// The XML stands in the body, often between lines that say so and inside a
// cleartext signature, or is attached. It is written by many hands and passed
// through many mailers, so it is read tolerantly: without prolog or end, with a
// bare "&", wrapped in the middle of a name, or with what is left of
// quoted-printable in it.
package acns

import (
	"regexp"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

const (
	codeInvalid  = "acns-invalid"
	codeRepaired = "acns-repaired"
	codeBadTime  = "acns-bad-time"

	category = "fraud/copyright"
)

// Detect reads copyright notices. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	d := format.Detected{Format: format.ACNS, Fields: map[string]any{}}
	claimed := strings.Contains(text, "Start ACNS XML") && startLine.MatchString(text)
	for _, doc := range format.XMLDocuments(root, text, "Infringement") {
		if doc.Cut && !holdsSource.MatchString(doc.Text) {
			continue // somebody only speaks of it
		}
		claimed = true
		d.Read(doc)
		if !notice(&d, doc.Text) {
			break
		}
	}
	if !claimed {
		return format.Detected{}, false
	}
	if d.Valid = len(d.Incidents) > 0; d.Valid {
		d.Category = category
		return d, true
	}
	d.Tell(codeInvalid, "The mail says that it is a copyright notice (ACNS) but names no source that can be read.")
	return d, true
}

var (
	startLine   = regexp.MustCompile(`(?m)^[>\s-]*Start ACNS XML\s*-*\s*$`)
	holdsSource = regexp.MustCompile(`(?i)<(?:[\w.-]{1,60}:)?(?:Source|Case)[\s>]`)
)

// notice reads one notice. It gives false when no more incidents are kept.
func notice(d *format.Detected, text string) bool {
	whole, err := format.ReadXML(text, false)
	if err != nil {
		whole, _ = format.ReadXML(mend(text), true)
	}
	if whole == nil || !strings.EqualFold(whole.Name, "Infringement") {
		return true
	}
	if err != nil {
		d.Tell(codeRepaired, "The XML of the copyright notice was damaged and read as far as it goes.")
	}
	if len(d.Fields) == 0 {
		d.Fields, _ = whole.Fields().(map[string]any)
		d.Version = version(whole)
	}
	items := whole.Child("Content").All("Item")
	works := title(items)
	nameWorks(d, items)
	for _, source := range whole.All("Source") {
		found, ok := incident(d, source, items)
		found.Description = works
		if ok && !d.Add(found) {
			return false
		}
	}
	return true
}

// version is stated by an attribute, or part of the schema's name.
func version(whole *format.Element) string {
	if stated := whole.Attr("schemaVersion"); stated != "" {
		return stated
	}
	for _, attr := range whole.Attrs {
		switch {
		case strings.Contains(attr.Value, "v1_2") || strings.Contains(attr.Value, "v1.2"):
			return "1.2"
		case strings.Contains(attr.Value, "ACNS2"):
			return "2.0"
		}
	}
	return ""
}

// incident says in our words what one source did.
func incident(d *format.Detected, source *format.Element, items []*format.Element) (format.Incident, bool) {
	var sources format.List
	for _, name := range [...]string{"IP_Address", "DNS_Name", "URL", "URL_Base"} {
		for _, element := range source.All(name) {
			sources.Add(format.Host(squeezed(element)))
		}
	}
	for _, item := range items[:min(len(items), maxStamps)] {
		if len(source.All("IP_Address")) == 0 {
			sources.Add(squeezed(item.Child("URL"))) // a page and no subscriber
		}
	}
	if len(sources.Values()) == 0 {
		return format.Incident{}, false
	}
	at, ok := moment(source, items)
	if !ok {
		d.Tell(codeBadTime, "The copyright notice does not say when in a way that can be read.")
	}
	fields, _ := source.Fields().(map[string]any)
	return format.Incident{
		Category: category, Time: at.UTC, Sources: sources.Values(), Targets: []string{}, Fields: fields, Endpoints: endpoints(source, at),
	}, true
}

// nameWorks names where the works were offered, and what identifies their files.
func nameWorks(d *format.Detected, items []*format.Element) {
	for _, item := range items {
		d.Name("source", squeezed(item.Child("URL")))
		for _, hash := range item.All("Hash") {
			d.Name("", squeezed(hash))
		}
	}
}

// maxStamps is how many works are asked when the source does not say when or where.
const maxStamps = 3

// moment is when the source was seen, else when the first of the works was.
func moment(source *format.Element, items []*format.Element) (format.Moment, bool) {
	stamps := source.All("TimeStamp")
	for _, item := range items[:min(len(items), maxStamps)] {
		stamps = append(stamps, item.All("TimeStamp")...)
	}
	for _, stamp := range stamps {
		if at, ok := format.ReadTime(squeezed(stamp)); ok {
			return at, true
		}
		if at, ok := format.ReadTime(stamp.Line()); ok {
			return at, true
		}
	}
	return format.Moment{}, false
}

// endpoints keeps address, port and time of the source together: behind address
// translation only all three name a subscriber.
func endpoints(source *format.Element, at format.Moment) []format.Endpoint {
	list := []format.Endpoint{}
	if at.Zone == "" {
		at.Zone = format.ZoneAssumed
	}
	port, _ := format.Port(squeezed(source.Child("Port")))
	for _, element := range source.All("IP_Address") {
		if address, ok := format.Address(squeezed(element)); ok {
			list = append(list, format.Endpoint{Role: "source", Address: address, Port: port, Protocol: protocol(source), Time: at.Written, Zone: at.Zone})
		}
	}
	return list
}

// protocol is the network of exchange: in SubType since 2.0, in Type before.
func protocol(source *format.Element) string {
	if sub := source.Child("SubType"); sub != nil && sub.Attr("Protocol") != "" {
		return strings.ToLower(sub.Attr("Protocol"))
	}
	return strings.ToLower(source.Value("Type"))
}

// title names the works.
func title(items []*format.Element) string {
	var names format.List
	for _, item := range items {
		name := item.Value("Title")
		if name == "" {
			name = item.Value("FileName")
		}
		names.Add(name)
	}
	return format.Cut(strings.Join(names.Values(), "; "), maxTitle)
}

const maxTitle = 2_000 // bytes of all titles together

// squeezed is the text of an element that has no blanks of its own: a mailer
// that wraps puts some in.
func squeezed(element *format.Element) string {
	return strings.Join(strings.Fields(element.Line()), "")
}
