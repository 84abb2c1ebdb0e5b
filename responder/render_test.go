package responder_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/quick"

	pmime "postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/templates"
	"postern/tickets"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// answer is a planned answer with everything in it.
func answer(template, language string) tickets.Outgoing {
	return tickets.Outgoing{
		ID: 1, TicketID: "EX-7KQ4-9MZX", Reference: "EX-7KQ4-9MZX", Purpose: "answer", Automatic: true,
		To: "reporter@example.net", MessageID: "0123456789abcdef@example.org", InReplyTo: "first@example.net",
		References: []string{"zero@example.net", "first@example.net"}, Template: template, Language: language,
		ReceivedAt: now, Vars: map[string]string{},
	}
}

func TestRenderedMail(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*tickets.Outgoing)
	}{
		{"ack.en", func(*tickets.Outgoing) {}},
		{"ack.de", func(o *tickets.Outgoing) { o.Language = "de" }},
		{"subject-repeated", func(o *tickets.Outgoing) { o.Subject = "AW: [EX-7KQ4-9MZX] Größere Störung\r\nBcc: x@example.com" }},
		{"peer", func(o *tickets.Outgoing) { o.Template, o.TheirNumber = "ack-peer", "CERT-AA #48211" }},
		{"peer-subject-with-number", func(o *tickets.Outgoing) {
			o.Template, o.TheirNumber, o.Subject = "ack-peer", "CERT-AA #48211", "[CERT-AA #48211] Three hosts"
		}},
		{"reply", func(o *tickets.Outgoing) {
			o.Automatic, o.Purpose, o.Template, o.By = false, "reply", "need-info", "ana"
			o.Vars = map[string]string{"questions": "Which host?\nFrom which hour on? = sign", "why": "From here on we need you."}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := answer("ack", "en")
			test.change(&o)
			out, err := renderer(t).Render(o, now)
			if err != nil {
				t.Fatal(err)
			}
			wire(t, out.Bytes)
			golden(t, test.name+".eml", out.Bytes)
		})
	}
}

