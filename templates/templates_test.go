package templates_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"postern/templates"
)

var update = flag.Bool("update", false, "write the golden files")

func mails(t *testing.T) *templates.Set {
	t.Helper()
	set, err := templates.Mail()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// full fills every variable there is, bare only those that must be there.
func full(set *templates.Set, name, language string) map[string]any {
	at := time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)
	values := map[string]any{
		"reference": "EX-7KQ4-9MZX", "team": "Example CSIRT", "address": "csirt@example.org",
		"phone": "+00 00 000000", "hours": "Mon-Fri 8-17", "received": templates.When(at, language),
		"their_number": "CERT-AA #48211", "fingerprint": strings.TrimSpace(strings.Repeat("0123 ", 10)),
		"key_ids": []string{"0123456789ABCDEF", "FEDCBA9876543210"}, "name": "Ana",
		"why": "Without this we cannot tell which machine it was.", "done": "The page is gone and the door it came through is closed.",
		"reason": "The mail was a newsletter.", "advice": "You may delete it.",
		"questions": []string{"When did you see it first, and in which time zone is that?", "Which machine was it?"},
	}
	data := map[string]any{}
	for _, v := range set.Variables(name) {
		data[v.Name] = values[v.Name]
	}
	return data
}

func bare(set *templates.Set, name, language string) map[string]any {
	data := full(set, name, language)
	for _, v := range set.Variables(name) {
		switch {
		case v.Optional && v.List:
			data[v.Name] = []string{}
		case v.Optional:
			data[v.Name] = ""
		}
	}
	return data
}

func TestGolden(t *testing.T) {
	set := mails(t)
	for _, name := range set.Names() {
		for _, language := range set.Languages(name) {
			for how, data := range map[string]map[string]any{"full": full(set, name, language), "bare": bare(set, name, language)} {
				t.Run(name+"."+language+"."+how, func(t *testing.T) {
					subject, body, err := set.Render(name, language, data)
					if err != nil {
						t.Fatal(err)
					}
					wellFormed(t, body)
					golden(t, name+"."+language+"."+how+".txt", subject+"\n\n"+body)
				})
			}
		}
	}
}

