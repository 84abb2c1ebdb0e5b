package main

import (
	"context"
	"encoding/json"
	"errors"
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
			if note != "" && done == "" {
				return misuse{errors.New("--note goes with --done out:NUMBER")}
			}
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				if done != "" {
					return p.dealtWith(c.Context(), s, done, note)
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

func (p *program) dealtWith(ctx context.Context, s *store.Store, id, note string) error {
	if err := s.DealtWith(ctx, viewer(), id, note); err != nil {
		return err
	}
	const what = "is off the list"
	if p.json {
		return json.NewEncoder(p.out).Encode(map[string]string{"id": id, "result": what})
	}
	_, err := fmt.Fprintf(p.out, "%s: %s\n", id, what)
	return err
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
