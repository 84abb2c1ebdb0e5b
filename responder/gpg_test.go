package responder_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/testdata/hosttest"
)

// gpg is the real one with a home of its own.
type gpg struct {
	t    *testing.T
	home string
}

func realGPG(t *testing.T, imports ...string) gpg {
	t.Helper()
	hosttest.Program(t, "gpg")
	// The agent's socket lies in the home; its path must be short.
	home, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	g := gpg{t, home}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		os.RemoveAll(home)
	})
	for _, name := range imports {
		g.run(file(name), "--import")
	}
	return g
}

func (g gpg) run(stdin []byte, args ...string) (stdout, stderr string) {
	g.t.Helper()
	command := exec.Command("gpg", append([]string{"--homedir", g.home, "--batch", "--no-tty", "--trust-model", "always"}, args...)...)
	var out, errs bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(stdin), &out, &errs
	if err := command.Run(); err != nil {
		g.t.Fatalf("gpg %v: %v\n%s", args, err, errs.String())
	}
	return out.String(), errs.String()
}

func TestGPGOpensWhatWeEncrypt(t *testing.T) {
	g := realGPG(t, "team-public.asc", "finder-secret.asc")
	o := answer("ack", "de")
	o.Sealed, o.EncryptTo = true, []string{fingerprint(t, "mira@research.example")}
	out, err := renderer(t).Render(o, now)
	if err != nil {
		t.Fatal(err)
	}
	wire(t, out.Bytes)
	if bytes.Contains(out.Bytes, []byte("Aktenzeichen")) || bytes.Contains(out.Bytes, []byte("+00 00")) {
		t.Error("words of the answer in clear")
	}
	raw := string(out.Bytes)
	if !strings.Contains(raw, "multipart/encrypted; protocol=\"application/pgp-encrypted\"") || !strings.Contains(raw, "\r\n\r\nVersion: 1\r\n") {
		t.Errorf("not RFC 3156:\n%s", raw)
	}
	armour := raw[strings.Index(raw, "-----BEGIN PGP MESSAGE"):]
	plain, said := g.run([]byte(armour), "--decrypt")
	if !strings.Contains(said, "Good signature from \"Example CSIRT") {
		t.Errorf("gpg says %s", said)
	}
	if !strings.HasPrefix(plain, "Content-Type: text/plain") || decoded(t, []byte(plain)) != strings.TrimRight(out.Text, "\n") {
		t.Errorf("decrypted:\n%s", plain)
	}
}

func TestGPGVerifiesWhatWeSign(t *testing.T) {
	g := realGPG(t, "team-public.asc")
	for _, test := range []struct{ name, template string }{{"text", "ack"}, {"text with our key", "encrypted-no-key"}, {"umlauts", "resolved"}} {
		t.Run(test.name, func(t *testing.T) {
			o := answer(test.template, "de")
			o.Sign = true
			o.Vars = map[string]string{"done": "From heute an ist Ruhe. \nÄrger gibt es keinen.  \n."}
			out, err := renderer(t).Render(o, now)
			if err != nil {
				t.Fatal(err)
			}
			wire(t, out.Bytes)
			signed, signature := split(t, string(out.Bytes))
			dir := t.TempDir()
			content, sig := filepath.Join(dir, "content"), filepath.Join(dir, "content.asc")
			write(t, content, signed)
			write(t, sig, signature)
			if _, said := g.run(nil, "--verify", sig, content); !strings.Contains(said, "Good signature") {
				t.Errorf("gpg says %s", said)
			}
		})
	}
}

// split takes multipart/signed apart as RFC 3156 section 5 tells a receiver to.
func split(t *testing.T, raw string) (signed, signature string) {
	t.Helper()
	_, rest, ok := strings.Cut(raw, "boundary=\"")
	boundary, _, _ := strings.Cut(rest, "\"")
	parts := strings.Split(raw, "\r\n--"+boundary)
	if !ok || len(parts) != 4 || !strings.Contains(raw, "micalg=pgp-sha") {
		t.Fatalf("not multipart/signed:\n%s", raw)
	}
	return strings.TrimPrefix(parts[1], "\r\n"), parts[2][strings.Index(parts[2], "-----BEGIN"):]
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
