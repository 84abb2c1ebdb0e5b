package arf

import (
	"net/netip"
	"regexp"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Fields that providers add to the mail they hand on when a user complains and
// that nobody else writes: Microsoft's Junk Mail Reporting Program sends the mail
// alone, without any report around it.
var complaintFields = []string{"X-HmXmrOriginalRecipient"}

// bare reads a complaint that is nothing but the mail complained about.
func bare(root *mime.Part) (format.Detected, bool) {
	attached := root.Outer(func(p *mime.Part) bool { return p.Message() && len(p.Children) > 0 })
	for _, mail := range []*mime.Part{root, inside(attached)} {
		if mail == nil {
			continue
		}
		for _, field := range complaintFields {
			if mail.Header.Has(field) {
				return bareComplaint(root, mail, attached, field), true
			}
		}
	}
	return format.Detected{}, false
}

func inside(attached *mime.Part) *mime.Part {
	if attached == nil || len(attached.Children) == 0 {
		return nil
	}
	return attached.Children[0]
}

// bareComplaint makes a report of what the mail says about itself.
func bareComplaint(root, mail, attached *mime.Part, field string) format.Detected {
	d := format.Detected{
		Format: format.ARF, Valid: true, Category: category("abuse"),
		Fields: map[string]any{"feedback-type": "abuse", strings.ToLower(field): mail.Field(field)},
	}
	if attached != nil {
		d.Parts = append(d.Parts, attached)
	}
	problem(&d, "arf-mail-only", "The complaint is nothing but the mail that it is about; it has no fields.")
	at := format.Moment{Zone: format.ZoneStated}
	for _, stated := range [...]string{afterSemicolon(mail.Field("Received")), mail.Field("Date")} {
		if received, ok := format.ReadTime(stated); ok {
			at = received
			break
		}
	}
	i := format.Incident{
		Category: d.Category, Time: at.UTC, Description: mail.Subject(), Fields: d.Fields, Sources: []string{}, Targets: []string{}, Endpoints: []format.Endpoint{},
	}
	if address, ok := complainedAbout(root, headerOf(mail)); ok {
		i.Sources = append(i.Sources, address)
		i.Endpoints = append(i.Endpoints, format.Endpoint{Role: "source", Address: address, Protocol: "tcp", Time: at.Written, Zone: at.Zone})
	}
	d.Incidents = []format.Incident{i}
	return d
}

// addressIn finds an address in a line that names one.
var addressIn = regexp.MustCompile(`\[?((?:\d{1,3}\.){3}\d{1,3}|(?:IPv6:)?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})\]?`)

// complainedAbout is the host that the mail came from: named in the subject of
// the complaint, in a field of the provider, or in the newest Received that
// names a host of the world and not one of the provider's own network.
func complainedAbout(root *mime.Part, header fields) (string, bool) {
	received := header("Received")
	lines := []string{root.Subject(), header.first("X-Originating-IP"), header.first("X-Sender-IP")}
	lines = append(lines, received[:min(len(received), maxHops)]...)
	for _, line := range lines {
		if address, ok := addressNamed(line); ok {
			return address, true
		}
	}
	return "", false
}

// maxHops is how many servers a provider has in front of a mailbox.
const maxHops = 4

// maxLine is how much of a line is searched for an address.
const maxLine = 1_000

// addressNamed finds the first address in a line.
func addressNamed(line string) (string, bool) {
	for _, match := range addressIn.FindAllStringSubmatch(line[:min(len(line), maxLine)], 5) {
		if address, ok := format.Address(match[1]); ok && ofTheWorld(address) {
			return address, true
		}
	}
	return "", false
}

// ofTheWorld tells an address that others can reach.
func ofTheWorld(written string) bool {
	address, err := netip.ParseAddr(written)
	return err == nil && !address.IsPrivate() && !address.IsLoopback() && !address.IsLinkLocalUnicast() && !address.IsUnspecified()
}

// afterSemicolon is the date of a Received field (RFC 5321 section 4.4).
func afterSemicolon(received string) string {
	return received[strings.LastIndexByte(received, ';')+1:]
}