// wire checks what every mail must keep to on its way.
func wire(t testing.TB, raw []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if bytes.ContainsAny(line, "\r\n") || len(line) > 998 {
			t.Errorf("line %q", line)
		}
		if bytes.HasPrefix(line, []byte("From ")) || !bytes.Equal(bytes.TrimRight(line, " \t"), line) {
			t.Errorf("line that relays change: %q", line)
		}
		for _, c := range line {
			if c > '~' || (c < ' ' && c != '\t') {
				t.Errorf("byte %#x in %q", c, line)
				break
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	read := func(o tickets.Outgoing) mail.Header {
		out, err := renderer(t).Render(o, now)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(out.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		return m.Header
	}
	h := read(answer("ack", "en"))
	for name, want := range map[string]string{
		"From": `"Example CSIRT" <csirt@example.org>`, "To": "reporter@example.net",
		"Message-Id": "<0123456789abcdef@example.org>", "In-Reply-To": "<first@example.net>",
		"References":     "<token.reporter@example.org> <zero@example.net> <first@example.net>",
		"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Date": "Sat, 21 Nov 2026 14:05:00 +0000",
		"Content-Language": "en", "Mime-Version": "1.0", "Cc": "", "Bcc": "", "Precedence": "",
		"Subject": "[EX-7KQ4-9MZX] Your report has arrived",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	o := answer("no-action", "en")
	o.Automatic, o.Vars["reason"] = false, "It was a newsletter."
	h = read(o)
	for _, name := range []string{"Auto-Submitted", "X-Auto-Response-Suppress"} {
		if got := h.Get(name); got != "" {
			t.Errorf("a person's reply says %s: %s", name, got)
		}
	}
	o = answer("ack", "en")
	o.InReplyTo, o.References = "", nil
	if got := read(o).Get("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("answer to a mail without Message-ID: %s", got)
	}
}

func TestNothingInClear(t *testing.T) {
	sealed := answer("ack", "en")
	sealed.Sealed = true
	noKey := answer("ack", "en")
	noKey.EncryptTo = []string{"0000000000000000000000000000000000000000"}
	for name, o := range map[string]tickets.Outgoing{"sealed without a key": sealed, "key that is not there": noKey} {
		out, err := renderer(t).Render(o, now)
		if err == nil || len(out.Bytes) > 0 || out.Text != "" {
			t.Errorf("%s: error %v, %d bytes", name, err, len(out.Bytes))
		}
	}
	if _, err := renderer(t).Render(sealed, now); !errors.Is(err, responder.ErrClear) {
		t.Errorf("error %v", err)
	}
	bare := renderer(t)
	bare.Keys = nil
	signed := answer("ack", "en")
	signed.Sign = true
	if _, err := bare.Render(signed, now); err == nil {
		t.Error("signed without a key")
	}
}

func TestRenderRefuses(t *testing.T) {
	for name, change := range map[string]func(*tickets.Outgoing){
		"no such template":        func(o *tickets.Outgoing) { o.Template = "nack" },
		"missing variable":        func(o *tickets.Outgoing) { o.Template = "resolved" },
		"no recipient":            func(o *tickets.Outgoing) { o.To = "" },
		"two recipients":          func(o *tickets.Outgoing) { o.To = "a@example.net, b@example.net" },
		"no Message-ID":           func(o *tickets.Outgoing) { o.MessageID = "" },
		"Message-ID with a break": func(o *tickets.Outgoing) { o.MessageID = "a@b>\r\nBcc: <c@example.com" },
		"no reference":            func(o *tickets.Outgoing) { o.Reference = "" },
	} {
		o := answer("ack", "en")
		change(&o)
		if _, err := renderer(t).Render(o, now); err == nil {
			t.Errorf("%s: was rendered", name)
		}
	}
	o := answer("resolved", "en")
	if _, err := renderer(t).Render(o, now); !errors.Is(err, templates.ErrVariable) {
		t.Errorf("missing variable: %v", err)
	}
}

// Whatever text a handler writes comes out again, in lines that survive.
func TestTextSurvives(t *testing.T) {
	awkward := []string{"From the beginning\nFrom again", ".\n..\n. x", "trailing   \n\ttab", "ümlaut é 漢字 🙂", "a=b=3D", strings.Repeat("x", 300), strings.Repeat("ü", 200),
		strings.Repeat("ü", 12) + "xx From the end of an encoded line"}
	check := func(text string) bool {
		o := answer("resolved", "en")
		o.Automatic, o.Vars["done"] = false, text
		out, err := renderer(t).Render(o, now)
		if err != nil {
			return errors.Is(err, templates.ErrVariable) || errors.Is(err, templates.ErrOutput)
		}
		wire(t, out.Bytes)
		return decoded(t, out.Bytes) == strings.TrimRight(out.Text, "\n")
	}
	for _, text := range awkward {
		if !check(text) {
			t.Errorf("%q did not survive", text)
		}
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

func decoded(t testing.TB, raw []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(m.Body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}

const canary = "zqxcanary"

// hostile makes a first mail of which everything the sender can choose
// carries the canary.
func hostile(fill func(i int) string) situation {
	s := report()
	r := &s.filing.Report
	text := func(i int) string { return fill(i) + canary }
	r.From[0].Name, r.Reporter.Name = text(1), text(2)
	r.Subject, r.OuterSubject = text(3), text(4)
	r.Text, r.NewText = text(5), text(6)
	r.Attachments = nil
	r.ReplyTo = []pmime.Address{{Name: text(7), Address: canary + "@" + canary + ".example"}}
	r.Cc = []pmime.Address{{Address: "cc@" + canary + ".example"}}
	r.Crypto.Problem = text(8)
	r.Automatic.Reason = text(9)
	r.Language, s.decision.Language = text(10), text(11)
	r.Category, s.decision.Category = text(12), text(13)
	s.decision.Subject, s.decision.TheirNumber = text(14), text(15)
	s.decision.Party, s.decision.Note = text(16), text(17)
	s.decision.Division = text(18)
	r.TLP = text(19)
	r.Fields = map[string]any{text(20): text(21)}
	return s
}

// No automatic answer to somebody who proved nothing carries a word of his,
// in clear or out of what came encrypted; only the headers that thread mails
// name his Message-IDs.
func FuzzNoReflection(f *testing.F) {
	f.Add("Subject\r\nBcc: ", "[CERT-XX #1] ", uint8(0))
	f.Add("http://", "", uint8(7))
	f.Fuzz(func(t *testing.T, a, b string, how uint8) {
		s := hostile(func(i int) string {
			if i%2 == 0 {
				return a
			}
			return b
		})
		s.filing.Report.Crypto.Encrypted, s.filing.Report.Crypto.Decrypted = how&1 > 0, how&2 > 0
		if how&4 > 0 {
			s.decision.Kind = "vulnerability"
		}
		if how&8 > 0 {
			s.filing.Report.Crypto.Signatures = []pgp.Signature{{Verdict: "unknown-key", Signer: canary, Sentence: canary, Key: canary}}
		}
		if how&16 > 0 {
			s.filing.Report.From[0].Address = "cert@cert-alpha.example"
		}
		o, _ := s.judge(policy(func(o *responder.PolicyOptions) { o.Keys = quickRing }))
		if o == nil {
			return
		}
		writer := renderer(t)
		writer.Keys = quickRing
		out, err := writer.Render(numbered(o), now)
		if err != nil {
			t.Fatal(err)
		}
		wire(t, out.Bytes)
		if strings.Contains(strings.ToLower(out.Subject+out.Text+string(out.Bytes)), canary) {
			t.Errorf("the sender's words come back:\n%s", out.Bytes)
		}
	})
}

// The same for a peer, whose number we do repeat: one form of it, nothing else.
func TestPeerNumberIsNoWayIn(t *testing.T) {
	for _, number := range []string{"https://evil.example/ #1", "evil.example #1", "Call 555\r\nBcc: x #1", "<b> #1", "a@b #1", strings.Repeat("A", 80) + " #1"} {
		s := report()
		s.filing.Report.From[0].Address = "cert@cert-alpha.example"
		s.decision.TheirNumber = number
		if o, _ := s.judge(policy()); o.TheirNumber != "" {
			t.Errorf("%q was taken as %q", number, o.TheirNumber)
		}
	}
}

var headerName = regexp.MustCompile(`^(Date|From|To|Subject|Message-Id|In-Reply-To|References|Auto-Submitted|X-Auto-Response-Suppress|Mime-Version|Content-Type|Content-Language|Content-Transfer-Encoding)$`)

// Hostile strings in a row never become a header, a recipient or a second mail.
func FuzzRenderer(f *testing.F) {
	f.Add("reporter@example.net", "CERT-AA #1", "Hello", "first@example.net", "EX-7KQ4-9MZX", "ack")
	f.Add("x@example.net\r\nBcc: y@example.com", "1\r\nBcc: y@example.com", "a\r\n\r\nb", "a>\r\nBcc: <b@c", "EX\r\n", "ack-peer")
	f.Fuzz(func(t *testing.T, to, number, subject, id, reference, template string) {
		o := answer(template, "de")
		o.To, o.TheirNumber, o.Subject, o.InReplyTo, o.Reference = to, number, subject, id, reference
		o.References = []string{id, number, subject}
		o.Vars = map[string]string{"done": subject, "reason": number, "questions": id}
		writer := renderer(t)
		writer.Keys = quickRing
		out, err := writer.Render(o, now)
		if err != nil {
			return
		}
		m, err := mail.ReadMessage(bytes.NewReader(out.Bytes))
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.Bytes)
		}
		for name, values := range m.Header {
			if !headerName.MatchString(name) || len(values) != 1 {
				t.Errorf("header %s: %q", name, values)
			}
		}
		if addresses, err := m.Header.AddressList("To"); err != nil || len(addresses) != 1 {
			t.Errorf("To: %v (%v)", addresses, err)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || strings.ContainsAny(got, "\r\n") {
			t.Errorf("subject %q (%v)", got, err)
		}
	})
}

// An address that passes reads back as itself and cannot be more than one.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"a@example.net", "x@y> NOTIFY=NEVER", `"a b"@example.net`, "ü@bücher.example", "a@[192.0.2.1]", "a@b@c", "(c)a@b", "a@b.", "-f@example.net", "a\x00@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		safe, err := responder.Address(address)
		if err != nil {
			if safe != "" || !errors.Is(err, responder.ErrAddress) {
				t.Errorf("%q with error %v", safe, err)
			}
			return
		}
		if again, err := responder.Address(safe); err != nil || again != safe {
			t.Errorf("%q became %q (%v)", safe, again, err)
		}
		if strings.ContainsAny(safe, "<>()[]{},;:\\\"' \t\r\n\x00") || strings.Count(safe, "@") != 1 || len(safe) > 254 {
			t.Errorf("%q passed as %q", address, safe)
		}
		list, err := mail.ParseAddressList(safe)
		if err != nil || len(list) != 1 || list[0].Address != safe || list[0].Name != "" {
			t.Errorf("%q reads as %v (%v)", safe, list, err)
		}
	})
}

func TestSubjectField(t *testing.T) {
	for name, subject := range map[string]string{
		"ascii":              "Strange page",
		"umlaut":             "Größere Störung im Netz",
		"all of it":          strings.Repeat("ü", 200),
		"one long word":      strings.Repeat("x", 100) + "ü",
		"mixed":              "one ü two three four five six seven eight nine ten eleven twelve ü thirteen",
		"looks encoded":      "=?utf-8?q?a=0D=0ABcc:_x?=",
		"characters of four": strings.Repeat("🙂", 60),
	} {
		t.Run(name, func(t *testing.T) {
			o := answer("ack", "en")
			o.Subject = subject
			out, err := renderer(t).Render(o, now)
			if err != nil {
				t.Fatal(err)
			}
			head, _, _ := strings.Cut(string(out.Bytes), "\r\n\r\n")
			for line := range strings.SplitSeq(head, "\r\n") {
				if len(line) > 76 && strings.Contains(line, "=?") {
					t.Errorf("line of %d: %q", len(line), line)
				}
			}
			m, err := mail.ReadMessage(bytes.NewReader(out.Bytes))
			if err != nil {
				t.Fatal(err)
			}
			raw := m.Header.Get("Subject")
			if got, err := new(mime.WordDecoder).DecodeHeader(raw); err != nil || got != out.Subject || !strings.HasPrefix(raw, "[EX-7KQ4-9MZX] ") {
				t.Errorf("%q reads as %q, want %q (%v)", raw, got, out.Subject, err)
			}
		})
	}
}
