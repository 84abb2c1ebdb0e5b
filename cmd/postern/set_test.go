package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/tickets"
	"postern/tickets/store"
)

func TestSetCorrectsATicket(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	id := d.everything(t)[0].ID
	c := console{t, w.config}
	out, _ := c.do(exitDone, "set", id, "--severity", "critical", "--category", "system-compromise", "--verdict", "confirmed", "--tlp", "amber", "--restricted", "--json")
	var k tickets.Ticket
	if err := json.Unmarshal([]byte(out), &k); err != nil || k.Severity != "critical" || k.Category != "intrusions/system-compromise" || k.Verdict != "confirmed" || k.TLP != "AMBER" || !k.Restricted || k.Division != tickets.Central {
		t.Errorf("got %+v, %v; a restricted ticket is central's", k, err)
	}
	if _, talk := c.do(exitFailed, "assign", id, "--division", "network"); !strings.Contains(talk, "--restricted=false") {
		t.Errorf("assigned while restricted: %q", talk)
	}
	if _, talk := c.do(exitDone, "set", id, "--severity", "high", "--restricted=false"); !strings.Contains(talk, "severity critical to high, no longer restricted") {
		t.Errorf("got %q", talk)
	}
	for _, wrong := range [][]string{{"set", id}, {"set", id, "--kind", "mail"}, {"set", id, "--category", "fraud"}, {"accept", id, "x"}} {
		c.do(exitMisuse, wrong...)
	}
	for _, wrong := range [][]string{{"set", id, "--resolution", "fixed"}, {"set", "EX-2222-2222", "--kind", "request"}, {"accept", id, "1"}, {"split", id, "99"}} {
		c.do(exitFailed, wrong...)
	}
	c.do(exitDone, "verify")
}

// A person decides about claims without proof, and does not wait two hours.
func TestAcceptAndSplit(t *testing.T) {
	w := memoryWorld(t)
	mail := func(from, subject string) []byte {
		return []byte(fmt.Sprintf("From: %s\r\nTo: csirt@example.org\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d.%s>\r\n\r\nOur server sends odd mail, %s.\r\n",
			from, subject, time.Now().Format(time.RFC1123Z), time.Now().UnixNano(), from, subject))
	}
	w.deliver("csirt", "INBOX", mail("ana@riverside.example", "odd mail"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	id := d.everything(t)[0].ID
	for i, from := range []string{"ana@private.example", "carol@clinic.example", "dave@harbour.example"} {
		w.deliver("csirt", "INBOX", mail(from, "["+id+"] from "+from), time.Now())
		d.filed(t, int64(i+2))
	}
	c := console{t, w.config}
	k := d.ticketOf(t, id)
	if len(k.Entries) < 4 {
		t.Fatalf("got %d entries", len(k.Entries))
	}
	claims := map[string]string{}
	for _, e := range k.Entries {
		if e.Unproven {
			claims[e.From] = fmt.Sprintf("#%d", e.ID)
		}
	}
	if len(claims) != 3 {
		t.Fatalf("got unproven entries %v, want three", claims)
	}
	c.do(exitDone, "accept", id, claims["ana@private.example"])
	c.do(exitDone, "accept", id, claims["carol@clinic.example"], "--own")
	c.do(exitDone, "split", id, claims["dave@harbour.example"])
	d.until(t, "three decisions", func(s store.Stats) bool { return s.Unproven == 0 && s.Mails["filed"] == 4 })
	got := d.ticketOf(t, id)
	if len(got.Conversations) != 2 || got.Conversations[1].Party != "carol@clinic.example" {
		t.Errorf("got conversations %+v", got.Conversations)
	}
	for _, e := range got.Entries {
		if e.From == "ana@private.example" && (e.Conversation != id || e.Unproven) {
			t.Errorf("ana's entry: %+v", e)
		}
	}
	if all := d.everything(t); len(all) != 2 {
		t.Errorf("got %d tickets, want 2", len(all))
	}
	answered := map[string]int{}
	for _, m := range w.arrived(t, 3) {
		answered[m.To[0]]++
	}
	if answered["ana@riverside.example"] != 1 || answered["carol@clinic.example"] != 1 || answered["dave@harbour.example"] != 1 || len(answered) != 3 {
		t.Errorf("answered %v", answered)
	}
}

// ticketOf reads one ticket whole.
func (d *daemon) ticketOf(t *testing.T, id string) tickets.Ticket {
	t.Helper()
	k, err := d.store.Ticket(t.Context(), viewer(), id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
