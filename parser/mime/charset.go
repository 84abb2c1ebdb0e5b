package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// toUTF8 makes valid UTF-8 without NUL of bytes said to be in a charset. code
// says what was wrong: CodeUnknownCharset, CodeWrongCharset, CodeNUL or "".
func toUTF8(octets []byte, written string) (text, code string) {
	if written == "" || isUTF8Name(written) { // nearly all mail
		if utf8.Valid(octets) && bytes.IndexByte(octets, 0) < 0 && bytes.IndexByte(octets, escape) < 0 {
			return string(bytes.TrimPrefix(octets, byteOrderMark)), ""
		}
	}
	name := charsetName(written)
	switch {
	case marked16(octets) && !strings.HasPrefix(name, "utf-16"):
		text, code = fromMarked16(octets, name)
	case plainASCII(octets) && !stateful(name):
		text, code = fromASCII(octets)
	case name == "" || isUTF8Name(name):
		text, code = fromUTF8(octets)
	case name == "us-ascii": // there is a sign outside of it
		text, _ = fromUTF8(octets)
		code = CodeWrongCharset
	default:
		text, code = fromNamed(octets, name)
	}
	text, nul := clean(text)
	if code == "" {
		code = nul
	}
	return text, code
}

var byteOrderMark = []byte("\ufeff")

// escape begins the shifts of ISO 2022.
const escape = 0x1b

// fromASCII reads bytes below 128. Japanese mail of old programs shifts by
// escapes without a word about it; columns of NUL are UTF-16.
func fromASCII(octets []byte) (text, code string) {
	switch {
	case bytes.IndexByte(octets, escape) >= 0 && (bytes.Contains(octets, []byte("\x1b$B")) || bytes.Contains(octets, []byte("\x1b$@"))):
		if text, ok := decode(octets, "iso-2022-jp"); ok {
			return text, CodeWrongCharset
		}
	case unmarked16(octets) != "":
		if text, ok := decode(octets, unmarked16(octets)); ok {
			return text, CodeWrongCharset
		}
	}
	return string(octets), ""
}

// fromUTF8 reads bytes that ought to be UTF-8, or whose charset nobody said.
func fromUTF8(octets []byte) (text, code string) {
	octets = bytes.TrimPrefix(octets, byteOrderMark)
	if utf8.Valid(octets) {
		return string(octets), ""
	}
	if joined := joinSurrogates(octets); joined != nil && utf8.Valid(joined) {
		return string(joined), CodeWrongCharset
	}
	if mostlyUTF8(octets) {
		return mixed(octets), CodeWrongCharset
	}
	return guess(octets), CodeWrongCharset
}

// fromNamed reads bytes in a charset that go-message or the web knows.
func fromNamed(octets []byte, name string) (text, code string) {
	switch {
	case strings.HasPrefix(name, "utf-16") && bytes.IndexByte(octets, 0) < 0 && !marked16(octets) && utf8.Valid(octets):
		return string(octets), CodeWrongCharset // somebody on the way made single bytes of it
	case surelyUTF8(octets, name):
		return string(bytes.TrimPrefix(octets, byteOrderMark)), CodeWrongCharset
	case name == "utf-16" && !marked16(octets) && unmarked16(octets) != "":
		name = unmarked16(octets)
	case name == "utf-7":
		return fromUTF7(octets), ""
	case strings.HasPrefix(name, "iso-2022-jp") && bytes.IndexByte(octets, escape) < 0:
		if text, ok := fromStripped(octets); ok {
			return text, CodeWrongCharset
		}
	case strings.HasPrefix(name, "iso-2022-jp") && designates(octets):
		return fromISO2022(octets), ""
	case name == "iso-2022-kr" || name == "iso-2022-cn" || name == "iso-2022-cn-ext":
		octets, name = unshift(octets), map[bool]string{true: "euc-kr", false: "gb18030"}[name == "iso-2022-kr"]
	}
	if meant, ok := mislabelled(octets, name); ok {
		return decoded(octets, meant), CodeWrongCharset
	}
	text, ok := decode(octets, name)
	if ok && strings.HasPrefix(name, "iso-2022-jp") && strings.Contains(text, "\ufffd") { // a line that does not shift back at its end
		return fromISO2022(octets), ""
	}
	if !ok {
		if utf8.Valid(octets) {
			return string(octets), CodeUnknownCharset
		}
		return guess(octets), CodeUnknownCharset
	}
	if strings.Count(text, "\ufffd") > len(text)/20 && utf8.Valid(octets) {
		return string(octets), CodeWrongCharset
	}
	return text, ""
}

