package responder

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/parser/pgp"
	"postern/templates"
	"postern/tickets"
)

const maxItems = 4 // nobody answers more questions than that in one mail

// Errors that a person who writes a reply sees.
var (
	ErrNoKey    = errors.New("this conversation must be answered encrypted, and no key of the other side is known")
	ErrOverride = errors.New("nothing is overridden")
	ErrTLP      = errors.New("the other side has not agreed to handle this label")
	ErrNoParty  = errors.New("this conversation has no address to write to")
	ErrOwnWords = errors.New("this is filled in by itself and cannot be set")
)

// replyTemplates are what a person may send; the others leave by themselves.
var replyTemplates = []string{"need-info", "no-action", "resolved"}

// ReplyTemplates lists the templates that Compose takes.
func ReplyTemplates() []string { return slices.Clone(replyTemplates) }

// ComposeOptions say who we are and what there is to write with.
type ComposeOptions struct {
	Team      Team
	Templates *templates.Set
	Keys      *pgp.Keyring       // nil: nothing can be signed or encrypted
	Contacts  *tickets.Directory // nil: nobody is known
	Override  string             // why a reply may leave although its label wants encryption, or is stricter than what was agreed
	Tokens    ThreadTokens
	Domain    string // right side of our Message-IDs; "" takes it from the team's address
	Secret    []byte // makes our Message-IDs opaque; may be empty
	Now       time.Time
}

// Preview is the mail as it would leave, for a person to read before.
type Preview struct {
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Protected string `json:"protected_subject,omitempty"` // the one inside the encryption
	Text      string `json:"text"`                        // LF lines
	Encrypted bool   `json:"encrypted"`
	Signed    bool   `json:"signed"`
}

// String shows the preview as people read mail.
func (p Preview) String() string {
	how := "in clear"
	switch {
	case p.Encrypted:
		how = "encrypted and signed"
	case p.Signed:
		how = "signed"
	}
	subject := p.Subject
	if p.Protected != "" {
		subject += "\nSubject inside: " + p.Protected
	}
	return fmt.Sprintf("To: %s\nSubject: %s\nProtection: %s\n\n%s", p.To, subject, how, p.Text)
}

// Compose writes a person's reply in one conversation from a template. vars
// are the values given by hand, several for a list ("question" and "questions"
// name the same list). What comes back is ready for the outbox; nothing was
// stored or sent. Everything that could go wrong when it is sent, but for the
// network, goes wrong here: an unknown or missing variable
// (templates.ErrVariable), no key for a conversation that must be encrypted
// (ErrNoKey), a label that was not agreed with a contact (ErrTLP), an address
// that cannot be written to (ErrNoParty, ErrAddress).
func Compose(options ComposeOptions, c tickets.Correspondence, template string, vars map[string][]string, by string) (tickets.Outgoing, Preview, error) {
	if !slices.Contains(replyTemplates, template) {
		return tickets.Outgoing{}, Preview{}, fmt.Errorf("%w: %q; there are %s", templates.ErrTemplate, template, strings.Join(replyTemplates, ", "))
	}
	values, err := composeVars(options.Templates.Variables(template), vars)
	if err != nil {
		return tickets.Outgoing{}, Preview{}, err
	}
	o, err := reply(options, c, template, values, by)
	if err != nil {
		return tickets.Outgoing{}, Preview{}, err
	}
	keys := func() *pgp.Keyring { return options.Keys }
	renderer := Renderer{Team: options.Team, Templates: options.Templates, Keys: keys, Tokens: options.Tokens}
	rendered, err := renderer.Render(o, options.Now)
	if err != nil {
		return tickets.Outgoing{}, Preview{}, err
	}
	return o, Preview{To: o.To, Subject: rendered.Subject, Protected: rendered.Inner, Text: rendered.Text, Encrypted: rendered.Encrypted, Signed: rendered.Signed}, nil
}

