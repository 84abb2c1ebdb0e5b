package responder_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/responder"
	"postern/templates"
	"postern/tickets"
)

func composing(t *testing.T) responder.ComposeOptions {
	return responder.ComposeOptions{Team: team, Templates: words(t), Keys: ring(), Tokens: tokens{}, Now: now}
}

func correspondence(party string) tickets.Correspondence {
	return tickets.Correspondence{
		Thread:   tickets.Thread{Conversation: 3, Ticket: 2, TicketID: "EX-7KQ4-9MZX", Reference: "EX-3HJ8-22KP", Party: party},
		Language: "en", MessageID: "second@example.net", References: []string{"first@example.net"},
		Subject: "Strange page", ReceivedAt: now.Add(-time.Hour),
	}
}

var questions = map[string][]string{"question": {"Which host?", "Since  when?"}, "why": {"We cannot find it."}}

func TestCompose(t *testing.T) {
	o, preview, err := responder.Compose(composing(t), correspondence("reporter@example.net"), "need-info", questions, "ana")
	if err != nil {
		t.Fatal(err)
	}
	if o.Automatic || o.By != "ana" || o.Purpose != "reply" || o.State != tickets.OutQueued || o.Ticket != 2 || o.Conversation != 3 || o.Reference != "EX-3HJ8-22KP" || o.Sign || o.Sealed {
		t.Errorf("row %+v", o)
	}
	if o.InReplyTo != "second@example.net" || !slices.Equal(o.References, []string{"first@example.net", "second@example.net"}) {
		t.Errorf("in reply to %q, references %q", o.InReplyTo, o.References)
	}
	if o.Vars["questions"] != "Which host?\nSince when?" || o.Dedupe != "reply:"+o.MessageID {
		t.Errorf("variables %q, dedupe %q", o.Vars, o.Dedupe)
	}
	if preview.Subject != "[EX-3HJ8-22KP] Re: Strange page" || !strings.Contains(preview.Text, "2. Since when?") || !strings.Contains(preview.String(), "Protection: in clear") {
		t.Errorf("preview\n%s", preview)
	}
	again := composing(t)
	again.Now = now.Add(time.Nanosecond)
	if other, _, _ := responder.Compose(again, correspondence("reporter@example.net"), "need-info", questions, "ana"); other.MessageID == o.MessageID {
		t.Error("two replies, one Message-ID")
	}
	out, err := renderer(t).Render(o, now)
	if err != nil || out.Text != preview.Text {
		t.Errorf("the sender would send something else: %v", err)
	}
}

