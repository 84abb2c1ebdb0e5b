package parser

import (
	"strings"

	"postern/parser/indicator"
	"postern/parser/mime"
)

// searchHeader lets the subject be searched: reports name their host there.
func (r *reading) searchHeader() {
	r.searched = append(r.searched, indicator.Text{Part: r.outer.Number, Body: r.report.Subject})
}

// searchRest lets the text of attached files, of the alternatives not shown and
// of attached mails be searched, while there is room.
func (r *reading) searchRest() {
	r.root.Walk(func(p *mime.Part) bool {
		if r.ctx.Err() != nil {
			return false
		}
		if p.Message() && !p.Leaf() {
			r.searchMail(p.Children[0])
		}
		if p.Leaf() && !r.shownParts[p] && searchable(p) {
			body, links := r.read(p)
			r.searched = append(r.searched, indicator.Text{Part: p.Number, Body: body, URLs: links, Attached: p.Attached()})
		}
		return true
	})
}

// searchable tells a leaf whose words are worth a search.
func searchable(p *mime.Part) bool {
	return strings.HasPrefix(p.Type, "text/") && p.Type != "text/calendar" && p.Type != "text/vcard" ||
		p.Type == "message/feedback-report"
}

// attachedFields are the fields of an attached mail that name its origin.
var attachedFields = []string{"From", "Reply-To", "Return-Path", "Sender", "Subject", "Received", "X-Originating-Ip", "Message-Id"}

// maxReceived is how many values of one field of an attached mail are searched.
const maxReceived = 30

func (r *reading) searchMail(p *mime.Part) {
	var b strings.Builder
	for _, field := range attachedFields {
		values := p.Fields(field)
		for _, value := range values[:min(len(values), maxReceived)] {
			b.WriteString(field + ": " + value + "\n")
		}
	}
	r.searched = append(r.searched, indicator.Text{Part: p.Number, Body: b.String(), Attached: true})
}
