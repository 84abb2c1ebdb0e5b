package imap_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"postern/intake"
	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

const largeFolder = 100_000

// everything knows every mail of a large folder, without holding it.
type everything struct{ *intaketest.Ledger }

func (everything) KnownBetween(_ context.Context, _ string, _, first, last uint32) ([]intake.Known, error) {
	var known []intake.Known
	for uid := first; uid <= last && uid <= largeFolder; uid++ {
		known = append(known, intake.Known{UID: uid, Size: 100, InternalDate: morning})
	}
	return known, nil
}

// A folder of 100,000 known mails leaves nothing in memory while it is watched.
func TestLargeFolderCostsNothing(t *testing.T) {
	var listing strings.Builder
	for uid := 1; uid <= largeFolder; uid++ {
		fmt.Fprintf(&listing, "* %d FETCH (UID %d FLAGS ($PosternFiled) RFC822.SIZE 100 INTERNALDATE \"20-Nov-2026 08:00:00 +0000\")\r\n", uid, uid)
	}
	ledger := intaketest.New()
	_, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if strings.HasPrefix(command, "UID FETCH 1:*") {
				return true, c.Say("%s%s OK done\r\n", listing.String(), tag)
			}
			return false, nil
		},
	}, ledger, 0)
	o.Ledger = everything{ledger}
	before := heap()
	w, _ := start(t, o)
	settled(t, w)
	if grown := int64(heap()) - int64(before); grown > 2<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if got := w.Status(); got.Received != 0 || got.LastError != "" {
		t.Errorf("got %+v", got)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// A large mail passes through the spool, not through memory.
func TestLargeMailCostsNothing(t *testing.T) {
	const size = 40 << 20
	body := []byte("Subject: large\r\n\r\n" + strings.Repeat("0123456789abcde\n", size/16))
	ledger := &measuring{Ledger: intaketest.New()}
	server, o := scripted(t, imaptest.Script{}, ledger.Ledger, 0)
	o.Ledger = ledger
	mail := scriptedMail(1)
	mail.Raw = body
	server.Rewrite(func(s *imaptest.Script) {
		s.Handle = func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if !strings.Contains(command, "BODY.PEEK") {
				return false, nil
			}
			return true, sendInPieces(c, tag, body)
		}
	})
	server.Put("INBOX", mail)
	before := heap()
	start(t, o)
	eventually(t, "the mail is received", func() bool { return ledger.size.Load() == int64(len(body)) })
	if grown := ledger.heap.Load() - int64(before); grown > 8<<20 {
		t.Errorf("the heap held %d bytes more at T1", grown)
	}
}

func sendInPieces(c *imaptest.Conversation, tag string, body []byte) error {
	if err := c.Say("* 1 FETCH (UID 1 BODY[] {%d}\r\n", len(body)); err != nil {
		return err
	}
	for len(body) > 0 {
		n := min(len(body), 64<<10)
		if err := c.Say("%s", body[:n]); err != nil {
			return err
		}
		body = body[n:]
	}
	return c.Say(")\r\n%s OK done\r\n", tag)
}

// measuring looks at the heap when a mail arrives, and keeps none.
type measuring struct {
	*intaketest.Ledger
	size, heap atomic.Int64
}

func (m *measuring) Receive(_ context.Context, batch []intake.Mail) error {
	m.heap.Store(int64(heap()))
	m.size.Store(batch[0].Stored)
	return nil
}

var _ intake.RangeLedger = everything{}
