package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"postern/cmd/postern/config"
	"postern/intake"
	"postern/intake/imap"
	"postern/responder/smtp"
	"postern/tickets/desk"
)

func (p *program) check() *cobra.Command {
	var offline bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, the keys and every server it names; change nothing",
		Long: `Check reads the configuration like serve does and prints every fault with its
line and a hint. Then it logs in at every mailbox and at the relay, without
touching a mail, and says what it found.`,
		RunE: func(c *cobra.Command, _ []string) error { return p.runCheck(c.Context(), offline) },
	}
	c.Flags().BoolVar(&offline, "offline", false, "do not connect to any server")
	return c
}

// serverPatience bounds what check waits for one server.
const serverPatience = 20 * time.Second

func (p *program) runCheck(ctx context.Context, offline bool) error {
	conf, problems := config.Load(p.configPath())
	asked := len(problems.Fatal()) == 0
	if asked {
		problems = append(problems, p.checkData(ctx, conf)...)
		problems = append(problems, checkPort(conf)...)
		if !offline {
			problems = append(problems, p.checkServers(ctx, conf)...)
		}
	}
	if p.json {
		encoder := json.NewEncoder(p.out)
		for _, problem := range problems {
			if err := encoder.Encode(problem); err != nil {
				return err
			}
		}
	} else {
		for _, problem := range problems {
			fmt.Fprintln(p.out, printable(problem.String()))
		}
	}
	if fatal := len(problems.Fatal()); fatal > 0 {
		fmt.Fprintf(p.err, "%s, %s\n", count(fatal, "fault"), count(len(problems)-fatal, "warning"))
		if !asked {
			fmt.Fprintln(p.err, "The database and the servers are looked at once these faults are gone.")
		}
		return errSaid
	}
	fmt.Fprintf(p.err, "good: serve will start (%s)\n", count(len(problems), "warning"))
	return nil
}

// count gives "1 fault", "2 faults".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// checkPort takes the desk's port for a moment. One that is taken is no fault: serve
// may be what listens there, and beside another program it takes the next one.
func checkPort(conf *config.Config) config.Problems {
	const key = "desk.listen"
	listener, err := net.Listen("tcp", conf.Desk.Listen)
	if err == nil {
		err = listener.Close()
	}
	if err == nil || errors.Is(err, syscall.EADDRINUSE) {
		return nil
	}
	return config.Problems{{File: conf.File, Line: conf.Line(key), Key: key, Message: oneLine(err.Error()), Hint: `name an address of this machine, like "127.0.0.1:8025"`}}
}

// checkData opens the database when there is one: its schema and its keys must fit.
func (p *program) checkData(ctx context.Context, conf *config.Config) config.Problems {
	fault := func(message, hint string) config.Problems {
		key := "data"
		if conf.Database != "" {
			key = "database"
		}
		return config.Problems{{File: conf.File, Line: conf.Line(key), Key: key, Message: message, Hint: hint}}
	}
	room := checkRoom(conf)
	if len(room.Fatal()) > 0 {
		return room
	}
	if conf.Database != "" {
		if err := reach(ctx, conf); err != nil {
			return fault(connectWords(err.Error()), databaseHint(err))
		}
	}
	if !hasDatabase(conf) {
		if err := leftBehind(conf); err != nil {
			return fault(err.Error(), "")
		}
		fmt.Fprintln(p.err, "database: there is none yet; serve makes it, without a ticket")
		return room
	}
	s, err := openStore(ctx, conf, AppOptions{Now: p.now, Rand: rand.Reader})
	if err != nil {
		return fault(err.Error(), "")
	}
	tokens, err := loadTokens(conf)
	if err == nil {
		err = errors.Join(fitsDatabase(ctx, s, conf, tokens), sound(ctx, s, serverPatience), p.tellMachines(ctx, s))
	}
	var problems config.Problems
	if err == nil {
		problems, err = p.checkDirectory(ctx, conf, s)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return fault(err.Error(), "")
	}
	return append(room, problems...)
}

// leastRoom is what serve needs to begin its work.
const leastRoom = 1 << 20

// checkRoom looks whether the data folder can be written to, as this user and as far
// as its disk has room. One that is not there yet is made by serve.
func checkRoom(conf *config.Config) config.Problems {
	problem := config.Problem{File: conf.File, Line: conf.Line("data"), Key: "data"}
	paths := []string{conf.Data}
	if conf.Database == "" {
		paths = append(paths, filepath.Join(conf.Data, databaseName))
	}
	for _, path := range paths {
		if err := unix.Access(path, unix.W_OK); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problem.Message, problem.Hint = path+" cannot be written to: "+err.Error(), "the user who runs postern must be able to, on a disk that is not read-only"
			return config.Problems{problem}
		}
	}
	free, err := freeSpace(conf.Data)
	if err != nil {
		return nil // the folder is not there yet
	}
	return checkSpace(problem, free)
}

