package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"postern/cmd/postern/config"
	"postern/intake"
	"postern/intake/imap/imaptest"
	"postern/responder"
	"postern/templates"
	"postern/tickets"
)

// benchStages brings the mails of the benchmark through one stage after the
// other, in this process and without servers, so that it can be told what each
// stage costs.
func benchStages(b *testing.B) {
	letters := newGenerator(b, "s", 7).letters(b, benchMails)
	w := newWorks(b)
	for batch := range slices.Chunk(letters, pipeBatch) {
		w.work(batch)
	}
	printf("%s", w.table(len(letters)))
}

// works is the program without servers, and what each stage has cost so far.
type works struct {
	t       testing.TB
	app     *App
	sender  *responder.Sender
	settled chan struct{} // an answer has left
	judge   tickets.Judge
	uid     uint32
	stages  []*stretch
}

type stretch struct {
	name      string
	batches   []time.Duration // processor time of each
	cpu, took time.Duration
	allocated uint64 // bytes
}

func newWorks(t testing.TB) *works {
	t.Helper()
	const user = "stage@example.org"
	r := newRig(t, startMemory(t, imaptest.Options{}, user), nil, "127.0.0.1:1", user)
	conf, problems := config.Load(r.config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		t.Fatal(fatal)
	}
	app, err := newFilingApp(t.Context(), conf, AppOptions{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	ack := policy(conf, func() *directory { return app.outside.Load().directory }, app.secret)
	w := &works{t: t, app: app, judge: app.outside.Load().rules.Judge(ack, time.Now), settled: make(chan struct{}, pipeBatch)}
	w.sender = responder.NewSender(responder.SenderOptions{
		Outbox: app.store, Transport: nowhere{}, Templates: must(templates.Mail()), Keys: app.ring,
		Tokens: must(loadTokens(conf)), Team: team(conf), Now: time.Now, Worker: app.keeper.name,
		Hook: func(point string) {
			if point == responder.PointSettled {
				w.settled <- struct{}{}
			}
		},
	})
	return w
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// nowhere takes every mail.
type nowhere struct{}

func (nowhere) Send(ctx context.Context, _ responder.Envelope, _ []byte, beforeDot func(context.Context) error) (responder.Receipt, error) {
	return responder.Receipt{}, beforeDot(ctx)
}

// work brings one batch through all stages.
func (w *works) work(batch []letter) {
	w.t.Helper()
	var claims []tickets.Claim
	var filings []tickets.Filing
	mails := w.mails(batch)
	w.time("T1 received", func(ctx context.Context) error { return w.app.store.Receive(ctx, mails) })
	w.time("claimed", func(ctx context.Context) (err error) {
		claims, err = w.app.store.Claim(ctx, w.app.keeper.name, len(batch))
		return err
	})
	var raws []tickets.Raw
	w.time("read back", func(ctx context.Context) error {
		for _, c := range claims {
			raw, err := w.app.store.Raw(ctx, c.Mail)
			if err != nil {
				return err
			}
			raws = append(raws, raw)
		}
		return nil
	})
	w.time("parsed", func(ctx context.Context) error {
		for i, c := range claims {
			filings = append(filings, tickets.Filing{Claim: c, Report: w.app.parse(ctx, raws[i], c)})
		}
		return nil
	})
	w.time("keys", func(context.Context) error {
		for i, f := range filings {
			filings[i].Keys = tickets.KeysOf(f.Claim, f.Report, w.app.outside.Load().rules)
		}
		return nil
	})
	w.time("T2 filed", func(ctx context.Context) error {
		_, err := w.app.store.File(ctx, filings, w.judge)
		return err
	})
	due, err := w.app.store.Due(w.t.Context(), len(batch))
	if err != nil {
		w.t.Fatal(err)
	}
	w.time("T3 rendered, claimed, handed, settled", func(ctx context.Context) error { return w.send(ctx, len(due)) })
	w.time("sealed", func(ctx context.Context) error {
		_, err := w.app.store.SealEvents(ctx)
		return err
	})
}

// send lets the sender work until so many answers have left.
func (w *works) send(ctx context.Context, answers int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- w.sender.Run(ctx) }()
	for range answers {
		<-w.settled
	}
	stop()
	return <-ended
}

func (w *works) mails(batch []letter) []intake.Mail {
	var mails []intake.Mail
	for _, l := range batch {
		w.uid++
		mails = append(mails, intake.Mail{
			Delivery: intake.Delivery{Mailbox: intake.Mailbox{Name: "box0", Source: "bench"}, UIDValidity: 1, UID: w.uid, InternalDate: time.Now(), Size: int64(len(l.raw))},
			Body:     bytes.NewReader(l.raw), Stored: int64(len(l.raw)), SHA256: sha256.Sum256(l.raw),
		})
	}
	return mails
}

// time runs a stage and counts what it costs. What is left for the collector is
// shared out by what each stage has allocated.
func (w *works) time(name string, run func(context.Context) error) {
	w.t.Helper()
	i := slices.IndexFunc(w.stages, func(s *stretch) bool { return s.name == name })
	if i < 0 {
		i = len(w.stages)
		w.stages = append(w.stages, &stretch{name: name})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, cpu := time.Now(), ownCPU()
	if err := run(w.t.Context()); err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	s := w.stages[i]
	spent := ownCPU() - cpu
	s.batches, s.cpu, s.took = append(s.batches, spent), s.cpu+spent, s.took+time.Since(start)
	runtime.ReadMemStats(&after)
	s.allocated += after.TotalAlloc - before.TotalAlloc
}

// undisturbed is what all batches cost if each costs what one in four stays below:
// other programs and the collector make some of them dearer.
func (s *stretch) undisturbed() time.Duration {
	slices.Sort(s.batches)
	return s.batches[len(s.batches)/4] * time.Duration(len(s.batches))
}

// ownCPU is the time that this process has spent on processors.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (w *works) table(mails int) string {
	var b strings.Builder
	out := tabwriter.NewWriter(&b, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "stage\tms CPU/mail\tundisturbed\tms/mail\tkB allocated\t")
	var sum stretch
	row := func(s *stretch) {
		each := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(mails) }
		fmt.Fprintf(out, "%s\t%.2f\t%.3f\t%.2f\t%.0f\t\n", s.name, each(s.cpu), each(s.undisturbed()), each(s.took), float64(s.allocated)/1000/float64(mails))
	}
	for _, s := range w.stages {
		row(s)
		sum.cpu, sum.took, sum.allocated = sum.cpu+s.cpu, sum.took+s.took, sum.allocated+s.allocated
	}
	fmt.Fprintf(out, "all\t%.2f\t\t%.2f\t%.0f\t\n", sum.cpu.Seconds()*1000/float64(mails), sum.took.Seconds()*1000/float64(mails), float64(sum.allocated)/1000/float64(mails))
	_ = out.Flush() // into memory
	return b.String()
}
