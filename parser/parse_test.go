package parser_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/parser"
	"postern/parser/mime"
)

// env is an organisation for the tests.
func env() parser.Env {
	return parser.Env{
		ReceivedAt:      time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC),
		OwnDomains:      []string{"example.org"},
		OwnAddresses:    []string{"csirt@example.org", "abuse@example.org"},
		OwnLists:        []string{"csirt.lists.example.org"},
		ReportButtons:   []string{"button@example.org"},
		TrustedAuthserv: []string{"mx.example.org"},
	}
}

func parse(t testing.TB, raw string) parser.Report {
	t.Helper()
	return parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), env())
}

func codes(r parser.Report) string {
	var list []string
	seen := map[string]bool{}
	for _, p := range r.Problems {
		if !seen[p.Code] {
			seen[p.Code] = true
			list = append(list, p.Code)
		}
	}
	return strings.Join(list, " ")
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// broken are mails that the desks in use lose, cut or show empty. Each keeps its text.
var broken = []struct{ name, raw, text, problems string }{
	{"NUL in the body", "From: a@example.net\n\nbefore\x00 after\n", "before after", "nul-bytes"},
	{"8-bit header without a charset", "From: a@example.net\nSubject: gr\xfc\xdfe\n\ntext\n", "text", "unknown-charset"},
	{"invalid UTF-8", "From: a@example.net\nContent-Type: text/plain; charset=utf-8\n\ngr\xfc\xdfe\n", "grüße", "wrong-charset"},
	{"multipart without boundary", "From: a@example.net\nContent-Type: multipart/mixed\n\nall is text\n", "all is text", "missing-boundary broken-boundary"},
	{"no From", "Subject: x\n\ntext\n", "text", ""},
	{"no header", "just some text\nof two lines\n", "just some text\nof two lines", "no-header"},
	{"nothing", "", "", "no-header"},
	{"mbox line first", "From x@example.net Sat Nov 21 10:00:00 2026\nFrom: a@example.net\nSubject: x\n\ntext\n", "text", ""},
	{"From that is no address", "From: Ana\n\ntext\n", "text", "bad-address"},
	{"two From fields", "From: a@example.net\nFrom: b@example.net\n\ntext\n", "text", "repeated-field several-senders"},
	{"header of 1 MB", "From: a@example.net\nX: " + strings.Repeat("y", 1<<20) + "\n\ntext\n", "text", "header-too-large"},
	{"base64 with a footer", "From: a@example.net\nContent-Transfer-Encoding: base64\n\ndGV4dA==\n\n--\nlist footer\n", "text\n--\nlist footer", "broken-encoding"},
}

func TestParseKeepsBrokenMail(t *testing.T) {
	for _, row := range broken {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, row.raw)
			if got.Text != row.text {
				t.Errorf("text: got %q, want %q", got.Text, row.text)
			}
			if codes(got) != row.problems {
				t.Errorf("problems: got %q, want %q", codes(got), row.problems)
			}
		})
	}
}

func TestOldDateIsOddOnlyWhereTheReceiptIsKnown(t *testing.T) {
	raw := "From: a@example.net\nDate: Tue, 3 Nov 2015 09:00:00 +0000\n\ntext\n"
	for undated, want := range map[bool]string{false: "odd-date", true: ""} {
		env := parser.Env{ReceivedAt: time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC), Undated: undated}
		got := parser.Parse(t.Context(), strings.NewReader(raw), int64(len(raw)), env)
		if codes(got) != want {
			t.Errorf("undated %t: got %q, want %q", undated, codes(got), want)
		}
	}
}

