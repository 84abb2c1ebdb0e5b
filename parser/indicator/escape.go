package indicator

import (
	"net/url"
	"strings"
)

// escape steps over the percent sign of an encoded one and its two digits, which
// belong to no name. Requests in logs carry links and mail addresses so:
// "?to=http%3A%2F%2Fa.example%2Fb", "?user=bob%40example.com".
func (s *scanner) escape() {
	rest := s.text[s.pos:]
	if s.pos >= s.plain && word(rest, "%3A%2F%2F") && s.escapedURL() || strings.HasPrefix(rest, "%40") && s.email(s.pos, len("%40")) {
		return
	}
	s.pos += len("%2F")
}

// escapedURL reads an encoded link at the colon behind its scheme.
func (s *scanner) escapedURL() bool {
	start := s.pos
	for start > 0 && s.pos-start < len("https") && alnum(s.text[start-1]) && s.peek(start-2) != '%' {
		start--
	}
	scheme, defanged := readScheme(s.text[start:s.pos])
	end := s.pos
	for end < len(s.text) && end-s.pos < maxURL && urlByte(s.text[end]) && strings.IndexByte("&;,)'", s.text[end]) < 0 {
		end++
	}
	s.plain = end // once is enough
	plain, err := url.PathUnescape(s.text[s.pos:end])
	if scheme == "" || err != nil || strings.ContainsFunc(plain, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return false
	}
	n := s.out.addURL(scheme, trimURL(plain[len("://"):]), s.say.role(typeURL), defanged)
	if n == notURL {
		return false
	}
	s.say.hit(n, typeURL)
	s.pos = end
	return true
}

func hexDigit(c byte) bool { return digit(c) || c|0x20-'a' < 6 }
