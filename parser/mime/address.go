package mime

import (
	"strings"
	"unicode"
)

// Address is one mailbox of an address header: display name and addr-spec
// (RFC 5322 section 3.4), both decoded to UTF-8. Address is "" when the sender
// wrote something that no reading turns into an address; Name then holds it.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// maxAddresses is how many addresses of one header are taken.
const maxAddresses = 10_000

// Addresses gives the mailboxes of all fields of that name: of groups their
// members, of damaged lists what can be told apart. Nothing is lost: what is no
// address comes back as a name, with a problem. It is never nil.
func (p *Part) Addresses(field string) ([]Address, []Problem) {
	c := addressList{list: []Address{}, field: field}
	for fields := p.Header.FieldsByKey(field); fields.Next(); {
		for _, text := range splitAddresses(fields.Value()) {
			c.take(text)
		}
		c.flush()
	}
	return c.list, c.found.List()
}

// addressList collects the mailboxes of a header.
type addressList struct {
	list  []Address
	words string // before a comma, without an address: the beginning of an unquoted name, or lost
	field string
	found Problems
}

// take reads what stands between two commas. Words without an address belong to
// the name of the mailbox that follows: "Example Police, Desk 2 <a@example.org>".
func (c *addressList) take(text string) {
	if c.words != "" && strings.Contains(text, "<") && len(c.words) < maxAddrSpec {
		text, c.words = c.words+", "+strings.TrimSpace(text), ""
	}
	c.flush()
	address, ok := parseAddress(text)
	switch {
	case !ok:
	case address.Address == "":
		c.words = strings.TrimSpace(text)
	default:
		c.add(address)
	}
}

// flush keeps words that no mailbox followed.
func (c *addressList) flush() {
	if c.words == "" {
		return
	}
	c.found.Tell(CodeBadAddress, "The field %s holds something that is no address.", c.field)
	c.add(Address{Name: displayName(c.words)})
	c.words = ""
}

func (c *addressList) add(address Address) {
	if len(c.list) < maxAddresses {
		c.list = append(c.list, address)
	}
}

// splitAddresses cuts a list at its commas, and takes groups apart, in one pass.
// A quote or bracket that is never closed is an ordinary sign.
func splitAddresses(value string) []string {
	var list []string
	s := scan{text: value, quotes: strings.Count(value, `"`)}
	start := 0
	for i := 0; i < len(value); i++ {
		switch s.step(i) {
		case ',', ';':
			list = append(list, value[start:i])
			start = i + 1
		case ':':
			if groupName(value[start:i]) {
				start = i + 1
			}
		}
	}
	return append(list, value[start:])
}

// groupName tells whether what stands before a colon names a group and is not
// part of an address ("mailto:").
func groupName(text string) bool {
	return !strings.ContainsAny(text, "@<") || strings.EqualFold(strings.TrimSpace(text), "mailto")
}

// scan walks over an address list and knows what is quoted.
type scan struct {
	text     string
	quotes   int // still to come
	quoted   bool
	comments int
	angle    bool
}

// step takes the byte at i and gives it back if it separates, else 0.
func (s *scan) step(i int) byte {
	c := s.text[i]
	escaped := i > 0 && s.text[i-1] == '\\' && s.quoted
	switch {
	case c == '"':
		s.quotes--
		if !escaped && s.comments == 0 && (s.quoted || s.quotes > 0) {
			s.quoted = !s.quoted
		}
	case s.quoted:
	case c == '(' && strings.IndexByte(s.text[i:min(len(s.text), i+maxComment)], ')') > 0:
		s.comments++
	case c == ')' && s.comments > 0:
		s.comments--
	case s.comments > 0:
	case c == '<':
		s.angle = strings.IndexByte(s.text[i:min(len(s.text), i+maxAddrSpec)], '>') > 0
	case c == '>':
		s.angle = false
	case s.angle: // a route or a quoted local part may hold commas
	case c == ',' || c == ';' || c == ':':
		return c
	}
	return 0
}

const (
	maxComment  = 256 // bytes in which a comment must end to be one
	maxAddrSpec = 512 // the same for an address in angle brackets; SMTP allows 256
)

// parseAddress reads one mailbox. ok is false for nothing but blanks.
func parseAddress(text string) (Address, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Address{}, false
	}
	if found, ok := angleAddress(text); ok {
		return found, true
	}
	if found, ok := bareAddress(text); ok {
		return found, true
	}
	if decoded := decodeWords(text); decoded != text { // the whole mailbox is one encoded word
		if found, ok := angleAddress(decoded); ok {
			return found, true
		}
		if found, ok := bareAddress(decoded); ok {
			return found, true
		}
	}
	name := displayName(text)
	return Address{Name: name}, name != "" && name != "<>"
}

