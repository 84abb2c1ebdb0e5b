package xarf01_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/parser/format"
	"postern/parser/format/formattest"
	"postern/parser/format/xarf01"
)

const least = "Reported-From: a@example.net\nCategory: abuse\nReport-Type: login-attack\nReport-ID: 1\nDate: 2026-11-20T10:00:00Z\nSource: 192.0.2.1\nSource-Type: ip-address\n"

func detect(yaml string) (format.Detected, bool) {
	return xarf01.Detect(formattest.Attached("text/plain; name=report.txt", yaml), "")
}

// TestYAML reads the value of one field as YAML means it.
func TestYAML(t *testing.T) {
	for _, r := range []struct {
		name, lines string
		want        any
	}{
		{"plain", "X: a b", "a b"},
		{"no blank behind the colon", "X:a", "a"},
		{"blanks", "X :   a  ", "a"},
		{"colon inside", "X: a:b: c", "a:b: c"},
		{"single quotes", "X: 'it''s: # no comment'", "it's: # no comment"},
		{"double quotes", `X: "a\"b\\c\td" # comment`, "a\"b\\c\td"},
		{"comment", "X: a # comment", "a"},
		{"hash without blank", "X: a#b", "a#b"},
		{"null", "X: ~", ""},
		{"tag", "X: !!str 22", "22"},
		{"flow list", "X: [a, 'b', c]", []string{"a", "b", "c"}},
		{"list", "X:\n- a\n- 'b'", []string{"a", "b"}},
		{"list set in", "X:\n  - a\n  - b", []string{"a", "b"}},
		{"mapping", "X:\n  Y: 1\n  Z: '2'", map[string]any{"Y": "1", "Z": "2"}},
		{"folded", "X: >\n  a\n  b", "a b"},
		{"lines", "X: |\n  a\n  b", "a\nb"},
		{"continued", "X: a\n  b", "a b"},
		{"open quote", "X: 'a", "a"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, _ := detect("---\n" + least + r.lines + "\n...\n")
			if diff := cmp.Diff(got.Fields["X"], r.want); diff != "" || !got.Valid {
				t.Errorf("%v (-got +want):\n%s", got.Problems, diff)
			}
		})
	}
}

func TestDocuments(t *testing.T) {
	second := strings.Replace(least, "192.0.2.1", "192.0.2.2", 1)
	for _, r := range []struct {
		name, text string
		incidents  int
	}{
		{"one", least, 1},
		{"markers", "%YAML 1.1\n---\n" + least + "...\n", 1},
		{"two with markers", "---\n" + least + "---\n" + second, 2},
		{"two without", least + "\n" + second, 2},
		{"words around", "Hello,\n\nplease look.\n\n" + least + "\nRegards\n-- \nme: here\n", 1},
		{"keys in other case", strings.ToLower(least), 1},
		{"blank lines between", strings.ReplaceAll(least, "\n", "\n\n"), 1},
		{"CRLF", strings.ReplaceAll(least, "\n", "\r\n"), 1},
		{"a mail's header", "From: a@example.net\nDate: Fri, 20 Nov 2026 10:00:00 +0000\nSubject: x\nSource: y\n", 0},
		{"one field quoted", "our Report-Type: login-attack\nReport-Type: x\n", 0},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.text)
			if len(got.Incidents) != r.incidents || ok != (r.incidents > 0) {
				t.Errorf("got %v, %d incidents %v, want %d", ok, len(got.Incidents), got.Problems, r.incidents)
			}
			formattest.Check(t, got, ok)
		})
	}
}

func TestTypes(t *testing.T) {
	for kind, want := range map[string]string{
		"login-attack": "intrusion-attempts/brute-force", "spam": "abusive-content/spam", "spamvertized": "abusive-content/spam", "phishing-website": "fraud/phishing",
		"portscan": "information-gathering/scanner", "ddos": "availability/ddos", "botnet-infection": "malicious-code/infected-system", "malware-attack": "malicious-code/malware-distribution",
		"sql-injection": "intrusion-attempts/exploit", "open-resolver": "vulnerable/ddos-amplifier", "open-proxy": "vulnerable/potentially-unwanted-accessible",
		"copyright": "fraud/copyright", "rootkit": "intrusions/system-compromise", "weather": "",
	} {
		got, ok := detect(strings.Replace(least, "login-attack", kind, 1))
		formattest.Check(t, got, ok)
		if got.Category != want || !got.Valid {
			t.Errorf("%s: got %q, want %q", kind, got.Category, want)
		}
	}
}

func TestVersionAndClaim(t *testing.T) {
	for _, r := range []struct {
		name, header, extra, version string
		valid                        bool
		codes                        []string
	}{
		{"header of 0.1", "X-ARF: Yes", "", "0.1", true, nil},
		{"header of 0.2", "X-XARF: plain", "", "0.2", true, nil},
		{"field wins", "X-XARF: PLAIN", "Version: 0.2.1\n", "0.2.1", true, nil},
		{"schema", "Subject: x", "Schema-URL: http://www.x-arf.org/schema/abuse_login-attack_0.1.2.json\n", "0.1", true, nil},
		{"nothing", "Subject: x", "", "", true, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := xarf01.Detect(formattest.Read(r.header+"\nContent-Type: text/plain\n\n"+least+r.extra), "")
			if !ok || got.Valid != r.valid || got.Version != r.version || len(got.Problems) != len(r.codes) {
				t.Errorf("got %v %v %q %v", ok, got.Valid, got.Version, got.Problems)
			}
		})
	}
	got, ok := xarf01.Detect(formattest.Read("X-ARF: YES\n\nnothing here\n"), "nothing here")
	if !ok || got.Valid || formattest.Codes(got)[0] != "x-arf-invalid" {
		t.Errorf("got %v %+v", ok, got)
	}
	if _, ok := xarf01.Detect(nil, ""); ok {
		t.Error("got a report of nothing")
	}
}

func TestHostile(t *testing.T) {
	for _, r := range []struct{ name, text string }{
		{"more reports than are kept", strings.Repeat(least+"---\n", 11_000)},
		{"many fields", least + strings.Repeat("Key-x: 1\n", 60_000)},
		{"one long list", least + "X:\n" + strings.Repeat("- a\n", 100_000)},
		{"one long text", least + "X: |\n" + strings.Repeat("  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 20_000)},
		{"one long line", least + "X: " + strings.Repeat("[a,", 100_000)},
		{"sources", least + "Source-IP: " + strings.Repeat("192.0.2.1,", 80_000)},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.text)
			formattest.Check(t, got, ok)
			if !ok || !got.Valid || len(got.Fields) > 1000 {
				t.Errorf("got %v %v, %d fields", ok, got.Valid, len(got.Fields))
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("---\n" + least + "X: 'a''b' # c\nY:\n- 1\n- 2\nZ: |\n  a\n  b\n...\n")
	f.Add(least + least)
	f.Add("Source:\nCategory: \"\\\nReport-Type: x\nReport-ID: [a,\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := detect(text)
		formattest.Check(t, got, ok)
	})
}
