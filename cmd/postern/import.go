package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/config"
	"postern/intake"
	"postern/intake/archive"
	"postern/tickets/store"
)

// A batch of an import is one commit.
const (
	importBatch      = 50
	importBatchBytes = 16 << 20
)

func (p *program) importMail() *cobra.Command {
	return &cobra.Command{
		Use:   "import PATH",
		Short: "File old mail: .eml, mbox, Maildir, or a folder of them; nothing is answered",
		Long: `Import stores every mail under PATH and files it like new mail, but answers
none. Mail that is known already changes nothing, so an import that was
interrupted is simply started again. Beside a running serve the import only
stores, and serve files.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			conf, problems := config.Load(p.configPath())
			if err := p.refuse(problems.Inside()); err != nil {
				return err
			}
			return p.runImport(c.Context(), conf, args[0])
		},
	}
}

// imported is the outcome of an import.
type imported struct {
	Mails  int  `json:"mails"`   // new ones
	Known  int  `json:"known"`   // that the database had already
	InPart int  `json:"in_part"` // of them, larger than max_mail: only header and beginning were taken
	Failed int  `json:"failed"`
	Filed  bool `json:"filed"` // false: a running serve files them
}

func (p *program) runImport(ctx context.Context, conf *config.Config, path string) error {
	total, err := archive.Size(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, withoutPath(err))
	}
	var result imported
	app, err := newFilingApp(ctx, conf, AppOptions{Now: p.now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		result, err = p.importInto(ctx, app.store, path, total, mostOf(conf))
		if err == nil {
			err = app.fileAll(ctx)
			result.Filed = err == nil && len(app.keeper.lacking()) == 0
		}
		err = errors.Join(err, app.Close())
	} else if isLocked(err) {
		err = p.withNewStore(ctx, conf, func(_ *config.Config, s *store.Store) (err error) {
			result, err = p.importInto(ctx, s, path, total, mostOf(conf))
			return err
		})
	}
	if err != nil {
		return err
	}
	return p.showImported(result)
}

func (p *program) showImported(result imported) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(result)
	}
	words := "filed"
	if !result.Filed {
		words = "stored for the running serve to file"
	}
	fmt.Fprintf(p.out, "%s %s, %d were known already, %d could not be read\n", count(result.Mails, "mail"), words, result.Known, result.Failed)
	if result.InPart > 0 {
		fmt.Fprintf(p.err, "%s larger than max_mail: only header and beginning were taken, and the ticket says so\n", count(result.InPart, "mail"))
	}
	if result.Failed > 0 {
		return errSaid
	}
	return nil
}

// importInto stores the mails in batches. Its source is the digest of the mail
// itself, so that the same mail from a moved or grown archive is known.
func (p *program) importInto(ctx context.Context, ledger intake.Ledger, path string, total, most int64) (result imported, err error) {
	bar := p.newProgress(total, "importing", true)
	defer bar.end()
	var batch []intake.Mail
	var size int64
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		known, err := countKnown(ctx, ledger, batch)
		if err != nil {
			return err
		}
		if err := ledger.Receive(ctx, batch); err != nil {
			return fmt.Errorf("storing mail: %w", err)
		}
		result.Mails, result.Known = result.Mails+len(batch)-known, result.Known+known
		batch, size = batch[:0], 0
		return nil
	}
	for m, err := range archive.Mails(path, most) {
		if err != nil {
			fmt.Fprintf(p.err, "postern: %s\n", oneLine(fmt.Sprintf("%s: %v", m.Name, err)))
			result.Failed++
			continue
		}
		if m.InPart {
			result.InPart++
		}
		batch = append(batch, importedMail(m, p.now()))
		if size += int64(len(m.Raw)); len(batch) >= importBatch || size >= importBatchBytes {
			if err := flush(); err != nil {
				return result, err
			}
		}
		bar.set(m.Read)
		if ctx.Err() != nil {
			return result, ctx.Err()
		}
	}
	err = flush() // before result is read: it counts
	return result, err
}

// mostOf is the largest max_mail of the mailboxes: what comes from none of them
// is held to no less.
func mostOf(conf *config.Config) int64 {
	most := int64(0)
	for _, m := range conf.Mailboxes {
		most = max(most, int64(m.MaxMail))
	}
	return cmp.Or(most, config.DefaultMaxMail)
}

// countKnown tells how many mails of a batch the ledger has by their digest.
func countKnown(ctx context.Context, ledger intake.Ledger, batch []intake.Mail) (n int, err error) {
	for i := range batch {
		known, err := ledger.Known(ctx, batch[i].Delivery.Mailbox.Source, batch[i].Delivery.UIDValidity)
		if err != nil {
			return 0, fmt.Errorf("looking for known mail: %w", err)
		}
		n += min(len(known), 1)
	}
	return n, nil
}

func importedMail(m archive.Message, now time.Time) intake.Mail {
	digest := sha256.Sum256(m.Raw)
	at := m.At
	if at.IsZero() || at.After(now) {
		at = now
	}
	return intake.Mail{
		Delivery: intake.Delivery{
			Mailbox:     intake.Mailbox{Name: "import", Source: "import/" + hex.EncodeToString(digest[:])},
			UIDValidity: 1, UID: 1, InternalDate: at, Size: int64(len(m.Raw)), Unanswered: true,
		},
		Body: bytes.NewReader(m.Raw), Stored: int64(len(m.Raw)), SHA256: digest, Oversize: m.InPart,
	}
}
