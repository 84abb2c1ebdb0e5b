package parser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/parser"
	"postern/parser/mime"
)

// FuzzParse checks what must hold for the report of any bytes.
func FuzzParse(f *testing.F) {
	for _, row := range broken {
		if len(row.raw) < 10_000 {
			f.Add([]byte(row.raw))
		}
	}
	for _, row := range shownTexts {
		f.Add([]byte("From: a@example.net\n" + row.raw))
	}
	for _, row := range reporters {
		f.Add([]byte(row.raw))
	}
	for _, row := range labels {
		f.Add([]byte("Subject: " + row.subject + "\n\n" + row.body))
	}
	for _, row := range authentications {
		f.Add([]byte("From: a@example.net\n" + row.header + "\n\nx"))
	}
	f.Add([]byte(arfMail))
	f.Add([]byte(bounceMail))
	e := env()
	e.Limits = parser.Limits{Text: 20_000, Indicators: 50, MIME: mime.Limits{Depth: 6, Parts: 50}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := parser.Parse(context.Background(), bytes.NewReader(raw), int64(len(raw)), e)
		checkReport(t, got, int64(len(raw)), e)
		first, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(parser.Parse(context.Background(), bytes.NewReader(raw), int64(len(raw)), e))
		if !bytes.Equal(first, again) {
			t.Fatal("two readings differ")
		}
		for _, word := range [][]byte{[]byte(`:null`), []byte(`\u0000`)} {
			if bytes.Contains(first, word) {
				t.Fatalf("%s in %s", word, first)
			}
		}
	})
}

func checkReport(t *testing.T, r parser.Report, size int64, e parser.Env) {
	for _, s := range []string{r.Text, r.NewText, r.Subject, r.OuterSubject, r.MessageID, r.Forwarded.From, r.Forwarded.Subject, r.Reporter.Name} {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Fatalf("not clean: %q", s)
		}
	}
	if len(r.Text) > 45*int(e.Limits.Text) || len(r.Indicators) > e.Limits.Indicators {
		t.Fatalf("%d bytes of text, %d indicators", len(r.Text), len(r.Indicators))
	}
	var sizes int64
	for _, a := range r.Attachments {
		sizes += a.Size
		if len(a.SHA256) != 64 {
			t.Fatalf("attachment %+v", a)
		}
	}
	if sizes > int64(e.Limits.MIME.Depth+1)*size { // a saved mail counts beside what is in it
		t.Fatalf("%d bytes of attachments in a mail of %d", sizes, size)
	}
	if r.Date != "" {
		if _, err := time.Parse(time.RFC3339, r.Date); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range map[string]string{"kind": r.Kind, "category": r.Category, "severity": r.Severity} {
		if value == "" || r.Why[key] == "" {
			t.Fatalf("no %s or no reason for it", key)
		}
	}
	if r.Severity == "critical" {
		t.Fatal("only a person says critical")
	}
}
