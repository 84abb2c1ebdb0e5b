package pgp_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"postern/parser/mime"
	"postern/parser/pgp"
)

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSignedTextInAnOldCharset checks the signature over the bytes that were
// sent, and shows them as UTF-8.
func TestSignedTextInAnOldCharset(t *testing.T) {
	g := realGPG(t)
	text, err := charmap.ISO8859_1.NewEncoder().String("Grüße, der Host 192.0.2.77 ist befallen.\n")
	if err != nil {
		t.Fatal(err)
	}
	body := "caf\xe9 before\n" + string(g.clear(t, text, peer)) + "\xfc after\n"
	opened := open(t, g.ring(t, "", peer), mailOf(peer, "Content-Type: text/plain; charset=iso-8859-1\n\n"+body), peer)
	if verdicts(opened.Result) != "good" {
		t.Errorf("got %+v", opened.Result)
	}
	if got := shown(opened); !strings.Contains(got, "café before\nGrüße, der Host 192.0.2.77") || !strings.HasSuffix(got, "ü after\n") {
		t.Errorf("got %q", got)
	}
}

// TestInlineInOtherText puts several blocks between words.
func TestInlineInOtherText(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	body := "Hello,\n" + string(g.seal(t, "first secret\n", team, "")) + "between\n" +
		string(g.public(t, peer)) + string(g.clear(t, "signed words\n- listed\n", peer)) +
		string(g.seal(t, "not for you\n", stranger, "")) + "bye\n"
	opened := open(t, ring, mailOf(peer, plainEntity(body)), peer)
	got := shown(opened)
	for _, want := range []string{"Hello,\nfirst secret", "between\n-----BEGIN PGP PUBLIC", "signed words\n- listed", "BEGIN PGP MESSAGE", "bye\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	if r := opened.Result; !r.Encrypted || r.Decrypted || !strings.Contains(r.Problem, "none of ours") || verdicts(r) != "good" {
		t.Errorf("got %+v, want one block closed", r)
	}
	if len(opened.Inner) != 2 || !opened.Inner[0].Encrypted || opened.Inner[1].Encrypted {
		t.Errorf("got %+v", opened.Inner)
	}
}

// TestSignedInsideEncryptedInline nests one block in another.
func TestSignedInsideEncryptedInline(t *testing.T) {
	g := realGPG(t)
	block := g.seal(t, string(g.clear(t, report, peer)), team, "")
	opened := open(t, g.ring(t, team, peer), mailOf(peer, plainEntity(string(block))), peer)
	if len(opened.Inner) != 1 || strings.Contains(opened.Inner[0].Text, "BEGIN PGP") || !opened.Inner[0].Encrypted {
		t.Errorf("got %+v", opened.Inner)
	}
	if s := opened.Result.Signatures; len(s) != 1 || s[0].Verdict != "good" || s[0].Covers != "all" {
		t.Errorf("got %+v", s)
	}
}

// TestArmourAsMailersLeaveIt opens blocks that were indented, padded or lost their end.
func TestArmourAsMailersLeaveIt(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	block := string(g.seal(t, report, team, peer))
	rows := map[string]string{
		"indented":        "  " + strings.ReplaceAll(block, "\n", "\n  "),
		"trailing blanks": strings.ReplaceAll(block, "\n", "  \n"),
		"no checksum":     strings.Replace(block, block[strings.LastIndex(block, "\n="):strings.LastIndex(block, "\n-----END")], "", 1),
		"no end line":     block[:strings.Index(block, "-----END")],
		"with a comment":  strings.Replace(block, "MESSAGE-----\n", "MESSAGE-----\nComment: hello\nCharset: utf-8\n", 1),
		"no break at end": strings.TrimRight(block, "\n"),
		"no-break blanks": strings.ReplaceAll(block, "-----\n", "-----\u00a0\n"),
	}
	for name, body := range rows {
		t.Run(name, func(t *testing.T) {
			opened := open(t, ring, mailOf(peer, plainEntity(body)), peer)
			if !opened.Result.Decrypted || verdicts(opened.Result) != "good" || !strings.Contains(shown(opened), "192.0.2.77") {
				t.Errorf("got %+v, text %q", opened.Result, shown(opened))
			}
		})
	}
}

