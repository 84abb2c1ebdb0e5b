package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets/store"
)

// migration is what the person asks for.
type migration struct {
	from, to, passwordFile string
}

func (p *program) migrate() *cobra.Command {
	var m migration
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Move an installation from SQLite into an empty PostgreSQL database, or restore a backup there",
		Long: `Migrate brings everything from the SQLite database into an empty PostgreSQL one:
tickets, raw mails, what waits to be filed or sent, contacts, keys, the log of
events. Stop serve first. When it is interrupted, give the same command again: it
goes on where it was, or begins anew when the old database was used in between.

At the end it counts and compares all rows, verifies both sides, and only then
closes the old database: no command works on that any more but backup. --from may
name a backup too, which stays as it is; one of an older release is brought up to
this one in its place.

Not in the database are the configuration with what it names, seal.key and
thread.key: every machine that runs serve on it needs copies of them.`,
		RunE: func(c *cobra.Command, _ []string) error { return p.runMigrate(c.Context(), m) },
	}
	c.Flags().StringVar(&m.from, "from", "", "data folder, database file or backup at `PATH` (default: the data folder of the configuration)")
	c.Flags().StringVar(&m.to, "to", "", "`ADDRESS` of the new database, postgres://USER@HOST/NAME (default: database of the configuration)")
	c.Flags().StringVar(&m.passwordFile, "password-file", "", "`FILE` with its password (default: database_password_file of the configuration)")
	return c
}

