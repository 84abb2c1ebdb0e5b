package iodef_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/formattest"
	"postern/parser/format/iodef"
)

// document makes a document of what stands in its only incident.
func document(inside string) string {
	return `<IODEF-Document version="2.00" xmlns="urn:ietf:params:xml:ns:iodef-2.0"><Incident purpose="reporting"><IncidentID name="x">1</IncidentID>` +
		`<GenerationTime>2026-11-20T10:00:00Z</GenerationTime><Contact role="creator" type="person"/>` + inside + `</Incident></IODEF-Document>`
}

func detect(xml string) (format.Detected, bool) {
	return iodef.Detect(formattest.Attached("application/xml", xml), "")
}

// system makes a System of a category around a Node.
func system(category, node string) string {
	return `<EventData><Flow><System category="` + category + `"><Node>` + node + `</Node></System></Flow></EventData>`
}

// TestAddresses has a row for each category of Address.
func TestAddresses(t *testing.T) {
	for _, r := range []struct{ name, node, want string }{
		{"ipv4", `<Address category="ipv4-addr">203.0.113.5</Address>`, "203.0.113.5"},
		{"no category", `<Address> 203.0.113.5 </Address>`, "203.0.113.5"},
		{"ipv6", `<Address category="ipv6-addr">2001:DB8::5</Address>`, "2001:db8::5"},
		{"ipv4 net", `<Address category="ipv4-net">203.0.113.7/24</Address>`, "203.0.113.0/24"},
		{"ipv4 net with mask", `<Address category="ipv4-net-mask">203.0.113.0/255.255.255.192</Address>`, "203.0.113.0/26"},
		{"ipv6 net", `<Address category="ipv6-net">2001:db8:5::/48</Address>`, "2001:db8:5::/48"},
		{"asn", `<Address category="asn">64501</Address>`, "AS64501"},
		{"mail", `<Address category="e-mail">x@example.com</Address>`, "x@example.com"},
		{"page", `<Address category="site-uri">http://www.example.com/x</Address>`, "http://www.example.com/x"},
		{"mac", `<Address category="mac">00:00:5e:00:53:01</Address>`, ""},
		{"name of version 1", `<NodeName>host.example.com</NodeName>`, "host.example.com"},
		{"name of version 2", `<DomainData><Name>host.example.com</Name></DomainData>`, "host.example.com"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(document(system("source", r.node)))
			want := []string{}
			if r.want != "" {
				want = append(want, r.want)
			}
			if !ok || !got.Valid || !slices.Equal(got.Incidents[0].Sources, want) {
				t.Errorf("got %v %+v, want %q", ok, got, r.want)
			}
			formattest.Check(t, got, ok)
		})
	}
}

func TestSides(t *testing.T) {
	node := "<Address>203.0.113.5</Address>"
	for category, want := range map[string]string{
		"source": "source", "target": "target", "watchlist-source": "source", "watchlist-destination": "target", "intermediate": "", "infrastructure": "", "ext-value": "",
	} {
		got, _ := detect(document(system(category, node)))
		i := got.Incidents[0]
		sides := map[string][]string{"source": i.Sources, "target": i.Targets}
		if want != "" && !slices.Equal(sides[want], []string{"203.0.113.5"}) || want == "" && (len(i.Sources)+len(i.Targets) > 0 || len(got.Named) != 1) {
			t.Errorf("%s: got %+v and %v, want %q", category, i, got.Named, want)
		}
	}
	if got, _ := detect(document(system(`source" spoofed="yes`, node))); len(got.Incidents[0].Sources) > 0 || len(got.Named) != 1 {
		t.Errorf("an address that was forged is a source: %+v", got)
	}
	if got, _ := detect(document(system("sensor", node))); len(got.Named) > 0 {
		t.Errorf("a sensor is named: %v", got.Named)
	}
}

func TestCategories(t *testing.T) {
	for assessment, want := range map[string]string{
		`<Impact type="recon"/>`:                                                   "information-gathering/scanner",
		`<Impact type="admin" completion="failed"/>`:                               "intrusion-attempts/exploit",
		`<Impact type="admin" completion="succeeded"/>`:                            "intrusions/privileged-account-compromise",
		`<Impact type="unknown"/>`:                                                 "",
		`<SystemImpact type="breach-privacy"/>`:                                    "information-content-security/data-leak",
		`<IncidentCategory>rsit:fraud="phishing"</IncidentCategory>`:               "fraud/phishing",
		`<IncidentCategory>odd</IncidentCategory><SystemImpact type="ext-value"/>`: "",
		`<Impact type="ext-value" ext-type="botnet"/>`:                             "malicious-code/infected-system",
		`<Impact type="unknown"/><Impact type="dos"/>`:                             "availability/dos",
	} {
		if got, _ := detect(document("<Assessment>" + assessment + "</Assessment>")); got.Category != want || !got.Valid {
			t.Errorf("%s: got %q, want %q", assessment, got.Category, want)
		}
	}
	for _, kind := range strings.Fields(`admin user dos recon social-engineering info-leak file misconfiguration takeover-account takeover-service takeover-system cps-manipulation
		cps-damage availability-data availability-account availability-service availability-system damaged-system damaged-data breach-proprietary breach-privacy breach-credential
		breach-configuration integrity-data integrity-configuration integrity-hardware traffic-redirection monitoring-traffic monitoring-host`) {
		got, ok := detect(document(`<Assessment><SystemImpact type="` + kind + `"/></Assessment>`))
		formattest.Check(t, got, ok)
		if got.Category == "" {
			t.Errorf("%s has no category", kind)
		}
	}
	if got, _ := detect(document(`<EventData><Assessment><Impact type="dos"/></Assessment></EventData>`)); got.Category != "availability/dos" {
		t.Errorf("of an event: got %q", got.Category)
	}
}

