package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"time"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/responder"
	"postern/responder/smtp"
	"postern/templates"
	"postern/tickets"
)

// team is who we are to the outside.
func team(c *config.Config) responder.Team {
	t := responder.Team{
		Name: c.CSIRT.Name, Address: c.CSIRT.Address, Phone: c.CSIRT.Phone,
		Languages: c.CSIRT.Languages,
	}
	if c.CSIRT.Hours != "" { // else we would promise hours that nobody has stated
		t.Hours = c.CSIRT.Hours + " " + c.CSIRT.Timezone
	}
	if zone, err := time.LoadLocation(c.CSIRT.Timezone); err == nil {
		t.Zone = zone // an unknown one was refused when the file was read
	}
	return t
}

// policy decides what leaves by itself.
func policy(c *config.Config, outside func() *directory, secret []byte) tickets.Acknowledger {
	if !c.AnswersEnabled() {
		return silence{}
	}
	return responder.NewPolicy(responder.PolicyOptions{
		Team:         team(c),
		Keys:         func() *pgp.Keyring { return outside().ring },
		Contacts:     func() *tickets.Directory { return outside().contacts },
		OwnAddresses: c.OwnAddresses(),
		OwnDomains:   c.CSIRT.Domains,
		Vouched:      len(c.CSIRT.TrustedAuthserv) > 0,
		Secret:       secret,
		MaxAge:       time.Duration(c.Answers.MaxAge),
		Budgets: responder.Budgets{
			Address: c.Answers.PerAddress, Domain: c.Answers.PerDomain,
			AddressDay: c.Answers.PerAddressDay, DomainDay: c.Answers.PerDomainDay,
			Overall: c.Answers.Overall, Own: c.Answers.OwnPeople,
		},
	})
}

// silence is the policy of [answers] enabled = false.
type silence struct{}

func (silence) Acknowledge(tickets.Filing, tickets.Evidence, tickets.Decision, time.Time) (*tickets.Outgoing, string) {
	return nil, "automatic answers are switched off"
}

func (a *App) newSender(tokens *tickets.Tokens) (*responder.Sender, error) {
	words, err := templates.Mail()
	if err != nil {
		return nil, err
	}
	options, err := smtpOptions(&a.config.SMTP)
	if err != nil {
		return nil, err
	}
	if a.transport, err = smtp.New(options); err != nil {
		return nil, err
	}
	return responder.NewSender(responder.SenderOptions{
		Outbox:          sending{a.store, a.keeper},
		Transport:       a.transport,
		Templates:       words,
		Keys:            a.ring,
		Tokens:          tokens,
		Team:            team(a.config),
		BounceAddress:   a.config.SMTP.Bounce,
		NullReversePath: a.config.Answers.NullReversePath,
		Now:             a.options.Now,
		Worker:          a.keeper.name,
		Log:             a.log,
		Hook:            a.options.Hook,
		Parallel:        lines(a.config.SMTP.URL),
	}), nil
}

// linesAtHome is how many connections a relay on this machine gets: mails that wait
// before their final dot share a commit, so that more go on at each. Dovecot's
// submission service takes ten of one user; a relay elsewhere may take three
// (Exchange Online), and gets what the responder thinks fit.
const linesAtHome = 8

// lines is how many connections the relay gets; 0 leaves it to the responder.
func lines(relay string) int {
	e, err := config.ParseEndpoint("smtp", relay)
	if err != nil || !e.Local() {
		return 0
	}
	return linesAtHome
}

// smtpOptions is what the configuration says of the relay.
func smtpOptions(s *config.SMTP) (smtp.Options, error) {
	e, err := config.ParseEndpoint("smtp", s.URL)
	if err != nil {
		return smtp.Options{}, fmt.Errorf("relay: %w", err)
	}
	roots, err := certificates(s.CAFile)
	if err != nil {
		return smtp.Options{}, fmt.Errorf("relay: %w", err)
	}
	security := map[config.Security]smtp.Security{config.TLS: smtp.TLS, config.STARTTLS: smtp.STARTTLS, config.Insecure: smtp.Insecure}
	options := smtp.Options{
		Address:  net.JoinHostPort(e.Host, strconv.Itoa(e.Port)),
		Security: security[e.Security],
		Username: e.User,
		Password: func() (string, error) { return config.Password(s.PasswordFile, s.PasswordEnv) },
	}
	if roots != nil {
		options.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return options, nil
}
