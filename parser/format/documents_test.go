package format_test

import (
	"encoding/json"
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/formattest"
)

func texts(docs []format.Document) []string {
	list := []string{}
	for _, doc := range docs {
		list = append(list, doc.Text)
	}
	return list
}

func same(got, want []string) bool { return strings.Join(got, "|") == strings.Join(want, "|") }

// TestJSONDocuments finds objects that hold "mark" wherever they stand.
func TestJSONDocuments(t *testing.T) {
	const one, two = `{"mark":1}`, `{"mark":2,"a":"}{\"["}`
	for _, r := range []struct {
		name, mail, text string
		want             []string
	}{
		{"none", "Subject: x\n\n" + `{"other":1}`, `{"other":1}`, nil},
		{"in the text", "Subject: x\n\nx", "Hi,\n" + one + "\nBye", []string{one}},
		{"two lines", "Subject: x\n\nx", one + "\n" + two, []string{one, two}},
		{"a list of objects", "Subject: x\n\nx", "[ " + one + ", " + two + " ]", []string{"[ " + one + ", " + two + " ]"}},
		{"in the middle of a line", "Subject: x\n\nx", "see " + one, nil},
		{"tags are no list", "Subject: x\n\nx", "[EXT] mail\n" + one, []string{one}},
		{"fenced", "Subject: x\n\nx", "```\n" + one + "\n```", []string{one}},
		{"never closes", "Subject: x\n\nx", `{"mark": [1, 2`, []string{`{"mark": [1, 2`}},
		{"part and text are one", "Content-Type: application/json\n\n{\n \"mark\":1}", one, []string{one}},
		{"part", "Content-Type: application/x-unknown; name=a.b\n\n" + two, "", []string{two}},
		{"part in base64", "Content-Type: application/json\nContent-Transfer-Encoding: base64\n\neyJtYXJrIjoxfQ==", "", []string{one}},
		{"mark far behind the beginning", "Content-Type: application/json\n\n{\"a\":\"" + strings.Repeat("x", 100_000) + "\",\"mark\":1}", "", []string{`{"a":"` + strings.Repeat("x", 100_000) + `","mark":1}`}},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := texts(format.JSONDocuments(formattest.Read(r.mail), r.text, "mark")); !same(got, r.want) {
				t.Errorf("got %.200q, want %.200q", got, r.want)
			}
		})
	}
}

