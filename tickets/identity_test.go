package tickets_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/tickets"
)

// mail is a report of an ordinary person's mail, changed as the test needs.
func mail(change ...func(*tickets.Report)) tickets.Report {
	r := tickets.Report{
		MessageID: "1@mail.example.net",
		Date:      "2026-11-21T14:05:00Z",
		Subject:   "strange mail",
		From:      []mime.Address{{Name: "Ana", Address: "ana@example.net"}},
		To:        []mime.Address{{Address: "csirt@example.org"}},
		NewText:   "Somebody sent me this link: https://shop.example/login\nIs it real?",
		Kind:      "incident",
		Category:  "fraud/phishing",
		Severity:  "medium",
		Language:  "en",
	}
	r.Reporter = parser.Reporter{Address: "ana@example.net", Via: "from"}
	r.Automatic.MayAnswer = true
	for _, c := range change {
		c(&r)
	}
	r.Text = r.NewText
	if r.OuterSubject == "" && !r.Crypto.Encrypted {
		r.OuterSubject = r.Subject
	}
	return r
}

func text(s string) func(*tickets.Report) { return func(r *tickets.Report) { r.NewText = s } }

func attach(digests ...string) func(*tickets.Report) {
	return func(r *tickets.Report) {
		for _, d := range digests {
			r.Attachments = append(r.Attachments, parser.Attachment{Name: "f.bin", Type: "application/octet-stream", Size: 4096, SHA256: digest(d)})
		}
	}
}

// digest is a well-formed SHA-256 told apart by s.
func digest(s string) string { return strings.Repeat("0", 64-len(s)) + s }

// asRead is the mail of an ordinary person with this body, as the parser reads it.
func asRead(body string) tickets.Report {
	raw := "From: Ana <ana@example.net>\r\nTo: csirt@example.org\r\nSubject: strange mail\r\nDate: Sat, 21 Nov 2026 14:05:00 +0000\r\n" +
		"Message-ID: <1@mail.example.net>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n"
	return parser.Parse(context.Background(), strings.NewReader(raw), int64(len(raw)), parser.Env{})
}

// What gateways do to one of two deliveries of a mail makes no other mail of it.
func TestIdentityOutlivesGateways(t *testing.T) {
	const words = "Somebody sent me this link: https://shop.example/login\nIs it real?"
	identity := tickets.IdentityOf(asRead(words))
	for name, body := range map[string]string{
		"other white space":          "  Somebody sent me\u00a0this link:\r\n\r\n https://shop.example/login Is it\treal? \n",
		"zero-width signs":           "Some\u200bbody sent me this link: https://shop.example/login\nIs it\ufeff real?",
		"tag in a line of its own":   "[EXT]\n\n" + words,
		"tag before the words":       "[EXTERNAL] " + words,
		"tag of two words":           "[External Sender] " + words,
		"tag twice":                  "[EXT] [EXTERN]: " + words,
		"warning above":              "CAUTION: This email originated from outside of the organization. Do not click.\n\n" + words,
		"warning over several lines": "CAUTION: This message comes from\nan external sender. Do not click\nlinks.\n\n" + words,
		"German warning":             "ACHTUNG: Diese E-Mail kommt von einem externen Absender!\n\n" + words,
		"French warning":             "ATTENTION : courriel externe, ne cliquez pas.\n\n" + words,
		"warning below":              words + "\n\n*** External email: do not click on links ***",
		"Outlook's hint":             "You don't often get email from ana@example.net. Learn why this is important\n\n" + words,
		"Safe Links":                 "Somebody sent me this link: https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2Flogin&data=05%7Cx&reserved=0\nIs it real?",
		"URL Defense 2":              "Somebody sent me this link: https://urldefense.proofpoint.com/v2/url?u=https-3A__shop.example_login&d=x&c=y\nIs it real?",
		"URL Defense 3":              "Somebody sent me this link: https://urldefense.com/v3/__https://shop.example/login__;!!abc!def$\nIs it real?",
	} {
		t.Run(name, func(t *testing.T) {
			if got := asRead(body); tickets.IdentityOf(got) != identity {
				t.Errorf("two identities; the new text was read as %q", got.NewText)
			}
			if got := asRead(body); tickets.BringsMore(got, tickets.FiledCopy{Text: tickets.Told(asRead(words))}) {
				t.Errorf("%q brings more", got.Text)
			}
		})
	}
}

