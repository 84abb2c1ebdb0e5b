package wkd

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// inside are the ranges that lie within 2000::/3 and IPv4 and reach no stranger's server:
// our own networks, machines and their makers', and addresses that carry such ones
// in themselves (IANA special-purpose address registries, RFC 6890).
var inside = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

var (
	unicast = netip.MustParsePrefix("2000::/3")     // all of IPv6 that is given out
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // IPv4 seen from a network without (RFC 6052)
)

func prefixes(texts ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// Public tells whether an address may belong to a server of somebody outside.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if nat64.Contains(addr) {
		b := addr.As16()
		addr = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !addr.IsValid() || addr.Is6() && !unicast.Contains(addr) {
		return false
	}
	for _, p := range inside {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}

// dialTimeout is for one address of a name; the next one may answer.
const dialTimeout = 5 * time.Second

// dialPublic connects to port 443 of public addresses. Each address is looked at
// when the name has been resolved and before a packet leaves: a name that says
// something else the second time gains nothing.
func dialPublic(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: dialTimeout, Control: onlyPublic}
	return dialer.DialContext(ctx, network, net.JoinHostPort(absolute(host), port))
}

// absolute keeps the search list of our own network away from a stranger's name.
func absolute(host string) string {
	if _, err := netip.ParseAddr(host); err == nil || strings.HasSuffix(host, ".") {
		return host
	}
	return host + "."
}

func onlyPublic(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if to.Port() != 443 || !Public(to.Addr()) {
		return fmt.Errorf("%s is no public web server and is not asked", address)
	}
	return nil
}
