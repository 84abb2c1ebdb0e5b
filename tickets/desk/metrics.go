package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics answers in Prometheus' form, from figures taken at each scrape.
func (d *Desk) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		&collector{desk: d},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

// collector turns Figures into metrics.
type collector struct{ desk *Desk }

func description(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("postern_"+name, help, labels, nil)
}

// figuresWithin bounds the questions of one scrape.
const figuresWithin = 10 * time.Second

// Names and units are a contract with people's dashboards.
var (
	buildDesc    = description("build_info", "Always 1; the version is the label.", "version")
	alarmsDesc   = description("alarms", "Things a person should look at; /healthz has the words.")
	mailsDesc    = description("mails", "Raw mails by state.", "state")
	ticketsDesc  = description("tickets", "Tickets by state.", "state")
	outboxDesc   = description("outbox_mails", "Outgoing mails by state.", "state")
	unfiledDesc  = description("oldest_unfiled_seconds", "Age of the oldest mail that is stored and neither filed nor held.")
	unsealedDesc = description("oldest_unsealed_event_seconds", "Age of the oldest event outside the hash chain.")
	putOffDesc   = description("oldest_put_off_seconds", "Age of the oldest outgoing mail that was tried and put off.")
	unprovenDesc = description("unproven_entries", "Entries that claim a ticket without proof and wait for a person.")
	pendingDesc  = description("pending_keys", "OpenPGP keys that came with mail and wait until a person approves them.")
	upDesc       = description("mailbox_up", "1 while the mailbox is read without trouble.", "mailbox", "folder")
	cycleDesc    = description("mailbox_last_cycle_timestamp_seconds", "When the folder was last compared with the ledger.", "mailbox", "folder")
	laggingDesc  = description("mailbox_lagging_mails", "Mails in the folder for ten minutes that are not stored.", "mailbox", "folder")
	receivedDesc = description("mailbox_received_total", "Mails stored since start.", "mailbox", "folder")
	relayDesc    = description("relay_up", "1 while the relay takes mail, or was not needed yet.")
	sentDesc     = description("sent_total", "Mails the relay took since start.")
	keyDesc      = description("key_until_timestamp_seconds", "When an OpenPGP key ends being of use; keys without an end are left out.", "fingerprint", "whose")
	deferredDesc = description("deferred_total", "Attempts since start after which a mail was put off.")
	failedDesc   = description("failed_total", "Mails since start that the relay refused for good.")
	unsureDesc   = description("unsure_total", "Mails since start that may or may not have arrived.")
	diskDesc     = description("disk_free_bytes", "Free space on the disk of the data folder.")
	clockDesc    = description("clock_jump_seconds", "By how much the clock was set within the last hour.")
	machinesDesc = description("machines", "Processes that work on the database.")
	holdsDesc    = description("holds", "1 for what this process does alone, mailboxes apart.", "lease")
	hereDesc     = description("mailbox_here", "1 while this process reads the mailbox, 0 while another one does or nobody.", "mailbox", "folder")
	nobodyDesc   = description("mailbox_unread_seconds", "How long no process has read the mailbox.", "source")
	descriptions = []*prometheus.Desc{machinesDesc, holdsDesc, hereDesc, nobodyDesc, keyDesc, deferredDesc, failedDesc, unsureDesc, diskDesc, clockDesc, buildDesc, alarmsDesc, mailsDesc, ticketsDesc, outboxDesc, unfiledDesc, unsealedDesc, putOffDesc, unprovenDesc, pendingDesc, upDesc, cycleDesc, laggingDesc, receivedDesc, relayDesc, sentDesc}
)

// Describe names every metric.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range descriptions {
		out <- d
	}
}

// Collect asks for the figures; without them the scrape fails as a whole,
// which is what an alert on a missing daemon waits for.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), figuresWithin)
	defer cancel()
	f, err := c.desk.options.Figures(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(alarmsDesc, err)
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	now := c.desk.options.Now()
	gauge(buildDesc, 1, c.desk.options.Version)
	gauge(alarmsDesc, float64(len(f.Alarms(now))))
	byState(gauge, mailsDesc, f.Mails)
	byState(gauge, ticketsDesc, f.Tickets)
	byState(gauge, outboxDesc, f.Outbox)
	gauge(unfiledDesc, age(now, f.Unfiled))
	gauge(unsealedDesc, age(now, f.Unsealed))
	gauge(putOffDesc, age(now, f.PutOff))
	gauge(unprovenDesc, float64(f.Unproven))
	gauge(pendingDesc, float64(f.PendingKeys))
	gauge(machinesDesc, float64(len(f.Machines)))
	for _, l := range f.Leases {
		gauge(holdsDesc, truth(l.Holder == f.Machine), l.Name)
	}
	for _, n := range f.Nobody {
		gauge(nobodyDesc, n.For.Seconds(), n.Source)
	}
	for _, m := range f.Mailboxes {
		gauge(hereDesc, truth(m.Here), m.Name, m.Folder)
		out <- prometheus.MustNewConstMetric(receivedDesc, prometheus.CounterValue, float64(m.Received), m.Name, m.Folder)
		if !m.Here && m.Holder != "" {
			continue // the machine that reads it knows
		}
		gauge(upDesc, truth(m.Here && m.Error == ""), m.Name, m.Folder)
		gauge(laggingDesc, float64(m.Lagging), m.Name, m.Folder)
		if !m.LastCycle.IsZero() {
			gauge(cycleDesc, float64(m.LastCycle.UnixMilli())/1000, m.Name, m.Folder)
		}
	}
	for _, key := range f.Keys {
		gauge(keyDesc, float64(key.Until.Unix()), key.Fingerprint, key.Whose)
	}
	gauge(relayDesc, truth(f.Relay.Error == "" || f.Relay.AtStore))
	for desc, n := range map[*prometheus.Desc]int64{sentDesc: f.Relay.Sent, deferredDesc: f.Relay.Deferred, failedDesc: f.Relay.Failed, unsureDesc: f.Relay.Unsure} {
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n))
	}
	if f.DiskFree != nil {
		gauge(diskDesc, float64(*f.DiskFree))
	}
	gauge(clockDesc, f.ClockJump.Seconds())
}

func byState(gauge func(*prometheus.Desc, float64, ...string), d *prometheus.Desc, counts map[string]int64) {
	for state, n := range counts {
		gauge(d, float64(n), state)
	}
}

func age(now, then time.Time) float64 {
	if then.IsZero() {
		return 0
	}
	return now.Sub(then).Seconds()
}

func truth(ok bool) float64 {
	if ok {
		return 1
	}
	return 0
}
