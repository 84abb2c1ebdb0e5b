package parser

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/format"
)

// tlpLabel finds labels of TLP 2.0 and the WHITE of TLP 1.0.
var tlpLabel = regexp.MustCompile(`(?i)\btlp\s{0,3}[:=\-_ ]\s{0,3}(clear|green|amber\s?[+\-_]?\s?strict|amber|red|white)\b`)

// tlpLine is a line that says nothing but its label, bare or decorated, or behind
// a word for it.
var tlpLine = regexp.MustCompile(`(?i)^(?:[\s\[\](){}*#=_/|~+-]|classification|sensitivity|marking|handling|distribution|restrictions?|einstufung|weitergabe|vertraulichkeit|diffusion|clasificaci[oó]n|classificazione|classificação|classificatie|rubricering|klasyfikacja|классификация|гриф)*:?[\s\[\](){}*#=_/|~+-]*tlp\s{0,3}[:=\-_ ]\s{0,3}(?:clear|green|amber(?:\s?[+\-_]?\s?strict)?|red|white)[\s\[\](){}*#=_/|~.+-]*$`)

// tlpOrder has the labels of TLP 2.0 from the widest to the narrowest.
var tlpOrder = format.TLPLabels

// legend is how many different labels close together explain the labels and set none.
const legend = 3

// leadLines is how many lines with words are looked at before the content begins.
const leadLines = 8

// findTLP gives the strictest label that counts and where it stood. No label is
// no label.
func (r *reading) findTLP() (label, where string) {
	for _, place := range []struct{ where, label string }{
		{"the structured report says so", r.stated.TLP},
		{"the subject says so", narrowest(labelsIn(r.report.Subject))},
		{"a header says so", narrowest(labelsIn(r.tlpHeaders()))},
		{"a line before the content says so", narrowest(leadLabels(r.ownText()))},
	} {
		if slices.Index(tlpOrder, place.label) > slices.Index(tlpOrder, label) {
			label, where = place.label, place.where
		}
	}
	return label, where
}

// ownText is where a label may stand: the sender's own words, or all when the
// mail has none. A quoted label was somebody else's.
func (r *reading) ownText() string {
	if strings.TrimSpace(r.report.NewText) != "" {
		return r.report.NewText
	}
	return r.report.Text
}

func (r *reading) tlpHeaders() string {
	var all []string
	for _, field := range []string{"X-TLP", "TLP", "X-Classification"} {
		if value := r.holder(field).Field(field); value != "" {
			all = append(all, "TLP:"+strings.TrimPrefix(strings.ToUpper(value), "TLP:"))
		}
	}
	return strings.Join(all, " ")
}

// labelsIn gives the different labels in a text, none if they are a legend.
func labelsIn(text string) []string {
	if !mayLabel(text) {
		return nil
	}
	var found []string
	for _, match := range tlpLabel.FindAllStringSubmatch(text, 20) {
		if label := canonicalTLP(match[1]); !slices.Contains(found, label) {
			found = append(found, label)
		}
	}
	if len(found) >= legend {
		return nil
	}
	return found
}

// mayLabel is a cheap test before the regular expression.
func mayLabel(text string) bool {
	for at := 2; at < len(text); at++ {
		if text[at]|0x20 == 'p' && strings.EqualFold(text[at-2:at+1], "tlp") {
			return true
		}
	}
	return false
}

// leadLabels gives the labels that stand alone on a line before the content.
func leadLabels(text string) []string {
	lead := leadOf(text)
	if !slices.ContainsFunc(lead, mayLabel) || labelsIn(strings.Join(lead, "\n")) == nil { // none at all, or a legend
		return nil
	}
	var alone []string
	for _, line := range lead[:min(len(lead), leadLines)] {
		if len(line) <= 80 && mayLabel(line) && tlpLine.MatchString(line) {
			alone = append(alone, line)
		}
	}
	return labelsIn(strings.Join(alone, "\n"))
}

// leadOf gives the first lines with words, and so many more as a legend may have.
func leadOf(text string) []string {
	lead := make([]string, 0, leadLines+legend)
	for line := range strings.Lines(text) {
		if len(lead) == cap(lead) {
			break
		}
		if line = strings.TrimSpace(line); line != "" {
			lead = append(lead, line[:min(len(line), 500)])
		}
	}
	return lead
}

func canonicalTLP(written string) string {
	label := strings.ToUpper(strings.Join(strings.Fields(written), ""))
	switch {
	case label == "WHITE": // TLP 1.0
		return "CLEAR"
	case strings.HasPrefix(label, "AMBER") && strings.HasSuffix(label, "STRICT"):
		return "AMBER+STRICT"
	}
	return label
}

func narrowest(labels []string) string {
	best := ""
	for _, label := range labels {
		if slices.Index(tlpOrder, label) > slices.Index(tlpOrder, best) {
			best = label
		}
	}
	return best
}

// TLPRank is the place of a label (with or without "TLP:") among those of TLP 2.0:
// 0 for none at all, 5 for RED. WHITE is what TLP 1.0 called CLEAR. A label that
// nobody knows is taken for the strictest: it was meant to protect something.
func TLPRank(label string) int {
	label = canonicalTLP(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(label)), "TLP:"))
	if label == "" {
		return 0
	}
	if rank := slices.Index(tlpOrder, label); rank >= 0 {
		return rank + 1
	}
	return len(tlpOrder)
}

// TLPStricter is the stricter one of two labels, in the spelling of TLP 2.0
// without "TLP:". "" is no label and looser than every label.
func TLPStricter(a, b string) string {
	rank := max(TLPRank(a), TLPRank(b))
	if rank == 0 {
		return ""
	}
	return tlpOrder[rank-1]
}

// TLPLabels are the labels of TLP 2.0 from the widest to the narrowest.
func TLPLabels() []string { return slices.Clone(tlpOrder) }

// TLPLabel reads a label as a person writes it; "" and "none" are no label.
func TLPLabel(written string) (label string, ok bool) {
	label = canonicalTLP(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(written)), "TLP:"))
	if label == "" || label == "NONE" {
		return "", true
	}
	return label, slices.Contains(tlpOrder, label)
}
