package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// lived is an installation in which a bit of everything has happened, and which
// was killed while it read one mail and handed over another.
func lived(t *testing.T, o store.Options, clock *storetest.Clock) {
	t.Helper()
	ctx := context.Background()
	s := mustOpen(t, o)
	defer s.Close()
	twoTickets(t, s, clock) // one sent answer, one encrypted one that is owed
	big := storetest.Text(3) + strings.Repeat("a line that compresses badly: "+storetest.Canary+"\r\n", 20_000)
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 3, big), storetest.Mail(clock, storetest.Abuse, 1, storetest.Text(1)))
	storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "carl"))
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 4, storetest.Text(4)))
	for range tickets.MaxTries {
		if _, err := s.Fail(ctx, storetest.Claim(t, s, 1)[0], "it panics"); err != nil {
			t.Fatal(err)
		}
	}
	for n, list := range storetest.Tickets(t, s, storetest.Admin) {
		if err := s.AddNote(ctx, storetest.Admin, list.ID, strings.Repeat("seen ", n+1)); err != nil {
			t.Fatal(err)
		}
	}
	contact := tickets.Contact{Name: "Öcert", Addresses: []string{"cert@one.example"}, Members: []tickets.Member{{Name: "Anna"}}, Tier: tickets.TierPeer}.Filled()
	key := tickets.Key{Fingerprint: "AA01", State: tickets.KeyApproved, Tier: tickets.TierKnown, Contact: "Öcert", Data: "key", Via: tickets.ViaImport,
		VerifiedBy: "ada", VerifiedHow: "import", VerifiedAt: clock.Now()}
	if err := errors.Join(s.AddContact(ctx, storetest.Admin, contact), s.ImportKeys(ctx, storetest.Admin, []tickets.Key{key})); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Join(ctx, "dead", time.Hour), s.NoteFolderReread(ctx, "somewhere")); err != nil {
		t.Fatal(err)
	}
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 5, storetest.Text(5)), storetest.Mail(clock, storetest.JunkBox, 1, storetest.Text(6)))
	if _, err := s.Claim(ctx, "dead", 1); err != nil {
		t.Fatal(err)
	}
	id, token := storetest.Take(t, s, storetest.OurMail)
	if err := s.Handed(ctx, id, token); err != nil {
		t.Fatal(err)
	}
	db := rows(t, o.Path)
	run(t, db, `UPDATE tickets SET parent = (SELECT max(id) FROM tickets) WHERE id = (SELECT min(id) FROM tickets)`)
	run(t, db, `UPDATE mails SET reason = 'before' || char(0) || 'behind' WHERE id = 1`) // no text of today has a NUL
}

// elsewhere are the same options for an empty PostgreSQL.
func elsewhere(t *testing.T, o store.Options) store.Options {
	t.Helper()
	o.Path, o.URL = "", storetest.Fresh(t)
	return o
}

