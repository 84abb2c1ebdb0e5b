package parser_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/parser"
)

const attachedPhish = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n%s\n--b\nContent-Type: message/rfc822\n\n" +
	"From: Bank <evil@example.com>\nTo: ana@example.org\nSubject: Pay\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <phish@example.com>\n\nPay now\n--b--\n"

func withAttached(text string) string { return strings.Replace(attachedPhish, "%s", text, 1) }

var reporters = []struct {
	name, raw string
	want      parser.Reporter
}{
	{"sender", "From: Ana <ana@example.net>\n\nx\n", parser.Reporter{Address: "ana@example.net", Name: "Ana", Via: "from"}},
	{"no From, but Reply-To", "Reply-To: ana@example.net\nSubject: x\n\nx\n", parser.Reporter{Address: "ana@example.net", Via: "from"}},
	{"nobody", "Subject: x\n\nx\n", parser.Reporter{Via: "from"}},
	{
		"our own list keeps the sender", "From: 'Ana' via CSIRT <csirt@example.org>\nX-Original-From: Ana <ana@example.net>\nReply-To: other@example.net\nList-Id: CSIRT <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Name: "Ana", Via: "x-original-from"},
	}, {
		"our own list without that field", "From: 'Ana' via CSIRT <csirt@example.org>\nReply-To: Ana <ana@example.net>\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Name: "Ana", Via: "reply-to"},
	}, {
		"somebody else's list proves nothing", "From: mallory@example.net\nX-Original-From: ana@example.org\nReply-To: ana@example.org\nList-Id: <other.example.net>\n\nx\n",
		parser.Reporter{Address: "mallory@example.net", Via: "from"},
	}, {
		"a sender elsewhere hides nobody behind our list's name", "From: mallory@example.net\nX-Original-From: ana@example.com\nReply-To: ana@example.com\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "mallory@example.net", Via: "from"},
	}, {
		"a list elsewhere that is ours by name", "From: 'Ana' via CSIRT <csirt@lists.example.org>\nX-Original-From: ana@example.net\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Via: "x-original-from"},
	}, {
		"report button with a field", "From: button@example.org\nX-Reporter: Ana <ana@example.org>\n" + withAttached(""),
		parser.Reporter{Address: "ana@example.org", Name: "Ana", Via: "report-button"},
	}, {
		"report button with a line", "From: button@example.org\n" + withAttached("A mail was reported.\nReported by: Ana Example <ana@example.org>\n"),
		parser.Reporter{Address: "ana@example.org", Name: "Ana Example", Via: "report-button"},
	}, {
		"report button in German", "From: button@example.org\n" + withAttached("Gemeldet von: ana@example.org\n"),
		parser.Reporter{Address: "ana@example.org", Via: "report-button"},
	}, {
		"no report button", "From: mallory@example.net\nX-Reporter: ana@example.org\n" + withAttached(""),
		parser.Reporter{Address: "mallory@example.net", Via: "from"},
	}, {
		"headers of the attached mail decide nothing", "From: ana@example.org\n" + withAttached("see"),
		parser.Reporter{Address: "ana@example.org", Via: "from"},
	}, {
		"staff hand on what was sent to us", "From: bo@example.org\nSubject: Fwd: x\n\n-----Original Message-----\nFrom: Cy <cy@example.net>\nTo: csirt@example.org\nSubject: help\n\ntext\n",
		parser.Reporter{Address: "cy@example.net", Name: "Cy", Via: "forward"},
	}, {
		"a stranger cannot name another reporter", "From: mallory@example.net\nSubject: Fwd: x\n\n-----Original Message-----\nFrom: Cy <cy@example.net>\nTo: csirt@example.org\nSubject: help\n\ntext\n",
		parser.Reporter{Address: "mallory@example.net", Via: "from"},
	},
}

