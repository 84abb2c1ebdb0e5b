package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) ticket() *cobra.Command {
	return &cobra.Command{
		Use:   "ticket ID",
		Short: "Show one ticket; any of its references will do",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withStore(c.Context(), func(_ *config.Config, s *store.Store) error {
				ticket, err := s.Ticket(c.Context(), viewer(), args[0])
				if err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				if p.json {
					return json.NewEncoder(p.out).Encode(ticket)
				}
				owed, err := s.Owed(c.Context(), viewer(), ticket.ID)
				if err != nil {
					return err
				}
				if err := writeTicket(p.out, ticket); err != nil {
					return err
				}
				return p.writeOwed(owed)
			})
		},
	}
}

// writeTicket shows a ticket to a person: the facts, then what was said, oldest first.
func writeTicket(out io.Writer, t tickets.Ticket) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", label, oneLine(value))
		}
	}
	row(t.ID, t.Subject)
	row("state", t.State+because(t.Resolution))
	row("queue", t.Division)
	row("owner", orDash(t.Owner))
	row("kind", t.Kind+because(t.Verdict))
	row("category", t.Category)
	row("severity", t.Severity)
	row("TLP", t.TLP)
	if t.Restricted {
		row("restricted", "only named people of the CSIRT see this ticket")
	}
	row("created", t.Created.UTC().Format("2006-01-02 15:04 UTC"))
	for _, c := range t.Conversations {
		row("conversation", strings.TrimSpace(c.Reference+" with "+orDash(c.Party)+" ("+c.Role+") "+c.TheirNumber))
	}
	for _, r := range t.Why.Routed {
		row("routed", r.Reason)
	}
	for _, r := range t.Why.Matched {
		row("matched", r.Reason)
	}
	for _, i := range t.Indicators {
		row(i.Type, i.Value+because(i.Role))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, e := range t.Entries {
		if err := writeEntry(out, e); err != nil {
			return err
		}
	}
	return nil
}

// writeOwed shows what has not left, behind what was said: whoever reads the ticket
// would take it for sent.
func (p *program) writeOwed(owed []tickets.Held) error {
	for _, o := range owed {
		line := fmt.Sprintf("%s  to %s  %s", o.ID, o.To, owedState(o, p.now()))
		if o.Reason != "" {
			line += ": " + o.Reason
		}
		if _, err := fmt.Fprintf(p.out, "\n%s\n", oneLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// owedState says what is the matter with an outgoing mail.
func owedState(o tickets.Held, now time.Time) string {
	switch {
	case o.What == "unsure":
		return "may or may not have arrived"
	case o.What == "queued" && o.Next.After(now):
		return "has not left, next try " + o.Next.UTC().Format("2006-01-02 15:04 UTC")
	case o.What == "queued":
		return "is about to leave"
	}
	return "has not left: " + o.What + ", `postern requeue " + o.ID + "` sends it"
}

func writeEntry(out io.Writer, e tickets.Entry) error {
	head := fmt.Sprintf("#%d  %s  %s  %s", e.ID, e.At.UTC().Format("2006-01-02 15:04 UTC"), e.Kind, e.From)
	switch {
	case e.Conversation != "":
		head += "  in " + e.Conversation
	case !e.Unproven: // its own mark says what that is
		head += "  (internal: nobody outside sees this)"
	}
	for _, mark := range []struct {
		set  bool
		text string
	}{{e.TLP != "", "TLP:" + e.TLP}, {e.Encrypted && e.Kind == "mail-in", "came encrypted"}, {e.Encrypted && e.Kind == "mail-out", "left encrypted"}, {e.Unproven, "unproven: this sender is no participant; `postern accept` or `postern split` decides"}} {
		if mark.set {
			head += "  [" + mark.text + "]"
		}
	}
	lines := []string{"", oneLine(head)}
	if e.Subject != "" {
		lines = append(lines, "  Subject: "+oneLine(e.Subject))
	}
	if e.Crypto != "" {
		lines = append(lines, "  "+oneLine(e.Crypto))
	}
	if e.Withheld != "" {
		lines = append(lines, "  not answered: "+oneLine(e.Withheld))
	}
	for _, p := range e.Problems {
		lines = append(lines, "  problem "+oneLine(p.Code+": "+p.Detail))
	}
	for line := range strings.Lines(strings.TrimSpace(printable(e.Text))) {
		lines = append(lines, "  | "+strings.TrimRight(line, "\n"))
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}
