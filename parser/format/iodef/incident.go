package iodef

import (
	"strings"

	"postern/parser/format"
)

// collector gathers what one incident says, however deep it stands.
type collector struct {
	d         *format.Detected
	sources   format.List
	targets   format.List
	endpoints []format.Endpoint
	text      format.List // descriptions
	at        format.Moment
}

// maxEndpoints are kept of one incident.
const maxEndpoints = 10_000

// maxDescription bounds the descriptions of one incident, in bytes.
const maxDescription = 4_000

// read says in our words what an incident says in its own.
func read(d *format.Detected, incident *format.Element) format.Incident {
	c := collector{d: d, endpoints: []format.Endpoint{}}
	at, stated := happened(incident)
	c.at = at
	c.event(incident, at)
	for _, data := range append(incident.All("IndicatorData"), incident) { // RFC 8727 has no class between
		for _, found := range data.All("Indicator") {
			c.indicator(found)
		}
	}
	fields, _ := incident.Fields().(map[string]any)
	i := format.Incident{
		Category: category(incident), Sources: c.sources.Values(), Targets: c.targets.Values(), Endpoints: c.endpoints, Fields: fields,
		Description: format.Cut(strings.Join(c.text.Values(), "\n"), maxDescription),
	}
	if stated {
		i.Time = at.UTC
	}
	return i
}

// happened is the time of an incident: its own, or that of its first event, or
// the time of the report when there is no other.
func happened(incident *format.Element) (format.Moment, bool) {
	for _, name := range [...]string{"StartTime", "DetectTime", "EndTime"} {
		if at, ok := format.ReadTime(incident.Value(name)); ok {
			return at, true
		}
	}
	for _, event := range incident.All("EventData") {
		if at, ok := happened(event); ok {
			return at, true
		}
	}
	return moment(incident)
}

// event reads an Incident or EventData, and those inside it, which inherit its
// time (RFC 7970 section 3.14.2).
func (c *collector) event(event *format.Element, at format.Moment) {
	if own, ok := moment(event); ok && event.Name == "EventData" {
		at = own
	}
	for _, description := range event.All("Description") {
		c.text.Add(description.Line())
		c.d.Say(description.Text)
	}
	for _, method := range event.All("Method") {
		c.method(method)
	}
	for _, flow := range event.All("Flow") {
		for _, system := range flow.All("System") {
			c.system(system, at, "")
		}
	}
	for _, system := range event.All("System") {
		c.system(system, at, "")
	}
	for _, data := range event.All("RecordData") { // where Record was left out
		c.record(data)
	}
	for _, record := range event.All("Record") {
		for _, data := range record.All("RecordData") {
			c.record(data)
		}
	}
	for _, more := range event.All("AdditionalData") {
		c.phraud(more.Child("PhraudReport"))
	}
	for _, inner := range event.All("EventData") {
		c.event(inner, at)
	}
}

// method names the weaknesses that were used.
func (c *collector) method(method *format.Element) {
	for _, description := range method.All("Description") {
		c.d.Say(description.Text)
	}
	for _, reference := range method.All("Reference", "Vulnerability") {
		c.reference(reference)
	}
}

// reference names a CVE, by its name (RFC 5070) or by its enumeration (RFC 7495).
func (c *collector) reference(reference *format.Element) {
	for _, element := range append(reference.Children, reference) {
		name := strings.ToUpper(element.Line())
		if strings.HasPrefix(name, "CVE-") {
			c.d.Name("", name)
		}
		for _, inner := range element.All("ID") {
			if name := strings.ToUpper(inner.Line()); strings.HasPrefix(name, "CVE-") {
				c.d.Name("", name)
			}
		}
	}
}

// role is the side that a System stands on; "" for those on neither.
func role(system *format.Element) string {
	side := strings.ToLower(system.Attr("category"))
	switch {
	case strings.Contains(side, "source") && strings.EqualFold(system.Attr("spoofed"), "yes"):
		return "" // whoever did it only said that he was this one
	case strings.Contains(side, "source"):
		return "source"
	case strings.Contains(side, "target"), strings.Contains(side, "destination"):
		return "target"
	}
	return ""
}

// system reads a host or network with its ports. A side that is not stated is
// the one given.
func (c *collector) system(system *format.Element, at format.Moment, otherwise string) {
	side := role(system)
	if side == "" && system.Attr("category") == "" {
		side = otherwise
	}
	for _, description := range system.All("Description") {
		c.d.Say(description.Text)
	}
	if strings.EqualFold(system.Attr("category"), "sensor") {
		return // it only saw
	}
	ports := services(system)
	for _, node := range system.All("Node") {
		c.node(node, at, side, ports)
	}
	for _, file := range system.All("FileData") {
		c.files(file)
	}
}

func (c *collector) node(node *format.Element, at format.Moment, side string, ports []service) {
	if own, ok := format.ReadTime(node.Value("DateTime")); ok {
		at = own
	}
	for _, name := range node.All("NodeName", "Address") {
		value, isAddress := addressValue(name)
		c.put(side, value)
		if isAddress && side != "" {
			c.end(side, value, at, ports)
		}
	}
	for _, domain := range node.All("DomainData") {
		c.put(side, domain.Value("Name"))
	}
}

// put files a value on its side.
func (c *collector) put(side string, values ...string) {
	switch side {
	case "source":
		c.sources.Add(values...)
	case "target":
		c.targets.Add(values...)
	default:
		c.d.Name("", values...)
	}
}

// end keeps address, port, protocol and time together, one for each port.
func (c *collector) end(side, address string, at format.Moment, ports []service) {
	if at.Zone == "" {
		at.Zone = format.ZoneAssumed
	}
	if len(ports) == 0 {
		ports = []service{{}}
	}
	for _, port := range ports {
		if len(c.endpoints) >= maxEndpoints {
			return
		}
		c.endpoints = append(c.endpoints, format.Endpoint{Role: side, Address: address, Port: port.port, Protocol: port.protocol, Time: at.Written, Zone: at.Zone})
	}
}

// record reads the lines of a log and what else was found.
func (c *collector) record(data *format.Element) {
	for _, element := range data.All("Description", "RecordItem", "RecordPattern") {
		c.d.Say(element.Text)
	}
	for _, file := range data.All("FileData") {
		c.files(file)
	}
	for _, hashes := range data.All("HashData") {
		c.hashes(hashes)
	}
}