func TestReporter(t *testing.T) {
	for _, row := range reporters {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(parse(t, row.raw).Reporter, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

var forwarded = []struct {
	name, raw string
	want      parser.Forwarded
}{
	{
		"attached", "From: ana@example.org\n" + withAttached("see"),
		parser.Forwarded{From: "evil@example.com", To: "ana@example.org", Subject: "Pay", Date: "2026-11-21T10:00:00Z", MessageID: "phish@example.com"},
	}, {
		"inline", "From: ana@example.org\nSubject: Fwd: Pay\n\n---------- Forwarded message ---------\nFrom: Bank <evil@example.com>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nSubject: Pay\nTo: ana@example.org\n\nPay now\n",
		parser.Forwarded{From: "evil@example.com", To: "ana@example.org", Subject: "Pay", Date: "2026-11-21T10:00:00Z"},
	}, {
		"by Outlook in German", "From: ana@example.org\nSubject: WG: Rechnung\n\nVon: Bank <evil@example.com>\nGesendet: Samstag\nAn: Ana\nBetreff: Rechnung\n\nText\n",
		parser.Forwarded{From: "evil@example.com", To: "Ana", Subject: "Rechnung", Date: "Samstag"},
	},
	{"an answer is no forward", "From: ana@example.org\nSubject: RE: x\nIn-Reply-To: <a@example.org>\n\nThanks\n\nFrom: CSIRT\nSent: Saturday\nTo: Ana\nSubject: x\n\nHello\n", parser.Forwarded{}},
	{"nothing", "From: ana@example.org\n\nx\n", parser.Forwarded{}},
}

func TestForwarded(t *testing.T) {
	for _, row := range forwarded {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(parse(t, row.raw).Forwarded, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

var labels = []struct{ name, subject, body, want string }{
	{"none", "x", "text", ""},
	{"subject", "[TLP:AMBER] x", "text", "AMBER"},
	{"subject in lower case", "x tlp: green", "text", "GREEN"},
	{"strict", "TLP:AMBER+STRICT x", "text", "AMBER+STRICT"},
	{"strict with blanks", "TLP: AMBER + STRICT x", "text", "AMBER+STRICT"},
	{"WHITE is CLEAR now", "TLP:WHITE x", "text", "CLEAR"},
	{"line before the content", "x", "TLP:RED\n\nHello,\ntext", "RED"},
	{"decorated line", "x", "*** [ TLP:RED ] ***\n\ntext", "RED"},
	{"line with a word for it", "x", "Classification: TLP:GREEN\n\ntext", "GREEN"},
	{"label inside a sentence", "x", "We treat this as TLP:RED from now on.", ""},
	{"line far below", "x", strings.Repeat("a line of text\n", 20) + "TLP:RED\n", ""},
	{"the stricter wins", "TLP:GREEN x", "TLP:AMBER\n\ntext", "AMBER"},
	{"legend in the text", "x", "TLP:RED\nTLP:AMBER\nTLP:GREEN\nTLP:CLEAR\n\ntext", ""},
	{"legend in the subject", "TLP:RED TLP:AMBER TLP:GREEN", "text", ""},
	{"legend in the text, label in the subject", "TLP:CLEAR x", "TLP:RED\nTLP:AMBER\nTLP:GREEN\nTLP:CLEAR\n", "CLEAR"},
	{"label above a legend", "x", "TLP:GREEN\nTLP:RED means: not for you, TLP:AMBER: few, TLP:CLEAR: all\n", ""},
	{"no label at all", "x", "RED\nTLP\n", ""},
}

func TestTLP(t *testing.T) {
	for _, row := range labels {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, "From: a@example.net\nSubject: "+row.subject+"\n\n"+row.body+"\n")
			if got.TLP != row.want {
				t.Errorf("got %q, want %q", got.TLP, row.want)
			}
			if (got.Why["tlp"] != "") != (row.want != "") {
				t.Errorf("why: %q", got.Why["tlp"])
			}
		})
	}
}

var suggestions = []struct{ name, header, body, kind, category, severity string }{
	{"nothing known", "Subject: hello", "We have a question about your network.", "incident", "other/undetermined", "medium"},
	{"phishing", "Subject: Phishing", "A fake login page of your bank.", "incident", "fraud/phishing", "medium"},
	{"phishing in German", "Subject: Phishing-Mail erhalten", "Eine gefälschte Seite fragt nach Daten.", "incident", "fraud/phishing", "medium"},
	{"scan", "Subject: port scan", "We saw scans from your host.", "incident", "information-gathering/scanner", "low"},
	{"brute force", "Subject: attack", "Failed password for invalid user admin, fail2ban took action.", "incident", "intrusion-attempts/brute-force", "low"},
	{"brute force in German", "Subject: Angriff", "Es gab fehlgeschlagene Anmeldungen, ein Brute-Force-Angriff.", "incident", "intrusion-attempts/brute-force", "low"},
	{"malware", "Subject: Schadsoftware", "Der Rechner ist mit einem Trojaner infiziert.", "incident", "malicious-code/infected-system", "medium"},
	{"ransomware", "Subject: help", "Ransomware on our file server.", "incident", "information-content-security/unauthorised-information-modification", "high"},
	{"ransomware in Polish", "Subject: =?utf-8?q?Zaszyfrowane_pliki?=", "Pliki zostały zaszyfrowane.", "incident", "information-content-security/unauthorised-information-modification", "high"},
	{"a scanner is no scan", "Subject: printer", "Sent from the scanner on floor 3.", "incident", "other/undetermined", "medium"},
	{"typed password", "Subject: help", "I typed my password on that page, it was phishing.", "incident", "fraud/phishing", "high"},
	{"urgent counts for nothing", "Subject: URGENT!!!\nX-Priority: 1", "CRITICAL please answer", "incident", "other/undetermined", "medium"},
	{"vulnerability", "Subject: bounty?", "I found a vulnerability, an SQL injection in your portal.", "vulnerability", "vulnerable/vulnerable-system", "medium"},
	{"police", "Subject: Auskunftsersuchen", "Die Staatsanwaltschaft bittet um Daten.", "request", "other/undetermined", "medium"},
	{"advisory", "Subject: Security Advisory 2026-11", "Several products are affected, update now.", "advisory", "other/undetermined", "low"},
	{"out of office", "Subject: away\nAuto-Submitted: auto-replied", "I am away.", "not-a-report", "other/undetermined", "low"},
	{"quoted words are not the sender's", "Subject: Re: x", "It is all fine again with us here, thank you for your help and have a nice weekend.\n\n> phishing malware scan\n", "incident", "other/undetermined", "medium"},
	{"word inside another word", "Subject: x", "The spamalot show was great.", "incident", "other/undetermined", "medium"},
}

func TestSuggestions(t *testing.T) {
	for _, row := range suggestions {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, "From: a@example.net\n"+row.header+"\n\n"+row.body+"\n")
			have := [3]string{got.Kind, got.Category, got.Severity}
			if want := [3]string{row.kind, row.category, row.severity}; have != want {
				t.Errorf("got %v, want %v", have, want)
			}
			for _, key := range []string{"kind", "category", "severity"} {
				if got.Why[key] == "" {
					t.Errorf("no reason for the %s", key)
				}
			}
		})
	}
}

