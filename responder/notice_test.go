package responder_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/tickets"
)

var noticeTemplates = []string{"cannot-decrypt", "cannot-decrypt-smime", "encrypted-no-key", "encrypted-smime"}

// Each notice says what to do: with which key, by its fingerprint, or by telephone,
// and brings the key as a file that a mail program knows what to do with.
func TestNoticesBringOurKey(t *testing.T) {
	own := fingerprint(t, "csirt@example.org")
	for _, template := range noticeTemplates {
		for _, language := range []string{"en", "de"} {
			o := answer(template, language)
			o.Sealed, o.Sign = true, true
			o.Vars["key_ids"] = "0123456789ABCDEF\nFEDCBA9876543210"
			out, err := renderer(t).Render(o, now)
			if err != nil || out.Encrypted {
				t.Fatalf("%s: %v", template, err)
			}
			wire(t, out.Bytes)
			text := strings.Join(strings.Fields(out.Text), " ")
			for _, must := range []string{"EX-7KQ4-9MZX", grouped(own), team.Phone, "2026"} {
				if !strings.Contains(text, must) {
					t.Errorf("%s in %s lacks %q", template, language, must)
				}
			}
			if strings.Contains(text, "0123456789ABCDEF") != (template == "cannot-decrypt") {
				t.Errorf("%s in %s: the keys it was made for:\n%s", template, language, out.Text)
			}
			name := "csirt-example.org-0x" + own[len(own)-16:] + ".asc"
			if !bytes.Contains(out.Bytes, []byte("Content-Type: application/pgp-keys;\r\n name=\""+name+"\"")) {
				t.Errorf("%s: no key file %s", template, name)
			}
			keys, err := pgp.Describe(block(t, out.Bytes))
			if err != nil || len(keys) != 1 || keys[0].Fingerprint != own || keys[0].Secret {
				t.Errorf("%s: the key attached is %+v, %v", template, keys, err)
			}
		}
	}
}

func grouped(fingerprint string) string {
	return strings.TrimSpace(regexp.MustCompile(`....`).ReplaceAllString(fingerprint, "$0 "))
}

func block(t *testing.T, raw []byte) []byte {
	t.Helper()
	const begin, end = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
	from, to := bytes.Index(raw, []byte(begin)), bytes.Index(raw, []byte(end))
	if from < 0 || to < from {
		t.Fatalf("no key in\n%s", raw)
	}
	return raw[from : to+len(end)]
}

// Without a key of ours there is none to offer, and the text does not speak of one.
func TestNoticesWithoutOurKey(t *testing.T) {
	bare := renderer(t)
	bare.Keys = nil
	for _, template := range noticeTemplates {
		out, err := bare.Render(answer(template, "en"), now)
		if err != nil || bytes.Contains(out.Bytes, []byte("pgp-keys")) || strings.Contains(out.Text, "fingerprint of the key") {
			t.Errorf("%s: %v\n%s", template, err, out.Text)
		}
	}
}

// What everybody can see of a mail may be told to anybody: that none of the
// keys it names is ours. Whatever only we know is told to those whose key we know.
func TestWhoIsToldThatMailStaysClosed(t *testing.T) {
	const foreign = "made for key 0x0123456789ABCDEF; none of ours"
	known := func(s *situation) { s.filing.Report.From[0].Address = "mira@research.example" }
	for _, test := range []struct {
		name     string
		crypto   pgp.Result
		known    bool
		template string
	}{
		{"for another key, by a stranger", pgp.Result{Problem: foreign, Foreign: true}, false, "cannot-decrypt"},
		{"for another key, by somebody known", pgp.Result{Problem: foreign, Foreign: true}, true, "cannot-decrypt"},
		{"damaged, by a stranger", pgp.Result{Problem: "it is damaged or was changed on the way"}, false, "encrypted-no-key"},
		{"damaged, by somebody known", pgp.Result{Problem: "it is damaged or was changed on the way"}, true, "cannot-decrypt"},
		{"opened, by a stranger", pgp.Result{Decrypted: true}, false, "encrypted-no-key"},
		{"opened, by somebody known", pgp.Result{Decrypted: true}, true, "ack"},
		{"S/MIME where we have no key, by a stranger", pgp.Result{Protocol: "smime", Foreign: true}, false, "cannot-decrypt-smime"},
		{"S/MIME, closed, by a stranger", pgp.Result{Protocol: "smime"}, false, "encrypted-smime"},
		{"S/MIME, opened, by a stranger", pgp.Result{Protocol: "smime", Decrypted: true}, false, "encrypted-smime"},
		{"S/MIME, closed, by somebody known", pgp.Result{Protocol: "smime"}, true, "cannot-decrypt-smime"},
		{"S/MIME, opened, by somebody with an OpenPGP key", pgp.Result{Protocol: "smime", Decrypted: true}, true, "ack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			s.filing.Report.Crypto = test.crypto
			s.filing.Report.Crypto.Encrypted = true
			s.filing.Report.Subject, s.filing.Report.Language = "secret words", "de"
			if test.known {
				known(&s)
			}
			o, reason := s.judge(policy())
			if o == nil {
				t.Fatal(reason)
			}
			notice := test.template != "ack"
			if o.Template != test.template || (o.Purpose == tickets.PurposeNotice) != notice || (len(o.EncryptTo) == 0) != notice {
				t.Errorf("%s for %s, encrypted to %v; want %s", o.Template, o.Purpose, o.EncryptTo, test.template)
			}
			out, err := renderer(t).Render(numbered(o), now)
			if err != nil || notice && (strings.Contains(string(out.Bytes), "secret words") || strings.Contains(string(out.Bytes), "Rosa")) {
				t.Errorf("%v\n%s", err, out.Bytes)
			}
		})
	}
}

