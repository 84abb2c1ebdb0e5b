package store_test

import (
	"fmt"
	"testing"

	"postern/parser/indicator"
	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// TestKeysAreVerifiedByText gives an entry the key of a URL that its list does
// not name, as if two URLs had the same number: it is no candidate.
func TestKeysAreVerifiedByText(t *testing.T) {
	const other = "http://other.example/"
	for _, c := range []struct {
		name  string
		forge string // SQL
		url   string
		want  int // tickets found
	}{
		{"its own", `SELECT 1`, "http://anna.example/", 1},
		{"another's, no key", `SELECT 1`, other, 0},
		{"another's, same key", fmt.Sprint(`UPDATE indicator_keys SET number = `, store.NumberOf("url", other)), other, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := storetest.NewClock()
			o := storetest.Options(t, clock)
			s := open(t, o)
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
			storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "anna"))
			run(t, rows(t, o.Path), c.forge)
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 2, storetest.Text(2)))
			f := storetest.Filing(storetest.Claim(t, s, 1)[0], "ben")
			f.Keys.URLs = []string{c.url}
			storetest.File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
				if got := len(e.ByURL); got != c.want {
					t.Errorf("got %d tickets, want %d", got, c.want)
				}
				return storetest.New(f)
			}, f)
		})
	}
}

// TestIndicatorsOfAnEntryWrittenOver files a mail again with other indicators,
// some twice, some benign: old keys go, and all that is shown is found.
func TestIndicatorsOfAnEntryWrittenOver(t *testing.T) {
	storetest.Each(t, testIndicatorsOfAnEntryWrittenOver)
}

func testIndicatorsOfAnEntryWrittenOver(t *testing.T) {
	clock := storetest.NewClock()
	s := open(t, storetest.Options(t, clock))
	storetest.Receive(t, s, storetest.Mail(clock, storetest.JunkBox, 1, storetest.Text(1)))
	storetest.File(t, s, storetest.Judge, storetest.Filing(storetest.Claim(t, s, 1)[0], "anna"))
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
	f := storetest.Filing(storetest.Claim(t, s, 1)[0], "anna")
	f.Report.Indicators = []indicator.Indicator{
		{Type: "url", Value: `http://"<&\.example/`, Role: "source"},
		{Type: "url", Value: `http://"<&\.example/`, Role: "target"},
		{Type: "ipv4", Value: "192.0.2.1", Role: "source", Derived: "url"},
		{Type: "domain", Value: "example.org", Benign: true},
		{Type: "domain", Value: "bad.example", Derived: "email"},
	}
	filed := storetest.File(t, s, storetest.Judge, f)[0]
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
	if k, err := s.Ticket(t.Context(), storetest.Admin, filed.Ticket); err != nil || len(k.Indicators) != 5 {
		t.Errorf("got %+v, %v; want all five", k.Indicators, err)
	}
	for url, want := range map[string]int{`http://"<&\.example/`: 1, "http://anna.example/": 0} {
		storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, uint32(2+want), storetest.Text(2+want)))
		g := storetest.Filing(storetest.Claim(t, s, 1)[0], []string{"ben", "cleo"}[want])
		g.Keys.URLs, g.Report.Indicators = []string{url}, nil
		storetest.File(t, s, func(f tickets.Filing, e tickets.Evidence) tickets.Decision {
			if got := len(e.ByURL); got != want {
				t.Errorf("got %d tickets for %s, want %d", got, url, want)
			}
			return storetest.New(f)
		}, g)
	}
}

// TestKeyedIndicators counts the keys that indicators get.
func TestKeyedIndicators(t *testing.T) {
	for _, c := range []struct {
		name string
		list []indicator.Indicator
		want int
	}{
		{"none", nil, 0},
		{"an address", []indicator.Indicator{{Type: "ipv4", Value: "192.0.2.1"}}, 1},
		{"the address of a link", []indicator.Indicator{{Type: "ipv4", Value: "192.0.2.1", Derived: "url"}}, 1},
		{"a domain", []indicator.Indicator{{Type: "domain", Value: "bad.example"}}, 1},
		{"the domain of a link", []indicator.Indicator{{Type: "domain", Value: "bad.example", Derived: "url"}}, 0},
		{"benign", []indicator.Indicator{{Type: "ipv4", Value: "192.0.2.1", Benign: true}}, 0},
		{"twice", []indicator.Indicator{{Type: "ipv4", Value: "192.0.2.1", Role: "source"}, {Type: "ipv4", Value: "192.0.2.1", Role: "target"}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := storetest.NewClock()
			o := storetest.Options(t, clock)
			s := open(t, o)
			storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)))
			f := storetest.Filing(storetest.Claim(t, s, 1)[0], "anna")
			f.Report.Indicators = c.list
			storetest.File(t, s, storetest.Judge, f)
			var got int
			if err := rows(t, o.Path).QueryRow(`SELECT count(*) FROM indicator_keys`).Scan(&got); err != nil || got != c.want {
				t.Errorf("got %d keys, %v; want %d", got, err, c.want)
			}
			storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
		})
	}
}

// TestObservablesAreJSON: the list that is written by hand is what the library
// writes, since one is looked for as the other wrote it.
func TestObservablesAreJSON(t *testing.T) {
	list := [][4]string{{"ipv4", "192.0.2.1", "source", ""}, {"domain", "a.example", "", "url"}, {}}
	for _, odd := range []string{`"`, `\`, "<", ">", "&", "\x00", "\n", "\t", "\x7f", "~", "ä", "\u2028", "\U0001f600", "\ufffd"} {
		list = append(list, [4]string{"url", "https://a.example/" + odd + "b", odd, odd})
	}
	if ours, theirs := store.Observables(list); ours != theirs {
		t.Errorf("got\n%s\nwant\n%s", ours, theirs)
	}
}
