package imaptest_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"postern/intake/imap/imaptest"
)

// user has a client that is logged in and has its INBOX open.
func open(t *testing.T, s *imaptest.Server, handler *imapclient.UnilateralDataHandler) *imapclient.Client {
	t.Helper()
	client, err := imapclient.DialInsecure(s.Addr(), &imapclient.Options{UnilateralDataHandler: handler})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	if err := client.Login("anna", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	return client
}

func start(t *testing.T) *imaptest.Server {
	t.Helper()
	s, err := imaptest.Start(imaptest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.AddUser("anna", "secret"); err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *imaptest.Server, n int) {
	t.Helper()
	for range n {
		if err := s.Append("anna", "INBOX", []byte("Subject: x\r\n\r\nx\r\n"), time.Unix(1_800_000_000, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

// A mail that arrives before IDLE begins is announced all the same.
func TestMailBeforeIdleIsAnnounced(t *testing.T) {
	s := start(t)
	announced := make(chan uint32, 10)
	client := open(t, s, &imapclient.UnilateralDataHandler{Mailbox: func(d *imapclient.UnilateralDataMailbox) {
		if d.NumMessages != nil {
			announced <- *d.NumMessages
		}
	}})
	put(t, s, 1)
	idle, err := client.Idle()
	if err != nil {
		t.Fatal(err)
	}
	for want := uint32(1); want <= 2; want++ {
		select {
		case got := <-announced:
			if got != want {
				t.Errorf("got %d mails announced, want %d", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("mail %d was never announced", want)
		}
		put(t, s, 1)
	}
	if err := idle.Close(); err != nil {
		t.Error(err)
	}
	if err := idle.Wait(); err != nil {
		t.Error(err)
	}
}

// MOVE tells each departure once.
func TestMoveTellsEachDepartureOnce(t *testing.T) {
	s := start(t)
	put(t, s, 5)
	if err := s.CreateFolder("anna", "Processed"); err != nil {
		t.Fatal(err)
	}
	gone := 0
	client := open(t, s, &imapclient.UnilateralDataHandler{Expunge: func(uint32) { gone++ }})
	var set imap.UIDSet
	set.AddRange(2, 3)
	if _, err := client.Move(set, "Processed").Wait(); err != nil {
		t.Fatal(err)
	}
	if err := client.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	if gone != 2 || client.Mailbox().NumMessages != 3 {
		t.Errorf("%d departures told, %d mails left, want 2 and 3", gone, client.Mailbox().NumMessages)
	}
	for folder, want := range map[string]int{"INBOX": 3, "Processed": 2, "Nowhere": 0} {
		if got, err := s.List("anna", folder); err != nil || len(got) != want {
			t.Errorf("%s: got %d mails and %v, want %d", folder, len(got), err, want)
		}
	}
}

// What the scripted server is told to say is what it says; the rest is honest.
func TestScripted(t *testing.T) {
	s, err := imaptest.StartScripted(imaptest.Script{Caps: "IMAP4rev1", Validity: 7, Flags: `\Seen`})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Put("INBOX", imaptest.ScriptedMail{UID: 3, Raw: []byte("abc"), At: time.Unix(1_800_000_000, 0).UTC()})
	client, err := imapclient.DialInsecure(net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("anna", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	data, err := client.Select("INBOX", nil).Wait()
	if err != nil || data.UIDValidity != 7 || data.NumMessages != 1 || len(data.PermanentFlags) != 1 {
		t.Fatalf("got %+v, %v", data, err)
	}
	for _, command := range s.Commands() {
		if command != "CAPABILITY" && command != "LOGIN" && command != "SELECT INBOX" {
			t.Errorf("noted %q", command)
		}
	}
}