func TestTLP(t *testing.T) {
	for attribute, want := range map[string]string{"white": "CLEAR", "green": "GREEN", "amber": "AMBER", "red": "RED", "public": "", "need-to-know": "", "private": "", "default": ""} {
		if got, _ := detect(strings.Replace(document(""), `purpose`, `restriction="`+attribute+`" purpose`, 1)); got.TLP != want {
			t.Errorf("%s: got %q, want %q", attribute, got.TLP, want)
		}
	}
	if got, _ := detect(strings.Replace(document(""), `purpose`, `restriction="ext-value" ext-restriction="amber+strict" purpose`, 1)); got.TLP != "AMBER+STRICT" {
		t.Errorf("got %q", got.TLP)
	}
}

// TestLists reads lists of one kind.
func TestLists(t *testing.T) {
	for _, r := range []struct{ kind, list, want string }{
		{"ipv4-addr", "203.0.113.1\n 203.0.113.2 \n", "203.0.113.1 203.0.113.2"},
		{"domain-to-ipv4", "a.example.com,203.0.113.3", "a.example.com 203.0.113.3"},
		{"domain-to-ipv4-timestamp", "a.example.com,203.0.113.3,2026-11-20T10:00:00Z", "a.example.com 203.0.113.3"},
		{"ipv4-port", "203.0.113.4:443", "203.0.113.4"},
		{"ipv4-port", "203.0.113.4,443", "203.0.113.4"},
		{"ipv4-net-mask", "203.0.113.0/255.255.255.0", "203.0.113.0/24"},
		{"asn", "64500", "AS64500"},
		{"mac-addr", "00:00:5e:00:53:01", ""},
	} {
		got, _ := detect(document(`<IndicatorData><Indicator><Observable><BulkObservable type="` + r.kind + `"><BulkObservableList>` + r.list + `</BulkObservableList></BulkObservable></Observable></Indicator></IndicatorData>`))
		if all := strings.Join(got.Incidents[0].Sources, " "); all != r.want {
			t.Errorf("%s: got %q, want %q", r.kind, all, r.want)
		}
	}
}

// TestPhishingExtension reads what RFC 5901 adds.
func TestPhishingExtension(t *testing.T) {
	got, ok := detect(document(`<EventData><AdditionalData dtype="xml"><p:PhraudReport xmlns:p="urn:ietf:params:xml:ns:iodef-phish-1.0" FraudType="phishing"><p:FraudedBrandName>Bank</p:FraudedBrandName>` +
		`<p:LureSource><System category="source"><Node><Address category="ipv4-addr">203.0.113.5</Address></Node></System></p:LureSource>` +
		`<p:DCSite DCType="web"><p:SiteURL>http://www.example.com/login</p:SiteURL><p:System><Node><Address>203.0.113.6</Address></Node></p:System></p:DCSite></p:PhraudReport></AdditionalData></EventData>`))
	formattest.Check(t, got, ok)
	if want := []string{"203.0.113.5", "http://www.example.com/login", "203.0.113.6"}; got.Category != "fraud/phishing" || !slices.Equal(got.Incidents[0].Sources, want) {
		t.Errorf("got %s %v, want %v", got.Category, got.Incidents[0].Sources, want)
	}
}

func TestHashes(t *testing.T) {
	sum := strings.Repeat("\x5c", 32)
	for name, value := range map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(sum)), "hexadecimal": strings.Repeat("5C", 32), "wrapped": strings.Repeat("5c", 16) + "\n " + strings.Repeat("5c", 16)} {
		got, _ := detect(document(`<IndicatorData><Indicator><Observable><FileData><File><HashData scope="file-contents"><Hash><ds:DigestValue xmlns:ds="x">` + value +
			`</ds:DigestValue></Hash></HashData></File></FileData></Observable></Indicator></IndicatorData>`))
		if len(got.Named) != 1 || got.Named[0].Value != strings.Repeat("5c", 32) {
			t.Errorf("%s: got %v", name, got.Named)
		}
	}
}

