package parser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/pgp"
	"postern/testdata"
)

// goldenMails is how many mails the golden set has at least.
const goldenMails = 150

// TestGolden reads every mail of the golden set. NAME.json beside NAME.eml says
// what a careful person reads in it: only the fields that the mail is about, in
// the form of the report. How it is compared: see expectation.
func TestGolden(t *testing.T) {
	set, env := os.DirFS("../testdata/mail"), goldenEnv(t)
	mails, err := fs.Glob(set, "*/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, mail := range mails {
		t.Run(strings.TrimSuffix(mail, ".eml"), func(t *testing.T) {
			raw, wanted := goldenFile(t, set, mail), goldenFile(t, set, strings.TrimSuffix(mail, ".eml")+".json")
			var want, got any
			if err := json.Unmarshal(wanted, &want); err != nil {
				t.Fatalf("the expectation is no JSON: %v", err)
			}
			report, err := json.Marshal(parser.Parse(context.Background(), bytes.NewReader(raw), int64(len(raw)), env))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(report, &got); err != nil {
				t.Fatal(err)
			}
			for _, fault := range expectation("", got, want) {
				t.Error(fault)
			}
		})
	}
}

// TestGoldenSetExplainsItself: every mail has its line in the folder's README.md
// and its expectation, and nobody real stands in it.
func TestGoldenSetExplainsItself(t *testing.T) {
	set := os.DirFS("../testdata/mail")
	mails, err := fs.Glob(set, "*/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, mail := range mails {
		readme := string(goldenFile(t, set, path.Join(path.Dir(mail), "README.md")))
		if !strings.Contains(readme, "`"+path.Base(mail)+"`") {
			t.Errorf("%s: no line in README.md says why it exists", mail)
		}
	}
	if len(mails)+len(testdata.Mails()) < goldenMails {
		t.Errorf("got %d golden mails and %d samples, want %d together", len(mails), len(testdata.Mails()), goldenMails)
	}
}

func goldenFile(t testing.TB, set fs.FS, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(set, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// goldenEnv is the house that the samples are written for.
func goldenEnv(t testing.TB) parser.Env {
	t.Helper()
	var public []pgp.PublicKey
	for _, name := range []string{"cert-alpha-public.asc", "cert-beta-public.asc", "finder-public.asc"} {
		public = append(public, pgp.PublicKey{Data: testdata.Key(name)})
	}
	ring, err := pgp.NewKeyring([][]byte{testdata.Key("team-secret.asc")}, [][]byte{bytes.TrimSpace(testdata.Key("team.passphrase"))}, public)
	if err != nil {
		t.Fatal(err)
	}
	return parser.Env{
		Keys:            ring,
		ReceivedAt:      time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC),
		OwnPrefixes:     []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/32")},
		OwnDomains:      []string{"example.org"},
		OwnAddresses:    []string{"csirt@example.org", "abuse@example.org", "helpdesk@example.org"},
		OwnLists:        []string{"security.lists.example.org"},
		ReportButtons:   []string{"report-button@example.org"},
		TrustedAuthserv: []string{"mx.example.org"},
	}
}

// expectation compares what was read with what is wanted, and gives a line for
// each difference. Of an object only the keys that are wanted count; lists are
// compared whole and in order. An object with one of these keys asks otherwise:
//
//	{"$has": […]}      a list holds each of these, in any order
//	{"$only": […]}     a list holds each of these and nothing else, in any order
//	{"$lacks": […]}    a list or a text holds none of these
//	{"$contains": […]} a text holds each of these
//	{"$match": "…"}    a text matches this regular expression
func expectation(at string, got, want any) []string {
	switch want := want.(type) {
	case map[string]any:
		return expectObject(at, got, want)
	case []any:
		return expectList(at, got, want)
	}
	if got != want {
		return []string{fmt.Sprintf("%s: got %s, want %s", at, inJSON(got), inJSON(want))}
	}
	return nil
}

func expectObject(at string, got any, want map[string]any) (faults []string) {
	for key, value := range want {
		if rule, ok := expectRules[key]; ok {
			faults = append(faults, rule(at, got, value)...)
			continue
		}
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: got %s, want an object", at, inJSON(got))}
		}
		faults = append(faults, expectation(at+"."+key, object[key], value)...)
	}
	return faults
}

func expectList(at string, got any, want []any) (faults []string) {
	list, ok := got.([]any)
	if !ok || len(list) != len(want) {
		return []string{fmt.Sprintf("%s: got %s, want %d elements: %s", at, inJSON(got), len(want), inJSON(want))}
	}
	for n := range want {
		faults = append(faults, expectation(fmt.Sprintf("%s[%d]", at, n), list[n], want[n])...)
	}
	return faults
}

// expectRules are the questions that are not "equal".
var expectRules = map[string]func(at string, got, want any) []string{
	"$has": func(at string, got, want any) []string { return expectMembers(at, got, want, true) },
	"$only": func(at string, got, want any) []string {
		faults := expectMembers(at, got, want, true)
		if list, _ := got.([]any); len(list) != len(want.([]any)) {
			faults = append(faults, fmt.Sprintf("%s: got %d elements, want only %d: %s", at, len(list), len(want.([]any)), inJSON(got)))
		}
		return faults
	},
	"$lacks": func(at string, got, want any) []string { return expectMembers(at, got, want, false) },
	"$contains": func(at string, got, want any) []string {
		if _, ok := got.(string); !ok {
			return []string{fmt.Sprintf("%s: got %s, want a text", at, inJSON(got))}
		}
		return expectMembers(at, got, want, true)
	},
	"$match": func(at string, got, want any) []string {
		if text, ok := got.(string); !ok || !regexp.MustCompile(want.(string)).MatchString(text) {
			return []string{fmt.Sprintf("%s: got %s, want a match of %s", at, inJSON(got), want)}
		}
		return nil
	},
}

// expectMembers asks that a list, or a text, holds each of want, or none.
func expectMembers(at string, got, want any, present bool) (faults []string) {
	for _, member := range want.([]any) {
		if holds(got, member) != present {
			faults = append(faults, fmt.Sprintf("%s: %s is there: %t, want %t, in %s", at, inJSON(member), !present, present, inJSON(got)))
		}
	}
	return faults
}

func holds(got, member any) bool {
	if text, ok := got.(string); ok {
		part, ok := member.(string)
		return ok && strings.Contains(text, part)
	}
	list, _ := got.([]any)
	for _, element := range list {
		if len(memberFaults(element, member)) == 0 {
			return true
		}
	}
	return false
}

// memberFaults compares plainly; rules stand only outside of the members of a list.
func memberFaults(got, want any) []string {
	object, ok := want.(map[string]any)
	if !ok {
		if inJSON(got) != inJSON(want) {
			return []string{"differs"}
		}
		return nil
	}
	have, _ := got.(map[string]any)
	for key, value := range object {
		if faults := memberFaults(have[key], value); faults != nil {
			return faults
		}
	}
	return nil
}

func inJSON(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // it came from JSON
	return strings.TrimSpace(b.String())
}
