package main

import (
	"encoding/json"
	"fmt"
	"strings"
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
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if filter.State != "" {
				if filter.State, err = stateNamed(filter.State); err != nil {
					return err
				}
			}
			return p.withStore(c.Context(), func(conf *config.Config, s *store.Store) error {
				return p.listTickets(c, conf, s, filter)
			})
		},
	}
	c.Flags().BoolVar(&filter.All, "all", false, "every ticket, closed ones too")
	c.Flags().StringVar(&filter.Division, "division", "", "only those of the division `NAME`, central or Junk")
	c.Flags().StringVar(&filter.State, "state", "", "only those in the `STATE`: "+strings.Join(states, ", "))
	c.Flags().StringVar(&filter.Owner, "owner", "", "only those of the person `NAME`")
	return c
}

// nothingListed tells a queue without tickets from one that there is not: an empty
// list would look as if nothing were to be done. A queue that a former configuration
// had may still hold tickets, so this is asked last.
func (p *program) nothingListed(conf *config.Config, filter tickets.Filter) error {
	if filter.Division != "" && filter.Division != tickets.Junk {
		if name, err := divisionNamed(conf, filter.Division); err != nil {
			return err
		} else if name != filter.Division {
			return misuse{fmt.Errorf("there is no division %q; did you mean %s?", filter.Division, name)}
		}
	}
	switch {
	case p.json:
	case filter.All || filter.State != "":
		fmt.Fprintln(p.err, "There is no such ticket.")
	default:
		fmt.Fprintln(p.err, "No ticket is open here. New reports appear as soon as they are filed.")
	}
	return nil
}

func (p *program) listTickets(c *cobra.Command, conf *config.Config, s *store.Store, filter tickets.Filter) error {
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
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", ticket.ID, ticket.State, ticket.Severity, orDash(ticket.Division),
			orDash(ticket.Owner), age(p.now().Sub(ticket.Created)), ticket.Category, cut(oneLine(ticket.Subject), 60))
	}
	if shown == 0 {
		return p.nothingListed(conf, filter)
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