var authentications = []struct {
	name, header string
	want         parser.Authentication
}{
	{
		"pass", "Authentication-Results: mx.example.org; dkim=pass header.d=example.net; spf=pass smtp.mailfrom=example.net; dmarc=pass header.from=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", SPF: "pass", DMARC: "pass", Aligned: true},
	}, {
		"comments", "Authentication-Results: mx.example.org (our server); dkim=pass (1024-bit; good) header.d=mail.example.net; dmarc=none (p=none)",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", DMARC: "none", Aligned: true},
	}, {
		"signature of somebody else", "Authentication-Results: mx.example.org; dkim=pass header.d=mallory.example.com; dmarc=fail header.from=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", DMARC: "fail"},
	}, {
		"two signatures", "Authentication-Results: mx.example.org; dkim=fail header.d=list.example.com; dkim=pass header.d=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", Aligned: true},
	},
	{
		"results that are no words", "Authentication-Results: mx.example.org; dmarc=\x00\xff; spf=p\xffss; dkim=PASS header.d=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", SPF: "permerror", DMARC: "permerror", Aligned: true},
	},
	{"a server that is not ours", "Authentication-Results: mx.example.com; dkim=pass header.d=example.net", parser.Authentication{}},
	{
		"forged below a foreign one", "Authentication-Results: mx.example.com; dkim=none\nAuthentication-Results: mx.example.org; dkim=pass header.d=example.net",
		parser.Authentication{},
	}, {
		"forged below ours", "Authentication-Results: mx.example.org; dkim=fail header.d=example.net\nAuthentication-Results: mx.example.org; dkim=pass header.d=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "fail"},
	},
	{"two senders are never aligned", "From: b@example.org\nAuthentication-Results: mx.example.org; dkim=pass header.d=example.net", parser.Authentication{By: "mx.example.org", DKIM: "pass"}},
	{
		"a local part with a result of its own", `Authentication-Results: mx.example.org; spf=pass smtp.mailfrom="x; dmarc=pass y"@evil.example; dkim=none`,
		parser.Authentication{By: "mx.example.org", DKIM: "none", SPF: "pass"},
	}, {
		"a signature of a local part's own", `Authentication-Results: mx.example.org; spf=pass smtp.mailfrom="x; dkim=pass header.d=example.net y"@evil.example`,
		parser.Authentication{By: "mx.example.org", SPF: "pass"},
	}, {
		"a comment left by the sender", `Authentication-Results: mx.example.org; spf=pass (domain of x); dmarc=pass (@evil.example permits); dmarc=fail header.from=example.net`,
		parser.Authentication{By: "mx.example.org", SPF: "pass", DMARC: "fail"},
	}, {
		"of two results the worse counts", "Authentication-Results: mx.example.org; dmarc=pass; dkim=pass header.d=example.net; dmarc=fail header.from=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", DMARC: "fail"},
	}, {
		"of two results the one that says less counts", "Authentication-Results: mx.example.org; dmarc=pass; dmarc=none header.from=example.net",
		parser.Authentication{By: "mx.example.org", DMARC: "none"},
	}, {
		"the server read another sender", "Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example",
		parser.Authentication{By: "mx.example.org", DMARC: "fail"},
	}, {
		"a comment without an end", "Authentication-Results: mx.example.org; spf=pass (x(y); dkim=pass header.d=example.net; dmarc=fail header.from=example.net",
		parser.Authentication{By: "mx.example.org", SPF: "pass", DKIM: "pass", DMARC: "fail"},
	}, {
		"a quote without an end", `Authentication-Results: mx.example.org; spf=pass smtp.mailfrom="x@y; dmarc=pass header.from=example.net`,
		parser.Authentication{By: "mx.example.org", SPF: "pass", DMARC: "pass"},
	}, {
		"quoted values", `Authentication-Results: mx.example.org; dkim=pass reason="2048-bit; good" header.d="example.net"`,
		parser.Authentication{By: "mx.example.org", DKIM: "pass", Aligned: true},
	},
	{
		"several fields of one server, above its Received", "Received: from mx.example.org by imap.example.org\nAuthentication-Results: mx.example.org; dmarc=pass header.from=example.net\n" +
			"Authentication-Results: mx.example.org; dkim=pass header.d=example.net\nAuthentication-Results: mx.example.org; spf=softfail smtp.mailfrom=example.net\nReceived: from a.example.net by mx.example.org with ESMTP",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", SPF: "softfail", DMARC: "pass", Aligned: true},
	}, {
		"of one method the topmost field tells", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net; dkim=none\n" +
			"Authentication-Results: mx.example.org; dkim=pass header.d=example.net; dmarc=pass header.from=example.net\nReceived: from a.example.net by mx.example.org",
		parser.Authentication{By: "mx.example.org", DKIM: "none", DMARC: "fail"},
	}, {
		"forged below our Received", "Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=evil.example\nReceived: from evil.example by mx.example.org\n" +
			"Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\nReceived: from a.example.net by mx.example.org",
		parser.Authentication{By: "mx.example.org", SPF: "fail"},
	}, {
		"forged below ours, which stands below our Received", "Received: from evil.example by mx.example.org\nAuthentication-Results: mx.example.org; spf=fail smtp.mailfrom=evil.example\n" +
			"Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\nReceived: from a.example.net by mx.example.org",
		parser.Authentication{By: "mx.example.org", SPF: "fail"},
	}, {
		"ours by name, below another server's Received", "Received: from relay.example.com by mx.example.org\nReceived: from evil.example by relay.example.com\nAuthentication-Results: mx.example.org; dmarc=pass header.from=example.net",
		parser.Authentication{},
	}, {
		"a hoster's Received on top", "Received: from mx.example.org by imap.hoster.example\nAuthentication-Results: mx.example.org; dmarc=pass header.from=example.net\nReceived: from a.example.net by mx.example.org",
		parser.Authentication{By: "mx.example.org", DMARC: "pass", Aligned: true},
	},
	{"with a version", "Authentication-Results: mx.example.org 1; dkim=pass header.d=example.net", parser.Authentication{By: "mx.example.org", DKIM: "pass", Aligned: true}},
	{"with an unknown version", "Authentication-Results: mx.example.org 2; dkim=pass header.d=example.net", parser.Authentication{}},
	{"the name in quotes", `Authentication-Results: "mx.example.org" 1 (x); dkim=pass header.d=example.net`, parser.Authentication{By: "mx.example.org", DKIM: "pass", Aligned: true}},
	{
		"a result that cannot be read hides no other", "Authentication-Results: mx.example.org; spf pass; dkim=pass header.d=example.net; ???; dmarc=fail header.from=example.net",
		parser.Authentication{By: "mx.example.org", DKIM: "pass", DMARC: "fail"},
	},
	{"no name, and no Exchange", exchangeResults, parser.Authentication{}},
	{"nothing was done", "Authentication-Results: mx.example.org; none", parser.Authentication{By: "mx.example.org"}},
	{"rubbish", "Authentication-Results: ;;;", parser.Authentication{}},
}

