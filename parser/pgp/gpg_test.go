package pgp_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/testdata/hosttest"
)

// received is when the mails of these tests came in.
var received = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)

const (
	born   = "20260105T090000"
	today  = "20261120T140500"
	report = "The host 192.0.2.77 is infected.\nPlease have a look.\n"
)

// gpg is the real program with a home of its own.
type gpg struct{ home string }

// homes keeps one home for all tests of the package: making keys is slow.
var homes = sync.OnceValues(newHome)

// realGPG gives the home with the keys of everybody, or ends the test.
func realGPG(t testing.TB) *gpg {
	t.Helper()
	hosttest.Program(t, "gpg")
	home, err := homes()
	if err != nil {
		t.Fatal(err)
	}
	return &gpg{home: home}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if made {
		home, _ := homes()
		_ = exec.Command("gpgconf", "--homedir", home, "--kill", "gpg-agent").Run()
		_ = os.RemoveAll(home)
	}
	os.Exit(code)
}

var made bool

// kinds of keys: name of the person's domain, primary, subkey.
var kinds = [][3]string{
	{"rsa", "rsa2048", "rsa2048"},
	{"curve", "ed25519", "cv25519"},
	{"nist", "nistp256", "nistp256"},
	{"brainpool", "brainpoolP256r1", "brainpoolP256r1"},
}

// newHome makes a team and a peer for each kind of key, and a stranger. The
// path is short because the agent's socket lies in it.
func newHome() (string, error) {
	home, err := os.MkdirTemp("/tmp", "pg")
	if err != nil {
		return "", err
	}
	made = true
	g := &gpg{home: home}
	for _, kind := range kinds {
		for _, who := range []string{"team", "peer"} {
			if err := g.key(who+"@"+kind[0]+".example", kind[1], kind[2]); err != nil {
				return home, err
			}
		}
	}
	return home, g.key("someone@stranger.example", "ed25519", "cv25519")
}

func (g *gpg) key(address, primary, sub string) error {
	name, _, _ := strings.Cut(address, "@")
	uid := strings.ToUpper(name[:1]) + name[1:] + " <" + address + ">"
	if _, err := g.run(born, nil, "--passphrase", "", "--quick-generate-key", uid, primary, "sign,cert", "never"); err != nil {
		return err
	}
	fpr, err := g.print(address)
	if err != nil {
		return err
	}
	_, err = g.run(born, nil, "--passphrase", "", "--quick-add-key", fpr, sub, "encr", "never")
	return err
}

// run calls gpg at the time given and returns what it wrote.
func (g *gpg) run(when string, in []byte, args ...string) ([]byte, error) {
	base := []string{"--homedir", g.home, "--batch", "--quiet", "--no-tty", "--yes", "--pinentry-mode", "loopback",
		"--trust-model", "always", "--no-emit-version", "--faked-system-time", when + "!"}
	cmd := exec.Command("gpg", append(base, args...)...)
	cmd.Stdin = bytes.NewReader(in)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("gpg %s: %w\n%s", strings.Join(args, " "), err, talk.String())
	}
	return out.Bytes(), nil
}

func (g *gpg) must(t testing.TB, in []byte, args ...string) []byte {
	t.Helper()
	return g.at(t, today, in, args...)
}

func (g *gpg) at(t testing.TB, when string, in []byte, args ...string) []byte {
	t.Helper()
	out, err := g.run(when, in, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (g *gpg) print(address string) (string, error) {
	out, err := g.run(born, nil, "--with-colons", "--list-keys", "<"+address+">")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9], nil
		}
	}
	return "", fmt.Errorf("no key of %s", address)
}

func (g *gpg) public(t testing.TB, address string) []byte {
	t.Helper()
	return g.must(t, nil, "--armor", "--export", "<"+address+">")
}

func (g *gpg) secret(t testing.TB, address string) []byte {
	t.Helper()
	return g.must(t, nil, "--passphrase", "", "--armor", "--export-secret-keys", "<"+address+">")
}

// rings keeps the keyrings of the matrix, which asks for the same ones often.
// Keys that a test changes are of addresses outside it.
var rings sync.Map

// ring is a keyring with one secret key and peers.
func (g *gpg) ring(t testing.TB, secret string, peers ...string) *pgp.Keyring {
	t.Helper()
	name := secret + " " + strings.Join(peers, " ")
	if !strings.Contains(name, "@example.net") {
		if ring, made := rings.Load(name); made {
			return ring.(*pgp.Keyring)
		}
	}
	ring := g.newRing(t, secret, peers...)
	rings.Store(name, ring)
	return ring
}

func (g *gpg) newRing(t testing.TB, secret string, peers ...string) *pgp.Keyring {
	t.Helper()
	var public []pgp.PublicKey
	for _, peer := range peers {
		public = append(public, pgp.PublicKey{Data: g.public(t, peer), Tier: "peer"})
	}
	var secrets [][]byte
	if secret != "" {
		secrets = append(secrets, g.secret(t, secret))
	}
	ring, err := pgp.NewKeyring(secrets, nil, public)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// crlf gives the line ends of mail.
func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// mailOf puts a header around the fields and body of an entity.
func mailOf(from, entity string) string {
	return crlf("From: " + from + "\nTo: csirt@example.org\nSubject: Report\nMIME-Version: 1.0\n" + entity)
}

func plainEntity(text string) string {
	return crlf("Content-Type: text/plain; charset=utf-8\n\n" + text)
}

// encryptedEntity is PGP/MIME (RFC 3156 section 4); kind is "encrypted" or "mixed".
func encryptedEntity(kind string, armoured []byte) string {
	return crlf("Content-Type: multipart/" + kind + "; protocol=\"application/pgp-encrypted\"; boundary=e1\n\n" +
		"--e1\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n" +
		"--e1\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + string(armoured) + "\n--e1--\n")
}

// signedEntity is PGP/MIME (RFC 3156 section 5).
func signedEntity(content string, armoured []byte) string {
	return crlf("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=s1\n\n" +
		"--s1\n" + content + "\n--s1\nContent-Type: application/pgp-signature\n\n" + string(armoured) + "\n--s1--\n")
}

// open reads a mail and opens it.
func open(t testing.TB, ring *pgp.Keyring, mail, from string) pgp.Opened {
	t.Helper()
	return openLimited(t, ring, mail, from, pgp.Limits{})
}

func openLimited(t testing.TB, ring *pgp.Keyring, mail, from string, limits pgp.Limits) pgp.Opened {
	t.Helper()
	ctx := context.Background()
	root, _ := mime.Read(ctx, strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return ring.Open(ctx, root, from, received, limits, mime.Limits{})
}

// shown is all text a reader of the opened mail gets to see.
func shown(opened pgp.Opened) string {
	var all strings.Builder
	opened.Root.Walk(func(p *mime.Part) bool {
		if p.Leaf() && strings.HasPrefix(p.Type, "text/") {
			text, _ := p.Text(0)
			all.WriteString(replaced(opened, p, text))
		}
		return true
	})
	return all.String()
}

func replaced(opened pgp.Opened, p *mime.Part, text string) string {
	var all strings.Builder
	done := int64(0)
	for _, inner := range opened.Inner {
		if inner.Part == p {
			all.WriteString(text[done:inner.Start] + inner.Text)
			done = inner.End
		}
	}
	return all.String() + text[done:]
}

func verdicts(r pgp.Result) string {
	var all []string
	for _, s := range r.Signatures {
		all = append(all, s.Verdict)
	}
	return strings.Join(all, ",")
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
