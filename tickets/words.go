package tickets

import (
	"errors"
	"fmt"
	"strings"

	"postern/parser"
)

// Kinds, Severities and Verdicts are what a person may set a ticket to.
var (
	Kinds      = []string{"incident", "vulnerability", "advisory", "request", "not-a-report"}
	Severities = []string{"low", "medium", "high", "critical"}
	Verdicts   = []string{"unverified", "confirmed", "false positive"}
)

// Categories are those of the Reference Security Incident Taxonomy (ENISA and
// TF-CSIRT, human version 1.3, machine version 1003), "class/type".
var Categories = classes(
	"abusive-content", "spam harmful-speech violence",
	"malicious-code", "infected-system c2-server malware-distribution malware-configuration",
	"information-gathering", "scanner sniffing social-engineering",
	"intrusion-attempts", "ids-alert brute-force exploit",
	"intrusions", "privileged-account-compromise unprivileged-account-compromise application-compromise system-compromise burglary",
	"availability", "dos ddos misconfiguration sabotage outage",
	"information-content-security", "unauthorised-information-access unauthorised-information-modification data-loss data-leak",
	"fraud", "unauthorised-use-of-resources copyright masquerade phishing",
	"vulnerable", "weak-crypto ddos-amplifier potentially-unwanted-accessible information-disclosure vulnerable-system",
	"other", "other undetermined",
	"test", "test",
)

// classes reads pairs of a class and its types.
func classes(pairs ...string) []string {
	var all []string
	for i := 0; i+1 < len(pairs); i += 2 {
		for _, kind := range strings.Fields(pairs[i+1]) {
			all = append(all, pairs[i]+"/"+kind)
		}
	}
	return all
}

// ErrValue is a word that a ticket cannot be set to; the error offers those it can.
var ErrValue = errors.New("not allowed")

// Change is what a person sets on a ticket; nil and "" leave a thing as it is.
type Change struct {
	Kind       string
	Category   string // "class/type", or the type alone where only one class has it
	Severity   string
	Verdict    string
	Resolution string // of a ticket that is done
	TLP        *string
	Restricted *bool
}

// Empty tells that nothing is to be set.
func (c Change) Empty() bool {
	return c.Kind+c.Category+c.Severity+c.Verdict+c.Resolution == "" && c.TLP == nil && c.Restricted == nil
}

// Canonical is the change in the words that stand in rows. Its error is ErrValue
// and offers what is allowed.
func (c Change) Canonical() (Change, error) {
	var errs []error
	word := func(what string, value *string, allowed []string) {
		if *value == "" {
			return
		}
		found, ok := match(*value, allowed)
		if !ok {
			errs = append(errs, fmt.Errorf("%s %q is %w; %s", what, *value, ErrValue, Choices(*value, allowed)))
		}
		*value = found
	}
	word("kind", &c.Kind, Kinds)
	word("category", &c.Category, Categories)
	word("severity", &c.Severity, Severities)
	word("verdict", &c.Verdict, Verdicts)
	word("resolution", &c.Resolution, resolutions[:])
	if c.TLP != nil {
		label, ok := parser.TLPLabel(*c.TLP)
		if !ok {
			errs = append(errs, fmt.Errorf("TLP %q is %w; there are none, %s", *c.TLP, ErrValue, strings.Join(parser.TLPLabels(), ", ")))
		}
		c.TLP = &label
	}
	return c, errors.Join(errs...)
}

// match finds a word in any case, with blanks for hyphens, or by what stands
// behind its slash where that is one word's alone.
func match(given string, allowed []string) (string, bool) {
	given = folded(given)
	var found []string
	for _, word := range allowed {
		_, behind, _ := strings.Cut(word, "/")
		if folded(word) == given {
			return word, true
		}
		if behind != "" && folded(behind) == given {
			found = append(found, word)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), " ")
}

// Facts are what Change sets, as they stand in a ticket's row.
type Facts struct {
	State, Kind, Category, Severity, Verdict, Resolution, TLP, Division string
	Restricted                                                          bool
}

// Changed is a ticket's facts after a person's change, and in words what is
// different. entries is the strictest label of its entries: a person may be
// stricter than their senders and never looser. Calling a ticket no report closes
// it, and taking that back opens it again. A restricted ticket belongs to central,
// whose named people are the only ones to see it.
func (f Facts) Changed(c Change, entries string) (Facts, string, error) {
	was := f
	for _, set := range []struct {
		into *string
		to   string
	}{{&f.Kind, c.Kind}, {&f.Category, c.Category}, {&f.Severity, c.Severity}, {&f.Verdict, c.Verdict}} {
		if set.to != "" {
			*set.into = set.to
		}
	}
	f = f.closedAsNoReport(was)
	if c.Resolution != "" {
		if !IsDone(f.State) {
			return was, "", fmt.Errorf("%w: a ticket that is %s has no resolution; resolve or close it with one", ErrTransition, f.State)
		}
		f.Resolution = c.Resolution
	}
	if c.TLP != nil {
		if parser.TLPRank(*c.TLP) < parser.TLPRank(entries) {
			return was, "", fmt.Errorf("TLP is %w to be looser than %s, which stands in a mail of this ticket", ErrValue, entries)
		}
		f.TLP = *c.TLP
	}
	if c.Restricted != nil {
		f.Restricted = *c.Restricted
	}
	if f.Restricted && !was.Restricted {
		f.Division = Central
	}
	return f, f.differs(was), nil
}

func (f Facts) closedAsNoReport(was Facts) Facts {
	switch {
	case f.Kind == kindNoReport && was.Kind != kindNoReport && !IsDone(f.State):
		f.State, f.Resolution = Closed, NotAReport
	case f.Kind != kindNoReport && was.Kind == kindNoReport && IsDone(f.State) && f.Resolution == NotAReport:
		f.State, f.Resolution = Open, ""
	}
	return f
}

// differs says what changed, "kind incident to request, severity low to high".
func (f Facts) differs(was Facts) string {
	var words []string
	for _, d := range []struct{ what, was, is string }{
		{"state", was.State, f.State}, {"kind", was.Kind, f.Kind}, {"category", was.Category, f.Category},
		{"severity", was.Severity, f.Severity}, {"verdict", was.Verdict, f.Verdict},
		{"resolution", was.Resolution, f.Resolution}, {"TLP", was.TLP, f.TLP}, {"division", was.Division, f.Division},
	} {
		if d.was != d.is {
			words = append(words, d.what+" "+orElse(d.was, "none")+" to "+orElse(d.is, "none"))
		}
	}
	if f.Restricted != was.Restricted {
		words = append(words, map[bool]string{true: "restricted", false: "no longer restricted"}[f.Restricted])
	}
	return strings.Join(words, ", ")
}
