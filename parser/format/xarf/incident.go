package xarf

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"postern/parser/format"
)

// The members of version 4 that name things on either side, and those that name
// things which are on none.
var (
	sources4 = []string{"url", "infringing_url", "submission_url", "redirect_chain", "domain", "c2_server", "c2_communications", "related_domains"}
	targets4 = []string{"destination_ip", "target_url", "cloned_site", "legitimate_site", "original_url"}
	named4   = []string{"cve_id", "cve_ids", "exploit_cve", "vulnerabilities_probed"}
)

// incident4 says in our words what a report of version 4 says in its own.
func incident4(d *format.Detected, report format.Object) format.Incident {
	at, _ := format.ReadTime(report.Text("timestamp"))
	var sources, targets format.List
	identifier, port := report.Text("source_identifier"), report.Text("source_port", "service_port", "port")
	if address, stated, ok := format.AddressPort(identifier); ok && stated > 0 {
		identifier = address
		if port == "" {
			port = strconv.Itoa(stated)
		}
	}
	sources.Add(format.Host(identifier))
	for _, value := range report.Texts(sources4...) {
		sources.Add(host(value))
	}
	for _, list := range [...]struct{ name, member string }{{"c2_servers", "address"}, {"linked_content", "target_url"}} {
		for _, entry := range report.Objects(list.name) {
			sources.Add(host(entry.Text(list.member)))
		}
	}
	for _, value := range report.Texts(targets4...) {
		targets.Add(format.Host(value))
	}
	name4(d, report)
	evidence(d, report.Objects("evidence"), "content_type", "payload", "description", true)
	description := report.Text("description", "subject", "work_title", "vulnerability_description", "attack_description")
	d.Say(description)
	fields, _ := format.Shorten(map[string]any(report)).(map[string]any)
	return format.Incident{
		Category: category4(report), Time: at.UTC, Sources: sources.Values(), Targets: targets.Values(),
		Description: format.Cut(description, maxDescription),
		Fields:      fields,
		Endpoints: endpoints(at, report.Text("protocol"),
			end{"source", identifier, []string{port}},
			end{"target", report.Text("destination_ip"), report.Texts("destination_port", "destination_ports")}),
	}
}

// host gives an address without the port that may stand behind it.
func host(written string) string {
	if address, _, ok := format.AddressPort(written); ok {
		return address
	}
	return format.Host(written)
}

const maxDescription = 2_000 // bytes; the schema allows 1,000 signs

// name4 names what is neither source nor target but can be searched for.
func name4(d *format.Detected, report format.Object) {
	d.Name("", report.Texts(named4...)...)
	d.Name("source", report.Texts("smtp_from")...)
	d.Name("target", report.Texts("smtp_to")...)
	for _, hashes := range [...]string{"file_hashes", "hash_values"} {
		for _, kind := range [...]string{"sha512", "sha256", "sha1", "md5"} {
			d.Name("", report.Object(hashes).Text(kind))
		}
		for _, one := range report.Objects(hashes) {
			d.Name("", one.Text("value", "hash"))
		}
	}
	d.Name("", report.Object("vulnerability_exploited").Text("cve"), report.Object("file_info").Text("file_hash"), report.Object("swarm_info").Text("info_hash"))
	for _, found := range report.Objects("compromise_indicators") {
		d.Name("", found.Text("value"))
	}
	if asn, ok := format.ASN(report.Text("asn")); ok {
		d.Name("", asn)
	}
	d.Name("", report.Object("dns_records").Texts("a", "aaaa")...)
}

// attackers3 name who was behind what the source did; targets3 the other side.
var attackers3 = []string{"AttackerIp", "C2Ip", "CncIp"}

var targets3 = []string{"DestinationIp", "DestinationUrl", "OriginalUrl", "LegitimateUrl"}

