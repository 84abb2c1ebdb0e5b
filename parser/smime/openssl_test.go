package smime_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/testdata/hosttest"
)

// authority is a throw-away certificate authority made with the real openssl,
// with certificates below it. Files stand in its folder.
type authority struct {
	t      testing.TB
	folder string
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	hosttest.Program(t, "openssl")
	a := &authority{t, t.TempDir()}
	a.run(nil, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Sample Root",
		"-addext", "basicConstraints=critical,CA:TRUE")
	return a
}

// run calls openssl in the folder.
func (a *authority) run(stdin []byte, arguments ...string) []byte {
	a.t.Helper()
	c := exec.Command("openssl", arguments...)
	c.Dir, c.Stdin = a.folder, bytes.NewReader(stdin)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		a.t.Fatalf("openssl %s: %v\n%s", strings.Join(arguments, " "), err, complaints.String())
	}
	return out
}

func (a *authority) file(name string) []byte {
	a.t.Helper()
	data, err := os.ReadFile(filepath.Join(a.folder, name))
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}

// person issues a certificate for a mail address: NAME.pem holds certificate and key.
func (a *authority) person(name, address, key string, days int, usage string) {
	a.t.Helper()
	algorithm := strings.Split(key, " ")
	a.run(nil, append([]string{"req", "-nodes", "-newkey"}, append(algorithm, "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN="+name)...)...)
	extensions := fmt.Sprintf("subjectAltName=email:%s\nextendedKeyUsage=%s\nbasicConstraints=CA:FALSE\n", address, usage)
	if err := os.WriteFile(filepath.Join(a.folder, name+".ext"), []byte(extensions), 0o600); err != nil {
		a.t.Fatal(err)
	}
	a.run(nil, "x509", "-req", "-in", name+".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", name+".crt",
		"-days", fmt.Sprint(days), "-extfile", name+".ext")
	both := append(a.file(name+".crt"), a.file(name+".key")...)
	if err := os.WriteFile(filepath.Join(a.folder, name+".pem"), both, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// sign gives a signed entity; more are further arguments of "openssl cms".
func (a *authority) sign(name string, entity string, more ...string) string {
	a.t.Helper()
	arguments := append([]string{"cms", "-sign", "-signer", name + ".crt", "-inkey", name + ".key", "-md", "sha256"}, more...)
	return string(a.run([]byte(entity), arguments...))
}

// encrypt gives an enveloped entity.
func (a *authority) encrypt(name, entity string, more ...string) string {
	a.t.Helper()
	arguments := append([]string{"cms", "-encrypt"}, append(more, name+".crt")...)
	return string(a.run([]byte(entity), arguments...))
}