// everything is all that people see of a database.
func everything(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := context.Background()
	var all []any
	for _, k := range storetest.Tickets(t, s, storetest.Admin) {
		whole, err := s.Ticket(ctx, storetest.Admin, k.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, whole)
	}
	held, err := s.Held(ctx, storetest.Admin)
	contacts, err2 := s.Contacts(ctx)
	keys, err3 := s.Keys(ctx)
	stats, err4 := s.Stats(ctx)
	text, err5 := json.MarshalIndent(append(all, held, contacts, keys, stats.Mails, stats.Outbox), "", " ")
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sameIn demands that people see the same in both.
func sameIn(t *testing.T, from, to *store.Store) {
	t.Helper()
	if here, there := everything(t, from), everything(t, to); here != there {
		t.Errorf("got\n%s\nwant\n%s", there, here)
	}
}

func mover() store.MoveOptions { return store.MoveOptions{Who: storetest.Admin, Rows: 2} }

// TestMove moves an installation; on the other side nothing is different, and
// work goes on.
func TestMove(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	from := storetest.Options(t, clock)
	to := elsewhere(t, from)
	lived(t, from, clock)
	o := mover()
	stages := map[string]int64{}
	o.Progress = func(stage string, done, total int64) {
		if done < stages[stage] || done > total {
			t.Errorf("%s: %d of %d after %d", stage, done, total, stages[stage])
		}
		stages[stage] = done
	}
	got, err := store.Move(ctx, from, to, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Resumed || got.Backup || len(got.BrokenFrom)+len(got.BrokenTo) > 0 || len(got.Tables) < 25 || len(stages) != 3 {
		t.Errorf("got %+v, stages %v", got, stages)
	}
	if _, err := store.Open(ctx, from); !errors.Is(err, store.ErrMoved) || !strings.Contains(err.Error(), got.To) {
		t.Errorf("the old one opens with %v", err)
	}
	from.Retired = true
	old, s := open(t, from), open(t, to)
	sameIn(t, old, s)
	testGoesOn(t, s, clock)
	testRetired(t, old, from)
}

// testGoesOn has the new database do what was owed, and new work.
func testGoesOn(t *testing.T, s *store.Store, clock *storetest.Clock) {
	t.Helper()
	ctx := context.Background()
	if restored, err := s.AdoptBackup(ctx); restored || err != nil {
		t.Errorf("it counts as a backup: %v, %v", restored, err)
	}
	if done, err := s.FolderReread(ctx, "somewhere"); err != nil || !done {
		t.Errorf("a note is missing: %v", err)
	}
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Abuse, 9, storetest.Text(9)))
	claims, err := s.Claim(ctx, "new", 1)
	if err != nil || len(claims) != 1 || claims[0].Tries != 1 {
		t.Fatalf("got %+v, %v; want the mail that was in work, alone", claims, err)
	}
	storetest.File(t, s, storetest.Judge, storetest.Filing(claims[0], "alone"))
	server := &relay{}
	due, err := s.Due(ctx, 10)
	if err != nil || len(due) == 0 {
		t.Fatalf("got %v due, %v", due, err)
	}
	for _, o := range due {
		send(t, s, o, server)
	}
	followUp := storetest.Filing(storetest.Claim(t, s, 2)[0], "again")
	followUp.Keys.MessageIDs = []string{"anna@mail.example.net"}
	if filed := storetest.File(t, s, storetest.Judge, followUp)[0]; filed.Match != tickets.MatchFollowUp {
		t.Errorf("a follow-up was filed as %s", filed.Match)
	}
	storetest.Clean(t, s, store.VerifyOptions{})
}

// testRetired takes a backup of the database that was left.
func testRetired(t *testing.T, old *store.Store, o store.Options) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "old.db")
	if err := old.Backup(context.Background(), copied, nil); err != nil {
		t.Fatal(err)
	}
	o.Path, o.Retired = copied, false
	if restored, err := open(t, o).AdoptBackup(context.Background()); !restored || err != nil {
		t.Errorf("its backup is none: %v, %v", restored, err)
	}
}

// TestMoveDies is killed at every commit, one after the other, and begun again
// each time.
func TestMoveDies(t *testing.T) {
	for point, passes := range map[string]int{"move.written": 8, "move.committed": 9, "move.left": 0} {
		t.Run(point, func(t *testing.T) {
			ctx, clock := context.Background(), storetest.NewClock()
			from := storetest.Options(t, clock)
			lived(t, from, clock)
			bomb := &storetest.Bomb{}
			to := elsewhere(t, from)
			from.Hook, to.Hook = bomb.Hook, bomb.Hook
			var got store.Moved
			var err error
			deaths := 0
			for ; passes > 0 || deaths == 0; deaths++ {
				bomb.Arm(point, passes)
				if !storetest.Dies(func() { got, err = store.Move(ctx, from, to, mover()) }) {
					break
				}
				if _, err := store.Open(ctx, to); err == nil || !errors.Is(err, store.ErrUnfinished) {
					t.Fatalf("after %d deaths the target opens with %v", deaths, err)
				}
			}
			if passes == 0 {
				got, err = store.Move(ctx, from, to, mover())
			}
			if err != nil || !got.Resumed || passes > 0 && deaths < 4 {
				t.Fatalf("after %d deaths: got %+v, %v", deaths, got, err)
			}
			from.Retired = true
			sameIn(t, open(t, from), open(t, to))
		})
	}
}

