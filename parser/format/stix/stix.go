// Package stix reads STIX 2.1 and 2.0, the language of threat intelligence
// (docs.oasis-open.org/cti/stix/v2.1), as a bundle, a list of objects or one
// object, attached under any type or in the body.
//
// Indicators, observed data, sightings and incidents become incidents, one each;
// an indicator that a sighting of the same bundle speaks of belongs to that.
// Relationships tell what kind of attack one stands for, and which hosts are an
// attacker's. All other objects are context: what they name is found, and a bundle that holds
// nothing that happened is an advisory. Of a pattern, the values that are
// compared for being equal are read; what is only like something is none.
package stix

import (
	"fmt"
	"regexp"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

const (
	codeInvalid   = "stix-invalid"
	codeEmpty     = "stix-empty"
	codeIrregular = "stix-irregular"
	codePattern   = "stix-bad-pattern"
	codeTooLarge  = "stix-too-large"
	codeRepaired  = "stix-repaired"
	codeDoubled   = "stix-duplicate-key"
)

// Detect reads STIX bundles. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	d := format.Detected{Format: format.STIX, Fields: map[string]any{}}
	claimed, eventful, broken := false, false, false
	for _, doc := range format.JSONDocuments(root, text, `bundle--`, `"bundle"`, `spec_version`) {
		if doc.In && broken {
			continue // a piece of one that was refused as a whole
		}
		read := len(d.Passages)
		claims, events := readDocument(&d, doc)
		claimed, eventful = claimed || claims, eventful || events
		d.Valid = d.Valid || claims && len(d.Passages) > 0
		broken = claims && len(d.Passages) == read
	}
	if d.Valid && !eventful {
		d.Kind = "advisory"
	}
	d.Category = format.CommonCategory(d.Incidents)
	return d, claimed
}

// readDocument reads one document. It tells whether it claims to be STIX, and
// whether it holds anything that happened.
func readDocument(d *format.Detected, doc format.Document) (claims, eventful bool) {
	read, err := format.ReadJSON(doc.Text)
	if err != nil {
		if !claimsBundle.MatchString(doc.Text[:min(len(doc.Text), claimWithin)]) {
			return false, false
		}
		if doc.Cut && len(doc.Text) >= format.MaxDocument-4 {
			d.Tell(codeTooLarge, "The STIX bundle is larger than what is read of one document.")
		} else {
			d.Tell(codeInvalid, fmt.Sprintf("The STIX bundle cannot be read: %v.", err))
		}
		return true, false
	}
	bundle, objects, ok := objectsIn(read.Value)
	if !ok {
		return false, false
	}
	b := newBundle(d, objects)
	switch {
	case len(b.objects) > 0:
	case len(objects) == 0 && !odd(bundle["objects"]): // it is optional (section 8.1)
		d.Tell(codeEmpty, "The STIX bundle holds no objects.")
		d.Read(doc)
		b.top(bundle)
		return true, true // it advises nothing
	default:
		d.Tell(codeInvalid, "The STIX bundle holds nothing that is an object.")
		return true, false
	}
	if read.Repaired {
		d.Tell(codeRepaired, "The JSON of the STIX bundle was damaged on its way and could be mended.")
	}
	if len(read.Doubled) > 0 {
		d.Tell(codeDoubled, fmt.Sprintf("The STIX bundle states %q more than once; the last one counts.", read.Doubled[0]))
	}
	d.Read(doc)
	b.top(bundle)
	b.read()
	return true, b.eventful()
}

// odd tells a list of objects that is none.
func odd(objects any) bool {
	_, isList := objects.([]any)
	return objects != nil && !isList
}

// claimsBundle recognises the beginning of a bundle that cannot be read whole.
var claimsBundle = regexp.MustCompile(`"bundle--[0-9a-f]|"type"\s{0,20}:\s{0,20}"bundle"`)

const claimWithin = 2_000 // bytes in which a bundle says that it is one

// objectsIn finds the objects of a document: those of a bundle, of a list, or
// the only one.
func objectsIn(value any) (bundle format.Object, objects []any, ok bool) {
	if list, isList := value.([]any); isList {
		for _, element := range list {
			if isObject(format.AsObject(element)) {
				return nil, list, true
			}
		}
		return nil, nil, false
	}
	bundle = format.AsObject(value)
	if bundle.Text("type") == "bundle" {
		objects, _ = bundle["objects"].([]any)
		return bundle, objects, strings.HasPrefix(bundle.Text("id"), "bundle--") || objects != nil
	}
	if isObject(bundle) {
		return nil, []any{value}, true
	}
	if inner := bundle.Object("bundle"); inner.Text("type") == "bundle" {
		return objectsIn(map[string]any(inner))
	}
	if list, isList := bundle["objects"].([]any); isList && bundle.Text("type") == "" { // an envelope (TAXII 2.1 section 3.7)
		return objectsIn(list)
	}
	return nil, nil, false
}

// isObject tells a STIX object that stands alone: its identifier begins with its
// type (section 2.9).
func isObject(object format.Object) bool {
	kind := object.Text("type")
	return kind != "" && strings.HasPrefix(object.Text("id"), kind+"--") && strings.HasPrefix(object.Text("spec_version"), "2.")
}

// maxShown is up to how many objects the fields of a bundle repeat; each
// incident has its own fields beside.
const maxShown = 100

// top keeps the bundle's own fields and its version.
func (b *bundle) top(whole format.Object) {
	version := whole.Text("spec_version")
	for _, object := range b.objects {
		if stated := object.Text("spec_version"); stated > version {
			version = stated
		}
	}
	if b.d.Version == "" {
		b.d.Version = version
	}
	if len(b.d.Fields) > 0 {
		return
	}
	fields := make(map[string]any, len(whole))
	for name, value := range whole {
		if list, ok := value.([]any); !ok || len(list) <= maxShown {
			fields[name] = format.Shorten(value)
		}
	}
	if whole == nil && len(b.objects) == 1 {
		fields, _ = format.Shorten(map[string]any(b.objects[0])).(map[string]any)
	}
	b.d.Fields = fields
}
