package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"postern/cmd/postern/config"
	"postern/tickets/store"
)

// dataKey is one of the two keys that belong to the database.
type dataKey struct {
	name string // "seal" or "thread"
	path func(*config.Config) string
	lost string // what its loss means, for the person who gives it up
}

var (
	sealKey = dataKey{"seal", func(c *config.Config) string { return c.Store.SealKeyFile },
		"What came encrypted so far stays sealed for good. The raw mails are there: with the PGP keys,\n" +
			"`postern requeue TICKET` reads those of a ticket again."}
	threadKey = dataKey{"thread", threadKeyFile,
		"The marks in the mails that left so far prove nothing any more. An answer to one of them still\n" +
			"finds its ticket by the Message-ID it names; where a relay changed that, it is shown there as unproven."}
)

func (k dataKey) flag() string { return "new-" + k.name + "-key" }

// wayOut adds to the error of a key what to do when there is no copy of it. One that
// this user may not read is not lost, and nobody shall make another.
func (k dataKey) wayOut(err error) error {
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return fmt.Errorf("%w (when it is lost for good: `postern init --%s` makes another and says what that costs)", err, k.flag())
}

// runNewKey replaces a key that is lost for good, with nothing else at work on
// the data folder. A file that stands in its place is kept under another name.
func (p *program) runNewKey(ctx context.Context, k dataKey) (err error) {
	c, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	if !hasDatabase(c) {
		return fmt.Errorf("there is no database in %s: nothing is lost, and `postern serve` makes the key with it", c.Data)
	}
	held, err := takeLock(c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.release()) }()
	if err := p.stillFits(ctx, c, k); err != nil {
		return err
	}
	kept, err := putAside(k.path(c), p.now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	if err := ensureKey(k.path(c)); err != nil {
		return err
	}
	stuck, err := p.giveUp(ctx, c, k)
	if err != nil {
		return err
	}
	p.tellNewKey(c, k, kept, stuck)
	return nil
}

// stillFits refuses to replace a key that is there and is the database's.
func (p *program) stillFits(ctx context.Context, c *config.Config, k dataKey) error {
	if k.name == threadKey.name {
		tokens, err := loadTokens(c)
		if err != nil {
			return nil // missing or damaged: that is why it is given up
		}
		return p.withNewStore(ctx, c, func(_ *config.Config, s *store.Store) error {
			if fitsDatabase(ctx, s, c, tokens) == nil {
				return fmt.Errorf("%s is there and is the key of this database: nothing is lost", k.path(c))
			}
			return nil
		})
	}
	if _, err := loadKey(k.path(c)); err != nil {
		return nil
	}
	s, err := openStore(ctx, c, AppOptions{Now: p.now, Rand: rand.Reader})
	switch {
	case errors.Is(err, store.ErrOtherKey):
		return nil
	case err != nil:
		return err
	}
	return errors.Join(fmt.Errorf("%s is there and is the key of this database: nothing is lost", k.path(c)), s.Close())
}

// putAside renames a file that is not the right key; "" when there was none.
func putAside(path, stamp string) (string, error) {
	aside := path + ".replaced-" + stamp
	err := os.Rename(path, aside)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("putting the wrong key aside: %w", err)
	}
	return aside, syncFolder(filepath.Dir(path))
}

// giveUp tells the database which key it has from now on.
func (p *program) giveUp(ctx context.Context, c *config.Config, k dataKey) (stuck int64, err error) {
	key, err := loadKey(c.Store.SealKeyFile)
	if err != nil {
		return 0, sealKey.wayOut(err)
	}
	options, err := storeOptions(c, AppOptions{Now: p.now, Rand: rand.Reader}, key)
	if err != nil {
		return 0, err
	}
	options.SealKeyLost = k.name == sealKey.name
	s, err := store.Open(ctx, options)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tokens, err := loadTokens(c)
	if err != nil && k.name == threadKey.name {
		return 0, err
	}
	stuck, err = s.GiveUpKey(ctx, viewer(), k.name, tokens.Fingerprint())
	if err != nil {
		return 0, err
	}
	_, err = s.SealEvents(ctx)
	return stuck, err
}

func (p *program) tellNewKey(c *config.Config, k dataKey, kept string, stuck int64) {
	fmt.Fprintf(p.err, "Made another key in %s. Keep a copy of it in a safe place of its own.\n", k.path(c))
	if kept != "" {
		fmt.Fprintf(p.err, "What stood there is kept as %s.\n", kept)
	}
	fmt.Fprintln(p.err, k.lost)
	if stuck > 0 {
		fmt.Fprintf(p.err, "%s that waited can be read no more; `postern held` lists them: write them again.\n", count(int(stuck), "mail"))
	}
}
