package xarf_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/formattest"
	"postern/parser/format/xarf"
)

// least is a report of version 4 with all that the core schema demands.
const least = `{"xarf_version":"4.2.0","report_id":"550e8400-e29b-41d4-a716-446655440001","timestamp":"2026-11-20T10:30:00Z",
"reporter":{"org":"O","contact":"o@example.net","domain":"example.net"},"sender":{"org":"O","contact":"o@example.net","domain":"example.net"},
"source_identifier":"192.0.2.1","category":"messaging","type":"spam","protocol":"smtp","smtp_from":"x@example.com"}`

// least3 is the same in version 3.
const least3 = `{"Version":"3","ReporterInfo":{"ReporterOrg":"Org","ReporterOrgDomain":"example.net","ReporterOrgEmail":"o@example.net"},"Disclosure":true,
"Report":{"ReportClass":"Activity","ReportType":"Spam","Date":"2026-11-20T10:30:00Z","SourceIp":"192.0.2.1"}}`

func detect(body string) (format.Detected, bool) {
	return xarf.Detect(formattest.Attached("application/json", body), "")
}

// member puts a member into the report, instead of the one that stands there.
func member(report, name, value string) string {
	end := strings.LastIndex(report, "}")
	return report[:end] + fmt.Sprintf(`,%q:%s}`, name, value)
}

// TestTypes has a row for each type of the seven categories, and for those of
// version 3.
func TestTypes(t *testing.T) {
	for category, types := range map[string]map[string]string{
		"messaging": {"spam": "abusive-content/spam", "bulk_messaging": "abusive-content/spam", "new": "abusive-content/spam"},
		"connection": {"login_attack": "intrusion-attempts/brute-force", "port_scan": "information-gathering/scanner", "ddos": "availability/ddos",
			"scraping": "fraud/unauthorised-use-of-resources", "sql_injection": "intrusion-attempts/exploit", "vulnerability_scan": "information-gathering/scanner",
			"infected_host": "malicious-code/infected-system", "reconnaissance": "information-gathering/scanner", "Port-Scan": "information-gathering/scanner"},
		"content": {"phishing": "fraud/phishing", "malware": "malicious-code/malware-distribution", "fraud": "fraud/masquerade", "csam": "abusive-content/violence",
			"csem": "abusive-content/violence", "exposed_data": "information-content-security/data-leak", "brand_infringement": "fraud/masquerade",
			"suspicious_registration": "fraud/masquerade", "remote_compromise": "intrusions/system-compromise"},
		"copyright":      {"copyright": "fraud/copyright", "p2p": "fraud/copyright", "usenet": "fraud/copyright", "cyberlocker": "fraud/copyright", "link_site": "fraud/copyright", "ugc_platform": "fraud/copyright"},
		"infrastructure": {"botnet": "malicious-code/infected-system", "compromised_server": "intrusions/system-compromise"},
		"vulnerability":  {"cve": "vulnerable/vulnerable-system", "misconfiguration": "vulnerable/vulnerable-system", "open_service": "vulnerable/potentially-unwanted-accessible"},
		"reputation":     {"blocklist": "", "threat_intelligence": ""},
	} {
		for kind, want := range types {
			t.Run(category+" "+kind, func(t *testing.T) {
				report := strings.Replace(strings.Replace(least, `"messaging"`, `"`+category+`"`, 1), `"spam"`, `"`+kind+`"`, 1)
				got, ok := detect(report)
				formattest.Check(t, got, ok)
				if !ok || !got.Valid || got.Category != want {
					t.Errorf("got %v %v %q %v, want %q", ok, got.Valid, got.Category, got.Problems, want)
				}
			})
		}
	}
	for kind, want := range map[string]string{"Spam": "abusive-content/spam", "Login-Attack": "intrusion-attempts/brute-force", "PortScan": "information-gathering/scanner", "DDoS": "availability/ddos", "ChildAbuse": "abusive-content/violence",
		`Malware","ReportSubType":"RPZ-Rewrite`: "malicious-code/infected-system",
		"PotentiallyCompromisedAccount":         "intrusions/unprivileged-account-compromise", "OpenService": "vulnerable/potentially-unwanted-accessible", "Trademark": "fraud/copyright", "Weather": ""} {
		if got, _ := detect(strings.Replace(least3, `"Spam"`, `"`+kind+`"`, 1)); !got.Valid || got.Category != want {
			t.Errorf("%s: got %v %q, want %q", kind, got.Valid, got.Category, want)
		}
	}
}

