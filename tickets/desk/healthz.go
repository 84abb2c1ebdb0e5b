package desk

import (
	"encoding/json"
	"io"
	"net/http"
)

// health is the answer of /healthz.
type health struct {
	Status    string           `json:"status"` // ok | attention
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
// answers 503 when the database cannot be read.
func (d *Desk) healthz(w http.ResponseWriter, r *http.Request) {
	f, err := d.options.Figures(r.Context())
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		// Whoever asked and went away before the answer is no concern of ours.
		_, _ = io.WriteString(w, `{"status":"failed","alarms":["the database cannot be read; see the log"]}`+"\n")
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
