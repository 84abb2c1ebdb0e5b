// Command postern is the small door through which a security team's mail comes
// in. This package wires the rooms together and is the command line; each
// command has a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"postern/intake/wkd"
	"postern/parser"
	"postern/responder"
	"postern/tickets"
	"postern/tickets/store"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitMisuse = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// program is what every command may use of the world outside.
type program struct {
	in     io.Reader
	out    io.Writer // the answer
	err    io.Writer // talk
	now    func() time.Time
	config string             // -c
	json   bool               // --json
	hook   func(point string) // called at named steps of long work; nil in the program
	finder finder             // of keys in the directories of mail domains
}

// run is main without the process around it; tests call it.
func run(ctx context.Context, args []string, in io.Reader, out, talk io.Writer) int {
	p := &program{in: in, out: out, err: talk, now: time.Now, finder: wkd.New(wkd.Options{})}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintf(p.err, "postern: %s\n", printable(connectWords(err.Error()))) // servers and files speak in it, too
	}
	if hint := databaseHint(err); hint != "" && (store.Passing(err) || strings.Contains(err.Error(), "SQLSTATE")) {
		fmt.Fprintln(p.err, "    "+hint)
	}
	if notOurs(err) {
		fmt.Fprintln(p.err, "    give the command as the user to whom the configuration and the data folder belong, and who may write there")
	}
	if isMisuse(err) {
		return exitMisuse
	}
	return exitFailed
}

// isMisuse tells what would fail again whatever there is in the database: a command
// called wrongly, or something mistyped that can be the name of nothing.
func isMisuse(err error) bool {
	var use misuse
	var typed tickets.Mistyped
	return errors.As(err, &use) || errors.As(err, &typed)
}

// notOurs tells whether the wrong user was at work: the commonest mistake on a
// machine where serve has a user of its own.
func notOurs(err error) bool {
	return errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "attempt to write a readonly database")
}

// misuse is a command called wrongly: exit code 2.
type misuse struct{ error }

// errSaid fails a command that has told the person everything already.
var errSaid = errors.New("said already")

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "postern",
		Short:         "Turns the mail of reporting mailboxes into tickets, answers and queues",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().StringVarP(&p.config, "config", "c", "", "configuration `FILE` (default $POSTERN_CONFIG, else /etc/postern/postern.toml)")
	root.PersistentFlags().BoolVar(&p.json, "json", false, "answer in JSON")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return misuse{fmt.Errorf("%w; see `%s --help`", err, c.CommandPath())}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	for _, group := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"To begin:", []*cobra.Command{p.demo(), p.init(), p.check(), p.serve()}},
		{"Tickets:", []*cobra.Command{p.tickets(), p.ticket(), p.claim(), p.assign(), p.state(), p.set(), p.accept(), p.split(), p.note(), p.reply()}},
		{"Mail:", []*cobra.Command{p.parse(), p.explain(), p.importMail(), p.held(), p.requeue()}},
		{"People and keys:", []*cobra.Command{p.contacts(), p.keys()}},
		{"The database:", []*cobra.Command{p.verify(), p.backup(), p.migrate()}},
		{"And:", []*cobra.Command{p.version()}},
	} {
		root.AddGroup(&cobra.Group{ID: group.title, Title: group.title})
		for _, c := range group.commands {
			c.GroupID = group.title
			c.Args = asMisuse(c.Args)
			root.AddCommand(c)
			offerWords(c)
		}
	}
	root.SetHelpCommandGroupID("And:")
	return root
}

// offerWords lets the shell complete the flags that take one of a few words.
func offerWords(c *cobra.Command) {
	for flag, words := range map[string][]string{
		"state": states, "template": responder.ReplyTemplates(), "tlp": parser.TLPLabels(),
		"kind": tickets.Kinds, "category": tickets.Categories, "severity": tickets.Severities, "verdict": tickets.Verdicts,
	} {
		if c.Flags().Lookup(flag) != nil {
			// The only error is of a flag that is not there.
			_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
		}
	}
}

// asMisuse makes a wrong number of arguments exit with 2.
func asMisuse(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil {
			check = cobra.NoArgs
		}
		if err := check(c, args); err != nil {
			return misuse{fmt.Errorf("%w; see `%s --help`", inWords(err, c, args), c.CommandPath())}
		}
		return nil
	}
}

// inWords says how a command is called where cobra counts what it was given.
func inWords(err error, c *cobra.Command, args []string) error {
	if c.HasAvailableSubCommands() && len(args) > 0 {
		var names []string
		for _, one := range c.Commands() {
			names = append(names, one.Name())
		}
		return fmt.Errorf("there is no `%s %s`; %s", c.CommandPath(), oneLine(args[0]), tickets.Choices(args[0], names))
	}
	if strings.HasPrefix(err.Error(), "accepts ") || strings.HasPrefix(err.Error(), "requires ") || strings.HasPrefix(err.Error(), "unknown command") {
		return fmt.Errorf("it is called like this: %s", strings.TrimSuffix(c.UseLine(), " [flags]"))
	}
	return err
}

func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("there is no command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		message += fmt.Sprintf("; did you mean %s?", near[0])
	}
	return misuse{errors.New(message + " See `postern --help`")}
}
