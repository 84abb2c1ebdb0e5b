package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"postern/cmd/postern/config"
)

// childArgument makes this test binary one run of the program: what has to
// survive a kill, or be measured by itself, runs in a process of its own.
const childArgument = "-as-child-of-a-test"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == childArgument {
		os.Exit(childMain(os.Args[2]))
	}
	os.Exit(m.Run())
}

// kill says where the child ends itself, as if the machine had lost power for it.
type kill struct {
	Point string // of a Hook
	Times int    // how often it has to be reached; 0 is once
}

// order is what a child is told to do.
type order struct {
	Config  string
	Kill    kill
	Settled int        // mails after which, all being filed, nothing owed and all events sealed, it says "settled"; 0: never
	Profile string     // file for a CPU profile; "" for none
	Pipe    *pipeOrder // be the bare pipe and not the program
	Command []string   // be one command and not a daemon
	Quiet   bool       // no log: it is measured

	Housekeeper time.Duration // between its rounds; 0 is the program's own
	Lease       time.Duration // of a machine among others; 0 is the program's own
	Skew        time.Duration // of its clock
	Faults      []fault
	Database    string // address of a PostgreSQL in place of the data folder's
}

// fault is what befalls the child at a point, once.
type fault struct {
	Point   string // of a Hook
	How     string
	Control string // address of the proxy before its database
}

// How a child fails.
const (
	pausesItself = "pause" // as by SIGSTOP, until it is told to go on
	cutsNow      = "cut"   // its connections to the database end
	cutsAfter    = "lose"  // the database's next answer is lost, and the connection with it
)

// hooks has each fault come at its point.
func hooks(faults []fault) func(string) {
	var all []func(string)
	for _, f := range faults {
		all = append(all, f.hook())
	}
	return func(point string) {
		for _, one := range all {
			one(point)
		}
	}
}

// hook fails when the point is reached for the first time.
func (f fault) hook() func(string) {
	var once sync.Once
	return func(point string) {
		if f.How == "" || point != f.Point {
			return
		}
		once.Do(func() {
			switch f.How {
			case pausesItself:
				_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) // a signal to ourselves cannot fail
			case cutsNow:
				_ = askProxy(f.Control, cutNow) // the test fails where nothing does
			case cutsAfter:
				_ = askProxy(f.Control, cutAfter)
			}
		})
	}
}

// What a child says on its standard output, a line each.
const (
	saysReady   = "ready"
	saysSettled = "settled"
)

func childMain(text string) int {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitMisuse
	}
	go endWithParent()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := o.profiled(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return exitDone
}

// endWithParent leaves no process behind when the test is killed itself: then
// the pipe that is our standard input ends.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(exitFailed)
}

