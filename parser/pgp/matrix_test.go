package pgp_test

import (
	"bytes"
	"encoding/base64"
	"mime/quotedprintable"
	"strings"
	"testing"

	"postern/parser/pgp"
)

// form is one way in which people send OpenPGP, built by the real gpg.
type form struct {
	name   string
	as     string // Result.Form
	sealed bool   // encrypted
	signed bool
	covers string
	build  func(t testing.TB, g *gpg, team, peer string) string
}

var forms = []form{
	{"PGP/MIME signed and encrypted", "pgp-mime", true, true, "all", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, peer)))
	}},
	{"PGP/MIME encrypted only", "pgp-mime", true, false, "all", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, encryptedEntity("encrypted", g.seal(t, plainEntity(report), team, "")))
	}},
	{"PGP/MIME signed inside encrypted", "pgp-mime", true, true, "all", func(t testing.TB, g *gpg, team, peer string) string {
		inner := signedEntity(plainEntity(report), g.sign(t, plainEntity(report), peer))
		return mailOf(peer, encryptedEntity("encrypted", g.seal(t, inner, team, "")))
	}},
	{"PGP/MIME signed", "pgp-mime", false, true, "all", func(t testing.TB, g *gpg, _, peer string) string {
		return mailOf(peer, signedEntity(plainEntity(report), g.sign(t, plainEntity(report), peer)))
	}},
	{"PGP/MIME signed, stored with LF", "pgp-mime", false, true, "all", func(t testing.TB, g *gpg, _, peer string) string {
		mail := mailOf(peer, signedEntity(plainEntity(report), g.sign(t, plainEntity(report), peer)))
		return strings.ReplaceAll(mail, "\r\n", "\n")
	}},
	{"PGP/MIME mangled by Exchange", "mixed", true, true, "all", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, encryptedEntity("mixed", g.seal(t, plainEntity(report), team, peer)))
	}},
	{"inline encrypted", "inline", true, true, "all", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, plainEntity(string(g.seal(t, report, team, peer))))
	}},
	{"inline encrypted after a greeting", "inline", true, true, "part", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, plainEntity("Hello,\n\n"+string(g.seal(t, report, team, peer))+"\nKind regards\n"))
	}},
	{"inline encrypted, base64", "inline", true, true, "all", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"+
			wrapped(base64.StdEncoding.EncodeToString(g.seal(t, report, team, peer))))
	}},
	{"inline signed", "inline", false, true, "all", func(t testing.TB, g *gpg, _, peer string) string {
		return mailOf(peer, plainEntity(string(g.clear(t, report, peer))))
	}},
	{"inline signed after a greeting", "inline", false, true, "part", func(t testing.TB, g *gpg, _, peer string) string {
		return mailOf(peer, plainEntity("Hello,\n\n"+string(g.clear(t, report, peer))+"-- \nPeer\n"))
	}},
	{"inline signed, quoted-printable", "inline", false, true, "all", func(t testing.TB, g *gpg, _, peer string) string {
		return mailOf(peer, "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"+quoted(g.clear(t, report, peer)))
	}},
	{"attachment", "attachment", true, true, "part", func(t testing.TB, g *gpg, team, peer string) string {
		return mailOf(peer, "Content-Type: application/octet-stream; name=report.txt.gpg\nContent-Transfer-Encoding: base64\n"+
			"Content-Disposition: attachment; filename=report.txt.gpg\n\n"+wrapped(base64.StdEncoding.EncodeToString(g.sealBinary(t, report, team, peer))))
	}},
}

// fault is one thing that goes wrong with an otherwise right mail.
type fault struct {
	name    string
	secret  bool // the team's secret key is there
	public  bool // the peer's public key is there
	change  func(string) string
	verdict string // of a signature
	opens   bool   // what is encrypted opens
}

var faults = []fault{
	{"nothing wrong", true, true, nil, "good", true},
	{"signer unknown", true, false, nil, "unknown-key", true},
	{"not our key", false, true, nil, "good", false},
	{"changed on the way", true, true, flip, "bad", false},
	{"cut off", true, true, cut, "bad", false},
}

// TestMatrix sends every form with every kind of key through every fault.
func TestMatrix(t *testing.T) {
	g := realGPG(t)
	for _, kind := range kinds {
		team, peer := "team@"+kind[0]+".example", "peer@"+kind[0]+".example"
		for _, form := range forms {
			mail := form.build(t, g, team, peer)
			for _, fault := range faults {
				t.Run(kind[0]+"/"+form.name+"/"+fault.name, func(t *testing.T) {
					checkCell(t, g, form, fault, mail, team, peer)
				})
			}
		}
	}
}

