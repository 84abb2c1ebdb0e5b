package tickets_test

import (
	"slices"
	"strings"
	"testing"

	"postern/tickets"
)

func TestAlike(t *testing.T) {
	for _, test := range []struct {
		given string
		want  []string
	}{
		{"phising", []string{"fraud/phishing"}},
		{"Fraud/Phising", []string{"fraud/phishing"}},
		{"fraud", []string{"fraud/unauthorised-use-of-resources", "fraud/copyright", "fraud/masquerade", "fraud/phishing"}},
		{"phishing site", []string{"fraud/phishing"}},
		{"malware", []string{"malicious-code/malware-distribution", "malicious-code/malware-configuration"}},
		{"bruteforce", []string{"intrusion-attempts/brute-force"}},
		{"dataleak", []string{"information-content-security/data-leak"}},
		{"ransomware", nil},
		{"x", nil},
		{"", nil},
		{strings.Repeat("x", 5000), nil},
	} {
		if got := tickets.Alike(test.given, tickets.Categories); !slices.Equal(got, test.want) {
			t.Errorf("%.20q: got %v, want %v", test.given, got, test.want)
		}
	}
}

func TestChoices(t *testing.T) {
	for given, want := range map[string]string{
		"phising":    "did you mean fraud/phishing?",
		"ransomware": "there are abusive-content/spam, ",
	} {
		if got := tickets.Choices(given, tickets.Categories); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q", given, got)
		}
	}
	if got := tickets.Choices("hihg", tickets.Severities); got != "there are low, medium, high, critical" {
		t.Errorf("of few: got %q", got)
	}
}
