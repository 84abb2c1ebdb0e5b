package mime

import (
	"bytes"
	"regexp"
	"strings"
)

// designates tells whether bytes call in a set beyond plain ISO-2022-JP: those of
// ISO-2022-JP-1, -2 and -3.
func designates(octets []byte) bool {
	for _, sign := range [...]string{"\x1b$(", "\x1b$A", "\x1b."} {
		if bytes.Contains(octets, []byte(sign)) {
			return true
		}
	}
	return false
}

// stripped finds Japanese between shifts that lost their escape, as gateways and
// archives make by leaving out control signs: pairs of signs between "$B" and "(B".
var stripped = regexp.MustCompile(`\$[@B]((?:[!-~][!-~])+?)\([BJ]`)

// fromStripped reads ISO-2022-JP without its escapes. ok is false when there is
// nothing of it, or when what it gives is no Japanese.
func fromStripped(octets []byte) (text string, ok bool) {
	found := stripped.FindAllSubmatchIndex(octets, -1)
	var b strings.Builder
	from := 0
	for _, at := range found {
		japanese := designation{charset: "euc-jp"}.read(octets[at[2]:at[3]])
		if strings.Contains(japanese, "\ufffd") {
			return "", false
		}
		b.Write(octets[from:at[0]])
		b.WriteString(japanese)
		from = at[1]
	}
	b.Write(octets[from:])
	return b.String(), len(found) > 0
}

// designation is one escape sequence and the set it calls in: a charset in which
// the set stands with its high bits on, behind a lead where it takes one.
type designation struct {
	escape, charset, lead string
}

// designations are those of RFC 1468, RFC 1554, RFC 2237 and ISO-2022-JP-3, whose
// first plane is read as JIS X 0208, of which it is an extension.
var designations = []designation{
	{"\x1b(B", "", ""}, {"\x1b(J", "", ""}, {"\x1b(H", "", ""},
	{"\x1b(I", "shift_jis", ""}, // syllables of half width (JIS X 0201)
	{"\x1b$@", "euc-jp", ""}, {"\x1b$B", "euc-jp", ""}, {"\x1b$(B", "euc-jp", ""}, {"\x1b$(@", "euc-jp", ""},
	{"\x1b$(O", "euc-jp", ""}, {"\x1b$(Q", "euc-jp", ""}, {"\x1b$(D", "euc-jp", "\x8f"},
	{"\x1b$A", "gb18030", ""}, {"\x1b$(A", "gb18030", ""},
	{"\x1b$(C", "euc-kr", ""},
}

// fromISO2022 reads text that shifts between the sets of several countries
// (RFC 1554). What it does not know stays as it is; each line begins in ASCII.
func fromISO2022(octets []byte) string {
	var b strings.Builder
	set, single := designation{}, "iso-8859-1"
	for len(octets) > 0 {
		n := 1
		next, known := designated(octets)
		switch {
		case known:
			set, n = next, len(next.escape)
		case bytes.HasPrefix(octets, []byte("\x1b.")) && len(octets) > 2: // the set of which signs are called one by one
			single, n = map[bool]string{true: "iso-8859-7", false: "iso-8859-1"}[octets[2] == 'F'], 3
		case bytes.HasPrefix(octets, []byte("\x1bN")) && len(octets) > 2:
			b.WriteString(decoded([]byte{octets[2] | 0x80}, single))
			n = 3
		case octets[0] == '\n':
			set = designation{}
			b.WriteByte('\n')
		default:
			n = stretch(octets)
			b.WriteString(set.read(octets[:n]))
		}
		octets = octets[n:]
	}
	return b.String()
}

// designated gives the designation that begins the bytes.
func designated(octets []byte) (designation, bool) {
	if octets[0] != escape {
		return designation{}, false
	}
	for _, row := range designations {
		if bytes.HasPrefix(octets, []byte(row.escape)) {
			return row, true
		}
	}
	return designation{}, false
}

// stretch is how many bytes go on in one set: up to the next escape or line break.
func stretch(octets []byte) int {
	if end := bytes.IndexAny(octets[1:], "\x1b\n"); end >= 0 {
		return end + 1
	}
	return len(octets)
}

// read reads a stretch in the set.
func (d designation) read(octets []byte) string {
	if d.charset == "" {
		return string(octets)
	}
	raised := make([]byte, 0, len(octets)*2)
	for n, c := range octets {
		if c > ' ' && c < 0x7f {
			if n%2 == 0 {
				raised = append(raised, d.lead...)
			}
			c |= 0x80
		}
		raised = append(raised, c)
	}
	return decoded(raised, d.charset)
}