// decode gives the text in the charset of a right name.
func decode(octets []byte, name string) (string, bool) {
	if found := encodingOf(name); found != nil {
		decoded, err := found.NewDecoder().Bytes(octets)
		return strings.TrimPrefix(string(decoded), "\ufeff"), err == nil
	}
	if text, ok := fromTable(octets, name); ok {
		return text, true
	}
	reader, err := otherCharsets(name, bytes.NewReader(octets))
	if err != nil {
		return "", false
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(reader)
	return out.String(), err == nil
}

// surelyUTF8 tells UTF-8 under another name. In a charset of single bytes any
// valid sequence settles it; in one of two bytes it takes as many as chance
// does not make.
func surelyUTF8(octets []byte, name string) bool {
	if plainASCII(octets) || stateful(name) || name == "gb18030" && len(octets) < 6 || !utf8.Valid(octets) {
		return false
	}
	if singleByte(name) {
		return true
	}
	long, short := 0, 0
	for _, r := range string(octets[:min(len(octets), guessed)]) {
		switch {
		case r >= 0x800:
			long++
		case r >= utf8.RuneSelf:
			short++
		}
	}
	return long >= 2 && long > short || long+short >= 4
}

// marked16 tells UTF-16 that says so by its byte order mark (RFC 2781 section 3.2).
func marked16(octets []byte) bool {
	return bytes.HasPrefix(octets, []byte{0xff, 0xfe}) || bytes.HasPrefix(octets, []byte{0xfe, 0xff})
}

// fromMarked16 reads UTF-16 whose charset is said to be another one.
func fromMarked16(octets []byte, name string) (text, code string) {
	text, ok := decode(octets, "utf-16")
	if !ok || strings.Count(text, "\ufffd") > len(text)/20 || name == "utf-32le" {
		return fromNamed(octets, name)
	}
	return text, CodeWrongCharset
}

// unmarked16 names UTF-16 without a mark by its columns of NUL, "" when it is none.
func unmarked16(octets []byte) string {
	head := octets[:min(len(octets), 512)]
	even, odd := 0, 0
	for n, c := range head {
		if c == 0 && n%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	switch {
	case len(head) < 8:
	case odd > len(head)/3 && even <= odd/10:
		return "utf-16le"
	case even > len(head)/3 && odd <= even/10:
		return "utf-16be"
	}
	return ""
}

// unshift makes of the shifts of ISO 2022-KR and 2022-CN (RFC 1557, RFC 1922)
// the high bits of the same charset in EUC.
func unshift(octets []byte) []byte {
	out := make([]byte, 0, len(octets))
	shifted := false
	for i := 0; i < len(octets); i++ {
		switch c := octets[i]; {
		case c == escape && i+3 < len(octets) && octets[i+1] == '$':
			i += 3
		case c == 0x0e || c == 0x0f:
			shifted = c == 0x0e
		case shifted && c > ' ' && c < 0x7f:
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	return out
}

// joinSurrogates makes UTF-8 of what programs write that encode each half of a
// UTF-16 pair by itself (CESU-8, Unicode TR 26). nil when there is none of it.
func joinSurrogates(octets []byte) []byte {
	if !bytes.Contains(octets, []byte{0xed}) {
		return nil
	}
	out := make([]byte, 0, len(octets))
	for i := 0; i < len(octets); i++ {
		if high, low := surrogate(octets[i:], 0xa0), surrogate(octets[min(i+3, len(octets)):], 0xb0); high >= 0 && low >= 0 {
			out = utf8.AppendRune(out, 0x10000+rune(high)<<10+rune(low))
			i += 5
			continue
		}
		out = append(out, octets[i])
	}
	return out
}

// surrogate gives the ten bits of a half that begins here, -1 when none does.
// kind is the second byte's first value: 0xa0 for a high half, 0xb0 for a low one.
func surrogate(octets []byte, kind byte) int {
	if len(octets) < 3 || octets[0] != 0xed || octets[1]&0xf0 != kind || octets[2]&0xc0 != 0x80 {
		return -1
	}
	return int(octets[1]&0x0f)<<6 | int(octets[2]&0x3f)
}

// mixed reads UTF-8 with single bytes of windows-1252 in between, as lists and
// gateways make by adding lines.
func mixed(octets []byte) string {
	var b strings.Builder
	b.Grow(len(octets))
	for len(octets) > 0 {
		r, n := utf8.DecodeRune(octets)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(octets[0])
		}
		b.WriteRune(r)
		octets = octets[n:]
	}
	return b.String()
}

// mostlyUTF8 tells that there are more right UTF-8 sequences than wrong bytes.
func mostlyUTF8(octets []byte) bool {
	right, wrong := 0, 0
	for len(octets) > 0 {
		r, n := utf8.DecodeRune(octets)
		switch {
		case r == utf8.RuneError && n == 1:
			wrong++
		case n > 1:
			right++
		}
		octets = octets[n:]
	}
	return right > wrong
}

// clean drops NUL, which no database takes, and what is no UTF-8.
func clean(text string) (cleaned, code string) {
	if strings.IndexByte(text, 0) >= 0 {
		text, code = strings.ReplaceAll(text, "\x00", ""), CodeNUL
	}
	return strings.ToValidUTF8(text, "\ufffd"), code
}

func plainASCII(octets []byte) bool {
	for _, c := range octets {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// stateful tells a charset whose text is not what its ASCII bytes say.
func stateful(name string) bool {
	return strings.HasPrefix(name, "iso-2022") || strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") ||
		strings.HasPrefix(name, "hz-") || name == "utf-7" || strings.HasPrefix(name, "csiso2022")
}

func isUTF8Name(name string) bool {
	return name == "utf-8" || name == "UTF-8" || name == "utf8"
}

func singleByte(name string) bool {
	return strings.HasPrefix(name, "iso-8859") || strings.HasPrefix(name, "windows-125") || strings.HasPrefix(name, "koi8") ||
		strings.HasPrefix(name, "ibm") || name == "hp-roman8" || strings.HasPrefix(name, "mac") || strings.HasPrefix(name, "x-mac")
}
