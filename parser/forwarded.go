package parser

import (
	"strings"
	"time"

	"postern/parser/mime"
	"postern/parser/text"
)

// forwarded finds the mail inside a forward: the first one attached, else the
// first one quoted whole. An answer quotes what it answers, which is no forward.
func (r *reading) forwarded() {
	if r.report.Format == "dsn" {
		return
	}
	if inner := r.firstAttached(); inner != nil {
		r.report.Forwarded = forwardOf(inner)
		return
	}
	found, ok := text.FindForward(r.report.Text)
	if !ok || !found.Forwarded && !forwardSubject(r.report.Subject) && len(r.report.InReplyTo)+len(r.report.References) > 0 {
		return
	}
	if !found.Forwarded && answerSubject(r.report.Subject) {
		return
	}
	r.report.Forwarded = Forwarded{From: found.From, To: found.To, Subject: found.Subject, Date: isoDate(found.Date), MessageID: found.MessageID}
}

// firstAttached is the root of the first attached mail.
func (r *reading) firstAttached() *mime.Part {
	var inner *mime.Part
	r.root.Walk(func(p *mime.Part) bool {
		if inner == nil && p.Message() && !p.Leaf() {
			inner = p.Children[0]
		}
		return inner == nil
	})
	return inner
}

func forwardOf(p *mime.Part) Forwarded {
	found := Forwarded{
		From: p.Field("From"), To: p.Field("To"), Subject: p.Subject(), MessageID: first(p.MessageIDs("Message-ID")),
	}
	if at, ok := p.Date(); ok {
		found.Date = at.Format(time.RFC3339)
	}
	return found
}

// isoDate puts a date as RFC 3339 when it can be read, else leaves it as written.
func isoDate(written string) string {
	if at, ok := mime.ParseDate(written); ok {
		return at.Format(time.RFC3339)
	}
	return written
}

// forwardPrefixes and answerPrefixes are what clients put before a subject.
var (
	forwardPrefixes = []string{"fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "enc:", "doorst:", "pd:", "vs:"}
	answerPrefixes  = []string{"re:", "aw:", "antw:", "sv:", "odp:", "ref:", "réf:", "res:", "r:"}
)

func forwardSubject(subject string) bool { return hasPrefix(subject, forwardPrefixes) }
func answerSubject(subject string) bool  { return hasPrefix(subject, answerPrefixes) }

func hasPrefix(subject string, prefixes []string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, prefix := range prefixes {
		if strings.HasPrefix(subject, prefix) {
			return true
		}
	}
	return false
}
