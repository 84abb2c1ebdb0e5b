package indicator

import (
	"strconv"
	"strings"
)

// hash reads a run of hexadecimal digits whose length is that of a digest.
func (s *scanner) hash(start, end int) bool {
	if end-start < shortestDigest {
		return false
	}
	value := strings.ToLower(s.text[start:end])
	kind := digestKind(value)
	if kind == "" || s.say.namesKey() || s.say.numbers() || kind == "md5" && s.fieldID(start) || kind == "sha1" && (s.say.namesCommit() || s.say.talk == talkNames) || s.passwordHash(start, end) || s.peek(end) == '@' {
		return false
	}
	s.found(kind, value, start, end)
	return true
}

// fieldID tells the value of a record's field `"id"`: a number some program drew.
func (s *scanner) fieldID(start int) bool {
	before := s.text[max(0, start-len(`"id" : "`)):start]
	return strings.HasSuffix(strings.ReplaceAll(before, " ", ""), `"id":"`)
}

// passwordHash knows the dumps of Windows: "Administrator:500:LM hash:NT hash:::".
func (s *scanner) passwordHash(start, end int) bool {
	if end-start != shortestDigest || s.peek(start-1) != ':' {
		return false
	}
	next := end + 1 + shortestDigest
	return strings.HasPrefix(s.text[end:], "::") || next < len(s.text) && s.text[end] == ':' && s.text[next] == ':' && digestKind(strings.ToLower(s.text[end+1:next])) == "md5"
}

// sample reads a file that is named by its digest, as samples of malware are:
// "0d41….exe". Pictures and pages are named so by programs and are none.
func (s *scanner) sample(start, end int) bool {
	value := strings.ToLower(s.text[start:end])
	dot := strings.LastIndexByte(value, '.')
	if dot < shortestDigest {
		return false
	}
	kind := digestKind(value[:dot])
	if kind == "" || !sampleEnds[value[dot+1:]] || s.peek(end) == '@' {
		return false
	}
	s.found(kind, value[:dot], start, end)
	return true
}

// sampleEnds are the endings of files that run, and of what carries them.
var sampleEnds = map[string]bool{
	"exe": true, "dll": true, "sys": true, "scr": true, "bin": true, "elf": true, "apk": true, "jar": true, "msi": true, "iso": true, "img": true, "lnk": true, "vbs": true, "ps1": true, "bat": true, "hta": true,
	"doc": true, "docm": true, "docx": true, "xls": true, "xlsm": true, "xlsx": true, "rtf": true, "one": true, "zip": true, "rar": true, "7z": true, "gz": true, "vir": true, "virus": true, "mal": true, "malware": true, "sample": true, "dex": true, "dmg": true,
}

// shortestDigest is how many digits the shortest one has.
const shortestDigest = 32

// digestKind gives the type of a digest in small hexadecimal digits by its length,
// "" for what is none: a number, or a word of the six letters.
func digestKind(value string) string {
	kind := ""
	switch len(value) {
	case 32:
		kind = "md5"
	case 40:
		kind = "sha1"
	case 64:
		kind = "sha256"
	case 128:
		kind = "sha512"
	default:
		return ""
	}
	letters, numbers := false, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case digit(c):
			numbers = true
		case c-'a' < 6:
			letters = true
		default:
			return ""
		}
	}
	if !letters || !numbers {
		return ""
	}
	return kind
}

// numbered reads what is a word with a number: "AS64500", "ASN 64500", "CVE-2026-1234".
func (s *scanner) numbered(start, end int) bool {
	value := s.text[start:end]
	if cve := findCVE(value); cve != "" {
		s.found(typeCVE, cve, start, end)
		if end == s.pos {
			s.moreCVEs(cve)
		}
		return true
	}
	if s.spacedCVE(start, end) {
		return true
	}
	number, ok := cutPrefixFold(value, "ASN")
	if !ok {
		number, ok = cutPrefixFold(value, "AS")
	}
	number = strings.TrimPrefix(number, "-")
	if !ok && s.say.namesNetwork() && s.networkMark(start) {
		number, ok = value, true
	}
	if !ok || value[0] == 'a' && len(number) < 4 {
		return false
	}
	as, valid := asNumber(number)
	if !valid || ok && noNetwork[as] || s.company(start, number) {
		return false
	}
	s.found(typeASN, as, start, end)
	return true
}

// noNetwork are protocols, a computer and the standards of its quality, called so by
// people more often than the networks of these numbers.
var noNetwork = map[string]bool{"AS2": true, "AS3": true, "AS4": true, "AS400": true, "AS9100": true, "AS9110": true, "AS9120": true}

