package mime

import "unicode/utf8"

// thai tells Thai in TIS-620, of which the statistics are seldom sure. Its writing has rules
// that bytes of no other language keep: a vowel or tone that stands above or below a
// letter follows one, and a vowel that is written first stands before one. Every
// third or fourth sign is such a mark, and one that is out of place is a slip.
func thai(octets []byte) bool {
	all, marks, wrong := 0, 0, 0
	for n, c := range octets {
		if c < utf8.RuneSelf {
			continue
		}
		all++
		before, behind := byte(0), byte(0)
		if n > 0 {
			before = octets[n-1]
		}
		if n+1 < len(octets) {
			behind = octets[n+1]
		}
		switch {
		case c <= 0xa0 || c >= 0xdb && c <= 0xde || c >= 0xfc:
			wrong++
		case thaiMark(c):
			marks++
			if !thaiLetter(before) && !thaiMark(before) {
				wrong++
			}
		case c >= 0xe0 && c <= 0xe4:
			marks++
			if !thaiLetter(behind) {
				wrong++
			}
		}
	}
	return all >= 4*minHigh && marks*5 >= all && marks*2 <= all && wrong*20 <= marks
}

// thaiLetter tells a consonant.
func thaiLetter(c byte) bool { return c >= 0xa1 && c <= 0xce }

// thaiMark tells a sign above or below a consonant, of which two may follow each other.
func thaiMark(c byte) bool {
	return c == 0xd1 || c >= 0xd4 && c <= 0xda || c >= 0xe7 && c <= 0xee
}
