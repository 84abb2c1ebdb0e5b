package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/responder/smtp/smtptest"
	"postern/testdata"
	"postern/tickets"
	"postern/tickets/store"
)

func netAddress(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// deliverSamples puts all samples into the mailboxes, a second apart.
func (w *world) deliverSamples(t *testing.T) (count int64) {
	t.Helper()
	samples := testdata.Mails()
	for i, s := range samples {
		w.deliver(s.Mailbox, s.Folder, s.Data, time.Now().Add(-time.Duration(len(samples)-i)*time.Second))
	}
	return int64(len(samples))
}

// everything lists all tickets with their entries.
func (d *daemon) everything(t *testing.T) []tickets.Ticket {
	t.Helper()
	var all []tickets.Ticket
	for ticket, err := range d.store.Tickets(t.Context(), viewer(), tickets.Filter{All: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ticket)
	}
	return all
}

// withEntry finds the one ticket that holds a mail of this subject.
func withEntry(t *testing.T, all []tickets.Ticket, from, subject string) tickets.Ticket {
	t.Helper()
	for _, ticket := range all {
		for _, e := range ticket.Entries {
			if e.Kind == "mail-in" && strings.Contains(e.From, from) && strings.Contains(e.Subject, subject) {
				return ticket
			}
		}
	}
	t.Fatalf("no ticket holds a mail from %q about %q", from, subject)
	return tickets.Ticket{}
}

func incoming(ticket tickets.Ticket) (entries []tickets.Entry) {
	for _, e := range ticket.Entries {
		if e.Kind == "mail-in" {
			entries = append(entries, e)
		}
	}
	return entries
}

// sentTo gives the mails that reached one address.
func sentTo(messages []smtptest.Message, address string) (found []smtptest.Message) {
	for _, m := range messages {
		if slices.Contains(m.To, address) {
			found = append(found, m)
		}
	}
	return found
}

// TestMainJob: all samples become what the README promises, on every kind of server.
func TestMainJob(t *testing.T) {
	worlds(t, func(t *testing.T, w *world) {
		count := w.deliverSamples(t)
		d := w.start(t)
		d.filed(t, count)
		all := d.everything(t)
		stats, err := d.store.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sent := w.arrived(t, int(stats.Outbox[tickets.OutSent]))

		t.Run("nothing is held", func(t *testing.T) {
			if stats.Mails["held"] != 0 {
				t.Errorf("got %d held", stats.Mails["held"])
			}
		})
		t.Run("two deliveries are one ticket", func(t *testing.T) { checkCopies(t, all, sent) })
		t.Run("silent duplicate", func(t *testing.T) { checkDuplicate(t, all, sent) })
		t.Run("follow-up and third party", func(t *testing.T) { checkFollowUp(t, all, sent) })
		t.Run("nothing automatic is answered", func(t *testing.T) { checkAutomatic(t, all) })
		t.Run("encrypted report", func(t *testing.T) { checkEncrypted(t, all, sent) })
		t.Run("problems are named", func(t *testing.T) { checkProblems(t, all) })
		t.Run("who reports", func(t *testing.T) { checkReporters(t, all) })
		t.Run("routing", func(t *testing.T) { checkRouting(t, all) })
		t.Run("headers of answers", func(t *testing.T) { checkHeaders(t, sent) })
		t.Run("folders", func(t *testing.T) { checkFolders(t, w) })
	})
}

func checkCopies(t *testing.T, all []tickets.Ticket, sent []smtptest.Message) {
	ticket := withEntry(t, all, "netops@harbour.example", "")
	if got := len(incoming(ticket)); got != 1 {
		t.Errorf("got %d entries, want 1", got)
	}
	if got := len(sentTo(sent, "netops@harbour.example")); got != 1 {
		t.Errorf("got %d answers, want 1", got)
	}
}

func checkDuplicate(t *testing.T, all []tickets.Ticket, sent []smtptest.Message) {
	first, second := withEntry(t, all, "dana.fields@", ""), withEntry(t, all, "tom.okafor@", "Fwd:")
	if first.ID != second.ID {
		t.Fatalf("got tickets %s and %s, want one", first.ID, second.ID)
	}
	if got := len(first.Conversations); got != 2 {
		t.Fatalf("got %d conversations, want 2", got)
	}
	a, b := sentTo(sent, "dana.fields@example.org"), sentTo(sent, "tom.okafor@example.org")
	if len(a) != 1 || len(b) != 1 {
		t.Fatalf("got %d and %d answers, want one each", len(a), len(b))
	}
	plain := func(m smtptest.Message) string {
		_, body, _ := bytes.Cut(m.Data, []byte("\r\n\r\n"))
		text := regexp.MustCompile(`EX-\w{4}-\w{4}`).ReplaceAll(body, []byte("REFERENCE"))
		return string(regexp.MustCompile(`\d\d:\d\d`).ReplaceAll(text, []byte("TIME")))
	}
	if plain(a[0]) != plain(b[0]) {
		t.Errorf("the answers differ in more than reference and time:\n%s\n%s", plain(a[0]), plain(b[0]))
	}
	if bytes.Contains(b[0].Data, []byte(first.ID)) {
		t.Error("the second reporter sees the first one's reference")
	}
}

func checkFollowUp(t *testing.T, all []tickets.Ticket, sent []smtptest.Message) {
	ticket := withEntry(t, all, "martin.hale@", "One of your web servers")
	entries := incoming(ticket)
	if len(entries) != 3 {
		t.Fatalf("got %d entries, want report, follow-up and the third party's", len(entries))
	}
	for _, e := range entries {
		third := strings.Contains(e.From, "transit-isp.example")
		if e.Unproven != third {
			t.Errorf("entry from %s: unproven is %v", e.From, e.Unproven)
		}
	}
	if got := len(sentTo(sent, "martin.hale@uplands.example")); got != 1 {
		t.Errorf("the reporter got %d answers, want 1", got)
	}
	if got := len(sentTo(sent, "support@transit-isp.example")); got != 0 {
		t.Errorf("the third party got %d answers, want none", got)
	}
	if slices.ContainsFunc(ticket.Conversations, func(c tickets.Conversation) bool { return strings.Contains(c.Party, "transit-isp") }) {
		t.Error("the third party became a participant")
	}
}

func checkAutomatic(t *testing.T, all []tickets.Ticket) {
	for subject, from := range map[string]string{"Undelivered": "", "Abwesenheitsnotiz": "k.vogel@", "[teams]": "", "Return Receipt": "", "Lose ten kilos": ""} {
		ticket := withEntry(t, all, from, subject)
		for _, e := range ticket.Entries {
			if e.Kind == "mail-out" {
				t.Errorf("%s was answered", subject)
			}
		}
	}
	bounce := withEntry(t, all, "", "Undelivered")
	if bounce.Kind != "not-a-report" || bounce.State != tickets.Closed || bounce.Resolution != "not a report" {
		t.Errorf("the bounce is %s, %s, %s", bounce.Kind, bounce.State, bounce.Resolution)
	}
}

func checkEncrypted(t *testing.T, all []tickets.Ticket, sent []smtptest.Message) {
	ticket := withEntry(t, all, "cert@cert-alpha.example", "")
	if !incoming(ticket)[0].Encrypted || !strings.HasPrefix(incoming(ticket)[0].Crypto, "Good signature by CERT Alpha") {
		t.Errorf("got %v, %q", incoming(ticket)[0].Encrypted, incoming(ticket)[0].Crypto)
	}
	keys, err := receiversKeys()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"cert@cert-alpha.example", "cert@cert-beta.example"} {
		encrypted := 0
		for _, m := range sentTo(sent, address) {
			a := judgeAnswer(context.Background(), m, keys)
			if !a.Signed {
				t.Errorf("the answer %q to %s is not signed", a.Subject, address)
			}
			if a.Encrypted {
				encrypted++
			}
		}
		if encrypted != 1 {
			t.Errorf("%s got %d encrypted answers, want 1", address, encrypted)
		}
	}
	if ticket.Conversations[0].TheirNumber != "CERT-ALPHA #20481" {
		t.Errorf("their number: got %q", ticket.Conversations[0].TheirNumber)
	}
}

