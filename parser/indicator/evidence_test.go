package indicator_test

import (
	"slices"
	"testing"

	"postern/parser/indicator"
)

// TestVersionShaped has numbers that are versions far more often than addresses:
// something has to say that they are one.
func TestVersionShaped(t *testing.T) {
	check(t, []row{
		{"no word says anything", "SG-300   7.0.1.3 and earlier   7.0.1.4", nil},
		{"affected and fixed", "we fixed it: affected are 6.4.0.0 and 6.4.2.11, go to 6.4.2.12", nil},
		{"the last number is none of a host", "image 8.10.190.0, phones 14.2.1.3", nil},
		{"a section", "see Nr. 2.1.1.4 of the terms, Unit 4.1.2.3", nil},
		{"an agent's version in Portuguese", "A versão do antivírus: 23.1.4.17", nil},
		{"a feedback identifier", "Feedback-ID: 1.2.3.4:list:main", nil},
		{"the identifier of a publication", "see doi:10.1000/182.5.7.9", nil},
		{"a column of versions", "host | ip | Version\nora1 | 203.0.113.20 | 12.2.0.1\nwls1 | 203.0.113.21 | 10.3.6.0", []string{"ipv4 203.0.113.20", "ipv4 203.0.113.21"}},
		{"who attacks", "attackers: 5.8.10.20", []string{"ipv4 5.8.10.20 >"}},
		{"from", "connections from 5.8.10.20", []string{"ipv4 5.8.10.20 >"}},
		{"named an address", "the IP address 5.8.10.20 in version 2", []string{"ipv4 5.8.10.20"}},
		{"a port", "5.8.10.20:22", []string{"ipv4 5.8.10.20"}},
		{"a port in words", "seen 5.8.10.20 port 51122", []string{"ipv4 5.8.10.20"}},
		{"an arrow", "5.8.10.20 -> 203.0.113.9", []string{"ipv4 5.8.10.20 >", "ipv4 203.0.113.9 <"}},
		{"defanged", "5.8.10[.]20", []string{"ipv4 5.8.10.20 > d"}},
		{"alone in the line", "Hello,\n5.8.10.20\n", []string{"ipv4 5.8.10.20"}},
		{"in a list", "blocked 203.0.113.9, 5.8.10.20 and 5.8.10.21", []string{"ipv4 203.0.113.9 >", "ipv4 5.8.10.20 >", "ipv4 5.8.10.21 >"}},
		{"below another", "203.0.113.9  tcp\n5.8.10.20  udp", []string{"ipv4 203.0.113.9", "ipv4 5.8.10.20"}},
		{"it scans", "5.8.10.20 scans us", []string{"ipv4 5.8.10.20 >"}},
		{"it is scanning", "1.2.3.4 is scanning us, 5.8.10.20 has been blocked", []string{"ipv4 1.2.3.4 >", "ipv4 5.8.10.20 >"}},
		{"a program that does good", "4.2.1.3 is the release that blocks it", nil},
		{"a field of JSON", `{"PublicIp": "3.21.40.7"}`, []string{"ipv4 3.21.40.7"}},
		{"nothing speaks of versions", "is 5.8.9.10 yours?", []string{"ipv4 5.8.9.10"}},
		{"hosted at", "version 2 is hosted at 5.8.9.10", []string{"ipv4 5.8.9.10"}},
		{"telephone numbers", "tlf. 87.15.20.44, Durchwahl 71.94.20.33, Kd.-Nr. 100.200.30.4, number 71.94.20.34", nil},
		{"the number of an address", "IP number 71.94.20.33", []string{"ipv4 71.94.20.33"}},
	})
}

func TestGluedSentences(t *testing.T) {
	check(t, []row{
		{"to an address", "it was 203.0.113.5.Thanks", []string{"ipv4 203.0.113.5"}},
		{"in Ukrainian", "наш сервер 203.0.113.5.Просимо", []string{"ipv4 203.0.113.5 <"}},
		{"to a mail address", "it was bob@evil.example.Lo and eve@evil.example.Το", []string{"email bob@evil.example", "domain evil.example /email", "email eve@evil.example"}},
		{"a country's suffix", "on evil.example.com.No more", []string{"domain evil.example.com"}},
		{"to a link", "go to https://evil.example/fr.Thanks now", []string{"url https://evil.example/fr", "domain evil.example /url"}},
		{"a page with a capital", "https://evil.example/Login.Page", []string{"url https://evil.example/Login.Page", "domain evil.example /url"}},
		{"an article", "auf der liste.am besten sperren", nil},
		{"a host that begins with a number", "5.113.0.203.static.example.net", []string{"domain 5.113.0.203.static.example.net"}},
		{"a preposition of Hebrew", "מ-info@evil.example", []string{"email info@evil.example", "domain evil.example /email"}},
	})
}

