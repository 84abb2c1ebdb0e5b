package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLocal is the longest local part (RFC 5321 section 4.5.3.1.1).
const maxLocal = 64

// email reads a mail address whose at sign of that size stands at. The local part
// is looked for to the left, because its signs are no word's.
func (s *scanner) email(at, size int) bool {
	from := at + size
	end, _ := s.run(from, len(s.text))
	_, end = s.trim(from, end)
	start := s.localStart(at)
	local := strings.ToLower(s.text[start:at])
	if local == "" || len(local) > maxLocal || end <= from {
		return false
	}
	domain, ok := canonicalDomain(s.text[from:end], 0)
	if !ok || !registered(domain) || s.sentenceBehind(from, end) {
		end = s.beforeSentence(from, end)
		domain, ok = canonicalDomain(s.text[from:end], 0)
	}
	if !ok || !registered(domain) {
		return false
	}
	s.pos = end
	if looksLikeID(local) || s.say.namesMessage() || s.loggedID(start) {
		return true
	}
	s.foundEmail(local, domain, start, end)
	return true
}

// loggedID knows where Exim writes the identifier of the message that it took in:
// "<= sender@example.com … id=x@example.com".
func (s *scanner) loggedID(start int) bool {
	return (strings.HasSuffix(s.text[:start], " id=") || strings.HasPrefix(s.text[start:], "id=")) && strings.Contains(s.text[max(s.line, start-longestLog):start], " <= ")
}

// quoted reads an address whose local part stands in quotes (RFC 5322 section
// 3.2.4); quotes that it does not need are left out.
func (s *scanner) quoted() bool {
	rest := s.text[s.pos+1 : min(len(s.text), s.pos+maxLocal+2)]
	quote := strings.IndexByte(rest, '"')
	at := s.pos + 1 + quote + 1
	if quote <= 0 || s.peek(at) != '@' || strings.ContainsAny(rest[:quote], "\r\n") {
		return false
	}
	stop, _ := s.run(at+1, len(s.text))
	_, stop = s.trim(at+1, stop)
	domain, ok := canonicalDomain(s.text[at+1:max(at+1, stop)], 0)
	if !ok || !registered(domain) {
		return false
	}
	local := strings.ToLower(rest[:quote])
	if plainLocal(local) == "" {
		local = `"` + local + `"`
	}
	start := s.pos
	s.pos = stop
	s.foundEmail(local, domain, start, stop)
	return true
}

// plainLocal gives a local part back when it needs no quotes.
func plainLocal(local string) string {
	for rest := local; rest != ""; {
		size := localSign(rest)
		if size == 0 {
			return ""
		}
		rest = rest[:len(rest)-size]
	}
	return local
}

func (s *scanner) foundEmail(local, domain string, start, end int) {
	defang := s.defanged(start, end)
	role := s.say.role(typeEmail)
	s.say.hit(s.out.add(Indicator{Type: typeEmail, Value: local + "@" + domain, Role: role, Defang: defang}), typeEmail)
	s.out.addHost(domain, typeEmail, roleUnknown, defang)
}

// addEmail records an address that is known to be one.
func (c *collector) addEmail(address, role string, defang bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return
	}
	local := strings.ToLower(address[:at])
	domain, valid := canonicalDomain(address[at+1:], 0)
	quoted := len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' && !strings.ContainsAny(local[1:len(local)-1], "\"\r\n")
	if !valid || local == "" || len(local) > maxLocal+2 || !quoted && strings.ContainsAny(local, " \t\r\n<>\"@") {
		return
	}
	c.add(Indicator{Type: typeEmail, Value: local + "@" + domain, Role: role, Defang: defang})
	c.addHost(domain, typeEmail, roleUnknown, defang)
}

// localStart finds the beginning of a local part (RFC 5322 section 3.2.3). The
// "from=" of a log is none of it, the "=" of a rewritten sender is, and so is the
// "prvs=" of a signed one (BATV).
func (s *scanner) localStart(at int) int {
	start := at
	for start > 0 && at-start <= maxLocal {
		size := localSign(s.text[:start])
		if size == 0 {
			break
		}
		start -= size
	}
	for start < at && (s.text[start] == '.' || s.text[start] == '\'' || s.text[start] == '-') {
		start++
	}
	start = behindUnspaced(s.text, start, at)
	key, local, found := strings.Cut(s.text[start:at], "=")
	if domain, ok := canonicalDomain(local, 0); found && lettersOnly(key) && !strings.EqualFold(key, "prvs") && !(ok && registered(domain)) {
		return start + len(key) + 1
	}
	return start
}

// behindUnspaced finds where the plain letters of a local part begin behind a word
// of a script that puts no blank before them: "邮箱bob@example.com".
func behindUnspaced(text string, start, at int) int {
	begin := start
	for i, r := range text[start:at] {
		if unspaced(r) {
			begin = start + i + utf8.RuneLen(r)
		}
		if r == '-' && i > 0 && text[start+i-1] >= 0x80 && !latinBefore(text[:start+i]) {
			begin = start + i + 1 // a preposition of Hebrew
		}
	}
	if begin < at && alnum(text[begin]) {
		return begin
	}
	return start
}

// latinBefore tells whether the text ends in a letter of the Latin script.
func latinBefore(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return unicode.Is(unicode.Latin, r)
}

// localSign gives the length of the last sign of the text when a local part may
// hold it, else 0; letters of other scripts may stand there (RFC 6531).
func localSign(text string) int {
	last := text[len(text)-1]
	if last < 0x80 {
		if alnum(last) || strings.IndexByte(".-_+='~&%#", last) >= 0 {
			return 1
		}
		return 0
	}
	r, size := utf8.DecodeLastRuneInString(text)
	if unicode.IsLetter(r) || unicode.IsMark(r) {
		return size
	}
	return 0
}

func lettersOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if !alnum(s[i]) && s[i] != '_' && s[i] != '-' && s[i] != '.' || digit(s[i]) {
			return false
		}
	}
	return true
}

// A local part this long of which so much is digits was made by a program:
// message and content identifiers look like mail addresses.
const (
	idLength = 20
	idDigits = 3 // one in three
)

func looksLikeID(local string) bool {
	if strings.IndexByte(local, '$') >= 0 {
		return true
	}
	if len(local) < idLength || strings.ContainsAny(local, "=+") {
		return false
	}
	digits := 0
	for i := 0; i < len(local); i++ {
		if digit(local[i]) {
			digits++
		}
	}
	return digits*idDigits >= len(local)
}
