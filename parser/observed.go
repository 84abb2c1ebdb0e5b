package parser

import (
	"slices"
	"time"

	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/logline"
)

// logLines reads the log lines of free text, and those that a report of X-ARF or
// XARF brings as evidence. Other structured formats state their own.
func (r *reading) logLines() {
	proof := r.report.Format == format.XARFMail || r.report.Format == format.XARF
	if !r.freeText() && !proof || r.ctx.Err() != nil {
		return
	}
	clock := logline.Clock{Around: r.around()}
	if zone, ok := logline.StatedZone(r.report.Text); ok {
		clock.Zone = zone
	}
	var texts []string
	for _, text := range r.searched {
		if !text.Attached {
			texts = append(texts, text.Body)
		}
	}
	ends := logline.Read(clock, texts...)
	if r.freeText() {
		r.logged = ends
		return
	}
	r.proved(ends)
}

// Log lines are compared to so many incidents of a report, and to so many sources
// of each; who reports more of them sends no logs.
const (
	maxProved  = 100
	maxSuspect = 20
)

// proved adds to an incident the lines of a log that are about one of its sources:
// they have the ports and times of each connection, the report has one.
func (r *reading) proved(ends []format.Endpoint) {
	room := logline.MaxEndpoints
	for n := range r.report.Incidents[:min(len(r.report.Incidents), maxProved)] {
		one := &r.report.Incidents[n]
		stated, suspects := one.Endpoints[:min(len(one.Endpoints), maxSuspect)], one.Sources[:min(len(one.Sources), maxSuspect)]
		for m, end := range ends {
			if end.Role != "source" || end.Port == 0 || !slices.Contains(suspects, end.Address) || states(stated, end) {
				continue
			}
			line := ends[m : m+1]
			if m+1 < len(ends) && ends[m+1].Role == "target" && ends[m+1].Time == end.Time {
				line = ends[m : m+2]
			}
			if room -= len(line); room < 0 {
				return
			}
			one.Endpoints = append(one.Endpoints, line...)
		}
	}
}

// states tells whether a report names the port of an end itself.
func states(ends []format.Endpoint, of format.Endpoint) bool {
	return slices.ContainsFunc(ends, func(end format.Endpoint) bool { return end.Address == of.Address && end.Port == of.Port })
}

// around is when the mail was written, for log lines without a year.
func (r *reading) around() time.Time {
	if at, err := time.Parse(time.RFC3339, r.report.Date); err == nil {
		return at
	}
	return r.env.ReceivedAt
}

// observed makes an incident of what free text says: its log lines, and what its
// wording calls a source or a target.
func (r *reading) observed() {
	if !r.freeText() || r.report.Kind != "incident" || len(r.report.Incidents) > 0 {
		return
	}
	one := format.Incident{Time: earliest(r.logged), Endpoints: r.logged}
	if r.report.Category != undetermined {
		one.Category = r.report.Category
	}
	for _, end := range r.logged {
		name(&one, end.Role, end.Address)
	}
	for _, i := range r.report.Indicators {
		if namesParty(i) {
			name(&one, i.Role, i.Value)
		}
	}
	if len(one.Endpoints) > 0 || len(one.Sources) > 0 {
		r.report.Incidents = append(r.report.Incidents, whole(one))
	}
}

// maxNamed is how many sources and targets of free text are kept; who names more
// sends a feed.
const maxNamed = 1_000

// name puts a value among the sources or the targets, once.
func name(one *format.Incident, role, value string) {
	list := &one.Sources
	if role == "target" {
		list = &one.Targets
	}
	if role == "unknown" || len(*list) >= maxNamed || slices.Contains(*list, value) {
		return
	}
	*list = append(*list, value)
}

// namesParty tells an indicator that is an end of an incident by itself.
func namesParty(i indicator.Indicator) bool {
	if i.Benign || i.Derived != "" {
		return false
	}
	switch i.Type {
	case "ipv4", "ipv6", "cidr", "domain", "url":
		return true
	}
	return false
}

// earliest is the first time whose zone is stated.
func earliest(ends []format.Endpoint) string {
	first := ""
	for _, end := range ends {
		if end.Zone == "stated" && end.Time != "" && (first == "" || end.Time < first) {
			first = end.Time // all are in UTC and of one length
		}
	}
	return first
}
