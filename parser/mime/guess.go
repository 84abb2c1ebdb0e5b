package mime

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"github.com/wlynxg/chardet/consts"
	"golang.org/x/text/encoding/charmap"
)

// guessedFrom is how sure a guess of the charset must be. Below it, guesses
// among the Latin charsets are wrong more often than right, and windows-1252 is
// what such bytes are in nearly all mail.
const guessedFrom = 0.8

// guessed is how many bytes a guess looks at.
const guessed = 16 << 10

// guess reads bytes in the charset they look like.
func guess(octets []byte) string { return decoded(octets, guessName(octets)) }

// decoded is decode for a charset that is known to be one.
func decoded(octets []byte, name string) string {
	text, _ := decode(octets, name)
	return text
}

// guessName names the charset that bytes look like.
func guessName(octets []byte) string {
	octets = octets[:min(len(octets), guessed)]
	if high(octets) < minHigh { // a few accents among Latin letters look like anything
		return latin(octets)
	}
	if name := japanese(octets); name != "" {
		return name
	}
	result := detect(octets)
	if name := charsetName(result.Charset); result.Confidence >= guessedFrom && !singleByteLatin(name) {
		if name == "koi8-r" && ukrainian(octets) {
			name = "koi8-u"
		}
		if _, ok := decode(octets, name); ok {
			return name
		}
	}
	if name := arabic(octets); name != "" {
		return name
	}
	if thai(octets) {
		return "windows-874"
	}
	return latin(octets)
}

// detectors are the tables of the statistics, which a new detector builds anew: that
// costs twenty times as much as a guess at a name, and four times as much as one at a
// long text. As with what a compiled regexp keeps, nobody can tell: each is reset
// before it is used, and says what a new one would.
var detectors = sync.Pool{New: func() any { return chardet.NewUniversalDetector(consts.UnknownLangFilter) }}

// detect asks the statistics.
func detect(octets []byte) chardet.Result {
	detector := detectors.Get().(*chardet.UniversalDetector)
	detector.Reset()
	detector.Feed(octets)
	result := detector.GetResult()
	detectors.Put(detector)
	return result
}

// ukrainian tells KOI8-U from KOI8-R, in which its four letters more are signs to
// draw boxes with (RFC 2319): those do not stand inside of words.
func ukrainian(octets []byte) bool {
	for n, c := range octets {
		switch c {
		case 0xa4, 0xa6, 0xa7, 0xad, 0xb4, 0xb6, 0xb7, 0xbd:
			if n > 0 && octets[n-1] >= 0xc0 || n+1 < len(octets) && octets[n+1] >= 0xc0 {
				return true
			}
		}
	}
	return false
}

// arabic names the charset of Arabic, which the statistics do not know, "" when
// the bytes are none: words of high bytes only, of which alef and lam make an
// eighth, often one behind the other. ISO 8859-6 has lam in another place.
func arabic(octets []byte) string {
	for _, row := range [...]struct {
		name string
		lam  byte
	}{{"windows-1256", 0xe1}, {"iso-8859-6", 0xe4}} {
		all, alef, lam, article, others := 0, 0, 0, 0, 0
		for n, c := range octets {
			before := n > 0 && octets[n-1] >= utf8.RuneSelf
			switch {
			case c == 0xc7:
				alef++
			case c == row.lam:
				lam++
				if before && octets[n-1] == 0xc7 {
					article++
				}
			case asciiLetter(c) && before:
				others++
			}
			if c >= utf8.RuneSelf {
				all++
			}
		}
		if all >= 4*minHigh && others*4 < all && article > 0 && (alef+lam)*8 >= all {
			return row.name
		}
	}
	return ""
}

// minHigh is how many bytes above ASCII a guess needs.
const minHigh = 4

// high counts bytes above ASCII.
func high(octets []byte) (count int) {
	for _, c := range octets {
		if c >= utf8.RuneSelf {
			count++
		}
	}
	return count
}

// foreign tells bytes that are no Latin letters whatever their label says: no
// word of such a language has four letters with accents in a row, and words of
// others have hardly anything else. One sign again and again is an ornament.
func foreign(octets []byte) bool {
	run, all, last := 0, 0, byte(0)
	for _, c := range octets[:min(len(octets), guessed)] {
		same := c == last
		last = c
		switch {
		case c < utf8.RuneSelf || same:
			run = 0
			continue
		case run+1 == minHigh:
			all += minHigh
		case run >= minHigh:
			all++
		}
		run++
	}
	return all >= 2*minHigh
}

