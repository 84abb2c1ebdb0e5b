package text_test

import (
	"strings"
	"testing"

	"postern/parser/text"
)

var subjects = []struct{ subject, want string }{
	{"Scan of 192.0.2.7", "Scan of 192.0.2.7"},
	{"Re: Scan", "Re: Scan"},
	{"RE: AW: Re: Scan", "RE: AW: Re: Scan"},
	{"RE[2]: Scan", "RE[2]: Scan"},
	{"Re^3: Scan", "Re^3: Scan"},
	{"Fwd: Scan", "Fwd: Scan"},
	{"WG: Scan", "WG: Scan"},
	{"TR : Scan", "TR : Scan"},
	{"RIF: R: Scan", "RIF: R: Scan"},
	{"RES: ENC: Scan", "RES: ENC: Scan"},
	{"Odp: Scan", "Odp: Scan"},
	{"SV: VS: Scan", "SV: VS: Scan"},
	{"Vá: Scan", "Vá: Scan"},
	{"YNT: İLT: Scan", "YNT: İLT: Scan"},
	{"回复：转发: Scan", "回复：转发: Scan"},
	{"答复: Scan", "答复: Scan"},
	{"Отв: Scan", "Отв: Scan"},
	{"Trả lời: Scan", "Trả lời: Scan"},
	{"[EXT] Scan", "Scan"},
	{"[EXTERNAL] Re: Scan", "Re: Scan"},
	{"Re: [EXTERNAL] Re: [EXT] Scan", "Re: Re: Scan"},
	{"[EXTERN] AW: Scan", "AW: Scan"},
	{"[Externe E-Mail] Scan", "Scan"},
	{"[EXTERNAL SENDER] Scan", "Scan"},
	{"EXT: Scan", "Scan"},
	{"***SPAM*** Scan", "Scan"},
	{"{Spam?} Scan", "Scan"},
	{"[SPAM 5.6] Scan", "Scan"},
	{"[Possible spam] Scan", "Scan"},
	{"[WARNING: UNSCANNABLE EXTRACTION FAILED]Scan", "Scan"},
	{"【外部】Scan", "Scan"},
	{"[CERT-AA #48211] Scan", "[CERT-AA #48211] Scan"},
	{"Re: [EX-7KQ4-9MZX] Scan", "Re: [EX-7KQ4-9MZX] Scan"},
	{"[security] Scan", "[security] Scan"},
	{"Spam from 192.0.2.7", "Spam from 192.0.2.7"},
	{"External scan", "External scan"},
	{"Report: Scan", "Report: Scan"},
	{"Re:", "Re:"},
	{"[EXT]", "[EXT]"},
	{"", ""},
}

func TestUntagged(t *testing.T) {
	for _, row := range subjects {
		if got := text.Untagged(row.subject); got != row.want {
			t.Errorf("%q: got %q, want %q", row.subject, got, row.want)
		}
	}
}

func FuzzUntagged(f *testing.F) {
	for _, row := range subjects {
		f.Add(row.subject)
	}
	f.Add(strings.Repeat("Re: ", 50))
	f.Fuzz(func(t *testing.T, subject string) {
		subject = strings.ToValidUTF8(subject, "")
		got := text.Untagged(subject)
		clean, _ := text.Readable(subject)
		if len(got) > len(subject) || got == "" && strings.TrimSpace(clean) != "" {
			t.Fatalf("%q becomes %q", subject, got)
		}
	})
}

func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		subject           string
		answers, forwards bool
	}{
		{"Re: open resolver", true, false},
		{"[EXT] AW: offener Resolver", true, false},
		{"[EX-7KQ4-9MZX] RE[2]: x", true, false},
		{"(#4711) *** list *** Re: x", true, false},
		{"R: scansione", true, false},
		{"RES: varredura", true, false},
		{"回复：端口", true, false},
		{"Re: Fwd: open resolver", true, false},
		{"Fwd: open resolver", false, true},
		{"[EXT] WG: offener Resolver", false, true},
		{"[case 12] FW: RE: x", false, true},
		{"转发：端口", false, true},
		{"open resolver", false, false},
		{"Report: open resolver", false, false},
		{"Ref: 2026/114", false, false},
		{"From: and Re: in the middle", false, false},
		{"", false, false},
		{"Re", false, false},
	} {
		if got := text.Answers(row.subject); got != row.answers {
			t.Errorf("%q answers: got %t", row.subject, got)
		}
		if got := text.Forwards(row.subject); got != row.forwards {
			t.Errorf("%q forwards: got %t", row.subject, got)
		}
	}
}
