package dsn

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/parser/mime"
)

// untyped drops the type of "rfc822; user@example.org" and "smtp; 550 no"
// (RFC 3464 section 2.1.2). What has no type is left alone.
func untyped(value string) string {
	kind, rest, found := strings.Cut(value, ";")
	if !found || strings.ContainsAny(strings.TrimSpace(kind), " @<") {
		return value
	}
	return rest
}

// recipientOf reads the address of a recipient field, also in brackets, with a
// comment, and in the forms for addresses beyond ASCII (RFC 6533 section 3).
func recipientOf(value string) string {
	plain := strings.TrimSpace(untyped(value))
	if strings.Contains(plain, `\x{`) {
		plain = unescape(plain)
	}
	return canonical(plain)
}

// canonical gives an address without brackets and comments, its domain in lower
// case; the local part is its owner's. What is no address stays as it is.
func canonical(text string) string {
	text = strings.TrimSpace(text)
	if found, ok := mime.ParseAddress(text); ok {
		text = found.Address
	} else {
		text = strings.Trim(strings.TrimSpace(mime.WithoutComments(text)), "<> ")
	}
	if len(text) > maxAddress {
		return ""
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	return text[:at] + strings.ToLower(text[at:])
}

// maxAddress bounds an address; SMTP allows 256 (RFC 5321 section 4.5.3.1.3).
const maxAddress = 512

// unxtext undoes the encoding of SMTP parameters (RFC 3461 section 4) that some
// servers copy into the field. Only signs that must be encoded are taken for
// encoded: user+2b@example.org is somebody's address.
func unxtext(value string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(value, "+")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if sign, ok := xchar(after); ok {
			b.WriteByte(sign)
			value = after[2:]
			continue
		}
		b.WriteByte('+')
		value = after
	}
}

func xchar(text string) (byte, bool) {
	if len(text) < 2 || text[:2] != strings.ToUpper(text[:2]) {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:2], 16, 8)
	return byte(n), err == nil && (n == '+' || n == '=' || n == ' ')
}

// unescape undoes \x{3B4}, in which addresses beyond ASCII are written where
// only ASCII may stand (RFC 6533 section 3).
func unescape(value string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(value, `\x{`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits, rest, closed := strings.Cut(after[:min(len(after), 8)], "}")
		n, err := strconv.ParseUint(digits, 16, 32)
		if !closed || err != nil || !utf8.ValidRune(rune(n)) || n < ' ' {
			b.WriteString(`\x{`)
			value = after
			continue
		}
		b.WriteRune(rune(n))
		value = rest + after[min(len(after), 8):]
	}
}
