package stix

import (
	"strings"

	"postern/parser/format"
)

// words gives the RSIT type by a word in the labels, types and kill chain of an
// object, else in its name. STIX has no categories of incidents, unless a label
// is one of RSIT; what says nothing leaves the question to the words of the mail.
var words = []struct{ word, is string }{
	{"phish", "fraud/phishing"},
	{"credential-harvest", "fraud/phishing"},
	{"c2", "malicious-code/c2-server"},
	{"c&c", "malicious-code/c2-server"},
	{"command-and-control", "malicious-code/c2-server"},
	{"command and control", "malicious-code/c2-server"},
	{"hosting-malware", "malicious-code/malware-distribution"},
	{"ransom", "information-content-security/unauthorised-information-modification"}, // RSIT files encryption here
	{"botnet", "malicious-code/infected-system"},
	{"infected", "malicious-code/infected-system"},
	{"ddos", "availability/ddos"},
	{"denial-of-service", "availability/dos"},
	{"brute", "intrusion-attempts/brute-force"},
	{"password spray", "intrusion-attempts/brute-force"},
	{"credential stuffing", "intrusion-attempts/brute-force"},
	{"scan", "information-gathering/scanner"},
	{"reconnaissance", "information-gathering/scanner"},
	{"exploit", "intrusion-attempts/exploit"},
	{"spam", "abusive-content/spam"},
	{"malware", "malicious-code/malware-distribution"},
	{"trojan", "malicious-code/malware-distribution"},
	{"dropper", "malicious-code/malware-distribution"},
	{"compromised", "intrusions/system-compromise"},
	{"exfiltration", "information-content-security/data-leak"},
	{"data-leak", "information-content-security/data-leak"},
}

// typed are the lists of an object that say what it is about.
var typed = []string{"indicator_types", "incident_types", "labels", "malware_types", "infrastructure_types"}

func category(objects ...format.Object) string {
	for _, object := range objects {
		said := object.Texts(typed...)
		for _, label := range said {
			if found := format.RSIT(label); found != "" {
				return found
			}
		}
		for _, phase := range object.Objects("kill_chain_phases") {
			said = append(said, phase.Text("phase_name"))
		}
		for _, text := range []string{strings.Join(said, " "), object.Text("name"), object.Text("description")} {
			if found := byWord(text); found != "" {
				return found
			}
		}
		if found := technique(object); found != "" {
			return found
		}
		if object.Text("type") == "malware" {
			return "malicious-code/malware-distribution"
		}
	}
	return ""
}

func byWord(text string) string {
	text = strings.ToLower(text[:min(len(text), maxDescription)])
	for _, known := range words {
		if strings.Contains(text, known.word) {
			return known.is
		}
	}
	return ""
}

// techniques gives the RSIT type of those of ATT&CK that are one.
var techniques = map[string]string{
	"T1566": "fraud/phishing", "T1598": "fraud/phishing", "T1656": "fraud/masquerade",
	"T1110": "intrusion-attempts/brute-force", "T1190": "intrusion-attempts/exploit", "T1210": "intrusion-attempts/exploit",
	"T1595": "information-gathering/scanner", "T1046": "information-gathering/scanner", "T1040": "information-gathering/sniffing",
	"T1498": "availability/ddos", "T1499": "availability/dos", "T1496": "fraud/unauthorised-use-of-resources",
	"T1071": "malicious-code/c2-server", "T1095": "malicious-code/c2-server", "T1105": "malicious-code/malware-distribution",
	"T1486": "information-content-security/unauthorised-information-modification", "T1491": "information-content-security/unauthorised-information-modification",
	"T1041": "information-content-security/data-leak", "T1048": "information-content-security/data-leak", "T1567": "information-content-security/data-leak",
	"T1505": "intrusions/application-compromise",
}

// technique is the RSIT type of the technique that an object is.
func technique(object format.Object) string {
	for _, reference := range object.Objects("external_references") {
		number, _, _ := strings.Cut(reference.Text("external_id"), ".")
		if found := techniques[number]; found != "" {
			return found
		}
	}
	return ""
}

// hasAny tells whether an object calls itself by a word.
func hasAny(object format.Object, word string) bool {
	for _, said := range object.Texts(typed...) {
		if strings.EqualFold(said, word) {
			return true
		}
	}
	return false
}
