package stix_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/formattest"
	"postern/parser/format/stix"
)

const begin = `{"type":"bundle","id":"bundle--1","objects":[`

// indicator makes an indicator of a pattern.
func indicator(pattern string) string {
	quoted, _ := json.Marshal(pattern) // a string
	return `{"type":"indicator","spec_version":"2.1","id":"indicator--1","created":"2026-11-20T10:00:00Z","modified":"2026-11-20T10:00:00Z","valid_from":"2026-11-20T09:00:00Z","pattern_type":"stix","pattern":` + string(quoted) + `}`
}

func detect(body string) (format.Detected, bool) {
	return stix.Detect(formattest.Attached("application/stix+json", body), "")
}

func bundle(objects ...string) string { return begin + strings.Join(objects, ",\n") + "]}" }

// TestPatterns reads the values that patterns ask for.
func TestPatterns(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	for _, r := range []struct {
		name, pattern           string
		sources, targets, named []string
	}{
		{"address", "[ipv4-addr:value = '203.0.113.5']", []string{"203.0.113.5"}, nil, nil},
		{"without blanks", "[ipv4-addr:value='203.0.113.5'OR ipv4-addr:value='203.0.113.6']", []string{"203.0.113.5", "203.0.113.6"}, nil, nil},
		{"two signs", "[ipv6-addr:value == '2001:DB8::5']", []string{"2001:db8::5"}, nil, nil},
		{"domain and page", "[domain-name:value = 'a.example.com' AND url:value = 'http://a.example.com/x?y=z']", []string{"a.example.com", "http://a.example.com/x?y=z"}, nil, nil},
		{"mail", "[email-addr:value = 'x@example.com']", []string{"x@example.com"}, nil, nil},
		{"sender of a mail", "[email-message:from_ref.value = 'x@example.com']", []string{"x@example.com"}, nil, nil},
		{"list", "[domain-name:value IN ('a.example.com','b.example.com' , 'c.example.com')]", []string{"a.example.com", "b.example.com", "c.example.com"}, nil, nil},
		{"network", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']", []string{"203.0.113.0/24"}, nil, nil},
		{"hash in quotes", "[file:hashes.'SHA-256' = '" + strings.ToUpper(hash) + "']", nil, nil, []string{hash}},
		{"hash in the wrong quotes", `[file:hashes."SHA-256" = '` + hash + "']", nil, nil, []string{hash}},
		{"hash without", "[file:hashes.MD5 = '" + hash[:32] + "' AND file:size = 1024]", nil, nil, []string{hash[:32]}},
		{"AS number of an address", "[ipv4-addr:value = '203.0.113.5' AND ipv4-addr:belongs_to_refs[*].number = 64500]", []string{"203.0.113.5", "AS64500"}, nil, nil},
		{"AS number", "[autonomous-system:number = 64500]", []string{"AS64500"}, nil, nil},
		{"far end alone", "[network-traffic:dst_ref.value = '203.0.113.5' AND network-traffic:dst_port = 443]", []string{"203.0.113.5"}, nil, nil},
		{"both ends", "[network-traffic:src_ref.value = '203.0.113.5' AND network-traffic:dst_ref.value = '192.0.2.5']", []string{"203.0.113.5"}, []string{"192.0.2.5"}, nil},
		{"escapes", `[url:value = 'http://a.example.com/\'\\x']`, []string{`http://a.example.com/'\x`}, nil, nil},
		{"LIKE", "[domain-name:value LIKE '%.evil.example.com' OR url:value LIKE '%/x%']", []string{"evil.example.com"}, nil, nil},
		{"MATCHES", "[domain-name:value MATCHES '^a.*$']", nil, nil, nil},
		{"denied", "[domain-name:value != 'a.example.com' AND domain-name:value NOT = 'b.example.com' AND NOT domain-name:value = 'c.example.com' AND domain-name:value NOT IN ('d.example.com')]", nil, nil, nil},
		{"bounds", "[network-traffic:src_port > 1024 AND ipv4-addr:value = '203.0.113.5']", []string{"203.0.113.5"}, nil, nil},
		{"qualifiers", "([ipv4-addr:value = '203.0.113.5'] FOLLOWEDBY [url:value = 'http://a.example.com/']) WITHIN 5 MINUTES REPEATS 5 TIMES START t'2026-11-20T00:00:00Z' STOP t'2026-11-21T00:00:00Z'",
			[]string{"203.0.113.5", "http://a.example.com/"}, nil, nil},
		{"what nobody looks up", "[process:command_line = 'rm -rf /' AND windows-registry-key:key = 'HKLM' AND user-account:user_id = 'x']", nil, nil, nil},
		{"text that never ends", "[ipv4-addr:value = '203.0.113.5' AND url:value = 'http://", []string{"203.0.113.5"}, nil, nil},
		{"words", "look for bad things", nil, nil, nil},
		{"nothing", "", nil, nil, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(bundle(indicator(r.pattern)))
			named := []string{}
			for _, n := range got.Named {
				named = append(named, n.Value)
			}
			i := got.Incidents[0]
			if !ok || !got.Valid || !slices.Equal(i.Sources, append([]string{}, r.sources...)) || !slices.Equal(i.Targets, append([]string{}, r.targets...)) || !slices.Equal(named, append([]string{}, r.named...)) {
				t.Errorf("got %q %q %q, want %q %q %q", i.Sources, i.Targets, named, r.sources, r.targets, r.named)
			}
			formattest.Check(t, got, ok)
		})
	}
}

