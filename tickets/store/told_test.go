package store_test

import (
	"context"
	"testing"

	"postern/tickets/store"
	"postern/tickets/storetest"
)

// The first mail of a matter is shown with what it quotes and forwards, which
// is the evidence; of a reply only the new words are.
func TestWhatAnEntryShowsOfAMail(t *testing.T) {
	for _, row := range []struct {
		name, answers, want string
	}{
		{"a first mail", "", "new words\n\n> the evidence"},
		{"a reply", "earlier@example.net", "new words"},
	} {
		t.Run(row.name, func(t *testing.T) {
			clock := storetest.NewClock()
			s, err := store.Open(context.Background(), storetest.Options(t, clock))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
			filing := storetest.Filing(storetest.Claim(t, s, 1)[0], "new words")
			filing.Report.Text, filing.Report.NewText = "new words\n\n> the evidence", "new words"
			if row.answers != "" {
				filing.Report.References = []string{row.answers}
			}
			filed := storetest.File(t, s, storetest.Judge, filing)[0]
			got, err := s.Ticket(context.Background(), storetest.Admin, filed.Ticket)
			if err != nil {
				t.Fatal(err)
			}
			if got.Entries[0].Text != row.want {
				t.Errorf("got %q, want %q", got.Entries[0].Text, row.want)
			}
		})
	}
}
