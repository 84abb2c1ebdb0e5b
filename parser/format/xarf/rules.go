package xarf

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"postern/parser/format"
)

// rule is one demand of a schema. fault says how a report breaks it, "" when it
// does not, and never repeats a word of the report.
type rule struct {
	fatal bool // without it nobody knows who, what or when
	fault func(report format.Object) string
}

// rules4 is xarf-core.json of version 4. "class" is what "category" was called
// in its first drafts, which knew no "sender".
var rules4 = []rule{
	{true, matches("xarf_version", version4, "is no version 4")},
	{true, present("report_id")},
	{false, matches("report_id", uuid, "is no UUID")},
	{true, timeIn("timestamp")},
	{false, zoneIn("timestamp")},
	{true, object("reporter")},
	{false, contactIn("reporter")},
	{false, object("sender")},
	{false, contactIn("sender")},
	{true, present("source_identifier")},
	{true, categoryKnown},
	{true, present("type")},
	{false, typeKnown},
	{false, portIn("source_port")},
	{false, portIn("destination_port")},
	{false, addressIn("destination_ip")},
	{false, between("confidence", 0, 1)},
	{false, texts("description")},
	{false, texts("evidence_source")},
	{false, itemsIn("evidence", 50, "content_type", "payload")},
	{false, listOf("tags", 20)},
	{false, neededByType},
}

// rules3 is xarf_shared.schema.json of version 3 and before.
var rules3 = []rule{
	{false, matches("Version", version3, "is no version 3")},
	{true, object("ReporterInfo")},
	{false, inside("ReporterInfo", reporterNamed)},
	{true, object("Report")},
	{true, inside("Report", present("ReportType"))},
	{false, inside("Report", oneOf("ReportClass", "Activity", "Content", "Vulnerability"))},
	{true, inside("Report", timeIn("Date"))},
	{false, inside("Report", zoneIn("Date"))},
	{true, inside("Report", sourceStated)},
	{true, inside("Report", addressIn("SourceIp"))},
	{false, inside("Report", addressIn("DestinationIp"))},
	{false, inside("Report", portIn("SourcePort"))},
	{false, inside("Report", itemsIn("Samples", 100, "", ""))},
	{false, truth("Disclosure")},
}

var (
	version4 = regexp.MustCompile(`^4(\.\d{1,4}){0,2}$`)
	version3 = regexp.MustCompile(`^(3(\.0)?|2|1|0\.3|alpha|development)$`)
	uuid     = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
)

func present(name string) func(format.Object) string {
	return func(o format.Object) string {
		if strings.TrimSpace(o.Text(name)) == "" {
			return name + " is missing"
		}
		return ""
	}
}

func object(name string) func(format.Object) string {
	return func(o format.Object) string {
		if _, ok := o[name].(map[string]any); !ok {
			return name + " is missing or no object"
		}
		return ""
	}
}

func inside(name string, check func(format.Object) string) func(format.Object) string {
	return func(o format.Object) string { return check(o.Object(name)) }
}

func matches(name string, pattern *regexp.Regexp, fault string) func(format.Object) string {
	return func(o format.Object) string {
		if !pattern.MatchString(o.Text(name)) {
			return name + " " + fault
		}
		return ""
	}
}

func oneOf(name string, values ...string) func(format.Object) string {
	return func(o format.Object) string {
		for _, value := range values {
			if strings.EqualFold(o.Text(name), value) {
				return ""
			}
		}
		return name + " is none of its values"
	}
}

func timeIn(name string) func(format.Object) string {
	return func(o format.Object) string {
		if _, ok := format.ReadTime(o.Text(name)); !ok {
			return name + " is missing or no time"
		}
		return ""
	}
}

func zoneIn(name string) func(format.Object) string {
	return func(o format.Object) string {
		if at, ok := format.ReadTime(o.Text(name)); ok && at.Zone == format.ZoneAssumed {
			return name + " states no zone and is read as UTC"
		}
		return ""
	}
}

func addressIn(name string) func(format.Object) string {
	return func(o format.Object) string {
		if _, ok := format.Address(o.Text(name)); !ok && has(o, name) {
			return name + " is no address"
		}
		return ""
	}
}

func portIn(name string) func(format.Object) string {
	return func(o format.Object) string {
		_, number := o[name].(json.Number)
		if _, ok := format.Port(o.Text(name)); has(o, name) && (!ok || !number) {
			return name + " is no port"
		}
		return ""
	}
}

func between(name string, low, high float64) func(format.Object) string {
	return func(o format.Object) string {
		if !has(o, name) {
			return ""
		}
		number, ok := o[name].(json.Number)
		if value, err := number.Float64(); !ok || err != nil || value < low || value > high {
			return fmt.Sprintf("%s is no number from %g to %g", name, low, high)
		}
		return ""
	}
}

