package tickets

import (
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
