package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"postern/intake/archive"
	"postern/parser"
	"postern/parser/pgp"
)

// parseFlags are the keys a file is to be read with.
type parseFlags struct {
	keys        []string
	passphrases []string
}

// parsed is a report with the file it came from.
type parsed struct {
	File string `json:"file"`
	parser.Report
}

func (p *program) parse() *cobra.Command {
	var flags parseFlags
	c := &cobra.Command{
		Use:   "parse FILE...|-",
		Short: "Show what Postern reads out of a mail, without storing anything",
		Long: `Parse reads each FILE as one mail (- is standard input) and shows the report
that serve would file. With --json it prints one JSON object a line. With -c it
reads as serve does with that configuration: its keys, contacts and addresses;
without, or with --key, only the keys given count. Keys found in a mail of its
own are used for verifying only.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.runParse(c, args, flags) },
	}
	c.Flags().StringArrayVar(&flags.keys, "key", nil, "secret or public key `FILE`; may repeat")
	c.Flags().StringArrayVar(&flags.passphrases, "passphrase-file", nil, "`FILE` with a passphrase; may repeat, every one is tried")
	return c
}

func (p *program) runParse(c *cobra.Command, args []string, flags parseFlags) error {
	env, err := p.parseEnv(c.Context(), flags)
	if err != nil {
		return err
	}
	failed := false
	for _, name := range args {
		raw, err := p.readMail(name)
		if err != nil {
			fmt.Fprintf(p.err, "postern: %s: %v\n", name, withoutPath(err))
			failed = true
			continue
		}
		report := parser.Parse(c.Context(), bytes.NewReader(raw), int64(len(raw)), env)
		if err := p.showReport(name, report); err != nil {
			return err
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// parseEnv is what files are read with: what serve reads with where -c names a
// configuration, else the keys given and nothing of a house.
func (p *program) parseEnv(ctx context.Context, flags parseFlags) (parser.Env, error) {
	if p.config == "" || len(flags.keys) > 0 {
		keys, err := loadKeys(flags)
		return parser.Env{Keys: keys, ReceivedAt: p.now(), Undated: true}, err
	}
	conf, err := p.loadConfig()
	if err != nil {
		return parser.Env{}, err
	}
	env, _, err := p.readsAsServe(ctx, conf)
	env.Undated = true
	return env, err
}

// readMail reads one mail from a file or standard input, up to the limit that
// mail from a server has.
func (p *program) readMail(name string) ([]byte, error) {
	in := p.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close() // read only
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, archive.MaxMail+1))
	if err == nil && len(raw) > archive.MaxMail {
		err = archive.ErrTooLarge
	}
	return raw, err
}

// withoutPath gives an error of the file system without the name that the message
// around it says already.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// loadKeys sorts the files given into secret and public keys by what they hold.
func loadKeys(flags parseFlags) (*pgp.Keyring, error) {
	if len(flags.keys) == 0 {
		return nil, nil
	}
	var secret, phrases [][]byte
	var public []pgp.PublicKey
	for _, name := range flags.passphrases {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading a passphrase: %w", err)
		}
		phrases = append(phrases, bytes.TrimRight(data, "\r\n"))
	}
	for _, name := range flags.keys {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading a key: %w", err)
		}
		keys, err := pgp.Describe(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if slices.ContainsFunc(keys, func(k pgp.KeyInfo) bool { return k.Secret }) {
			secret = append(secret, data)
		} else {
			public = append(public, pgp.PublicKey{Data: data, Tier: "known"})
		}
	}
	return pgp.NewKeyring(secret, phrases, public)
}

func (p *program) showReport(name string, report parser.Report) error {
	if p.json {
		return json.NewEncoder(p.out).Encode(parsed{name, report})
	}
	return writeReport(p.out, name, report)
}