func texts(name string) func(format.Object) string {
	return func(o format.Object) string {
		if _, ok := o[name].(string); has(o, name) && !ok {
			return name + " is no text"
		}
		return ""
	}
}

func truth(name string) func(format.Object) string {
	return func(o format.Object) string {
		if _, ok := o[name].(bool); !ok {
			return name + " is missing or neither true nor false"
		}
		return ""
	}
}

func listOf(name string, most int) func(format.Object) string {
	return func(o format.Object) string {
		list, ok := o[name].([]any)
		if has(o, name) && (!ok || len(list) > most) {
			return fmt.Sprintf("%s is no list of at most %d", name, most)
		}
		return ""
	}
}

// itemsIn checks a list of evidence: objects with two members that are texts.
func itemsIn(name string, most int, kind, payload string) func(format.Object) string {
	return func(o format.Object) string {
		if fault := listOf(name, most)(o); fault != "" {
			return fault
		}
		list, _ := o[name].([]any)
		for _, element := range list {
			item, ok := element.(map[string]any)
			if !ok || kind != "" && (!isText(item[kind]) || !isText(item[payload])) {
				return name + " has an element that is no evidence"
			}
		}
		return ""
	}
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

// contactIn checks who reports (contact_info of xarf-core.json).
func contactIn(name string) func(format.Object) string {
	return func(o format.Object) string {
		contact := o.Object(name)
		if len(contact) > 0 && (contact.Text("org") == "" || !strings.Contains(contact.Text("contact"), "@")) {
			return name + " does not name an organisation and its mail address"
		}
		return ""
	}
}

func reporterNamed(o format.Object) string {
	if o.Text("ReporterOrg", "ReporterContactName") == "" || o.Text("ReporterOrgEmail", "ReporterContactEmail") == "" {
		return "ReporterInfo does not name an organisation and its mail address"
	}
	return ""
}

// sources3 are the members that say whom a report of version 3 is about.
var sources3 = []string{"SourceIp", "SourceUrl", "SourceUri", "SourceURL", "Url", "URL", "SourceDomain", "Domain"}

func sourceStated(o format.Object) string {
	account := o.Object("Account")
	if o.Text(sources3...) == "" && account.Text("AccountIdentifier", "AccountEmail") == "" {
		return "nothing says whom it is about"
	}
	return ""
}

func categoryOf(o format.Object) string { return plainName(o.Text("category", "class")) }

func categoryKnown(o format.Object) string {
	if _, ok := types4[categoryOf(o)]; !ok {
		return "category is missing or unknown"
	}
	return ""
}

func typeKnown(o format.Object) string {
	types, known := types4[categoryOf(o)]
	if _, listed := types[plainName(o.Text("type"))]; known && !listed {
		return "type is unknown in its category"
	}
	return ""
}

// needed are the members that the schema of a category or of one type demands.
var needed = map[string][]string{
	"messaging":                     {"protocol"},
	"messaging/bulk_messaging":      {"recipient_count"},
	"connection":                    {"protocol", "first_seen"},
	"content":                       {"url"},
	"vulnerability":                 {"service"},
	"vulnerability/cve":             {"cve_id", "service_port"},
	"reputation":                    {"threat_type"},
	"infrastructure/botnet":         {"compromise_evidence"},
	"copyright/copyright":           {"infringing_url"},
	"copyright/cyberlocker":         {"infringing_url", "hosting_service"},
	"copyright/link_site":           {"infringing_url", "site_name"},
	"copyright/ugc_platform":        {"infringing_url", "platform_name"},
	"copyright/p2p":                 {"p2p_protocol"},
	"copyright/usenet":              {"newsgroup"},
	"content/fraud":                 {"fraud_type"},
	"content/exposed_data":          {"data_types", "exposure_method"},
	"connection/reconnaissance":     {"probed_resources"},
	"connection/scraping":           {"total_requests"},
	"connection/vulnerability_scan": {"scan_type"},
}

func neededByType(o format.Object) string {
	category := categoryOf(o)
	for _, name := range slices.Concat(needed[category], needed[category+"/"+plainName(o.Text("type"))]) {
		if !has(o, name) {
			return name + " is missing, which its type demands"
		}
	}
	return ""
}

// underscored is one sign between words.
var underscored = strings.NewReplacer("-", "_", " ", "_")

// plainName makes one spelling of "Login-Attack", "login attack" and "login_attack".
func plainName(name string) string {
	return underscored.Replace(strings.ToLower(strings.TrimSpace(name)))
}
