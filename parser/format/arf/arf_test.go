package arf_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/parser/format"
	"postern/parser/format/arf"
	"postern/parser/format/formattest"
	"postern/parser/mime"
	"postern/testdata"
)

func read(mail string) *mime.Part {
	mail = strings.ReplaceAll(strings.ReplaceAll(mail, "\r\n", "\n"), "\n", "\r\n")
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return root
}

// report makes a feedback report of these fields.
func report(fields string) string {
	return "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nComplaint.\n--b\nContent-Type: message/feedback-report\n\n" +
		fields + "\n--b\nContent-Type: message/rfc822\n\nSubject: Buy this\nMessage-ID: <spam@example.com>\n\nBuy!\n--b--\n"
}

const least = "Feedback-Type: abuse\nUser-Agent: Test/1\nVersion: 1\n"

func codes(d format.Detected) []string {
	list := []string{}
	for _, p := range d.Problems {
		list = append(list, p.Code)
	}
	return list
}

func TestCategories(t *testing.T) {
	for _, r := range []struct{ feedback, want string }{
		{"abuse", "abusive-content/spam"},
		{"Abuse", "abusive-content/spam"},
		{"abuse (a user pressed the button)", "abusive-content/spam"},
		{"abuse; x=y", "abusive-content/spam"},
		{"opt-out", "abusive-content/spam"},
		{"fraud", "fraud/phishing"},
		{"virus", "malicious-code/malware-distribution"},
		{"auth-failure", "fraud/masquerade"},
		{"not-spam", ""},
		{"miscategorized", ""},
		{"opt-out-list", "abusive-content/spam"},
		{"other", "other/undetermined"},
		{"x-of-ours", "other/undetermined"},
	} {
		t.Run(r.feedback, func(t *testing.T) {
			got, ok := arf.Detect(read(report(strings.Replace(least, "abuse", r.feedback, 1))), "")
			if !ok || !got.Valid || got.Category != r.want || got.Incidents[0].Category != r.want {
				t.Errorf("got %v %+v, want category %q", ok, got, r.want)
			}
		})
	}
}

func TestFieldsAndIncident(t *testing.T) {
	got, ok := arf.Detect(read(report(least+`Source-IP: 198.51.100.23
Source-Port: 40123
Arrival-Date: Fri, 20 Nov 2026 11:57:40 +0100
Original-Rcpt-To: <one@example.com>
Original-Rcpt-To: <two@example.com>
Reported-Domain: shop.example.com
Reported-URI: https://shop.example.com/a
Reported-URI: https://shop.example.com/b
Reported-URI: https://shop.example.com/a
Authentication-Results: mx.example.com;
 spf=fail
Incidents: 3
X-Own: once
X-Own: twice
`)), "")
	if !ok || !got.Valid || got.Format != "arf" || got.Version != "1" || len(got.Problems) > 0 || len(got.Parts) != 2 {
		t.Fatalf("got %v %+v", ok, got)
	}
	want := map[string]any{
		"feedback-type": "abuse", "user-agent": "Test/1", "version": "1", "source-ip": "198.51.100.23", "source-port": "40123",
		"arrival-date": "Fri, 20 Nov 2026 11:57:40 +0100", "original-rcpt-to": []string{"<one@example.com>", "<two@example.com>"},
		"reported-domain": []string{"shop.example.com"}, "incidents": "3", "x-own": []string{"once", "twice"},
		"reported-uri":           []string{"https://shop.example.com/a", "https://shop.example.com/b", "https://shop.example.com/a"},
		"authentication-results": []string{"mx.example.com; spf=fail"},
	}
	if diff := cmp.Diff(got.Fields, want); diff != "" {
		t.Errorf("fields (-got +want):\n%s", diff)
	}
	incidents := []format.Incident{{
		Category: "abusive-content/spam", Time: "2026-11-20T10:57:40Z", Description: "Buy this", Fields: want, Targets: []string{},
		Sources:   []string{"198.51.100.23", "shop.example.com", "https://shop.example.com/a", "https://shop.example.com/b"},
		Endpoints: []format.Endpoint{{Role: "source", Address: "198.51.100.23", Port: 40123, Protocol: "tcp", Time: "2026-11-20T10:57:40Z", Zone: "stated"}},
	}}
	if diff := cmp.Diff(got.Incidents, incidents); diff != "" {
		t.Errorf("incidents (-got +want):\n%s", diff)
	}
}