// alphabets are the letters above ASCII of languages in Latin letters, with the
// charsets their mail is written in. A text of a language that needs some of them
// has one of those at least. In doubt the first row holds.
var alphabets = []struct {
	name    string
	charset *charmap.Charmap
	letters string
	needs   string
}{
	{"windows-1252", charmap.Windows1252, "äöüß", ""},             // German
	{"windows-1252", charmap.Windows1252, "àâæçéèêëîïôœùûüÿ", ""}, // French
	{"windows-1252", charmap.Windows1252, "áéíñóúü¿¡ªº", ""},      // Spanish
	{"windows-1252", charmap.Windows1252, "àáâãçéêíóôõúªº", ""},   // Portuguese
	{"windows-1252", charmap.Windows1252, "àèéìíòóùúçïü·", ""},    // Italian, Catalan
	{"windows-1252", charmap.Windows1252, "åäöæøé", ""},           // Danish, Finnish, Norwegian, Swedish
	{"windows-1252", charmap.Windows1252, "áæðéíóöúýþ", "áéíóú"},  // Icelandic
	{"windows-1252", charmap.Windows1252, "áéëíïóöúü", ""},        // Dutch
	{"iso-8859-15", charmap.ISO8859_15, "àâæçéèêëîïôœùûüÿ", ""},
	{"windows-1250", charmap.Windows1250, "ąćęłńóśźż", ""}, // Polish
	{"iso-8859-2", charmap.ISO8859_2, "ąćęłńóśźż", ""},
	{"windows-1250", charmap.Windows1250, "áčďéěíňóřšťúůýžäĺľôŕ", ""}, // Czech, Slovak
	{"iso-8859-2", charmap.ISO8859_2, "áčďéěíňóřšťúůýžäĺľôŕ", ""},
	{"windows-1250", charmap.Windows1250, "áéíóöőúüű", ""}, // Hungarian
	{"iso-8859-2", charmap.ISO8859_2, "áéíóöőúüű", ""},
	{"windows-1250", charmap.Windows1250, "ăâîşţ", ""}, // Romanian
	{"iso-8859-2", charmap.ISO8859_2, "ăâîşţ", ""},
	{"windows-1250", charmap.Windows1250, "čćđšž", ""}, // Croatian, Slovene
	{"iso-8859-2", charmap.ISO8859_2, "čćđšž", ""},
	{"windows-1254", charmap.Windows1254, "çğıiöşüâî", ""},   // Turkish
	{"windows-1257", charmap.Windows1257, "ąčęėįšųūž", ""},   // Lithuanian
	{"windows-1257", charmap.Windows1257, "āčēģīķļņšūž", ""}, // Latvian
	{"windows-1257", charmap.Windows1257, "äõöšüž", ""},      // Estonian
}

// latin names the charset of a language in Latin letters whose letters the bytes
// above ASCII are. In doubt it is windows-1252.
func latin(octets []byte) string {
	name, _, _ := bestLatin(octets)
	return name
}

// bestLatin is latin with how well the charset fits, and how well windows-1252 does.
func bestLatin(octets []byte) (name string, most, western int) {
	places := accents(octets)
	for n, row := range alphabets {
		score := wordly(places, row.charset, row.letters)
		if row.needs != "" && !places.have(row.charset, row.needs) {
			score = 0
		}
		if n == 0 || score > most {
			name, most = row.name, score
		}
		if row.charset == charmap.Windows1252 && (n == 0 || score > western) {
			western = score
		}
	}
	return name, most, western
}

// surely is how many letters of one alphabet make sure of it.
const surely = 6

// mislabelled tells a text said to be western European that is in the letters of
// another language altogether, and hardly in those of any western one.
func mislabelled(octets []byte, name string) (meant string, ok bool) {
	if name != "iso-8859-1" && name != "windows-1252" && name != "iso-8859-15" {
		return "", false
	}
	octets = octets[:min(len(octets), guessed)]
	if foreign(octets) {
		meant = guessName(octets)
		return meant, !singleByteLatin(meant)
	}
	if high(octets) < surely {
		return "", false
	}
	meant, most, western := bestLatin(octets)
	return meant, most >= surely && western*2 < most
}

// place is a byte above ASCII and what stands beside it.
type place struct {
	c                     byte
	small, before, behind bool // a small letter of ASCII before it, any letter, one behind it
}

// places counts them.
type places map[place]int

// accents finds the bytes above ASCII that stand beside a letter.
func accents(octets []byte) places {
	found := make(places)
	for n, c := range octets {
		if c < utf8.RuneSelf {
			continue
		}
		at := place{c: c, before: n > 0 && asciiLetter(octets[n-1]), behind: n+1 < len(octets) && asciiLetter(octets[n+1])}
		at.small = at.before && octets[n-1] >= 'a'
		if at.before || at.behind {
			found[at]++
		}
	}
	return found
}

// have tells whether one of the letters is among them.
func (p places) have(in *charmap.Charmap, letters string) bool {
	for at := range p {
		if strings.ContainsRune(letters, unicode.ToLower(in.DecodeByte(at.c))) {
			return true
		}
	}
	return false
}

// wordly counts how often a sign above ASCII beside a letter is one of the
// letters given, less how often it is none.
func wordly(found places, in *charmap.Charmap, letters string) (score int) {
	for at, times := range found {
		r := in.DecodeByte(at.c)
		switch {
		case unicode.IsUpper(r) && at.small, unicode.IsControl(r), r == utf8.RuneError:
			score -= 2 * times
		case strings.ContainsRune(letters, unicode.ToLower(r)):
			score += times
		case unicode.IsLetter(r), at.before && at.behind && !apostrophe(r):
			score -= times
		}
	}
	return score
}

func apostrophe(r rune) bool { return r == '\u2019' || r == '\u2013' || r == '\u00b7' }

func asciiLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func singleByteLatin(name string) bool {
	switch strings.ToLower(name) {
	case "iso-8859-1", "iso-8859-2", "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1252", "windows-1254", "windows-1257", "macroman", "macintosh", "ascii", "us-ascii":
		return true
	}
	return false
}