func wellFormed(t *testing.T, body string) {
	t.Helper()
	for line := range strings.SplitSeq(body, "\n") {
		if n := utf8.RuneCountInString(line); n > templates.Width {
			t.Errorf("line of %d characters: %q", n, line)
		}
		if strings.TrimRight(line, " \t") != line || strings.HasPrefix(line, "From ") {
			t.Errorf("line that relays change: %q", line)
		}
	}
	if strings.Contains(body, "\n\n\n") || strings.Contains(body, "<no value>") || !strings.HasSuffix(body, "\n") {
		t.Errorf("untidy: %q", body)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What an automatic answer must not say, whatever the variables.
func TestAutomaticAnswersKeepSilent(t *testing.T) {
	set := mails(t)
	forbidden := []string{"http", "www.", "reward", "bounty", "belohnung", "prämie", "known", "bekannt", "others", "other report", "weitere meldung",
		"severity", "category", "division", "guarantee", "promise", "versprechen", "click", "log in", "sign in", "<html"}
	for _, name := range []string{"ack", "ack-vulnerability", "ack-peer", "cannot-decrypt", "cannot-decrypt-smime", "encrypted-no-key", "encrypted-smime"} {
		for _, language := range set.Languages(name) {
			subject, body, err := set.Render(name, language, full(set, name, language))
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range forbidden {
				if strings.Contains(strings.ToLower(subject+"\n"+body), word) {
					t.Errorf("%s in %s says %q", name, language, word)
				}
			}
		}
	}
}

func TestAcknowledgementsSayWhatTheyMust(t *testing.T) {
	set := mails(t)
	for _, language := range set.Languages("ack") {
		subject, body, err := set.Render("ack", language, full(set, "ack", language))
		if err != nil {
			t.Fatal(err)
		}
		for _, must := range []string{"EX-7KQ4-9MZX", "2026, 14:05", "UTC", "+00 00 000000", "Mon-Fri 8-17", "Example CSIRT", "csirt@example.org"} {
			if !strings.Contains(body, must) {
				t.Errorf("ack in %s lacks %q", language, must)
			}
		}
		if !strings.HasPrefix(subject, "[EX-7KQ4-9MZX] ") {
			t.Errorf("subject %q", subject)
		}
	}
}

func TestLanguages(t *testing.T) {
	set := mails(t)
	for _, name := range set.Names() {
		for _, language := range []string{"en", "de"} {
			if got := set.Language(name, language); got != language {
				t.Errorf("%s is missing in %s", name, language)
			}
		}
	}
	for asked, want := range map[string]string{"de-AT": "de", "FR": "fr", "es": "es", "ja": "en", "": "en", "../de": "en"} {
		if got := set.Language("ack", asked); got != want {
			t.Errorf("%q: %s, want %s", asked, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	set := mails(t)
	for _, test := range []struct {
		name, template string
		change         func(map[string]any)
		want           error
	}{
		{"no such template", "nack", func(map[string]any) {}, templates.ErrTemplate},
		{"variable not given", "need-info", func(d map[string]any) { delete(d, "why") }, templates.ErrVariable},
		{"variable of the other branch not given", "cannot-decrypt", func(d map[string]any) { delete(d, "fingerprint") }, templates.ErrVariable},
		{"empty where it must not be", "resolved", func(d map[string]any) { d["done"] = " " }, templates.ErrVariable},
		{"empty list", "need-info", func(d map[string]any) { d["questions"] = []string{} }, templates.ErrVariable},
		{"empty item", "need-info", func(d map[string]any) { d["questions"] = []string{""} }, templates.ErrVariable},
		{"text for a list", "need-info", func(d map[string]any) { d["questions"] = "one?" }, templates.ErrVariable},
		{"list for a text", "resolved", func(d map[string]any) { d["done"] = []string{"x"} }, templates.ErrVariable},
		{"neither", "resolved", func(d map[string]any) { d["done"] = time.Now }, templates.ErrVariable},
		{"control character", "resolved", func(d map[string]any) { d["done"] = "a\x1b[2Jb" }, templates.ErrVariable},
		{"text that turns around", "resolved", func(d map[string]any) { d["done"] = "a\u202eb" }, templates.ErrVariable},
		{"carriage return", "resolved", func(d map[string]any) { d["done"] = "a\rb" }, templates.ErrVariable},
		{"invalid UTF-8", "resolved", func(d map[string]any) { d["done"] = "a\xff" }, templates.ErrVariable},
		{"line break in the subject", "ack", func(d map[string]any) { d["reference"] = "EX\nBcc: x@example.net" }, templates.ErrOutput},
		{"too long", "resolved", func(d map[string]any) { d["done"] = strings.Repeat("long ", templates.MaxOutput/5) }, templates.ErrOutput},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := full(set, test.template, "en")
			test.change(data)
			subject, body, err := set.Render(test.template, "en", data)
			if !errors.Is(err, test.want) || subject+body != "" {
				t.Errorf("error %v with %d bytes, want %v with none", err, len(body), test.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	want := map[string]string{"questions": "list", "reference": "", "why": "optional", "name": "optional", "team": "", "address": "", "phone": "optional", "hours": "optional"}
	got := map[string]string{}
	for _, v := range mails(t).Variables("need-info") {
		switch {
		case v.List:
			got[v.Name] = "list"
		case v.Optional:
			got[v.Name] = "optional"
		default:
			got[v.Name] = ""
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, kind := range want {
		if got[name] != kind {
			t.Errorf("%s: %q, want %q", name, got[name], kind)
		}
	}
	if mails(t).Variables("nack") != nil {
		t.Error("variables of a template that is not there")
	}
}

func TestBadTemplatesStopTheStart(t *testing.T) {
	const good = "Subject: {{.a}}\n\n{{.b}}\n"
	for name, files := range map[string]map[string]string{
		"no subject":                    {"en/x.txt": "Hello\n\nbody"},
		"two header lines":              {"en/x.txt": "Subject: x\nBcc: y\n\nbody"},
		"does not parse":                {"en/x.txt": "Subject: x\n\n{{if}}"},
		"calls a function":              {"en/x.txt": "Subject: x\n\n{{printf \"%s\" .a}}"},
		"calls a method":                {"en/x.txt": "Subject: x\n\n{{.a.String}}"},
		"includes a template":           {"en/x.txt": "Subject: x\n\n{{template \"mail\" .}}"},
		"shows everything":              {"en/x.txt": "Subject: x\n\n{{.}}"},
		"everything, by its other name": {"en/x.txt": "Subject: x\n\n{{$}}"},
		"a method of an item":           {"en/x.txt": "Subject: x\n\n{{range $i := .a}}{{$i.String}}{{end}}"},
		"index of a map":                {"en/x.txt": "Subject: x\n\n{{index . \"a\"}}"},
		"only in another language":      {"de/x.txt": good},
		"other variables":               {"en/x.txt": good, "de/x.txt": "Subject: {{.a}}\n\n{{.c}}\n"},
		"must in one, may in other":     {"en/x.txt": good, "de/x.txt": "Subject: {{.a}}\n\n{{if .b}}{{.b}}{{end}}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := templates.Load(tree(files), "mail"); err == nil {
				t.Error("was accepted")
			}
		})
	}
	if _, err := templates.Load(tree(map[string]string{"en/x.txt": good}), "mail"); err != nil {
		t.Error(err)
	}
}

func tree(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range files {
		all["mail/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestWhen(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)
	for language, want := range map[string]string{
		"en": "1 March 2026, 09:05 UTC", "de-CH": "1. März 2026, 09:05 Uhr UTC",
		"fr": "1 mars 2026, 09:05 UTC", "es": "1 de marzo de 2026, 09:05 UTC", "ja": "1 March 2026, 09:05 UTC",
	} {
		if got := templates.When(at, language); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
	if got := templates.When(at.In(time.FixedZone("", 5*3600)), "en"); got != "1 March 2026, 14:05 UTC+05:00" {
		t.Errorf("zone without a name: %q", got)
	}
	if got := templates.When(time.Time{}, "en"); got != "" {
		t.Errorf("no time: %q", got)
	}
}

func TestHours(t *testing.T) {
	for _, c := range []struct{ text, language, want string }{
		{"Mo-Fr 09:00-17:00 Europe/Vienna", "en", "Mon-Fri 09:00-17:00 Europe/Vienna"},
		{"Mo,We,Fr 8:00-12:00", "fr-CA", "lun,mer,ven 8:00-12:00"},
		{"Tuesday-thu 09:00-17:00 America/Monterrey", "es", "mar-jue 09:00-17:00 America/Monterrey"},
		{"Mo-Su 00:00-24:00", "de", "Mo-So 00:00-24:00"},
		{"Sa,Su 10:00-12:00", "ja", "Sat,Sun 10:00-12:00"},
		{"always", "de", "always"}, {"a b", "de", "a b"}, {"", "en", ""},
	} {
		if got := templates.Hours(c.text, c.language); got != c.want {
			t.Errorf("%s: %q, want %q", c.language, got, c.want)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("resolved", "de", "done", "some words")
	f.Add("need-info", "en", "reference", "EX\r\nBcc: x")
	set, err := templates.Mail()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, language, variable, value string) {
		data := full(set, name, language)
		if _, ok := data[variable].([]string); ok {
			data[variable] = strings.Split(value, "\n")
		} else {
			data[variable] = value
		}
		subject, body, err := set.Render(name, language, data)
		if err != nil {
			return
		}
		if strings.ContainsAny(subject, "\r\n") || strings.ContainsAny(body, "\r\x00") || len(body) > 2*templates.MaxOutput {
			t.Errorf("subject %q, body %q", subject, body)
		}
		for line := range strings.SplitSeq(body, "\n") {
			if utf8.RuneCountInString(line) > templates.Width && strings.Contains(strings.TrimLeft(line, "0123456789.-* "), " ") {
				t.Errorf("not wrapped: %q", line)
			}
		}
	})
}
