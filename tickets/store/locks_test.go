package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/intake"
	"postern/parser/indicator"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// sameLink judges by the link alone: who has it in common with an open ticket is
// attached to it.
func sameLink(f tickets.Filing, e tickets.Evidence) tickets.Decision {
	d := storetest.New(f)
	if len(e.ByURL) > 0 {
		d.Match, d.Ticket, d.State = tickets.MatchAttach, e.ByURL[0].Ticket, ""
	}
	return d
}

// withLink is a mail of its own about a link.
func withLink(c tickets.Claim, link string) tickets.Filing {
	f := storetest.Filing(c, fmt.Sprint("mail", c.Mail))
	f.Report.Indicators = []indicator.Indicator{{Type: "url", Value: link, Role: "source"}}
	f.Keys.URLs = []string{link}
	return f
}

// TestCrossingBatches lets two processes file mails about the same matters at
// the same moment, in opposite order: neither waits in a circle for the other,
// and each matter is one ticket.
func TestCrossingBatches(t *testing.T) {
	storetest.Each(t, func(t *testing.T) {
		const rounds, matters = 8, 6
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		var begun atomic.Int32
		o.Hook = func(point string) {
			if point == "t2.before" {
				begun.Add(1)
			}
		}
		stores := []*store.Store{open(t, o), open(t, o)}
		for round := range rounds {
			var all sync.WaitGroup
			for n, batch := range crossing(t, stores[0], clock, round, matters) {
				all.Go(func() { storetest.File(t, stores[n], sameLink, batch...) })
			}
			all.Wait()
		}
		if n := len(storetest.Tickets(t, stores[0], storetest.Admin)); n != rounds*matters {
			t.Errorf("got %d tickets, want %d", n, rounds*matters)
		}
		if n := begun.Load(); n > 4*rounds { // each files what is free, and then the rest
			t.Errorf("%d transactions were begun, want at most %d: they were in each other's way", n, 4*rounds)
		}
		storetest.Clean(t, stores[0], store.VerifyOptions{AtRest: true})
	})
}

// crossing receives two mails about each matter, and makes two batches of them
// that are filed in opposite order.
func crossing(t *testing.T, s *store.Store, clock *storetest.Clock, round, matters int) (batches [2][]tickets.Filing) {
	t.Helper()
	var mails []intake.Mail
	for i := range 2 * matters {
		uid := round*2*matters + i + 1
		mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(uid), storetest.Text(uid)))
	}
	storetest.Receive(t, s, mails...)
	for i, c := range storetest.Claim(t, s, 2*matters) {
		matter := i / 2
		late := time.Duration(matter) * time.Second
		if i%2 == 1 {
			late = -late
		}
		c.ReceivedAt = c.ReceivedAt.Add(late)
		batches[i%2] = append(batches[i%2], withLink(c, fmt.Sprintf("http://%d-%d.example/", round, matter)))
	}
	return batches
}

// TestOnlyWhatBelongsTogetherWaits holds one process in the middle of filing, and
// files beside it a batch in which one mail is about the same matter: that one waits,
// with a mail of its own sender, and the others do not.
func TestOnlyWhatBelongsTogetherWaits(t *testing.T) {
	t.Run("postgres", func(t *testing.T) { // SQLite has one writer
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		s := open(t, o)
		gate := newGate("t2.written")
		o.Hook = gate.hook
		held := open(t, o)
		var mails []intake.Mail
		for i := range 5 {
			mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(i+1), storetest.Text(i)))
		}
		storetest.Receive(t, s, mails...)
		claims := storetest.Claim(t, s, len(mails))
		var batch []tickets.Filing
		for i, link := range []string{"http://a.example/", "http://a.example/", "http://b.example/", "http://c.example/", "http://d.example/"} {
			f := withLink(claims[i], link)
			f.Keys.From = fmt.Sprintf("p%d@example.net", i)
			f.Report.Automatic.MayAnswer = true
			batch = append(batch, f)
		}
		batch[3].Keys.From = batch[1].Keys.From
		silent := func(f tickets.Filing, e tickets.Evidence) tickets.Decision { // answers count in one budget
			d := sameLink(f, e)
			d.Answer = nil
			return d
		}
		var all sync.WaitGroup
		all.Go(func() { storetest.File(t, held, silent, batch[0]) })
		<-gate.reached
		all.Go(func() { storetest.File(t, s, silent, batch[1:]...) })
		for end := time.Now().Add(8 * time.Second); len(storetest.Tickets(t, s, storetest.Admin)) < 2 && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond) // the server ends the session that is held after ten seconds
		}
		if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 2 {
			t.Errorf("%d tickets while the first mail is being filed, want 2", n)
		}
		gate.open()
		all.Wait()
		if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 4 {
			t.Errorf("%d tickets in the end, want 4", n)
		}
		storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	})
}

// TestFewLocks files what names more than anybody may lock, in two processes, and
// counts the locks that are held just before each commit.
func TestFewLocks(t *testing.T) {
	const most = 520 // of one transaction: store.mostLocks, and a few of its tables
	storetest.Each(t, func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		o.Hook = func(point string) {
			if n := advisoryLocks(t, o.URL, point); n > 2*most {
				t.Errorf("%d locks are held", n)
			}
		}
		stores := []*store.Store{open(t, o), open(t, o)}
		var mails []intake.Mail
		for i := range 40 {
			mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(i+1), storetest.Text(i)))
		}
		storetest.Receive(t, stores[0], mails...)
		claims := storetest.Claim(t, stores[0], len(mails))
		var all sync.WaitGroup
		for n, s := range stores {
			all.Go(func() {
				var batch []tickets.Filing
				for i, c := range claims[n*20 : n*20+20] {
					batch = append(batch, manyLinks(c, []int{60, 5000}[i/19]))
				}
				storetest.File(t, s, sameLink, batch...)
			})
		}
		all.Wait()
		if n := len(storetest.Tickets(t, stores[0], storetest.Admin)); n != 1 {
			t.Errorf("got %d tickets, want one: all have a link in common", n)
		}
		storetest.Clean(t, stores[0], store.VerifyOptions{AtRest: true})
	})
}

