package mdn_test

import (
	"context"
	"strings"
	"testing"

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

// FuzzDetect holds that what is valid says what happened, and the rest why not.
func FuzzDetect(f *testing.F) {
	f.Add("Disposition: x\n\ny: z")
	f.Add(": \n Disposition\n")
	f.Fuzz(func(t *testing.T, fields string) {
		got, ok := detect(strings.Replace(receipt, "FIELDS", fields, 1))
		if _, says := got.Fields["disposition"]; ok && got.Valid != says || ok && !got.Valid && len(got.Problems) == 0 {
			t.Fatalf("got %+v", got)
		}
	})
}
