package iodef

import (
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"strings"

	"postern/parser/format"
)

// addressValue gives the value of a Node's Address or NodeName, and whether it
// is one address. The category says what it is (RFC 7970 section 3.18.1); where
// it is missing or wrong, the value does.
func addressValue(element *format.Element) (value string, isAddress bool) {
	written := element.Line()
	category := strings.ToLower(element.Attr("category"))
	switch {
	case category == "mac" || category == "atm":
		return "", false
	case category == "asn":
		asn, _ := format.ASN(written)
		return asn, false
	case strings.HasSuffix(category, "-mask"):
		return maskedNet(written), false
	}
	if address, ok := format.Address(written); ok {
		return address, true
	}
	return format.Host(written), false
}

// maskedNet reads "192.0.2.0/255.255.255.0", also with a blank.
func maskedNet(written string) string {
	base, mask, _ := strings.Cut(strings.ReplaceAll(written, " ", "/"), "/")
	address, err := netip.ParseAddr(base)
	bits, err2 := netip.ParseAddr(mask)
	if err != nil || err2 != nil || address.Is4() != bits.Is4() {
		return format.Host(written)
	}
	ones := 0
	for _, octet := range bits.AsSlice() {
		for ; octet&0x80 != 0; octet <<= 1 {
			ones++
		}
	}
	return netip.PrefixFrom(address, ones).Masked().String()
}

// service is a port with its protocol.
type service struct {
	port     int
	protocol string
}

// maxPorts are kept of one System; a scan may name all there are.
const maxPorts = 200

// services reads the ports of a System.
func services(system *format.Element) []service {
	var list []service
	for _, element := range system.All("Service") {
		protocol := protocolName(element.Attr("ip_protocol") + element.Attr("ip-protocol"))
		ports := portNumbers(element.Value("Port") + "," + element.Value("Portlist"))
		if len(ports) == 0 && protocol != "" {
			ports = []int{0}
		}
		for _, port := range ports {
			if len(list) < maxPorts {
				list = append(list, service{port, protocol})
			}
		}
	}
	return list
}

// protocolName knows the protocols that carry ports, and ICMP (RFC 5237 registry).
func protocolName(number string) string {
	switch strings.TrimSpace(number) {
	case "1", "58":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "132":
		return "sctp"
	}
	return strings.ToLower(strings.TrimSpace(number))
}

// portNumbers reads "22,80,8000-8010" (RFC 7970 section 2.11).
func portNumbers(written string) []int {
	var ports []int
	for word := range strings.FieldsFuncSeq(written, func(c rune) bool { return c == ',' || c == ' ' }) {
		from, to, isRange := strings.Cut(word, "-")
		first, ok := format.Port(from)
		last := first
		if isRange {
			last, _ = format.Port(to)
		}
		for port := first; ok && port <= last && len(ports) < maxPorts; port++ {
			ports = append(ports, port)
		}
	}
	return ports
}

// digest reads the value of a hash: base64 as XML signatures write it, or the
// hexadecimal that many write instead.
func digest(written string) string {
	plain := strings.TrimRight(strings.Join(strings.Fields(written), ""), "=")
	if _, err := hex.DecodeString(plain); err == nil && hashOf(plain) != "" {
		return strings.ToLower(plain)
	}
	octets, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil {
		return ""
	}
	return hashOf(hex.EncodeToString(octets))
}

// hashOf gives a hexadecimal text if it is as long as a hash that we know.
func hashOf(hexadecimal string) string {
	switch len(hexadecimal) {
	case 32, 40, 64, 128:
		return hexadecimal
	}
	return ""
}

// typed gives the values in a line of a bulk observable of one type, none for
// types that no indicator is made of (RFC 7970 section 3.29.3.1).
func typed(kind, line string) []string {
	line = strings.TrimSpace(line)
	first, rest, _ := strings.Cut(line, ",")
	second, _, _ := strings.Cut(rest, ",")
	switch kind = strings.ToLower(kind); {
	case kind == "asn":
		asn, _ := format.ASN(line)
		return []string{asn}
	case strings.HasSuffix(kind, "-mask"):
		return []string{maskedNet(line)}
	case kind == "ipv4-port", kind == "ipv6-port":
		if address, _, ok := format.AddressPort(line); ok {
			return []string{address}
		}
		return []string{format.Host(first)}
	case strings.HasPrefix(kind, "domain-to-"):
		return []string{format.Host(first), format.Host(second)}
	case strings.HasSuffix(kind, "-timestamp"):
		return []string{format.Host(first)}
	case strings.HasPrefix(kind, "mac"), strings.Contains(kind, "registry"), strings.Contains(kind, "file-name"), strings.Contains(kind, "subject"), kind == "http-user-agent", kind == "mutex", kind == "file-path", kind == "username":
		return nil
	case strings.Contains(kind, "hash"):
		return []string{digest(line)}
	}
	return []string{format.Host(line)}
}