// reply is the row of a person's reply.
func reply(options ComposeOptions, c tickets.Correspondence, template string, values map[string]string, by string) (tickets.Outgoing, error) {
	if c.Thread.Party == "" {
		return tickets.Outgoing{}, ErrNoParty
	}
	to, err := Address(c.Thread.Party)
	if err != nil {
		return tickets.Outgoing{}, err
	}
	o := tickets.Outgoing{
		Ticket: c.Thread.Ticket, TicketID: c.Thread.TicketID,
		Conversation: c.Thread.Conversation, Reference: c.Thread.Reference,
		Purpose: tickets.PurposeReply, By: by, To: to, Template: template,
		Language: options.Team.language(c.Language), Vars: values,
		TheirNumber: number(c.TheirNumber, true), Sealed: c.Encrypted,
		ReceivedAt: c.ReceivedAt, State: tickets.OutQueued, Created: options.Now,
	}
	o.InReplyTo, o.References = thread(c.MessageID, c.References)
	o.MessageID = replyID(options, o)
	o.Dedupe = "reply:" + o.MessageID
	return o, protectReply(options, c, &o)
}

// replyID differs for every reply: two people may send the same words.
func replyID(options ComposeOptions, o tickets.Outgoing) string {
	domain := cmp.Or(options.Domain, domainOf(options.Team.Address))
	what := []string{tickets.PurposeReply, o.Reference, o.By, o.Template, options.Now.UTC().Format(time.RFC3339Nano)}
	return messageID(options.Secret, domain, strings.Join(what, "\x00"))
}

// standardNames are filled in for every template.
var standardNames = []string{"reference", "their_number", "received", "team", "address", "phone", "hours", "fingerprint"}

// composeVars checks the values given by hand against what the template knows,
// and writes lists one item a line.
func composeVars(known []templates.Variable, vars map[string][]string) (map[string]string, error) {
	values := map[string]string{}
	for name, given := range vars {
		v, ok := variable(known, name)
		switch {
		case slices.Contains(standardNames, name):
			return nil, fmt.Errorf("%w: %q", ErrOwnWords, name)
		case !ok:
			return nil, fmt.Errorf("%w %q is unknown; there are %s", templates.ErrVariable, name, strings.Join(settable(known), ", "))
		case !v.List && len(given) > 1:
			return nil, fmt.Errorf("%w %q was given %d times and is no list", templates.ErrVariable, name, len(given))
		}
		if err := put(values, v, given); err != nil {
			return nil, err
		}
	}
	for _, v := range known {
		if _, ok := values[v.Name]; !ok && !v.Optional && !slices.Contains(standardNames, v.Name) {
			return nil, fmt.Errorf("%w %q is missing; the template takes %s", templates.ErrVariable, v.Name, strings.Join(settable(known), ", "))
		}
	}
	return values, nil
}

func put(values map[string]string, v templates.Variable, given []string) error {
	if !v.List {
		values[v.Name] = strings.TrimSpace(strings.ReplaceAll(strings.Join(given, ""), "\r\n", "\n"))
		return nil
	}
	items := lines(values[v.Name])
	for _, item := range given {
		items = append(items, strings.Join(strings.Fields(item), " "))
	}
	if len(items) > maxItems {
		return fmt.Errorf("%w %q has %d items; more than %d nobody answers", templates.ErrVariable, v.Name, len(items), maxItems)
	}
	values[v.Name] = strings.Join(items, "\n")
	return nil
}

// variable finds a name, of a list also in the singular.
func variable(known []templates.Variable, name string) (templates.Variable, bool) {
	for _, v := range known {
		if v.Name == name || (v.List && v.Name == name+"s") {
			return v, true
		}
	}
	return templates.Variable{}, false
}

// settable are the names a person may give.
func settable(known []templates.Variable) []string {
	var names []string
	for _, v := range known {
		switch {
		case slices.Contains(standardNames, v.Name):
		case v.Optional && v.List:
			names = append(names, v.Name+" (a list, may be left out)")
		case v.Optional:
			names = append(names, v.Name+" (may be left out)")
		case v.List:
			names = append(names, v.Name+" (a list)")
		default:
			names = append(names, v.Name)
		}
	}
	return names
}
