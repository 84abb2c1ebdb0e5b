package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets/store"
)

func (p *program) verify() *cobra.Command {
	var atRest bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check every promise on the database: nothing lost, nothing double, no event changed",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				var bar *progress
				violations, err := s.Verify(c.Context(), store.VerifyOptions{AtRest: atRest, Progress: func(done, total int64) {
					if bar == nil {
						bar = p.newProgress(total, "verifying", false)
					}
					bar.set(done)
				}})
				if bar != nil {
					bar.end()
				}
				if err != nil {
					return err
				}
				if p.json {
					encoder := json.NewEncoder(p.out)
					for _, v := range violations {
						if err := encoder.Encode(v); err != nil {
							return err
						}
					}
				} else {
					for _, v := range violations {
						fmt.Fprintf(p.out, "%s: %s\n", v.Rule, v.What)
					}
				}
				if len(violations) > 0 {
					fmt.Fprintf(p.err, "%d promises are broken\n", len(violations))
					return errSaid
				}
				fmt.Fprintln(p.err, "clean")
				return nil
			})
		},
	}
	c.Flags().BoolVar(&atRest, "at-rest", false, "after a clean stop: nothing may be on its way")
	return c
}
