package link

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// wrapper is how one gateway, or one service that redirects, writes a link.
type wrapper struct {
	name  string
	host  string // "" when the path alone tells, since the house runs it itself
	below bool   // hosts below it too
	path  string // how the path begins, of a wrapper without host what it holds
	// read gives the target, "" when it cannot be read. nil: only the gateway knows it.
	read func(link string) string
	// redirects: a service with pages of its own; a link without a target is one of these.
	redirects bool
}

func (w wrapper) target(link string) string {
	if w.read == nil {
		return ""
	}
	return webLink(w.read(link))
}

// gateways rewrite the links of all mail that passes. One is added by adding its row.
var gateways = []wrapper{
	{"Microsoft Safe Links", "safelinks.protection.outlook.com", true, "", query("url"), false},
	{"Microsoft Safe Links", "safelinks.protection.office365.us", true, "", query("url"), false},
	{"Microsoft Safe Links", "safelinks.protection.outlook.us", true, "", query("url"), false},
	{"Microsoft Safe Links", "safelinks.protection.outlook.cn", true, "", query("url"), false},
	{"Microsoft Safe Links", "safelinks.protection.partner.outlook.cn", true, "", query("url"), false},
	{"Microsoft Safe Links", "safelinks.protection.apps.mil", true, "", query("url"), false},
	{"Microsoft Teams", "statics.teams.cdn.office.net", false, "/evergreen-assets/safelinks/", query("url"), false},
	{"Microsoft Teams", "statics.teams.microsoft.com", false, "/", query("url"), false},
	{"Outlook on the web", "", false, "/owa/redir.aspx", query("url"), false},
	{"Proofpoint URL Defense", "urldefense.proofpoint.com", false, "/v1/", query("u"), false},
	{"Proofpoint URL Defense", "urldefense.proofpoint.com", false, "/v2/", proofpoint2, false},
	{"Proofpoint URL Defense", "urldefense.com", false, "/v2/", proofpoint2, false},
	{"Proofpoint URL Defense", "urldefense.com", false, "/v3/", proofpoint3, false},
	{"Proofpoint URL Defense", "urldefense.us", false, "/v2/", proofpoint2, false},
	{"Proofpoint URL Defense", "urldefense.us", false, "/v3/", proofpoint3, false},
	{"Proofpoint URL Defense", "urldefense.proofpoint.com", false, "/v3/", proofpoint3, false},
	{"Mimecast", "mimecast.com", true, "/s/", nil, false},
	{"Mimecast", "mimecast.com", true, "/r/", nil, false},
	{"Mimecast", "mimecastprotect.com", true, "/s/", nil, false},
	{"Mimecast", "mimecastprotect.com", true, "/r/", nil, false},
	{"Barracuda", "linkprotect.cudasvc.com", false, "/url", query("a"), false},
	{"Cisco Secure Email", "secure-web.cisco.com", false, "/", lastSegment, false},
	{"Symantec", "clicktime.symantec.com", false, "/", query("u"), false},
	{"Symantec", "clicktime.cloud.postoffice.net", false, "/", query("u"), false},
	{"Sophos", "protection.sophos.com", true, "", inBase64("u"), false},
	{"Trend Micro", "trendmicro.com", true, "/wis/clicktime/", query("url"), false},
	{"Trend Micro", "", false, "/wis/clicktime/v1/query", query("url"), false},
	{"Trellix", "protect.fireeye.com", false, "/", query("u"), false},
	{"Trellix", "protect2.fireeye.com", false, "/", query("u"), false},
	{"Trellix", "protect2.trellix.com", false, "/", query("u"), false},
	{"Check Point", "avanan.click", true, "/", betweenLines, false},
	{"Check Point", "protect.checkpoint.com", true, "/", betweenLines, false},
	{"Check Point", "url-protection.com", true, "/v1/url", query("o"), false},
	{"Libraesva", "urlsand.esvalabs.com", false, "/", query("u"), false},
	{"Forcepoint", "mailcontrol.com", true, "/sr/", nil, false},
	{"Zscaler", "gateway.zscaler.net", true, "/", query("origurl"), false},
	{"Hornetsecurity", "atpscan.global.hornetsecurity.com", false, "/", query("url"), false},
	{"Hornetsecurity", "seclinks.cloud-security.net", false, "/", nil, false},
	{"Fortinet", "", false, "/fmlurlsvc/", query("url"), false},
	{"Trustwave", "scanmail.trustwave.com", false, "/", query("u"), false},
	{"TitanHQ", "linklock.titanhq.com", false, "/", query("url"), false},
	{"Zix", "link.zixcentral.com", false, "/u/", query("u"), false},
	{"EdgePilot", "link.edgepilot.com", false, "/s/", query("u"), false},
	{"Intermedia", "url.emailprotection.link", false, "/", nil, false},
	{"Egress", "defend.egress.com", true, "/", nil, false},
	{"INKY", "shared.outlook.inky.com", false, "/link", nil, false},
	{"Vade", "go.vadesecure.com", false, "/", nil, false},
	{"MailGuard", "console.mailguard.com.au", false, "/ras/", nil, false},
	{"GreatHorn", "greathorn.com", true, "/services/", query("url"), false},
}