// angleAddress reads "name <address>"; the last bracket counts, because names
// are what attackers write addresses into.
func angleAddress(text string) (Address, bool) {
	said := comment(text)
	text = uncommented(text) // what a comment says is nobody's address
	open := strings.LastIndexByte(text, '<')
	if open < 0 {
		return Address{}, false
	}
	inner, after, _ := strings.Cut(text[open+1:], ">")
	spec := addrSpec(inner)
	if spec == "" {
		return Address{}, false
	}
	name := displayName(text[:open])
	if name == "" {
		name = displayName(after)
	}
	if name == "" {
		name = said
	}
	return Address{Name: name, Address: spec}, true
}

// uncommented takes out comments but not what is quoted.
func uncommented(text string) string {
	if !strings.Contains(text, "(") {
		return text
	}
	var b strings.Builder
	s := scan{text: text, quotes: strings.Count(text, `"`)}
	for i := range len(text) {
		inside := s.comments > 0
		s.step(i)
		if !inside && s.comments == 0 {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// bareAddress reads "address", "address (name)" and an address somewhere in words.
func bareAddress(text string) (Address, bool) {
	plain := WithoutComments(text)
	if spec := addrSpec(plain); spec != "" {
		return Address{Name: comment(text), Address: spec}, true
	}
	from, to := plainAddress(plain)
	spec := addrSpec(plain[from:to])
	name := displayName(plain[:from] + " " + strings.TrimLeft(plain[to:], ">"))
	return Address{Name: name, Address: spec}, spec != ""
}

// plainAddress finds the first address among words: what stands around an at
// sign without a sign that separates. Two at signs make none.
func plainAddress(words string) (from, to int) {
	at := strings.IndexByte(words, '@')
	if at < 0 {
		return 0, 0
	}
	from, to = at, at+1
	for from > 0 && at-from < maxAddrSpec && !separates(words[from-1]) {
		from--
	}
	for to < len(words) && to-at < maxAddrSpec && !separates(words[to]) {
		to++
	}
	return from, to
}

// separates tells a sign that cannot stand in an address without quotes, other
// than the at sign.
func separates(c byte) bool { return c <= ' ' || c == 0x7f || strings.IndexByte(`<>()[],;:"\`, c) >= 0 }

// addrSpec gives the address in the text, "" when it is none. A source route
// (RFC 5322 section 4.4) and "mailto:" are dropped.
func addrSpec(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "@") {
		if _, after, ok := strings.Cut(text, ":"); ok {
			text = after
		}
	}
	if len(text) > 7 && strings.EqualFold(text[:7], "mailto:") {
		text = text[7:]
	}
	text = strings.Trim(text, " \t'.")
	if len(text) > maxAddrSpec {
		return ""
	}
	text = headerText([]byte(text), "")
	at := strings.LastIndexByte(text, '@')
	if at < 1 || !isLocal(text[:at]) || !isDomain(text[at+1:]) {
		return ""
	}
	return text
}

// isLocal tells a local part, quoted or not. Raw UTF-8 is allowed (RFC 6532).
func isLocal(local string) bool {
	if inner, ok := strings.CutPrefix(local, `"`); ok {
		_, rest, ok := quoted(inner, true)
		return ok && rest == "" && len(inner) > 1
	}
	return isPlain(local)
}

// isDomain tells a domain or an address in brackets (RFC 5321 section 4.1.3).
func isDomain(domain string) bool {
	if inner, ok := strings.CutPrefix(domain, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && inner != "" && strings.Trim(inner, "0123456789abcdefABCDEFIPvV.:") == ""
	}
	return isPlain(domain)
}

// isPlain tells text without any sign that would need quotes in an address.
func isPlain(text string) bool {
	for i := range len(text) {
		if separates(text[i]) || text[i] == '@' {
			return false
		}
	}
	return text != "" && !strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsRune(text, '\ufffd')
}

// displayName is a phrase as a person reads it: quotes and comments undone,
// encoded words decoded.
func displayName(text string) string {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, `"`); ok {
		if value, rest, ok := quoted(inner, true); ok && strings.TrimSpace(rest) == "" {
			return strings.TrimSpace(decodeWords(value))
		}
	}
	if words := strings.TrimSpace(WithoutComments(text)); words != "" {
		text = words
	}
	text = strings.ReplaceAll(decodeWords(text), `"`, "")
	return strings.Join(strings.Fields(text), " ")
}

// comment gives the words of the first comment: the name in "address (name)".
func comment(text string) string {
	_, inner, ok := strings.Cut(text, "(")
	if !ok {
		return ""
	}
	inner, _, _ = strings.Cut(inner, ")")
	return displayName(inner)
}

// ParseAddress reads one mailbox as it stands in a header or a text. ok is
// false when there is no address in it.
func ParseAddress(text string) (Address, bool) {
	found, _ := parseAddress(text)
	return found, found.Address != ""
}
