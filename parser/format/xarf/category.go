package xarf

import (
	"strings"

	"postern/parser/format"
)

const (
	spam        = "abusive-content/spam"
	undecided   = "" // the words of the mail say more than the type does
	masquerade  = "fraud/masquerade"
	phishing    = "fraud/phishing"
	infected    = "malicious-code/infected-system"
	malware     = "malicious-code/malware-distribution"
	c2          = "malicious-code/c2-server"
	scanner     = "information-gathering/scanner"
	bruteForce  = "intrusion-attempts/brute-force"
	exploit     = "intrusion-attempts/exploit"
	compromised = "intrusions/system-compromise"
	ddos        = "availability/ddos"
	copyright   = "fraud/copyright"
	vulnerable  = "vulnerable/vulnerable-system"
	unwanted    = "vulnerable/potentially-unwanted-accessible"
	violence    = "abusive-content/violence" // RSIT files child sexual exploitation here
	dataLeak    = "information-content-security/data-leak"
	modified    = "information-content-security/unauthorised-information-modification" // RSIT files defacement here
	misuse      = "fraud/unauthorised-use-of-resources"
	amplifier   = "vulnerable/ddos-amplifier"
	harmful     = "abusive-content/harmful-speech"
	account     = "intrusions/unprivileged-account-compromise"
)

// types4 gives the RSIT type of each type of version 4 and its drafts, by
// category; the name "" stands for a type that is not listed.
var types4 = map[string]map[string]string{
	"messaging": {"": spam, "spam": spam, "bulk_messaging": spam, "phishing": phishing},
	"connection": {"": undecided, "login_attack": bruteForce, "auth_failure": bruteForce, "brute_force": bruteForce,
		"port_scan": scanner, "vulnerability_scan": scanner, "vuln_scanning": scanner, "reconnaissance": scanner,
		"ddos": ddos, "ddos_amplification": ddos, "dos": "availability/dos", "sql_injection": exploit, "exploit": exploit,
		"infected_host": infected, "bot": infected, "ip_spoof": masquerade,
		"scraping": misuse, // it takes what is offered, beyond what it is offered for
	},
	"content": {"": undecided, "phishing": phishing, "malware": malware, "malware_distribution": malware,
		"fraud":                   masquerade, // RSIT has no type for swindle; somebody pretends to be somebody
		"brand_infringement":      masquerade, // a page that looks like the brand's
		"suspicious_registration": masquerade, // a name that looks like the brand's
		"csam":                    violence, "csem": violence, "exposed_data": dataLeak,
		"remote_compromise": compromised, "web_hack": compromised, "defacement": modified, "spamvertised": spam,
	},
	"copyright": {"": copyright, "copyright": copyright, "cyberlocker": copyright, "link_site": copyright, "p2p": copyright,
		"usenet": copyright, "ugc_platform": copyright, "trademark": copyright},
	"infrastructure": {"": infected, "botnet": infected, "bot": infected, "compromised_server": compromised,
		"compromised_account": account, "c2": c2, "command_and_control": c2},
	"vulnerability": {"": vulnerable, "cve": vulnerable, "misconfiguration": vulnerable, "open_service": unwanted, "open": unwanted,
		"open_resolver": amplifier},
	"reputation": {"": undecided, "blocklist": undecided, "threat_intelligence": undecided},
}

// category4 gives the RSIT type of a report. A reputation is of what it is a
// reputation for.
func category4(report format.Object) string {
	types := types4[categoryOf(report)]
	found, listed := types[plainName(report.Text("type"))]
	if !listed {
		found = types[""]
	}
	if found == undecided {
		return byWord(report.Text("threat_type", "threat_category", "type"))
	}
	return found
}

// types3 gives the RSIT type of each type and subtype of version 3, in small
// letters without signs.
var types3 = map[string]string{
	"spam": spam, "spamvertised": spam, "trap": spam, "unsolicited": spam, "phishing": phishing, "malware": malware, "botnet": infected, "bot": infected,
	"rpz":         infected, // a client asked for a name on a blocklist of malware
	"loginattack": bruteForce, "bruteforce": bruteForce, "portscan": scanner, "webcrawler": misuse, "exploit": exploit, "webhack": compromised,
	"ddos": ddos, "dos": "availability/dos", "copyright": copyright, "trademark": copyright, "childabuse": violence, "csam": violence, "csamlinks": violence, "violence": violence,
	"harassment": harmful, "identitytheft": masquerade, "fraud": masquerade, "openservice": unwanted, "vulnerability": vulnerable,
	"potentiallycompromisedaccount": account, "compromisedaccount": account, "compromisedserver": compromised, "c2": c2, "cnc": c2,
	"openresolver": amplifier, "defacement": modified,
}

// category3 takes the type, which is the wider word, unless only the subtype is
// known. A report of a resolver has the type of malware, but is about who asked.
func category3(report format.Object) string {
	if strings.HasPrefix(plainName(report.Text("ReportSubType")), "rpz") {
		return infected
	}
	for _, name := range [...]string{"ReportType", "ReportSubType"} {
		word := strings.ReplaceAll(plainName(report.Text(name)), "_", "")
		if found := types3[word]; found != "" {
			return found
		}
	}
	if strings.EqualFold(report.Text("ReportClass"), "Vulnerability") {
		return vulnerable
	}
	return undecided
}

// threats gives the RSIT type by a word in what somebody calls a threat.
var threats = []struct{ word, is string }{
	{"phish", phishing}, {"spam", spam}, {"c2", c2}, {"command", c2}, {"ddos", ddos}, {"botnet", infected}, {"infect", infected}, {"malware", malware},
	{"ransom", malware}, {"brute", bruteForce}, {"login", bruteForce}, {"scan", scanner}, {"recon", scanner}, {"exploit", exploit}, {"compromise", compromised},
}

func byWord(threat string) string {
	threat = strings.ToLower(threat)
	for _, known := range threats {
		if strings.Contains(threat, known.word) {
			return known.is
		}
	}
	return ""
}