func checkProblems(t *testing.T, all []tickets.Ticket) {
	if got := incoming(withEntry(t, all, "sysop@old-bbs.example", "Beschwerde"))[0].Problems; len(got) == 0 {
		t.Error("the broken mail has no problems")
	}
	entry := incoming(withEntry(t, all, "duty@cert-gamma.example", "Vulnerable gateway"))[0]
	if !entry.Encrypted || !strings.Contains(entry.Crypto, "3B2E9FD6C3D1B25D") {
		t.Errorf("the undecryptable mail says %q", entry.Crypto)
	}
}

func checkReporters(t *testing.T, all []tickets.Ticket) {
	for subject, want := range map[string]string{
		"USB stick":               "ana.moreira@example.org",
		"Your parcel is held":     "leo.brandauer@example.org",
		"Vulnerability in the up": "yuki@findings.example",
	} {
		if got := withEntry(t, all, "", subject).Reporters; !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got reporters %v, want %s", subject, got, want)
		}
	}
}

func checkRouting(t *testing.T, all []tickets.Ticket) {
	for subject, want := range map[string]string{
		"SSH password guessing":  "network",
		"Lose ten kilos":         "hosting",
		"USB stick":              tickets.Central,
		"12,000 verified CISO":   tickets.Junk,
		"preservation of record": tickets.Central,
	} {
		ticket := withEntry(t, all, "", subject)
		if ticket.Division != want || len(ticket.Why.Routed) == 0 {
			t.Errorf("%s: got queue %s, why %v, want %s", subject, ticket.Division, ticket.Why.Routed, want)
		}
	}
}