// TestForms reads documents as they come.
func TestForms(t *testing.T) {
	whole := document(system("source", "<Address>203.0.113.5</Address>"))
	for _, r := range []struct {
		name, xml string
		valid     bool
		codes     []string
	}{
		{"whole", whole, true, nil},
		{"prolog and comment", "<?xml version=\"1.0\"?>\n<!-- x -->\n" + whole, true, nil},
		{"version 1.1 of XML", "<?xml version=\"1.1\"?>\n" + whole, true, nil},
		{"any prefix", strings.NewReplacer("</", "</io-def.1:", "<", "<io-def.1:").Replace(whole), true, nil},
		{"wrong namespace", strings.Replace(whole, "iodef-2.0", "idmef", 1), true, nil},
		{"no contact", strings.Replace(whole, `<Contact role="creator" type="person"/>`, "", 1), true, []string{"iodef-irregular"}},
		{"no identifier", strings.Replace(whole, `<IncidentID name="x">1</IncidentID>`, "", 1), true, []string{"iodef-irregular"}},
		{"neither identifier nor time", strings.Replace(strings.Replace(whole, `<IncidentID name="x">1</IncidentID>`, "", 1), "GenerationTime", "Xtime", 2), false, []string{"iodef-irregular", "iodef-invalid"}},
		{"no incident", `<IODEF-Document version="1.00"></IODEF-Document>`, false, []string{"iodef-invalid"}},
		{"cut off", whole[:len(whole)-30], false, []string{"iodef-invalid"}},
		{"badly nested", strings.Replace(whole, "</Node>", "", 1), false, []string{"iodef-invalid"}},
		{"entity", strings.Replace(whole, "203.0.113.5", "&x;", 1), false, []string{"iodef-invalid"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.xml)
			if !ok || got.Valid != r.valid || !slices.Equal(formattest.Codes(got), append([]string{}, r.codes...)) {
				t.Errorf("got %v %v %v, want %v %v", ok, got.Valid, got.Problems, r.valid, r.codes)
			}
			formattest.Check(t, got, ok)
		})
	}
	for _, text := range []string{"", "we use <IODEF-Document> here", "IODEF-Document"} {
		if _, ok := iodef.Detect(nil, text); ok {
			t.Errorf("%q is taken for a document", text)
		}
	}
}

// TestUTF16 reads a document whose own first bytes say what it is.
func TestUTF16(t *testing.T) {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range []byte(document(system("source", "<Address>203.0.113.5</Address>"))) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	got, ok := iodef.Detect(formattest.Read("Content-Type: application/xml\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(b.String()))), "")
	if !ok || !got.Valid || got.Incidents[0].Sources[0] != "203.0.113.5" {
		t.Errorf("got %v %v", ok, got.Problems)
	}
}

func TestHostile(t *testing.T) {
	lol := "<!DOCTYPE lolz [<!ENTITY lol \"lol\">"
	for n := 1; n < 10; n++ {
		lol += "<!ENTITY lol" + string(rune('0'+n)) + " \"" + strings.Repeat("&lol;", 10) + "\">"
	}
	for _, r := range []struct {
		name, xml string
		valid     bool
	}{
		{"a billion laughs", lol + "]>" + strings.Replace(document(""), ">1<", ">&lol9;<", 1), false},
		{"a file outside", `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>` + strings.Replace(document(""), ">1<", ">&f;<", 1), false},
		{"a hundred thousand levels", document(strings.Repeat("<EventData>", 100_000) + strings.Repeat("</EventData>", 100_000)), false},
		{"levels that never close", document("")[:200] + strings.Repeat("<EventData>", 100_000), false},
		{"a million elements", document(strings.Repeat("<a/>", 1_000_000)), false},
		{"a hundred thousand attributes", strings.Replace(document(""), "<Incident ", "<Incident "+strings.Repeat(`a="b" `, 100_000), 1), true},
		{"more incidents than are kept", strings.Replace(document(""), "</IODEF-Document>", strings.Repeat(`<Incident><IncidentID>2</IncidentID></Incident>`, 20_000)+"</IODEF-Document>", 1), true},
		{"every port of many hosts", document(`<EventData><Flow>` + strings.Repeat(`<System category="source"><Node><Address>203.0.113.5</Address></Node><Service ip-protocol="6"><Portlist>1-65535</Portlist></Service></System>`, 3_000) + `</Flow></EventData>`), true},
		{"beginnings without end", strings.Repeat("<IODEF-Document ", 50_000), false},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.xml)
			formattest.Check(t, got, ok)
			if got.Valid != r.valid {
				t.Errorf("got %v %v, want valid %v", ok, got.Problems, r.valid)
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	f.Add(document(system("target", `<Address category="ipv4-net-mask">1/2</Address>`)))
	f.Add(document(`<IndicatorData><Indicator><Observable><BulkObservable type="ipv4-port"><BulkObservableList>1.2.3.4:5` + "\n" + `x</BulkObservableList></BulkObservable></Observable></Indicator></IndicatorData>`))
	f.Add("<?xml version=\"1.0\" encoding=\"utf-16\"?><a:IODEF-Document><a:Incident restriction='red'>")
	f.Fuzz(func(t *testing.T, xml string) {
		got, ok := detect(xml)
		formattest.Check(t, got, ok)
		got, ok = iodef.Detect(nil, strings.ToValidUTF8(xml, ""))
		formattest.Check(t, got, ok)
	})
}