// TestPorts: address, port and protocol of one observation stay together.
func TestPorts(t *testing.T) {
	for _, r := range []struct{ pattern, want string }{
		{"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.5' AND network-traffic:dst_port = '8443']", "source 203.0.113.5:8443 "},
		{"[ipv4-addr:value = '203.0.113.5' AND network-traffic:dst_port = 443 AND network-traffic:protocols[*] = 'tcp']", "source 203.0.113.5:443 tcp"},
		{"[network-traffic:src_ref.value = '203.0.113.5' AND network-traffic:src_port = 4444 AND network-traffic:dst_ref.value = '192.0.2.1']", "source 203.0.113.5:4444 ,target 192.0.2.1:0 "},
		{"[network-traffic:dst_ref.value = '203.0.113.5' AND network-traffic:dst_port = 1] OR [network-traffic:dst_ref.value = '203.0.113.6' AND network-traffic:dst_port = 2]", "source 203.0.113.5:1 ,source 203.0.113.6:2 "},
		{"[network-traffic:dst_port = 22]", ""},
		{"[ipv4-addr:value = '203.0.113.5']", ""},
	} {
		got, _ := detect(bundle(indicator(r.pattern)))
		var ends []string
		for _, e := range got.Incidents[0].Endpoints {
			ends = append(ends, fmt.Sprintf("%s %s:%d %s", e.Role, e.Address, e.Port, e.Protocol))
		}
		if strings.Join(ends, ",") != r.want {
			t.Errorf("%s: got %q, want %q", r.pattern, ends, r.want)
		}
	}
}

// TestBrokenPatterns: what can be read counts, and the fault is told.
func TestBrokenPatterns(t *testing.T) {
	for _, pattern := range []string{"[ipv4-addr:value = '203.0.113.5'", "([ipv4-addr:value = '203.0.113.5']", "[ipv4-addr:value IN ('203.0.113.5', '203.0.113.6']", "[ipv4-addr:value = '203.0.113.5'] § x"} {
		got, _ := detect(bundle(indicator(pattern)))
		if !slices.Equal(formattest.Codes(got), []string{"stix-bad-pattern"}) || !slices.Contains(got.Incidents[0].Sources, "203.0.113.5") {
			t.Errorf("%s: got %v %v", pattern, got.Problems, got.Incidents)
		}
	}
}

// TestRelations: an indicator means what it indicates, and what belongs to the
// infrastructure of an attacker is a source.
func TestRelations(t *testing.T) {
	relationship := func(kind, from, to string) string {
		return `{"type":"relationship","spec_version":"2.1","id":"relationship--1","relationship_type":"` + kind + `","source_ref":"` + from + `","target_ref":"` + to + `"}`
	}
	one := indicator("[ipv4-addr:value = '203.0.113.5']")
	for _, r := range []struct{ name, body, category string }{
		{"malware of no kind", bundle(one, `{"type":"malware","id":"malware--1","name":"Zeta"}`, relationship("indicates", "indicator--1", "malware--1")), "malicious-code/malware-distribution"},
		{"infrastructure", bundle(relationship("indicates", "indicator--1", "infrastructure--1"), one, `{"type":"infrastructure","id":"infrastructure--1","name":"A","infrastructure_types":["command-and-control"]}`), "malicious-code/c2-server"},
		{"kind of attack", bundle(one, `{"type":"attack-pattern","id":"attack-pattern--1","name":"Spearphishing Link"}`, relationship("indicates", "indicator--1", "attack-pattern--1")), "fraud/phishing"},
		{"technique", bundle(one, `{"type":"attack-pattern","id":"attack-pattern--1","name":"x","external_references":[{"source_name":"mitre-attack","external_id":"T1110.003"}]}`, relationship("indicates", "indicator--1", "attack-pattern--1")), "intrusion-attempts/brute-force"},
		{"nothing there", bundle(one, relationship("indicates", "indicator--1", "malware--1")), ""},
		{"the other way", bundle(one, `{"type":"malware","id":"malware--1","name":"Zeta"}`, relationship("indicates", "malware--1", "indicator--1")), ""},
	} {
		if got, _ := detect(r.body); got.Category != r.category {
			t.Errorf("%s: got %q, want %q", r.name, got.Category, r.category)
		}
	}
	tagged := strings.Replace(one, "indicator--1", "indicator--7", 1)
	report := `{"type":"report","spec_version":"2.1","id":"report--1","labels":["tlp:green","rsit:fraud=\"phishing\""],"object_refs":["indicator--7"]}`
	if got, _ := detect(bundle(tagged, report)); got.Category != "fraud/phishing" {
		t.Errorf("tags of an event: got %q", got.Category)
	}
	got, _ := detect(bundle(`{"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--1","value":"203.0.113.9"}`, relationship("consists-of", "infrastructure--1", "ipv4-addr--1")))
	if want := (format.Observable{Value: "203.0.113.9", Role: "source"}); !slices.Contains(got.Named, want) {
		t.Errorf("got %v, want %v", got.Named, want)
	}
}

