package logline

import (
	"net/netip"
	"strings"
)

// The columns of a traffic or threat record of PAN-OS, counted from its type
// ("Syslog Field Descriptions"); the addresses of its address translation stand
// between those of the ends and are none.
const (
	threatTime     = 3
	threatSource   = 4
	threatTarget   = 5
	threatPorts    = 21
	threatProtocol = 26
	longestThreat  = 64
)

// threatLog reads the one log in use whose columns say nothing about themselves:
// "…,THREAT,url,2560,2026/11/20 14:02:11,203.0.113.5,192.0.2.9,…".
func threatLog(line string) (record, bool) {
	kind := strings.Index(line, ",TRAFFIC,")
	if kind < 0 {
		kind = strings.Index(line, ",THREAT,")
	}
	if kind < 0 {
		return record{}, false
	}
	cells := strings.SplitN(line[kind+1:], ",", longestThreat)
	if len(cells) <= threatProtocol || !isAddress(cells[threatSource]) || !isAddress(cells[threatTarget]) {
		return record{}, false
	}
	one := record{source: cells[threatSource], target: cells[threatTarget], protocol: protocolOf(cells[threatProtocol])}
	portInto(&one.sourcePort, cells[threatPorts])
	portInto(&one.targetPort, cells[threatPorts+1])
	one.at, _ = findStamp(cells[threatTime])
	return one, true
}

func isAddress(cell string) bool {
	address, err := netip.ParseAddr(cell)
	return err == nil && address.Zone() == "" && address.String() == cell
}
