package link_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/parser/link"
)

const page = "https://login.example.net/a/b?x=1&y=2"

var escaped = url.QueryEscape(page)

// wrapped are links of one page as gateways and services write them.
var wrapped = []struct{ name, link string }{
	{"Safe Links", "https://eur01.safelinks.protection.outlook.com/?url=" + escaped + "&data=05%7C02%7Cana%40example.org%7C0&sdata=x%3D&reserved=0"},
	{"Safe Links, no region", "https://safelinks.protection.outlook.com/?url=" + escaped},
	{"Safe Links, entities left", "https://nam02.safelinks.protection.outlook.com/?url=" + escaped + "&amp;data=04&amp;reserved=0"},
	{"Safe Links, government", "https://gcc02.safelinks.protection.office365.us/?url=" + escaped + "&data=05"},
	{"Safe Links in an application", "https://can01.safelinks.protection.outlook.com/ap/w-59584e83/?url=" + escaped + "&data=05"},
	{"Safe Links, big letters and port", "HTTPS://EUR01.SafeLinks.Protection.Outlook.com:443/?URL=" + escaped},
	{"Teams", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=" + escaped + "&locale=en-us"},
	{"Outlook on the web", "https://mail.example.com/owa/redir.aspx?C=abc&URL=" + escaped},
	{"URL Defense 1", "https://urldefense.proofpoint.com/v1/url?u=" + escaped + "&k=abc"},
	{"URL Defense 2", "https://urldefense.proofpoint.com/v2/url?u=https-3A__login.example.net_a_b-3Fx-3D1-26y-3D2&d=DwMF&c=x&r=y&m=z&s=s&e="},
	{"URL Defense 3", "https://urldefense.com/v3/__https://login.example.net/a/b?x=1&y=2__;!!abc!defg-h$"},
	{"URL Defense 3 with a sign", "https://urldefense.com/v3/__https://login.example.net/a/b*x=1&y=2__;Pw!!abc!defg$"},
	{"URL Defense 3 with a run", "https://urldefense.com/v3/__https://login.example.net/**B?x=1&y=2__;YS9i!!abc!defg$"},
	{"URL Defense 3 with a slash lost", "https://urldefense.us/v3/__https:/login.example.net/a/b?x=1&y=2__;!!abc!defg$"},
	{"Barracuda", "https://linkprotect.cudasvc.com/url?a=" + escaped + "&c=E,1,abc&typo=1"},
	{"Cisco", "https://secure-web.cisco.com/1abcDEF-g/" + url.PathEscape(page)},
	{"Cisco, all escaped", "https://secure-web.cisco.com/1abcDEF-g/https%3A%2F%2Flogin.example.net%2Fa%2Fb%3Fx%3D1%26y%3D2"},
	{"Symantec", "https://clicktime.symantec.com/3AbCd?h=xyz&u=" + escaped},
	{"Sophos", "https://eu-central-1.protection.sophos.com?d=login.example.net&u=" + base64.StdEncoding.EncodeToString([]byte(page)) + "&i=NWY&t=abc"},
	{"Trend Micro", "https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=" + escaped + "&umid=1&auth=2"},
	{"FireEye", "https://protect2.fireeye.com/v1/url?k=abc&q=1&e=def&u=" + escaped},
	{"Check Point", "https://url.avanan.click/v2/___" + page + "___.YXAz"},
	{"Check Point, named", "https://protect.checkpoint.com/v2/r01/___" + page + "___.YXAz"},
	{"Fortinet", "https://mail.example.com/fmlurlsvc/?fewReq=:B:abc&url=" + escaped},
	{"Libraesva", "https://urlsand.esvalabs.com/?u=" + escaped + "&e=abc&h=def"},
	{"Trustwave", "https://scanmail.trustwave.com/?c=1&d=abc&u=" + escaped},
	{"TitanHQ", "https://linklock.titanhq.com/analyse?url=" + escaped + "&data=eJx"},
	{"Google", "https://www.google.com/url?q=" + escaped + "&sa=D&usg=x"},
	{"Google in Germany", "https://www.google.de/url?sa=t&url=" + escaped},
	{"Facebook", "https://l.facebook.com/l.php?u=" + escaped + "&h=AT0"},
	{"LinkedIn", "https://www.linkedin.com/safety/go?url=" + escaped + "&trk=x"},
	{"Slack", "https://slack-redir.net/link?url=" + escaped},
	{"Bing", "https://www.bing.com/ck/a?!&&p=abc&ptn=3&u=a1" + base64.RawURLEncoding.EncodeToString([]byte(page)) + "&ntb=1"},
	{"Yahoo", "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=" + escaped + "/RK=2/RS=x-"},
	{"GMX", "https://deref-gmx.net/mail/client/abc/dereferrer/?redirectUrl=" + escaped},
	{"two gateways", "https://urldefense.com/v3/__https://eur01.safelinks.protection.outlook.com/?url=" + escaped + "&data=05__;!!abc!defg$"},
	{"two times the same", "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape("https://nam02.safelinks.protection.outlook.com/?url="+escaped+"&data=1") + "&data=2"},
}

func TestUnwrap(t *testing.T) {
	for _, row := range wrapped {
		t.Run(row.name, func(t *testing.T) {
			got, found, gateway := link.Unwrap(row.link)
			if got != page || !found || gateway != "" {
				t.Errorf("got %q, %v, %q", got, found, gateway)
			}
		})
	}
}

func TestLinksThatHideTheirTarget(t *testing.T) {
	for want, wrapped := range map[string]string{
		"Mimecast":               "https://protect-eu.mimecast.com/s/AbCdEfGh?domain=login.example.net",
		"Intermedia":             "https://url.emailprotection.link/?bAbC~",
		"Forcepoint":             "https://www.mailcontrol.com/sr/AbCd==",
		"Proofpoint URL Defense": "https://urldefense.com/v3/__https://login.example.net/*__;!!abc$",
		"Microsoft Safe Links":   "https://eur01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
		"Sophos":                 "https://eu.protection.sophos.com/?d=x&u=%%%",
	} {
		t.Run(want, func(t *testing.T) {
			got, found, gateway := link.Unwrap(wrapped)
			if got != wrapped || !found || gateway != want {
				t.Errorf("got %q, %v, %q", got, found, gateway)
			}
		})
	}
	many := page
	for range 20 {
		many = "https://safelinks.protection.outlook.com/?url=" + many
	}
	if got, found, gateway := link.Unwrap(many); got != many || !found || gateway == "" {
		t.Errorf("twenty gateways: got %q, %v, %q", got, found, gateway)
	}
}

func TestOrdinaryLinksStay(t *testing.T) {
	for _, plain := range []string{
		page, "", "x", "https://", "https://evil.example/?url=" + escaped, "https://safelinks.protection.outlook.com.evil.example/?url=" + escaped,
		"https://www.google.com/search?q=" + escaped, "https://www.google.com/url", "https://l.instagram.com/", "https://www.mimecast.com/about", "mailto:ana@example.org",
		"https://evilgoogle.com/url?q=" + escaped, "ftp://safelinks.protection.outlook.com/?url=" + escaped,
	} {
		if got, found, _ := link.Unwrap(plain); got != plain || found {
			t.Errorf("%q: got %q, %v", plain, got, found)
		}
	}
}

func TestText(t *testing.T) {
	const safe = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.example.net%2Fa&data=05"
	for _, row := range []struct {
		name, body string
		want       link.Page
	}{
		{"no link", "a // b", link.Page{Text: "a // b", Search: "a // b"}},
		{"in a sentence", "See " + safe + ", please.", link.Page{Text: "See https://login.example.net/a, please.", Search: "See https://login.example.net/a, please."}},
		{"in brackets", "(<" + safe + ">)", link.Page{Text: "(<https://login.example.net/a>)", Search: "(<https://login.example.net/a>)"}},
		{"behind the link it stands for", "https://login.example.net/a<" + safe + "> x", link.Page{Text: "https://login.example.net/a x", Search: "https://login.example.net/a x"}},
		{"behind other words", "click here<" + safe + ">", link.Page{Text: "click here<https://login.example.net/a>", Search: "click here<https://login.example.net/a>"}},
		{"made unclickable", "hxxps://eur01[.]safelinks[.]protection[.]outlook[.]com/?url=https%3A%2F%2Flogin.example.net%2Fa&data=05", link.Page{Text: "hxxps://login.example.net/a", Search: "hxxps://login.example.net/a"}},
		{"two and words between", safe + " and " + safe, link.Page{Text: "https://login.example.net/a and https://login.example.net/a", Search: "https://login.example.net/a and https://login.example.net/a"}},
		{
			"hidden", "See https://protect-eu.mimecast.com/s/AbCd?domain=login.example.net now",
			link.Page{Text: "See https://protect-eu.mimecast.com/s/AbCd?domain=login.example.net now", Search: "See login.example.net now", Hidden: []string{"Mimecast"}},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(link.Text(row.body), row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func TestDisagree(t *testing.T) {
	for _, row := range []struct {
		words, target string
		want          bool
	}{
		{"https://bank.example.com/", "https://evil.example.net/", true},
		{"www.example.com", "https://example.net/example.com", true},
		{"example.com", "https://example.com.example.net/", true},
		{"Log in at https://example.com now", "https://example.net/", true},
		{"http://example.com:8080/x", "https://example.net/", true},
		{"www.example.com", "https://login.example.com/", false},
		{"example.com", "https://www.example.com/x", false},
		{"click here", "https://example.net/", false},
		{"invoice.pdf", "https://example.net/", false},
		{"setup.sh", "https://example.net/", false},
		{"www.setup.sh", "https://example.net/", true},
		{"Version 1.2.3", "https://example.net/", false},
		{"", "https://example.net/", false},
		{"ana@example.com", "mailto:eve@example.net", true},
		{"ana@example.com", "mailto:Ana@example.com?subject=x", false},
		{"write to us", "mailto:eve@example.net", false},
		{"e.g. this", "https://example.net/", false},
	} {
		if got := link.Disagree(row.words, row.target); got != row.want {
			t.Errorf("%q -> %q: got %v", row.words, row.target, got)
		}
	}
}

func TestPersonal(t *testing.T) {
	for _, row := range []struct{ link, want string }{
		{"https://evil.example/login", "https://evil.example/login"},
		{"https://evil.example/login?page=2", "https://evil.example/login?page=2"},
		{"https://evil.example/login?e=ana@example.org", "https://evil.example/login?e=*"},
		{"https://evil.example/login?x=ana%40example.org&page=2", "https://evil.example/login?x=*&page=2"},
		{"https://evil.example/login?YW5hQGV4YW1wbGUub3Jn", "https://evil.example/login?*"},
		{"https://evil.example/login#ana@example.org", "https://evil.example/login"},
		{"https://evil.example/page#top", "https://evil.example/page#top"},
		{"https://ana@evil.example/", "https://evil.example/"},
		{"https://evil.example/r/8f3a9c0b2d1e4f5a6b7c/x", "https://evil.example/r/*/x"},
		{"https://evil.example/r/123e4567-e89b-12d3-a456-426614174000", "https://evil.example/r/*"},
		{"https://evil.example/c?token=abcdef", "https://evil.example/c?token=*"},
		{"https://evil.example/wp-content/plugins/hello-world/index.php", "https://evil.example/wp-content/plugins/hello-world/index.php"},
		{"https://evil.example/AbstractSecurityInformation", "https://evil.example/AbstractSecurityInformation"},
		{"no link", "no link"},
	} {
		got, found := link.Personal(row.link)
		if got != row.want || found != (row.want != row.link) {
			t.Errorf("%q: got %q, %v, want %q", row.link, got, found, row.want)
		}
	}
}

// Two links are one page only when something is left that tells it from others.
func TestKey(t *testing.T) {
	for _, row := range []struct{ link, want string }{
		{"https://evil.example/login?e=ana@example.org", "https://evil.example/login?e=*"},
		{"https://evil.example/x/8f3a9c0b2d1e4f5a6b7c/verify.php", "https://evil.example/x/*/verify.php"},
		{"https://evil.example/login", "https://evil.example/login"},
		{"https://short.example/8f3a9c0b2d1e4f5a6b7c", "https://short.example/8f3a9c0b2d1e4f5a6b7c"},
		{"https://short.example/r/8f3a9c0b2d1e4f5a6b7c", "https://short.example/r/8f3a9c0b2d1e4f5a6b7c"},
		{"https://forms.example/?id=abcdefgh", "https://forms.example/?id=abcdefgh"},
	} {
		if got := link.Key(row.link); got != row.want {
			t.Errorf("%q: got %q, want %q", row.link, got, row.want)
		}
	}
}

// The cost of a text grows with its size, however often its links are wrapped.
func TestTextIsBounded(t *testing.T) {
	for name, unit := range map[string]string{
		"wrapped in itself": "https://safelinks.protection.outlook.com/?url=",
		"many":              wrapped[0].link + " ",
		"slashes":           "//",
		"schemes":           "https://",
		"stars":             "https://urldefense.com/v3/__https://a.example/**_**_**___;!!$ ",
		"labels":            "https://a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a/ ",
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			link.Text(strings.Repeat(unit, (1<<18)/len(unit)))
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("256 KB take %v", took)
			}
		})
	}
}

func FuzzUnwrap(f *testing.F) {
	for _, row := range wrapped {
		f.Add(row.link)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\ufffd")
		target, found, _ := link.Unwrap(s)
		if again, _, _ := link.Unwrap(target); again != target {
			t.Fatalf("%q becomes %q, then %q", s, target, again)
		}
		if !found && target != s || len(target) > len(s) || !utf8.ValidString(target) && utf8.ValidString(s) {
			t.Fatalf("%q becomes %q", s, target)
		}
		page := link.Text(s)
		if len(page.Text) > len(s)+4 || len(page.Search) > len(s)+4 {
			t.Fatalf("%q becomes %q and %q", s, page.Text, page.Search)
		}
		bare, _ := link.Personal(s)
		if again, _ := link.Personal(bare); again != bare {
			t.Fatalf("%q becomes %q, then %q", s, bare, again)
		}
		link.Disagree(s, target)
	})
}
