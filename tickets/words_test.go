package tickets_test

import (
	"errors"
	"strings"
	"testing"

	"postern/tickets"
)

func TestWordsOfAChange(t *testing.T) {
	if n := len(tickets.Categories); n != 39 {
		t.Errorf("RSIT has 39 types, got %d", n)
	}
	red, none, pink := "tlp:red", "none", "pink"
	for name, c := range map[string]struct {
		given tickets.Change
		want  string // part of the error
		check func(tickets.Change) bool
	}{
		"in any case": {tickets.Change{Kind: "Vulnerability", Severity: "HIGH", Verdict: "False-Positive"}, "", func(c tickets.Change) bool {
			return c.Kind == "vulnerability" && c.Severity == "high" && c.Verdict == "false positive"
		}},
		"a type that one class has":     {tickets.Change{Category: "phishing"}, "", func(c tickets.Change) bool { return c.Category == "fraud/phishing" }},
		"class and type":                {tickets.Change{Category: "other/other"}, "", func(c tickets.Change) bool { return c.Category == "other/other" }},
		"a class alone":                 {tickets.Change{Category: "fraud"}, "fraud/masquerade", nil},
		"a category misspelt":           {tickets.Change{Category: "phising"}, "did you mean fraud/phishing?", nil},
		"no category":                   {tickets.Change{Category: "ransomware"}, "abusive-content/spam", nil},
		"no kind":                       {tickets.Change{Kind: "mail"}, "incident, vulnerability", nil},
		"no severity":                   {tickets.Change{Severity: "urgent"}, "low, medium, high, critical", nil},
		"no verdict":                    {tickets.Change{Verdict: "maybe"}, "false positive", nil},
		"no resolution":                 {tickets.Change{Resolution: "done"}, "accepted risk", nil},
		"a label":                       {tickets.Change{TLP: &red}, "", func(c tickets.Change) bool { return *c.TLP == "RED" }},
		"no label":                      {tickets.Change{TLP: &none}, "", func(c tickets.Change) bool { return *c.TLP == "" }},
		"a colour that is no label":     {tickets.Change{TLP: &pink}, "AMBER+STRICT", nil},
		"two faults are both told":      {tickets.Change{Kind: "mail", TLP: &pink}, "pink", nil},
		"a resolution with its hyphens": {tickets.Change{Resolution: "not-a-report"}, "", func(c tickets.Change) bool { return c.Resolution == "not a report" }},
	} {
		got, err := c.given.Canonical()
		if c.want != "" && (!errors.Is(err, tickets.ErrValue) || !strings.Contains(err.Error(), c.want)) || c.want == "" && err != nil {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
		if c.check != nil && !c.check(got) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestChangedFacts(t *testing.T) {
	open := tickets.Facts{State: "open", Kind: "incident", Category: "other/undetermined", Severity: "low", Verdict: "unverified", TLP: "AMBER", Division: "network"}
	green, red, yes := "GREEN", "RED", true
	spam, text, err := open.Changed(tickets.Change{Kind: "not-a-report"}, "")
	if err != nil || spam.State != "closed" || spam.Resolution != tickets.NotAReport || !strings.Contains(text, "kind incident to not-a-report") {
		t.Errorf("no report: got %+v, %q, %v", spam, text, err)
	}
	if back, _, err := spam.Changed(tickets.Change{Kind: "incident"}, ""); err != nil || back.State != "open" || back.Resolution != "" {
		t.Errorf("a report after all: got %+v, %v", back, err)
	}
	if _, text, err := open.Changed(tickets.Change{TLP: &red, Restricted: &yes, Severity: "low"}, "AMBER"); err != nil || text != "TLP AMBER to RED, division network to central, restricted" {
		t.Errorf("stricter: got %q, %v", text, err)
	}
	if _, _, err := open.Changed(tickets.Change{TLP: &green}, "AMBER"); !errors.Is(err, tickets.ErrValue) {
		t.Errorf("looser than a mail: got %v", err)
	}
	if _, _, err := open.Changed(tickets.Change{Resolution: "fixed"}, ""); !errors.Is(err, tickets.ErrTransition) {
		t.Errorf("a resolution of what is open: got %v", err)
	}
}