// checkHeaders: RFC 3834 on every answer, and no word of the sender's own.
func checkHeaders(t *testing.T, sent []smtptest.Message) {
	for _, m := range sent {
		header, _, _ := bytes.Cut(m.Data, []byte("\r\n\r\n"))
		for _, want := range []string{"auto-submitted: auto-replied", "in-reply-to: <", "references: <", "message-id: <"} {
			if !bytes.Contains(bytes.ToLower(header), []byte(want)) {
				t.Errorf("an answer to %v has no %q:\n%s", m.To, want, header)
			}
		}
		if m.From != "csirt@example.org" {
			t.Errorf("the envelope sender is %q", m.From)
		}
		if len(m.To) != 1 {
			t.Errorf("an answer has the recipients %v", m.To)
		}
	}
}

func checkFolders(t *testing.T, w *world) {
	inbox, processed := 0, 0
	for _, user := range demoMailboxes {
		inbox += len(w.mails(user, "INBOX"))
		processed += len(w.mails(user, "Processed"))
	}
	junk := len(w.mails("csirt", "Junk"))
	if want := len(testdata.Mails()) - 1; inbox != 0 || processed != want || junk != 1 {
		t.Errorf("got %d in INBOX, %d in Processed, %d in Junk; want 0, %d, 1", inbox, processed, junk, want)
	}
}

// TestDemoOnce: the command itself, with mail of the user's own.
func TestDemoOnce(t *testing.T) {
	path := t.TempDir() + "/own.mbox"
	own := "From x Sat Nov 21 14:05:00 2026\nFrom: eve@outside.example\nTo: csirt@example.org\nSubject: a thing of my own\nMessage-ID: <own@outside.example>\n\n203.0.113.99 scans 192.0.2.9 since noon.\n"
	if err := writeNew(path, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--once", "--json", "--mail", path}, nil, &out, &talk); code != exitDone {
		t.Fatalf("exit code %d: %s", code, talk.String())
	}
	var o outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		t.Fatal(err)
	}
	if want := len(testdata.Mails()) + 1; o.Mails != want || o.Held != 0 {
		t.Errorf("got %d mails and %d held, want %d and 0", o.Mails, o.Held, want)
	}
	if got := withEntry(t, o.Tickets, "eve@outside.example", "a thing of my own").Division; got != "network" {
		t.Errorf("the user's own mail went to %s", got)
	}
	if !slices.ContainsFunc(o.Answers, func(a answer) bool { return a.To == "eve@outside.example" && a.Ticket != "" }) {
		t.Error("the user's own mail was not answered")
	}
	if strings.Contains(out.String(), `:null`) {
		t.Error("a list is null in the JSON")
	}
}

