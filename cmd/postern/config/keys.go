package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"postern/parser/pgp"
)

// maxKeyFile bounds one key file; a whole team's keyring is far smaller.
const maxKeyFile = 8 << 20

func (k *checker) pgp() {
	p := k.config.PGP
	before := len(k.problems.Fatal())
	k.keyFiles("pgp.secret_keys", p.SecretKeys, openPGP)
	k.onlyOurs("pgp.secret_keys", p.SecretKeys, openPGP)
	k.keyFiles("pgp.public_keys", p.PublicKeys, openPGP)
	k.keyFiles("pgp.known_keys", p.KnownKeys, openPGP)
	k.keyFiles("pgp.master_keys", p.MasterKeys, openPGP)
	k.file1("pgp.passphrase_file", p.PassphraseFile)
	k.onlyOurs("pgp.passphrase_file", []string{p.PassphraseFile}, nil)
	k.legacy(p.Legacy)
	if len(k.problems.Fatal()) > before {
		return
	}
	ring, err := k.config.Keyring()
	if err != nil {
		k.badKey(err)
		return
	}
	if _, err := k.config.Masters(); err != nil {
		k.fault("pgp.master_keys", err.Error(), "public keys, armoured or binary")
	}
	k.keyEnds(ring)
	k.keyLacks(ring)
	if len(p.SecretKeys) == 0 {
		k.warn("pgp.secret_keys", "none: encrypted reports cannot be read and answers are not signed", "")
	}
}

// badKey tells which file the key is in that makes the keyring unusable: in a
// folder of a hundred its number helps nobody.
func (k *checker) badKey(err error) {
	for _, group := range []struct {
		key   string
		paths []string
	}{{"pgp.public_keys", k.config.PGP.PublicKeys}, {"pgp.known_keys", k.config.PGP.KnownKeys}} {
		if file, err := unusable(group.paths); err != nil {
			k.fault(group.key, file+": "+strings.TrimPrefix(err.Error(), "public key 1: "), "public keys, armoured or binary")
			return
		}
	}
	for _, contact := range k.config.People {
		for _, key := range contact.publicKeys() {
			if _, err := pgp.NewKeyring(nil, nil, []pgp.PublicKey{key}); err != nil {
				k.fault("contacts", "key of "+key.Signer+": "+strings.TrimPrefix(err.Error(), "public key 1: "), "public keys, armoured or binary")
				return
			}
		}
	}
	k.fault("pgp.secret_keys", err.Error(), k.passphraseHint(err))
}

// passphraseHint is what to do about secret keys that cannot be read.
func (k *checker) passphraseHint(err error) string {
	p := k.config.PGP
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "the user who runs postern must be able to read it"
	case p.PassphraseEnv != "" && os.Getenv(p.PassphraseEnv) == "":
		return "the environment has no " + p.PassphraseEnv + ", which passphrase_env names"
	case p.PassphraseFile+p.PassphraseEnv == "":
		return `name the file with its passphrase: passphrase_file = "csirt.passphrase"`
	}
	return "passphrase_file has one passphrase a line; every one is tried on every key"
}

// unusable gives the first file that holds no public key, and why.
func unusable(paths []string) (file string, err error) {
	for _, path := range paths {
		files, _ := expand(path, openPGP) // a path that is not there is a fault already
		for _, file := range files {
			data, err := readSmall(file, maxKeyFile)
			if err == nil {
				_, err = pgp.NewKeyring(nil, nil, []pgp.PublicKey{{Data: data, Tier: "known"}})
			}
			if err != nil {
				return file, err
			}
		}
	}
	return "", nil
}

// legacy warns of senders whose mail is read without protection against changes:
// anybody on the way can rewrite it, and anybody can write their address.
func (k *checker) legacy(senders []string) {
	for _, sender := range senders {
		k.address("pgp.legacy", sender, true)
		k.warn("pgp.legacy", "encrypted mail from "+sender+" is read even when nothing shows whether it was changed on the way",
			"ask them for a newer program, then take the line out")
	}
}

// KeyWarning is how long before its end a key is spoken of everywhere: in the
// log, by check, and in the metrics.
const KeyWarning = 60 * 24 * time.Hour

// keyEnds warns of keys that end soon: after that nobody can write to us, or we
// to them, and it takes days to hand round a new one.
func (k *checker) keyEnds(ring *pgp.Keyring) {
	now := time.Now()
	for _, key := range Ending(ring, now) {
		field := "pgp.public_keys"
		if key.Secret {
			field = "pgp.secret_keys"
		}
		what, hint := KeyEnds(key, now)
		k.warn(field, what, hint)
	}
}

// keyLacks tells of keys of ours that do less than a person thinks, and when none does
// what is needed: mail would leave unsigned, and nobody could write to us in private.
func (k *checker) keyLacks(ring *pgp.Keyring) {
	now := time.Now()
	lacks := ring.Lacks(now)
	for _, fingerprint := range slices.Sorted(maps.Keys(lacks)) {
		k.warn("pgp.secret_keys", "key "+fingerprint+": "+strings.Join(lacks[fingerprint], "; "),
			"export it anew with all its subkeys (gpg --export-secret-keys), or add one that can")
	}
	if len(k.config.PGP.SecretKeys) == 0 {
		return
	}
	if !ring.CanSign(now) {
		k.warn("pgp.secret_keys", "none of them can sign now: answers leave unsigned, and what must be encrypted waits for a person", "")
	}
	if _, ok := ring.OwnKey(now); !ok {
		k.warn("pgp.secret_keys", "none of them can be encrypted to now: nobody can write to us in private, and what must be encrypted waits for a person", "")
	}
}

