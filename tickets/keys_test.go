package tickets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"postern/parser"
	"postern/parser/indicator"
	"postern/tickets"
)

func keysOf(t *testing.T, r tickets.Report) tickets.Keys {
	t.Helper()
	return tickets.KeysOf(tickets.Claim{SHA256: "aa"}, r, house(t))
}

func TestKeysNameTheMailsAnswered(t *testing.T) {
	r := mail(func(r *tickets.Report) {
		r.InReplyTo = []string{"<b@x.example>", "", strings.Repeat("x", 2000)}
		r.References = []string{"a@x.example", "b@x.example", r.MessageID}
		r.Bounce.OriginalMessageID = "c@example.org"
	})
	got := keysOf(t, r).MessageIDs
	if want := []string{"b@x.example", "c@example.org", "a@x.example"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of very many References the first stay, where our token stands, and the last.
func TestKeysBoundWhatOneMailNames(t *testing.T) {
	r := mail(func(r *tickets.Report) {
		for i := range 100_000 {
			r.References = append(r.References, fmt.Sprintf("%d@x.example", i))
			r.Attachments = append(r.Attachments, parser.Attachment{Type: "application/pdf", Size: 4096, SHA256: fmt.Sprintf("%064d", i)})
			r.Indicators = append(r.Indicators, indicator.Indicator{Type: "url", Value: fmt.Sprintf("https://x.example/%d", i)})
		}
	})
	k := keysOf(t, r)
	if n := len(k.MessageIDs); n > 100 || k.MessageIDs[0] != "0@x.example" || k.MessageIDs[n-1] != "99999@x.example" {
		t.Errorf("%d named, from %s to %s", n, k.MessageIDs[0], k.MessageIDs[n-1])
	}
	if len(k.Files) > 100 || len(k.URLs) > 100 {
		t.Errorf("%d files and %d links", len(k.Files), len(k.URLs))
	}
}

func TestKeysFindReferences(t *testing.T) {
	r := mail(subject("AW: [ex-2222-2222] x"), replies(token(t, "ana@example.net")))
	if got, want := keysOf(t, r).References, []string{ref1, ref2}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	inner := mail(encrypted, subject("[EX-2222-2222] x"), func(r *tickets.Report) { r.OuterSubject = "[EX-7KQ4-9MZX] ..." })
	if got, want := keysOf(t, inner).References, []string{ref2, ref1}; !slices.Equal(got, want) {
		t.Errorf("protected subject: got %q, want %q", got, want)
	}
}

func TestKeysFiles(t *testing.T) {
	for name, c := range map[string]struct {
		file parser.Attachment
		want bool
	}{
		"a document":                {parser.Attachment{Type: "application/pdf", Size: 4096}, true},
		"an attached mail":          {parser.Attachment{Type: "message/rfc822", Size: 4096}, true},
		"a page as a file":          {parser.Attachment{Type: "text/html; charset=utf-8", Name: "invoice.html", Size: 4096}, true},
		"another form of the text":  {parser.Attachment{Type: "text/html", Size: 4096}, false},
		"a list's footer":           {parser.Attachment{Type: "text/plain", Size: 300}, false},
		"a screenshot":              {parser.Attachment{Type: "image/png", Name: "s.png", Size: 200_000}, true},
		"a logo":                    {parser.Attachment{Type: "image/png", Name: "logo.png", Size: 3000}, false},
		"a picture in the text":     {parser.Attachment{Type: "image/png", Size: 200_000, Inline: true}, false},
		"a signature":               {parser.Attachment{Type: "application/pgp-signature", Size: 833}, false},
		"a key":                     {parser.Attachment{Type: "application/pgp-keys", Size: 3000}, false},
		"a visiting card":           {parser.Attachment{Type: "text/vcard", Name: "ana.vcf", Size: 3000}, false},
		"an empty file":             {parser.Attachment{Type: "application/pdf"}, false},
		"a container of Outlook's":  {parser.Attachment{Type: "application/ms-tnef", Name: "winmail.dat", Size: 9000}, false},
		"what a server says of one": {parser.Attachment{Type: "message/delivery-status", Size: 900}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.file.SHA256 = digest("f")
			got := keysOf(t, mail(func(r *tickets.Report) { r.Attachments = []parser.Attachment{c.file, c.file} })).Files
			if c.want && !slices.Equal(got, []string{digest("f")}) || !c.want && len(got) > 0 {
				t.Errorf("got %q, want %v", got, c.want)
			}
		})
	}
}

func TestKeysURLs(t *testing.T) {
	r := mail(func(r *tickets.Report) {
		r.Indicators = []indicator.Indicator{
			{Type: "url", Value: "https://evil.example/", Role: "source"},
			{Type: "url", Value: "https://evil.example/", Role: "unknown"},
			{Type: "url", Value: "https://evil.example/login?e=ana@example.org", Role: "source"},
			{Type: "url", Value: "https://evil.example/login?e=ben@example.org", Role: "source"},
			{Type: "url", Value: "https://short.example/8f3a9c0b2d1e4f5a6b7c", Role: "source"},
			{Type: "url", Value: "https://www.example.org/", Benign: true},
			{Type: "url", Value: "https://victim.example/", Role: "target"},
			{Type: "domain", Value: "evil.example"},
		}
	})
	if got, want := keysOf(t, r).URLs, []string{"https://evil.example/", "https://evil.example/login?e=*", "https://short.example/8f3a9c0b2d1e4f5a6b7c"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheirNumber(t *testing.T) {
	for name, c := range map[string]struct{ subject, want string }{
		"RT":                    {"[CERT-AA #48211] hosts", "CERT-AA #48211"},
		"RT with a domain":      {"Re: [team.example #7] x", "team.example #7"},
		"OTRS":                  {"[Ticket#2026112110000015] x", "Ticket#2026112110000015"},
		"beside ours":           {"[EX-7KQ4-9MZX] [CERT-BB #77] x", "CERT-BB #77"},
		"two words":             {"[CERT Example #12]", "CERT Example #12"},
		"none":                  {"hello", ""},
		"ours is none":          {"[EX-7KQ4-9MZX]", ""},
		"a tag is none":         {"[EXT] #3 of 7", ""},
		"digits only after it":  {"[CERT #]", ""},
		"two lines":             {"[CERT\r\nBcc: x #1]", ""},
		"a link is none":        {"[https://evil.example/ #1]", ""},
		"too long a name":       {"[" + string(make([]byte, 100)) + " #1]", ""},
		"first of two":          {"[A #1] [B #2]", "A #1"},
		"brackets inside":       {"[[A #1]]", "A #1"},
		"a key and a number":    {"[ALPHA-2211] hosts", "ALPHA-2211"},
		"behind ours":           {"Re: [EX-7KQ4-9MZX] [CERT-XX-48211] x", "CERT-XX-48211"},
		"behind tags":           {"[EXT] [TLP:AMBER] [ABUSE:4711001] x", "ABUSE:4711001"},
		"a word and a number":   {"AW: [Ticket: 48211] x", "Ticket: 48211"},
		"a hole":                {"[CVE-2024-1] x", ""},
		"a hole of a year":      {"[CVE-2024] and [CWE-79] x", ""},
		"an advisory":           {"[WID-SEC-2026-0815] x", ""},
		"a vendor's advisory":   {"[DSA-5432-1] [RHSA-2026:1234] [USN-7001] x", ""},
		"a label":               {"[TLP:AMBER+STRICT] [TLP:2000] x", ""},
		"a year":                {"[KONGRESS-2026] x", ""},
		"a standard":            {"[ISO-27001] x", ""},
		"small letters":         {"[ops-list-100] x", ""},
		"ours of digits":        {"[EX-2345-6789]", ""},
		"beyond what is looked": {fmt.Sprintf("%5000s [A #1]", ""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tickets.TheirNumber(c.subject); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzTheirNumber: a number stands in brackets in the subject, in one line, and is short.
func FuzzTheirNumber(f *testing.F) {
	f.Add("Re: [CERT-AA #48211] [ALPHA-2211] [Ticket: 48211] [CVE-2024-1]")
	f.Fuzz(func(t *testing.T, subject string) {
		number := tickets.TheirNumber(subject)
		if number == "" {
			return
		}
		if !strings.Contains(subject, "["+number+"]") || len(number) > 150 || strings.ContainsAny(number, "[]\r\n") {
			t.Fatalf("%q of %q", number, subject)
		}
	})
}

func TestThanksStayResolved(t *testing.T) {
	state := func(s string) string {
		r := mail(replies(token(t, "ana@example.net")), text(s))
		return decide(t, world{report: r, evidence: tickets.Evidence{ByRef: []tickets.Thread{talk(in("resolved"))}}}).State
	}
	for _, s := range []string{"Thanks!", "Thank you very much.", "Vielen Dank für die Hilfe!", "Merci beaucoup", "Dziękuję bardzo", "Gracias", "спасибо",
		"Thanks Ana", "Great, thank you for the quick reply!", "Danke, Herr Beispiel", "Muchas gracias por su ayuda", "Bedankt voor de snelle reactie", "Grazie mille per l'aiuto"} {
		if got := state(s); got != "" {
			t.Errorf("%q: got %q, want it to stay", s, got)
		}
	}
	for _, s := range []string{"", "It is up again", "Thanks. Not fixed.", "Danke, aber der Server sendet noch", "Thanks?", "Merci, mais non",
		"Thanks, now all our files are encrypted.", "Danke, jetzt ist der Server ganz weg", "Thanks. Server hacked, please call.", "Merci. Le site est tombé.", "thanks ransomware everywhere",
		"Thanks a lot for looking into this so quickly; the second server shows the same behaviour since noon"} {
		if got := state(s); got != tickets.Open {
			t.Errorf("%q: got %q, want it opened", s, got)
		}
	}
}
