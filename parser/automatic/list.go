package automatic

import "strings"

// throughList knows mailing lists (RFC 2919, RFC 2369). A list of ours is a
// reporting address of ours and says nothing about who wrote.
func throughList(in Input) (Verdict, bool) {
	for _, name := range [...]string{"List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-Beenthere", "X-Listname", "X-Mailman-Version", "List-Archive"} {
		for _, v := range values(in.Header, name) {
			if !isOwnList(in, v) && !(name != "List-Id" && ownList(in)) {
				return automatic(kindList, name+": "+v)
			}
		}
	}
	if ownList(in) {
		return unknown()
	}
	for _, name := range [...]string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Subscribe", "List-Owner"} {
		if v := value(in.Header, name); v != "" {
			return automatic(kindBulk, name+": "+v)
		}
	}
	return unknown()
}

// precedence reads the header that RFC 2076 calls non-standard and everybody
// uses. Our own lists set it too.
func precedence(in Input) (Verdict, bool) {
	if ownList(in) {
		return unknown()
	}
	for _, name := range [...]string{"Precedence", "X-Precedence"} {
		switch v := value(in.Header, name); v {
		case "bulk", "junk":
			return automatic(kindBulk, name+": "+v)
		case "list":
			return automatic(kindList, name+": "+v)
		}
	}
	return unknown()
}

// ownList tells whether the mail came through a list of ours.
func ownList(in Input) bool {
	for _, v := range values(in.Header, "List-Id") {
		if isOwnList(in, v) {
			return true
		}
	}
	return false
}

// isOwnList compares the identifier of a list, or its address, with ours:
// security@example.org is the list security.example.org.
func isOwnList(in Input, v string) bool {
	if open := strings.LastIndexByte(v, '<'); open >= 0 {
		v, _, _ = strings.Cut(v[open+1:], ">")
	}
	v = strings.TrimPrefix(strings.TrimSpace(v), "mailto:")
	v, _, _ = strings.Cut(v, "?")
	for _, own := range in.OwnLists {
		own = strings.ToLower(strings.Trim(own, "<> "))
		if own != "" && (v == own || strings.Replace(v, "@", ".", 1) == strings.Replace(own, "@", ".", 1)) {
			return true
		}
	}
	return false
}
