package indicator_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"postern/parser/indicator"
)

// brief writes an indicator in one line: type, value, and what is not usual:
// ">" source, "<" target, "d" defanged, "/url" or "/email" derived, "b" benign.
func brief(i indicator.Indicator) string {
	s := i.Type + " " + i.Value
	switch i.Role {
	case "source":
		s += " >"
	case "target":
		s += " <"
	}
	if i.Defang {
		s += " d"
	}
	if i.Derived != "" {
		s += " /" + i.Derived
	}
	if i.Benign {
		s += " b"
	}
	return s
}

func briefs(found []indicator.Indicator) []string {
	list := []string{}
	for _, i := range found {
		list = append(list, brief(i))
	}
	return list
}

func find(texts ...string) []indicator.Indicator {
	var in indicator.Input
	for n, text := range texts {
		in.Texts = append(in.Texts, indicator.Text{Part: fmt.Sprint(n + 1), Body: text})
	}
	return indicator.Find(in)
}

type row struct {
	name, text string
	want       []string
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got := briefs(find(r.text))
			if !slices.Equal(got, r.want) && len(got)+len(r.want) > 0 {
				t.Errorf("%q\ngot  %q\nwant %q", r.text, got, r.want)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	check(t, []row{
		{"plain", "203.0.113.5", []string{"ipv4 203.0.113.5"}},
		{"end of a sentence", "It was 203.0.113.5.", []string{"ipv4 203.0.113.5"}},
		{"in brackets", "unknown[203.0.113.5] (203.0.113.6)", []string{"ipv4 203.0.113.5", "ipv4 203.0.113.6"}},
		{"with port", "203.0.113.5:8443", []string{"ipv4 203.0.113.5"}},
		{"list without blanks", "203.0.113.5,203.0.113.6;203.0.113.7", []string{"ipv4 203.0.113.5", "ipv4 203.0.113.6", "ipv4 203.0.113.7"}},
		{"range", "203.0.113.5-203.0.113.9", []string{"ipv4 203.0.113.5", "ipv4 203.0.113.9"}},
		{"glued to letters", "x203.0.113.5 203.0.113.5x", nil},
		{"octet too large", "203.0.113.256", nil},
		{"leading zeros are octal or not", "203.0.113.005", nil},
		{"all numbers filled up to three digits", "203.000.113.005", []string{"ipv4 203.0.113.5"}},
		{"netmask", "netmask 255.255.255.0", nil},
		{"prefix", "203.0.113.0/24", []string{"cidr 203.0.113.0/24"}},
		{"prefix with host bits", "203.0.113.77/24", []string{"cidr 203.0.113.0/24"}},
		{"prefix of one", "203.0.113.77/32", []string{"ipv4 203.0.113.77"}},
		{"prefix too long", "203.0.113.77/33", []string{"ipv4 203.0.113.77"}},
		{"prefix and netmask", "203.0.113.0/255.255.255.0 and 192.0.2.16 netmask 255.255.255.240", []string{"cidr 203.0.113.0/24", "cidr 192.0.2.16/28"}},
		{"no netmask", "203.0.113.0/255.0.255.0", []string{"ipv4 203.0.113.0"}},
		{"range that is a prefix", "192.0.2.0 - 192.0.2.255, 203.0.113.8-203.0.113.15", []string{"cidr 192.0.2.0/24", "cidr 203.0.113.8/29"}},
		{"range with a long dash", "192.0.2.1 – 192.0.2.9", []string{"ipv4 192.0.2.1", "ipv4 192.0.2.9"}},
		{"prefix with a star", "203.0.113.* and 192.0.2.x and 198.51.100/24", []string{"cidr 203.0.113.0/24", "cidr 192.0.2.0/24", "cidr 198.51.100.0/24"}},
		{"prefix at the end", "all of 203.0.113.0/24.", []string{"cidr 203.0.113.0/24"}},
		{"every address", "0.0.0.0/0", []string{"cidr 0.0.0.0/0 b"}},
		{"ipv6", "2001:db8::5", []string{"ipv6 2001:db8::5"}},
		{"ipv6 in full", "2001:0DB8:0000:0000:0000:0000:0000:0005", []string{"ipv6 2001:db8::5"}},
		{"ipv6 with port", "[2001:db8::5]:443", []string{"ipv6 2001:db8::5"}},
		{"ipv6 end of a sentence", "from 2001:db8::5.", []string{"ipv6 2001:db8::5 >"}},
		{"ipv6 before a colon", "2001:db8::5: refused", []string{"ipv6 2001:db8::5"}},
		{"ipv6 behind a key", "src:2001:db8::5, IPv6:2001:db8::6", []string{"ipv6 2001:db8::5 >", "ipv6 2001:db8::6"}},
		{"ipv6 prefix", "2001:db8:40::1/48", []string{"cidr 2001:db8:40::/48"}},
		{"ipv6 prefix of one", "2001:db8::5/128", []string{"ipv6 2001:db8::5"}},
		{"ipv6 with zone", "fe80::1%eth0 and 2001:db8::1%1", []string{"ipv6 fe80::1 b", "ipv6 2001:db8::1"}},
		{"ipv4 in ipv6", "::ffff:203.0.113.5 ::ffff:cb00:7106", []string{"ipv4 203.0.113.5", "ipv4 203.0.113.6"}},
		{"ipv6 of NAT64", "64:ff9b::203.0.113.5", []string{"ipv6 64:ff9b::cb00:7105"}},
		{"MAC", "00:1a:2b:3c:4d:5e", nil},
		{"time", "12:34:56 2026-11-20T12:34:56Z 10:00", nil},
		{"scope of a language", "std::string Foo::Bar cafe::babe ab::cd", nil},
		{"fingerprint with colons", "2001:0db8:0000:0000:0000:0000:0000:0005:2001:0db8:0000:0000", nil},
		{"loopback and private", "127.0.0.1 10.1.2.3 192.168.0.1 172.16.5.4 100.64.0.9 169.254.1.1 224.0.0.1 0.0.0.0 ::1 fd00::1",
			[]string{"ipv4 127.0.0.1 b", "ipv4 10.1.2.3 b", "ipv4 192.168.0.1 b", "ipv4 172.16.5.4 b", "ipv4 100.64.0.9 b", "ipv4 169.254.1.1 b",
				"ipv4 224.0.0.1 b", "ipv4 0.0.0.0 b", "ipv6 ::1 b", "ipv6 fd00::1 b"}},
		{"public resolver", "resolver 8.8.8.8", []string{"ipv4 8.8.8.8 b"}},
		{"version", "version 1.2.3.4, OpenSSH release 7.4.0.1, v1.2.3.4", nil},
		{"product", "Mozilla/5.0 Chrome/120.0.60.99 nginx/1.2.3.4", nil},
		{"section", "see section 4.3.2.1", nil},
		{"versions in a list", "fixed in versions 1.2.3.4, 1.2.3.5 and 1.2.3.6", nil},
		{"program and its host", "nginx 1.2.3.4 on Exchange 203.0.113.5", []string{"ipv4 203.0.113.5"}},
		{"telephone", "Tel. 030.12.34.56, +49.30.12.34", nil},
		{"section sign", "§ 3.2.1.4", nil},
		{"object identifier", "1.3.6.1.4.1.311 OID 1.3.6.1", nil},
		{"date", "20.11.2026 2026.11.20 10.11.12", nil},
		{"tcpdump", "IP 203.0.113.5.443 > 192.0.2.1.22: Flags [S]", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.1 <"}},
		{"tcpdump ipv6", "IP6 2001:db8::5.443 > 2001:db8::6.22: Flags [S]", []string{"ipv6 2001:db8::5 >", "ipv6 2001:db8::6 <"}},
		{"firewall with a low port", "dst inside:192.0.2.1/22 by group", []string{"ipv4 192.0.2.1 <"}},
		{"firewall", "Deny tcp src outside:203.0.113.5/443 dst inside/192.0.2.9", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.9 <"}},
		{"word behind a dash", "203.0.113.5-blocked 2.4.6.8-rc1", []string{"ipv4 203.0.113.5"}},
		{"port of a bus", "usb 1-1.2.4.1: new", []string{}},
		{"port of netstat", "tcp6 0 0 2001:db8::5:443 2001:db8::6:51122 ESTABLISHED", []string{"ipv6 2001:db8::5", "ipv6 2001:db8::6"}},
		{"versions in a row", "ASA 9.18.3.56, FMC 7.2.5.1", []string{}},
		{"versions of three numbers beside", "Kernel 7.2.5.1 with Foo 1.2.3, Bar 8.9.7.1", []string{}},
		{"key beside a version's word", "junos@1.1 source-address=\"203.0.113.5\"", []string{"ipv4 203.0.113.5 >"}},
		{"a version that was changed", "upgraded zlib to 1.3.0.1 (from 1.2.13.0)", []string{}},
		{"an address behind an upgrade", "Update: attacks from 5.188.206.18", []string{"ipv4 5.188.206.18 >"}},
	})
}

func TestNames(t *testing.T) {
	check(t, []row{
		{"domain", "evil.example", []string{"domain evil.example"}},
		{"case and final dot", "Login.Evil.EXAMPLE.", []string{"domain login.evil.example"}},
		{"country", "Beschwerde über www.example.co.uk", []string{"domain www.example.co.uk"}},
		{"suffix alone", "co.uk", nil},
		{"name below a private suffix", "phish.github.io", []string{"domain phish.github.io"}},
		{"no such suffix", "server.lan host.local a.b", nil},
		{"hidden service", "abcdefghijklmnop.onion", []string{"domain abcdefghijklmnop.onion"}},
		{"IDN", "münchen-bank.example und xn--mnchen-bank-thb.example", []string{"domain xn--mnchen-bank-thb.example"}},
		{"look-alike letters", "аррӏе.example", []string{"domain xn--80ak6aa92e.example"}},
		{"underscore label", "_dmarc.example.com a_b.com", []string{"domain _dmarc.example.com"}},
		{"hyphen at the edge", "-evil.example evil-.example", []string{"domain evil.example"}},
		{"a file whose name is shorter in small letters", strings.Repeat("\u212a", 20) + ".exe", nil},
		{"documents and programs", "report.pdf setup.exe invoice.docx run.js index.php a.tar.gz mail.eml", nil},
		{"files with a country's suffix", "libfoo.so setup.py run.sh README.md main.rs update.zip clip.mov libc.so.6 libx.1.so", nil},
		{"named as a domain", "domain run.sh", []string{"domain run.sh"}},
		{"path", "/usr/lib/x/example.com C:\\temp\\example.com", nil},
		{"two sentences", "I called.It was down.So I wrote", nil},
		{"title", "Dr.med is nobody, ASP.NET neither", nil},
		{"field of a log", "host.name: web user.name=bob source.domain", nil},
		{"function", "foo.run(1) os.name", nil},
		{"packages and classes", "com.example.app java.lang.String org.apache.commons.io System.IO Microsoft.Net socket.io", nil},
		{"firms as they write themselves", "Example.Com", []string{"domain example.com"}},
		{"sentence without a blank", "it went down.It was late", nil},
		{"field of a document", `"host.name": "x"`, nil},
		{"file of a suffix that is a country's too", "the script evil.pl and report.pl, then evil2.pl file; the domain evil3.pl", []string{"domain evil3.pl"}},
		{"message identifier in a line", "message-id=<abc@mail.example.com> Message-ID <def@mail.example.com>", nil},
		{"quoted local part", `"john doe"@example.com`, []string{`email "john doe"@example.com`, "domain example.com /email"}},
		{"names beside Chinese", "来自evil.example的邮件", []string{"domain evil.example >"}},
		{"abbreviations", "e.g. i.e. z.B. d.h. U.S. a.m.", nil},
		{"two domains and a slash", "www.example.org/shop.example.org", []string{"domain www.example.org", "domain shop.example.org"}},
		{"reverse name", "5.113.0.203.in-addr.arpa", nil},
		{"mark-up's home", "www.w3.org", []string{"domain www.w3.org b"}},
		{"mail address", "Alice.Smith@Example.COM", []string{"email alice.smith@example.com", "domain example.com /email"}},
		{"mail addresses in mark-up", "<bob@example.com>, mailto:eve@example.net;", []string{"email bob@example.com", "domain example.com /email", "email eve@example.net", "domain example.net /email"}},
		{"quotes and broken bytes around", "“bob@example.com” \xffeve@example.com", []string{"email bob@example.com", "domain example.com /email", "email eve@example.com"}},
		{"other script", "Jürgen@example.com", []string{"email jürgen@example.com", "domain example.com /email"}},
		{"plus and dots", "a.b+tag@example.com", []string{"email a.b+tag@example.com", "domain example.com /email"}},
		{"log key before it", "from=<x@example.com> to=y@example.com", []string{"email x@example.com >", "domain example.com /email", "email y@example.com"}},
		{"log key with a dot", "smtp.mailfrom=x@example.com", []string{"email x@example.com", "domain example.com /email"}},
		{"rewritten sender with a dash", "bounce-bob=example.net@lists.example.com", []string{"email bounce-bob=example.net@lists.example.com", "domain lists.example.com /email"}},
		{"rewritten sender", "bounce+bob=example.net@lists.example.com", []string{"email bounce+bob=example.net@lists.example.com", "domain lists.example.com /email"}},
		{"named itself later", "bob@example.com at example.com", []string{"email bob@example.com", "domain example.com"}},
		{"mail address without domain", "root@localhost user@vps a@b", nil},
		{"mail address at an address", "ssh admin@203.0.113.5", []string{"ipv4 203.0.113.5"}},
		{"free mail", "x@gmail.com", []string{"email x@gmail.com", "domain gmail.com /email b"}},
		{"message identifier", "Message-ID: <a1.b2@example.com>", nil},
		{"references over lines", "> References: <a@example.com>\n  <b@example.com>\nc@example.net", []string{"email c@example.net", "domain example.net /email"}},
		{"list of references", "References:\n  https://example.net/a\n\nReferences: example.com", []string{"url https://example.net/a", "domain example.net /url", "domain example.com"}},
		{"folded identifier", "In-Reply-To:\n <a@example.org>\nMessage-ID: a@example.org", nil},
		{"signature of a header", "DKIM-Signature: v=1; d=example.com;\n\ti=@example.com; s=x\nSender: x@example.net", []string{"email x@example.net >", "domain example.net /email"}},
		{"message identifier in text", "id=<20261120123456.1234567890@mx.example.com>", nil},
		{"boundary", "--8f14e45fceea167a5a36dedd4bea2543\nContent-Type: text/plain; boundary=\"x.example.com\"\n--=_a.example.com\n", nil},
		{"cipher names", "chacha20-poly1305@openssh.com", []string{"email chacha20-poly1305@openssh.com b", "domain openssh.com /email b"}},
		{"a name with tcpdump's port", "IP a.evil.example.51122 > www.shop.example.https: Flags", []string{"domain a.evil.example >", "domain www.shop.example"}},
		{"a file beside a file", "a.xlsx, photo.app, b.app", []string{}},
		{"an identifier of Exim", "1tD <= a@b.example H=x id=ab.cd@fly.example", []string{"email a@b.example", "domain b.example /email"}},
		{"a property in a program", "log(msg.id); x := list.in; a.it == b.is", []string{}},
		{"a rule of a style sheet", "p .item.me", []string{}},
		{"a name in a program", "fetch('evil.me'); get(evil.net)", []string{"domain evil.me", "domain evil.net"}},
		{"a version with letters", "build 52.19.nc", []string{}},
		{"properties in a row", "see os.platform, socket.in, pd.to", []string{}},
		{"names in a row", "evil.internal, evil.me and evil.in", []string{"domain evil.me", "domain evil.in"}},
		{"columns of a query", "SELECT u.id, o.date FROM crm.live", []string{}},
		{"a template", "{{ user.name }} {% if post.link %}", []string{}},
		{"users of one letter", "j.weber and m.me/x", []string{"url http://m.me/x", "domain m.me /url"}},
		{"brackets of prose", "our hosts (two of them); evil.me 2001:db8::1 => evil.in", []string{"domain evil.me", "ipv6 2001:db8::1 >", "domain evil.in"}},
		{"hosts that begin like fields", "dns.evil-one.to $(id).x7.evil-two.fun host.evil3.link", []string{"domain dns.evil-one.to", "domain x7.evil-two.fun", "domain host.evil3.link"}},
	})
}

const sampleDigest = "9b1f2c64d07be1a8355f0d6c2e9a4471be0835d2fa6c1e9077d4b8a35c60e2f1"

func TestURLs(t *testing.T) {
	check(t, []row{
		{"plain", "http://evil.example/a", []string{"url http://evil.example/a", "domain evil.example /url"}},
		{"canonical", "HTTP://Evil.EXAMPLE:80", []string{"url http://evil.example/", "domain evil.example /url"}},
		{"other port", "https://evil.example:8443/A?B=C", []string{"url https://evil.example:8443/A?B=C", "domain evil.example /url"}},
		{"fragment", "https://evil.example/#bob@example.org", []string{"url https://evil.example/", "domain evil.example /url"}},
		{"query without path", "https://evil.example?x=1", []string{"url https://evil.example/?x=1", "domain evil.example /url"}},
		{"end of a sentence", "See http://evil.example/a. And http://evil.example/b, (http://evil.example/c_(d)).",
			[]string{"url http://evil.example/a", "domain evil.example /url", "url http://evil.example/b", "url http://evil.example/c_(d)"}},
		{"in brackets and quotes", "<http://evil.example/a> \"http://evil.example/b\" [x](http://evil.example/c)",
			[]string{"url http://evil.example/a", "domain evil.example /url", "url http://evil.example/b", "url http://evil.example/c"}},
		{"address as host", "http://203.0.113.5/x http://[2001:db8::5]:8080/", []string{"url http://203.0.113.5/x", "ipv4 203.0.113.5 /url", "url http://[2001:db8::5]:8080/", "ipv6 2001:db8::5 /url"}},
		{"number as host", "http://3405803781/ http://0xcb007105/", []string{"url http://203.0.113.5/", "ipv4 203.0.113.5 /url"}},
		{"octal and hexadecimal host", "http://0xCB.0x0.0x71.0x5/ http://0313.0.0161.05/", []string{"url http://203.0.113.5/", "ipv4 203.0.113.5 /url"}},
		{"percent in the host", "http://evil%2eexample/a%2eb", []string{"url http://evil.example/a%2eb", "domain evil.example /url"}},
		{"wrapped in angle brackets", "<http://evil.example/a/\nb?c=1\n&d> and <URL:http://evil.example/e\r\n f>", []string{"url http://evil.example/a/b?c=1&d", "domain evil.example /url", "url http://evil.example/ef"}},
		{"angle bracket that never closes", "<http://evil.example/a\nb c", []string{"url http://evil.example/a", "domain evil.example /url"}},
		{"address, port and path without a scheme", "203.0.113.5:8080/x.sh evil.example:443/a", []string{"url http://203.0.113.5:8080/x.sh", "ipv4 203.0.113.5 /url", "url http://evil.example:443/a", "domain evil.example /url"}},
		{"server in a network path", `\\evil.example\share\x.exe`, []string{"domain evil.example"}},
		{"name and password", "https://bank.example@evil.example/", []string{"url https://bank.example@evil.example/", "domain evil.example /url"}},
		{"inside a network", "http://intranet/x http://localhost:8025/", []string{"url http://intranet/x", "url http://localhost:8025/ b"}},
		{"no scheme", "evil.example/login.php", []string{"url http://evil.example/login.php", "domain evil.example /url"}},
		{"host of any suffix", "http://c2.evil.lan/x", []string{"url http://c2.evil.lan/x", "domain c2.evil.lan /url"}},
		{"other schemes", "ldap://evil.example/a ftp://evil.example/ foo://evil.example/", []string{"url ldap://evil.example/a", "domain evil.example", "url ftp://evil.example/"}},
		{"nothing behind", "http:// https://, http://%00/", nil},
		{"hole in a URL", "https://nvd.nist.gov/vuln/detail/CVE-2026-31207", []string{"url https://nvd.nist.gov/vuln/detail/CVE-2026-31207 b", "domain nvd.nist.gov /url b", "cve CVE-2026-31207"}},
		{"page of a scanner about a file", "https://www.virustotal.com/gui/file/" + sampleDigest, []string{"url https://www.virustotal.com/gui/file/" + sampleDigest + " b", "domain www.virustotal.com /url b", "sha256 " + sampleDigest}},
		{"home page of a provider and a page there", "https://github.com/ https://github.com/evil/kit", []string{"url https://github.com/ b", "domain github.com /url b", "url https://github.com/evil/kit"}},
		{"host of another script", "http://münchen-bank.example/ü", []string{"url http://xn--mnchen-bank-thb.example/ü", "domain xn--mnchen-bank-thb.example /url"}},
		{"chinese text around", "请看http://evil.example/a。谢谢", []string{"url http://evil.example/a", "domain evil.example /url"}},
		{"remark in full-width brackets", "http://evil.example/x（短縮）", []string{"url http://evil.example/x", "domain evil.example /url"}},
		{"encoded in a request", "GET /a?to=https%3A%2F%2Fevil.example%2Fb&c=d", []string{"url https://evil.example/b", "domain evil.example /url"}},
		{"encoded sign before a name", "a%2Fevil.example", []string{"domain evil.example"}},
		{"fetched by a command", "wget 203.0.113.5/x; ping 203.0.113.6/x", []string{"url http://203.0.113.5/x", "ipv4 203.0.113.5 /url", "ipv4 203.0.113.6"}},
		{"lost colon", "hxxp//evil.example/x http//evil.example/y", []string{"url http://evil.example/x > d", "domain evil.example > d /url", "url http://evil.example/y"}},
		{"closed by the quote that opens it", "Get('https://evil.example/a','C:\\b')", []string{"url https://evil.example/a", "domain evil.example /url"}},
		{"value of a pair", "ip=203.0.113.5;url=http://evil.example/x;y=2;md5=1", []string{"ipv4 203.0.113.5", "url http://evil.example/x", "domain evil.example /url"}},
		{"parameters of a path", "url=http://evil.example/x;y=2", []string{"url http://evil.example/x;y=2", "domain evil.example /url"}},
		{"port and transport", "evil.example:8443/tcp", []string{"domain evil.example"}},
		{"mark-up of forums", "[url=http://evil.example/b]x[/url] http://evil.example/?c[]=1", []string{"url http://evil.example/b", "domain evil.example /url", "url http://evil.example/?c[]=1"}},
		{"label of a link without its scheme", "a.example/x <https://a.example/x|a.example/x> b.example/y http://b.example/y", []string{"domain a.example /url", "url https://a.example/x", "url http://b.example/y", "domain b.example /url"}},
	})
}

func TestDefanged(t *testing.T) {
	domain := []string{"domain login.evil.example > d"}
	url := []string{"url https://evil.example/a > d", "domain evil.example > d /url"}
	email := []string{"email bob@evil.example d", "domain evil.example d /email"}
	check(t, []row{
		{"brackets", "login[.]evil[.]example", domain},
		{"round", "login(.)evil(.)example", domain},
		{"curly", "login{.}evil{.}example", domain},
		{"half open", "login[.evil[.example", domain},
		{"half closed", "login.]evil.]example", domain},
		{"words in brackets", "login[dot]evil(dot)example", domain},
		{"upper case and blanks inside", "login[ DOT ]evil[ . ]example", domain},
		{"blanks around", "login [.] evil [dot] example", domain},
		{"spoken", "login dot evil dot example", domain},
		{"backslash", `login\.evil\.example`, domain},
		{"full width", "login．evil。example", domain},
		{"one dot only", "login.evil[.]example", domain},
		{"address", "203[.]0[.]113[.]5 203.0.113[.]6", []string{"ipv4 203.0.113.5 > d", "ipv4 203.0.113.6 > d"}},
		{"address with blanks", "203 . 0 . 113 . 5", []string{"ipv4 203.0.113.5 > d"}},
		{"prefix", "203.0.113[.]0/24", []string{"cidr 203.0.113.0/24 > d"}},
		{"ipv6", "2001[:]db8[:][:]5", []string{"ipv6 2001:db8::5 > d"}},
		{"hxxp", "hxxps://evil.example/a", url},
		{"hXXp", "hXXpS://evil[.]example/a", url},
		{"h**p and htxp", "h__ps://evil.example/a h**ps://evil.example/a htxps://evil.example/a", url},
		{"colon", "https[:]//evil.example/a", url},
		{"colon and slashes", "hxxps[://]evil[.]example/a", url},
		{"blanks around the slashes", "hxxps :// evil.example/a", url},
		{"backslashes", `hxxps:\\evil.example\a`, url},
		{"slash", "hxxps://evil.example[/]a", url},
		{"meow", "meows://evil.example/a", url},
		{"fxp", "fxp://evil.example/a", []string{"url ftp://evil.example/a > d", "domain evil.example > d /url"}},
		{"defanged in the path only", "https://evil.example/a[.]b", []string{"url https://evil.example/a.b > d", "domain evil.example > d /url"}},
		{"at in brackets", "bob[at]evil.example", email},
		{"at round and spaced", "bob (at) evil (dot) example", email},
		{"at spoken", "bob at evil dot example", email},
		{"at sign in brackets", "bob[@]evil[.]example", email},
		{"at of a place", "hosted at evil dot example", []string{"domain evil.example > d"}},
		{"at as a word", "look at evil.example", []string{"domain evil.example"}},
		{"file named on purpose", "run[.]sh", []string{"domain run.sh > d"}},
		{"hyphen that does not break", "CVE‑2026‑31207", []string{"cve CVE-2026-31207"}},
		{"plain beside defanged", "evil.example evil[.]example", []string{"domain evil.example > d"}},
		{"nested brackets", "login[[.]]evil((dot))example", domain},
		{"end of the name in brackets", "login.evil[.example] login.evil.[example]", domain},
		{"comma in brackets", "login[,]evil.example", domain},
		{"dots with blanks around", "login . evil . example", domain},
		{"end of a sentence with a blank before", "this was the end . it is so", nil},
		{"dot of speech", "connect the dot in the middle", nil},
		{"sign nobody sees", "login.ev\u200bil.example", domain},
		{"full-width letters", "ｌｏｇｉｎ．ｅｖｉｌ．ｅｘａｍｐｌｅ", domain},
		{"scheme in brackets", "[https]://evil.example/a http[s]://evil.example/a hxxp[s]://evil[.]example/a", url},
		{"scheme with blanks", "hxxps : // evil.example/a", url},
		{"backslash before colon and slash", `hxxps\://evil\.example/a`, url},
		{"slashes of JSON are no defanging", `"https:\/\/evil.example\/a"`, []string{"url https://evil.example/a", "domain evil.example /url"}},
		{"brackets of the text", "see [1] and (example.com) [example.net]", []string{"domain example.com", "domain example.net"}},
	})
}

func TestHashesAndNumbers(t *testing.T) {
	const md5, sha1 = "5d0c2e9a7b3f41866e1d2a90c4b7f835", "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
	const sha256 = "9b1f2c64d07be1a8355f0d6c2e9a4471be0835d2fa6c1e9077d4b8a35c60e2f1"
	check(t, []row{
		{"md5", "MD5: " + strings.ToUpper(md5), []string{"md5 " + md5}},
		{"sha1", "sha1=" + sha1, []string{"sha1 " + sha1}},
		{"sha256", "sha256:" + sha256 + ".", []string{"sha256 " + sha256}},
		{"sha512", sha256 + sha256, []string{"sha512 " + sha256 + sha256}},
		{"one digit more", sha256 + "a", nil},
		{"decimal number", strings.Repeat("12345678", 4), nil},
		{"letters only", strings.Repeat("abcdefab", 4), nil},
		{"commit", "commit " + sha1, nil},
		{"key", "Fingerprint: " + strings.ToUpper(sha1), nil},
		{"a sample named by its digest", md5 + ".exe", []string{"md5 " + md5}},
		{"a picture named by a number", md5 + ".png", nil},
		{"empty file", "d41d8cd98f00b204e9800998ecf8427e", []string{"md5 d41d8cd98f00b204e9800998ecf8427e b"}},
		{"UUID", "6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", nil},
		{"AS number", "AS64500, ASN64501, ASN 64502, as64503 and AS 64504", []string{"asn AS64500", "asn AS64501", "asn AS64502", "asn AS64503", "asn AS64504"}},
		{"AS number in other forms", "ASN: 64505, AS#64506, AS-64507, AS1.10", []string{"asn AS64505", "asn AS64506", "asn AS64507", "asn AS65546"}},
		{"CVE in other forms", "CVE–2026–31207 CVE 2026-31208 CAN-2004-0001 CVE_2026_31209", []string{"cve CVE-2026-31207", "cve CVE-2026-31208", "cve CVE-2004-0001", "cve CVE-2026-31209"}},
		{"session", "PHPSESSID=" + md5 + " token: " + md5, nil},
		{"no AS number", "as 5 people, AS0, AS99999999999, as12", nil},
		{"CVE", "cve-2026-31207, CVE-2026-1234567.", []string{"cve CVE-2026-31207", "cve CVE-2026-1234567"}},
		{"no CVE", "CVE-2026-123 CVE-26-1234 XCVE-2026-1234", nil},
		{"CVE and a name", "CVE-2026-31207-exploit", []string{"cve CVE-2026-31207"}},
		{"column of networks", "ip,asn,cc\n203.0.113.5,64500,NL\n\n1,64501,2", []string{"ipv4 203.0.113.5", "asn AS64500"}},
		{"CVE of a sensor", "reference:cve,2026-1234", []string{"cve CVE-2026-1234"}},
	})
}

func TestRoles(t *testing.T) {
	check(t, []row{
		{"from and to", "attack from 203.0.113.5 to 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"keys of a log", "SRC=203.0.113.5 DST=192.0.2.40 PROTO=TCP", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"attacker in words", "the attacking host is 203.0.113.5", []string{"ipv4 203.0.113.5 >"}},
		{"scanned by", "we were scanned by 203.0.113.5", []string{"ipv4 203.0.113.5 >"}},
		{"our server", "our server 192.0.2.40", []string{"ipv4 192.0.2.40 <"}},
		{"several after one word", "attackers: 203.0.113.5, 203.0.113.6 and 203.0.113.7", []string{"ipv4 203.0.113.5 >", "ipv4 203.0.113.6 >", "ipv4 203.0.113.7 >"}},
		{"heading of a list", "Attacking hosts:\n\n- 203.0.113.5\n- 203.0.113.6\n\nRegards\n198.51.100.1", []string{"ipv4 203.0.113.5 >", "ipv4 203.0.113.6 >", "ipv4 198.51.100.1"}},
		{"heading speaks of addresses only", "he went to a page on which to type:\n\n   https://evil.example/a", []string{"url https://evil.example/a", "domain evil.example /url"}},
		{"list is over", "RCPT from bad.example[203.0.113.5]: 554 denied <bob@example.com>", []string{"domain bad.example >", "ipv4 203.0.113.5 >", "email bob@example.com", "domain example.com /email"}},
		{"list with remarks", "attackers: 203.0.113.5 (seen 10:00), 203.0.113.6 (seen 11:00), 203.0.113.7 or 203.0.113.8", []string{"ipv4 203.0.113.5 >", "ipv4 203.0.113.6 >", "ipv4 203.0.113.7 >", "ipv4 203.0.113.8 >"}},
		{"sent through", "sent from 203.0.113.5 through relay.example.com", []string{"ipv4 203.0.113.5 >", "domain relay.example.com"}},
		{"arrow with ports", "203.0.113.5:1025->192.0.2.40:22", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"arrow", "203.0.113.5 -> 192.0.2.40; 203.0.113.6 → 192.0.2.41", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <", "ipv4 203.0.113.6 >", "ipv4 192.0.2.41 <"}},
		{"verb behind", "203.0.113.5 scanned all ports", []string{"ipv4 203.0.113.5 >"}},
		{"passive behind", "192.0.2.40 was attacked", []string{"ipv4 192.0.2.40 <"}},
		{"word behind in brackets", "203.0.113.5 (attacker), 192.0.2.40 (victim)", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"sshd", "Failed password for root from 203.0.113.7 port 51122 ssh2\nhost 192.0.2.9", []string{"ipv4 203.0.113.7 >", "ipv4 192.0.2.9"}},
		{"web log", "203.0.113.5 - - [20/Nov/2026:05:31:07 +0000] \"GET / HTTP/1.1\"", []string{"ipv4 203.0.113.5 >"}},
		{"web server's error log", "client: 203.0.113.5, server: www.example.org", []string{"ipv4 203.0.113.5 >", "domain www.example.org <"}},
		{"wrapped line", "the attack came from\n203.0.113.5 at noon", []string{"ipv4 203.0.113.5 >"}},
		{"next sentence", "The attacker was quick. Look at 203.0.113.5", []string{"ipv4 203.0.113.5"}},
		{"too far away", "the source of all this is as you may guess not really known but 203.0.113.5", []string{"ipv4 203.0.113.5"}},
		{"first role stays", "from 203.0.113.5\ntarget 203.0.113.5", []string{"ipv4 203.0.113.5 >"}},
		{"role beats none", "203.0.113.5\n\nattacker 203.0.113.5", []string{"ipv4 203.0.113.5 >"}},
		{"phishing page", "phishing page at https://evil.example/a", []string{"url https://evil.example/a >", "domain evil.example > /url"}},
		{"sent to a person", "was sent to bob@example.com", []string{"email bob@example.com", "domain example.com /email"}},
		{"hashes have none", "source: 5d0c2e9a7b3f41866e1d2a90c4b7f835", []string{"md5 5d0c2e9a7b3f41866e1d2a90c4b7f835"}},
		{"german", "Angriffe von 203.0.113.5 gegen 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"french", "attaques depuis 203.0.113.5 contre 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"spanish", "origen 203.0.113.5, destino 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"your host", "your host 192.0.2.40 attacks us; your server 192.0.2.41 was attacked", []string{"ipv4 192.0.2.40 >", "ipv4 192.0.2.41 <"}},
		{"gerund is not passive", "203.0.113.5 has been scanning us", []string{"ipv4 203.0.113.5 >"}},
		{"italian", "attacco da 203.0.113.5 verso il nostro server 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"dutch", "aanval vanaf 203.0.113.5 op onze server 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"polish", "atak z adresu 203.0.113.5 na nasz serwer 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"portuguese", "origem 203.0.113.5, alvo 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"russian", "Атака с адреса 203.0.113.5 на наш сервер 192.0.2.40", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <"}},
		{"japanese", "攻撃元：203.0.113.5 宛先：192.0.2.40 および203.0.113.6からの攻撃", []string{"ipv4 203.0.113.5 >", "ipv4 192.0.2.40 <", "ipv4 203.0.113.6 >"}},
		{"contact", "source 203.0.113.5. Contact noc@example.net", []string{"ipv4 203.0.113.5 >", "email noc@example.net", "domain example.net /email"}},
		{"name in full before its address", "from mta9.evil.example (mta9.evil.example. [203.0.113.9])", []string{"domain mta9.evil.example >", "ipv4 203.0.113.9 >"}},
	})
}

// TestProseHasNone is about what reports are full of and what is no indicator.
func TestProseHasNone(t *testing.T) {
	for _, text := range []string{
		"We run Node.js 20.1, .NET 8.0.1 and Python 3.11.2.1234 on Windows 10.0.19045.3693.",
		"Meet at 10.30 a.m. or 14.05.33; the 20.11.2026, i.e. Friday (KW 47).",
		"It costs 1.234.567,89 EUR, see sec. 3.2.1 (p. 4-7) and appendix A.1.",
		"Kernel 5.10.0.21, firmware 7.4.2.1, build 10.1.2.3, OID 1.3.6.1.",
		"The file C:\\Users\\bob\\report.pdf and /etc/nginx/conf.d/site.conf were changed.",
		"Nov 20 14:02:11 sensor3 sshd[8812]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser=",
		"00:1a:2b:3c:4d:5e joined at 2026-11-20T14:02:11.123456+01:00, session 6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
		"ref [EX-7KQ4-9MZX], ticket RP-26-11-0834, part no. 12.34.56.78.90",
		"if (a.b && c::d || x->y) { foo.bar(baz.qux); } // std::vector<int>",
		"Tel. +49.30.1234567, fax 030/1234.567, room 2.14",
		"ed25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
		"das war z.B. am 3.11. um 5.30 Uhr, d.h. vor ca. 2.5 Std.",
		"=====\n-----\n*****\n_____\n.....\n@@@@@\n:::::\n/////",
		"see Re: Fwd: AW: [EXT] Rechnung.Pdf and Bild.Jpeg",
		"10.000.000 users, 99.99.9 percent, 1.2.3-4, 1-2-3-4",
	} {
		if got := briefs(find(text)); len(got) > 0 {
			t.Errorf("%q\ngot %q", text, got)
		}
	}
}

func TestOwnThingsAreTargets(t *testing.T) {
	in := indicator.Input{
		Texts: []indicator.Text{{Part: "1", Body: "192.0.2.40 192.0.2.0/28 2001:db8::9 web.net.example.org http://net.example.org/x csirt@example.org " +
			"bob@net.example.org\n\nattacks from 192.0.2.41, 203.0.113.5"}},
		Own:          []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
		OwnDomains:   []string{"net.example.org"},
		OwnAddresses: []string{"csirt@example.org"},
	}
	want := []string{"ipv4 192.0.2.40 <", "cidr 192.0.2.0/28 <", "ipv6 2001:db8::9 <", "domain web.net.example.org <", "url http://net.example.org/x <",
		"domain net.example.org < /url", "email csirt@example.org < b", "domain example.org /email", "email bob@net.example.org < b",
		"ipv4 192.0.2.41 >", "ipv4 203.0.113.5 >"}
	if got := briefs(indicator.Find(in)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestLinksOfHTML(t *testing.T) {
	in := indicator.Input{Texts: []indicator.Text{{Part: "2", Body: "click here", URLs: []string{
		"HTTPS://Evil.example/a#x", " mailto:Bob@example.com?subject=x", "cid:part1@example.com", "javascript:alert(1)", "#top", "tel:+4930", "hxxp://evil[.]example/b"}}}}
	want := []string{"url https://evil.example/a", "domain evil.example > d /url", "email bob@example.com", "domain example.com /email", "url http://evil.example/b > d"}
	if got := briefs(indicator.Find(in)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestSendersNameThemselves(t *testing.T) {
	in := indicator.Input{
		Texts:      []indicator.Text{{Body: "To: Csirt@other.example. Mail me at bob@cert.example or noc@cert.example, www.cert.example, http://cert.example/pgp\n\nour server shop.cert.example was hit by evil.example\n\nhxxp://x.cert[.]example/"}},
		Senders:    []string{"Bob@cert.example", "x@gmail.com"},
		Recipients: []string{"csirt@other.example"},
	}
	want := []string{"domain shop.cert.example <", "domain evil.example", "url http://x.cert.example/ > d", "domain x.cert.example > d /url"}
	if got := briefs(indicator.Find(in)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestStatedRolesWin(t *testing.T) {
	in := indicator.Input{
		Texts:  []indicator.Text{{Body: "our host 203.0.113.5"}},
		Stated: []indicator.Stated{{Value: "203.0.113.5", Role: "source"}, {Value: "http://evil.example/a", Role: "source", Part: "3"}, {Value: "203.0.113.5", Role: "target"}},
	}
	got := indicator.Find(in)
	want := []string{"ipv4 203.0.113.5 >", "url http://evil.example/a >", "domain evil.example > /url"}
	if !slices.Equal(briefs(got), want) || got[1].Part != "3" {
		t.Errorf("got  %q\nwant %q", briefs(got), want)
	}
}

func TestFirstOccurrenceGivesThePart(t *testing.T) {
	got := find("203.0.113.5", "from 203.0.113.5 and 203.0.113.6")
	if len(got) != 2 || got[0].Part != "1" || got[0].Role != "source" || got[1].Part != "2" {
		t.Errorf("got %+v", got)
	}
}

func TestAttachedMailsHeaderSpeaksOfItsSender(t *testing.T) {
	text := "From: x@evil.example\nTo: bob@example.com\nReceived: from vps.evil.example ([203.0.113.9])\n by mx.example.com (192.0.2.1)"
	got := briefs(indicator.Find(indicator.Input{Texts: []indicator.Text{{Body: text, Attached: true}}}))
	want := []string{"email x@evil.example >", "domain evil.example /email", "email bob@example.com <", "domain example.com /email",
		"domain vps.evil.example >", "ipv4 203.0.113.9 >"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestLimit(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "203.0.%d.%d ", i/250, i%250)
	}
	got := indicator.Find(indicator.Input{Texts: []indicator.Text{{Body: text.String()}}, Limit: 100})
	if len(got) != 100 {
		t.Errorf("got %d indicators, want 100", len(got))
	}
}
