package responder_test

import (
	"errors"
	"strings"
	"testing"

	"postern/parser/pgp"
	"postern/responder"
	"postern/tickets"
)

// with makes a directory of one contact for an address.
func with(address string, agreed tickets.Contact) *tickets.Directory {
	agreed.Name, agreed.Addresses = "CERT Gamma", []string{address}
	return tickets.NewDirectory([]tickets.Contact{agreed.Filled()}, nil)
}

// What was agreed with a contact holds for what leaves by itself.
func TestAgreementsOfAutomaticAnswers(t *testing.T) {
	const mira = "mira@research.example"
	finder := fingerprint(t, mira)
	encrypted := func(s *situation) { s.filing.Report.Crypto = pgp.Result{Encrypted: true, Decrypted: true} }
	aligned := func(s *situation) { s.filing.Report.Authentication.Aligned = true }
	arf := func(s *situation) { s.filing.Report.Format = "arf" }
	machine := func(s *situation) {
		s.filing.Report.Automatic.Is, s.filing.Report.Automatic.Kind, s.filing.Report.Automatic.MayAnswer = true, "machine-report", false
	}
	bounce := func(s *situation) {
		s.filing.Report.Automatic.Is, s.filing.Report.Automatic.Kind, s.filing.Report.Automatic.MayAnswer = true, "bounce", false
	}
	advisory := func(s *situation) { s.decision.Kind = "advisory" }
	closed := func(s *situation) { s.filing.Report.Crypto = pgp.Result{Encrypted: true, Foreign: true} }
	follow := func(s *situation) {
		s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7
		s.evidence.ByRef = []tickets.Thread{{Conversation: 7, Acknowledged: true}}
	}
	for _, test := range []struct {
		name     string
		from     string
		agreed   tickets.Contact
		change   []func(*situation)
		template string // "" for no answer
		to       string // key
		subject  string
	}{
		{"never acknowledged", mira, tickets.Contact{Acknowledge: "never"}, nil, "", "", ""},
		{"never, and not told either", mira, tickets.Contact{Acknowledge: "never"}, []func(*situation){closed}, "", "", ""},
		{"first", mira, tickets.Contact{}, nil, "ack", "", ""},
		{"first, a machine's format", mira, tickets.Contact{}, []func(*situation){arf}, "", "", ""},
		{"always, a machine's format", mira, tickets.Contact{Acknowledge: "always"}, []func(*situation){arf}, "ack", "", ""},
		{"always, a machine's mail", mira, tickets.Contact{Acknowledge: "always"}, []func(*situation){arf, machine}, "ack", "", ""},
		{"always, an advisory", mira, tickets.Contact{Acknowledge: "always"}, []func(*situation){advisory}, "ack", "", ""},
		{"always, and never a bounce", mira, tickets.Contact{Acknowledge: "always"}, []func(*situation){bounce}, "", "", ""},
		{"always, and once a conversation", mira, tickets.Contact{Acknowledge: "always"}, []func(*situation){follow}, "", "", ""},
		{"a peer without a key", "duty@gamma.example", tickets.Contact{Tier: "peer"}, nil, "ack-peer", "", ""},
		{"always encrypted", mira, tickets.Contact{Encryption: "always"}, []func(*situation){aligned}, "ack", finder, ""},
		{"always encrypted, and no key: nothing of theirs in it", "duty@gamma.example", tickets.Contact{Encryption: "always"}, []func(*situation){aligned}, "ack", "", ""},
		{"when they do", mira, tickets.Contact{}, []func(*situation){aligned}, "ack", "", "Strange page"},
		{"when they do, and they did", mira, tickets.Contact{}, []func(*situation){encrypted}, "ack", finder, ""},
		{"never encrypted, although there is a key", mira, tickets.Contact{Encryption: "never"}, []func(*situation){encrypted}, "encrypted-no-key", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			s.filing.Report.From[0].Address = test.from
			for _, change := range test.change {
				change(&s)
			}
			known := with(test.from, test.agreed)
			o, reason := s.judge(policy(func(p *responder.PolicyOptions) { p.Contacts = func() *tickets.Directory { return known } }))
			if test.template == "" {
				if o != nil || reason == "" {
					t.Errorf("%+v leaves", o)
				}
				return
			}
			if o == nil {
				t.Fatal(reason)
			}
			if got := strings.Join(o.EncryptTo, " "); o.Template != test.template || got != test.to || o.Subject != test.subject {
				t.Errorf("template %s, key %q, subject %q", o.Template, got, o.Subject)
			}
			if _, err := renderer(t).Render(numbered(o), now); err != nil {
				t.Errorf("cannot be rendered: %v", err)
			}
		})
	}
}