// TestSpellings: names in the manner of another language mean the same, and it is
// said.
func TestSpellings(t *testing.T) {
	for name, body := range map[string]string{
		"version 4 in camel case": `{"xarfVersion":"4.0.0","reportId":"550e8400-e29b-41d4-a716-446655440000","timestamp":"2026-11-20T10:00:00Z","reporter":{"org":"R","contact":"r@example.net","domain":"example.net"},` +
			`"sender":{"org":"R","contact":"r@example.net","domain":"example.net"},"sourceIdentifier":"192.0.2.1","sourcePort":40000,"category":"connection","type":"port_scan","firstSeen":"2026-11-20T10:00:00Z","protocol":"tcp"}`,
		"version 3 in camel case": `{"version":"3","reporterInfo":{"reporterOrg":"R","reporterOrgEmail":"r@example.net"},"disclosure":true,"report":{"reportClass":"Activity","reportType":"PortScan","date":"2026-11-20T10:00:00Z","sourceIp":"192.0.2.1","sourcePort":40000}}`,
		"version 3 in snake case": `{"version":"3","reporter_info":{"reporter_org":"R","reporter_org_email":"r@example.net"},"disclosure":true,"report":{"report_class":"Activity","report_type":"PortScan","date":"2026-11-20T10:00:00Z","source_ip":"192.0.2.1","source_port":40000}}`,
	} {
		got, ok := detect(body)
		formattest.Check(t, got, ok)
		if !got.Valid || got.Category != "information-gathering/scanner" || !slices.Equal(formattest.Codes(got), []string{"xarf-irregular"}) || got.Incidents[0].Endpoints[0].Port != 40000 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got, ok := detect(`{"reporterInfo":"we send no XARF","other":1}`); ok {
		t.Errorf("got %+v of another document", got)
	}
}

func TestReputationByItsThreat(t *testing.T) {
	report := strings.Replace(strings.Replace(least, `"messaging"`, `"reputation"`, 1), `"spam"`, `"blocklist"`, 1)
	if got, _ := detect(member(report, "threat_type", `"spam_source"`)); got.Category != "abusive-content/spam" {
		t.Errorf("got %q", got.Category)
	}
}

// TestRules breaks one rule after the other.
func TestRules(t *testing.T) {
	without := func(report, name string) string { return strings.Replace(report, `"`+name+`"`, `"x_`+name+`"`, 1) }
	for _, r := range []struct {
		name, report string
		valid        bool
		code         string
	}{
		{"nothing wrong", least, true, ""},
		{"nothing wrong in 3", least3, true, ""},
		{"version 5", strings.Replace(least, "4.2.0", "5.0.0", 1), false, "xarf-invalid"},
		{"short version", strings.Replace(least, `"4.2.0"`, `4`, 1), true, ""},
		{"no report_id", without(least, "report_id"), false, "xarf-invalid"},
		{"report_id no UUID", strings.Replace(least, "550e8400", "no", 1), true, "xarf-irregular"},
		{"no timestamp", without(least, "timestamp"), false, "xarf-invalid"},
		{"timestamp no time", strings.Replace(least, "2026-11-20T10:30:00Z", "tomorrow", 1), false, "xarf-invalid"},
		{"timestamp without zone", strings.Replace(least, "10:30:00Z", "10:30:00", 1), true, "xarf-irregular"},
		{"no reporter", without(least, "reporter"), false, "xarf-invalid"},
		{"reporter a text", strings.Replace(least, `"reporter":{`, `"reporter":"x","y":{`, 1), false, "xarf-invalid"},
		{"reporter without contact", strings.Replace(least, `"contact":"o@example.net"`, `"contact":"none"`, 1), true, "xarf-irregular"},
		{"no sender", without(least, "sender"), true, "xarf-irregular"},
		{"no source", without(least, "source_identifier"), false, "xarf-invalid"},
		{"empty source", strings.Replace(least, `"192.0.2.1"`, `" "`, 1), false, "xarf-invalid"},
		{"source null", strings.Replace(least, `"192.0.2.1"`, `null`, 1), false, "xarf-invalid"},
		{"no category", without(least, "category"), false, "xarf-invalid"},
		{"no type", without(least, "type"), false, "xarf-invalid"},
		{"unknown type", strings.Replace(least, `"spam"`, `"pigeon"`, 1), true, "xarf-irregular"},
		{"port 0", member(least, "source_port", "0"), true, "xarf-irregular"},
		{"port a text", member(least, "source_port", `"25"`), true, "xarf-irregular"},
		{"port too large", member(least, "source_port", "65536"), true, "xarf-irregular"},
		{"confidence too large", member(least, "confidence", "1.5"), true, "xarf-irregular"},
		{"evidence no list", member(least, "evidence", `"x"`), true, "xarf-irregular"},
		{"evidence without payload", member(least, "evidence", `[{"content_type":"text/plain"}]`), true, "xarf-irregular"},
		{"fifty-one pieces", member(least, "evidence", `[`+strings.Repeat(`{"content_type":"a/b","payload":""},`, 50)+`{"content_type":"a/b","payload":""}]`), true, "xarf-irregular"},
		{"protocol missing", without(least, "protocol"), true, "xarf-irregular"},
		{"key twice", member(least, "type", `"spam"`), true, "xarf-duplicate-key"},
		{"3 without version", without(least3, "Version"), true, "xarf-irregular"},
		{"3 without type", without(least3, "ReportType"), false, "xarf-invalid"},
		{"3 without date", without(least3, "Date"), false, "xarf-invalid"},
		{"3 without source", without(least3, "SourceIp"), false, "xarf-invalid"},
		{"3 whose source is no address", strings.Replace(least3, "192.0.2.1", "host.example.org", 1), false, "xarf-invalid"},
		{"3 of a page", strings.Replace(least3, `"SourceIp":"192.0.2.1"`, `"SourceUrl":"https://www.example.org/a"`, 1), true, ""},
		{"3 without disclosure", without(least3, "Disclosure"), true, "xarf-irregular"},
		{"3 whose reporter is a text", strings.Replace(least3, `"ReporterInfo":{`, `"ReporterInfo":"x","y":{`, 1), false, "xarf-invalid"},
		{"cut off", least[:200], false, "xarf-invalid"},
		{"no JSON behind its version", least[:30] + "??" + least[30:], false, "xarf-invalid"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.report)
			codes := formattest.Codes(got)
			if !ok || got.Valid != r.valid || (r.code == "") != (len(codes) == 0) || r.code != "" && codes[0] != r.code {
				t.Errorf("got %v %v %v, want %v %q", ok, got.Valid, got.Problems, r.valid, r.code)
			}
			formattest.Check(t, got, ok)
		})
	}
}

