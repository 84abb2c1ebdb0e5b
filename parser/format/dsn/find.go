package dsn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// found is an address in a line: line[from:to] is what it takes, brackets included.
type found struct {
	address  string
	from, to int
	bracket  bool
}

// maxPerLine are looked at in one line.
const maxPerLine = 20

// addressesIn finds the addresses of a line, from left to right, in one pass.
func addressesIn(line string) (list []found) {
	for at := 0; at < len(line) && len(list) < maxPerLine; {
		n := strings.IndexByte(line[at:], '@')
		if n < 0 {
			break
		}
		n += at
		last := 0
		if len(list) > 0 {
			last = list[len(list)-1].to
		}
		f, ok := addressAt(line, n, last)
		at = n + 1
		if ok {
			list = append(list, f)
			at = f.to
		}
	}
	return list
}

// addressAt reads the address around the at sign, not reaching back before last.
func addressAt(line string, at, last int) (found, bool) {
	from := at
	if at > last && line[at-1] == '"' {
		from = quotedStart(line, at-1, last)
	}
	from = localStart(line, from, max(last, at-maxAddress))
	to := domainEnd(line, at+1, min(len(line), at+maxAddress))
	if kind, _, found := strings.Cut(line[from:at], "="); found && addressTypes[strings.ToLower(kind)] {
		from += len(kind) + 1
	}
	for from < at && strings.IndexByte(`'=*-./&|`, line[from]) >= 0 {
		from++
	}
	to = at + 1 + len(strings.TrimRight(line[at+1:to], ".-_[:"))
	if from > last && line[from-1] == '/' || strings.HasPrefix(line[to:], "@") || to < len(line) && line[to] == '/' {
		return found{}, false // of a link
	}
	address := canonical(line[from:to])
	if !strings.Contains(address, "@") || !utf8.ValidString(address) {
		return found{}, false
	}
	f := found{address: address, from: from, to: to}
	if from > 0 && line[from-1] == '<' {
		f.bracket, f.from = true, from-1
		if to < len(line) && line[to] == '>' {
			f.to++
		}
	}
	return f, true
}

// addressTypes stand before an address and "=", as X.400 writes those of others
// (RFC 2156 section 4.3.4).
var addressTypes = map[string]bool{"smtp": true, "rfc822": true, "rfc-822": true, "to": true, "rcpt": true, "recipient": true}

// quotedStart finds where a quoted local part begins; close is its last quote.
func quotedStart(line string, end, last int) int {
	open := strings.LastIndexByte(line[max(last, end-maxAddress):end], '"')
	if open < 0 {
		return end + 1
	}
	return max(last, end-maxAddress) + open
}

// localStart goes back to where a local part without quotes begins (RFC 5321
// section 4.1.2, RFC 6531), not before the limit. Scripts without blanks between
// words touch addresses: a part that ends in ASCII does not go on in them.
func localStart(line string, from, limit int) int {
	ascii := false
	for from > limit {
		c, size := utf8.DecodeLastRuneInString(line[limit:from])
		if !isLocal(c) || ascii && unspaced(c) {
			break
		}
		ascii = ascii || c < utf8.RuneSelf
		from -= size
	}
	return from
}

// domainEnd goes on to where a domain or an address literal ends.
func domainEnd(line string, to, limit int) int {
	ascii := false
	for to < limit {
		c, size := utf8.DecodeRuneInString(line[to:limit])
		if !isDomain(c) || ascii && unspaced(c) {
			break
		}
		ascii = ascii || c < utf8.RuneSelf
		to += size
	}
	return to
}

func isLocal(c rune) bool {
	return c < utf8.RuneSelf && (isDigit(byte(c)) || isLetter(byte(c)) || strings.ContainsRune("!#$%&'*+-/=?^_{|}~.`", c)) || isForeign(c)
}

func isDomain(c rune) bool {
	return c < utf8.RuneSelf && (isDigit(byte(c)) || isLetter(byte(c)) || strings.ContainsRune("-._[]:", c)) || isForeign(c)
}

// isForeign tells letters beyond ASCII.
func isForeign(c rune) bool {
	return c != utf8.RuneError && c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c))
}

// unspaced tells scripts that are written without blanks.
func unspaced(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

// server tells the addresses of mail servers themselves.
func server(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	switch local {
	case "postmaster", "mailer-daemon", "mailerdaemon", "mail-daemon":
		return true
	}
	return false
}

// role tells an address that sentences name for help.
func role(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	switch local {
	case "abuse", "support", "helpdesk", "hostmaster", "webmaster", "noc", "noreply", "no-reply", "unblock", "delist", "removal":
		return true
	}
	return false
}