// TestMoveBeginsAnew: the file was used after a move had been interrupted.
func TestMoveBeginsAnew(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	from := storetest.Options(t, clock)
	lived(t, from, clock)
	bomb := &storetest.Bomb{}
	to := elsewhere(t, from)
	to.Hook = bomb.Hook
	bomb.Arm("move.committed", 30)
	if !storetest.Dies(func() { _, _ = store.Move(ctx, from, to, mover()) }) {
		t.Fatal("it was not interrupted")
	}
	clock.Advance(time.Second)
	other := storetest.Options(t, clock)
	lived(t, other, clock)
	if _, err := store.Move(ctx, other, to, mover()); err == nil || !strings.Contains(err.Error(), "a part of another installation") {
		t.Errorf("another installation: got %v", err)
	}
	s := mustOpen(t, from)
	if err := s.SetState(ctx, storetest.Admin, storetest.Tickets(t, s, storetest.Admin)[0].ID, tickets.Closed, "fixed"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := store.Move(ctx, from, to, mover())
	if err != nil || got.Resumed {
		t.Fatalf("got %+v, %v", got, err)
	}
	from.Retired = true
	sameIn(t, open(t, from), open(t, to))
}

func TestMoveRefuses(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	from := storetest.Options(t, clock)
	lived(t, from, clock)
	to := elsewhere(t, from)
	used := mustOpen(t, to)
	if err := used.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Move(ctx, from, to, mover()); !errors.Is(err, store.ErrOccupied) {
		t.Errorf("a database that was opened once: got %v", err)
	}
	wrong := from
	wrong.SealKey = bytes.Repeat([]byte{8}, 32)
	if _, err := store.Move(ctx, wrong, to, mover()); !errors.Is(err, store.ErrOtherKey) {
		t.Errorf("another key: got %v", err)
	}
	text := from
	text.Path = filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text.Path, bytes.Repeat([]byte("text\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Move(ctx, text, to, mover()); err == nil || !strings.Contains(err.Error(), "not a database") {
		t.Errorf("no database: got %v", err)
	}
	if s := open(t, from); len(storetest.Tickets(t, s, storetest.Admin)) != 3 { // nothing has happened to it
		t.Error("it lost tickets")
	}
	to = elsewhere(t, from)
	if _, err := store.Move(ctx, from, to, mover()); err != nil {
		t.Fatal(err)
	}
	for _, again := range []store.Options{to, elsewhere(t, from)} {
		if _, err := store.Move(ctx, from, again, mover()); !errors.Is(err, store.ErrMoved) {
			t.Errorf("moved twice: got %v", err)
		}
	}
}

// TestBackupIntoPostgreSQL restores a backup there, more than once, and back.
func TestBackupIntoPostgreSQL(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	from := storetest.Options(t, clock)
	lived(t, from, clock)
	s := open(t, from)
	copied := from
	copied.Path = filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(ctx, copied.Path, nil); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(copied.Path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		to := elsewhere(t, from)
		got, err := store.Move(ctx, copied, to, mover())
		if err != nil || !got.Backup {
			t.Fatalf("got %+v, %v", got, err)
		}
		restored := open(t, to)
		sameIn(t, s, restored)
		back := from
		back.Path = filepath.Join(t.TempDir(), "back.db")
		if err := restored.Backup(ctx, back.Path, nil); err != nil {
			t.Fatal(err)
		}
		sameIn(t, s, open(t, back))
		testServedBackup(t, to, 1)
	}
	if now, err := os.ReadFile(copied.Path); err != nil || !bytes.Equal(now, want) {
		t.Errorf("the backup was changed, %v", err)
	}
}

// TestMoveTakesLittleMemory moves a mail of 24 MB that does not compress.
func TestMoveTakesLittleMemory(t *testing.T) {
	const size, most = 24 << 20, 20 << 10 // bytes, kilobytes
	clock := storetest.NewClock()
	from := storetest.Options(t, clock)
	to := elsewhere(t, from)
	s := mustOpen(t, from)
	m := storetest.Mail(clock, storetest.Inbox, 1, "")
	m.Body, m.Stored = bigMail{}, size
	m.SHA256 = sha256.Sum256(nil) // nobody looks before verify, which says so of both sides
	storetest.Receive(t, s, m)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	before := freshPeak(t)
	got, err := store.Move(t.Context(), from, to, store.MoveOptions{})
	if err != nil || len(got.BrokenFrom) != 1 || got.BrokenTo[0].Rule != "raw-is-unchanged" {
		t.Fatalf("got %+v, %v; want a fault of old moved as it is", got, err)
	}
	if more := peak(t) - before; more > most {
		t.Errorf("took %d kB more, want under %d", more, most)
	} else {
		t.Logf("took %d kB more", more)
	}
}

// TestMoveOfAnOlderBackup brings a backup of an older release up to this one first.
func TestMoveOfAnOlderBackup(t *testing.T) {
	from := storetest.Options(t, storetest.NewClock())
	if err := store.MigrateTo(t.Context(), from, 4); err != nil {
		t.Fatal(err)
	}
	run(t, rows(t, from.Path), `INSERT INTO meta (name, value) VALUES ('backup', '1')`)
	if got, err := store.Move(t.Context(), from, elsewhere(t, from), mover()); err != nil || !got.Backup {
		t.Errorf("got %+v, %v", got, err)
	}
}
