package stix

import (
	"slices"
	"strings"

	"postern/parser/format"
)

// findings is what one object names.
type findings struct {
	sources, targets, named format.List
	connections             []connection
}

// connection is one end of network traffic with its port and protocol.
type connection struct {
	role, address, protocol string
	port                    int
}

// maxConnections are kept of one object.
const maxConnections = 1_000

// sortedKeys gives the keys of an object in a fixed order.
func sortedKeys(object format.Object) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// all gives everything, whatever its side.
func (f *findings) all() []string {
	return slices.Concat(f.sources.Values(), f.targets.Values(), f.named.Values())
}

// endpoints gives the ends of the connections with the time of the object.
func (f *findings) endpoints(at format.Moment) []format.Endpoint {
	list := []format.Endpoint{}
	for _, end := range f.connections {
		list = append(list, format.Endpoint{Role: end.role, Address: end.address, Port: end.port, Protocol: end.protocol, Time: at.Written, Zone: at.Zone})
	}
	return list
}

// observable reads a cyber-observable object (section 6); lookup finds those it
// refers to.
func (f *findings) observable(object format.Object, lookup func(string) format.Object) {
	switch object.Text("type") {
	case "ipv4-addr", "ipv6-addr", "domain-name", "url", "email-addr":
		f.named.Add(format.Host(object.Text("value")))
	case "autonomous-system":
		asn, _ := format.ASN(object.Text("number"))
		f.named.Add(asn)
	case "file", "artifact", "x509-certificate":
		f.hashes(object)
		f.named.Add(object.Text("url"))
	case "email-message":
		f.sources.Add(lookup(object.Text("from_ref")).Text("value"), lookup(object.Text("sender_ref")).Text("value"))
		for _, ref := range object.Texts("to_refs", "cc_refs", "bcc_refs") {
			f.targets.Add(lookup(ref).Text("value"))
		}
	case "network-traffic":
		f.traffic(object, lookup)
	}
}

// hashes names those of a kind that we know.
func (f *findings) hashes(object format.Object) {
	hashes := object.Object("hashes")
	for _, name := range [...]string{"SHA-512", "SHA-256", "SHA-1", "MD5", "SHA512", "SHA256", "SHA1"} {
		f.named.Add(strings.ToLower(hashes.Text(name)))
	}
}

// traffic reads the two ends of a connection (section 6.12).
func (f *findings) traffic(object format.Object, lookup func(string) format.Object) {
	protocol := ""
	for _, name := range object.Texts("protocols") {
		if protocol == "" || name == "tcp" || name == "udp" || name == "icmp" {
			protocol = strings.ToLower(name)
		}
	}
	for _, side := range [...]struct{ role, ref, port string }{{"source", "src_ref", "src_port"}, {"target", "dst_ref", "dst_port"}} {
		value := format.Host(lookup(object.Text(side.ref)).Text("value"))
		port, _ := format.Port(object.Text(side.port))
		f.side(side.role, value)
		f.connect(connection{side.role, value, protocol, port})
	}
}

func (f *findings) side(role, value string) {
	if role == "target" {
		f.targets.Add(value)
		return
	}
	f.sources.Add(value)
}

// connect keeps an end whose address is one.
func (f *findings) connect(end connection) {
	if _, ok := format.Address(end.address); ok && len(f.connections) < maxConnections {
		f.connections = append(f.connections, end)
	}
}

// pattern files the values of a pattern: what a hostile pattern asks for is a
// source. Where it asks for both ends of a connection, the far end is a target.
func (f *findings) pattern(comparisons []comparison, harmless bool) {
	both := 0
	for _, c := range comparisons {
		if strings.HasPrefix(c.path, "network-traffic:src_ref") {
			both |= 1
		}
		if strings.HasPrefix(c.path, "network-traffic:dst_ref") {
			both |= 2
		}
	}
	if !harmless {
		f.ports(comparisons)
	}
	for _, c := range comparisons {
		value, isHost := patternValue(c)
		switch {
		case value == "":
		case !isHost || harmless:
			f.named.Add(value)
		case both == 3 && strings.HasPrefix(c.path, "network-traffic:dst_ref"):
			f.targets.Add(value)
		default:
			f.sources.Add(value)
		}
	}
}

// ports keeps together what a pattern asks of one connection: addresses, each with
// the port and the protocol that stand in the same brackets.
func (f *findings) ports(comparisons []comparison) {
	for from := 0; from < len(comparisons); {
		to := from + 1
		for to < len(comparisons) && comparisons[to].group == comparisons[from].group {
			to++
		}
		f.portsOf(comparisons[from:to])
		from = to
	}
}

// portsOf reads one observation. Without a port its addresses are no ends of a
// connection.
func (f *findings) portsOf(comparisons []comparison) {
	var source, target connection
	for _, c := range comparisons {
		switch {
		case strings.HasSuffix(c.path, ".type"):
		case strings.HasPrefix(c.path, "network-traffic:src_ref"):
			source.address = format.Host(c.value)
		case strings.HasPrefix(c.path, "network-traffic:dst_ref"), c.path == "ipv4-addr:value", c.path == "ipv6-addr:value":
			target.address = format.Host(c.value)
		case c.path == "network-traffic:src_port":
			source.port, _ = format.Port(c.value)
		case c.path == "network-traffic:dst_port":
			target.port, _ = format.Port(c.value)
		case strings.HasPrefix(c.path, "network-traffic:protocols"):
			source.protocol, target.protocol = strings.ToLower(c.value), strings.ToLower(c.value)
		}
	}
	source.role, target.role = "source", "target"
	if source.address == "" { // what a hostile pattern asks for is hostile
		target.role = "source"
	}
	for _, end := range [...]connection{source, target} {
		if source.port+target.port > 0 {
			f.connect(end)
		}
	}
}

// patternValue gives the observable that a comparison asks for, "" for what is
// none, and whether it can be the source of anything.
func patternValue(c comparison) (value string, isHost bool) {
	kind, property, _ := strings.Cut(c.path, ":")
	property = strings.ToLower(property)
	switch {
	case strings.Contains(property, "hashes"):
		return strings.ToLower(c.value), false
	case kind == "autonomous-system" && property == "number", strings.HasSuffix(property, "_refs[*].number"):
		asn, _ := format.ASN(c.value)
		return asn, true
	case strings.HasSuffix(property, "port"), kind == "process", kind == "windows-registry-key", kind == "mutex", kind == "user-account", kind == "directory":
		return "", false
	case property == "value", strings.HasSuffix(property, "_ref.value"), strings.HasSuffix(property, "_refs[*].value"), strings.HasSuffix(property, ".host"):
		return format.Host(c.value), true
	}
	return "", false
}
