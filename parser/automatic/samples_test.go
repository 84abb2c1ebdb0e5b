package automatic_test

import (
	"context"
	"strings"
	"testing"

	"postern/parser/mime"
	"postern/testdata"
)

// TestSamples says for each sample mail whether it is a program's.
func TestSamples(t *testing.T) {
	programs := map[string]string{
		"bounce.eml": "bounce", "mailing-list.eml": "list", "out-of-office.eml": "auto-reply",
		"newsletter-junk.eml": "bulk", "read-receipt.eml": "receipt", "arf-complaint.eml": "machine-report",
	}
	for _, sample := range testdata.Mails() {
		root, _ := mime.Read(context.Background(), strings.NewReader(string(sample.Data)), int64(len(sample.Data)), mime.Limits{})
		got := judgeTree(root, "")
		if got.Kind != programs[sample.Name] || got.MayAnswer != (programs[sample.Name] == "") {
			t.Errorf("%s: got %+v, want kind %q", sample.Name, got, programs[sample.Name])
		}
	}
}

// FuzzJudge holds what must be true of any mail: a program's mail has a kind and
// a reason and is not answered, and a refusal to answer has a reason.
func FuzzJudge(f *testing.F) {
	for _, sample := range testdata.Mails() {
		f.Add(sample.Data)
	}
	f.Add([]byte("Return-Path: <>\r\nAuto-Submitted: auto-replied; x=(\r\nX-Autoreply: \xff\r\nList-Id: <\r\n\r\nI am out of the office\r\n"))
	f.Add([]byte("X-ServiceNow-Generated: true\r\nAuto-Submitted: auto-generated\r\nSubject: Re: x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		root, _ := mime.Read(context.Background(), strings.NewReader(string(mail)), int64(len(mail)), mime.Limits{})
		got := judgeTree(root, "")
		if got.Is && (got.Kind == "" || got.MayAnswer) || !got.MayAnswer && got.Reason == "" {
			t.Fatalf("got %+v", got)
		}
	})
}
