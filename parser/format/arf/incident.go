package arf

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"postern/parser/format"
	"postern/parser/mime"
)

// category gives the RSIT type of a feedback type (RFC 5965 section 7.3, RFC
// 6591 section 3.3, RFC 6650). A complaint taken back has none.
func category(feedback string) string {
	switch strings.ToLower(feedback) {
	case "abuse", "opt-out", "opt-out-list":
		return "abusive-content/spam"
	case "fraud":
		return "fraud/phishing"
	case "virus":
		return "malicious-code/malware-distribution"
	case "auth-failure":
		return "fraud/masquerade"
	case "not-spam":
		return ""
	}
	return "other/undetermined"
}

// incident says in our words what the report says in its own.
func incident(d *format.Detected, mail *mime.Part) format.Incident {
	i := format.Incident{
		Category:    category(text(d.Fields, "feedback-type")),
		Time:        arrival(d),
		Sources:     []string{},
		Targets:     []string{},
		Description: subject(mail),
		Fields:      d.Fields,
		Endpoints:   []format.Endpoint{},
	}
	if address, ok := sourceAddress(d); ok {
		i.Sources = append(i.Sources, address)
		i.Endpoints = append(i.Endpoints, endpoint(d, address, i.Time))
	}
	domains, links := list(d.Fields, "reported-domain"), list(d.Fields, "reported-uri")
	if strings.EqualFold(text(d.Fields, "feedback-type"), "auth-failure") {
		i.Targets = appendNew(i.Targets, domains) // the domain that was forged
		return i
	}
	i.Sources = appendNew(appendNew(i.Sources, domains), links)
	return i
}

// sourceAddress reads Source-IP. Some senders put it in brackets, or write
// "IPv6:" before it as mail servers do.
func sourceAddress(d *format.Detected) (string, bool) {
	stated := text(d.Fields, "source-ip")
	if stated == "" {
		return "", false
	}
	plain := strings.Trim(strings.TrimSpace(stated), "[]")
	if len(plain) > 5 && strings.EqualFold(plain[:5], "ipv6:") {
		plain = plain[5:]
	}
	address, err := netip.ParseAddr(plain)
	if err != nil || address.Zone() != "" {
		problem(d, "arf-bad-source", "The Source-IP of the feedback report is no address.")
		return "", false
	}
	return address.Unmap().String(), true
}

// endpoint keeps address, port and time of the source together (RFC 6692). Mail
// dates always state a zone.
func endpoint(d *format.Detected, address, at string) format.Endpoint {
	e := format.Endpoint{Role: "source", Address: address, Protocol: "tcp", Time: at, Zone: "stated"}
	if port := text(d.Fields, "source-port"); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			problem(d, "arf-bad-port", "The Source-Port of the feedback report is no port.")
			return e
		}
		e.Port = int(n)
	}
	return e
}

// arrival gives when the mail complained about arrived; drafts of the format
// called the field Received-Date.
func arrival(d *format.Detected) string {
	stated := text(d.Fields, "arrival-date")
	if stated == "" {
		stated = text(d.Fields, "received-date")
	}
	if stated == "" {
		return ""
	}
	at, ok := mime.ParseDate(stated)
	if !ok {
		problem(d, "arf-bad-date", "The Arrival-Date of the feedback report cannot be read.")
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// maxSubjectSearch bounds the search in returned header lines.
const maxSubjectSearch = 256 << 10

// subject gives the subject of the mail complained about.
func subject(mail *mime.Part) string {
	if mail == nil {
		return ""
	}
	if mail.Message() && len(mail.Children) > 0 {
		return mail.Children[0].Subject()
	}
	returned, _ := mail.Text(maxSubjectSearch)
	blocks, _ := format.ReadFields(returned)
	for _, block := range blocks {
		for _, field := range block {
			if field.Is("Subject") {
				return field.Value
			}
		}
	}
	return ""
}

// appendNew appends what is not in the list yet.
func appendNew(to, more []string) []string {
	seen := map[string]bool{}
	for _, value := range to {
		seen[value] = true
	}
	for _, value := range more {
		if value != "" && !seen[value] {
			seen[value] = true
			to = append(to, value)
		}
	}
	return to
}
