package stix

import (
	"strings"

	"postern/parser/format"
)

// relation is one end of a relationship (section 5.1) as seen from the other.
type relation struct{ kind, id string }

// maxRelated are looked at for one object.
const maxRelated = 50

// relate notes what objects have to do with each other.
func (b *bundle) relate(object format.Object) {
	kind, from, to := object.Text("relationship_type"), object.Text("source_ref"), object.Text("target_ref")
	b.related[from] = append(b.related[from], relation{kind, to})
	if ofAttackers[kind] && hostile(from) {
		b.attacking[to] = true
	}
}

// ofAttackers are the relationships by which a host belongs to an attacker's
// infrastructure, or malware talks to it (sections 4.8 and 4.11).
var ofAttackers = map[string]bool{
	"consists-of": true, "communicates-with": true, "beacons-to": true, "exfiltrates-to": true, "downloads": true, "hosts": true, "controls": true,
}

// hostile tells an object that only attackers have.
func hostile(id string) bool {
	kind, _, _ := strings.Cut(id, "--")
	return kind == "infrastructure" || kind == "malware" || kind == "threat-actor" || kind == "intrusion-set" || kind == "campaign"
}

// label notes the category that a report or event states in its labels, as MISP
// writes its tags, for all that it is about.
func (b *bundle) label(report format.Object) {
	for _, label := range report.Texts("labels") {
		if found := format.RSIT(label); found != "" {
			for _, ref := range report.Texts("object_refs") {
				b.labelled[ref] = found
			}
			return
		}
	}
}

// category is what an object and those around it say, else what the report says
// that it belongs to.
func (b *bundle) category(id string, about []format.Object) string {
	if found := category(about...); found != "" {
		return found
	}
	return b.labelled[id]
}

// means gives what an object stands for, as the bundle says: the malware or the
// kind of attack that an indicator indicates.
func (b *bundle) means(id string) (objects []format.Object) {
	related := b.related[id]
	for _, one := range related[:min(len(related), maxRelated)] {
		if object := b.byID[one.id]; object != nil && (one.kind == "indicates" || one.kind == "uses" || one.kind == "related-to" || one.kind == "based-on") {
			objects = append(objects, object)
		}
	}
	return objects
}

// infrastructures makes incidents of what attackers use and of malware that talks
// to hosts, in a bundle in which nothing happened: each with its hosts.
func (b *bundle) infrastructures() {
	for _, object := range b.objects {
		if kind := object.Text("type"); kind != "infrastructure" && kind != "malware" {
			continue
		}
		var seen findings
		b.hosts(&seen, object)
		if len(seen.sources.Values()) > 0 {
			b.happening(object)
		}
	}
}

// hosts are the addresses, names and pages that belong to attackers' infrastructure.
func (b *bundle) hosts(seen *findings, object format.Object) {
	related := b.related[object.Text("id")]
	for _, one := range related[:min(len(related), maxRelated)] {
		switch host := b.byID[one.id]; host.Text("type") {
		case "ipv4-addr", "ipv6-addr", "domain-name", "url":
			if ofAttackers[one.kind] {
				seen.sources.Add(format.Host(host.Text("value")))
			}
		}
	}
}
