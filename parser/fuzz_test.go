package parser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"regexp"
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
		if nullMember.Match(first) {
			t.Fatalf("null in %s", first)
		}
	})
}

// nullMember is a member without a value; in a text its quote has a backslash before it.
var nullMember = regexp.MustCompile(`[^\\]":null`)

func checkReport(t *testing.T, r parser.Report, size int64, e parser.Env) {
	checkText(t, "report", reflect.ValueOf(r))
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

// checkText demands that every string in a value is valid UTF-8 without NUL.
func checkText(t *testing.T, place string, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Fatalf("%s is no clean text: %q", place, s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			checkText(t, place+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			checkText(t, place+"[]", v.Index(i))
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			checkText(t, place+" name", name)
			checkText(t, place+"."+name.String(), v.MapIndex(name))
		}
	case reflect.Interface, reflect.Pointer:
		checkText(t, place, v.Elem())
	}
}