// redirectors are pages that lead elsewhere; other programs and phishers write such links.
var redirectors = []wrapper{
	{"Google", "google.com", true, "/url", query("q", "url"), true},
	{"Facebook", "l.facebook.com", false, "/l.php", query("u"), true},
	{"Facebook", "lm.facebook.com", false, "/l.php", query("u"), true},
	{"Facebook", "l.messenger.com", false, "/l.php", query("u"), true},
	{"Facebook", "l.workplace.com", false, "/l.php", query("u"), true},
	{"Instagram", "l.instagram.com", false, "/", query("u"), true},
	{"LinkedIn", "linkedin.com", true, "/safety/go", query("url"), true},
	{"LinkedIn", "linkedin.com", true, "/redir/", query("url"), true},
	{"Slack", "slack-redir.net", false, "/link", query("url"), true},
	{"YouTube", "youtube.com", true, "/redirect", query("q"), true},
	{"VK", "vk.com", true, "/away.php", query("to"), true},
	{"Steam", "steamcommunity.com", false, "/linkfilter/", query("url", "u"), true},
	{"Reddit", "out.reddit.com", false, "/", query("url"), true},
	{"DuckDuckGo", "duckduckgo.com", false, "/l/", query("uddg"), true},
	{"Bing", "bing.com", true, "/ck/a", bing, true},
	{"Yahoo", "r.search.yahoo.com", false, "/", yahoo, true},
	{"GMX", "deref-gmx.net", false, "/", query("redirecturl"), true},
	{"GMX", "deref-gmx.com", false, "/", query("redirecturl"), true},
	{"WEB.DE", "deref-web.de", false, "/", query("redirecturl"), true},
	{"mail.com", "deref-mail.com", false, "/", query("redirecturl"), true},
	{"Horde", "", false, "/services/go.php", query("url"), true},
}

// byHost and byPath are the table, to be looked up.
var byHost, byPath = func() (map[string][]wrapper, []wrapper) {
	hosts, paths := make(map[string][]wrapper), []wrapper(nil)
	for _, w := range slices.Concat(gateways, redirectors, nationalGoogles()) {
		if w.host == "" {
			paths = append(paths, w)
			continue
		}
		hosts[w.host] = append(hosts[w.host], w)
	}
	return hosts, paths
}()

// nationalGoogles are the rows of that service in other countries.
func nationalGoogles() (rows []wrapper) {
	for suffix := range strings.FieldsSeq("at be ca ch co.in co.jp co.kr co.uk com.ar com.au com.br com.mx com.tr com.ua cz de dk es fi fr gr hu ie it nl no pl pt ro ru se") {
		rows = append(rows, wrapper{"Google", "google." + suffix, true, "/url", query("q", "url"), true})
	}
	return rows
}

// query reads a target that stands in one of these parameters, percent-encoded
// or plain.
func query(names ...string) func(string) string {
	return func(link string) string {
		for _, name := range names {
			if value := webLink(unescape(parameter(link, name))); value != "" {
				return value
			}
		}
		return ""
	}
}

