package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestBackupWhileWriting copies a database that is being written all the time,
// and serves the copy.
func TestBackupWhileWriting(t *testing.T) { storetest.Each(t, testBackupWhileWriting) }

func testBackupWhileWriting(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	s := open(t, o)
	fill := func(from, n int) {
		for i := from; i < from+n; i++ {
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uint32(i), storetest.Text(i)))
			storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "sender"+strconv.Itoa(i)))
		}
	}
	fill(1, 30)
	started, stop := make(chan struct{}), make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 31; ; i++ {
			fill(i, 1)
			if i == 31 {
				close(started)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	<-started
	copied := filepath.Join(t.TempDir(), "backup.db")
	var last, whole int64
	err := s.Backup(ctx, copied, func(done, total int64) { last, whole = done, total })
	close(stop)
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if last != whole || whole == 0 {
		t.Errorf("progress ended at %d of %d", last, whole)
	}
	testBackupFile(t, s, copied)
	o.URL, o.Path = "", copied
	testServedBackup(t, o, 30)
}

// testBackupFile looks at the file itself.
func testBackupFile(t *testing.T, s *store.Store, copied string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(copied))
	if err != nil || len(files) != 1 {
		t.Errorf("got %v, %v; want one file and nothing left beside it", files, err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v; want a file that only its owner reads", info, err)
	}
	if err := s.Backup(context.Background(), copied, nil); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("over a file: got %v", err)
	}
	if err := s.Backup(context.Background(), filepath.Join(copied, "x"), nil); err == nil {
		t.Error("a backup into no folder succeeded")
	}
}

// testServedBackup serves a copy: what was owed by itself never leaves.
func testServedBackup(t *testing.T, o store.Options, owed int) {
	t.Helper()
	ctx := context.Background()
	s := open(t, o)
	storetest.Clean(t, s, store.VerifyOptions{})
	due, err := s.Due(ctx, 1000)
	if err != nil || len(due) < owed {
		t.Fatalf("got %d owed answers in the copy, want %d, %v", len(due), owed, err)
	}
	if restored, err := s.Restored(ctx); restored || err != nil {
		t.Errorf("restored before it was served: %v, %v", restored, err)
	}
	if restored, err := s.AdoptBackup(ctx); !restored || err != nil {
		t.Fatalf("got %v, %v; want it recognised as a backup", restored, err)
	}
	if left, _ := s.Due(ctx, 1000); len(left) != 0 {
		t.Errorf("%d answers are still due", len(left))
	}
	if o, _ := s.Outgoing(ctx, due[0].ID); o.State != tickets.OutUnsure {
		t.Errorf("got state %s, want unsure", o.State)
	}
	if restored, err := s.AdoptBackup(ctx); restored || err != nil {
		t.Errorf("adopted twice: %v, %v", restored, err)
	}
	if restored, _ := s.Restored(ctx); !restored {
		t.Error("it does not say that it was restored")
	}
	if err := s.ClearRestored(ctx); err != nil {
		t.Fatal(err)
	}
	if restored, _ := s.Restored(ctx); restored {
		t.Error("it still says that it was restored")
	}
	storetest.Clean(t, s, store.VerifyOptions{})
}

// TestAdoptNoBackup is the ordinary start.
func TestAdoptNoBackup(t *testing.T) {
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	if restored, err := s.AdoptBackup(context.Background()); restored || err != nil {
		t.Errorf("got %v, %v", restored, err)
	}
}
