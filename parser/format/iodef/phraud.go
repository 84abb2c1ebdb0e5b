package iodef

import (
	"strings"

	"postern/parser/format"
)

// phraud reads a report of phishing (RFC 5901), the extension in which those who
// hunt it say where a mail came from and which pages collect what is typed.
func (c *collector) phraud(report *format.Element) {
	for _, lure := range report.All("LureSource") {
		for _, system := range lure.All("System") {
			c.system(system, c.at, "source")
		}
		for _, domain := range lure.All("DomainData") {
			c.put("source", domain.Value("Name"))
		}
	}
	for _, site := range append(report.Child("DataCollectionSite").All("DCSite"), report.All("DCSite")...) {
		for _, name := range site.All("SiteURL", "Domain", "EmailSite") {
			c.put("source", format.Host(name.Line()))
		}
		for _, system := range site.All("System") {
			c.system(system, c.at, "source")
		}
	}
	for _, mail := range report.All("EmailRecord") {
		c.d.Say(mail.Value("Message"), mail.Value("EmailHeader"))
	}
}

// fraud gives the RSIT type of a report of phishing (RFC 5901 section 4.4).
func fraud(event *format.Element) string {
	for _, more := range event.All("AdditionalData") {
		report := more.Child("PhraudReport")
		if report == nil {
			continue
		}
		switch strings.ToLower(report.Attr("FraudType")) {
		case "malware", "keylogger", "trojan":
			return "malicious-code/malware-distribution"
		case "dnsspoof", "pharming":
			return "fraud/masquerade"
		}
		return "fraud/phishing"
	}
	return ""
}
