package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"postern/cmd/postern/config"
	"postern/intake"
	"postern/intake/imap"
	"postern/parser"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/parser/smime"
	"postern/tickets"
)

// parseTime bounds the work on one mail; the parser gives what it has by then.
const parseTime = 30 * time.Second

func (a *App) newFiler() *tickets.Filer {
	return tickets.NewFiler(tickets.FilerOptions{
		Store:        filing{a.store, a.keeper},
		Parse:        a.parse,
		Rules:        func() *tickets.Rules { return a.outside.Load().rules },
		Acknowledger: policy(a.config, func() *directory { return a.outside.Load().directory }, a.secret),
		Now:          a.options.Now,
		Worker:       a.keeper.name,
		Log:          a.log,
		Hook:         a.options.Hook,
		Filed:        a.filed,
	})
}

// parse is the pure parser with what this installation knows around it.
func (a *App) parse(ctx context.Context, raw tickets.Raw, claim tickets.Claim) tickets.Report {
	ctx, cancel := context.WithTimeout(ctx, parseTime)
	defer cancel()
	env := a.env()
	env.ReceivedAt = claim.ReceivedAt
	report := parser.Parse(ctx, raw, raw.Size(), env)
	if claim.Oversize {
		report.Problems = append(report.Problems, takenInPart)
	}
	return report
}

// takenInPart is told of a mail over max_mail.
var takenInPart = mime.Problem{Code: "taken-in-part", Detail: "The mail is larger than max_mail: only its header and beginning were taken, and the whole of it stays where it came from."}

func (a *App) env() parser.Env {
	o := a.outside.Load()
	return parserEnv(o.config, o.directory, o.smime)
}

// parserEnv is what configuration and directory tell the parser.
func parserEnv(c *config.Config, d *directory, smimeKeys *smime.Keys) parser.Env {
	return parser.Env{
		Keys:            d.ring,
		Known:           d.known,
		SMIME:           smimeKeys,
		OwnPrefixes:     c.OwnPrefixes(),
		OwnDomains:      c.OwnDomains(),
		OwnAddresses:    c.OwnAddresses(),
		OwnLists:        c.OwnLists(),
		ReportButtons:   c.Reports.Buttons,
		TrustedAuthserv: c.CSIRT.TrustedAuthserv,
		Limits:          parser.Limits{PGP: pgp.Limits{Legacy: c.PGP.Legacy}},
	}
}

// filed wakes the sender when an answer is owed and tells the log what came in.
func (a *App) filed(batch []tickets.Filed) {
	owed := false
	for _, f := range batch {
		if f.Err != nil {
			a.log.Error("mail could not be filed", "mail", f.Mail, "error", f.Err)
			continue
		}
		a.log.Info("filed", "mail", f.Mail, "ticket", f.Ticket, "reference", f.Reference, "match", f.Match, "answer", f.Answer)
		owed = owed || f.Answer
	}
	if owed && a.sender != nil { // else the next serve sends it
		a.sender.Wake()
	}
}

// newPosts makes one post a mailbox, and one for each Junk folder.
func (a *App) newPosts(ctx context.Context) error {
	if err := a.adopt(ctx); err != nil {
		return err
	}
	for i := range a.config.Mailboxes {
		m := &a.config.Mailboxes[i]
		options, err := imapOptions(m)
		if err != nil {
			return err
		}
		options.SpoolDir = a.config.Data
		options.Now, options.Rand, options.Hook = a.options.Now, rand.Float64, a.options.Hook
		options.Wake = a.filer.Wake
		options.RetryMin, options.RetryMax = a.options.Tune.RetryMin, a.options.Tune.RetryMax
		if a.options.Tune.Poll > 0 {
			options.Poll = a.options.Tune.Poll
		}
		a.posts = append(a.posts, a.newPost(options, a.restored))
		if m.Junk != "" {
			junk := options
			junk.Folder, junk.Processed, junk.Junk = m.Junk, "", true
			junk.Mailbox.Junk = true
			a.posts = append(a.posts, a.newPost(junk, false))
		}
	}
	return nil
}

// adopt takes over a database that comes from a backup, and finds out whether the
// processed folders are still to be read for what it does not know.
func (a *App) adopt(ctx context.Context) error {
	adopted, err := a.store.AdoptBackup(ctx)
	if err != nil {
		return fmt.Errorf("adopting the database: %w", err)
	}
	if adopted {
		a.log.Warn("this database comes from a backup: answers owed then are unsure now, and what the processed folders hold beyond it is taken in unanswered")
	}
	if a.restored, err = a.store.Restored(ctx); err != nil {
		return fmt.Errorf("adopting the database: %w", err)
	}
	return nil
}

// imapOptions is what the configuration says of one mailbox.
func imapOptions(m *config.Mailbox) (imap.Options, error) {
	e, err := config.ParseEndpoint("imap", m.IMAP)
	if err != nil {
		return imap.Options{}, fmt.Errorf("mailbox %s: %w", m.Name, err)
	}
	roots, err := certificates(m.CAFile)
	if err != nil {
		return imap.Options{}, fmt.Errorf("mailbox %s: %w", m.Name, err)
	}
	return imap.Options{
		Account: imap.Account{
			Host: e.Host, Port: e.Port, User: e.User, Security: imap.Security(e.Security),
			Password: func() (string, error) { return config.Password(m.PasswordFile, m.PasswordEnv) },
		},
		Folder:    e.Folder,
		Processed: m.Processed,
		Mailbox:   intake.Mailbox{Name: m.Name},
		RootCAs:   roots,
		MaxMail:   int64(m.MaxMail),
		Poll:      time.Duration(m.Poll),
	}, nil
}

// certificates reads the roots of a CA file; nil means the system's. A file
// without a certificate is an error: falling back would trust other people.
func certificates(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return pool, nil
}

func (a *App) postRuns() []func(context.Context) error {
	var runs []func(context.Context) error
	for _, p := range a.posts {
		runs = append(runs, p.run)
	}
	return runs
}
