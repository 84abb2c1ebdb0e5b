package shadowserver_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"postern/parser/format"
	"postern/parser/format/shadowserver"
	"postern/parser/mime"
)

// attached makes a mail with one file of the name given.
func attached(name, body string) *mime.Part {
	mail := "Subject: report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n" +
		"Content-Type: text/csv; name=\"" + name + "\"\r\nContent-Disposition: attachment\r\n\r\n" + body + "\r\n--b--\r\n"
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return root
}

const rdp = `"timestamp","severity","ip","protocol","port","hostname","tag","asn","geo","region","city","naics","hostname_source","sector","handshake","rdp_protocol"
"2026-11-20 00:10:31","high","192.0.2.17","tcp",3389,"ts1.example.org","rdp",64500,"ZZ","NOWHERE","TOWN",611310,"ptr","Education","TLS","CredSSP"
"2026-11-20 00:11:02","high","192.0.2.18","tcp",3389,,"rdp;cve-2019-0708",64500,"ZZ","NOWHERE","TOWN",611310,,"Education","TLS","a ""quoted"" cell
over two lines"
`

func TestDetect(t *testing.T) {
	got, ok := shadowserver.Detect(attached("2026-11-20-scan_rdp-example_org-asn.csv", strings.ReplaceAll(rdp, "\n", "\r\n")), "")
	if !ok || !got.Valid || len(got.Incidents) != 2 || got.Category != "vulnerable/potentially-unwanted-accessible" || got.Fields["feed"] != "scan_rdp" {
		t.Fatalf("got %v %+v", ok, got)
	}
	first, second := got.Incidents[0], got.Incidents[1]
	want := format.Endpoint{Role: "target", Address: "192.0.2.17", Port: 3389, Protocol: "tcp", Time: "2026-11-20T00:10:31Z", Zone: "stated"}
	if !slices.Equal(first.Endpoints, []format.Endpoint{want}) || !slices.Equal(first.Targets, []string{"192.0.2.17"}) || first.Time != want.Time {
		t.Errorf("got %+v, want endpoint %+v", first, want)
	}
	if second.Fields["rdp_protocol"] != "a \"quoted\" cell\nover two lines" && second.Fields["rdp_protocol"] != "a \"quoted\" cell\r\nover two lines" {
		t.Errorf("got %q", second.Fields["rdp_protocol"])
	}
	for _, named := range []format.Observable{{Value: "AS64500", Role: "target"}, {Value: "ts1.example.org", Role: "target"}, {Value: "CVE-2019-0708"}} {
		if !slices.Contains(got.Named, named) {
			t.Errorf("%v is not named in %v", named, got.Named)
		}
	}
}

