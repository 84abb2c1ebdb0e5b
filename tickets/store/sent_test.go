package store_test

import (
	"context"
	"strings"
	"testing"

	"postern/tickets"
	"postern/tickets/storetest"
)

// TestSentText shows in the entry what a person reads in the mail that left.
func TestSentText(t *testing.T) {
	const head = "From: =?utf-8?q?B=C3=BCro?= <csirt@example.org>\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n"
	for _, c := range []struct{ name, mail, want string }{
		{"plain", head + "\r\nline\r\nline\r\n", "line\nline\n"},
		{"quoted-printable", head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BC=\r\n=C3=9Fe\r\n", "grüße\n"},
		{"base64", head + "Content-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n", "hello"},
		{"signed", head + "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsigned\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n", "signed"},
		{"encrypted", head + "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nno\r\n--b--\r\n", "words"},
		{"html only", head + "Content-Type: text/html\r\n\r\n<p>no\r\n", "words"},
		{"cut off", head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Ty", "words"},
		{"long", head + "\r\n" + strings.Repeat("x", 100_000), strings.Repeat("x", 64<<10)},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, clock := context.Background(), storetest.NewClock()
			s := open(t, storetest.Options(t, clock))
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
			filed := storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "anna"))[0]
			due, _ := s.Due(ctx, 1)
			id := due[0].ID
			token, err := s.Take(ctx, id, tickets.Attempt{Number: 1, Worker: "w", Bytes: []byte(c.mail), Text: "words"})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Settle(ctx, id, token, tickets.SendResult{State: tickets.OutSent}); err != nil {
				t.Fatal(err)
			}
			k, err := s.Ticket(ctx, storetest.Admin, filed.Ticket)
			if err != nil || len(k.Entries) != 2 {
				t.Fatalf("got %+v, %v", k, err)
			}
			if e := k.Entries[1]; e.Text != c.want || e.From != "csirt@example.org" || e.Subject != "grüße" {
				t.Errorf("got %q from %q, %q", e.Text, e.From, e.Subject)
			}
		})
	}
}
