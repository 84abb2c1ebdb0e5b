package desk

import (
	"fmt"
	"slices"
	"time"
)

// Figures is how the daemon is at one moment.
type Figures struct {
	Mails       map[string]int64 // raw mails by state: received, claimed, filed, held
	Tickets     map[string]int64 // by state
	Outbox      map[string]int64 // by state
	Unfiled     time.Time        // when the oldest mail was stored that is neither filed nor held; zero: none
	Attention   map[string]int64 // outgoing mails that wait for a person, by state
	Unproven    int64            // entries that claim a ticket and wait for a person
	PendingKeys int              // OpenPGP keys that wait for a person who compares the fingerprint
	WithoutRaw  int64            // ledger rows without stored bytes
	PutOff      time.Time        // when the oldest outgoing mail was owed that the relay puts off; zero: none
	Delayed     time.Time        // when the last answer leaves that a budget delays; zero: none
	Unsealed    time.Time        // oldest event outside the hash chain; zero: none
	DiskFree    *int64           // bytes of the data folder's file system; nil: not known
	ClockJump   time.Duration    // by which the clock was set just now; 0: not
	Newest      time.Time        // when the newest event was written: later than now, the clock went back
	Mailboxes   []Mailbox
	Relay       Relay
	Keys        []Key    // that will end
	Machine     string   // this process
	Machines    []string // that work on the database, this one among them
	Leases      []Lease  // what one machine at a time does
	Nobody      []Nobody // mailboxes that a machine read and none does any more
	Lacking     []string // fingerprints of secret keys that other machines have and this one has not
}

// Lease is what one machine at a time does.
type Lease struct {
	Name   string `json:"name"`
	Holder string `json:"holder"` // "" is nobody
}

// Nobody is a mailbox without a reader.
type Nobody struct {
	Source string // user@host:port/folder
	For    time.Duration
}

// Key is an OpenPGP key that ends being of use one day.
type Key struct {
	Fingerprint string
	Whose       string // ours, or a name
	Ours        bool
	Outlived    bool // by a newer one of ours, so that its end matters to nobody
	Until       time.Time
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
	Holder    string    `json:"holder"` // the machine that reads it; "" is none
	Here      bool      `json:"-"`      // that is this one
}

// Relay is how sending is.
type Relay struct {
	State string    `json:"state"`
	Error string    `json:"error,omitempty"`
	Retry time.Time `json:"retry,omitzero"`
	Sent  int64     `json:"sent"`

	Deferred int64 `json:"deferred"`
	Failed   int64 `json:"failed"`
	Unsure   int64 `json:"unsure"`

	AtStore bool `json:"-"` // the error is the database's, and the relay is not to blame
}

// When something that usually takes seconds becomes an alarm.
const (
	unfiledAlarm  = 10 * time.Minute
	unsealedAlarm = time.Minute
	putOffAlarm   = time.Hour
	delayedAlarm  = 4 * time.Hour // less is the ordinary end of a busy hour
	keyAlarm      = 7 * 24 * time.Hour
	clockAlarm    = time.Minute
	nobodyAlarm   = time.Minute
)

// DiskAlarm is how much of the data folder's disk has to be free, in bytes: with
// less a few large mails fill it.
const DiskAlarm = 512 << 20

// Alarm is one thing a person has to look at.
type Alarm struct {
	Key     string // stable while the alarm stands: "mailbox csirt/INBOX"
	Text    string // in words, with figures that change
	Machine bool   // of this machine: the others stand on every one that works on the database
}

// Alarms lists what a person has to look at, worst first.
func (f Figures) Alarms(now time.Time) []Alarm {
	return slices.Concat(f.filingAlarms(now), f.clockAlarms(now), f.mailboxAlarms(), f.sendingAlarms(now), f.keyAlarms(now), f.sealAlarms(now))
}

// sound is an alarm that stands on every machine.
func sound(key, form string, args ...any) Alarm {
	return Alarm{Key: key, Text: fmt.Sprintf(form, args...)}
}

// here is an alarm of this machine.
func here(key, form string, args ...any) Alarm {
	return Alarm{Key: key, Text: fmt.Sprintf(form, args...), Machine: true}
}