// manyLinks is a mail with links of its own behind one that all have.
func manyLinks(c tickets.Claim, n int) tickets.Filing {
	f := withLink(c, "http://common.example/")
	for i := range n {
		f.Report.Indicators = append(f.Report.Indicators, indicator.Indicator{Type: "url", Value: fmt.Sprintf("http://%d.example/%d", c.Mail, i)})
	}
	return f
}

func advisoryLocks(t *testing.T, url, point string) (n int) {
	if url == "" || point != "t2.written" {
		return 0
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'`).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}

// letterOf is one of a flood of mails: the matter it is about, and what it has
// in common with the others of that matter.
type letterOf struct {
	matter int
	name   string // copies have the same
	from   string
	link   string
	file   string
	answer string // name of the mail that it answers
}

// matters draws mails that have their link, their file or a thread in common
// with those of one matter and nothing with others.
func matters(r *rand.Rand, n int) (all []letterOf) {
	for matter := range n {
		link, file := fmt.Sprintf("http://bad%d.example/", matter), sum(fmt.Sprint("file", matter))
		var names []string
		for i := range 1 + r.IntN(5) {
			l := letterOf{matter: matter, name: fmt.Sprintf("m%d-%d", matter, i), from: fmt.Sprintf("p%d-%d@example.net", matter, i)}
			switch kind := r.IntN(4); {
			case kind == 0:
				l.link = link
			case kind == 1 && i > 0: // a thread of one person
				l.answer, l.from, l.link = names[0], fmt.Sprintf("p%d-0@example.net", matter), link
			default:
				l.link, l.file = link, file
			}
			names = append(names, l.name)
			all = append(all, l)
			if r.IntN(3) == 0 {
				all = append(all, l) // to another mailbox of ours, in other bytes
			}
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func sum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}

func (l letterOf) filing(c tickets.Claim) tickets.Filing {
	f := storetest.Filing(c, l.name)
	f.Report.From[0].Address, f.Keys.From = l.from, l.from
	f.Report.Kind, f.Report.Category = "incident", "fraud/phishing"
	f.Report.Automatic.MayAnswer = true
	f.Report.Indicators = []indicator.Indicator{{Type: "url", Value: l.link, Role: "source"}}
	f.Keys.URLs, f.Keys.Files = []string{l.link}, nil
	if l.file != "" {
		f.Keys.Files = []string{l.file}
	}
	if l.answer != "" {
		f.Keys.MessageIDs = []string{l.answer + "@mail.example.net"}
	}
	return f
}

// TestManyWorkersMakeTheTicketsOfOne files floods of mails with six workers in two
// processes: what belongs together is together, as when one files them all.
func TestManyWorkersMakeTheTicketsOfOne(t *testing.T) {
	const about = 12 // matters
	storetest.Each(t, func(t *testing.T) {
		for seed := range uint64(2) {
			all := matters(rand.New(rand.NewPCG(seed, 5)), about)
			one, many := filedBy(t, all, 1), filedBy(t, all, 6)
			if !slices.Equal(one, many) {
				t.Errorf("seed %d: one worker made\n%s\nmany made\n%s", seed, strings.Join(one, "\n"), strings.Join(many, "\n"))
			}
			if len(one) != about {
				t.Errorf("seed %d: got %d tickets, want 12:\n%s", seed, len(one), strings.Join(one, "\n"))
			}
		}
	})
}

// filedBy files all mails with so many workers, and gives for each ticket the
// senders of its entries.
func filedBy(t *testing.T, all []letterOf, workers int) (made []string) {
	t.Helper()
	clock := storetest.NewClock()
	o := storetest.Options(t, clock)
	stores := []*store.Store{open(t, o), open(t, o)}
	var mails []intake.Mail
	for i := range all {
		mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(i+1), storetest.Text(i)))
	}
	storetest.Receive(t, stores[0], mails...)
	tokens, err := tickets.NewTokens([][]byte{[]byte(strings.Repeat("k", 32))}, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	rules := &tickets.Rules{Prefix: storetest.Prefix, Tokens: tokens}
	judge := rules.Judge(nil, clock.Now)
	var running sync.WaitGroup
	for n := range workers {
		running.Go(func() {
			fileAll(t, stores[n%2], fmt.Sprint("w", n), func(c tickets.Claim) tickets.Filing { return all[c.Mail-1].filing(c) }, judge)
		})
	}
	running.Wait()
	for _, k := range storetest.Tickets(t, stores[0], storetest.Admin) {
		k, err := stores[0].Ticket(context.Background(), storetest.Admin, k.ID)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range k.Entries {
			names = append(names, e.MessageID)
		}
		slices.Sort(names)
		made = append(made, strings.Join(names, " "))
	}
	slices.Sort(made)
	storetest.Clean(t, stores[0], store.VerifyOptions{AtRest: true})
	return made
}
