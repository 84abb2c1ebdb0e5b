package logline

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// abbreviations are zones by name, in minutes east of UTC. Names that several
// countries use for different zones are left out. In small letters many are words
// ("est", "met").
var abbreviations = map[string]int{
	"Z": 0, "UTC": 0, "utc": 0, "GMT": 0, "gmt": 0, "Zulu": 0, "WET": 0, "WEST": 60, "BST": 60,
	"CET": 60, "MET": 60, "MEZ": 60, "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "мск": 180, "TRT": 180,
	"EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "HST": -600, "BRT": -180, "ART": -180,
	"JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "SAST": 120,
}

// zone reads what may stand behind a time: "Z", "+01:00", " UTC", " (CET)",
// " UTC+2". It gives nil, and stays, when there is none.
func (c *cursor) zone() *Zone {
	start := c.pos
	if c.any(" ", ""); c.any("", "Uhr ") == "" {
		c.any("", "uhr ")
	}
	open := c.any("([", "") != ""
	if z := c.offset(); z != nil {
		c.any(")]", "")
		return z
	}
	if z := c.named(); z != nil {
		if open {
			c.any(")]", "")
		}
		return z
	}
	c.pos = start
	return nil
}

// The farthest zones of the earth, in hours.
const farthest = 14

// offset reads "+0100", "-05:00" and "+1".
func (c *cursor) offset() *Zone {
	start, sign := c.pos, 0
	switch c.any("+-", "−") {
	case "+":
		sign = 1
	case "-", "−":
		sign = -1
	default:
		return nil
	}
	end := c.pos
	for end < len(c.text) && end-c.pos < 5 && (c.text[end]-'0' < 10 || c.text[end] == ':') {
		end++
	}
	hours, minutes, ok := hoursAndMinutes(strings.TrimRight(c.text[c.pos:end], ":"))
	if !ok || hours > farthest || minutes > 59 || end < len(c.text) && wordByte(c.text[end]) && c.text[end] != '.' {
		c.pos = start
		return nil
	}
	c.pos = end
	return &Zone{Offset: time.Duration(sign) * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)}
}

func hoursAndMinutes(text string) (hours, minutes int, ok bool) {
	h, m, parted := strings.Cut(text, ":")
	if !parted && len(text) == 4 {
		h, m = text[:2], text[2:]
	}
	if m == "" {
		m = "0"
	}
	hours, err := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	return hours, minutes, err == nil && err2 == nil
}

// longestWord is more than any first word of a zone's name has.
const longestWord = 24

// named reads an abbreviation, with an offset behind "UTC" and "GMT", or the name
// of a place.
func (c *cursor) named() *Zone {
	if c.pos+1 < len(c.text) && !zonePairs[pair(c.text[c.pos], c.text[c.pos+1])] { // as nearly all words
		return nil
	}
	start, end := c.pos, c.pos
	for end < len(c.text) && (c.text[end]|0x20-'a' < 26 || c.text[end] >= 0x80) && end-start < longestWord {
		end++
	}
	if end < len(c.text) && c.text[end]-'0' < 10 {
		return nil
	}
	written := c.text[start:end]
	if zone := c.place(written); zone != nil || written == "" {
		return zone
	}
	zone := zones[written]
	if zone == nil {
		return nil
	}
	c.pos = end
	if zone.Offset == 0 && end-start == 3 {
		at := c.pos
		c.any(" ", "")
		if z := c.offset(); z != nil {
			return z
		}
		c.pos = at
	}
	return zone
}

// zones are those of the abbreviations, made once.
var zones = func() map[string]*Zone {
	all := make(map[string]*Zone, len(abbreviations))
	for name, minutes := range abbreviations {
		all[name] = &Zone{Offset: time.Duration(minutes) * time.Minute}
	}
	return all
}()

// timeWords begin the words with which people say in which zone their times
// are. A language is added by adding its words.
var timeWords = []string{
	"time", "timestamp", "date", "zone", "tz", "clock", "excerpt", "logs", "log (", "log in utc", "log in gmt", "log in ce", "zeit", "uhr", "datum", "heure", "horodat", "fuseau", "hora", "huso", "fecha", "ora", "orari", "fuso", "tijd", "czas", "stref", "врем", "часов",
	"時刻", "時間", "タイムゾーン", "时间", "时区",
}