// incident3 says in our words what a report of version 3 says in its own.
func incident3(d *format.Detected, whole format.Object) format.Incident {
	report := whole.Object("Report")
	at, _ := format.ReadTime(report.Text("Date"))
	var sources, targets format.List
	for _, value := range report.Texts(slices.Concat(sources3, attackers3)...) {
		sources.Add(format.Host(value))
	}
	for _, value := range report.Texts(targets3...) {
		targets.Add(format.Host(value))
	}
	d.Name("source", report.Texts("SmtpMailFromAddress")...)
	d.Name("target", report.Texts("SmtpRcptToAddress")...)
	d.Name("target", report.Object("Account").Text("AccountEmail"))
	d.Name("source", report.Texts("RpzDomain")...) // the name that a client asked for and should not have
	d.Name("", append(report.Texts("CVE"), report.Text("FileHash"), report.Object("FileHash").Text("HashValue"))...)
	if asn, ok := format.ASN(report.Text("ASN")); ok {
		d.Name("", asn)
	}
	evidence(d, report.Objects("Samples"), "ContentType", "Payload", "Description", false)
	description := report.Text("ReporterNotes", "AttackDescription", "Description", "HarassmentDescription", "SmtpMessageSubject", "ReportSubType")
	d.Say(description)
	fields, _ := format.Shorten(map[string]any(report)).(map[string]any)
	return format.Incident{
		Category: category3(report), Time: at.UTC, Sources: sources.Values(), Targets: targets.Values(),
		Description: format.Cut(description, maxDescription), Fields: fields,
		Endpoints: endpoints(at, report.Text("Protocol", "TransportProtocol"),
			end{"source", report.Text("SourceIp"), []string{report.Text("SourcePort", "ServicePort", "Port")}},
			end{"source", report.Text("AttackerIp"), report.Texts("AttackerPort")},
			end{"target", report.Text("DestinationIp"), report.Texts("DestinationPort")}),
	}
}

// end is one end of a connection as a report states it, with its ports.
type end struct {
	role, address string
	ports         []string
}

// maxPorts are kept of one end; a scan may name all there are.
const maxPorts = 200

// endpoints keeps address, port, protocol and time together, one for each port.
func endpoints(at format.Moment, protocol string, ends ...end) []format.Endpoint {
	list := []format.Endpoint{}
	for _, one := range ends {
		address, ok := format.Address(one.address)
		if !ok {
			continue
		}
		point := format.Endpoint{Role: one.role, Address: address, Protocol: strings.ToLower(protocol), Time: at.Written, Zone: at.Zone}
		before := len(list)
		for _, written := range one.ports[:min(len(one.ports), maxPorts)] {
			if port, ok := format.Port(written); ok {
				point.Port = port
				list = append(list, point)
			}
		}
		if len(list) == before {
			list = append(list, point)
		}
	}
	return list
}

// maxEvidence is how much of one log that came as evidence is searched.
const maxEvidence = 256 << 10

// evidence lets logs and descriptions be searched. Mails, pages and pictures
// that were reported are not words about an incident.
func evidence(d *format.Detected, items []format.Object, kind, payload, description string, always64 bool) {
	for _, item := range items {
		d.Say(item.Text(description))
		mediaType := strings.ToLower(item.Text(kind))
		if !strings.HasPrefix(mediaType, "text/plain") && !strings.HasPrefix(mediaType, "text/csv") {
			continue
		}
		d.Say(decoded(item.Text(payload), always64 || item.Text("Base64Encoded") == "true"))
	}
}

// decoded undoes base64 where it is said to be, or leaves the text as it is.
func decoded(payload string, encoded bool) string {
	payload = payload[:min(len(payload), maxEvidence/3*4)]
	if !encoded {
		return format.Cut(payload, maxEvidence)
	}
	plain := strings.TrimRight(strings.Join(strings.Fields(payload), ""), "=")
	octets, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil {
		return format.Cut(payload, maxEvidence)
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(octets), "\x00", ""), "\uFFFD")
}
