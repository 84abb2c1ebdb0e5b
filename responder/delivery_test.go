package responder_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/responder"
	"postern/responder/smtp"
	"postern/responder/smtp/postfixtest"
	"postern/responder/smtp/smtptest"
	"postern/tickets"
)

// The outbox over a real connection: what arrives is what was recorded, and
// its signature still holds.

func TestDeliveryToOurServer(t *testing.T) {
	s, err := smtptest.Start(smtptest.Options{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	delivers(t, smtp.Options{Address: s.Addr(), TLS: s.ClientTLS()}, func(ctx context.Context, n int) ([][]byte, error) {
		messages, err := s.Wait(ctx, n)
		var mails [][]byte
		for _, m := range messages {
			mails = append(mails, m.Data)
		}
		return mails, err
	})
}

func TestDeliveryToPostfix(t *testing.T) {
	s := postfixtest.Start(t, postfixtest.Options{TLS: true})
	delivers(t, smtp.Options{Address: s.Addr(), TLS: s.ClientTLS()}, s.Wait)
}

func delivers(t *testing.T, relay smtp.Options, wait func(context.Context, int) ([][]byte, error)) {
	t.Helper()
	transport, err := smtp.New(relay)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { transport.Close() })
	signed, sealed, german := answer("resolved", "de"), answer("ack", "en"), answer("ack", "de")
	signed.Sign, signed.MessageID = true, "signed@example.org"
	signed.Vars["done"] = "From heute an ist Ruhe. \n.\nÄrger gibt es keinen."
	sealed.Sealed, sealed.EncryptTo, sealed.MessageID = true, []string{fingerprint(t, "mira@research.example")}, "sealed@example.org"
	german.MessageID = "german@example.org"
	box := newOutbox(still, signed, sealed, german)
	s := sender(t, box, nil, func(o *responder.SenderOptions) { o.Transport = transport })
	s.drain(t)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	mails, err := wait(ctx, 3)
	if err != nil || len(mails) != 3 {
		t.Fatalf("%d mails: %v", len(mails), err)
	}
	for id := int64(1); id <= 3; id++ {
		row := box.row(id)
		if row.State != tickets.OutSent {
			t.Errorf("row %d is %s: %s", id, row.State, row.Reason)
		}
		if !arrived(mails, row.Bytes) {
			t.Errorf("row %d did not arrive as it was recorded", id)
		}
		if text := box.texts[id]; (text != "") != (len(row.EncryptTo) > 0) {
			t.Errorf("row %d was recorded with the text %q; the ticket needs it where the bytes do not show it", id, text)
		}
	}
	for _, m := range mails {
		if bytes.Contains(m, []byte("signed@example.org")) {
			verifies(t, m)
		}
	}
}

// arrived tells whether a body came through unchanged; relays add to the header
// and store LF.
func arrived(mails [][]byte, sent []byte) bool {
	_, body, _ := bytes.Cut(lf(sent), []byte("\n\n"))
	for _, m := range mails {
		if bytes.HasSuffix(bytes.TrimRight(lf(m), "\n"), bytes.TrimRight(body, "\n")) {
			return true
		}
	}
	return false
}

func lf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

func verifies(t *testing.T, raw []byte) {
	t.Helper()
	g := realGPG(t, "team-public.asc")
	content, signature := split(t, strings.ReplaceAll(string(lf(raw)), "\n", "\r\n"))
	dir := t.TempDir()
	write(t, filepath.Join(dir, "content"), content)
	write(t, filepath.Join(dir, "content.asc"), signature)
	if _, said := g.run(nil, "--verify", filepath.Join(dir, "content.asc"), filepath.Join(dir, "content")); !strings.Contains(said, "Good signature") {
		t.Errorf("gpg says %s", said)
	}
}
