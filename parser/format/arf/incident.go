package arf

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// category gives the RSIT type of a feedback type (RFC 5965 section 7.3, RFC
// 6591 section 3.3, RFC 6650). A complaint taken back has none.
func category(feedback string) string {
	switch strings.ToLower(feedback) {
	case "abuse", "opt-out", "opt-out-list", "complaint", "spam":
		return "abusive-content/spam"
	case "fraud", "phishing":
		return "fraud/phishing"
	case "virus", "malware":
		return "malicious-code/malware-distribution"
	case "auth-failure":
		return "fraud/masquerade"
	case "not-spam", "miscategorized":
		return ""
	}
	return "other/undetermined"
}

// kind tells a complaint taken back (RFC 6430), which reports nothing.
func kind(feedback string) string {
	switch strings.ToLower(feedback) {
	case "not-spam", "miscategorized":
		return "not-a-report"
	}
	return ""
}

// incident says in our words what the report says in its own.
func incident(d *format.Detected, root, mail *mime.Part) format.Incident {
	header := returned(mail)
	at := arrival(d, header)
	var sources, targets format.List
	i := format.Incident{
		Category: category(feedback(d)), Time: at.UTC, Description: header.first("Subject"), Fields: d.Fields, Endpoints: []format.Endpoint{},
	}
	for _, source := range sourceAddresses(d, root, header) {
		sources.Add(source.address)
		i.Endpoints = append(i.Endpoints, endpoint(d, source, at))
	}
	if feedback(d) == "auth-failure" {
		targets.Add(list(d.Fields, "reported-domain")...) // the domain that was forged
	} else {
		sources.Add(list(d.Fields, "reported-domain")...)
		for _, uri := range list(d.Fields, "reported-uri") {
			sources.Add(strings.TrimPrefix(uri, "mailto:"))
		}
	}
	d.Name(senderRole(d), bracketed(text(d.Fields, "original-mail-from")))
	i.Sources, i.Targets = sources.Values(), targets.Values()
	return i
}

// senderRole is the side of the sender in the envelope. Whoever forges a domain
// may forge it there too; then the address is of the one who was harmed.
func senderRole(d *format.Detected) string {
	if feedback(d) != "auth-failure" {
		return "source"
	}
	_, domain, _ := strings.Cut(bracketed(text(d.Fields, "original-mail-from")), "@")
	for _, forged := range list(d.Fields, "reported-domain") {
		if strings.EqualFold(domain, forged) || strings.HasSuffix(strings.ToLower(domain), "."+strings.ToLower(forged)) {
			return "target"
		}
	}
	return "source"
}

// bracketed gives the mail address of "<a@example.com>", "" for what has none:
// bounces, and addresses that the provider hid.
func bracketed(written string) string {
	address := strings.Trim(strings.TrimSpace(written), "<>")
	local, _, ok := strings.Cut(address, "@")
	if !ok || strings.Contains(strings.ToLower(local), "redacted") || strings.ContainsAny(address, " *") {
		return ""
	}
	return address
}

// maxSources are kept of one report. RFC 5965 section 3.2 allows one, but senders
// of several complaints at once write a field for each.
const maxSources = 100

// origin is an address with its port, 0 when that is not stated.
type origin struct {
	address string
	port    int
}

// sourceAddresses reads Source-IP, behind which some write a port or a name. A
// provider that has no such field names the address in the subject, as "for IP
// 198.51.100.23", or leaves it to its own line in the mail that it returns.
func sourceAddresses(d *format.Detected, root *mime.Part, header fields) (origins []origin) {
	stated := list(d.Fields, "source-ip")
	if len(stated) == 0 || stated[0] == "" {
		if address, ok := complainedAbout(root, header); ok {
			return []origin{{address, 0}}
		}
		return nil
	}
	for _, written := range stated[:min(len(stated), maxSources)] {
		first, _, _ := strings.Cut(strings.TrimSpace(written), " ")
		address, port, ok := format.AddressPort(first)
		if !ok {
			problem(d, "arf-bad-source", "The Source-IP of the feedback report is no address.")
			continue
		}
		origins = append(origins, origin{address, port})
	}
	return origins
}

// endpoint keeps address, port and time of the source together (RFC 6692). Mail
// dates always state a zone; where there is no date nothing is assumed.
func endpoint(d *format.Detected, source origin, at format.Moment) format.Endpoint {
	e := format.Endpoint{Role: "source", Address: source.address, Port: source.port, Protocol: "tcp", Time: at.Written, Zone: format.ZoneStated}
	if at.Zone != "" {
		e.Zone = at.Zone
	}
	if port := text(d.Fields, "source-port"); port != "" {
		n, ok := format.Port(port)
		if !ok {
			problem(d, "arf-bad-port", "The Source-Port of the feedback report is no port.")
		}
		e.Port = n
	}
	return e
}

// arrival gives when the mail complained about arrived; drafts of the format
// called the field Received-Date. Where no field says it, the line of the server
// that took the mail does, and then the date that its sender wrote.
func arrival(d *format.Detected, header fields) format.Moment {
	stated := text(d.Fields, "arrival-date")
	if stated == "" {
		stated = text(d.Fields, "received-date")
	}
	if at, ok := format.ReadTime(stated); ok {
		return at
	}
	if stated != "" {
		problem(d, "arf-bad-date", "The Arrival-Date of the feedback report cannot be read.")
	}
	if at, ok := format.ReadTime(afterSemicolon(header.first("Received"))); ok {
		return at
	}
	at, _ := format.ReadTime(header.first("Date"))
	return at
}