func TestIdentityIsTheSame(t *testing.T) {
	for name, change := range map[string]func(*tickets.Report){
		"case of the address":         func(r *tickets.Report) { r.From[0].Address = "ANA@Example.net" },
		"display name":                func(r *tickets.Report) { r.From[0].Name = "[EXT] Ana" },
		"subject with a tag":          func(r *tickets.Report) { r.Subject = "[EXT] " + r.Subject },
		"other recipient, other path": func(r *tickets.Report) { r.To[0].Address = "abuse@example.org" },
		"logo added on the way":       attach("10"),
		"no Message-ID and a tag":     func(r *tickets.Report) { r.Subject = "[EXT] " + r.Subject },
	} {
		t.Run(name, func(t *testing.T) {
			a, b := mail(), mail()
			if strings.HasPrefix(name, "no Message-ID") {
				a.MessageID, b.MessageID = "", ""
			}
			change(&b)
			if tickets.IdentityOf(a) != tickets.IdentityOf(b) {
				t.Error("two identities")
			}
		})
	}
}

func TestIdentityDiffers(t *testing.T) {
	undecryptable := func(r *tickets.Report) {
		r.Crypto = pgp.Result{Protocol: "openpgp", Encrypted: true}
		r.NewText, r.MessageID = "", ""
	}
	none := func(r *tickets.Report) { r.MessageID, r.Date, r.From, r.NewText = "", "", nil, "" }
	noID := func(r *tickets.Report) { r.MessageID = "" }
	for name, c := range map[string]struct{ a, b tickets.Report }{
		"other words under the same Message-ID": {mail(), mail(text("Send the money elsewhere"))},
		"other sender":                          {mail(), mail(func(r *tickets.Report) { r.From[0].Address = "eve@example.net" })},
		"other date":                            {mail(), mail(func(r *tickets.Report) { r.Date = "2026-11-22T14:05:00Z" })},
		"other Message-ID":                      {mail(), mail(func(r *tickets.Report) { r.MessageID = "2@mail.example.net" })},
		"no Message-ID":                         {mail(), mail(func(r *tickets.Report) { r.MessageID = "" })},
		"two subjects of a script that writes no Message-ID": {mail(noID), mail(noID, subject("Host b is down"))},
		"two ciphertexts":                       {mail(undecryptable, attach("1")), mail(undecryptable, attach("2"))},
		"two files without a word":              {mail(none, attach("1")), mail(none, attach("2"))},
		"one file more without a word":          {mail(none, attach("1")), mail(none, attach("1", "2"))},
		"words moved between fields":            {mail(text("b"), func(r *tickets.Report) { r.Date = "a" }), mail(text(""), func(r *tickets.Report) { r.Date = "ab" })},
		"a warning in the middle of a text":     {mail(text(long("x") + "\nWarning: external power failed\n\n" + long("x"))), mail(text(long("x") + "\n\n" + long("x")))},
		"a report that begins like a warning":   {mail(text("External scanners hit host a")), mail(text("External scanners hit host b"))},
		"warnings without a Message-ID":         {mail(noID, text("Warning: external login on a\n")), mail(noID, text("Warning: external login on b\n"))},
		"a long paragraph is no warning":        {mail(text("Warning: external\na\nb\nc\nd\ne\nf\ng")), mail(text(""))},
		"a link that only looks wrapped":        {mail(text("https://evil.example/?url=https://shop.example/login")), mail(text("https://shop.example/login"))},
		"a wrapper with nothing in it":          {mail(text("https://x.safelinks.protection.outlook.com/?url=javascript:a")), mail(text("javascript:a"))},
		"a wrapper that is broken":              {mail(text("https://urldefense.proofpoint.com/v2/url?u=https-3A-zz")), mail(text("https://urldefense.proofpoint.com/v2/url?u=https-3A-yy"))},
		"a wrapper without an end":              {mail(text("https://urldefense.com/v3/__https://a.example")), mail(text("https://a.example"))},
		"a link that is none":                   {mail(text("http://%zz")), mail(text("http://%yy"))},
		"a hint of a gateway that says nothing": {mail(text("Warning: the disk is full")), mail(text(""))},
		"a name that is no address":             {mail(func(r *tickets.Report) { r.From[0] = mime.Address{Name: "x"} }), mail(func(r *tickets.Report) { r.From[0] = mime.Address{Name: "y"} })},
	} {
		t.Run(name, func(t *testing.T) {
			if tickets.IdentityOf(c.a) == tickets.IdentityOf(c.b) {
				t.Error("one identity for two mails")
			}
		})
	}
}

func long(word string) string { return strings.Repeat(word+"\n", 20) }