// Ending gives the keys that are spoken of because they end soon, or have ended:
// ours and those of peers. A keyring taken at its word has some that end every day.
func Ending(ring *pgp.Keyring, now time.Time) []pgp.KeyInfo {
	return slices.DeleteFunc(ring.Expiring(now, KeyWarning), func(key pgp.KeyInfo) bool { return !key.Secret && key.Tier != "peer" })
}

// KeyEnds says when a key ends, and what to do about it.
func KeyEnds(key pgp.KeyInfo, now time.Time) (what, hint string) {
	what, hint = "ends on", "ask its owner for a newer copy"
	if !key.Until.After(now) {
		what = "ended on"
	}
	if key.Secret {
		hint = "extend it or add a new one, and tell those who write to us"
	}
	return fmt.Sprintf("key %s (%s) %s %s", key.Fingerprint, strings.Join(key.UserIDs, ", "), what, key.Until.UTC().Format("2006-01-02")), hint
}

func (k *checker) keyFiles(key string, paths, endings []string) {
	for _, path := range paths {
		if _, err := expand(path, endings); err != nil {
			k.fault(key, withoutPath(err)+": "+path, "relative paths begin at the folder of this file")
		}
	}
}

// onlyOurs warns of files with secrets that others may read.
func (k *checker) onlyOurs(key string, paths, endings []string) {
	for _, path := range paths {
		files, err := expand(path, endings)
		if err != nil {
			continue // told of as a fault already
		}
		for _, file := range files {
			if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
				k.warn(key, "others may read "+file, "chmod 600 "+file)
			}
		}
	}
}

// openPGP are the endings that key files of OpenPGP have in a folder.
var openPGP = []string{".asc", ".pgp", ".gpg", ".key"}

// expand gives the key files that a path means: itself, or those of a folder
// with one of the endings.
func expand(path string, endings []string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}

// Keyring reads and unlocks all keys of the configuration, once: unlocking takes
// its time. The error names the file or key and never a passphrase.
func (c *Config) Keyring() (*pgp.Keyring, error) {
	if c.ring != nil {
		return c.ring, nil
	}
	ring, err := c.unlock()
	if err == nil {
		c.ring = ring
	}
	return ring, err
}

func (c *Config) unlock() (*pgp.Keyring, error) {
	secret, err := readAll(c.PGP.SecretKeys, openPGP)
	if err != nil {
		return nil, err
	}
	passphrases, err := c.passphrases()
	if err != nil {
		return nil, err
	}
	public, err := c.PublicKeys()
	if err != nil {
		return nil, err
	}
	return pgp.NewKeyring(secret, passphrases, public)
}

// Masters reads the keys that only introduce others.
func (c *Config) Masters() (*pgp.Keyring, error) {
	data, err := readAll(c.PGP.MasterKeys, openPGP)
	if err != nil {
		return nil, err
	}
	var public []pgp.PublicKey
	for _, d := range data {
		public = append(public, pgp.PublicKey{Data: d, Tier: "known"})
	}
	return pgp.NewKeyring(nil, nil, public)
}

// PublicKeys reads the keys of others that the configuration names, those of
// contacts first: they come with a name.
func (c *Config) PublicKeys() ([]pgp.PublicKey, error) {
	var public []pgp.PublicKey
	for _, contact := range c.People {
		public = append(public, contact.publicKeys()...)
	}
	for _, group := range []struct {
		tier  string
		paths []string
	}{{"peer", c.PGP.PublicKeys}, {"known", c.PGP.KnownKeys}} {
		data, err := readAll(group.paths, openPGP)
		if err != nil {
			return nil, err
		}
		for _, d := range data {
			public = append(public, pgp.PublicKey{Data: d, Tier: group.tier})
		}
	}
	return public, nil
}

func readAll(paths, endings []string) ([][]byte, error) {
	var all [][]byte
	for _, path := range paths {
		files, err := expand(path, endings)
		if err != nil {
			return nil, fmt.Errorf("reading keys: %w", err)
		}
		for _, file := range files {
			data, err := readSmall(file, maxKeyFile)
			if err != nil {
				return nil, fmt.Errorf("reading keys: %w", err)
			}
			all = append(all, data)
		}
	}
	return all, nil
}

// passphrases gives every one that was configured, without line ends.
func (c *Config) passphrases() ([][]byte, error) {
	text := ""
	if c.PGP.PassphraseFile != "" {
		data, err := readSmall(c.PGP.PassphraseFile, maxFile)
		if err != nil {
			return nil, fmt.Errorf("reading the passphrase: %w", err)
		}
		text = string(data)
	}
	if c.PGP.PassphraseEnv != "" {
		text += "\n" + os.Getenv(c.PGP.PassphraseEnv)
	}
	var all [][]byte
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			all = append(all, []byte(line))
		}
	}
	return all, nil
}

// Password reads a mailbox's or relay's password afresh, so that a changed
// file helps without a restart.
func Password(file, env string) (string, error) {
	if env != "" {
		return os.Getenv(env), nil
	}
	if file == "" {
		return "", nil
	}
	data, err := readSmall(file, 4096)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	first, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimRight(first, "\r"), nil
}

func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return os.ReadFile(path)
}
