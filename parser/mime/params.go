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
		if value, rest, ok := quoted(s[1:], !strings.HasPrefix(name, "filename") && name != "name"); ok {
			return value, rest
		}
		s = s[1:] // the closing quote is missing
	}
	value, rest, _ = strings.Cut(s, ";")
	value = strings.TrimSpace(value)
	if strings.HasPrefix(name, "filename") || strings.HasPrefix(name, "name") {
		return strings.Trim(value, `"'`), rest
	}
	value = strings.TrimRight(cutComment(value), " \t")
	if before, after, ok := cutAnyBlank(value); ok && strings.Contains(after, "=") { // the semicolon is missing
		return strings.Trim(before, `"'`), after + ";" + rest
	}
	return strings.Trim(value, `"'`), rest
}

// quoted reads a quoted-string whose opening quote is gone. Backslashes in file
// names are folders of careless mailers and no escapes.
func quoted(s string, escapes bool) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (escapes || s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", s, false
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
			params[name] = decodeWords(p.value)
		}
	}
	for name, list := range pieces { // extended values win: they say their charset
		params[name] = joinPieces(list)
	}
	return params
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
// stands in the first piece and holds for all.
func joinPieces(list []piece) string {
	ordered := make(map[int]piece, len(list))
	for _, p := range list {
		if _, ok := ordered[p.n]; !ok {
			ordered[p.n] = p
		}
	}
	var charset string
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
			octets = append(octets, unescape(p.value)...)
		} else {
			octets = append(octets, p.value...)
		}
	}
	if charset == "" {
		return decodeWords(string(octets))
	}
	text, _ := toUTF8(octets, charset)
	return text
}

// cutCharset cuts charset'language' off an extended value.
func cutCharset(value string) (charset, rest string) {
	first := strings.IndexByte(value, '\'')
	if first < 0 {
		return "", value
	}
	second := strings.IndexByte(value[first+1:], '\'')
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
