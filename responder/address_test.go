package responder_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"postern/parser/mime"
	"postern/responder"
)

func TestAddress(t *testing.T) {
	for address, want := range map[string]string{
		"reporter@example.net":                    "reporter@example.net",
		"Reporter.Name+tag@EXAMPLE.Net":           "Reporter.Name+tag@example.net",
		"root@localhost":                          "root@localhost",
		"jo@Bücher.example":                       "jo@xn--bcher-kva.example",
		"jörg@example.net":                        "jörg@example.net",
		"o/u=x@example.net":                       "o/u=x@example.net",
		"x@example.net> NOTIFY=NEVER":             "",
		"x@example.net\r\nRCPT TO:<y@example.net": "",
		"x@example.net,y@example.net":             "",
		"x@example.net y@example.net":             "",
		"Rosa <x@example.net>":                    "",
		"<x@example.net>":                         "",
		`"a b"@example.net`:                       "",
		"a(comment)@example.net":                  "",
		"a@b@example.net":                         "",
		"a..b@example.net":                        "",
		".a@example.net":                          "",
		"-froot@example.net":                      "",
		"a@[192.0.2.1]":                           "",
		"a@example..net":                          "",
		"a@-example.net":                          "",
		"a@example.net.":                          "",
		"a@exam\x00ple.net":                       "",
		"a\u200b@example.net":                     "",
		"a\u202e@example.net":                     "",
		"\xff@example.net":                        "",
		"@example.net":                            "",
		"a@":                                      "",
		"":                                        "",
		strings.Repeat("a", 65) + "@example.net":  "",
		"a@" + strings.Repeat("abcdefg.", 32) + "example": "",
	} {
		got, err := responder.Address(address)
		if got != want || (want == "") != errors.Is(err, responder.ErrAddress) {
			t.Errorf("%q: %q (%v), want %q", address, got, err, want)
		}
	}
}

// The worst a mail can bring: everything that is repeated, looked through or
// compared is there a hundred thousand times.
func TestHugeMailIsPlannedSmall(t *testing.T) {
	s := report()
	r := &s.filing.Report
	r.Authentication.Aligned = true
	r.OuterSubject = strings.Repeat("Re: [EXT] ü\u202e", 500_000)
	r.Crypto.Problem = strings.Repeat("0123456789ABCDEF ", 100_000)
	r.Crypto.Encrypted = true
	for i := range 100_000 {
		r.References = append(r.References, fmt.Sprintf("%d@example.net", i))
		r.ReplyTo = append(r.ReplyTo, mime.Address{Address: fmt.Sprintf("%d@example.net", i)})
		r.To = append(r.To, mime.Address{Address: fmt.Sprintf("%d@example.net", i)})
	}
	o, reason := s.judge(policy())
	if o == nil {
		t.Fatal(reason)
	}
	out, err := renderer(t).Render(numbered(o), now)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.References) > 21 || len(o.Subject) > 1000 || len(out.Bytes) > 16<<10 {
		t.Errorf("%d references, subject of %d, %d bytes", len(o.References), len(o.Subject), len(out.Bytes))
	}
}
