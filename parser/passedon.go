package parser

import (
	"slices"
	"sync"

	"postern/parser/format"
	"postern/parser/mime"
)

// maxPassedOn is how many attached mails are looked into for reports that
// somebody hands on.
const maxPassedOn = 50

// passedOn reads the structured reports that somebody attached as mails: a
// postmaster hands on a complaint that came to him. The mail itself stays his,
// and no program's. A mail that he calls suspicious is no report to us but what
// he reports; complaints in ARF are about such mails and nobody feigns them. A bounce or receipt inside says nothing of this mail.
func (r *reading) passedOn() {
	if r.report.Format != format.FreeText || slices.Contains(r.env.ReportButtons, lowerFirst(r.report.From)) {
		return
	}
	var whole format.Detected
	suspicious := sync.OnceValue(r.callsSuspicious) // few mails bring any
	r.attachedReports(r.root, new(int), func(root *mime.Part, found format.Detected) {
		switch {
		case found.Format != format.ARF && suspicious(), whole.Format != "" && whole.Format != found.Format:
			return
		case whole.Format == "":
			whole = found
		default:
			join(&whole, found)
		}
		r.passed = append(r.passed, root)
	})
	if whole.Format == "" {
		return
	}
	if whole.Kind == advisory { // what a person hands on is never one
		whole.Kind = ""
	}
	r.take(whole)
}

const advisory = "advisory"

// attachedReports visits the reports among the mails attached below root, and
// below those of them that are none: some are handed on twice. What a report
// brings along is not looked into.
func (r *reading) attachedReports(root *mime.Part, looked *int, visit func(*mime.Part, format.Detected)) {
	root.Walk(func(p *mime.Part) bool {
		if !p.Message() || p.Leaf() {
			return true
		}
		if *looked++; *looked > maxPassedOn {
			return false
		}
		inner := p.Children[0]
		if found, ok := r.reportIn(inner); ok {
			visit(inner, found)
		} else {
			r.attachedReports(inner, looked, visit)
		}
		return false
	})
}

// reportIn reads the structured report that an attached mail is.
func (r *reading) reportIn(root *mime.Part) (format.Detected, bool) {
	words := r.wordsIn(root)
	for _, detect := range reports {
		if r.ctx.Err() != nil {
			break
		}
		if found, ok := detect(root, words); ok && found.Valid {
			return found, true
		}
	}
	return format.Detected{}, false
}

// wordsIn are those of an attached mail as they were read for the search.
func (r *reading) wordsIn(root *mime.Part) string {
	for _, kind := range [...]string{"text/plain", "text/html"} {
		shown := root.Outer(func(p *mime.Part) bool { return p.Type == kind && !p.AttachedIn(root) })
		if shown == nil {
			continue
		}
		for _, t := range r.searched {
			if t.Part == shown.Number && t.Body != "" {
				return t.Body
			}
		}
	}
	return ""
}

// join adds what a further report of the same format says.
func join(whole *format.Detected, more format.Detected) {
	for _, incident := range more.Incidents {
		if !whole.Add(incident) {
			break
		}
	}
	if whole.Category != more.Category {
		whole.Category = ""
	}
	whole.TLP = format.Narrower(whole.TLP, more.TLP)
	whole.Problems = append(whole.Problems, more.Problems...)
	whole.Parts = append(whole.Parts, more.Parts...)
	whole.Passages = append(whole.Passages, more.Passages...)
	whole.Tables = append(whole.Tables, more.Tables...)
	whole.Named = append(whole.Named, more.Named...)
	whole.Say(more.Words...)
}

// isPassedOn tells the header of a mail whose report was read: who sent it is no
// source of anything.
func (r *reading) isPassedOn(root *mime.Part) bool { return slices.Contains(r.passed, root) }
