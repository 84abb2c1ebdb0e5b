package parser

import (
	"postern/parser/format"
	"postern/parser/format/arf"
)

// detectors are the structured formats, asked in this order. The first that a
// mail claims is taken, broken or not.
var detectors = []format.Detector{arf.Detect}

// formats asks which structured format the mail is in. A broken one is named
// and read as free text.
func (r *reading) formats() {
	for _, detect := range detectors {
		found, ok := detect(r.root, r.report.Text)
		if !ok || r.ctx.Err() != nil {
			continue
		}
		r.take(found)
		return
	}
}

func (r *reading) take(found format.Detected) {
	r.problems.Add(found.Problems...)
	r.report.Format, r.report.FormatVersion, r.report.Valid = found.Format, found.Version, found.Valid
	if found.Fields != nil {
		r.report.Fields = found.Fields
	}
	for _, incident := range found.Incidents {
		r.report.Incidents = append(r.report.Incidents, whole(incident))
	}
	if found.Valid {
		r.stated = found
	}
}
