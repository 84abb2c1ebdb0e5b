package main

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
)

func (p *program) backup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the database to a new FILE, also while serve runs",
		Long: `Backup writes the database, raw mails included, into a new FILE: a SQLite file, of
PostgreSQL too. Not in it are the configuration, the PGP keys, seal.key and
thread.key of the data folder: keep copies of those in a safe place of their own.

To restore: stop serve, put FILE in place of postern.db in the data folder, and
start serve. Into PostgreSQL it goes by ` + "`postern migrate --from FILE`" + `, with an empty
database. Serve sends none of the answers that were owed when the copy was made,
and takes in from the processed folders what the copy does not know.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			conf, problems := config.Load(p.configPath())
			if err := p.refuse(problems.Inside()); err != nil {
				return err
			}
			if !hasDatabase(conf) {
				return fmt.Errorf("there is no database in %s yet", conf.Data)
			}
			s, err := openStore(c.Context(), conf, AppOptions{Now: p.now, Rand: rand.Reader, Retired: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			bar := &stages{p: p, bytes: true}
			err = s.Backup(c.Context(), args[0], func(done, total int64) { bar.set("backing up", done, total) })
			bar.end()
			if err == nil {
				fmt.Fprintf(p.err, "wrote %s\n", args[0])
			}
			return err
		},
	}
}
