package parser

import (
	"regexp"
	"slices"
	"strings"
)

// ourResults gives the fields Authentication-Results that a server of ours
// wrote, and its name. The topmost field counts when it bears a trusted name and
// did not come in with the mail; those right below it count too when nothing but
// our server can have put them there. Trusted servers remove fields that bear
// their own name from what comes in (RFC 8601 section 5), but not all do so.
func (r *reading) ourResults() (id string, fields []string) {
	if !r.outer.Header.Has("Authentication-Results") {
		return "", nil
	}
	trace := r.trace()
	top := slices.IndexFunc(trace, func(t traceField) bool { return !t.received })
	if top < 0 {
		return "", nil
	}
	id = trace[top].id
	if exchange := r.exchangeName(); exchange != "" && byExchange(trace, top) {
		return exchange, []string{trace[top].value}
	}
	if !slices.ContainsFunc(r.env.TrustedAuthserv, func(trusted string) bool { return strings.EqualFold(trusted, id) && id != "" }) ||
		cameIn(trace[:top], id) {
		return "", nil
	}
	fields = []string{trace[top].value}
	end := top + 1
	for end < len(trace) && !trace[end].received && strings.EqualFold(trace[end].id, id) {
		end++
	}
	if !ownBlock(trace, top, end, id) {
		return id, fields
	}
	for _, t := range trace[top+1 : end] {
		fields = append(fields, t.value)
	}
	return id, fields
}

// traceField is a field Received or Authentication-Results. Servers add them at
// the top, so that those further down are older.
type traceField struct {
	received bool
	id       string // the host that wrote it: authserv-id, or what Received says behind "by"
	value    string
}

// maxTrace is how many such fields are looked at, from the top.
const maxTrace = 100

func (r *reading) trace() []traceField {
	var trace []traceField
	for fields := r.outer.Header.Fields(); fields.Next() && len(trace) < maxTrace; {
		switch fields.Key() {
		case "Received":
			trace = append(trace, traceField{received: true, id: receivedBy(fields.Value())})
		case "Authentication-Results":
			trace = append(trace, traceField{id: authservID(fields.Value()), value: fields.Value()})
		}
	}
	return trace
}

// byHost finds the host that wrote a Received field (RFC 5321 section 4.4).
var byHost = regexp.MustCompile(`(?i)(?:^|[\s)])by\s+([a-z0-9._:\[\]-]{1,255})`)

func receivedBy(value string) string {
	match := byHost.FindStringSubmatch(value[:min(len(value), 2000)])
	if match == nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(match[1], "."))
}

// authservID is the name at the beginning of the field, "" when it begins with a
// result at once, as Exchange writes it. An unknown version says nothing.
func authservID(value string) string {
	plain, _ := plainResults(value)
	head, _, _ := strings.Cut(plain, ";")
	words := strings.Fields(head)
	if len(words) == 0 || strings.Contains(words[0], "=") || len(words) > 1 && words[1] != "1" {
		return ""
	}
	return words[0]
}

// cameIn tells that a field below these came in with the mail: our own servers
// took the mail over from somebody else's after it was written.
func cameIn(above []traceField, id string) bool {
	ours := false
	for _, t := range above {
		switch {
		case sameOrganisation(t.id, id):
			ours = true
		case ours && organisation(t.id) != "":
			return true
		}
	}
	return false
}

// ownBlock tells that all the fields trace[top:end] were written by our server:
// its own Received stands right below them, and none above. What came with the
// mail stands below that Received.
func ownBlock(trace []traceField, top, end int, id string) bool {
	if end >= len(trace) || !trace[end].received || !strings.EqualFold(trace[end].id, id) {
		return false
	}
	return !slices.ContainsFunc(trace[:top], func(t traceField) bool { return strings.EqualFold(t.id, id) })
}

// exchangeDomain is where the servers of Exchange Online are.
const exchangeDomain = "outlook.com"

// exchangeName is the name under which the configuration trusts Exchange
// Online, whose results bear none. The fields X-MS-Exchange-Organization tell
// that the mail is in such an organisation: its servers remove them from what
// comes in.
func (r *reading) exchangeName() string {
	if !r.outer.Header.Has("X-Ms-Exchange-Organization-Authsource") {
		return ""
	}
	for _, trusted := range r.env.TrustedAuthserv {
		if lower := strings.ToLower(trusted); lower == exchangeDomain || strings.HasSuffix(lower, "."+exchangeDomain) {
			return trusted
		}
	}
	return ""
}

// byExchange tells that the topmost results were written by Exchange Online: no
// name stands in them, its own Received right below, and nobody else's above.
func byExchange(trace []traceField, top int) bool {
	inside := func(t traceField) bool { return strings.HasSuffix(t.id, "."+exchangeDomain) }
	if trace[top].id != "" || top+1 >= len(trace) || !trace[top+1].received || !inside(trace[top+1]) {
		return false
	}
	return !slices.ContainsFunc(trace[:top], func(t traceField) bool { return !inside(t) })
}
