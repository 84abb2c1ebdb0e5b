package mime

import (
	"strconv"
	"strings"
)

// param is one name=value as written, quotes undone.
type param struct{ name, value string }

const maxParams = 100

// parseParams reads the parameters of a field in one pass: quoted or not, with
// blanks in unquoted file names, with missing semicolons and missing quotes.
func parseParams(s string) []param {
	var list []param
	for len(list) < maxParams {
		s = strings.TrimLeft(s, "; \t\r\n")
		equals := strings.IndexAny(s, "=;")
		if equals < 0 {
			return list
		}
		if s[equals] == ';' {
			s = s[equals:]
			continue
		}
		name := strings.ToLower(strings.TrimSpace(s[:equals]))
		if i := strings.LastIndexAny(name, " \t)"); i >= 0 { // a comment, or rubbish before the name
			name = name[i+1:]
		}
		var value string
		value, s = paramValue(name, strings.TrimLeft(s[equals+1:], " \t\r\n"))
		list = append(list, param{name, value})
	}
	return list
}

// paramValue cuts the value off the front.
func paramValue(name, s string) (value, rest string) {
	if strings.HasPrefix(s, `"`) {
		if value, rest, ok := quoted(s[1:], isName(name)); ok {
			return value, rest
		}
		s = s[1:] // the closing quote is missing
	}
	if isName(name) {
		value, rest = unquotedName(s)
		return strings.Trim(strings.TrimSpace(value), `"'`), rest
	}
	value, rest, _ = strings.Cut(s, ";")
	value = strings.TrimSpace(value)
	if i := strings.Index(value, " ("); i >= 0 { // a comment; without the blank the sign may belong to a boundary
		value = strings.TrimRight(value[:i], " \t")
	}
	if before, after, ok := cutAnyBlank(value); ok && strings.Contains(after, "=") { // the semicolon is missing
		value, rest = before, after+";"+rest
	}
	if name == "boundary" { // an apostrophe may be part of it
		return strings.Trim(value, `"`), rest
	}
	return strings.Trim(value, `"'`), rest
}

// unquotedName cuts a file name without quotes off the front; semicolons behind
// which no parameter begins are part of it.
func unquotedName(s string) (value, rest string) {
	for end := 0; ; end++ {
		next := strings.IndexByte(s[end:], ';')
		if next < 0 {
			return strings.TrimRight(s, "; \t"), ""
		}
		end += next
		if endsParam(s[end+1:]) {
			return s[:end], s[end+1:]
		}
	}
}

// isName tells a parameter that holds the name of a file.
func isName(param string) bool {
	return strings.HasPrefix(param, "filename") || strings.HasPrefix(param, "name")
}

// quoted reads a quoted-string whose opening quote is gone. In the name of a file
// a quote ends it only where the parameter can end, and a backslash is a folder
// of careless mailers and no escape.
func quoted(s string, file bool) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && file && !endsParam(s[i+1:]):
			b.WriteByte('"')
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (!file || s[i+1] == '"' && !endsParam(s[i+2:]) || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", s, false
}

// endsParam tells whether a parameter can end before s: at the end of the field,
// a semicolon, a comment, or another parameter whose semicolon is missing.
func endsParam(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	if s == "" || s[0] == ';' || s[0] == '(' || s[0] == ',' {
		return true
	}
	name, _, ok := strings.Cut(s[:min(len(s), maxFieldName)], "=")
	return ok && isToken(strings.TrimSpace(name))
}

// assemble joins parameters that came in pieces and decodes the extended ones
// (RFC 2231 sections 3 and 4). Of a doubled parameter the first counts.
func assemble(list []param) map[string]string {
	if len(list) == 0 {
		return nil
	}
	params := make(map[string]string, len(list))
	pieces := make(map[string][]piece)
	for _, p := range list {
		name, part, extended := cutPiece(p.name)
		if part >= 0 || extended {
			pieces[name] = append(pieces[name], piece{max(part, 0), extended, p.value})
			continue
		}
		if _, ok := params[name]; !ok && name != "" {
			params[name] = plainValue(name, p.value)
		}
	}
	for name, list := range pieces { // extended values win: they say their charset
		params[name] = joinPieces(list)
	}
	return params
}

// plainValue reads a value that is not extended. Some programs forget the
// asterisk of those that are: filename=utf-8”na%C3%AFve.txt.
func plainValue(name, value string) string {
	if isName(name) && strings.Contains(value, "''") {
		if charset, rest := cutCharset(value); encodingOf(charsetName(charset)) != nil {
			text, _ := toUTF8(unescape(rest), charset)
			return text
		}
	}
	return decodeWords(value)
}

// piece is one "name*2*=value".
type piece struct {
	n        int
	extended bool
	value    string
}

// cutPiece takes "name*2*" apart. part is -1 when there is no number.
func cutPiece(full string) (name string, part int, extended bool) {
	name, extended = strings.CutSuffix(full, "*")
	name, number, ok := strings.Cut(name, "*")
	if !ok {
		return name, -1, extended
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return full, -1, false
	}
	return name, n, extended
}

// joinPieces puts the pieces in order; a missing one ends nothing. The charset
// stands in the first piece and holds for all. Extended pieces are undone
// together, because some programs cut an escape in two.
func joinPieces(list []piece) string {
	ordered := make(map[int]piece, len(list))
	for _, p := range list {
		if _, ok := ordered[p.n]; !ok {
			ordered[p.n] = p
		}
	}
	var charset, escaped string
	var octets []byte
	for n := 0; n < 2*maxParams; n++ {
		p, ok := ordered[n]
		if !ok {
			continue
		}
		if p.extended && charset == "" {
			charset, p.value = cutCharset(p.value)
		}
		if p.extended {
			escaped += p.value
			continue
		}
		octets = append(append(octets, unescape(escaped)...), p.value...)
		escaped = ""
	}
	octets = append(octets, unescape(escaped)...)
	if charset == "" {
		return decodeWords(string(octets))
	}
	text, _ := toUTF8(octets, charset)
	return text
}

// cutCharset cuts charset'language' off an extended value, and charset' where the
// language was forgotten with its sign.
func cutCharset(value string) (charset, rest string) {
	first := strings.IndexByte(value, '\'')
	if first < 0 {
		return "", value
	}
	second := strings.IndexByte(value[first+1:], '\'')
	if second < 0 && encodingOf(charsetName(value[:first])) != nil {
		return strings.ToLower(value[:first]), value[first+1:]
	}
	if second < 0 {
		return "", value
	}
	return strings.ToLower(value[:first]), value[first+second+2:]
}

// unescape undoes %xx; anything else stays as it is.
func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := hexValue(s[i+1]), hexValue(s[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

// hexValue is the value of a hexadecimal digit, -1 when it is none.
func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
