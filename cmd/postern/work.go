package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

// act runs one change of a ticket and shows the ticket after it.
func (p *program) act(ctx context.Context, reference string, change func(*config.Config, *store.Store) error) error {
	return p.withStore(ctx, func(c *config.Config, s *store.Store) error {
		if err := change(c, s); err != nil {
			return err // which names the reference already
		}
		ticket, err := s.Ticket(ctx, viewer(), reference)
		if err != nil {
			return fmt.Errorf("%s: %w", reference, err)
		}
		if p.json {
			return json.NewEncoder(p.out).Encode(ticket)
		}
		_, err = fmt.Fprintf(p.out, "%s  %s  %s  owner %s\n", ticket.ID, ticket.State, ticket.Division, orDash(ticket.Owner))
		return err
	})
}

func (p *program) claim() *cobra.Command {
	return &cobra.Command{
		Use:   "claim ID",
		Short: "Take a ticket: you become its owner and it is open",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.act(c.Context(), args[0], func(_ *config.Config, s *store.Store) error {
				return s.ClaimTicket(c.Context(), viewer(), args[0])
			})
		},
	}
}

func (p *program) assign() *cobra.Command {
	var division string
	c := &cobra.Command{
		Use:   "assign ID --division NAME",
		Short: "Move a ticket to the queue of a division, or back to central",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.act(c.Context(), args[0], func(conf *config.Config, s *store.Store) error {
				queue, err := divisionNamed(conf, division)
				if err != nil {
					return err
				}
				return s.Assign(c.Context(), viewer(), args[0], queue)
			})
		},
	}
	c.Flags().StringVar(&division, "division", "", "`NAME` of the division, or central")
	return c
}

// divisionNamed finds the queue that a person means, in any case.
func divisionNamed(conf *config.Config, given string) (string, error) {
	names := []string{tickets.Central}
	for _, d := range conf.Divisions {
		names = append(names, d.Name)
	}
	for _, name := range names {
		if strings.EqualFold(name, given) {
			return name, nil
		}
	}
	if given == "" {
		return "", misuse{fmt.Errorf("--division is missing; there are %s", strings.Join(names, ", "))}
	}
	return "", misuse{fmt.Errorf("there is no division %q; %s", given, tickets.Choices(given, names))}
}

// stateNamed is a state as it stands in rows, of a word in any case.
func stateNamed(given string) (string, error) {
	state := strings.ToLower(given)
	if !slices.Contains(states, state) {
		return "", misuse{fmt.Errorf("%q is no state; they are %s", given, strings.Join(states, ", "))}
	}
	return state, nil
}

var states = []string{tickets.New, tickets.Open, tickets.Waiting, tickets.Resolved, tickets.Closed}

// resolutionUsage is the flag of the two commands that take one.
const resolutionUsage = "`WHY` it is done: fixed, no action needed, not ours, not a report, accepted risk, withdrawn"

func (p *program) state() *cobra.Command {
	var resolution string
	c := &cobra.Command{
		Use:   "state ID new|open|waiting|resolved|closed",
		Short: "Change the state of a ticket",
		Args:  cobra.ExactArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return states, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			state, err := stateNamed(args[1])
			if err != nil {
				return err
			}
			if _, err := (tickets.Change{Resolution: resolution}).Canonical(); err != nil {
				return misuse{err}
			}
			return p.act(c.Context(), args[0], func(_ *config.Config, s *store.Store) error {
				return s.SetState(c.Context(), viewer(), args[0], state, resolution)
			})
		},
	}
	c.Flags().StringVar(&resolution, "resolution", "", resolutionUsage)
	return c
}

// maxNote bounds a note; a longer text belongs in a file beside the ticket.
const maxNote = 64 << 10

func (p *program) note() *cobra.Command {
	return &cobra.Command{
		Use:   "note ID [TEXT]",
		Short: "Add an internal note; without TEXT it is read from standard input",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			text := ""
			if len(args) == 2 {
				text = args[1]
			} else {
				data, err := io.ReadAll(io.LimitReader(p.in, maxNote+1))
				if err != nil {
					return fmt.Errorf("reading the note: %w", err)
				}
				text = string(data)
			}
			if len(text) > maxNote {
				return fmt.Errorf("the note is longer than %d bytes", maxNote)
			}
			if strings.TrimSpace(text) == "" {
				return misuse{errors.New("the note is empty")}
			}
			return p.act(c.Context(), args[0], func(_ *config.Config, s *store.Store) error {
				return s.AddNote(c.Context(), viewer(), args[0], text)
			})
		},
	}
}
