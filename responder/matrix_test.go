package responder_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postern/parser"
	"postern/parser/pgp"
	"postern/responder"
)

// awkwardTexts are what people write that breaks signatures on the way.
var awkwardTexts = []struct{ name, text string }{
	{"plain", "Nothing special here."},
	{"long lines", strings.Repeat("https://www.example.net/a/very/long/path/", 40)},
	{"long line of words", strings.Repeat("word ", 300)},
	{"eight bits", "Größe, naïveté, Świnoujście, 漢字, 🙂"},
	{"From lines", "From here on\nFrom there on\n>From nowhere"},
	{"trailing blanks", "one \ntwo\t\nthree  \n\n \nfour"},
	{"dash lines", "-- \n- item\n--\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n-----END PGP MESSAGE-----"},
	{"dots", ".\n..\n.hidden\nend."},
	{"boundary like", "--=_0123456789abcdef01234567\n--=_0123456789abcdef01234567--"},
	{"equal signs", "a=b=3D=\n="},
}

// ways are how a mail leaves.
var ways = []struct {
	name     string
	encrypts []string // addresses of the keys
	template string   // "" is a reply with the text
	inner    string
	all      bool // with every text; else with the first
}{
	{"signed", nil, "", "", true},
	{"signed, with our key attached", nil, "cannot-decrypt", "", false},
	{"encrypted to one", []string{"mira@research.example"}, "", "", true},
	{"encrypted to two", []string{"mira@research.example", "cert@cert-alpha.example"}, "", "", false},
	{"encrypted, protected subject", []string{"mira@research.example"}, "", "Größere Störung: root@db1 wide open", false},
}

// What leaves is read by a strict reader of RFC 3156 and by gpg, by each recipient
// and by ourselves, and is word for word what was written.
func TestEveryWayThroughGPG(t *testing.T) {
	g := realGPG(t, "team-public.asc", "finder-secret.asc", "cert-alpha-secret.asc")
	ours := realGPG(t, "finder-public.asc", "cert-alpha-public.asc")
	passphrase := strings.TrimSpace(string(file("team.passphrase")))
	ours.run(file("team-secret.asc"), "--pinentry-mode", "loopback", "--passphrase", passphrase, "--import")
	for _, way := range ways {
		for i, row := range awkwardTexts {
			if i > 0 && !way.all {
				continue
			}
			t.Run(way.name+"/"+row.name, func(t *testing.T) {
				out := renderWay(t, way.encrypts, way.template, way.inner, row.text)
				body := strict(t, out.Bytes)
				if len(way.encrypts) == 0 {
					g.verifies(t, body)
					if got := shownText(t, body.signed); got != strings.TrimRight(out.Text, "\n") {
						t.Errorf("got\n%q\nwant\n%q", got, out.Text)
					}
					return
				}
				checkOutside(t, out.Bytes, way.inner, row.text)
				plain, said := g.run([]byte(body.armour), "--decrypt")
				if !strings.Contains(said, `Good signature from "Example CSIRT`) || shownText(t, plain) != strings.TrimRight(out.Text, "\n") {
					t.Errorf("gpg says %s, and decrypts\n%s", said, plain)
				}
				checkCanonical(t, strings.TrimSuffix(plain, "\r\n"))
				if i > 0 {
					return
				}
				if got := pubkeyPackets(g, body.armour); got != len(way.encrypts)+1 {
					t.Errorf("made for %d keys, want the recipients and ourselves", got)
				}
				if way.name != "encrypted to one" {
					return // unlocking our own key takes gpg a second
				}
				if mine, _ := ours.run([]byte(body.armour), "--pinentry-mode", "loopback", "--passphrase", passphrase, "--decrypt"); mine != plain {
					t.Errorf("we read our own mail as\n%s", mine)
				}
			})
		}
	}
}

func renderWay(t *testing.T, encrypts []string, template, inner, text string) responder.Rendered {
	t.Helper()
	o := answer("resolved", "en")
	o.Automatic, o.Vars, o.Sign, o.TheirNumber = false, map[string]string{"done": text}, true, "CERT-AA #48211"
	if template != "" {
		o.Template, o.Vars = template, map[string]string{}
	}
	for _, address := range encrypts {
		o.EncryptTo = append(o.EncryptTo, fingerprint(t, address))
	}
	o.Sealed, o.Inner = len(encrypts) > 0, inner
	out, err := renderer(t).Render(o, now)
	if err != nil {
		t.Fatal(err)
	}
	wire(t, out.Bytes)
	return out
}

// checkOutside demands that what everybody on the way reads holds no word of the
// inside, and both numbers.
func checkOutside(t *testing.T, raw []byte, inner, text string) {
	t.Helper()
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	outer := headerOf(t, head)
	subject := outer.Get("Subject")
	if !strings.HasPrefix(subject, "[EX-7KQ4-9MZX] [CERT-AA #48211] ") && !strings.HasPrefix(subject, "[CERT-AA #48211] [EX-7KQ4-9MZX] ") {
		t.Errorf("outer subject %q", subject)
	}
	for _, secret := range []string{"root@db1", "wide open", "Störung", "Gr=C3"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%q stands outside:\n%s", secret, head)
		}
	}
	if bytes.Contains(raw, []byte(strings.SplitN(text, "\n", 2)[0])) && len(text) > 20 {
		t.Error("the text stands outside")
	}
}