// TestBrokenBlockBefore opens a message behind a block that lost its end.
func TestBrokenBlockBefore(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	block := string(g.seal(t, report, team, peer))
	for name, before := range map[string]string{
		"signed text without signature": "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n",
		"signature without end":         "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n",
		"key without end":               "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n",
		"end without begin":             "-----END PGP MESSAGE-----\n",
		"marks in a row":                strings.Repeat("-----BEGIN PGP SIGNED MESSAGE-----\n", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, ring, mailOf(peer, plainEntity(before+block)), peer)
			if !opened.Result.Decrypted || !strings.Contains(shown(opened), "192.0.2.77") || opened.Result.Signatures[0].Covers != "part" {
				t.Errorf("got %+v, text %q", opened.Result, shown(opened))
			}
		})
	}
	opened := open(t, ring, mailOf(peer, plainEntity(block[:200]+"\n"+block)), peer)
	if len(opened.Inner) != 1 || opened.Result.Problem == "" || opened.Result.Decrypted {
		t.Errorf("a message without end before: got %+v", opened.Result)
	}
}

// TestTreeOfTheOpenedMail looks at what a reader walks.
func TestTreeOfTheOpenedMail(t *testing.T) {
	opened := open(t, teamRing(t), string(sample(t, "mail/pgp-cert-alpha-report.eml")), "")
	if subject := opened.Root.Header.Get("Subject"); subject != "[CERT-ALPHA #20481] Infected host 192.0.2.77 in your network" {
		t.Errorf("got subject %q", subject)
	}
	var numbers []string
	opened.Root.Walk(func(p *mime.Part) bool {
		numbers = append(numbers, p.Number)
		if !opened.CameEncrypted(p) {
			t.Errorf("part %q is said to have come in clear", p.Number)
		}
		return true
	})
	if got := strings.Join(numbers, ","); got != ",1,2" {
		t.Errorf("got parts %q", got)
	}
}

// TestProtectedSender signs as one and says inside to be another.
func TestProtectedSender(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	for name, row := range map[string]struct {
		outer, inner string
		match        bool
	}{
		"same":                  {peer, "Peer <PEER@curve.example>", true},
		"another's name inside": {peer, "chief@rsa.example", false},
		"another's outside":     {"chief@rsa.example", peer, false},
	} {
		t.Run(name, func(t *testing.T) {
			inner := "Content-Type: text/plain; protected-headers=\"v1\"\r\nFrom: " + row.inner + "\r\n\r\n" + crlf(report)
			for form, mail := range map[string]string{
				"sealed": mailOf(row.outer, encryptedEntity("encrypted", g.seal(t, inner, team, peer))),
				"signed": mailOf(row.outer, signedEntity(inner, g.sign(t, inner, peer))),
			} {
				s := open(t, ring, mail, row.outer).Result.Signatures[0]
				if s.FromMatch != row.match || s.Verdict != "good" {
					t.Errorf("%s: got %+v, want match %v", form, s, row.match)
				}
				if !row.match && !strings.Contains(s.Sentence, "but is not by the sender chief@rsa.example") {
					t.Errorf("%s: got %q", form, s.Sentence)
				}
			}
		})
	}
}

// TestFooterBesideEncrypted keeps what a list server or a scanner added, apart
// from what came encrypted.
func TestFooterBesideEncrypted(t *testing.T) {
	g := realGPG(t)
	inner := mixed(plainEntity(report), plainEntity("second\n"))
	sealed := strings.Replace(encryptedEntity("mixed", g.seal(t, inner, team, peer)), "--e1--",
		"--e1\r\nContent-Type: text/plain\r\n\r\nscanned by a gateway\r\n--e1--", 1)
	for name, mail := range map[string]string{"beside": mailOf(peer, sealed), "around": mailOf(peer, mixed(sealed, plainEntity("list footer\n")))} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, g.ring(t, team, peer), mail, peer)
			if opened.Result.Form != "mixed" || opened.Result.Signatures[0].Covers != "part" {
				t.Errorf("got %+v", opened.Result)
			}
			opened.Root.Walk(func(p *mime.Part) bool {
				text, _ := p.Text(0)
				secret := strings.Contains(text, "192.0.2.77") || text == "second\n"
				if p.Leaf() && opened.CameEncrypted(p) != secret {
					t.Errorf("part %s %q: came encrypted %v", p.Number, text, opened.CameEncrypted(p))
				}
				return true
			})
			if !strings.Contains(shown(opened), "scanned by a gateway") {
				t.Errorf("got %q", shown(opened))
			}
		})
	}
}