// One a day, whichever conversation it is about; afterwards nobody is told, and
// what can be answered in private still is.
func TestOneNoticeADay(t *testing.T) {
	closed := func(s *situation) {
		s.filing.Report.Crypto = pgp.Result{Encrypted: true, Foreign: true, Problem: "made for key 0x0123456789ABCDEF; none of ours"}
	}
	opened := func(s *situation) { s.filing.Report.Crypto = pgp.Result{Encrypted: true, Decrypted: true} }
	told := func(s *situation) { s.evidence.Answers.NoticeDay = 1 }
	follows := func(s *situation) {
		s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7
		s.evidence.ByRef = []tickets.Thread{{Conversation: 7, Acknowledged: true}}
	}
	known := func(s *situation) { s.filing.Report.From = []mime.Address{{Address: "mira@research.example"}} }
	replayed := func(s *situation) { s.evidence.ByFile = []tickets.Thread{{Conversation: 3, Acknowledged: true}} }
	for _, test := range []struct {
		name     string
		change   []func(*situation)
		template string // "" for none
	}{
		{"the same ciphertext once more", []func(*situation){closed, replayed}, ""},
		{"the first", []func(*situation){closed}, "cannot-decrypt"},
		{"the second", []func(*situation){closed, told}, ""},
		{"the second, opened: it would tell the two apart", []func(*situation){opened, told}, ""},
		{"in a conversation that goes on", []func(*situation){closed, follows}, "cannot-decrypt"},
		{"in a conversation that goes on, the second", []func(*situation){closed, follows, told}, ""},
		{"in a conversation that goes on, opened", []func(*situation){opened, follows}, ""},
		{"then encrypted as it has to be", []func(*situation){opened, known, told}, "ack"},
		{"then in clear", []func(*situation){told}, "ack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			for _, change := range test.change {
				change(&s)
			}
			o, reason := s.judge(policy())
			if test.template == "" {
				if o != nil || reason == "" {
					t.Errorf("%s leaves; reason %q", o.Template, reason)
				}
				return
			}
			if o == nil || o.Template != test.template {
				t.Errorf("got %+v (%s), want %s", o, reason, test.template)
			}
		})
	}
}

// The policy of all automatic answers holds for notices, too.
func TestNoticesKeepToThePolicy(t *testing.T) {
	for name, change := range map[string]func(*situation){
		"unproven":       func(s *situation) { s.decision.Match = tickets.MatchUnproven },
		"read again":     func(s *situation) { s.decision.Match = tickets.MatchRefile },
		"same mail":      func(s *situation) { s.decision.Match = tickets.MatchSame },
		"automatic":      func(s *situation) { s.filing.Report.Automatic.MayAnswer = false },
		"list":           func(s *situation) { s.filing.Report.Automatic.Kind = "list" },
		"null sender":    func(s *situation) { s.filing.Report.NullSender = true },
		"forged (DMARC)": func(s *situation) { s.filing.Report.Authentication.DMARC = "fail" },
		"our own":        func(s *situation) { s.filing.Report.From[0].Address = "abuse@example.org" },
		"no-reply":       func(s *situation) { s.filing.Report.From[0].Address = "no-reply@example.net" },
		"import":         func(s *situation) { s.filing.Claim.Unanswered = true },
		"junk":           func(s *situation) { s.filing.Claim.Junk = true },
	} {
		s := report()
		s.filing.Report.Crypto = pgp.Result{Encrypted: true, Foreign: true, Problem: "made for key 0x0123456789ABCDEF; none of ours"}
		change(&s)
		if o, reason := s.judge(policy()); o != nil || reason == "" {
			t.Errorf("%s: %+v", name, o)
		}
	}
	s := report()
	s.filing.Report.Crypto = pgp.Result{Encrypted: true, Foreign: true}
	s.evidence.Answers.Address = 1
	o, _ := s.judge(policy(func(p *responder.PolicyOptions) { p.Budgets.Address = 1 }))
	if o == nil || o.State != tickets.OutWithheld {
		t.Errorf("over the budget of its address: %+v", o)
	}
}