func TestSourceAddresses(t *testing.T) {
	for _, r := range []struct {
		name, field string
		want        []string
		code        string
	}{
		{"plain", "Source-IP: 198.51.100.23", []string{"198.51.100.23"}, ""},
		{"brackets", "Source-IP: [198.51.100.23]", []string{"198.51.100.23"}, ""},
		{"ipv6", "Source-IP: 2001:DB8::5", []string{"2001:db8::5"}, ""},
		{"ipv6 as in Received", "Source-IP: [IPv6:2001:db8::5]", []string{"2001:db8::5"}, ""},
		{"mapped", "Source-IP: ::ffff:198.51.100.23", []string{"198.51.100.23"}, ""},
		{"zone", "Source-IP: fe80::1%eth0", []string{}, "arf-bad-source"},
		{"name behind it", "Source-IP: 198.51.100.23 (host.example.com)", []string{"198.51.100.23"}, ""},
		{"several", "Source-IP: 198.51.100.23\nSource-IP: 2001:db8::5", []string{"198.51.100.23", "2001:db8::5"}, ""},
		{"port behind it", "Source-IP: 198.51.100.23:40000", []string{"198.51.100.23"}, ""},
		{"no address", "Source-IP: unknown", []string{}, "arf-bad-source"},
		{"none", "X-Nothing: 1", []string{}, ""},
		{"bad port", "Source-IP: 198.51.100.23\nSource-Port: 70000", []string{"198.51.100.23"}, "arf-bad-port"},
		{"bad date", "Arrival-Date: yesterday", []string{}, "arf-bad-date"},
		{"line that is no field", "nonsense here", []string{}, "arf-bad-field"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, _ := arf.Detect(read(report(least+r.field+"\n")), "")
			if !got.Valid || !slices.Equal(got.Incidents[0].Sources, r.want) {
				t.Fatalf("got %+v, want sources %q", got, r.want)
			}
			if all := strings.Join(codes(got), " "); all != r.code {
				t.Errorf("got problems %q, want %q", all, r.code)
			}
		})
	}
}

// TestSeveralReports: one after the other, or packed by a program; what a person
// attaches is not this mail's format.
func TestSeveralReports(t *testing.T) {
	part := func(address string) string {
		return "--a\nContent-Type: message/feedback-report\n\n" + least + "Source-IP: " + address + "\n\n--a\nContent-Type: message/rfc822\n\nSubject: from " + address + "\n\nx\n"
	}
	packed := func(address string) string {
		return "--a\nContent-Type: message/rfc822\n\n" + report(least+"Source-IP: "+address+"\n")
	}
	two := part("198.51.100.1") + part("198.51.100.2") + "--a--\n"
	inner := packed("198.51.100.1") + packed("198.51.100.2") + "--a--\n"
	for _, r := range []struct {
		name, mail string
		incidents  int
	}{
		{"parts", "Content-Type: multipart/mixed; boundary=a\n\n" + two, 2},
		{"digest", "Content-Type: multipart/digest; boundary=a\n\n" + inner, 2},
		{"by a program", "Auto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=a\n\n" + inner, 2},
		{"by a person", "Content-Type: multipart/mixed; boundary=a\n\n" + inner, 0},
	} {
		got, ok := arf.Detect(read(r.mail), "")
		formattest.Check(t, got, ok)
		if len(got.Incidents) != r.incidents || ok != (r.incidents > 0) {
			t.Fatalf("%s: got %v %+v, want %d", r.name, ok, got.Incidents, r.incidents)
		}
		for n, incident := range got.Incidents {
			if want := []string{"198.51.100.1", "198.51.100.2"}[n]; incident.Sources[0] != want || r.name == "parts" && incident.Description != "from "+want {
				t.Errorf("%s: got %+v, want %s", r.name, incident, want)
			}
		}
	}
}