func (g gpg) verifies(t *testing.T, body protectedBody) {
	t.Helper()
	dir := t.TempDir()
	content, sig := filepath.Join(dir, "content"), filepath.Join(dir, "content.asc")
	write(t, content, body.signed)
	write(t, sig, body.signature)
	_, said := g.run(nil, "--verbose", "--verify", sig, content)
	if !strings.Contains(said, "Good signature") {
		t.Errorf("gpg says %s", said)
	}
	_, params, err := body.header.ContentType()
	digest := regexp.MustCompile(`digest algorithm (SHA\d+)`).FindStringSubmatch(said)
	if err != nil || len(digest) < 2 || params["micalg"] != "pgp-"+strings.ToLower(digest[1]) {
		t.Errorf("micalg %q, and the signature is made with %v (%v)", params["micalg"], digest, err)
	}
}

func pubkeyPackets(g gpg, armour string) int {
	out, _ := g.run([]byte(armour), "--list-packets", "--list-only")
	return strings.Count(out, ":pubkey enc packet:")
}

// The inside of a mail with a protected subject has the header of RFC 9788, which
// our own reader understands as well.
func TestProtectedSubject(t *testing.T) {
	const secret = "AW: Größere Störung auf db1"
	out := renderWay(t, []string{"mira@research.example"}, "", secret, "done")
	if out.Inner != "[EX-7KQ4-9MZX] [CERT-AA #48211] Re: Größere Störung auf db1" || strings.Contains(out.Subject, "db1") {
		t.Errorf("inside %q, outside %q", out.Inner, out.Subject)
	}
	theirs, err := pgp.NewKeyring([][]byte{file("finder-secret.asc")}, nil, []pgp.PublicKey{{Data: file("team-public.asc"), Tier: "peer"}})
	if err != nil {
		t.Fatal(err)
	}
	read := parser.Parse(t.Context(), bytes.NewReader(out.Bytes), int64(len(out.Bytes)), parser.Env{Keys: theirs, ReceivedAt: now})
	if !read.Crypto.Decrypted || !read.Crypto.ProtectedSubject || read.Subject != out.Inner || read.OuterSubject != out.Subject || read.MessageID != "0123456789abcdef@example.org" {
		t.Errorf("read as %q outside %q, protected %v", read.Subject, read.OuterSubject, read.Crypto.ProtectedSubject)
	}
	if len(read.Crypto.Signatures) != 1 || !read.Crypto.Signatures[0].FromMatch {
		t.Errorf("signatures %+v", read.Crypto.Signatures)
	}
	g := realGPG(t, "team-public.asc", "finder-secret.asc")
	plain, _ := g.run([]byte(strict(t, out.Bytes).armour), "--decrypt")
	head, _, _ := strings.Cut(plain, "\r\n\r\n")
	inner := headerOf(t, head)
	_, params, err := inner.ContentType()
	if err != nil || params["hp"] != "cipher" || params["protected-headers"] != "v1" {
		t.Errorf("Content-Type %v, %v", params, err)
	}
	outer := headerOf(t, strings.SplitN(string(out.Bytes), "\r\n\r\n", 2)[0])
	for _, field := range []string{"From", "To", "Date", "Message-ID", "References", "In-Reply-To"} {
		if inner.Get(field) == "" || inner.Get(field) != outer.Get(field) {
			t.Errorf("%s: %q inside, %q outside", field, inner.Get(field), outer.Get(field))
		}
	}
	if !strings.Contains(head, "HP-Outer: Subject: [EX-7KQ4-9MZX] [CERT-AA #48211] ") || strings.Contains(strings.ToLower(head), "mime-version") {
		t.Errorf("what stood outside is not told:\n%s", head)
	}
}

// A key that has ended when the mail leaves is never encrypted to: the recipient's
// newer one is, and where there is none nothing leaves.
func TestKeyThatEndsBeforeTheMailLeaves(t *testing.T) {
	theirs, err := pgp.NewKeyring([][]byte{file("finder-secret.asc")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, to string
		leaves   bool
	}{
		{"there is a newer one", "mira@research.example", true},
		{"there is none", "reporter@example.net", false},
		{"only one that nobody vouches for", "duty@another-team.example", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := answer("ack", "en")
			o.To, o.EncryptTo, o.Sealed = row.to, []string{"0000000000000000000000000000000000000000"}, true
			out, err := renderer(t).Render(o, now)
			if (err == nil) != row.leaves || err != nil && len(out.Bytes) > 0 {
				t.Fatalf("error %v with %d bytes", err, len(out.Bytes))
			}
			if err != nil {
				return
			}
			read := parser.Parse(t.Context(), bytes.NewReader(out.Bytes), int64(len(out.Bytes)), parser.Env{Keys: theirs, ReceivedAt: now})
			if !read.Crypto.Decrypted {
				t.Errorf("the newer key does not open it: %+v", read.Crypto)
			}
		})
	}
}
