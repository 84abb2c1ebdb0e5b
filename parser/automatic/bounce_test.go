package automatic_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"postern/parser/automatic"
	"postern/parser/mime"
	"postern/testdata"
)

const groups = `Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Original-Envelope-Id: 4711

Original-Recipient: rfc822;bob@example.net
Final-Recipient: rfc822; robert@example.net
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

func TestReadBounce(t *testing.T) {
	recipients := []automatic.Recipient{
		{Address: "robert@example.net", Action: "failed", Status: "5.1.1", Diagnostic: "550 5.1.1 no such user"},
		{Address: "eve@example.net", Action: "delayed", Status: "4.4.1"},
	}
	exim := []automatic.Recipient{{Address: "a@example.net", Action: "failed"}, {Address: "b@example.net", Action: "failed"}}
	qmail := []automatic.Recipient{{Address: "bob@example.net", Action: "failed", Diagnostic: "Sorry, no mailbox here by that name. (#5.1.1)"}}
	for _, r := range []struct {
		name, mail, id string
		want           []automatic.Recipient
		none           bool
	}{
		{"whole mail returned", strings.Replace(groups, "RETURNED", "Content-Type: message/rfc822\n\nMessage-ID: <our-1@example.org>\nSubject: x\n\nText", 1), "our-1@example.org", recipients, false},
		{"header returned", strings.Replace(groups, "RETURNED", "Content-Type: text/rfc822-headers\n\nSubject: x\nMESSAGE-ID: <our-2@example.org>\n", 1), "our-2@example.org", recipients, false},
		{"nothing returned", strings.Replace(groups, "--b\nRETURNED\n", "", 1), "", recipients, false},
		{"Exim", "X-Failed-Recipients: a@example.net, b@example.net\n\nFailed.\n\n------ This is a copy ------\n\nMessage-ID: <our-3@example.org>\n", "our-3@example.org", exim, false},
		{"qmail", "Return-Path: <>\n\nHi. This is the qmail-send program at example.net.\nI gave up.\n\n<bob@example.net>:\nSorry, no mailbox here\nby that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <our-4@example.org>\n\n<eve@example.net>:\nno\n", "our-4@example.org", qmail, false},
		{"a person quotes qmail", "Return-Path: <bob@example.net>\n\nHi. This is the qmail-send program.\n\n<bob@example.net>:\nSorry\n", "", nil, true},
		{"a person's mail", "From: bob@example.net\n\nHello\n", "", nil, true},
		{"forwarded by a person", attachedBounce, "", nil, true},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := automatic.ReadBounce(read(r.mail))
			if ok == r.none || got.OriginalMessageID != r.id || !slices.Equal(got.Recipients, r.want) {
				t.Errorf("got %v %+v\nwant %v %s %+v", ok, got, !r.none, r.id, r.want)
			}
		})
	}
	if _, ok := automatic.ReadBounce(nil); ok {
		t.Error("got a bounce of nothing")
	}
}

func TestABounceOfThousandsIsCut(t *testing.T) {
	mail := "Content-Type: message/delivery-status\n\n" + strings.Repeat("Final-Recipient: rfc822; x@example.net\nAction: failed\n\n", 15_000)
	got, ok := automatic.ReadBounce(read(mail))
	if !ok || len(got.Recipients) != automatic.MaxRecipients {
		t.Errorf("got %v and %d recipients, want %d", ok, len(got.Recipients), automatic.MaxRecipients)
	}
}

// TestSamples says for each sample mail whether it is a program's.
func TestSamples(t *testing.T) {
	programs := map[string]string{
		"bounce.eml": "bounce", "mailing-list.eml": "list", "out-of-office.eml": "auto-reply",
		"newsletter-junk.eml": "bulk", "read-receipt.eml": "receipt",
	}
	for _, sample := range testdata.Mails() {
		root, _ := mime.Read(context.Background(), strings.NewReader(string(sample.Data)), int64(len(sample.Data)), mime.Limits{})
		got := automatic.Judge(automatic.Input{
			Header: root.Header, Root: root, Subject: root.Subject(),
			OwnLists: []string{"security.example.org"}, OwnAddresses: []string{"csirt@example.org", "security@example.org"},
		})
		if got.Kind != programs[sample.Name] || got.MayAnswer != (programs[sample.Name] == "") {
			t.Errorf("%s: got %+v, want kind %q", sample.Name, got, programs[sample.Name])
		}
	}
}

// FuzzJudge holds what must be true of any mail: a program's mail has a kind and
// a reason and is not answered, and a bounce names recipients in bounds.
func FuzzJudge(f *testing.F) {
	for _, sample := range testdata.Mails() {
		f.Add(sample.Data)
	}
	f.Add([]byte(strings.ReplaceAll(groups, "\n", "\r\n")))
	f.Add([]byte("Return-Path: <>\r\n\r\nHi. This is the qmail-send program\r\n\r\n<a@b>:\r\nno\r\n"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		root, _ := mime.Read(context.Background(), strings.NewReader(string(mail)), int64(len(mail)), mime.Limits{})
		got := automatic.Judge(automatic.Input{Header: root.Header, Root: root, Subject: root.Subject()})
		if got.Is && (got.Kind == "" || got.Reason == "" || got.MayAnswer) {
			t.Fatalf("got %+v", got)
		}
		bounce, ok := automatic.ReadBounce(root)
		if len(bounce.Recipients) > automatic.MaxRecipients || !ok && len(bounce.Recipients) > 0 {
			t.Fatalf("got %v and %d recipients", ok, len(bounce.Recipients))
		}
	})
}
