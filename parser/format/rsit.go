package format

import (
	"slices"
	"strings"
)

// classes are the classes of RSIT with their types, human version 1.3 (machine
// version 1003), under their machine names.
var classes = map[string][]string{
	"abusive-content":              {"spam", "harmful-speech", "violence"},
	"malicious-code":               {"infected-system", "c2-server", "malware-distribution", "malware-configuration"},
	"information-gathering":        {"scanner", "sniffing", "social-engineering"},
	"intrusion-attempts":           {"ids-alert", "brute-force", "exploit"},
	"intrusions":                   {"privileged-account-compromise", "unprivileged-account-compromise", "application-compromise", "system-compromise", "burglary"},
	"availability":                 {"dos", "ddos", "misconfiguration", "sabotage", "outage"},
	"information-content-security": {"unauthorised-information-access", "unauthorised-information-modification", "data-loss", "data-leak"},
	"fraud":                        {"unauthorised-use-of-resources", "copyright", "masquerade", "phishing"},
	"vulnerable":                   {"weak-crypto", "ddos-amplifier", "potentially-unwanted-accessible", "information-disclosure", "vulnerable-system"},
	"other":                        {"other", "undetermined"},
	"test":                         {"test"},
}

// RSIT gives the category that a document names itself in the words of the
// taxonomy: "fraud/phishing", `rsit:fraud="phishing"`; "" for any other words.
func RSIT(written string) string {
	plain := strings.ToLower(strings.Join(strings.Fields(written), ""))
	plain = strings.NewReplacer("rsit:", "", "=", "/", ":", "/", `"`, "").Replace(plain)
	class, kind, _ := strings.Cut(plain, "/")
	if !slices.Contains(classes[class], kind) {
		return ""
	}
	return class + "/" + kind
}