// TestXMLDocuments finds elements of one name.
func TestXMLDocuments(t *testing.T) {
	for _, r := range []struct {
		name, text string
		want       []string
	}{
		{"plain", "Hi <Doc a='1'>x</Doc> bye", []string{"<Doc a='1'>x</Doc>"}},
		{"prefix", "<?xml version='1.0'?><p:Doc>x</p:Doc >", []string{"<p:Doc>x</p:Doc >"}},
		{"two", "<Doc>1</Doc>\n<Doc>2</Doc>", []string{"<Doc>1</Doc>", "<Doc>2</Doc>"}},
		{"other name", "<Document>1</Document>", nil},
		{"no end", "<Doc>1", []string{"<Doc>1"}},
		{"name alone", "<Doc", []string{"<Doc"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got := texts(format.XMLDocuments(nil, r.text, "Doc")); !same(got, r.want) {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}

func TestReadJSON(t *testing.T) {
	for _, r := range []struct {
		name, text, want string
		repaired, fails  bool
	}{
		{"numbers keep their digits", `{"a":12345678901234567890.10,"b":-0,"c":1e400}`, `{"a":12345678901234567890.10,"b":-0,"c":1e400}`, false, false},
		{"null is left out", `{"a":null,"b":[null,1]}`, `{"b":[1]}`, false, false},
		{"NUL and half signs", `{"a\u0000":"x\u0000y\ud800"}`, `{"a":"xy�"}`, false, false},
		{"last of two counts", `{"a":1,"a":2}`, `{"a":2}`, false, false},
		{"comma behind the last", `{"a":[1,2,],}`, `{"a":[1,2]}`, true, false},
		{"comma in a text", `{"a":",]",}`, `{"a":",]"}`, true, false},
		{"wrapped text", "{\"a\":\"one\ntwo\"}", `{"a":"one two"}`, true, false},
		{"curly quotes", "{\u201ca\u201d:\u00a01}", `{"a":1}`, true, false},
		{"single quotes", `{'a':1}`, ``, false, true},
		{"more behind it", `{"a":1} x`, ``, false, true},
		{"cut off", `{"a":{"b":1`, ``, false, true},
		{"too deep", strings.Repeat("[", format.MaxJSONDepth+2) + strings.Repeat("]", format.MaxJSONDepth+2), ``, false, true},
		{"nothing", ``, ``, false, true},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, err := format.ReadJSON(r.text)
			written, _ := json.Marshal(got.Value)
			if (err != nil) != r.fails || got.Repaired != r.repaired || !r.fails && string(written) != r.want {
				t.Errorf("got %s %v %v, want %s", written, got.Repaired, err, r.want)
			}
		})
	}
	if got, _ := format.ReadJSON(`{"a":1,"b":{"c":1,"c":2}}`); len(got.Doubled) != 1 || got.Doubled[0] != "c" {
		t.Errorf("got doubled %q", got.Doubled)
	}
}

func TestReadXML(t *testing.T) {
	got, err := format.ReadXML(`<a:R x="1" xmlns:a="urn:x"><b> t <![CDATA[<&]]> u </b><b/><c y="&lt;"/>tail</a:R>`, false)
	if err != nil {
		t.Fatal(err)
	}
	written, _ := json.Marshal(got.Fields())
	if want := `{"b":["t \u003c\u0026 u",""],"c":{"y":"\u003c"},"text":"tail","x":"1","xmlns:a":"urn:x"}`; string(written) != want {
		t.Errorf("got %s, want %s", written, want)
	}
	if got.Child("B").Line() != "t <& u" || got.Child("none").Line() != "" || len(got.All("b", "c")) != 3 || got.Attr("X") != "1" || got.Value("c") != "" {
		t.Errorf("got %+v", got)
	}
	for _, broken := range []string{"", "x", "<a>", "<a></b>", "</a>", "<a>&x;</a>", "<a b></a>", "<a"} {
		if _, err := format.ReadXML(broken, false); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
	for _, damaged := range []string{"<a>&x; & y</a>", "<a><b></a>", "<a></c></a>", "<a b></a>"} {
		if got, err := format.ReadXML(damaged, true); err != nil || got == nil {
			t.Errorf("%q: %v", damaged, err)
		}
	}
}

func TestReadTime(t *testing.T) {
	for _, r := range []struct{ written, utc, zone string }{
		{"2026-11-20T10:30:00Z", "2026-11-20T10:30:00Z", "stated"},
		{"2026-11-20t10:30:00.123456z", "2026-11-20T10:30:00Z", "stated"},
		{"2026-11-20T10:30:00+01:00", "2026-11-20T09:30:00Z", "stated"},
		{"2026-11-20T10:30:00+0100", "2026-11-20T09:30:00Z", "stated"},
		{"2026-11-20 10:30:00 +0100", "2026-11-20T09:30:00Z", "stated"},
		{"2026-11-20 10:30:00 UTC", "2026-11-20T10:30:00Z", "stated"},
		{"2026-11-20T10:30Z", "2026-11-20T10:30:00Z", "stated"},
		{"20261120T103000Z", "2026-11-20T10:30:00Z", "stated"},
		{"Fri, 20 Nov 2026 11:30:00 +0100", "2026-11-20T10:30:00Z", "stated"},
		{"Fri, 20 Nov 2026 05:30:00 EST", "2026-11-20T10:30:00Z", "stated"},
		{"Nov 20 2026 11:30:00 +0100", "2026-11-20T10:30:00Z", "stated"},
		{"1795170600", "2026-11-20T10:30:00Z", "stated"},
		{"1795170600000", "2026-11-20T10:30:00Z", "stated"},
		{"2026-11-20T10:30:00", "2026-11-20T10:30:00Z", "assumed"},
		{" 2026-11-20 10:30:00 ", "2026-11-20T10:30:00Z", "assumed"},
		{"2026-11-20", "2026-11-20T00:00:00Z", "assumed"},
		{"20 Nov 2026 10:30:00", "2026-11-20T10:30:00Z", "assumed"},
		{"", "", ""}, {"yesterday", "", ""}, {"12", "", ""}, {"2026-13-40T10:30:00Z", "", ""}, {"0001-01-01T00:00:00Z", "", ""}, {strings.Repeat("9", 10_000), "", ""},
	} {
		got, ok := format.ReadTime(r.written)
		if ok != (r.utc != "") || got.UTC != r.utc || got.Zone != r.zone || r.zone == "assumed" && got.Written != strings.TrimSpace(r.written) || r.zone == "stated" && got.Written != r.utc {
			t.Errorf("%.40q: got %+v %v, want %q %q", r.written, got, ok, r.utc, r.zone)
		}
	}
}

func TestHosts(t *testing.T) {
	for written, want := range map[string]string{
		" 203.0.113.5 ": "203.0.113.5", "[IPv6:2001:DB8::1]": "2001:db8::1", "::ffff:203.0.113.5": "203.0.113.5", "203.0.113.77/24": "203.0.113.0/24",
		"203.0.113.5/32": "203.0.113.5", "Host.Example.com": "Host.Example.com", "http://x/": "http://x/", "": "", "fe80::1%eth0": "fe80::1%eth0",
	} {
		if got := format.Host(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]string{"64500": "AS64500", "as 64500": "AS64500", "AS4200000000": "AS4200000000", "0": "", "x": "", "AS": "", "99999999999": ""} {
		if got, _ := format.ASN(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]string{"fraud/phishing": "fraud/phishing", `rsit:Fraud = "phishing"`: "fraud/phishing", "fraud/odd": "", "fraud": "", "": "", "/": ""} {
		if got := format.RSIT(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	for written, want := range map[string]string{"TLP:AMBER": "AMBER", "tlp: amber + strict": "AMBER+STRICT", "amber-strict": "AMBER+STRICT", "White": "CLEAR", "RED": "RED", "pink": "", "": ""} {
		if got := format.TLP(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
	if format.Narrower("AMBER", "") != "AMBER" || format.Narrower("", "CLEAR") != "CLEAR" || format.Narrower("RED", "AMBER+STRICT") != "RED" || format.Narrower("AMBER", "AMBER+STRICT") != "AMBER+STRICT" {
		t.Error("the stricter label is not the one")
	}
}

func TestLists(t *testing.T) {
	var list format.List
	if list.Values() == nil {
		t.Error("an empty list is null")
	}
	list.Add("b", "", "a", "b")
	if !same(list.Values(), []string{"b", "a"}) {
		t.Errorf("got %q", list.Values())
	}
	incidents := []format.Incident{{Category: "a/b"}, {Category: ""}, {Category: "c/d"}, {Category: "c/d"}}
	if got := format.CommonCategory(incidents); got != "c/d" {
		t.Errorf("got %q", got)
	}
	for _, name := range []string{"arf", "x-arf", "xarf", "iodef", "shadowserver", "stix", "acns"} {
		if !format.IsReport(name) || !format.IsMachine(name) {
			t.Errorf("%s is no report", name)
		}
	}
	if format.IsReport("dsn") || !format.IsMachine("mdn") || format.IsMachine("free-text") || format.IsMachine("") {
		t.Error("notices and free text are told wrong")
	}
}

// FuzzReadJSON holds that what is read can be written, without null and NUL.
func FuzzReadJSON(f *testing.F) {
	f.Add(`{"a":[1,"b",true,null,{"c":1e5}],}`)
	f.Add("{\u201ca\u201d:\"x\ny\"}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, doc := range format.JSONDocuments(nil, strings.ToValidUTF8(text, ""), "a") {
			if !strings.Contains(text, doc.Text) && strings.ToValidUTF8(text, "") == text {
				t.Fatalf("%q is no piece of the text", doc.Text)
			}
		}
		got, _ := format.ReadJSON(text)
		written, err := json.Marshal(format.Shorten(got.Value))
		if err != nil || strings.Contains(string(written), ":null") || strings.Contains(string(written), `\u0000`) {
			t.Fatalf("%s: %v", written, err)
		}
	})
}

// FuzzReadXML holds that a tree is read to an end and can be written.
func FuzzReadXML(f *testing.F) {
	f.Add(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a:b c="d">&b;<e/></a:b>`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, tolerant := range []bool{false, true} {
			got, err := format.ReadXML(text, tolerant)
			if got == nil {
				if err == nil {
					t.Fatal("nothing and no error")
				}
				continue
			}
			if _, err := json.Marshal(got.Fields()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzReadTime holds that a time is in UTC and keeps what was written.
func FuzzReadTime(f *testing.F) {
	f.Add("2026-11-20T10:30:00+01:00")
	f.Add("Fri, 20 Nov 2026 11:30 EST")
	f.Fuzz(func(t *testing.T, written string) {
		got, ok := format.ReadTime(written)
		if ok && (!strings.HasSuffix(got.UTC, "Z") || len(got.UTC) != 20 || got.Written == "" || got.Zone == "") {
			t.Fatalf("%q: %+v", written, got)
		}
	})
}

// TestXMLInAPage finds elements that stand bare in HTML, if the words of the mail
// speak of them.
func TestXMLInAPage(t *testing.T) {
	page := formattest.Read("Content-Type: text/html\n\n<p>The doc</p><!-- <Doc>x</Doc> -->\n")
	if got := texts(format.XMLDocuments(page, "The Doc", "Doc")); !same(got, []string{"<Doc>x</Doc>"}) {
		t.Errorf("got %q", got)
	}
	if got := texts(format.XMLDocuments(page, "nothing", "Doc")); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// TestAddressPort reads an address with its port.
func TestAddressPort(t *testing.T) {
	for _, r := range []struct {
		written, address string
		port             int
	}{
		{"192.0.2.1", "192.0.2.1", 0}, {"192.0.2.1:443", "192.0.2.1", 443}, {"[2001:db8::1]:443", "2001:db8::1", 443}, {"2001:db8::1", "2001:db8::1", 0},
		{"[2001:DB8::1]", "2001:db8::1", 0}, {"192.0.2.1:99999", "", 0}, {"example.com:80", "", 0}, {"", "", 0},
	} {
		if address, port, ok := format.AddressPort(r.written); address != r.address || port != r.port || ok != (r.address != "") {
			t.Errorf("%q: got %q %d %v", r.written, address, port, ok)
		}
	}
}
