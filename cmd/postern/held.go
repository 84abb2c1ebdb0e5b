package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) held() *cobra.Command {
	var done, note string
	c := &cobra.Command{
		Use:   "held",
		Short: "List what waits for a person: mails that could not be filed, answers that did not leave",
		Long: `Held lists what waits for a person, oldest first. "requeue" tries one again;
--done takes an outgoing mail off the list that was seen to in another way, by
telephone perhaps: it keeps its state, and the note stands in the audit log.`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				if done != "" {
					return s.DealtWith(c.Context(), viewer(), done, note)
				}
				held, err := s.Held(c.Context(), viewer())
				if err != nil {
					return err
				}
				return p.showHeld(held)
			})
		},
	}
	c.Flags().StringVar(&done, "done", "", "take the outgoing mail `ID` off the list")
	c.Flags().StringVar(&note, "note", "", "with --done: `TEXT` that says how it was seen to")
	return c
}

func (p *program) showHeld(held []tickets.Held) error {
	encoder := json.NewEncoder(p.out)
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	for i, h := range held {
		if p.json {
			if err := encoder.Encode(h); err != nil {
				return err
			}
			continue
		}
		if i == 0 {
			fmt.Fprintln(table, "ID\tWHAT\tSINCE\tTICKET\tTO\tREASON")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", h.ID, h.What, age(p.now().Sub(h.Since)), orDash(h.Ticket), orDash(oneLine(h.To)), oneLine(h.Reason))
	}
	if len(held) == 0 && !p.json {
		fmt.Fprintln(p.err, "Nothing waits for a person.")
	}
	return table.Flush()
}

func (p *program) requeue() *cobra.Command {
	var again bool
	c := &cobra.Command{
		Use:   "requeue ID...",
		Short: "Try again what `held` lists: file a held mail, send a withheld or failed one",
		Long: `Requeue files a held mail (mail:12) again or sends a withheld or failed one
(out:7). With the ID of a ticket its encrypted mails are read again, because a
key was added since; they stay where they are. A running serve does the work.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withStore(c.Context(), func(conf *config.Config, s *store.Store) error {
				failed := false
				for _, id := range args {
					what, err := requeueOne(c.Context(), conf, s, id, again)
					if err != nil {
						fmt.Fprintf(p.err, "postern: %s: %v\n", id, err)
						failed = true
						continue
					}
					fmt.Fprintf(p.out, "%s: %s\n", id, what)
				}
				if failed {
					return errSaid
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&again, "again", false, "send a person's mail of unsure fate once more; it may arrive twice")
	return c
}

// requeueOne tries one thing again and says what that means.
func requeueOne(ctx context.Context, conf *config.Config, s *store.Store, id string, again bool) (string, error) {
	if _, ok := tickets.ParseID(conf.CSIRT.TicketPrefix, id); !ok {
		return "is tried again", s.Requeue(ctx, viewer(), id, again)
	}
	n, err := s.ReadAgain(ctx, viewer(), id)
	return fmt.Sprintf("%d encrypted mails are read again", n), err
}