// TestFeed says which report a table is and what its addresses are.
func TestFeed(t *testing.T) {
	event := "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,src_sector,severity,dst_ip,dst_port,dst_asn,dst_geo,infection,family,tag"
	row := "2026-11-20 01:02:03,tcp,192.0.2.9,40000,64500,ZZ,,,,,,critical,203.0.113.5,80,64511,ZZ,"
	for _, r := range []struct{ name, file, body, feed, category, ends string }{
		{"sinkhole by name", "2026-11-20-event4_sinkhole_http-x.csv", event + ",http_url\n" + row + "andromeda,,x,/gate", "event4_sinkhole_http", "malicious-code/infected-system", "source 192.0.2.9:40000"},
		{"IPv6 by name", "2026-11-20-event6_sinkhole-x.csv", event + "\n" + row + "andromeda,,x", "event6_sinkhole", "malicious-code/infected-system", "source 192.0.2.9:40000"},
		{"older name", "2015-01-01-dns_openresolver-x-asn.csv", "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,192.0.2.9,64500,ZZ,53", "dns_openresolver", "vulnerable/ddos-amplifier", "target 192.0.2.9:53"},
		{"attacker and victim", "2026-11-20-event4_ddos_participant-x.csv", event + "\n" + row + "mirai,,x", "event4_ddos_participant", "availability/ddos", "source 192.0.2.9:40000 target 203.0.113.5:80"},
		{"victim of amplification", "2026-11-20-event4_honeypot_ddos_amp-x.csv", event + "\n" + row + ",,x", "event4_honeypot_ddos_amp", "availability/ddos", "target 192.0.2.9:40000"},
		{"a new scan", "2026-11-20-scan_newthing-x.csv", "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,192.0.2.9,64500,ZZ,53", "scan_newthing", "vulnerable/potentially-unwanted-accessible", "target 192.0.2.9:53"},
		{"by columns", "report.csv", event + ",username,password,payload_url\n" + row + ",,x,root,1234,", "event4_honeypot_brute_force", "intrusion-attempts/brute-force", "source 192.0.2.9:40000 target 203.0.113.5:80"},
		{"unknown, infected", "report.csv", "timestamp,ip,asn,geo,infection\n2026-11-20 01:02:03,192.0.2.9,64500,ZZ,bad", "", "malicious-code/infected-system", "source 192.0.2.9:0"},
		{"semicolons", "2026-11-20-scan_rdp-x.csv", "timestamp;ip;asn;geo;port;protocol\n2026-11-20 01:02:03;192.0.2.9;64500;ZZ;3389;tcp", "scan_rdp", "vulnerable/potentially-unwanted-accessible", "target 192.0.2.9:3389"},
		{"national team", "events.csv", "\"asn\",\"ip\",\"timestamp\",\"malware\",\"src_port\",\"dst_ip\"\n\"64500\",\"192.0.2.9\",\"2026-11-20 01:02:03\",\"zeta\",\"40000\",\"203.0.113.1\"", "", "malicious-code/infected-system", "source 192.0.2.9:40000"},
		{"open services of a national team", "list.csv", "\"asn\",\"ip\",\"timestamp\",\"mdns_name\"\n\"64500\",\"192.0.2.9\",\"2026-11-20 01:02:03\",\"x\"", "scan_mdns", "vulnerable/ddos-amplifier", "target 192.0.2.9:0"},
		{"kind of infection", "list.csv", "timestamp,ip,asn,geo,infection,proto\n2026-11-20 01:02:03,192.0.2.9,64500,ZZ,ssh-brute-force,tcp", "", "intrusion-attempts/brute-force", "source 192.0.2.9:0"},
		{"pages of phishing", "2026-11-20-phish_url-x.csv", "timestamp,url,host,ip,asn,geo\n2026-11-20 01:02:03,https://a.example.org/,a.example.org,192.0.2.9,64500,ZZ", "phish_url", "fraud/phishing", "source 192.0.2.9:0"},
		{"a team's own names", "report.csv", "time|ip|asn|source port|type\n2026-11-20 01:02:03Z|192.0.2.9|64500|4021|bot", "", "malicious-code/infected-system", "source 192.0.2.9:4021"},
		{"attempts to log in", "report.csv", "timestamp,ip,asn,attempts\n2026-11-20 01:02:03,192.0.2.9,64500,55", "", "", "source 192.0.2.9:0"},
		{"tables put together", "2026-11-20-scan_rdp-x.csv", "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,192.0.2.9,64500,ZZ,3389\ntimestamp,ip,asn,geo,port\n", "scan_rdp", "vulnerable/potentially-unwanted-accessible", "target 192.0.2.9:3389"},
		{"byte order mark", "2026-11-20-scan_rdp-x.csv", "\ufefftimestamp,ip,asn,geo,port\n2026-11-20 01:02:03,2001:db8::9,64500,ZZ,3389", "scan_rdp", "vulnerable/potentially-unwanted-accessible", "target 2001:db8::9:3389"},
		{"CR alone", "2026-11-20-scan_rdp-x.csv", "timestamp,ip,asn,geo,port\r2026-11-20 01:02:03,192.0.2.9,64500,ZZ,3389\r", "scan_rdp", "vulnerable/potentially-unwanted-accessible", "target 192.0.2.9:3389"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := shadowserver.Detect(attached(r.file, r.body), "")
			if !ok || len(got.Incidents) != 1 {
				t.Fatalf("got %v %+v", ok, got)
			}
			var ends []string
			for _, e := range got.Incidents[0].Endpoints {
				ends = append(ends, fmt.Sprintf("%s %s:%d", e.Role, e.Address, e.Port))
			}
			if got.Fields["feed"] != r.feed || got.Category != r.category || strings.Join(ends, " ") != r.ends {
				t.Errorf("got %v %s %v\nwant %s %s %s", got.Fields["feed"], got.Category, ends, r.feed, r.category, r.ends)
			}
		})
	}
}

func TestNoReport(t *testing.T) {
	for _, r := range []struct{ name, file, body string }{
		{"another table", "inventory.csv", "timestamp,name,room\n2026-11-20,printer,12\n"},
		{"addresses and times of anybody", "hosts.csv", "ip,timestamp,comment\n192.0.2.9,2026-11-20,spam\n"},
		{"no heading", "x.csv", "2026-11-20 01:02:03,192.0.2.9,64500,ZZ\n"},
		{"a binary file", "x.csv", "timestamp\x00ip,asn,geo"},
		{"empty", "2026-11-20-scan_rdp-x.csv", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got, ok := shadowserver.Detect(attached(r.file, r.body), ""); ok {
				t.Errorf("got %+v", got)
			}
		})
	}
	if _, ok := shadowserver.Detect(nil, ""); ok {
		t.Error("got a report of nothing")
	}
}

