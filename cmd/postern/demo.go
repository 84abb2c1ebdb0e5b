package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/intake/archive"
)

// demoFlags say how the demo runs.
type demoFlags struct {
	once    bool
	mail    []string
	verbose bool
}

func (p *program) demo() *cobra.Command {
	var flags demoFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the whole thing on sample mail, with servers inside the process",
		Long: `Demo starts an IMAP server and an SMTP receiver inside the process, delivers
sample mail of all kinds, and runs serve on them in a temporary folder. Nothing
leaves this machine. --mail adds your own mails (.eml, mbox, Maildir).`,
		RunE: func(c *cobra.Command, _ []string) error { return p.runDemo(c.Context(), flags) },
	}
	c.Flags().BoolVar(&flags.once, "once", false, "stop when everything is filed and answered")
	c.Flags().StringArrayVar(&flags.mail, "mail", nil, "also deliver the mail under `PATH`; may repeat")
	c.Flags().BoolVar(&flags.verbose, "verbose", false, "show the log")
	return c
}

// demoPatience is how long nothing may move in a demo before it says that
// something is wrong.
const demoPatience = time.Minute

func (p *program) runDemo(ctx context.Context, flags demoFlags) (err error) {
	for _, path := range flags.mail {
		if _, err := archive.Size(path); err != nil {
			return fmt.Errorf("--mail %s: %w", path, withoutPath(err))
		}
	}
	stage, err := newStage(p.now)
	if err != nil {
		return fmt.Errorf("preparing the demo: %w", err)
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	if err := stage.deliverSamples(); err != nil {
		return err
	}
	for _, path := range flags.mail {
		if err := stage.deliverArchive(path, p.err); err != nil {
			return err
		}
	}
	app, err := p.demoApp(ctx, stage, flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	return p.perform(ctx, stage, app, flags)
}

func (p *program) demoApp(ctx context.Context, stage *stage, flags demoFlags) (*App, error) {
	conf, problems := config.Load(stage.config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		return nil, fatal
	}
	log := slog.New(slog.DiscardHandler)
	if flags.verbose {
		log = newLog(p.err, false, false)
	}
	return NewApp(ctx, conf, AppOptions{Now: p.now, Rand: rand.Reader, Log: log})
}

// perform runs the App until the play is over: at once with --once, else when
// the person has seen enough.
func (p *program) perform(ctx context.Context, stage *stage, app *App, flags demoFlags) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- app.Run(running) }()
	settled := make(chan error, 1)
	go func() { settled <- stage.settle(running, app) }()
	select {
	case err := <-ended:
		return err
	case err := <-settled:
		if err != nil {
			stop()
			return errors.Join(err, <-ended)
		}
	}
	outcome, err := stage.outcome(ctx, app.store)
	if err == nil {
		err = p.showOutcome(outcome)
	}
	if err == nil && !flags.once {
		fmt.Fprintf(p.err, demoHint, app.desk.Address(), os.Args[0], stage.config, os.Args[0], stage.config)
		return <-ended
	}
	stop()
	return errors.Join(err, <-ended)
}

const demoHint = `
The demo goes on until you press Ctrl-C. Meanwhile:

  http://%s/healthz
  %s -c %s tickets
  %s -c %s ticket ID
`

func (p *program) showOutcome(o outcome) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(o)
	}
	return writeOutcome(p.out, o)
}
