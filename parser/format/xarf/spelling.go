package xarf

import (
	"maps"
	"slices"
	"strings"

	"postern/parser/format"
)

// spellings are the names that are read, by what is left of them when letters are
// small and signs are gone: some programs write the names of either version in
// the manner of the other, or of their own language.
var spellings = folded(
	// version 4
	"xarf_version", "report_id", "timestamp", "reporter", "sender", "org", "contact", "domain", "source_identifier", "source_port", "category", "class", "type",
	"evidence_source", "evidence", "content_type", "payload", "tags", "confidence", "description", "destination_ip", "destination_port", "protocol", "first_seen",
	"url", "smtp_from", "smtp_to", "service", "service_port", "cve_id", "infringing_url", "threat_type", "c2_server", "target_url",
	// version 3
	"ReporterInfo", "ReporterOrg", "ReporterOrgDomain", "ReporterOrgEmail", "ReporterContactName", "ReporterContactEmail", "Disclosure", "Report", "ReportClass", "ReportType",
	"ReportSubType", "SourceIp", "SourceUrl", "DestinationIp", "DestinationPort", "Samples", "SmtpMailFromAddress", "SmtpRcptToAddress", "TransportProtocol",
)

// only3 are the names of version 3 that version 4 has too, in other letters.
var only3 = folded("Version", "Date", "Protocol", "SourcePort", "DestinationPort", "ContentType", "Payload", "Description", "FirstSeen", "Url", "ASN", "CVE")

func folded(names ...string) map[string]string {
	table := make(map[string]string, len(names))
	for _, name := range names {
		table[fold(name)] = name
	}
	return table
}

// unsigned leaves the letters and digits of a name.
var unsigned = strings.NewReplacer("_", "", "-", "", " ", "")

func fold(name string) string { return unsigned.Replace(strings.ToLower(name)) }

// asReport gives a report, under the names of its schema however it spells them.
func asReport(object format.Object) (report format.Object, respelled, ok bool) {
	if isReport(object) {
		return object, false, true
	}
	if len(object) > maxMembers {
		return nil, false, false
	}
	seen := make(map[string]bool, len(object))
	for name := range object {
		seen[fold(name)] = true
	}
	switch {
	case seen["xarfversion"]:
		report, _ = respell(map[string]any(object), nil).(map[string]any)
	case seen["reporterinfo"] && seen["report"]:
		report, _ = respell(map[string]any(object), only3).(map[string]any)
	}
	return report, true, isReport(report)
}

// maxMembers is how many members an object may have to be looked at for other
// spellings; reports have some thirty.
const maxMembers = 500

// respell gives a value whose members have the names that are read.
func respell(value any, first map[string]string) any {
	switch value := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(value))
		for _, name := range slices.Sorted(maps.Keys(value)) { // two may be one name: the same wins each time
			object[spelled(name, first)] = respell(value[name], first)
		}
		return object
	case []any:
		list := make([]any, len(value))
		for n, element := range value {
			list[n] = respell(element, first)
		}
		return list
	}
	return value
}

func spelled(name string, first map[string]string) string {
	if known := first[fold(name)]; known != "" {
		return known
	}
	if known := spellings[fold(name)]; known != "" {
		return known
	}
	return name
}
