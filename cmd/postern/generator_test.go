package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"postern/parser/pgp"
	"postern/testdata"
)

// letter is one mail of the generator, and what is owed for it.
type letter struct {
	raw    []byte // CRLF lines
	id     string // Message-ID without brackets; copies of one mail share it
	from   string
	owed   bool // an automatic answer is due
	opens  bool // a conversation: each of those has one answer
	copied bool // a copy: one entry with the others of its id
}

// generator makes mail as reporting mailboxes get it. The same name and seed
// give the same mails, but for what OpenPGP draws by itself. Every mail is about
// hosts that no other names, so that none is taken for a report of the same case.
type generator struct {
	name     string // unique among the generators whose mail meets in one place
	random   *rand.Rand
	at       time.Time
	observed int // addresses in an average mail
	peers    []correspondent
	made     []letter
}

// correspondent writes encrypted and signed mail.
type correspondent struct {
	address string
	keys    *pgp.Keyring
}

// teamKey is the fingerprint everything encrypted is for.
func teamKey(t testing.TB) string {
	t.Helper()
	infos, err := pgp.Describe(testdata.Key("team-public.asc"))
	if err != nil || len(infos) == 0 {
		t.Fatalf("the team's key: %v", err)
	}
	return infos[0].Fingerprint
}

func newGenerator(t testing.TB, name string, seed uint64) *generator {
	t.Helper()
	g := &generator{name: name, random: rand.New(rand.NewPCG(seed, 1)), at: time.Now(), observed: 60}
	for _, peer := range []string{"cert-alpha", "cert-beta"} {
		public := pgp.PublicKey{Data: testdata.Key("team-public.asc"), Tier: "peer"}
		keys, err := pgp.NewKeyring([][]byte{testdata.Key(peer + "-secret.asc")}, nil, []pgp.PublicKey{public})
		if err != nil {
			t.Fatal(err)
		}
		g.peers = append(g.peers, correspondent{"cert@" + peer + ".example", keys})
	}
	return g
}

// letters makes n mails of all kinds: plain ones and alternatives, one in ten
// with an attachment of about 100 kB, one in twenty encrypted and signed, one in
// ten a follow-up by References, one in twenty written by a program.
func (g *generator) letters(t testing.TB, n int) []letter {
	t.Helper()
	team := teamKey(t)
	for range n {
		switch dice := g.random.IntN(100); {
		case dice < 10:
			g.add(g.withAttachment(100<<10), true)
		case dice < 15:
			g.addEncrypted(t, team)
		case dice < 25 && len(g.made) > 0:
			g.addFollowUp()
		case dice < 30:
			g.addAutomatic()
		case dice < 65:
			g.add(g.plain(), true)
		default:
			g.add(g.alternative(), true)
		}
	}
	return g.made
}

// draft is a mail on its way to become a letter: header fields and entity.
type draft struct {
	from    string
	subject string
	fields  string // further fields, CRLF at each end
	entity  string // Content-Type and whatever follows it
}

