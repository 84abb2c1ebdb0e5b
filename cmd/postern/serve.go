package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func (p *program) serve() *cobra.Command {
	var jsonLog, verbose bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Watch the mailboxes, file reports and answer them, until told to stop",
		Long: `Serve runs until SIGTERM or an interrupt, then finishes what it has begun and
ends. A second serve on the same data folder is refused. A PostgreSQL that cannot
be reached is waited for. On SIGHUP it reads the keys, certificates and contacts
that the configuration names again; other changes of it take a restart. It logs to
standard error; /healthz and /metrics stand at [desk] listen.`,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := p.loadConfig()
			if err != nil {
				return err
			}
			hup := make(chan os.Signal, 1)
			signal.Notify(hup, syscall.SIGHUP)
			defer signal.Stop(hup)
			return p.serveOn(c.Context(), conf, AppOptions{Now: p.now, Rand: rand.Reader, Log: newLog(p.err, jsonLog, verbose), Hup: hup})
		},
	}
	c.Flags().BoolVar(&jsonLog, "log-json", false, "log in JSON, one object a line")
	c.Flags().BoolVar(&verbose, "verbose", false, "log each step, too")
	return c
}

// tellPort warns when the desk stands elsewhere than configured: what watches
// the daemon would ask another program.
func (a *App) tellPort() {
	_, wanted, err := net.SplitHostPort(a.config.Desk.Listen)
	_, got, split := net.SplitHostPort(a.desk.Address())
	if err == nil && split == nil && wanted != "0" && wanted != got {
		a.log.Warn("the desk's port is taken by another program: it listens on the next free one", "wanted", a.config.Desk.Listen, "address", a.desk.Address())
	}
}

func mailboxes(n int) string {
	if n == 1 {
		return "1 mailbox"
	}
	return fmt.Sprintf("%d mailboxes", n)
}

// newLog writes records with stable keys; bodies and secrets are never logged.
func newLog(out io.Writer, json, verbose bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if verbose {
		options.Level = slog.LevelDebug
	}
	if json {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
