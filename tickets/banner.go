package tickets

import (
	"net/url"
	"regexp"
	"strings"
)

// A gateway warns at the top, or at the foot when it is shy. What stands
// deeper in the text was written by somebody and is never set aside.
const (
	bannerZone   = 12  // lines with words from either end in which a banner may begin
	bannerLines  = 6   // of one banner
	bannerLength = 600 // bytes of one banner line
)

var (
	bannerWord  = regexp.MustCompile(`(?i)^[\W_]{0,8}(caution|warning|attention|notice|be careful|external (e-?mail|message|sender|mail)|externe (e-?mail|mail|nachricht)|externer absender|achtung|vorsicht|warnung|hinweis|attenzione|atención|atencion|aviso|cuidado|uwaga)\b`)
	bannerTopic = regexp.MustCompile(`(?i)\b(external|externe[rnms]?|extern|esterno|esterna|externo|externa|zewnętrzn\w*|outside|ausserhalb|außerhalb|originated from|you don't often get (e-?mail|messages) from)\b`)
	bannerAlone = regexp.MustCompile(`(?i)^[\W_]{0,8}(you don.t often get|this (e-?mail|message|mail) (originated|originates|was sent|came|comes|is) from)\b`)
	gatewayTags = regexp.MustCompile(`(?i)^(\s*[\[({<*]{1,3}(ext|external|externe?r?)([ _-](sender|absender|e-?mail|mail|message))?[\])}>*]{1,3}:?)+`)
)

// withoutBanners takes the warnings of gateways near the two ends of a text out of its lines. A
// warning ends at an empty line.
func withoutBanners(lines []string) []string {
	head := zoneEnd(lines)
	tail := zoneBegin(lines)
	kept := lines[:0]
	for i := 0; i < len(lines); {
		n := 0
		if i < head || i >= tail {
			n = bannerAt(lines[i:])
		}
		if n == 0 {
			kept = append(kept, lines[i])
			n = 1
		}
		i += n
	}
	return kept
}

// zoneEnd is the index behind the first lines with words.
func zoneEnd(lines []string) int {
	worded := 0
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if worded++; worded > bannerZone {
			return i
		}
	}
	return len(lines)
}

// zoneBegin is the index of the first of the last lines with words.
func zoneBegin(lines []string) int {
	worded := 0
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		if worded++; worded >= bannerZone {
			return i
		}
	}
	return 0
}

// bannerAt counts the lines of the warning that begins with the first line, 0
// when none does. It must name its topic, an outside sender, within its lines.
func bannerAt(lines []string) int {
	first := withoutTags(lines[0])
	if len(first) > bannerLength || !(bannerWord.MatchString(first) || bannerAlone.MatchString(first)) {
		return 0
	}
	topic := false
	for n, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || len(line) > bannerLength {
			return ifTopic(topic, n)
		}
		if n == bannerLines {
			return 0 // a paragraph as long as that is somebody's text
		}
		topic = topic || bannerTopic.MatchString(line)
	}
	return ifTopic(topic, len(lines))
}

// withoutTags is a line without the tags of gateways before its first word.
func withoutTags(line string) string {
	line = strings.TrimSpace(line)
	if line == "" || !strings.ContainsAny(line[:1], "[({<*") {
		return line
	}
	return strings.TrimSpace(line[len(gatewayTags.FindString(line)):])
}

func ifTopic(topic bool, n int) int {
	if !topic {
		return 0
	}
	return n
}

// wrappers are the gateways that put the true link into a query parameter of
// their own: host suffix, parameter, and how it is written.
var wrappers = [...]struct {
	host, parameter string
	decode          func(string) string
}{
	{"safelinks.protection.outlook.com", "url", asIs},
	{"urldefense.proofpoint.com", "u", proofpoint2},
	{"linkprotect.cudasvc.com", "a", asIs},
	{"www.google.com", "q", asIs},
	{"protect2.fireeye.com", "u", asIs},
}

const (
	maxLink     = 8 << 10 // bytes of a link that is unwrapped
	maxWrapping = 4       // gateways in a row
)

// unwrapLink is the link that a gateway wrapped, or the word as it is.
func unwrapLink(word string) string {
	for range maxWrapping {
		before, link, after := cutLink(word)
		inner := unwrapOnce(link)
		if inner == "" {
			return word
		}
		word = before + inner + after
	}
	return word
}

// cutLink parts a word at the link in it, without the brackets and marks around.
func cutLink(word string) (before, link, after string) {
	at := strings.Index(word, "http")
	if at < 0 || len(word) > maxLink {
		return word, "", ""
	}
	link = word[at:]
	if end := strings.IndexAny(link, "<>\"'()[]"); end >= 0 {
		link = link[:end]
	}
	link = strings.TrimRight(link, ".,;:!")
	return word[:at], link, word[at+len(link):]
}

func unwrapOnce(link string) string {
	if link == "" {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if strings.HasPrefix(u.Path, "/v3/__") && (host == "urldefense.com" || host == "urldefense.us") {
		return proofpoint3(link)
	}
	for _, w := range wrappers {
		if host == w.host || strings.HasSuffix(host, "."+w.host) {
			return webLink(w.decode(u.Query().Get(w.parameter)))
		}
	}
	return ""
}

func webLink(s string) string {
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		return s
	}
	return ""
}

func asIs(s string) string { return s }

// proofpoint2 undoes URL Defense version 2: - for %, _ for /.
func proofpoint2(s string) string {
	plain, err := url.PathUnescape(strings.NewReplacer("-", "%", "_", "/").Replace(s))
	if err != nil {
		return ""
	}
	return plain
}

// proofpoint3 undoes URL Defense version 3, "/v3/__LINK__;…!!…". Signs that it
// replaced by * stay replaced: they are the same in every copy.
func proofpoint3(link string) string {
	_, rest, _ := strings.Cut(link, "/v3/__")
	inner, _, found := strings.Cut(rest, "__;")
	if !found {
		return ""
	}
	return webLink(inner)
}
