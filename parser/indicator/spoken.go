package indicator

import "strings"

// quotedName tells whether the dot behind a blank stands in a name alone in
// brackets, as signatures of sensors name domains: "DNS query (evil .example)".
func (r *refanger) quotedName(at int) bool {
	text := r.text
	end := labelEnd(text, at+2)
	if end >= len(text) || text[end] != ')' && text[end] != ' ' || !knownSuffix(text[at+2:end]) {
		return false
	}
	begin := at
	for begin > 0 && at-begin < maxLabel && (alnum(text[begin-1]) || text[begin-1] == '-' || text[begin-1] == '.') {
		begin--
	}
	return begin > 1 && text[begin-1] == '(' && (strings.ContainsAny(text[begin:at], "-.0123456789") || nameMark(text[:begin-1]))
}

// nameMark tells whether a word that names domains stands before the bracket.
func nameMark(before string) bool {
	before = strings.TrimRight(before[max(0, len(before)-len("hostname  ")):], " ")
	switch strings.ToLower(before[strings.LastIndexByte(before, ' ')+1:]) {
	case "domain", "domains", "lookup", "query", "sni", "host", "hostname", "site", "dns", "cnc", "c2":
		return true
	}
	return false
}

// spacedAt undoes "bob @ example.com" and "bob @ example . com".
func (r *refanger) spacedAt(at int) int {
	text := r.text
	begin, next := at, at+len(" @ ")
	for begin > 0 && at-begin < spokenWord && alnum(text[begin-1]) {
		begin--
	}
	if text[at+2] != ' ' || next >= len(text) || !alnum(text[next]) || placeWord(text[begin:at]) {
		return 0
	}
	last, end := next, labelEnd(text, next)
	for n := 0; n < maxSpoken; n++ {
		size := dotSize(text[end:])
		if size == 0 {
			break
		}
		last = end + size
		end = labelEnd(text, last)
	}
	if last == next || !knownSuffix(text[last:end]) {
		return 0
	}
	r.spoken = end
	return r.replace(at, next, "@")
}

// spokenAddress tells whether "x at y" is followed by a spoken or bracketed dot,
// and x is no word of a sentence about a place.
func (r *refanger) spokenAddress(at int) bool {
	text := r.text
	i := at + 4
	for i < len(text) && i-at < spokenWord && (alnum(text[i]) || text[i] == '-') {
		i++
	}
	if i == at+4 || !spokenDot(text[i:]) {
		return false
	}
	begin := at
	for begin > 0 && at-begin < spokenWord && alnum(text[begin-1]) {
		begin--
	}
	return !placeWord(text[begin:at])
}

func spokenDot(text string) bool {
	for _, dot := range [...]string{" dot ", "[dot]", "(dot)", "{dot}", " [dot]", " (dot)", "[.]", "(.)"} {
		if word(text, dot) {
			return true
		}
	}
	return false
}

// placeWord knows the words after which "at" speaks of a place.
func placeWord(s string) bool {
	switch strings.ToLower(s) {
	case "seen", "look", "looked", "hosted", "located", "found", "is", "was", "are", "page", "site", "server", "host",
		"available", "running", "visible", "reachable", "looking", "points", "pointing", "website", "domain", "be", "and", "or",
		"form", "kit", "panel", "link", "us", "me", "meet", "team", "url", "lives", "sits", "live", "up", "still", "directed", "attack", "attacks":
		return true
	}
	return false
}