// TestInfrastructure: what belongs to attackers is something to look for, also
// where nothing happened yet.
func TestInfrastructure(t *testing.T) {
	got, _ := detect(bundle(
		`{"type":"infrastructure","spec_version":"2.1","id":"infrastructure--1","name":"Relay","infrastructure_types":["command-and-control"]}`,
		`{"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--1","value":"203.0.113.5"}`,
		`{"type":"relationship","spec_version":"2.1","id":"relationship--1","relationship_type":"consists-of","source_ref":"infrastructure--1","target_ref":"ipv4-addr--1"}`,
		`{"type":"malware","spec_version":"2.1","id":"malware--1","name":"M","is_family":true}`,
		`{"type":"relationship","spec_version":"2.1","id":"relationship--2","relationship_type":"controls","source_ref":"infrastructure--1","target_ref":"malware--1"}`,
	))
	if len(got.Incidents) != 1 || got.Incidents[0].Category != "malicious-code/c2-server" || !slices.Equal(got.Incidents[0].Sources, []string{"203.0.113.5"}) {
		t.Errorf("got %+v", got.Incidents)
	}
}

func TestTLP(t *testing.T) {
	mark := func(definition, ref string) string {
		return bundle(definition, strings.Replace(indicator("[ipv4-addr:value = '203.0.113.5']"), `"pattern_type"`, `"object_marking_refs":["`+ref+`"],"pattern_type"`, 1))
	}
	const one = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
	for _, r := range []struct{ name, body, want string }{
		{"1.0 by identifier alone", mark(`{"type":"identity","id":"identity--1"}`, one), "GREEN"},
		{"1.0 by definition", mark(`{"type":"marking-definition","id":"marking-definition--1","definition_type":"tlp","definition":{"tlp":"white"}}`, "marking-definition--1"), "CLEAR"},
		{"2.0 by extension", mark(`{"type":"marking-definition","id":"marking-definition--1","extensions":{"x":{"tlp_2_0":"amber+strict"}}}`, "marking-definition--1"), "AMBER+STRICT"},
		{"2.0 by name", mark(`{"type":"marking-definition","id":"marking-definition--1","name":"TLP:RED"}`, "marking-definition--1"), "RED"},
		{"the only one, that nothing refers to", mark(`{"type":"marking-definition","id":"marking-definition--1","name":"TLP:AMBER"}`, "marking-definition--2"), "AMBER"},
		{"a label", bundle(`{"type":"grouping","id":"grouping--1","labels":["x","tlp:amber"]}`, indicator("[ipv4-addr:value = '203.0.113.5']")), "AMBER"},
		{"a part of an object", bundle(strings.Replace(indicator("[ipv4-addr:value = '203.0.113.5']"), `"pattern_type"`, `"granular_markings":[{"marking_ref":"`+one+`","selectors":["name"]}],"pattern_type"`, 1)), "GREEN"},
		{"a statement", mark(`{"type":"marking-definition","id":"marking-definition--1","definition_type":"statement","definition":{"statement":"Copyright"}}`, "marking-definition--1"), ""},
	} {
		if got, _ := detect(r.body); got.TLP != r.want {
			t.Errorf("%s: got %q, want %q", r.name, got.TLP, r.want)
		}
	}
}

