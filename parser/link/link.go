// Package link reads what mail gateways and web pages make of links: it undoes
// their rewriting, names the links whose target they hide, parts what is personal
// from what is common to all receivers of a mail, and tells whether the words of
// a link name another host than its target.
//
// Nothing is ever fetched: a link says itself where it leads, or it is opaque.
// Whose links are rewritten how stands in one table; see gateways.
package link

import "strings"

const (
	maxLink    = 8 << 10 // bytes of a link that is looked into; a longer one is no link of a gateway
	maxWrapped = 8       // gateways around one link: two houses with two each, forwarded twice
)

// Unwrap gives the link that gateways wrapped. wrapped is false when it is an
// ordinary link, which comes back as it is; gateway is the name of the one that
// hides its target, "" when the target could be read.
func Unwrap(link string) (target string, wrapped bool, gateway string) {
	target = link
	for range maxWrapped {
		w, found := find(target)
		if !found {
			return target, wrapped, ""
		}
		inner := w.target(target)
		switch {
		case inner != "" && len(inner) < len(target):
			target, wrapped = inner, true
		case w.redirects:
			return target, wrapped, ""
		default:
			return target, true, w.name
		}
	}
	if w, found := find(target); found && (!w.redirects || w.target(target) != "") { // a link made to cost work stays as it was
		return link, true, w.name
	}
	return target, wrapped, ""
}

// Target is Unwrap for those who want a link to follow or to show, and nothing else.
func Target(link string) string {
	target, _, _ := Unwrap(link)
	return target
}

// find looks up who wrapped a link.
func find(link string) (wrapper, bool) {
	if len(link) > maxLink {
		return wrapper{}, false
	}
	host, path, ok := split(link)
	if !ok {
		return wrapper{}, false
	}
	for name := host; name != ""; {
		for _, w := range byHost[name] {
			if strings.HasPrefix(path, w.path) && (w.below || name == host) {
				return w, true
			}
		}
		_, rest, more := strings.Cut(name, ".")
		if !more {
			break
		}
		name = rest
	}
	for _, w := range byPath {
		if strings.Contains(path, w.path) {
			return w, true
		}
	}
	return wrapper{}, false
}

// split gives host in small letters without port, and what follows it.
func split(link string) (host, path string, ok bool) {
	scheme, rest, ok := strings.Cut(link, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return "", "", false
	}
	end := 0
	for end < len(rest) && rest[end] != '/' && rest[end] != '?' && rest[end] != '#' {
		end++
	}
	host, path = rest[:end], rest[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:colon]
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), path, host != ""
}

// webLink is s when it is a link that leads to a host, else "".
func webLink(s string) string {
	s = strings.TrimSpace(s)
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == '"' || r == '\ufffd' }) {
		return ""
	}
	scheme, rest, ok := strings.Cut(s, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		host := strings.TrimLeft(rest, "/")
		if !ok || host == "" || len(rest)-len(host) == 0 || strings.IndexAny(host, "?#") == 0 {
			return ""
		}
		return scheme + "://" + host // some gateways drop one of the slashes
	case "mailto":
		if strings.Contains(rest, "@") {
			return s
		}
	}
	return ""
}
