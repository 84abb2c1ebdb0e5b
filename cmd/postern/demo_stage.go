package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"postern/intake/archive"
	"postern/intake/imap/imaptest"
	"postern/responder/smtp/smtptest"
	"postern/testdata"
	"postern/tickets/store"
)

// stage is the world around a demo: servers, mailboxes and a folder with the
// configuration, all gone at its end.
type stage struct {
	folder    string
	mark      *os.File // locked as long as the folder is in use
	config    string
	imap      *imaptest.Server
	smtp      *smtptest.Server
	now       func() time.Time
	delivered map[[sha256.Size]byte]bool
	count     int
}

// Mailboxes of the demo; reports of the user's own go to the first.
var demoMailboxes = []string{"csirt", "abuse", "helpdesk"}

const demoPassword = "demo"

// newStage starts the servers and writes the configuration for them. After an
// error nothing is left behind.
func newStage(now func() time.Time) (s *stage, err error) {
	s = &stage{now: now, delivered: map[[sha256.Size]byte]bool{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.folder, s.mark, err = newDemoFolder(os.TempDir()); err != nil {
		return nil, err
	}
	if s.imap, err = imaptest.Start(imaptest.Options{}); err != nil {
		return nil, err
	}
	if s.smtp, err = smtptest.Start(smtptest.Options{}); err != nil {
		return nil, err
	}
	for _, name := range demoMailboxes {
		if err := s.imap.AddUser(name+"@example.org", demoPassword); err != nil {
			return nil, err
		}
	}
	if err := s.imap.CreateFolder("csirt@example.org", "Junk"); err != nil {
		return nil, err
	}
	return s, s.writeFiles()
}

// writeFiles lays out what an administrator would: configuration, password and keys.
func (s *stage) writeFiles() error {
	if err := layKeys(s.folder); err != nil {
		return err
	}
	files := map[string]string{"password": demoPassword + "\n", "postern.toml": demoConfig(s.imap.Addr(), s.smtp.Addr())}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	s.config = filepath.Join(s.folder, "postern.toml")
	return nil
}

// layKeys writes the team's keys and those of the people it knows.
func layKeys(folder string) error {
	for _, name := range []string{"team-secret.asc", "team.passphrase", "cert-alpha-public.asc", "cert-beta-public.asc", "finder-public.asc"} {
		data, err := fs.ReadFile(testdata.Files, "keys/"+name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// close ends the servers and removes the folder.
func (s *stage) close() error {
	var errs []error
	if s.imap != nil {
		errs = append(errs, s.imap.Close())
	}
	if s.smtp != nil {
		errs = append(errs, s.smtp.Close())
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	if s.mark != nil {
		errs = append(errs, s.mark.Close())
	}
	return errors.Join(errs...)
}

// deliverSamples puts the sample mails into the mailboxes, a second apart, the
// last one now.
func (s *stage) deliverSamples() error {
	samples := testdata.Mails()
	for i, sample := range samples {
		at := s.now().Add(-time.Duration(len(samples)-i) * time.Second)
		if err := s.deliver(sample.Mailbox, sample.Folder, sample.Data, at); err != nil {
			return fmt.Errorf("delivering %s: %w", sample.Name, err)
		}
	}
	return nil
}

func (s *stage) deliver(user, folder string, raw []byte, at time.Time) error {
	if err := s.imap.Append(user+"@example.org", folder, raw, at); err != nil {
		return err
	}
	s.delivered[sha256.Sum256(raw)] = true
	s.count++
	return nil
}

// deliverArchive puts the user's own mails into the first mailbox, as if they
// had just arrived. What cannot be read is said and left out.
func (s *stage) deliverArchive(path string, talk io.Writer) error {
	for m, err := range archive.Mails(path, archive.MaxMail) {
		if err != nil {
			fmt.Fprintf(talk, "postern: %s\n", oneLine(fmt.Sprintf("%s: %v", m.Name, err)))
			continue
		}
		if len(m.Raw) == 0 {
			fmt.Fprintf(talk, "postern: %s: empty, left out\n", oneLine(m.Name))
			continue
		}
		if err := s.deliver(demoMailboxes[0], "INBOX", m.Raw, s.now()); err != nil {
			return fmt.Errorf("delivering %s: %w", m.Name, err)
		}
	}
	return nil
}

// settle waits until every delivered mail is filed or held and nothing is owed.
// As long as something moves it is patient.
func (s *stage) settle(ctx context.Context, app *App) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last store.Stats
	moved := s.now()
	for {
		stats, err := app.store.Stats(ctx)
		if err != nil {
			return err
		}
		if stats.Mails["filed"]+stats.Mails["held"] >= int64(len(s.delivered)) &&
			stats.OldestOut.IsZero() && stats.Outbox["claimed"]+stats.Outbox["handed"] == 0 {
			return nil
		}
		if !maps.Equal(stats.Mails, last.Mails) || !maps.Equal(stats.Outbox, last.Outbox) {
			last, moved = stats, s.now()
		}
		if s.now().Sub(moved) > demoPatience {
			return fmt.Errorf("the demo did not come to an end: %d delivered, mails %v, outgoing %v", s.count, stats.Mails, stats.Outbox)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// demoConfig is the configuration for servers at these addresses.
func demoConfig(imap, smtp string) string { return fmt.Sprintf(demoConfigForm, imap, smtp) }

const demoConfigForm = `# Configuration of the demo.
data = "data"

[csirt]
name = "Example CSIRT"
address = "csirt@example.org"
ticket_prefix = "EX"
phone = "+00 00 000000"
languages = ["en", "de"]
domains = ["example.org"]

[[mailbox]]
name = "csirt"
imap = "imap+insecure://csirt%%40example.org@%[1]s/INBOX"
password_file = "password"
junk = "Junk"
lists = ["security.example.org"]

[[mailbox]]
name = "abuse"
imap = "imap+insecure://abuse%%40example.org@%[1]s/INBOX"
password_file = "password"
division = "hosting"

[[mailbox]]
name = "helpdesk"
imap = "imap+insecure://helpdesk%%40example.org@%[1]s/INBOX"
password_file = "password"

[smtp]
url = "smtp+insecure://%[2]s"

[pgp]
secret_keys = ["team-secret.asc"]
passphrase_file = "team.passphrase"
public_keys = ["cert-alpha-public.asc", "cert-beta-public.asc"]
known_keys = ["finder-public.asc"]

[answers]
per_domain = 1000
per_domain_day = 1000
overall = 10000

[reports]
buttons = ["no-reply@button.example"]

[[division]]
name = "network"
mail = "noc@example.org"
prefixes = ["192.0.2.0/24", "2001:db8::/32"]
domains = ["net.example.org"]

[[division]]
name = "hosting"
mail = "hosting@example.org"
prefixes = ["198.51.100.0/24"]
domains = ["www.example.org", "shop.example.org"]

[[asset]]
name = "student records"
prefixes = ["192.0.2.16/28"]
criticality = "critical"
owner = "registry@example.org"

[desk]
listen = "127.0.0.1:8025"
`