// maxStatement is the longest line that is read as a statement of a zone.
const maxStatement = 300

// StatedZone finds the zone that a text states for all its times: "all times are
// UTC", "Timezone: +0100", "Zeitangaben in MEZ". ok is false when there is none,
// or several that differ.
func StatedZone(text string) (found *Zone, ok bool) {
	for line := range strings.Lines(text) {
		zone := zoneOf(line)
		if zone == nil {
			continue
		}
		if found != nil && *found != *zone {
			return nil, false
		}
		found = zone
	}
	return found, found != nil
}

// zoneOf reads one line. A line with a time or an address of its own speaks of
// itself only.
func zoneOf(line string) *Zone {
	if len(line) > maxStatement {
		return nil
	}
	plain := unquote(line)
	if zoneFrom(plain, 0) == nil { // as with nearly all lines
		return nil
	}
	at := timeWord(plain)
	if heading := strings.TrimRight(plain, ":. \r\n"); at < 0 && strings.HasSuffix(heading, ")") {
		at = strings.LastIndexByte(heading, '(') // "Hosts of yours (UTC):"
	}
	if at < 0 {
		return nil
	}
	if _, timed := findStamp(line); timed {
		return nil
	}
	return zoneFrom(plain, at)
}

// zoneFrom finds the first zone in a line from at on.
func zoneFrom(line string, at int) *Zone {
	for i := min(at, len(line)); i < len(line); i++ {
		wide := line[i] >= firstUnspaced
		if !zoneBegins[line[i]] || i > 0 && !wide && !zoneBehind[line[i-1]] {
			continue
		}
		c := cursor{text: line, pos: i}
		z := c.named()
		if z == nil {
			z = c.offset()
		}
		if z != nil && c.pos-i > 1 && (wide || c.pos == len(line) || strings.IndexByte(" \t\r\n.,;:)]!|", line[c.pos]) >= 0) {
			return z
		}
	}
	return nil
}

// zoneBegins are the first bytes of all zones.
var zoneBegins = func() (set [256]bool) {
	set['+'], set['-'], set["−"[0]] = true, true, true
	for name := range abbreviations {
		set[name[0]] = true
	}
	for name := range places {
		set[name[0]] = true
	}
	for name := range spoken {
		if set[name[0]] = true; name[0] < utf8.RuneSelf {
			set[name[0]-'a'+'A'] = true
		}
	}
	return set
}()

// zonePairs are the first two bytes of all zones that have a name.
var zonePairs = func() (set [1 << 10]bool) {
	add := func(name string) {
		for second := range byte(32) {
			set[pair(name[0], second)] = set[pair(name[0], second)] || len(name) == 1 || second == name[1]&31
		}
	}
	for name := range abbreviations {
		add(name)
	}
	for name := range places {
		add(name)
	}
	for name := range spoken {
		add(name)
	}
	return set
}()

// pair is one number for two bytes, of which the lower five bits count: letters of
// both cases are the same.
func pair(first, second byte) int { return int(first&31)<<5 | int(second&31) }

// zoneBehind are the bytes behind which a zone begins.
var zoneBehind = [256]bool{' ': true, ':': true, '=': true, '(': true, '[': true, ',': true}

// timeWord finds the first of the words in a line, -1 when there is none. What is
// written without blanks begins anywhere, others where no letter stands before.
func timeWord(line string) int {
	lower := strings.ToLower(line)
	for n := range len(lower) {
		c := lower[n]
		if c < 0xe2 && n > 0 && (lower[n-1]|0x20-'a' < 26 || lower[n-1] >= 0x80) {
			continue
		}
		for _, word := range timeWordsBy[c] {
			if strings.HasPrefix(lower[n:], word) {
				return n
			}
		}
	}
	return -1
}

// timeWordsBy are the words by their first byte.
var timeWordsBy = func() (by [256][]string) {
	for _, word := range timeWords {
		by[word[0]] = append(by[word[0]], word)
	}
	return by
}()
