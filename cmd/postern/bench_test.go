package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"postern/intake/imap/imaptest"
	"postern/responder/smtp/smtptest"
	"postern/tickets/storetest"
)

// BenchmarkProgram measures the program beside a bare pipe, the memory that a huge mail
// takes, and the time to an answer. It asserts nothing about time: what is too
// slow on one machine is fine on another. It prints the ratios.
func BenchmarkProgram(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Fatal("needs /proc of Linux to measure other processes")
	}
	b.Run("stages", benchStages)
	b.Run("throughput", benchThroughput)
	b.Run("distance", benchDistance)
	b.Run("huge mail", benchHuge)
	b.Run("latency", benchLatency)
}

// printf prints a finding. The log of a benchmark would be cut after ten lines.
func printf(format string, args ...any) { fmt.Printf("\n"+format+"\n", args...) }

// benchMails is how many mails are brought through.
const benchMails = 1000

// measured is what one run came to.
type measured struct {
	name    string
	mails   int
	answers int
	took    time.Duration
	cpu     time.Duration
	rss     int64 // bytes, the most that was resident
}

func (m measured) rate() float64 { return float64(m.mails) / m.took.Seconds() }

func (m measured) each() float64 { return float64(m.cpu.Microseconds()) / 1000 / float64(m.mails) }

func benchThroughput(b *testing.B) {
	letters := newGenerator(b, "b", 7).letters(b, benchMails)
	kinds := []func(testing.TB, mailServer, string, []letter) measured{benchPipe, benchProgram, benchShared(1), benchShared(2)}
	const turns = 2
	var mailboxes []string
	for n := range turns * len(kinds) {
		mailboxes = append(mailboxes, fmt.Sprintf("bench%d@example.org", n))
	}
	server := startReal(b, mailboxes...)
	describe(letters)
	var runs []measured
	for n, user := range mailboxes {
		runs = append(runs, kinds[n%len(kinds)](b, server, user, letters))
	}
	printf("%s", compare(runs))
}

func describe(letters []letter) {
	size, owed := 0, 0
	for _, l := range letters {
		size += len(l.raw)
		if l.owed {
			owed++
		}
	}
	printf("%d mails of %d kB on average; %d are owed an answer", len(letters), size/len(letters)/1000, owed)
}

const barePipe = "bare pipe"

func benchPipe(t testing.TB, server mailServer, user string, letters []letter) measured {
	receiver := startReceiver(t)
	for _, l := range letters {
		server.deliver(t, user, l)
	}
	c := startChild(t, order{Quiet: true, Profile: profile(t, "pipe"), Pipe: &pipeOrder{
		IMAP: server.address(), SMTP: receiver.Addr(), User: user, Folder: t.TempDir(), Mails: len(letters)}})
	return measure(barePipe, letters, receiver, c)
}

func benchProgram(t testing.TB, server mailServer, user string, letters []letter) measured {
	receiver := startReceiver(t)
	r := newRig(t, server, receiver, receiver.Addr(), user)
	r.deliver(user, letters...)
	c := startChild(t, order{Quiet: true, Profile: profile(t, "postern"), Config: r.config, Settled: len(letters)})
	sum := measure("postern, SQLite", letters, receiver, c)
	r.check()
	return sum
}

// benchShared has so many machines file what one mailbox holds, on a PostgreSQL
// that waits for the disk. Its own processor time is not in the figures.
func benchShared(count int) func(testing.TB, mailServer, string, []letter) measured {
	return func(t testing.TB, server mailServer, user string, letters []letter) measured {
		return benchFar(t, server, user, letters, count, 0)
	}
}

