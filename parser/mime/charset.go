package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// guessedFrom is how sure a guess of the charset must be. Below it, guesses
// among the Latin charsets are wrong more often than right, and windows-1252 is
// what such bytes are in nearly all mail.
const guessedFrom = 0.8

// guessed is how many bytes a guess looks at.
const guessed = 16 << 10

// toUTF8 makes valid UTF-8 without NUL of bytes said to be in a charset. code
// says what was wrong: CodeUnknownCharset, CodeWrongCharset, CodeNUL or "".
func toUTF8(octets []byte, name string) (text, code string) {
	name = strings.ToLower(strings.Trim(name, " \t\"'"))
	switch {
	case plainASCII(octets) && !stateful(name):
		return clean(string(octets))
	case name == "" || isUTF8Name(name) || isASCIIName(name):
		text, code = fromUTF8(octets, name)
	case singleByte(name) && utf8.Valid(octets):
		text, code = string(octets), CodeWrongCharset
	default:
		text, code = fromNamed(octets, name)
	}
	text, nul := clean(text)
	if code == "" {
		code = nul
	}
	return text, code
}

// fromUTF8 reads bytes that ought to be UTF-8, or whose charset nobody said.
func fromUTF8(octets []byte, name string) (text, code string) {
	octets = bytes.TrimPrefix(octets, []byte("\ufeff"))
	if utf8.Valid(octets) {
		return string(octets), ""
	}
	if mostlyUTF8(octets) {
		return mixed(octets), CodeWrongCharset
	}
	return guess(octets), CodeWrongCharset
}

// fromNamed reads bytes in a charset that go-message or the web knows.
func fromNamed(octets []byte, name string) (text, code string) {
	if name == "utf-7" || name == "unicode-1-1-utf-7" {
		return fromUTF7(octets), ""
	}
	decoded, ok := decode(octets, name)
	if !ok {
		if utf8.Valid(octets) {
			return string(octets), CodeUnknownCharset
		}
		return guess(octets), CodeUnknownCharset
	}
	if strings.Count(decoded, "\ufffd") > len(decoded)/20 && utf8.Valid(octets) {
		return string(octets), CodeWrongCharset
	}
	return decoded, ""
}

// decode gives the text in the charset named. The web's table comes first: what
// calls itself ISO 8859-1 is windows-1252 in practice.
func decode(octets []byte, name string) (string, bool) {
	var found encoding.Encoding
	if strings.HasPrefix(name, "utf-16") { // the web's table does not mind byte order marks
		found = unicode.UTF16(endianness(name), unicode.UseBOM)
	} else if web, err := htmlindex.Get(name); err == nil {
		found = web
	}
	if found != nil {
		decoded, err := found.NewDecoder().Bytes(octets)
		return string(decoded), err == nil
	}
	reader, err := charset.Reader(name, bytes.NewReader(octets))
	if err != nil {
		return "", false
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(reader)
	return out.String(), err == nil
}

// endianness holds where no byte order mark says otherwise (RFC 2781 section 4.3).
func endianness(name string) unicode.Endianness {
	if name == "utf-16le" {
		return unicode.LittleEndian
	}
	return unicode.BigEndian
}

// guess reads bytes in the charset they look like.
func guess(octets []byte) string {
	result := chardet.Detect(octets[:min(len(octets), guessed)])
	if result.Confidence >= guessedFrom && !singleByteLatin(result.Charset) {
		if text, ok := decode(octets, strings.ToLower(result.Charset)); ok {
			return text
		}
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(octets)
	return string(text)
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
		strings.HasPrefix(name, "hz-") || strings.Contains(name, "utf-7") || strings.HasPrefix(name, "csiso2022")
}

func isUTF8Name(name string) bool {
	return name == "utf-8" || name == "utf8" || name == "unicode-1-1-utf-8"
}

func isASCIIName(name string) bool { return name == "us-ascii" || name == "ascii" || name == "7bit" }

func singleByte(name string) bool {
	return strings.HasPrefix(name, "iso-8859") || strings.HasPrefix(name, "windows-125") || strings.HasPrefix(name, "latin") || strings.HasPrefix(name, "koi8")
}

func singleByteLatin(name string) bool {
	switch strings.ToLower(name) {
	case "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1252", "windows-1254", "macroman", "macintosh", "ascii":
		return true
	}
	return false
}
