package automatic

import (
	"strings"

	"github.com/emersion/go-message"
)

// maxValue is how much of a header is read and repeated as a reason.
const maxValue = 200

// values gives all fields of a name in lower case, without comments at the end.
func values(header message.Header, name string) []string {
	var list []string
	for fields := header.FieldsByKey(name); fields.Next(); {
		v := fields.Value()
		if len(v) > maxValue {
			v = strings.ToValidUTF8(v[:maxValue], "")
		}
		v, _, _ = strings.Cut(v, " (")
		list = append(list, strings.ToLower(strings.Join(strings.Fields(v), " ")))
	}
	return list
}

// value gives the first field of a name, "" when there is none.
func value(header message.Header, name string) string {
	if !header.Has(name) {
		return ""
	}
	list := values(header, name)
	return list[0]
}

// address gives the address of a From field in lower case, as far as a verdict needs it.
func address(from string) string {
	if open := strings.LastIndexByte(from, '<'); open >= 0 {
		from, _, _ = strings.Cut(from[open+1:], ">")
	}
	return strings.ToLower(strings.TrimSpace(from))
}

// localPart gives what stands before the @ in From.
func localPart(from string) string {
	local, _, _ := strings.Cut(address(from), "@")
	return local
}
