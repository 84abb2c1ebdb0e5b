package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
)

func (p *program) init() *cobra.Command {
	var newSeal, newThread bool
	c := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a commented configuration and the keys of a new installation",
		Long: `Init writes postern.toml into FOLDER (the current one when none is named) and
makes the data folder with the two keys that belong to it: seal.key seals what
came out of encrypted mail, thread.key marks our own mails. It overwrites nothing.

When one of these keys is lost for good, and no copy of it is left, stop serve and
give --new-seal-key or --new-thread-key with the configuration (-c). Another key is
made for the installation that is there, and the log of events says who did it.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case (newSeal || newThread) && len(args) > 0:
				return misuse{errors.New("a new key is for the installation that -c names, not for a folder")}
			case newSeal:
				if err := p.runNewKey(c.Context(), sealKey); err != nil || !newThread {
					return err
				}
				fallthrough
			case newThread:
				return p.runNewKey(c.Context(), threadKey)
			}
			folder := "."
			if len(args) == 1 {
				folder = args[0]
			}
			return p.runInit(folder)
		},
	}
	c.Flags().BoolVar(&newSeal, sealKey.flag(), false, "replace a seal key that is lost for good; what came encrypted so far stays sealed")
	c.Flags().BoolVar(&newThread, threadKey.flag(), false, "replace a thread key that is lost for good; marks in mails that left prove nothing any more")
	return c
}

func (p *program) runInit(folder string) error {
	data := filepath.Join(folder, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	file := filepath.Join(folder, "postern.toml")
	err := writeNew(file, []byte(config.Sample), 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and init overwrites nothing: edit it, or name another folder", file)
	}
	if err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	for _, name := range []string{sealKeyName, threadKeyName} {
		if err := ensureKey(filepath.Join(data, name)); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.err, `Wrote %s and the keys in %s.

Next:
  1. put in your addresses and servers, and the password files it names
  2. postern check -c %s
  3. postern serve -c %s

Keep copies of %s and %s
in a safe place of their own. They are not part of the backup: without the first nobody
can read again what came encrypted, and serve starts on no backup without both.
`, file, data, file, file, filepath.Join(data, sealKeyName), filepath.Join(data, threadKeyName))
	return nil
}

// Names of the key files in the data folder.
const (
	sealKeyName   = config.SealKeyName
	threadKeyName = config.ThreadKeyName
	keyBytes      = 32
)

// writeNew writes a file that must not exist, and makes it durable.
func writeNew(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}

// syncFolder makes a new name in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// ensureKey makes a key of 32 bytes in hexadecimal where there is none. One that is
// there has to be a key.
func ensureKey(path string) error {
	if _, err := loadKey(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key := make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	if err := writeNew(path, []byte(hex.EncodeToString(key)+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	return nil
}

// loadKey reads a key file. The error names the file and never its content.
func loadKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("a key is missing, put its copy back: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	key := make([]byte, keyBytes)
	if n, err := hex.Decode(key, trimEnd(text)); err != nil || n != keyBytes {
		return nil, fmt.Errorf("%s holds no key of %d bytes in hexadecimal", path, keyBytes)
	}
	return key, nil
}

func trimEnd(text []byte) []byte {
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	if len(text) > 2*keyBytes {
		return nil
	}
	return text
}