// benchFar is benchShared with a database whose answers take longer.
func benchFar(t testing.TB, server mailServer, user string, letters []letter, count int, far time.Duration) measured {
	receiver := startReceiver(t)
	r := newRig(t, server, receiver, receiver.Addr(), user)
	r.database = storetest.DurablePostgres(t)
	r.deliver(user, letters...)
	var all []*child
	for _, config := range r.alike(count) {
		database := r.database
		if far > 0 {
			_, database = startProxy(t, r.database, far)
		}
		all = append(all, startChild(t, order{Quiet: true, Profile: profile(t, "postgres"), Config: config, Database: database, Settled: len(letters)}))
	}
	sum := measure(fmt.Sprintf("postern, PostgreSQL, %d serve", count), letters, receiver, all...)
	r.check()
	return sum
}

// profile is where a CPU profile goes when POSTERN_PROFILES names a folder; else
// none is made, because profiling costs what is measured.
func profile(t testing.TB, name string) string {
	folder := os.Getenv("POSTERN_PROFILES")
	if !filepath.IsAbs(folder) {
		return ""
	}
	return filepath.Join(folder, fmt.Sprintf("%s-%d.pprof", name, time.Now().UnixNano()))
}

// measure takes figures from the first that is ready to the last answer, and stops
// the children when they have settled.
func measure(name string, letters []letter, receiver *smtptest.Server, all ...*child) measured {
	t := all[0].t
	t.Helper()
	var start time.Time
	var before time.Duration
	for _, c := range all {
		if !c.waitFor(saysReady) {
			t.Fatalf("%s did not start:\n%s", name, c.log)
		}
		if start.IsZero() {
			start = time.Now()
		}
		before += c.cpu()
	}
	answers := 0
	for _, l := range letters {
		if l.opens {
			answers++
		}
	}
	awaitAnswers(t, receiver, answers)
	m := measured{name: name, mails: len(letters), took: time.Since(start), cpu: -before, answers: answers}
	for _, c := range all {
		m.cpu, m.rss = m.cpu+c.cpu(), m.rss+c.status("VmHWM")
	}
	for _, c := range all {
		c.settled()
	}
	for _, c := range all {
		c.stop()
	}
	return m
}

// cpu is the time that the child has spent on a processor, its own and the system's.
func (c *child) cpu() time.Duration {
	c.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.process.Process.Pid))
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name before may hold anything but this
	fields := strings.Fields(rest)
	const utime, stime, ticksPerSecond = 11, 12, 100 // proc(5); USER_HZ is 100 everywhere
	var ticks int64
	for _, i := range []int{utime, stime} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			c.t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// status is a size of /proc/PID/status in bytes.
func (c *child) status(field string) int64 {
	c.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.process.Process.Pid))
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != field {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			c.t.Fatal(err)
		}
		return n << 10
	}
	c.t.Fatalf("no %s in the status of the child", field)
	return 0
}

func compare(runs []measured) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tmails\tanswers\tseconds\tmails/s\tms CPU/mail\tMB resident\t")
	best := map[string]measured{}
	for _, m := range runs {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.2f\t%.0f\t%.2f\t%d\t\n", m.name, m.mails, m.answers, m.took.Seconds(), m.rate(), m.each(), m.rss/1_000_000)
		if old, seen := best[m.name]; !seen || m.took < old.took {
			best[m.name] = m
		}
	}
	_ = w.Flush() // into memory
	bare := best[barePipe]
	for _, name := range slices.Sorted(maps.Keys(best)) {
		if ours := best[name]; name != barePipe {
			fmt.Fprintf(&b, "%s, best of each: %.2f of the bare pipe's rate, %.2f times its CPU\n", name, ours.rate()/bare.rate(), ours.each()/bare.each())
		}
	}
	return b.String()
}

// hugeBytes is the raw size of the huge mail.
const hugeBytes = 50_000_000