func TestComposeProtects(t *testing.T) {
	alpha := fingerprint(t, "cert@cert-alpha.example")
	finder := fingerprint(t, "mira@research.example")
	for _, test := range []struct {
		name    string
		party   string
		change  func(*tickets.Correspondence)
		key     string
		sign    bool
		subject string // part
		fails   error
	}{
		{"plain, nobody's key", "reporter@example.net", func(*tickets.Correspondence) {}, "", false, "Strange page", nil},
		{"plain, key known", "mira@research.example", func(*tickets.Correspondence) {}, "", true, "Strange page", nil},
		{"plain, they sign", "reporter@example.net", func(c *tickets.Correspondence) { c.Signed = true }, "", true, "Strange page", nil},
		{"encrypted, key known", "mira@research.example", func(c *tickets.Correspondence) { c.Encrypted = true }, finder, true, "question", nil},
		{"encrypted, the conversation's key", "duty@cert-alpha.example", func(c *tickets.Correspondence) { c.Encrypted, c.Key = true, alpha }, alpha, true, "question", nil},
		{"encrypted, no key", "reporter@example.net", func(c *tickets.Correspondence) { c.Encrypted = true }, "", false, "", responder.ErrNoKey},
		{"encrypted, key nobody vouches for", "duty@another-team.example", func(c *tickets.Correspondence) {
			c.Encrypted, c.Key = true, fingerprint(t, "duty@another-team.example")
		}, "", false, "", responder.ErrNoKey},
		{"RED", "mira@research.example", func(c *tickets.Correspondence) { c.TLP = "RED" }, finder, true, "question", nil},
		{"RED, no key", "reporter@example.net", func(c *tickets.Correspondence) { c.TLP = "RED" }, "", false, "", responder.ErrNoKey},
		{"AMBER+STRICT, no key", "reporter@example.net", func(c *tickets.Correspondence) { c.TLP = "AMBER+STRICT" }, "", false, "", responder.ErrNoKey},
		{"AMBER", "reporter@example.net", func(c *tickets.Correspondence) { c.TLP = "AMBER" }, "", false, "Strange page", nil},
		{"their number", "cert@cert-alpha.example", func(c *tickets.Correspondence) { c.TheirNumber = "CERT-AA #48211" }, "", true, "[CERT-AA #48211]", nil},
		{"nobody to write to", "", func(*tickets.Correspondence) {}, "", false, "", responder.ErrNoParty},
		{"no address", "x@example.net> NOTIFY=NEVER", func(*tickets.Correspondence) {}, "", false, "", responder.ErrAddress},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := correspondence(test.party)
			test.change(&c)
			o, preview, err := responder.Compose(composing(t), c, "need-info", questions, "ana")
			if !errors.Is(err, test.fails) || (test.fails == nil) != (err == nil) {
				t.Fatalf("error %v, want %v", err, test.fails)
			}
			if err != nil {
				return
			}
			if strings.Join(o.EncryptTo, " ") != test.key || o.Sign != test.sign || !strings.Contains(preview.Subject, test.subject) || o.Sealed != (test.key != "") || preview.Encrypted != o.Sealed {
				t.Errorf("key %v, sign %v, sealed %v, subject %q", o.EncryptTo, o.Sign, o.Sealed, preview.Subject)
			}
		})
	}
}

func TestComposeVariables(t *testing.T) {
	for _, test := range []struct {
		name, template string
		vars           map[string][]string
		want           error
		says           string
	}{
		{"missing", "resolved", nil, templates.ErrVariable, `"done" is missing`},
		{"empty", "resolved", map[string][]string{"done": {"  "}}, templates.ErrVariable, "missing"},
		{"unknown", "resolved", map[string][]string{"done": {"x"}, "dnoe": {"y"}}, templates.ErrVariable, "advice (may be left out), done"},
		{"twice", "resolved", map[string][]string{"done": {"x", "y"}}, templates.ErrVariable, "no list"},
		{"ours", "resolved", map[string][]string{"done": {"x"}, "team": {"Other team"}}, responder.ErrOwnWords, "team"},
		{"five questions", "need-info", map[string][]string{"question": {"1", "2", "3", "4", "5"}}, templates.ErrVariable, "5 items"},
		{"no question", "need-info", map[string][]string{"question": {}}, templates.ErrVariable, "missing"},
		{"template that leaves by itself", "ack", nil, templates.ErrTemplate, "need-info, no-action, resolved"},
		{"no such template", "nack", nil, templates.ErrTemplate, "need-info, no-action, resolved"},
		{"control character", "resolved", map[string][]string{"done": {"a\x1bb"}}, templates.ErrVariable, "control"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, preview, err := responder.Compose(composing(t), correspondence("reporter@example.net"), test.template, test.vars, "ana")
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || preview.Text != "" {
				t.Errorf("error %v, want %q", err, test.says)
			}
		})
	}
	_, preview, err := responder.Compose(composing(t), correspondence("reporter@example.net"), "resolved", map[string][]string{"done": {"Line one.\r\n\r\nLine two."}}, "ana")
	if err != nil || !strings.Contains(preview.Text, "Line one.\n\nLine two.") {
		t.Errorf("%v\n%s", err, preview)
	}
}