func (o order) profiled(ctx context.Context) (err error) {
	if o.Profile == "" {
		return o.run(ctx)
	}
	f, err := os.Create(o.Profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return o.run(ctx)
}

func (o order) run(ctx context.Context) (err error) {
	if o.Pipe != nil {
		return o.Pipe.run(ctx)
	}
	if o.Command != nil {
		p := &program{in: os.Stdin, out: io.Discard, err: os.Stderr, now: time.Now, hook: o.Kill.hook()}
		os.Exit(p.run(ctx, o.Command))
	}
	conf, problems := config.Load(o.Config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		return fatal
	}
	conf.Database = o.Database
	log := newLog(os.Stderr, false, true)
	if o.Quiet {
		log = slog.New(slog.DiscardHandler)
	}
	var steps quiet
	killed, failed := o.Kill.hook(), hooks(o.Faults)
	app, err := NewApp(ctx, conf, AppOptions{
		Now: func() time.Time { return time.Now().Add(o.Skew) }, Rand: rand.Reader, Log: log,
		Hook: func(point string) { steps.note(); killed(point); failed(point) },
		Tune: Tuning{RetryMin: 50 * time.Millisecond, RetryMax: time.Second, Housekeeper: o.Housekeeper, Lease: o.Lease},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	fmt.Println(saysReady)
	watching := make(chan error, 1)
	go func() { watching <- o.watch(ctx, app, &steps) }()
	return errors.Join(app.Run(ctx), <-watching)
}

// hook kills the process at the n-th time the point is reached; whoever reached
// it does nothing more.
func (k kill) hook() func(string) {
	var reached atomic.Int64
	return func(point string) {
		if k.Point == "" || point != k.Point || reached.Add(1) != int64(max(k.Times, 1)) {
			return
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // a signal to ourselves cannot fail
		select {}
	}
}

// quiet knows when something was last done.
type quiet struct{ last atomic.Int64 }

func (q *quiet) note() { q.last.Store(time.Now().UnixNano()) }

// looks is how often the child looks whether it has done its work, and how long
// nothing must have happened before it asks the database: asking costs the one
// that is measured.
func (o order) looks() time.Duration {
	if o.Quiet {
		return time.Second
	}
	return 25 * time.Millisecond
}

// watch says once that all is done.
func (o order) watch(ctx context.Context, app *App, steps *quiet) error {
	tick := time.NewTicker(o.looks())
	defer tick.Stop()
	for o.Settled > 0 {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if time.Since(time.Unix(0, steps.last.Load())) < o.looks() {
			continue
		}
		done, err := o.done(ctx, app)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if done {
			fmt.Println(saysSettled)
			return nil
		}
	}
	return nil
}

func (o order) done(ctx context.Context, app *App) (bool, error) {
	stats, err := app.store.Stats(ctx)
	return err == nil && stats.Mails["filed"]+stats.Mails["held"] >= int64(o.Settled) &&
		stats.Mails["received"]+stats.Mails["claimed"]+stats.Unsealed == 0 &&
		stats.Outbox["queued"]+stats.Outbox["claimed"]+stats.Outbox["handed"] == 0, err
}

// child is one run in a process of its own, seen from the test.
type child struct {
	t       testing.TB
	process *exec.Cmd
	stdin   io.Closer
	log     *logTail
	said    map[string]chan struct{} // closed when the line was said
	lines   chan struct{}            // closed at the end of its output
	ended   chan struct{}
	once    sync.Once
}

// childPatience bounds every wait for a child; a hanging one fails its test.
const childPatience = 2 * time.Minute

// startChild runs the order; the child is gone when the test ends.
func startChild(t testing.TB, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, log: &logTail{}, lines: make(chan struct{}), ended: make(chan struct{}),
		said: map[string]chan struct{}{saysReady: make(chan struct{}), saysSettled: make(chan struct{})}}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c.process = exec.Command(binary, childArgument, string(text))
	c.process.Stderr = c.log
	stdout, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.stdin, err = c.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	go c.listen(stdout)
	t.Cleanup(c.kill)
	return c
}

// listen reads what the child says to its end, then takes its exit.
func (c *child) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if said := c.said[lines.Text()]; said != nil {
			close(said)
		}
	}
	close(c.lines)
	_ = c.process.Wait() // how it ended stands in ProcessState
	close(c.ended)
}

// waitFor blocks until the child has said a word; false when it ended first.
func (c *child) waitFor(word string) bool {
	c.t.Helper()
	timeout := time.NewTimer(childPatience)
	defer timeout.Stop()
	select {
	case <-c.said[word]:
		return true
	case <-c.ended:
		return false
	case <-timeout.C:
		c.t.Fatalf("the child did not say %q within %v; its log ends:\n%s", word, childPatience, c.log)
	}
	return false
}

// settled blocks until everything is filed and answered, and fails when the
// child ends before.
func (c *child) settled() {
	c.t.Helper()
	if !c.waitFor(saysSettled) {
		c.t.Fatalf("the child ended (%v) before it had done its work; its log ends:\n%s", c.process.ProcessState, c.log)
	}
}

// died blocks until the child has killed itself, and fails when it did its work
// without reaching the point.
func (c *child) died(point string) {
	c.t.Helper()
	if c.waitFor(saysSettled) {
		c.t.Fatalf("the child did all its work and never reached %s; its log ends:\n%s", point, c.log)
	}
	if state, ok := c.process.ProcessState.Sys().(syscall.WaitStatus); !ok || state.Signal() != syscall.SIGKILL {
		c.t.Fatalf("the child ended with %v and not by its own kill; its log ends:\n%s", c.process.ProcessState, c.log)
	}
}

// stop asks the child to end, waits, and fails unless it ended well.
func (c *child) stop() {
	c.t.Helper()
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		c.t.Fatalf("asking the child to stop: %v", err)
	}
	select {
	case <-c.ended:
	case <-time.After(childPatience):
		c.t.Fatalf("the child did not stop; its log ends:\n%s", c.log)
	}
	if !c.process.ProcessState.Success() {
		c.t.Fatalf("the child ended with %v; its log ends:\n%s", c.process.ProcessState, c.log)
	}
}

// kill ends the child as kill -9 does, and waits for its end.
func (c *child) kill() {
	c.once.Do(func() {
		_ = c.process.Process.Kill() // it may have ended already
		<-c.ended
		_ = c.stdin.Close() // its reader is gone
	})
}

// logTail keeps the end of a log.
type logTail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 16 << 10

func (l *logTail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if over := len(l.text) - tailBytes; over > tailBytes {
		l.text = bytes.Clone(l.text[over:])
	}
	return len(p), nil
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.text[max(0, len(l.text)-tailBytes):]))
}
