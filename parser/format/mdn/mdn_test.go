package mdn_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/parser/format"
	"postern/parser/format/mdn"
	"postern/parser/mime"
)

func detect(mail string) (format.Detected, bool) {
	mail = strings.ReplaceAll(mail, "\n", "\r\n")
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return mdn.Detect(root, "")
}

const receipt = `In-Reply-To: <a1@example.org>
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Read.
--b
Content-Type: message/disposition-notification

FIELDS
--b--
`

func TestDetect(t *testing.T) {
	const fields = "Final-Recipient: rfc822;bob@example.net\nOriginal-Message-ID: <our-1@example.org>\nDisposition: manual-action/MDN-sent-manually; displayed\n"
	for _, r := range []struct {
		name, mail, id string
		ok, valid      bool
	}{
		{"displayed", strings.Replace(receipt, "FIELDS", fields, 1), "our-1@example.org", true, true},
		{"internationalised", strings.Replace(strings.Replace(receipt, "FIELDS", fields, 1), "message/disp", "message/global-disp", 1), "our-1@example.org", true, true},
		{"without the mail it is about", strings.Replace(receipt, "FIELDS", "Disposition: automatic-action; deleted", 1), "a1@example.org", true, true},
		{"without a disposition", strings.Replace(receipt, "FIELDS", "Final-Recipient: rfc822;bob@example.net", 1), "a1@example.org", true, false},
		{"without a part", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nRead.\n--b--\n", "", true, false},
		{"forwarded", "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nlook\n--o\nContent-Type: message/rfc822\n\n" + receipt + "--o--\n", "", false, false},
		{"beside a person's words", strings.Replace(strings.Replace(receipt, "FIELDS", fields, 1), "report; report-type=disposition-notification", "mixed", 1), "", false, false},
		{"a person's", "Subject: hello\n\nHello\n", "", false, false},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := detect(r.mail)
			if ok != r.ok || got.Valid != r.valid || got.Bounce.OriginalMessageID != r.id || ok && !got.Valid && len(got.Problems) == 0 {
				t.Errorf("got %v %+v, want %+v", ok, got, r)
			}
		})
	}
	got, _ := detect(strings.Replace(receipt, "FIELDS", fields, 1))
	if got.Fields["disposition"] != "manual-action/MDN-sent-manually; displayed" || got.Fields["final-recipient"] != "rfc822;bob@example.net" {
		t.Errorf("got fields %v", got.Fields)
	}
	if _, ok := mdn.Detect(nil, ""); ok {
		t.Error("got a receipt of nothing")
	}
}

// TestRefused: a filter that refused a mail says so in a notification that is no
// receipt; what a program deletes unread was not refused.
func TestRefused(t *testing.T) {
	const fields = "Final-Recipient: rfc822; bob@example.net\nOriginal-Message-ID: <our-1@example.org>\nDisposition: automatic-action/MDN-sent-automatically; deleted\n"
	for _, r := range []struct{ name, text, want string }{
		{"full", "Your message was automatically rejected by Dovecot Mail Delivery Agent.\n\nThe following reason was given:\n\nMailbox is full\n", "bob@example.net failed 5.2.2 Mailbox is full"},
		{"not wanted", "Your message was automatically rejected by Sieve, a mail\nfiltering language.\n\nThe following reason was given:\nNo mail from you,\nplease.", "bob@example.net failed 5.7.1 No mail from you, please."},
		{"unread", "Your message was deleted without being read.", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			mail := strings.ReplaceAll(strings.Replace(receipt, "FIELDS", fields, 1), "\n", "\r\n")
			root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
			d, _ := mdn.Detect(root, r.text)
			got := ""
			for _, who := range d.Bounce.Recipients {
				got += who.Address + " " + who.Action + " " + who.Status + " " + who.Diagnostic
			}
			if got != r.want || d.Bounce.OriginalMessageID != "our-1@example.org" {
				t.Errorf("got %q of %q", got, d.Bounce.OriginalMessageID)
			}
		})
	}
}

// FuzzDetect holds that what is valid says what happened, and the rest why not.
func FuzzDetect(f *testing.F) {
	f.Add("Disposition: x\n\ny: z")
	f.Add(": \n Disposition\n")
	f.Add("Final-Recipient: rfc822;a@b.example\nDisposition: x; deleted\nX: automatically rejected reason was given: full\n")
	f.Fuzz(func(t *testing.T, fields string) {
		mail := strings.Replace(receipt, "FIELDS", fields, 1)
		root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
		got, ok := mdn.Detect(root, fields)
		for _, who := range got.Bounce.Recipients {
			if !utf8.ValidString(who.Address+who.Diagnostic) || who.Status == "" {
				t.Fatalf("got %+v", who)
			}
		}
		if _, says := got.Fields["disposition"]; ok && got.Valid != says || ok && !got.Valid && len(got.Problems) == 0 {
			t.Fatalf("got %+v", got)
		}
	})
}
