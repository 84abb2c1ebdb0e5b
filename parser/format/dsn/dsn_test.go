package dsn_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/dsn"
	"postern/parser/mime"
	"postern/testdata"
)

// detect reads a mail whose lines end in LF; the first text part is its shown text.
func detect(mail string) (format.Detected, bool) {
	mail = strings.ReplaceAll(mail, "\n", "\r\n")
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return dsn.Detect(root, shown(root))
}

func shown(root *mime.Part) (text string) {
	root.Walk(func(p *mime.Part) bool {
		if text == "" && p.Leaf() && p.Type == "text/plain" {
			text, _ = p.Text(0)
		}
		return !p.Message()
	})
	return text
}

const groups = `Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Original-Envelope-Id: 4711

Original-Recipient: rfc822;bob@example.net
Final-Recipient: rfc822; robert@Example.NET
Action: Failed
Status: 5.1.1 (no such user)
Diagnostic-Code: smtp; 550 5.1.1
 no such user

Original-Recipient: rfc822;eve@example.net
Action: delayed
Status: 4.4.1
--b
RETURNED
--b--
`

func TestStructured(t *testing.T) {
	recipients := []format.Recipient{
		{Address: "robert@example.net", Action: "failed", Status: "5.1.1", Diagnostic: "550 5.1.1 no such user"},
		{Address: "eve@example.net", Action: "delayed", Status: "4.4.1"},
	}
	for _, r := range []struct{ name, returned, id string }{
		{"whole mail returned", "Content-Type: message/rfc822\n\nMessage-ID: <our-1@example.org>\nSubject: x\n\nText", "our-1@example.org"},
		{"header returned", "Content-Type: text/rfc822-headers\n\nSubject: x\nMESSAGE-ID: <our-2@example.org>\n", "our-2@example.org"},
		{"folded", "Content-Type: text/rfc822-headers\n\nMessage-ID:\n <our-3@example.org>\n", "our-3@example.org"},
		{"named in words", "Content-Type: text/rfc822-headers\n\nMessage-ID d'origine : <our-4@example.org>\n", "our-4@example.org"},
		{"words without brackets", "Content-Type: text/rfc822-headers\n\nThe message-id is: unknown@example.org\n", ""},
		{"nothing returned", "", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(strings.Replace(groups, "RETURNED", r.returned, 1))
			if !ok || !got.Valid || got.Bounce.OriginalMessageID != r.id || !slices.Equal(got.Bounce.Recipients, recipients) {
				t.Errorf("got %v %+v\nwant %s %+v", ok, got, r.id, recipients)
			}
			if got.Fields["reporting-mta"] != "dns; mx.example.net" || got.Fields["original-envelope-id"] != "4711" {
				t.Errorf("got fields %v", got.Fields)
			}
		})
	}
}