func TestInline(t *testing.T) {
	root := attached("readme.txt", "nothing")
	got, ok := shadowserver.Detect(root, "Hello,\nthese are your rows:\n\n"+rdp+"\nRegards\n")
	if !ok || len(got.Incidents) != 2 || len(got.Passages) != 1 || strings.Contains(got.Passages[0], "Regards") {
		t.Errorf("got %v %d incidents, passages %q", ok, len(got.Incidents), got.Passages)
	}
}

// TestColumnsAlone has reports in files of any name that have hardly a column of
// their own.
func TestColumnsAlone(t *testing.T) {
	scan := "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,sector"
	event := "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id"
	attack := "attack,duration,attack_src_ip,attack_src_port"
	for _, r := range []struct{ heading, tag, want string }{
		{scan + ",banner", "", "scan_telnet"},
		{scan + ",version", "", "scan_radmin"},
		{scan + ",response_size,amplification", "", "scan_chargen"},
		{scan + ",response_size,amplification,quote", "", "scan_qotd"},
		{scan + ",response_size,amplification,machine_name", "", "scan_ard"},
		{scan + ",response,response_size,amplification", "", "scan_netis_router"},
		{scan + ",response_size", "", "population_msmq"},
		{scan + ",device_vendor,device_type,device_model,device_version", "", "device_id"},
		{scan, "", ""},
		{scan, "socks5;socks", "scan_socks"},
		{scan, "cisco-smart-install", "scan_cisco_smart_install"},
		{scan + ",something", "netis_vulnerability", "scan_netis_router"},
		{scan + ",something", "weather", ""},
		{event + ",count", "", "event4_honeypot_darknet"},
		{event + "," + attack, "", "event4_honeypot_ddos"},
		{strings.Replace(strings.Replace(event, "src_ip", "x_ip", 1), "dst_ip", "src_ip", 1) + "," + attack, "", "event4_honeypot_ddos"},
		{"timestamp,protocol,dst_ip,dst_port,dst_asn,dst_geo,src_ip,src_port,src_asn,src_geo," + attack, "", "event4_honeypot_ddos_target"},
	} {
		row := make([]string, strings.Count(r.heading, ",")+1)
		for n, name := range strings.Split(r.heading, ",") {
			switch {
			case name == "tag":
				row[n] = r.tag
			case strings.HasSuffix(name, "ip"):
				row[n] = "192.0.2.1"
			}
		}
		got, ok := shadowserver.Detect(attached("report.csv", r.heading+"\n"+strings.Join(row, ",")+"\n"), "")
		if !ok || got.Fields["feed"] != r.want {
			t.Errorf("%s %q: got %v, want %q", r.heading, r.tag, got.Fields["feed"], r.want)
		}
	}
}

// TestUTF16 reads what spreadsheets save as "Unicode text".
func TestUTF16(t *testing.T) {
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		body, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(rdp, ",", "\t"))
		if err != nil {
			t.Fatal(err)
		}
		mail := "MIME-Version: 1.0\r\nContent-Type: text/csv; name=x.csv\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n"
		root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
		got, _ := shadowserver.Detect(root, "")
		if !got.Valid || len(got.Incidents) != 2 || got.Fields["feed"] != "scan_rdp" {
			t.Errorf("got %+v", got)
		}
	}
}

// TestCellsThatAreNone: a value that is none is left out, not turned into another.
func TestCellsThatAreNone(t *testing.T) {
	body := "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,192.0.2.1,64500,ZZ,99999\nyesterday,192.0.2.2,64500,ZZ,1\n2026-11-20 01:02:03,192.0.2.300,64500,ZZ,1\n2026-11-20 01:02:03,192.0.2.4,64500,ZZ,0\n"
	got, _ := shadowserver.Detect(attached("2026-11-20-scan_rdp-x.csv", body), "")
	if !got.Valid || len(got.Incidents) != 4 || got.Incidents[0].Endpoints[0].Port != 0 || !slices.ContainsFunc(got.Problems, func(p mime.Problem) bool {
		return p.Code == shadowserver.CodeBadCell && strings.HasPrefix(p.Detail, "3 rows")
	}) {
		t.Errorf("got %+v", got)
	}
}

func TestRowsThatDoNotFit(t *testing.T) {
	body := "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,192.0.2.1\n2026-11-20 01:02:03,192.0.2.2,64500,ZZ,1,2,3\n2026-11-20 01:02:03,\"192.0.2.3,64500,ZZ,1\n"
	got, _ := shadowserver.Detect(attached("2026-11-20-scan_rdp-x.csv", body), "")
	if !got.Valid || len(got.Incidents) != 3 || !slices.ContainsFunc(got.Problems, func(p mime.Problem) bool {
		return p.Code == shadowserver.CodeBadRow && strings.HasPrefix(p.Detail, "4 rows")
	}) {
		t.Errorf("got %+v", got)
	}
}