// TestGivenTreeStaysWhole opens a mail twice from one tree.
func TestGivenTreeStaysWhole(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	mail := mailOf(peer, mixed(encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, peer)), plainEntity("footer\n")))
	ctx := context.Background()
	root, _ := mime.Read(ctx, strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	first := ring.Open(ctx, root, peer, received, pgp.Limits{}, mime.Limits{})
	second := ring.Open(ctx, root, peer, received, pgp.Limits{}, mime.Limits{})
	if root.Children[0].Type != "multipart/encrypted" || shown(first) != shown(second) || !second.Result.Decrypted {
		t.Errorf("got %q, then %q", shown(first), shown(second))
	}
}

func TestEncryptedAttachment(t *testing.T) {
	g := realGPG(t)
	attach := func(name string, data []byte) string {
		return mailOf(peer, mixed(plainEntity("see the file\n"),
			"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\""+name+"\"\n\n"+string(data)))
	}
	opened := open(t, g.ring(t, team, peer), attach("hosts.csv.asc", g.seal(t, "address\n192.0.2.77\n", team, peer)), peer)
	leaf := opened.Root.Children[1]
	text, _ := leaf.Text(0)
	if leaf.Name != "hosts.csv" || leaf.Type != "text/csv" || leaf.Disposition != "attachment" || leaf.Number != "2" || text != "address\n192.0.2.77\n" {
		t.Errorf("got %+v, text %q", leaf, text)
	}
	if r := opened.Result; r.Form != "attachment" || !r.Decrypted || verdicts(r) != "good" || r.Signatures[0].Covers != "part" {
		t.Errorf("got %+v", r)
	}
	opened = open(t, g.ring(t, team, peer), attach("report.eml.asc", g.seal(t, mailOf(peer, plainEntity(report)), team, "")), peer)
	if !strings.Contains(shown(opened), "192.0.2.77") {
		t.Errorf("got %q", shown(opened))
	}
	opened = open(t, g.ring(t, team), attach("sums.asc", g.sign(t, "x", peer)), peer)
	if opened.Result.Protocol != "none" || opened.Result.Problem != "" {
		t.Errorf("a signature of some file: got %+v", opened.Result)
	}
}

// TestMessageMadeAnAttachment is PGP/MIME of which a gateway left one file.
func TestMessageMadeAnAttachment(t *testing.T) {
	g := realGPG(t)
	inner := mixed(plainEntity(report), plainEntity("second\n"))
	mail := mailOf(peer, mixed(plainEntity("\n"), "Content-Type: application/octet-stream; name=encrypted.asc\n\n"+string(g.seal(t, inner, team, peer))))
	opened := open(t, g.ring(t, team, peer), mail, peer)
	if len(opened.Root.Children[1].Children) != 2 || !strings.Contains(shown(opened), "192.0.2.77") || opened.Root.Children[1].Children[1].Number != "2.2" {
		t.Errorf("got %+v, text %q", opened.Result, shown(opened))
	}
}

func TestPlainMailIsLeftAlone(t *testing.T) {
	for name, mail := range map[string]string{
		"text":    mailOf(peer, plainEntity(report)),
		"mixed":   mailOf(peer, mixed(plainEntity(report), plainEntity("more\n"))),
		"nothing": "",
		"signed by S/MIME": mailOf(peer, "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=x\n\n--x\n"+
			plainEntity(report)+"\n--x\nContent-Type: application/pkcs7-signature\n\nAAAA\n--x--\n"),
	} {
		t.Run(name, func(t *testing.T) {
			opened := open(t, teamRing(t), mail, peer)
			if r := opened.Result; r.Encrypted || r.Protocol == "openpgp" || r.Signatures == nil || len(r.Signatures) != 0 || r.Problem != "" {
				t.Errorf("got %+v", r)
			}
			if len(opened.Inner)+len(opened.Problems) != 0 {
				t.Errorf("got %+v", opened)
			}
		})
	}
}