// TestFields reads one group in the forms that servers give it.
func TestFields(t *testing.T) {
	for _, r := range []struct {
		name, group string
		want        format.Recipient
	}{
		{"brackets", "Final-Recipient: rfc822; <a@b.example>\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1"}},
		{"no type", "Final-Recipient: a@b.example\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1"}},
		{"quoted local part", "Final-Recipient: rfc822; \"a b\"@c.example\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: `"a b"@c.example`, Action: "failed", Status: "5.1.1"}},
		{"xtext", "Original-Recipient: rfc822; a+2Bb+3Dc@d.example\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a+b=c@d.example", Action: "failed", Status: "5.1.1"}},
		{"a plus that is its owner's", "Original-Recipient: rfc822; a+41@d.example\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a+41@d.example", Action: "failed", Status: "5.1.1"}},
		{"local account, original known", "Original-Recipient: rfc822; a@b.example\nFinal-Recipient: local; a\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1"}},
		{"no status, enhanced code said", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.7.1 no", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.7.1", Diagnostic: "550 5.7.1 no"}},
		{"no status, reply and words", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; 550 No such user", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1", Diagnostic: "550 No such user"}},
		{"no status, reply alone", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; 554 Transaction failed", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.0.0", Diagnostic: "554 Transaction failed"}},
		{"no status, nothing clear", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: x-local; sorry", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.0.0", Diagnostic: "sorry"}},
		{"no action", "Final-Recipient: rfc822; a@b.example\nStatus: 4.2.2", format.Recipient{Address: "a@b.example", Action: "delayed", Status: "4.2.2"}},
		{"an address is no status", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; 550 host 5.1.1.9 says no such user", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1", Diagnostic: "550 host 5.1.1.9 says no such user"}},
		{"a version is no status", "Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; 552 mailbox full, Postfix 2.5.1", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.2.2", Diagnostic: "552 mailbox full, Postfix 2.5.1"}},
		{"blank line inside", "Final-Recipient: rfc822; a@b.example\n\nAction: failed\nStatus: 5.1.1", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1"}},
		{"stated wins over said", "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.1.1 x", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.2.1", Diagnostic: "550 5.1.1 x"}},
		{"a status that says nothing gives way to a code", "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 x", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.1.1", Diagnostic: "550 5.1.1 x"}},
		{"and to none of another class", "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 4.2.2 x", format.Recipient{Address: "a@b.example", Action: "failed", Status: "5.0.0", Diagnostic: "450 4.2.2 x"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect("Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n" + r.group + "\n")
			if !ok || !slices.Equal(got.Bounce.Recipients, []format.Recipient{r.want}) {
				t.Errorf("got  %+v\nwant %+v", got.Bounce.Recipients, r.want)
			}
		})
	}
}

// TestWords reads notices without fields; "address status" is what is wanted of each recipient.
func TestWords(t *testing.T) {
	const daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: csirt@example.org\nSubject: failure notice\n\n"
	for _, r := range []struct {
		name, mail string
		want       []string
	}{
		{"qmail", daemon + "Hi. This is the qmail-send program at example.net.\nI gave up.\n\n<bob@example.net>:\nSorry, no mailbox here\nby that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n<eve@example.net>:\nno\n", []string{"bob@example.net failed 5.1.1"}},
		{"a reason right above", daemon + "Reason: no such user.\n<bob@example.net>\n\nReason: the mailbox is full.\n<eve@example.net>\n", []string{"bob@example.net failed 5.1.1", "eve@example.net failed 5.2.2"}},
		{"the reason above is another's", daemon + "<bob@example.net>\nNo such user.\n<eve@example.net>\nSorry.\n", []string{"bob@example.net failed 5.1.1", "eve@example.net failed 5.0.0"}},
		{"the sender was refused", daemon + "<bob@example.net>:\n550 Sender address rejected: Domain not found\n", []string{"bob@example.net failed 5.1.8"}},
		{"a server that says unknown is not unknown", daemon + "<bob@example.net>:\nRemote host said: 550 unknown\n", []string{"bob@example.net failed 5.0.0"}},
		{"listed is no word for unknown", daemon + "<bob@example.net>:\n554 address 192.0.2.25 is listed at a blocklist\n", []string{"bob@example.net failed 5.7.1"}},
		{"a type before the address", daemon + "Recipient: [SMTP:bob@example.net]\nReason: 550 5.1.1 no\n", []string{"bob@example.net failed 5.1.1"}},
		{"Exim without words", "X-Failed-Recipients: a@example.net, b@example.net\n\nFailed.\n", []string{"a@example.net failed 5.0.0", "b@example.net failed 5.0.0"}},
		{"reason before all recipients", daemon + "Your message could not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    a@example.net\n    b@example.net\n", []string{"a@example.net failed 5.1.1", "b@example.net failed 5.1.1"}},
		{"reason behind all recipients", daemon + "These addresses failed:\n\n  a@example.net\n  b@example.net\n\nReason: 552 5.2.2 mailbox full\n", []string{"a@example.net failed 5.2.2", "b@example.net failed 5.2.2"}},
		{"key and value", daemon + "Your message cannot be delivered to the following recipients:\n\n  Recipient address: a@example.net\n  Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 <a@example.net> unknown\n", []string{"a@example.net failed 5.1.1"}},
		{"a sentence in Portuguese", daemon + "A sua mensagem não foi entregue para a@example.net porque a caixa de correio cheia.\n", []string{"a@example.net failed 5.2.2"}},
		{"a table", daemon + "The following recipients could not be reached\n\na@example.net       550 No such user here\nb@example.net       452 Mailbox full\n", []string{"a@example.net failed 5.1.1", "b@example.net failed 4.2.2"}},
		{"the sender in a server's answer", daemon + "<mel@example.net>: host mx.example.net[203.0.113.55] said: 554 5.7.1\n    <csirt@example.org>: Sender address rejected (in reply to RCPT TO command)\n", []string{"mel@example.net failed 5.7.1"}},
		{"the sender and the postmaster do not count", daemon + "Dear csirt@example.org,\nundeliverable: mail from csirt@example.org to a@example.net (user unknown).\nQuestions: please write to postmaster@mx.example.net or help@example.net.\n", []string{"a@example.net failed 5.1.1"}},
		{"X.400 and the like", daemon + "Your message was not delivered to:\n  c=de;a=x;p=y;o=z;s=nobody\nbecause: unable to route\n", nil},
		{"the subject of the mail in a sentence", daemon + "The message, \"Your report\" could not be delivered to: a@example.net\n", []string{"a@example.net failed 5.0.0"}},
		{"taken for spam", daemon + "Your message to <a@example.net> was considered unsolicited bulk e-mail.\n\nDelivery of the email was stopped!\n", []string{"a@example.net failed 5.7.1"}},
		{"a link holds an at sign", daemon + "Could not be delivered, see https://example.net/@help/550 for reasons\n", nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, _ := detect(r.mail)
			var list []string
			for _, recipient := range got.Bounce.Recipients {
				list = append(list, recipient.Address+" "+recipient.Action+" "+recipient.Status)
			}
			if !slices.Equal(list, r.want) {
				t.Errorf("got  %q\nwant %q\n%+v", list, r.want, got.Bounce.Recipients)
			}
		})
	}
}

// TestNoNotice has mails of people and programs that only look like notices.
func TestNoNotice(t *testing.T) {
	status := strings.TrimPrefix(groups, "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n")
	for _, r := range []struct{ name, mail string }{
		{"a person's mail", "From: bob@example.net\n\nHello\n"},
		{"a person quotes qmail", "Return-Path: <bob@example.net>\nFrom: bob@example.net\n\nHi. This is the qmail-send program.\n\n<bob@example.net>:\nSorry\n"},
		{"a person asks about a bounce", "From: bob@example.net\nSubject: Undelivered mail\n\nI get this:\n\n<a@example.net>: 550 5.1.1 user unknown\n"},
		{"a person answers a bounce", "From: bob@example.net\nSubject: Re: Undeliverable: x\n\n> This is the mail system at host mx.example.net.\n> <a@example.net>: 550 5.1.1 user unknown\n"},
		{"forwarded as attachment", "From: bob@example.net\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nI got this.\n--o\nContent-Type: message/rfc822\n\nReturn-Path: <>\n" + groups + "--o--\n"},
		{"a status beside a person's words", "From: bob@example.net\nContent-Type: multipart/mixed; boundary=b\n" + status},
		{"an absence with a null sender", "Return-Path: <>\nFrom: bob@example.net\nSubject: Out of office\n\nI am away. Write to eve@example.net.\n"},
		{"postmaster writes about bounces", "From: postmaster@example.net\nSubject: Delivery problem with your domain\n\nDear colleagues,\n\nour mail to a@example.org was rejected:\n\n<a@example.org>: 550 5.7.1 blocked\n\nPlease have a look.\n"},
		{"a list's warning to a member", "Return-Path: <>\nFrom: news-help@example.net\nSubject: ezmlm warning\n\nHi! This is the ezmlm program. I'm managing the\nnews@example.net mailing list.\n\nMessages to you from the news mailing list seem to\nhave been bouncing.\n"},
		{"postmaster writes himself", "From: postmaster@example.net\nSubject: your server\n\nYour server sends mail to a@example.net all day. Please stop it.\n"},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got, ok := detect(r.mail); ok {
				t.Errorf("got %+v", got)
			}
		})
	}
	if _, ok := dsn.Detect(nil, ""); ok {
		t.Error("got a notice of nothing")
	}
}

