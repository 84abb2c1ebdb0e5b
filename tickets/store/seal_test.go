package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestNothingDecryptedIsInClear files an encrypted mail, answers it, notes on
// it, lets it fail once, and then looks for its words in every file there is.
func TestNothingDecryptedIsInClear(t *testing.T) { storetest.Each(t, testNothingDecryptedIsInClear) }

func testNothingDecryptedIsInClear(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	s := open(t, o)
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
	f := storetest.Encrypted(storetest.Claim(t, s, 1)[0], "anna")
	filed := storetest.File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
		d := storetest.Judge(f, e)
		d.Answer.Vars = map[string]string{"text": storetest.Canary}
		d.Answer.Subject = storetest.Canary
		return d
	}, f)[0]
	if err := s.AddNote(ctx, storetest.Admin, filed.Ticket, storetest.Canary); err != nil {
		t.Fatal(err)
	}
	c, err := s.Correspondence(ctx, storetest.Admin, filed.Reference)
	if err != nil {
		t.Fatal(err)
	}
	reply := tickets.Outgoing{Conversation: c.Thread.Conversation, To: "anna@example.net", MessageID: "r@example.org", Vars: map[string]string{"text": storetest.Canary}}
	if _, err := s.QueueReply(ctx, storetest.Admin, reply); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		id, token := storetest.Take(t, s, storetest.OurMail+storetest.Canary)
		if err := s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutSent}); err != nil {
			t.Fatal(err)
		}
	}
	folder, files := filepath.Dir(o.Path), 4
	if o.Path == "" { // its rows are in the backup as they are
		folder, files = t.TempDir(), 1
	}
	if err := s.Backup(ctx, filepath.Join(folder, "copy.db"), nil); err != nil {
		t.Fatal(err)
	}
	searchFiles(t, folder, files)
	k, err := s.Ticket(ctx, storetest.Admin, filed.Ticket)
	if err != nil || len(k.Entries) != 4 || !strings.Contains(k.Entries[3].Text, storetest.Canary) {
		t.Errorf("got %+v, %v; want it all for people", k.Entries, err)
	}
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	if err := s.Backup(ctx, filepath.Join(folder, "sealed.db"), nil); err != nil {
		t.Fatal(err)
	}
	searchFiles(t, folder, files+1)
}

// searchFiles expects at least so many files and the canary in none of them.
// A plain word of the same mails must be found, or the search proves nothing.
func searchFiles(t *testing.T, folder string, least int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < least {
		t.Fatalf("got files %v, %v; want at least %d: database, log, index of the log, backup", files, err, least)
	}
	plain := false
	for _, name := range files {
		all, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(all, []byte(storetest.Canary)) {
			t.Errorf("%s has the canary in clear", filepath.Base(name))
		}
		plain = plain || bytes.Contains(all, []byte("anna@example.net"))
	}
	if !plain {
		t.Error("the search did not even find what is in clear")
	}
}