// TestDigestsOfOtherThings has what has the form of a file's digest and is none.
func TestDigestsOfOtherThings(t *testing.T) {
	const sha1, md5 = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "5d41402abc4b2a76b9719d911017c592"
	const sha256 = "4c01db0b339c8a3d1e5f60718293a4b5c6d7e8f90123456789abcdef01234567"
	check(t, []row{
		{"a commit in the next line", "the last good commit is\n" + sha1, nil},
		{"a key without blanks", "the fingerprint, or without blanks " + sha1, nil},
		{"behind talk of commits", "the commit adds a loader, SHA1 " + sha1, []string{"sha1 " + sha1}},
		{"a dump of Windows", "Administrator:500:aad3b435b51404eeaad3b435b51404ee:" + md5 + ":::", nil},
		{"a serial number", "certificate, Seriennr. " + md5, nil},
		{"a container", "container " + sha256 + " stopped", nil},
		{"a record's identifier", `{"id": "` + md5 + `"}`, nil},
	})
}

func TestNamesOfPrograms(t *testing.T) {
	check(t, []row{
		{"packages in a row", "com.bank.mobile.update, ch.bank.key.secure and org.chat.web.secure", nil},
		{"namespaces", "androidx.core.app jakarta.ws.foundation", nil},
		{"resources", "module.vpc.name steps.build.outputs.id aws_instance.web.id", nil},
		{"a style sheet", ".hero.info, a.btn.active, .col-md.page { color: red }", nil},
		{"the argument of a call", "print(strings.ToUpper(s.info), 3)", nil},
		{"a module of Go", "golang.org/x/net@v0.17.0", []string{"domain golang.org"}},
		{"in a condition", "where users.id = 1", nil},
		{"of Windows", "WScript.Shell ADODB.Stream", nil},
		{"a folder's listing", "19-11-2026  93.812 notes.txt\n19-11-2026  88.400 build.cc", nil},
		{"a container's image", "ghcr.io/acme/build@sha256:0123", []string{"domain ghcr.io"}},
		{"companies and degrees", "Weber & Co.KG, M.Sc. Pia", nil},
		{"AS that is none", "AS400, AS9100 and Nordlys Drift AS 2019", nil},
		{"an expression", `/https?:\/\/a\.evil\.example\/[0-9]{4}/`, []string{"domain a.evil.example > d"}},
	})
}

// TestYours has the roles of what is the reader's.
func TestYours(t *testing.T) {
	check(t, []row{
		{"traced to it", "we traced the scans of our network to a machine of yours: 203.0.113.5", []string{"ipv4 203.0.113.5 >"}},
		{"a host of yours", "203.0.113.9 was hit by a host of yours, 203.0.113.5", []string{"ipv4 203.0.113.9 <", "ipv4 203.0.113.5 >"}},
		{"attacks against it", "attacks against your server 203.0.113.5 from 203.0.113.9", []string{"ipv4 203.0.113.5 <", "ipv4 203.0.113.9 >"}},
		{"behind a comma", "brute force against our mail server, your host 203.0.113.5 does it", []string{"ipv4 203.0.113.5 >"}},
		{"with a flaw", "your server 203.0.113.5 is vulnerable", []string{"ipv4 203.0.113.5 <"}},
		{"a list below a sentence with our host", "our server 203.0.113.1 is attacked by three addresses:\n203.0.113.5\n203.0.113.6", []string{"ipv4 203.0.113.1 <", "ipv4 203.0.113.5 >", "ipv4 203.0.113.6 >"}},
	})
}

// TestThemes has the roles that what a mail is about gives to what nothing else
// speaks of.
func TestThemes(t *testing.T) {
	for _, one := range []struct {
		name string
		in   indicator.Input
		text string
		want []string
	}{
		{"a lure", indicator.Input{Lure: true}, "https://evil.example/login\nThe genuine page is https://bank.example/login", []string{"url https://evil.example/login >", "domain evil.example /url", "url https://bank.example/login", "domain bank.example /url"}},
		{"no lure", indicator.Input{}, "https://evil.example/login", []string{"url https://evil.example/login", "domain evil.example /url"}},
		{"a flaw", indicator.Input{Flaw: true}, "your site shop.example.com (203.0.113.5) has XSS, see https://owasp.org/xss", []string{"domain shop.example.com <", "ipv4 203.0.113.5 <", "url https://owasp.org/xss", "domain owasp.org /url"}},
	} {
		t.Run(one.name, func(t *testing.T) {
			one.in.Texts = []indicator.Text{{Part: "1", Body: one.text}}
			if got := briefs(indicator.Find(one.in)); !slices.Equal(got, one.want) {
				t.Errorf("%q\ngot  %q\nwant %q", one.text, got, one.want)
			}
		})
	}
}
