package tickets_test

import (
	"testing"
	"time"

	"postern/parser"
	"postern/tickets"
)

// alpha is a team with members, a domain and numbers of its own.
func alpha() tickets.Contact {
	return tickets.Contact{
		Name: "CERT Alpha", Addresses: []string{"Cert@Alpha.example", "@alpha.example"}, Number: `ALPHA-[0-9]{6}`,
		Members: []tickets.Member{{Name: "Anna", Address: "anna@home.example"}},
	}.Filled()
}

func TestDirectoryFindsPeople(t *testing.T) {
	d := tickets.NewDirectory([]tickets.Contact{alpha(), tickets.Contact{Name: "Beta", Kind: "person", Addresses: []string{"beta@beta.example"}}.Filled()},
		map[string]string{"AA01": "cert alpha", "BB01": "gone"})
	for address, want := range map[string]string{
		"cert@alpha.example": "CERT Alpha", "NEW@ALPHA.example": "CERT Alpha", "anna@home.example": "CERT Alpha", "other@home.example": "",
		"beta@beta.example": "Beta", "x@sub.alpha.example": "", "@alpha.example": "", "": "",
	} {
		if c, ok := d.ByAddress(address); c.Name != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", address, c.Name, want)
		}
	}
	for key, want := range map[string]string{"AA01": "CERT Alpha", "BB01": "", "": ""} {
		if c, _ := d.ByKey(key); c.Name != want {
			t.Errorf("key %q: got %q, want %q", key, c.Name, want)
		}
	}
	var nobody *tickets.Directory
	if _, ok := nobody.ByAddress("cert@alpha.example"); ok || len(nobody.Contacts()) != 0 {
		t.Error("no directory knows somebody")
	}
}

func TestDirectorySaysWhoWrote(t *testing.T) {
	d := tickets.NewDirectory([]tickets.Contact{alpha()}, map[string]string{"AA01": "CERT Alpha"})
	from := func(addresses ...string) (r tickets.Report) {
		for _, a := range addresses {
			r.From = append(r.From, parser.Address{Address: a})
		}
		return r
	}
	signed := from("stranger@else.example")
	signed.Crypto.Signatures = []parser.Signature{{Verdict: "good", FromMatch: true, Covers: "all", Key: "AA01"}}
	aligned := from("cert@alpha.example")
	aligned.Authentication.Aligned = true
	for _, row := range []struct {
		name   string
		report tickets.Report
		known  bool
		proven bool
	}{
		{"signed by its key", signed, true, true},
		{"its address, vouched for by DKIM", aligned, true, true},
		{"its address, which anybody can write", from("cert@alpha.example"), true, false},
		{"two in From", from("cert@alpha.example", "x@else.example"), false, false},
		{"a stranger", from("x@else.example"), false, false},
	} {
		_, proven, known := d.Of(row.report, time.Time{})
		if known != row.known || proven != row.proven {
			t.Errorf("%s: got known %v, proven %v", row.name, known, proven)
		}
	}
}

func TestContactFaults(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*tickets.Contact)
		field  string // of the only fault, "" for none
	}{
		{"as it should be", func(*tickets.Contact) {}, ""},
		{"no name", func(c *tickets.Contact) { c.Name = " " }, "name"},
		{"a name of two lines", func(c *tickets.Contact) { c.Name = "A\nB" }, "name"},
		{"a name that turns the writing", func(c *tickets.Contact) { c.Name = "A\u202eB" }, "name"},
		{"no such kind", func(c *tickets.Contact) { c.Kind = "group" }, "kind"},
		{"no such policy", func(c *tickets.Contact) { c.Encryption = "often" }, "encryption"},
		{"no such tier", func(c *tickets.Contact) { c.Tier = "unknown" }, "tier"},
		{"no label", func(c *tickets.Contact) { c.TLP = "WHITE" }, "tlp"},
		{"no address", func(c *tickets.Contact) { c.Addresses = []string{"cert"} }, "addresses"},
		{"a free-mail domain", func(c *tickets.Contact) { c.Addresses = []string{"@gmail.com"} }, "addresses"},
		{"one free-mail address", func(c *tickets.Contact) { c.Addresses = []string{"cert.alpha@gmail.com"} }, ""},
		{"an address twice", func(c *tickets.Contact) { c.Addresses = []string{"a@b.example", "A@b.example"} }, "addresses"},
		{"a member without name", func(c *tickets.Contact) { c.Members[0].Name = "" }, "member"},
		{"a broken pattern", func(c *tickets.Contact) { c.Number = "(" }, "ticket_number"},
		{"a pattern that fits nothing at all", func(c *tickets.Contact) { c.Number = "[0-9]*" }, "ticket_number"},
	} {
		c := alpha()
		row.change(&c)
		faults := c.Filled().Faults()
		if row.field == "" && len(faults) > 0 || row.field != "" && (len(faults) != 1 || faults[0].Field != row.field || faults[0].Message == "") {
			t.Errorf("%s: got %+v, want one about %q", row.name, faults, row.field)
		}
	}
}

// A team's own form of numbers is told by the directory, and its people are one side.
func TestContactsInMatching(t *testing.T) {
	rules := house(t)
	rules.Contacts = tickets.NewDirectory([]tickets.Contact{alpha()}, nil)
	judge := rules.Judge(nil, time.Now)
	f := tickets.Filing{Report: tickets.Report{Subject: "Scan (ALPHA-202611)", OuterSubject: "Scan (ALPHA-202611)", From: []parser.Address{{Address: "duty@alpha.example"}}}}
	if d := judge(f, tickets.Evidence{}); d.TheirNumber != "ALPHA-202611" {
		t.Errorf("got their number %q", d.TheirNumber)
	}
	f.Report.From[0].Address = "x@else.example"
	if d := judge(f, tickets.Evidence{}); d.TheirNumber != "" {
		t.Errorf("of somebody else: got their number %q", d.TheirNumber)
	}
	thread := tickets.Thread{Conversation: 7, Ticket: 3, Reference: "EX-7KQ4-9MZX", Party: "cert@alpha.example", People: []string{"cert@alpha.example"}, State: tickets.Open}
	answer := tickets.Evidence{ByMessage: []tickets.Hit{{Thread: thread, MessageID: "ours@example.org", Outgoing: true}}}
	for address, want := range map[string]string{"anna@home.example": tickets.MatchFollowUp, "eve@home.example": tickets.MatchUnproven} {
		f.Report.From[0].Address = address
		if d := judge(f, answer); d.Match != want {
			t.Errorf("an answer from %s: got %s, want %s", address, d.Match, want)
		}
	}
}