// A person's reply keeps to what was agreed and to the label; a label may be set
// aside with a reason, what came encrypted never.
func TestAgreementsAndLabelsOfReplies(t *testing.T) {
	const mira, rosa = "mira@research.example", "reporter@example.net"
	sealed := func(c *tickets.Correspondence) { c.Encrypted = true }
	red := func(c *tickets.Correspondence) { c.TLP = "RED" }
	plain := func(*tickets.Correspondence) {}
	raised := func(label string) func(*tickets.Correspondence) {
		return func(c *tickets.Correspondence) { c.Raised = label }
	}
	amber := tickets.Contact{TLP: "AMBER", Telephone: "+00 11 222"}
	for _, test := range []struct {
		name     string
		party    string
		agreed   tickets.Contact
		change   func(*tickets.Correspondence)
		override string
		fails    error
		says     string
		key      bool
	}{
		{"always encrypted", mira, tickets.Contact{Encryption: "always"}, plain, "", nil, "", true},
		{"always encrypted, and no key", rosa, tickets.Contact{Encryption: "always", Telephone: "+00 11 222"}, plain, "", responder.ErrNoKey, "call them (+00 11 222)", false},
		{"always encrypted, overridden", rosa, tickets.Contact{Encryption: "always"}, plain, "they said so on the telephone", nil, "", false},
		{"never encrypted, in clear", mira, tickets.Contact{Encryption: "never"}, plain, "", nil, "", false},
		{"never encrypted, and RED", mira, tickets.Contact{Encryption: "never"}, red, "", responder.ErrNoKey, "nothing is encrypted for them", false},
		{"never encrypted, and it came encrypted", mira, tickets.Contact{Encryption: "never"}, sealed, "", responder.ErrNoKey, "their mail came encrypted", false},
		{"RED without a key", rosa, tickets.Contact{}, red, "", responder.ErrNoKey, "--override", false},
		{"RED without a key, overridden", rosa, tickets.Contact{}, red, "the network burns", nil, "", false},
		{"came encrypted, overridden", rosa, tickets.Contact{}, sealed, "the network burns", responder.ErrNoKey, "their mail came encrypted", false},
		{"nothing to override", rosa, tickets.Contact{}, plain, "just in case", responder.ErrOverride, "leave the override out", false},
		{"nothing to override: there is a key", mira, tickets.Contact{}, red, "just in case", responder.ErrOverride, "leaves encrypted", false},
		{"a label they agreed to", mira, amber, raised("AMBER"), "", nil, "", false},
		{"stricter than they agreed to", mira, amber, raised("AMBER+STRICT"), "", responder.ErrTLP, "agreed up to TLP:AMBER", false},
		{"and how to go on", mira, amber, raised("RED"), "", responder.ErrTLP, `contacts set "CERT Gamma" --tlp RED`, false},
		{"or by telephone", mira, amber, raised("RED"), "", responder.ErrTLP, "call them (+00 11 222)", false},
		{"overridden, and still encrypted", mira, amber, raised("RED"), "they saw it at our place", nil, "", true},
		{"overridden, and there is no key", rosa, amber, raised("RED"), "they saw it at our place", responder.ErrNoKey, "the ticket was set to TLP:RED", false},
		{"overridden, and in clear as it may", rosa, tickets.Contact{TLP: "CLEAR"}, raised("GREEN"), "they asked", nil, "", false},
		{"nothing was agreed", mira, tickets.Contact{}, raised("RED"), "", nil, "", true},
		{"nobody we know", rosa, tickets.Contact{}, raised("RED"), "", responder.ErrNoKey, "--override", false},
		{"their own label is theirs", mira, amber, red, "", nil, "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := composing(t)
			options.Contacts, options.Override = with(test.party, test.agreed), test.override
			c := correspondence(test.party)
			test.change(&c)
			o, preview, err := responder.Compose(options, c, "need-info", questions, "ana")
			if !errors.Is(err, test.fails) || (test.fails == nil) != (err == nil) || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error %v, want %v that says %q", err, test.fails, test.says)
			}
			if err == nil && (preview.Encrypted != test.key || o.Override != test.override) {
				t.Errorf("encrypted %v, override %q", preview.Encrypted, o.Override)
			}
			if err == nil && c.TLP == "RED" && strings.Contains(preview.Subject, "Strange page") {
				t.Errorf("the subject of a RED mail leaves in clear: %q", preview.Subject)
			}
		})
	}
}

// A protected subject is for those who have sent one, and inside the encryption only.
func TestWhoGetsAProtectedSubject(t *testing.T) {
	const mira = "mira@research.example"
	for _, test := range []struct {
		name   string
		agreed tickets.Contact
		change func(*tickets.Correspondence)
		inside string
	}{
		{"sent one in this conversation", tickets.Contact{}, func(c *tickets.Correspondence) { c.Encrypted, c.Protected, c.Inner = true, true, "root on db1" }, "[EX-3HJ8-22KP] [CERT-AA #48211] Re: root on db1"},
		{"sent none", tickets.Contact{}, func(c *tickets.Correspondence) { c.Encrypted, c.Subject = true, "root on db1" }, ""},
		{"sent one in another conversation", tickets.Contact{Protected: true}, func(c *tickets.Correspondence) { c.Encrypted, c.Inner = true, "root on db1" }, "[EX-3HJ8-22KP] [CERT-AA #48211] Re: root on db1"},
		{"in clear", tickets.Contact{}, func(c *tickets.Correspondence) { c.Protected, c.Inner = true, "root on db1" }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := composing(t)
			options.Contacts = with(mira, test.agreed)
			c := correspondence(mira)
			c.TheirNumber = "CERT-AA #48211"
			test.change(&c)
			_, preview, err := responder.Compose(options, c, "need-info", questions, "ana")
			if err != nil {
				t.Fatal(err)
			}
			if preview.Protected != test.inside || strings.Contains(preview.Subject, "db1") || !strings.Contains(preview.Subject, "CERT-AA #48211") {
				t.Errorf("inside %q, outside %q", preview.Protected, preview.Subject)
			}
			if test.inside != "" && !strings.Contains(preview.String(), "Subject inside: "+test.inside) {
				t.Errorf("preview\n%s", preview)
			}
		})
	}
}
