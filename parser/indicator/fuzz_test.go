package indicator_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/parser/indicator"
	"postern/testdata"
)

// FuzzFind holds what must be true of any text: values are canonical, each
// stands once, and whatever was found is found again in its own value.
func FuzzFind(f *testing.F) {
	for _, sample := range testdata.Mails() {
		f.Add(string(sample.Data))
	}
	f.Add("hxxp://a[.]example/b bob [at] c dot example 2001[:]db8::1/32 ::ffff:192.0.2.1 AS 64500 CVE-2026-31207")
	f.Add("IP 203.0.113.5.443 > [2001:db8::1]:80 h**p://x_y.example\\.com/ -> 203.0.113.0/24-203.0.113.9")
	f.Fuzz(func(t *testing.T, text string) {
		seen := map[string]bool{}
		for _, i := range find(text) {
			if seen[i.Type+i.Value] {
				t.Fatalf("%s %q stands twice", i.Type, i.Value)
			}
			seen[i.Type+i.Value] = true
			canonical(t, i)
		}
	})
}

func canonical(t *testing.T, i indicator.Indicator) {
	t.Helper()
	switch i.Type {
	case "ipv4", "ipv6":
		a, err := netip.ParseAddr(i.Value)
		if err != nil || a.String() != i.Value || a.Is4() != (i.Type == "ipv4") {
			t.Fatalf("%s %q is not canonical", i.Type, i.Value)
		}
	case "cidr":
		p, err := netip.ParsePrefix(i.Value)
		if err != nil || p.Masked().String() != i.Value || p.IsSingleIP() {
			t.Fatalf("prefix %q is not canonical", i.Value)
		}
	case "url":
		again(t, i, indicator.Text{URLs: []string{i.Value}})
	case "email":
		again(t, i, indicator.Text{URLs: []string{"mailto:" + i.Value}})
	case "domain":
		if i.Value != strings.ToLower(i.Value) || !strings.Contains(i.Value, ".") {
			t.Fatalf("domain %q is not canonical", i.Value)
		}
	case "asn", "cve":
		again(t, i, indicator.Text{Body: i.Value})
	default:
		again(t, i, indicator.Text{Body: i.Value})
	}
}

func again(t *testing.T, i indicator.Indicator, text indicator.Text) {
	t.Helper()
	for _, found := range indicator.Find(indicator.Input{Texts: []indicator.Text{text}}) {
		if found.Type == i.Type && found.Value == i.Value {
			return
		}
	}
	t.Fatalf("%s %q is not found in itself", i.Type, i.Value)
}

// TestWorstCasesStayLinear gives each pattern that could make a scanner look
// back or ahead too often, half a megabyte of it.
func TestWorstCasesStayLinear(t *testing.T) {
	for _, pattern := range []string{
		"1:", "::", "a:", "a@", "a@b.", "@", "a.", "1.", "..", "-", "[", "[.", "[dot", "(((", " dot ", " at a dot ", " . ", "http://", "http://%",
		"http://a", "hxxp://[", "://", "a/b.c/", "/", "\n", "\n>", "\n--", "> ", "ü", "ü.", "。", "xn--", "CVE-", "CVE-2026-", "AS", "AS ", "from ", "a=",
		"1.1.1.1", "1.1.1.1/", "1.1.1.1-", "2001:db8::", "\xff", "\x00", "a_", "h**p://", "from:\n", " -> ", "x.example/y.example/",
		"[[", "[[.", " . a", " . ", "a . b . ", "<http://a\n", "<http://a\nb", "<URL:http://a ", "Received: from ", "\nReceived: from a\n by b\n ", "\\/", "a\u200b", "\"a", "\"a\"@", "1.1.1.1 - ", "1.1.1.1 - 1.1.1.1", "1.1.1.1/1.1.1.1", "1.1.1.*", "不a", "１.", "http://a不",
		"http://{a", "http://a;sh ", "a\\u0026", "http:// a.", "1.1.1.1/33 ", "a,b,c\nhttp://a,b,c\n", "(XX/a/", "_AT_", "CVE-2026-1234/1234",
		"CVE 2026-", "%2e", "a%2eb", "our ", "AnyConnect ",
		"http%3A%2F%2F", "a%40b.", "%40", "(a .com)", "a @ b . ", " @ ", "a.b.1 > ", "AS|x\n1|", "1.1.1.1/a curl ", "a id=b@c.de <= ", "http://a(不", "=http://a;b", "'http://a' ", "'http://a", "A=http://a;B=", "http//", "1-1.2.4.1 ", "tcp6 1:", "A 1.2.4.1 1.2.3 ", "a.me ", "a.me(", "a.zz, b.me, ", "upgraded to 1.2.3.4 ", "http://a]", "x=http://a,b=",
	} {
		t.Run(pattern, func(t *testing.T) {
			text := strings.Repeat(pattern, 512<<10/len(pattern))
			start := time.Now()
			find(text)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("512 KB of %q took %v", pattern, took)
			}
		})
	}
}

// ordinary is a report as people write it, with some 60 indicators.
func ordinary() string {
	var text strings.Builder
	for _, sample := range testdata.Mails() {
		text.Write(sample.Data)
	}
	return text.String()
}

func BenchmarkFind(b *testing.B) {
	text := ordinary()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(find(text)) == 0 {
			b.Fatal("nothing found")
		}
	}
}

// BenchmarkFindLog is the text of an average mail of the load test: 60 log lines.
func BenchmarkFindLog(b *testing.B) {
	var text strings.Builder
	for n := range 60 {
		text.WriteString("Nov 20 14:02:11 sensor3 sshd[8812]: Failed password for root from 203.0.113." + string(rune('0'+n%10)) + string(rune('0'+n/10)) + " port 51122 ssh2\n")
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		find(text.String())
	}
}
