package format

import "postern/parser/mime"

// Detected is what one structured format says about a mail.
type Detected struct {
	Format    string         // arf|x-arf|xarf|iodef|shadowserver|stix|acns|dsn|mdn
	Version   string         // as the mail states it, "" when it does not
	Valid     bool           // false: the mail claims the format but breaks it; treat it as free text
	Fields    map[string]any // the format's own top-level fields under their own names and values
	Incidents []Incident
	Category  string // RSIT "class/type" of the whole mail, "" when the format does not say
	Kind      string // advisory|not-a-report of the whole mail, "" for what reports incidents
	TLP       string // CLEAR|GREEN|AMBER|AMBER+STRICT|RED, "" when the format does not say
	Bounce    Bounce // of a notice about delivery (dsn)
	Problems  []mime.Problem
	Parts     []*mime.Part // the parts the format was read from; they are data and not the sender's words

	// Passages are the documents themselves, as they stand in the texts of the
	// mail. A search for what people name leaves them out: who reported and with
	// which program is no observable.
	Passages []string
	// Tables are parts that hold nothing but rows that were read; they are not
	// searched as text.
	Tables []*mime.Part
	// Named are observables that the format states, beside the sources and
	// targets of its incidents.
	Named []Observable
	// Words are texts that people or logs wrote inside a document and that are
	// searched like any other text: descriptions, lines of a log.
	Words []string
}

// Observable is one value that a format names.
type Observable struct {
	Value string // address, prefix, domain, URL, mail address, hash, "AS64500", "CVE-2026-1234"
	Role  string // source|target, "" when the format does not say
}

// Detector recognises one format by content, never by sender. text is the
// mail's shown text. ok is false when the mail does not claim the format at
// all; a mail that claims it and breaks it is ok with Valid false and the
// problem named.
type Detector func(root *mime.Part, text string) (found Detected, ok bool)

// MaxIncidents are kept of one mail, and MaxWords texts of it.
const (
	MaxIncidents = 10_000
	MaxWords     = 200
	maxPassages  = 100
	maxParts     = 100
)

// Tell adds a problem; each is one sentence for people.
func (d *Detected) Tell(code, detail string) {
	d.Problems = append(d.Problems, mime.Problem{Code: code, Detail: detail})
}

// Read notes that a document was read, so that it is not read again as words.
func (d *Detected) Read(doc Document) {
	if doc.Part != nil && len(d.Parts) < maxParts {
		d.Parts = append(d.Parts, doc.Part)
	}
	if len(d.Passages) < maxPassages {
		d.Passages = append(d.Passages, doc.Text)
	}
}

// Name adds an observable.
func (d *Detected) Name(role string, values ...string) {
	for _, value := range values {
		if value != "" && len(d.Named) < MaxIncidents {
			d.Named = append(d.Named, Observable{Value: value, Role: role})
		}
	}
}

// Say adds words to be searched.
func (d *Detected) Say(words ...string) {
	for _, text := range words {
		if text != "" && len(d.Words) < MaxWords {
			d.Words = append(d.Words, text)
		}
	}
}

// Add keeps an incident, and tells when there are more than are kept. It gives
// false when no more are taken.
func (d *Detected) Add(incident Incident) bool {
	if len(d.Incidents) >= MaxIncidents {
		d.Tell("too-many-incidents", "The report holds more incidents than are kept of one mail.")
		return false
	}
	d.Incidents = append(d.Incidents, incident)
	return true
}

// CommonCategory is the category that most incidents have, the first of those
// that are equally frequent.
func CommonCategory(incidents []Incident) string {
	count, best := map[string]int{}, ""
	for _, incident := range incidents {
		if incident.Category != "" {
			count[incident.Category]++
		}
	}
	for _, incident := range incidents {
		if count[incident.Category] > count[best] {
			best = incident.Category
		}
	}
	return best
}
