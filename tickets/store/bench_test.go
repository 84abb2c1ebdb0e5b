package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"postern/intake"
	"postern/parser/indicator"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

const (
	benchBatch      = 50
	benchIndicators = 60 // addresses in an average mail
)

// BenchmarkReceiveAndFile measures T1 and T2, and beside them bare inserts of
// the same raw mails with the same durability in the same batches.
func BenchmarkReceiveAndFile(b *testing.B) {
	b.Run("bare", benchBare)
	b.Run("store", benchStore)
}

func benchStore(b *testing.B) {
	ctx, clock := context.Background(), storetest.NewClock()
	s, err := store.Open(ctx, storetest.Options(b, clock))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for at := 0; at < b.N; at += benchBatch {
		n := min(benchBatch, b.N-at)
		storetest.Receive(b, s, benchMails(clock, at, n)...)
		claims := storetest.Claim(b, s, n)
		batch := make([]tickets.Filing, n)
		for i, c := range claims {
			batch[i] = benchFiling(c, at+i)
		}
		storetest.File(b, s, storetest.Judge, batch...)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// BenchmarkWay brings mails through T1, T2 and T3, four answers at a time like
// the sender, and reports what that costs the processor: unlike the clock it
// hardly depends on what else the machine does.
func BenchmarkWay(b *testing.B) {
	ctx, clock := context.Background(), storetest.NewClock()
	s, err := store.Open(ctx, storetest.Options(b, clock))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	before := processorTime(b)
	for at := 0; at < b.N; at += benchBatch {
		n := min(benchBatch, b.N-at)
		storetest.Receive(b, s, benchMails(clock, at, n)...)
		batch := make([]tickets.Filing, n)
		for i, c := range storetest.Claim(b, s, n) {
			batch[i] = benchFiling(c, at+i)
			for k := range 8 {
				batch[i].Keys.URLs = append(batch[i].Keys.URLs, fmt.Sprintf("https://h%d.example/%d", at+i, k))
			}
		}
		storetest.File(b, s, storetest.Judge, batch...)
		benchSend(b, s)
	}
	if _, err := s.SealEvents(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(b.N), "ms-CPU/mail")
}

// benchSend sends what is due: claims and outcomes of many at a time, four dots.
func benchSend(b *testing.B, s *store.Store) {
	ctx := context.Background()
	due, err := s.Due(ctx, 2*benchBatch)
	if err != nil {
		b.Fatal(err)
	}
	bytes := []byte(strings.Repeat("Content of an answer, as it is rendered in clear text.\r\n", 40))
	lines := make(chan struct{}, 4)
	var all sync.WaitGroup
	for _, o := range due {
		all.Go(func() {
			token, err := s.Take(ctx, o.ID, tickets.Attempt{Number: o.Attempts + 1, Worker: "bench", EnvelopeFrom: "csirt@example.org", Bytes: bytes})
			if err != nil {
				b.Error(err)
				return
			}
			lines <- struct{}{}
			err = s.Handed(ctx, o.ID, token)
			<-lines
			result := tickets.SendResult{State: tickets.OutSent, RelayID: fmt.Sprintf("q%d@relay.example", o.ID)}
			if err := errors.Join(err, s.Settle(ctx, o.ID, token, result)); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func benchMails(clock *storetest.Clock, at, n int) []intake.Mail {
	list := make([]intake.Mail, n)
	for i := range list {
		list[i] = storetest.Mail(clock, storetest.Inbox, uint32(at+i+1), benchText(at+i))
	}
	return list
}

func benchText(n int) string {
	text := storetest.Text(n)
	for i := range 100 {
		text += fmt.Sprintf("line %d of mail %d from 192.0.2.%d\r\n", i, n, i%250)
	}
	return text
}

func benchFiling(c tickets.Claim, n int) tickets.Filing {
	f := storetest.Filing(c, fmt.Sprintf("sender%d", n))
	for i := range benchIndicators {
		f.Report.Indicators = append(f.Report.Indicators, indicator.Indicator{Type: "ipv4", Value: fmt.Sprintf("198.51.%d.%d.%d", n, n*31%256, i), Role: "source"})
	}
	return f
}

func benchBare(b *testing.B) {
	path := b.TempDir() + "/bare.db"
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE raw (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT`); err != nil {
		b.Fatal(err)
	}
	for at := 0; at < b.N; at += benchBatch {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for i := range min(benchBatch, b.N-at) {
			if _, err := tx.Exec(`INSERT INTO raw (data) VALUES ($1)`, []byte(benchText(at+i))); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
