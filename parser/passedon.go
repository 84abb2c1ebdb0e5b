package parser

import (
	"slices"

	"postern/parser/format"
	"postern/parser/mime"
)

// Limits on the reports that a mail passes on as attached mails.
const (
	maxPassedOn     = 50        // attached mails that are looked into
	maxPassedOnText = 256 << 10 // bytes of the words of one
)

// passedOn reads the structured reports that somebody attached as mails: a
// postmaster hands on a complaint that came to him. The mail itself stays his,
// and no program's. A mail that he calls suspicious is no report to us but what
// he reports; complaints in ARF are about such mails and nobody feigns them. A bounce or receipt inside says nothing of this mail.
func (r *reading) passedOn() {
	if r.report.Format != format.FreeText || slices.Contains(r.env.ReportButtons, lowerFirst(r.report.From)) {
		return
	}
	var whole format.Detected
	suspicious := r.callsSuspicious()
	for _, root := range r.attachedMails() {
		found, ok := r.reportIn(root)
		if !ok || suspicious && found.Format != format.ARF || whole.Format != "" && whole.Format != found.Format {
			continue
		}
		r.passed = append(r.passed, root)
		if whole.Format == "" {
			whole = found
			continue
		}
		join(&whole, found)
	}
	if whole.Format == "" {
		return
	}
	if whole.Kind == advisory { // what a person hands on is never one
		whole.Kind = ""
	}
	r.take(whole)
}

const advisory = "advisory"

// attachedMails are the roots of the mails attached to this one, not those
// attached to them.
func (r *reading) attachedMails() (roots []*mime.Part) {
	r.root.Walk(func(p *mime.Part) bool {
		if p.Message() && !p.Leaf() && len(roots) < maxPassedOn {
			roots = append(roots, p.Children[0])
		}
		return !p.Message()
	})
	return roots
}

// reportIn reads the structured report that an attached mail is.
func (r *reading) reportIn(root *mime.Part) (format.Detected, bool) {
	words := ""
	if shown := root.Outer(func(p *mime.Part) bool { return p.Type == "text/plain" && !p.AttachedIn(root) }); shown != nil {
		words, _ = shown.Text(maxPassedOnText)
	}
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