// company tells the year behind the name of a Norwegian or Danish company: "Nordlys
// Drift AS 2026".
func (s *scanner) company(start int, number string) bool {
	if len(number) != 4 || number[:2] != "19" && number[:2] != "20" || s.peek(start-1) != ' ' || !strings.HasSuffix(s.text[:start-1], " AS") {
		return false
	}
	name := s.text[s.line : start-len(" AS ")]
	name = name[strings.LastIndexByte(name, ' ')+1:]
	return name != "" && upper(name[0]) && len(name) > 1 && !upper(name[1])
}

// networkMark knows what may stand between "AS" and its number.
func (s *scanner) networkMark(start int) bool {
	before := s.peek(start - 1)
	return before == ' ' || before == ':' || before == '#' || before == '=' || before == '"' && strings.IndexByte(": =", s.peek(start-2)) >= 0
}

// asNumber accepts what RFC 6793 does, except 0, and the two parts of "1.10"
// (RFC 5396), and gives it as "AS64500".
func asNumber(s string) (string, bool) {
	high, low, dotted := strings.Cut(s, ".")
	if dotted && high != "" && digit(high[0]) {
		h, err := strconv.ParseUint(high, 10, 16)
		l, err2 := strconv.ParseUint(low, 10, 16)
		return "AS" + strconv.FormatUint(h<<16|l, 10), err == nil && err2 == nil && h > 0
	}
	if s == "" || !digit(s[0]) {
		return "", false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return "AS" + strconv.FormatUint(n, 10), err == nil && n > 0
}

// spacedCVE reads "CVE 2026-1234" and the "cve,2026-1234" of Snort: the number
// behind the word.
func (s *scanner) spacedCVE(start, end int) bool {
	if !strings.EqualFold(s.say.previous, "CVE") || strings.IndexByte(" :,", s.peek(start-1)) < 0 {
		return false
	}
	if end-start == 4 && s.peek(end) == ' ' {
		stop := end + 1
		for stop < len(s.text) && stop-end < maxCVE && alnum(s.text[stop]) {
			stop++
		}
		if cve := findCVE("CVE-" + s.text[start:end] + "-" + s.text[end+1:stop]); cve != "" {
			s.pos = stop
			s.found(typeCVE, cve, start, stop)
			return true
		}
	}
	cve := findCVE("CVE-" + s.text[start:end])
	if cve == "" {
		return false
	}
	s.found(typeCVE, cve, start, end)
	return true
}

// maxCVE is more than the number of a CVE name has digits.
const maxCVE = 21

// moreCVEs reads the names that a list gives by their last number only:
// "CVE-2026-34473/34523", "CVE-2026-35078 and -35081".
func (s *scanner) moreCVEs(first string) {
	year := first[:len("CVE-2026-")]
	for range maxCVE {
		rest := s.text[s.pos:]
		skip := 0
		for _, between := range [...]string{"/", ", -", " and -", " und -", " et -", " y -", " & -"} {
			if strings.HasPrefix(rest, between) {
				skip = len(between)
				break
			}
		}
		n := digits(rest[skip:min(len(rest), skip+maxCVE)])
		if skip == 0 || n < 4 || skip+n < len(rest) && nameByte(rest[skip+n]) {
			return
		}
		start := s.pos + skip
		s.pos = start + n
		s.found(typeCVE, year+s.text[start:s.pos], start, s.pos)
	}
}

// findCVE gives the first CVE name in the text, in upper case: four digits of a
// year and four to nineteen of a number. Candidates of old ("CAN-2004-0001")
// became names of the same number.
func findCVE(text string) string {
	for i := 0; i+12 <= len(text); i++ {
		if text[i]|0x20 != 'c' || i > 0 && alnum(text[i-1]) {
			continue
		}
		if !word(text[i:], "CVE") && !word(text[i:], "CAN") {
			continue
		}
		year := i + 3
		if cveMark(text[year]) {
			year++
		}
		number := year + 5
		if number >= len(text) || digits(text[year:number]) != 4 || !cveMark(text[number-1]) {
			continue
		}
		if n := digits(text[number:]); n >= 4 && n <= 19 && !(number+n < len(text) && alnum(text[number+n])) {
			return "CVE-" + text[year:year+4] + "-" + text[number:number+n]
		}
	}
	return ""
}

func cveMark(c byte) bool { return c == '-' || c == '_' }

func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}
