package link

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Disagree tells whether the words of a link name another place than its target:
// another host, or another mail address. Words that name none agree with all.
// The target is one that was unwrapped.
func Disagree(words, target string) bool {
	if address, isMail := cutScheme(target, "mailto:"); isMail {
		address, _, _ = strings.Cut(address, "?")
		shown := shownAddress(words)
		return shown != "" && !strings.EqualFold(shown, strings.TrimSpace(unescape(address)))
	}
	host, _, ok := split(target)
	if !ok {
		return false
	}
	shown := shownHost(words)
	return shown != "" && !sameHouse(shown, host)
}

func cutScheme(link, scheme string) (string, bool) {
	if len(link) < len(scheme) || !strings.EqualFold(link[:len(scheme)], scheme) {
		return "", false
	}
	return link[len(scheme):], true
}

// maxWords is how many bytes of a link's words are read.
const maxWords = 300

// shownHost is the first host that words name, in small letters.
func shownHost(words string) string {
	for word := range strings.FieldsSeq(words[:min(len(words), maxWords)]) {
		word = strings.Trim(word, "<>()[]{}\"'.,;:!?*_|")
		if host, _, ok := split(word); ok && isHost(host) {
			return host
		}
		host, path, _ := strings.Cut(word, "/")
		host, _, _ = strings.Cut(host, ":")
		host = strings.ToLower(host)
		if isHost(host) && !strings.Contains(host, "@") && registered(host, strings.HasPrefix(host, "www.") || path != "") {
			return host
		}
	}
	return ""
}

// files are endings of file names that are top-level domains as well.
var files = map[string]bool{"zip": true, "mov": true, "md": true, "sh": true, "py": true, "pl": true, "rs": true, "ps": true, "so": true, "app": true, "cab": true, "cc": true, "bat": true, "com": false}

// registered tells a name below a suffix that exists. sure: its form says that
// it is no file name.
func registered(host string, sure bool) bool {
	suffix, known := publicsuffix.PublicSuffix(host)
	return known && suffix != host && (sure || !files[suffix])
}

func shownAddress(words string) string {
	for word := range strings.FieldsSeq(words[:min(len(words), maxWords)]) {
		word = strings.Trim(word, "<>()[]{}\"'.,;:!?*_|")
		if name, host, ok := strings.Cut(word, "@"); ok && name != "" && isHost(host) {
			return strings.TrimPrefix(word, "mailto:")
		}
	}
	return ""
}

// sameHouse tells whether two hosts belong to one registered domain.
func sameHouse(a, b string) bool {
	a, b = strings.TrimPrefix(a, "www."), strings.TrimPrefix(b, "www.")
	if a == b {
		return true
	}
	one, err := publicsuffix.EffectiveTLDPlusOne(a)
	other, wrong := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && wrong == nil && one == other
}