// TestAMillionRows: what is not kept is counted, and the count stands in the problem.
func TestAMillionRows(t *testing.T) {
	body := "timestamp,ip,asn,geo,port\n" + strings.Repeat("2026-11-20 01:02:03,192.0.2.1,64500,ZZ,3389\n", 1_000_000)
	got, _ := shadowserver.Detect(attached("2026-11-20-scan_rdp-x.csv", body), "")
	if len(got.Incidents) != format.MaxIncidents || got.Fields["rows"] != 1_000_000 {
		t.Errorf("got %d incidents, fields %v", len(got.Incidents), got.Fields)
	}
	if !slices.ContainsFunc(got.Problems, func(p mime.Problem) bool { return strings.Contains(p.Detail, "990000 were left out") }) {
		t.Errorf("got problems %v", got.Problems)
	}
}

// TestAQuoteThatNeverCloses costs its row and no more memory than a row may have.
func TestAQuoteThatNeverCloses(t *testing.T) {
	body := "timestamp,ip,asn,geo,port\n2026-11-20 01:02:03,\"192.0.2.1,64500\n" + strings.Repeat("2026-11-20 01:02:03,192.0.2.2,64500,ZZ,3389\n", 10_000)
	got, _ := shadowserver.Detect(attached("2026-11-20-scan_rdp-x.csv", body), "")
	if n := len(got.Incidents); n < 3_000 || n > 10_000 {
		t.Errorf("got %d incidents", n)
	}
}

// FuzzDetect holds what must be true of any table: incidents in bounds, each
// with a role, and times that say where their zone comes from.
func FuzzDetect(f *testing.F) {
	f.Add("2026-11-20-scan_rdp-x.csv", rdp)
	f.Add("x.csv", "timestamp;ip;asn;geo\n;;;\n\"")
	f.Add("", "\ufefftimestamp,src_ip,src_asn,src_geo,infection\r2026-11-20 01:02:03Z,::1,AS1,,x\x00")
	f.Fuzz(func(t *testing.T, name, body string) {
		got, ok := shadowserver.Detect(attached(strings.Map(printable, name), body), body)
		if !ok && len(got.Incidents) > 0 || len(got.Incidents) > format.MaxIncidents {
			t.Fatalf("got %v and %d incidents", ok, len(got.Incidents))
		}
		for _, i := range got.Incidents {
			for _, e := range i.Endpoints {
				if e.Address == "" || e.Role != "source" && e.Role != "target" || (e.Zone == "stated") != (e.Time != "") {
					t.Fatalf("got %+v", e)
				}
			}
		}
	})
}

func printable(c rune) rune {
	if c < ' ' || c == '"' || c == '\\' {
		return -1
	}
	return c
}

// TestHeadingsWithoutEnd: lines that look like a heading are tried a few times only.
func TestHeadingsWithoutEnd(t *testing.T) {
	root := attached("readme.txt", "nothing")
	if got, ok := shadowserver.Detect(root, strings.Repeat("timestamp,a,b,c,d\n", 100_000)); ok {
		t.Errorf("got %+v", got)
	}
}

// TestNamedBesideAddresses: a path and its host make a page, and those who take
// money for what they stole publish at a page too.
func TestNamedBesideAddresses(t *testing.T) {
	for _, r := range []struct{ name, file, body, want string }{
		{"a page in two columns", "2026-11-20-compromised_website-x.csv", "timestamp,ip,port,asn,geo,url,http_host\n2026-11-20 01:02:03,192.0.2.9,443,64500,ZZ,/wp/x.php,www.example.org", "https://www.example.org/wp/x.php"},
		{"a page of extortion", "2026-11-20-ransomware_victim-x.csv", "timestamp,entity_name,website,ransomware,leak_site_url\n2026-11-20 01:02:03,X,www.example.org,zeta,http://leaks.example.net/x", "http://leaks.example.net/x"},
		{"the control server of a drone", "2014-11-20-botnet_drone-x.csv", "timestamp,ip,port,asn,geo,infection,cc_ip,cc_dns\n2026-11-20 01:02:03,192.0.2.9,4000,64500,ZZ,zeta,203.0.113.5,c2.example.net", "c2.example.net"},
	} {
		got, _ := shadowserver.Detect(attached(r.file, r.body), "")
		if !slices.Contains(got.Named, format.Observable{Value: r.want, Role: "source"}) {
			t.Errorf("%s: got %v", r.name, got.Named)
		}
	}
}
