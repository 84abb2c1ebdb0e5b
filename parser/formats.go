package parser

import (
	"slices"
	"strings"

	"postern/parser/format"
	"postern/parser/format/acns"
	"postern/parser/format/arf"
	"postern/parser/format/dsn"
	"postern/parser/format/iodef"
	"postern/parser/format/mdn"
	"postern/parser/format/shadowserver"
	"postern/parser/format/stix"
	"postern/parser/format/xarf"
	"postern/parser/format/xarf01"
	"postern/parser/indicator"
)

// detectors are the structured formats, asked in this order. The first that a
// mail keeps to is taken. XARF comes before ARF, which it uses as an envelope:
// it says what happened, and the feedback report around it only that it follows.
var detectors = slices.Concat([]format.Detector{
	dsn.Detect, // before what reads texts: a bounce may quote a report of ours
	mdn.Detect,
}, reports)

// reports are those of them in which programs report incidents.
var reports = []format.Detector{
	xarf.Detect,
	xarf01.Detect,
	acns.Detect,
	iodef.Detect,
	stix.Detect,
	shadowserver.Detect,
	arf.Detect,
}

// formats asks which structured format the mail is in. One that is claimed but
// broken gives way to another one that is not; alone it is named, and the mail
// is read as free text.
func (r *reading) formats() {
	var claimed *format.Detected
	for _, detect := range detectors {
		if r.ctx.Err() != nil {
			return
		}
		found, ok := detect(r.root, r.report.Text)
		switch {
		case ok && found.Valid:
			if claimed != nil {
				r.problems.Add(claimed.Problems...)
			}
			r.take(found)
			return
		case ok && claimed == nil:
			claimed = &found
		}
	}
	if claimed != nil {
		r.take(*claimed)
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
	r.delivery(found.Bounce)
	if found.Valid && format.IsReport(found.Format) {
		r.stated = found
		r.searched = append(r.withoutPassages(), r.statedWords()...)
	}
}

// statedWords are what people and logs say inside a document.
func (r *reading) statedWords() []indicator.Text {
	var texts []indicator.Text
	for _, words := range r.stated.Words {
		texts = append(texts, indicator.Text{Part: r.statedPart(), Body: words})
	}
	return texts
}

// statedPart is the number of the part that the format was read from.
func (r *reading) statedPart() string {
	if len(r.stated.Parts) == 0 {
		return ""
	}
	return r.stated.Parts[0].Number
}

// withoutPassages gives the texts to be searched without the documents in them:
// a report's own sender and program are no observables.
func (r *reading) withoutPassages() []indicator.Text {
	tables := make(map[string]bool)
	for _, part := range r.stated.Tables {
		tables[part.Number] = true
	}
	texts := slices.Clone(r.searched)
	for n := range texts {
		if tables[texts[n].Part] {
			texts[n].Body = ""
		}
		for _, passage := range r.stated.Passages {
			if passage != "" && len(passage) <= len(texts[n].Body) {
				texts[n].Body = strings.ReplaceAll(texts[n].Body, passage, "\n")
			}
		}
	}
	return texts
}

// delivery takes over what a notice says of its recipients.
func (r *reading) delivery(bounce format.Bounce) {
	r.bounce = bounce
	r.report.Bounce.OriginalMessageID = bounce.OriginalMessageID
	for _, recipient := range bounce.Recipients {
		r.report.Bounce.Recipients = append(r.report.Bounce.Recipients, BounceRecipient(recipient))
	}
}

// freeText tells a mail whose words say it all: in no structured format, or in
// one that it breaks.
func (r *reading) freeText() bool { return r.report.Format == format.FreeText || !r.report.Valid }
