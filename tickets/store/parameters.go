package store

import (
	"strconv"
	"strings"
)

// unnumbered writes the parameters of a statement as "?" where they stand in
// order, each once: "$1, $2" becomes "?, ?". The driver of SQLite asks for the
// name of each parameter at each run and looks its argument up by that; one
// without a name is the next. What it cannot be sure of comes back as it is.
func unnumbered(query string) string {
	if strings.Contains(query, "--") || strings.Contains(query, "/*") {
		return query // a comment may hold a quotation mark
	}
	var b strings.Builder
	quoted := false
	for rest, next := query, 1; ; {
		at := strings.IndexAny(rest, "'$")
		if at < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:at])
		sign := rest[at]
		rest = rest[at+1:]
		if sign == '\'' || quoted {
			quoted = quoted != (sign == '\'')
			b.WriteByte(sign)
			continue
		}
		number := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if number != strconv.Itoa(next) {
			return query
		}
		next++
		rest = rest[len(number):]
		b.WriteByte('?')
	}
}
