package parser

import (
	"strings"
	"unicode"

	"postern/parser/automatic"
)

// What a suggestion says when nothing speaks for anything else.
const (
	undetermined    = "other/undetermined"
	severityDefault = "medium"
)

// suggest proposes kind, category, severity and TLP, each with its reason. The
// reasons never quote the mail: it may have come encrypted.
func (r *reading) suggest() {
	words := r.classified()
	r.suggestCategory(words)
	r.suggestKind(words)
	r.suggestSeverity(words)
	if label, where := r.findTLP(); label != "" {
		r.report.TLP = label
		r.report.Why["tlp"] = "TLP:" + label + ": " + where + "."
	}
}

// maxClassified is how many bytes of text the rules look at.
const maxClassified = 16 << 10

// classified is subject and own words in lower case, every word with one blank
// on each side. A mail without words of its own is judged by what it forwards.
func (r *reading) classified() string {
	own := r.report.NewText
	if len(strings.Fields(own)) < 10 {
		own = r.report.Text + " " + r.report.Forwarded.Subject
	}
	text := r.report.Subject + " " + own
	text = strings.ToValidUTF8(text[:min(len(text), maxClassified)], "")
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte(' ')
	blank := true
	for _, c := range strings.ToLower(text) {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(c)
			blank = false
		} else if !blank {
			b.WriteByte(' ')
			blank = true
		}
	}
	b.WriteByte(' ')
	return b.String()
}

// suggestCategory takes the format's word, else the rule that most words speak for.
func (r *reading) suggestCategory(words string) {
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
func (r *reading) suggestKind(words string) {
	kind, why := r.kind(words)
	r.report.Kind = kind
	r.report.Why["kind"] = why
}

func (r *reading) kind(words string) (kind, why string) {
	structured := r.stated.Format != ""
	switch {
	case notAReport(r.report.Automatic) && !structured:
		if r.report.Automatic.Kind == "list" && mentions(words, advisoryWords) {
			return "advisory", "It came by a mailing list and reads like an advisory."
		}
		return "not-a-report", "A program wrote it: " + r.report.Automatic.Reason
	case structured:
		return "incident", "It is a structured report."
	case mentions(words, requestWords):
		return "request", "Words of a legal or police request stand in it."
	case mentions(words, advisoryWords) && !mentions(words, vulnerabilityWords):
		return "advisory", "It reads like an advisory."
	case mentions(words, vulnerabilityWords):
		return "vulnerability", "Words of a vulnerability report stand in it."
	}
	return "incident", "Nothing speaks for anything else."
}

// notAReport tells automatic mail that reports nothing.
func notAReport(v automatic.Verdict) bool { return v.Is && v.Kind != "machine-report" }

// suggestSeverity judges by impact, never by how urgent the mail calls itself,
// and never above high: critical is a person's word.
func (r *reading) suggestSeverity(words string) {
	r.report.Severity, r.report.Why["severity"] = severityDefault, "Nothing speaks for more or less."
	switch {
	case r.report.Kind == "not-a-report" || r.report.Kind == "advisory":
		r.report.Severity, r.report.Why["severity"] = "low", "It reports no incident."
	case mentions(words, severeWords):
		r.report.Severity, r.report.Why["severity"] = "high", "Words of the text speak of lost passwords, encrypted systems or a compromised server."
	case lowCategories[r.report.Category]:
		r.report.Severity, r.report.Why["severity"] = "low", "What is reported is an attempt or a nuisance without known effect."
	}
}