func TestABounceOfThousandsIsCut(t *testing.T) {
	for _, r := range []struct{ name, mail string }{
		{"fields", "Content-Type: message/delivery-status\n\n" + strings.Repeat("Final-Recipient: rfc822; xN@example.net\nAction: failed\n\n", 6_000)},
		{"words", "Return-Path: <>\nSubject: failure notice\n\n" + strings.Repeat("<xN@example.net>: 550 5.1.1 no\n", 6_000)},
	} {
		t.Run(r.name, func(t *testing.T) {
			var b strings.Builder
			for n, piece := range strings.Split(r.mail, "N@") {
				if n > 0 {
					b.WriteString(strings.Repeat("a", n%200) + string(rune('a'+n%26)) + "@")
				}
				b.WriteString(piece)
			}
			got, ok := detect(b.String())
			if !ok || len(got.Bounce.Recipients) != dsn.MaxRecipients || !hasProblem(got, dsn.CodeCut) {
				t.Errorf("got %v, %d recipients, problems %v", ok, len(got.Bounce.Recipients), got.Problems)
			}
		})
	}
}

func hasProblem(d format.Detected, code string) bool {
	return slices.ContainsFunc(d.Problems, func(p mime.Problem) bool { return p.Code == code })
}

// TestWorstWords are notices made to cost time: each must end soon, which the
// test's own deadline would tell.
func TestWorstWords(t *testing.T) {
	const daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: failure notice\n\n"
	for _, r := range []struct{ name, body string }{
		{"only at signs", strings.Repeat("@", 1<<20)},
		{"quotes and at signs", strings.Repeat(`"a"@`, 200_000)},
		{"one line of addresses", strings.Repeat("a@b.example,", 100_000)},
		{"codes", strings.Repeat("5.1.", 200_000)},
		{"replies", strings.Repeat("550 5.1.1 <a@b.example>\n", 40_000)},
		{"recipients without reasons", strings.Repeat("<a@b.example>\n\n", 40_000)},
		{"sections", strings.Repeat("<a@b.example>\n"+strings.Repeat("x y z\n", 39), 500)},
	} {
		t.Run(r.name, func(t *testing.T) {
			if got, _ := detect(daemon + r.body); len(got.Bounce.Recipients) > dsn.MaxRecipients {
				t.Errorf("got %d recipients", len(got.Bounce.Recipients))
			}
		})
	}
}

