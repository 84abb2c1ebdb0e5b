package imaptest_test

import (
	"testing"
	"time"

	"postern/intake/imap/imaptest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// A mail whose header is broken comes out as it went in, also after a MOVE.
func TestBrokenHeaderKeepsItsBytes(t *testing.T) {
	server, err := imaptest.Start(imaptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.AddUser("csirt", "x"); err != nil {
		t.Fatal(err)
	}
	want := "Subject: M\xfcll\r\nno header at all\r\n\r\nbody \x00\r\n"
	if err := server.Append("csirt", "INBOX", []byte(want), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := server.CreateFolder("csirt", "Processed"); err != nil {
		t.Fatal(err)
	}
	client, err := imapclient.DialInsecure(server.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("csirt", "x").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if got := body(t, client, nil); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := body(t, client, &imap.SectionPartial{Offset: 3, Size: 7}); got != want[3:10] {
		t.Errorf("a piece: got %q, want %q", got, want[3:10])
	}
	if _, err := client.Move(imap.UIDSetNum(1), "Processed").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("Processed", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if got := body(t, client, nil); got != want {
		t.Errorf("after MOVE: got %q, want %q", got, want)
	}
}

func body(t *testing.T, client *imapclient.Client, piece *imap.SectionPartial) string {
	t.Helper()
	options := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: piece}}}
	messages, err := client.Fetch(imap.UIDSetNum(1), options).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(messages) != 1 || len(messages[0].BodySection) != 1 {
		t.Fatalf("got %d messages", len(messages))
	}
	return string(messages[0].BodySection[0].Bytes)
}
