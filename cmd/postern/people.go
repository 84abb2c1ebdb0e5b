package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/user"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

// defaultConfig is read when neither -c nor $POSTERN_CONFIG names a file.
const defaultConfig = "/etc/postern/postern.toml"

func (p *program) configPath() string {
	if p.config != "" {
		return p.config
	}
	if path := os.Getenv("POSTERN_CONFIG"); path != "" {
		return path
	}
	return defaultConfig
}

// loadConfig reads the configuration and tells the person every fault of it.
func (p *program) loadConfig() (*config.Config, error) {
	c, problems := config.Load(p.configPath())
	return c, p.refuse(problems.Fatal())
}

// refuse tells the person what is wrong, if anything is.
func (p *program) refuse(faults config.Problems) error {
	if len(faults) == 0 {
		return nil
	}
	fmt.Fprintln(p.err, faults.Error())
	return errSaid
}

// withStore runs one command on the database of the configuration, beside a
// running daemon or without one. The database must exist: a command on a wrong
// folder must not quietly make a new, empty one. A lost password of a mailbox
// keeps nobody from reading tickets or taking a backup.
func (p *program) withStore(ctx context.Context, do func(*config.Config, *store.Store) error) (err error) {
	c, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	if !hasDatabase(c) {
		return fmt.Errorf("there is no database in %s yet; `postern serve` or `postern import` makes it", c.Data)
	}
	return p.withNewStore(ctx, c, do)
}

func (p *program) withNewStore(ctx context.Context, c *config.Config, do func(*config.Config, *store.Store) error) (err error) {
	s, err := openStore(ctx, c, AppOptions{Now: p.now, Rand: rand.Reader})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(c, s)
}

// viewer is the person at the command line. Whoever may read the database file
// may see every ticket, so the role is the administrator's; the name stands in
// the events.
func viewer() tickets.Viewer {
	name := "command line"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	return tickets.Viewer{Name: name, Role: "admin"}
}
