package xarf01

import (
	"regexp"
	"strings"

	"postern/parser/format"
)

// incident says in our words what a report says in its own. Port is the port
// that was attacked (schema abuse_login-attack), not the one it came from.
func incident(d *format.Detected, b block) format.Incident {
	at, readable := format.ReadTime(b.text("Date"))
	if !readable && b.text("Date") != "" {
		d.Tell(codeBadDate, "The Date of the X-ARF report cannot be read.")
	}
	var sources, targets format.List
	for _, name := range [...]string{"Source", "Source-IP", "URL", "URI", "Domain", "IP"} {
		for _, value := range b.texts(name) {
			sources.Add(format.Host(value))
		}
	}
	for _, name := range [...]string{"Destination", "Destination-IP", "Target"} {
		for _, value := range b.texts(name) {
			targets.Add(format.Host(value))
		}
	}
	protocol := strings.ToLower(b.text("Protocol", "Service"))
	i := format.Incident{
		Category: category(b), Time: at.UTC, Sources: sources.Values(), Targets: targets.Values(), Fields: b.fields,
		Description: b.text("Description", "Comment", "Subject"), Endpoints: []format.Endpoint{},
	}
	d.Name("", values(b)...)
	sourcePort, _ := format.Port(b.text("Source-Port"))
	targetPort, _ := format.Port(b.text("Destination-Port", "Port"))
	if i.Category == "fraud/copyright" && sourcePort == 0 { // who shares files listens there
		sourcePort, targetPort = targetPort, 0
	}
	for _, source := range b.texts("Source") {
		i.Endpoints = appendEnd(i.Endpoints, "source", source, sourcePort, protocol, at)
	}
	for _, target := range append(b.texts("Destination"), b.texts("Destination-IP")...) {
		i.Endpoints = appendEnd(i.Endpoints, "target", target, targetPort, protocol, at)
	}
	return i
}

// hashOrCVE knows values that are told from other words wherever they stand.
var hashOrCVE = regexp.MustCompile(`^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128}|(?i:cve)-\d{4}-\d{4,7})$`)

// values are the hashes and numbers of holes that a report names in any field
// but those that say which report it is.
func values(b block) (found []string) {
	for _, name := range b.order {
		if lower := strings.ToLower(name); lower == "report-id" || lower == "reported-from" {
			continue
		}
		for _, word := range b.texts(name) {
			if hashOrCVE.MatchString(word) {
				found = append(found, word)
			}
		}
	}
	return found
}

// appendEnd adds an end of a connection when its address is one.
func appendEnd(ends []format.Endpoint, role, written string, port int, protocol string, at format.Moment) []format.Endpoint {
	address, ok := format.Address(written)
	if !ok {
		return ends
	}
	zone := at.Zone
	if zone == "" {
		zone = format.ZoneAssumed
	}
	return append(ends, format.Endpoint{Role: role, Address: address, Port: port, Protocol: protocol, Time: at.Written, Zone: zone})
}

// types gives the RSIT type by a word in Report-Type. The order is from what
// says more to what says less: "spam" stands in many names.
var types = []struct{ word, is string }{
	{"phish", "fraud/phishing"},
	{"spam", "abusive-content/spam"},
	{"c2", "malicious-code/c2-server"},
	{"c&c", "malicious-code/c2-server"},
	{"bot", "malicious-code/infected-system"}, // botnet-infection, bot, badbot
	{"infect", "malicious-code/infected-system"},
	{"malware", "malicious-code/malware-distribution"},
	{"virus", "malicious-code/malware-distribution"},
	{"rootkit", "intrusions/system-compromise"},
	{"compromise", "intrusions/system-compromise"},
	{"defac", "information-content-security/unauthorised-information-modification"},
	{"login", "intrusion-attempts/brute-force"},
	{"dictionary", "intrusion-attempts/brute-force"},
	{"brute", "intrusion-attempts/brute-force"},
	{"auth", "intrusion-attempts/brute-force"},
	{"ddos", "availability/ddos"},
	{"dos-attack", "availability/dos"},
	{"scan", "information-gathering/scanner"},
	{"probe", "information-gathering/scanner"},
	{"harvest", "information-gathering/scanner"},
	{"inject", "intrusion-attempts/exploit"},
	{"rfi", "intrusion-attempts/exploit"}, // file inclusion, remote and local
	{"lfi", "intrusion-attempts/exploit"},
	{"sqli", "intrusion-attempts/exploit"},
	{"xss", "intrusion-attempts/exploit"},
	{"exploit", "intrusion-attempts/exploit"},
	{"web-attack", "intrusion-attempts/exploit"},
	{"hack", "intrusion-attempts/exploit"},
	{"copyright", "fraud/copyright"},
	{"trademark", "fraud/copyright"},
	{"open-resolver", "vulnerable/ddos-amplifier"},
	{"amplif", "vulnerable/ddos-amplifier"},
	{"open", "vulnerable/potentially-unwanted-accessible"},
	{"vulnerab", "vulnerable/vulnerable-system"},
	{"misconfig", "vulnerable/vulnerable-system"},
	{"test", "test/test"},
}

// category gives the RSIT type of a report. The Category of X-ARF says little:
// abuse, fraud, auth, info, private.
func category(b block) string {
	reportType := strings.ToLower(strings.ReplaceAll(b.text("Report-Type"), "_", "-"))
	for _, known := range types {
		if strings.Contains(reportType, known.word) {
			return known.is
		}
	}
	switch strings.ToLower(b.text("Category")) {
	case "fraud":
		return "fraud/phishing"
	case "auth":
		return "intrusion-attempts/brute-force"
	case "copyright":
		return "fraud/copyright"
	}
	return "" // the words of the mail say more
}
