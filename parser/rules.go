package parser

// rule proposes a category (RSIT "class/type") by phrases. A phrase counts where
// words of the mail begin with it; one that ends in a blank is a whole word.
type rule struct {
	category string
	phrases  []string
}

// count is how many different phrases of the rule stand in the text.
func (r rule) count(words wording) int {
	n := 0
	for _, phrase := range r.phrases {
		if words.has(phrase) {
			n++
		}
	}
	return n
}

// categoryRules are asked in this order; the first of those with most words wins.
var categoryRules = []rule{
	{"fraud/phishing", []string{"phish", "phising", "fake login", "fake page", "fake bank", "credential harvest", "password harvest", "spoofed login",
		"betrügerische mail", "gefälschte mail", "gefälschte seite", "gefälschte login", "zugangsdaten ab", "hameçonnage", "suplantación", "confirm your account", "verify your account",
		"suspicious mail", "suspicious e mail", "suspicious email", "suspicious message", "verdächtige mail", "verdächtige e mail", "verdächtige nachricht", "copy of your sign in", "copy of your login", "copy of our sign in", "copy of our login", "looks like our login", "looks like your login", "kopie ihrer anmeldeseite", "nachgebaute anmeldeseite", "anmeldeseite nachgebaut"}},
	{"information-content-security/unauthorised-information-modification", []string{"ransom", "verschlüsselungstrojaner", "lösegeld", "files are encrypted", "encrypted our", "dateien verschlüsselt",
		"fichiers chiffrés", "archivos cifrados", "zaszyfrowan"}},
	{"malicious-code/c2-server", []string{"c2 server", "c2 ", "command and control", "c c server", "botnet controller", "steuerserver"}},
	{"malicious-code/infected-system", []string{"malware", "trojan", "trojaner", "virus", "schadsoftware", "schadcode", "infected", "infiziert", "botnet", "bot net", "infostealer", "infection", "befallen"}},
	{"intrusion-attempts/brute-force", []string{"brute force", "bruteforce", "failed password", "failed login", "login attempt", "login attack", "fail2ban", "invalid user", "passwort raten", "fehlgeschlagene anmeld", "fehlgeschlagene login", "anmeldeversuch", "login versuche", "password guess", "guessing password", "tries password", "trying password", "new password every", "password spray", "credential stuffing"}},
	{"information-gathering/scanner", []string{"port scan", "portscan", "scanning", "scan from", "scans from", "network scan", "netscan", "probing", "abtasten", "scanversuch", "port 22 scan", "scannt ", "scanned our", "scans our", "were scanned"}},
	{"availability/ddos", []string{"ddos", "distributed denial"}},
	{"availability/dos", []string{"denial of service", "dos attack", "überlastungsangriff"}},
	{"abusive-content/spam", []string{"spam ", "spammer", "spamming", "spammail", "unsolicited", "junk mail", "unerwünschte werbung", "werbemail"}},
	{"fraud/copyright", []string{"copyright", "dmca", "infringement", "urheberrecht", "rechteinhaber"}},
	{"information-content-security/data-leak", []string{"data leak", "datenleck", "data breach", "datenpanne", "leaked data", "leaked credential", "leaked password", "personenbezogene daten", "fuite de données"}},
	{"intrusions/unprivileged-account-compromise", []string{"account compromise", "compromised account", "hacked account", "account was hacked", "konto gehackt", "konto übernommen", "konto wurde gehackt", "stolen password", "typed my password", "entered my password", "passwort eingegeben", "kennwort eingegeben"}},
	{"intrusions/system-compromise", []string{"compromised server", "compromised host", "server was hacked", "hacked server", "webshell", "web shell", "rootkit", "backdoor", "kompromittierter server", "server gehackt", "defaced", "defacement", "hacked by"}},
	{"vulnerable/vulnerable-system", []string{"vulnerab", "sicherheitslücke", "schwachstelle", "sql injection", "cross site scripting", "xss", "remote code execution", "bug bounty", "proof of concept"}},
	{"vulnerable/ddos-amplifier", []string{"open resolver", "amplifier", "amplification", "open ntp"}},
	{"fraud/masquerade", []string{"ceo fraud", "impersonat", "gibt sich als", "gift card"}},
}

// lowCategories are attempts without effect and nuisances.
var lowCategories = map[string]bool{
	"information-gathering/scanner": true, "abusive-content/spam": true, "intrusion-attempts/brute-force": true,
	"fraud/copyright": true, "vulnerable/ddos-amplifier": true, "vulnerable/potentially-unwanted-accessible": true,
}

var (
	vulnerabilityWords = []string{"vulnerability in", "vulnerability report", "found a vulnerability", "found a security", "security vulnerability", "bug bounty", "bounty",
		"responsible disclosure", "coordinated disclosure", "proof of concept", "sicherheitslücke", "schwachstelle", "sql injection", "cross site scripting", "xss", "faille de sécurité", "vulnerabilidad"}
	advisoryWords = []string{"security advisory", "security bulletin", "advisory", "sicherheitshinweis", "sicherheitswarnung", "warnmeldung", "kurzinformation", "avis de sécurité"}
	requestWords  = []string{"court order", "subpoena", "law enforcement", "prosecutor", "preservation request", "staatsanwaltschaft", "auskunftsersuchen", "kriminalpolizei", "landeskriminalamt", "police request", "réquisition judiciaire"}
	severeWords   = []string{"ransomware", "typed my password", "entered my password", "entered her password", "entered his password", "gave my password", "passwort eingegeben", "kennwort eingegeben",
		"domain controller", "domänencontroller", "webshell", "web shell", "server was hacked", "server gehackt", "files are encrypted", "dateien verschlüsselt", "saisi mon mot de passe", "donné mon mot de passe", "he introducido mi contraseña", "zaszyfrowan"}
)
