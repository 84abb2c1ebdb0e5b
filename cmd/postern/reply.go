package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/responder"
	"postern/templates"
	"postern/tickets/store"
)

// replyFlags say what a reply is made of.
type replyFlags struct {
	template string
	set      []string
	override string
	dry      bool
}

func (p *program) reply() *cobra.Command {
	var flags replyFlags
	c := &cobra.Command{
		Use:   "reply ID --template NAME [--set k=v]...",
		Short: "Answer one conversation from a template: " + strings.Join(responder.ReplyTemplates(), ", "),
		Long: `Reply writes to the party of one conversation: ID is the ticket's or any of its
references. --set gives the words the template asks for; a list is given by
repeating it. --dry-run shows exactly what would leave and sends nothing.
The mail goes through the outbox of a running serve. It is encrypted when the
conversation came encrypted or is RED or AMBER+STRICT, or when that was agreed
with the contact; without a key of theirs it is refused. --override lets a label be
set aside for once, and never what came encrypted.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.withStore(c.Context(), func(conf *config.Config, s *store.Store) error {
				return p.runReply(c.Context(), conf, s, args[0], flags)
			})
		},
	}
	c.Flags().StringVar(&flags.template, "template", "", "`NAME` of the template")
	c.Flags().StringArrayVar(&flags.set, "set", nil, "a variable of the template, `k=v`; may repeat")
	c.Flags().StringVar(&flags.override, "override", "", "send in spite of a TLP label, in clear or beyond what was agreed, because of `REASON`; it stands in the audit log")
	c.Flags().BoolVar(&flags.dry, "dry-run", false, "show what would leave and send nothing")
	return c
}

func (p *program) runReply(ctx context.Context, conf *config.Config, s *store.Store, reference string, flags replyFlags) error {
	vars, err := parseSets(flags.set)
	if err != nil {
		return err
	}
	if flags.template == "" {
		return misuse{fmt.Errorf("--template is missing; there are %s", strings.Join(responder.ReplyTemplates(), ", "))}
	}
	conversation, err := s.Correspondence(ctx, viewer(), reference)
	if err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	options, err := p.composeOptions(ctx, conf, s)
	if err != nil {
		return err
	}
	options.Override = strings.TrimSpace(flags.override)
	out, preview, err := responder.Compose(options, conversation, flags.template, vars, viewer().Name)
	if errors.Is(err, templates.ErrVariable) {
		return misuse{fmt.Errorf("%w\n    give each with --set NAME=TEXT, a list by repeating it", err)}
	}
	if errors.Is(err, templates.ErrTemplate) {
		return misuse{err}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	if flags.dry {
		return p.showPreview(preview)
	}
	id, err := s.QueueReply(ctx, viewer(), out)
	if err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	if p.json {
		return json.NewEncoder(p.out).Encode(map[string]any{"id": fmt.Sprintf("out:%d", id), "to": out.To, "reference": out.Reference, "encrypted": len(out.EncryptTo) > 0})
	}
	_, err = fmt.Fprintf(p.out, "queued: %s to %s in %s%s\n", flags.template, out.To, out.Reference, protection(len(out.EncryptTo) > 0, out.Sign))
	return err
}

func protection(encrypted, signed bool) string {
	switch {
	case encrypted:
		return ", encrypted and signed"
	case signed:
		return ", signed"
	}
	return ", in clear"
}

func (p *program) showPreview(preview responder.Preview) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(preview)
	}
	_, err := fmt.Fprintln(p.out, preview)
	return err
}

func (p *program) composeOptions(ctx context.Context, conf *config.Config, s *store.Store) (responder.ComposeOptions, error) {
	outside, err := p.loadDirectory(ctx, conf, s)
	if err != nil {
		return responder.ComposeOptions{}, err
	}
	tokens, err := loadTokens(conf)
	if err != nil {
		return responder.ComposeOptions{}, err
	}
	words, err := templates.Mail()
	if err != nil {
		return responder.ComposeOptions{}, err
	}
	secret, err := messageSecret(conf)
	if err != nil {
		return responder.ComposeOptions{}, err
	}
	return responder.ComposeOptions{Team: team(conf), Templates: words, Keys: outside.ring, Contacts: outside.contacts, Tokens: tokens, Secret: secret, Now: p.now()}, nil
}

// parseSets reads k=v; the same k again makes a list.
func parseSets(sets []string) (map[string][]string, error) {
	vars := map[string][]string{}
	for _, s := range sets {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, misuse{fmt.Errorf("--set %q is not of the form k=v", s)}
		}
		vars[name] = append(vars[name], value)
	}
	return vars, nil
}
