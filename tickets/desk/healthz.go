package desk

import (
	"encoding/json"
	"errors"
	"net/http"
)

// Waiting says, in words for everybody, what the daemon waits for before it can
// begin. As an error of Figures it stands on /healthz.
type Waiting string

func (w Waiting) Error() string { return string(w) }

// health is the answer of /healthz.
type health struct {
	Status    string           `json:"status"` // ok | attention; with nothing but alarms: failed | waiting
	Alarms    []string         `json:"alarms"`
	Mails     map[string]int64 `json:"mails"`
	Outbox    map[string]int64 `json:"outbox"`
	Mailboxes []Mailbox        `json:"mailboxes"`
	Relay     Relay            `json:"relay"`
	Machine   string           `json:"machine"`
	Machines  []string         `json:"machines"`
	Leases    []Lease          `json:"leases"`
}

// healthz answers 200 while the daemon works, also when a person should look
// at something: restarting it would help nobody whose password is wrong. It
// answers 503 when the database cannot be read, or is waited for.
func (d *Desk) healthz(w http.ResponseWriter, r *http.Request) {
	f, err := d.options.Figures(r.Context())
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		status, alarm := "failed", "the database cannot be read; see the log"
		var waiting Waiting
		if errors.As(err, &waiting) {
			status, alarm = "waiting", string(waiting)
		}
		// Whoever asked and went away before the answer is no concern of ours.
		_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "alarms": []string{alarm}})
		return
	}
	h := health{Status: "ok", Alarms: []string{}, Mails: f.Mails, Outbox: f.Outbox, Mailboxes: f.Mailboxes, Relay: f.Relay,
		Machine: f.Machine, Machines: append([]string{}, f.Machines...), Leases: append([]Lease{}, f.Leases...)}
	for _, alarm := range f.Alarms(d.options.Now()) {
		h.Status = "attention"
		h.Alarms = append(h.Alarms, alarm.Text)
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(h); err != nil {
		return // the reader has gone
	}
}
