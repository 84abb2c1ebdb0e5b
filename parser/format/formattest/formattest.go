// Package formattest has what the tests of all formats share: mails made of a
// few words, and what must be true of anything a detector says.
package formattest

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/parser/format"
	"postern/parser/mime"
)

// Read makes the tree of a mail whose lines end in LF or CRLF.
func Read(mail string) *mime.Part {
	mail = strings.ReplaceAll(strings.ReplaceAll(mail, "\r\n", "\n"), "\n", "\r\n")
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return root
}

// Attached makes a mail with one attachment of that type beside a line of text.
func Attached(mediaType, body string) *mime.Part {
	return Read("Subject: report\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: " + mediaType + "\n\n" + body + "\n--b--\n")
}

// Codes gives the codes of the problems, in order.
func Codes(d format.Detected) []string {
	codes := []string{}
	for _, problem := range d.Problems {
		codes = append(codes, problem.Code)
	}
	return codes
}

// Check holds what must be true of what any detector says about any mail: it is
// bounded, can be written as JSON, is clean text without null, its times and
// roles are what the report promises, and what is invalid says why.
func Check(t *testing.T, d format.Detected, ok bool) {
	t.Helper()
	switch {
	case d.Valid && !ok:
		t.Fatal("valid without a claim")
	case ok && !d.Valid && len(d.Problems) == 0:
		t.Fatal("invalid without a problem")
	case ok && !d.Valid && len(d.Incidents) > 0:
		t.Fatal("incidents of an invalid report")
	case len(d.Incidents) > format.MaxIncidents || len(d.Words) > format.MaxWords:
		t.Fatalf("%d incidents and %d words", len(d.Incidents), len(d.Words))
	}
	for _, incident := range d.Incidents {
		checkIncident(t, incident)
	}
	for _, named := range d.Named {
		if named.Value == "" || !utf8.ValidString(named.Value) || !role(named.Role) && named.Role != "" {
			t.Fatalf("named %+v", named)
		}
	}
	written, err := json.Marshal([]any{d.Fields, d.Incidents, d.Problems})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`:null`, `\u0000`} {
		if ok && bytes.Contains(written, []byte(bad)) {
			t.Fatalf("%s in %s", bad, written)
		}
	}
}

func checkIncident(t *testing.T, incident format.Incident) {
	t.Helper()
	if incident.Sources == nil || incident.Targets == nil || incident.Endpoints == nil || incident.Fields == nil {
		t.Fatalf("a list is nil in %+v", incident)
	}
	if at, err := time.Parse(time.RFC3339, incident.Time); incident.Time != "" && (err != nil || at.Location() != time.UTC) {
		t.Fatalf("time %q", incident.Time)
	}
	if incident.Category != "" && format.RSIT(incident.Category) != incident.Category {
		t.Fatalf("%q is no category of RSIT", incident.Category)
	}
	for _, end := range incident.Endpoints {
		if !role(end.Role) || end.Zone != format.ZoneStated && end.Zone != format.ZoneAssumed || end.Port < 0 || end.Port > 65535 || end.Address == "" {
			t.Fatalf("endpoint %+v", end)
		}
	}
	for _, value := range append(append([]string{incident.Description}, incident.Sources...), incident.Targets...) {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			t.Fatalf("unclean %q", value)
		}
	}
}

func role(name string) bool { return name == "source" || name == "target" }
