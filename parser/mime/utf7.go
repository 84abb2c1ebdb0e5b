package mime

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// fromUTF7 reads UTF-7 (RFC 2152), which old Exchange servers still send and no
// library here knows. What is no right UTF-7 stays as it is.
func fromUTF7(octets []byte) string {
	var b strings.Builder
	text := string(octets)
	for {
		before, rest, ok := strings.Cut(text, "+")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		n := 0
		for n < len(rest) && base64Signs[rest[n]] > 1 && rest[n] != '-' && rest[n] != '_' {
			n++
		}
		b.WriteString(utf7Run(rest[:n]))
		text = strings.TrimPrefix(rest[n:], "-")
	}
}

// utf7Run decodes the base64 of UTF-16 between "+" and "-"; empty is a plus sign.
func utf7Run(run string) string {
	if run == "" {
		return "+"
	}
	octets, err := base64.RawStdEncoding.DecodeString(run)
	if err != nil && len(octets) == 0 {
		return "+" + run
	}
	units := make([]uint16, len(octets)/2)
	for i := range units {
		units[i] = uint16(octets[2*i])<<8 | uint16(octets[2*i+1])
	}
	return string(utf16.Decode(units))
}