// benchHuge shows what one mail of 50 MB adds to the resident set.
func benchHuge(b *testing.B) {
	const user = "huge@example.org"
	server, receiver := startReal(b, user), startReceiver(b)
	r := newRig(b, server, receiver, receiver.Addr(), user)
	c := startChild(b, order{Quiet: true, Config: r.config, Profile: profile(b, "huge")})
	if !c.waitFor(saysReady) {
		b.Fatalf("the program did not start:\n%s", c.log)
	}
	g := newGenerator(b, "h", 11)
	r.deliver(user, *g.add(g.plain(), true))
	awaitAnswers(b, receiver, 1)
	idle := c.status("VmRSS")
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", c.process.Process.Pid), []byte("5"), 0); err != nil {
		b.Logf("the peak cannot be reset, it includes the start: %v", err)
	}
	start, before := time.Now(), c.cpu()
	r.deliver(user, *g.add(g.withAttachment(hugeBytes/78*76), true))
	awaitAnswers(b, receiver, 2)
	printf("one mail of %d MB: %.2f s to its answer, %.0f ms CPU; resident %d MB before, at most %d MB, %+d MB",
		len(g.made[1].raw)/1_000_000, time.Since(start).Seconds(), float64((c.cpu() - before).Milliseconds()),
		idle/1_000_000, c.status("VmHWM")/1_000_000, (c.status("VmHWM")-idle)/1_000_000)
	c.stop()
}

func awaitAnswers(t testing.TB, receiver *smtptest.Server, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), childPatience)
	defer cancel()
	if _, err := receiver.Wait(ctx, n); err != nil {
		t.Fatal(err)
	}
}

// latencyMails are delivered one at a time, each when the one before is answered.
const latencyMails = 100

// benchLatency measures from the delivery to the acknowledgement handed over.
func benchLatency(b *testing.B) {
	const user = "latency@example.org"
	for _, kind := range []struct {
		name  string
		start func() mailServer
	}{
		{"Dovecot", func() mailServer { return startReal(b, user) }},
		{"memory", func() mailServer { return startMemory(b, imaptest.Options{}, user) }},
	} {
		b.Run(kind.name, func(b *testing.B) { latencyOn(b, kind.start(), user) })
	}
}

func latencyOn(b *testing.B, server mailServer, user string) {
	receiver := startReceiver(b)
	announced := announcing(b, server, user)
	r := newRig(b, server, receiver, receiver.Addr(), user)
	c := startChild(b, order{Quiet: true, Config: r.config})
	if !c.waitFor(saysReady) {
		b.Fatalf("the program did not start:\n%s", c.log)
	}
	awaitAnswers(b, receiver, announcedMails) // those that the other client listened to
	g := newGenerator(b, "l", 13)
	var took []time.Duration
	for i := range latencyMails {
		l := *g.add(g.plain(), true)
		start := time.Now()
		r.deliver(user, l)
		awaitAnswers(b, receiver, announcedMails+i+1)
		took = append(took, time.Since(start))
	}
	c.stop()
	printf("%d mails, one at a time, with IDLE\ndelivery to acknowledgement              %s\nof it the server's, until it tells of it  %s",
		latencyMails, spread(took), spread(announced))
}

// announcedMails show how long the server itself takes until a client that
// waits with IDLE hears of a mail. Dovecot lets half a second pass, so that mails
// that come together are told together.
const announcedMails = 11

func announcing(t testing.TB, server mailServer, user string) (took []time.Duration) {
	t.Helper()
	heard := make(chan struct{}, announcedMails)
	client, err := imapclient.DialInsecure(server.address(), &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				heard <- struct{}{}
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login(user, rigPassword).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Idle(); err != nil {
		t.Fatal(err)
	}
	g := newGenerator(t, "a", 17)
	for range announcedMails {
		l := *g.add(g.plain(), true)
		start := time.Now()
		server.deliver(t, user, l)
		select {
		case <-heard:
		case <-time.After(childPatience):
			t.Fatal("the server does not tell of a mail")
		}
		took = append(took, time.Since(start))
	}
	return took
}

func spread(took []time.Duration) string {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("median %.0f ms, p95 %.0f ms, most %.0f ms", ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(took[len(took)-1]))
}