func TestBrokenReports(t *testing.T) {
	whole := report(least)
	for _, r := range []struct {
		name, mail string
		claims     bool // the mail is taken for a feedback report
		valid      bool
		codes      []string
	}{
		{"no type", report("User-Agent: x\nVersion: 1\n"), true, false, []string{"arf-invalid"}},
		{"envelope of XARF", report("Feedback-Type: xarf\nUser-Agent: x\nVersion: 1\n"), true, false, []string{"arf-invalid"}},
		{"two types", report(least + "Feedback-Type: fraud\n"), true, false, []string{"arf-invalid"}},
		{"empty part", report(""), true, false, []string{"arf-missing-field", "arf-missing-field", "arf-invalid"}},
		{"no version, no program", report("Feedback-Type: abuse\n"), true, true, []string{"arf-missing-field", "arf-missing-field"}},
		{"no fields part", strings.Replace(whole, "message/feedback-report\n\n"+least, "text/plain\n\nSee above.\n", 1), true, false, []string{"arf-no-fields"}},
		{"fields as text", strings.Replace(whole, "message/feedback-report", "text/plain", 1), true, true, []string{"arf-wrong-type"}},
		{"fields as text in a mixed mail", strings.Replace(strings.Replace(whole, "message/feedback-report", "text/plain", 1), "report; report-type=feedback-report", "mixed", 1), true, true, []string{"arf-wrong-type"}},
		{"one field alone as text", strings.Replace(strings.Replace(whole, "message/feedback-report\n\n"+least, "text/plain\n\nFeedback-Type: abuse\n", 1), "report; report-type=feedback-report", "mixed", 1), false, false, []string{}},
		{"no original", strings.Replace(whole, "Content-Type: message/rfc822\n\nSubject: Buy this\nMessage-ID: <spam@example.com>\n\nBuy!\n", "\nGone.\n", 1), true, true, []string{"arf-no-original"}},
		{"original as text", strings.Replace(whole, "message/rfc822", "text/plain", 1), true, true, []string{}},
		{"the mail alone", "From: staff@example.net\nSubject: complaint about message from 198.51.100.23\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: eve@example.net\nSubject: Buy\n\nBuy\n--b--\n", true, true, []string{"arf-mail-only"}},
		{"header alone returned", strings.Replace(whole, "message/rfc822", "text/rfc822-headers", 1), true, true, []string{}},
		{"no report-type", strings.Replace(whole, "report; report-type=feedback-report", "mixed", 1), true, true, []string{}},
		{"fields in base64", strings.Replace(whole, "feedback-report\n\n"+least, "feedback-report\nContent-Transfer-Encoding: base64\n\nRmVlZGJhY2stVHlwZTogYWJ1c2UKVXNlci1BZ2VudDogeApWZXJzaW9uOiAxCg==\n", 1), true, true, []string{}},
		{"blank line among the fields", report("Feedback-Type: abuse\n\nUser-Agent: x\nVersion: 1\n"), true, true, []string{}},
		{"free text", "From: bob@example.net\n\nFeedback-Type: abuse\n", false, false, []string{}},
		{"forwarded by a person", "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nSee this.\n--o\nContent-Type: message/rfc822\n\n" + whole + "--o--\n", false, false, []string{}},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := arf.Detect(read(r.mail), "")
			if ok != r.claims || got.Valid != r.valid || !slices.Equal(codes(got), r.codes) {
				t.Errorf("got %v %v %q, want %v %v %q", ok, got.Valid, codes(got), r.claims, r.valid, r.codes)
			}
			if !got.Valid && len(got.Incidents) > 0 {
				t.Errorf("got incidents of an invalid report: %+v", got.Incidents)
			}
		})
	}
	if _, ok := arf.Detect(nil, ""); ok {
		t.Error("got a report of nothing")
	}
}

func TestAuthenticationFailure(t *testing.T) {
	got, _ := arf.Detect(read(report("Feedback-Type: auth-failure\nUser-Agent: x\nVersion: 1\nAuth-Failure: dmarc\nDelivery-Result: reject\n"+
		"Identity-Alignment: none\nReported-Domain: example.org\nSource-IP: 203.0.113.9\n")), "")
	if got.Fields["auth-failure"] != "dmarc" || got.Fields["identity-alignment"] != "none" || !slices.Equal(got.Incidents[0].Targets, []string{"example.org"}) ||
		!slices.Equal(got.Incidents[0].Sources, []string{"203.0.113.9"}) {
		t.Errorf("got %+v", got)
	}
}

func TestSample(t *testing.T) {
	for _, sample := range testdata.Mails() {
		got, ok := arf.Detect(read(string(sample.Data)), "")
		if want := sample.Name == "arf-complaint.eml"; ok != want || got.Valid != want || len(got.Problems) > 0 {
			t.Errorf("%s: got %v %v %v, want %v", sample.Name, ok, got.Valid, got.Problems, want)
		}
	}
}

func TestManyFieldsStayLinear(t *testing.T) {
	fields := least + strings.Repeat("Reported-URI: https://example.com/a\n folded\n", 100_000)
	start := time.Now()
	got, ok := arf.Detect(read(report(fields)), "")
	if took := time.Since(start); !ok || took > 30*time.Second || len(got.Incidents[0].Sources) > format.MaxFields {
		t.Errorf("took %v, %v, %d sources", took, ok, len(got.Incidents[0].Sources))
	}
}

// FuzzDetect holds what must be true of any mail: a valid report has a type and
// one incident, and what was read can be written as JSON.
func FuzzDetect(f *testing.F) {
	for _, sample := range testdata.Mails() {
		f.Add(string(sample.Data))
	}
	f.Add(report(least + "Source-IP: [IPv6:2001:db8::1]\nArrival-Date: x\n"))
	f.Fuzz(func(t *testing.T, mail string) {
		got, ok := arf.Detect(read(mail), "")
		formattest.Check(t, got, ok)
		if got.Valid != (len(got.Incidents) == 1) || got.Valid && (!ok || got.Fields["feedback-type"] == nil) || ok && !got.Valid && len(got.Problems) == 0 {
			t.Fatalf("got %v %+v", ok, got)
		}
		if _, err := json.Marshal(got.Fields); err != nil {
			t.Fatal(err)
		}
	})
}
