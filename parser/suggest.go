package parser

import (
	"strings"

	"postern/parser/automatic"
	"postern/parser/text"
)

// What a suggestion says when nothing speaks for anything else.
const (
	undetermined    = "other/undetermined"
	severityDefault = "medium"
)

// suggest proposes kind, category, severity and TLP, each with its reason. The
// reasons never quote the mail: it may have come encrypted.
func (r *reading) suggest() {
	words := r.wording()
	r.suggestCategory(words)
	r.suggestKind(words)
	r.suggestSeverity(words)
	if label, where := r.findTLP(); label != "" {
		r.report.TLP = label
		r.report.Why["tlp"] = "TLP:" + label + ": " + where + "."
	}
}

// wording is what the rules look at: the subject and the sender's own words, or
// what the mail forwards when it has hardly any of its own.
func (r *reading) wording() wording {
	own := r.report.NewText
	if len(strings.Fields(own)) < 10 {
		own = text.Unwarned(r.report.Text) + " " + r.report.Forwarded.Subject
	}
	return newWording(r.report.Subject + " " + own)
}

// suggestCategory takes the format's word, else the rule that most words speak for.
func (r *reading) suggestCategory(words wording) {
	if r.stated.Category != "" {
		r.report.Category = r.stated.Category
		r.report.Why["category"] = "The structured report states it."
		return
	}
	best, most := undetermined, 0
	for _, rule := range categoryRules {
		if n := rule.count(words); n > most {
			best, most = rule.category, n
		}
	}
	r.report.Category = best
	r.report.Why["category"] = "No words of the subject or the text point to a category."
	if most > 0 {
		r.report.Why["category"] = "Words of the subject or the text speak for it."
	}
}

// suggestKind tells incidents from everything else that comes to a team's address.
func (r *reading) suggestKind(words wording) {
	kind, why := r.kind(words)
	r.report.Kind = kind
	r.report.Why["kind"] = why
}

// kind goes by words, but what a person hands on is never an advisory, which
// nobody answers: the words may be those of a mail made to keep its victims'
// reports quiet.
func (r *reading) kind(words wording) (kind, why string) {
	structured := r.stated.Format != ""
	switch {
	case notAReport(r.report.Automatic) && !structured:
		if r.report.Automatic.Kind == "list" && words.hasAny(advisoryWords) {
			return "advisory", "It came by a mailing list and reads like an advisory."
		}
		return "not-a-report", "It reports nothing to us: " + r.report.Automatic.Reason
	case r.stated.Kind != "":
		return r.stated.Kind, "The structured report says so."
	case structured:
		return "incident", "It is a structured report."
	case words.hasAny(requestWords):
		return "request", "Words of a legal or police request stand in it."
	case words.hasAny(advisoryWords) && !words.hasAny(vulnerabilityWords) && r.report.Forwarded.From == "":
		return "advisory", "It reads like an advisory."
	case words.hasAny(vulnerabilityWords):
		return "vulnerability", "Words of a vulnerability report stand in it."
	}
	return "incident", "Nothing speaks for anything else."
}

// notAReport tells automatic mail that reports nothing, and what people write to
// a mailing list of others.
func notAReport(v automatic.Verdict) bool {
	return v.Is && v.Kind != "machine-report" || v.Kind == "list"
}

// suggestSeverity judges by impact, never by how urgent the mail calls itself,
// and never above high: critical is a person's word.
func (r *reading) suggestSeverity(words wording) {
	r.report.Severity, r.report.Why["severity"] = severityDefault, "Nothing speaks for more or less."
	switch {
	case r.report.Kind == "not-a-report" || r.report.Kind == "advisory":
		r.report.Severity, r.report.Why["severity"] = "low", "It reports no incident."
	case words.hasAny(severeWords):
		r.report.Severity, r.report.Why["severity"] = "high", "Words of the text speak of lost passwords, encrypted systems or a compromised server."
	case lowCategories[r.report.Category]:
		r.report.Severity, r.report.Why["severity"] = "low", "What is reported is an attempt or a nuisance without known effect."
	}
}