var shownTexts = []struct {
	name, raw, text string
	attachments     []string // name or type of each
}{
	{
		"the plain one of two alternatives",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain words\n--b\nContent-Type: text/html\n\n<p>a page\n--b--\n",
		"plain words", nil,
	}, {
		"the page when the plain one says nothing",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nUse another program.\n--b\nContent-Type: text/html\n\n<p>" + strings.Repeat("many words ", 20) + "\n--b--\n",
		strings.TrimSpace(strings.Repeat("many words ", 20)), nil,
	}, {
		"the page when the plain one is empty",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\nContent-Type: text/html\n\n<p>a page\n--b--\n",
		"a page", nil,
	}, {
		"a page with pictures",
		"Content-Type: multipart/related; boundary=b; start=\"<root>\"\n\n--b\nContent-Type: image/png; name=p.png\nContent-Disposition: inline\n\nx\n--b\nContent-Type: text/html\nContent-ID: <root>\n\n<p>a page\n--b--\n",
		"a page", []string{"p.png"},
	}, {
		"an alternative in several pieces",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain words\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>one\n--c\nContent-Type: application/pdf; name=a.pdf\n\nx\n--c\nContent-Type: text/html\n\n<p>two\n--c--\n--b--\n",
		"plain words", []string{"a.pdf"},
	}, {
		"texts side by side",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Disposition: attachment; filename=log.txt\n\nlog\n--b\n\ntwo\n--b--\n",
		"one\n\ntwo", []string{"log.txt"},
	}, {
		"the text of an attached mail is not the mail's",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nmine\n--b\nContent-Type: message/rfc822\n\nSubject: s\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ntheirs\n--c\nContent-Type: application/zip; name=x.zip\n\nz\n--c--\n--b--\n",
		"mine", []string{"text/plain", "x.zip"},
	}, {
		"flowed text",
		"Content-Type: text/plain; format=flowed\n\nhello \nworld\n", "hello world", nil,
	}, {
		"signed mail",
		"Content-Type: multipart/signed; boundary=b; protocol=\"application/x\"\n\n--b\n\nwords\n--b\nContent-Type: application/x; name=sig\n\ns\n--b--\n",
		"words", []string{"sig"},
	}, {
		"a file and no text",
		"Content-Type: application/pdf; name=a.pdf\n\nx\n", "", []string{"a.pdf"},
	},
}

func TestParseShowsOneText(t *testing.T) {
	for _, row := range shownTexts {
		t.Run(row.name, func(t *testing.T) {
			got := parse(t, "From: a@example.net\n"+row.raw)
			if got.Text != row.text {
				t.Errorf("text: got %q, want %q", got.Text, row.text)
			}
			var names []string
			for _, a := range got.Attachments {
				if a.Name == "" {
					a.Name = a.Type
				}
				names = append(names, a.Name)
			}
			if diff := cmp.Diff(names, row.attachments); diff != "" {
				t.Errorf("attachments (-got +want):\n%s", diff)
			}
		})
	}
}

