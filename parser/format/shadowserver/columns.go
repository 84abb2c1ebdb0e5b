package shadowserver

import "strings"

// The columns that all scans and all events have; reports differ in what they
// have beside them.
const (
	ofScans  = "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,sector,sic"
	ofEvents = "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,src_sector,device_vendor,device_type,device_model,severity," +
		"dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id"
	ofWeb = "http,http_code,http_reason,content_type,connection,www_authenticate,set_cookie,server,content_length,transfer_encoding,http_date"
	ofCVE = "vulnerability_enum,vulnerability_id,vulnerability_class,vulnerability_score,vulnerability_severity,vulnerability_version,threat_framework,threat_tactic_id,threat_technique_id,target_vendor,target_product,target_class"
)

// exact are reports that no single column tells from others: they have the
// columns that all have, these, and no more.
var exact = []struct{ name, shared, columns string }{
	{"scan_telnet", ofScans, "banner"},
	{"scan_radmin", ofScans, "version"},
	{"scan_activemq", ofScans, "command,vendor,version"},
	{"scan_chargen", ofScans, "response_size,amplification"},
	{"scan_coap", ofScans, "version,response,response_size,amplification"},
	{"scan_coap", ofScans, "response,version,response_size"},
	{"scan_netis_router", ofScans, "response,response_size,amplification"},
	{"scan_ws_discovery", ofScans, "response_size,amplification,error,raw_response"},
	{"scan_ard", ofScans, "machine_name,response_size,amplification"},
	{"scan_loop_dos", ofScans, "detail,application"},
	{"scan_cwmp", ofScans, ofWeb},
	{"population_msmq", ofScans, "response_size"},
	{"device_id", ofScans, "device_vendor,device_type,device_model,device_version"},
	{"event4_honeypot_darknet", ofEvents, "count"},
	{"event4_honeypot_ikev2_scan", ofEvents, ofCVE},
	{"event4_sinkhole", ofEvents, "ssl_cipher,ssl_servername"},
}

// exactly finds a report by all of its columns.
func exactly(h heading) (feed, bool) {
	for _, known := range exact {
		if h.beside(known.shared) == len(strings.Split(known.columns, ",")) && h.has(cols(known.columns)...) {
			return named(known.name)
		}
	}
	return feed{}, false
}

// beside counts the columns that are not among these.
func (h heading) beside(shared string) int {
	n := len(h.at)
	for name := range strings.SplitSeq(shared, ",") {
		if h.has(name) {
			n--
		}
	}
	return n
}

// tagged finds a scan by the tag of its first row, for which scans write the name
// of what they looked for: "telnet", "netis_vulnerability", "cisco-smart-install".
func tagged(h heading, cells []string, unknown feed) feed {
	if !h.has("ip") {
		return unknown
	}
	r := row{h, cells}
	for tag := range strings.SplitSeq(strings.ToLower(r.get("tag")), ";") {
		tag = "scan_" + strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(tag), "-", "_"), "_vulnerability")
		for _, f := range feeds {
			if f.name == tag || f.name == tag+"_router" {
				return f
			}
		}
	}
	return unknown
}

// kinds are words by which the rows of tables that national teams make say what
// each is about.
var kinds = []struct{ word, category, role string }{
	{"c&c", c2, source},
	{"c2", c2, source},
	{"bot", infected, source},
	{"drone", infected, source},
	{"infect", infected, source},
	{"brute", bruteForce, source},
	{"scan", scanner, source},
	{"phish", "fraud/phishing", source},
	{"spam", spam, source},
	{"malware", infected, source},
	{"ddos", ddos, source},
	{"compromise", compromised, source},
	{"resolver", amplifier, target},
	{"amplif", amplifier, target},
	{"vulnerab", vulnerable, target},
	{"proxy", accessible, target},
	{"open", accessible, target},
}

// of is the report for one row: of a table that nobody knows the row may say what
// it is about.
func (f feed) of(h heading, cells []string) feed {
	if f.name != "" {
		return f
	}
	r := row{h, cells}
	said := strings.ToLower(r.get("classification.type", "classification", "category", "event_type", "incident type", "type", "infection"))
	if r.get("malware", "infection") != "" {
		f.category, f.role = infected, source
	}
	for _, known := range kinds {
		if strings.Contains(said, known.word) {
			f.category, f.role = known.category, known.role
			break
		}
	}
	return f
}