func checkCell(t *testing.T, g *gpg, form form, fault fault, mail, team, peer string) {
	secret, peers := team, []string{peer}
	if !fault.secret {
		secret = "peer@rsa.example"
		if peer == secret {
			secret = "peer@curve.example"
		}
	}
	if !fault.public {
		peers = nil
	}
	if fault.change != nil {
		mail = fault.change(mail)
	}
	opened := open(t, g.ring(t, secret, peers...), mail, peer)
	got := opened.Result
	if got.Protocol != "openpgp" || got.Form != form.as || got.Encrypted != form.sealed {
		t.Errorf("got %+v, want form %s, encrypted %v", got, form.as, form.sealed)
	}
	readable := !form.sealed || fault.opens
	if got.Decrypted != (form.sealed && fault.opens) || (got.Problem == "") != readable {
		t.Errorf("got decrypted %v, problem %q, want readable %v", got.Decrypted, got.Problem, readable)
	}
	if reads := strings.Contains(shown(opened), "Please have a look"); reads != readable && fault.change == nil {
		t.Errorf("got text %q, want readable %v", shown(opened), readable)
	}
	if form.sealed && !fault.opens && strings.Contains(shown(opened), "192.0.2.77") {
		t.Error("plain text of a mail that did not open was shown")
	}
	want := ""
	if form.signed && readable {
		want = fault.verdict
	}
	if verdicts(got) != want {
		t.Fatalf("got verdicts %q, want %q: %+v", verdicts(got), want, got)
	}
	if want == "good" {
		checkGood(t, got.Signatures[0], form)
	}
}

func checkGood(t *testing.T, s pgp.Signature, form form) {
	t.Helper()
	if !s.FromMatch || s.Tier != "peer" || s.KeyState != "valid" || s.Covers != form.covers || s.Made != "2026-11-20T14:05:00Z" || len(s.Key) != 40 {
		t.Errorf("got %+v, want a valid peer's signature of today that matches and covers %s", s, form.covers)
	}
}

// flip changes one sign: of the text that is only signed, else in the middle
// of the ciphertext.
func flip(mail string) string {
	if strings.Contains(mail, "is infected") {
		return strings.Replace(mail, "192.0.2.77", "192.0.2.78", 1)
	}
	lines := strings.Split(mail, "\n")
	at := middle(lines)
	sign := byte('A')
	if lines[at][5] == 'A' {
		sign = 'B'
	}
	lines[at] = lines[at][:5] + string(sign) + lines[at][6:]
	return strings.Join(lines, "\n")
}

// cut takes a line out of the ciphertext or the signed text.
func cut(mail string) string {
	lines := strings.Split(mail, "\n")
	at := middle(lines)
	for i, line := range lines {
		if strings.HasPrefix(line, "Please have") {
			at = i
		}
	}
	return strings.Join(append(lines[:at:at], lines[at+1:]...), "\n")
}

// middle finds the last full line of base64 but one, which is inside the
// encrypted data and not in the session keys before it.
func middle(lines []string) int {
	last := 0
	for i, line := range lines {
		if n := len(strings.TrimSpace(line)); n == 64 || n == 76 {
			if len(lines) > i+1 && len(strings.TrimSpace(lines[i+1])) > 8 {
				last = i
			}
		}
	}
	return last
}

func (g *gpg) seal(t testing.TB, text, team, peer string) []byte {
	t.Helper()
	return g.must(t, []byte(text), append(sealArgs(team, peer), "--armor")...)
}

func (g *gpg) sealBinary(t testing.TB, text, team, peer string) []byte {
	t.Helper()
	return g.must(t, []byte(text), sealArgs(team, peer)...)
}

func sealArgs(team, peer string) []string {
	args := []string{"--encrypt", "-r", "<" + team + ">"}
	if peer != "" {
		args = append(args, "--sign", "-u", "<"+peer+">")
	}
	return args
}

func (g *gpg) sign(t testing.TB, text, peer string) []byte {
	t.Helper()
	return g.must(t, []byte(text), "--detach-sign", "--armor", "-u", "<"+peer+">")
}

func (g *gpg) clear(t testing.TB, text, peer string) []byte {
	t.Helper()
	return g.must(t, []byte(text), "--clear-sign", "-u", "<"+peer+">")
}

func wrapped(text string) string {
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return out.String() + text + "\n"
}

func quoted(text []byte) string {
	var out bytes.Buffer
	w := quotedprintable.NewWriter(&out)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.String()
}
