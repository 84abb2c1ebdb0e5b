package tickets_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are there on a machine without any

	"postern/tickets"
)

func TestTLP(t *testing.T) {
	for name, c := range map[string]struct {
		a, b, want string
		encrypted  bool
	}{
		"no label":             {"", "", "", false},
		"a label beats none":   {"", "CLEAR", "CLEAR", false},
		"order of arguments":   {"AMBER", "GREEN", "AMBER", false},
		"amber is not strict":  {"AMBER", "AMBER+STRICT", "AMBER+STRICT", true},
		"red is the strictest": {"AMBER+STRICT", "RED", "RED", true},
		"old name":             {"WHITE", "", "CLEAR", false},
		"spelling":             {" tlp:amber+strict ", "", "AMBER+STRICT", true},
		"unknown means care":   {"PURPLE", "GREEN", "RED", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := tickets.TLPStricter(c.a, c.b)
			if got != c.want || tickets.TLPStricter(c.b, c.a) != got {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if tickets.TLPNeedsEncryption(got) != c.encrypted {
				t.Errorf("needs encryption: %v", !c.encrypted)
			}
		})
	}
}

func TestTransition(t *testing.T) {
	for name, c := range map[string]struct {
		from, to, resolution string
		state, res           string
		fails                bool
	}{
		"claimed":                            {"new", "open", "", "open", "", false},
		"given back":                         {"open", "new", "", "new", "", false},
		"waits":                              {"open", "waiting", "", "waiting", "", false},
		"waits no more":                      {"waiting", "open", "", "open", "", false},
		"resolved needs no resolution":       {"open", "resolved", "", "resolved", "fixed", false},
		"resolved with one":                  {"open", "resolved", "not ours", "resolved", "not ours", false},
		"hyphens and capitals":               {"open", "resolved", "No-Action-Needed", "resolved", "no action needed", false},
		"state in capitals":                  {"Open", "Resolved", "", "resolved", "fixed", false},
		"closed at once":                     {"new", "closed", "", "closed", "no action needed", false},
		"closed as not a report":             {"new", "closed", "not a report", "closed", "not a report", false},
		"closing keeps the resolution":       {"resolved", "closed", "", "closed", "", false},
		"closing with another one":           {"resolved", "closed", "accepted risk", "closed", "accepted risk", false},
		"opened again":                       {"closed", "open", "", "open", "", false},
		"another resolution":                 {"resolved", "resolved", "withdrawn", "resolved", "withdrawn", false},
		"the same state":                     {"open", "open", "", "", "", true},
		"resolved twice without a word":      {"resolved", "resolved", "", "", "", true},
		"closed cannot wait":                 {"closed", "waiting", "", "", "", true},
		"closed cannot be resolved":          {"closed", "resolved", "", "", "", true},
		"waiting is somebody's, never new":   {"waiting", "new", "", "", "", true},
		"unknown state":                      {"open", "done", "", "", "", true},
		"unknown state before":               {"lost", "open", "", "", "", true},
		"unknown resolution":                 {"open", "resolved", "magic", "", "", true},
		"resolution of what is not resolved": {"new", "open", "fixed", "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			state, res, err := tickets.Transition(c.from, c.to, c.resolution)
			if state != c.state || res != c.res || (err != nil) != c.fails {
				t.Errorf("got %q %q %v, want %q %q", state, res, err, c.state, c.res)
			}
			if err != nil && !errors.Is(err, tickets.ErrTransition) {
				t.Errorf("%v is no ErrTransition", err)
			}
		})
	}
	if _, _, err := tickets.Transition("open", "open", ""); !strings.HasSuffix(err.Error(), "it is open already") {
		t.Errorf("the same state: got %q", err)
	}
	_, _, err := tickets.Transition("closed", "waiting", "")
	for _, word := range []string{"closed", "waiting", "open"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func office(t *testing.T) tickets.WorkingHours {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return tickets.WorkingHours{
		Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		From: 8 * time.Hour, To: 17 * time.Hour, Location: berlin,
	}
}

func TestWorkingHours(t *testing.T) {
	w := office(t)
	at := func(s string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", s, w.Location)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for name, c := range map[string]struct {
		from string
		d    time.Duration
		want string
	}{
		"within a day":             {"2026-11-23 09:00", 2 * time.Hour, "2026-11-23 11:00"},
		"before hours":             {"2026-11-23 05:00", 2 * time.Hour, "2026-11-23 10:00"},
		"over night":               {"2026-11-23 16:00", 2 * time.Hour, "2026-11-24 09:00"},
		"to the minute of closing": {"2026-11-23 15:00", 2 * time.Hour, "2026-11-23 17:00"},
		"over the week-end":        {"2026-11-20 16:30", 2 * time.Hour, "2026-11-23 09:30"},
		"on a Saturday":            {"2026-11-21 12:00", 2 * time.Hour, "2026-11-23 10:00"},
		"several days":             {"2026-11-23 08:00", 20 * time.Hour, "2026-11-25 10:00"},
		"over the clock change":    {"2026-03-27 16:00", 2 * time.Hour, "2026-03-30 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.Add(at(c.from), c.d)
			if !got.Equal(at(c.want)) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if between := w.Between(at(c.from), got); between != c.d {
				t.Errorf("between: got %v, want %v", between, c.d)
			}
		})
	}
	if got := w.Between(at("2026-11-23 10:00"), at("2026-11-23 09:00")); got != 0 {
		t.Errorf("backwards: got %v", got)
	}
	if got := w.Between(at("2026-11-21 10:00"), at("2026-11-22 10:00")); got != 0 {
		t.Errorf("a week-end: got %v", got)
	}
}

func TestWorkingHoursAroundTheClock(t *testing.T) {
	start := time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC)
	for name, w := range map[string]tickets.WorkingHours{
		"zero value":  {},
		"no such day": {Days: []time.Weekday{time.Monday}, From: time.Hour, To: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := w.Add(start, 2*time.Hour), start.Add(2*time.Hour); !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if got := w.Between(start, start.Add(time.Hour)); got != time.Hour {
				t.Errorf("got %v", got)
			}
		})
	}
	never := tickets.WorkingHours{Days: []time.Weekday{9}, From: 0, To: time.Hour}
	if got := never.Add(start, time.Hour); got.Before(start.AddDate(9, 0, 0)) {
		t.Errorf("a day that never comes: %v", got)
	}
	if never.Between(start, start.AddDate(100, 0, 0)) != 0 {
		t.Error("a day that never comes has working time")
	}
}

func TestWorkingHoursValid(t *testing.T) {
	monday := []time.Weekday{time.Monday}
	for name, c := range map[string]struct {
		hours tickets.WorkingHours
		ok    bool
	}{
		"none":          {tickets.WorkingHours{}, true},
		"a day":         {tickets.WorkingHours{Days: monday, To: 24 * time.Hour}, true},
		"backwards":     {tickets.WorkingHours{Days: monday, From: 17 * time.Hour, To: 8 * time.Hour}, false},
		"after the day": {tickets.WorkingHours{Days: monday, From: time.Hour, To: 25 * time.Hour}, false},
		"before it":     {tickets.WorkingHours{Days: monday, From: -time.Hour, To: time.Hour}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.hours.Valid(); (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