// checkSpace judges how many bytes are free where the problem would be.
func checkSpace(problem config.Problem, free int64) config.Problems {
	if free >= desk.DiskAlarm {
		return nil
	}
	problem.Message, problem.Hint = fmt.Sprintf("%d MB are left on the disk", free>>20), "free space: when it is full, mail waits on its server"
	problem.Warning = free >= leastRoom
	return config.Problems{problem}
}

// checkServers asks all servers at the same time and keeps the file's order.
func (p *program) checkServers(ctx context.Context, conf *config.Config) config.Problems {
	found := make([]config.Problems, len(conf.Mailboxes)+1)
	good := make([]string, len(found)) // what a server without a fault said
	relay := len(conf.Mailboxes)
	var wait sync.WaitGroup
	for i := range conf.Mailboxes {
		wait.Go(func() { found[i], good[i] = checkMailbox(ctx, conf, i, p) })
	}
	wait.Go(func() { found[relay], good[relay] = checkRelay(ctx, conf) })
	wait.Wait()
	var all config.Problems
	for i, f := range found {
		all = append(all, f...)
		if good[i] != "" {
			fmt.Fprintln(p.err, good[i])
		}
	}
	return all
}

func checkMailbox(ctx context.Context, conf *config.Config, i int, p *program) (problems config.Problems, good string) {
	m := &conf.Mailboxes[i]
	note := func(warning bool, key, message, hint string) {
		key = fmt.Sprintf("mailbox[%d].%s", i, key)
		problems = append(problems, config.Problem{File: conf.File, Line: conf.Line(key), Key: key,
			Message: m.Name + ": " + message, Hint: hint, Warning: warning})
	}
	options, err := imapOptions(m)
	if err != nil {
		note(false, "imap", err.Error(), "")
		return problems, ""
	}
	options.Now, options.Ledger = p.now, emptyLedger{}
	ctx, cancel := context.WithTimeout(ctx, serverPatience)
	defer cancel()
	found, err := imap.New(options).Check(ctx)
	if err != nil {
		note(false, "imap", oneLine(err.Error()), connectionHint(err.Error()))
		return problems, ""
	}
	good = fmt.Sprintf("mailbox %s: logged in, %s in %s", m.Name, count(int(found.Messages), "mail"), options.Folder)
	if m.Junk != "" {
		options.Folder, options.Processed = m.Junk, ""
		if _, err := imap.New(options).Check(ctx); err != nil {
			note(false, "junk", oneLine(err.Error()), connectionHint(err.Error()))
		}
	}
	if m.Junk == "" && found.Junk != "" {
		note(true, "junk", fmt.Sprintf("the folder %q is not watched: a report that the filter takes for spam would be lost", found.Junk),
			fmt.Sprintf("junk = %q", found.Junk))
	}
	if !found.Move {
		note(true, "imap", "the server has no MOVE: stored mail is copied to "+m.Processed+" and marked, and stays in "+options.Folder, "")
	}
	if !found.Idle {
		note(true, "imap", "the server has no IDLE: new mail is seen at the next poll", `poll = "30s" looks more often`)
	}
	return problems, good
}

// emptyLedger stands where a check needs a ledger and must never use it.
type emptyLedger struct{}

var errOnlyChecking = errors.New("a check stores nothing")

func (emptyLedger) Known(context.Context, string, uint32) ([]intake.Known, error) {
	return nil, errOnlyChecking
}
func (emptyLedger) Receive(context.Context, []intake.Mail) error { return errOnlyChecking }

func checkRelay(ctx context.Context, conf *config.Config) (config.Problems, string) {
	fault := func(err error) (config.Problems, string) {
		const key = "smtp.url"
		return config.Problems{{File: conf.File, Line: conf.Line(key), Key: key, Message: oneLine(err.Error()), Hint: connectionHint(err.Error())}}, ""
	}
	options, err := smtpOptions(&conf.SMTP)
	if err != nil {
		return fault(err)
	}
	transport, err := smtp.New(options)
	if err != nil {
		return fault(err)
	}
	ctx, cancel := context.WithTimeout(ctx, serverPatience)
	defer cancel()
	if err := errors.Join(transport.Check(ctx), transport.Close()); err != nil {
		return fault(err)
	}
	return nil, "relay: ready to take mail"
}
