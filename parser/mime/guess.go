package mime

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
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
	result := chardet.Detect(octets)
	if name := charsetName(result.Charset); result.Confidence >= guessedFrom && !singleByteLatin(name) {
		if _, ok := decode(octets, name); ok {
			return name
		}
	}
	if arabic(octets) {
		return "windows-1256"
	}
	return latin(octets)
}

// arabic tells windows-1256: hardly a Latin letter, and alef and lam make an
// eighth of the others, each of them there.
func arabic(octets []byte) bool {
	all, alef, lam, others := 0, 0, 0, 0
	for _, c := range octets {
		switch {
		case c == 0xc7:
			alef++
		case c == 0xe1:
			lam++
		case asciiLetter(c):
			others++
		}
		if c >= utf8.RuneSelf {
			all++
		}
	}
	return all >= 4*minHigh && others*4 < all && alef > 0 && lam > 0 && (alef+lam)*8 >= all
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
// charsets their mail is written in. In doubt the first row holds.
var alphabets = []struct {
	name    string
	charset *charmap.Charmap
	letters string
}{
	{"windows-1252", charmap.Windows1252, "äöüß"},             // German
	{"windows-1252", charmap.Windows1252, "àâæçéèêëîïôœùûüÿ"}, // French
	{"windows-1252", charmap.Windows1252, "áéíñóúü¿¡ªº"},      // Spanish
	{"windows-1252", charmap.Windows1252, "àáâãçéêíóôõúªº"},   // Portuguese
	{"windows-1252", charmap.Windows1252, "àèéìíòóùúçïü·"},    // Italian, Catalan
	{"windows-1252", charmap.Windows1252, "åäöæøé"},           // Danish, Finnish, Norwegian, Swedish
	{"windows-1252", charmap.Windows1252, "áæðéíóöúýþ"},       // Icelandic
	{"windows-1252", charmap.Windows1252, "áéëíïóöúü"},        // Dutch
	{"iso-8859-15", charmap.ISO8859_15, "àâæçéèêëîïôœùûüÿ"},
	{"windows-1250", charmap.Windows1250, "ąćęłńóśźż"}, // Polish
	{"iso-8859-2", charmap.ISO8859_2, "ąćęłńóśźż"},
	{"windows-1250", charmap.Windows1250, "áčďéěíňóřšťúůýžäĺľôŕ"}, // Czech, Slovak
	{"iso-8859-2", charmap.ISO8859_2, "áčďéěíňóřšťúůýžäĺľôŕ"},
	{"windows-1250", charmap.Windows1250, "áéíóöőúüű"}, // Hungarian
	{"iso-8859-2", charmap.ISO8859_2, "áéíóöőúüű"},
	{"windows-1250", charmap.Windows1250, "ăâîşţ"}, // Romanian
	{"iso-8859-2", charmap.ISO8859_2, "ăâîşţ"},
	{"windows-1250", charmap.Windows1250, "čćđšž"}, // Croatian, Slovene
	{"iso-8859-2", charmap.ISO8859_2, "čćđšž"},
	{"windows-1254", charmap.Windows1254, "çğıiöşüâî"},   // Turkish
	{"windows-1257", charmap.Windows1257, "ąčęėįšųūž"},   // Lithuanian
	{"windows-1257", charmap.Windows1257, "āčēģīķļņšūž"}, // Latvian
	{"windows-1257", charmap.Windows1257, "äõöšüž"},      // Estonian
}

// latin names the charset of a language in Latin letters whose letters the bytes
// above ASCII are. In doubt it is windows-1252.
func latin(octets []byte) string {
	best, most := alphabets[0].name, 0
	for n, row := range alphabets {
		if score := wordly(octets, row.charset, row.letters); n == 0 || score > most {
			best, most = row.name, score
		}
	}
	return best
}

// wordly counts how often a sign above ASCII beside a letter is one of the
// letters given, less how often it is none.
func wordly(octets []byte, in *charmap.Charmap, letters string) (score int) {
	for n, c := range octets {
		before := n > 0 && asciiLetter(octets[n-1])
		behind := n+1 < len(octets) && asciiLetter(octets[n+1])
		if c < utf8.RuneSelf || !before && !behind {
			continue
		}
		r := in.DecodeByte(c)
		switch {
		case unicode.IsUpper(r) && before && octets[n-1] >= 'a', unicode.IsControl(r):
			score -= 2
		case strings.ContainsRune(letters, unicode.ToLower(r)):
			score++
		case unicode.IsLetter(r), before && behind && !apostrophe(r):
			score--
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
