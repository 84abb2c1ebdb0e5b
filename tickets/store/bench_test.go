package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

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
		f.Report.Indicators = append(f.Report.Indicators, indicator.Indicator{Type: "ipv4", Value: fmt.Sprintf("198.51.%d.%d", (n*31+i)%256, (n*7+i)%256), Role: "source"})
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
