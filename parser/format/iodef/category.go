package iodef

import (
	"strings"

	"postern/parser/format"
)

// impacts gives the RSIT type for the types of Impact (RFC 5070 section 3.10.1)
// and of SystemImpact (RFC 7970 section 3.12.1). Where a type says only that
// something was harmed and not what was done, it is left open.
var impacts = map[string]string{
	"admin":              "intrusions/privileged-account-compromise",
	"user":               "intrusions/unprivileged-account-compromise",
	"dos":                "availability/dos",
	"recon":              "information-gathering/scanner",
	"social-engineering": "information-gathering/social-engineering",
	"info-leak":          "information-content-security/data-leak",
	"file":               "information-content-security/unauthorised-information-modification",
	"misconfiguration":   "intrusion-attempts/exploit", // "an attempt was made to exploit a mis-configuration"

	"takeover-account":        "intrusions/unprivileged-account-compromise",
	"takeover-service":        "intrusions/application-compromise",
	"takeover-system":         "intrusions/system-compromise",
	"cps-manipulation":        "availability/sabotage",
	"cps-damage":              "availability/sabotage",
	"availability-data":       "availability/dos",
	"availability-account":    "availability/dos",
	"availability-service":    "availability/dos",
	"availability-system":     "availability/dos",
	"damaged-system":          "availability/sabotage",
	"damaged-data":            "information-content-security/unauthorised-information-modification",
	"breach-proprietary":      "information-content-security/data-leak",
	"breach-privacy":          "information-content-security/data-leak",
	"breach-credential":       "information-content-security/data-leak",
	"breach-configuration":    "information-content-security/unauthorised-information-access",
	"integrity-data":          "information-content-security/unauthorised-information-modification",
	"integrity-configuration": "information-content-security/unauthorised-information-modification",
	"integrity-hardware":      "availability/sabotage",
	"traffic-redirection":     "intrusions/system-compromise",
	"monitoring-traffic":      "information-gathering/sniffing",
	"monitoring-host":         "intrusions/system-compromise",
}

// words give the RSIT type by a word in a type that is none of the schema's
// (ext-type).
var words = []struct{ word, is string }{
	{"phish", "fraud/phishing"},
	{"c2", "malicious-code/c2-server"},
	{"command-and-control", "malicious-code/c2-server"},
	{"bot", "malicious-code/infected-system"},
	{"infect", "malicious-code/infected-system"},
	{"malware", "malicious-code/infected-system"},
	{"brute", "intrusion-attempts/brute-force"},
	{"scan", "information-gathering/scanner"},
	{"spam", "abusive-content/spam"},
	{"ddos", "availability/ddos"},
	{"copyright", "fraud/copyright"},
}

// extended is what a type says that the sender made himself.
func extended(written string) string {
	written = strings.ToLower(written)
	for _, known := range words {
		if strings.Contains(written, known.word) {
			return known.is
		}
	}
	return format.RSIT(written)
}

// category is that of a report of phishing, else what the assessment says.
func category(incident *format.Element) string {
	for _, event := range append(incident.All("EventData"), incident) {
		if found := fraud(event); found != "" {
			return found
		}
	}
	return assessed(incident)
}

// assessed is the category of the first Assessment that says one, of the incident
// or of one of its events.
func assessed(incident *format.Element) string {
	for _, assessment := range incident.All("Assessment") {
		for _, name := range assessment.All("IncidentCategory") {
			if found := format.RSIT(name.Line()); found != "" {
				return found
			}
		}
		for _, impact := range assessment.All("Impact", "SystemImpact") {
			if found := harm(impact); found != "" {
				return found
			}
		}
	}
	for _, event := range incident.All("EventData") {
		if found := assessed(event); found != "" {
			return found
		}
	}
	return ""
}

// harm is what one impact says. An attempt that failed broke nothing.
func harm(impact *format.Element) string {
	found := impacts[strings.ToLower(impact.Attr("type"))]
	if found == "" {
		found = extended(impact.Attr("ext-type"))
	}
	if strings.EqualFold(impact.Attr("completion"), "failed") && strings.HasPrefix(found, "intrusions/") {
		return "intrusion-attempts/exploit"
	}
	return found
}
