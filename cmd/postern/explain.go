package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/parser"
	"postern/parser/mime"
	"postern/tickets"
	"postern/tickets/store"
)

func (p *program) explain() *cobra.Command {
	var mailbox string
	c := &cobra.Command{
		Use:   "explain FILE",
		Short: "Show what would happen to a mail, and why, without doing it",
		Long: `Explain reads FILE (- is standard input) as if it had just arrived, looks up
what it would match in the database, and shows the ticket, the queue and the
answer it would get, each with its reason. It changes nothing.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			conf, err := p.loadConfig()
			if err != nil {
				return err
			}
			e, err := p.runExplain(c.Context(), conf, args[0], mailbox)
			if err != nil {
				return err
			}
			if p.json {
				return json.NewEncoder(p.out).Encode(e)
			}
			return writeExplanation(p.out, e)
		},
	}
	c.Flags().StringVar(&mailbox, "mailbox", "", "`NAME` of the mailbox it would arrive in (default the first)")
	return c
}

// explanation is what would be decided. No reason in it quotes what came encrypted.
type explanation struct {
	File     string         `json:"file"`
	Match    string         `json:"match"`
	Ticket   string         `json:"ticket"` // of the one it would join, "" for a new one
	Division string         `json:"division"`
	State    string         `json:"state"`
	Kind     string         `json:"kind"`
	Category string         `json:"category"`
	Severity string         `json:"severity"`
	Why      tickets.Why    `json:"why"`
	Answer   *plannedAnswer `json:"answer"`
	Withheld string         `json:"withheld"` // why no answer would leave
	Problems []mime.Problem `json:"problems"`
}

type plannedAnswer struct {
	To        string `json:"to"`
	Template  string `json:"template"`
	Language  string `json:"language"`
	Encrypted bool   `json:"encrypted"`
	Signed    bool   `json:"signed"`
	State     string `json:"state"`
}

func (p *program) runExplain(ctx context.Context, conf *config.Config, file, mailbox string) (explanation, error) {
	if mailbox == "" {
		mailbox = conf.Mailboxes[0].Name
	} else if !slices.ContainsFunc(conf.Mailboxes, func(m config.Mailbox) bool { return m.Name == mailbox }) {
		return explanation{}, misuse{fmt.Errorf("there is no mailbox %q in the configuration", mailbox)}
	}
	raw, err := p.readMail(file)
	if err != nil {
		return explanation{}, fmt.Errorf("%s: %w", file, withoutPath(err))
	}
	var tokens *tickets.Tokens // none before the first mail
	if hasDatabase(conf) {
		if tokens, err = loadTokens(conf); err != nil {
			return explanation{}, err
		}
	}
	env, outside, err := p.readsAsServe(ctx, conf)
	if err != nil {
		return explanation{}, err
	}
	rules := conf.Rules(tokens)
	rules.Contacts = outside.contacts
	claim := tickets.Claim{ReceivedAt: p.now(), StoredAt: p.now(), Mailbox: mailbox, Size: int64(len(raw))}
	report := parser.Parse(ctx, bytes.NewReader(raw), int64(len(raw)), env)
	filing := tickets.Filing{Claim: claim, Report: report, Keys: tickets.KeysOf(claim, report, rules)}
	evidence, err := p.lookUp(ctx, conf, filing)
	if err != nil {
		return explanation{}, err
	}
	decision := rules.Judge(policy(conf, func() *directory { return outside }, nil), p.now)(filing, evidence)
	return explain(file, filing, evidence, decision), nil
}

// readsAsServe is what serve would read a mail with that arrives now, and the
// directory it would judge by.
func (p *program) readsAsServe(ctx context.Context, conf *config.Config) (parser.Env, *directory, error) {
	smimeKeys, err := conf.SMIMEKeys()
	if err != nil {
		return parser.Env{}, nil, err
	}
	outside, err := p.readDirectory(ctx, conf)
	if err != nil {
		return parser.Env{}, nil, err
	}
	env := parserEnv(conf, outside, smimeKeys)
	env.ReceivedAt = p.now()
	return env, outside, nil
}

// lookUp asks the database when there is one; without it every mail is new.
func (p *program) lookUp(ctx context.Context, conf *config.Config, filing tickets.Filing) (evidence tickets.Evidence, err error) {
	if !hasDatabase(conf) {
		return tickets.Evidence{}, nil
	}
	err = p.withNewStore(ctx, conf, func(_ *config.Config, s *store.Store) (err error) {
		evidence, err = s.Evidence(ctx, filing)
		return err
	})
	return evidence, err
}

func explain(file string, f tickets.Filing, e tickets.Evidence, d tickets.Decision) explanation {
	x := explanation{
		File: file, Match: d.Match, Ticket: matchedTicket(e, d), Division: d.Division, State: d.State, Kind: d.Kind, Category: d.Category,
		Severity: d.Severity, Withheld: d.Withheld, Problems: f.Report.Problems,
		Why: tickets.Why{Matched: append([]tickets.Reason{}, d.Matched...), Routed: append([]tickets.Reason{}, d.Routed...)}, // never null
	}
	if o := d.Answer; o != nil {
		x.Answer = &plannedAnswer{To: o.To, Template: o.Template, Language: o.Language, Encrypted: len(o.EncryptTo) > 0, Signed: o.Sign, State: o.State}
	}
	return x
}

// matchedTicket finds the ID of the ticket that was decided for among the evidence.
func matchedTicket(e tickets.Evidence, d tickets.Decision) string {
	threads := append(append(append([]tickets.Thread{}, e.ByRef...), e.ByFile...), e.ByURL...)
	for _, hit := range append(append([]tickets.Hit{}, e.ByMessage...), e.Awaited...) {
		threads = append(threads, hit.Thread)
	}
	for _, hit := range []*tickets.Hit{e.Same, e.Existing, e.Own} {
		if hit != nil {
			threads = append(threads, hit.Thread)
		}
	}
	for _, t := range threads {
		if t.Ticket == d.Ticket {
			return t.TicketID
		}
	}
	return ""
}

func writeExplanation(out io.Writer, e explanation) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", label, oneLine(value))
		}
	}
	row("mail", e.File)
	row("match", e.Match+because(e.Ticket))
	for _, r := range e.Why.Matched {
		row("", r.Reason)
	}
	row("queue", e.Division)
	for _, r := range e.Why.Routed {
		row("", r.Reason)
	}
	row("kind", e.Kind)
	row("category", e.Category)
	row("severity", e.Severity)
	if a := e.Answer; a != nil {
		row("answer", fmt.Sprintf("%s (%s) to %s%s, %s", a.Template, a.Language, a.To, protection(a.Encrypted, a.Signed), a.State))
	} else {
		row("no answer", e.Withheld)
	}
	for _, p := range e.Problems {
		row("problem", p.Code+": "+p.Detail)
	}
	return w.Flush()
}
