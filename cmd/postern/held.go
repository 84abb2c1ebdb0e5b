package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets/store"
)

func (p *program) held() *cobra.Command {
	return &cobra.Command{
		Use:   "held",
		Short: "List what waits for a person: mails that could not be filed, answers that did not leave",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				held, err := s.Held(c.Context(), viewer())
				if err != nil {
					return err
				}
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
			})
		},
	}
}

func (p *program) requeue() *cobra.Command {
	var again bool
	c := &cobra.Command{
		Use:   "requeue ID...",
		Short: "Try again what `held` lists: file a held mail, send a withheld or failed one",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				failed := false
				for _, id := range args {
					if err := s.Requeue(c.Context(), viewer(), id, again); err != nil {
						fmt.Fprintf(p.err, "postern: %s: %v\n", id, err)
						failed = true
						continue
					}
					fmt.Fprintf(p.out, "%s is tried again\n", id)
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
