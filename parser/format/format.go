// Package format has what all structured report formats share: the words of an
// incident, where in a mail a document may stand, JSON and XML read tolerantly
// and bounded, and hosts, ports and times as programs write them. Each format is a
// small package below this one.
package format

// Incident is one thing that happened, as a structured report states it. A
// mail may carry several: a feed has one for each row.
type Incident struct {
	Category    string         `json:"category"` // RSIT "class/type", "" when the format does not say
	Time        string         `json:"time"`     // RFC 3339 UTC, "" when not stated
	Sources     []string       `json:"sources"`  // addresses, domains or URLs that did it
	Targets     []string       `json:"targets"`  // what it was done to
	Description string         `json:"description"`
	Fields      map[string]any `json:"fields"` // the format's own row or element, under its own names
	Endpoints   []Endpoint     `json:"endpoints"`
}

// Endpoint keeps together what one log line says about one end of a connection.
type Endpoint struct {
	Role     string `json:"role"` // source | target
	Address  string `json:"address"`
	Port     int    `json:"port"` // 0 when not stated
	Protocol string `json:"protocol"`
	Time     string `json:"time"` // RFC 3339, or as written when no zone was stated
	Zone     string `json:"zone"` // stated | assumed
}