// exchangeResults are what Exchange Online writes: without a name.
const exchangeResults = "X-MS-Exchange-Organization-AuthSource: a.prod.outlook.com\n" +
	"Received: from b.prod.outlook.com (2001:db8::1) by a.prod.outlook.com (2001:db8::2) with Microsoft SMTP Server id 15.20\n" +
	"Authentication-Results: spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=example.net; dkim=pass (signature was verified) header.d=example.net;dmarc=pass action=none header.from=example.net;compauth=pass reason=100\n" +
	"Received: from mail.example.net (203.0.113.9) by c.mail.protection.outlook.com (198.51.100.9) with Microsoft SMTP Server"

func TestAuthenticationByExchange(t *testing.T) {
	e := env()
	e.TrustedAuthserv = []string{"protection.outlook.com"}
	read := func(header string) parser.Authentication {
		raw := "From: a@example.net\n" + header + "\nSubject: x\n\nx\n"
		return parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e).Authentication
	}
	want := parser.Authentication{By: "protection.outlook.com", DKIM: "pass", SPF: "pass", DMARC: "pass", Aligned: true}
	if diff := cmp.Diff(read(exchangeResults), want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	for name, header := range map[string]string{
		"no field of the organisation": strings.Replace(exchangeResults, "X-MS-Exchange-Organization-AuthSource", "X-Other", 1),
		"below somebody else's server": "Received: from evil.example by relay.example.com\n" + exchangeResults,
		"no Received of Exchange's":    strings.Replace(exchangeResults, "c.mail.protection.outlook.com", "mx.example.com", 1),
		"a look-alike":                 strings.ReplaceAll(exchangeResults, "outlook.com", "evil-outlook.com"),
	} {
		if got := read(header); got != (parser.Authentication{}) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestAuthenticationOfAnInternationalDomain(t *testing.T) {
	got := parse(t, "From: a@b\u00fccher.example\nAuthentication-Results: mx.example.org; dmarc=pass header.from=xn--bcher-kva.example\n\nx\n")
	if !got.Authentication.Aligned {
		t.Errorf("the two forms of one domain are not aligned: %+v", got.Authentication)
	}
}

func TestAuthentication(t *testing.T) {
	for _, row := range authentications {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, "From: a@example.net\n"+row.header+"\nSubject: x\n\nx\n")
			if diff := cmp.Diff(got.Authentication, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

// The words of a phishing mail must not make its victim's report one that nobody answers.
func TestForwardedWordsMakeNoAdvisory(t *testing.T) {
	const advisory = "Security advisory: the affected mailboxes are listed at http://login.evil.example/\n"
	if got := parse(t, "From: cert@example.net\nSubject: Security advisory\n\n"+advisory); got.Kind != "advisory" {
		t.Errorf("an advisory itself: got %q", got.Kind)
	}
	got := parse(t, "From: ana@example.org\nSubject: Fwd: Security advisory\n\nFYI\n\n"+
		"-------- Forwarded Message --------\nSubject: Security advisory\nFrom: it@evil.example\nTo: ana@example.org\n\n"+advisory)
	if got.Kind == "advisory" {
		t.Errorf("a victim's forward: got %q (%s)", got.Kind, got.Why["kind"])
	}
}
