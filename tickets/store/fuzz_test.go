package store_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/parser"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// FuzzRaw stores any bytes and wants them back.
func FuzzRaw(f *testing.F) {
	f.Add([]byte(nil), int64(0))
	f.Add([]byte("From: a@example.net\r\n\r\n\x00\xff"), int64(3))
	f.Add(bytes.Repeat([]byte{0}, 300<<10), int64(256<<10-1))
	clock := storetest.NewClock()
	s, err := store.Open(context.Background(), storetest.Options(f, clock))
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	uid := uint32(0)
	f.Fuzz(func(t *testing.T, body []byte, at int64) {
		uid++
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uid, string(body)))
		claims, err := s.Claim(context.Background(), "w", 1)
		if err != nil || len(claims) == 0 { // the same bytes as before
			return
		}
		raw, err := s.Raw(context.Background(), claims[0].Mail)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		got, err := io.ReadAll(io.NewSectionReader(raw, 0, raw.Size()))
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("got %d bytes of %d, %v", len(got), len(body), err)
		}
		if n, err := raw.ReadAt(make([]byte, 10), at); n < 0 || n == 10 && err != nil || n < 10 && err == nil {
			t.Errorf("read at %d: got %d, %v", at, n, err)
		}
		storetest.File(t, s, storetest.Judge, storetest.Filing(claims[0], "anna"))
	})
}

// FuzzFile files whatever strangers may have written into a mail. It is filed,
// it is read again as text without NUL, and no promise is broken.
func FuzzFile(f *testing.F) {
	f.Add("subject", "text", "a@example.net", "id@example.net", "192.0.2.1", true)
	f.Add("nul\x00", "\xff\xfe", "\x00@\x00", "<>'\"--;", "'); DROP TABLE mails;", false)
	f.Add("", "", "", "", "", false)
	clock := storetest.NewClock()
	s, err := store.Open(context.Background(), storetest.Options(f, clock))
	if err != nil {
		f.Fatal(err)
	}
	defer s.Close()
	uid := uint32(0)
	f.Fuzz(func(t *testing.T, subject, text, address, id, value string, encrypted bool) {
		uid++
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uid, storetest.Text(int(uid))))
		filing := storetest.Filing(storetest.Claim(t, s, 1)[0], storetest.Text(int(uid)))
		r := &filing.Report
		r.Subject, r.OuterSubject, r.NewText, r.TLP, r.Language = subject, subject, text, value, id
		r.From, r.References = []mime.Address{{Name: text, Address: address}}, []string{id, value}
		r.Attachments = []parser.Attachment{{Name: subject, SHA256: value}}
		r.Indicators = []indicator.Indicator{{Type: id, Value: value, Role: text}}
		r.Problems = []mime.Problem{{Code: id, Detail: text}}
		r.Fields = map[string]any{subject: text}
		r.Crypto.Encrypted = encrypted
		k := &filing.Keys
		k.MessageID, k.MessageIDs, k.References, k.Files, k.URLs, k.From = id, []string{id, value}, []string{value}, []string{id}, []string{value}, address
		filed := storetest.File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
			d := storetest.New(f)
			d.People, d.TheirNumber, d.Signed, d.Note, d.Withheld = []string{address, value}, id, value, text, subject
			return d
		}, filing)[0]
		got, err := s.Ticket(context.Background(), storetest.Admin, filed.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range []string{got.Subject, got.Entries[0].Text, got.Entries[0].Subject, got.Entries[0].From} {
			if strings.Contains(shown, "\x00") || !utf8.ValidString(shown) {
				t.Errorf("%q is no clean text", shown)
			}
		}
		if encrypted && got.Entries[0].Text == "" && text != "" {
			t.Error("the sealed text is lost")
		}
	})
}