// TestPlaces puts the report wherever senders put it.
func TestPlaces(t *testing.T) {
	for _, r := range []struct {
		name, mail, text string
		incidents        int
	}{
		{"octet stream", "Content-Type: application/octet-stream; name=x.json\n\n" + least, "", 1},
		{"whole mail", "Content-Type: application/json\n\n" + least, "", 1},
		{"text", "Subject: x\n\nwords", "Hello,\n\n" + least + "\n\nRegards", 1},
		{"fenced", "Subject: x\n\nwords", "Hello,\n```json\n" + least + "\n```\n", 1},
		{"in text and part", "Content-Type: application/json\n\n" + least, strings.ReplaceAll(least, "\n", " "), 1},
		{"lines of JSON", "Content-Type: application/x-ndjson\n\n" + strings.ReplaceAll(least, "\n", "") + "\n" + strings.ReplaceAll(strings.Replace(least, "192.0.2.1", "192.0.2.2", 1), "\n", ""), "", 2},
		{"array", "Content-Type: application/json\n\n[" + least + "," + strings.Replace(least, "192.0.2.1", "192.0.2.2", 1) + "]", "", 2},
		{"wrapped", "Content-Type: application/json\n\n{\"count\":1,\"reports\":[" + least + "]}", "", 1},
		{"byte order mark", "Content-Type: application/json\n\n\ufeff" + least, "", 1},
		{"before a stray brace", "Subject: x\n\nwords", "{\"quoted\n\n" + least + "\n", 1},
		{"of a picture", "Content-Type: image/png\n\n" + least, "", 0},
		{"in an attached mail", "Content-Type: message/rfc822\n\nContent-Type: application/json\n\n" + least, "", 0},
		{"a schema", "Content-Type: application/json\n\n{\"properties\":{\"xarf_version\":{\"type\":\"string\"}}}", "", 0},
		{"a word", "Subject: x\n\nwords", "we send xarf_version 4", 0},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := xarf.Detect(formattest.Read(r.mail), r.text)
			if len(got.Incidents) != r.incidents || ok != (r.incidents > 0) {
				t.Errorf("got %v, %d incidents, problems %v, want %d", ok, len(got.Incidents), got.Problems, r.incidents)
			}
		})
	}
	if _, ok := xarf.Detect(nil, ""); ok {
		t.Error("got a report of nothing")
	}
}

