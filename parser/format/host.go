package format

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Address reads an address as programs write it: plain, in brackets, or with
// "IPv6:" before it as mail servers do. An IPv4 address inside IPv6 is the IPv4
// address; one with a zone means something on one machine only.
func Address(written string) (string, bool) {
	plain := strings.Trim(strings.TrimSpace(written), "[]")
	if len(plain) > 5 && strings.EqualFold(plain[:5], "ipv6:") {
		plain = plain[5:]
	}
	address, err := netip.ParseAddr(plain)
	if err != nil || address.Zone() != "" {
		return "", false
	}
	return address.Unmap().String(), true
}

// AddressPort reads an address with or without a port behind it, as in
// "192.0.2.1:443" and "[2001:db8::1]:443"; the port is 0 when there is none.
func AddressPort(written string) (address string, port int, ok bool) {
	if address, ok := Address(written); ok {
		return address, 0, true
	}
	pair, err := netip.ParseAddrPort(strings.TrimSpace(written))
	if err != nil || pair.Addr().Zone() != "" {
		return "", 0, false
	}
	return pair.Addr().Unmap().String(), int(pair.Port()), true
}

// Host gives what a document calls its source or target: an address or prefix
// in its usual form, anything else as it is written, without blanks around it.
func Host(written string) string {
	written = strings.TrimSpace(written)
	if address, ok := Address(written); ok {
		return address
	}
	if prefix, err := netip.ParsePrefix(written); err == nil {
		if prefix.IsSingleIP() {
			return prefix.Addr().Unmap().String()
		}
		return prefix.Masked().String()
	}
	return strings.ToValidUTF8(written, "")
}

// Port reads a port number from 1 to 65535; what is none is 0.
func Port(written string) (int, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(written), 10, 16)
	if err != nil || n == 0 {
		return 0, false
	}
	return int(n), true
}

// ASN gives an AS number as "AS64500".
func ASN(written string) (string, bool) {
	digits := strings.TrimSpace(written)
	if len(digits) > 2 && strings.EqualFold(digits[:2], "as") {
		digits = strings.TrimSpace(digits[2:])
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n == 0 {
		return "", false
	}
	return "AS" + strconv.FormatUint(n, 10), true
}

// TLP gives the label of TLP 2.0 that a document means, in any case, with or
// without "TLP:", or as RFC 7970 and TLP 1.0 call it; "" when it means none.
func TLP(written string) string {
	label := strings.ToUpper(strings.Join(strings.Fields(written), ""))
	label = strings.TrimLeft(strings.TrimPrefix(label, "TLP"), ":-_=")
	switch label {
	case "WHITE", "CLEAR":
		return "CLEAR"
	case "AMBER+STRICT", "AMBER-STRICT", "AMBER_STRICT", "AMBERSTRICT":
		return "AMBER+STRICT"
	case "GREEN", "AMBER", "RED":
		return label
	}
	return ""
}

// TLPLabels are the labels of TLP 2.0 from the widest to the narrowest.
var TLPLabels = []string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}

// Narrower gives the stricter of two labels of TLP 2.0; "" is looser than any.
func Narrower(a, b string) string {
	if slices.Index(TLPLabels, b) > slices.Index(TLPLabels, a) {
		return b
	}
	return a
}
