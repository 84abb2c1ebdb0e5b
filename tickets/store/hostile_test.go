package store_test

import (
	"context"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"postern/parser"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestHostileMailIsFiled brings mails through the parser and files them as they
// are read: no database refuses any word of them.
func TestHostileMailIsFiled(t *testing.T) {
	nul, err := os.ReadFile("../../testdata/mail/limits/nul-everywhere.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, mail := range []struct{ name, raw string }{
		{"NUL everywhere", string(nul)},
		{"names longer than any index takes", longNames()},
		{"broken bytes as long as a Message-ID may be", "Message-ID: <" + strings.Repeat("\xff\x00", 450) + "@a.example>\r\nIn-Reply-To: <" + strings.Repeat("\xfe", 900) + ">\r\nFrom: a@example.net\r\n\r\nx"},
	} {
		t.Run(mail.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T) { fileParsed(t, mail.raw) })
		})
	}
}

// longNames is a mail whose names cannot be compressed.
func longNames() string {
	r := rand.New(rand.NewPCG(1, 2))
	long := func(n int) string {
		b := make([]byte, n/2)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return hex.EncodeToString(b)
	}
	return "From: \"" + long(4000) + "\" <" + long(4000) + "@example.net>\r\n" +
		"Message-ID: <" + long(6000) + "@example.net>\r\nReferences: <" + long(900) + "@example.net> <" + long(6000) + "@example.net>\r\n" +
		"Subject: [EX-" + long(4000) + "]\r\n\r\nSee http://bad.example/" + long(3000) + " and " + long(3000) + "@bad.example\r\n"
}

func fileParsed(t *testing.T, raw string) {
	t.Helper()
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	tokens, err := tickets.NewTokens([][]byte{[]byte(strings.Repeat("k", 32))}, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	rules := &tickets.Rules{Prefix: storetest.Prefix, Tokens: tokens}
	for uid, text := range []string{raw, raw + "\r\n"} {
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uint32(uid+1), text))
		claim := storetest.Claim(t, s, 1)[0]
		report := parser.Parse(context.Background(), strings.NewReader(text), int64(len(text)), parser.Env{ReceivedAt: claim.ReceivedAt})
		f := tickets.Filing{Claim: claim, Report: report, Keys: tickets.KeysOf(claim, report, rules)}
		storetest.File(t, s, rules.Judge(nil, clock.Now), f)
	}
	if n := len(storetest.Tickets(t, s, storetest.Admin)); n != 1 {
		t.Errorf("got %d tickets of two copies", n)
	}
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
}