// FuzzDetect holds what must be true of any mail: recipients are in bounds, each
// once, and what stands in them is one line of valid text.
func FuzzDetect(f *testing.F) {
	for _, sample := range testdata.Mails() {
		if strings.Contains(string(sample.Data), "deliver") {
			f.Add(sample.Data)
		}
	}
	f.Add([]byte(strings.ReplaceAll(groups, "\n", "\r\n")))
	f.Add([]byte("Return-Path: <>\r\nSubject: failure notice\r\n\r\n<a@b.example>:\r\n550 5.1.1 no\r\n\"c d\"@e.example: full\r\n--- copy of the\r\nMessage-ID: <x@y>\r\n"))
	f.Add([]byte("X-Failed-Recipients: a@b.example,\r\n\r\n>>> RCPT TO:<a@b.example>\r\n<<< 452 4.2.2 full\r\n"))
	actions := []string{"", "failed", "delayed", "delivered", "relayed", "expanded"}
	f.Fuzz(func(t *testing.T, mail []byte) {
		root, _ := mime.Read(context.Background(), strings.NewReader(string(mail)), int64(len(mail)), mime.Limits{})
		got, ok := dsn.Detect(root, shown(root))
		if !ok && len(got.Bounce.Recipients) > 0 || len(got.Bounce.Recipients) > dsn.MaxRecipients {
			t.Fatalf("got %v and %d recipients", ok, len(got.Bounce.Recipients))
		}
		seen := map[string]bool{}
		for _, r := range got.Bounce.Recipients {
			if key := strings.ToLower(r.Address); seen[key] || key == "" {
				t.Fatalf("got %q twice or empty", key)
			}
			seen[strings.ToLower(r.Address)] = true
			if !slices.Contains(actions, r.Action) || strings.ContainsAny(r.Address+r.Status+r.Diagnostic, "\r\n") {
				t.Fatalf("got %+v", r)
			}
		}
	})
}
