package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) set() *cobra.Command {
	var change tickets.Change
	var tlp string
	var restricted bool
	c := &cobra.Command{
		Use:   "set ID [--kind K] [--category C] [--severity S] [--verdict V] [--resolution R] [--tlp T] [--restricted]",
		Short: "Correct what a ticket is: kind, category, severity, verdict, resolution, TLP, restricted",
		Long: `Set corrects what a ticket is, all that is given at once or nothing. A ticket set
to kind not-a-report is closed, and opened again when that is taken back. TLP may
be stricter than what stands in its mails, never looser. --restricted gives the
ticket to central, where only named people see it, until --restricted=false.

A word that is not allowed is answered with those that are.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("tlp") {
				change.TLP = &tlp
			}
			if c.Flags().Changed("restricted") {
				change.Restricted = &restricted
			}
			if change.Empty() {
				return misuse{errors.New("nothing to set is given; see `postern set --help`")}
			}
			if _, err := change.Canonical(); err != nil {
				return misuse{err}
			}
			return p.act(c.Context(), args[0], func(_ *config.Config, s *store.Store) error {
				changed, err := s.Set(c.Context(), viewer(), args[0], change)
				if err == nil && changed == "" {
					changed = "it is so already"
				}
				if err == nil {
					fmt.Fprintf(p.err, "%s: %s\n", args[0], changed)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&change.Kind, "kind", "", "`KIND`: "+strings.Join(tickets.Kinds, ", "))
	c.Flags().StringVar(&change.Category, "category", "", "`CLASS/TYPE` of RSIT, like fraud/phishing; the type alone will do where it is clear")
	c.Flags().StringVar(&change.Severity, "severity", "", "`LEVEL`: "+strings.Join(tickets.Severities, ", "))
	c.Flags().StringVar(&change.Verdict, "verdict", "", "`VERDICT`: "+strings.Join(tickets.Verdicts, ", "))
	c.Flags().StringVar(&change.Resolution, "resolution", "", resolutionUsage)
	c.Flags().StringVar(&tlp, "tlp", "", "`LABEL`: none, CLEAR, GREEN, AMBER, AMBER+STRICT, RED")
	c.Flags().BoolVar(&restricted, "restricted", false, "only named people of the CSIRT see it")
	return c
}

func (p *program) accept() *cobra.Command {
	var own bool
	c := &cobra.Command{
		Use:   "accept ID ENTRY",
		Short: "Accept an unproven entry: its sender becomes a person of the conversation",
		Long: `Accept files an unproven entry (its number stands in "postern ticket ID") as part
of the conversation that ID names: its sender takes part from now on, and gets the
acknowledgement if one is owed. With --own the sender gets a conversation of his
own on the ticket and learns of nobody else. A running serve does the work.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := entryNumber(args[1])
			if err != nil {
				return err
			}
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				if err := s.Accept(c.Context(), viewer(), args[0], entry, own); err != nil {
					return err
				}
				what := "joins the conversation of " + args[0]
				if own {
					what = "gets a conversation of its own on the ticket of " + args[0]
				}
				return p.decided(args[0], entry, what)
			})
		},
	}
	c.Flags().BoolVar(&own, "own", false, "the sender is somebody else, who reports the same matter: a conversation of its own")
	return c
}

func (p *program) split() *cobra.Command {
	return &cobra.Command{
		Use:   "split ID ENTRY",
		Short: "Make an unproven entry a ticket of its own",
		Long: `Split files an unproven entry (its number stands in "postern ticket ID") as a
ticket of its own, at once. Its sender gets the acknowledgement if one is owed. A
running serve does the work.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := entryNumber(args[1])
			if err != nil {
				return err
			}
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				if err := s.Split(c.Context(), viewer(), args[0], entry); err != nil {
					return err
				}
				return p.decided(args[0], entry, "becomes a ticket of its own")
			})
		},
	}
}

func entryNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64)
	if err != nil || n < 1 {
		return 0, misuse{fmt.Errorf("%q is no entry: `postern ticket ID` shows their numbers, like #12", s)}
	}
	return n, nil
}

// decided says what will become of an entry.
func (p *program) decided(reference string, entry int64, what string) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(map[string]any{"ticket": reference, "entry": entry, "result": what})
	}
	_, err := fmt.Fprintf(p.out, "entry #%d %s\n", entry, what)
	return err
}
