package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/cmd/postern/config"
	"postern/parser/pgp"
	"postern/responder/smtp/smtptest"
)

// startAt runs an App whose clock is ahead of the real one by what ahead says.
func (w *world) startAt(t *testing.T, ahead *atomic.Int64) *daemon {
	t.Helper()
	conf, problems := config.Load(w.config)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		t.Fatal(fatal)
	}
	log := &bytes.Buffer{}
	app, err := NewApp(t.Context(), conf, AppOptions{
		Now:  func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
		Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(log, nil)),
		Tune: Tuning{RetryMin: 20 * time.Millisecond, RetryMax: 200 * time.Millisecond, Housekeeper: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.run(t, app, log)
}

// foreign is a key of somebody else, to which mail for us was encrypted by mistake.
var foreign = sync.OnceValues(func() (*openpgp.Entity, error) {
	return openpgp.NewEntity("Somebody", "", "somebody@elsewhere.example", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
})

// ciphertext is a mail that we cannot open, from an attacker who would like his
// words to reach the one in From.
func ciphertext(t *testing.T, n int, from string) []byte {
	t.Helper()
	key, err := foreign()
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	armoured, err := armor.Encode(&sealed, "PGP MESSAGE", nil)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := openpgp.Encrypt(armoured, []*openpgp.Entity{key}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(plain, "Content-Type: text/plain\r\n\r\nmail %d\r\n", n)
	if err := errors.Join(plain.Close(), armoured.Close()); err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, "From: Gold Prize http://evil%d.example <%s>\r\nTo: csirt@example.org\r\nMessage-ID: <%d@elsewhere.example>\r\n"+
		"Subject: You won: http://evil%d.example\r\nDate: %s\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"+
		"--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n%s\r\n--b--\r\n",
		n, from, n, n, time.Now().Format(time.RFC1123Z), sealed.String())
}

// The sender of mail that nobody here can open is told once a day, whichever of
// his mails, in words that are ours alone and with our key; a ticket there is
// for each. The same ciphertext sent again brings nothing more.
func TestUndecryptableIsToldOnceADay(t *testing.T) {
	w := memoryWorld(t)
	var ahead atomic.Int64
	d := w.startAt(t, &ahead)
	mails := int64(0)
	hand := func(raw []byte) {
		t.Helper()
		w.deliver("csirt", "INBOX", raw, time.Now().Add(time.Duration(ahead.Load())))
		mails++
		d.filed(t, mails)
	}
	deliver := func(n int, from string, later time.Duration) {
		t.Helper()
		ahead.Add(int64(later))
		hand(ciphertext(t, n, from))
	}
	deliver(1, "victim@bank.example", 0)
	note := w.arrived(t, 1)[0]
	checkNotice(t, note)
	deliver(2, "victim@bank.example", time.Minute)
	deliver(3, "Victim+other@bank.example", time.Hour)
	deliver(4, "victim@bank.example", 20*time.Hour)
	if n := w.inbox.Count(); n != 1 {
		t.Errorf("%d mails left within a day, want 1", n)
	}
	deliver(5, "someone@bank.example", 0)
	deliver(6, "victim@bank.example", 6*time.Hour)
	deliver(7, "victim@bank.example", time.Minute)
	if n := w.inbox.Count(); n != 3 {
		t.Errorf("%d mails left in the end, want 3: another person, and the next day", n)
	}
	replay := string(ciphertext(t, 8, "third@bank.example"))
	hand([]byte(replay))
	ahead.Add(int64(30 * time.Hour))
	hand([]byte(strings.Replace(replay, "<8@", "<9@", 1)))
	hand([]byte(strings.Replace(strings.Replace(replay, "<8@", "<10@", 1), "third@bank", "fourth@bank", 1)))
	if n := w.inbox.Count(); n != 4 {
		t.Errorf("%d mails left, want one more: the same ciphertext again brings none", n)
	}
	list := d.everything(t)
	if len(list) != 8 {
		t.Errorf("%d tickets, want one for each mail but those sent again", len(list))
	}
	for _, k := range list {
		full, err := d.store.Ticket(t.Context(), viewer(), k.ID)
		if err != nil || !strings.Contains(incoming(full)[0].Crypto, "made for key 0x") {
			t.Errorf("%s does not say why: %v", k.ID, err)
		}
	}
}

func checkNotice(t *testing.T, note smtptest.Message) {
	t.Helper()
	text := string(note.Data)
	for _, word := range []string{"evil1.example", "Gold", "won"} {
		if strings.Contains(text, word) {
			t.Errorf("the notice repeats %q:\n%s", word, text)
		}
	}
	if note.To[0] != "victim@bank.example" || !strings.Contains(text, "Auto-Submitted: auto-replied") || !strings.Contains(text, "We could not open your encrypted mail") {
		t.Errorf("to %v:\n%s", note.To, text)
	}
	from, to := strings.Index(text, "-----BEGIN PGP PUBLIC KEY"), strings.Index(text, "-----END PGP PUBLIC KEY BLOCK-----")
	if from < 0 {
		t.Fatalf("no key of ours in\n%s", text)
	}
	keys, err := pgp.Describe([]byte(text[from : to+len("-----END PGP PUBLIC KEY BLOCK-----")]))
	if err != nil || len(keys) != 1 || keys[0].Secret || keys[0].Addresses[0] != "csirt@example.org" {
		t.Errorf("the key attached is %+v, %v", keys, err)
	}
}
