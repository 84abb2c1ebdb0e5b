package intaketest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"postern/intake"
	"postern/intake/intaketest"
)

const source = "csirt@mail.example.org:993/INBOX"

func mail(uid uint32, text string) intake.Mail {
	return intake.Mail{
		Delivery: intake.Delivery{Mailbox: intake.Mailbox{Source: source}, UIDValidity: 1, UID: uid, Size: int64(len(text))},
		Body:     bytes.NewReader([]byte(text)), Stored: int64(len(text)), SHA256: sha256.Sum256([]byte(text)),
	}
}

// The ledger keeps what intake.Ledger promises.
func TestLedgerKeepsItsPromises(t *testing.T) {
	l := intaketest.New()
	ctx := t.Context()
	for _, batch := range [][]intake.Mail{
		{mail(5, "five"), mail(2, "two")},
		{mail(5, "known already"), mail(7, "two")}, // the second: known bytes
	} {
		if err := l.Receive(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	known, err := l.Known(ctx, source, 1)
	if err != nil || len(known) != 3 || known[0].UID != 2 || known[2].UID != 7 {
		t.Errorf("got %v, %v, want UIDs 2, 5 and 7", known, err)
	}
	between, err := intaketest.Ranged{Ledger: l}.KnownBetween(ctx, source, 1, 3, 5)
	if err != nil || len(between) != 1 || between[0].UID != 5 {
		t.Errorf("got %v, %v, want UID 5", between, err)
	}
	if other, _ := l.Known(ctx, source, 2); len(other) != 0 {
		t.Errorf("another UIDVALIDITY knows %v", other)
	}
}

// After an error nothing of the batch is stored.
func TestLedgerStoresAllOrNothing(t *testing.T) {
	fault := errors.New("the disk is full")
	for _, row := range []struct {
		name  string
		spoil func(*intaketest.Ledger, *intake.Mail)
	}{
		{"a fault", func(l *intaketest.Ledger, _ *intake.Mail) {
			l.FailReceive(func([]intake.Mail) error { return fault })
		}},
		{"a wrong digest", func(_ *intaketest.Ledger, m *intake.Mail) { m.SHA256[0]++ }},
		{"a body that is too short", func(_ *intaketest.Ledger, m *intake.Mail) { m.Stored += 10 }},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := intaketest.New()
			batch := []intake.Mail{mail(1, "one"), mail(2, "two")}
			row.spoil(l, &batch[1])
			if err := l.Receive(t.Context(), batch); err == nil {
				t.Error("no error")
			}
			if len(l.Rows()) != 0 || len(l.Batches()) != 0 {
				t.Errorf("stored %d rows", len(l.Rows()))
			}
		})
	}
}

func TestWait(t *testing.T) {
	l := intaketest.New()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := l.Wait(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	done := make(chan error, 1)
	go func() { done <- l.Wait(t.Context(), 1) }()
	if err := l.Receive(t.Context(), []intake.Mail{mail(1, "one")}); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