func TestAttachmentsAreHashedDecoded(t *testing.T) {
	got := parse(t, "From: a@example.net\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\nContent-Disposition: inline\n\naGVs\nbG8=\n--b--\n")
	want := []parser.Attachment{{Name: "a.zip", Type: "application/zip", Size: 5, SHA256: digest("hello"), Inline: true}}
	if diff := cmp.Diff(got.Attachments, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

// A mail of nothing has lists, and so has every other: clients of the JSON
// never meet null.
func TestListsAreNeverNull(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "text": "From: a@example.net\n\ntext\n",
		"arf": arfMail, "bounce": bounceMail,
	} {
		octets, err := json.Marshal(parse(t, raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.Contains(string(octets), "null") {
			t.Errorf("%s: %s", name, octets)
		}
	}
}

const arfMail = `From: feedback@example.net
To: abuse@example.org
Subject: FW: spam
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1.0
Version: 1
Source-IP: 192.0.2.1

--b
Content-Type: message/rfc822

From: spammer@example.com
Subject: Buy
Message-ID: <spam@example.com>

Buy now
--b--
`

const bounceMail = `From: MAILER-DAEMON@example.net
Return-Path: <>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ana@example.net
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

From: csirt@example.org
Message-ID: <ours@example.org>

text
--b--
`

func TestBounce(t *testing.T) {
	got := parse(t, bounceMail)
	if got.Bounce.OriginalMessageID != "ours@example.org" || len(got.Bounce.Recipients) != 1 || got.Bounce.Recipients[0].Address != "ana@example.net" {
		t.Errorf("bounce: got %+v", got.Bounce)
	}
	if !got.NullSender || got.Format != "dsn" || got.Kind != "not-a-report" || got.Forwarded != (parser.Forwarded{}) {
		t.Errorf("got null sender %v, format %s, kind %s, forwarded %+v", got.NullSender, got.Format, got.Kind, got.Forwarded)
	}
}

func TestARF(t *testing.T) {
	got := parse(t, arfMail)
	if got.Format != "arf" || !got.Valid || got.Kind != "incident" || got.Severity != "low" {
		t.Errorf("got format %s, valid %v, kind %s, severity %s", got.Format, got.Valid, got.Kind, got.Severity)
	}
	if got.Category != "abusive-content/spam" || len(got.Incidents) != 1 {
		t.Errorf("got category %s and %d incidents", got.Category, len(got.Incidents))
	}
	if got.Forwarded.MessageID != "spam@example.com" || got.Forwarded.From != "spammer@example.com" {
		t.Errorf("forwarded: got %+v", got.Forwarded)
	}
}

func TestHeaderFields(t *testing.T) {
	got := parse(t, "From: =?utf-8?q?Andr=C3=A9?= <a@example.net>\nTo: csirt@example.org\nCc: b@example.net, c@example.net\nReply-To: r@example.net\n"+
		"Subject: =?utf-8?q?caf=C3=A9?=\nDate: Sat, 21 Nov 2026 10:00:00 EST\nMessage-ID: <m@example.net>\nIn-Reply-To: <i@example.org>\nReferences: <r1@example.org> <i@example.org>\n\ntext\n")
	type address = mime.Address
	want := parser.Report{
		MessageID: "m@example.net", InReplyTo: []string{"i@example.org"}, References: []string{"r1@example.org", "i@example.org"},
		Date: "2026-11-21T10:00:00-05:00", Subject: "café", OuterSubject: "café",
		From: []address{{Name: "André", Address: "a@example.net"}}, ReplyTo: []address{{Address: "r@example.net"}},
		To: []address{{Address: "csirt@example.org"}}, Cc: []address{{Address: "b@example.net"}, {Address: "c@example.net"}},
	}
	have := parser.Report{
		MessageID: got.MessageID, InReplyTo: got.InReplyTo, References: got.References, Date: got.Date, Subject: got.Subject,
		OuterSubject: got.OuterSubject, From: got.From, ReplyTo: got.ReplyTo, To: got.To, Cc: got.Cc,
	}
	if diff := cmp.Diff(have, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestIndicatorsOfEveryText(t *testing.T) {
	got := parse(t, "From: a@example.net\nSubject: attack on 192.0.2.77\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nsee the page\n"+
		"--c\nContent-Type: text/html\n\n<a href=\"https://login.bad-site.example/x\">page</a>\n--c--\n--b\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nfrom 198.51.100.9\n--b--\n")
	found := map[string]bool{}
	for _, i := range got.Indicators {
		found[i.Value] = true
	}
	for _, want := range []string{"192.0.2.77", "https://login.bad-site.example/x", "198.51.100.9"} {
		if !found[want] {
			t.Errorf("%s is missing from %v", want, got.Indicators)
		}
	}
}

func TestTooManyIndicators(t *testing.T) {
	e := env()
	e.Limits.Indicators = 3
	raw := "From: a@example.net\n\n192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5\n"
	got := parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
	if len(got.Indicators) > 3 || codes(got) != "too-many-indicators" {
		t.Errorf("got %d indicators, problems %q", len(got.Indicators), codes(got))
	}
}

func TestTextLimitCoversAllPartsTogether(t *testing.T) {
	e := env()
	e.Limits.Text = 100
	part := "--b\n\n" + strings.Repeat("word ", 15) + "\n"
	raw := "From: a@example.net\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat(part, 50) + "--b--\n"
	got := parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), e)
	if len(got.Text) > 200 || !strings.Contains(codes(got), "text-truncated") {
		t.Errorf("got %d bytes of text, problems %q", len(got.Text), codes(got))
	}
}

func TestEndedContextGivesAReport(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	raw := "From: a@example.net\nSubject: x\n\ntext\n"
	got := parser.Parse(ctx, strings.NewReader(raw), int64(len(raw)), env())
	if !strings.Contains(codes(got), "work-limit") || got.Attachments == nil || got.Kind == "" {
		t.Errorf("problems %q", codes(got))
	}
}

func TestEmptyEnv(t *testing.T) {
	got := parser.Parse(context.Background(), strings.NewReader(arfMail), int64(len(arfMail)), parser.Env{})
	if got.Format != "arf" || got.Crypto.Protocol != "none" {
		t.Errorf("got format %s, protocol %s", got.Format, got.Crypto.Protocol)
	}
}