func (p *program) runMigrate(ctx context.Context, m migration) error {
	conf, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	to, err := m.target(conf)
	if err != nil {
		return err
	}
	file, err := databaseFile(cmp.Or(m.from, conf.Data))
	if err != nil {
		return err
	}
	if filepath.Base(file) != databaseName { // serve works on no other
		return p.moveAndTell(ctx, conf, file, to)
	}
	held, err := takeLock(filepath.Dir(file))
	if isLocked(err) {
		return fmt.Errorf("%w: stop it first", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(p.moveAndTell(ctx, conf, file, to), held.release())
}

func (p *program) moveAndTell(ctx context.Context, conf *config.Config, file string, to *config.Config) error {
	moved, err := p.move(ctx, conf, file, to)
	if err := errors.Join(p.showMoved(moved), err); err != nil {
		return err
	}
	p.tellMoved(conf, moved, to)
	return nil
}

// databaseFile is the SQLite file that a path means.
func databaseFile(path string) (string, error) {
	file, err := filepath.EvalSymlinks(path)
	if err == nil {
		var info fs.FileInfo
		if info, err = os.Stat(file); err == nil && info.IsDir() {
			file = filepath.Join(file, databaseName)
			_, err = os.Stat(file)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no database in %s: --from names a data folder, its %s, or a backup", path, databaseName)
	}
	if err != nil {
		return "", fmt.Errorf("looking for the database: %w", err)
	}
	return filepath.Abs(file)
}

// target is the configuration as it will be.
func (m migration) target(conf *config.Config) (*config.Config, error) {
	to := *conf
	to.Database = cmp.Or(m.to, conf.Database)
	if to.Database == "" {
		return nil, misuse{errors.New("the new database is missing: --to postgres://USER@HOST/NAME, or `database` in the configuration")}
	}
	if err := store.CheckURL(to.Database); err != nil {
		return nil, misuse{fmt.Errorf("--to: %w", err)}
	}
	if m.passwordFile != "" {
		path, err := filepath.Abs(m.passwordFile) // the configuration takes a relative one from its own folder
		if err != nil {
			return nil, fmt.Errorf("--password-file: %w", err)
		}
		to.DatabasePasswordFile, to.DatabasePasswordEnv = path, ""
	}
	return &to, nil
}

// move does the work with the keys that serve will use.
func (p *program) move(ctx context.Context, conf *config.Config, file string, to *config.Config) (moved store.Moved, err error) {
	key, err := loadKey(conf.Store.SealKeyFile)
	if err != nil {
		return moved, keyElsewhere(err, conf.Store.SealKeyFile, file)
	}
	tokens, err := loadTokens(conf)
	if err != nil {
		return moved, keyElsewhere(err, threadKeyFile(conf), file)
	}
	options := AppOptions{Now: p.now, Rand: rand.Reader, Hook: p.hook}
	target, err := storeOptions(to, options, key)
	if err != nil {
		return moved, err
	}
	source := target
	source.URL, source.Password, source.Path = "", "", file
	bar := &stages{p: p}
	defer bar.end()
	moved, err = store.Move(ctx, source, target, store.MoveOptions{Who: viewer(), Thread: tokens.Fingerprint(), Progress: func(stage string, done, total int64) {
		bar.bytes = stage == store.Copying
		bar.set(stage, done, total)
	}})
	switch {
	case errors.Is(err, store.ErrOtherKey):
		err = keyElsewhere(err, conf.Store.SealKeyFile, file)
	case errors.Is(err, store.ErrOtherThread):
		err = keyElsewhere(err, threadKeyFile(conf), file)
	case ctx.Err() != nil:
		err = fmt.Errorf("%w; give the same command again to go on", err)
	}
	return moved, err
}

// keyElsewhere adds to the error of a key where the right one may stand: keys are
// not in the database.
func keyElsewhere(err error, path, file string) error {
	beside := filepath.Join(filepath.Dir(file), filepath.Base(path))
	if _, missing := os.Stat(beside); missing == nil && beside != path {
		return fmt.Errorf("%w: copy %s to %s", err, beside, path)
	}
	return fmt.Errorf("%w: put the key of this database into %s", err, path)
}

// showMoved gives the counts and what verify found, as far as it came to that.
func (p *program) showMoved(moved store.Moved) error {
	if len(moved.Tables) == 0 {
		return nil
	}
	if p.json {
		return json.NewEncoder(p.out).Encode(moved)
	}
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "TABLE\tOLD\tNEW\t")
	for _, t := range moved.Tables {
		if t.From+t.To > 0 {
			fmt.Fprintf(table, "%s\t%d\t%d\t\n", t.Name, t.From, t.To)
		}
	}
	fmt.Fprintf(table, "verify\t%s\t%s\t\n", verdict(moved.BrokenFrom), verdict(moved.BrokenTo))
	if err := table.Flush(); err != nil {
		return err
	}
	for _, v := range moved.BrokenTo {
		fmt.Fprintf(p.out, "%s: %s\n", v.Rule, v.What)
	}
	return nil
}

func verdict(broken []store.Violation) string {
	switch {
	case broken == nil:
		return "-"
	case len(broken) == 0:
		return "clean"
	}
	return count(len(broken), "fault")
}

// tellMoved says what is left to do, and what did not come along.
func (p *program) tellMoved(conf *config.Config, moved store.Moved, to *config.Config) {
	fmt.Fprintf(p.err, "\n%s is in %s now.\n", moved.From, moved.To)
	if moved.Backup {
		fmt.Fprintln(p.err, "It was a backup: the first serve sends none of the answers owed then, and takes in from the\nprocessed folders what it does not know.")
	} else {
		fmt.Fprintln(p.err, "The old file is kept, and no command works on it any more but backup.")
	}
	if len(moved.BrokenTo) > 0 {
		fmt.Fprintf(p.err, "%s in it was there before: `postern verify`\n", count(len(moved.BrokenTo), "fault"))
	}
	fmt.Fprintf(p.err, `
Not in the database, and needed by every machine that runs serve on it:
  %s   and what it names: passwords, PGP and S/MIME keys, contacts
  %s   without it nobody can read what came encrypted
  %s   without it serve does not start
`, conf.File, conf.Store.SealKeyFile, threadKeyFile(conf))
	if conf.Database != to.Database {
		fmt.Fprintf(p.err, "\nNext: in %s\n  database = %q\n", conf.File, to.Database)
		if file := to.DatabasePasswordFile; file != conf.DatabasePasswordFile {
			fmt.Fprintf(p.err, "  database_password_file = %q\n", file)
		}
	}
}
