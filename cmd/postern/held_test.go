package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"postern/tickets"
)

// What the budget keeps back is listed with its reason, and one act sends it.
func TestWithheldAnswerIsReleased(t *testing.T) {
	w := memoryWorld(t)
	edit(t, w.config, "[answers]\n", "[answers]\nper_address = 1\nnull_reverse_path = true\n")
	for _, what := range []string{"scans 192.0.2.7", "floods 192.0.2.8"} {
		mail := "From: Per <per@riverside.example>\r\nTo: csirt@example.org\r\nSubject: a host of yours " + what +
			"\r\nMessage-ID: <" + what[:5] + "@riverside.example>\r\n\r\n203.0.113.200 " + what + " since noon.\r\n"
		w.deliver("csirt", "INBOX", []byte(mail), time.Now())
	}
	d := w.start(t)
	d.filed(t, 2)
	if first := w.arrived(t, 1)[0]; first.From != "" {
		t.Errorf("the envelope sender is %q, and the null reverse-path was chosen", first.From)
	}

	c := console{t, w.config}
	list, _ := c.do(exitDone, "held", "--json")
	var held tickets.Held
	if err := json.Unmarshal([]byte(list), &held); err != nil {
		t.Fatalf("%v in %q", err, list)
	}
	if held.What != "withheld" || held.To != "per@riverside.example" || held.Ticket == "" || !strings.Contains(held.Reason, "share") {
		t.Errorf("got %+v", held)
	}
	c.do(exitDone, "requeue", held.ID)
	if sent := w.arrived(t, 2); !bytes.Contains(sent[1].Data, []byte(held.Ticket)) {
		t.Errorf("the answer released does not name %s:\n%s", held.Ticket, sent[1].Data)
	}
	d.finish(t)
	if list, _ := c.do(exitDone, "held", "--json"); list != "" {
		t.Errorf("still held: %s", list)
	}
}

func TestConfigurationOfTheEnvironment(t *testing.T) {
	w := memoryWorld(t)
	w.start(t).finish(t)
	t.Setenv("POSTERN_CONFIG", w.config)
	var out, talk bytes.Buffer
	if code := run(t.Context(), []string{"tickets"}, nil, &out, &talk); code != exitDone || !strings.Contains(talk.String(), "No ticket is open") {
		t.Errorf("exit code %d: %s%s", code, out.String(), talk.String())
	}
}
