package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/cmd/postern/config"
	"postern/testdata"
)

// TestContactFiles names each fault with its file, line and a way out.
func TestContactFiles(t *testing.T) {
	key, err := testdata.Files.ReadFile("keys/cert-alpha-public.asc")
	if err != nil {
		t.Fatal(err)
	}
	const alpha = "name = \"CERT Alpha\"\naddresses = [\"cert@cert-alpha.example\"]\ntier = \"peer\"\nkeys = [\"alpha.asc\"]\n"
	for _, row := range []struct {
		name, file, words string // of the one fault, "" for none
	}{
		{"good", alpha, ""},
		{"a word too many", alpha + "telefone = \"1\"\n", "beta.toml:5: telefone: there is no such key\n    did you mean telephone?"},
		{"no such key file", strings.Replace(alpha, "alpha.asc", "nix.asc", 1), "beta.toml:4: keys: no such file or directory: nix.asc"},
		{"no key in it", strings.Replace(alpha, "alpha.asc", "beta.toml", 1), "beta.toml:4: keys: beta.toml: no OpenPGP key in it"},
		{"no such tier", strings.Replace(alpha, "peer", "friend", 1), `beta.toml:3: tier: "friend" is none of peer, known`},
		{"not TOML", "name = CERT\n", "beta.toml:1: "},
	} {
		t.Run(row.name, func(t *testing.T) {
			folder := t.TempDir()
			for name, text := range map[string]string{
				"postern.toml": "contacts = [\"contacts\"]\n" + good, "password": "x\n", "contacts/beta.toml": row.file, "contacts/alpha.asc": string(key),
			} {
				if err := os.MkdirAll(filepath.Join(folder, "contacts"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, problems := config.Load(filepath.Join(folder, "postern.toml"))
			fatal := problems.Fatal()
			if row.words != "" {
				if len(fatal) != 1 || !strings.Contains(fatal[0].String(), row.words) {
					t.Errorf("got %v, want %q", fatal, row.words)
				}
				return
			}
			ring, err := c.Keyring()
			if len(fatal) > 0 || err != nil || len(ring.Keys()) != 1 || ring.Keys()[0].Signer != "CERT Alpha" || ring.Keys()[0].Tier != "peer" {
				t.Errorf("got %v, %v", fatal, err)
			}
		})
	}
}

// A key of a contact that cannot be read is told with its contact, not as one of ours.
func TestUnreadableKeyOfAContact(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"postern.toml": "contacts = [\"a.toml\"]\n" + good, "password": "x\n",
		"a.toml": "name = \"CERT Alpha\"\naddresses = [\"cert@alpha.example\"]\nkeys = [\"a.asc\"]\n",
		"a.asc":  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFYjSC4BCAC5\n-----END PGP PUBLIC KEY BLOCK-----\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := config.Load(filepath.Join(folder, "postern.toml"))
	if got := problems.Fatal().Error(); !strings.Contains(got, "a.toml:3: keys: a.asc: ") && !strings.Contains(got, "contacts: key of CERT Alpha: ") || strings.Contains(got, "secret_keys") {
		t.Errorf("got %s", got)
	}
}

// A name and an address belong to one file.
func TestContactsThatShareSomething(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"postern.toml": "contacts = [\"a.toml\", \"b.toml\"]\n" + good, "password": "x\n",
		"a.toml": "name = \"CERT\"\naddresses = [\"cert@a.example\"]\n", "b.toml": "name = \"cert\"\naddresses = [\"CERT@a.example\"]\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := config.Load(filepath.Join(folder, "postern.toml"))
	if got := problems.Fatal().Error(); !strings.Contains(got, `"cert" stands in a.toml too`) || !strings.Contains(got, "cert@a.example stands in a.toml too") {
		t.Errorf("got %s", got)
	}
}
