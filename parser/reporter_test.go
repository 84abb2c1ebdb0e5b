package parser_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/parser"
)

// inline is a mail that a client forwarded in its text.
func inline(header, words, from, to string) string {
	return header + "\nSubject: Fwd: help\n\n" + words + "\n\n---------- Forwarded message ---------\nFrom: " + from + "\nDate: Sat, 21 Nov 2026 at 10:00\nSubject: help\nTo: " + to + "\n\ntext\nReported by: ceo@example.org\n"
}

// attachedTo is a mail with one attached that was sent to somebody.
func attachedTo(header, to string) string {
	return header + "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\n--b\nContent-Type: message/rfc822\n\nFrom: evil@example.com\n" + to + "\nSubject: Pay\n\nPay\nReported by: ceo@example.org\n--b--\n"
}

// handedOn are mails that our own people pass on. Who is taken for the reporter
// decides whom an answer goes to: a suspect must never be.
var handedOn = []struct {
	name, raw string
	want      parser.Reporter
}{
	{
		"help desk hands on a stranger's report", inline("From: bo@example.org", "For you.", "Cy <cy@example.net>", "csirt@example.org"),
		parser.Reporter{Address: "cy@example.net", Name: "Cy", Via: "forward"},
	}, {
		"our address among others", inline("From: bo@example.org", "", "cy@example.net", "Team <team@example.com>, CSIRT <csirt@example.org>"),
		parser.Reporter{Address: "cy@example.net", Via: "forward"},
	}, {
		"a reporting address hands on, whatever it says", inline("From: abuse@example.org", "A customer got phishing:", "cy@example.net", "abuse@example.org"),
		parser.Reporter{Address: "cy@example.net", Via: "forward"},
	}, {
		"attached", attachedTo("From: bo@example.org", "To: csirt@example.org"), parser.Reporter{Address: "evil@example.com", Via: "forward"},
	},
	{"an employee got phishing", inline("From: ana@example.org", "", "Bank <evil@example.com>", "ana@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"an employee got phishing as attachment", attachedTo("From: ana@example.org", "To: ana@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"it was sent to her and to us", inline("From: ana@example.org", "", "evil@example.com", "csirt@example.org, Ana@Example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"she calls it what it is", inline("From: ana@example.org", "This looks like phishing.", "evil@example.com", "csirt@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"she calls it so in German", inline("From: ana@example.org", "Diese Mail ist verdächtig", "evil@example.com", "csirt@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{
		"she calls it so in the subject", strings.Replace(inline("From: ana@example.org", "", "evil@example.com", "csirt@example.org"), "Subject: Fwd: help", "Subject: Spam? Fwd: help", 1),
		parser.Reporter{Address: "ana@example.org", Via: "from"},
	}, {
		"what the stranger's subject says is not hers", strings.ReplaceAll(inline("From: bo@example.org", "", "cy@example.net", "csirt@example.org"), "help", "phishing page on your server"),
		parser.Reporter{Address: "cy@example.net", Via: "forward"},
	},
	{"our name in a stranger's address is not ours", inline("From: ana@example.org", "", "evil@example.com", `"csirt@example.org" <x@example.com>`), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"an address that only holds ours", inline("From: ana@example.org", "", "evil@example.com", "notcsirt@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
	{"nobody reads the sender's address", inline("From: bo@example.org", "", "no-reply@shop.example", "csirt@example.org"), parser.Reporter{Address: "bo@example.org", Via: "from"}},
	{"two senders inside", inline("From: bo@example.org", "", "cy@example.net, evil@example.com", "csirt@example.org"), parser.Reporter{Address: "bo@example.org", Via: "from"}},
	{"a forged colleague", inline("From: bo@example.org\nAuthentication-Results: mx.example.org; dmarc=fail header.from=example.org", "", "victim@example.net", "csirt@example.org"), parser.Reporter{Address: "bo@example.org", Via: "from"}},
	{"two senders outside", inline("From: bo@example.org, mallory@example.net", "", "cy@example.net", "csirt@example.org"), parser.Reporter{Address: "bo@example.org", Via: "from"}},
	{"a stranger cannot name another reporter", inline("From: mallory@example.net", "", "victim@example.net", "csirt@example.org"), parser.Reporter{Address: "mallory@example.net", Via: "from"}},
	{
		"an add-in in her own name", strings.Replace(attachedTo("From: ana@example.org\nSubject: [Phish Alert] Pay", "To: csirt@example.org"), "--b\nContent-Type: m", "--b\nContent-Disposition: attachment; filename=phish_alert_sp2.eml\nContent-Type: m", 1),
		parser.Reporter{Address: "ana@example.org", Via: "from"},
	},
	{"Microsoft's button in her own name", attachedTo("From: ana@example.org\nSubject: 3|Pay", "To: csirt@example.org"), parser.Reporter{Address: "ana@example.org", Via: "from"}},
}

// buttons are mails of report buttons that send for a person.
var buttons = []struct {
	name, raw string
	want      parser.Reporter
}{
	{"a field with another name", attachedTo("From: button@example.org\nX-PhishProduct-Reporter-Email: ana@example.org", "To: x@example.org"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"a name and an address in brackets", "From: button@example.org\n" + withAttached("Reported by: Ana Example (ana@example.org)\n"), parser.Reporter{Address: "ana@example.org", Name: "Ana Example", Via: "report-button"}},
	{"a row of a table", "From: button@example.org\n" + withAttached("Subject\tPay\nReporter\tAna Example <ana@example.org>\nFolder\tInbox\n"), parser.Reporter{Address: "ana@example.org", Name: "Ana Example", Via: "report-button"}},
	{"a row of a table drawn with bars", "From: button@example.org\n" + withAttached("| Reporter email | ana@example.org |\n"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"the value on the next line", "From: button@example.org\n" + withAttached("Reported by:\nana@example.org\n"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"a sentence", "From: button@example.org\n" + withAttached("Ana Example (ana@example.org) has reported a suspicious mail.\n"), parser.Reporter{Address: "ana@example.org", Name: "Ana Example", Via: "report-button"}},
	{"a sentence the other way round", "From: button@example.org\n" + withAttached("This message was reported by ana@example.org on 21 November.\n"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"a link on the address", "From: button@example.org\n" + withAttached("Reporter: ana@example.org <mailto:ana@example.org>\n"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"French", "From: button@example.org\n" + withAttached("Signalé par : Ana <ana@example.org>\n"), parser.Reporter{Address: "ana@example.org", Name: "Ana", Via: "report-button"}},
	{"data as text", "From: button@example.org\n" + withAttached(`{"event":"report","reporter":{"displayName":"Ana Example","email":"ana@example.org"}}`), parser.Reporter{Address: "ana@example.org", Name: "Ana Example", Via: "report-button"}},
	{
		"data as a file", strings.Replace("From: button@example.org\n"+withAttached(""), "--b\nContent-Type: m", "--b\nContent-Type: application/json\n\n{\"details\":{\"reported_by\":\"ana@example.org\"}}\n--b\nContent-Type: m", 1),
		parser.Reporter{Address: "ana@example.org", Via: "report-button"},
	},
	{"Reply-To", attachedTo("From: button@example.org\nReply-To: Ana <ana@example.org>", "To: x@example.org"), parser.Reporter{Address: "ana@example.org", Name: "Ana", Via: "report-button"}},
	{"nobody is named: whom the mail was sent to", attachedTo("From: button@example.org", "To: Ana <ana@example.org>"), parser.Reporter{Address: "ana@example.org", Name: "Ana", Via: "report-button"}},
	{"nobody is named: whom the mail was delivered to", attachedTo("From: button@example.org", "Delivered-To: ana@example.org\nTo: all@example.com"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"two recipients are nobody", attachedTo("From: button@example.org", "To: ana@example.org, bo@example.org"), parser.Reporter{Address: "button@example.org", Via: "from"}},
	{"a recipient elsewhere is nobody", attachedTo("From: button@example.org", "To: victim@example.net"), parser.Reporter{Address: "button@example.org", Via: "from"}},
	{"what the reported mail says decides nothing", inline("From: button@example.org", "A mail was reported.", "evil@example.com", "ana@example.org"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"two people on the line", "From: button@example.org\n" + withAttached("Reported by: bo@example.org, cy@example.org\n"), parser.Reporter{Address: "ana@example.org", Via: "report-button"}},
	{"a button without a mail", "From: button@example.org\nReply-To: ana@example.org\n\nYour licence ends.\n", parser.Reporter{Address: "button@example.org", Via: "from"}},
}

// groups are mails through lists, ours and others'.
var groups = []struct {
	name, raw string
	want      parser.Reporter
}{
	{
		"Google keeps X-Original-Sender", "From: 'Ana' via CSIRT <csirt@example.org>\nX-Original-Sender: ana@example.net\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Name: "Ana", Via: "reply-to"},
	}, {
		"Mailman moved her to Cc", "From: Ana Example via CSIRT <csirt@lists.example.org>\nReply-To: CSIRT <csirt@lists.example.org>\nCc: Bo <bo@example.net>, Ana Example <ana@example.net>\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Name: "Ana Example", Via: "reply-to"},
	}, {
		"our list leaves From as it is", "From: Ana <ana@example.org>\nX-Original-From: other@example.net\nReply-To: csirt@lists.example.org\nList-Id: <csirt.lists.example.org>\n\nx\n",
		parser.Reporter{Address: "ana@example.org", Name: "Ana", Via: "from"},
	}, {
		"a list elsewhere rewrote From", "From: Ana via Other <other@lists.example.com>\nReply-To: Ana <ana@example.net>\nList-Id: <other.lists.example.com>\n\nx\n",
		parser.Reporter{Address: "other@lists.example.com", Name: "Ana via Other", Via: "from"},
	}, {
		"a queue of ours", "From: Ana via RT <csirt@example.org>\nRT-Originator: ana@example.net\nRT-Ticket: example.org #17\n\nx\n",
		parser.Reporter{Address: "ana@example.net", Via: "x-original-from"},
	}, {
		"a queue elsewhere", "From: Ana via RT <rt@example.net>\nRT-Originator: victim@example.com\nRT-Ticket: example.net #17\n\nx\n",
		parser.Reporter{Address: "rt@example.net", Name: "Ana via RT", Via: "from"},
	},
}

func TestWhoReports(t *testing.T) {
	for _, row := range append(append(append(handedOn[:0:0], handedOn...), buttons...), groups...) {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, row.raw)
			if diff := cmp.Diff(got.Reporter, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
			if (got.Why["reporter"] != "") != (row.want.Via != "from") {
				t.Errorf("why: %q", got.Why["reporter"])
			}
		})
	}
}

// FuzzForwarded checks that whatever stands in a mail names nobody else than
// its sender, unless the sender is one of ours.
func FuzzForwarded(f *testing.F) {
	for _, row := range handedOn {
		f.Add(row.raw)
	}
	for _, row := range groups {
		f.Add(row.raw)
	}
	for _, row := range forwarded {
		f.Add(row.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		_, raw, _ = strings.Cut(raw, "\n")   // the sender
		raw = strings.TrimLeft(raw, " \t\r") // would go on with the sender's line
		mail := "From: Mallory <mallory@example.net>\n" + raw
		got := parser.Parse(context.Background(), strings.NewReader(mail), int64(len(mail)), env())
		alone := len(got.From) == 1 && got.From[0].Address == "mallory@example.net" // a broken next line goes on with the sender's
		if alone && (got.Reporter.Address != "mallory@example.net" || got.Reporter.Via != "from") {
			t.Fatalf("a stranger's mail names %+v", got.Reporter)
		}
		for _, s := range []string{got.Forwarded.From, got.Forwarded.To, got.Forwarded.Subject, got.Forwarded.Date, got.Forwarded.MessageID, got.Reporter.Name} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") {
				t.Fatalf("not one line: %q", s)
			}
		}
	})
}

// A button's mail with many lines and names must cost one pass.
func TestLongButtonMail(t *testing.T) {
	var b strings.Builder
	for n := range 20_000 {
		fmt.Fprintf(&b, "User %d: a@b.example, c@d.example\n", n)
	}
	got := parse(t, "From: button@example.org\n"+withAttached(b.String()))
	if got.Reporter.Address != "ana@example.org" {
		t.Errorf("got %+v", got.Reporter)
	}
}