func (g *generator) add(d draft, owed bool) *letter {
	n := len(g.made) + 1
	id := fmt.Sprintf("%s.%d@mail.reporter.example", g.name, n)
	if d.from == "" {
		d.from = fmt.Sprintf("reporter%d@%s%d.example", n, g.name, n)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Received: from out%d.reporter.example ([198.18.0.1])\r\n\tby mail.example.org with ESMTPS id %s%d;\r\n\t%s\r\n",
		n%7, g.name, n, g.at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: Reporter %d <%s>\r\nTo: Example CSIRT <csirt@example.org>\r\n", n, d.from)
	fmt.Fprintf(&b, "Subject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\n", d.subject, g.at.Format(time.RFC1123Z), id)
	b.WriteString(d.fields)
	b.WriteString(d.entity)
	g.made = append(g.made, letter{raw: b.Bytes(), id: id, from: d.from, owed: owed, opens: owed})
	return &g.made[len(g.made)-1]
}

// copyOf is the same mail as another mailbox got it: other bytes, one identity.
func copyOf(l letter) letter {
	raw := append([]byte("Received: from list.example.org ([198.18.0.2])\r\n\tby mail.example.org with ESMTPS id copy\r\n"), l.raw...)
	return letter{raw: raw, id: l.id, from: l.from, copied: true}
}

func (g *generator) plain() draft {
	if g.random.IntN(3) == 0 {
		return draft{subject: g.subject(), entity: "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(g.body())}
	}
	return draft{subject: g.subject(), entity: "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + g.body()}
}

func (g *generator) alternative() draft {
	body := g.body()
	page := "<html><body><p>" + strings.ReplaceAll(body, "\r\n", "<br>\r\n") + "</p></body></html>\r\n"
	return draft{subject: g.subject(), entity: multipart("alternative", g.boundary(),
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+quoted(body),
		"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+quoted(page))}
}

func (g *generator) withAttachment(size int) draft {
	noise := make([]byte, size/4*3)
	for i := range noise {
		noise[i] = byte(g.random.Uint32())
	}
	return draft{subject: g.subject(), entity: multipart("mixed", g.boundary(),
		"Content-Type: text/plain; charset=utf-8\r\n\r\n"+g.body(),
		"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"+
			"Content-Disposition: attachment; filename=\"capture.pcap\"\r\n\r\n"+wrapped(base64.StdEncoding.EncodeToString(noise)))}
}

// addEncrypted adds a PGP/MIME mail of a peer (RFC 3156 section 4).
func (g *generator) addEncrypted(t testing.TB, team string) {
	t.Helper()
	peer := g.peers[g.random.IntN(len(g.peers))]
	inner := "Content-Type: text/plain; charset=utf-8\r\n\r\n" + g.body()
	block, err := peer.keys.Encrypt([]byte(inner), []string{team}, g.at)
	if err != nil {
		t.Fatal(err)
	}
	armoured := strings.ReplaceAll(strings.ReplaceAll(string(block), "\r\n", "\n"), "\n", "\r\n")
	entity := multipart("encrypted; protocol=\"application/pgp-encrypted\"", g.boundary(),
		"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
		"Content-Type: application/octet-stream\r\n\r\n"+armoured)
	g.add(draft{from: peer.address, subject: "Encrypted report " + g.word(), entity: entity}, true)
}

// addFollowUp adds a mail of the same sender that names an earlier one. Which of
// the two is filed first is open, and with it which one is answered.
func (g *generator) addFollowUp() {
	i := g.random.IntN(len(g.made))
	if g.made[i].copied || !g.made[i].owed || strings.HasPrefix(g.made[i].from, "cert@") {
		g.add(g.plain(), true)
		return
	}
	g.made[i].owed = false
	d := g.plain()
	d.from, d.subject = g.made[i].from, "Re: the report of this morning"
	d.fields = fmt.Sprintf("In-Reply-To: <%s>\r\nReferences: <%s>\r\n", g.made[i].id, g.made[i].id)
	g.add(d, false)
}

func (g *generator) addAutomatic() {
	d := g.plain()
	if g.random.IntN(2) == 0 {
		d.fields, d.subject = "Auto-Submitted: auto-replied\r\n", "Out of office: "+d.subject
	} else {
		d.fields = "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n"
	}
	g.add(d, false)
}

var subjects = []string{
	"Attacks from your network on %s", "Phishing page at %s", "Scan against %s since last night",
	"=?utf-8?q?Auff=C3=A4lliger_Verkehr_von?= %s", "Mail with malware that points to %s", "Login attempts at %s",
}

func (g *generator) subject() string {
	return fmt.Sprintf(subjects[g.random.IntN(len(subjects))], g.host())
}

var openings = []string{
	"Dear team,\r\n\r\nsince this morning our sensors see connections that look like attempts to guess passwords.\r\nPlease find an extract of our log below; all times are UTC.\r\n",
	"Hello,\r\n\r\na colleague received a mail that leads to a page which asks for the password of our webmail.\r\nWe have blocked these addresses and ask you to have a look at the hosts behind them.\r\n",
	"Guten Tag,\r\n\r\nseit gestern Abend sehen wir auf mehreren Servern auffällige Zugriffe.\r\nEin Auszug aus dem Protokoll steht unten, die Zeiten sind in UTC.\r\n",
}

// body is a text with as many addresses as observed says, half of them or twice.
func (g *generator) body() string {
	var b strings.Builder
	b.WriteString(openings[g.random.IntN(len(openings))] + "\r\n")
	for left := g.observed/2 + g.random.IntN(g.observed+1); left > 0; left -= 2 {
		b.WriteString(g.line())
	}
	fmt.Fprintf(&b, "\r\nCase number on our side: %s\r\n\r\nKind regards\r\n\r\n-- \r\nSecurity desk %s\r\n", g.word(), g.word())
	return b.String()
}

// line is one line of a log with about two addresses.
func (g *generator) line() string {
	at := g.at.Add(-time.Duration(g.random.IntN(86400)) * time.Second).UTC().Format("2006-01-02T15:04:05Z")
	switch g.random.IntN(6) {
	case 0:
		return fmt.Sprintf("%s GET hxxp://%s/%s/index.php?id=%d from %s\r\n", at, defanged(g.host()), g.word(), g.random.IntN(9999), g.v4())
	case 1:
		return fmt.Sprintf("%s https://%s/%s/login -> 302 https://%s/%s\r\n", at, g.host(), g.word(), g.host(), g.word())
	case 2:
		return fmt.Sprintf("%s postfix/smtpd: NOQUEUE: reject: RCPT from %s: from=<%s@%s>\r\n", at, g.v4(), g.word(), g.host())
	case 3:
		return fmt.Sprintf("%s src=%s dst=%s proto=tcp dport=22 action=deny\r\n", at, g.v6(), g.v6())
	default:
		return fmt.Sprintf("%s sshd[%d]: Failed password for root from %s port %d to %s\r\n", at, g.random.IntN(32768), g.v4(), 1024+g.random.IntN(60000), g.v4())
	}
}

func (g *generator) word() string { return fmt.Sprintf("%s%07x", g.name, g.random.Uint32()>>4) }

func (g *generator) host() string { return "h" + g.word() + ".example" }

// v4 is an address of the range for measurements (RFC 2544).
func (g *generator) v4() string {
	return fmt.Sprintf("198.%d.%d.%d", 18+g.random.IntN(2), g.random.IntN(256), g.random.IntN(256))
}

func (g *generator) v6() string {
	return fmt.Sprintf("2001:db8:%x::%x", g.random.IntN(65536), g.random.IntN(65536))
}

func (g *generator) boundary() string { return "=_" + g.word() }

func defanged(host string) string { return strings.ReplaceAll(host, ".", "[.]") }

func multipart(kind, boundary string, parts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n", kind, boundary)
	for _, part := range parts {
		fmt.Fprintf(&b, "--%s\r\n%s\r\n", boundary, part)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.String()
}

// quoted writes into memory, which takes everything: there is no error to see.
func quoted(text string) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// wrapped breaks base64 into lines of 76.
func wrapped(text string) string {
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return b.String() + text + "\r\n"
}
