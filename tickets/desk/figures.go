package desk

import (
	"fmt"
	"time"
)

// Figures is how the daemon is at one moment.
type Figures struct {
	Mails     map[string]int64 // raw mails by state: received, claimed, filed, held
	Tickets   map[string]int64 // by state
	Outbox    map[string]int64 // by state
	Unfiled   time.Time        // when the oldest mail was stored that is neither filed nor held; zero: none
	Unsealed  time.Time        // oldest event outside the hash chain; zero: none
	Mailboxes []Mailbox
	Relay     Relay
}

// Mailbox is how one watched folder is.
type Mailbox struct {
	Name      string    `json:"name"`
	Folder    string    `json:"folder"`
	State     string    `json:"state"`
	Since     time.Time `json:"since"`
	Error     string    `json:"error,omitempty"`
	Retry     time.Time `json:"retry,omitzero"`
	LastCycle time.Time `json:"last_cycle,omitzero"`
	Lagging   int       `json:"lagging"`
	Received  int64     `json:"received"`
}

// Relay is how sending is.
type Relay struct {
	State string    `json:"state"`
	Error string    `json:"error,omitempty"`
	Retry time.Time `json:"retry,omitzero"`
	Sent  int64     `json:"sent"`
}

// When something that usually takes seconds becomes an alarm.
const (
	unfiledAlarm  = 10 * time.Minute
	unsealedAlarm = time.Minute
)

// Alarms says in words what a person has to look at, worst first.
func (f Figures) Alarms(now time.Time) []string {
	var alarms []string
	if !f.Unfiled.IsZero() && now.Sub(f.Unfiled) > unfiledAlarm {
		alarms = append(alarms, fmt.Sprintf("a mail stored %s ago is not filed yet", now.Sub(f.Unfiled).Round(time.Minute)))
	}
	for _, m := range f.Mailboxes {
		if m.Lagging > 0 {
			alarms = append(alarms, fmt.Sprintf("mailbox %s: %d mails in %s for ten minutes are not stored", m.Name, m.Lagging, m.Folder))
		}
		if m.Error != "" {
			alarms = append(alarms, fmt.Sprintf("mailbox %s (%s): %s", m.Name, m.Folder, m.Error))
		}
	}
	if f.Relay.Error != "" {
		alarms = append(alarms, "relay: "+f.Relay.Error)
	}
	for _, due := range []struct {
		n    int64
		what string
	}{
		{f.Mails["held"], "mails are held"},
		{f.Outbox["failed"], "outgoing mails failed"},
		{f.Outbox["unsure"], "outgoing mails may or may not have arrived"},
	} {
		if due.n > 0 {
			alarms = append(alarms, fmt.Sprintf("%d %s; see `postern held`", due.n, due.what))
		}
	}
	if !f.Unsealed.IsZero() && now.Sub(f.Unsealed) > unsealedAlarm {
		alarms = append(alarms, "events wait longer than a minute to be sealed")
	}
	return alarms
}
