package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) tickets() *cobra.Command {
	var filter tickets.Filter
	c := &cobra.Command{
		Use:   "tickets",
		Short: "List the open tickets",
		Long:  "Tickets lists the open tickets, newest first; with --json one JSON object a line.",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				return p.listTickets(c, s, filter)
			})
		},
	}
	c.Flags().BoolVar(&filter.All, "all", false, "every ticket, closed ones too")
	c.Flags().StringVar(&filter.Division, "division", "", "only those of the division `NAME`")
	c.Flags().StringVar(&filter.State, "state", "", "only those in the `STATE`")
	c.Flags().StringVar(&filter.Owner, "owner", "", "only those of the person `NAME`")
	return c
}

func (p *program) listTickets(c *cobra.Command, s *store.Store, filter tickets.Filter) error {
	encoder := json.NewEncoder(p.out)
	table := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	shown := 0
	for ticket, err := range s.Tickets(c.Context(), viewer(), filter) {
		if err != nil {
			return err
		}
		shown++
		if p.json {
			if err := encoder.Encode(ticket); err != nil {
				return err
			}
			continue
		}
		if shown == 1 {
			fmt.Fprintln(table, "TICKET\tSTATE\tSEVERITY\tQUEUE\tOWNER\tAGE\tCATEGORY\tSUBJECT")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", ticket.ID, ticket.State, ticket.Severity, ticket.Division,
			orDash(ticket.Owner), age(p.now().Sub(ticket.Created)), ticket.Category, cut(oneLine(ticket.Subject), 60))
	}
	if shown == 0 && !p.json {
		fmt.Fprintln(p.err, "No ticket is open here. New reports appear as soon as they are filed.")
	}
	return table.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// age says how old something is as a person would: "12 min", "3 h", "5 d".
func age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(0, int(d/time.Minute)))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d d", int(d/(24*time.Hour)))
}

// cut shortens a text to n signs.
func cut(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}