// TestHostile names the worst cases: each ends soon with a problem or with what
// fits the limits.
func TestHostile(t *testing.T) {
	many := strings.Repeat(strings.ReplaceAll(least, "\n", "")+",\n", 12_000)
	for _, r := range []struct{ name, body, code string }{
		{"a hundred thousand levels", strings.TrimSuffix(least, "}") + `,"evidence":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", "xarf-invalid"},
		{"a hundred thousand levels of objects", strings.TrimSuffix(least, "}") + `,"a":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "}", "xarf-invalid"},
		{"levels that never close", strings.Repeat(`{"xarf_version":`, 100_000), "xarf-invalid"},
		{"fifty megabytes", strings.TrimSuffix(least, "}") + `,"a":"` + strings.Repeat("x", 50<<20) + `"}`, "xarf-too-large"},
		{"a million values", strings.TrimSuffix(least, "}") + `,"a":[` + strings.Repeat("1,", 1_000_000) + `1]}`, "xarf-invalid"},
		{"more incidents than are kept", "[" + many + least + "]", "too-many-incidents"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.body)
			if codes := formattest.Codes(got); !ok || len(codes) == 0 || codes[len(codes)-1] != r.code {
				t.Errorf("got %v, problems %.300v, want %s", ok, got.Problems, r.code)
			}
			formattest.Check(t, got, ok)
		})
	}
}

// TestHashesOfFiles finds them in each form that senders give them.
func TestHashesOfFiles(t *testing.T) {
	const sum = "8843d7f92416211de9ebb963ff4ce28125932878"
	for _, member := range []string{`"file_hashes":{"sha1":"` + sum + `"}`, `"file_hashes":[{"algorithm":"sha1","value":"` + sum + `"}]`, `"hash_values":{"sha1":"` + sum + `"}`, `"swarm_info":{"info_hash":"` + sum + `"}`} {
		got, _ := detect(strings.Replace(least, `"protocol"`, member+`,"protocol"`, 1))
		if !slices.Contains(got.Named, format.Observable{Value: sum}) {
			t.Errorf("%s: got %v", member, got.Named)
		}
	}
}

// TestControlServersWithPorts: a port behind an address hides neither.
func TestControlServersWithPorts(t *testing.T) {
	got, _ := detect(member(member(least, "c2_communications", `["203.0.113.75:4444"]`), "dns_records", `{"a":["203.0.113.76"]}`))
	if !slices.Contains(got.Incidents[0].Sources, "203.0.113.75") || !slices.Contains(got.Named, format.Observable{Value: "203.0.113.76"}) {
		t.Errorf("got %v and %v", got.Incidents[0].Sources, got.Named)
	}
}

func TestLongEvidenceIsCut(t *testing.T) {
	got, _ := detect(member(least, "evidence", `[{"content_type":"image/png","payload":"`+strings.Repeat("A", 1<<20)+`"}]`))
	evidence := format.Object(got.Fields).Objects("evidence")
	if len(evidence) != 1 || len(evidence[0].Text("payload")) > 20<<10 || len(got.Words) > 0 {
		t.Errorf("got %d bytes and %d words", len(evidence[0].Text("payload")), len(got.Words))
	}
}

func FuzzDetect(f *testing.F) {
	f.Add(least)
	f.Add(least3)
	f.Add("[" + least + "," + least3 + "]")
	f.Add(member(member(least, "destination_ip", `"203.0.113.5"`), "destination_port", `[22,"x",70000]`))
	f.Add("```\n" + strings.ReplaceAll(least, `"`, "\u201d") + "\n```")
	f.Fuzz(func(t *testing.T, body string) {
		got, ok := detect(body)
		formattest.Check(t, got, ok)
		got, ok = xarf.Detect(nil, strings.ToValidUTF8(body, ""))
		formattest.Check(t, got, ok)
	})
}
