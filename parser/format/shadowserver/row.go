package shadowserver

import (
	"regexp"
	"strings"

	"postern/parser/format"
)

// row is the cells of one row under the names of their columns.
type row struct {
	heading heading
	cells   []string
}

// get gives the first of the columns that is filled.
func (r row) get(names ...string) string {
	for _, name := range names {
		if n, there := r.heading.at[name]; there && n < len(r.cells) && r.cells[n] != "" {
			return r.cells[n]
		}
	}
	return ""
}

// incident makes one row an incident, and adds what it names beside addresses.
func (f feed) incident(h heading, cells []string, found *names) format.Incident {
	r := row{h, cells}
	i := format.Incident{Category: f.category, Time: r.time(), Description: f.describe(r), Fields: r.fields(), Endpoints: []format.Endpoint{}}
	var sources, targets format.List
	for _, end := range f.ends(r, i.Time) {
		i.Endpoints = append(i.Endpoints, end)
		if end.Role == source {
			sources.Add(end.Address)
		} else {
			targets.Add(end.Address)
		}
	}
	f.observe(r, found)
	if len(i.Endpoints) == 0 {
		f.without(r, &sources, &targets)
	}
	i.Sources, i.Targets = sources.Values(), targets.Values()
	return i
}

// odd tells a row with an address, a port or a time that is none.
func odd(h heading, cells []string, i format.Incident) bool {
	r := row{h, cells}
	if i.Time == "" && r.get("timestamp", "date_published") != "" {
		return true
	}
	for _, name := range [...]string{"ip", "src_ip", "http_referer_ip"} {
		if _, ok := format.Address(r.get(name)); !ok && r.get(name) != "" {
			return true
		}
	}
	for _, name := range [...]string{"port", "src_port"} {
		if _, ok := format.Port(r.get(name)); !ok && strings.Trim(r.get(name), "0") != "" {
			return true
		}
	}
	return false
}

// time is when it was seen; all times of Shadowserver are UTC.
func (r row) time() string {
	at, ok := format.ReadTime(r.get("timestamp", "date_published"))
	if !ok {
		return ""
	}
	return at.UTC
}

// fields are the filled cells of the row.
func (r row) fields() map[string]any {
	fields := make(map[string]any, len(r.cells))
	for n, cell := range r.cells {
		if n < len(r.heading.names) && cell != "" && r.heading.names[n] != "" {
			fields[r.heading.names[n]] = cell
		}
	}
	return fields
}

// describe says in a line what the row is about.
func (f feed) describe(r row) string {
	said := f.title
	for _, name := range [...]string{"infection", "malware", "family", "tag", "reason", "entity_name"} {
		if value := r.get(name); value != "" {
			return said + ": " + format.Cut(strings.Join(strings.Fields(value), " "), 200)
		}
	}
	return said
}

// ends are the two ends of an event, or the one host of a report.
func (f feed) ends(r row, at string) (ends []format.Endpoint) {
	add := func(role, address, port string) {
		host, ok := format.Address(address)
		if !ok {
			return
		}
		number, _ := format.Port(port)
		end := format.Endpoint{Role: role, Address: host, Port: number, Protocol: protocol(r), Time: at, Zone: format.ZoneStated}
		if at == "" {
			end.Zone = format.ZoneAssumed
		}
		ends = append(ends, end)
	}
	switch {
	case r.heading.has("src_ip") && !r.heading.has("ip"):
		add(f.role, r.get("src_ip"), r.get("src_port"))
		if f.victims {
			add(target, r.get("dst_ip"), r.get("dst_port"))
		}
	case r.heading.has("http_referer_ip"):
		add(f.role, r.get("http_referer_ip"), r.get("http_referer_port"))
	case r.heading.has("ip"):
		add(f.role, r.get("ip"), r.get("port", "src_port"))
	default:
		add(target, r.get("dst_ip"), r.get("dst_port"))
	}
	return ends
}

// protocol is tcp, udp and the like; a longer word is something else.
func protocol(r row) string {
	word := strings.ToLower(r.get("protocol", "proto", "transport", "type"))
	if len(word) > maxProtocol {
		return ""
	}
	return word
}

const maxProtocol = 10

// without names whom a row without addresses is about.
func (f feed) without(r row, sources, targets *format.List) {
	if f.role == source {
		sources.Add(r.get("url", "request", "hostname"))
		return
	}
	targets.Add(r.get("email", "website", "hostname", "url"))
}

// names collects what rows name beside their hosts, each once in each role.
type names struct {
	list []format.Observable
	seen map[format.Observable]bool
}

func (n *names) add(role, value string) {
	one := format.Observable{Value: value, Role: role}
	if n.seen[one] || len(n.list) >= format.MaxIncidents {
		return
	}
	if n.seen == nil {
		n.seen = make(map[format.Observable]bool)
	}
	n.seen[one] = true
	n.list = append(n.list, one)
}

// domainName tells a name from an address and from a word.
var domainName = regexp.MustCompile(`^(?:[A-Za-z0-9_-]{1,63}\.){1,10}[A-Za-z][A-Za-z0-9-]{1,62}\.?$`)

// cve finds vulnerabilities in tags.
var cve = regexp.MustCompile(`(?i)\bcve-\d{4}-\d{4,7}\b`)

// observe adds AS numbers, host names, links, hashes and vulnerabilities of a row.
// The host has the role of its address; a link that a bot asked for, or a file
// it brought, is nobody's host.
func (f feed) observe(r row, found *names) {
	add := func(role, value string) {
		if value != "" && !strings.ContainsAny(value, " \t\n") {
			found.add(role, value)
		}
	}
	for _, column := range [...]string{"asn", "src_asn", "http_referer_asn"} {
		if number, ok := format.ASN(r.get(column)); ok {
			add(f.role, number)
		}
	}
	for _, column := range [...]string{"hostname", "src_hostname", "http_referer_hostname"} {
		if host := r.get(column); strings.Contains(host, ".") {
			add(f.role, host)
		}
	}
	for _, column := range [...]string{"url", "cc_url", "cc_ip", "cc_dns", "payload_url", "redirect_target", "beacon_host", "leak_site_url", "sender"} {
		if value := r.get(column); strings.Contains(value, ".") && value[0] != '/' {
			add(source, value)
		}
	}
	add(source, r.page())
	for _, column := range [...]string{"http_host", "query", "dst_host"} { // the name that was asked for
		if host := r.get(column); domainName.MatchString(host) {
			add("", host)
		}
	}
	for _, column := range hashColumns {
		add("", r.get(column))
	}
	if email := r.get("email"); strings.Contains(email, "@") {
		add(f.role, email)
	}
	for _, number := range cve.FindAllString(r.get("tag")+" "+r.get("vulnerability_id"), 10) {
		add("", strings.ToUpper(number))
	}
}

// page is the link of a page of which the row gives the path and, in another
// column, the host.
func (r row) page() string {
	path, host := r.get("url"), r.get("http_host")
	if !strings.HasPrefix(path, "/") || !domainName.MatchString(host) {
		return ""
	}
	if r.get("port") == "443" {
		return "https://" + host + path
	}
	return "http://" + host + path
}

// hashColumns hold the hashes of malware, not those of certificates and keys.
var hashColumns = [...]string{"md5", "sha1", "sha256", "sha512", "md5hash", "payload_md5", "file_md5", "file_sha256", "binary_md5", "binary_sha256", "config_md5", "config_sha256"}