func TestKinds(t *testing.T) {
	address := `{"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--1","value":"203.0.113.5"}`
	for _, r := range []struct {
		name, body    string
		kind          string
		incidents     int
		valid, claims bool
		code          string
	}{
		{"indicators", bundle(indicator("[ipv4-addr:value = '203.0.113.5']")), "advisory", 1, true, true, ""},
		{"an incident", bundle(`{"type":"incident","id":"incident--1","spec_version":"2.1","name":"Phishing wave","created":"2026-11-20T10:00:00Z"}`), "", 1, true, true, ""},
		{"revoked", bundle(strings.Replace(indicator("[ipv4-addr:value = '203.0.113.5']"), `"pattern_type"`, `"revoked":true,"pattern_type"`, 1)), "advisory", 0, true, true, ""},
		{"observables", bundle(address), "advisory", 0, true, true, ""},
		{"one object", address, "advisory", 0, true, true, ""},
		{"an envelope", `{"more":false,"objects":[` + address + `]}`, "advisory", 0, true, true, ""},
		{"list of objects", "[" + address + "]", "advisory", 0, true, true, ""},
		{"snort", bundle(strings.Replace(indicator("alert tcp 203.0.113.5"), `"stix"`, `"snort"`, 1)), "advisory", 1, true, true, ""},
		{"empty", begin + "]}", "", 0, true, true, "stix-empty"},
		{"no objects", `{"type":"bundle","id":"bundle--1"}`, "", 0, true, true, "stix-empty"},
		{"objects a text", `{"type":"bundle","id":"bundle--1","objects":"x"}`, "", 0, false, true, "stix-invalid"},
		{"cut off", bundle(indicator("[ipv4-addr:value = '203.0.113.5']"), address)[:330], "", 0, false, true, "stix-invalid"},
		{"one thing without type", bundle(address, `{"id":"x"}`), "advisory", 0, true, true, "stix-irregular"},
		{"a bundle of programs", `{"type":"bundle","name":"app","files":[]}`, "", 0, false, false, ""},
		{"other JSON", `{"spec_version":"1","type":"x"}`, "", 0, false, false, ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.body)
			codes := formattest.Codes(got)
			if ok != r.claims || got.Valid != r.valid || got.Kind != r.kind || len(got.Incidents) != r.incidents || r.code != "" && !slices.Contains(codes, r.code) {
				t.Errorf("got %v %v %q %d %v", ok, got.Valid, got.Kind, len(got.Incidents), got.Problems)
			}
			formattest.Check(t, got, ok)
		})
	}
	if _, ok := stix.Detect(nil, ""); ok {
		t.Error("got a bundle of nothing")
	}
}

func TestHostile(t *testing.T) {
	many := strings.Repeat(indicator("[ipv4-addr:value = '203.0.113.5']")+",", 10_100)
	for _, r := range []struct{ name, body string }{
		{"brackets", bundle(indicator(strings.Repeat("[", 100_000)))},
		{"comparisons", bundle(indicator("[" + strings.Repeat("ipv4-addr:value = '203.0.113.5' OR ", 20_000) + "]"))},
		{"NOT", bundle(indicator("[" + strings.Repeat("NOT ", 40_000) + "url:value = 'x']"))},
		{"a long list", bundle(indicator("[url:value IN (" + strings.Repeat("'http://a.example.com/',", 10_000) + "'x')]"))},
		{"quotes", bundle(indicator("[url:value = '" + strings.Repeat(`\'`, 60_000)))},
		{"colons", bundle(indicator(strings.Repeat("a:b ", 40_000)))},
		{"t and a quote", bundle(indicator(strings.Repeat("t", 1_000) + strings.Repeat("t'", 20_000)))},
		{"more objects than are kept", begin + strings.TrimSuffix(many, ",") + "]}"},
		{"a circle", bundle(`{"type":"observed-data","id":"observed-data--1","object_refs":["observed-data--1"]}`, `{"type":"sighting","id":"sighting--1","sighting_of_ref":"sighting--1"}`)},
		{"deep", begin + strings.Repeat(`{"type":`, 20_000)},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.body)
			formattest.Check(t, got, ok)
			if !ok {
				t.Error("no claim")
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	f.Add(bundle(indicator("[file:hashes.'SHA-256' = 'x' AND url:value IN ('a', 'b')] WITHIN 5 SECONDS")))
	f.Add(bundle(`{"type":"observed-data","id":"observed-data--1","first_observed":"2026-11-20T10:00:00Z","objects":{"0":{"type":"ipv4-addr","value":"1.2.3.4"},"1":{"type":"network-traffic","src_ref":"0","dst_ref":"0","src_port":1,"protocols":["tcp"]}}}`))
	f.Fuzz(func(t *testing.T, body string) {
		got, ok := detect(body)
		formattest.Check(t, got, ok)
	})
}

// FuzzPattern holds that any pattern is read to an end.
func FuzzPattern(f *testing.F) {
	f.Add("[a:b = 'c' OR NOT d:e.'f g'[*].h IN (1, t'x', h'00')] REPEATS 5 TIMES")
	f.Fuzz(func(t *testing.T, pattern string) {
		got, ok := detect(bundle(indicator(pattern)))
		formattest.Check(t, got, ok)
	})
}
