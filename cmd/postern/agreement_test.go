package main

import (
	"strings"
	"testing"
	"time"
)

// TestAgreementOnTLP: a ticket that a person made stricter than what was agreed with
// a contact is not written about to it without a reason.
func TestAgreementOnTLP(t *testing.T) {
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", []byte("From: Per <per@riverside.example>\r\nTo: csirt@example.org\r\nSubject: A host of yours\r\n"+
		"Message-ID: <a@riverside.example>\r\n\r\n203.0.113.200 scans 192.0.2.7 since noon.\r\n"), time.Now())
	d := w.start(t)
	d.filed(t, 1)
	c := console{t, w.config}
	id := d.everything(t)[0].ID
	c.do(exitDone, "contacts", "add", "Riverside", "--address", "@riverside.example", "--tlp", "GREEN", "--telephone", "+00 11 222")
	if out, _ := c.do(exitDone, "contacts", "show", "Riverside"); !strings.Contains(out, "GREEN; a ticket that is set to more") {
		t.Errorf("shown: got\n%s", out)
	}
	words := []string{"reply", id, "--template", "resolved", "--set", "done=We took the machine off the network."}
	c.do(exitDone, append(words, "--dry-run")...)
	c.do(exitDone, "set", id, "--tlp", "AMBER")
	_, talk := c.do(exitFailed, append(words, "--dry-run")...)
	for _, want := range []string{"TLP:AMBER", "agreed up to TLP:GREEN", `contacts set "Riverside" --tlp AMBER`, "+00 11 222", "--override"} {
		if !strings.Contains(talk, want) {
			t.Errorf("refused with %q, which does not say %q", talk, want)
		}
	}
	c.do(exitDone, append(words, "--override", "Per sat beside us")...)
	c.do(exitDone, "contacts", "set", "Riverside", "--tlp", "RED")
	c.do(exitDone, append(words, "--dry-run")...)
	if out, _ := c.do(exitDone, "check"); !strings.Contains(out, "Riverside agreed to handle TLP:RED, which leaves encrypted, and there is no key") {
		t.Errorf("check says\n%s", out)
	}
	w.arrived(t, 2)
	d.finish(t)
}