func (f Figures) filingAlarms(now time.Time) (all []Alarm) {
	if f.WithoutRaw > 0 {
		all = append(all, sound("raw", "%d mails stand in the ledger without their bytes; run `postern verify`", f.WithoutRaw))
	}
	if !f.Unfiled.IsZero() && now.Sub(f.Unfiled) > unfiledAlarm {
		all = append(all, sound("unfiled", "a mail stored %s ago is not filed yet", now.Sub(f.Unfiled).Round(time.Minute)))
	}
	if f.DiskFree != nil && *f.DiskFree < DiskAlarm {
		all = append(all, here("disk", "%d MB are left on the disk of the data folder; when it is full, mail waits on its server", *f.DiskFree>>20))
	}
	for _, fingerprint := range f.Lacking {
		all = append(all, here("lacks "+fingerprint, "another machine has the secret key %s and this one has not: it only reads mailboxes, and files and sends nothing", fingerprint))
	}
	return all
}

// clockAlarms tell that the time cannot be trusted: mail may be too old to be
// answered, or answers leave too early.
func (f Figures) clockAlarms(now time.Time) []Alarm {
	if behind := f.Newest.Sub(now); !f.Newest.IsZero() && behind > clockAlarm {
		return []Alarm{here("clock", "the clock is %s behind the newest event in the log: one of the two times is wrong", behind.Round(time.Second))}
	}
	if f.ClockJump != 0 {
		way := "forward"
		if f.ClockJump < 0 {
			way = "back"
		}
		return []Alarm{here("clock", "the clock was set %s by %s within the last hour, or the machine slept; what was too old then was not answered", way, f.ClockJump.Abs().Round(time.Second))}
	}
	return nil
}

func (f Figures) mailboxAlarms() (all []Alarm) {
	for _, m := range f.Mailboxes {
		if m.Lagging > 0 {
			all = append(all, here("lagging "+m.Name+"/"+m.Folder, "mailbox %s: %d mails in %s for ten minutes are not stored", m.Name, m.Lagging, m.Folder))
		}
		if m.Error != "" {
			all = append(all, here("mailbox "+m.Name+"/"+m.Folder, "mailbox %s (%s): %s", m.Name, m.Folder, m.Error))
		}
	}
	for _, n := range f.Nobody {
		if n.For > nobodyAlarm {
			all = append(all, sound("nobody "+n.Source, "mailbox %s: no machine has read it for %s", n.Source, n.For.Round(time.Second)))
		}
	}
	return all
}

func (f Figures) keyAlarms(now time.Time) (all []Alarm) {
	for _, key := range f.Keys {
		left := key.Until.Sub(now)
		if !key.Ours || key.Outlived || left >= keyAlarm {
			continue
		}
		form := "our key %s ends on %s; after that nobody can write to us encrypted"
		if left <= 0 {
			form = "our key %s ended on %s; nobody can write to us encrypted"
		}
		all = append(all, sound("key "+key.Fingerprint, form, key.Fingerprint, key.Until.UTC().Format(time.DateOnly)))
	}
	return all
}

// sendingAlarms tell of the relay, and of what waits for a person, mail that could
// not be filed among it: one command lists both.
func (f Figures) sendingAlarms(now time.Time) (all []Alarm) {
	switch {
	case f.Relay.AtStore:
		all = append(all, here("relay", "answers wait for the database: %s", f.Relay.Error))
	case f.Relay.Error != "":
		all = append(all, here("relay", "relay: %s", f.Relay.Error))
	}
	if !f.PutOff.IsZero() && now.Sub(f.PutOff) > putOffAlarm {
		all = append(all, sound("put off", "the relay has put off a mail for %s; the log says why", now.Sub(f.PutOff).Round(time.Minute)))
	}
	if wait := f.Delayed.Sub(now); !f.Delayed.IsZero() && wait > delayedAlarm {
		all = append(all, sound("delayed", "so many are answered just now that the last answer leaves in %d hours; see `postern held` and [answers]", int(wait.Hours())))
	}
	for _, due := range []struct {
		key       string
		n         int64
		one, many string
	}{
		{"held", f.Mails["held"], "mail is held", "mails are held"},
		{"failed", f.Attention["failed"], "outgoing mail failed", "outgoing mails failed"},
		{"unsure", f.Attention["unsure"], "outgoing mail may or may not have arrived", "outgoing mails may or may not have arrived"},
		{"withheld", f.Attention["withheld"], "answer is withheld", "answers are withheld"},
	} {
		what := due.many
		if due.n == 1 {
			what = due.one
		}
		if due.n > 0 {
			all = append(all, sound(due.key, "%d %s; see `postern held`", due.n, what))
		}
	}
	return all
}

func (f Figures) sealAlarms(now time.Time) []Alarm {
	if f.Unsealed.IsZero() || now.Sub(f.Unsealed) <= unsealedAlarm {
		return nil
	}
	return []Alarm{sound("unsealed", "events wait longer than a minute to be sealed; the log says why")}
}
