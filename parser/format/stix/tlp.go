package stix

import (
	"strings"

	"postern/parser/format"
)

// markings are the identifiers that the standard fixes for TLP 1.0 (STIX 2.1
// section 7.2.1.4) and TLP 2.0 (its own extension definition). Bundles refer to
// them and leave the objects out.
var markings = map[string]string{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",

	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "CLEAR",
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "GREEN",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "AMBER",
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "AMBER+STRICT",
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "RED",
}

// tlp is the strictest label that anything in the bundle is marked with, else
// that of the only marking it holds.
func (b *bundle) tlp() string {
	label, stated := "", map[string]bool{}
	for _, object := range b.objects {
		if object.Text("type") != "marking-definition" {
			continue
		}
		if own := ownLabel(object); own != "" {
			stated[own] = true
			if b.marked[object.Text("id")] {
				label = format.Narrower(label, own)
			}
		}
	}
	for ref := range b.marked {
		label = format.Narrower(label, markings[ref])
	}
	for _, object := range b.objects {
		label = format.Narrower(label, labelled(object))
	}
	if label == "" && len(stated) == 1 {
		for own := range stated {
			return own
		}
	}
	return label
}

// labelled is the TLP among the labels of an object, where platforms put it that
// share events: "tlp:green".
func labelled(object format.Object) (label string) {
	for _, said := range object.Texts("labels") {
		if len(said) > 4 && strings.EqualFold(said[:4], "tlp:") {
			label = format.Narrower(label, format.TLP(said))
		}
	}
	return label
}

// ownLabel reads a marking: its definition (TLP 1.0), its extension (TLP 2.0),
// its name, or the identifier that the standard fixes.
func ownLabel(marking format.Object) string {
	for _, written := range []string{
		marking.Object("definition").Text("tlp"), extensionLabel(marking), marking.Text("name"), markings[marking.Text("id")],
	} {
		if label := format.TLP(written); label != "" {
			return label
		}
	}
	return ""
}

func extensionLabel(marking format.Object) string {
	extensions := marking.Object("extensions")
	for _, name := range sortedKeys(extensions) {
		if label := extensions.Object(name).Text("tlp_2_0"); label != "" {
			return label
		}
	}
	return ""
}