// Two mails of which nothing could be read must not meet either: the second
// would be lost in the first.
func TestMailWithoutFeaturesIsKnownByItsBytes(t *testing.T) {
	rules := &tickets.Rules{Prefix: "EX"}
	keys := func(sha string) tickets.Keys {
		return tickets.KeysOf(tickets.Claim{SHA256: sha}, tickets.Report{}, rules)
	}
	if keys("aa").Identity == keys("bb").Identity {
		t.Error("one identity for two different mails without anything in them")
	}
	if first, again := keys("aa"), keys("aa"); first.Identity != again.Identity {
		t.Error("two identities for the same bytes")
	}
}

func TestIdentityWorstCase(t *testing.T) {
	for name, s := range map[string]string{
		"warnings all the way":  strings.Repeat("CAUTION: external\n", 1<<17),
		"one very long line":    strings.Repeat("CAUTION external ", 1<<17),
		"links all the way":     strings.Repeat("https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2F\n", 1<<14),
		"wrapped in itself":     strings.Repeat("https://safelinks.protection.outlook.com/?url=", 1<<14),
		"empty lines":           strings.Repeat("\n", 1<<21),
		"brackets without ends": strings.Repeat("[EXT", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			tickets.IdentityOf(mail(text(s)))
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("%d bytes took %v", len(s), took)
			}
		})
	}
}

func FuzzIdentityOf(f *testing.F) {
	f.Add("1@x.example", "Hello\n\nworld", "d1")
	f.Add("", "[EXT] CAUTION: external\n\nx https://urldefense.com/v3/__https://a.example/__;!!x", "")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, id, words, file string) {
		r := mail(text(words), func(r *tickets.Report) { r.MessageID = id }, attach(file[:min(len(file), 64)]))
		identity := tickets.IdentityOf(r)
		if len(identity) != 64 || identity != tickets.IdentityOf(r) {
			t.Fatalf("identity %q", identity)
		}
		spaced := r
		spaced.NewText = "\n \n" + strings.ReplaceAll(words, "\n", " \r\n") + " \t\n"
		if tickets.IdentityOf(spaced) != identity {
			t.Errorf("white space makes another mail of %q", words)
		}
		other := r
		other.Date = r.Date + "x"
		if tickets.IdentityOf(other) == identity {
			t.Error("another date makes no other mail")
		}
	})
}

// Whoever saw a mail could send its words first, with harmless files.
func TestACopyThatBringsMoreIsNotTheSame(t *testing.T) {
	quoted := mail(attach("a1", "a2")).Text + "\n\nOn Friday the NOC wrote:\n> Nov 20 10:11:12 gw sshd: Failed password from 203.0.113.9\n> and again at noon"
	filed := tickets.FiledCopy{Text: quoted, Attachments: mail(attach("a1", "a2")).Attachments}
	says := func(text string) tickets.Report {
		r := mail()
		r.Text = text
		return r
	}
	for name, c := range map[string]struct {
		came    tickets.Report
		verdict string
		want    bool
	}{
		"the same files":                 {mail(attach("a2", "a1")), "", false},
		"files lost on the way":          {mail(attach("a1")), "", false},
		"another file":                   {mail(attach("a1", "a3")), "", true},
		"the first signature":            {mail(attach("a1"), signed("AA", true)), "", true},
		"a signature where one is filed": {mail(attach("a1"), signed("AA", true)), "Signed by Ana.", false},
		"the same quoted words":          {says(quoted), "", false},
		"a quotation lost on the way":    {says(mail().Text), "", false},
		"another address quoted":         {says(strings.Replace(quoted, "203.0.113.9", "203.0.113.99", 1)), "", true},
		"a line more quoted":             {says(quoted + "\n> from 203.0.113.77"), "", true},
		"lines in another order":         {says("> and again at noon\n" + quoted), "", true},
		"lines broken elsewhere":         {says(strings.Replace(quoted, "password from", "password\n> from", 1)), "", false},
		"a gateway's warning":            {says("CAUTION: external sender.\n\n" + quoted), "", false},
		"a list's footer":                {says(quoted + "\n_______________\nabuse mailing list\nhttps://lists.example.org/abuse"), "", false},
	} {
		filed.Verdict = c.verdict
		if got := tickets.BringsMore(c.came, filed); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	reply := says("another quotation")
	reply.InReplyTo = []string{"before@mail.example.net"}
	if tickets.BringsMore(reply, tickets.FiledCopy{Text: reply.NewText}) {
		t.Error("what a reply quotes stands in the entries before it")
	}
	a, b := mail(attach("a1")), mail(attach("a2"))
	id := tickets.IdentityOf(a)
	if tickets.AlteredIdentity(id, a) == tickets.AlteredIdentity(id, b) || tickets.AlteredIdentity(id, a) != tickets.AlteredIdentity(id, mail(attach("a1"))) {
		t.Error("two deliveries of an altered copy must meet, and two copies must not")
	}
}
