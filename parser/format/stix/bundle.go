package stix

import (
	"strings"

	"postern/parser/format"
)

// bundle is what the objects of one document say.
type bundle struct {
	d       *format.Detected
	objects []format.Object
	byID    map[string]format.Object
	sighted map[string]bool // what a sighting speaks of is read with it
	marked  map[string]bool // markings that something refers to

	related   map[string][]relation
	attacking map[string]bool   // what belongs to an attacker's infrastructure
	labelled  map[string]string // RSIT types that a report's labels give to what it is about
}

// newBundle keeps what is an object with a type and an identifier.
func newBundle(d *format.Detected, list []any) *bundle {
	b := &bundle{d: d, byID: map[string]format.Object{}, sighted: map[string]bool{}, marked: map[string]bool{}, related: map[string][]relation{}, attacking: map[string]bool{}, labelled: map[string]string{}}
	faulty := false
	for _, element := range list {
		object := format.AsObject(element)
		if object.Text("type") == "" || object.Text("id") == "" {
			faulty = true
			continue
		}
		b.objects = append(b.objects, object)
		b.byID[object.Text("id")] = object
	}
	if faulty {
		d.Tell(codeIrregular, "The STIX bundle holds something without a type or an identifier.")
	}
	return b
}

// read goes through the objects: first what sightings and markings refer to,
// then each for itself.
func (b *bundle) read() {
	for _, object := range b.objects {
		switch object.Text("type") {
		case "sighting":
			b.sighted[object.Text("sighting_of_ref")] = true
			for _, ref := range object.Texts("observed_data_refs") {
				b.sighted[ref] = true
			}
		case "relationship":
			b.relate(object)
		case "report", "grouping", "note":
			b.label(object)
		}
		for _, ref := range object.Texts("object_marking_refs") {
			b.marked[ref] = true
		}
		for _, granular := range object.Objects("granular_markings") { // of some properties only: the strictest counts for all
			b.marked[granular.Text("marking_ref")] = true
		}
	}
	b.d.TLP = format.Narrower(b.d.TLP, b.tlp())
	for _, object := range b.objects {
		if revoked, _ := object["revoked"].(bool); revoked {
			continue
		}
		b.object(object)
	}
	if len(b.d.Incidents) == 0 {
		b.infrastructures()
	}
}

// eventful tells whether the bundle says that something happened.
func (b *bundle) eventful() bool {
	for _, object := range b.objects {
		switch object.Text("type") {
		case "incident", "sighting", "observed-data":
			return true
		}
	}
	return false
}

// object reads one object by its type (sections 4, 5 and 6).
func (b *bundle) object(object format.Object) {
	kind := object.Text("type")
	b.d.Say(object.Text("description"))
	if kind != "identity" && kind != "marking-definition" {
		b.d.Say(object.Text("name"))
	}
	switch kind {
	case "indicator", "observed-data":
		if !b.sighted[object.Text("id")] {
			b.happening(object)
		}
	case "sighting", "incident":
		b.happening(object)
	case "vulnerability", "malware", "attack-pattern", "tool", "report", "campaign":
		b.references(object)
	default:
		var seen findings
		seen.observable(object, b.lookup)
		role := ""
		if b.attacking[object.Text("id")] {
			role = "source"
		}
		b.d.Name(role, seen.all()...)
	}
}

// references names the CVE that an object is about.
func (b *bundle) references(object format.Object) {
	if name := strings.ToUpper(object.Text("name")); strings.HasPrefix(name, "CVE-") {
		b.d.Name("", name)
	}
	for _, reference := range object.Objects("external_references") {
		if id := strings.ToUpper(reference.Text("external_id")); strings.HasPrefix(id, "CVE-") {
			b.d.Name("", id)
		}
	}
}

func (b *bundle) lookup(ref string) format.Object { return b.byID[ref] }

// happening makes an incident of an object.
func (b *bundle) happening(object format.Object) {
	at := moment(object)
	var seen findings
	b.collect(&seen, object)
	about := []format.Object{object, b.byID[object.Text("sighting_of_ref")]}
	about = append(about, b.means(object.Text("id"))...)
	about = append(about, b.means(object.Text("sighting_of_ref"))...)
	fields, _ := format.Shorten(map[string]any(object)).(map[string]any)
	b.d.Name("", seen.named.Values()...)
	b.d.Add(format.Incident{
		Category: b.category(object.Text("id"), about), Time: at.UTC, Sources: seen.sources.Values(), Targets: seen.targets.Values(),
		Description: format.Cut(firstText(about), maxDescription), Fields: fields, Endpoints: seen.endpoints(at),
	})
}

const maxDescription = 4_000 // bytes

// firstText is the name and description of the first object that has one.
func firstText(objects []format.Object) string {
	for _, object := range objects {
		if text := strings.Trim(object.Text("name")+": "+object.Text("description"), ": "); text != "" {
			return text
		}
	}
	return ""
}

// collect finds what an object names, itself and by reference.
func (b *bundle) collect(seen *findings, object format.Object) {
	switch object.Text("type") {
	case "indicator":
		b.indicator(seen, object)
	case "observed-data":
		b.observed(seen, object)
	case "sighting":
		if of := b.byID[object.Text("sighting_of_ref")]; of.Text("type") == "indicator" {
			b.indicator(seen, of)
		}
		for _, ref := range object.Texts("observed_data_refs") {
			if data := b.byID[ref]; data.Text("type") == "observed-data" {
				b.observed(seen, data)
			}
		}
	case "infrastructure", "malware":
		b.hosts(seen, object)
	}
	b.references(object)
}

// indicator reads the pattern of an indicator. One that says that something is
// harmless names no source.
func (b *bundle) indicator(seen *findings, object format.Object) {
	pattern := object.Text("pattern")
	if language := object.Text("pattern_type"); language != "" && language != "stix" {
		return
	}
	comparisons, ok := readPattern(pattern)
	if !ok {
		b.d.Tell(codePattern, "A STIX pattern cannot be read to its end.")
	}
	harmless := hasAny(object, "benign")
	seen.pattern(comparisons, harmless)
}

// observed reads observed data: of version 2.0 the objects stand inside it,
// since 2.1 it refers to them.
func (b *bundle) observed(seen *findings, data format.Object) {
	inside := data.Object("objects")
	for _, key := range sortedKeys(inside) {
		seen.observable(inside.Object(key), inside.Object)
	}
	for _, ref := range data.Texts("object_refs") {
		if object := b.byID[ref]; object != nil {
			seen.observable(object, b.lookup)
		}
	}
}

// moment is when an object says that it happened; what was made is next best.
func moment(object format.Object) format.Moment {
	for _, name := range [...]string{"first_observed", "first_seen", "valid_from", "last_observed", "created", "modified"} {
		if at, ok := format.ReadTime(object.Text(name)); ok {
			return at
		}
	}
	return format.Moment{Zone: format.ZoneAssumed}
}