// parameter gives the value of a parameter as it stands. Text made of HTML may
// still have "&amp;" between them.
func parameter(link, name string) string {
	_, rest, _ := strings.Cut(link, "?")
	rest, _, _ = strings.Cut(rest, "#")
	for pair := range strings.SplitSeq(rest, "&") {
		key, value, _ := strings.Cut(strings.TrimPrefix(pair, "amp;"), "=")
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// unescape undoes percent-encoding where it is one.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// ofProofpoint undoes what version 2 of URL Defense writes for two signs.
var ofProofpoint = strings.NewReplacer("-", "%", "_", "/")

// proofpoint2 undoes version 2 of URL Defense: "-" for "%", "_" for "/".
func proofpoint2(link string) string {
	plain, err := url.PathUnescape(ofProofpoint.Replace(parameter(link, "u")))
	if err != nil {
		return ""
	}
	return plain
}

// runs are the signs behind "**" in version 3 of URL Defense: the first stands
// for two replaced signs, the next for three, and so on.
const runs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// proofpoint3 undoes version 3, "/v3/__LINK__;SIGNS!…": each "*" in the link
// stands for the next of the signs that the second part holds in base64, "**"
// and a sign for a run of them.
func proofpoint3(link string) string {
	_, rest, _ := strings.Cut(link, "/v3/__")
	inner, tail, found := strings.Cut(rest, "__;")
	if !found {
		return ""
	}
	if !strings.Contains(inner, "*") {
		return unbreak(inner)
	}
	encoded, _, _ := strings.Cut(tail, "!")
	octets, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return ""
	}
	signs := []rune(string(octets))
	var b strings.Builder
	for n := 0; n < len(inner); n++ {
		if inner[n] != '*' {
			b.WriteByte(inner[n])
			continue
		}
		count := 1
		if n+2 < len(inner) && inner[n+1] == '*' && strings.IndexByte(runs, inner[n+2]) >= 0 {
			count = strings.IndexByte(runs, inner[n+2]) + 2
			n += 2
		}
		if count > len(signs) {
			return ""
		}
		b.WriteString(string(signs[:count]))
		signs = signs[count:]
	}
	return unbreak(b.String())
}

// unbreak undoes what servers do to a link inside a path: "https:/host" has lost
// a slash.
func unbreak(link string) string {
	if scheme, rest, ok := strings.Cut(link, ":/"); ok && !strings.HasPrefix(rest, "/") {
		return scheme + "://" + rest
	}
	return link
}

// lastSegment reads a target that is the last, percent-encoded segment of the path.
func lastSegment(link string) string {
	link, _, _ = strings.Cut(link, "?")
	return unescape(link[strings.LastIndexByte(link, '/')+1:])
}

// betweenLines reads "/v2/___LINK___.TOKEN", also with a name before it.
func betweenLines(link string) string {
	if inner, found := between(link, "___", "___"); found {
		return unescape(inner)
	}
	return query("url", "o")(link)
}

func between(s, before, after string) (string, bool) {
	_, rest, found := strings.Cut(s, before)
	end := strings.LastIndex(rest, after)
	if !found || end < 0 {
		return "", false
	}
	return rest[:end], true
}

// inBase64 reads a target that stands in a parameter in base64 of either alphabet.
func inBase64(name string) func(string) string {
	return func(link string) string { return decode(unescape(parameter(link, name))) }
}

// toURL makes base64 of the alphabet for links of that for mail.
var toURL = strings.NewReplacer("+", "-", "/", "_")

func decode(s string) string {
	octets, err := base64.RawURLEncoding.DecodeString(toURL.Replace(strings.TrimRight(s, "=")))
	if err != nil {
		return ""
	}
	return string(octets)
}

// bing reads "u=a1" and base64.
func bing(link string) string {
	value, found := strings.CutPrefix(parameter(link, "u"), "a1")
	if !found {
		return ""
	}
	return decode(value)
}

// yahoo reads a target in a path of assignments, "/RU=LINK/RK=2/".
func yahoo(link string) string {
	_, rest, _ := strings.Cut(link, "/RU=")
	rest, _, _ = strings.Cut(rest, "/RK=")
	return unescape(rest)
}