// TestAnswerIsAnswered: a reply to our acknowledgement finds its conversation
// by our own ID and is not acknowledged again.
func TestAnswerIsAnswered(t *testing.T) {
	worlds(t, func(t *testing.T, w *world) {
		w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
		d := w.start(t)
		d.filed(t, 1)
		answer := w.arrived(t, 1)[0]
		thread := regexp.MustCompile(`(?m)^References: (<\S+>)`).FindSubmatch(answer.Data)
		if thread == nil {
			t.Fatalf("the answer has no References:\n%s", answer.Data)
		}
		reply := "From: Per <per@riverside.example>\r\nTo: csirt@example.org\r\nSubject: thanks\r\nDate: " + time.Now().Format(time.RFC1123Z) +
			"\r\nMessage-ID: <more@riverside.example>\r\nReferences: " + string(thread[1]) + "\r\n\r\nThe guessing has started again from 203.0.113.200, please look once more.\r\n"
		w.deliver("csirt", "INBOX", []byte(reply), time.Now())
		d.filed(t, 2)
		ticket := withEntry(t, d.everything(t), "per@riverside.example", "thanks")
		if len(incoming(ticket)) != 2 || len(ticket.Conversations) != 1 {
			t.Errorf("got %d entries in %d conversations, want 2 in 1", len(incoming(ticket)), len(ticket.Conversations))
		}
		if got := w.inbox.Count(); got != 1 {
			t.Errorf("got %d answers, want 1", got)
		}
	})
}

// TestJunkMovedToInbox: a person who moves a mail out of Junk says it is a report.
func TestJunkMovedToInbox(t *testing.T) {
	worlds(t, func(t *testing.T, w *world) {
		raw := sample(t, "ssh-scan-log.eml")
		w.deliver("csirt", "Junk", raw, time.Now())
		d := w.start(t)
		d.filed(t, 1)
		if got := d.everything(t)[0]; got.Division != tickets.Junk || got.State != tickets.New {
			t.Fatalf("got queue %s, state %s", got.Division, got.State)
		}
		if w.inbox.Count() != 0 {
			t.Fatal("junk was answered")
		}
		w.deliver("csirt", "INBOX", raw, time.Now())
		w.arrived(t, 1)
		d.until(t, "the move to its queue", func(store.Stats) bool { return d.everything(t)[0].Division == "network" })
		if got := len(d.everything(t)); got != 1 {
			t.Errorf("got %d tickets, want 1", got)
		}
	})
}

// TestNothingSecretInClear: no word of an encrypted report stands in the data
// folder, the log, or a clear mail.
func TestNothingSecretInClear(t *testing.T) {
	worlds(t, func(t *testing.T, w *world) {
		w.deliver("csirt", "INBOX", sample(t, "pgp-cert-alpha-report.eml"), time.Now())
		d := w.start(t)
		d.filed(t, 1)
		ticket := mustTicket(t, d, d.everything(t)[0].ID)
		text := incoming(ticket)[0].Text
		indicators := fmt.Sprint(ticket.Indicators) // stay in clear: matching needs them
		words := regexp.MustCompile(`[A-Za-z]{7,}`).FindAllString(text, -1)
		if len(words) < 5 {
			t.Fatalf("the report was not read: %q", text)
		}
		for _, haystack := range append(readTree(t, d.config.Data), d.log.Bytes()) {
			for _, word := range words {
				if bytes.Contains(haystack, []byte(word)) && !strings.Contains(indicators, word) && !common[strings.ToLower(word)] {
					t.Errorf("the word %q of an encrypted mail stands in clear", word)
				}
			}
		}
	})
}

// common are words that our own texts, schema and keys use as well.
var common = map[string]bool{"timestamp": true, "timestamps": true, "signature": true, "regards": true, "connections": true, "connection": true, "addresses": true,
	"machine": true, "network": true, "control": true, "subject": true, "organisation": true, "whether": true, "officer": true, "watching": true, "yesterday": true, "colleagues": true, "infected": true, "minutes": true}

func mustTicket(t *testing.T, d *daemon, id string) tickets.Ticket {
	t.Helper()
	ticket, err := d.store.Ticket(t.Context(), viewer(), id)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}
