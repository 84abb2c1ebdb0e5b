package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

// requeueFlags say what is tried again beside what is named.
type requeueFlags struct {
	again         bool // a mail of unsure fate
	undecryptable bool
}

func (p *program) requeue() *cobra.Command {
	var flags requeueFlags
	c := &cobra.Command{
		Use:   "requeue ID... | --undecryptable",
		Short: "Try again what `held` lists; read encrypted mail again because a key was added",
		Long: `Requeue files a held mail (mail:12) again or sends a withheld or failed one
(out:7); a running serve does the work. With the ID of a ticket its encrypted and
signed mails are read again, because a key was added since, and with
--undecryptable every mail that could not be opened. They stay where they are, and
nobody is answered. A serve that runs knows the keys that it read last, when it was
started or by a SIGHUP.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !flags.undecryptable {
				return errors.New("say what to try again: the ID of a ticket, mail:NUMBER, out:NUMBER, or --undecryptable")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.runRequeue(c.Context(), args, flags) },
	}
	c.Flags().BoolVar(&flags.again, "again", false, "send a person's mail of unsure fate once more; it may arrive twice")
	c.Flags().BoolVar(&flags.undecryptable, "undecryptable", false, "every encrypted mail that could not be opened")
	return c
}

func (p *program) runRequeue(ctx context.Context, args []string, flags requeueFlags) error {
	var failed []error
	var mails []int64
	err := p.withStore(ctx, func(_ *config.Config, s *store.Store) (err error) {
		for _, id := range args {
			what, more, err := requeueOne(ctx, s, id, flags.again)
			mails = append(mails, more...)
			switch {
			case err != nil:
				fmt.Fprintf(p.err, "postern: %v\n", err) // which names it
				failed = append(failed, err)
			case !p.json:
				fmt.Fprintf(p.out, "%s: %s\n", id, what)
			case len(more) == 0: // those that are read again tell of themselves
				if err := json.NewEncoder(p.out).Encode(map[string]string{"id": id, "result": what}); err != nil {
					return err
				}
			}
		}
		if flags.undecryptable {
			more, err := s.ReadUnopened(ctx, viewer())
			mails = append(mails, more...)
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(mails) > 0 || flags.undecryptable {
		err = p.readAgain(ctx, mails)
	}
	if err == nil && len(failed) > 0 {
		err = errors.Join(append(failed, errSaid)...)
	}
	return err
}

// requeueOne tries one thing again and says what that means. mails are those that
// are to be read again.
func requeueOne(ctx context.Context, s *store.Store, id string, again bool) (what string, mails []int64, err error) {
	if strings.Contains(id, ":") {
		return "is tried again", nil, s.Requeue(ctx, viewer(), id, again)
	}
	mails, err = s.ReadAgain(ctx, viewer(), id)
	if typed := tickets.Mistyped(""); errors.As(err, &typed) {
		err = fmt.Errorf("%w; what `postern held` lists is called mail:NUMBER or out:NUMBER", err)
	}
	if len(mails) == 0 {
		return "has no mail that came encrypted or signed", nil, err
	}
	return count(len(mails), "mail") + " that came encrypted or signed", mails, err
}

// readAgain sees to it that mails are read once more, and tells what came of it.
// Where no serve runs it does the work itself.
func (p *program) readAgain(ctx context.Context, mails []int64) error {
	conf, problems := config.Load(p.configPath())
	if err := p.refuse(problems.Inside()); err != nil {
		return err
	}
	bar := p.newProgress(int64(len(mails)), "reading", false)
	defer bar.end()
	app, err := newFilingApp(ctx, conf, AppOptions{Now: p.now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if isLocked(err) {
		return p.withNewStore(ctx, conf, func(_ *config.Config, s *store.Store) error {
			return errors.Join(p.watchReading(ctx, s, mails, bar, nil), p.tellReread(ctx, s, mails, true))
		})
	}
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- app.fileAll(ctx) }()
	err = p.watchReading(ctx, app.store, mails, bar, ended)
	if err == nil {
		err = p.tellReread(ctx, app.store, mails, false)
	}
	return errors.Join(err, app.Close())
}

// How long a serve that is busy with other mail is waited for, and how often the
// rows are asked.
const (
	readingPatience = 30 * time.Second
	readingPoll     = 50 * time.Millisecond
)

// watchReading moves the bar until all is read: until ended gives its error, or,
// where a running serve does the work, until that comes no further for a while.
func (p *program) watchReading(ctx context.Context, s *store.Store, mails []int64, bar *progress, ended <-chan error) error {
	tick := time.NewTicker(readingPoll)
	defer tick.Stop()
	patience := time.NewTimer(readingPatience)
	defer patience.Stop()
	for before := int64(-1); ; {
		left, err := s.Rereading(ctx)
		if err == nil {
			bar.set(max(0, int64(len(mails))-left))
		}
		if ended == nil && (err != nil || left == 0) {
			return err
		}
		if left != before {
			before = left
			patience.Reset(readingPatience)
		}
		select {
		case err := <-ended:
			return err
		case <-patience.C:
			if ended == nil {
				return nil
			}
		case <-ctx.Done():
			if ended == nil {
				return ctx.Err()
			}
			return errors.Join(ctx.Err(), <-ended)
		case <-tick.C:
		}
	}
}

// tellReread says of each mail what came of it, and sums up.
func (p *program) tellReread(ctx context.Context, s *store.Store, mails []int64, running bool) error {
	list, err := s.Reread(ctx, viewer(), mails)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(p.out)
	read, unopened, waiting := 0, 0, 0
	for _, one := range list {
		switch {
		case !one.Done:
			waiting++
		case one.Unopened:
			unopened++
		default:
			read++
		}
		if p.json {
			err = errors.Join(err, encoder.Encode(one))
			continue
		}
		fmt.Fprintf(p.out, "%s: %s\n", one.Ticket, rereadWords(one))
	}
	if p.json || err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%s read, %d still cannot be opened", count(read, "mail"), unopened)
	if waiting > 0 {
		fmt.Fprintf(p.err, ", %d still wait", waiting)
	}
	fmt.Fprintln(p.err)
	if running && unopened > 0 {
		fmt.Fprintln(p.err, "The running serve has the keys that it read last: send it a SIGHUP if you added one since.")
	}
	return nil
}

func rereadWords(one tickets.Reread) string {
	switch {
	case one.Held:
		return "is held: `postern held` tells why"
	case !one.Done:
		return "waits for its turn"
	case one.Unopened:
		return "still cannot be opened: " + oneLine(orDash(one.Crypto))
	case one.Encrypted:
		return "is open. " + oneLine(one.Crypto)
	}
	return "was read again. " + oneLine(one.Crypto)
}
