package acns_test

import (
	"strings"
	"testing"

	"postern/parser/format"
	"postern/parser/format/acns"
	"postern/parser/format/formattest"
)

const least = "<Infringement><Case><ID>1</ID></Case><Source><TimeStamp>2026-11-20T10:00:00Z</TimeStamp><IP_Address>192.0.2.1</IP_Address>\n<Port>6881</Port><Type>P2P</Type></Source>" +
	"<Content><Item><Title>A &amp; B</Title></Item></Content></Infringement>"

// TestDamage reads what mailers leave of a notice.
func TestDamage(t *testing.T) {
	for _, r := range []struct {
		name, text string
		codes      []string
	}{
		{"whole", least, nil},
		{"prolog", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + least, nil},
		{"prefix", strings.NewReplacer("</", "</a:", "<", "<a:").Replace(least), nil},
		{"bare &", strings.Replace(least, "&amp;", "&", 1), []string{"acns-repaired"}},
		{"bare <", strings.Replace(least, "A &amp; B", "1 < 2", 1), []string{"acns-repaired"}},
		{"no end", strings.TrimSuffix(least, "</Infringement>"), []string{"acns-repaired"}},
		{"element without end", strings.Replace(least, "</Source>", "", 1), []string{"acns-repaired"}},
		{"end without beginning", strings.Replace(least, "<Type>P2P", "P2P", 1), []string{"acns-repaired"}},
		{"name wrapped", strings.Replace(least, "</IP_Address>", "</IP_Ad\ndress>", 1), []string{"acns-repaired"}},
		{"value wrapped", strings.Replace(least, "192.0.2.1<", "192.0.\n2.1<", 1), nil},
		{"time wrapped", strings.Replace(least, "T10:", "T10:\n", 1), nil},
		{"attribute of quoted-printable", strings.Replace(least, "<Infringement>", "<Infringement xmlns=3D\"http://www.acns.net/ACNS\">", 1), []string{"acns-repaired"}},
		{"quoted mail", "> " + strings.ReplaceAll(strings.ReplaceAll(strings.Replace(least, "</Case>", "</Case>\n", 1), "</Source>", "</Source></x>\n"), "\n", "\n> "), []string{"acns-repaired"}},
		{"entity of HTML", strings.Replace(least, "&amp;", "&nbsp;", 1), []string{"acns-repaired"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := acns.Detect(formattest.Read("Subject: x\n\nwords"), "Dear all,\n\n"+r.text+"\n\nBye\n")
			if !ok || !got.Valid || strings.Join(formattest.Codes(got), " ") != strings.Join(r.codes, " ") {
				t.Fatalf("got %v %v %v, want %v", ok, got.Valid, got.Problems, r.codes)
			}
			one := got.Incidents[0]
			if len(got.Incidents) != 1 || one.Sources[0] != "192.0.2.1" || one.Time != "2026-11-20T10:00:00Z" || one.Endpoints[0].Port != 6881 || got.Category != "fraud/copyright" {
				t.Errorf("got %+v", got.Incidents)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	for _, r := range []struct {
		name, text string
		ok, valid  bool
	}{
		{"words", "an infringement of <Infringement> kind", false, false},
		{"markers alone", "----Start ACNS XML\nnothing\n----End ACNS XML\n", true, false},
		{"marker in a sentence", "look for Start ACNS XML in it", false, false},
		{"no source", "<Infringement><Case><ID>1</ID></Case></Infringement>", true, false},
		{"page instead of an address", "<Infringement><Source><Type>Web</Type></Source><Content><Item><URL>http://www.example.org/f</URL></Item></Content></Infringement>", true, true},
		{"no time", strings.Replace(least, "2026-11-20T10:00:00Z", "", 1), true, true},
		{"time without zone", strings.Replace(least, "00Z", "00", 1), true, true},
		{"bad port", strings.Replace(least, "6881", "many", 1), true, true},
		{"other message", "<NoticeAck><ID>1</ID></NoticeAck>", false, false},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := acns.Detect(nil, r.text)
			if ok != r.ok || got.Valid != r.valid {
				t.Errorf("got %v %v %v", ok, got.Valid, got.Problems)
			}
			formattest.Check(t, got, ok)
		})
	}
}

func TestHostile(t *testing.T) {
	source := "<Source><TimeStamp>2026-11-20T10:00:00Z</TimeStamp><IP_Address>192.0.2.1</IP_Address></Source>"
	for _, r := range []struct{ name, text string }{
		{"deep", strings.Replace(least, "<Content>", strings.Repeat("<a>", 100_000), 1)},
		{"twenty thousand sources", strings.Replace(least, "<Content>", strings.Repeat(source, 20_000)+"<Content>", 1)},
		{"ends without beginning", strings.Replace(least, "</Case>", "</Case>"+strings.Repeat("</b>", 200_000), 1)},
		{"many beginnings of a notice", strings.Repeat("<Infringement> ", 100_000) + least},
		{"many signs", strings.Replace(least, "A &amp; B", strings.Repeat("<<&=3D\n", 200_000), 1)},
		{"entities", "<!DOCTYPE x [<!ENTITY a \"b\">]>" + strings.Replace(least, "&amp;", strings.Repeat("&a;", 100_000), 1)},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, ok := acns.Detect(nil, r.text)
			formattest.Check(t, got, ok)
			if !ok || len(got.Incidents) > format.MaxIncidents {
				t.Errorf("got %v and %d incidents", ok, len(got.Incidents))
			}
		})
	}
}

func FuzzDetect(f *testing.F) {
	f.Add(least)
	f.Add("----Start ACNS XML\n" + strings.ReplaceAll(least, "</", "</\n") + "\n----End ACNS XML")
	f.Add("<Infringement><Source><IP_Address>=\n1</IP_Address><Port>&x;</Port>")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := acns.Detect(formattest.Attached("text/xml", text), strings.ToValidUTF8(text, ""))
		formattest.Check(t, got, ok)
	})
}
